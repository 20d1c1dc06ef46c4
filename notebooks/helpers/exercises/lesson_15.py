"""Exercises of notebook 15: what a network needs besides its file, and reading other hands."""

from functools import cache

import numpy as np

from helpers.data import load_hands, load_mnist
from helpers.drawing import as_mnist
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    ask,
    choice,
    network,
    numbers,
    right_answers,
)

SETUP = """
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from PIL import Image

import helpers.no_wait_after_epochs
from helpers.data import load_hands, load_mnist
from helpers.drawing import as_mnist
from helpers.exercises.lesson_15 import check_files, check_prepare, check_reader
from helpers.figures import show_images
from helpers.rates import falling_rate

(images, labels), _ = load_mnist()
few_images, few_labels = images[:5000].reshape(-1, 28, 28, 1), labels[:5000]
drawings, digits, _ = load_hands()
scan = 255 - drawings[870]
drawn = np.stack([as_mnist(drawing) for drawing in drawings[:1500:2]])[..., np.newaxis]
drawn_digits = digits[:1500:2]
"""

HANDS_GOAL, MNIST_GOAL = 0.94, 0.94


def _scans() -> list[np.ndarray]:
    """Return digits, dark on white, each somewhere on a sheet of another size."""
    drawings, _, _ = load_hands()
    scans = []
    for index, shape, top, left in (
        (1470, (200, 260), 10, 100),  # a 7
        (460, (150, 145), 4, 2),  # a 6
        (1390, (300, 180), 130, 30),  # a 9
    ):
        sheet = np.full(shape, 255, dtype="uint8")
        sheet[top : top + 140, left : left + 140] = 255 - drawings[index]
        scans.append(sheet)
    return scans


def _difference(image: np.ndarray, other: np.ndarray) -> float:
    """Return how far two images differ, if one may be moved by one pixel."""
    return min(
        np.abs(np.roll(image, (down, right), axis=(0, 1)) - other).mean()
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    )


def _check_prepare(prepare) -> None:
    for scan in _scans():
        found = ask(prepare, scan)
        image = numbers(found, "The image", shape=(28, 28))
        if np.ptp(image) == 0:
            raise Wrong(
                f"All pixels of the image are {image[0, 0]:g}. Nothing is on it."
            )
        if image.min() < 0 or image.max() > 255:
            raise Wrong(
                f"The image has numbers from {image.min():g} to {image.max():g}, and those of "
                "MNIST are from 0 to 255."
            )
        if image.max() <= 1:
            raise Wrong(
                "The image has numbers from 0 to 1. The network of notebook 15 does that step "
                "itself, with its layer `Rescaling`."
            )
        if (share := _bright(image)) > 0.6:
            raise Wrong(
                f"{share:.0%} of the pixels around the digit are bright, so this is the paper "
                "and not the ink. What is large in an image of MNIST?"
            )
        right = as_mnist(255 - scan).astype(float)
        size, right_size = _size(image), _size(right)
        if max(size) < 19:
            raise Wrong(
                f"The ink is {size[0]} pixels tall and {size[1]} wide. In MNIST the longer side "
                "has 20. Does paper around the digit still count when the size is chosen?"
            )
        if max(size) > 21:
            raise Wrong(
                f"The ink is {size[0]} pixels tall and {size[1]} wide, which is too large. How "
                "long is the longer side of a digit in MNIST?"
            )
        if np.abs(np.subtract(size, right_size)).max() > 1:
            raise Wrong(
                f"The ink is {size[0]} pixels tall and {size[1]} wide, and in the scan it has "
                "another shape. Rows and columns must shrink by the same factor."
            )
        row, column = _centre(image)
        if max(abs(row - 14), abs(column - 14)) > 1.1:
            where = f"The centre of mass is at row {row:.1f} and column {column:.1f}."
            middle_row, middle_column = _middle(image)
            if max(abs(middle_row - 13.5), abs(middle_column - 13.5)) <= 1:
                raise Wrong(
                    f"{where} The box around the digit is in the middle, but in MNIST the mean "
                    "position of the ink is."
                )
            raise Wrong(f"{where} In MNIST both are 14, up to a pixel.")
        if _difference(image, right) > 20:
            raise Wrong(
                "The image has the right size and its ink in the right place, but it does not "
                "look like the digit in the scan. Draw both with `show_images`."
            )


def _bright(image: np.ndarray) -> float:
    """Return the share of bright pixels in the smallest box around all that is not 0."""
    rows, columns = np.nonzero(image)
    box = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return np.mean(box > 127)


