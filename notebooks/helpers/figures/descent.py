"""How gradient descent comes down: errors, losses, and the path of the parameters."""

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.figures.checks import RIGHT, WRONG, are_numbers, check_length


def plot_errors(x: np.ndarray, y: np.ndarray, guesses: np.ndarray) -> Axes:
    """Draw questions with their answers, the guesses, and the error between them.

    Parameters
    ----------
    x
        Shape (n,): the questions, n at least 1.
    y
        Shape (n,): the answers, drawn as black dots.
    guesses
        Shape (n,): what was guessed, drawn as a line with squares.

    Returns
    -------
    matplotlib.axes.Axes
        With a dashed red line for each error, and beside it a text, guess minus answer.

    Raises
    ------
    ValueError
        If one of them has another shape, or does not hold numbers.
    """
    x, y, guesses = _checked_points(x=x, y=y, guesses=guesses)
    _, axes = plt.subplots(layout="constrained")
    _draw_errors(axes, x, y, guesses)
    for place, answer, guess in zip(x, y, guesses, strict=True):
        axes.annotate(
            f"{guess - answer:+g}".replace("-", "−"),
            (place, (guess + answer) / 2),
            (7, 0),
            textcoords="offset points",
            va="center",
            color=WRONG,
        )
    axes.set(ylabel="y")
    return axes


