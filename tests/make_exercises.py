"""Make the notebooks of exercises and solutions, and what teachers read of all lessons.

    python tests/make_exercises.py             all of them
    python tests/make_exercises.py 06 11       those of some lessons

They are made from ``notebooks/helpers/exercises/lesson_06.py`` and the like, and run from top
to bottom before they are written. What they claim is in ``tests/lessons/06_exercises.toml``.
"""

import argparse
import importlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.exercises.checking import Exercise, Lesson, unsolved
from notebook_checks import lessons
from run_notebooks import FAILURES, METADATA, execute

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
MODULES = NOTEBOOKS / "helpers" / "exercises"
TEACHING = NOTEBOOKS / "teaching"
FOR_TEACHERS = TEACHING / "exercises.md"
# The rest of this page is written by hand.
PLAN = TEACHING / "README.md"
PLAN_STARTS = "## Lesson by lesson\n"
KINDS = ("exercises", "solutions")


def all_lessons() -> list[Lesson]:
    """Return the exercises of every lesson that has some, in order."""
    return [
        importlib.import_module(f"helpers.exercises.{path.stem}").LESSON
        for path in sorted(MODULES.glob("lesson_*.py"))
    ]


def path_of(lesson: Lesson, kind: str) -> Path:
    """Return the file of a lesson's ``"exercises"`` or ``"solutions"``."""
    return NOTEBOOKS / kind / f"{lesson.number}_{kind}.ipynb"


def question(lesson: Lesson) -> str:
    """Return the title of the lesson's notebook."""
    path = NOTEBOOKS / f"{lesson.notebook}.ipynb"
    title = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0]
    return title.removeprefix("# ")


def title(lesson: Lesson, kind: str) -> str:
    """Return the title of a notebook of exercises or of solutions."""
    return f"{kind.capitalize()} for {question(lesson)}"


def exercises_of(lesson: Lesson) -> str:
    """Return what stands in the lesson's notebook, in the cell ``try-it``, in Markdown."""
    titles = [
        f"{number}. {exercise.title}"
        for number, exercise in enumerate(lesson.exercises, start=1)
    ]
    there = f"exercises/{path_of(lesson, 'exercises').name}"
    return (
        f"## Exercises\n\nThe [exercises for this notebook]({there}) check what you write, say "
        "what is wrong with it, and give hints.\n\n" + "\n".join(titles)
    )


def made(lesson: Lesson, kind: str, following: Lesson | None) -> nbformat.NotebookNode:
    """Return a notebook of exercises or solutions, not run.

    Parameters
    ----------
    lesson
        What it is made from.
    kind
        ``"exercises"`` or ``"solutions"``.
    following
        The lesson that its last cell leads to.
    """
    cells = [
        new_markdown_cell(_beginning(lesson, kind), id="title"),
        *_imports(lesson),
    ]
    for number, exercise in enumerate(lesson.exercises, start=1):
        cells += _cells(number, exercise, kind)
    if lesson.more and kind == "exercises":
        cells.append(new_markdown_cell(_unwrapped(lesson.more), id="more"))
    cells.append(new_markdown_cell(_end(lesson, kind, following), id="next"))
    return new_notebook(cells=cells, metadata=nbformat.from_dict(METADATA))


def _beginning(lesson: Lesson, kind: str) -> str:
    back = f"[notebook {int(lesson.number)}](../{lesson.notebook}.ipynb)"
    heading = f"# {title(lesson, kind)}\n\n"
    if kind == "solutions":
        there = path_of(lesson, "exercises").name
        return heading + (
            # Without the words of the marks, which nbgrader would take for a solution.
            f"One solution for each of the [exercises](../exercises/{there}) of {back}. What "
            "had to be written stands between two comments. Your code may look different. If "
            "the check says ✓, it is just as right."
        )
    name = lesson.exercises[0].check_name
    minutes = sum(exercise.minutes for exercise in lesson.exercises)
    return heading + (
        f"You need what {back} has shown, and about {minutes} minutes.\n\n"
        "Write your answer where `...` stands, run the cell, and run the one below it, which "
        "checks the answer. If something is wrong, it says what. Run both as often as you "
        f"like. In a new cell, `{name}.hint()` gives another hint each time that you run it, "
        f"and `{name}.solution()` shows a solution."
    )


def _imports(lesson: Lesson) -> Iterator[nbformat.NotebookNode]:
    if lesson.uses_keras:
        yield new_code_cell("import helpers.quiet_start", id="start-quietly")
    yield new_code_cell(lesson.setup.strip(), id="setup")


def _cells(
    number: int, exercise: Exercise, kind: str
) -> Iterator[nbformat.NotebookNode]:
    text = f"## {number} · {exercise.title}\n\n{_unwrapped(exercise.prompt)}"
    yield new_markdown_cell(text, id=exercise.name)
    if exercise.given:
        about = {"compare": dict(exercise.compare)} if exercise.compare else {}
        cell_id = f"{exercise.name}-given"
        yield new_code_cell(exercise.given.strip(), id=cell_id, metadata=about)
    if exercise.caption:
        caption = _unwrapped(exercise.caption)
        yield new_markdown_cell(caption, id=f"{exercise.name}-caption")
    answer = exercise.answer.strip()
    if kind == "exercises":
        answer = unsolved(answer)
    yield _for_nbgrader(answer, f"{exercise.name}-answer", solution=True)
    yield _for_nbgrader(exercise.call, f"{exercise.name}-check", grade=True, points=1)
    if kind == "solutions":
        explained = _unwrapped(exercise.explained)
        yield new_markdown_cell(explained, id=f"{exercise.name}-explained")


