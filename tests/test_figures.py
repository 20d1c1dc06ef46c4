"""The figure helpers: what is on the Axes, and what they say to wrong input."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from helpers import figures
from helpers.data import FASHION_CLASS_NAMES

matplotlib.use("Agg")

IMAGES = np.arange(6 * 4 * 4, dtype=np.uint8).reshape(6, 4, 4)
NAMES = ["cat", "dog", "owl"]
PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.3, 0.5]])


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def titles(axes) -> list[str]:
    return [a.get_title() for a in axes]


def title_colors(axes) -> list[str]:
    return [a.title.get_color() for a in axes]


def test_the_grid_shows_every_image_under_its_own_name():
    axes = figures.show_images(IMAGES, ["a", "b", "c", "d", "e", "f"], columns=4)
    assert titles(axes) == ["a", "b", "c", "d", "e", "f"]
    for a, image in zip(axes, IMAGES, strict=True):
        np.testing.assert_array_equal(a.images[0].get_array(), image)


def test_the_grid_has_as_many_columns_as_asked_and_no_empty_frames():
    axes = figures.show_images(IMAGES, columns=4)
    assert axes[0].get_gridspec().ncols == 4
    assert [len(a.images) for a in plt.gcf().axes] == [1] * 6 + [0] * 2
    assert not any(a.axison for a in plt.gcf().axes)


@pytest.mark.parametrize(
    ("images", "white"), [(IMAGES, 255), (IMAGES / 255, 1), (IMAGES * 0.5, 255)]
)
def test_black_and_white_mean_the_same_in_every_image_of_a_grid(images, white):
    for a in figures.show_images(images):
        assert a.images[0].get_clim() == (0, white)
        assert a.images[0].get_cmap().name == "gray"


def test_images_with_a_channel_axis_look_the_same():
    axes = figures.show_images(IMAGES[..., np.newaxis])
    np.testing.assert_array_equal(axes[2].images[0].get_array(), IMAGES[2])


HISTORY = {
    "accuracy": [0.5, 0.7, 0.8],
    "val_accuracy": [0.6, 0.65, 0.7],
    "loss": [2.0, 1.0, 0.5],
    "val_loss": [1.5, 1.2, 1.1],
}


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_the_training_curve_is_drawn_half_an_epoch_before_validation(metric):
    axes = figures.plot_history(HISTORY, metric)
    training, validation = axes.lines
    np.testing.assert_array_equal(training.get_xdata(), [0.5, 1.5, 2.5])
    np.testing.assert_array_equal(validation.get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(training.get_ydata(), HISTORY[metric])
    np.testing.assert_array_equal(validation.get_ydata(), HISTORY[f"val_{metric}"])


def test_the_curves_say_what_they_are():
    axes = figures.plot_history(HISTORY, "loss")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "training",
        "validation",
    ]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")
    assert axes.get_title() == "loss by epoch"


def test_what_fit_returns_is_drawn_like_its_dictionary():
    class History:
        history = HISTORY

    training, _ = figures.plot_history(History()).lines
    np.testing.assert_array_equal(training.get_ydata(), HISTORY["accuracy"])


def bars(axes) -> tuple[list[float], list[str]]:
    return (
        [bar.get_width() for bar in axes.patches],
        [to_hex(bar.get_facecolor()).upper() for bar in axes.patches],
    )


def test_a_right_prediction_has_a_blue_tick_and_a_blue_bar():
    image, probability = figures.show_prediction(
        IMAGES[0], PROBABILITIES[0], NAMES, label=0
    )
    assert (image.get_title(), image.title.get_color()) == ("✓ cat", figures.RIGHT)
    widths, colors = bars(probability)
    assert widths == [0.7, 0.2, 0.1]
    assert colors == [figures.RIGHT, figures.NEITHER, figures.NEITHER]
    np.testing.assert_array_equal(image.images[0].get_array(), IMAGES[0])


def test_a_wrong_prediction_has_a_red_cross_and_both_bars_in_colour():
    image, probability = figures.show_prediction(
        IMAGES[0], PROBABILITIES[0], NAMES, label=2
    )
    assert (image.get_title(), image.title.get_color()) == (
        "✗ cat\nis owl",
        figures.WRONG,
    )
    assert bars(probability)[1] == [figures.WRONG, figures.NEITHER, figures.RIGHT]


def test_a_prediction_without_a_label_takes_no_side():
    image, probability = figures.show_prediction(IMAGES[0], PROBABILITIES[0], NAMES)
    assert (image.get_title(), image.title.get_color()) == ("cat?", "black")
    assert bars(probability)[1] == ["#000000", figures.NEITHER, figures.NEITHER]


def test_bars_are_named_from_the_top_and_run_from_0_to_1():
    _, probability = figures.show_prediction(IMAGES[0], PROBABILITIES[0], NAMES)
    assert [label.get_text() for label in probability.get_yticklabels()] == NAMES
    bottom, top = probability.get_ylim()
    assert bottom > top
    assert probability.get_xlim() == (0, 1)
    assert probability.get_xlabel() == "probability"


def test_the_grid_of_predictions_marks_right_blue_and_wrong_red():
    axes = figures.show_predictions(
        IMAGES[:3], PROBABILITIES, np.array([0, 2, 2]), NAMES
    )
    assert titles(axes) == ["\n✓ cat", "✗ dog\nis owl", "\n✓ owl"]
    assert title_colors(axes) == [figures.RIGHT, figures.WRONG, figures.RIGHT]
    for a, image in zip(axes, IMAGES, strict=False):
        np.testing.assert_array_equal(a.images[0].get_array(), image)


def test_the_bars_below_an_image_are_its_probabilities_in_the_colours_of_right_and_wrong():
    labels = np.array([0, 2, 2])
    axes = figures.show_predictions(IMAGES[:3], PROBABILITIES, labels, NAMES, bars=True)
    for a, probabilities in zip(axes, PROBABILITIES, strict=True):
        (below,) = a.child_axes
        assert [bar.get_height() for bar in below.patches] == list(probabilities)
        assert below.get_ylim() == (0, 1)
    colors = [
        to_hex(bar.get_facecolor()).upper() for bar in axes[1].child_axes[0].patches
    ]
    assert colors == [figures.NEITHER, figures.WRONG, figures.RIGHT]


def test_text_in_the_grids_is_legible_when_projected():
    figures.show_images(IMAGES, FASHION_CLASS_NAMES[:6])
    figures.show_predictions(IMAGES[:3], PROBABILITIES, np.array([0, 2, 2]), NAMES)
    for number in plt.get_fignums():
        for axes in plt.figure(number).axes:
            assert axes.title.get_fontsize() >= 10


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (IMAGES[0], r"not \(4, 4\).*np.expand_dims"),
        (IMAGES[:0], r"at least one image, not \(0, 4, 4\)"),
        (np.zeros((2, 4, 4, 3)), r"not \(2, 4, 4, 3\)"),
        (IMAGES - 1.0, "from 0 to 1, or from 0 to 255"),
        (IMAGES * 4.0, "from 0 to 1, or from 0 to 255"),
        (np.full((1, 4, 4), np.nan), "from 0 to 1, or from 0 to 255"),
        (np.full((1, 4, 4), "x"), "must hold numbers"),
    ],
)
def test_images_that_cannot_be_drawn_are_refused_in_words(images, message):
    with pytest.raises(ValueError, match=message):
        figures.show_images(images)


def test_a_missing_name_is_counted_in_the_error():
    with pytest.raises(ValueError, match="names has 5 entries, but 6 are needed"):
        figures.show_images(IMAGES, list("abcde"))


def test_a_grid_without_columns_is_refused():
    with pytest.raises(ValueError, match="columns must be .* 1 or more, not 0"):
        figures.show_images(IMAGES, columns=0)


def test_an_unknown_metric_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no 'acc', only \['accuracy', 'loss', "):
        figures.plot_history(HISTORY, "acc")


def test_curves_without_validation_data_say_how_to_get_it():
    with pytest.raises(ValueError, match=r"no 'val_loss'.*pass validation data"):
        figures.plot_history({"loss": [1.0]}, "loss")


def test_curves_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="val_loss has 1 entries, but 2 are needed"):
        figures.plot_history({"loss": [1.0, 0.5], "val_loss": [1.0]}, "loss")


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        (PROBABILITIES[:, :2], r"the 3 classes, but their shape is \(3, 2\)"),
        (PROBABILITIES[0], r"the 3 classes, but their shape is \(3,\)"),
        (PROBABILITIES * 5, "are these logits"),
        (PROBABILITIES - 0.2, "are these logits"),
        (PROBABILITIES * np.nan, "are these logits"),
        (PROBABILITIES[:2], "probabilities has 2 entries, but 3 are needed"),
    ],
)
def test_what_is_no_probability_is_refused_in_words(probabilities, message):
    with pytest.raises(ValueError, match=message):
        figures.show_predictions(IMAGES[:3], probabilities, np.array([0, 1, 2]), NAMES)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], "labels has 2 entries, but 3 are needed"),
        ([0, 1, 3], "integers from 0 to 2"),
        ([0, 1, -1], "integers from 0 to 2"),
        ([0.0, 1.0, 2.0], "integers from 0 to 2"),
        ([[0], [1], [2]], "one for each image"),
    ],
)
def test_labels_that_name_no_class_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        figures.show_predictions(IMAGES[:3], PROBABILITIES, np.array(labels), NAMES)


def test_a_single_prediction_checks_its_input_too():
    with pytest.raises(ValueError, match=r"not \(6, 4, 4\): take one image out of a"):
        figures.show_prediction(IMAGES, PROBABILITIES[0], NAMES)
    with pytest.raises(ValueError, match="from 0 to 1, or from 0 to 255"):
        figures.show_prediction(IMAGES[1] * -1.0, PROBABILITIES[0], NAMES)
    with pytest.raises(ValueError, match="the 3 classes"):
        figures.show_prediction(IMAGES[0], PROBABILITIES, NAMES)
    with pytest.raises(ValueError, match="integers from 0 to 2"):
        figures.show_prediction(IMAGES[0], PROBABILITIES[0], NAMES, label=3)
