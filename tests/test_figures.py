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


def written(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def named_table(table) -> plt.Axes:
    return figures.show_table(table, [f"name {i}" for i in range(len(table))])


@pytest.mark.parametrize("draw", [figures.show_numbers, named_table])
def test_each_number_is_written_on_the_field_that_it_belongs_to(draw):
    table = np.arange(9).reshape(3, 3) * 31
    axes = draw(table)
    np.testing.assert_array_equal(axes.images[0].get_array(), table)
    for text in axes.texts:
        column, row = text.get_position()
        assert text.get_text() == str(table[row, column])
    assert len(axes.texts) == 9


@pytest.mark.parametrize("draw", [figures.show_numbers, named_table])
def test_each_number_can_be_read_on_its_field(draw):
    table = np.arange(0, 256, 4, dtype=np.uint8).reshape(8, 8)
    axes = draw(table)
    for text in axes.texts:
        column, row = text.get_position()
        red, green, blue, _ = axes.images[0].to_rgba(table[row, column])
        letters = {"black": 0, "white": 1}[text.get_color()]
        assert abs(letters - (0.3 * red + 0.59 * green + 0.11 * blue)) >= 0.45


def test_black_and_white_mean_the_same_in_every_piece_of_an_image():
    axes = figures.show_numbers(np.array([[100, 120], [110, 130]], np.uint8))
    assert axes.images[0].get_clim() == (0, 255)
    assert axes.images[0].get_cmap().name == "gray"


def test_a_table_has_its_names_on_both_sides_and_rounded_numbers():
    axes = figures.show_table([[0, 16.9, 2.2], [16.9, 0, 3.6], [2.2, 3.6, 0]], NAMES)
    assert [label.get_text() for label in axes.get_xticklabels()] == NAMES
    assert [label.get_text() for label in axes.get_yticklabels()] == NAMES
    assert written(axes) == ["0", "17", "2", "17", "0", "4", "2", "4", "0"]


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (IMAGES, r"\(rows, columns\), not \(6, 4, 4\)"),
        (np.empty((0, 3), int), "not \\(0, 3\\)"),
        (IMAGES[0] / 255, "whole numbers from 0 to 255"),
        (IMAGES[0].astype(int) - 1, "whole numbers from 0 to 255"),
        (IMAGES[0].astype(int) * 100, "whole numbers from 0 to 255"),
    ],
)
def test_pixels_that_are_none_say_what_is_expected(pixels, words):
    with pytest.raises(ValueError, match=words):
        figures.show_numbers(pixels)


@pytest.mark.parametrize(
    ("table", "names", "words"),
    [
        (np.zeros((2, 3)), NAMES, r"\(n, n\), not \(2, 3\)"),
        (np.zeros((0, 0)), [], r"not \(0, 0\)"),
        ([["a", "b"], ["c", "d"]], NAMES[:2], "a number in each field"),
        ([[np.nan, 0], [0, 1]], NAMES[:2], "a number in each field"),
        (np.zeros((2, 2)), NAMES, "names has 3 entries, but 2"),
    ],
)
def test_a_table_that_is_none_says_what_is_expected(table, names, words):
    with pytest.raises(ValueError, match=words):
        figures.show_table(table, names)


def three_layers(neurons=(3, 2, 3), names=NAMES) -> plt.Axes:
    return figures.show_layers(IMAGES[0], neurons, names)


def test_a_drawn_network_says_how_many_pixels_and_neurons_it_has():
    axes = figures.show_layers(np.zeros((28, 28)), [1200, 1, 3], NAMES)
    counts = [text for text in written(axes) if text[0].isdigit()]
    assert counts == ["784 pixels", "1,200 neurons", "1 neuron", "3 neurons"]


