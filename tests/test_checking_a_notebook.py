"""Whole runs: pytest on one notebook, as a maintainer calls it, fails and says why."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from notebook_checks import form
from notebook_checks.form import describe_figures
from run_notebooks import METADATA, execute

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project without its notebooks."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "pyproject.toml", folder)
    # Nothing is promised for the small notebooks of these tests.
    promises = shutil.ignore_patterns("lessons")
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=promises)
    shutil.copytree(ROOT / "notebooks" / "helpers", folder / "notebooks" / "helpers")
    (folder / "data").mkdir()
    shutil.copy(ROOT / "data" / "fashion_mnist.npz", folder / "data")
    return folder


def write(
    project: Path, notebook: nbformat.NotebookNode, stem: str = "01_test"
) -> Path:
    path = project / "notebooks" / f"{stem}.ipynb"
    for other in path.parent.glob("*.ipynb"):
        other.unlink()  # or it would have to lead to the next one
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
    # Without the text, whose numbers would have to be shown.
    cells = [cell for cell in cells[:last] if cell.cell_type == "code"]
    cells.append(new_markdown_cell("*Figure:* A boot.", id="caption"))
    notebook = new_notebook(cells=cells, metadata=METADATA)
    describe_figures(notebook)
    path = write(project, notebook, "05_first_network")
    status, words = run_pytest(project, path)
    assert status == 0, words

    # The cell still makes a figure with two Axes, but nothing is on them.
    figure = notebook.cells[-2]
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
    status, words = run_pytest(project, write(project, notebook), "--durations=0")
    durations = re.findall(r"^([\d.]+)s (?:setup|call) ", words, re.M)
    assert 0 < sum(map(float, durations)) < 10
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
    notebook.cells[1].source = "1 / (x == 0)\nx = x + 1\nprint(x)"
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


def test_with_two_files_at_a_time_a_notebook_still_runs_in_one_kernel_on_one_thread(
    project,
):
    threads = 'import os\nprint(os.environ["TF_NUM_INTRAOP_THREADS"])'
    notebook = small_notebook(project, "x = 1", "print(x + 1)", "print(x + 2)")
    notebook.cells[0].source = f"{threads}\nx = 1"
    notebook.cells[0].outputs = [new_output("stream", name="stdout", text="1\n")]
    path = write(project, notebook)
    other = path.with_name("02_test.ipynb")
    notebook.cells.append(new_markdown_cell("[import os](02_test.ipynb)", id="next"))
    nbformat.write(notebook, path)
    nbformat.write(notebook, other)
    status, words = run_pytest(
        project, path, str(other), "-n", "2", "-p", "no:cacheprovider"
    )
    assert status == 0, words
    assert "8 passed" in words
