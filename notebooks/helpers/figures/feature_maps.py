"""Filters, and the feature maps that they make."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np

from helpers.figures.checks import are_numbers


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


def _checked_row(name: str, row: np.ndarray) -> np.ndarray:
    table = np.asarray(row)
    if table.ndim != 3 or table.size == 0:
        raise ValueError(
            f"{name!r} must have the shape (rows, columns, n), not {table.shape}: take one "
            "image out of a batch with maps[0], and one channel of filters with "
            "filters[:, :, 0]"
        )
    if not (are_numbers(table) and np.isfinite(table).all()):
        raise ValueError(f"{name!r} must hold a number in each place")
    return table
