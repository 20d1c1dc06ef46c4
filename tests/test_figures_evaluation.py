"""Figures about mistakes and confidence: what is on the Axes, and what wrong input is told."""

from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib.colors import to_hex

from helpers import figures

matplotlib.use("Agg")

NAMES = ["cat", "dog", "owl"]
MATRIX = np.array([[8, 2, 0], [1, 9, 0], [0, 3, 7]])
DIFFERENCES = np.array([[0, 5.0, 40], [5, 0, 30], [40, 30, 0]])
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "14_evaluate_predictions.ipynb"


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def written(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_each_count_stands_where_its_true_class_and_its_answer_meet():
    axes = figures.show_confusion(MATRIX, NAMES)
    assert len(axes.texts) == 9
    for text in axes.texts:
        answer, true = text.get_position()
        assert text.get_text() == str(MATRIX[true, answer])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    assert [label.get_text() for label in axes.get_yticklabels()] == NAMES


def test_right_answers_are_blue_and_bold_and_leave_the_colours_to_the_mistakes():
    axes = figures.show_confusion(
        MATRIX * [[100, 1, 1], [1, 100, 1], [1, 1, 100]], NAMES
    )
    blue = [text for text in axes.texts if text.get_color() == figures.RIGHT]
    assert [text.get_text() for text in blue] == ["800", "900", "700"]
    assert {text.get_weight() for text in blue} == {"bold"}
    assert axes.images[0].get_clim() == (0, 3)


def test_more_mistakes_are_a_darker_red():
    image = figures.show_confusion(MATRIX, NAMES).images[0]
    colors = image.to_rgba(np.arange(4))[:, :3]
    assert (np.diff(colors.sum(axis=1)) < 0).all()
    assert (colors.argmax(axis=1) == 0).all()


def test_a_confusion_matrix_in_which_all_are_right_can_be_drawn():
    axes = figures.show_confusion(np.diag([4, 5, 6]), NAMES)
    assert written(axes) == ["4", "0", "0", "0", "5", "0", "0", "0", "6"]


def test_a_pair_counts_its_mistakes_in_both_directions():
    axes = figures.plot_pairs(DIFFERENCES, MATRIX, NAMES, closest=1)
    near, far = axes.lines
    assert near.get_xydata().tolist() == [[5, 3]]
    assert sorted(far.get_xydata().tolist()) == [[30, 3], [40, 0]]
    assert (near.get_marker(), far.get_marker()) == ("s", "o")
    assert near.get_label() == "the 1 closest pairs"


def test_the_names_of_a_pair_stand_at_its_mark_and_on_the_free_side():
    axes = figures.plot_pairs(DIFFERENCES, MATRIX, NAMES, [(0, 1), (1, 2)], closest=1)
    assert [(t.get_text(), t.xy, t.get_ha()) for t in axes.texts] == [
        ("cat – dog", (5, 3), "right"),
        ("dog – owl", (30, 3), "left"),
    ]


CONFIDENCE = np.repeat([0.15, 0.55, 0.85, 0.95, 1.0], [4, 30, 100, 60, 40])
IS_RIGHT = np.concatenate(
    [np.zeros(4), np.arange(30) < 12, np.arange(100) < 60, np.ones(100)]
).astype(bool)


def bars(axes) -> list[tuple[float, float]]:
    return [(bar.get_center()[0], bar.get_height()) for bar in axes.patches]


def test_each_bin_of_confidence_has_its_bar_and_its_number_of_images():
    (axes,) = figures.plot_calibration({"a network": CONFIDENCE}, IS_RIGHT)
    np.testing.assert_allclose(bars(axes), [(0.55, 0.4), (0.85, 0.6), (0.97, 1)])
    assert written(axes) == ["30", "100", "100", "equal ", "images"]
    assert axes.get_title() == "a network"
    assert {to_hex(bar.get_facecolor()) for bar in axes.patches} == {
        figures.RIGHT.lower()
    }


def test_the_orange_marks_are_two_standard_deviations_and_end_at_1():
    confidence = np.repeat([0.85, 0.99], [100, 30])
    (axes,) = figures.plot_calibration({"a network": confidence}, np.ones(130, bool))
    marks = [line[:, 1] for line in axes.collections[0].get_segments()]
    many, few = 2 * np.sqrt(0.85 * 0.15 / 100), 2 * np.sqrt(0.99 * 0.01 / 30)
    np.testing.assert_allclose(marks[0], [0.85 - many, 0.85 + many])
    np.testing.assert_allclose(marks[1], [0.99 - few, 1])
    assert to_hex(axes.collections[0].get_colors()[0]) == figures.CHOSEN.lower()


def test_a_confidence_at_a_limit_belongs_to_the_bin_above():
    confidence = np.repeat(np.array([0.8, 0.9, 1.0], np.float32), 30)
    (axes,) = figures.plot_calibration({"": confidence}, np.ones(90, bool))
    assert written(axes)[:2] == ["30", "60"]


def test_several_networks_are_drawn_on_equal_axes():
    axes = figures.plot_calibration(
        {"before": CONFIDENCE, "after": CONFIDENCE / 2}, IS_RIGHT
    )
    assert [a.get_title() for a in axes] == ["before", "after"]
    assert len({(a.get_xlim(), a.get_ylim()) for a in axes}) == 1
    assert bars(axes[1])[0] == pytest.approx((0.275, 0.4))


def test_one_bin_by_hand_and_by_helper_are_the_same():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    source = next(cell.source for cell in cells if cell.id == "one-bin")
    taught = {"np": np, "confidence": CONFIDENCE, "right": IS_RIGHT}
    exec(source, taught)
    (axes,) = figures.plot_calibration({"": CONFIDENCE}, IS_RIGHT)
    claimed, share = bars(axes)[1]
    mark = axes.collections[0].get_segments()[1][:, 1]
    assert (taught["claimed"], taught["share"]) == pytest.approx((claimed, share))
    assert mark == pytest.approx(claimed + taught["chance"] * np.array([-1, 1]))


def test_refusing_takes_the_least_sure_first():
    confidence = np.linspace(0, 1, 100)
    right = np.arange(100) >= 20
    axes = figures.plot_refusal(confidence, right, limit=confidence[10])
    shares, accuracies = axes.lines[0].get_data()
    assert accuracies[0] == 0.8 and accuracies[np.isclose(shares, 0.2)] == 1
    assert axes.lines[1].get_xydata().tolist() == [[0.1, 80 / 90]]
    assert to_hex(axes.lines[1].get_color()) == figures.CHOSEN.lower()
    assert axes.get_ylim()[0] <= 0.8


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (MATRIX[:2], r"shape \(n, n\), one row and one column"),
        (MATRIX / 10, "whole numbers, 0 or more"),
        (MATRIX - 5, "whole numbers, 0 or more"),
    ],
)
def test_what_is_no_confusion_matrix_is_told_so(matrix, words):
    with pytest.raises(ValueError, match=words):
        figures.show_confusion(matrix, NAMES)
    with pytest.raises(ValueError, match=words):
        figures.plot_pairs(DIFFERENCES, matrix, NAMES)


