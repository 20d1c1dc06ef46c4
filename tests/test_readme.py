"""README and CONTRIBUTING: their commands work, and what they name and show is there."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import nbformat
import pytest

from notebook_checks import lessons
from run_notebooks import README_PICTURE, README_PICTURE_CELL, readme_picture
from running_jupyter import running

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text("utf-8")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HELPERS = [
    *(ROOT / "notebooks" / "helpers").glob("[a-z]*.*"),
    *(init.parent for init in (ROOT / "notebooks" / "helpers").glob("*/__init__.py")),
]


def command(name: str) -> list[str]:
    """Return the last program of a README line, as arguments for this Python."""
    line = re.search(rf"<!-- {name} -->\n```sh\n(.*)\n```", README)[1]
    program, *arguments = shlex.split(line.rpartition(" && ")[2])
    assert program.startswith(".venv/bin/")
    module = program.removeprefix(".venv/bin/")
    return [sys.executable, *([] if module == "python" else ["-m", module]), *arguments]


def test_the_first_command_opens_the_first_notebook_in_jupyterlab():
    with running(command("open"), ROOT) as server:
        assert f"lab/tree/{NOTEBOOKS[0].name}" in server.opens
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


def test_a_reader_on_windows_gets_the_same_commands():
    elsewhere = re.findall(r"<!-- \w+ -->\n```sh\n(.*)\n```", README)
    translated = [
        line.replace(" && ", "; ")
        .replace("python3 ", "py ")
        .replace(".venv/bin/", ".venv\\Scripts\\")
        .replace("tests/", "tests\\")
        for line in elsewhere
    ]
    windows = re.search(r"```powershell\n(.*?)\n```", README, re.S)[1]
    assert windows.splitlines() == translated


def test_a_maintainer_finds_what_the_readme_says_is_there():
    table = README.partition("## If you maintain it")[2].partition("\n## ")[0]
    named = re.findall(r"^\| (`.*?`) \|", table, re.M)
    paths = re.findall(r"`(.*?)`", " ".join(named))
    assert len(paths) > 8
    for path in paths:
        assert list(ROOT.glob(path.rstrip("/"))), path
    for name in re.findall(r"`(\w+\.py)`", table):
        assert (ROOT / "tests" / name).exists(), name
    workflows = {path.stem for path in (ROOT / ".github" / "workflows").iterdir()}
    assert set(re.findall(r"`(\w+)` runs", table)) == workflows


def test_nobody_writes_a_helper_again_because_no_list_names_it():
    code = {path.stem for path in HELPERS if path.suffix in (".py", "")}
    other = {path.name for path in HELPERS} - {f"{n}.py" for n in code} - code
    listed = (ROOT / "notebooks" / "helpers" / "__init__.py").read_text("utf-8")
    named = set(re.findall(r"``([\w.]+)``", listed)) - {"data"}
    row = re.search(r"^\| `notebooks/helpers/` \|.*", README, re.M)[0]
    assert set(re.findall(r"`(\w+)`", row)) == code
    assert named == {f"helpers.{n}" for n in code} | other


def test_what_is_carried_to_a_place_without_a_network_can_install_the_helpers():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    builder = " ".join(project["build-system"]["requires"])
    assert f"pip download -r requirements.txt {builder} -d wheels`" in README


COMMANDS = re.findall(
    r"^\.venv/bin/(?:python )?((?:tests/|pytest).*)", CONTRIBUTING, re.M
)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_that_contributing_tells_one_to_run_can_be_run(line):
    program, *arguments = shlex.split(line)
    program = ["-m", "pytest"] if program == "pytest" else [program]
    result = subprocess.run(
        [sys.executable, *program, "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    for argument in arguments:
        known = argument in result.stdout
        assert known or (ROOT / argument).exists(), argument


def test_every_file_and_option_that_contributing_names_is_there():
    assert len(COMMANDS) == 10
    for name in re.findall(
        r"`((?:tests/|\.github/|\.ci/|\.pre)[\w./-]+)`", CONTRIBUTING
    ):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`(\w+\.(?:py|toml))`", CONTRIBUTING):
        assert list((ROOT / "tests").rglob(name)), name


def test_the_claims_in_contributing_s_example_are_written_as_the_checks_read_them(
    tmp_path,
):
    example = tmp_path / "01_test.toml"
    example.write_text(re.search(r"```toml\n(.*?)```", CONTRIBUTING, re.S)[1])
    lesson = lessons.read(example)
    assert lesson.constants and lesson.claims and lesson.faults
