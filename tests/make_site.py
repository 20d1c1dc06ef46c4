"""Make the site from the notebooks as committed, with Sphinx.

    python tests/make_site.py                  into the folder build/site

Nothing is run, and nothing is fetched. The front page is the README, and the pages are the
notebooks, so there is one text of everything. The glossary is made from the sentences in which
the lessons introduce a word, which stands there in *italics*. The slides come along.
"""

import argparse
import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

from make_pages import LESSONS, NOTEBOOKS, ROOT, make
from notebook_checks.form import caption_of, figures

SITE = ROOT / ".github" / "site"
OUT = ROOT / "build" / "site"
# Written in italics, but no words of the field.
NO_TERMS = {
    *(
        "its",
        "sandal",
        "promised",
        "kept",
        "split",
        "averaged",
        "equal",
        "test",
        "training",
    ),
    *(
        "multiply and add",
        "vertical",
        "horizontal",
        "handwriting fonts",
        "step",
        "shirt",
    ),
}
TERM = re.compile(r"(?<![\w*])\*([a-z][a-z -]+[a-z])\*(?![\w*])")
# A sentence that begins like this says nothing without the one before.
LEANS = re.compile(
    r"\(?(This|These|That|Such|Its?|Both|Then|Keras calls it|Statistics|If you)\b"
)
# Parts of the README that are for those who have the project before them.
LEFT_OUT = ("If you maintain it",)


def terms() -> dict[str, tuple[Path, str, str]]:
    """Return the words that the lessons introduce, in alphabetical order.

    Returns
    -------
    dict
        By word: the lesson, the heading above, and the sentence that introduces it, with the
        one before if it needs that.
    """
    found, in_lists = {}, {}
    for lesson in LESSONS:
        heading = ""
        for cell in nbformat.read(lesson, as_version=4).cells:
            if cell.cell_type != "markdown" or cell.source.startswith("*Figure:*"):
                continue
            for line in cell.source.splitlines():
                if line.startswith("## "):
                    heading = line.removeprefix("## ")
                places = in_lists if line.startswith("- ") else found
                line = line.removeprefix("- ").removeprefix("**Predict.** ")
                before = ""
                for sentence in re.split(r"(?<=[.?]) (?=[A-Z(`])", line):
                    whole = (
                        f"{before} {sentence}" if LEANS.match(sentence) else sentence
                    )
                    for term in TERM.findall(sentence):
                        if term not in NO_TERMS:
                            places.setdefault(term, (lesson, heading, _tidy(whole)))
                    before = sentence
    return dict(sorted((in_lists | found).items()))


def _tidy(sentence: str) -> str:
    """Take off the number of a list, and half a pair of brackets."""
    sentence = re.sub(r"^\d+\. ", "", sentence.strip())
    if sentence.count("(") > sentence.count(")"):
        head, _, rest = sentence.rpartition("(")
        sentence = head + rest
    if sentence.count(")") > sentence.count("("):
        sentence = sentence.removesuffix(")")
    return sentence


def glossary() -> str:
    """Return the page with all these words, in Markdown."""
    parts = [
        "# Words\n\nEach word in the sentence that introduces it, and where that stands.\n"
    ]
    for term, (lesson, heading, sentence) in terms().items():
        sentence = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", sentence).strip()
        anchor = re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        there = f"notebooks/{lesson.name}" + (f"#{anchor}" if anchor else "")
        number = int(lesson.name[:2])
        parts.append(f"**{term}**\n: {sentence} [Notebook {number}]({there})\n")
    return "\n".join(parts)


