"""Tables side by side have the same grey for 0, their own numbers, and the frames asked for."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import figures

matplotlib.use("Agg")

SMALL = np.array([[0, -2], [1 / 3, 1]])
LARGE = np.arange(36).reshape(6, 6)
MAPS = np.arange(3 * 3 * 4).reshape(3, 3, 4)
FILTERS = np.linspace(-1, 0.5, 2 * 2 * 6).reshape(2, 2, 6)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_zero_is_the_middle_grey_of_every_table_and_small_ones_show_their_numbers():
    small, large = figures.show_maps({"small": SMALL, "large": LARGE})
    assert small.images[0].get_clim() == (-2, 2)
    assert large.images[0].get_clim() == (-35, 35)
    assert [axes.images[0].get_cmap().name for axes in (small, large)] == ["gray"] * 2
    assert [text.get_text() for text in small.texts] == ["0", "-2", "0.33", "1"]
    assert not large.texts
    assert [axes.get_title() for axes in (small, large)] == ["small", "large"]


def test_a_table_of_zeros_can_be_drawn():
    (axes,) = figures.show_maps({"nothing": np.zeros((2, 2))})
    assert axes.images[0].get_clim() == (-1, 1)


def test_a_frame_lies_around_its_rows_and_columns():
    _, large = figures.show_maps({"small": SMALL, "large": LARGE}, {"large": (1, 2, 3)})
    (frame,) = large.patches
    assert frame.get_xy() == (1.5, 0.5)
    assert (frame.get_width(), frame.get_height()) == (3, 3)
    assert not frame.get_fill()


@pytest.mark.parametrize(
    ("maps", "frames", "message"),
    [
        ({}, {}, "maps is empty"),
        (
            {"boot": np.zeros((1, 3, 3))},
            {},
            r"'boot' must be .* not of shape \(1, 3, 3\)",
        ),
        ({"boot": np.full((3, 3), np.nan)}, {}, "'boot' must be a table of numbers"),
        ({"boot": LARGE}, {"shoe": (0, 0, 3)}, r"frames are for \['shoe'\]"),
        ({"boot": LARGE}, {"boot": (4, 0, 3)}, "rows 4 to 6 .* the table is 6 by 6"),
        ({"boot": LARGE}, {"boot": (0, -1, 3)}, "columns -1 to 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(maps, frames, message):
    with pytest.raises(ValueError, match=message):
        figures.show_maps(maps, frames)


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
