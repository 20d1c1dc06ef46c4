"""What several of the tests need: a browser."""

import os

import pytest
from playwright.sync_api import sync_playwright

from make_pages import chromium as found


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium. Without it, tests are skipped, and where CI is set, they fail."""
    program = found()
    if program is None:
        message = (
            "no Chromium found: install it, on Debian with `sudo apt-get install chromium`, "
            "or install Google Chrome"
        )
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()
