"""Break the notebooks on purpose, and see whether their checks notice.

    python tests/mutants.py                        every fault, one after the other
    python tests/mutants.py 05_first_network       the faults of one notebook, or helper
    python tests/mutants.py --changed HEAD~1       of those that differ from a commit

Each fault is a small change to one cell of one notebook, or to a helper, in a copy of the
project. Then the ordinary checks run, up to the first that fails. One that nothing notices
is a survivor: a check is missing. Prints a line for each fault, then caught / total by
notebook, and ends with status 1 if any survived. With --minutes, starts no fault after that
time, and names those left; it takes the first fault of each notebook first.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes
    ----------
    place
        The name of a notebook without ``.ipynb``, or of a file of the helpers, ``"data.py"``.
    fault
        What is wrong with it, in a few words.
    old, new
        The text to replace, which stands in one cell only, and what replaces it there.
    noticed_by
        For a helper, the tests that must fail; for a notebook always its own cells.
    """

    place: str
    fault: str
    old: str
    new: str
    noticed_by: str = ""

    @property
    def path(self) -> Path:
        """The file to change, from the project's folder."""
        if Path(self.place).suffix:
            return Path("notebooks/helpers") / self.place
        return Path("notebooks") / f"{self.place}.ipynb"

    @property
    def checks(self) -> str:
        """What to hand to pytest."""
        return self.noticed_by or self.path.as_posix()


N01, N02, N03 = "01_one_neuron", "02_meet_the_images", "03_scale_the_pixels"
N04, N05, N06 = "04_three_sets", "05_first_network", "06_scores_and_probabilities"
N07, N08, N09 = "07_handwritten_digits", "08_overfitting", "09_callbacks"
N10, N11 = "10_convolution_and_pooling", "11_fashion_cnn"
N12, N13 = "12_one_convolution_to_998", "13_augmentation"
N14, N15, N16 = (
    "14_evaluate_predictions",
    "15_save_and_use",
    "16_faster_and_bigger",
)

