"""Rebuild data/fashion_mnist.npz and data/mnist.npz from the published IDX files.

    python data/build.py fashion_mnist FOLDER
    python data/build.py mnist FOLDER

FOLDER holds the four files of one set, plain or gzipped (.gz), at any depth:
train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
t10k-labels-idx1-ubyte. data/README.md says where to get them. Nothing is downloaded,
and a file whose SHA-256 is not the published one is refused.
"""

import argparse
import gzip
import hashlib
import sys
import zlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "notebooks"))

from helpers.data import PUBLISHED_SHA256  # noqa: E402  (the path comes first)

IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


def read_idx(folder: Path, name: str, sha256: str) -> np.ndarray:
    """Read one published IDX file.

    Parameters
    ----------
    folder
        Where to look, at any depth.
    name
        The file's published name. ``name + ".gz"`` is read as well.
    sha256
        Checksum of the uncompressed file, in hexadecimal.

    Returns
    -------
    numpy.ndarray
        uint8, of the shape that the file's header gives.

    Raises
    ------
    FileNotFoundError
        If neither the plain nor the gzipped file lies in the folder.
    ValueError
        If the file cannot be unpacked, or is not the published one.
    """
    names = (name, f"{name}.gz")
    found = sorted(p for p in folder.rglob("*") if p.name in names and p.is_file())
    if not found:
        raise FileNotFoundError(f"no {name} or {name}.gz in {folder}")
    path = found[0]
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} cannot be unpacked: {error}") from error
    actual = hashlib.sha256(content).hexdigest()
    if actual != sha256:
        raise ValueError(
            f"{path} is not the published file: SHA-256 {actual}, not {sha256}"
        )
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def build(dataset: str, folder: Path, target: Path) -> None:
    """Write the four arrays of a data set to a compressed .npz file.

    Parameters
    ----------
    dataset
        ``"fashion_mnist"`` or ``"mnist"``.
    folder
        Where its IDX files lie.
    target
        The .npz file to write, with the keys x_train, y_train, x_test and y_test.

    Raises
    ------
    FileNotFoundError, ValueError
        As ``read_idx`` does; nothing is written then.
    """
    checksums = PUBLISHED_SHA256[dataset]
    arrays = {
        key: read_idx(folder, name, checksums[key]) for key, name in IDX_NAMES.items()
    }
    np.savez_compressed(target, **arrays)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", choices=sorted(PUBLISHED_SHA256))
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    target = HERE / f"{arguments.dataset}.npz"
    try:
        build(arguments.dataset, arguments.folder, target)
    except (OSError, ValueError) as error:
        sys.exit(f"build.py: {error}")
    print(f"wrote {target}, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
