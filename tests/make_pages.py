"""Make what a class needs from the notebooks as committed: slides, and pages to read.

    python tests/make_pages.py                 everything, into the folder build
    python tests/make_pages.py slides summary  or some of it: slides, pages, summary

- ``build/slides/index.html`` leads to a deck of slides for each lesson. The key S opens what
  the teacher sees: the next slide, a clock, and what ``notebooks/teaching`` says to a slide.
- ``build/pages/index.html`` leads to each lesson as a page.
- ``build/summary/A4.pdf`` and ``Letter.pdf`` are one page to print, which
  ``notebooks/teaching/summary.md`` holds. Only this needs Chromium, or Google Chrome.

Nothing is run, and nothing is fetched: all of it works from a disk, without a network.
Where a cell stands in its deck is in its metadata, as JupyterLab's panel of properties sets it.
"""

import argparse
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from nbconvert import HTMLExporter, SlidesExporter
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
TEMPLATES = ROOT / "tests" / "pages"
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
# What a slide can hold, in lines of code and characters of text.
LINES, CHARACTERS = 19, 850
PAPERS = ("A4", "Letter")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")


def notes(lesson: Path) -> dict[str, str]:
    """Return what a teacher may say to a lesson's slides, in Markdown, by the id of a cell.

    Raises
    ------
    ValueError
        If a note belongs to no cell of the lesson, or says nothing.
    """
    path = NOTEBOOKS / "teaching" / f"{lesson.stem}.toml"
    ids = {cell.id for cell in nbformat.read(lesson, as_version=4).cells}
    labels = {"ask": "Ask", "hope": "You hope for", "wrong": "What goes wrong"}
    said = {}
    for note in tomllib.loads(path.read_text("utf-8"))["note"]:
        cell = note.pop("cell", None)
        if cell not in ids or cell in said or not note or note.keys() - labels.keys():
            raise ValueError(
                f"{path.name}: a note needs a `cell` of {lesson.name}, no other note there, "
                f"and {', '.join(labels)}, or some of them, but there is {cell!r} with "
                f"{sorted(note)}"
            )
        said[cell] = "\n\n".join(
            f"**{label}.** {note[key]}" for key, label in labels.items() if key in note
        )
    return said


def _slides_of(cell) -> Iterator:
    """Yield a cell as its slides need it, in parts if it would not fit on one."""
    if cell.cell_type == "markdown":
        yield from _slides_of_text(cell)
    else:
        yield from _slides_of_code(cell)


def _slides_of_text(cell) -> Iterator:
    text = LINK.sub(_from_a_slide, cell.source)
    tag = ["caption"] * text.startswith("*Figure:*")
    tag += ["predict"] * text.startswith("**Predict.**")
    tag += ["smaller"] * ("|---" in text)
    parts = [""]
    # A block of code may hold empty lines.
    for block in re.split(r"\n\n(?=(?:[^`]|`(?!``))*(?:```[^`]*```[^`]*)*$)", text):
        if parts[-1] and len(parts[-1]) + len(block) > CHARACTERS:
            parts.append("")
        parts[-1] += f"{block}\n\n"
    kinds = [cell.metadata.slideshow.slide_type] + ["subslide"] * (len(parts) - 1)
    for i, (part, kind) in enumerate(zip(parts, kinds, strict=True)):
        yield new_markdown_cell(part, id=f"{cell.id}-{i}", metadata=_slide(kind, *tag))


def _slides_of_code(cell) -> Iterator:
    """Yield code, what it printed and each of its pictures, together if they fit."""
    lines = cell.source.count("\n") + 1
    printed, pictures = [], []
    for output in cell.outputs:
        (pictures if "image/png" in output.get("data", {}) else printed).append(output)
    shown = sum(
        output.get("text", output.get("data", {}).get("text/plain", "")).count("\n") + 1
        for output in printed
    )
    groups = [[*printed, *pictures]]
    if len(pictures) > 1 or pictures and shown > 4:
        groups = [printed] * bool(printed) + [[picture] for picture in pictures]
    kind = cell.metadata.slideshow.slide_type
    if lines + shown > LINES or pictures and (lines > 3 or kind == "-"):
        groups.insert(0, [])
    for i, outputs in enumerate(groups):
        rows = (lines if i == 0 else 0) + (shown if outputs and printed else 0)
        beside = len(outputs) > 1 or i == 0 and bool(outputs)
        yield nbformat.from_dict(
            {
                **cell,
                "id": f"{cell.id}-{i}",
                "outputs": outputs,
                "source": cell.source if i == 0 else "",
                "metadata": _slide(
                    kind if i == 0 else "subslide",
                    *["shown"] * (i > 0),
                    *["smaller"] * (rows > LINES),
                    *["beside"] * (bool(pictures) and beside),
                ),
            }
        )


def _slide(kind: str, *tags: str) -> dict:
    return {"slideshow": {"slide_type": kind}, "tags": list(tags)}


