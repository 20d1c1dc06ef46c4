"""When training stopped, and what a lower learning rate did."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.figures.checks import are_finite, check_length

# A marker and its size: each can be seen around the one before.
_MARKS = [("o", 10), ("s", 18), ("D", 12), ("^", 14)]


def plot_stops(val_losses: Sequence[float], stops: Mapping[str, int]) -> Axes:
    """Draw the validation loss over the epochs, and mark some of these.

    Parameters
    ----------
    val_losses
        The validation loss of each epoch.
    stops
        For the name of each mark, its epoch, counted from 1. At most four.

    Returns
    -------
    matplotlib.axes.Axes
        With the curve, then a mark for each name, each with another shape. The axis of the
        losses leaves room for the marks, and its ends are multiples of 0.05.

    Raises
    ------
    ValueError
        If there are no losses, more than four marks, or no such epoch.
    """
    val_losses = _checked("val_losses", val_losses)
    if len(stops) > len(_MARKS):
        raise ValueError(f"stops has {len(stops)} marks: give {len(_MARKS)} at most")
    _, axes = plt.subplots(layout="constrained")
    axes.plot(range(1, len(val_losses) + 1), val_losses, color="gray")
    for i, (name, epoch) in enumerate(stops.items()):
        if not 1 <= epoch <= len(val_losses):
            raise ValueError(
                f"{name!r} is at epoch {epoch}: give one from 1 to {len(val_losses)}"
            )
        marker, size = _MARKS[i]
        axes.plot(
            epoch,
            val_losses[epoch - 1],
            marker,
            color=f"C{i}",
            label=name,
            markersize=size,
            fillstyle="none",
            markeredgewidth=2.5,
        )
    low, high = val_losses.min(), val_losses.max()
    axes.set(
        xlabel="epoch",
        ylabel="validation loss",
        ylim=(np.floor(20 * low - 1) / 20, np.floor(10 * high + 1) / 10),
    )
    axes.legend(loc="upper right")
    return axes


def plot_slow_down(
    val_losses: Sequence[float],
    slowed_losses: Sequence[float],
    learning_rates: Sequence[float],
) -> np.ndarray:
    """Draw a validation loss with the usual learning rate, and one whose rate was lowered.

    Parameters
    ----------
    val_losses
        The validation loss of each epoch with the usual rate.
    slowed_losses
        The same for the other training, which may have more epochs or fewer.
    learning_rates
        The rate of each epoch of the other training, above 0.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (2,): both losses above, with the usual one first, and the rates below on a
        logarithmic axis.

    Raises
    ------
    ValueError
        If there are no losses, or not one rate above 0 for each epoch.
    """
    val_losses = _checked("val_losses", val_losses)
    slowed_losses = _checked("slowed_losses", slowed_losses)
    rates = _checked("learning_rates", learning_rates)
    check_length("learning_rates", rates, len(slowed_losses))
    if not (rates > 0).all():
        raise ValueError(f"the learning rates must be above 0, not {rates.tolist()!r}")
    _, axes = plt.subplots(2, 1, figsize=(7, 6), sharex=True, layout="constrained")
    epochs = range(1, len(slowed_losses) + 1)
    axes[0].plot(
        range(1, len(val_losses) + 1), val_losses, color="gray", label="usual rate"
    )
    axes[0].plot(epochs, slowed_losses, "o-", label="slowed down")
    axes[0].set_ylabel("validation loss")
    axes[0].legend()
    axes[1].plot(epochs, rates, "o-")
    axes[1].set(yscale="log", xlabel="epoch", ylabel="learning rate")
    return axes


def _checked(name: str, values: Sequence[float]) -> np.ndarray:
    values = np.asarray(values)
    if not (values.ndim == 1 and values.size and are_finite(values)):
        raise ValueError(
            f"{name} must hold one finite number for each epoch, not {values.tolist()!r}"
        )
    return values
