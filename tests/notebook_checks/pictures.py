"""Compare the figures of a cell with the committed ones.

Two pictures are scaled down to the same size, because inline figures are cropped to what
they show, so their size in pixels changes with a tick label. Then the root mean square of
their difference is taken: 0 is equal, 1 is black against white. The cell's rule ``figure``
says what is asked:

- No rule: ``LIMIT`` at the size ``FINE``, where one wrong digit shows.
- A number: what is black, words and axes, must be within ``WORDS_LIMIT`` at ``FINE``. All of
  it must be within that number at ``COARSE``, where a curve that moves by a pixel counts
  little and a missing one counts much.
- ``"content"``, where details may flip on another processor: the figure must have the same
  size, not be blank, and show something in much the same places.
"""

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

LIMIT = 0.001
WORDS_LIMIT = 0.01
# Of the places where either picture shows something, the share where only one may.
CONTENT_LIMIT = 0.3
# A picture may be this much wider or higher than the committed one.
SIZE_TOLERANCE = 0.05

FINE = (240, 160)
COARSE = (60, 40)
PLACES = (30, 20)

Rule = float | str | None


def decode(png: str) -> Image.Image:
    """Return the RGB picture, on white, of a base64 text from a notebook."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def is_blank(picture: Image.Image) -> bool:
    """Say whether a picture has the same colour everywhere."""
    return all(low == high for low, high in picture.getextrema())


def difference(expected: str, actual: str, rule: Rule, images: Path) -> str | None:
    """Say how one figure differs from the committed one.

    Parameters
    ----------
    expected, actual
        PNG in base64, as in a notebook.
    rule
        What the cell states under ``figure``: a root mean square, ``"content"`` or None.
    images
        Start of the paths under which expected, actual and difference images are left if
        the figures differ.

    Returns
    -------
    str or None
        The difference, in words, or None if the figures match.
    """
    old, new = decode(expected), decode(actual)
    problem = _problem(old, new, rule)
    if problem is None:
        return None
    images.parent.mkdir(parents=True, exist_ok=True)
    old.save(f"{images}-expected.png")
    new.save(f"{images}-actual.png")
    apart = np.abs(np.asarray(old, int) - np.asarray(new.resize(old.size), int))
    Image.fromarray((255 - apart).astype(np.uint8)).save(f"{images}-difference.png")
    return f"{problem}; see {images}-difference.png"


def distance(old: Image.Image, new: Image.Image, rule: Rule) -> float:
    """Return how far two pictures are apart, as this rule measures it, 0 to 1."""
    if rule == "content":
        before, now = _shows_something(old), _shows_something(new)
        either = np.maximum((before | now).sum(axis=(0, 1)), 1)
        return float(((before != now).sum(axis=(0, 1)) / either).max())
    return _root_mean_square(old, new, FINE if rule is None else COARSE)


def _problem(old: Image.Image, new: Image.Image, rule: Rule) -> str | None:
    if is_blank(new):
        return "the figure is blank"
    for before, now in zip(old.size, new.size, strict=True):
        if abs(now - before) > SIZE_TOLERANCE * before:
            return f"the figure has {new.size} pixels instead of {old.size}"
    limits = {None: LIMIT, "content": CONTENT_LIMIT}
    apart, limit = distance(old, new, rule), limits.get(rule, rule)
    if apart > limit:
        return f"the figure looks different: {apart:.4f}, the limit is {limit:g}"
    if rule not in limits:
        apart = _root_mean_square(_words(old), _words(new), FINE)
        if apart > WORDS_LIMIT:
            return (
                f"its words or axes differ: {apart:.4f}, the limit is {WORDS_LIMIT:g}"
            )
    return None


def _root_mean_square(
    old: Image.Image, new: Image.Image, size: tuple[int, int]
) -> float:
    apart = _scaled(old, size) - _scaled(new, size)
    return float(np.sqrt(np.mean(apart**2)))


def _words(picture: Image.Image) -> Image.Image:
    """Return what is black or nearly black, on white."""
    dark = np.asarray(picture).max(axis=-1) < 100
    return Image.fromarray(np.where(dark, 0, 255).astype(np.uint8))


def _shows_something(picture: Image.Image) -> np.ndarray:
    """Say of each of ``PLACES`` whether its greys differ, and whether it has colour.

    Returns bool of shape (rows, columns, 2).
    """
    columns, rows = PLACES
    blocks = (rows, 8, columns, 8)
    small = picture.resize((columns * 8, rows * 8))
    contrast = np.asarray(small.convert("L"), float).reshape(blocks).std(axis=(1, 3))
    pixels = np.asarray(small, int)
    coloured = pixels.max(axis=-1) - pixels.min(axis=-1) > 40
    color = coloured.reshape(blocks).mean(axis=(1, 3))
    return np.stack([contrast > 8, color > 0.05], axis=-1)


def _scaled(picture: Image.Image, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(picture.resize(size, Image.Resampling.BOX), float) / 255
