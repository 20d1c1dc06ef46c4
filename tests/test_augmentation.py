"""Notebook 13's table: the old arguments and today's layers draw from the same ranges."""

import math
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest
from keras import layers

# Keras keeps the old class for old code, without documenting it: the best witness.
from keras.src.legacy.preprocessing.image import ImageDataGenerator

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "13_augmentation.ipynb"
DRAWS = 4000
OLD_ARGUMENTS = {
    "rescale": 1 / 255,
    "rotation_range": 40,
    "width_shift_range": 0.2,
    "height_shift_range": 0.2,
    "shear_range": 0.2,
    "zoom_range": 0.2,
    "horizontal_flip": True,
    "fill_mode": "nearest",
}


@pytest.fixture(scope="module")
def old_draws() -> dict[str, np.ndarray]:
    """What the old class draws for 4,000 images of 28 x 28, by name."""
    np.random.seed(0)
    generator = ImageDataGenerator(**OLD_ARGUMENTS)
    draws = [generator.get_random_transform((28, 28, 1)) for _ in range(DRAWS)]
    return {name: np.array([draw[name] for draw in draws]) for name in draws[0]}


@pytest.fixture(scope="module")
def today() -> dict[type, layers.Layer]:
    """The layers of the notebook's own cell, by class."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    source = next(cell.source for cell in cells if cell.id == "today")
    definition = source[: source.index("show_images")]
    scope = {"keras": keras, "layers": layers, "math": math}
    exec(definition, scope)
    return {type(layer): layer for layer in scope["today"].layers}


def new_draws(layer: layers.Layer) -> dict[str, np.ndarray]:
    images = np.zeros((DRAWS, 28, 28, 1), "float32")
    drawn = layer.get_random_transformation(images, training=True)
    return {name: np.array(values) for name, values in drawn.items()}


def assert_same_range(old: np.ndarray, new: np.ndarray) -> None:
    """Both come close to the same two ends, and spread evenly between them."""
    ends = old.min(), old.max()
    width = ends[1] - ends[0]
    assert (new.min(), new.max()) == pytest.approx(ends, abs=0.01 * width)
    quarters = [0.25, 0.5, 0.75]
    assert np.quantile(new, quarters) == pytest.approx(
        np.quantile(old, quarters), abs=0.03 * width
    )


def test_rotation_range_in_degrees_is_a_rotation_in_full_turns(old_draws, today):
    assert old_draws["theta"].max() == pytest.approx(40, rel=0.01)
    assert_same_range(
        old_draws["theta"], new_draws(today[layers.RandomRotation])["angle"]
    )


def test_shift_ranges_are_a_translation_by_the_same_shares(old_draws, today):
    # Which of the two is sideways does not matter here: the shares are equal.
    moved = new_draws(today[layers.RandomTranslation])["translations"]
    assert old_draws["tx"].max() == pytest.approx(0.2 * 28, rel=0.01)
    for axis, name in enumerate(["tx", "ty"]):
        assert_same_range(old_draws[name], moved[:, axis])


def test_a_translation_takes_the_height_first():
    image = np.zeros((1, 28, 28, 1), "float32")
    image[0, 4, 4] = 1
    down = layers.RandomTranslation((0.25, 0.25), 0, fill_mode="constant")
    moved = np.array(down(image, training=True))
    assert np.argwhere(moved.round(3)).tolist() == [[0, 11, 4, 0]]


def test_shear_range_in_degrees_is_a_share_of_its_sine(old_draws, today):
    # The old matrix moves a row by minus the sine of the angle times its distance.
    old = -np.sin(np.radians(old_draws["shear"]))
    factors = new_draws(today[layers.RandomShear])["shear_factor"]
    assert_same_range(old, factors[:, 0])
    assert not factors[:, 1].any(), "rows move, columns stay"
    assert old.max() == pytest.approx(0.0035, abs=0.00005)


def test_zoom_range_scales_each_side_by_itself_in_both(old_draws, today):
    zoom = new_draws(today[layers.RandomZoom])
    for old, new in (("zx", "height_zoom"), ("zy", "width_zoom")):
        assert_same_range(old_draws[old], zoom[new][:, 0])
    for first, second in (
        (old_draws["zx"], old_draws["zy"]),
        (zoom["height_zoom"][:, 0], zoom["width_zoom"][:, 0]),
    ):
        assert abs(np.corrcoef(first, second)[0, 1]) < 0.1
    keras.utils.set_random_seed(0)
    together = new_draws(layers.RandomZoom(0.2))
    assert (together["height_zoom"] == together["width_zoom"]).all()


def test_a_zoom_divides_each_side_by_one_plus_its_number():
    image = np.ones((1, 28, 28, 1), "float32")
    smaller = layers.RandomZoom((0.2, 0.2), (0.2, 0.2), fill_mode="constant")
    shrunk = np.array(smaller(image, training=True)).sum()
    assert shrunk == pytest.approx(image.sum() / 1.2**2, rel=0.03)


def test_horizontal_flip_swaps_left_and_right_in_half_of_all_images(old_draws, today):
    assert old_draws["flip_horizontal"].mean() == pytest.approx(0.5, abs=0.05)
    images = np.zeros((DRAWS, 2, 2, 1), "float32")
    images[:, 0, 0] = 1
    flipped = np.array(today[layers.RandomFlip](images, training=True))[..., 0]
    assert flipped[:, 0, 1].mean() == pytest.approx(0.5, abs=0.05)
    assert not flipped[:, 1].any()


def test_every_layer_that_moves_pixels_fills_as_the_old_argument_did(today):
    filling = [layer for layer in today.values() if hasattr(layer, "fill_mode")]
    assert len(filling) == 4
    assert {layer.fill_mode for layer in filling} == {OLD_ARGUMENTS["fill_mode"]}
    usual = (
        layers.RandomRotation(0.1),
        layers.RandomTranslation(0.1, 0.1),
        layers.RandomShear(0.1),
        layers.RandomZoom(0.1),
    )
    assert {layer.fill_mode for layer in usual} == {"reflect"}


def test_rescale_is_the_same_factor(today):
    assert today[layers.Rescaling].scale == OLD_ARGUMENTS["rescale"]


def test_steps_of_generators_count_batches_in_fit():
    def batches():
        while True:
            yield np.zeros((5, 2), "float32"), np.zeros((5, 1), "float32")

    counted = {"training": 0, "validation": 0}

    class Count(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            counted["training"] += 1

        def on_test_batch_end(self, batch, logs=None):
            counted["validation"] += 1

    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(
        batches(),
        steps_per_epoch=7,
        epochs=2,
        validation_data=batches(),
        validation_steps=3,
        shuffle=False,
        callbacks=[Count()],
        verbose=0,
    )
    assert counted == {"training": 2 * 7, "validation": 2 * 3}