def test_a_drawn_network_connects_every_mark_with_all_of_the_next_column():
    *lines, _, _, _, _ = three_layers().collections
    # 16 pixels are too many to draw: the first and the last three stand for them.
    assert [len(drawn.get_segments()) for drawn in lines] == [6 * 3, 3 * 2, 2 * 3]
    for drawn, start, end in zip(lines, (6, 3, 2), (3, 2, 3), strict=True):
        ends = {tuple(map(tuple, line)) for line in drawn.get_segments()}
        assert len(ends) == start * end


def test_one_neuron_of_a_drawn_network_is_blue_with_all_that_leads_to_it():
    lines, *_ = drawn = three_layers().collections
    blue = [
        line[1].tolist()
        for line, color in zip(lines.get_segments(), lines.get_colors(), strict=True)
        if to_hex(color) == figures.RIGHT.lower()
    ]
    first = drawn[4].get_offsets()[0].tolist()
    assert blue == 6 * [first]
    assert to_hex(drawn[4].get_facecolors()[0]) == figures.RIGHT.lower()


@pytest.mark.parametrize("count", [3, 10, 30])
def test_the_names_in_a_drawn_network_stand_beside_their_own_neuron(count):
    names = [f"class {i}" for i in range(count)]
    axes = three_layers((2, count), names)
    neurons = axes.collections[-1].get_offsets()
    beside = {
        t.get_position()[1]: t.get_text() for t in axes.texts if "c" in t.get_text()
    }
    shown = names if count <= 10 else names[:3] + names[-3:]
    assert [beside[height] for _, height in neurons] == shown


@pytest.mark.parametrize(
    ("neurons", "names", "message"),
    [
        ([], NAMES, "neurons must hold a whole number"),
        (3, NAMES, "neurons must hold a whole number"),
        ([2.5, 3], NAMES, "neurons must hold a whole number"),
        ([0, 3], NAMES, "neurons must hold a whole number"),
        ([3, 4], NAMES, "class_names has 3 entries, but 4"),
    ],
)
def test_a_network_that_cannot_be_drawn_is_refused_in_words(neurons, names, message):
    with pytest.raises(ValueError, match=message):
        three_layers(neurons, names)


LOSSES = {"raw": [0.5, 1e9, np.inf, np.nan], "scaled": [0.5, 0.2, 0.1, 0.05]}


def test_a_curve_of_losses_has_its_name_at_its_end():
    axes = figures.plot_losses({"first": [3.0, 2.0, 1.0], "second": [3.0, 2.5]})
    assert written(axes) == ["first", "second"]
    assert [text.xy for text in axes.texts] == [(2, 1.0), (1, 2.5)]
    assert [line.get_ydata().tolist() for line in axes.lines] == [[3, 2, 1], [3, 2.5]]


def test_a_curve_ends_where_its_loss_becomes_infinite_and_says_so():
    axes = figures.plot_losses(LOSSES)
    assert written(axes) == ["raw,\nthen infinite", "scaled"]
    assert axes.lines[0].get_ydata().tolist() == [0.5, 1e9]
    assert axes.texts[0].xy == (1, 1e9)


def test_small_losses_stay_visible_beside_large_ones():
    assert figures.plot_losses(LOSSES).get_yscale() == "log"
    axes = figures.plot_losses({"scaled": LOSSES["scaled"]})
    assert axes.get_yscale() == "linear"
    assert axes.get_ylim()[0] == 0


def test_curves_that_coincide_can_both_be_seen_and_both_names_be_read():
    axes = figures.plot_losses({"one": [2.0, 1.0], "other": [2.0, 1.0]})
    assert axes.lines[0].get_linewidth() > 2 * axes.lines[1].get_linewidth()
    assert [text.get_va() for text in axes.texts] == ["bottom", "top"]


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ({}, "a dictionary with a curve"),
        ([3.0, 2.0], "a dictionary with a curve"),
        ({"it": []}, "'it' must be numbers"),
        ({"it": [np.nan, 1.0]}, "'it' must be numbers"),
        ({"it": [1.0, -1.0]}, "'it' must be numbers"),
        ({"it": [[1.0]]}, "'it' must be numbers"),
        ({"it": ["a"]}, "'it' must be numbers"),
    ],
)
def test_losses_that_are_none_say_what_is_expected(losses, words):
    with pytest.raises(ValueError, match=words):
        figures.plot_losses(losses)


