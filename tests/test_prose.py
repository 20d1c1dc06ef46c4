"""The text of the notebooks: its numbers are those that the cells show."""

import re
from pathlib import Path

import nbformat
import pytest

from notebook_checks import form, text

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# Code, addresses, numbers of notebooks, and how long a notebook takes, which varies.
NOT_PROSE = re.compile(
    r"`[^`]*`|\]\([^)]*\)|\d+ ·|[Nn]otebooks? \d+|It runs in about .*? on two"
)
# Numbers in the text that no cell prints or uses, and that need not: arithmetic, definitions,
# sizes of the data, numbers that the reader is to try; rounded ones, "about 98 of 100", that
# a cell asserts; and in 02, numbers that stand in a figure. What was measured, and is not
# asserted, does not belong here.
FIXED = {
    "01": "0.04 0.16 0.17 16.0 26 30.99999999 32 499 10000",
    "02": "11.2 17 21 23 27 76 200 70000",
    "03": "16 23 256 300 784 65025 70000",
    "04": "0.05 50 59999",
    "05": "0.1 0.29 0.69 2.16 2.30 26 78 80 90 255 390 3910",
    "06": "0.0000001 0.00001 0.693 0.9 0.99999999 2.303 2.718 16 17 37 650 4160 50240",
    "07": "0.001 0.90 0.9 0.98 14 17 32 98 100 5130 401920",
    "08": "0.2 0.8 18 150 3000 128768",
    "09": "0.0001 24",
    "10": "16 21 34",
    "11": "0.7 5.1 14 87 88 99.8 121 36864 407050",
    "12": "99 99.9 1600 243786",
    "13": "0.77 0.8 1.2 1.43 2.8 5.6 11 36 57 90 2017",
    "14": "20 30 99",
    "15": "0.00001 0.20 50842",
    "16": "0.008 26 40",
}


def numbers(words: str) -> set[str]:
    return {found.rstrip(",").replace(",", "") for found in NUMBER.findall(words)}


def only_in_prose(notebook: nbformat.NotebookNode) -> set[str]:
    """Return the numbers above 10, or with a decimal point, that no code cell has or shows."""
    shown, told = set(), set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # Not what is never compared: times.
            compared = " ".join(
                number for _, number in text.numbers(form.printed(cell))
            )
            shown |= numbers(cell.source) | numbers(compared)
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
