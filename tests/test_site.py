"""The site that make_site.py makes, in headless Chromium, served by this machine alone."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlparse

import nbformat
import pytest

import make_site
from make_pages import LESSONS, NOTEBOOKS

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
PAGES = [
    "index",
    "glossary",
    *(f"notebooks/{lesson.stem}" for lesson in LESSONS),
    "notebooks/exercises/06_exercises",
    "notebooks/solutions/06_solutions",
    "notebooks/teaching/README",
    "notebooks/teaching/summary",
]
# The theme puts its logo outside of all landmarks, and we write no part of it.
RULES = {"rules": {"region": {"enabled": False}}}


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("site")
    make_site.make_site(out)
    return out


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def visit(browser, address: str, name: str, width: int, dark: bool = False):
    """Open a page, and return it with what it asked of others or complained about."""
    scheme = "dark" if dark else "light"
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    wrong = []
    page.on(
        "console",
        lambda message: wrong.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "data:", "blob:"))
            else wrong.append(request.url)
        ),
    )
    page.goto(f"{address}{name}.html", wait_until="load")
    return page, wrong


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everyone_on_a_phone_and_in_the_dark(
    name, address, browser
):
    for width, dark in ((375, False), (1280, True)):
        page, wrong = visit(browser, address, name, width, dark)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not wrong
        page.add_script_tag(content=AXE)
        found = page.evaluate("rules => axe.run(rules)", RULES)["violations"]
        page.close()
        assert not [
            (violation["help"], [node["html"][:200] for node in violation["nodes"][:3]])
            for violation in found
        ]


class Links(HTMLParser):
    """The links of a page, and the places in it that others can lead to."""

    def __init__(self, path: Path):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        self.ids.add(about.get("id"))
        for name in ("href", "src"):
            if target := about.get(name):
                self.links.append(target)


def test_no_link_of_the_site_leads_nowhere(site):
    # The slides have a test of their own.
    pages = {
        path: Links(path)
        for path in site.rglob("*.html")
        if not {"_static", "slides"} & set(path.parts)
    }
    broken = []
    for path, page in pages.items():
        for link in page.links:
            target, anchor = urldefrag(urljoin(path.as_uri(), link))
            if urlparse(target).scheme != "file":
                continue
            there = Path(unquote(urlparse(target).path))
            lost = anchor and there in pages and unquote(anchor) not in pages[there].ids
            if lost or not there.exists():
                broken.append((path.name, link))
    assert not broken
    assert len(pages) > 3 * len(LESSONS)


@pytest.mark.parametrize(
    ("word", "lesson"), [("calibrated", "14_"), ("padding", "10_"), ("logits", "06_")]
)
def test_search_finds_the_lesson_on_a_word(word, lesson, address, browser):
    page, wrong = visit(browser, address, "search", 1280)
    page.goto(f"{address}search.html?q={word}")
    page.locator(f'#search-results a[href*="notebooks/{lesson}"]').first.wait_for(
        timeout=20_000
    )
    page.close()
    assert not wrong


def test_solutions_are_not_seen_by_accident(site):
    for lesson in LESSONS:
        page = (site / "notebooks" / f"{lesson.stem}.html").read_text("utf-8")
        assert "_solutions" not in page
        assert f"{lesson.name[:2]}_exercises" in page
    exercises = (site / "notebooks" / "exercises" / "06_exercises.html").read_text(
        "utf-8"
    )
    assert "06_solutions.html" in exercises


def test_what_a_reader_downloads_is_the_notebook_itself(site):
    for path in NOTEBOOKS.rglob("*.ipynb"):
        there = site / "_sources" / path.relative_to(make_site.ROOT)
        assert there.read_bytes() == path.read_bytes()


def test_every_figure_of_the_site_says_what_it_shows_and_is_a_file(site):
    for lesson in LESSONS:
        cells = nbformat.read(lesson, as_version=4).cells
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        count = sum("image/png" in output.get("data", {}) for output in outputs)
        page = (site / "notebooks" / f"{lesson.stem}.html").read_text("utf-8")
        figures = re.findall(r'<img alt="([^"]*)"[^>]* src="\.\./_images/', page)
        assert len(figures) >= count
        assert all(len(alt) > 20 for alt in figures)
        assert "base64" not in page


def test_the_words_of_the_series_are_found_where_they_are_introduced():
    terms = make_site.terms()
    assert {"logits", "epoch", "overfitting", "padding", "recall"} <= terms.keys()
    lesson, heading, sentence = terms["padding"]
    assert (lesson.name[:2], heading) == ("10", "Work out the shape")
    assert "*padding*" in sentence


def test_the_front_page_leads_to_a_codespace_where_the_address_is_known(monkeypatch):
    monkeypatch.delenv("SITE_REPOSITORY", raising=False)
    assert "codespaces.new" not in make_site.front_page()
    monkeypatch.setenv("SITE_REPOSITORY", "https://github.com/octocat/images")
    assert "(https://codespaces.new/octocat/images)" in make_site.front_page()


@pytest.mark.clock
def test_a_page_with_many_figures_is_there_within_a_second(address, browser):
    page, _ = visit(browser, address, "notebooks/14_evaluate_predictions", 1280)
    paint = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    )
    page.close()
    assert paint < 1000
