"""Rebuild data/hands.npz: digits as 28 handwriting fonts would draw them on the pad.

    python data/build_hands.py FOLDER [FOLDER ...]

The folders hold the fonts, at any depth. data/README.md names the packages that they come
in. A font file whose SHA-256 is not the one below is refused, because another version may
have other digits.

A glyph is an outline, but a pen draws a line. So each glyph is thinned to a line of one
pixel, and the pen of notebook 15's drawing pad follows that line, at a size, slant, width
and place drawn at random.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent

# For each hand, in the order of their numbers: its file, and the SHA-256 of that file.
FONT_FILES = {
    "Because We Build": (
        "BecauseWeBuild-Regular.otf",
        "202160d49b0cfbe8a812c5a75487058f7caba2398324214a1e6d34f24b68d855",
    ),
    "Because We Connect": (
        "BecauseWeConnect-Regular.otf",
        "c9c7135605a5c8cd143b611881c93383c6804166c4770810ab0c07dbbff3aac9",
    ),
    "Because We Create": (
        "BecauseWeCreate-Regular.otf",
        "abdbea89b7de43bccae63975af1714a26a473584341d5c395fca1cb1c51ff48f",
    ),
    "Because We Learn": (
        "BecauseWeLearn-Regular.otf",
        "d5551a6a1449de4ee2e8ddcd0bcc3e7d292d24c61fc6515d8db9b03a65b127dd",
    ),
    "Because We Mentor": (
        "BecauseWeMentor-Regular.otf",
        "b71888fd9a79936e44a55baf1bf0bb4e594827be890882c4fc9918409e8c2509",
    ),
    "Because We Organize": (
        "BecauseWeOrganize-Regular.otf",
        "f97f8557caa4de42f743d8d4ea0851993b12c112e8713fd6d6d08881e6a24c5e",
    ),
    "Dancing Script": (
        "DancingScript-Regular.otf",
        "38178945aaefdea573f4998d8b984985aaebb95964da337b23e77e682d7d3d17",
    ),
    "dkgHandwriting": (
        "dkg.ttf",
        "93eb07f57b84f04fa975ebf49ecec43d9b2c85834a9b63864072c6b993efd131",
    ),
    "Humor Sans": (
        "Humor-Sans.ttf",
        "2ded6a27448c9ed30aaff177744e2bcf1e52e0aab018b2a8be64565df633318f",
    ),
    "Kaushan Script": (
        "KaushanScript-Regular.otf",
        "c007ebe4c813374ed02da003394b73b39fa709ff5891c5613733c96be595ba28",
    ),
    "Klee One": (
        "KleeOne-Regular.ttf",
        "2e466518e3762920add16d542cb73130cbd74968d3b3e92ccbc550c5a76f815b",
    ),
    "Kristi": (
        "Kristi.ttf",
        "6c14164cd50b52d03d88728971285fe1dbf0d6ee8af6d29274b5d5026a0fb622",
    ),
    "Caveat": (
        "caveat-latin-400-normal.woff",
        "38b98dbeb922a14a74dfb41f83fc24e0e645e2eed9ce72145fefbdae8828cbfb",
    ),
    "Gochi Hand": (
        "gochi-hand-latin-400-normal.woff",
        "82a4149218f2edccef96d2b0ed5bf92adc6ea290222bac4dcfa3de91afb6b3a3",
    ),
    "Handlee": (
        "handlee-latin-400-normal.woff",
        "9a8af5254df769bbdc196fd998231daec67c81dc3d6fd6f294ed80c2c4343551",
    ),
    "Indie Flower": (
        "indie-flower-latin-400-normal.woff",
        "2cf7154e899ad16246196238d6d13f0135c5feba2d8ccde5d97a22664d012660",
    ),
    "Kalam": (
        "kalam-latin-400-normal.woff",
        "70ab8c1d2c10a28f213c6f1c359888624d5e650ffcd64f93a8194c3e14403746",
    ),
    "Patrick Hand": (
        "patrick-hand-latin-400-normal.woff",
        "0f7031f6665437e04d6f354c5f64d6ae6777b498afbe804638c45b957a7ce8aa",
    ),
    "Reenie Beanie": (
        "reenie-beanie-latin-400-normal.woff",
        "1b86681155e125625f01839b2e6688dde2b2a7766a8eb49645b3a8707c2bee9f",
    ),
    "Shadows Into Light": (
        "shadows-into-light-latin-400-normal.woff",
        "93cff8110a18bb3e1fb0179c95f706ed1e8037e2e527c4cb425b46deaddbd975",
    ),
    "Bad Script": (
        "bad-script-latin-400-normal.woff",
        "07202e03862cf10af6c0a9f5cfce39ef10e1923b64b965c3185b5ddef61b91f1",
    ),
    "Mali": (
        "mali-latin-400-normal.woff",
        "cd38e40d516ab13ab4ef21cdb01671bac4c326ef338b39d87eb1892c5fc17bbf",
    ),
    "Nanum Pen Script": (
        "nanum-pen-script-latin-400-normal.woff",
        "08cdd640e142c977071b4c3d5c33fd9ec322990e540f5511ca2fccff4568d0ec",
    ),
    "Neucha": (
        "neucha-latin-400-normal.woff",
        "b0c09e2ecd7d760fb997f926f2d15e53c57561802fb071a317832942536ca82a",
    ),
    "Playwrite Brasil": (
        "playwrite-br-latin-400-normal.woff",
        "c31d44bef2634d8ab7d484efda842dba90c9ee8cb186c42521061de56ee41b32",
    ),
    "Playwrite Deutschland Grundschrift": (
        "playwrite-de-grund-latin-400-normal.woff",
        "2ef35798b3ea53e8ff8501c4a1d4608096b0b74c3a165b5ea53b1b694484de94",
    ),
    "Playwrite France Moderne": (
        "playwrite-fr-moderne-latin-400-normal.woff",
        "2de15bb16c4f045edfeece7d75654ee87fd91012e939ff4dc43959cb0602509e",
    ),
    "Playwrite India": (
        "playwrite-in-latin-400-normal.woff",
        "8b326d955596c54a7c19d65fa9dcf6b7729adaca7027695933a42cc2c128ef55",
    ),
}
DRAWINGS_OF_A_DIGIT = 10
SIDE, PEN = 140, 11  # of the pad, as in notebooks/helpers/drawing_pad.js
HEIGHTS = (50, 120)  # of the line that the pen follows, in pixels of the pad
SLANTS = (-0.5, 0.5)  # pixels to the right for each pixel up
WIDTHS = (0.8, 1.25)  # factors
GLYPH_HEIGHT = 200  # in pixels, before thinning
SMOOTHING = 3  # pixels: rough edges would become side branches of the line
SEED = 0


def find_font(folders: Iterable[Path], name: str, sha256: str) -> Path:
    """Return where a font lies in one of the folders, at any depth.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    ValueError
        If the file of this name is another one.
    """
    path = next((path for folder in folders for path in folder.rglob(name)), None)
    if path is None:
        raise FileNotFoundError(
            f"no {name} in {', '.join(map(str, folders))}: data/README.md names the "
            "package that it comes in"
        )
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != sha256:
        raise ValueError(f"{path} is another version: SHA-256 {actual}, not {sha256}")
    return path


def glyph(path: Path, digit: int) -> np.ndarray:
    """Return a font's digit as bool of shape (rows, columns), True where there is ink."""
    font = ImageFont.truetype(str(path), 2 * GLYPH_HEIGHT)
    page = Image.new("L", (5 * GLYPH_HEIGHT, 5 * GLYPH_HEIGHT))
    start = (GLYPH_HEIGHT, GLYPH_HEIGHT)
    ImageDraw.Draw(page).text(start, str(digit), font=font, fill=255)
    page = page.crop(page.getbbox())
    width = max(1, round(page.width * GLYPH_HEIGHT / page.height))
    page = page.resize((width, GLYPH_HEIGHT), Image.Resampling.BOX)
    margin = 3 * SMOOTHING
    framed = Image.new("L", (width + 2 * margin, GLYPH_HEIGHT + 2 * margin))
    framed.paste(page, (margin, margin))
    return np.asarray(framed.filter(ImageFilter.GaussianBlur(SMOOTHING))) > 110


