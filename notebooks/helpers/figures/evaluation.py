"""What becomes of each class, and how far a network's confidence can be trusted."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.figures.checks import (
    CHOSEN,
    RIGHT,
    are_numbers,
    check_length,
)
from helpers.figures.images import show_table

BINS = 10
FEWEST = 30  # images in a bin: with fewer, chance could put its share anywhere
COUNTS_AT = -0.06  # where the number of images stands, below all shares


def show_confusion(matrix: np.ndarray, names: Sequence[str]) -> Axes:
    """Draw a confusion matrix: right answers blue on its diagonal, mistakes on red.

    Parameters
    ----------
    matrix
        Shape (n, n), n at least 1. How many images of each true class, a row, got each
        answer, a column.
    names
        n names of classes.

    Returns
    -------
    matplotlib.axes.Axes
        The more mistakes, the darker the red; white where there are none, and on the
        diagonal. With one text for each field, row by row.

    Raises
    ------
    ValueError
        If the matrix has another shape or does not hold counts, or if the number of names
        is not n.
    """
    matrix = _checked_counts(matrix)
    mistakes = matrix.copy()
    np.fill_diagonal(mistakes, 0)
    axes = show_table(mistakes, names, colors="Reds")
    for i, text in enumerate(axes.texts[:: len(matrix) + 1]):
        text.set(text=str(matrix[i, i]), color=RIGHT, weight="bold")
    axes.set(xlabel="predicted", ylabel="true")
    return axes


def plot_pairs(
    differences: np.ndarray,
    matrix: np.ndarray,
    names: Sequence[str],
    named: Sequence[tuple[int, int]] = (),
    closest: int = 6,
) -> Axes:
    """Draw how often each pair of classes is mixed up, against how different they are.

    Parameters
    ----------
    differences
        Shape (n, n): how far apart two classes are, the same in both directions.
    matrix
        Shape (n, n): a confusion matrix, as for ``show_confusion``.
    names
        n names of classes.
    named
        The pairs of classes whose names are written beside their marks.
    closest
        How many of the pairs with the smallest differences become squares.

    Returns
    -------
    matplotlib.axes.Axes
        With two lines, the squares and the dots of all other pairs, and one text for each
        of the ``named``. A pair counts the mistakes in both directions.

    Raises
    ------
    ValueError
        If a table has another shape or does not hold numbers, or if the number of names is
        not n.
    """
    matrix = _checked_counts(matrix)
    differences = np.asarray(differences)
    if not (differences.shape == matrix.shape and are_numbers(differences)):
        raise ValueError(
            f"differences must be numbers of the shape {matrix.shape}, as many as there "
            f"are counts, not {differences.shape}"
        )
    check_length("names", names, len(matrix))
    pairs = np.triu_indices(len(matrix), k=1)
    apart, mixed_up = differences[pairs], (matrix + matrix.T)[pairs]
    order = np.argsort(apart, kind="stable")
    near, far = order[:closest], order[closest:]
    _, axes = plt.subplots(figsize=(8, 4.6), layout="constrained")
    axes.plot(
        apart[near],
        mixed_up[near],
        "s",
        color=CHOSEN,
        markersize=9,
        label=f"the {len(near)} closest pairs",
    )
    axes.plot(apart[far], mixed_up[far], "o", color=RIGHT, label="other pairs")
    limit = apart[near].max(initial=0)
    for i, j in named:
        left = differences[i, j] <= limit  # there are few marks on that side
        axes.annotate(
            f"{names[i]} – {names[j]}",
            (differences[i, j], matrix[i, j] + matrix[j, i]),
            (-8 if left else 8, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
        )
    axes.set_xlim(0, 1.05 * apart.max())
    axes.set_ylim(-0.04 * mixed_up.max(), 1.1 * mixed_up.max())
    axes.set(xlabel="difference of their averages", ylabel="images mixed up")
    axes.legend(loc="upper right")
    return axes


def plot_calibration(
    confidences: Mapping[str, np.ndarray], right: np.ndarray
) -> np.ndarray:
    """Draw how often answers are right, by how confident the network was.

    Images are put into ten bins by confidence: below 0.1, below 0.2, and so on. Bins with
    fewer than 30 images are left out.

    Parameters
    ----------
    confidences
        For each title, shape (n,): the confidence of each of n answers, from 0 to 1.
    right
        Shape (n,): whether each answer is right.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (titles,). Each has a blue bar for each bin, as high as the share that is right,
        with the number of images below it; a dotted line, on which share and confidence are
        equal; and an orange mark where chance leaves the end of the bar about 95 times in
        100 if the confidence is true: two standard deviations of a share of so many images.

    Raises
    ------
    ValueError
        If there is no title, or if a shape or a value is not as above.
    """
    if not (isinstance(confidences, Mapping) and confidences):
        raise ValueError(
            "confidences must be a dictionary with the confidences for a title, not "
            f"{confidences!r}"
        )
    count = len(confidences)
    _, grid = plt.subplots(
        1,
        count,
        figsize=(6 if count == 1 else 5 * count, 4.8),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axes, (title, confidence) in zip(grid[0], confidences.items(), strict=True):
        confidence, answers = _checked_answers(confidence, right)
        _draw_calibration(axes, confidence, answers)
        axes.set(xlim=(0, 1.06), ylim=(-0.1, 1.02), xlabel="confidence", title=title)
    grid[0, 0].set_ylabel("share that is right")
    grid[0, 0].text(0.2, 0.2, "equal ", ha="right", va="bottom")
    grid[0, 0].text(0.02, COUNTS_AT, "images", va="center", size=10)
    return grid[0]


def plot_refusal(confidence: np.ndarray, right: np.ndarray, limit: float) -> Axes:
    """Draw how often answers are right if those with the lowest confidence are refused.

    Parameters
    ----------
    confidence, right
        As for ``plot_calibration``.
    limit
        The confidence below which answers are refused, of at most half of them.

    Returns
    -------
    matplotlib.axes.Axes
        With the curve for refusing up to half of the answers, and a dot for the limit.

    Raises
    ------
    ValueError
        If a shape or a value is not as above.
    """
    confidence, right = _checked_answers(confidence, right)
    answered = confidence >= limit
    if answered.mean() < 0.5:
        raise ValueError(
            f"the limit {limit} refuses {(~answered).mean():.0%}: choose one that refuses "
            "half of the answers at most"
        )
    order = np.argsort(confidence, kind="stable")
    shares = np.linspace(0, 0.5, 51)
    first = np.round(shares * len(right)).astype(int)
    accuracies = [right[order[i:]].mean() for i in first]
    _, axes = plt.subplots(layout="constrained")
    axes.plot(shares, accuracies)
    dot = (~answered).mean(), right[answered].mean()
    axes.plot(*dot, "o", color=CHOSEN, markersize=11)
    axes.legend(axes.lines[1:], ["our limit"], loc="lower right")
    axes.set(xlim=(0, 0.5), xlabel="share refused", ylabel="accuracy of the rest")
    axes.set_ylim(np.floor(20 * accuracies[0]) / 20, 1)
    return axes


def _draw_calibration(axes: Axes, confidence: np.ndarray, right: np.ndarray) -> None:
    # In the precision of the confidences, so that 0.9 counts as 0.9 in each of them.
    limits = (np.arange(1, BINS) / BINS).astype(confidence.dtype)
    bins = np.digitize(confidence, limits)
    counts = np.bincount(bins, minlength=BINS)
    filled = np.flatnonzero(counts >= FEWEST)
    claimed = np.array([confidence[bins == i].mean() for i in filled])
    share = np.array([right[bins == i].mean() for i in filled])
    chance = 2 * np.sqrt(claimed * (1 - claimed) / counts[filled])
    low, high = np.clip([claimed - chance, claimed + chance], 0, 1)
    axes.bar(claimed, share, width=0.07, color=RIGHT, alpha=0.5)
    axes.vlines(claimed, low, high, color=CHOSEN, linewidth=8)
    axes.plot([0, 1], [0, 1], ":", color="black", linewidth=1.5)
    for x, i in zip(claimed, filled, strict=True):
        axes.text(x, COUNTS_AT, f"{counts[i]}", ha="center", va="center", size=10)


def _checked_counts(matrix: np.ndarray) -> np.ndarray:
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise ValueError(
            f"a confusion matrix has the shape (n, n), one row and one column for each "
            f"class, not {matrix.shape}"
        )
    if not (np.issubdtype(matrix.dtype, np.integer) and matrix.min() >= 0):
        raise ValueError("a confusion matrix holds counts: whole numbers, 0 or more")
    return matrix


def _checked_answers(
    confidence: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    confidence, right = np.asarray(confidence), np.asarray(right)
    if not (
        np.issubdtype(confidence.dtype, np.floating)
        and confidence.ndim == 1
        and confidence.size
        and ((confidence >= 0) & (confidence <= 1.0001)).all()
    ):
        raise ValueError(
            "confidence must have the shape (n,), one number from 0 to 1 for each answer, "
            f"not {confidence.dtype} of the shape {confidence.shape}: the largest probability of each row is "
            "probabilities.max(axis=1)"
        )
    if right.dtype != bool or right.shape != confidence.shape:
        raise ValueError(
            f"right must say True or False for each of the {len(confidence)} answers, as "
            f"predicted == labels does, not {right.dtype} of the shape {right.shape}"
        )
    return confidence, right
