"""The form of a committed notebook: each flaw is refused with the reason."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from making_pictures import BLANK, drawing, png
from notebook_checks import form
from run_notebooks import METADATA


def tidy() -> nbformat.NotebookNode:
    figure = new_output(
        "display_data",
        {"image/png": png(drawing()), "text/plain": "<Figure>"},
        metadata={"image/png": {"alt": "Grey, and no blue."}},
    )
    printed = new_output("stream", name="stdout", text="loss 0.5\n")
    return new_notebook(
        cells=[
            new_markdown_cell("# 1 · Why?", id="title"),
            new_code_cell(
                "print()", id="print-loss", execution_count=1, outputs=[printed]
            ),
            new_code_cell("draw()", id="draw", execution_count=2, outputs=[figure]),
            new_markdown_cell("*Figure:* Grey, and *no* `blue`.", id="caption"),
        ],
        metadata=METADATA,
    )


def problems(notebook: nbformat.NotebookNode, folder: Path) -> list[str]:
    path = folder / "01_test.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return form.problems(notebook, path)


def test_a_tidy_notebook_has_no_problems(tmp_path):
    assert problems(tidy(), tmp_path) == []


def _set_output(**changes):
    def change(notebook):
        notebook.cells[1].outputs[0].update(changes)

    return change


def _set_cell(index, **changes):
    def change(notebook):
        notebook.cells[index].update(changes)

    return change


def _set_metadata(**changes):
    def change(notebook):
        notebook.cells[1].metadata.update(changes)

    return change


ERROR = new_output("error", ename="ValueError", evalue="no", traceback=["no"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_set_cell(1, execution_count=None), "executed as None, not as 1"),
        (_set_cell(1, execution_count=7), "executed as 7, not as 1"),
        (_set_cell(1, id="title"), "several cells have this id"),
        (_set_cell(1, id="3f2a9c1e"), "a cell id is lower-case words"),
        (_set_output(name="stderr"), "error stream"),
        (_set_output(text="line\n" * 26), "prints 26 lines"),
        (_set_output(text="read /home/anna/data"), "of one machine: /home/"),
        (_set_output(text=r"read C:\Users\Anna"), "of one machine: C:"),
        (
            _set_output(text="<object at 0x000001F2AB5C0D1E>"),
            "of one machine: 0x000001F2",
        ),
        (
            _set_cell(1, outputs=[new_output("display_data", {"image/jpeg": "/9j/"})]),
            "output of the types ['image/jpeg'] is not compared",
        ),
        (
            _set_output(text="<object at 0x7f3a5c0d1e80>"),
            "of one machine: 0x7f3a5c0d1e80",
        ),
        (_set_output(text="x" * 200_001), "200,0"),
        (_set_output(text="x" * 2_000_001), "the file has 2,00"),
        (_set_cell(1, outputs=[ERROR]), "tag raises-exception belong together"),
        (
            _set_metadata(tags=["raises-exception"]),
            "tag raises-exception belong together",
        ),
        (_set_metadata(tags=["nbval-skip"]), "tags ['nbval-skip']"),
        (_set_metadata(tags=["nbval-ignore-output"]), "tags ['nbval-ignore-output']"),
        (_set_cell(1, source="# NBVAL_SKIP\nprint()"), "switches its check off"),
        (
            _set_metadata(execution={"iopub.status.busy": "2026"}),
            "times of its execution",
        ),
        (_set_cell(3, source="Grey."), "no cell that starts with *Figure:*"),
        (_set_cell(3, source="*Figure:* Blue."), "read aloud in the figure's place"),
    ],
)
def test_an_untidy_notebook_is_refused_with_the_reason(change, message, tmp_path):
    notebook = tidy()
    change(notebook)
    assert message in "\n".join(problems(notebook, tmp_path))


def test_a_blank_figure_is_not_committed(tmp_path):
    notebook = tidy()
    notebook.cells[2].outputs[0].data["image/png"] = png(BLANK)
    assert "a figure is blank" in "\n".join(problems(notebook, tmp_path))


def test_a_figure_can_be_heard_as_its_caption():
    notebook = tidy()
    notebook.cells[3].source = "*Figure:* `val_loss` has *two*\nbends."
    form.describe_figures(notebook)
    (output,) = notebook.cells[2].outputs
    assert output.metadata["image/png"].alt == "val_loss has two bends."