def thin(ink: np.ndarray) -> np.ndarray:
    """Thin strokes to lines of one pixel.

    Parameters
    ----------
    ink
        bool of shape (rows, columns).

    Returns
    -------
    numpy.ndarray
        bool of the same shape: a part of the ink, connected in the same way.

    Notes
    -----
    Source: T. Y. Zhang and C. Y. Suen, *A fast parallel algorithm for thinning digital
    patterns*. Communications of the ACM, 27(3), 236-239, 1984.
    """
    ink = ink.copy()
    while True:
        before = ink.sum()
        for first in (True, False):
            # The eight neighbours of every pixel, clockwise from the one above.
            p = np.pad(ink, 1)
            above, right = p[:-2, 1:-1], p[1:-1, 2:]
            below, left = p[2:, 1:-1], p[1:-1, :-2]
            ring = np.stack(
                [
                    above,
                    p[:-2, 2:],
                    right,
                    p[2:, 2:],
                    below,
                    p[2:, :-2],
                    left,
                    p[:-2, :-2],
                ]
            )
            neighbours = ring.sum(axis=0)
            starts = (~ring & np.roll(ring, -1, axis=0)).sum(axis=0)
            if first:
                inner = (above & right & below) | (right & below & left)
            else:
                inner = (above & right & left) | (above & below & left)
            ink &= ~((neighbours >= 2) & (neighbours <= 6) & (starts == 1) & ~inner)
        if ink.sum() == before:
            return ink


