"""Figures of filters and feature maps: what is on the Axes, and what wrong input is told."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import figures

matplotlib.use("Agg")

MAPS = np.arange(3 * 3 * 4).reshape(3, 3, 4)
FILTERS = np.linspace(-1, 0.5, 2 * 2 * 6).reshape(2, 2, 6)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_each_map_stands_in_the_row_of_its_name_and_in_its_own_order():
    axes = figures.show_feature_maps({"filters": FILTERS, "maps": MAPS})
    assert [line[0].get_ylabel() for line in axes] == ["filters", "maps"]
    for line, table in zip(axes, (FILTERS, MAPS), strict=True):
        for i in range(table.shape[2]):
            np.testing.assert_array_equal(line[i].images[0].get_array(), table[:, :, i])


def test_a_shorter_row_leaves_its_last_places_empty():
    axes = figures.show_feature_maps({"filters": FILTERS, "maps": MAPS})
    assert axes.shape == (2, 6)
    assert [len(a.images) for a in axes[1]] == [1, 1, 1, 1, 0, 0]


def test_the_first_ones_are_drawn_where_there_are_too_many():
    axes = figures.show_feature_maps({"filters": FILTERS}, columns=2)
    assert axes.shape == (1, 2)
    np.testing.assert_array_equal(axes[0, 1].images[0].get_array(), FILTERS[:, :, 1])


def test_nothing_is_black_in_a_map_and_middle_grey_in_a_filter():
    axes = figures.show_feature_maps({"filters": FILTERS, "maps": MAPS})
    for line, table in zip(axes, (FILTERS, MAPS), strict=True):
        image = line[0].images[0]
        assert image.get_cmap().name == "gray"
        largest = abs(table[:, :, 0]).max()
        assert image.get_clim() == (-largest if table is FILTERS else 0, largest)


def test_a_map_that_is_0_everywhere_is_black():
    axes = figures.show_feature_maps({"maps": np.zeros((3, 3, 2))})
    assert axes[0, 0].images[0].norm(0) == 0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({}, "rows is empty"),
        ({"maps": MAPS[np.newaxis]}, r"'maps' must have the shape .*maps\[0\]"),
        ({"maps": MAPS[..., 0]}, "'maps' must have the shape"),
        ({"maps": np.full((2, 2, 2), np.nan)}, "a number in each place"),
        ({"maps": np.full((2, 2, 2), "a")}, "a number in each place"),
    ],
)
def test_what_is_no_row_of_maps_is_named_with_what_is_expected(rows, words):
    with pytest.raises(ValueError, match=words):
        figures.show_feature_maps(rows)


def test_a_figure_without_columns_is_refused():
    with pytest.raises(ValueError, match="columns must be 1 or more"):
        figures.show_feature_maps({"maps": MAPS}, columns=0)
