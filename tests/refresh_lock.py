"""Choose a version of every package that gets installed, and write it to the lock.

    python tests/refresh_lock.py               after a change of requirements.txt
    python tests/refresh_lock.py --upgrade     the newest of everything that it does not name

``requirements.txt`` names what the project itself uses. The lock pins that, and all that it
brings along, for each Python and each kind of computer below; pip reads it as constraints.
Needs a network: uv, which resolves for all of them at once, is fetched into a temporary
folder.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements.txt"
LOCK = ROOT / ".github" / "requirements.lock"
COMMAND = "python tests/refresh_lock.py"
PYTHONS = ("3.11", "3.12", "3.13")
# As uv calls them.
PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
HEADER = f"""\
# Every package that gets installed, on every kind of computer and Python that we support.
# Made from requirements.txt by `{COMMAND}`: do not edit it by hand.
"""


def read(path: Path) -> Iterator[Requirement]:
    """Yield the packages that a file of requirements names; options of pip are passed over."""
    for line in path.read_text("utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line and not line.startswith("-"):
            yield Requirement(line)


def pinned(requirement: Requirement) -> str:
    """Return the one version that ``name==version`` allows."""
    (specifier,) = requirement.specifier
    if specifier.operator != "==":
        raise ValueError(f"{requirement} allows more than one version")
    return specifier.version


def compile_(folder: Path, *options: str) -> None:
    """Let uv resolve the requirements.txt in a folder, into the requirements.lock there.

    Raises
    ------
    subprocess.CalledProcessError
        If no set of versions fits, or one is not there ready to install.
    """
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config"),
        *("--only-binary", ":all:", "--no-header", "--annotation-style", "line"),
        *("requirements.txt", *options),
    ]
    env = {**os.environ, "PYTHONPATH": str(folder / "uv")}
    subprocess.run(command, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--upgrade", action="store_true")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pip = [sys.executable, "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--target", str(folder / "uv"), "uv"], check=True)
        # Without the line that points to the lock, which would keep everything as it is.
        direct = "".join(f"{requirement}\n" for requirement in read(REQUIREMENTS))
        (folder / "requirements.txt").write_text(direct, "utf-8")
        lock = folder / "requirements.lock"
        if LOCK.exists():
            lock.write_bytes(LOCK.read_bytes())
        everywhere = ["--universal", "--python-version", PYTHONS[0]]
        compile_(folder, *everywhere, *upgrade, "--output-file", lock.name)
        for python in PYTHONS:
            for platform in PLATFORMS:
                there = ["--python-version", python, "--python-platform", platform]
                compile_(folder, *there, "--constraints", lock.name)
                print(f"Python {python}, {platform}: complete", flush=True)
        LOCK.write_text(HEADER + lock.read_text("utf-8"), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
