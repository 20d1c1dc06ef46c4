"""Time the published beginners' recipes against what the notebooks teach, side by side.

    python tests/benchmark.py                every task, three seeds: takes an hour or more
    python tests/benchmark.py --quick        one seed and a tenth of the images, for a look

For each task the published recipe and ours train on the same 60,000 images, in turn, each
training in a process of its own. Nothing else should run on the computer meanwhile. The
published recipes are those of the best known tutorials for these data, kept as they are
published: batches of 32 unless they say otherwise, and optimizers at their defaults.

Printed are the seconds that ``fit`` took, those of the whole process (with its imports, the
loading of the data, and the test), the accuracy on the 10,000 test images, and the largest
memory of the process; then how many times less time ours took, for the same seed. No choice
is made here, so the test images choose nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from five_minutes import processor, recipe
from run_notebooks import peak_memory

ROOT = Path(__file__).resolve().parents[1]
SEEDS = 3


@dataclass(frozen=True)
class Task:
    """Something to learn, and the two ways to learn it.

    Attributes
    ----------
    name
        What it is, in words.
    data
        The name of a loader of ``helpers.data``.
    published, ours
        Each takes training images and labels, uint8, and test images. Returns the seconds
        that ``fit`` took, and scores or probabilities for the test images.
    """

    name: str
    data: str
    published: Callable
    ours: Callable


def _fit(model, images, labels, **arguments) -> float:
    start = time.perf_counter()
    model.fit(images, labels, verbose=0, **arguments)
    return time.perf_counter() - start


# -- As published ----------------------------------------------------------------------------------


def _published_dense(units: Sequence[int], from_logits: bool):
    def train(images, labels, test_images):
        import keras
        from keras import layers

        hidden = [layers.Dense(n, activation="relu") for n in units]
        last = layers.Dense(10, activation=None if from_logits else "softmax")
        model = keras.Sequential(
            [keras.Input(shape=(28, 28)), layers.Flatten(), *hidden, last]
        )
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
        model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
        seconds = _fit(model, images / 255.0, labels, epochs=5)
        return seconds, model.predict(test_images / 255.0, verbose=0)

    return train


def published_one_hot(images, labels, test_images):
    """512 neurons, RMSprop, labels as rows of zeros and a one, batches of 128."""
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"]
    )
    rows = images.reshape(-1, 784).astype("float32") / 255
    test_rows = test_images.reshape(-1, 784).astype("float32") / 255
    one_hot = keras.utils.to_categorical(labels)
    seconds = _fit(model, rows, one_hot, epochs=5, batch_size=128)
    return seconds, model.predict(test_rows, verbose=0)


def _published_convolutions(convolutions: int, epochs: int, threshold: float | None):
    def train(images, labels, test_images):
        import keras
        from keras import layers

        from helpers.callbacks import StopAtThreshold

        front = []
        for _ in range(convolutions):
            front += [layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2)]
        model = keras.Sequential(
            [
                keras.Input(shape=(28, 28, 1)),
                *front,
                layers.Flatten(),
                layers.Dense(128, activation="relu"),
                layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile(
            optimizer="adam",
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        callbacks = [StopAtThreshold(threshold)] if threshold else []
        pixels = images.reshape(-1, 28, 28, 1) / 255.0
        seconds = _fit(model, pixels, labels, epochs=epochs, callbacks=callbacks)
        test_pixels = test_images.reshape(-1, 28, 28, 1) / 255.0
        return seconds, model.predict(test_pixels, verbose=0)

    return train


# -- As the notebooks teach ------------------------------------------------------------------------


def _ours(
    middle: Callable,
    epochs: int,
    batch_size: int,
    first_rate: float,
    threshold: float | None = None,
    **options,
):
    """Logits, scaling inside, large batches, and a rate that falls to 0 (notebooks 6, 11, 16)."""

    def train(images, labels, test_images):
        import keras
        from keras import layers

        import helpers.no_wait_after_epochs  # noqa: F401  (imported for what it does)
        from helpers.callbacks import StopAtThreshold
        from helpers.rates import falling_rate

        callbacks = [StopAtThreshold(threshold)] if threshold else []
        model = keras.Sequential(
            [
                keras.Input(shape=(28, 28, 1)),
                layers.Rescaling(1 / 255),
                *middle(layers),
                layers.Dense(10),
            ]
        )
        model.compile(
            optimizer=keras.optimizers.Adam(
                falling_rate(first_rate, len(images), batch_size, epochs)
            ),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
            **options,
        )
        seconds = _fit(
            model,
            images[..., np.newaxis],
            labels,
            epochs=epochs,
            batch_size=batch_size,
            callbacks=callbacks,
        )
        return seconds, model.predict(
            test_images[..., np.newaxis], batch_size=500, verbose=0
        )

    return train


def _dense(*units):
    def middle(layers):
        return [layers.Flatten(), *(layers.Dense(n, activation="relu") for n in units)]

    return middle


def _strided(_):
    """Return the layers of notebook 17, from the notebook itself."""
    return recipe(["import-libraries", "strided"])["strided"]()


def _one_convolution(layers):
    """Return one convolution that takes two pixels at a step, and one pooling."""
    return [
        layers.Conv2D(64, 5, strides=2, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
    ]


_FAST = {"steps_per_execution": 50, "jit_compile": True}

TASKS = {
    "fashion-dense-128": Task(
        "Fashion-MNIST, 128 neurons",
        "load_fashion_mnist",
        _published_dense([128], from_logits=False),
        _ours(_dense(128), 4, 256, 0.004, **_FAST),
    ),
    "fashion-dense-64-64": Task(
        "Fashion-MNIST, 64 and 64 neurons",
        "load_fashion_mnist",
        _published_dense([64, 64], from_logits=True),
        _ours(_dense(64, 64), 4, 256, 0.004, **_FAST),
    ),
    "mnist-dense-512": Task(
        "MNIST, 512 neurons",
        "load_mnist",
        published_one_hot,
        _ours(_dense(512), 4, 256, 0.004, **_FAST),
    ),
    "fashion-convolutions": Task(
        "Fashion-MNIST, convolutions",
        "load_fashion_mnist",
        _published_convolutions(2, 5, None),
        _ours(_strided, 3, 128, 0.003),
    ),
    "mnist-one-convolution": Task(
        "MNIST, one convolution, until 99.8 % of the training images are right",
        "load_mnist",
        _published_convolutions(1, 20, 0.998),
        _ours(_one_convolution, 8, 128, 0.003, threshold=0.998),
    ),
}


# -- Measuring -------------------------------------------------------------------------------------


def one(task: str, side: str, seed: int, share: int) -> dict[str, float]:
    """Train once, in this process; with a ``share``-th of the training images."""
    sys.path.insert(0, str(ROOT / "notebooks"))
    import keras

    from helpers import data

    keras.utils.set_random_seed(seed)
    (images, labels), (test_images, test_labels) = getattr(data, TASKS[task].data)()
    count = len(images) // share
    train = getattr(TASKS[task], side)
    seconds, scores = train(images[:count], labels[:count], test_images)
    return {
        "seconds": seconds,
        "test_accuracy": float((scores.argmax(axis=1) == test_labels).mean()),
        "memory": (peak_memory(os.getpid()) or float("nan")) / 1e9,
    }


def in_a_process(task: str, side: str, seed: int, share: int) -> dict[str, float]:
    """Train once, in a process of its own, and add the seconds of the whole process.

    Raises
    ------
    RuntimeError
        If the process fails; says what it wrote.
    """
    command = [sys.executable, __file__, "--one", task, side, str(seed), str(share)]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{task}, {side}, seed {seed}: {done.stderr[-2000:]}")
    whole = time.perf_counter() - start
    return json.loads(done.stdout.splitlines()[-1]) | {"whole": whole}


def measure(tasks, seeds: int, share: int) -> dict[str, dict[str, list]]:
    """Return, by task and side, what each seed gave. The two sides take turns."""
    results = {}
    for task in tasks:
        sides = {"published": [], "ours": []}
        for seed in range(seeds):
            for side, runs in sides.items():
                runs.append(in_a_process(task, side, seed, share))
                found = ", ".join(f"{k} {v:.4g}" for k, v in runs[-1].items())
                print(f"{task}, {side}, seed {seed}: {found}", flush=True)
        results[task] = sides
    return results


def table(results: dict[str, dict[str, list]]) -> str:
    """Return the results as a table in Markdown: means, and from-to where seeds differ."""
    lines = [
        "| task | recipe | seconds of training | of the whole program | test accuracy "
        "| memory, GB | times as fast |",
        "|---|---|---|---|---|---|---|",
    ]

    def column(runs, name, digits):
        values = [run[name] for run in runs]
        mean = f"{np.mean(values):.{digits}f}"
        ends = [f"{end:.{digits}f}" for end in (min(values), max(values))]
        return mean if ends[0] == ends[1] else f"{mean} ({ends[0]}–{ends[1]})"

    for task, sides in results.items():
        pairs = zip(sides["published"], sides["ours"], strict=True)
        ratios = [{"ratio": old["seconds"] / new["seconds"]} for old, new in pairs]
        for side, runs in sides.items():
            cells = [
                TASKS[task].name if side == "published" else "",
                side,
                column(runs, "seconds", 1),
                column(runs, "whole", 1),
                column(runs, "test_accuracy", 3),
                column(runs, "memory", 2),
                column(ratios, "ratio", 1) if side == "ours" else "",
            ]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def where(seeds: int) -> str:
    """Return a line that says what was measured on, and how often."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("tensorflow", "keras"))
    cores = os.cpu_count()
    times = "once" if seeds == 1 else f"{seeds} seeds"
    return f"*{processor()}, {cores} cores, {packages}; {times} each.*\n\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("--quick", action="store_true", help="a look, in minutes")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        task, side, seed, share = arguments.one
        print(json.dumps(one(task, side, int(seed), int(share))))
        return
    if unknown := set(arguments.tasks) - set(TASKS):
        parser.error(f"no task {sorted(unknown)}: choose from {', '.join(TASKS)}")
    seeds, share = (1, 10) if arguments.quick else (arguments.seeds, 1)
    results = measure(arguments.tasks or TASKS, seeds, share)
    print(where(seeds) + table(results))


if __name__ == "__main__":
    main()
