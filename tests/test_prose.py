"""The text of the notebooks: what the checks say when it is wrong."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebook_checks import prose
from notebook_checks.lessons import Claim, Lesson


def notebook(words: str, code: str = "print(10000)") -> nbformat.NotebookNode:
    return new_notebook(
        cells=[new_markdown_cell(words, id="words"), new_code_cell(code, id="code")]
    )


def found(notebook: nbformat.NotebookNode, path, **promised) -> str:
    return "\n".join(
        prose.problems(notebook, path / "01_test.ipynb", Lesson(**promised))
    )


def test_a_number_that_no_cell_shows_is_found(tmp_path):
    lesson = notebook("As in notebook 12, about 0.91 of 10,000.")
    assert "says 0.91, but no cell prints it" in found(lesson, tmp_path)
    assert found(lesson, tmp_path, constants=frozenset({"0.91"})) == ""


def test_a_constant_that_the_text_does_not_say_any_more_is_named(tmp_path):
    problems = found(notebook("None."), tmp_path, constants=frozenset({"0.91"}))
    assert "0.91 is among the constants" in problems


def test_an_assert_that_a_reader_has_no_use_for_is_found(tmp_path):
    lesson = notebook("Equal.", "if True:\n    assert 1 == 1")
    assert "'code': an assert on the page" in found(lesson, tmp_path)
    assert found(lesson, tmp_path, asserts=frozenset({"code"})) == ""
    gone = found(notebook("Equal."), tmp_path, asserts=frozenset({"code"}))
    assert "listed for its assert, but has none" in gone


@pytest.mark.parametrize(
    "link",
    [
        "Next: [3 · Why?](03_why.ipynb)",
        "Next: [2 · What?](03_why.ipynb)",
        "Next: [2 · Why?](02_what.ipynb)",
        "The end.",
    ],
)
def test_a_next_link_that_leads_elsewhere_is_found(link, tmp_path):
    for name, question in (("02_what", "2 · What?"), ("03_why", "3 · Why?")):
        other = new_notebook(cells=[new_markdown_cell(f"# {question}\n\nText.")])
        nbformat.write(other, tmp_path / f"{name}.ipynb")
    lesson = notebook("Text.")
    lesson.cells.append(new_markdown_cell("Next: [2 · What?](02_what.ipynb)"))
    assert found(lesson, tmp_path) == ""
    lesson.cells[-1].source = link
    problems = found(lesson, tmp_path)
    assert "to the next notebook: [2 · What?](02_what.ipynb)" in problems


def test_sentences_that_no_claim_quotes_are_listed_for_the_author():
    lesson = notebook(
        "## Look\n\n*Figure:* Boots are bright. Bags vary; see notebook 3.\n\n"
        "1. Draw 1,000 bags.\n2. Why (and how)? `x = 1.5` is code.\n\n```\nno. Text\n```"
    )
    claim = Claim(cell="words", says="Boots are  bright", holds="True")
    assert prose.unquoted(lesson, [claim]) == {
        "words": [
            "Bags vary; see notebook 3.",
            "Draw 1,000 bags.",
            "Why (and how)?",
            "`x = 1.5` is code.",
        ]
    }
