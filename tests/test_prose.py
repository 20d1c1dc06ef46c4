"""The text of the notebooks: its numbers are those that the cells show."""

import re
from pathlib import Path

import nbformat
import pytest

from notebook_checks import form

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# Code, addresses, numbers of notebooks, and how long a notebook takes, which varies.
NOT_PROSE = re.compile(
    r"`[^`]*`|\]\([^)]*\)|\d+ ·|[Nn]otebooks? \d+|It runs in about .*? on two"
)
# Numbers in the text that no cell prints or uses, and that can never change: arithmetic,
# definitions, sizes of the data, numbers that the reader is to try. What was measured does
# not belong here: print it, or assert it.
FIXED = {
}


def numbers(text: str) -> set[str]:
    return {found.rstrip(",").replace(",", "") for found in NUMBER.findall(text)}


def only_in_prose(notebook: nbformat.NotebookNode) -> set[str]:
    """Return the numbers above 10, or with a decimal point, that no code cell has or shows."""
    shown, told = set(), set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown |= numbers(cell.source) | numbers(form.printed(cell))
        else:
            told |= numbers(NOT_PROSE.sub(" ", cell.source))
    return {n for n in told - shown if "." in n or int(n) > 10}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_number_in_the_text_is_shown_by_a_cell_or_can_never_change(path):
    fixed = set(FIXED.get(path.stem[:2], "").split())
    assert only_in_prose(nbformat.read(path, as_version=4)) == fixed


def test_a_number_that_no_cell_shows_is_found():
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("As in notebook 12, about 0.91 of 10,000."),
            nbformat.v4.new_code_cell("print(10000)"),
        ]
    )
    assert only_in_prose(notebook) == {"0.91"}
