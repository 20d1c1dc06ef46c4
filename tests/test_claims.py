"""Claims: what the text says is quoted where it stands, and true when the cells have run."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebook_checks import claims, lessons
from notebook_checks.lessons import Claim
from run_notebooks import METADATA, execute

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted(lessons.FOLDER.glob("[0-9]*.toml"))

COUNTS = "counts = [3, 7, 5]\nprint(counts)"
TRUE = Claim("caption", "sevens are most frequent", "max(counts) == counts[1]")
FALSE = Claim("caption", "sevens are most frequent", "max(counts) == counts[2]")


def lesson() -> nbformat.NotebookNode:
    """Return an executed notebook: a title, a count and what it shows."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# 1 · How many?", id="title"),
            new_code_cell(COUNTS, id="count"),
            new_markdown_cell("Here, sevens are\nmost frequent.", id="caption"),
            new_code_cell("counts.append(9)", id="more"),
        ],
        metadata=METADATA,
    )
    execute(notebook, ROOT / "notebooks")
    return notebook


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    return lesson()


def without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


# -- What shows without running anything ------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (
            Claim("captoin", "sevens", "counts"),
            "names ['captoin'], but there is no such",
        ),
        (
            Claim("caption", "eights", "counts"),
            "quotes 'eights', but these words do not",
        ),
        (Claim("caption", "Here", "max(counts"), "Python cannot read"),
        (Claim("caption", "Here", "counts = 3"), "Python cannot read"),
        (Claim("caption", "Here", "1 == 1"), "can never be false"),
        (Claim("caption", "Here", "model.fit(counts)"), "uses 'fit'"),
        (Claim("caption", "Here", "predict(counts) == 3"), "uses 'predict'"),
        (Claim("caption", "Here", "np.random.rand() < 2"), "uses 'random'"),
        (Claim("title", "How many", "counts"), "stands above all code"),
        (Claim("title", "How many", "counts", "caption"), "which is no code cell"),
        (Claim("caption", "Here", "counts", "count"), "which is above it"),
        (Claim("caption", "Here", "counts", "last"), "names ['last']"),
    ],
)
def test_a_claim_that_cannot_be_checked_is_refused_with_the_reason(
    claim, message, notebook
):
    assert message in "\n".join(claims.problems([claim], notebook))


def test_a_claim_may_quote_over_line_ends_and_be_asked_later(notebook):
    early = Claim("title", "How many?", "counts[0] == 3", after="more")
    assert list(claims.problems([TRUE, early], notebook)) == []
    asked = claims.asked_after([TRUE, early], notebook)
    assert asked == {"count": [TRUE], "more": [early]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claims = 3", "['claims'] mean nothing here"),
        ("constants = [2.3]", "constants must be a list of strings"),
        ('[[claim]]\ncell = "a"\nsays = "b"', "'what is missing'"),
        ('[[claim]]\ncell = "a"\nsays = "b"\nholds = true', "['holds'] must be as in"),
        ('[[fault]]\nwhat = "a"\nold = "b"\nnew = "c"\nwhere = "d"', "['where']"),
    ],
)
def test_a_slip_in_a_lesson_s_file_is_named(text, message, tmp_path):
    path = tmp_path / "01_test.toml"
    path.write_text(text)
    with pytest.raises(ValueError) as error:
        lessons.read(path)
    assert message in str(error.value)


def test_every_notebook_has_a_file_of_claims_and_every_file_a_notebook():
    taught = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    exercises = {path.stem for path in (ROOT / "notebooks").glob("*/*.ipynb")}
    files = {path.stem: lessons.read(path) for path in LESSONS}
    assert taught <= files.keys() <= taught | exercises
    for stem in taught:
        assert files[stem].claims, stem


# -- What the kernel answers ---------------------------------------------------------------


def false_claims(notebook: nbformat.NotebookNode, *claimed: Claim) -> str:
    """Run a notebook, and return what is said of the claims that do not hold."""
    try:
        execute(without_outputs(notebook), ROOT / "notebooks", claimed=claimed)
    except claims.FalseClaim as error:
        return str(error)
    return ""


