"""What a network answers, and whether that is right."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.figures.checks import (
    NEITHER,
    RIGHT,
    WRONG,
    are_finite,
    check_labels,
    check_length,
    checked_image,
    checked_images,
    checked_probabilities,
    white_level,
)
from helpers.figures.images import show_images


def plot_answers(
    answers: Mapping[str, np.ndarray], limits: Mapping[str, float]
) -> Axes:
    """Draw how often each answer was given, for each class, with limits between classes.

    Parameters
    ----------
    answers
        For the name of each class, shape (n,): one number for each of its images.
    limits
        For the name of each limit, where it lies.

    Returns
    -------
    matplotlib.axes.Axes
        With one filled outline and one text for each class, then one dashed line and one
        text for each limit.

    Raises
    ------
    ValueError
        If there is no class, or if a class has anything but finite numbers.
    """
    if not (isinstance(answers, Mapping) and answers):
        raise ValueError(f"answers must be a dictionary with a class, not {answers!r}")
    for name, values in answers.items():
        values = np.asarray(values)
        if not (values.ndim == 1 and values.size and are_finite(values)):
            raise ValueError(
                f"the answers to {name!r} must have the shape (n,), one finite number for "
                f"each image, not {values.shape}: a column of a table is table[:, 0]"
            )
    _, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    edges = np.histogram_bin_edges(np.concatenate(list(answers.values())), bins=40)
    for i, (name, values) in enumerate(answers.items()):
        heights, _ = np.histogram(values, edges)
        color = f"C{i}"
        axes.stairs(
            heights,
            edges,
            fill=True,
            fc=(color, 0.35),
            ec=color,
            lw=2,
            hatch=["", "///"][i % 2],
        )
        top = heights.argmax()
        axes.annotate(
            name,
            (edges[top : top + 2].mean(), heights[top]),
            (0, 5),
            textcoords="offset points",
            ha="center",
        )
    axes.margins(y=0.25)
    for name, limit in limits.items():
        axes.axvline(limit, color="black", linestyle="--", lw=1.5)
        axes.annotate(
            name,
            (limit, 0.99),
            (6, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            va="top",
        )
    axes.set(xlabel="answer", ylabel="images")
    return axes


def show_prediction(
    image: np.ndarray,
    probabilities: np.ndarray,
    class_names: Sequence[str],
    label: int | None = None,
) -> np.ndarray:
    """Draw one image, and the probability of each class as a bar.

    Parameters
    ----------
    image
        Shape (rows, columns) or (rows, columns, 1), values as in ``show_images``.
    probabilities
        Shape (classes,), each from 0 to 1, together 1.
    class_names
        One name per class.
    label
        The true class, or None if nobody knows.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (2,): the image, titled with the prediction, and the bars. The bar of the
        true class is blue, that of a wrong prediction red, the others grey.

    Raises
    ------
    ValueError
        If a shape, a length or a value is not as above.
    """
    image = checked_image(image)
    probabilities = checked_probabilities(
        np.asarray(probabilities)[np.newaxis], class_names
    )[0]
    predicted = int(np.argmax(probabilities))
    if label is None:
        title, color = f"{class_names[predicted]}?", "black"
        colors = [NEITHER] * len(class_names)
        colors[predicted] = "black"
    else:
        check_labels(np.asarray([label]), class_names)
        title, color = _verdict(predicted, label, class_names)
        colors = _bar_colors(probabilities, label)
    _, axes = plt.subplots(
        1, 2, figsize=(8, 4), width_ratios=[2, 3], layout="constrained"
    )
    axes[0].imshow(image, cmap="gray", vmin=0, vmax=white_level(image))
    axes[0].set_axis_off()
    axes[0].set_title(title, color=color)
    axes[1].barh(class_names, probabilities, color=colors)
    axes[1].invert_yaxis()
    axes[1].set(xlim=(0, 1), xlabel="probability")
    return axes


def show_stages(
    image: np.ndarray,
    stages: Mapping[str, np.ndarray],
    class_names: Sequence[str],
    label: int,
) -> np.ndarray:
    """Draw one image, and what a network says about it at several stages of its training.

    Parameters
    ----------
    image
        Shape (rows, columns) or (rows, columns, 1), values as in ``show_images``.
    stages
        For the name of each stage, probabilities of shape (classes,), as in
        ``show_prediction``.
    class_names
        One name per class.
    label
        The true class.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (1 + stages,): the image, then the bars of each stage, titled with its name
        and the prediction, in the colours of ``show_prediction``.

    Raises
    ------
    ValueError
        If there is no stage, or if a shape, a length or a value is not as above.
    """
    image = checked_image(image)
    if not (isinstance(stages, Mapping) and stages):
        raise ValueError(
            "stages must be a dictionary with the probabilities of at least one stage, "
            f"not {stages!r}"
        )
    rows = [np.asarray(row) for row in stages.values()]
    if len({row.shape for row in rows}) > 1:
        raise ValueError(
            "every stage must have as many probabilities, but their shapes are "
            f"{[row.shape for row in rows]}"
        )
    table = checked_probabilities(np.stack(rows), class_names)
    check_labels(np.asarray([label]), class_names)
    _, axes = plt.subplots(
        1,
        1 + len(stages),
        figsize=(3 + 2.3 * len(stages), 3.8),
        layout="constrained",
    )
    axes[0].imshow(image, cmap="gray", vmin=0, vmax=white_level(image))
    axes[0].set_axis_off()
    axes[0].set_title(f"the image:\n{class_names[label]}")
    for i, (stage, row) in enumerate(zip(stages, table, strict=True), start=1):
        verdict, color = _verdict(row.argmax(), label, class_names)
        axes[i].barh(range(len(row)), row, color=_bar_colors(row, label))
        axes[i].set_yticks(range(len(row)), class_names if i == 1 else [])
        axes[i].invert_yaxis()
        axes[i].set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        axes[i].set(xlim=(0, 1), xlabel="probability")
        verdict = verdict.splitlines()[0]  # what it is stands above the image
        axes[i].set_title(f"{stage}:\n{verdict}", color=color)
    return axes


def show_scores(
    steps: Mapping[str, np.ndarray], class_names: Sequence[str], label: int
) -> np.ndarray:
    """Draw the numbers of each class as bars, once for each step from scores to probabilities.

    Parameters
    ----------
    steps
        For the name of each step, numbers of shape (classes,), of any size and sign.
    class_names
        One name per class.
    label
        The true class.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (steps,): the bars of each step, on an axis of their own with the name of the
        step. For probabilities it goes from 0 to 1, for numbers of both signs as far to the
        left as to the right. Colours are those of ``show_prediction``.

    Raises
    ------
    ValueError
        If there is no step, or if a length or a value is not as above.
    """
    if not (isinstance(steps, Mapping) and steps):
        raise ValueError(
            f"steps must be a dictionary with the numbers of a step, not {steps!r}"
        )
    for name, values in steps.items():
        check_length(name, values, len(class_names))
        if not are_finite(np.asarray(values)):
            raise ValueError(f"{name} must hold one number for each class")
    check_labels(np.asarray([label]), class_names)
    _, grid = plt.subplots(
        1,
        len(steps),
        figsize=(1.5 + 3 * len(steps), 4),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for axes, (name, values) in zip(grid[0], steps.items(), strict=True):
        values = np.asarray(values)
        axes.barh(class_names, values, color=_bar_colors(values, label))
        axes.axvline(0, color="black", linewidth=1)
        axes.set_xlabel(name)
        axes.set_xlim(_round_limits(values))
    grid[0][0].invert_yaxis()
    return grid[0]


def show_predictions(
    images: np.ndarray,
    probabilities: np.ndarray,
    labels: np.ndarray,
    class_names: Sequence[str],
    columns: int = 5,
    bars: bool = False,
) -> np.ndarray:
    """Draw images in a grid, each titled with what was predicted and whether it is right.

    Parameters
    ----------
    images
        As in ``show_images``.
    probabilities
        Shape (n, classes), each from 0 to 1, each row together 1.
    labels
        Shape (n,), the true classes.
    class_names
        One name per class.
    columns
        Images in a row of the grid.
    bars
        Draw the probability of each class below the image, class 0 on the left, from 0 to
        1, in the colours of ``show_prediction``.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        Shape (n,), in the order of the images. With bars, they are the one entry of each
        one's ``child_axes``.

    Raises
    ------
    ValueError
        If a shape, a length or a value is not as above.
    """
    images = checked_images(images)
    probabilities = checked_probabilities(probabilities, class_names)
    check_length("probabilities", probabilities, len(images))
    check_length("labels", labels, len(images))
    check_labels(np.asarray(labels), class_names)
    grid = show_images(images, columns=columns)
    if bars:
        figure = grid[0].figure
        figure.set_figheight(1.55 * figure.get_figheight())
    for axes, row, label in zip(grid, probabilities, labels, strict=True):
        predicted = row.argmax()
        title, color = _verdict(predicted, label, class_names)
        if predicted == label:  # the other titles have two lines: keep images equal
            title = f"\n{title}"
        axes.set_title(title, color=color, fontsize=11)
        if bars:
            below = axes.inset_axes([0, -0.4, 1, 0.36])
            below.bar(range(len(row)), row, color=_bar_colors(row, label))
            below.set(ylim=(0, 1), xticks=[], yticks=[])
    return grid


def _round_limits(values: np.ndarray) -> tuple[float, float]:
    """Return limits of an axis that stay the same if the values change a little."""
    largest = np.abs(values).max()
    if values.min() < 0:
        end = 5 * np.ceil(1.2 * largest / 5)
        return -end, end
    if np.isclose(values.sum(), 1, atol=1e-3):
        return 0, 1
    return 0, 10 ** np.ceil(np.log10(max(1.2 * largest, 0.1)))


def _bar_colors(probabilities: np.ndarray, label: int) -> list[str]:
    colors = [NEITHER] * len(probabilities)
    colors[probabilities.argmax()] = WRONG
    colors[label] = RIGHT
    return colors


def _verdict(predicted: int, label: int, class_names: Sequence[str]) -> tuple[str, str]:
    if predicted == label:
        return f"✓ {class_names[predicted]}", RIGHT
    return f"✗ {class_names[predicted]}\nis {class_names[label]}", WRONG
