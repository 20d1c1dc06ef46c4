"""A pad to draw a digit on, and what turns a drawing into an image like those of MNIST.

The part that runs in the browser is ``drawing_pad.js``, with ``drawing_pad.css``.
"""

import io
from collections.abc import Callable
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from PIL import Image, ImageFilter
from scipy import ndimage

from helpers.figures import are_numbers, show_prediction

HERE = Path(__file__).parent
# Side of an MNIST image, and of the square that its digit was scaled into.
SIDE, DIGIT_SIDE = 28, 20
DIGIT_NAMES = [str(digit) for digit in range(10)]
# A part of a drawing is a speck if it has less than this share of the ink of the largest
# part, and lies further away from it than this share of its longer side. Of 10,000 images of
# MNIST, ten have a part like that.
SPECK_INK, SPECK_DISTANCE = 0.1, 0.2
# A photo is read at this many pixels for its longer side, and a shadow must be wider than
# this share of the shorter side; what is narrower is ink.
PHOTO_SIDE, SHADOW_WIDTH = 400, 0.3


def ink_on_paper(photo: Image.Image) -> np.ndarray:
    """Return what is written on bright paper, also where a shadow falls on it.

    How bright the paper is, is estimated at each pixel from its surroundings: dark strokes
    are filled with what is bright beside them. Ink is what is much darker than its paper.

    Parameters
    ----------
    photo
        Of any size and any mode that Pillow can turn into grey. One digit, dark on bright.

    Returns
    -------
    numpy.ndarray
        Shape (rows, columns), uint8: 0 is paper, 255 the darkest ink. At most 400 pixels long.

    Raises
    ------
    ValueError
        If it is no picture, or one in which nothing is darker than the rest.
    """
    if not isinstance(photo, Image.Image):
        raise ValueError(
            f"photo must be a picture that Image.open has read, not {type(photo).__name__}"
        )
    photo = photo.convert("L")
    photo.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.BOX)
    # The median takes away single pixels, which are noise.
    grey = np.asarray(photo.filter(ImageFilter.MedianFilter(3)), dtype=np.float64)
    window = 1 + 2 * round(SHADOW_WIDTH * min(grey.shape) / 2)
    # Padded, so that a shadow that ends at the edge of the picture is as wide as the window.
    filled = ndimage.grey_closing(np.pad(grey, window, mode="edge"), size=window)
    paper = np.maximum(filled[window:-window, window:-window], 1)
    ink = 1 - grey / paper  # a shadow makes paper and ink darker by the same factor
    darkest = ndimage.uniform_filter(ink, 3).max()
    if darkest < 0.1:
        raise ValueError(
            "nothing is written on it: no part is at least a tenth darker than the paper"
        )
    ink = np.where(ink < darkest / 2, 0, ink / darkest)
    return np.rint(255 * np.minimum(ink, 1)).astype(np.uint8)


def as_mnist(ink: np.ndarray) -> np.ndarray:
    """Crop, scale and centre a drawing in the way the images of MNIST were made.

    Specks far from the digit are left out. What remains is cropped to its ink, scaled so
    that its longer side has 20 pixels, and placed in 28 × 28 pixels so that its centre of
    mass comes to lie in the row and column with the number 14, as near as whole pixels
    allow. Images of MNIST come back as they are, unless there is a speck in them. Source:
    Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*; that the
    middle is 14, and not 13.5, was measured on its images.

    Parameters
    ----------
    ink
        Shape (rows, columns), of any size. 0 is paper, 255 full ink. ``ink_on_paper`` makes
        it from a photo.

    Returns
    -------
    numpy.ndarray
        Shape (28, 28), uint8: 0 to 255, as in MNIST.

    Raises
    ------
    ValueError
        If the drawing has another shape or other values, if nothing is drawn, or if so
        little that nothing of it is left when it is scaled.
    """
    ink = np.asarray(ink)
    if ink.ndim != 2 or ink.size == 0:
        raise ValueError(
            f"ink must have the shape (rows, columns), not {ink.shape}: convert a picture to "
            'grey with convert("L") first'
        )
    if not (are_numbers(ink) and ink.min() >= 0 and ink.max() <= 255):
        raise ValueError("ink must hold numbers from 0, paper, to 255, full ink")
    ink = np.rint(ink).astype(np.uint8)
    if not ink.any():
        raise ValueError("nothing is drawn: all of the ink is 0")
    ink = _without_specks(ink)
    rows, columns = np.nonzero(ink)
    cropped = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = DIGIT_SIDE / max(cropped.shape)
    height, width = (max(1, round(scale * side)) for side in cropped.shape)
    digit = Image.fromarray(cropped)
    digit = np.asarray(digit.resize((width, height), Image.Resampling.BOX))
    if not digit.any():
        raise ValueError(
            "hardly anything is drawn, over a large area: crop the picture to one digit"
        )
    image = np.zeros((SIDE, SIDE), dtype=np.uint8)
    top, left = (_start(digit.sum(axis=1 - axis), digit.shape[axis]) for axis in (0, 1))
    image[top : top + height, left : left + width] = digit
    return image


