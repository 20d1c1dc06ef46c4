"""Figures of when training stopped show the losses and the epochs that they are given."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import figures

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_each_stop_is_marked_on_the_curve_at_its_epoch_with_a_shape_of_its_own():
    axes = figures.plot_stops([0.72, 0.5, 0.61], {"stopped": 3, "went back to": 2})
    curve, stopped, back = axes.lines
    np.testing.assert_allclose(curve.get_xydata(), [[1, 0.72], [2, 0.5], [3, 0.61]])
    np.testing.assert_allclose(stopped.get_xydata(), [[3, 0.61]])
    np.testing.assert_allclose(back.get_xydata(), [[2, 0.5]])
    assert stopped.get_marker() != back.get_marker()
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["stopped", "went back to"]
    np.testing.assert_allclose(axes.get_ylim(), (0.45, 0.8))


@pytest.mark.parametrize(
    ("losses", "stops", "message"),
    [
        ([], {}, "val_losses must hold one finite number for each"),
        ([0.5, np.nan], {}, "val_losses must hold one finite number for each"),
        ([0.5], {"stopped": 2}, "'stopped' is at epoch 2: give one from 1 to 1"),
        ([0.5], {"stopped": 0}, "'stopped' is at epoch 0"),
        ([0.5], dict.fromkeys("abcde", 1), "5 marks: give 4 at most"),
    ],
)
def test_a_stop_that_is_not_on_the_curve_is_refused(losses, stops, message):
    with pytest.raises(ValueError, match=message):
        figures.plot_stops(losses, stops)


def test_losses_stand_above_and_the_rates_of_the_slowed_training_below():
    above, below = figures.plot_slow_down([0.6, 0.7], [0.6, 0.5, 0.4], [0.1, 0.1, 0.02])
    usual, slowed = above.lines
    np.testing.assert_allclose(usual.get_xydata(), [[1, 0.6], [2, 0.7]])
    np.testing.assert_allclose(slowed.get_xydata(), [[1, 0.6], [2, 0.5], [3, 0.4]])
    names = [text.get_text() for text in above.get_legend().get_texts()]
    assert names == ["usual rate", "slowed down"]
    np.testing.assert_allclose(below.lines[0].get_ydata(), [0.1, 0.1, 0.02])
    assert below.get_yscale() == "log"


def test_rates_that_are_not_one_for_each_epoch_are_refused():
    with pytest.raises(ValueError, match="learning_rates has 1 entries, but 2 are"):
        figures.plot_slow_down([0.6], [0.6, 0.5], [0.1])
    with pytest.raises(ValueError, match=r"above 0, not \[0.1, 0.0\]"):
        figures.plot_slow_down([0.6], [0.6, 0.5], [0.1, 0.0])
