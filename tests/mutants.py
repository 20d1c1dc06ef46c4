"""Break the notebooks on purpose, and see whether their checks notice.

    python tests/mutants.py                        every fault, one after the other
    python tests/mutants.py 05_first_network       the faults of one notebook, or helper
    python tests/mutants.py --changed HEAD~1       of those that differ from a commit

The faults stand in ``tests/lessons``. Each is a small change to one cell of one notebook, or
to a helper, in a copy of the project. Then the checks run, up to the first that fails, and
the line that is printed says how it failed:

- ``differs``: an output or a tested value is another one;
- ``a claim fails``: something that the text says is not true any more;
- ``raised`` or ``timed out``: the code broke, which any reader would see. That is no credit
  to the checks, and counts only for faults that are meant to raise.

A fault in the text is one that no output can show; it must be noticed by the claim that quotes
it. A fault in code must be noticed by what the code does: that a claim quotes the very line
does not count, nor does a test that depends on the clock. What nothing notices is a survivor:
a check is missing. Ends with status 1 if there is any. With --minutes, starts no fault after
that time, and names those left; it takes the first fault of each notebook first.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import nbformat

from notebook_checks import lessons, prose
from notebook_checks.lessons import Fault

ROOT = Path(__file__).resolve().parents[1]
CAUGHT = {"differs", "a claim fails"}


@dataclass(frozen=True)
class Mutant:
    """A fault, and where it goes.

    Attributes
    ----------
    place
        The name of a notebook without ``.ipynb``, or of a file of the helpers, ``"data.py"``.
    fault
        What is changed.
    """

    place: str
    fault: Fault

    @property
    def path(self) -> Path:
        """The file to change, from the project's folder."""
        if self.fault.file:
            return Path("notebooks/helpers") / self.fault.file
        return Path("notebooks") / f"{self.place}.ipynb"

    @property
    def checks(self) -> str:
        """What to hand to pytest."""
        return self.fault.noticed_by or self.path.as_posix()

    def __str__(self) -> str:
        return f"{self.place}: {self.fault.what}"


@dataclass(frozen=True)
class Notice:
    """The first test or cell that failed, and how: as listed at the top of this file."""

    test: str
    how: str


MUTANTS = tuple(
    Mutant(fault.file or path.stem, fault)
    for path in sorted(lessons.FOLDER.glob("*.toml"))
    for fault in lessons.read(path).faults
)


def broken(mutant: Mutant, text: str) -> str:
    """Return the text of a file with the fault in it.

    Raises
    ------
    ValueError
        If the text to replace is missing, or stands in several cells.
    """
    fault = mutant.fault
    if fault.file:
        if text.count(fault.old) != 1:
            raise ValueError(
                f"{mutant}: {fault.old!r} must stand there once, but does "
                f"{text.count(fault.old)} times"
            )
        return text.replace(fault.old, fault.new)
    notebook = nbformat.reads(text, as_version=4)
    cell = changed_cell(mutant, notebook)
    cell.source = cell.source.replace(fault.old, fault.new)
    return nbformat.writes(notebook)


def changed_cell(
    mutant: Mutant, notebook: nbformat.NotebookNode
) -> nbformat.NotebookNode:
    """Return the one cell that the fault changes.

    Raises
    ------
    ValueError
        If the text to replace does not stand in exactly one cell, or not in the named one.
    """
    fault = mutant.fault
    cells = [
        cell
        for cell in notebook.cells
        if fault.old in cell.source and fault.cell in ("", cell.id)
    ]
    if len(cells) != 1:
        raise ValueError(
            f"{mutant}: {fault.old!r} must stand in one cell, but stands in {len(cells)}"
        )
    return cells[0]


def is_prose(mutant: Mutant) -> bool:
    """Whether the fault is in the text of a notebook, which no output shows."""
    if mutant.fault.file:
        return False
    cells = nbformat.read(ROOT / mutant.path, as_version=4).cells
    found = [cell for cell in cells if mutant.fault.old in cell.source]
    return any(
        c.cell_type == "markdown" for c in found if mutant.fault.cell in ("", c.id)
    )


def caught(mutant: Mutant, notice: Notice | None) -> bool:
    """Whether the checks may take the credit."""
    if notice is None:
        return False
    return notice.how in CAUGHT or (mutant.fault.raises and notice.how == "raised")


def first_notice(mutant: Mutant) -> Notice | None:
    """Return what notices the fault first, or None.

    Raises
    ------
    RuntimeError
        If something failed that has nothing to do with the fault: no browser, a cell before
        the changed one, a check that was skipped.
    """
    return _of_prose(mutant) if is_prose(mutant) else _of_code(mutant)


def _of_prose(mutant: Mutant) -> Notice | None:
    path = ROOT / mutant.path
    lesson = lessons.of(path)
    original = path.read_text("utf-8")
    for text, wrong in ((original, False), (broken(mutant, original), True)):
        notebook = nbformat.reads(text, as_version=4)
        found = list(prose.problems(notebook, path, lesson))
        if found and not wrong:
            raise RuntimeError(f"wrong without the fault: {found[0]}")
    return Notice("form", "a claim fails") if found else None


