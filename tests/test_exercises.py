"""The exercises: a right answer passes, and each wrong one hears what is wrong with it."""

import importlib
import linecache
from collections import Counter
from functools import cache

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

import make_exercises
from helpers.exercises import checking
from helpers.exercises.checking import Exercise, Lesson, Mistake, Wrong, ask, unsolved
from make_exercises import KINDS, all_lessons, made, path_of
from mutants import MUTANTS

matplotlib.use("Agg")

LESSONS = all_lessons()
EXERCISES = {
    f"{lesson.number}-{exercise.name}": (lesson, exercise)
    for lesson in LESSONS
    for exercise in lesson.exercises
}
FALLBACK = "cannot make sense of this answer"
every_exercise = pytest.mark.parametrize("name", EXERCISES)


@cache
def _setup(lesson: Lesson) -> dict:
    names = {}
    if lesson.uses_keras:
        exec("import helpers.quiet_start", names)
    exec(lesson.setup, names)
    return names


def said_to(lesson: Lesson, exercise: Exercise, code: str) -> tuple[str, bool]:
    """Run an exercise's cells with this code for an answer; return what the check says."""
    scope = dict(_setup(lesson))
    exec(exercise.given, scope)
    # As in a notebook, where the lines of a cell can be looked up.
    linecache.cache["<answer>"] = (len(code), None, code.splitlines(True), "<answer>")
    exec(compile(code, "<answer>", "exec"), scope)
    inside = exercise.call.partition("(")[2].rstrip(")")
    return exercise.judged(*eval(f"({inside},)", scope))


@pytest.fixture(autouse=True)
def _no_figures_left():
    yield
    plt.close("all")


@every_exercise
def test_without_an_answer_it_says_so_and_gives_the_first_hint(name):
    lesson, exercise = EXERCISES[name]
    said, right = said_to(lesson, exercise, unsolved(exercise.answer))
    assert said.startswith("Not solved yet.")
    assert exercise.hints[0].split()[0] in said.partition("Hint 1:")[2]
    assert not right


@every_exercise
def test_a_typical_mistake_gets_the_message_about_that_mistake(name):
    lesson, exercise = EXERCISES[name]
    for mistake in exercise.mistakes:
        said, right = said_to(lesson, exercise, mistake.code.strip())
        said = " ".join(said.split())
        assert said.startswith("✗"), mistake.code
        assert not right
        heard = [other.says for other in exercise.mistakes if other.says in said]
        assert heard == [mistake.says], said
        assert FALLBACK not in said


ANYTHING = [
    None,
    "a text",
    0,
    float("nan"),
    np.zeros(3),
    np.full((2, 2), np.nan),
    [],
    {"a": 1},
    int,
    len,
]


@every_exercise
def test_any_other_answer_gets_a_message_and_no_error_from_inside(name):
    lesson, exercise = EXERCISES[name]
    handed_in = exercise.call.count(",") + 1

    def raises(*arguments, **named):
        raise KeyError("a mistake of the reader's")

    constants = [lambda *a, value=value, **k: value for value in ANYTHING]
    for answer in [*ANYTHING, *constants, raises]:
        said, right = exercise.judged(*[answer] * handed_in)
        assert said.startswith(("✗", "Not solved yet.")), f"{answer}: {said}"
        assert not right
        assert FALLBACK not in said, f"{answer}: {said}"
        assert "Traceback" not in said


@every_exercise
def test_an_exercise_has_what_a_reader_and_a_teacher_need(name):
    _, exercise = EXERCISES[name]
    assert exercise.kind in ("mend", "build", "explain", "predict", "challenge")
    assert len(exercise.hints) == 3
    assert len(exercise.mistakes) >= 2
    assert 1 <= exercise.minutes <= 20
    for text in (
        exercise.shows,
        exercise.usually,
        exercise.ask,
        exercise.right,
        exercise.explained,
    ):
        assert text.strip().endswith((".", "?", "`", ")"))