def test_a_learning_rate_that_exploded_is_marked_as_such_and_no_other():
    axes = figures.plot_rates(
        [0.1, 1, 10, 100],
        {"raw": [0.2, 0.51, np.nan, np.inf], "scaled": [0.5, 0.4, 0.1, 7]},
        start=0.5,
        default=10,
    )
    raw, raw_exploded, scaled, scaled_exploded, _ = axes.lines
    np.testing.assert_allclose(raw.get_ydata(), [0.2, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(scaled.get_ydata(), [0.5, 0.4, 0.1, np.nan])
    assert raw_exploded.get_xdata().tolist() == [1, 10, 100]
    np.testing.assert_allclose(raw_exploded.get_ydata(), 0.55)
    assert scaled_exploded.get_xdata().tolist() == [100]
    assert {raw_exploded.get_marker(), scaled_exploded.get_marker()} == {"x"}
    assert "✗ the loss has grown" in written(axes)


def test_the_best_learning_rate_of_each_curve_has_its_name_and_the_default_its_line():
    axes = figures.plot_rates(
        [0.1, 1, 10],
        {"raw": [0.1, 0.3, 0.4], "scaled": [0.5, 0.2, 0.1]},
        start=0.5,
        default=10,
    )
    assert [text.xy for text in axes.texts[:2]] == [(0.1, 0.1), (10, 0.1)]
    assert axes.lines[-1].get_xdata() == [10, 10]
    assert written(axes) == ["raw", "scaled", "Keras's\ndefault"]


def test_rates_without_a_loss_each_say_so():
    with pytest.raises(ValueError, match="'raw' has 2 entries, but 3 are needed"):
        figures.plot_rates([1, 2, 3], {"raw": [0.1, 0.2]}, start=0.5, default=1)
    with pytest.raises(ValueError, match="start must be a loss above 0, not 0"):
        figures.plot_rates([1], {"raw": [0.1]}, start=0, default=1)


def test_every_answer_is_counted_once_and_each_limit_stands_where_it_lies():
    rng = np.random.default_rng(0)
    answers = {"cats": rng.normal(0, 1, 100), "dogs": rng.normal(5, 1, 60)}
    axes = figures.plot_answers(answers, {"half": 2.5, "low": 0.01})
    assert [patch.get_data().values.sum() for patch in axes.patches] == [100, 60]
    assert [line.get_xdata()[0] for line in axes.lines] == [2.5, 0.01]
    assert written(axes) == ["cats", "dogs", "half", "low"]
    assert [text.xy[0] for text in axes.texts[2:]] == [2.5, 0.01]
    assert axes.texts[0].xy[0] < 2.5 < axes.texts[1].xy[0]


def test_two_heaps_of_answers_can_be_told_apart_without_colour():
    axes = figures.plot_answers({"cats": np.arange(3), "dogs": np.arange(4)}, {})
    assert [patch.get_hatch() for patch in axes.patches] == ["", "///"]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, "a dictionary with a class"),
        (np.arange(3), "a dictionary with a class"),
        ({"cats": np.zeros((3, 1))}, r"'cats' must have the shape .* not \(3, 1\)"),
        ({"cats": [0.5, np.nan]}, "one finite number for each image"),
    ],
)
def test_answers_that_are_none_say_what_is_expected(answers, words):
    with pytest.raises(ValueError, match=words):
        figures.plot_answers(answers, {})


def test_the_neuron_is_drawn_in_the_order_in_which_it_calculates():
    texts = [text for text in figures.show_neuron().texts if text.get_text()]
    from_left = sorted(texts, key=lambda text: text.get_position()[0])
    assert [t.get_text() for t in from_left] == ["x", "* w", "+ b", "w * x + b"]