def _from_a_slide(link: re.Match) -> str:
    """Lead to the deck of another lesson, or, where there is none, nowhere."""
    text, target = link.groups()
    if "://" in target:
        return link.group()
    target = target.partition("#")[0]
    if (NOTEBOOKS / target) in LESSONS:
        return f"[{text}]({Path(target).stem}.html)"
    return text


def deck(lesson: Path) -> str:
    """Return a lesson as slides, a page of HTML with reveal.js in a folder beside it."""
    notebook = nbformat.read(lesson, as_version=4)
    said = notes(lesson)
    cells = []
    for cell in notebook.cells:
        name, kind = cell.id, cell.metadata.slideshow.slide_type
        cells += _slides_of(cell)
        if name in said and kind != "skip":
            aside = {"slideshow": {"slide_type": "notes"}}
            cells.append(
                new_markdown_cell(said[name], id=f"{name}-notes", metadata=aside)
            )
    notebook.cells = cells
    return _exported(
        SlidesExporter,
        "deck",
        notebook,
        lesson,
        reveal_url_prefix="reveal",
        reveal_theme="white",
    )


def page(lesson: Path) -> str:
    """Return a lesson as a page of HTML, all in one file."""
    return _exported(HTMLExporter, "lesson", nbformat.read(lesson, 4), lesson)


def _exported(exporter, template: str, notebook, lesson: Path, **options) -> str:
    made = exporter(
        **options,
        template_name=template,
        extra_template_basedirs=[str(TEMPLATES)],
        extra_template_paths=[str(TEMPLATES / "shared")],
    )
    name = {"metadata": {"name": title(lesson)}}
    return made.from_notebook_node(notebook, resources=name)[0]


def title(lesson: Path) -> str:
    """Return a lesson's title."""
    first = nbformat.read(lesson, as_version=4).cells[0].source
    return first.splitlines()[0].removeprefix("# ")


def make(kind: str, folder: Path) -> None:
    """Write a deck or a page for each lesson into a folder, and an index that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "slides":
        reveal = files("sphinx_revealjs") / "_static" / "revealjs"
        for part in ("dist", "plugin/notes"):
            shutil.copytree(reveal / part, folder / "reveal" / part, dirs_exist_ok=True)
    for lesson in LESSONS:
        made = deck(lesson) if kind == "slides" else page(lesson)
        (folder / f"{lesson.stem}.html").write_text(made, "utf-8")
    links = "\n".join(
        f'<li><a href="{lesson.stem}.html">{title(lesson)}</a></li>'
        for lesson in LESSONS
    )
    (folder / "index.html").write_text(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{kind.capitalize()}</title>"
        "<style>body { font: 20px/1.8 sans-serif; max-width: 40em; margin: 2em auto; }"
        f"</style></head>\n<body><main><h1>{kind.capitalize()}</h1>\n"
        f'<ul style="list-style: none">\n{links}\n</ul></main></body></html>\n',
        "utf-8",
    )


def summary() -> str:
    """Return the page to print, as HTML."""
    text = (NOTEBOOKS / "teaching" / "summary.md").read_text("utf-8")
    title, *parts = MarkdownIt("commonmark").enable("table").render(text).split("<h2>")
    sections = "".join(f"<section><h2>{part}</section>" for part in parts)
    style = (TEMPLATES / "shared" / "summary.css").read_text("utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Summary</title>'
        f"<style>{style}</style></head>\n<body>{title}<main>{sections}</main></body></html>\n"
    )


def chromium() -> str | None:
    """Return the program of a browser that can print, or ``None``."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def print_summary(browser: Browser, folder: Path) -> None:
    """Write the summary as a PDF for each size of paper."""
    folder.mkdir(parents=True, exist_ok=True)
    page = browser.new_page()
    page.set_content(summary())
    for paper in PAPERS:
        page.pdf(
            path=folder / f"{paper}.pdf",
            format=paper,
            prefer_css_page_size=False,
            margin=dict.fromkeys(("top", "right", "bottom", "left"), "10mm"),
        )
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = ("slides", "pages", "summary")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(kinds))
    arguments = parser.parse_args()
    if unknown := set(arguments.kinds) - set(kinds):
        parser.error(f"no kind {sorted(unknown)}: choose from {', '.join(kinds)}")
    for kind in arguments.kinds or kinds:
        folder = ROOT / "build" / kind
        if kind != "summary":
            make(kind, folder)
            print(f"build/{kind}/index.html")
        elif program := chromium():
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=program)
                print_summary(browser, folder)
            print(*(f"build/{kind}/{paper}.pdf" for paper in PAPERS))
        else:
            sys.exit(
                "no Chromium found to print the summary with: install it, on Debian with "
                "`sudo apt-get install chromium`, or install Google Chrome"
            )


if __name__ == "__main__":
    main()
