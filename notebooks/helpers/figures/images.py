"""Images and tables, as they are."""

from collections.abc import Sequence
from numbers import Integral

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.figures.checks import (
    CHOSEN,
    are_finite,
    check_length,
    checked_images,
    white_level,
)


def show_images(
    images: np.ndarray, names: Sequence | None = None, columns: int = 5
) -> np.ndarray:
    """Draw images in a grid, each with its name above it.

    Parameters
    ----------
    images
        Shape (n, rows, columns) or (n, rows, columns, 1), n at least 1. Grey levels from
        0 to 255, or from 0 to 1: if any value exceeds 1, white is 255.
    names
        n names or numbers, or None for none.
    columns
        Images in a row of the grid.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (n,), in the order of the images.

    Raises
    ------
    ValueError
        If the images have another shape or other values, if the number of names is not
        n, or if ``columns`` is not positive.
    """
    images = checked_images(images)
    if names is not None:
        check_length("names", names, len(images))
    if not (isinstance(columns, Integral) and columns >= 1):
        raise ValueError(f"columns must be a whole number, 1 or more, not {columns!r}")
    columns = int(columns)  # Matplotlib does not take True for 1
    rows = -(-len(images) // columns)
    white = white_level(images)
    _, grid = plt.subplots(
        rows,
        columns,
        figsize=(1.3 * columns, 1.5 * rows),
        squeeze=False,
        layout="constrained",
    )
    for axes in grid.flat:
        axes.set_axis_off()
    axes_used = grid.flat[: len(images)]
    for i, axes in enumerate(axes_used):
        axes.imshow(images[i], cmap="gray", vmin=0, vmax=white)
        if names is not None:
            axes.set_title(names[i], fontsize=11)
    return axes_used


def show_pixels(
    images: np.ndarray, pixels: np.ndarray, names: Sequence[str]
) -> np.ndarray:
    """Draw images with some pixels framed, and beside each a strip of only these pixels.

    Parameters
    ----------
    images
        Shape (n, rows, columns), values as in ``show_images``.
    pixels
        Positions of the pixels, each from 0 to rows × columns - 1, counted row by row.
    names
        n names.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (n, 2): each image with the positions in a frame, and its strip, in which the
        pixels stand in reading order.

    Raises
    ------
    ValueError
        If the images have another shape or other values, if a position lies outside of
        them, or if the number of names is not n.
    """
    images = checked_images(images)
    check_length("names", names, len(images))
    pixels = np.sort(np.ravel(pixels))
    last = images[0].size - 1
    whole = np.issubdtype(pixels.dtype, np.integer)
    if not (whole and pixels.size and pixels[0] >= 0 and pixels[-1] <= last):
        raise ValueError(
            f"pixels must be whole numbers from 0 to {last}, the positions in an image"
        )
    pixel_rows, pixel_columns = np.divmod(pixels, images.shape[2])
    _, grid = plt.subplots(
        len(images),
        2,
        figsize=(9, 2 * len(images)),
        width_ratios=[2, 7],
        squeeze=False,
        layout="constrained",
    )
    white = white_level(images)
    for (whole_image, strip), image, name in zip(grid, images, names, strict=True):
        whole_image.imshow(image, cmap="gray", vmin=0, vmax=white)
        whole_image.plot(
            pixel_columns, pixel_rows, "s", color=CHOSEN, fillstyle="none", markersize=6
        )
        strip.imshow(
            image[np.newaxis, pixel_rows, pixel_columns],
            cmap="gray",
            vmin=0,
            vmax=white,
            extent=(0, len(pixels), 0, 1),
        )
        strip.vlines(range(len(pixels) + 1), 0, 1, color=CHOSEN)
        strip.hlines([0, 1], 0, len(pixels), color=CHOSEN)
        strip.set_title(name, loc="left")
        for axes in (whole_image, strip):
            axes.set_axis_off()
    return grid


def show_numbers(pixels: np.ndarray) -> Axes:
    """Draw a small piece of an image, and write the number of each pixel on it.

    Parameters
    ----------
    pixels
        Shape (rows, columns), at least one of each. Whole grey levels, from 0 (black) to
        255 (white).

    Returns
    -------
    matplotlib.axes.Axes
        With one text for each pixel, row by row.

    Raises
    ------
    ValueError
        If the pixels have another shape or other values.
    """
    pixels = np.asarray(pixels)
    if pixels.ndim != 2 or pixels.size == 0:
        raise ValueError(
            f"pixels must have the shape (rows, columns), not {pixels.shape}: cut a piece "
            "out of one image, as in images[0, 14:24, 8:18]"
        )
    whole = np.issubdtype(pixels.dtype, np.integer)
    if not (whole and pixels.min() >= 0 and pixels.max() <= 255):
        raise ValueError("pixels must be whole numbers from 0 to 255")
    rows, columns = pixels.shape
    _, axes = plt.subplots(figsize=(0.6 * columns, 0.6 * rows), layout="constrained")
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255)
    axes.set_axis_off()
    _write_numbers(axes, pixels)
    return axes


def show_table(
    table: np.ndarray, names: Sequence[str], colors: str = "viridis"
) -> Axes:
    """Draw a square table as coloured fields, each with its number, rounded, on it.

    Parameters
    ----------
    table
        Shape (n, n), n at least 1: a number for each pair of rows and columns.
    names
        n names, for the rows and for the columns.
    colors
        The name of a colour map of Matplotlib's. In ``"viridis"``, the smallest number is
        darkest and the largest brightest.

    Returns
    -------
    matplotlib.axes.Axes
        With one text for each field, row by row.

    Raises
    ------
    ValueError
        If the table has another shape, does not hold numbers, or the number of names is
        not n.
    """
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or table.size == 0:
        raise ValueError(f"table must have the shape (n, n), not {table.shape}")
    if not are_finite(table):
        raise ValueError("table must hold a number in each field")
    check_length("names", names, len(table))
    _, axes = plt.subplots(figsize=(8, 6.5), layout="constrained")
    axes.imshow(table, cmap=colors)
    axes.set_xticks(range(len(table)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(table)), names)
    _write_numbers(axes, table)
    return axes


def _write_numbers(axes: Axes, table: np.ndarray) -> None:
    """Write on each field of the image its number, in what can be read on its colour."""
    brightness = axes.images[0].to_rgba(table)[..., :3] @ [0.299, 0.587, 0.114]
    for (row, column), number in np.ndenumerate(table):
        color = "black" if brightness[row, column] > 0.5 else "white"
        axes.text(column, row, f"{number:.0f}", ha="center", va="center", color=color)
