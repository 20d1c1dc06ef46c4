"""The Jupyter that tests start: closed to others, without anybody's settings, gone afterwards."""

import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from running_jupyter import running

LAB = [sys.executable, "-m", "jupyter", "lab"]


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The home of somebody whose settings let no Jupyter start."""
    home = tmp_path / "home"
    for folder in (home / ".jupyter", home / ".local" / "etc" / "jupyter"):
        folder.mkdir(parents=True)
        (folder / "jupyter_server_config.py").write_text("raise SystemExit('settings')")
    for name in ("HOME", "USERPROFILE", "APPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(home / ".jupyter"))
    return home


def files(home: Path) -> list[Path]:
    """Return what is there, but for the cache of npm, which jupyter-lsp asks for programs."""
    return sorted(path for path in home.rglob("*") if ".npm" not in path.parts)


def test_a_readers_own_jupyter_settings_neither_break_the_tests_nor_are_changed(
    home, tmp_path
):
    folder = tmp_path / "served"
    folder.mkdir()
    before = files(home)
    with running(LAB, folder) as server:
        with urllib.request.urlopen(server.url("api/contents")) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            urllib.request.urlopen(f"{server.address}api/contents")
        refused.value.close()
    assert files(home) == before
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(server.address)


@pytest.mark.skipif(
    sys.platform == "win32", reason="no program to stand in for Jupyter"
)
def test_a_server_that_does_not_start_shows_what_it_said(tmp_path):
    shell = shutil.which("sh")
    with (
        pytest.raises(RuntimeError, match="no port left"),
        running([shell, "-c", "echo no port left >&2"], tmp_path),
    ):
        pass