POINTS_X, POINTS_Y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 4.0, 7.0])


def test_each_error_is_drawn_between_answer_and_guess_and_has_its_sign():
    axes = figures.plot_errors(POINTS_X, POINTS_Y, np.array([3.0, 4.5, 5.0]))
    assert written(axes) == ["+2", "+0.5", "−2"]
    ends = [sorted(line[:, 1]) for line in axes.collections[0].get_segments()]
    assert ends == [[1, 3], [4, 4.5], [5, 7]]
    guesses, answers = axes.lines
    np.testing.assert_array_equal(guesses.get_ydata(), [3, 4.5, 5])
    np.testing.assert_array_equal(answers.get_ydata(), POINTS_Y)
    assert guesses.get_marker() != answers.get_marker()


PATH = np.array([[0.0, 5.0], [2.0, 3.0], [3.0, 1.0]])


def test_each_line_is_that_of_the_step_in_its_title():
    grid = figures.plot_fits(POINTS_X, POINTS_Y, PATH, steps=(0, 1, 2))
    lines = [axes.lines[0].get_ydata().tolist() for axes in grid]
    assert lines == [[5, 5, 5], [3, 5, 7], [1, 4, 7]]
    assert titles(grid) == [
        "0 steps\nw = 0.00, b = 5.00\nloss 7",
        "1 step\nw = 2.00, b = 3.00\nloss 1.67",
        "2 steps\nw = 3.00, b = 1.00\nloss 0",
    ]
    assert len({axes.get_ylim() for axes in grid}) == 1


def bowl(weight: float, bias: float) -> float:
    return 2 * (weight - 3) ** 2 + 3 * (bias - 1) ** 2


def test_the_map_has_the_weight_to_the_right_and_the_loss_on_its_lines():
    axes = figures.plot_descent(bowl, PATH, steps=(0, 2))
    filled, lines = (c for c in axes.collections if hasattr(c, "levels"))
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        losses = [bowl(*point) for point in path.vertices]
        np.testing.assert_allclose(losses, level, rtol=0.05)
    numbers = [text.get_text() for text in lines.labelTexts]
    assert numbers == ["0.1", "1", "3", "10", "30"]
    greys = filled.get_facecolor()[:, 0]
    assert (np.diff(greys) < 0).all(), "the darker, the larger the loss"


def test_the_path_is_marked_at_the_steps_that_are_named():
    axes = figures.plot_descent(bowl, PATH, steps=(0, 2))
    path, marks = axes.lines
    np.testing.assert_array_equal(path.get_xydata(), PATH)
    np.testing.assert_array_equal(marks.get_xydata(), PATH[[0, 2]])
    named = {t.get_text(): tuple(t.xy) for t in axes.texts if hasattr(t, "xy")}
    assert named == {"0": (0, 5), "2": (3, 1)}


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: figures.plot_errors([], [], []), "x must be a row of numbers"),
        (
            lambda: figures.plot_errors(POINTS_X, POINTS_Y, [[1, 2, 3]]),
            "guesses must be a row of numbers",
        ),
        (
            lambda: figures.plot_errors(POINTS_X, POINTS_Y[:2], POINTS_X),
            "y has 2 entries, but 3",
        ),
        (
            lambda: figures.plot_fits(POINTS_X, POINTS_Y, PATH.T, (0, 1)),
            r"path must have a row for each step.*\(2, 3\)",
        ),
        (
            lambda: figures.plot_fits(POINTS_X, POINTS_Y, PATH, (0, 3)),
            "from 0 to 2, the last step of this path, not 3",
        ),
        (
            lambda: figures.plot_fits(POINTS_X, POINTS_Y, PATH, ()),
            "steps must name at least one step",
        ),
        (lambda: figures.plot_descent(bowl, PATH, (-1,)), "from 0 to 2.*not -1"),
        (lambda: figures.plot_descent(bowl, PATH + 3, (0,)), "the path leaves the map"),
    ],
)
def test_a_path_that_cannot_be_drawn_is_refused_in_words(draw, words):
    with pytest.raises(ValueError, match=words):
        draw()


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


