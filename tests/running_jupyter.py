"""Start a real Jupyter server for a test, and stop it."""

import contextlib
import os
import re
import secrets
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HEADLESS = ["--no-browser", "--port=0", "--allow-root"]
# Where Jupyter and IPython keep what somebody set, and what they remember of their work.
FOLDERS = (
    "IPYTHONDIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
)


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    address
        Where it answers, ending in ``/``.
    token
        What it asks of everybody who comes in.
    opens
        What a browser would be sent to at the start.
    """

    address: str
    token: str
    opens: str

    def url(self, path: str) -> str:
        """Return the address of a page, with what lets one in."""
        return f"{self.address}{path}?token={self.token}"


def isolated(folder: Path) -> dict[str, str]:
    """Return an environment in which Jupyter finds no settings but those it comes with.

    Parameters
    ----------
    folder
        Where it may write its own.
    """
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "JPY_"))
    }
    return ours | {name: str(folder / name.lower()) for name in FOLDERS}


@contextlib.contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[Server]:
    """Run a command that starts JupyterLab, without a browser, while the context lasts.

    Nobody else on this computer can use it, and neither reads nor changes it anybody's settings.

    Parameters
    ----------
    command
        The program and its arguments.
    folder
        Where it is started.

    Raises
    ------
    RuntimeError
        If no server answers within a minute; shows what the command said.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        log = Path(name) / "log"
        token = secrets.token_hex()
        # Not an argument, which everybody on this computer could read.
        env = isolated(Path(name)) | {"JUPYTER_TOKEN": token}
        with log.open("w") as stream:
            process = subprocess.Popen(
                [*command, *HEADLESS], cwd=folder, stderr=stream, env=env
            )
        server = None
        try:
            address = _address(process, log)
            # The file that it opens in a browser, and which leads on to itself.
            files = (Path(name) / "jupyter_runtime_dir").glob("jpserver-*.html")
            opens = "".join(file.read_text("utf-8") for file in sorted(files))
            server = Server(address, token, opens)
            yield server
        finally:
            _stop(process, server)


def _address(process: subprocess.Popen, log: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        said = log.read_text("utf-8", errors="replace")
        if found := re.search(r"(http://(?:127\.0\.0\.1|localhost):\d+/)lab", said):
            return found[1]
        time.sleep(0.2)
    raise RuntimeError(
        f"JupyterLab did not start:\n{log.read_text('utf-8', errors='replace')}"
    )


def _stop(process: subprocess.Popen, server: Server | None) -> None:
    """Let a server end itself; where it does not, or never answered, end its process."""
    if server and process.poll() is None:
        # Under Windows it is a child of our process, and would go on without it.
        shutdown = urllib.request.Request(server.url("api/shutdown"), method="POST")
        with contextlib.suppress(OSError), urllib.request.urlopen(shutdown, timeout=30):
            pass
    else:
        process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