def test_too_few_names_or_differences_are_told_so():
    with pytest.raises(ValueError, match="names has 2 entries, but 3"):
        figures.show_confusion(MATRIX, NAMES[:2])
    with pytest.raises(ValueError, match="names has 2 entries, but 3"):
        figures.plot_pairs(DIFFERENCES, MATRIX, NAMES[:2])
    with pytest.raises(ValueError, match=r"numbers of the shape \(3, 3\)"):
        figures.plot_pairs(DIFFERENCES[:2], MATRIX, NAMES)


@pytest.mark.parametrize(
    ("confidence", "right", "words"),
    [
        (np.ones((4, 10)), np.ones(4, bool), r"probabilities.max\(axis=1\)"),
        (np.array([3.5, 0.1]), np.ones(2, bool), "from 0 to 1"),
        (np.array([np.nan, 0.1]), np.ones(2, bool), "from 0 to 1"),
        (np.array([0.5, 0.1]), np.array([1, 0]), "as predicted == labels does"),
        (np.array([0.5, 0.1]), np.ones(3, bool), "each of the 2 answers"),
    ],
)
def test_confidences_that_are_none_say_what_is_expected(confidence, right, words):
    with pytest.raises(ValueError, match=words):
        figures.plot_calibration({"a network": confidence}, right)
    with pytest.raises(ValueError, match=words):
        figures.plot_refusal(confidence, right, limit=0.5)


def test_confidences_without_a_title_say_what_is_expected():
    with pytest.raises(ValueError, match="dictionary"):
        figures.plot_calibration(CONFIDENCE, IS_RIGHT)


def test_a_limit_that_refuses_nearly_all_is_told_so():
    with pytest.raises(ValueError, match="refuses 83%"):
        figures.plot_refusal(CONFIDENCE, IS_RIGHT, limit=0.99)
