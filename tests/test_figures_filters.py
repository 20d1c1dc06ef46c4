"""Tables side by side have the same grey for 0, their own numbers, and the frames asked for."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import figures

matplotlib.use("Agg")

SMALL = np.array([[0, -2], [1 / 3, 1]])
LARGE = np.arange(36).reshape(6, 6)


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
