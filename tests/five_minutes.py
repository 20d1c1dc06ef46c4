"""Train the network of notebook 17 for as long as five minutes, and write down what came out.

    python tests/five_minutes.py            measure, and write data/five_minutes.json
    python tests/five_minutes.py --check    measure one run again, and compare its accuracy

The notebook's own cells are run, so what is measured is what it shows. Nothing else should
run on the computer meanwhile: seconds are written down, too.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "17_five_minutes.ipynb"
RECORD = ROOT / "data" / "five_minutes.json"
# The cells that say what is trained, and how.
CELLS = ["start-quietly", "import-libraries", "load", "strided", "train", "brakes"]
# For each kind of the record, what stands between scaling and the ten scores, and the epochs.
KINDS = {
    "without brakes": ("strided", [1, 3, 6, 12]),
    "with brakes": ("with_brakes", [3, 6, 12, 24, 48]),
}
BATCH_SIZE = 128
# Twice as far as the farthest of five seeds lay from the record, on another processor.
NEAR = 0.006


def recipe(cells: Sequence[str] | None = None) -> dict:
    """Run the notebook's definitions, and return its names.

    Parameters
    ----------
    cells
        The ids of the cells to run; all of ``CELLS`` if ``None``.

    Raises
    ------
    ValueError
        If one of its cells is not there.
    """
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    cells = CELLS if cells is None else cells
    if missing := [name for name in cells if name not in sources]:
        raise ValueError(f"{NOTEBOOK.name} has no cells {missing}")
    os.chdir(NOTEBOOK.parent)
    sys.path.insert(0, str(NOTEBOOK.parent))
    names: dict = {}
    for cell in cells:
        # Of a cell that also trains, only what it defines.
        exec(sources[cell].split("\n\n\nfor ")[0], names)
    return names


def run(names: dict, middle: str, epochs: int) -> dict:
    """Train once, and return the epochs, the seconds, and the validation accuracy."""
    names["keras"].utils.set_random_seed(0)
    model = names["build"](names[middle]())
    images, labels = names["train_images"], names["train_labels"]
    seconds = names["train"](model, images, labels, epochs, BATCH_SIZE)
    accuracy = names["val_accuracy"](model)
    print(f"{middle}, {epochs} epochs: {seconds:.0f} s, {accuracy:.4f}", flush=True)
    return {
        "epochs": epochs,
        "seconds": round(seconds, 1),
        "val_accuracy": round(accuracy, 4),
    }


def processor() -> str:
    """Return the name of the processor, as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line for line in lines if line.startswith("model name")]
    return named[0].split(":")[1].strip() if named else platform.machine()


def measure(names: dict) -> dict:
    """Return all that goes into the record."""
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "keras": names["keras"].__version__,
        "runs": {
            kind: [run(names, middle, epochs) for epochs in numbers]
            for kind, (middle, numbers) in KINDS.items()
        },
    }


def check(names: dict, record: dict) -> str | None:
    """Train once as the record says, and say in words what is not as it says."""
    for kind, (_, numbers) in KINDS.items():
        there = [one["epochs"] for one in record["runs"].get(kind, [])]
        if there != numbers:
            return f"the record of {kind!r} has {there} epochs, not {numbers}: measure again"
    kind, (middle, numbers) = list(KINDS.items())[0]
    written = record["runs"][kind][1]
    accuracy = run(names, middle, numbers[1])["val_accuracy"]
    if abs(accuracy - written["val_accuracy"]) > NEAR:
        return (
            f"{kind}, {numbers[1]} epochs: the record says {written['val_accuracy']}, and now "
            f"it is {accuracy}. Measure again: python tests/five_minutes.py"
        )
    return None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare one run with it")
    arguments = parser.parse_args()
    names = recipe()
    if arguments.check:
        if problem := check(names, json.loads(RECORD.read_text("utf-8"))):
            sys.exit(f"five_minutes.py: {problem}")
    else:
        text = json.dumps(measure(names), indent=1)
        RECORD.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