def _of_code(mutant: Mutant) -> Notice | None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        left_out = shutil.ignore_patterns(".*", "data", "test-results")
        shutil.copytree(ROOT, copy, ignore=left_out)
        (copy / "data").symlink_to(ROOT / "data")
        path = copy / mutant.path
        original = path.read_text("utf-8")
        path.write_text(broken(mutant, original), "utf-8")
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=short"]
        command += ["-m", "not clock", "--color=no", f"--junitxml={report}"]
        command += ["--deselect", f"{mutant.path.as_posix()}::form", mutant.checks]
        # A notebook in a folder of its own finds the installed helpers, and must find these.
        env = {**os.environ, "PYTHONPATH": str(copy / "notebooks")}
        result = subprocess.run(
            command, cwd=copy, env=env, capture_output=True, text=True
        )
        notice = _first_failure(report)
    if " skipped" in result.stdout.splitlines()[-1]:
        raise RuntimeError(f"checks were skipped:\n{result.stdout}")
    if notice is None and result.returncode != 0:
        raise RuntimeError(f"pytest did not run:\n{result.stdout}{result.stderr}")
    if notice and not mutant.fault.noticed_by and _before(notice, mutant, original):
        raise RuntimeError(f"failed before the fault: {notice.test}\n{result.stdout}")
    return notice


def _first_failure(report: Path) -> Notice | None:
    """Read pytest's report, into which our plugin writes how a test failed."""
    if not report.exists():
        return None
    for case in ElementTree.parse(report).iter("testcase"):
        for element in case.iter("property"):
            if element.get("name") == "failure":
                return Notice(case.get("name"), element.get("value"))
    return None


def _before(notice: Notice, mutant: Mutant, text: str) -> bool:
    """Whether the cell that failed, named "3-load", comes before the changed one."""
    notebook = nbformat.reads(text, as_version=4)
    code = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    changed = code.index(changed_cell(mutant, notebook).id) + 1
    return int(notice.test.partition("-")[0]) < changed


def by_turns(mutants: list[Mutant]) -> list[Mutant]:
    """Return faults in prose, which cost nothing; then the first of every place, and so on."""
    seen, turn = Counter(), {}
    for mutant in mutants:
        if is_prose(mutant):
            turn[mutant] = -1
        else:
            turn[mutant] = seen[mutant.place]
            seen[mutant.place] += 1
    return sorted(mutants, key=turn.get)


def changed_since(commit: str) -> set[Path]:
    """Return the files, from the project's folder, that differ from a commit."""
    command = ["git", "diff", "--name-only", "--relative", commit]
    result = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return {Path(line) for line in result.stdout.splitlines()}


def chosen_since(commit: str, mutants: list[Mutant]) -> list[Mutant]:
    """Return the faults whose file, checks or promises differ from a commit."""
    touched = changed_since(commit)
    if any(path.is_relative_to("tests/notebook_checks") for path in touched):
        return mutants
    return [
        m
        for m in mutants
        if {m.path, Path(m.checks), Path(f"tests/lessons/{m.place}.toml")} & touched
    ]


def verdict(mutant: Mutant) -> tuple[str, bool]:
    """Put one fault in; return what became of it, in words, and whether it was caught."""
    try:
        notice = first_notice(mutant)
    except (RuntimeError, ValueError, OSError) as error:
        return f"ERROR: {error}", False
    if notice is None:
        return "SURVIVED", False
    good = caught(mutant, notice)
    return f"{'caught' if good else 'NOT CAUGHT'}: {notice.how} in {notice.test}", good


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    places = sorted({mutant.place for mutant in MUTANTS})
    parser.add_argument("places", nargs="*", metavar="PLACE", help=", ".join(places))
    parser.add_argument(
        "--changed",
        metavar="COMMIT",
        help="where the notebook, helper or checks differ from it",
    )
    parser.add_argument("--minutes", type=float, default=float("inf"))
    arguments = parser.parse_args()
    if unknown := set(arguments.places) - set(places):
        sys.exit(f"no fault is listed for {sorted(unknown)}")
    chosen = by_turns([m for m in MUTANTS if m.place in (arguments.places or places)])
    if arguments.changed:
        chosen = chosen_since(arguments.changed, chosen)
    total, caught_here = Counter(), Counter()
    end = time.monotonic() + 60 * arguments.minutes
    for mutant in chosen:
        start = time.monotonic()
        if start > end:
            print(f"{mutant}: no time left")
            continue
        words, good = verdict(mutant)
        print(f"{mutant}: {words} ({time.monotonic() - start:.0f} s)", flush=True)
        total[mutant.place] += 1
        caught_here[mutant.place] += good
    for place in total:
        print(f"{place}: {caught_here[place]} / {total[place]}")
    print(f"caught {caught_here.total()} of {total.total()}")
    sys.exit(caught_here != total)


if __name__ == "__main__":
    main()