def stages(**rows) -> np.ndarray:
    return figures.show_stages(IMAGES[0], rows, NAMES, 0)


def test_each_stage_has_its_own_bars_named_from_the_top_and_from_0_to_1():
    _, *drawn = stages(before=[0.2, 0.5, 0.3], after=[0.7, 0.2, 0.1])
    assert [[bar.get_width() for bar in axes.patches] for axes in drawn] == [
        [0.2, 0.5, 0.3],
        [0.7, 0.2, 0.1],
    ]
    assert [label.get_text() for label in drawn[0].get_yticklabels()] == NAMES
    assert all(axes.yaxis_inverted() and axes.get_xlim() == (0, 1) for axes in drawn)


def test_each_stage_says_whether_the_network_was_right():
    axes = stages(before=[0.2, 0.5, 0.3], after=[0.7, 0.2, 0.1])
    assert titles(axes) == ["the image:\ncat", "before:\n✗ dog", "after:\n✓ cat"]
    assert title_colors(axes)[1:] == [figures.WRONG, figures.RIGHT]
    assert [to_hex(bar.get_facecolor()).upper() for bar in axes[1].patches] == [
        figures.RIGHT,
        figures.WRONG,
        figures.NEITHER,
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({}, "at least one stage"),
        ({"before": [0.5, 0.5]}, "one value for each of the 3 classes"),
        ({"before": [3.0, -1.0, 0.5]}, "apply softmax first"),
        ({"before": [0.2, 0.5, 0.3], "after": [0.5, 0.5]}, "as many probabilities"),
    ],
)
def test_stages_that_cannot_be_drawn_are_refused_in_words(rows, message):
    with pytest.raises(ValueError, match=message):
        stages(**rows)


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


def test_the_turn_is_marked_at_the_epoch_with_the_lowest_validation_loss():
    history = {"loss": [2.0, 1.0, 0.5, 0.2], "val_loss": [1.5, 1.1, 1.2, 1.4]}
    axes = figures.plot_turn(history)
    training, validation, turn = axes.lines
    np.testing.assert_array_equal(training.get_ydata(), history["loss"])
    np.testing.assert_array_equal(validation.get_ydata(), history["val_loss"])
    assert list(turn.get_xdata()) == [2, 2]
    assert [text.get_text() for text in axes.texts] == ["lowest validation loss"]
    assert axes.texts[0].get_position()[0] == 2
    assert axes.get_ylim() == (0, 2.5)  # the same on every processor


def test_a_turn_is_looked_for_only_where_there_is_validation():
    with pytest.raises(ValueError, match=r"no 'val_loss'.*pass validation data"):
        figures.plot_turn({"loss": [1.0]})


def test_the_gap_reaches_from_validation_to_training_at_each_number():
    axes = figures.plot_gap({32: (0.95, 0.8), 4: (0.7, 0.6)}, "neurons")
    training, validation = axes.lines
    np.testing.assert_array_equal(training.get_xydata(), [[4, 0.7], [32, 0.95]])
    np.testing.assert_array_equal(validation.get_xydata(), [[4, 0.6], [32, 0.8]])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "training",
        "validation",
    ]
    gaps = axes.collections[0].get_segments()
    np.testing.assert_array_equal(gaps[0], [[4, 0.6], [4, 0.7]])
    np.testing.assert_array_equal(gaps[1], [[32, 0.8], [32, 0.95]])
    assert [label.get_text() for label in axes.get_xticklabels()] == ["4", "32"]
    assert axes.get_xlabel() == "neurons"
    assert [(text.get_text(), text.xy[0]) for text in axes.texts] == [("gap", 32)]


