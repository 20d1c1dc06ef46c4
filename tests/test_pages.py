"""The slides and pages that make_pages.py makes, in headless Chromium and without a network."""

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import nbformat
import pytest

import make_pages
from make_pages import LESSONS

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# What can be seen of the slide on show: where it ends, what a bar would have to scroll, how
# high its code is, and whether it asks or shows something.
SLIDE = """() => {
  const slide = Reveal.getCurrentSlide();
  const seen = [...slide.querySelectorAll("*")].filter(
    (e) => !e.closest("aside") && e.getBoundingClientRect().height > 0);
  const ends = seen.map((e) => e.getBoundingClientRect());
  const bars = (e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
  return {
    begins: slide.innerText.trim().slice(0, 50),
    bottom: Math.max(...ends.map((end) => end.bottom)),
    right: Math.max(...ends.map((end) => end.right)),
    hidden: seen.filter((e) => bars(e) && e.scrollWidth > e.clientWidth + 1).length,
    code: Math.min(99, ...seen.filter((e) => e.matches("pre"))
      .map((e) => parseFloat(getComputedStyle(e).fontSize))),
    asks: slide.querySelectorAll(".celltag_predict").length,
    shows: slide.querySelectorAll(".jp-OutputArea-output").length,
  };
}"""

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    for kind in ("slides", "pages"):
        make_pages.make(kind, folder / kind)
    return folder


@pytest.fixture(scope="module")
def decks(browser, built) -> dict[Path, tuple[list[dict], list[str]]]:
    """What was seen on the way through each deck, and what should not have happened."""
    return {lesson: walked(browser, built, lesson) for lesson in LESSONS}


def walked(browser, built, lesson) -> tuple[list[dict], list[str]]:
    slides, wrong = [], []
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    listen(page, wrong)
    page.goto((built / "slides" / f"{lesson.stem}.html").as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    count = page.evaluate("Reveal.getTotalSlides()")
    for _ in range(count):
        slides.append(page.evaluate(SLIDE))
        page.evaluate("Reveal.next()")
    if not page.evaluate("Reveal.isLastSlide()"):
        wrong.append(f"after {count} slides there are more")
    for _ in range(count):
        page.evaluate("Reveal.prev()")
    if not page.evaluate("Reveal.isFirstSlide()"):
        wrong.append("the way back does not lead to the first slide")
    page.close()
    return slides, wrong


def listen(page, wrong: list[str]) -> None:
    """Note what a page writes to the console, and whatever it asks of another machine."""
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:"))
            else wrong.append(request.url)
        ),
    )


@every_lesson
def test_every_slide_can_be_seen_whole_and_read_from_the_back(lesson, decks):
    slides, _ = decks[lesson]
    too_much = [
        slide
        for slide in slides
        if slide["bottom"] > 720
        or slide["right"] > 1280
        or slide["hidden"]
        or slide["code"] < 16
    ]
    assert not too_much
    assert len(slides) > 15


@every_lesson
def test_slides_lead_there_and_back_without_a_network(lesson, decks):
    _, wrong = decks[lesson]
    assert not wrong


@every_lesson
def test_no_slide_that_asks_shows_the_answer(lesson, decks):
    slides, _ = decks[lesson]
    asking = [slide for slide in slides if slide["asks"]]
    assert len(asking) == len(prompts(lesson))
    assert not [slide for slide in asking if slide["shows"]]


def prompts(lesson: Path) -> list[str]:
    cells = nbformat.read(lesson, as_version=4).cells
    return [cell.id for cell in cells if cell.source.startswith("**Predict.**")]


@every_lesson
def test_a_teacher_is_told_how_to_ask_every_question(lesson, built):
    notes = make_pages.notes(lesson)
    assert set(prompts(lesson)) <= notes.keys()
    deck = (built / "slides" / f"{lesson.stem}.html").read_text("utf-8")
    assert deck.count('<aside class="notes">') == len(notes)


@every_lesson
def test_every_cell_says_where_it_stands_in_the_slides(lesson):
    for cell in nbformat.read(lesson, as_version=4).cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        assert kind in {"slide", "subslide", "fragment", "-", "skip"}, cell.id
        asked = "**Predict.**" in cell.source
        assert not asked or kind == "subslide", cell.id
        assert not asked or cell.source.startswith("**Predict.**"), cell.id


@every_lesson
def test_a_page_can_be_read_by_everyone_and_without_a_network(lesson, built, browser):
    wrong = []
    page = browser.new_page(viewport={"width": 1024, "height": 800})
    listen(page, wrong)
    page.goto((built / "pages" / f"{lesson.stem}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    page.add_script_tag(content=AXE)
    found = page.evaluate("axe.run()")["violations"]
    page.close()
    assert not wrong
    assert not [
        (violation["help"], [node["html"][:200] for node in violation["nodes"][:5]])
        for violation in found
    ]


@every_lesson
def test_every_figure_of_a_page_says_what_it_shows(lesson, built):
    page = (built / "pages" / f"{lesson.stem}.html").read_text("utf-8")
    cells = nbformat.read(lesson, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    figures = [o for o in outputs if "image/png" in o.get("data", {})]
    assert page.count("<img alt=") == len(figures) > 0
    assert 'alt=""' not in page and "No description" not in page


def test_a_note_that_belongs_to_no_slide_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "teaching"
    folder.mkdir()
    note = {"cell": "no-such-cell", "ask": "Why?"}
    text = "\n".join(f"{key} = {json.dumps(value)}" for key, value in note.items())
    (folder / f"{LESSONS[0].stem}.toml").write_text(f"[[note]]\n{text}\n", "utf-8")
    monkeypatch.setattr(make_pages, "NOTEBOOKS", tmp_path)
    with pytest.raises(ValueError, match="no-such-cell"):
        make_pages.notes(LESSONS[0])


def test_the_summary_is_one_page_on_either_paper(browser, tmp_path):
    make_pages.print_summary(browser, tmp_path)
    for paper in make_pages.PAPERS:
        pdf = (tmp_path / f"{paper}.pdf").read_bytes()
        assert len(re.findall(rb"/Type /Page\b", pdf)) == 1, paper


def test_the_program_of_the_summary_runs_and_learns(tmp_path):
    text = (make_pages.NOTEBOOKS / "teaching" / "summary.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", text, re.S)
    start = (
        "import helpers.quiet_start, keras\nfrom keras import layers\n"
        "from helpers.data import load_fashion_mnist\n"
    )
    end = "\nassert test_accuracy > 0.83 and probabilities.shape == (10000, 10)\n"
    # Three epochs in place of 50: the rest is Keras's business.
    short = program.replace("epochs=50", "epochs=3")
    assert short != program
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            start + short.replace('"clothes', f'"{tmp_path}/clothes') + end,
        ],
        cwd=make_pages.NOTEBOOKS,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "clothes.keras").exists()