def _for_nbgrader(
    source: str, cell_id: str, grade=False, solution=False, **more
) -> nbformat.NotebookNode:
    """Return a cell with the metadata that nbgrader goes by."""
    about = {"grade": grade, "grade_id": cell_id, "locked": grade, "schema_version": 3}
    about |= {"solution": solution, "task": False, **more}
    return new_code_cell(source, id=cell_id, metadata={"nbgrader": about})


def _end(lesson: Lesson, kind: str, following: Lesson | None) -> str:
    if kind == "exercises":
        there = path_of(lesson, "solutions").name
        links = f"Solutions, for afterwards: [{title(lesson, 'solutions')}](../solutions/{there})"
    else:
        links = f"Back: [{question(lesson)}](../{lesson.notebook}.ipynb)"
    if following:
        there = path_of(following, kind).name
        links += f"\n\nNext: [{title(following, kind)}]({there})"
    return links


def _unwrapped(text: str) -> str:
    """Join the lines of each paragraph of Markdown; lists, tables and code stay as they are."""
    blocks, fenced = [], False
    for block in text.strip().split("\n\n"):
        fences = block.count("```")
        if fenced or fences or block.lstrip().startswith(("|", "#")):
            blocks.append(block)
        else:
            lines = []
            for line in block.splitlines():
                starts = not lines or line.lstrip().startswith(
                    ("- ", "1. ", "2. ", "3. ")
                )
                if starts:
                    lines.append(line)
                else:
                    lines[-1] += " " + line.strip()
            blocks.append("\n".join(lines))
        fenced ^= fences % 2 == 1
    return "\n\n".join(blocks)


def for_teachers() -> str:
    """Return the page for teachers, in Markdown."""
    parts = [
        "# For teachers: what the exercises are for\n",
        "Made from the exercises by `python tests/make_exercises.py`.\n",
    ]
    for lesson in all_lessons():
        there = path_of(lesson, "exercises").name
        parts.append(f"## [{question(lesson)}](../exercises/{there})\n")
        for number, exercise in enumerate(lesson.exercises, start=1):
            parts += [
                f"**{number} · {exercise.title}** ({exercise.kind}, {exercise.minutes} minutes)\n",
                f"- What it shows: {exercise.shows}",
                f"- What people get wrong: {exercise.usually}",
                f"- To ask afterwards: {exercise.ask}\n",
            ]
    return "\n".join(parts)


def plan() -> str:
    """Return what each lesson asks, where it can stop and what to set, in Markdown.

    Raises
    ------
    ValueError
        If ``notebooks/teaching`` sets an exercise that the lesson does not have.
    """
    parts = [PLAN_STARTS]
    for lesson in all_lessons():
        path = NOTEBOOKS / f"{lesson.notebook}.ipynb"
        about = tomllib.loads((TEACHING / f"{path.stem}.toml").read_text("utf-8"))
        titles = {
            one.name: f"{one.title} ({one.minutes} minutes)" for one in lesson.exercises
        }
        if (chosen := about.get("exercise")) not in titles:
            raise ValueError(
                f"{path.stem}.toml: {chosen!r} is not among {list(titles)}"
            )
        in_class = titles.pop(chosen)
        cells = nbformat.read(path, as_version=4).cells
        parts += [
            f"### [{question(lesson)}](../{path.name})\n",
            *_stops(cells),
            f"- **Exercise for the class:** {in_class}. At home: {', '.join(titles.values())}.",
            "- **Ask before you run it:**",
        ]
        parts += [
            "    1. " + cell.source.partition("\n\n")[0].removeprefix("**Predict.** ")
            for cell in cells
            if cell.source.startswith("**Predict.**")
        ]
        parts.append("")
    return "\n".join(parts)


def _stops(cells: list) -> Iterator[str]:
    section, places = "", []
    for cell in cells[1:]:
        if cell.source.startswith("## "):
            section = cell.source.splitlines()[0].removeprefix("## ")
        if "**A good place to stop.**" in cell.source:
            places.append(f"*{section}*")
    if places:
        yield f"- **A good place to stop:** in {', and in '.join(places)}."


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="two digits: 06")
    wanted = parser.parse_args().lessons
    found = all_lessons()
    for lesson, following in zip(found, [*found[1:], None], strict=True):
        if wanted and lesson.number not in wanted:
            continue
        for kind in KINDS:
            path = path_of(lesson, kind)
            notebook = made(lesson, kind, following)
            path.parent.mkdir(exist_ok=True)
            print(f"{path.stem} ", end="", flush=True)
            try:
                execute(
                    notebook,
                    path.parent,
                    lambda: print(".", end="", flush=True),
                    claimed=lessons.of(path).claims,
                )
            except FAILURES as error:
                sys.exit(f" failed\n{error}")
            nbformat.write(notebook, path)
            print()
    FOR_TEACHERS.write_text(for_teachers(), "utf-8", newline="\n")
    by_hand = PLAN.read_text("utf-8").partition(PLAN_STARTS)[0]
    PLAN.write_text(by_hand + plan(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
