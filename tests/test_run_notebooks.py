"""The command that runs the series, and refreshes what is committed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def notebooks(tmp_path) -> Path:
    """A folder for notebooks, with the helpers and the data where notebooks expect them."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copytree(ROOT / "notebooks" / "helpers", folder / "helpers")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return folder


def run(*arguments: str | Path) -> subprocess.CompletedProcess:
    command = [sys.executable, ROOT / "tests" / "run_notebooks.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_refreshing_twice_leaves_no_difference(notebooks):
    # Under another name nothing is promised of it.
    path = notebooks / "02_copy.ipynb"
    original = ROOT / "notebooks" / "02_meet_the_images.ipynb"
    path.write_bytes(original.read_bytes())
    assert run("--write", path).returncode == 0
    first = path.read_bytes()
    assert run("--write", path).returncode == 0
    assert path.read_bytes() == first


def test_progress_is_a_dot_for_each_cell_then_the_time(notebooks):
    cells = [new_code_cell("1 + 1", id="one"), new_code_cell("2", id="two")]
    path = notebooks / "01_test.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    before = path.read_bytes()
    result = run(path)
    assert re.match(r"01_test \.\. \d+ s", result.stdout)
    assert result.stderr == ""
    assert path.read_bytes() == before, "without --write no file is changed"


def test_a_failing_cell_ends_the_run_and_saves_nothing(notebooks):
    path = notebooks / "01_test.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0", id="one")]), path)
    before = path.read_bytes()
    result = run("--write", path)
    assert result.returncode == 1
    assert "ZeroDivisionError" in result.stderr
    assert path.read_bytes() == before