def plot_fits(
    x: np.ndarray, y: np.ndarray, path: np.ndarray, steps: Sequence[int]
) -> np.ndarray:
    """Draw the line of a neuron as it was after some of its steps, and its errors.

    Parameters
    ----------
    x, y
        Shape (n,): questions and their answers, as in ``plot_errors``.
    path
        Shape (all steps + 1, 2): weight and bias before the first step and after each.
    steps
        The steps to draw, from 0 to the last one of the path.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (steps,), each titled with its step, weight, bias and mean squared error.

    Raises
    ------
    ValueError
        If a shape is not as above, if something is no number, or if the path has no such
        step.
    """
    x, y = _checked_points(x=x, y=y)
    path, steps = _checked_path(path, steps)
    _, grid = plt.subplots(
        1,
        len(steps),
        figsize=(2.5 * len(steps), 3.6),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axes, step in zip(grid[0], steps, strict=True):
        weight, bias = path[step]
        guesses = weight * x + bias
        _draw_errors(axes, x, y, guesses)
        loss = np.mean((guesses - y) ** 2)
        axes.set_title(
            f"{step} step{'' if step == 1 else 's'}\n"
            f"w = {weight:.2f}, b = {bias:.2f}\nloss {loss:.3g}",
            fontsize=12,
        )
    grid[0, 0].set_ylabel("y")
    return grid[0]


def plot_descent(
    loss_of: Callable[[float, float], float],
    path: np.ndarray,
    steps: Sequence[int],
    weights: tuple[float, float] = (-1, 5.5),
    biases: tuple[float, float] = (-1, 6),
) -> Axes:
    """Draw the loss as a map, as hikers have them, and the path of gradient descent on it.

    Parameters
    ----------
    loss_of
        Gives the loss, 0 or more, for a weight and a bias.
    path
        Shape (all steps + 1, 2), as in ``plot_fits``.
    steps
        The steps to mark and to name, from 0 to the last one of the path.
    weights, biases
        From where to where the map goes, to the right and upwards.

    Returns
    -------
    matplotlib.axes.Axes
        The darker, the larger the loss, with lines along which it is 0.1, 1, 3, 10 and
        30. The path is the first line, the marks are the second.

    Raises
    ------
    ValueError
        If the path has another shape or no such step, or if it leaves the map.
    """
    path, steps = _checked_path(path, steps)
    low, high = np.transpose([weights, biases])
    if (path < low).any() or (path > high).any():
        raise ValueError(
            f"the path leaves the map: weights {weights} and biases {biases} are shown, "
            f"but it goes from {path.min(axis=0)} to {path.max(axis=0)}"
        )
    all_w, all_b = np.linspace(*weights, 151), np.linspace(*biases, 151)
    losses = np.array([[loss_of(w, b) for w in all_w] for b in all_b])
    _, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    levels = [0.1, 1, 3, 10, 30]
    greys = plt.colormaps["Greys"](np.linspace(0, 0.5, len(levels) + 1))
    axes.contourf(all_w, all_b, losses, levels, colors=list(greys), extend="both")
    lines = axes.contour(all_w, all_b, losses, levels, colors="#777777", linewidths=1)
    # Each number stands where its line is crossed on the way from the lowest point to the
    # lower left corner: paths rarely go there.
    row, column = np.unravel_index(losses.argmin(), losses.shape)
    way = np.linspace((all_w[column], all_b[row]), low, 400)
    higher = np.array([loss_of(*place) for place in way])[:, np.newaxis] >= levels
    crossed = way[higher.argmax(axis=0)[higher.any(axis=0)]]
    axes.clabel(lines, fmt="%g", fontsize=11, colors="black", manual=crossed.tolist())
    axes.plot(*path.T, color=RIGHT)
    axes.plot(*path[steps].T, "o", color="black")
    for step in steps:
        # Beside the mark, where the path does not go.
        around = path[max(step - 1, 0) : step + 2].mean(axis=0) - path[step]
        left = around[0] > 0.02
        axes.annotate(
            f"{step}",
            path[step],
            (-8 if left else 8, 4),
            textcoords="offset points",
            ha="right" if left else "left",
            weight="bold",
        )
    axes.set(xlabel="weight w", ylabel="bias b")
    return axes


def plot_losses(losses: Mapping[str, Sequence[float]]) -> Axes:
    """Draw losses step by step, each with its name at the end of its curve.

    The axis is a log axis where one loss is more than 100 times another. The first curve is
    drawn widest, so that curves which coincide can all be seen.

    Parameters
    ----------
    losses
        For the name of each curve, its losses: 0 or more, the first before any step. A
        curve ends before the first that is infinite or NaN.

    Returns
    -------
    matplotlib.axes.Axes
        With one line and one text for each curve.

    Raises
    ------
    ValueError
        If there is no curve, or if one has anything but such numbers, or starts with none.
    """
    if not (isinstance(losses, Mapping) and losses):
        raise ValueError(f"losses must be a dictionary with a curve, not {losses!r}")
    _, axes = plt.subplots(layout="constrained")
    axes.set(xlabel="steps taken", ylabel="mean squared error")
    for i, (name, values) in enumerate(losses.items()):
        values = np.asarray(values)
        if not (
            are_numbers(values)
            and values.ndim == 1
            and np.isfinite(values[:1]).any()
            and not (values < 0).any()
        ):
            raise ValueError(
                f"the losses of {name!r} must be numbers, one for each step"
            )
        end = np.append(np.isfinite(values), False).argmin()
        axes.plot(
            values[:end], "o-s-^-"[2 * i % 6 : 2 * i % 6 + 2], lw=max(7 - 5 * i, 2)
        )
        if end < len(values):
            name = f"{name},\nthen infinite"
        axes.annotate(
            name,
            (end - 1, values[end - 1]),
            (12, 0),
            textcoords="offset points",
            va="center",
        )
    drawn = np.concatenate([line.get_ydata() for line in axes.lines])
    if drawn.max() > 100 * drawn.min():
        axes.set_yscale("log")
        axes.margins(y=0.1)
    else:
        axes.set_ylim(0)
    _keep_apart(axes.texts)
    axes.xaxis.get_major_locator().set_params(integer=True)
    return axes


def _keep_apart(texts: Sequence) -> None:
    """Move two texts up and down that would be written on each other."""
    places = [text.axes.transData.transform(text.xy) for text in texts]
    for i, text in enumerate(texts):
        for j in range(i):
            if np.abs(places[i] - places[j]).max() < 25:
                texts[j].set_verticalalignment("bottom")
                text.set_verticalalignment("top")


def plot_rates(
    rates: Sequence[float],
    losses: Mapping[str, Sequence[float]],
    start: float,
    default: float,
) -> Axes:
    """Draw the loss that each learning rate leads to; where it exploded stands a ✗.

    Parameters
    ----------
    rates
        The learning rates, positive and rising.
    losses
        For the name of each curve, the loss after training with each rate. What is above
        ``start``, infinite or NaN has exploded.
    start
        The loss before training, positive.
    default
        The learning rate to be marked with a dashed line: what Keras takes if not told.

    Returns
    -------
    matplotlib.axes.Axes
        With two lines, the curve and its ✗, and a text for each name, then the dashed line
        and its text. A ✗ stands 10 % above ``start``, and the curve does not lead to it.

    Raises
    ------
    ValueError
        If a curve has not one loss for each rate, or if ``start`` is not positive.
    """
    if not start > 0:
        raise ValueError(f"start must be a loss above 0, not {start!r}")
    _, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    for i, (name, values) in enumerate(losses.items()):
        check_length(f"the losses of {name!r}", values, len(rates))
        values = np.asarray(values, dtype=float)
        exploded = ~(values <= 1.001 * start)
        shown = np.where(exploded, 1.1 * start, values)
        curve = np.where(exploded, np.nan, values)
        (line,) = axes.plot(rates, curve, "os^"[i % 3] + "-")
        axes.plot(
            np.asarray(rates)[exploded],
            shown[exploded],
            "x",
            color=line.get_color(),
            ms=9,
        )
        best = np.argmin(shown)
        axes.annotate(
            name,
            (rates[best], shown[best]),
            (0, -12),
            textcoords="offset points",
            ha="center",
            va="top",
            bbox={"fc": "white", "ec": "none", "pad": 1},
        )
    axes.axvline(default, color="black", linestyle="--", lw=1.2)
    axes.annotate(
        "Keras's\ndefault",
        (default, 0.7 * start),
        (-8, 0),
        textcoords="offset points",
        ha="right",
        va="center",
    )
    if any(len(line.get_xdata()) for line in axes.lines[1:-1:2]):
        axes.text(rates[0], 1.1 * start, "✗ the loss has grown", va="center")
    axes.set(xscale="log", xticks=rates, ylim=(0, 1.2 * start))
    axes.minorticks_off()
    axes.set(xlabel="learning rate", ylabel="loss in the last epoch")
    return axes


def _draw_errors(axes: Axes, x: np.ndarray, y: np.ndarray, guesses: np.ndarray) -> None:
    axes.vlines(x, y, guesses, color=WRONG, linestyle="--", lw=1.5)
    axes.plot(x, guesses, "s-", color=RIGHT)
    axes.plot(x, y, "o", color="black")
    axes.set(xlabel="x")
    axes.yaxis.get_major_locator().set_params(integer=True)


def _checked_points(**columns: np.ndarray) -> list[np.ndarray]:
    arrays = [np.asarray(values) for values in columns.values()]
    for name, values in zip(columns, arrays, strict=True):
        if not (values.ndim == 1 and values.size and are_numbers(values)):
            raise ValueError(f"{name} must be a row of numbers, not {columns[name]!r}")
        check_length(name, values, len(arrays[0]))
    return arrays


def _checked_path(
    path: np.ndarray, steps: Sequence[int]
) -> tuple[np.ndarray, list[int]]:
    path, steps = np.asarray(path), list(steps)
    if not (path.ndim == 2 and path.shape[1] == 2 and are_numbers(path)):
        raise ValueError(
            "path must have a row for each step, with a weight and a bias, not the shape "
            f"{path.shape}"
        )
    if not steps:
        raise ValueError("steps must name at least one step of the path")
    for step in steps:
        if not (isinstance(step, Integral) and 0 <= step < len(path)):
            raise ValueError(
                f"steps must be whole numbers from 0 to {len(path) - 1}, the last step of "
                f"this path, not {step!r}"
            )
    return path, steps
