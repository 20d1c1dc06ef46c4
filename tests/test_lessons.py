"""Taught once, imported after: the code in a notebook and the helper give the same result."""

import math
from pathlib import Path
from types import SimpleNamespace

import keras
import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from helpers import callbacks, figures
from helpers.data import (
    FASHION_CLASS_NAMES,
    load_fashion_mnist,
    load_hands,
    move_right,
    scale,
)
from helpers.drawing import as_mnist
from helpers.rates import falling_rate

matplotlib.use("Agg")

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
MAX_LINES = 12


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def lesson(notebook: str, cell_id: str) -> str:
    """Return the source of the cell in which a helper's idea is shown."""
    cells = nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4).cells
    source = next(cell.source for cell in cells if cell.id == cell_id)
    lines = [line for line in source.splitlines() if line.strip()]
    assert len(lines) <= MAX_LINES, "a lesson is at most a dozen lines"
    return source


def run_lesson(notebook: str, cell_id: str, **names) -> dict:
    """Run that cell with these names defined, and return all names afterwards."""
    scope = {"np": np, "plt": plt, **names}
    plt.close("all")
    exec(lesson(notebook, cell_id), scope)
    return scope


def on_the_axes() -> list[dict]:
    """Describe what the current figure shows, Axes by Axes."""
    return [
        {
            "title": axes.get_title(),
            "title color": to_hex(axes.title.get_color()),
            "title size": axes.title.get_fontsize(),
            "labels": (axes.get_xlabel(), axes.get_ylabel()),
            "limits of bars": axes.get_xlim() if axes.patches else None,
            "images": [(i.get_array().tolist(), i.get_clim()) for i in axes.images],
            "lines": [
                (line.get_xydata().tolist(), line.get_label()) for line in axes.lines
            ],
            "bars": [
                (b.get_y(), b.get_width(), to_hex(b.get_facecolor()))
                for b in axes.patches
            ],
        }
        for axes in plt.gcf().axes
    ]


def test_loading_by_hand_and_by_helper_give_the_same_arrays(monkeypatch):
    monkeypatch.chdir(NOTEBOOKS)
    scope = run_lesson("02_meet_the_images", "load-by-hand")
    (train_images, train_labels), (test_images, test_labels) = load_fashion_mnist()
    np.testing.assert_array_equal(scope["train_images"], train_images)
    np.testing.assert_array_equal(scope["train_labels"], train_labels)
    np.testing.assert_array_equal(scope["test_images"], test_images)
    np.testing.assert_array_equal(scope["test_labels"], test_labels)


def test_moving_by_hand_and_by_helper_give_the_same_arrays():
    (images, _), _ = load_fashion_mnist()
    images = images[:5]
    scope = run_lesson(
        "07_handwritten_digits",
        "move",
        val_images=images,
        show_images=figures.show_images,
    )
    for pixels in range(5):
        np.testing.assert_array_equal(
            scope["move_right"](images, pixels), move_right(images, pixels)
        )


def test_scaling_by_hand_and_by_helper_give_the_same_arrays():
    (images, _), _ = load_fashion_mnist()
    images = images[:100]
    taught = run_lesson("03_scale_the_pixels", "scale-by-hand", images=images)["scale"]
    for array in (images, images[0], taught(images)):
        np.testing.assert_array_equal(scale(array), taught(array))
        assert scale(array).dtype == taught(array).dtype == np.float32


def test_drawings_without_specks_prepared_by_hand_and_by_helper_are_the_same():
    drawings, _, _ = load_hands()
    for drawing in drawings[::37]:
        scope = run_lesson("15_save_and_use", "centre", ink=drawing, Image=Image)
        np.testing.assert_array_equal(scope["by_hand"], as_mnist(drawing))


def test_the_grid_by_hand_and_by_helper_show_the_same():
    (train_images, train_labels), _ = load_fashion_mnist()
    run_lesson(
        "02_meet_the_images",
        "grid-by-hand",
        train_images=train_images,
        train_labels=train_labels,
        class_names=FASHION_CLASS_NAMES,
    )
    taught = on_the_axes()
    names = [FASHION_CLASS_NAMES[label] for label in train_labels[:25]]
    figures.show_images(train_images[:25], names)
    assert on_the_axes() == taught
    assert len(taught) == 25


def test_the_curves_by_hand_and_by_helper_show_the_same():
    class History:
        history = {
            "accuracy": np.linspace(0.7, 0.9, 10).tolist(),
            "val_accuracy": np.linspace(0.8, 0.87, 10).tolist(),
        }

    run_lesson("05_first_network", "curves-by-hand", history=History())
    taught = on_the_axes()
    figures.plot_history(History(), "accuracy")
    assert on_the_axes() == taught
    assert len(taught[0]["lines"]) == 2


def test_the_callback_by_hand_and_by_helper_stop_alike(capsys):
    taught = run_lesson("09_callbacks", "stop-at-threshold", keras=keras)
    ends = []
    for callback_class in (taught["StopAtThreshold"], callbacks.StopAtThreshold):
        for metric in ("accuracy", "val_accuracy"):
            callback, model = callback_class(0.9, metric), SimpleNamespace()
            callback.set_model(model)
            stopped = []
            for accuracy in (0.5, 0.9, 0.95, 1.0):
                model.stop_training = False
                logs = {"accuracy": accuracy, "val_accuracy": accuracy - 0.1}
                callback.on_epoch_end(0, logs)
                stopped.append(model.stop_training)
            with pytest.raises(ValueError, match="is not among"):
                callback.on_epoch_end(0, None)
            ends.append((stopped, capsys.readouterr().out))
    assert ends[:2] == ends[2:]
    assert ends[0][0] == [False, True, True, True]


@pytest.mark.parametrize("batch_size", [100, 64, 20000])
def test_the_falling_rate_by_hand_and_by_helper_are_the_same_at_every_step(batch_size):
    taught = run_lesson("11_fashion_cnn", "falling-rate", keras=keras, math=math)
    plan = {"images": 10000, "batch_size": batch_size, "epochs": 2}
    by_hand, by_helper = (
        taught["falling_rate"](0.01, **plan),
        falling_rate(0.01, **plan),
    )
    for step in range(0, 320, 20):
        assert float(by_hand(step)) == float(by_helper(step))
    assert float(by_hand(0)) == pytest.approx(0.01)
    assert float(by_hand(320)) == 0
