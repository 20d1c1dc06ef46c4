"""The colours of all figures, and what is asked of everything that is drawn."""

from collections.abc import Sequence

import numpy as np

RIGHT = "#0077BB"
WRONG = "#CC3311"
NEITHER = "#BBBBBB"
CHOSEN = "#EE7733"


def white_level(images: np.ndarray) -> int:
    """Return the number that is white: 255, or 1 if none is larger."""
    return 255 if images.max() > 1 else 1


def checked_image(image: np.ndarray) -> np.ndarray:
    """Return one image as (rows, columns); ValueError if it has another shape or values."""
    image = np.asarray(image)
    if image.ndim != 2 and (image.ndim, image.shape[-1:]) != (3, (1,)):
        raise ValueError(
            f"image must have the shape (rows, columns), not {image.shape}: take one image "
            "out of a batch with images[0]"
        )
    return checked_images(image[np.newaxis])[0]


def checked_images(images: np.ndarray) -> np.ndarray:
    """Return images as (n, rows, columns); ValueError if they have another shape or values."""
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


def checked_probabilities(
    probabilities: np.ndarray, class_names: Sequence[str]
) -> np.ndarray:
    """Return probabilities as (n, classes); ValueError if a row does not sum to 1, or so."""
    if not has_entries(class_names):
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


def check_labels(labels: np.ndarray, class_names: Sequence[str]) -> None:
    """Raise ValueError unless labels are the positions of names."""
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


def are_finite(values: np.ndarray) -> bool:
    """Return whether an array holds numbers, and none of them is infinite or NaN."""
    return are_numbers(values) and bool(np.isfinite(values).all())


def has_entries(values: object) -> bool:
    """Whether values are a list, an array with axes or the like, and no text."""
    if isinstance(values, np.ndarray):
        return values.ndim > 0
    return hasattr(values, "__len__") and not isinstance(values, str)


def check_length(name: str, values: Sequence, expected: int) -> None:
    """Raise ValueError unless values have so many entries; ``name`` is what they are called."""
    if not has_entries(values):
        raise ValueError(f"{name} must have {expected} entries, but is {values!r}")
    if len(values) != expected:
        raise ValueError(f"{name} has {len(values)} entries, but {expected} are needed")
