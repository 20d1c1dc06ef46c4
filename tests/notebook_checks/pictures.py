"""Compare the figures of a cell with the committed ones.

The cell's rule ``figure`` says what is asked:

- No rule: the pictures are equal, but for what another size in pixels does to them.
- A whole number: what is drawn may lie up to so many pixels away. Each pixel that has a colour,
  or is grey, must have one of about its colour within that distance in the other picture, and
  the other way round; so a curve may move, but it may not be missing, have another colour, or
  go elsewhere. What is black, words and axes, may not move.
- ``"content"``, where details may flip on another processor, such as which mistakes are shown:
  the figure shows something in much the same places, as much of each colour, and words where
  there were words.

Pictures are judged piece by piece, so that a large figure does not hide a small fault.
``rules.py`` proves of each rule that it refuses what is wrong.
"""

import base64
import bisect
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

# Without a rule: the root mean square of the difference, from 0 to 1, at this size, where one
# wrong digit shows.
LIMIT = 0.001
FINE = (240, 160)

# So many pixels in a square of PIECE × PIECE may differ; with more, something else is drawn.
STRAY = 6
PIECE = 24
# How far what is black may be away, in pixels: its soft edges are rounded.
BLACK_DISTANCE = 1
# The root mean square of the difference within one black word: one wrong letter shows.
WORD_LIMIT = 0.03

# A picture whose rule is "content" may be this much wider or higher.
SIZE_TOLERANCE = 0.05
# Of the places where either picture shows something, the share where only one may.
CONTENT_LIMIT = 0.3
PLACES = (30, 20)
# Of a colour, there may be so many times as much, and so many pixels more.
MORE, SOME = 2, 60
# Of the pixels of a line of words, with other words so many are left at least; and so many of
# the lines may go, such as what a mistake really is, where it is none on another processor.
WORDS_LEFT = 0.1
LINES_LOST = 0.1

UNCOLORED = ("black", *(f"grey {lowest}" for lowest in range(100, 235, 27)))
# The soft edges of everything; words are written in other kinds.
SOFT = ("grey 100", "grey 154", "grey 181", "grey 208")
# In pixels: what is larger is no letter.
LETTER = 32

Rule = int | str | None