@pytest.mark.parametrize(
    ("accuracies", "message"),
    [
        ({}, r"numbers above 0, one or more, not \[\]"),
        ({0: (0.9, 0.8)}, r"numbers above 0, one or more, not \[0\]"),
        ({4: (0.9, 1.8)}, r"from 0 to 1, not \[\[0.9, 1.8\]\]"),
        ({4: (0.9, 0.8, 0.1)}, "a training and a validation accuracy"),
    ],
)
def test_accuracies_without_a_gap_to_draw_are_refused_in_words(accuracies, message):
    with pytest.raises(ValueError, match=message):
        figures.plot_gap(accuracies, "neurons")


def test_runs_of_one_kind_share_a_colour_and_a_style_and_no_two_kinds_do():
    other = {"val_loss": [3.0, 4.0]}
    axes = figures.plot_runs({"plain": [HISTORY, other], "dropout": [HISTORY]})
    first, second, third = axes.lines
    np.testing.assert_array_equal(first.get_xydata(), [[1, 1.5], [2, 1.2], [3, 1.1]])
    np.testing.assert_array_equal(second.get_ydata(), [3.0, 4.0])
    looks = [(line.get_color(), line.get_linestyle()) for line in axes.lines]
    assert looks[0] == looks[1]
    assert looks[0][0] != looks[2][0]
    assert looks[0][1] != looks[2][1]
    handles, names = axes.get_legend_handles_labels()
    assert dict(zip(names, handles, strict=True)) == {"plain": second, "dropout": third}


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ({"plain": []}, "'plain' has no run"),
        ({"plain": [{"loss": [1.0]}]}, r"no 'val_loss', only \['loss'\]"),
        (dict.fromkeys("abcde", [HISTORY]), "5 kinds: give 4 at most"),
    ],
)
def test_runs_that_cannot_be_drawn_are_refused_in_words(runs, message):
    with pytest.raises(ValueError, match=message):
        figures.plot_runs(runs)


def test_the_results_of_several_seeds_are_dots_and_their_mean_is_a_line():
    axes = figures.plot_seeds({"one": [0.5, 0.7], "two": [0.9]}, "accuracy")
    dots, mean, other_dots, _ = axes.lines
    np.testing.assert_allclose(dots.get_xydata(), [[0.5, 0], [0.7, 0]])
    np.testing.assert_allclose(mean.get_xydata(), [[0.6, 0]])
    np.testing.assert_allclose(other_dots.get_xydata(), [[0.9, 1]])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "two"]
    assert axes.get_xlabel() == "accuracy"


def test_a_kind_without_results_is_refused():
    with pytest.raises(ValueError, match="'two' must have one number for each run"):
        figures.plot_seeds({"one": [0.5], "two": []}, "accuracy")


def test_accuracies_stand_on_the_left_and_losses_on_the_right_run_by_run():
    results = {"one": [(1.5, 0.7), (1.7, 0.5)], "two": [(0.4, 0.9)]}
    accuracy, loss = figures.plot_evaluations(results, lowest_loss=1.461)
    assert [axes.get_xlabel() for axes in (accuracy, loss)] == ["accuracy", "loss"]
    np.testing.assert_allclose(accuracy.lines[0].get_xydata(), [[0.7, 0], [0.5, 0]])
    np.testing.assert_allclose(loss.lines[0].get_xydata(), [[1.5, 0], [1.7, 0]])
    np.testing.assert_allclose(loss.lines[1].get_xydata(), [[1.6, 0]])
    np.testing.assert_allclose(loss.lines[2].get_xydata(), [[0.4, 1]])
    assert [label.get_text() for label in accuracy.get_yticklabels()] == ["one", "two"]
    np.testing.assert_allclose(accuracy.get_xlim(), (0.5, 1))
    np.testing.assert_allclose(loss.get_xlim(), (0, 2))


