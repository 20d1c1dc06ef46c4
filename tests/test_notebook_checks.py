"""The checks themselves: each must fail, and say why, when what it guards is broken."""

import base64
import io
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image, ImageDraw

from helpers.data import FASHION_CLASS_NAMES, load_fashion_mnist
from helpers.figures import show_predictions
from notebook_checks import form, pictures, text
from run_notebooks import METADATA, execute

matplotlib.use("Agg")

ROOT = Path(__file__).resolve().parents[1]


# -- Printed text ---------------------------------------------------------------------------

LINE = "391/391 - 2s - 5ms/step - accuracy: 0.8931 - loss: 0.2961 - val_loss: 0.35\n"
RULES = {"accuracy": 0.01, "loss": 0.02}


@pytest.mark.parametrize(
    ("expected", "actual", "rules"),
    [
        (LINE, LINE, {}),
        (LINE, LINE.replace("2s - 5ms", "14s - 371us"), {}),
        (LINE, LINE.replace("0.8931", "0.9031").replace("0.2961", "0.2761"), RULES),
        ("took 3.1 s, 14 ms each", "took 12 s, 9.5 ms each", {}),
        ("batch 32: 9,100 images/s", "batch 32: 12,345 images/s", {}),
        (
            "\x1b[1m79/79\x1b[0m \x1b[32m━━\x1b[0m \x1b[1m0s\x1b[0m 3ms/step",
            "\x1b[1m79/79\x1b[0m \x1b[32m━━\x1b[0m \x1b[1m1s\x1b[0m 812us/step",
            {},
        ),
        (
            "probabilities [0.   0.07 0.79]",
            "probabilities [0.01 0.1 0.8]",
            {"probabilities": 0.05},
        ),
        (
            "mistakes 1,287 of 10,000",
            "mistakes 1,310 of 10,000",
            {"mistakes": [1200, 1400]},
        ),
        ("loss inf", "loss inf", {}),
        ("loss 1e-05", "loss 2e-05", {"loss": 0.0001}),
    ],
)
def test_output_that_may_vary_so_is_accepted(expected, actual, rules):
    assert text.difference(expected, actual, rules) is None


@pytest.mark.parametrize(
    ("expected", "actual", "rules", "message"),
    [
        (
            LINE,
            LINE.replace("0.8931", "0.9131"),
            RULES,
            "accuracy: expected 0.8931, got 0.9131",
        ),
        (LINE, LINE.replace("0.35", "0.36"), RULES, "states no tolerance"),
        (LINE, LINE.replace("0.8931", "nan"), {"accuracy": 9.0}, "NaN never matches"),
        ("loss nan", "loss nan", {"loss": 9.0}, "NaN never matches"),
        (LINE, LINE.replace("391", "390"), RULES, "integer must match exactly"),
        ("accuracy 1", "accuracy 2", {"accuracy": 5.0}, "integer must match exactly"),
        (
            "mistakes 1,287",
            "mistakes 1,401",
            {"mistakes": [1200, 1400]},
            "range is 1200 to 1400",
        ),
        (
            "mistakes 1,100",
            "mistakes 1,300",
            {"mistakes": [1200, 1400]},
            "range is 1200 to 1400",
        ),
        ("loss 1.0", "loss inf", {"loss": 1e9}, "tolerance is 1e"),
        ("loss -0.5", "loss 0.5", {"loss": 0.1}, "differ by 1"),
        (LINE, LINE.replace("accuracy", "precision"), {}, "expected the text"),
        ("Sneaker 0.5", "Sandal 0.5", {"Sneaker": 1.0}, "expected the text"),
        ("loss 0.5", "loss 0.5 0.6", {}, "expected nothing, got 0.6"),
        ("loss 0.5 0.6", "loss 0.5", {}, "expected 0.6, got nothing"),
        ("a b", "ab", {}, "expected the text"),
        ("a\nb", "a b", {}, "expected the text"),
        ("max 255\nmin 0", "max 999\nmin 0", {}, "max: expected 255, got 999"),
    ],
)
def test_output_that_differs_is_refused_with_the_reason(
    expected, actual, rules, message
):
    assert message in text.difference(expected, actual, rules)


# -- Figures --------------------------------------------------------------------------------