@dataclass(frozen=True)
class Word:
    """A word in a picture, or some on one line: its kind of colour, and where it stands.

    Attributes
    ----------
    kind
        As ``Colors`` names it.
    rows, columns
        The smallest rectangle around it.
    share
        How much of that is ink, 0 to 1.
    """

    kind: str
    rows: slice
    columns: slice
    share: float


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
        What the cell states under ``figure``: a number of pixels, ``"content"`` or None.
    images
        Start of the paths under which expected, actual and difference images are left if
        the figures differ.

    Returns
    -------
    str or None
        The difference, in words, or None if the figures match.
    """
    old, new = decode(expected), decode(actual)
    problem = differs(old, new, rule)
    if problem is None:
        return None
    images.parent.mkdir(parents=True, exist_ok=True)
    old.save(f"{images}-expected.png")
    new.save(f"{images}-actual.png")
    apart = np.abs(np.asarray(old, int) - np.asarray(new.resize(old.size), int))
    Image.fromarray((255 - apart).astype(np.uint8)).save(f"{images}-difference.png")
    return f"{problem}; see {images}-difference.png"


def differs(old: Image.Image, new: Image.Image, rule: Rule) -> str | None:
    """Say how a picture differs from another one under a rule; None if they match."""
    if is_blank(new):
        return "the figure is blank"
    tolerance = 0 if isinstance(rule, int) else SIZE_TOLERANCE
    for before, now in zip(old.size, new.size, strict=True):
        if abs(now - before) > tolerance * before:
            return f"the figure has {new.size} pixels instead of {old.size}"
    if rule is None:
        apart = _root_mean_square(_small(old), _small(new))
        return f"the figure looks different: {apart:.4f}" if apart > LIMIT else None
    if rule == "content":
        return _other_content(old, new.resize(old.size))
    return moved(old, new, rule)


def shift(old: Image.Image, new: Image.Image) -> int | None:
    """Return the smallest number of pixels that, as a rule, accepts a picture; None if none."""
    farthest = sum(old.size)
    found = bisect.bisect_left(
        range(1, farthest), True, key=lambda pixels: differs(old, new, pixels) is None
    )
    return found + 1 if found + 1 < farthest else None


class Colors:
    """The pixels of a picture, by the kind of their colour.

    There are ``"black"``, 72 hues, ``"hue 0"`` to ``"hue 355"``, and five greys, ``"grey 100"``
    to ``"grey 208"``. White, and what is nearly white, is of no kind.
    """

    def __init__(self, picture: Image.Image) -> None:
        pixels = np.asarray(picture)
        self._top = pixels.max(axis=-1)
        self._spread = self._top - pixels.min(axis=-1)
        self._hue = np.asarray(picture.convert("HSV"))[..., 0] * (360 / 255)

    def of(self, kind: str, wide: bool = False) -> np.ndarray:
        """Say which pixels are of a kind: bool of shape (rows, columns).

        With ``wide``, a pixel just outside counts too: where a colour lies at the border between
        two kinds must not make a difference.
        """
        if kind == "black":
            return self._top < (160 if wide else 100)
        name, value = kind.split()
        if name == "hue":
            return self.near(int(value), 6.5 if wide else 2.5, wide)
        low, more = int(value), 27 * wide
        level = (self._top >= low - more) & (self._top < low + 27 + more)
        return level & (self._spread <= (100 if wide else 60))

    def near(self, hue: int, degrees: float, wide: bool = False) -> np.ndarray:
        """Say which pixels have a colour within so many degrees of a hue."""
        away = np.abs((self._hue - hue + 180) % 360 - 180)
        colored = self._spread > (30 if wide else 60)
        return (away <= degrees) & colored & (wide | (self._top >= 100))

    def kinds(self, least: int = 1) -> Iterator[str]:
        """Yield the kinds of which there are so many pixels, or more."""
        hues = self._hue[self.near(0, 180)]
        counts = np.bincount((np.round(hues / 5).astype(int) % 72), minlength=72)
        yield from (f"hue {5 * i}" for i in np.flatnonzero(counts >= least))
        yield from (kind for kind in UNCOLORED if self.of(kind).sum() >= least)


def words(picture: Image.Image, gap: int = 3) -> Iterator[Word]:
    """Yield what looks like words on white: small groups of strokes of one kind.

    Parameters
    ----------
    picture
        In RGB.
    gap
        How many pixels lie at most between strokes of one group: 3 between letters, 10 between
        the words of a line.
    """
    ink = np.asarray(picture).min(axis=-1) < 200
    everything = ink.copy()
    strokes, _ = ndimage.label(ink, np.ones((3, 3)))
    for number, box in enumerate(ndimage.find_objects(strokes), 1):
        if max(side.stop - side.start for side in box) > LETTER:
            ink[box] &= strokes[box] != number  # an axis, a curve, an image
    groups, _ = ndimage.label(ndimage.binary_dilation(ink, np.ones((3, gap + 1))))
    for number, box in enumerate(ndimage.find_objects(groups), 1):
        inside = groups[box] == number
        low, high = sorted(np.ptp(np.nonzero(ink[box] & inside), axis=1) + 1)
        word = Colors(
            picture.crop((box[1].start, box[0].start, box[1].stop, box[0].stop))
        )
        written = [kind for kind in word.kinds() if kind not in SOFT]
        kind = max(
            written, key=lambda kind: (word.of(kind) & inside).sum(), default="black"
        )
        pixels = (word.of(kind) & inside).sum()
        around = everything[box]
        frame = np.concatenate([*around[[0, -1]], *around[:, [0, -1]].T])
        on_white = frame.mean() < 0.2
        # In colour, a single stroke is a dash or a marker.
        letters = len(np.unique(strokes[box][ink[box] & inside]))
        if "hue" in kind and letters < 2:
            continue
        if on_white and 5 <= low <= LETTER and 8 <= pixels < 0.5 * low * high:
            yield Word(kind, *box, share=float((ink[box] & inside).mean()))


def missing_words(old: Image.Image, new: Image.Image) -> str | None:
    """Say where words of one picture have none in another one, if too many are missing.

    Other words, in another colour, are words, too.
    """
    ink = np.asarray(new).min(axis=-1) < 200
    lines = list(words(old, gap=10))
    gone = [
        line
        for line in lines
        if ink[line.rows, line.columns].mean() < WORDS_LEFT * line.share
    ]
    if len(gone) > LINES_LOST * len(lines):
        at = f"row {gone[0].rows.start}, column {gone[0].columns.start}"
        return (
            f"{len(gone)} of {len(lines)} lines of words are missing, the first at {at}"
        )
    return None


def moved(old: Image.Image, new: Image.Image, distance: int) -> str | None:
    """Say what lies more than a number of pixels away, or what word is another one."""
    before, now = Colors(old), Colors(new)
    for here, there, verb in ((before, now, "missing"), (now, before, "new")):
        for kind in here.kinds():
            allowed = BLACK_DISTANCE if kind == "black" else distance
            lone = _lone(here.of(kind), there.of(kind, wide=True), allowed)
            count, row, column = _most_in_a_piece(lone)
            if count > STRAY:
                what = "words or axes: black" if kind == "black" else kind
                return (
                    f"{what} is {verb} at row {row}, column {column}: {count} pixels have "
                    f"none within {allowed} in the other figure"
                )
    for word in words(old):
        if word.kind == "black":
            box = word.columns.start, word.rows.start, word.columns.stop, word.rows.stop
            apart = _root_mean_square(old.crop(box), new.crop(box))
            if apart > WORD_LIMIT:
                return f"another word at row {box[1]}, column {box[0]}: {apart:.2f}"
    return None


def _lone(mask: np.ndarray, others: np.ndarray, distance: int) -> np.ndarray:
    """Return which pixels of a mask have none of the others within a distance."""
    lone = mask & ~others
    if distance == 0 or lone.sum() <= STRAY or not others.any():
        return lone
    return lone & (ndimage.distance_transform_edt(~others) > distance)


def _most_in_a_piece(mask: np.ndarray) -> tuple[int, int, int]:
    """Return the largest number of pixels in a piece of the picture, and where it begins."""
    rows, columns = (PIECE * -(-side // PIECE) for side in mask.shape)
    padded = np.zeros((rows, columns), int)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    sums = padded.reshape(rows // PIECE, PIECE, -1, PIECE).sum(axis=(1, 3))
    row, column = np.unravel_index(sums.argmax(), sums.shape)
    return int(sums.max()), int(row) * PIECE, int(column) * PIECE


def _other_content(old: Image.Image, new: Image.Image) -> str | None:
    before, now = _shows_something(old), _shows_something(new)
    either = np.maximum((before | now).sum(axis=(0, 1)), 1)
    apart = float(((before != now).sum(axis=(0, 1)) / either).max())
    if apart > CONTENT_LIMIT:
        return f"the figure looks different: {apart:.2f} of its places"
    before, now = Colors(old), Colors(new)
    for hue in range(0, 360, 30):
        expected, actual = (int(c.near(hue, 15).sum()) for c in (before, now))
        if max(expected, actual) > MORE * min(expected, actual) + SOME:
            return f"hue {hue} ± 15 has {actual} pixels instead of {expected}"
    return missing_words(old, new)


def _small(picture: Image.Image) -> Image.Image:
    return picture.resize(FINE, Image.Resampling.BOX)


def _root_mean_square(old: Image.Image, new: Image.Image) -> float:
    """Return the root mean square of the difference, 0 to 1, of pictures of one size."""
    return float(
        np.sqrt(np.mean((np.asarray(old, float) - np.asarray(new, float)) ** 2)) / 255
    )


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
