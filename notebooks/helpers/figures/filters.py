"""Filters and the feature maps that they make: a few with their numbers, or many in rows."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers.figures.checks import CHOSEN, are_finite

# A table with no more numbers than this gets them written into it.
_WRITTEN = 25


def show_maps(
    maps: Mapping[str, np.ndarray], frames: Mapping[str, tuple] | None = None
) -> np.ndarray:
    """Draw tables of numbers side by side: in each, 0 is middle grey.

    Parameters
    ----------
    maps
        For each title, a table of shape (rows, columns). White is the largest number of
        the table, whether above 0 or below, and black its opposite. Tables of up to 25
        numbers show them, rounded to two decimals.
    frames
        For some of the titles, the square to frame: its first row, its first column, and
        how many of each it has.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        One for each table, in order.

    Raises
    ------
    ValueError
        If there is no table, if one has another shape or no numbers, or if a frame is for
        none of them or lies outside of its own.
    """
    tables = {title: np.asarray(table) for title, table in maps.items()}
    if not tables:
        raise ValueError("maps is empty: give one table or more, each with its title")
    for title, table in tables.items():
        if not (table.ndim == 2 and table.size and are_finite(table)):
            raise ValueError(
                f"{title!r} must be a table of numbers, (rows, columns), not of shape "
                f"{table.shape}: take one image and one channel out of a batch"
            )
    frames = dict(frames or {})
    if unknown := sorted(set(frames) - set(tables)):
        raise ValueError(f"frames are for {unknown}, but the titles are {list(tables)}")
    size = 9.6 / max(3, len(tables))
    _, axes = plt.subplots(
        1,
        len(tables),
        figsize=(size * len(tables), size + 0.4),
        squeeze=False,
        layout="constrained",
    )
    for drawing, (title, table) in zip(axes[0], tables.items(), strict=True):
        largest = np.abs(table).max() or 1
        drawing.imshow(table, cmap="gray", vmin=-largest, vmax=largest)
        drawing.spines[:].set_visible(True)
        drawing.set(title=title, xticks=[], yticks=[])
        if table.size <= _WRITTEN:
            _write(drawing, table)
        if title in frames:
            _frame(drawing, title, table, *frames[title])
    return axes[0]


def show_feature_maps(rows: Mapping[str, np.ndarray], columns: int = 8) -> np.ndarray:
    """Draw filters or feature maps, a row for each name.

    Each picture has its own white, its largest number. In a row without negative numbers 0
    is black; in a row with negative ones 0 is middle grey, and black is as far from 0 as
    white.

    Parameters
    ----------
    rows
        For each name, an array of shape (rows, columns, n): what a layer gives for one image,
        or the tables of n filters for one channel.
    columns
        How many of the n are drawn at most, from the first one on.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (names, pictures), as many pictures as the longest row has. Where a row has
        fewer, the last places stay empty.

    Raises
    ------
    ValueError
        If there is no name, if ``columns`` is not positive, or if a row has another shape or
        holds something else than finite numbers.
    """
    if not rows:
        raise ValueError("rows is empty: give maps or filters under at least one name")
    if columns < 1:
        raise ValueError(f"columns must be 1 or more, not {columns!r}")
    tables = {name: _checked_row(name, row) for name, row in rows.items()}
    width = min(columns, max(table.shape[2] for table in tables.values()))
    _, grid = plt.subplots(
        len(tables),
        width,
        figsize=(1.4 + 0.98 * width, 1.02 * len(tables)),
        squeeze=False,
        layout="constrained",
    )
    for line, (name, table) in zip(grid, tables.items(), strict=True):
        for i, axes in enumerate(line):
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
            if i < table.shape[2]:
                white = abs(table[:, :, i]).max() or 1  # a map may be 0 everywhere
                black = -white if table.min() < 0 else 0
                axes.imshow(table[:, :, i], cmap="gray", vmin=black, vmax=white)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    return grid


def _write(axes: Axes, table: np.ndarray) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    for (row, column), number in np.ndenumerate(table):
        axes.text(
            column,
            row,
            f"{round(float(number), 2) + 0:g}",
            ha="center",
            va="center",
            bbox=box,
        )


def _frame(
    axes: Axes, title: str, table: np.ndarray, row: int, column: int, side: int
) -> None:
    rows, columns = table.shape
    if not (
        row >= 0 and row + side <= rows and column >= 0 and column + side <= columns
    ):
        raise ValueError(
            f"the frame of {title!r} has rows {row} to {row + side - 1} and columns "
            f"{column} to {column + side - 1}, but the table is {rows} by {columns}"
        )
    axes.add_patch(
        Rectangle(
            (column - 0.5, row - 0.5), side, side, fill=False, edgecolor=CHOSEN, lw=3
        )
    )


def _checked_row(name: str, row: np.ndarray) -> np.ndarray:
    table = np.asarray(row)
    if table.ndim != 3 or table.size == 0:
        raise ValueError(
            f"{name!r} must have the shape (rows, columns, n), not {table.shape}: take one "
            "image out of a batch with maps[0], and one channel of filters with "
            "filters[:, :, 0]"
        )
    if not are_finite(table):
        raise ValueError(f"{name!r} must hold a number in each place")
    return table
