"""What runs on other computers installs and starts what the README says, and nothing twice."""

import http.cookiejar
import json
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from refresh_lock import PYTHONS, REQUIREMENTS, pinned, read
from running_jupyter import running

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
JOBS = [
    pytest.param(job, id=f"{workflow}-{name}")
    for workflow, content in WORKFLOWS.items()
    for name, job in content["jobs"].items()
    # What publishes the site runs nothing, and needs no Python.
    if any("run" in step for step in job["steps"])
]
# JSON with comments, which only stand on lines of their own.
DEVCONTAINER = json.loads(
    re.sub(
        r"^\s*//.*",
        "",
        (ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"),
        flags=re.M,
    )
)
INSTALLS = {
    line.rpartition(end)[0]
    for end in (" && ", "; ")
    for line in README.splitlines()
    if "-m pip install -r" in line and line.startswith(("python3 ", "py "))
} - {""}


def texts(value: object) -> list[str]:
    """Return all strings inside lists and mappings."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [str(value)]


def test_a_change_is_not_tested_twice_nor_after_a_newer_one():
    # To YAML, the word "on" means true.
    triggers = WORKFLOWS["check"][True]
    assert triggers == {"push": {"branches": ["main"]}, "pull_request": None}
    for workflow in WORKFLOWS.values():
        assert workflow["concurrency"] == {
            "group": "${{ github.workflow }}-${{ github.ref }}",
            "cancel-in-progress": True,
        }


def test_no_workflow_may_change_the_project_or_run_code_that_others_can_replace():
    for workflow in WORKFLOWS.values():
        assert workflow["permissions"] == {"contents": "read"}
        for job in workflow["jobs"].values():
            # Publishing the site needs more, and runs nothing of ours.
            if "permissions" in job:
                assert job["permissions"] == {"pages": "write", "id-token": "write"}
                assert all("run" not in step for step in job["steps"])
            for step in job["steps"]:
                assert re.fullmatch(
                    r"[\w/-]+@[0-9a-f]{40}", step.get("uses", "a@" + 40 * "0")
                )


@pytest.mark.parametrize("job", JOBS)
def test_a_failed_job_is_recognised_by_its_name(job):
    assert job["name"]
    matrix = job.get("strategy", {}).get("matrix", {})
    for key in matrix.keys() - {"include"}:
        assert f"matrix.{key}" in job["name"]
    for entry in matrix.get("include", []):
        assert entry["name"]


@pytest.mark.parametrize("job", JOBS)
def test_nothing_is_downloaded_again_until_a_version_changes(job):
    (setup,) = [s["with"] for s in job["steps"] if "setup-python" in s.get("uses", "")]
    assert setup["cache"] == "pip"
    assert setup["cache-dependency-path"].split() == [
        "requirements.txt",
        ".github/requirements.lock",
    ]


@pytest.mark.parametrize("job", JOBS)
def test_what_is_installed_is_what_the_readme_tells_a_reader_to_install(job):
    commands = [t for t in texts(job) if "pip install" in t or t == "bash .ci/run"]
    assert commands
    assert set(commands) <= INSTALLS | {"bash .ci/run"}


@pytest.mark.parametrize("job", JOBS)
def test_every_file_that_a_workflow_runs_is_there(job):
    named = re.findall(r"(?:notebooks|tests)/[\w*.]+\w", " ".join(texts(job)))
    for name in named:
        assert list(ROOT.glob(name)), name


def test_every_supported_python_and_system_is_tried():
    pythons = {
        text
        for workflow in WORKFLOWS.values()
        for text in texts(workflow)
        if re.fullmatch(r"3\.\d+", text)
    }
    assert pythons == set(PYTHONS)
    runners = " ".join(texts(WORKFLOWS["weekly"]))
    assert re.search(r"windows-\d.*macos-\d.*ubuntu-\d", runners)


def test_a_codespace_installs_and_opens_what_the_readme_says():
    assert DEVCONTAINER["postCreateCommand"] in INSTALLS
    opens = re.search(r"<!-- open -->\n```sh\n.* && (.*)\n```", README)[1]
    assert DEVCONTAINER["postAttachCommand"].startswith(f"{opens} ")
    assert DEVCONTAINER["image"].rpartition(":")[2] in PYTHONS


@pytest.mark.skipif(sys.platform == "win32", reason="Codespaces run Linux")
def test_jupyterlab_in_a_codespace_takes_pages_from_there_and_from_nowhere_else(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("CODESPACE_NAME", "octocat-parakeet-mld5")
    monkeypatch.setenv("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", "app.github.dev")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_one_neuron.ipynb").write_text("{}")
    command = DEVCONTAINER["postAttachCommand"].replace(
        ".venv/bin/jupyter", f"exec '{sys.executable}' -m jupyter"
    )
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(cookies)
    with running(["sh", "-c", f'{command} "$@"', "sh"], tmp_path) as server:
        browser.open(server.url("lab")).close()

        def ask(origin: str) -> int:
            headers = {"Origin": origin}
            request = urllib.request.Request(
                f"{server.address}api/contents", headers=headers
            )
            try:
                with browser.open(request) as answer:
                    return answer.status
            except urllib.error.HTTPError as refused:
                refused.close()
                return refused.code

        own = "https://octocat-parakeet-mld5-8888.app.github.dev"
        assert ask(own) == 200
        assert ask(server.address.rstrip("/")) == 200
        assert ask("https://octocat-other-mld5-8888.app.github.dev") == 404
        assert ask(f"{own}.example.org") == 404


def test_pre_commit_says_what_ci_says_because_the_versions_are_the_same():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    versions = {
        "ruff" if "ruff" in repo["repo"] else "codespell": repo["rev"].removeprefix("v")
        for repo in config["repos"]
    }
    required = {r.name: pinned(r) for r in read(REQUIREMENTS)}
    assert versions == {name: required[name] for name in ("ruff", "codespell")}