def test_a_false_claim_is_reported_with_its_words_expression_and_values(notebook):
    said = false_claims(notebook, TRUE, FALSE)
    assert said.splitlines() == [
        "'caption' says 'sevens are most frequent', which does not hold:",
        "    max(counts) == counts[2]",
        "    max(counts) is 7",
        "    counts[2] is 5",
        "    counts is [3, 7, 5]",
    ]


@pytest.mark.parametrize(
    ("holds", "message"),
    [
        ("counts", "it is [3, 7, 5], and not True or False"),
        ("count == 3", "NameError: name 'count' is not defined"),
        ("counts[5] == 3", "IndexError"),
    ],
)
def test_a_claim_without_an_answer_is_false_and_says_why(holds, message, notebook):
    assert message in false_claims(notebook, Claim("caption", "Here", holds))


def test_asking_changes_neither_names_nor_outputs_nor_counters(notebook):
    asked = without_outputs(notebook)
    asked.cells[-1].source = "print(counts, sorted(n for n in dir() if n[0] != '_'))"
    plain = nbformat.from_dict(asked)
    renames = Claim("caption", "Here", "len(counts := [1]) == 1")
    sees = Claim("caption", "Here", "inspect.isfunction(shown_axes)")
    execute(asked, ROOT / "notebooks", claimed=[renames, sees])
    execute(plain, ROOT / "notebooks")
    assert json.dumps(asked) == json.dumps(plain)


def test_a_claim_can_ask_what_has_been_run(notebook):
    asked = Claim("title", "How many?", "sources()[-1] == 'counts.append(9)'", "more")
    assert false_claims(notebook, asked) == ""


def test_a_claim_cannot_train_or_predict_behind_a_function(notebook):
    lesson = without_outputs(notebook)
    lesson.cells[1].source = (
        "import helpers.quiet_start\nimport keras\n"
        "model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\n"
        "def ask(x): return model(x) is not None"
    )
    lesson.cells[3].source = "print(ask(keras.ops.ones((1, 1))))"
    claim = Claim("caption", "Here", "ask(keras.ops.ones((1, 1)))")
    assert "may not train, predict or draw" in false_claims(lesson, claim)


def test_a_claim_can_compute_again_what_a_network_answers_and_leaves_no_trace(notebook):
    lesson = without_outputs(notebook)
    lesson.cells[1].source = (
        "import helpers.quiet_start\nimport keras\nimport numpy as np\n"
        "keras.utils.set_random_seed(0)\n"
        "inner = [keras.layers.Dense(3), keras.layers.Dropout(0.5)]\n"
        "model = keras.Sequential([keras.Input((2,)), *inner])\n"
        "images = np.ones((700, 2), 'float32')\n"
        "expected = model.predict(images, verbose=0)"
    )
    lesson.cells[3].source = "print(np.array(model(images[:9], training=True)))"
    plain = nbformat.from_dict(lesson)
    same = "np.allclose(recomputed(model, images), expected)"
    other = "np.allclose(recomputed(model, images + 1), expected)"
    assert false_claims(lesson, Claim("caption", "Here", same)) == ""
    assert "does not hold" in false_claims(lesson, Claim("caption", "Here", other))
    execute(lesson, ROOT / "notebooks", claimed=[Claim("caption", "Here", same)])
    execute(plain, ROOT / "notebooks")
    assert lesson.cells[3].outputs == plain.cells[3].outputs


def test_a_claim_sees_what_the_cell_above_it_drew_and_nothing_older(notebook):
    lesson = without_outputs(notebook)
    lesson.cells[1].source = (
        "import matplotlib.pyplot as plt\nplt.plot([1, 2], label='up')\n"
        "plt.xlabel('epoch')\nplt.legend()\nplt.show()"
    )
    lesson.cells[3].source = "print('nothing drawn')"
    drawn = "[axes.get_xlabel() for axes in shown_axes()] == ['epoch']"
    legend = "shown_axes()[0].get_legend().get_texts()[0].get_text() == 'up'"
    gone = Claim("title", "How many?", "len(shown_axes()) == 0", after="more")
    claimed = [Claim("caption", "Here", holds) for holds in (drawn, legend)]
    assert false_claims(lesson, *claimed, gone) == ""