MUTANTS = (
    Mutant(
        N01,
        "a step up the slope instead of down",
        "w = w - learning_rate * np.mean(2 * errors * x)",
        "w = w + learning_rate * np.mean(2 * errors * x)",
    ),
    Mutant(
        N01,
        "Keras with another learning rate than ours",
        "SGD(learning_rate=0.01)",
        "SGD(learning_rate=0.011)",
    ),
    Mutant(N01, "another input predicted", "np.array([[10.0]])", "np.array([[9.0]])"),
    Mutant(
        N02,
        "average over the wrong axis",
        ".mean(axis=0) for label",
        ".mean(axis=1) for label",
    ),
    Mutant(
        N02,
        "images beside the wrong names",
        "train_images[place - 1]",
        "train_images[place]",
    ),
    Mutant(
        N02,
        "one data set drawn twice",
        "plt.bar(positions + 0.2, digit_counts",
        "plt.bar(positions + 0.2, fashion_counts",
    ),
    Mutant(
        N03,
        "scaling dropped for training",
        "[train(build(seed), scaled_images)",
        "[train(build(seed), images)",
    ),
    Mutant(
        N03,
        "weights not made up for the scale",
        "[weights / 255, biases]",
        "[weights, biases]",
    ),
    Mutant(
        N03, "not scaled twice", "scaled_images[50000:] / 255", "scaled_images[50000:]"
    ),
    Mutant(
        N04,
        "labels not shuffled with their images",
        "labels[order[50000:]]",
        "labels[50000:]",
    ),
    Mutant(
        N04,
        "validation on what was learned",
        "right_by_heart(val_images[:500], val_labels[:500], *known)",
        "right_by_heart(train_images[:500], train_labels[:500], *known)",
    ),
    Mutant(
        N04,
        "validation given out as test",
        "predict(test_images, candidates[best]) == test_labels",
        "predict(val_images, candidates[best]) == val_labels",
    ),
    Mutant(
        N05,
        "scaling dropped for the test set",
        "images, test_images = scale(images), scale(test_images)",
        "images = scale(images)",
    ),
    Mutant(
        N05,
        "training data leaked into validation",
        "validation_data=(val_images, val_labels)",
        "validation_data=(train_images[:10000], train_labels[:10000])",
    ),
    Mutant(
        N05,
        "argmax over the wrong axis",
        "np.argmax(probabilities, axis=1)",
        "np.argmax(probabilities, axis=0)",
    ),
    Mutant(
        N05,
        "colours of right and wrong swapped",
        "colors[predicted], colors[label] = red, blue",
        "colors[predicted], colors[label] = blue, red",
    ),
    Mutant(
        N06,
        "bars that do not sum to 1",
        "return exponentials / exponentials.sum()",
        "return exponentials / exponentials.max()",
    ),
    Mutant(N05, "zero epochs", "    epochs=10,", "    epochs=0,"),
    Mutant(N05, "seed removed", "keras.utils.set_random_seed(0)\n", ""),
    Mutant(
        N06,
        "softmax together with from_logits=True",
        '        layers.Dense(64, activation="relu"),\n        layers.Dense(10),',
        '        layers.Dense(64, activation="relu"),\n'
        '        layers.Dense(10, activation="softmax"),',
    ),
    Mutant(
        N06,
        "the smallest probability named",
        "np.argmax(all_probabilities[3])",
        "np.argmin(all_probabilities[3])",
    ),
    Mutant(
        N06,
        "no second softmax",
        "layers.Softmax(), layers.Reshape((10,))",
        "layers.Reshape((10,))",
    ),
    Mutant(
        N07,
        "scaling dropped for the test set",
        "test_rows = scale(test_images)",
        "test_rows = test_images",
    ),
    Mutant(N07, "hardly trained", "epochs=18", "epochs=2"),
    Mutant(
        N08,
        "validation on training data",
        "images[50000:53000], labels[50000:53000]",
        "images[:3000], labels[:3000]",
    ),
    Mutant(
        N08,
        "labels not shuffled",
        ".permutation(train_labels[:300])",
        ".permutation(300) * 0 + train_labels[:300]",
    ),
    Mutant(
        N08,
        "validation curve not drawn",
        '    drawing.plot(epochs, history.history[f"val_{metric}"], label="validation")\n',
        "",
    ),
    Mutant(
        N08,
        "figure deleted",
        'axes[1].set_ylim(0, 1)\naxes[1].legend(loc="lower right")\nplt.show()',
        "plt.close()",
    ),
    Mutant(
        N08, "dropout without dropping", "layers.Dropout(0.5)", "layers.Dropout(0.0)"
    ),
    Mutant(N09, "callback threshold ignored", ">= self.threshold", ">= 0.5"),
    Mutant(
        N09,
        "best weights not restored",
        "patience=3, restore_best_weights=True",
        "patience=3, restore_best_weights=False",
    ),
    Mutant(
        N09, "last weights saved as best", "save_best_only=True", "save_best_only=False"
    ),
    Mutant(
        N10,
        "a filter flipped",
        "np.sum(window * kernel)",
        "np.sum(window * kernel[::-1, ::-1])",
    ),
    Mutant(
        N10,
        "the smallest of each four kept",
        "columns // 2, 2).max(",
        "columns // 2, 2).min(",
    ),
    Mutant(N10, "moved by one pixel", "move_right(boot, 2)", "move_right(boot, 1)"),
    Mutant(N11, "one epoch instead of three", "epochs=3):", "epochs=1):"),
    Mutant(
        N11,
        "numbers of the filters mixed up",
        "kernels.reshape(9, 64)",
        "kernels.reshape(64, 9).T",
    ),
    Mutant(
        N11,
        "training accuracy given out as validation",
        'append(run.history["val_accuracy"][-1])',
        'append(run.history["accuracy"][-1])',
    ),
    Mutant(N12, "a lower threshold", "threshold = 0.998", "threshold = 0.97"),
    Mutant(
        N12,
        "the same network tested twice",
        "small_logits = small_model.predict(",
        "small_logits = model.predict(",
    ),
    Mutant(
        N12,
        "pooling of the wrong size",
        "layers.MaxPooling2D(2),\n        layers.Flatten()",
        "layers.MaxPooling2D(3),\n        layers.Flatten()",
    ),
    Mutant(
        N13,
        "augmentation applied at test time",
        "    return model.evaluate(images, labels, batch_size=500, verbose=0)[1]",
        "    answers = np.argmax(model(images, training=True), axis=1)\n"
        "    return np.mean(answers == labels)",
    ),
    Mutant(
        N13,
        "augmentation off in the figures",
        "np.array(layer(batch, training=True))",
        "np.array(layer(batch, training=False))",
    ),
    Mutant(N13, "no augmentation in training", "            *first_layers,\n", ""),
    Mutant(
        N13,
        "mirrored top to bottom",
        "one_of_each[:, :, ::-1]",
        "one_of_each[:, ::-1]",
    ),
    Mutant(
        N14,
        "confusion matrix transposed",
        "matrix[label, answer] += 1",
        "matrix[answer, label] += 1",
    ),
    Mutant(
        N14,
        "precision and recall swapped",
        "hits / matrix.sum(axis=1), hits / matrix.sum(axis=0)",
        "hits / matrix.sum(axis=0), hits / matrix.sum(axis=1)",
    ),
    Mutant(
        N14,
        "the least sure mistakes shown as the surest",
        "np.argsort(-confidence[wrong])",
        "np.argsort(confidence[wrong])",
    ),
    Mutant(
        N14,
        "test set used to train",
        "    train_images,\n    train_labels,\n    batch_size=128",
        "    test_images,\n    test_labels,\n    batch_size=128",
    ),
    Mutant(
        N14,
        "predictions below the wrong images",
        "test_images[ten], probabilities[ten]",
        "test_images[:10], probabilities[ten]",
    ),
    Mutant(N14, "the surest refused", "confidence >= limit", "confidence <= limit"),
    Mutant(
        N15,
        "loaded network differs from the saved one",
        'reader.predict(np.load("digits.npy"), verbose=0)',
        'reader.predict(np.load("digits.npy") / 255, verbose=0)',
    ),
    Mutant(N15, "photo not inverted", "inverted = 255 - grey", "inverted = grey"),
    Mutant(
        N15,
        "digit not centred as in MNIST",
        "round(14 - middle_row)",
        "round(12 - middle_row)",
    ),
    Mutant(N16, "a lower goal", "StopAtThreshold(0.87,", "StopAtThreshold(0.80,"),
    Mutant(
        N16,
        "other random weights on two devices",
        "keras.utils.set_random_seed(0)\nwith strategy",
        "keras.utils.set_random_seed(1)\nwith strategy",
    ),
    Mutant(
        "callbacks.py",
        "training goes on",
        "self.model.stop_training = True",
        "pass",
        "tests/test_callbacks.py",
    ),
    Mutant(
        "callbacks.py",
        "a threshold just reached does not count",
        ">= np.float32(self.threshold)",
        "> np.float32(self.threshold)",
        "tests/test_callbacks.py",
    ),
    Mutant(
        "data.py",
        "scaled images divided again",
        'return images.astype("float32", copy=False)',
        'return np.divide(images, 255, dtype="float32")',
        "tests/test_data.py",
    ),
    Mutant(
        "data.py",
        "altered files accepted",
        " or _sha256(array) != PUBLISHED_SHA256[name][key]",
        "",
        "tests/test_data.py",
    ),
    Mutant(
        "data.py",
        "two class names swapped",
        '    "Coat",\n    "Sandal",',
        '    "Sandal",\n    "Coat",',
        "notebooks/02_meet_the_images.ipynb",
    ),
    Mutant(
        "figures.py",
        "colours of right and wrong swapped",
        "colors[probabilities.argmax()] = WRONG\n    colors[label] = RIGHT",
        "colors[probabilities.argmax()] = RIGHT\n    colors[label] = WRONG",
        "tests/test_figures.py",
    ),
    Mutant(
        "figures.py",
        "each image with its own white",
        'imshow(images[i], cmap="gray", vmin=0, vmax=white)',
        'imshow(images[i], cmap="gray")',
        "tests/test_figures.py",
    ),
    Mutant(
        "figures.py",
        "training curve half an epoch late",
        "axes.plot(epochs - 0.5, training",
        "axes.plot(epochs, training",
        "tests/test_figures.py",
    ),
    Mutant(
        "drawing.py",
        "drawings not cropped",
        "rows, columns = np.nonzero(np.rint(ink))",
        "rows, columns = np.nonzero(np.rint(ink) + 1)",
        "tests/test_drawing.py",
    ),
    Mutant(
        "drawing_pad.js",
        "the clear button clears nothing",
        "    erase();\n    send();\n  });\n\n  const samples",
        "    send();\n  });\n\n  const samples",
        "tests/test_in_the_browser.py",
    ),
    Mutant(
        "drawing_pad.js",
        "the next digit's probability beside each digit",
        "answer.probabilities[digit] ?? 0",
        "answer.probabilities[digit + 1] ?? 0",
        "tests/test_in_the_browser.py",
    ),
    Mutant(
        "quiet_start.py",
        "log lines of TensorFlow on the page",
        "with _error_stream_closed():",
        "if True:",
        "tests/test_start.py",
    ),
    Mutant(
        "quiet_start.py",
        "epochs that wait for a thread that tunes nothing",
        "off.autotune.enabled = False",
        "off.autotune.enabled = True",
        "tests/test_start.py",
    ),
)


