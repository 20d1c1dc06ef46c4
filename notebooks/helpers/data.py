"""Load Fashion-MNIST, MNIST and other hands from the ``data`` folder, and scale pixels.

NumPy only: importing this module, or loading images with it, never starts TensorFlow.
"""

import hashlib
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from numbers import Integral
from pathlib import Path

import numpy as np

DATA_FOLDER = Path(__file__).resolve().parents[2] / "data"

FASHION_CLASS_NAMES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]

# SHA-256 of the IDX files as their authors published them, under the name of the
# array that holds the same bytes here. data/README.md says where they come from.
PUBLISHED_SHA256 = {
    "fashion_mnist": {
        "x_train": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "y_train": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "x_test": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "y_test": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    "mnist": {
        "x_train": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "y_train": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "x_test": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "y_test": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
}

# Of the arrays of hands.npz, each with the header of an IDX file before it.
HANDS_SHA256 = {
    "drawings": "6845928c21e03971b02f92db002714eff031755c08b2e86fb1dd0c065124d604",
    "labels": "945f5c0438f5e673940833a9516bb135b905321c565223143405065dfb6d7ed6",
    "hands": "e0c0cc3c79f5a9e983ec3b7950aee37d3950322d1c309c962380fb0c81b19d96",
}

# What NumPy and zipfile raise for files that are cut short, altered or no .npz at all.
_UNREADABLE = (
    EOFError,
    OSError,
    RuntimeError,
    tokenize.TokenError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)

Arrays = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def load_fashion_mnist() -> Arrays:
    """Load 70,000 small pictures of clothes and their labels.

    The same arrays as ``keras.datasets.fashion_mnist.load_data()``, read from
    ``data/fashion_mnist.npz`` with no network, from any working directory.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Images are uint8 of shape (60000, 28, 28) and (10000, 28, 28), grey levels from
        0 (black) to 255 (white). Labels are uint8 of shape (60000,) and (10000,), and
        index ``FASHION_CLASS_NAMES``.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file cannot be read, or holds anything but the published images.
    """
    return _load("fashion_mnist")


def load_mnist() -> Arrays:
    """Load 70,000 small pictures of handwritten digits and their labels.

    The same arrays as ``keras.datasets.mnist.load_data()``, read from
    ``data/mnist.npz`` with no network, from any working directory.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Images are uint8 of shape (60000, 28, 28) and (10000, 28, 28), grey levels from
        0 (black) to 255 (white). Labels are uint8 of shape (60000,) and (10000,): the
        digits themselves.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file cannot be read, or holds anything but the published images.
    """
    return _load("mnist")


def load_hands() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Load 2,800 drawings of digits in the shapes of 28 handwriting fonts.

    They are not by people: ``data/build_hands.py`` took the shapes from fonts, and followed
    them with the pen of the drawing pad, ten times each, at a size, slant, width and place
    drawn at random.

    Returns
    -------
    drawings, labels, hands
        Drawings are uint8 of shape (2800, 140, 140), 0 for paper and 255 for ink. Labels
        are uint8 of shape (2800,): the digits. Hands are uint8 of shape (2800,), from 0 to
        27: the place of the font in ``FONT_FILES`` of ``data/build_hands.py``.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file cannot be read, or holds anything but these drawings.
    """
    arrays = _checked("hands", HANDS_SHA256)
    return arrays["drawings"], arrays["labels"], arrays["hands"]


def scale(images: np.ndarray) -> np.ndarray:
    """Turn grey levels from 0 to 255 into numbers from 0 to 1; scaling twice is harmless.

    For every image that a network sees: training, validation, test, and single ones.

    Parameters
    ----------
    images
        Of any shape. uint8, grey levels from 0 to 255; or numbers from 0 to 1 with a
        decimal point, which are taken as scaled already.

    Returns
    -------
    numpy.ndarray
        float32 of the same shape, from 0 to 1: grey levels divided by 255, or the same
        numbers if they were scaled already.

    Raises
    ------
    ValueError
        If the images are neither, so that nobody could tell whether they are scaled.
    """
    images = np.asarray(images)
    if images.dtype == np.uint8:
        # In one pass: 60,000 images as float32 are 188 MB, and astype would add as much.
        return np.divide(images, 255, dtype="float32")
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            f"images must be uint8, or decimal numbers from 0 to 1, not {images.dtype}: "
            "if they are grey levels from 0 to 255, convert them with "
            'images.astype("uint8") first'
        )
    if not (images.size == 0 or (images.min() >= 0 and images.max() <= 1)):
        raise ValueError(
            f"images of {images.dtype} must be scaled already, with values from 0 to 1, "
            f"but these go from {images.min()} to {images.max()}: if they are grey levels "
            'from 0 to 255, convert them with images.astype("uint8") first'
        )
    return images.astype("float32", copy=False)


def move_right(images: np.ndarray, pixels: int) -> np.ndarray:
    """Move images to the right; black comes in on the left, what leaves is cut off.

    Parameters
    ----------
    images
        Shape (n, rows, columns) or (n, rows, columns, 1), of any values; 0 is black.
    pixels
        How far, from 0 to the number of columns.

    Returns
    -------
    numpy.ndarray
        A new array of the same shape and type.

    Raises
    ------
    ValueError
        If the images have another shape, or ``pixels`` is not in its range.
    """
    images = np.asarray(images)
    if images.ndim != 3 and (images.ndim, images.shape[-1:]) != (4, (1,)):
        raise ValueError(
            "images must have the shape (n, rows, columns), perhaps with a 1 after it, not "
            f"{images.shape}; a single image becomes a batch with np.expand_dims(image, 0)"
        )
    columns = images.shape[2]
    if not (isinstance(pixels, Integral) and 0 <= pixels <= columns):
        raise ValueError(
            f"pixels must be a whole number from 0 to {columns}, not {pixels!r}"
        )
    moved = np.zeros_like(images)
    moved[:, :, pixels:] = images[:, :, : columns - pixels]
    return moved


def idx_header(array: np.ndarray) -> bytes:
    """Return the first bytes of the IDX file that stores ``array``.

    Parameters
    ----------
    array
        uint8, of any shape.

    Returns
    -------
    bytes
        Two zeros, 8 for "unsigned byte", the number of axes, then the length of each
        axis as a big-endian 32-bit integer.

    Raises
    ------
    ValueError
        If the array is not uint8.

    Notes
    -----
    The format is described with the original MNIST files, under "The IDX file format".
    """
    array = np.asarray(array)
    if array.dtype != np.uint8:
        raise ValueError(
            f"IDX files of images and labels must hold uint8, not {array.dtype}"
        )
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()


def _load(name: str) -> Arrays:
    arrays = _checked(name, PUBLISHED_SHA256[name])
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def _checked(name: str, checksums: Mapping[str, str]) -> dict[str, np.ndarray]:
    arrays = _read(name, checksums)
    for key, array in arrays.items():
        if array.dtype != np.uint8 or _sha256(array) != checksums[key]:
            raise ValueError(
                f"{_path(name)}: {key} differs from the published data. {_mend(name)}"
            )
    return arrays


def _read(name: str, keys: Iterable[str]) -> dict[str, np.ndarray]:
    path, mend = _path(name), _mend(name)
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing. {mend}")
    try:
        # allow_pickle stays off, so no code can hide in the file.
        with path.open("rb") as stream, np.load(stream) as file:
            return {key: file[key] for key in keys}
    except KeyError as error:
        raise ValueError(f"{path} has no array {error}. {mend}") from error
    except _UNREADABLE as error:
        raise ValueError(f"{path} cannot be read: {error}. {mend}") from error


def _path(name: str) -> Path:
    return DATA_FOLDER / f"{name}.npz"


def _mend(name: str) -> str:
    return (
        f"Restore it with `git checkout -- data/{name}.npz`, or rebuild it as "
        "data/README.md describes."
    )


def _sha256(array: np.ndarray) -> str:
    digest = hashlib.sha256(idx_header(array))
    digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()