@every_exercise
def test_each_check_has_two_faults_that_the_tests_must_notice(name):
    noticed = Counter(name for mutant in MUTANTS if mutant.checks.endswith(f"[{name}]"))
    assert noticed[name] >= 2, "each checker needs two faults in tests/lessons"


def without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_the_notebooks_are_what_the_exercises_make(lesson, kind):
    """If not: python tests/make_exercises.py"""
    following = dict(zip(LESSONS, [*LESSONS[1:], None], strict=True))[lesson]
    committed = nbformat.read(path_of(lesson, kind), as_version=4)
    assert without_outputs(committed).cells == made(lesson, kind, following).cells


def test_a_teachers_plan_is_what_the_lessons_say():
    there = make_exercises.PLAN.read_text("utf-8")
    assert there.endswith(make_exercises.plan())


def test_the_page_for_teachers_is_what_the_exercises_make():
    """If not: python tests/make_exercises.py"""
    there = make_exercises.FOR_TEACHERS.read_text("utf-8")
    assert there == make_exercises.for_teachers()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_no_exercise_is_solved_before_the_reader_solves_it_and_all_are_after(
    lesson, kind
):
    cells = nbformat.read(path_of(lesson, kind), as_version=4).cells
    start = "Not solved yet." if kind == "exercises" else "✓"
    for exercise in lesson.exercises:
        cell = next(cell for cell in cells if cell.id == f"{exercise.name}-check")
        assert cell.outputs[0].text.startswith(start), exercise.name


def test_every_lesson_has_exercises_and_leads_to_them():
    lessons = {lesson.notebook: lesson for lesson in LESSONS}
    paths = sorted(make_exercises.NOTEBOOKS.glob("[0-9]*.ipynb"))
    assert {path.stem for path in paths} == lessons.keys()
    for path in paths:
        cells = nbformat.read(path, as_version=4).cells
        (text,) = [cell.source for cell in cells if cell.id == "try-it"]
        assert text == make_exercises.exercises_of(lessons[path.stem])


# What all exercises have in common.


def _doubled(double) -> None:
    if ask(double, 2) == 2:
        raise Wrong("It returns what it got.")
    if ask(double, 3) != 6:
        raise Wrong("Three is not doubled.")


@pytest.fixture
def doubled() -> Exercise:
    return Exercise(
        name="double",
        title="Double",
        kind="build",
        minutes=1,
        prompt="Double.",
        answer=f"def double(x):\n    {checking.BEGIN}\n    return 2 * x\n    {checking.END}",
        checker=_doubled,
        hints=("One.", "Two.", "Three."),
        right="Doubled.",
        explained="Doubled.",
        mistakes=(Mistake("double = abs", "returns what it got"),),
        shows="Doubling.",
        usually="Nothing.",
        ask="Why?",
    )


def test_hints_come_one_at_a_time_and_then_the_solution(doubled, capsys):
    for start in ("Hint 1: One.", "Hint 2: Two.", "Hint 3: Three."):
        doubled.hint()
        assert capsys.readouterr().out.startswith(start)
    doubled.hint()
    assert "check_double.solution() shows a solution" in capsys.readouterr().out
    doubled.solution()
    assert capsys.readouterr().out == "def double(x):\n    return 2 * x\n"


def test_after_the_first_hint_that_the_check_gave_comes_the_second(doubled, capsys):
    doubled(...)
    assert "Hint 1: One." in capsys.readouterr().out
    doubled.hint()
    assert capsys.readouterr().out.startswith("Hint 2: Two.")


def test_an_error_of_the_readers_is_shown_with_its_line(doubled):
    code = "def double(x):\n    y = []\n    return y[x]"
    linecache.cache["<mine>"] = (len(code), None, code.splitlines(True), "<mine>")
    scope = {}
    exec(compile(code, "<mine>", "exec"), scope)
    said, right = doubled.judged(scope["double"])
    said = " ".join(said.split())
    assert "`double` stopped with IndexError: list index out of range." in said
    assert "The line was `return y[x]`. It had been given 2." in said
    assert not right