# -- Everything that runs notebooks asks -----------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory, notebook) -> Path:
    """A copy of the project with one small notebook."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "tests", folder / "tests")
    shutil.rmtree(folder / "tests" / "lessons")
    (folder / "tests" / "lessons").mkdir()
    (folder / "notebooks").mkdir()
    nbformat.write(notebook, folder / "notebooks" / "01_test.ipynb")
    return folder


def promise(project: Path, claim: Claim, *more: str) -> None:
    lines = ["[[claim]]"] + [
        f"{n} = '{v}'" for n, v in vars(claim).items() if n != "clock"
    ]
    lines += [f"clock = {str(claim.clock).lower()}", *more]
    (project / "tests" / "lessons" / "01_test.toml").write_text("\n".join(lines))


def python(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


SAID = "'caption' says 'sevens are most frequent', which does not hold"
NOTEBOOK = "notebooks/01_test.ipynb"
PYTEST = ["-m", "pytest", "--color=no", NOTEBOOK]


def test_pytest_fails_at_the_cell_after_which_a_claim_is_false(project):
    promise(project, TRUE)
    assert python(project, *PYTEST).returncode == 0
    promise(project, FALSE)
    result = python(project, *PYTEST)
    assert result.returncode == 1
    assert SAID in result.stdout
    assert "FAILED notebooks/01_test.ipynb::1-count" in result.stdout


def test_pytest_fails_when_a_quoted_sentence_was_changed(project):
    promise(project, Claim("caption", "sevens are rarest", "counts[1] == 7"))
    result = python(project, *PYTEST)
    assert result.returncode == 1
    assert "a claim quotes 'sevens are rarest'" in result.stdout


def test_a_notebook_that_says_something_false_is_not_written(project):
    path = project / NOTEBOOK
    before = path.read_bytes()
    promise(project, FALSE)
    result = python(project, "tests/run_notebooks.py", "--write", NOTEBOOK)
    assert result.returncode == 1
    assert SAID in result.stderr
    assert path.read_bytes() == before


def test_the_survey_of_seeds_fails_when_a_claim_holds_for_our_seed_only(project):
    notebook = nbformat.read(project / NOTEBOOK, as_version=4)
    notebook.cells[1].source = "seed=0\ncounts = [3, 7 - seed, 5]\nprint(counts)"
    path = project / "notebooks" / "02_seeds.ipynb"
    nbformat.write(notebook, path)
    promise(project, TRUE)
    shutil.copy(
        project / "tests" / "lessons" / "01_test.toml",
        project / "tests" / "lessons" / "02_seeds.toml",
    )
    survey = ["tests/measure_spread.py", str(path), "--only-seeds", "--seeds"]
    assert python(project, *survey, "1").returncode == 0
    result = python(project, *survey, "1", "4")
    assert result.returncode == 1
    assert SAID in result.stdout
    path.unlink()


def test_a_fault_that_only_a_claim_notices_is_reported_as_such(project):
    # The list is right as it is printed, but what is said of it is not.
    promise(
        project,
        Claim("caption", "sevens are most frequent", "total == sum(counts)"),
        "[[fault]]",
        "what = 'another total'",
        "old = 'total = sum(counts)'",
        "new = 'total = 3'",
    )
    notebook = nbformat.read(project / NOTEBOOK, as_version=4)
    original = notebook.cells[1].source
    notebook.cells[1].source = f"{original}\ntotal = sum(counts)"
    nbformat.write(notebook, project / NOTEBOOK)
    (project / "data").mkdir()
    result = python(project, "tests/mutants.py")
    notebook.cells[1].source = original
    nbformat.write(notebook, project / NOTEBOOK)
    assert "another total: caught: a claim fails in 1-count" in result.stdout


def test_a_claim_about_speed_is_left_out_where_faults_are_looked_for(project):
    promise(project, Claim(FALSE.cell, FALSE.says, FALSE.holds, clock=True))
    assert python(project, *PYTEST).returncode == 1
    assert python(project, *PYTEST, "-m", "not clock").returncode == 0


# -- The file that is sent to the kernel --------------------------------------------------------


def test_what_is_sent_to_the_kernel_is_one_expression_that_leaves_no_name():
    assert isinstance(ast.parse(claims.START["code"], mode="eval"), ast.Expression)
