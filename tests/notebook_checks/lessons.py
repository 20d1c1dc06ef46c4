"""What one lesson promises, may not change, and must notice: ``tests/lessons/NAME.toml``.

    # Numbers in the text that no cell prints, and that cannot change.
    constants = ["11.2", "76"]
    # Cells whose assert shows the reader an equality worth seeing.
    asserts = ["loss-by-hand"]
    # Cells whose figure no rule can hold, so that claims on shown_axes() do.
    axes = ["worst-mistakes"]

    [[claim]]
    cell = "counts-caption"
    says = "ones are most frequent, fives rarest"
    holds = "counts.argmax() == 1 and counts.argmin() == 5"

    [[fault]]
    what = "average over the wrong axis"
    old = ".mean(axis=0) for label"
    new = ".mean(axis=1) for label"

``claims`` says how a claim is checked, ``mutants.py`` what becomes of a fault.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "lessons"


@dataclass(frozen=True)
class Claim:
    """A sentence that could be wrong, and what must be true for it to be right.

    Attributes
    ----------
    cell
        The id of the cell in which the words stand.
    says
        The words, as they stand in its text or source; white space does not count.
    holds
        A Python expression for ``bool``, evaluated in the notebook's kernel.
    after
        The id of the code cell after which it is evaluated; if empty, the last one that is
        not below ``cell``.
    clock
        Whether it depends on how fast this computer is at this moment.
    """

    cell: str
    says: str
    holds: str
    after: str = ""
    clock: bool = False


@dataclass(frozen=True)
class Fault:
    """A mistake put in on purpose, which the checks must notice.

    Attributes
    ----------
    what
        What is wrong, in a few words.
    old, new
        The text to replace, and what replaces it.
    cell
        The id of the cell; if empty, ``old`` must stand in exactly one cell, or file.
    file
        For a fault in a helper: its name in ``notebooks/helpers``.
    noticed_by
        For a fault in a helper: what to hand to pytest; otherwise the notebook itself.
    raises
        Whether it counts as noticed when a cell raises an error.
    """

    what: str
    old: str
    new: str
    cell: str = ""
    file: str = ""
    noticed_by: str = ""
    raises: bool = False


@dataclass(frozen=True)
class Lesson:
    """All that is in one file; empty for a notebook that has none."""

    constants: frozenset[str] = frozenset()
    asserts: frozenset[str] = frozenset()
    axes: frozenset[str] = frozenset()
    claims: tuple[Claim, ...] = ()
    faults: tuple[Fault, ...] = ()


def of(notebook: Path) -> Lesson:
    """Return what is promised for a notebook, given its path."""
    return read(FOLDER / f"{notebook.stem}.toml")


def read(path: Path) -> Lesson:
    """Read one file.

    Raises
    ------
    ValueError
        If an entry has a name that is not known, lacks one, or has another type; names it.
    """
    if not path.exists():
        return Lesson()
    with path.open("rb") as stream:
        entries = tomllib.load(stream)
    lesson = Lesson(
        _strings(path, "constants", entries.pop("constants", [])),
        _strings(path, "asserts", entries.pop("asserts", [])),
        _strings(path, "axes", entries.pop("axes", [])),
        tuple(_entry(path, Claim, table) for table in entries.pop("claim", [])),
        tuple(_entry(path, Fault, table) for table in entries.pop("fault", [])),
    )
    if entries:
        raise ValueError(f"{path.name}: {sorted(entries)} mean nothing here")
    return lesson


def _strings(path: Path, name: str, values: object) -> frozenset[str]:
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ValueError(f"{path.name}: {name} must be a list of strings")
    return frozenset(values)


def _entry(path: Path, kind: type, table: dict) -> Claim | Fault:
    types = {field.name: field.type for field in fields(kind)}
    wrong = [n for n, v in table.items() if not isinstance(v, types.get(n, ()))]
    try:
        entry = kind(**table)
    except TypeError:  # too many or too few names
        wrong = wrong or ["what is missing"]
    if wrong:
        raise ValueError(
            f"{path.name}: {kind.__name__} has {sorted(table)}, but {wrong} must be as in "
            f"{ {name: type_.__name__ for name, type_ in types.items()} }"
        )
    return entry
