"""Where the series first uses a function or an argument, it says what that does.

A learner who meets ``replace=False`` for the first time finds ``replace`` in the text around the
cell, or in a comment in the cell. This is asked of lessons 1 to 8, in which a beginner meets
nearly all of what the series uses.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import keras
import matplotlib.axes
import matplotlib.figure
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

NOTEBOOKS = sorted(
    (Path(__file__).resolve().parents[1] / "notebooks").glob("0[1-8]*.ipynb")
)
MODULES = {"np", "plt", "keras", "layers", "tf"}
# Whose methods count. What Python's own types have too counts as Python.
CLASSES = [np.ndarray, matplotlib.axes.Axes, matplotlib.figure.Figure, keras.Model]
PYTHON = [str, list, dict, set, bytes]


def uses(code: str) -> Iterator[str]:
    """Yield the names of functions of NumPy, Matplotlib and Keras, and of their arguments."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if not isinstance(call.func, ast.Attribute):
            continue
        if not (_root(call.func) in MODULES or _is_method(call.func.attr)):
            continue
        yield call.func.attr
        yield from (word.arg for word in call.keywords if word.arg)


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_method(name: str) -> bool:
    return any(hasattr(kind, name) for kind in CLASSES) and not any(
        hasattr(kind, name) for kind in PYTHON
    )


def says(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def unexplained(cells: list[nbformat.NotebookNode], met: set[str]) -> list[str]:
    """Return what these cells use first and do not mention; add what they use to ``met``."""
    found = []
    for i, cell in enumerate(cells):
        if cell.cell_type != "code":
            continue
        comments = " ".join(re.findall(r"#(.*)", cell.source))
        text = " ".join([comments, *_text_around(cells, i)])
        for name in uses(cell.source):
            if name not in met and not says(name, text):
                found.append(f"{cell.id}: {name}")
            met.add(name)
    return found


def _text_around(cells: list[nbformat.NotebookNode], i: int) -> Iterator[str]:
    """Yield the text between the code cells before and after."""
    for step in (-1, 1):
        j = i + step
        while 0 <= j < len(cells) and cells[j].cell_type == "markdown":
            yield cells[j].source
            j += step


@cache
def first_uses() -> dict[str, list[str]]:
    met = set()
    return {
        path.stem: unexplained(nbformat.read(path, as_version=4).cells, met)
        for path in NOTEBOOKS
    }


@pytest.mark.parametrize("notebook", [path.stem for path in NOTEBOOKS])
def test_a_function_or_argument_is_explained_where_the_series_first_uses_it(notebook):
    assert first_uses()[notebook] == []


@pytest.mark.parametrize(
    ("text", "code", "missing"),
    [
        ("`argmin` along `axis=1`.", "np.argmin(table, axis=1)", []),
        ("`np.resize` repeats.", "np.resize(places, 10)", []),
        ("", "np.resize(places, 10)  # resize: repeats them", []),
        ("Resized.", "np.resize(places, 10)", ["cell: resize"]),
        ("`bar` draws.", "axes.bar(names, heights, width=1)", ["cell: width"]),
        ("", "names.append(len(names)); show_images(images)", []),
    ],
)
def test_what_neither_the_text_nor_a_comment_mentions_is_listed(text, code, missing):
    cells = [new_markdown_cell(text), new_code_cell(code, id="cell")]
    assert unexplained(cells, set()) == missing
