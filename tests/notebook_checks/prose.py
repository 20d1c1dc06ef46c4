"""The text of a notebook: its numbers are shown by its cells, and its links lead on."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from notebook_checks import claims, form, text
from notebook_checks.lessons import Claim, Lesson

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# Code, addresses, numbers of notebooks, and how long a notebook takes, which varies.
_NO_NUMBERS = re.compile(
    r"`[^`]*`|\]\([^)]*\)|\d+ ·|[Nn]otebooks? \d+|It runs in about .*? on two"
    r"|about \d+ minutes"
)
_ASSERT = re.compile(r"^\s*assert\b", re.MULTILINE)
# What stands at the start of a block of Markdown and belongs to no sentence.
_MARKS = re.compile(r"(?:(?:[-*]|\d+\.)\s+|\*Figure:\*\s+|\*\*Predict\.\*\*\s+)+")
# A sentence ends at these, with what closes after them, where a capital or code follows.
_END = re.compile(r"([.?!][*)\"”]*)\s+(?=[\"“*(`]*[A-Z`\d])")


def problems(notebook: NotebookNode, path: Path, lesson: Lesson) -> Iterator[str]:
    """Yield what is wrong with the words of a notebook; nothing is run."""
    yield from claims.problems(lesson.claims, notebook)
    untold = only_in_prose(notebook)
    for number in sorted(untold - lesson.constants):
        yield (
            f"the text says {number}, but no cell prints it: print it, or list it among the "
            f"constants of tests/lessons/{path.stem}.toml if it can never change"
        )
    for number in sorted(lesson.constants - untold):
        yield f"{number} is among the constants, but only the cells say it, or nobody"
    for cell in notebook.cells:
        asserts = cell.cell_type == "code" and _ASSERT.search(cell.source)
        if asserts and cell.id not in lesson.asserts:
            yield (
                f"{cell.id!r}: an assert on the page, which a reader has no use for: make it "
                f"a claim of tests/lessons/{path.stem}.toml"
            )
        if not asserts and cell.id in lesson.asserts:
            yield f"{cell.id!r} is listed for its assert, but has none"
    if (following := _following(path)) and following not in notebook.cells[-1].source:
        yield f"the last cell does not link to the next notebook: {following}"


def only_in_prose(notebook: NotebookNode) -> set[str]:
    """Return the numbers above 10, or with a decimal point, that no code cell has or shows."""
    shown, told = set(), set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # Not what is never compared: times.
            compared = " ".join(
                number for _, number in text.numbers(form.printed(cell))
            )
            shown |= _numbers(cell.source) | _numbers(compared)
        else:
            told |= _numbers(_NO_NUMBERS.sub(" ", cell.source))
    return {n for n in told - shown if "." in n or int(n) > 10}


def sentences(cell: NotebookNode) -> list[str]:
    """Return the sentences of a Markdown cell, without headings and code."""
    words = re.sub(r"^```.*?^```", "", cell.source, flags=re.MULTILINE | re.DOTALL)
    found = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-|]|\d+\.)\s)", words):
        if block.lstrip().startswith("#"):
            continue
        block = " ".join(block.split())
        block = (
            block.removeprefix(match[0]) if (match := _MARKS.match(block)) else block
        )
        found += [s for s in _END.sub("\\1\n", block).splitlines() if s]
    return found


def unquoted(notebook: NotebookNode, claimed: Sequence[Claim]) -> dict[str, list[str]]:
    """Return, by cell id, the sentences of a notebook that no claim quotes."""
    return {
        cell.id: left
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        and (
            left := [
                s for s in sentences(cell) if not claims.quoted(claimed, cell.id, s)
            ]
        )
    }


def _numbers(words: str) -> set[str]:
    return {found.rstrip(",").replace(",", "") for found in _NUMBER.findall(words)}


def _following(path: Path) -> str | None:
    """Return the link to the notebook after this one, as its first line asks for."""
    later = [p for p in sorted(path.parent.glob("[0-9][0-9]_*.ipynb")) if p > path]
    if not later or not path.stem[:2].isdigit():
        return None
    title = nbformat.read(later[0], as_version=4).cells[0].source.splitlines()[0]
    return f"[{title.removeprefix('# ')}]({later[0].name})"
