"""The survey of seeds: it goes through all notebooks, whatever it finds in one of them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
DRAWS = """
import matplotlib.pyplot as plt
seed=0
print("share", 0.5 + seed)
plt.plot([0.2, 0.5 + seed / 100])
plt.ylim(0, 1)
plt.show()
"""
CODE = {
    "01_no_seed": "print(1)",
    "02_fails": "seed=0\nprint(1 / (1 - seed))",
    "03_varies": DRAWS.strip(),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project with three notebooks, of which the second fails with seed 1."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "tests", folder / "tests")
    (folder / "notebooks").mkdir()
    for name, code in CODE.items():
        cells = [new_code_cell(code, id="code")]
        nbformat.write(new_notebook(cells=cells), folder / f"notebooks/{name}.ipynb")
    return folder


def survey(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "tests/measure_spread.py", "--only-seeds", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


def test_a_failure_in_one_notebook_does_not_hide_what_the_next_ones_do(project):
    result = survey(project, "--seeds", "1", "3")
    assert result.returncode == 1, result.stderr
    assert result.stdout.splitlines()[-2:] == ["02_fails: FAILED", "03_varies: held"]
    assert "ZeroDivisionError" in result.stdout
    assert re.search(r"share +0\.00000 +2\.00000", result.stdout), result.stdout
    assert "01_no_seed" not in result.stdout


def test_how_far_a_curve_moves_is_told_in_pixels_as_its_rule_allows_it(project):
    result = survey(project, "--seeds", "1", "3", "--", "notebooks/03_varies.ipynb")
    pixels = re.search(r"figure +[\d.]+ +([\d.]+) +-", result.stdout)[1]
    assert 4 <= float(pixels) <= 9, result.stdout  # 2 % of some 300 pixels


def test_the_notebooks_that_are_named_are_surveyed_and_no_others(project):
    path = "notebooks/03_varies.ipynb"
    result = survey(project, "--seeds", "1", "--", path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "03_varies: held"
    assert "02_fails" not in result.stdout


def test_seeds_for_a_notebook_without_one_are_refused_by_its_name(project):
    paths = ["notebooks/03_varies.ipynb", "notebooks/01_no_seed.ipynb"]
    result = survey(project, "--seeds", "1", "--", *paths)
    assert result.returncode == 2
    assert "seed=0 in notebooks/01_no_seed.ipynb" in result.stderr