def broken(mutant: Mutant, text: str) -> str:
    """Return the text of a file with the fault in it.

    Raises
    ------
    ValueError
        If the text to replace is missing, or stands in several cells.
    """
    if mutant.path.suffix != ".ipynb":
        found = text.count(mutant.old)
        changed = text.replace(mutant.old, mutant.new)
    else:
        notebook = nbformat.reads(text, as_version=4)
        cells = [
            c
            for c in notebook.cells
            if c.cell_type == "code" and mutant.old in c.source
        ]
        found = len(cells)
        for cell in cells:
            cell.source = cell.source.replace(mutant.old, mutant.new)
        changed = nbformat.writes(notebook)
    if found != 1:
        raise ValueError(
            f"{mutant.place}: {mutant.old!r} must stand in one cell, but stands in {found}"
        )
    return changed


def first_failure(mutant: Mutant) -> str | None:
    """Return the test or cell that notices the fault first, or None.

    Raises
    ------
    RuntimeError
        If something failed that has nothing to do with the fault: no browser, a cell before
        the changed one, a check that was skipped.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        left_out = shutil.ignore_patterns(".venv", ".git", "data", "test-results")
        shutil.copytree(ROOT, copy, ignore=left_out)
        (copy / "data").symlink_to(ROOT / "data")
        path = copy / mutant.path
        original = path.read_text("utf-8")
        path.write_text(broken(mutant, original), "utf-8")
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", mutant.checks],
            cwd=copy,
            capture_output=True,
            text=True,
        )
    failure = re.search(r"^FAILED \S+?::(\S+)", result.stdout, re.M)
    if re.search(r"\d+ skipped", result.stdout):
        raise RuntimeError(f"checks were skipped:\n{result.stdout}")
    if result.returncode == 0:
        return None
    if failure is None:
        raise RuntimeError(f"pytest did not run:\n{result.stdout}{result.stderr}")
    if not mutant.noticed_by and not _at_or_after(failure[1], original, mutant.old):
        raise RuntimeError(f"failed before the fault: {failure[1]}\n{result.stdout}")
    return failure[1]


def _at_or_after(item: str, notebook: str, old: str) -> bool:
    """Whether the cell of this pytest item, "3-load", is the changed one or a later one."""
    cells = nbformat.reads(notebook, as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    changed = next(i for i, source in enumerate(sources, start=1) if old in source)
    return item != "form" and int(item.partition("-")[0]) >= changed


def by_turns(mutants: list[Mutant]) -> list[Mutant]:
    """Return the first fault of every notebook or helper, then the second of each, …"""
    seen, turn = Counter(), {}
    for mutant in mutants:
        turn[mutant] = seen[mutant.place]
        seen[mutant.place] += 1
    return sorted(mutants, key=turn.get)


def changed_since(commit: str) -> set[Path]:
    """Return the files, from the project's folder, that differ from a commit."""
    command = ["git", "diff", "--name-only", "--relative", commit]
    result = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return {Path(line) for line in result.stdout.splitlines()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    places = sorted({mutant.place for mutant in MUTANTS})
    parser.add_argument("places", nargs="*", metavar="PLACE", help=", ".join(places))
    parser.add_argument(
        "--changed",
        metavar="COMMIT",
        help="where the notebook, helper or checks differ from it",
    )
    parser.add_argument("--minutes", type=float, default=float("inf"))
    arguments = parser.parse_args()
    if unknown := set(arguments.places) - set(places):
        sys.exit(f"no fault is listed for {sorted(unknown)}")
    chosen = by_turns([m for m in MUTANTS if m.place in (arguments.places or places)])
    if arguments.changed:
        touched = changed_since(arguments.changed)
        if not any(path.is_relative_to("tests/notebook_checks") for path in touched):
            chosen = [m for m in chosen if {m.path, Path(m.checks)} & touched]
    total, caught = Counter(), Counter()
    end = time.monotonic() + 60 * arguments.minutes
    for mutant in chosen:
        start = time.monotonic()
        if start > end:
            print(f"{mutant.place}: {mutant.fault}: no time left")
            continue
        failure = first_failure(mutant)
        verdict = f"caught by {failure}" if failure else "SURVIVED"
        seconds = time.monotonic() - start
        print(
            f"{mutant.place}: {mutant.fault}: {verdict} ({seconds:.0f} s)", flush=True
        )
        total[mutant.place] += 1
        caught[mutant.place] += failure is not None
    for place in total:
        print(f"{place}: {caught[place]} / {total[place]}")
    print(f"caught {caught.total()} of {total.total()}")
    sys.exit(caught != total)


if __name__ == "__main__":
    main()
