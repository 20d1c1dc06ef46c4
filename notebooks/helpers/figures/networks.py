"""What a neuron and a network are made of."""

from collections.abc import Sequence
from numbers import Integral

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from helpers.figures.checks import (
    NEITHER,
    RIGHT,
    check_length,
    checked_image,
    has_entries,
    white_level,
)


def show_layers(
    image: np.ndarray, neurons: Sequence[int], class_names: Sequence[str]
) -> Axes:
    """Draw a dense network: an image, its pixels in one row, and a column for each layer.

    Of long columns only the first and last few are drawn, with dots between them. One
    neuron of the first layer is blue, with all connections that lead to it.

    Parameters
    ----------
    image
        Shape (rows, columns) or (rows, columns, 1), values as in ``show_images``.
    neurons
        How many neurons each layer has, from the first to the last.
    class_names
        One name for each neuron of the last layer.

    Returns
    -------
    matplotlib.axes.Axes
        With one collection of lines between any two columns, then one of marks for each
        column, from left to right. The marks of neurons are round, those of pixels square.

    Raises
    ------
    ValueError
        If the image has another shape or other values, if there is no layer or one
        without neurons, or if the last layer has not one neuron for each name.
    """
    image = checked_image(image)
    if not (
        has_entries(neurons)
        and len(neurons)
        and all(isinstance(n, Integral) and n >= 1 for n in neurons)
    ):
        raise ValueError(
            "neurons must hold a whole number, 1 or more, for each layer, not "
            f"{neurons!r}"
        )
    check_length("class_names", class_names, neurons[-1])
    counts = [image.size, *neurons]
    places = [4.2 + 2.6 * i for i in range(len(counts))]
    heights = [_column(count) for count in counts]
    _, axes = plt.subplots(figsize=(8, 4.1), layout="constrained")
    axes.imshow(
        image, cmap="gray", vmin=0, vmax=white_level(image), extent=(0, 3, -1.5, 1.5)
    )
    axes.text(1.5, 1.75, "the image", ha="center")
    for i in range(len(neurons)):
        ends = [
            [(places[i], start), (places[i + 1], end)]
            for end in heights[i + 1]
            for start in heights[i]
        ]
        blue = len(heights[0]) if i == 0 else 0  # those that lead to the first neuron
        axes.add_collection(
            LineCollection(
                ends,
                colors=[RIGHT] * blue + [NEITHER] * (len(ends) - blue),
                linewidths=[1.2] * blue + [0.6] * (len(ends) - blue),
            )
        )
    for i, (count, place, column) in enumerate(
        zip(counts, places, heights, strict=True)
    ):
        colors = ["#777777"] * len(column)
        if i == 1:
            colors[0] = RIGHT
        mark = "o" if i else "s"
        axes.scatter([place] * len(column), column, 80, colors, marker=mark, zorder=3)
        if count > len(column):
            axes.text(place, 0, "⋮", ha="center", va="center", fontsize=18)
        word = ("neuron" if i else "pixel") + ("s" if count > 1 else "")
        axes.text(place, 2.45, f"{count:,} {word}", ha="center")
    if counts[-1] > len(heights[-1]):
        class_names = [*class_names[:3], *class_names[-3:]]
    for height, name in zip(heights[-1], class_names, strict=True):
        axes.text(places[-1] + 0.3, height, name, va="center", fontsize=11)
    axes.set(xlim=(-0.1, places[-1] + 2.2), ylim=(-2.4, 2.8))
    axes.set_axis_off()
    return axes


def _column(count: int) -> np.ndarray:
    """Return at which heights the pixels or neurons of one column are drawn."""
    if count <= 10:
        return np.linspace(1, -1, count) * 0.24 * (count - 1)
    return np.concatenate([np.linspace(2.1, 0.8, 3), np.linspace(-0.8, -2.1, 3)])


def show_neuron() -> Axes:
    """Draw a neuron with one input, in the symbols of the code: ``w * x + b``.

    Returns
    -------
    matplotlib.axes.Axes
        With the texts ``x``, ``* w``, ``+ b`` and ``w * x + b`` on the way from left to
        right.
    """
    _, axes = plt.subplots(figsize=(7, 2.2), layout="constrained")
    axes.add_patch(plt.Circle((4, 0), 0.9, fc="white", ec=RIGHT, lw=3))
    for start, end in ((0.4, 3.1), (4.9, 6.6)):
        axes.annotate(
            "", (end, 0), (start, 0), arrowprops={"arrowstyle": "-|>", "lw": 2}
        )
    for place, height, symbols in (
        (0, 0, "x"),
        (1.7, 0.35, "* w"),
        (4, 0, "+ b"),
        (8, 0, "w * x + b"),
    ):
        axes.text(
            place,
            height,
            symbols,
            ha="center",
            va="center",
            family="monospace",
            fontsize=18,
        )
    axes.set(xlim=(-0.6, 9.6), ylim=(-1.1, 1.1), aspect="equal")
    axes.set_axis_off()
    return axes