def test_the_lowest_loss_is_a_dashed_line_among_the_losses_with_its_number():
    _, loss = figures.plot_evaluations({"one": [(1.5, 0.7)]}, lowest_loss=1.461)
    assert set(loss.lines[-1].get_xdata()) == {1.461}
    assert loss.lines[-1].get_linestyle() == "--"
    assert written(loss) == ["1.461"]


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ({}, "results is empty"),
        ({"one": []}, "'one' must have a loss and an accuracy for each run"),
        ({"one": [0.4, 0.9]}, "'one' must have a loss and an accuracy for each run"),
        ({"one": [("a", "b")]}, "'one' must have a loss and an accuracy for each run"),
    ],
)
def test_evaluations_that_are_no_pairs_are_refused_in_words(results, message):
    with pytest.raises(ValueError, match=message):
        figures.plot_evaluations(results, lowest_loss=1.461)


def test_each_accuracy_stands_over_its_value_and_guessing_is_a_dashed_line():
    axes = figures.plot_accuracies([0, 1, 4], [0.9, 0.5, 0.25], guessing=0.2)
    curve, dashed = axes.lines
    assert list(curve.get_xdata()) == list(axes.get_xticks()) == [0, 1, 4]
    assert list(curve.get_ydata()) == [0.9, 0.5, 0.25]
    assert set(dashed.get_ydata()) == {0.2} and dashed.get_linestyle() == "--"
    assert axes.texts[0].get_text() == "guessing"
    assert axes.texts[0].xy[1] == 0.2


@pytest.mark.parametrize(
    ("values", "accuracies", "guessing", "said"),
    [
        ([], [], 0.1, "values must hold numbers"),
        (["a"], [0.5], 0.1, "values must hold numbers"),
        ([0, 1], [0.5], 0.1, "accuracies has 1 entries, but 2"),
        ([0, 1], [0.5, 98], 0.1, "must be from 0 to 1"),
        ([0, 1], [0.5, float("nan")], 0.1, "must be from 0 to 1"),
        ([0, 1], [0.5, 0.5], 10, "must be from 0 to 1"),
    ],
)
def test_accuracies_that_are_no_shares_are_not_drawn(
    values, accuracies, guessing, said
):
    with pytest.raises(ValueError, match=said):
        figures.plot_accuracies(values, accuracies, guessing)


SCORES = {"score": np.array([-1.0, 2.0, 0.5]), "probability": PROBABILITIES[1]}


def test_each_step_from_scores_to_probabilities_shows_its_numbers_class_by_class():
    scores, probabilities = figures.show_scores(SCORES, NAMES, label=1)
    widths = [
        [bar.get_width() for bar in axes.patches] for axes in (scores, probabilities)
    ]
    assert widths == [[-1.0, 2.0, 0.5], [0.1, 0.6, 0.3]]
    assert [label.get_text() for label in scores.get_yticklabels()] == NAMES
    assert scores.yaxis_inverted()
    assert [axes.get_xlabel() for axes in (scores, probabilities)] == list(SCORES)
    assert scores.get_xlim() == (-5, 5)
    assert probabilities.get_xlim() == (0, 1)


def test_the_score_of_the_true_class_is_blue_and_a_higher_one_red():
    (axes,) = figures.show_scores({"score": SCORES["score"]}, NAMES, label=2)
    colors = [to_hex(bar.get_facecolor()).upper() for bar in axes.patches]
    assert colors == [figures.NEITHER, figures.WRONG, figures.RIGHT]


@pytest.mark.parametrize(
    ("steps", "label", "message"),
    [
        ({}, 1, "steps must be a dictionary"),
        (SCORES["score"], 1, "steps must be a dictionary"),
        ({"score": [1.0, 2.0]}, 1, "score has 2 entries, but 3 are needed"),
        ({"score": [1.0, 2.0, np.nan]}, 1, "score must hold one number for each class"),
        (SCORES, 3, "labels must be integers from 0 to 2"),
    ],
)
def test_scores_that_cannot_be_drawn_say_what_is_expected(steps, label, message):
    with pytest.raises(ValueError, match=message):
        figures.show_scores(steps, NAMES, label)


