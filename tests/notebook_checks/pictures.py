"""Compare the figures of a cell with the committed ones.

Two pictures are scaled down to the same size, because inline figures are cropped to what
they show, so their size in pixels changes with a tick label. Then the root mean square of
their difference is taken: 0 is equal, 1 is black against white.

- Without a rule the size is ``FINE``, where one wrong word shows, and the limit ``LIMIT``.
- If the cell's rule ``figure`` is a number, that is the limit, and the size is ``COARSE``,
  where a curve that moves by a pixel counts little and a missing one counts much.
- If it is ``"content"``, details may flip on another processor: the figure must have the
  same size, not be blank, and have ink in much the same places.
"""

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

LIMIT = 0.003
FINE = (240, 160)
COARSE = (60, 40)
# A picture may be this much wider or higher than the committed one.
SIZE_TOLERANCE = 0.05
# Of a coarse map of where there is ink, this much may change on average.
CONTENT_LIMIT = 0.15


def decode(png: str) -> Image.Image:
    """Return the RGB picture, on white, of a base64 text from a notebook."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def is_blank(picture: Image.Image) -> bool:
    """Say whether a picture has the same colour everywhere."""
    return all(low == high for low, high in picture.getextrema())


def difference(
    expected: str, actual: str, rule: float | str, images: Path
) -> str | None:
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


def root_mean_square(
    old: Image.Image, new: Image.Image, size: tuple[int, int]
) -> float:
    """Return the root mean square difference of two pictures scaled to a size, 0 to 1."""
    apart = _scaled(old, size) - _scaled(new, size)
    return float(np.sqrt(np.mean(apart**2)))


def _problem(
    old: Image.Image, new: Image.Image, rule: float | str | None
) -> str | None:
    if is_blank(new):
        return "the figure is blank"
    for before, now in zip(old.size, new.size, strict=True):
        if abs(now - before) > SIZE_TOLERANCE * before:
            return f"the figure has {new.size} pixels instead of {old.size}"
    if rule == "content":
        apart = float(np.mean(np.abs(_ink(old) - _ink(new))))
        limit, what = CONTENT_LIMIT, "the ink lies elsewhere: mean difference"
    else:
        apart = root_mean_square(old, new, FINE if rule is None else COARSE)
        limit = LIMIT if rule is None else rule
        what = "the figure looks different: root mean square"
    return None if apart <= limit else f"{what} {apart:.4f}, the limit is {limit:g}"


def _ink(picture: Image.Image) -> np.ndarray:
    """Return a coarse map, (10, 15), of how much of each place is not background."""
    pixels = np.asarray(picture, float)
    background = pixels[0, 0]
    ink = (np.abs(pixels - background).max(axis=-1) > 25).astype(np.uint8) * 255
    return _scaled(Image.fromarray(ink), (15, 10))


def _scaled(picture: Image.Image, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(picture.resize(size, Image.Resampling.BOX), float) / 255
