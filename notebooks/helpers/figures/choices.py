"""What it does to choose the best of several models by its accuracy."""

from collections.abc import Sequence
from numbers import Integral

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.figures.checks import CHOSEN, RIGHT, are_numbers, check_length


def plot_accuracies(
    values: Sequence[float], accuracies: Sequence[float], guessing: float = 0.1
) -> Axes:
    """Draw an accuracy for each of several values, and a dashed line for guessing.

    Parameters
    ----------
    values
        n numbers, one or more: what was changed from one accuracy to the next.
    accuracies
        n shares from 0 to 1.
    guessing
        The accuracy that guessing has, from 0 to 1.

    Returns
    -------
    matplotlib.axes.Axes
        With the curve, then the dashed line, on an axis from 0 to 1. The other axis has no
        name yet.

    Raises
    ------
    ValueError
        If there are no values, if something is no number, or if there is not one share for
        each value.
    """
    values = np.asarray(values)
    if not (are_numbers(values) and values.ndim == 1 and len(values)):
        raise ValueError(f"values must hold numbers, one or more, not {values!r}")
    accuracies = _checked_shares("accuracies", accuracies)
    check_length("accuracies", accuracies, len(values))
    (guessing,) = _checked_shares("guessing", [guessing])
    _, axes = plt.subplots(layout="constrained")
    axes.plot(values, accuracies, "o-")
    axes.axhline(guessing, color="black", linestyle="--")
    axes.annotate(
        "guessing",
        (0.02, guessing),
        (0, 5),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
    )
    axes.set_xticks(values)
    axes.set(ylabel="accuracy", ylim=(0, 1.05))
    return axes


def plot_promised_and_kept(promised: np.ndarray, kept: np.ndarray, chosen: int) -> Axes:
    """Draw a dot for each model: its accuracy where it was chosen, and elsewhere.

    Parameters
    ----------
    promised
        Shape (models,): the accuracy of each model on the images that choose.
    kept
        Shape (models,): the accuracy of each model on other images.
    chosen
        Which model was chosen, counted from 0.

    Returns
    -------
    matplotlib.axes.Axes
        With three lines: the dots, the square of the chosen model, and the dashed line on
        which both accuracies are equal.

    Raises
    ------
    ValueError
        If the accuracies are not numbers from 0 to 1, as many of one kind as of the other,
        or if there is no such model.
    """
    promised = _checked_shares("promised", promised)
    kept = _checked_shares("kept", kept)
    check_length("kept", kept, len(promised))
    if not (isinstance(chosen, Integral) and 0 <= chosen < len(promised)):
        raise ValueError(
            f"chosen must be a whole number from 0 to {len(promised) - 1}, not {chosen!r}"
        )
    _, axes = plt.subplots(figsize=(6.5, 5), layout="constrained")
    axes.plot(promised, kept, "o", alpha=0.4)
    place = promised[chosen], kept[chosen]
    axes.plot(*place, "s", color=CHOSEN, markersize=11)
    both = np.concatenate([promised, kept])
    ends = [both.min(), both.max()]
    axes.plot(ends, ends, "--", color="black")
    for name, point, offset, side in (
        ("chosen", place, (8, 12), "right"),
        ("equal on both", (ends[0], ends[0]), (14, -2), "left"),
    ):
        axes.annotate(name, point, offset, textcoords="offset points", ha=side)
    axes.set(xlabel="promised accuracy", ylabel="kept accuracy")
    return axes


def plot_promises_by_size(
    sizes: Sequence[int], promised: np.ndarray, kept: np.ndarray, possible: float
) -> Axes:
    """Draw what validation sets of several sizes promise, and what the chosen model keeps.

    Parameters
    ----------
    sizes
        Shape (n,): how many images each validation set has, in rising order.
    promised
        Shape (n,): the accuracy of the chosen model on the images that chose it.
    kept
        Shape (n,): its accuracy on other images.
    possible
        The highest accuracy that any of the models has.

    Returns
    -------
    matplotlib.axes.Axes
        With three lines, each with its name beside it: promised, kept, and a dashed one
        for what is possible. The sizes stand on a log axis.

    Raises
    ------
    ValueError
        If the accuracies are not numbers from 0 to 1, one for each size.
    """
    promised = _checked_shares("promised", promised)
    kept = _checked_shares("kept", kept)
    (possible,) = _checked_shares("possible", [possible])
    check_length("promised", promised, len(sizes))
    check_length("kept", kept, len(sizes))
    _, axes = plt.subplots(layout="constrained")
    axes.plot(sizes, promised, "o-", color=CHOSEN)
    axes.plot(sizes, kept, "s-", color=RIGHT)
    axes.axhline(possible, linestyle="--", color="black")
    for name, height, offset in (
        ("promised by the images that chose", promised[0], (14, -4)),
        ("kept on all others", kept[0], (14, -6)),
        (f"the best of all models: {possible:.3f}", possible, (0, 6)),
    ):
        axes.annotate(name, (sizes[0], height), offset, textcoords="offset points")
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.margins(y=0.1)
    axes.set(xlabel="validation images", ylabel="accuracy of the chosen model")
    return axes


def _checked_shares(name: str, values: Sequence[float]) -> np.ndarray:
    shares = np.asarray(values)
    if not (
        shares.ndim == 1
        and shares.size
        and are_numbers(shares)
        and ((shares >= 0) & (shares <= 1)).all()
    ):
        raise ValueError(f"{name} must be from 0 to 1, not {values!r}")
    return shares