def test_the_frames_and_the_strip_show_the_same_pixels():
    pixels = np.array([9, 2, 15])
    axes = figures.show_pixels(IMAGES[:2], pixels, ["first", "second"])
    assert axes.shape == (2, 2)
    for (whole, strip), image, name in zip(
        axes, IMAGES[:2], ["first", "second"], strict=True
    ):
        np.testing.assert_array_equal(whole.images[0].get_array(), image)
        places = whole.lines[0].get_xydata().tolist()
        assert places == [[2, 0], [1, 2], [3, 3]]  # column first, in reading order
        seen = strip.images[0].get_array()
        np.testing.assert_array_equal(seen, [[image[0, 2], image[2, 1], image[3, 3]]])
        assert strip.get_title(loc="left") == name
        assert whole.images[0].get_clim() == strip.images[0].get_clim() == (0, 255)


@pytest.mark.parametrize("pixels", [[16], [-1], [0.5], []])
def test_a_pixel_outside_of_the_image_is_refused(pixels):
    with pytest.raises(ValueError, match="whole numbers from 0 to 15"):
        figures.show_pixels(IMAGES[:1], np.array(pixels), ["one"])


def test_the_chosen_model_is_the_square_and_a_kept_promise_lies_on_the_line():
    axes = figures.plot_promised_and_kept([0.5, 0.75, 0.25], [0.625, 0.5, 0.375], 1)
    dots, square, equal = axes.lines
    assert dots.get_xydata().tolist() == [[0.5, 0.625], [0.75, 0.5], [0.25, 0.375]]
    assert square.get_xydata().tolist() == [[0.75, 0.5]]
    assert square.get_marker() == "s"
    assert equal.get_xydata().tolist() == [[0.25, 0.25], [0.75, 0.75]]
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "promised accuracy",
        "kept accuracy",
    )


def test_promised_and_kept_stand_over_the_size_of_the_set_that_chose():
    axes = figures.plot_promises_by_size([10, 1000], [0.75, 0.625], [0.5, 0.5625], 0.6)
    promised, kept, possible = axes.lines
    assert promised.get_xydata().tolist() == [[10, 0.75], [1000, 0.625]]
    assert kept.get_xydata().tolist() == [[10, 0.5], [1000, 0.5625]]
    assert list(possible.get_ydata()) == [0.6, 0.6]
    assert axes.get_xscale() == "log"
    assert [text.get_text() for text in axes.get_xticklabels()] == ["10", "1,000"]
    beside = {text.get_text(): text.xy[1] for text in axes.texts}
    assert beside == {
        "promised by the images that chose": 0.75,
        "kept on all others": 0.5,
        "the best of all models: 0.600": 0.6,
    }


def test_what_is_no_accuracy_is_neither_promised_nor_kept():
    with pytest.raises(ValueError, match="promised must be from 0 to 1"):
        figures.plot_promised_and_kept([0.5, 1.5], [0.5, 0.5], 0)
    with pytest.raises(ValueError, match="kept has 1 entries, but 2 are needed"):
        figures.plot_promised_and_kept([0.5, 0.6], [0.5], 0)
    with pytest.raises(ValueError, match="chosen must be .* from 0 to 1, not 2"):
        figures.plot_promised_and_kept([0.5, 0.6], [0.5, 0.6], 2)
    with pytest.raises(ValueError, match="kept must be from 0 to 1"):
        figures.plot_promises_by_size([10], [0.5], [-0.5], 0.6)
    with pytest.raises(ValueError, match="possible must be from 0 to 1"):
        figures.plot_promises_by_size([10], [0.5], [0.5], 60)
    with pytest.raises(ValueError, match="promised has 1 entries, but 2 are needed"):
        figures.plot_promises_by_size([10, 100], [0.5], [0.5], 0.6)
