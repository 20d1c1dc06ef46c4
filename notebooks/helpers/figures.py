"""Draw images, training curves and predictions with Matplotlib.

Every function draws a new figure and returns its Axes; a cell shows it with
``plt.show()``. Right is blue with a ✓, wrong is red with a ✗.
"""

from collections.abc import Mapping, Sequence
from numbers import Integral

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

RIGHT = "#0077BB"
WRONG = "#CC3311"
NEITHER = "#BBBBBB"


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
    images = _checked_images(images)
    if names is not None:
        _check_length("names", names, len(images))
    if not (isinstance(columns, Integral) and columns >= 1):
        raise ValueError(f"columns must be a whole number, 1 or more, not {columns!r}")
    columns = int(columns)  # Matplotlib does not take True for 1
    rows = -(-len(images) // columns)
    white = _white(images)
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
    _check_length(f"val_{metric}", validation, len(training))
    epochs = np.arange(1, len(training) + 1)
    _, axes = plt.subplots()
    axes.plot(epochs - 0.5, training, "o-", label="training")
    axes.plot(epochs, validation, "s-", label="validation")
    axes.set(xlabel="epoch", ylabel=metric, title=f"{metric} by epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
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
    image = np.asarray(image)
    if image.ndim != 2 and (image.ndim, image.shape[-1:]) != (3, (1,)):
        raise ValueError(
            f"image must have the shape (rows, columns), not {image.shape}: take one image "
            "out of a batch with images[0]"
        )
    image = _checked_images(image[np.newaxis])[0]
    probabilities = _checked_probabilities(
        np.asarray(probabilities)[np.newaxis], class_names
    )[0]
    predicted = int(np.argmax(probabilities))
    if label is None:
        title, color = f"{class_names[predicted]}?", "black"
        colors = [NEITHER] * len(class_names)
        colors[predicted] = "black"
    else:
        _check_labels(np.asarray([label]), class_names)
        title, color = _verdict(predicted, label, class_names)
        colors = _bar_colors(probabilities, label)
    _, axes = plt.subplots(
        1, 2, figsize=(8, 4), width_ratios=[2, 3], layout="constrained"
    )
    axes[0].imshow(image, cmap="gray", vmin=0, vmax=_white(image))
    axes[0].set_axis_off()
    axes[0].set_title(title, color=color)
    axes[1].barh(class_names, probabilities, color=colors)
    axes[1].invert_yaxis()
    axes[1].set(xlim=(0, 1), xlabel="probability")
    return axes


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
    images = _checked_images(images)
    probabilities = _checked_probabilities(probabilities, class_names)
    _check_length("probabilities", probabilities, len(images))
    _check_length("labels", labels, len(images))
    _check_labels(np.asarray(labels), class_names)
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


def _bar_colors(probabilities: np.ndarray, label: int) -> list[str]:
    colors = [NEITHER] * len(probabilities)
    colors[probabilities.argmax()] = WRONG
    colors[label] = RIGHT
    return colors


def _verdict(predicted: int, label: int, class_names: Sequence[str]) -> tuple[str, str]:
    if predicted == label:
        return f"✓ {class_names[predicted]}", RIGHT
    return f"✗ {class_names[predicted]}\nis {class_names[label]}", WRONG


def _white(images: np.ndarray) -> int:
    return 255 if images.max() > 1 else 1


def _checked_images(images: np.ndarray) -> np.ndarray:
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or images.size == 0:
        raise ValueError(
            "images must have the shape (n, rows, columns), with at least one image, not "
            f"{images.shape}; a single image becomes a batch with np.expand_dims(image, 0)"
        )
    if not (are_numbers(images) and images.min() >= 0 and images.max() <= 255):
        raise ValueError("images must hold numbers from 0 to 1, or from 0 to 255")
    return images


def _checked_probabilities(
    probabilities: np.ndarray, class_names: Sequence[str]
) -> np.ndarray:
    if not _has_entries(class_names):
        raise ValueError(f"class_names must be a list of names, not {class_names!r}")
    probabilities = np.asarray(probabilities)
    if probabilities.ndim != 2 or probabilities.shape[1] != len(class_names):
        raise ValueError(
            f"probabilities must have one value for each of the {len(class_names)} classes, "
            f"but their shape is {probabilities.shape}"
        )
    if not (
        (are_numbers(probabilities) or probabilities.dtype == bool)
        and probabilities.size
        and probabilities.min() >= 0
        and np.allclose(probabilities.sum(axis=1), 1, atol=1e-3)
    ):
        raise ValueError(
            "probabilities must be 0 or more and sum to 1 for each image; "
            "are these logits? then apply softmax first"
        )
    return probabilities


def _check_labels(labels: np.ndarray, class_names: Sequence[str]) -> None:
    whole = labels.ndim == 1 and np.issubdtype(labels.dtype, np.integer)
    if not (
        whole and labels.size and labels.min() >= 0 and labels.max() < len(class_names)
    ):
        raise ValueError(
            f"labels must be integers from 0 to {len(class_names) - 1}, one for each image"
        )


def are_numbers(values: np.ndarray) -> bool:
    """Whether an array holds numbers that can be ordered; NaN is left to comparisons."""
    return any(np.issubdtype(values.dtype, kind) for kind in (np.integer, np.floating))


def _has_entries(values: object) -> bool:
    """Whether values are a list, an array with axes or the like, and no text."""
    if isinstance(values, np.ndarray):
        return values.ndim > 0
    return hasattr(values, "__len__") and not isinstance(values, str)


def _check_length(name: str, values: Sequence, expected: int) -> None:
    if not _has_entries(values):
        raise ValueError(f"{name} must have {expected} entries, but is {values!r}")
    if len(values) != expected:
        raise ValueError(f"{name} has {len(values)} entries, but {expected} are needed")