def _without_specks(ink: np.ndarray) -> np.ndarray:
    """Return the drawing without parts that are small and far from the largest one."""
    parts, count = ndimage.label(ink, structure=np.ones((3, 3)))
    mass = ndimage.sum_labels(ink, parts, np.arange(count + 1))  # part 0 is the paper
    boxes = ndimage.find_objects(parts)
    largest = boxes[mass.argmax() - 1]
    length = max(side.stop - side.start for side in largest)
    keep = mass >= SPECK_INK * mass.max()
    for part, box in enumerate(boxes, start=1):
        gaps = [
            max(ours.start - theirs.stop, theirs.start - ours.stop)
            for ours, theirs in zip(box, largest, strict=True)
        ]
        keep[part] |= max(gaps) <= SPECK_DISTANCE * length
    return np.where(keep[parts], ink, 0)


def _start(mass: np.ndarray, length: int) -> int:
    """Return where to start so that the centre of mass is in the middle, but no part outside."""
    centre = np.average(np.arange(length), weights=mass)
    return int(np.clip(round(SIDE / 2 - centre), 0, SIDE - length))


class DrawingPad(anywidget.AnyWidget):
    """A square to draw a digit in, with the probability of each digit beside it.

    Each stroke goes from the browser to the kernel, through ``as_mnist`` and ``predict``,
    and comes back as ten bars. Where widgets cannot run, on a page without a kernel, the
    first sample is shown instead, with its bars.

    Parameters
    ----------
    predict
        Called with images of shape (1, 28, 28, 1), uint8, 0 to 255; returns their
        probabilities, of shape (1, 10).
    samples
        Shape (n, 28, 28), uint8, n at least 1: digits to choose instead of drawing one.

    Attributes
    ----------
    image : numpy.ndarray or None
        Shape (28, 28), uint8: what the network was last given; None while nothing is drawn.

    Raises
    ------
    ValueError
        If the samples have another shape or type, or if ``predict`` is no function or does
        not return probabilities.
    """

    _esm = HERE / "drawing_pad.js"
    _css = HERE / "drawing_pad.css"

    # From the browser: the side of the drawing in pixels, and its ink, row by row.
    drawing = traitlets.Dict().tag(sync=True, echo_update=False)
    # To the browser: the probabilities (none while nothing is drawn), what to say of them,
    # and the image that the network was given.
    answer = traitlets.Dict().tag(sync=True)
    samples = traitlets.Bytes().tag(sync=True)

    def __init__(
        self, predict: Callable[[np.ndarray], np.ndarray], samples: np.ndarray
    ) -> None:
        samples = np.asarray(samples)
        if (
            samples.shape[1:] != (SIDE, SIDE)
            or len(samples) == 0
            or samples.dtype != np.uint8
        ):
            raise ValueError(
                f"samples must be uint8 of shape (n, 28, 28), at least one, not "
                f"{samples.dtype} of {samples.shape}"
            )
        if not callable(predict):
            raise ValueError(
                f"predict must be a function that returns probabilities, not {predict!r}"
            )
        super().__init__(samples=samples.tobytes())
        self._predict = predict
        self._first_sample = samples[0]
        self.image = None
        self.observe(self._on_drawing, names="drawing")
        self._probabilities_of(self._first_sample)  # so that the first stroke is fast

    def _probabilities_of(self, image: np.ndarray) -> np.ndarray:
        answers = np.asarray(self._predict(image[np.newaxis, ..., np.newaxis]))
        if answers.shape != (1, 10):
            raise ValueError(
                f"predict must return the shape (1, 10), not {answers.shape}"
            )
        if not (
            are_numbers(answers)
            and answers.min() >= 0
            and np.isclose(answers.sum(), 1, atol=1e-3)
        ):
            raise ValueError(
                "predict must return probabilities, 0 or more and together 1: "
                "is a Softmax missing at the end of the network?"
            )
        return answers[0]

    def _on_drawing(self, change) -> None:
        number, side = change.new["number"], change.new["side"]
        ink = np.frombuffer(change.new["ink"], dtype=np.uint8).reshape(side, side)
        self.image = None
        answer = {"number": number, "probabilities": [], "text": "Nothing drawn yet"}
        try:
            if ink.any():
                self.image = as_mnist(ink)
                probabilities = self._probabilities_of(self.image)
                answer["probabilities"] = probabilities.tolist()
                answer["text"] = _in_words(probabilities)
                answer["seen"] = self.image.tobytes()
        except Exception as error:  # on the page, where whoever draws can see it
            answer["text"] = f"{type(error).__name__}: {error}"
        self.answer = answer

    def __repr__(self) -> str:
        return "A pad to draw on: run this cell in JupyterLab or Jupyter Notebook"

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        image = as_mnist(self._first_sample)
        axes = show_prediction(image, self._probabilities_of(image), DIGIT_NAMES)
        picture = io.BytesIO()
        axes[0].figure.savefig(picture, format="png", bbox_inches="tight")
        plt.close(axes[0].figure)
        return data | {"image/png": picture.getvalue()}, metadata


def _in_words(probabilities: np.ndarray) -> str:
    digit = int(probabilities.argmax())
    percent = 100 * probabilities[digit]
    share = "more than 99 %" if percent >= 99.5 else f"{percent:.0f} %"
    return f"{digit}, with a probability of {share}"