def front_page() -> str:
    """Return the README as the first page, with a picture for each lesson."""
    text = (ROOT / "README.md").read_text("utf-8")
    for heading in LEFT_OUT:
        text = re.sub(rf"## {heading}\n.*?(?=^## )", "", text, flags=re.S | re.M)
    text = text.replace("[MIT licence](LICENSE)", "MIT licence")

    def with_picture(row: re.Match) -> str:
        picture = f"![](_pictures/{row[1]}.png)"
        return f"| {picture} | {row[0][2:]}"

    text = text.replace(
        "| notebook | question |", "| picture | notebook | question |", 1
    )
    text = text.replace("|---|---|---|", "|---|---|---|---|", 1)
    text = re.sub(
        r"^\| \[(\w+)\]\(notebooks/\w+\.ipynb\) .*$", with_picture, text, flags=re.M
    )
    lessons = "\n".join(f"notebooks/{lesson.stem}" for lesson in LESSONS)
    address = os.environ.get("SITE_REPOSITORY", "")
    if address.startswith("https://github.com/"):
        codespaces = address.replace("github.com", "codespaces.new", 1)
        opened = (
            f"\nOr install nothing, and [open it in GitHub Codespaces]({codespaces}).\n"
        )
        text = text.replace("\n## The notebooks\n", f"{opened}\n## The notebooks\n", 1)
    return (
        f'{text}\nEach lesson is also a deck of <a href="slides/index.html">slides</a>, and there is a list '
        "of [words](glossary.md).\n\n"
        f"```{{toctree}}\n:hidden:\n:caption: Lessons\n\n{lessons}\n```\n\n"
        "```{toctree}\n:hidden:\n:caption: More\n\nglossary\nnotebooks/teaching/summary\n"
        "notebooks/teaching/README\nnotebooks/teaching/exercises\ndata/README\n```\n"
    )


def _prepared(path: Path) -> nbformat.NotebookNode:
    """Return a notebook as Sphinx needs it: figures that can be heard, and what lies below it."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and (caption := caption_of(notebook, cell)):
            cell.metadata["mystnb"] = {"image": {"alt": caption}}
    if path in LESSONS:
        below = f"exercises/{path.name[:2]}_exercises"
        toctree = f"```{{toctree}}\n:hidden:\n\n{below}\n```"
        notebook.cells.append(new_markdown_cell(toctree, id="below"))
    elif path.parent.name == "solutions":
        # Not in the contents at the side, where somebody would see it by accident.
        notebook.metadata["orphan"] = True
    return notebook


def _pictures(folder: Path) -> None:
    """Write the first figure of each lesson."""
    folder.mkdir()
    for lesson in LESSONS:
        cells = nbformat.read(lesson, as_version=4).cells
        first = next(png for cell in cells for png in figures(cell.get("outputs", [])))
        path = folder / f"{lesson.stem}.png"
        path.write_bytes(base64.b64decode(first))


def make_sources(folder: Path) -> None:
    """Put together what Sphinx reads."""
    for path in sorted(NOTEBOOKS.rglob("*.ipynb")):
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(_prepared(path), copy)
    shutil.copytree(NOTEBOOKS / "images", folder / "notebooks" / "images")
    (folder / "data").mkdir()
    shutil.copy(ROOT / "data" / "README.md", folder / "data")
    (folder / "notebooks" / "teaching").mkdir()
    for path in (NOTEBOOKS / "teaching").glob("*.md"):
        text = path.read_text("utf-8").replace("../../README.md", "../../index.md")
        (folder / path.relative_to(ROOT)).write_text(text, "utf-8")
    _pictures(folder / "_pictures")
    (folder / "index.md").write_text(front_page(), "utf-8")
    (folder / "glossary.md").write_text(glossary(), "utf-8")
    make("slides", folder / "_extra" / "slides")


def make_site(out: Path) -> None:
    """Make the site in an empty folder.

    Raises
    ------
    subprocess.CalledProcessError
        If Sphinx finds anything wrong, such as a link that leads nowhere.
    """
    with tempfile.TemporaryDirectory() as name:
        sources = Path(name)
        make_sources(sources)
        command = [
            sys.executable,
            "-m",
            "sphinx",
            "-W",
            "--keep-going",
            "-q",
            "-j",
            "2",
        ]
        extra = f"html_extra_path={sources / '_extra'}"
        subprocess.run([*command, "-c", SITE, "-D", extra, sources, out], check=True)
    # What is downloaded is the notebook itself.
    for path in NOTEBOOKS.rglob("*.ipynb"):
        shutil.copy(path, out / "_sources" / path.relative_to(ROOT))


def main() -> None:
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    shutil.rmtree(OUT, ignore_errors=True)
    make_site(OUT)
    print(OUT.relative_to(ROOT) / "index.html")


if __name__ == "__main__":
    main()