def png(picture: Image.Image) -> str:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def drawing(
    words: str = "Trouser",
    axis: str = "0.2   0.4   0.6",
    tiles: int = 6,
    size: tuple[int, int] = (480, 340),
) -> Image.Image:
    """Six tiles, some with an image on black, blue words above each, numbers below."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    image = Image.linear_gradient("L").resize((60, 80))
    for tile in range(6):
        left, top = 20 + 150 * (tile % 3), 40 + 150 * (tile // 3)
        pen.text((left, top - 24), words, fill="#0077BB", font_size=18)
        pen.rectangle((left, top, left + 110, top + 110), fill="black")
        if tile < tiles:
            picture.paste(image.rotate(90 * (tile % 4)), (left + 25, top + 15))
    pen.text((120, 308), axis, fill="black", font_size=20)
    return picture


BLANK = Image.new("RGB", (480, 340), "white")


def swapped_tiles() -> Image.Image:
    picture = drawing()
    tile = picture.crop((20, 40, 131, 151))
    picture.paste(picture.crop((170, 40, 281, 151)), (20, 40))
    picture.paste(tile, (170, 40))
    return picture


@pytest.mark.parametrize(
    ("actual", "rule", "message"),
    [
        (BLANK, 1.0, "blank"),
        (BLANK, "content", "blank"),
        (drawing(size=(600, 340)), 1.0, "pixels instead of"),
        (drawing("Sneaker"), None, "looks different"),
        (drawing(axis="0.2   0.4   0.7"), None, "looks different"),
        (drawing(axis="0.2   0.4   0.7"), 0.05, "its words or axes differ"),
        (swapped_tiles(), 0.03, "looks different"),
    ],
)
def test_a_wrong_figure_is_refused_and_leaves_three_images(
    actual, rule, message, tmp_path
):
    images = tmp_path / "new" / "cell-1"
    assert message in pictures.difference(png(drawing()), png(actual), rule, images)
    left = sorted(path.name for path in images.parent.iterdir())
    assert left == ["cell-1-actual.png", "cell-1-difference.png", "cell-1-expected.png"]


@pytest.mark.parametrize(
    ("actual", "rule"),
    [
        (drawing(), None),
        (drawing("Sneaker"), 0.05),
        (drawing("Sneaker"), "content"),
        (swapped_tiles(), "content"),
        (drawing().resize((486, 344)), "content"),
    ],
)
def test_a_figure_that_may_vary_so_is_accepted(actual, rule, tmp_path):
    images = tmp_path / "cell-1"
    assert pictures.difference(png(drawing()), png(actual), rule, images) is None
    assert list(tmp_path.iterdir()) == []


def mistakes(first: int, titles: bool = True, black: int = 0) -> Image.Image:
    """Ten tops, as a notebook shows its mistakes, from the first-th on."""
    _, (test_images, test_labels) = load_fashion_mnist()
    shown = np.flatnonzero(np.isin(test_labels, [0, 2, 3, 4, 6]))[first : first + 10]
    images = test_images[shown]
    images[:black] = 0
    wrong = (test_labels[shown].astype(int) + 1) % 10
    axes = show_predictions(
        images, np.eye(10)[wrong], test_labels[shown], FASHION_CLASS_NAMES
    )
    if not titles:
        for a in axes:
            a.title.set_color("white")
    stream = io.BytesIO()
    plt.savefig(stream, bbox_inches="tight")
    plt.close()
    return Image.open(stream).convert("RGB")


@pytest.mark.parametrize("wrong", [{"titles": False}, {"black": 9}])
def test_a_flippable_figure_is_refused_when_its_content_is_gone(wrong, tmp_path):
    expected, actual = png(mistakes(0)), png(mistakes(0, **wrong))
    problem = pictures.difference(expected, actual, "content", tmp_path / "cell-1")
    assert "looks different" in problem


@pytest.mark.parametrize("first", [10, 20, 30, 40, 50])
def test_a_flippable_figure_may_show_other_mistakes(first, tmp_path):
    expected, actual = png(mistakes(0)), png(mistakes(first))
    images = tmp_path / "cell-1"
    assert pictures.difference(expected, actual, "content", images) is None


# -- The form of a committed notebook -------------------------------------------------------


def tidy() -> nbformat.NotebookNode:
    figure = new_output(
        "display_data", {"image/png": png(drawing()), "text/plain": "<Figure>"}
    )
    printed = new_output("stream", name="stdout", text="loss 0.5\n")
    return new_notebook(
        cells=[
            new_markdown_cell("# 1 · Why?", id="title"),
            new_code_cell(
                "print()", id="print-loss", execution_count=1, outputs=[printed]
            ),
            new_code_cell("draw()", id="draw", execution_count=2, outputs=[figure]),
            new_markdown_cell("*Figure:* Grey.", id="caption"),
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
            _set_metadata(compare={"acuracy": 0.1}),
            "'acuracy', but nothing of that name",
        ),
        (_set_metadata(compare={"figure": 0.1}), "'figure', but nothing of that name"),
        (
            _set_metadata(execution={"iopub.status.busy": "2026"}),
            "times of its execution",
        ),
        (_set_cell(3, source="Grey."), "no cell that starts with *Figure:*"),
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


# -- Whole runs: pytest on a notebook, as a maintainer calls it --------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project without its notebooks."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "tests", folder / "tests")
    shutil.copytree(ROOT / "notebooks" / "helpers", folder / "notebooks" / "helpers")
    (folder / "data").mkdir()
    shutil.copy(ROOT / "data" / "fashion_mnist.npz", folder / "data")
    return folder


def write(
    project: Path, notebook: nbformat.NotebookNode, stem: str = "01_test"
) -> Path:
    path = project / "notebooks" / f"{stem}.ipynb"
    nbformat.write(notebook, path)
    return path


def small_notebook(project: Path, *sources: str, **compare) -> nbformat.NotebookNode:
    """Return an executed notebook with these code cells, called first, second and third."""
    cells = []
    for number, source in zip(["first", "second", "third"], sources, strict=False):
        cells.append(new_code_cell(source, id=number))
        if "plt.show" in source:
            cells.append(new_markdown_cell("*Figure:* A line.", id=f"{number}-caption"))
    cells[0].metadata["compare"] = compare
    notebook = new_notebook(cells=cells)
    execute(notebook, project / "notebooks")
    return notebook


def run_pytest(project: Path, path: Path, *options: str) -> tuple[int, str]:
    """Run `pytest NOTEBOOK` as a maintainer would, and return its status and its words."""
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--color=no",
            *options,
            str(path.relative_to(project)),
        ],
        cwd=project,
        capture_output=True,
        text=True,
    )
    return result.returncode, result.stdout


def test_one_notebook_alone_fails_on_a_blanked_figure_and_leaves_images(project):
    """Notebook 02 up to its first figure, under the name of 05: no training is needed."""
    cells = nbformat.read(
        ROOT / "notebooks" / "02_meet_the_images.ipynb", as_version=4
    ).cells
    last = [cell.id for cell in cells].index("first-image-caption")
    notebook = new_notebook(cells=cells[: last + 1], metadata=METADATA)
    path = write(project, notebook, "05_first_network")
    assert run_pytest(project, path)[0] == 0

    # The cell still makes a figure with two Axes, but nothing is on them.
    figure = notebook.cells[last - 1]
    assert "plt.imshow(train_images[0]" in figure.source
    figure.source = (
        "for axes in plt.subplots(1, 2)[1]:\n    axes.set_axis_off()\nplt.show()"
    )
    status, words = run_pytest(project, write(project, notebook, "05_first_network"))
    assert status == 1
    assert "figure 1 of cell 'first-image'" in words
    left = project / "test-results" / "05_first_network"
    for name in ("expected", "actual", "difference"):
        assert (left / f"first-image-1-{name}.png").stat().st_size > 0
    assert (left / "05_first_network.ipynb").stat().st_size > 0


def test_a_figure_that_is_not_drawn_any_more_fails(project):
    drawn = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    notebook = small_notebook(project, drawn)
    notebook.cells[0].source = "import matplotlib.pyplot as plt"
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "it shows [] instead of ['image/png and text/plain']" in words


def test_a_number_within_its_tolerance_passes_and_one_beyond_fails(project):
    notebook = small_notebook(project, 'print("accuracy", 0.875)', accuracy=0.01)
    notebook.cells[0].source = 'print("accuracy", 0.884)'
    assert run_pytest(project, write(project, notebook))[0] == 0
    notebook.cells[0].source = 'print("accuracy", 0.886)'
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "accuracy: expected 0.875, got 0.886; they differ by 0.011" in words


def test_a_changed_word_or_value_fails_without_any_rule(project):
    notebook = small_notebook(project, "'ankle boot'")
    notebook.cells[0].source = "'sneaker'"
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "ankle boot" in words
    assert "sneaker" in words


def test_nan_fails_even_where_nan_is_committed(project):
    notebook = small_notebook(project, 'print("loss", float("nan"))', loss=1.0)
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "NaN never matches" in words


def test_a_warning_on_screen_fails(project):
    notebook = small_notebook(project, "import warnings")
    notebook.cells[0].source = "import warnings\nwarnings.warn('old')"
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "stderr" in words
    assert "UserWarning: old" in words


def test_text_before_instead_of_after_its_figure_fails(project):
    draw = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    notebook = small_notebook(project, f"{draw}\nprint('so')")
    notebook.cells[0].source = f"print('so')\n{draw}"
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "it shows ['stdout', 'image/png and text/plain'] instead of" in words


def test_text_that_moves_to_the_other_side_of_a_figure_fails(project):
    draw = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    notebook = small_notebook(project, f"print('so')\n{draw}\nprint('it is')")
    path = write(project, notebook)
    assert run_pytest(project, path)[0] == 0
    notebook.cells[0].source = f"print('so')\nprint('it is')\n{draw}"
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "instead of ['stdout', 'image/png and text/plain', 'stdout']" in words


def test_a_matplotlib_setting_of_the_user_does_not_hide_the_figures(
    project, monkeypatch
):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    drawn = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    notebook = small_notebook(project, drawn)
    assert len(form.figures(notebook.cells[0].outputs)) == 1
    assert run_pytest(project, write(project, notebook))[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="ipykernel cannot watch it there")
def test_a_log_line_from_compiled_code_fails(project):
    """TensorFlow writes to file descriptor 2; a learner sees it, so the check must."""
    notebook = small_notebook(project, "import os")
    notebook.cells[0].source = "import os\nos.write(2, b'I0000 a log line')\nNone"
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "stderr" in words


def test_a_notebook_that_was_never_executed_fails(project):
    notebook = new_notebook(
        cells=[new_code_cell("1 + 1", id="first")], metadata=METADATA
    )
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "'first': executed as None, not as 1" in words


def test_an_exception_that_is_not_raised_any_more_fails(project):
    cell = new_code_cell("1 / 0", id="first", metadata={"tags": ["raises-exception"]})
    notebook = new_notebook(cells=[cell])
    execute(notebook, project / "notebooks")
    assert run_pytest(project, write(project, notebook))[0] == 0
    notebook.cells[0].source = "None"
    assert run_pytest(project, write(project, notebook))[0] == 1


def test_a_kernel_that_dies_fails_its_notebook_within_ten_seconds(project):
    notebook = small_notebook(project, "import os", "1 + 1")
    notebook.cells[0].source = "import os\nos._exit(1)"
    start = time.monotonic()
    status, words = run_pytest(project, write(project, notebook))
    assert time.monotonic() - start < 10
    assert status == 1
    assert "the kernel died while it ran this cell" in words
    assert "2 failed, 1 passed" in words  # the cell after it failed as well


def test_a_cell_that_times_out_fails_and_so_do_the_cells_after_it(project):
    notebook = small_notebook(project, "import time", "1 + 1")
    notebook.cells[0].source = "import time\ntime.sleep(60)"
    status, words = run_pytest(
        project, write(project, notebook), "--nbval-cell-timeout=2"
    )
    assert status == 1
    assert "not run, because an earlier cell timed out" in words
    assert "2 failed, 1 passed" in words
    assert "xfailed" not in words


def test_nbvals_own_option_does_not_run_a_notebook_twice_or_more_gently(project):
    notebook = small_notebook(project, "'ankle boot'")
    path = write(project, notebook)
    status, words = run_pytest(project, path, "--nbval-lax")
    assert status == 0
    assert "2 passed" in words
    notebook.cells[0].source = "'sneaker'"
    assert run_pytest(project, write(project, notebook), "--nbval-lax")[0] == 1


def test_a_cell_that_changes_its_data_each_time_it_is_run_fails_when_run_twice(project):
    notebook = small_notebook(project, "x = 255", "x = x / 255\nprint(x)", "print(x)")
    path = write(project, notebook)
    assert run_pytest(project, path)[0] == 0
    status, words = run_pytest(project, path, "--twice")
    assert status == 1
    assert "2-second-again" in words
    assert "3 failed, 4 passed" in words  # the last cell shows what is left, twice


def test_a_cell_that_trains_further_is_run_again_at_the_end(project):
    notebook = small_notebook(project, "x = 0", "x = x + 1\nprint(x)", "print(x)")
    notebook.cells[1].metadata["tags"] = ["not-repeatable"]
    path = write(project, notebook)
    assert "7 passed" in run_pytest(project, path, "--twice")[1]
    notebook.cells[1].source = "assert x == 0\nx = x + 1\nprint(x)"
    status, words = run_pytest(project, write(project, notebook), "--twice")
    assert status == 1
    assert "1 failed, 6 passed" in words


def test_a_notebook_that_leaves_a_file_beside_it_fails_and_names_the_file(project):
    notebook = small_notebook(project, "import pathlib")
    notebook.cells[
        0
    ].source = 'import pathlib\n_ = pathlib.Path("model.keras").write_text("")'
    status, words = run_pytest(project, write(project, notebook))
    assert status == 1
    assert "01_test.ipynb left ['model.keras'] in its folder" in words