def _size(image: np.ndarray) -> tuple[int, int]:
    """Return how many rows and how many columns the ink takes up."""
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def _middle(image: np.ndarray) -> tuple[float, float]:
    """Return the middle of the box around the ink."""
    rows, columns = np.nonzero(image)
    return (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2


def _centre(image: np.ndarray) -> tuple[float, float]:
    """Return the centre of mass."""
    places = np.arange(28)
    return tuple(
        np.average(places, weights=image.sum(axis=1 - axis)) for axis in (0, 1)
    )


check_prepare = Exercise(
    name="prepare",
    title="Mend a preparation",
    kind="mend",
    minutes=15,
    prompt="""
A scanner gives clean pictures. The paper is 255 everywhere, the ink is dark, and there are no
specks. So a few lines can turn such a scan, of any size, into an image like those of MNIST. The
function below tries to. What it makes of a scanned 7 is on the left, and a 7 of MNIST is on the
right.

Two steps are missing. Write `prepare(scan)`, which returns an image of the shape (28, 28) for
the network of notebook 15. Copy the broken function and mend it. (`as_mnist` could do most of
the work, but here you do it yourself.)
""",
    given="""
def broken_prepare(scan):
    rows, columns = np.nonzero(scan)
    ink = scan[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (round(20 * side / max(ink.shape)) for side in ink.shape)
    small = Image.fromarray(ink).resize((width, height), Image.Resampling.BOX)
    top, left = (28 - height) // 2, (28 - width) // 2
    image = np.zeros((28, 28), dtype="uint8")
    image[top : top + height, left : left + width] = small
    return image


show_images(np.stack([broken_prepare(scan), images[15]]), ["broken", "MNIST"])
plt.show()
""",
    caption="""
*Figure:* Left, what the broken function makes of the scan, a white square with a small dark 7 in
it. Right, a 7 of MNIST, white on black and larger.
""",
    answer="""
def prepare(scan):
    ### BEGIN SOLUTION
    inverted = 255 - scan
    rows, columns = np.nonzero(inverted)
    ink = inverted[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (round(20 * side / max(ink.shape)) for side in ink.shape)
    small = Image.fromarray(ink).resize((width, height), Image.Resampling.BOX)
    mass = np.array(small)
    top = round(14 - np.average(np.arange(height), weights=mass.sum(axis=1)))
    left = round(14 - np.average(np.arange(width), weights=mass.sum(axis=0)))
    image = np.zeros((28, 28), dtype="uint8")
    image[top : top + height, left : left + width] = small
    return image
    ### END SOLUTION
""",
    checker=_check_prepare,
    hints=(
        "Go through the steps of notebook 15 and look for each of them in the broken function. "
        "What must be large in an image of MNIST, and what belongs in its middle?",
        "The first missing step comes before `np.nonzero`, because paper that is 255 is not 0. "
        "The second is about `top` and `left`. They put the box around the digit in the middle.",
        "Begin with `255 - scan`. For `top`, subtract the mean row of the ink from 14 and round, "
        "as notebook 15 does with `np.average` and its `weights`, and do the same with the "
        "columns for `left`.",
    ),
    right="Crop, size and place all go by the ink, so the ink has to be what is not 0 before "
    "anything else happens.",
    explained="""
One missing step spoiled another. Without the inversion the paper counts as ink, so the crop is
the whole sheet and the 7 shrinks. The second step was the centre of mass. Most of the ink of a 7
is near its top, so its mean position lies above the middle of the box.
""",
    mistakes=(
        Mistake(
            """
def prepare(scan):
    rows, columns = np.nonzero(scan)
    ink = scan[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (round(20 * side / max(ink.shape)) for side in ink.shape)
    small = Image.fromarray(ink).resize((width, height), Image.Resampling.BOX)
    mass = np.array(small)
    top = round(14 - np.average(np.arange(height), weights=mass.sum(axis=1)))
    left = round(14 - np.average(np.arange(width), weights=mass.sum(axis=0)))
    image = np.zeros((28, 28), dtype="uint8")
    image[top : top + height, left : left + width] = small
    return image
""",
            says="so this is the paper and not the ink",
        ),
        Mistake(
            """
def prepare(scan):
    inverted = 255 - scan
    rows, columns = np.nonzero(inverted)
    ink = inverted[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (round(20 * side / max(ink.shape)) for side in ink.shape)
    small = Image.fromarray(ink).resize((width, height), Image.Resampling.BOX)
    top, left = (28 - height) // 2, (28 - width) // 2
    image = np.zeros((28, 28), dtype="uint8")
    image[top : top + height, left : left + width] = small
    return image
""",
            says="The box around the digit is in the middle",
        ),
        Mistake(
            """
def prepare(scan):
    rows, columns = np.nonzero(scan)
    ink = 255 - scan[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (round(20 * side / max(ink.shape)) for side in ink.shape)
    small = Image.fromarray(ink).resize((width, height), Image.Resampling.BOX)
    mass = np.array(small)
    top = round(14 - np.average(np.arange(height), weights=mass.sum(axis=1)))
    left = round(14 - np.average(np.arange(width), weights=mass.sum(axis=0)))
    image = np.zeros((28, 28), dtype="uint8")
    top, left = np.clip(top, 0, 28 - height), np.clip(left, 0, 28 - width)
    image[top : top + height, left : left + width] = small
    return image
""",
            says="Does paper around the digit still count",
        ),
        Mistake(
            "def prepare(scan):\n    return as_mnist(255 - scan) / 255",
            says="The network of notebook 15 does that step itself",
        ),
        Mistake(
            """
def prepare(scan):
    inverted = 255 - scan
    rows, columns = np.nonzero(inverted)
    ink = inverted[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return np.array(Image.fromarray(ink).resize((28, 28), Image.Resampling.BOX))
""",
            says="which is too large",
        ),
    ),
    shows="That each step of the preparation relies on the one before, and that none of them "
    "raises an error when it is missing.",
    usually="They invert at the end, when crop and size have been chosen for the paper, or take "
    "the middle of the box for the centre of mass.",
    ask="Which of the two faults would the network forgive more easily, and how would you find "
    "out?",
)


def _check_files(answer) -> None:
    choice(
        answer,
        right="B",
        wrong={
            "A": "The network can be loaded, and expects images like those of MNIST. But her "
            "scanner gives grey pictures of another size, dark on bright.",
            "C": "Without `prepare.py` nothing turns a scan into an image. And are the layers "
            "and all their parameters not in `reader.keras`?",
            "D": "That would work, but one of the three is not used. Her program only reads "
            "digits. Which of the files is for something else?",
        },
    )


check_files = Exercise(
    name="files",
    title="Hand it over",
    kind="explain",
    minutes=5,
    prompt="""
You have finished a reader of digits, and three files came out of it.

- `reader.keras` holds the network with its softmax, saved as in notebook 15. All its layers are
Keras's own.
- `train.py` holds `build` and `train`, and loads MNIST.
- `prepare.py` holds `prepare` of exercise 1, mended.

A friend writes a program that reads the scans of her own scanner. She has Keras, NumPy and
Pillow. Which of the three files does her program need?

- **A** Only `reader.keras`.
- **B** `reader.keras` and `prepare.py`.
- **C** `reader.keras` and `train.py`.
- **D** All three.
""",
    answer="""
files = ...
### BEGIN SOLUTION
files = "B"
### END SOLUTION
""",
    checker=_check_files,
    hints=(
        "Follow one scan through her program, from the scanner to ten probabilities. What is "
        "done to it, and which file knows how?",
        "In notebook 15, a program of a few lines loaded the network and got the same "
        "probabilities. What did it know about the layers, and what had already been done to "
        "its images?",
        "It knew nothing about the layers. Its images were those of MNIST, ready for the "
        "network, and her scans are not.",
    ),
    right="The file of a network holds its layers and their parameters, and what is done to a "
    "picture before the first layer has to be handed over as well.",
    explained="""
`load_model` builds the layers and fills in their parameters from `reader.keras`, `Rescaling`
included. So `train.py` is only needed to train anew. The other program would need code for
layers if some of them were your own. Cropping, size and place are in no layer, so `prepare.py`
must come along.
""",
    mistakes=(
        Mistake('files = "A"', says="her scanner gives grey pictures"),
        Mistake('files = "C"', says="Without `prepare.py` nothing turns"),
        Mistake('files = "D"', says="That would work, but one of the three"),
    ),
    shows="What a saved network contains and what it does not.",
    usually="They forget the preparation, because the network itself can be loaded, or believe "
    "that the code of the layers is needed.",
    ask="Would anything change if `prepare` were a layer of your own in the network?",
)


@cache
def _other_hands() -> tuple[np.ndarray, np.ndarray]:
    """Return drawings in hands that the exercise's reader has not got, prepared."""
    drawings, digits, hands = load_hands()
    chosen = np.flatnonzero((hands >= 15) & (hands < 20))
    prepared = np.stack([as_mnist(drawings[i]) for i in chosen])
    return prepared[..., np.newaxis], digits[chosen]


def _check_reader(reader) -> None:
    reader = network(reader, "`reader`", (28, 28, 1), 10)
    (images, labels), _ = load_mnist()
    new = slice(50_000, 51_000)
    home = right_answers(reader, images[new].reshape(-1, 28, 28, 1), labels[new]).mean()
    drawn, digits = _other_hands()
    right = right_answers(reader, drawn, digits)
    hands = right.mean()
    if home >= MNIST_GOAL and hands >= HANDS_GOAL:
        return
    both = (
        f"It reads {home:.1%} of new images of MNIST right, and {hands:.1%} of the drawings in "
        "other hands."
    )
    if max(home, hands) < 0.3:
        raise Wrong(
            f"{both} Guessing gets 10 %. Has it been trained, with whole numbers from 0 to 255, "
            "as it gets them here, and with each image's own label?"
        )
    if home < hands - 0.03:
        raise Wrong(
            f"{both} So MNIST is now the stranger to it. Which images has it been trained with?"
        )
    if home > 0.9 and hands < home - 0.03:
        shares = [right[digits == digit].mean() for digit in range(10)]
        worst = int(np.argmin(shares))
        raise Wrong(
            f"{both} Its worst digit there is the {worst}, with {shares[worst]:.0%}. Where "
            "could it see more such shapes before it is asked?"
        )
    raise Wrong(
        f"{both} Would it learn more in another epoch? And has it been trained with whole numbers "
        "from 0 to 255, as it gets them here?"
    )


check_reader = Exercise(
    name="reader",
    title="Read both",
    kind="challenge",
    minutes=20,
    prompt="""
Train a network that reads MNIST and other hands as well. Its name must be `reader`. It gets
images of the shape (28, 28, 1) with whole numbers from 0 to 255. The check shows it 1,000
images of MNIST and 500 drawings in five hands, and none of them is in `few_images` or
`drawn`. It must read at least 94 % of either kind right.

You have 5,000 images of MNIST in `few_images` and `few_labels`. In `drawn` and `drawn_digits`
there are 750 drawings in fifteen other hands, prepared with `as_mnist`. Every way is right that
gets there in less than half a minute. `build` is there if you like it.
""",
    given="""
def build():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 5, strides=2, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
""",
    answer="""
reader = ...
### BEGIN SOLUTION
more_images = np.concatenate([few_images] + 3 * [drawn])
more_labels = np.concatenate([few_labels] + 3 * [drawn_digits])
keras.utils.set_random_seed(0)
reader = build()
rate = falling_rate(0.003, len(more_images), batch_size=64, epochs=5)
reader.compile(
    optimizer=keras.optimizers.Adam(rate),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
history = reader.fit(more_images, more_labels, batch_size=64, epochs=5, verbose=0)
### END SOLUTION
""",
    checker=_check_reader,
    hints=(
        "Train `build()` with `few_images` alone, and ask the check what it gets wrong. Which "
        "remedies did notebook 15 try, and which of them helped most?",
        "Put the drawings among the images of MNIST with `np.concatenate`, and their digits "
        "among the labels in the same order. Are 750 of them enough to count?",
        "Take each drawing three times. Then compile and fit as notebook 15 does, with a rate that "
        "falls from 0.003, for five epochs in batches of 64.",
    ),
    right="A network can read both if it is shown both, and images from five more hands have "
    "told you so.",
    explained="""
The drawings bring shapes that are rare in MNIST, such as a 1 with a flag. The images of MNIST
must stay, because a network trained with the drawings alone reads MNIST much worse. The hands of
the check are others than those in `drawn`. Had they been the same, the check would not say how
the network does on hands that it has never seen.
""",
    mistakes=(
        Mistake(
            """
keras.utils.set_random_seed(0)
reader = build()
reader.compile(
    optimizer=keras.optimizers.Adam(0.003),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
reader.fit(few_images, few_labels, batch_size=64, epochs=3, verbose=0)
""",
            says="Where could it see more such shapes",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
reader = build()
reader.compile(
    optimizer=keras.optimizers.Adam(0.003),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
reader.fit(drawn, drawn_digits, batch_size=64, epochs=5, verbose=0)
""",
            says="So MNIST is now the stranger to it.",
        ),
        Mistake("reader = build()", says="Has it been trained"),
    ),
    shows="That a remedy has to bring what was missing, and that the old images must stay.",
    usually="They train with MNIST alone and more epochs, or with the drawings alone.",
    ask="Your network passed. What do you still not know about the hands of the people in this "
    "room?",
)

LESSON = Lesson(
    "15_save_and_use",
    SETUP,
    (check_prepare, check_files, check_reader),
    more="""
## More to try

These change [notebook 15](../15_save_and_use.ipynb) itself, and nobody checks them.

1. Photograph a digit of yours, written with a thick pen on white paper, with nothing else in the
picture. Put the file beside the notebook and its name into `Image.open`, and set `label`. What
would the lines of squared paper do to the crop?
2. Put `np.roll(as_mnist(ink), 4, axis=1)` in the place of `by_hand` in `prepared`, which moves the
3 to the right by four pixels, then 7 instead of 4. Predict first what becomes of the answer.
3. Which closed hand is read worst? `reader.predict(drawn, verbose=0).argmax(axis=1) == digits`
says for each drawing whether it was read right, and `hands == 27` picks the last hand.
""",
    uses_keras=True,
)
