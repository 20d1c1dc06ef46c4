"""Whatever a learner hands to a helper, the answer is right or an error in plain words."""

import traceback
from collections.abc import Callable
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers import callbacks, data, drawing, figures

matplotlib.use("Agg")

HELPERS = Path(data.__file__).parent
MNIST = data.DATA_FOLDER / "mnist.npz"
PUBLISHED = data.load_mnist()
# The same examples on every machine, and no time limit: these machines may be busy.
REPEATABLE = settings(
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

TYPES = ["u1", "i8", "f4", "f8", "?", "c16", "U2", "M8[s]"]
ANY_SHAPE = arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4)
# Values that a picture may hold, and values that it may not: NaN, infinity, −3, "ab", …
ANY_ARRAY = st.sampled_from(TYPES).flatmap(lambda kind: arrays.arrays(kind, ANY_SHAPE))
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.floats(),
    st.text(max_size=3),
    st.lists(st.integers(-1, 3), max_size=3),
    ANY_ARRAY,
)


def of_shape(*shape: int) -> st.SearchStrategy:
    """Draw arrays of this shape and of any type, or anything else."""
    kinds = st.sampled_from(TYPES)
    return kinds.flatmap(lambda kind: arrays.arrays(kind, shape)) | ANYTHING


IMAGES = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
PROBABILITIES = np.array([[0.25, 0.75], [1, 0], [0.5, 0.5]])


def one_wrong(**arguments) -> st.SearchStrategy[dict]:
    """Draw arguments that are right but for one, which is anything."""
    return st.sampled_from(list(arguments)).flatmap(
        lambda name: ANYTHING.map(lambda wrong: arguments | {name: wrong})
    )


def answer(function: Callable, *arguments, **options) -> object:
    """Return what a helper returns, or None where it refuses in words of its own.

    Fails on any other error: of another type, or raised within NumPy, Matplotlib or Keras.
    """
    try:
        return function(*arguments, **options)
    except ValueError as error:
        innermost = traceback.extract_tb(error.__traceback__)[-1]
        assert Path(innermost.filename).is_relative_to(HELPERS), "raised deep inside"
        ours = (" must ", " are needed", "the history has no", "is drawn", "mnist.npz")
        assert any(words in str(error) for words in ours), str(error)
        return None
    finally:
        plt.close("all")


@given(
    # The first bytes describe the first array; most others are pixels.
    place=st.integers(0, 400) | st.integers(0, MNIST.stat().st_size - 1),
    cut=st.booleans(),
)
@example(place=183, cut=False)  # where NumPy raises an error of its tokenizer
@settings(REPEATABLE, max_examples=30)
def test_a_damaged_file_gives_the_published_images_or_none(
    place, cut, monkeypatch, tmp_path
):
    monkeypatch.setattr(data, "DATA_FOLDER", tmp_path)
    content = bytearray(MNIST.read_bytes())
    content[place] ^= 255
    (tmp_path / MNIST.name).write_bytes(content[:place] if cut else content)
    loaded = answer(data.load_mnist)
    if loaded is not None:
        for part, published in zip(loaded, PUBLISHED, strict=True):
            np.testing.assert_array_equal(part[0], published[0])
            np.testing.assert_array_equal(part[1], published[1])


@given(images=ANYTHING)
@REPEATABLE
def test_whatever_is_scaled_comes_out_from_0_to_1_or_is_refused(images):
    scaled = answer(data.scale, images)
    if scaled is not None:
        assert scaled.dtype == np.float32 and scaled.shape == np.shape(images)
        assert scaled.size == 0 or 0 <= scaled.min() <= scaled.max() <= 1


@given(given=one_wrong(images=IMAGES, pixels=1))
@REPEATABLE
def test_whatever_is_moved_keeps_its_shape_and_type_or_is_refused(given):
    moved = answer(data.move_right, **given)
    if moved is not None:
        images = np.asarray(given["images"])
        assert (moved.shape, moved.dtype) == (images.shape, images.dtype)


@given(array=ANYTHING)
@REPEATABLE
def test_only_bytes_get_the_header_of_a_file_of_bytes(array):
    header = answer(data.idx_header, array)
    assert (header is None) == (np.asarray(array).dtype != np.uint8)


@given(ink=ANYTHING)
@REPEATABLE
def test_every_drawing_becomes_an_image_with_ink_in_it_or_is_refused(ink):
    image = answer(drawing.as_mnist, ink)
    if image is not None:
        assert image.shape == (28, 28) and image.dtype == np.uint8 and image.any()


@given(given=one_wrong(images=IMAGES, names=["a", "b", "c"], columns=2))
@REPEATABLE
def test_a_grid_shows_every_image_or_is_refused(given):
    grid = answer(figures.show_images, **given)
    if grid is not None:
        assert len(grid) == len(given["images"])


@given(
    given=one_wrong(
        image=IMAGES[0], probabilities=PROBABILITIES[0], class_names=["a", "b"], label=1
    )
)
@REPEATABLE
def test_one_prediction_is_drawn_with_all_its_bars_or_refused(given):
    axes = answer(figures.show_prediction, **given)
    if axes is not None:
        assert len(axes[1].patches) == len(given["probabilities"])


@given(
    given=one_wrong(
        images=IMAGES,
        probabilities=PROBABILITIES,
        labels=np.array([0, 1, 1]),
        class_names=["a", "b"],
        columns=2,
        bars=True,
    )
)
@REPEATABLE
def test_predictions_are_drawn_one_for_each_image_or_refused(given):
    grid = answer(figures.show_predictions, **given)
    if grid is not None:
        assert len(grid) == len(given["probabilities"]) == len(given["labels"])


@given(
    given=st.one_of(
        one_wrong(history={"loss": [2.0, 1.0], "val_loss": [2.0, 1.0]}, metric="loss"),
        st.fixed_dictionaries(
            {
                "history": one_wrong(loss=[2.0, 1.0], val_loss=[2.0, 1.0]),
                "metric": st.just("loss"),
            }
        ),
    )
)
@REPEATABLE
def test_curves_have_a_point_for_each_epoch_or_are_refused(given):
    axes = answer(figures.plot_history, **given)
    if axes is not None:
        epochs = len(given["history"]["loss"])
        assert [len(line.get_xdata()) for line in axes.lines] == [epochs, epochs]


@given(given=one_wrong(threshold=0.9, metric="accuracy"))
@REPEATABLE
def test_training_waits_for_a_share_of_a_metric_that_rises_or_not_at_all(given):
    callback = answer(callbacks.StopAtThreshold, **given)
    if callback is not None:
        assert 0 < callback.threshold <= 1 and "loss" not in callback.metric


@given(answers=of_shape(1, 10))
@REPEATABLE
def test_a_pad_takes_only_a_function_that_returns_ten_probabilities(answers):
    samples = PUBLISHED[1][0][:1]
    assert answer(drawing.DrawingPad, answers, samples) is None
    pad = answer(drawing.DrawingPad, lambda images: answers, samples)
    if pad is not None:
        assert answers.min() >= 0 and np.isclose(answers.sum(), 1, atol=1e-3)


@given(samples=of_shape(1, 28, 28))
@REPEATABLE
def test_a_pad_takes_only_images_of_digits_as_samples(samples):
    pad = answer(drawing.DrawingPad, lambda images: np.eye(10)[:1], samples)
    assert (pad is None) == (np.shape(samples) != (1, 28, 28) or samples.dtype != "u1")
