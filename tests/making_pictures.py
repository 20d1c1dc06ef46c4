"""Pictures for the tests of the checks."""

import base64
import io
from collections.abc import Callable

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image, ImageDraw

from helpers.data import FASHION_CLASS_NAMES, load_fashion_mnist
from helpers.figures import show_predictions

matplotlib.use("Agg")

BLANK = Image.new("RGB", (480, 340), "white")
BLUE, ORANGE = "#0077BB", "#EE7733"


def png(picture: Image.Image) -> str:
    """Return a picture as it stands in a notebook: PNG in base64."""
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def shown() -> Image.Image:
    """Return what Matplotlib would show now, as a notebook does, and close it."""
    stream = io.BytesIO()
    plt.savefig(stream, bbox_inches="tight")
    plt.close()
    return Image.open(stream).convert("RGB")


def drawing(
    words: str = "Trouser",
    axis: str = "0.2   0.4   0.6",
    size: tuple[int, int] = (480, 340),
) -> Image.Image:
    """Six images on black, blue words above each, numbers below."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    image = Image.linear_gradient("L").resize((60, 80))
    for tile in range(6):
        left, top = 20 + 150 * (tile % 3), 40 + 150 * (tile // 3)
        pen.text((left, top - 24), words, fill=BLUE, font_size=18)
        pen.rectangle((left, top, left + 110, top + 110), fill="black")
        picture.paste(image.rotate(90 * (tile % 4)), (left + 25, top + 15))
    pen.text((120, 308), axis, fill="black", font_size=20)
    return picture


def curves(
    higher: float = 0.0,
    colors: tuple[str, str] = (BLUE, ORANGE),
    labels: tuple[str, str] = ("training", "validation"),
    change: Callable[[plt.Axes], None] = lambda axes: None,
) -> Image.Image:
    """Two curves over ten epochs, as a lesson draws them, and a change to it."""
    with plt.style.context("helpers.classroom"):
        axes = plt.subplots()[1]
        epochs = np.arange(1, 11)
        accuracies = 0.9 - 0.3 / epochs, 0.8 - 0.2 / epochs
        for values, color, label in zip(accuracies, colors, labels, strict=True):
            axes.plot(epochs, values + higher, color=color, label=label)
        axes.set(
            ylim=(0.5, 1), xlabel="epoch", ylabel="accuracy", title="Which is higher?"
        )
        axes.legend(loc="lower right")
        change(axes)
        return shown()


def mistakes(first: int, titles: bool = True, black: int = 0) -> Image.Image:
    """Ten tops, as a notebook shows its mistakes, from the first-th on."""
    _, (test_images, test_labels) = load_fashion_mnist()
    places = np.flatnonzero(np.isin(test_labels, [0, 2, 3, 4, 6]))[first : first + 10]
    images = test_images[places]
    images[:black] = 0
    wrong = (test_labels[places].astype(int) + 1) % 10
    axes = show_predictions(
        images, np.eye(10)[wrong], test_labels[places], FASHION_CLASS_NAMES
    )
    if not titles:
        for a in axes:
            a.title.set_color("white")
    return shown()
