"""Run the notebooks from top to bottom, without a browser, and show the progress.

    python tests/run_notebooks.py                      all of them, in order
    python tests/run_notebooks.py notebooks/02_meet_the_images.ipynb
    python tests/run_notebooks.py --write              all, and save what they show

With --write this is the command that refreshes the committed outputs, and the picture in
the README. Without it, no file is changed. Outputs are not compared, pytest does that; but
what the text claims must be true, or the notebook is not written.
"""

import argparse
import asyncio
import base64
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from notebook_checks import claims, lessons
from notebook_checks.form import (
    describe_figures,
    drop_widget_views,
    figures,
    merged_streams,
)

ROOT = Path(__file__).resolve().parents[1]
# The README's picture: a figure of this notebook's cell.
README_PICTURE = ROOT / "notebooks" / "images" / "predictions.png"
README_PICTURE_CELL = ("05_first_network", "first-fifteen")
FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError, claims.FalseClaim)

# The same whatever Python ran the notebook, so that a refresh changes outputs alone.
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def execute(
    notebook: nbformat.NotebookNode,
    folder: Path,
    after_cell: Callable[[], None] = lambda: None,
    extra_env: Mapping[str, str] | None = None,
    claimed: Sequence[lessons.Claim] = (),
) -> float | None:
    """Run a notebook's cells in a fresh kernel, and put what they show into it.

    Parameters
    ----------
    notebook
        Changed in place.
    folder
        Where the kernel runs: the notebook's own folder.
    after_cell
        Called after each code cell.
    extra_env
        Environment variables that the kernel gets on top of this process's own.
    claimed
        What the text claims, to be checked after the cells that it is about.

    Returns
    -------
    float or None
        The kernel's largest memory use in bytes; None where the system does not tell.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell raises that is not tagged ``raises-exception``.
    nbclient.exceptions.CellTimeoutError
        If a cell takes more than ten minutes.
    nbclient.exceptions.DeadKernelError
        If the kernel's process ends.
    notebook_checks.claims.FalseClaim
        If a claim does not hold; only after the last cell.
    """
    memory, false = None, []
    asked = claims.asked_after(claimed, notebook)

    async def prepare(**_) -> None:
        if asked:
            await ask(claims.START)

    async def ask(request: dict) -> dict:
        msg_id = client.kc.execute(**request)
        while True:
            reply = await client.kc.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == msg_id:
                return reply["content"]

    async def after(cell, **_) -> None:
        nonlocal memory
        memory = peak_memory(client.km.provisioner.pid)
        if of_cell := asked.get(cell.id):
            false.extend(
                claims.false_claims(of_cell, await ask(claims.question(of_cell)))
            )
        after_cell()

    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        on_notebook_start=prepare,
        on_cell_executed=after,
        # Otherwise the kernel warns that it is not encrypted.
        extra_arguments=["--log-level=ERROR"],
    )
    if sys.platform == "win32":  # pyzmq needs the other kind of event loop
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    env = {**os.environ, **(extra_env or {})}
    env.pop("MPLBACKEND", None)  # set, it keeps figures out of the notebook
    client.execute(env=env)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = merged_streams(cell.outputs)
            drop_widget_views(cell.outputs)
    describe_figures(notebook)
    notebook.metadata = nbformat.from_dict(METADATA)
    if false:
        raise claims.FalseClaim("\n".join(false))
    return memory


def peak_memory(pid: int) -> float | None:
    """Return the largest memory of a process so far, in bytes; ``None`` if not on Linux."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return float(peak[1]) * 1024 if peak else None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument(
        "--write", action="store_true", help="save what the notebooks show"
    )
    arguments = parser.parse_args()
    paths = arguments.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in paths:
        print(f"{path.stem} ", end="", flush=True)
        start = time.monotonic()
        notebook = nbformat.read(path, as_version=4)
        try:
            memory = execute(
                notebook,
                path.parent,
                lambda: print(".", end="", flush=True),
                claimed=lessons.of(path).claims,
            )
        except FAILURES as error:
            sys.exit(f" failed\n{error}")
        seconds = time.monotonic() - start
        used = f", {memory / 1e9:.2f} GB" if memory else ""
        print(f" {seconds:.0f} s{used}", flush=True)
        if arguments.write:
            nbformat.write(notebook, path)
            if path.resolve() == ROOT / "notebooks" / f"{README_PICTURE_CELL[0]}.ipynb":
                README_PICTURE.parent.mkdir(exist_ok=True)
                README_PICTURE.write_bytes(readme_picture(notebook))


def readme_picture(notebook: nbformat.NotebookNode) -> bytes:
    """Return the PNG that the README shows, from the notebook that draws it."""
    cell = next(cell for cell in notebook.cells if cell.id == README_PICTURE_CELL[1])
    return base64.b64decode(figures(cell.outputs)[0])


if __name__ == "__main__":
    main()