def draw(line: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Follow a line with the pad's pen, at a random size, slant, width and place.

    Parameters
    ----------
    line
        Shape (n, 2): row and column of each of its pixels.
    random
        Where the random numbers come from.

    Returns
    -------
    numpy.ndarray
        uint8 of shape (140, 140), 0 for paper and 255 for ink.
    """
    rows, columns = (line - line.mean(axis=0)).T
    height, slant, width = (random.uniform(*ends) for ends in (HEIGHTS, SLANTS, WIDTHS))
    columns = width * columns - slant * rows
    size = min(height / np.ptp(rows), HEIGHTS[1] / max(1, np.ptp(columns)))
    edge = PEN / 2 + 1
    places = []
    for values in (columns, rows):
        values = size * (values - values.min())
        places.append(values + random.uniform(edge, SIDE - edge - values.max()))
    # Twice as large, so that the round pen gets a smooth edge.
    large = Image.new("L", (2 * SIDE, 2 * SIDE))
    pen = ImageDraw.Draw(large)
    for x, y in zip(*places, strict=True):
        pen.ellipse((2 * x - PEN, 2 * y - PEN, 2 * x + PEN, 2 * y + PEN), fill=255)
    ink = np.asarray(large.resize((SIDE, SIDE), Image.Resampling.BOX)) > 127
    return np.where(ink, 255, 0).astype(np.uint8)


def build(folders: Iterable[Path]) -> dict[str, np.ndarray]:
    """Return the arrays of hands.npz.

    Raises
    ------
    FileNotFoundError, ValueError
        As ``find_font`` does.
    """
    random = np.random.default_rng(SEED)
    drawings, labels, hands = [], [], []
    for hand, (file_name, checksum) in enumerate(FONT_FILES.values()):
        path = find_font(folders, file_name, checksum)
        for digit in range(10):
            line = np.argwhere(thin(glyph(path, digit)))
            for _ in range(DRAWINGS_OF_A_DIGIT):
                drawings.append(draw(line, random))
                labels.append(digit)
                hands.append(hand)
    return {
        "drawings": np.stack(drawings),
        "labels": np.array(labels, np.uint8),
        "hands": np.array(hands, np.uint8),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    target = HERE / "hands.npz"
    try:
        np.savez_compressed(target, **build(parser.parse_args().folders))
    except (OSError, ValueError) as error:
        sys.exit(f"build_hands.py: {error}")
    print(f"wrote {target}, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
