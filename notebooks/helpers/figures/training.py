"""How training went: curves by epoch, gaps, and the same training with several seeds."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.figures.checks import NEITHER, are_numbers, check_length

# The colour of validation's curve, dark enough for words.
DARK_VALIDATION = "#A94F16"


def plot_history(history, metric: str = "accuracy") -> Axes:
    """Draw a metric over the epochs, for training and for validation.

    Keras averages a training metric over the batches of an epoch, while the network is
    changing, and takes the validation metric when the epoch is over. So the training
    curve is drawn half an epoch earlier: that is when its values hold.

    Parameters
    ----------
    history
        What ``model.fit`` returns, or its ``history`` dictionary.
    metric
        A name from that dictionary without ``val_``: ``"accuracy"``, ``"loss"``, …

    Returns
    -------
    matplotlib.axes.Axes
        With the training curve, then the validation curve.

    Raises
    ------
    ValueError
        If the history has no such metric for both training and validation, or if the two
        are not numbers for the same epochs, one or more.
    """
    logs: Mapping[str, Sequence[float]] = getattr(history, "history", history)
    if not isinstance(logs, Mapping):
        raise ValueError(
            f"history must be what model.fit returns, or a dictionary, not {history!r}"
        )
    if not isinstance(metric, str):
        raise ValueError(f'metric must be a name such as "accuracy", not {metric!r}')
    for name in (metric, f"val_{metric}"):
        if name not in logs:
            raise ValueError(
                f"the history has no {name!r}, only {sorted(logs)}: choose one of these, "
                "or pass validation data to model.fit"
            )
        values = np.asarray(logs[name])
        if not (are_numbers(values) and values.ndim == 1 and len(values)):
            raise ValueError(
                f"{name} must hold one number for each epoch, not {logs[name]!r}"
            )
    training, validation = logs[metric], logs[f"val_{metric}"]
    check_length(f"val_{metric}", validation, len(training))
    epochs = np.arange(1, len(training) + 1)
    _, axes = plt.subplots()
    axes.plot(epochs - 0.5, training, "o-", label="training")
    axes.plot(epochs, validation, "s-", label="validation")
    axes.set(xlabel="epoch", ylabel=metric, title=f"{metric} by epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
    return axes


def plot_turn(history) -> Axes:
    """Draw the loss over the epochs, and mark where the validation loss is lowest.

    Parameters
    ----------
    history
        As for ``plot_history``.

    Returns
    -------
    matplotlib.axes.Axes
        With the training curve, the validation curve, and a dashed vertical line at the
        epoch with the lowest validation loss, the first of them if there are several. The
        losses are on an axis from 0 to a multiple of 0.5.

    Raises
    ------
    ValueError
        As ``plot_history``.
    """
    axes = plot_history(history, "loss")
    epochs, val_losses = axes.lines[1].get_data()
    turn = epochs[np.argmin(val_losses)]
    axes.axvline(turn, color=DARK_VALIDATION, linestyle="--", linewidth=1)
    axes.text(
        turn,
        1.02,
        "lowest validation loss",
        color=DARK_VALIDATION,
        transform=axes.get_xaxis_transform(),
        ha="center",
    )
    axes.set_title(axes.get_title(), pad=26)
    highest = max(line.get_ydata().max() for line in axes.lines[:2])
    axes.set_ylim(0, np.floor(2 * highest + 1) / 2)
    return axes


def plot_gap(accuracies: Mapping[int, tuple[float, float]], xlabel: str) -> Axes:
    """Draw training and validation accuracy against a number, and the gap between them.

    Parameters
    ----------
    accuracies
        For each number above 0 (a width, an amount of images), the training accuracy and
        the validation accuracy, from 0 to 1.
    xlabel
        What the number is.

    Returns
    -------
    matplotlib.axes.Axes
        With the training curve, the validation curve, and a grey line for each gap, the
        widest of which is named. Along its logarithmic axis, the numbers rise from left to
        right.

    Raises
    ------
    ValueError
        If there are no numbers, or other numbers or accuracies than these.
    """
    numbers = sorted(accuracies)
    if not numbers or numbers[0] <= 0:
        raise ValueError(
            f"accuracies must be for numbers above 0, one or more, not {numbers}"
        )
    pairs = np.asarray([accuracies[number] for number in numbers])
    if pairs.shape != (len(numbers), 2) or not ((pairs >= 0) & (pairs <= 1)).all():
        raise ValueError(
            "each number must have a training and a validation accuracy, from 0 to 1, not "
            f"{pairs.tolist()}"
        )
    training, validation = pairs.T
    _, axes = plt.subplots(layout="constrained")
    axes.plot(numbers, training, "o-", label="training")
    axes.plot(numbers, validation, "s-", label="validation")
    axes.vlines(numbers, validation, training, color=NEITHER, linewidth=6, zorder=0)
    widest = int(np.argmax(training - validation))
    axes.annotate(
        "gap",
        (numbers[widest], pairs[widest].mean()),
        xytext=(-8 if widest else 8, 0),
        textcoords="offset points",
        ha="right" if widest else "left",
        va="center",
    )
    axes.set_xscale("log")
    axes.set_xticks(numbers, [f"{number:,}" for number in numbers])
    axes.minorticks_off()
    axes.set(xlabel=xlabel, ylabel="accuracy", ylim=(0, 1.05))
    axes.legend(loc="lower right")
    return axes


def plot_runs(runs: Mapping[str, Sequence], metric: str = "val_loss") -> Axes:
    """Draw a metric over the epochs for several kinds of training, with several runs of each.

    Parameters
    ----------
    runs
        For each kind of training, what ``model.fit`` returned in each run, or its ``history``
        dictionaries. At most four kinds.
    metric
        A name from these dictionaries that is taken when an epoch is over: ``"val_loss"``, …

    Returns
    -------
    matplotlib.axes.Axes
        With a curve for each run, those of one kind in one colour and one style.

    Raises
    ------
    ValueError
        If there are more than four kinds, if a kind has no run, or a run no such metric.
    """
    styles = ["-", "--", ":", "-."]
    if len(runs) > len(styles):
        raise ValueError(f"runs has {len(runs)} kinds: give {len(styles)} at most")
    _, axes = plt.subplots(layout="constrained")
    for i, (name, histories) in enumerate(runs.items()):
        if not histories:
            raise ValueError(f"{name!r} has no run: give one or more of each kind")
        for run in histories:
            logs = getattr(run, "history", run)
            if metric not in logs:
                raise ValueError(
                    f"a run of {name!r} has no {metric!r}, only {sorted(logs)}"
                )
            values = logs[metric]
            axes.plot(range(1, len(values) + 1), values, styles[i], color=f"C{i}")
        axes.lines[-1].set_label(name)
    axes.set(xlabel="epoch", ylabel=metric)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
    return axes


def plot_seeds(results: Mapping[str, Sequence[float]], xlabel: str) -> Axes:
    """Draw the results of several runs of each kind as dots, and their mean as a line.

    Parameters
    ----------
    results
        For each kind, one number for each run, one or more.
    xlabel
        What the numbers are.

    Returns
    -------
    matplotlib.axes.Axes
        With two lines for each kind, from the top down: its dots, then its mean.

    Raises
    ------
    ValueError
        If a kind has no numbers.
    """
    _, axes = plt.subplots(figsize=(7, 1.2 + 0.9 * len(results)), layout="constrained")
    _draw_seeds(axes, results, xlabel)
    return axes


def plot_evaluations(
    results: Mapping[str, Sequence[Sequence[float]]], lowest_loss: float
) -> np.ndarray:
    """Draw what ``model.evaluate`` gave for several runs of each kind of training.

    Parameters
    ----------
    results
        For each kind, a pair (loss, accuracy) for each run, one or more.
    lowest_loss
        Where to draw a dashed line among the losses, with its value beside it.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (2,): the accuracies on an axis of whole tenths, then the losses on one from 0,
        each drawn as in ``plot_seeds``; the dashed line is the last one.

    Raises
    ------
    ValueError
        If there is no kind, or if a kind has no such pairs.
    """
    tables = {name: np.asarray(pairs) for name, pairs in results.items()}
    if not tables:
        raise ValueError("results is empty: give the pairs of at least one kind")
    for name, table in tables.items():
        if not (are_numbers(table) and table.ndim == 2 and table.shape[1] == 2):
            raise ValueError(
                f"{name!r} must have a loss and an accuracy for each run, not "
                f"{table.tolist()!r}"
            )
    _, axes = plt.subplots(
        1, 2, figsize=(10, 1.2 + 0.8 * len(tables)), sharey=True, layout="constrained"
    )
    for drawing, column, xlabel in zip(axes, [1, 0], ["accuracy", "loss"], strict=True):
        values = {name: table[:, column] for name, table in tables.items()}
        _draw_seeds(drawing, values, xlabel)
    axes[1].axvline(lowest_loss, color="black", linestyle="--")
    axes[1].annotate(
        f"{lowest_loss:g}",
        (lowest_loss, -0.5),
        (-6, 0),
        textcoords="offset points",
        ha="right",
        va="center",
    )
    accuracies = np.concatenate([table[:, 1] for table in tables.values()])
    losses = np.concatenate([table[:, 0] for table in tables.values()])
    axes[0].set_xlim(
        np.floor(10 * accuracies.min()) / 10, np.floor(10 * accuracies.max() + 1) / 10
    )
    axes[1].set_xlim(0, np.floor(2 * losses.max() + 1) / 2)
    return axes


def _draw_seeds(
    axes: Axes, results: Mapping[str, Sequence[float]], xlabel: str
) -> None:
    """Draw a row of dots for each kind, and their mean as a line across it."""
    for i, (name, values) in enumerate(results.items()):
        values = np.asarray(values)
        if not (values.ndim == 1 and values.size and are_numbers(values)):
            raise ValueError(
                f"{name!r} must have one number for each run, not {values.tolist()!r}"
            )
        axes.plot(
            values, [i] * len(values), "o", color=f"C{i}", markersize=9, alpha=0.6
        )
        axes.plot(values.mean(), i, "|", color=f"C{i}", markersize=30)
    axes.set_yticks(range(len(results)), list(results))
    axes.set(xlabel=xlabel, ylim=(len(results) - 0.4, -0.6))
