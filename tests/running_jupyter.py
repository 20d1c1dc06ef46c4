"""Start a real Jupyter server for a test, and stop it."""

import contextlib
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

TOKEN = "x"
HEADLESS = [
    "--no-browser",
    "--port=0",
    "--allow-root",
    f"--IdentityProvider.token={TOKEN}",
]


@contextlib.contextmanager
def running(
    command: Sequence[str], folder: Path, log: Path, env: dict[str, str] | None = None
) -> Iterator[str]:
    """Run a command that starts JupyterLab, without a browser, while the context lasts.

    Parameters
    ----------
    command
        The program and its arguments.
    folder
        Where it is started.
    log
        The file that takes what the server says.
    env
        Its environment; None for this process's own.

    Yields
    ------
    str
        The server's address, ending in ``/``. Requests need ``token=x``.
    """
    with log.open("w") as stream:
        server = subprocess.Popen(
            [*command, *HEADLESS], cwd=folder, stderr=stream, env=env
        )
    try:
        address = None
        deadline = time.monotonic() + 60
        while address is None and time.monotonic() < deadline:
            time.sleep(0.2)
            address = re.search(
                r"(http://(?:127\.0\.0\.1|localhost):\d+/)lab", log.read_text()
            )
        assert address, log.read_text()
        yield address[1]
    finally:
        server.terminate()
        server.wait(timeout=30)