def test_a_function_without_return_is_told_so(doubled):
    def double(x):
        2 * x  # noqa: B018

    said, _ = doubled.judged(double)
    assert "does it end with `return`?" in " ".join(said.split())


def test_a_function_that_is_not_written_yet_hears_nothing_about_return(doubled):
    def double(x):
        """Not yet."""
        ...

    said, _ = doubled.judged(double)
    assert said.startswith("Not solved yet.\nHint 1")


def test_what_nbgrader_puts_where_an_answer_was_counts_as_not_solved(doubled):
    def double(x):
        raise NotImplementedError()

    assert doubled.judged(double)[0].startswith("Not solved yet.")


def test_nbgrader_counts_a_wrong_answer_as_wrong(doubled, monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError, match="returns what it got"):
        doubled(abs)
    doubled(lambda x: 2 * x)
    assert capsys.readouterr().out == "✓ Doubled.\n"


def test_a_checker_that_trips_over_an_answer_does_not_show_its_inside(doubled):
    doubled.checker = lambda double: 1 / 0
    said, right = doubled.judged(abs)
    assert FALLBACK in " ".join(said.split())
    assert not right


def test_an_answer_cannot_change_what_it_is_asked_with():
    numbers = np.array([1.0, 2.0])

    def write(array):
        array[:] = 0
        return array

    ask(write, numbers)
    assert numbers.tolist() == [1, 2]


@pytest.mark.parametrize("value", ["C", " c ", "C."])
def test_the_right_letter_passes_in_any_form(value):
    checking.choice(value, "C", {"A": "Not A."})


@pytest.mark.parametrize(
    ("value", "message"),
    [("A", "Not A."), ("D", "one of the letters A, C"), (3, "but is 3")],
)
def test_another_letter_hears_why_not(value, message):
    with pytest.raises(Wrong, match=message):
        checking.choice(value, "C", {"A": "Not A."})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("many", "should be numbers, but is the text 'many'"),
        ([[1, 2], [3]], "should be numbers, but is a list of 2 things"),
        (np.zeros(3), r"should have the shape \(2,\), but has \(3,\)"),
        ([1, np.nan], "there is nan, not a number"),
        ([1, np.inf], "there is infinity"),
    ],
)
def test_what_is_no_array_of_numbers_is_named(value, message):
    with pytest.raises(Wrong, match=message):
        checking.numbers(value, "it", shape=(2,))


@pytest.mark.parametrize("value", [True, "1", np.zeros(2), [1], np.nan])
def test_what_is_no_number_is_named(value):
    with pytest.raises(Wrong, match="it should be (one number|ordinary numbers), but"):
        checking.number(value, "it")


def test_one_number_in_an_array_is_a_number():
    assert checking.number(np.array([2.5]), "it") == checking.number(2.5, "it")


def test_a_number_with_decimals_is_no_whole_number():
    assert checking.whole_number(3.0, "it") == 3
    with pytest.raises(Wrong, match="should be a whole number, but is 2.5"):
        checking.whole_number(2.5, "it")


def test_a_network_with_other_shapes_hears_which():
    importlib.import_module("helpers.quiet_start")
    import keras

    def build(*layers):
        return keras.Sequential(list(layers))

    good = build(keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10))
    assert checking.network(good, "it", (28, 28), 10) is good
    for model, message in [
        (keras.layers.Dense(10), "should be a network"),
        (build(keras.layers.Dense(10)), "does not know the shape of its input"),
        (build(keras.Input((784,)), keras.layers.Dense(10)), "should take inputs of"),
        (
            build(keras.Input((28, 28)), keras.layers.Dense(10)),
            "should give 10 numbers",
        ),
    ]:
        with pytest.raises(Wrong, match=message):
            checking.network(model, "it", (28, 28), 10)


@pytest.mark.parametrize("answer", ["x = 1", checking.BEGIN, checking.END])
def test_an_answer_without_a_place_to_fill_is_refused(answer):
    with pytest.raises(ValueError, match="without"):
        unsolved(answer)
