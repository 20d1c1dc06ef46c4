"""No reader ends up at a missing page: every link, anchor and picture leads somewhere."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebook_checks import links

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "data" / "README.md",
    ROOT / ".github" / "CONTRIBUTING.md",
    *sorted((ROOT / "notebooks").rglob("*.md")),
    *sorted((ROOT / "notebooks").rglob("*.ipynb")),
]
OTHER_PAGE = """\
# Start

## What is `fit`, and **why**?

## Start

<a id="here"></a>

```
# No heading
```
"""


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_reader_can_follow_every_link_and_see_every_picture(page):
    assert list(links.problems(page, ROOT)) == []


@pytest.fixture
def project(tmp_path) -> Path:
    """A project with a page, a notebook and a picture to link to, beside another folder."""
    root = tmp_path / "project"
    (root / "pictures").mkdir(parents=True)
    (root / "pictures" / "a b.png").write_bytes(b"")
    (root / "other.md").write_text(OTHER_PAGE)
    cells = [new_markdown_cell("## Look at it, twice"), new_code_cell("# No heading")]
    nbformat.write(new_notebook(cells=cells), root / "01_test.ipynb")
    (tmp_path / "outside.md").write_text("# Outside")
    return root


def found(project: Path, text: str, name: str) -> list[str]:
    """Return what is wrong with a text, in a page of this name."""
    page = project / name
    if page.suffix == ".ipynb":
        nbformat.write(new_notebook(cells=[new_markdown_cell(text)]), page)
    else:
        page.write_text(text)
    return list(links.problems(page, project))


@pytest.mark.parametrize("name", ["page.md", "page.ipynb"])
@pytest.mark.parametrize(
    "text",
    [
        "[page](other.md)",
        "[heading](other.md#start)",
        "[code in it](other.md#what-is-fit-and-why)",
        "[the second of a name](other.md#start-1)",
        "[anchor](other.md#here)",
        "[heading](01_test.ipynb#Look-at-it,-twice)",
        "[folder](pictures)",
        "![picture](pictures/a%20b.png)",
        '<img alt="" src="pictures/a b.png">',
        "[elsewhere](https://example.org/none#none), <mailto:a@example.org>",
        "`[code](none.md)`, and a share in [0, 1] (both included)",
        "[by name][other]\n\n[other]: other.md",
    ],
)
def test_a_link_that_works_is_left_alone(project, text, name):
    assert found(project, text, name) == []


@pytest.mark.parametrize("name", ["page.md", "page.ipynb"])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[page](none.md)", "'none.md' leads to no file of the project"),
        ("[page](../outside.md)", "'../outside.md' leads to no file"),
        ("[page](/other.md)", "'/other.md' leads to no file"),
        ("![picture](pictures/none.png)", "'pictures/none.png' leads to no file"),
        ('<img src="none.png">', "'none.png' leads to no file"),
        ('text <a href="none.md">page</a>', "'none.md' leads to no file"),
        ("| a |\n|---|\n| [page](none.md) |", "'none.md' leads to no file"),
        ("[heading](other.md#none)", "leads to no heading of other.md"),
        ("[heading](other.md#Start)", "leads to no heading of other.md"),
        ("[heading](other.md#start-2)", "leads to no heading of other.md"),
        ("[code](other.md#no-heading)", "leads to no heading of other.md"),
        ("[here](#none)", "'#none' leads to no heading of page."),
        ("[heading](01_test.ipynb#look-at-it-twice)", "no heading of 01_test.ipynb"),
        ("[code](01_test.ipynb#No-heading)", "no heading of 01_test.ipynb"),
        ("![picture](pictures/a%20b.png#top)", "names a heading of a file"),
        ("[page] (other.md)", "'[page] (other.md)'"),
        ("[page](my other.md)", "is written like a link, but is none"),
        ("[by name][none]", "is written like a link, but is none"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(project, text, problem, name):
    (said,) = found(project, text, name)
    assert problem in said


@pytest.mark.parametrize(
    ("name", "anchor"), [("page.md", "look-here"), ("page.ipynb", "Look-here!")]
)
def test_a_heading_of_the_page_itself_is_found(project, name, anchor):
    assert found(project, f"## Look here!\n\n[up](#{anchor})", name) == []
