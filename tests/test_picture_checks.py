"""Figures: what may vary is accepted, what is wrong is refused and leaves three images."""

import pytest
from PIL import Image

from making_pictures import BLANK, BLUE, ORANGE, curves, drawing, mistakes, png
from notebook_checks import pictures


def swapped_tiles():
    picture = drawing()
    tile = picture.crop((20, 40, 131, 151))
    picture.paste(picture.crop((170, 40, 281, 151)), (20, 40))
    picture.paste(tile, (170, 40))
    return picture


@pytest.mark.parametrize(
    ("actual", "rule", "message"),
    [
        (BLANK, 40, "blank"),
        (BLANK, "content", "blank"),
        (drawing(size=(600, 340)), "content", "pixels instead of"),
        (drawing(size=(482, 340)), 40, "pixels instead of"),
        (drawing("Sneaker"), None, "looks different"),
        (drawing(axis="0.2   0.4   0.7"), None, "looks different"),
        (drawing(axis="0.2   0.4   0.7"), 5, "word"),
        (swapped_tiles(), 5, "in the other figure"),
    ],
)
def test_a_wrong_figure_is_refused_and_leaves_three_images(
    actual, rule, message, tmp_path
):
    images = tmp_path / "new" / "cell-1"
    assert message in pictures.difference(png(drawing()), png(actual), rule, images)
    left = sorted(path.name for path in images.parent.iterdir())
    assert left == ["cell-1-actual.png", "cell-1-difference.png", "cell-1-expected.png"]


@pytest.mark.parametrize(
    ("actual", "rule"),
    [
        (drawing(), None),
        (drawing(), 1),
        (drawing("Sneaker"), "content"),
        (swapped_tiles(), "content"),
        (drawing().resize((486, 344)), "content"),
    ],
)
def test_a_figure_that_may_vary_so_is_accepted(actual, rule, tmp_path):
    images = tmp_path / "cell-1"
    assert pictures.difference(png(drawing()), png(actual), rule, images) is None
    assert list(tmp_path.iterdir()) == []


# Ten thousandths of accuracy are 6 pixels here.
@pytest.mark.parametrize("higher", [0.004, 0.01])
def test_a_curve_may_move_as_far_as_its_rule_says_and_not_further(higher):
    moved = pictures.shift(curves(), curves(higher))
    assert 1 <= moved <= 600 * higher + 2
    assert pictures.differs(curves(), curves(higher), moved) is None
    if moved > 1:
        assert "in the other figure" in pictures.differs(
            curves(), curves(higher), moved - 1
        )


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (lambda: curves(change=lambda axes: axes.lines[0].remove()), "is missing"),
        (lambda: curves(change=lambda axes: axes.lines[1].remove()), "is missing"),
        (lambda: curves(change=lambda axes: axes.get_legend().remove()), "is missing"),
        (lambda: curves(change=lambda axes: axes.axhline(0.55)), "is new"),
        (lambda: curves(colors=(ORANGE, BLUE)), "in the other figure"),
        (lambda: curves(colors=(BLUE, "#CC3311")), "in the other figure"),
        (lambda: curves(labels=("validation", "training")), "in the other figure"),
        (
            lambda: curves(change=lambda axes: axes.set_title("Which is hisher?")),
            "word",
        ),
        (
            lambda: curves(change=lambda axes: axes.set_ylabel("occuracy")),
            "word",
        ),
        (
            lambda: curves(change=lambda axes: axes.set_title("Which is")),
            "in the other figure",
        ),
    ],
)
@pytest.mark.parametrize("rule", [1, 6, 12])
def test_what_a_reader_would_miss_in_a_figure_is_refused_however_far_curves_may_move(
    spoiled, message, rule
):
    assert message in pictures.differs(curves(), spoiled(), rule)


@pytest.mark.parametrize("wrong", [{"titles": False}, {"black": 9}])
def test_a_flippable_figure_is_refused_when_its_content_is_gone(wrong):
    assert pictures.differs(mistakes(0), mistakes(0, **wrong), "content")


def test_a_flippable_figure_is_refused_when_right_looks_like_wrong():
    red, green, blue = mistakes(0).split()
    swapped = Image.merge("RGB", (blue, green, red))
    assert "pixels instead of" in pictures.differs(mistakes(0), swapped, "content")


def test_a_flippable_figure_is_refused_when_the_titles_of_one_column_are_gone():
    picture = mistakes(0)
    for line in pictures.words(mistakes(0), gap=10):
        if line.columns.start > 500:
            box = (
                line.columns.start,
                line.rows.start,
                line.columns.stop,
                line.rows.stop,
            )
            picture.paste("white", box)
    assert "words are missing" in pictures.differs(mistakes(0), picture, "content")


@pytest.mark.parametrize("first", [10, 20, 30, 40, 50])
def test_a_flippable_figure_may_show_other_mistakes(first):
    assert pictures.differs(mistakes(0), mistakes(first), "content") is None


def test_the_words_of_a_figure_are_found_one_by_one():
    words = list(pictures.words(curves()))
    assert [word.kind for word in words].count("black") == len(words)
    # Title 3, legend 2, labels 2, ticks 6 and 5; one may be found in two parts.
    assert 18 <= len(words) <= 20
