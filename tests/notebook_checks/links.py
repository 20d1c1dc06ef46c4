"""The links and pictures of a page lead somewhere: to a file of the project, or to a heading.

Nothing is fetched: what stands elsewhere, as in ``https://``, is left alone.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_HTML_LINK = re.compile(r"""<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*["']([^"']*)""")
_HTML_ANCHOR = re.compile(r"""<\w+\b[^>]*?\b(?:id|name)\s*=\s*["']([^"']*)""")
# Left over in the text when Markdown does not take it for a link.
_NO_LINK = re.compile(r"\[[^\]]*\](?:[(\[]| \([^\s)]*[./#][^\s)]*\))\S*")


def problems(page: Path, root: Path) -> Iterator[str]:
    """Yield, in words, the links and pictures of a page that lead nowhere.

    Parameters
    ----------
    page
        A Markdown file, or a notebook, of which the Markdown cells count.
    root
        The folder of the project; what is outside it does not come along with it.
    """
    tokens = list(_tokens(page))
    for token in tokens:
        if token.type == "text" and (left := _NO_LINK.search(token.content)):
            yield f"{left[0]!r} is written like a link, but is none"
    for target in _targets(tokens):
        if problem := _problem(target, page, root):
            yield f"{target!r} {problem}"


def anchors(page: Path) -> set[str]:
    """Return what may follow ``#`` in a link to a page.

    GitHub names the headings of a Markdown file in lower case, without punctuation; Jupyter
    those of a notebook as they are. Both put hyphens for spaces.
    """
    tokens = list(_tokens(page))
    found = set(_in_html(_HTML_ANCHOR, tokens))
    for opening, heading in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open":
            name = "".join(
                child.content
                for child in heading.children
                if child.type in ("text", "code_inline")
            )
            if page.suffix != ".ipynb":
                name = re.sub(r"[^\w\- ]", "", name.lower())
            found.add(_not_taken(name.replace(" ", "-"), found, page))
    return found


def _not_taken(name: str, taken: set[str], page: Path) -> str:
    """Number a heading that is repeated, as GitHub does; in Jupyter, the first one counts."""
    if page.suffix == ".ipynb" or name not in taken:
        return name
    return next(n for i in range(1, 1000) if (n := f"{name}-{i}") not in taken)


def _tokens(page: Path) -> Iterator[Token]:
    """Yield what Markdown makes of a page, and what is inside its lines after each."""
    if page.suffix == ".ipynb":
        cells = nbformat.read(page, as_version=4).cells
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    else:
        texts = [page.read_text("utf-8")]
    for text in texts:  # each for itself: a cell is closed at its end
        for token in _MARKDOWN.parse(text):
            yield token
            yield from token.children or []


def _targets(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("link_open", "image"):
            yield token.attrs["href" if token.type == "link_open" else "src"]
    yield from _in_html(_HTML_LINK, tokens)


def _in_html(pattern: re.Pattern, tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("html_inline", "html_block"):
            yield from pattern.findall(token.content)


def _problem(target: str, page: Path, root: Path) -> str | None:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not path.is_relative_to(root.resolve()) or not path.exists():
        return "leads to no file of the project"
    if not parts.fragment:
        return None
    if path.suffix not in (".md", ".ipynb"):
        return "names a heading of a file that has none"
    if unquote(parts.fragment) not in anchors(path):
        return f"leads to no heading of {path.name}"
    return None
