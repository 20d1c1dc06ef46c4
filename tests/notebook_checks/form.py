"""What a committed notebook must look like, whatever its cells do when they run."""

import json
import re
from itertools import groupby
from pathlib import Path

from nbformat import NotebookNode
from nbval.plugin import coalesce_streams

from notebook_checks import pictures

MAX_FILE_BYTES = 2_000_000
MAX_CELL_BYTES = 200_000
MAX_LINES = 25

_CELL_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# Folders of one machine, and addresses in memory as in <object at 0x7f…>.
_MACHINE = re.compile(
    r"(/home/|/root/|/tmp/|/Users/|/var/folders/|/workspaces/|[A-Z]:\\Users\\"
    r"|0x[0-9a-fA-F]{8,})"
)
CAPTION = "*Figure:*"
# The tag of a cell that, run again, goes on from where it was: it trains a network further,
# draws other random numbers, or builds layers with other numbers in their names.
NOT_REPEATABLE = "not-repeatable"
_TAGS = {"raises-exception", NOT_REPEATABLE}
# Output of any other type would be compared by nobody.
_MIME_TYPES = {"text/plain", "text/html", "image/png"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_SWITCHED_OFF = re.compile(r"#\s*(NBVAL_|PYTEST_VALIDATE_)\w+")


def problems(notebook: NotebookNode, path: Path) -> list[str]:
    """List what is wrong with a committed notebook; nothing is run.

    Parameters
    ----------
    notebook
        The notebook, as ``nbformat.read(path, as_version=4)`` returns it.
    path
        Its file.

    Returns
    -------
    list of str
        One sentence for each problem, with the id of its cell.
    """
    found = []
    if path.stat().st_size > MAX_FILE_BYTES:
        found.append(
            f"the file has {path.stat().st_size:,} bytes, more than {MAX_FILE_BYTES:,}"
        )
    # nbformat.read gives cells with a missing or repeated id a new one: look at the file.
    ids = [cell.get("id", "") for cell in json.loads(path.read_text("utf-8"))["cells"]]
    for cell_id in sorted({i for i in ids if ids.count(i) > 1}):
        found.append(f"{cell_id!r}: several cells have this id")
    for cell_id in ids:
        if not _CELL_ID.fullmatch(cell_id):
            found.append(
                f"{cell_id!r}: a cell id is lower-case words with hyphens: load-images"
            )
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        if cell.execution_count != number:
            found.append(
                f"{cell.id!r}: executed as {cell.execution_count}, not as {number}: the notebook "
                "was not run from top to bottom in a fresh kernel"
            )
        found += [f"{cell.id!r}: {problem}" for problem in _cell_problems(cell)]
    found += _caption_problems(notebook)
    return found


def printed(cell: NotebookNode) -> str:
    """Return the text that a cell shows and that is compared within its rules."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            parts.append(output.text)
        elif "data" in output:
            parts.append(output.data.get("text/plain", ""))
    return "\n".join(parts)


def figures(outputs: list[NotebookNode]) -> list[str]:
    """Return the PNG pictures, in base64, among a cell's outputs."""
    return [o.data["image/png"] for o in outputs if "image/png" in o.get("data", {})]


def merged_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Merge what was printed in a row, however often it was flushed.

    nbval and nbclient merge all that a cell prints, and so lose on which side of a figure it
    stands.
    """
    merged = []
    for printed_, group in groupby(
        outputs, lambda output: output.output_type == "stream"
    ):
        row = list(group)
        merged += coalesce_streams(row) if printed_ else row
    return merged


def drop_widget_views(outputs: list[NotebookNode]) -> None:
    """Take the views of widgets out of outputs, and leave what else stands for them.

    A view is a reference to an object of one kernel: on a page it is dead.
    """
    for output in outputs:
        output.get("data", {}).pop(WIDGET_VIEW, None)


def _cell_problems(cell: NotebookNode) -> list[str]:
    found = []
    tags = set(cell.metadata.get("tags", []))
    if tags - _TAGS:
        found.append(f"tags {sorted(tags - _TAGS)} are not among {sorted(_TAGS)}")
    if _SWITCHED_OFF.search(cell.source):
        found.append("a comment switches its check off")
    if "execution" in cell.metadata:
        found.append("metadata holds the times of its execution")
    if any(output.get("name") == "stderr" for output in cell.outputs):
        found.append("it shows text from the error stream")
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if bool(errors) != ("raises-exception" in tags):
        found.append("an error and the tag raises-exception belong together")
    if len(json.dumps(cell.outputs)) > MAX_CELL_BYTES:
        found.append(f"its outputs have {len(json.dumps(cell.outputs)):,} bytes")
    shown = printed(cell)
    if shown.count("\n") > MAX_LINES:
        found.append(f"it prints {shown.count(chr(10))} lines, more than {MAX_LINES}")
    types = {mime for output in cell.outputs for mime in output.get("data", {})}
    if types - _MIME_TYPES:
        found.append(
            f"output of the types {sorted(types - _MIME_TYPES)} is not compared"
        )
    html = [output.get("data", {}).get("text/html", "") for output in cell.outputs]
    tracebacks = [line for error in errors for line in error.traceback]
    everything = "\n".join([shown, *html, *tracebacks])
    if machine := _MACHINE.search(everything):
        found.append(f"a path or an address of one machine: {machine.group()}")
    pngs = figures(cell.outputs)
    if any(pictures.is_blank(pictures.decode(png)) for png in pngs):
        found.append("a figure is blank")
    return found


def caption_of(notebook: NotebookNode, cell: NotebookNode) -> str | None:
    """Return the caption below a cell, as plain text; ``None`` if there is none."""
    place = notebook.cells.index(cell) + 1
    after = notebook.cells[place] if place < len(notebook.cells) else None
    if after is None or not after.source.startswith(CAPTION):
        return None
    text = after.source.removeprefix(CAPTION)
    # Without the marks of emphasis and code, which would be read aloud.
    return " ".join(re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", text).split())


def describe_figures(notebook: NotebookNode) -> None:
    """Give each figure its caption as alternative text, for those who hear the page."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and (caption := caption_of(notebook, cell)):
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    output.metadata["image/png"] = {"alt": caption}


def _caption_problems(notebook: NotebookNode) -> list[str]:
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or not figures(cell.outputs):
            continue
        caption = caption_of(notebook, cell)
        if caption is None:
            found.append(
                f"{cell.id!r}: no cell that starts with {CAPTION} follows its figure"
            )
            continue
        spoken = [
            output.metadata.get("image/png", {}).get("alt")
            for output in cell.outputs
            if "image/png" in output.get("data", {})
        ]
        if any(alt != caption for alt in spoken):
            found.append(
                f"{cell.id!r}: its caption has changed, and what is read aloud in the figure's "
                "place has not: run_notebooks.py --write sets it"
            )
    return found
