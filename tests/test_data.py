"""The data: complete, unaltered, and loaded with clear errors when it is not."""

import gzip
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from helpers import data

ROOT = Path(__file__).resolve().parents[1]
LOADERS = {"fashion_mnist": data.load_fashion_mnist, "mnist": data.load_mnist}
DATASETS = sorted(LOADERS)
IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
SHAPES = {
    "x_train": (60000, 28, 28),
    "y_train": (60000,),
    "x_test": (10000, 28, 28),
    "y_test": (10000,),
}


@pytest.fixture
def small_arrays() -> dict[str, np.ndarray]:
    """The right keys with the wrong content, small enough to be written often."""
    return {key: np.zeros((2,) * len(shape), np.uint8) for key, shape in SHAPES.items()}


@pytest.fixture
def other_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(data, "DATA_FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_committed_arrays_are_the_published_bytes(dataset):
    with np.load(ROOT / "data" / f"{dataset}.npz") as file:
        arrays = dict(file)
    assert {key: array.shape for key, array in arrays.items()} == SHAPES
    for key, array in arrays.items():
        # The header of an IDX file, spelled out here and not taken from the loader.
        header = b"\x00\x00\x08" + bytes([array.ndim])
        header += b"".join(length.to_bytes(4, "big") for length in array.shape)
        digest = hashlib.sha256(header + array.tobytes()).hexdigest()
        assert digest == data.PUBLISHED_SHA256[dataset][key], key


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_images_load_from_any_working_directory(dataset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (train_images, train_labels), (test_images, test_labels) = LOADERS[dataset]()
    arrays = (train_images, train_labels, test_images, test_labels)
    assert [array.shape for array in arrays] == list(SHAPES.values())
    assert {array.dtype for array in arrays} == {np.dtype(np.uint8)}


def test_test_images_0_and_3_are_the_boot_and_the_trousers_of_the_text():
    _, (_, test_labels) = data.load_fashion_mnist()
    names = [data.FASHION_CLASS_NAMES[label] for label in test_labels[[0, 3]]]
    assert names == ["Ankle boot", "Trouser"]


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_missing_file_is_named_in_the_error(dataset, other_folder):
    with pytest.raises(
        FileNotFoundError, match=rf"{dataset}\.npz is missing.*git checkout"
    ):
        LOADERS[dataset]()


@pytest.mark.parametrize("kept", [0, 3, 1000, 1_000_000])
def test_a_truncated_file_is_named_in_the_error(kept, other_folder):
    whole = (ROOT / "data" / "mnist.npz").read_bytes()
    (other_folder / "mnist.npz").write_bytes(whole[:kept])
    with pytest.raises(ValueError, match=r"mnist\.npz cannot be read.*git checkout"):
        data.load_mnist()


def test_a_folder_in_the_place_of_a_file_is_named_in_the_error(other_folder):
    (other_folder / "mnist.npz").mkdir()
    with pytest.raises(ValueError, match=r"mnist\.npz cannot be read.*git checkout"):
        data.load_mnist()


def test_an_altered_byte_is_an_error_that_names_the_file(other_folder):
    content = bytearray((ROOT / "data" / "mnist.npz").read_bytes())
    content[5_000_000] ^= 1
    (other_folder / "mnist.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"mnist\.npz cannot be read.*git checkout"):
        data.load_mnist()


def test_a_file_of_another_kind_is_an_error_that_names_it(other_folder):
    with (other_folder / "mnist.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ValueError, match=r"mnist\.npz cannot be read.*git checkout"):
        data.load_mnist()


def test_other_images_under_the_right_name_are_an_error(other_folder, small_arrays):
    np.savez(other_folder / "mnist.npz", **small_arrays)
    with pytest.raises(ValueError, match=r"mnist\.npz: x_train differs.*git checkout"):
        data.load_mnist()


def test_a_missing_array_is_named_in_the_error(other_folder, small_arrays):
    del small_arrays["y_test"]
    np.savez(other_folder / "mnist.npz", **small_arrays)
    with pytest.raises(ValueError, match=r"mnist\.npz has no array.*y_test"):
        data.load_mnist()


def test_a_file_with_pickled_objects_is_not_opened(other_folder, small_arrays):
    small_arrays["x_train"] = np.array([print], dtype=object)
    np.savez(other_folder / "mnist.npz", **small_arrays)
    with pytest.raises(ValueError, match=r"mnist\.npz cannot be read.*allow_pickle"):
        data.load_mnist()


def test_arrays_are_what_keras_loads_when_its_files_were_copied_by_hand(tmp_path):
    """As data/README.md says: files put into ~/.keras/datasets are used, with no network."""
    by_hand = tmp_path / "datasets" / "fashion-mnist"
    by_hand.mkdir(parents=True)
    (train_images, train_labels), (test_images, test_labels) = data.load_fashion_mnist()
    arrays = (train_images, train_labels, test_images, test_labels)
    for name, array in zip(IDX_NAMES.values(), arrays, strict=True):
        content = data.idx_header(array) + array.tobytes()
        (by_hand / f"{name}.gz").write_bytes(gzip.compress(content, compresslevel=1))
    code = """
import os, sys
sys.path.insert(0, "notebooks")
import helpers.quiet_start
import keras
from keras.src.datasets import mnist
import numpy as np
from helpers import data

def same(ours, theirs):
    for our_part, their_part in zip(ours, theirs, strict=True):
        for our_array, their_array in zip(our_part, their_part, strict=True):
            assert our_array.dtype == their_array.dtype
            np.testing.assert_array_equal(our_array, their_array)

same(data.load_fashion_mnist(), keras.datasets.fashion_mnist.load_data())
# Keras accepts only its own packing of MNIST; here it is handed ours.
mnist.get_file = lambda fname, origin, file_hash: str(data.DATA_FOLDER / fname)
same(data.load_mnist(), keras.datasets.mnist.load_data())
print("the same")
"""
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "KERAS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.stdout == "the same\n", result.stderr


def test_every_grey_level_is_divided_by_255():
    greys = np.arange(256, dtype=np.uint8).reshape(16, 16)
    scaled = data.scale(greys)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled, greys / np.float32(255))
    assert (greys == np.arange(256).reshape(16, 16)).all(), (
        "the images themselves change"
    )


@pytest.mark.parametrize("shape", [(28, 28), (3, 28, 28), (3, 28, 28, 1), (0, 28, 28)])
def test_scaling_twice_is_scaling_once_for_one_image_or_many(shape):
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    once = data.scale(images)
    assert once.shape == shape
    np.testing.assert_array_equal(data.scale(once), once)
    np.testing.assert_array_equal(data.scale(images / 255), once)
    assert data.scale(images / 255).dtype == np.float32


def test_a_moved_image_loses_what_leaves_it_and_gains_black():
    images = np.arange(1, 13).reshape(1, 3, 4, 1)
    moved = data.move_right(images, 3)
    assert moved[0, :, :, 0].tolist() == [[0, 0, 0, 1], [0, 0, 0, 5], [0, 0, 0, 9]]
    assert not data.move_right(images, 4).any()
    assert images[0, 0, 0, 0] == 1, "the images themselves are as they were"


@pytest.mark.parametrize(
    ("shape", "pixels", "message"),
    [
        ((28, 28), 1, "becomes a batch"),
        ((5, 28, 28, 3), 1, "must have the shape"),
        ((5, 28, 28), -1, "from 0 to 28, not -1"),
        ((5, 28, 28), 29, "from 0 to 28, not 29"),
    ],
)
def test_images_that_cannot_be_moved_are_an_error_that_says_why(shape, pixels, message):
    with pytest.raises(ValueError, match=message):
        data.move_right(np.zeros(shape, "uint8"), pixels)


@pytest.mark.parametrize(
    "images",
    [
        np.array([0.0, 255.0]),  # grey levels, but nobody can be sure
        np.array([-1.0, 1.0]),
        np.array([0.0, np.nan]),
        np.array([0, 255]),  # int64
        np.array([True, False]),
        np.array(["0", "1"]),
    ],
    ids=lambda images: f"{images.dtype} from {images[0]} to {images[1]}",
)
def test_images_that_may_or_may_not_be_scaled_are_refused_with_a_way_out(images):
    with pytest.raises(ValueError, match=rf'{images.dtype}.*astype\("uint8"\)'):
        data.scale(images)


@pytest.fixture(params=["plain", "gzipped, in a folder below"])
def idx_folder(request, tmp_path) -> Path:
    """The four published files of MNIST, made from the committed arrays."""
    folder = tmp_path / "idx"
    place = folder if request.param == "plain" else folder / "raw"
    place.mkdir(parents=True)
    (train_images, train_labels), (test_images, test_labels) = data.load_mnist()
    arrays = (train_images, train_labels, test_images, test_labels)
    for name, array in zip(IDX_NAMES.values(), arrays, strict=True):
        content = data.idx_header(array) + array.tobytes()
        if request.param == "plain":
            (place / name).write_bytes(content)
        else:
            (place / f"{name}.gz").write_bytes(gzip.compress(content, compresslevel=1))
    return folder


def test_the_data_can_be_rebuilt_from_the_published_files(idx_folder, tmp_path, build):
    build.build("mnist", idx_folder, tmp_path / "mnist.npz")
    with (
        np.load(tmp_path / "mnist.npz") as rebuilt,
        np.load(ROOT / "data/mnist.npz") as committed,
    ):
        assert set(rebuilt) == set(committed)
        for key in committed:
            np.testing.assert_array_equal(rebuilt[key], committed[key])


def test_building_refuses_a_file_that_is_not_the_published_one(
    idx_folder, tmp_path, build
):
    labels = next(idx_folder.rglob("t10k-labels*"))
    labels.write_bytes(gzip.compress(b"other") if labels.suffix == ".gz" else b"other")
    with pytest.raises(
        ValueError, match=r"t10k-labels-idx1-ubyte.* is not the published file"
    ):
        build.build("mnist", idx_folder, tmp_path / "mnist.npz")
    assert not (tmp_path / "mnist.npz").exists()


def test_building_names_the_file_that_it_does_not_find(tmp_path, build):
    with pytest.raises(FileNotFoundError, match="no train-images-idx3-ubyte"):
        build.build("mnist", tmp_path, tmp_path / "mnist.npz")


def test_building_names_a_gzip_file_that_is_cut_short(idx_folder, tmp_path, build):
    images = next(idx_folder.rglob("train-images*"))
    images.unlink()
    images.with_suffix(".gz").write_bytes(gzip.compress(b"images")[:10])
    with pytest.raises(ValueError, match="cannot be unpacked"):
        build.build("mnist", idx_folder, tmp_path / "mnist.npz")


@pytest.fixture
def build(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "data")
    import build

    return build


def test_the_data_page_gives_every_checksum_and_zalandos_licence():
    page = (ROOT / "data" / "README.md").read_text("utf-8")
    for checksums in data.PUBLISHED_SHA256.values():
        for checksum in checksums.values():
            assert checksum in page
    notice = " ".join(page.replace(">", " ").split())
    assert "Copyright © 2017 Zalando SE" in notice
    assert (
        "The above copyright notice and this permission notice shall be included"
        in notice
    )
    assert "OR THE USE OR OTHER DEALINGS IN THE SOFTWARE." in notice
