"""Rules: one that would let a wrong number or a spoiled figure through is refused."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from making_pictures import curves, mistakes, png
from notebook_checks import rules
from notebook_checks.lessons import Claim, Lesson

HELD = Claim("caption", "Curves.", "len(shown_axes()[0].lines) == 2")
PRINTED = "accuracy 0.91, spread 0.018, mistakes 1,287\n"


def notebook(picture=None, **compare) -> nbformat.NotebookNode:
    outputs = [new_output("stream", name="stdout", text=PRINTED)]
    if picture:
        data = {"image/png": png(picture), "text/plain": "<Figure>"}
        outputs.append(new_output("display_data", data))
    cell = new_code_cell("draw()", id="draw", outputs=outputs)
    cell.metadata["compare"] = compare
    return new_notebook(cells=[cell, new_markdown_cell("Curves.", id="caption")])


def found(notebook: nbformat.NotebookNode, **promised) -> str:
    return "\n".join(rules.problems(notebook, Lesson(**promised)))


@pytest.mark.parametrize(
    ("compare", "message"),
    [
        ({"acuracy": 0.1}, "'acuracy', but nothing of that name"),
        ({"figure": 3}, "'figure', but nothing of that name"),
        ({"accuracy": True}, "must be a number above 0"),
        ({"accuracy": "0.1"}, "must be a number above 0"),
        ({"accuracy": float("inf")}, "must be a number above 0"),
        ({"accuracy": 0.91}, "the largest of these numbers is 0.91"),
        ({"spread": 0.035}, "the largest of these numbers is 0.018"),
        ({"spread": {"within": 0.035, "because": ""}}, "'within' and 'because'"),
        ({"spread": {"within": 0.035}}, "'within' and 'because'"),
        ({"mistakes": [1200]}, "a range is two integers"),
        ({"mistakes": [1200, 1250.5]}, "a range is two integers"),
        ({"mistakes": [1300, 1200]}, "a range is two integers"),
        ({"mistakes": [1100, 1200]}, "but what is committed is 1287"),
    ],
)
def test_a_rule_that_guards_nothing_is_refused_with_the_reason(compare, message):
    assert message in found(notebook(**compare))


def test_rules_that_guard_their_numbers_are_accepted():
    reason = {"within": 0.035, "because": "three seeds"}
    compare = {"accuracy": 0.01, "spread": reason, "mistakes": [1200, 1300]}
    assert found(notebook(**compare)) == ""


@pytest.mark.parametrize("rule", [0.02, 1.0, True, 0, -3, "contents", [3, 4]])
def test_the_rule_of_a_figure_is_pixels_or_content(rule):
    problem = found(notebook(curves(), figure=rule))
    assert "neither 'content' nor pixels" in problem


@pytest.mark.parametrize("compare", [{}, {"figure": 1}, {"figure": 12}])
def test_a_rule_that_holds_its_figure_is_accepted(compare):
    assert found(notebook(curves(), **compare)) == ""


@pytest.mark.parametrize(
    ("picture", "rule", "message"),
    [
        # The two colours of the legend are nearer to each other than that.
        (curves(), 60, "hue 20 and hue 200 exchanged"),
        (mistakes(0), "content", "one word erased"),
    ],
)
def test_a_rule_that_accepts_its_own_figure_spoiled_is_refused(picture, rule, message):
    assert message in found(notebook(picture, figure=rule))


def test_a_figure_that_no_rule_holds_is_held_by_claims_on_its_axes():
    wide = notebook(curves(), figure=60)
    assert found(wide, axes=frozenset({"draw"}), claims=(HELD,)) == ""
    problem = found(wide, axes=frozenset({"draw"}))
    assert (
        "claims on shown_axes() are said to hold its figure: there is none" in problem
    )


def test_a_figure_is_not_listed_as_held_by_claims_without_need():
    narrow = notebook(curves(), figure=3)
    problem = found(narrow, axes=frozenset({"draw"}), claims=(HELD,))
    assert "it need not be listed under axes" in problem
