"""Hand the exercises of one lesson out with nbgrader, and collect them again.

    python tests/try_nbgrader.py

A class of three, in a temporary folder: one hands in the solutions, one solves a single
exercise, one solves none. Ends with status 1 if nbgrader gives other points than 3, 1 and 0,
or hands out anything but our notebook of exercises. Needs a network: nbgrader, which is not
among our requirements, is installed into the temporary folder.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
LESSON = "06"  # needs NumPy and SciPy, and nothing else
VERSION = "0.9.6"
# What README.md tells a teacher to write.
CONFIG = """\
c = get_config()
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\n..."}
"""


def sources(path: Path) -> dict[str, str]:
    """Return the source of each code cell, by its id."""
    cells = nbformat.read(path, as_version=4).cells
    return {cell.id: cell.source for cell in cells if cell.cell_type == "code"}


def hand_in(handed_out: Path, answers: dict[str, str], path: Path) -> None:
    """Write what a student hands in: the notebook with some answers, by their cells."""
    notebook = nbformat.read(handed_out, as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def points(course: Path, nbgrader: list[str], env: dict[str, str]) -> dict[str, float]:
    """Let nbgrader hand out, collect and grade; return the points of each student."""
    ours = ROOT / "notebooks" / "solutions" / f"{LESSON}_solutions.ipynb"
    (course / "source" / LESSON).mkdir(parents=True)
    shutil.copy(ours, course / "source" / LESSON / f"{LESSON}.ipynb")
    (course / "nbgrader_config.py").write_text(CONFIG, "utf-8")

    def run(*command: str) -> None:
        subprocess.run([*nbgrader, *command], cwd=course, env=env, check=True)

    run("generate_assignment", LESSON)
    handed_out = course / "release" / LESSON / f"{LESSON}.ipynb"
    theirs = ROOT / "notebooks" / "exercises" / f"{LESSON}_exercises.ipynb"
    # nbgrader marks a place once more that `name = ...` marks already.
    given = {
        cell_id: re.sub(r"(= \.\.\..*)\n# YOUR CODE HERE\n\.\.\.", r"\1", source)
        for cell_id, source in sources(handed_out).items()
    }
    if given != sources(theirs):
        sys.exit(f"nbgrader hands out other code than {theirs.name}: {given}")

    answers = {i: s for i, s in sources(ours).items() if i.endswith("-answer")}
    first = dict([next(iter(answers.items()))])
    for student, solved in {"all": answers, "one": first, "none": {}}.items():
        path = course / "submitted" / student / LESSON / f"{LESSON}.ipynb"
        hand_in(handed_out, solved, path)
    run("autograde", LESSON)
    run("export")
    with (course / "grades.csv").open(newline="", encoding="utf-8") as stream:
        return {
            row["student_id"]: float(row["score"]) for row in csv.DictReader(stream)
        }


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        programs = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        python = str(programs / "python")
        install = [python, "-m", "pip", "install", "--quiet", f"nbgrader=={VERSION}"]
        subprocess.run([*install, "numpy", "scipy", "ipykernel"], check=True)
        env = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "notebooks"),
        }
        found = points(folder / "course", [python, "-m", "nbgrader"], env)
    print(found)
    if found != {"all": 3, "one": 1, "none": 0}:
        sys.exit("these are not the points that the answers deserve")


if __name__ == "__main__":
    main()
