"""The README: its commands work, and what it shows is what the notebooks show."""

import json
import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import nbformat
import pytest

from run_notebooks import README_PICTURE, README_PICTURE_CELL, readme_picture
from running_jupyter import running

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = [ROOT / "README.md", *NOTEBOOKS]


def command(name: str) -> list[str]:
    """Return the last program of a README line, as arguments for this Python."""
    line = re.search(rf"<!-- {name} -->\n```sh\n(.*)\n```", README)[1]
    program, *arguments = shlex.split(line.rpartition(" && ")[2])
    assert program.startswith(".venv/bin/")
    module = program.removeprefix(".venv/bin/")
    return [sys.executable, *([] if module == "python" else ["-m", module]), *arguments]


def test_the_first_command_opens_the_notebooks_in_jupyterlab():
    with running(command("open"), ROOT) as server:
        with urllib.request.urlopen(server.url("lab")) as page:
            assert "JupyterLab" in page.read().decode()
        with urllib.request.urlopen(server.url("api/contents")) as listing:
            names = {entry["name"] for entry in json.load(listing)["content"]}
        assert {path.name for path in NOTEBOOKS} <= names


def test_the_second_command_collects_every_notebook_and_every_test():
    result = subprocess.run(
        [*command("tests"), "--collect-only", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    for path in [*NOTEBOOKS, *(ROOT / "tests").glob("test_*.py")]:
        assert f"{path.relative_to(ROOT).as_posix()}::" in result.stdout


def test_the_third_command_exists_and_shows_its_help():
    result = subprocess.run(
        [*command("run"), "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert "show the progress" in result.stdout


def test_the_table_lists_every_notebook_with_its_question():
    rows = re.findall(
        r"^\| \[(\w+)\]\(notebooks/(\w+)\.ipynb\) \| (.*?) \| [\d.]+ \|$", README, re.M
    )
    titles = {}
    for path in NOTEBOOKS:
        title = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0]
        number, _, question = title.removeprefix("# ").partition(" · ")
        assert int(number) == int(path.stem[:2])
        titles[path.stem] = question
    assert {(name, file, question) for name, file, question in rows} == {
        (stem, stem, question) for stem, question in titles.items()
    }


def test_the_picture_is_the_one_that_the_notebook_shows():
    path = ROOT / "notebooks" / f"{README_PICTURE_CELL[0]}.ipynb"
    shown = readme_picture(nbformat.read(path, as_version=4))
    assert README_PICTURE.read_bytes() == shown
    assert f"]({README_PICTURE.relative_to(ROOT).as_posix()})" in README


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_internal_link_leads_somewhere(page):
    if page.suffix == ".ipynb":
        cells = nbformat.read(page, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = page.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert links
    for link in links:
        assert (page.parent / link).exists(), link
