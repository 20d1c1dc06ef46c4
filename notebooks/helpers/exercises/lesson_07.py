"""Exercises of notebook 7: labels and losses, and digits that move."""

import numpy as np

from helpers.data import move_right
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    ask,
    described,
    number,
    numbers,
)

SETUP = """
import keras
import numpy as np

from helpers.exercises.lesson_07 import (
    check_half_loss,
    check_loss_of,
    check_move_down,
)
"""


def _untrained():
    """Return a network without a hidden layer, and rows for it, the same each time."""
    import keras

    generator = np.random.default_rng(7)
    model = keras.Sequential(
        [keras.Input(shape=(784,)), keras.layers.Dense(10, activation="softmax")]
    )
    model.set_weights([generator.normal(0, 0.05, (784, 10)), np.linspace(0, 1, 10)])
    return model, generator.random((20, 784), "float32")


def _probabilities(model, rows: np.ndarray) -> np.ndarray:
    weights, biases = model.get_weights()
    exponentials = np.exp(rows @ weights + biases)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _loss_name(model) -> str:
    """Say which loss a network was compiled with, as it is written in `compile`."""
    import keras

    try:
        loss = keras.losses.get(model.loss)
    except (AttributeError, TypeError, ValueError):
        return ""
    return getattr(loss, "name", None) or getattr(loss, "__name__", "")


def _check_loss_of(loss_of) -> None:
    import keras

    model, rows = _untrained()
    probabilities = _probabilities(model, rows)
    # The second labels have no 9, so their largest number does not tell how many classes.
    for labels in (np.arange(20) % 10, np.arange(20) % 8):
        about = f"The labels are integers from 0 to {labels.max()}."
        try:
            answer = ask(loss_of, model, rows, labels)
        except Wrong as error:
            raise Wrong(_why_it_stopped(model, labels, error)) from None
        if isinstance(answer, list | tuple) and len(answer) == 2:
            raise Wrong(
                "Two numbers come out. `evaluate` gives the loss and the accuracy. Only the first "
                "is wanted."
            )
        if keras.ops.is_tensor(answer):
            answer = np.array(answer)
        found = number(answer, "the loss")
        one_hot = np.eye(10)[labels]
        right = -np.log(probabilities[one_hot == 1]).mean()
        if np.isclose(found, right, rtol=1e-3):
            continue
        said = f"{about} The loss should be {right:.4f}, but is {found:.4f}."
        other = _loss_name(model)
        if "categorical_crossentropy" not in other and other:
            raise Wrong(
                f"{said} The network was compiled with `{other}`, which is a different loss. "
                "The labels are in the wrong form, but cross-entropy was the right loss."
            )
        accuracy = (probabilities.argmax(axis=1) == labels).mean()
        if np.isclose(found, accuracy, atol=1e-6):
            raise Wrong(f"{said} That is the accuracy.")
        if not np.allclose(_probabilities(model, rows), probabilities):
            raise Wrong(f"{said} The network has other weights by now. Was it trained?")
        raise Wrong(f"{said} Was every image asked about, with its own label?")


def _why_it_stopped(model, labels: np.ndarray, error: Wrong) -> str:
    """Say what to look at when a reader's code stopped while it computed a loss."""
    about = f"For labels from 0 to {labels.max()}, Keras stops."
    said, loss = " ".join(str(error).split()), _loss_name(model)
    if loss and "categorical_crossentropy" not in loss and len(said) > 400:
        return (
            f"{about} The network was compiled with `{loss}`, which compares ten numbers with "
            "one. Which two losses did notebook 7 compare?"
        )
    if "target" not in said:
        return said if len(said) < 400 else f"{said[:400]} …"
    if loss == "sparse_categorical_crossentropy":
        return (
            f"{about} The network was compiled with `{loss}`, the loss that takes integers. "
            "But the labels that reach it are one-hot by now. One change too many?"
        )
    # It had come through labels with a 9 before.
    if "categorical_crossentropy" in loss and labels.max() < 9:
        return (
            f"{about} For labels from 0 to 9 your code worked. This time no image is a 9. How "
            f"many numbers does each label get, if the largest label is {labels.max()}?"
        )
    if "categorical_crossentropy" in loss:
        return (
            f"{about} The loss is still the one for one-hot labels, and what reaches it are not "
            "ten numbers for each image. A column of integers is not one-hot either."
        )
    return (
        f"{about} The labels still do not have the form that the loss asks for. How many numbers "
        "has each of them, and how many should it have?"
    )


def _loss_mistake(loss: str, labels: str) -> str:
    return f"""
def loss_of(model, rows, labels):
    model.compile(optimizer="rmsprop", loss="{loss}", metrics=["accuracy"])
    loss, accuracy = model.evaluate(rows, {labels}, verbose=0)
    return loss
"""


check_loss_of = Exercise(
    name="loss-of",
    title="Mend the labels",
    kind="mend",
    minutes=10,
    prompt="""
The function below should return the loss of a network for rows of pixels and their labels, which
are integers from 0 to 9. It stops with this message.

```
Arguments `target` and `output` must have the same rank (ndim).
Received: target.shape=(None,), output.shape=(None, 10)
```

`target` is what Keras calls the labels, `output` are the network's probabilities, and `None`
stands for the number of images. The rank is the number of axes.

What does not fit together? Copy the broken function and mend it. There are two ways, and both
are right. The check also hands in a few images among which one class is missing.
""",
    given="""
def broken_loss_of(model, rows, labels):
    model.compile(
        optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"]
    )
    loss, accuracy = model.evaluate(rows, labels, verbose=0)
    return loss
""",
    answer="""
def loss_of(model, rows, labels):
    ### BEGIN SOLUTION
    one_hot = keras.utils.to_categorical(labels, num_classes=10)
    model.compile(
        optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"]
    )
    loss, accuracy = model.evaluate(rows, one_hot, verbose=0)
    return loss
    ### END SOLUTION
""",
    checker=_check_loss_of,
    hints=(
        "The message says that there is one number for each label and ten for each answer. "
        "Which of notebook 7's two forms of labels is that?",
        "Either the loss changes or the labels do. One change is enough.",
        "The loss for integers has `sparse_` before its name. Or you make the labels one-hot "
        "with `keras.utils.to_categorical`, and say how many classes there are.",
    ),
    right="Labels and loss must have the same form, and either of them can be changed.",
    explained="""
The other way leaves the labels alone and compiles with `sparse_categorical_crossentropy`. If you
take `to_categorical`, say how many classes there are. Without `num_classes`, the largest label
decides how many numbers each label gets, and that goes wrong as soon as a few images without a 9
come along.
""",
    mistakes=(
        Mistake(
            _loss_mistake(
                "sparse_categorical_crossentropy",
                "keras.utils.to_categorical(labels, num_classes=10)",
            ),
            says="One change too many?",
        ),
        Mistake(
            _loss_mistake(
                "categorical_crossentropy", "keras.utils.to_categorical(labels)"
            ),
            says="This time no image is a 9",
        ),
        Mistake(
            _loss_mistake("categorical_crossentropy", "labels.reshape(-1, 1)"),
            says="A column of integers is not one-hot either",
        ),
        Mistake(
            _loss_mistake(
                "mean_squared_error",
                "keras.utils.to_categorical(labels, num_classes=10)",
            ),
            says="cross-entropy was the right loss",
        ),
    ),
    shows="That labels and loss have a form each, and how Keras says that the two differ.",
    usually="They change both at once, or leave out num_classes, which works until a class is "
    "missing.",
    ask="Why would a network trained on a single batch with `to_categorical(labels)` be a matter "
    "of luck?",
)


_BY_NOTHING = (
    "Other moves come out right, but moved by 0 the images should stay as they are. What does a "
    "slice such as `[:, :-pixels]` keep when `pixels` is 0?"
)


def _check_move_down(move_down) -> None:
    images = np.random.default_rng(3).integers(1, 256, (3, 28, 28), dtype="uint8")
    for pixels in (3, 1, 6):
        name = f"three images moved by {pixels}"
        found = numbers(ask(move_down, images, pixels), name)
        right = _moved_down(images, pixels)
        if np.array_equal(found, right):
            continue
        if found.shape == right.shape and np.allclose(found, right / 255, atol=1e-3):
            raise Wrong(
                "They are moved well, but the values have changed as well. What comes in as "
                "0 to 255 should come out as 0 to 255, since `move_right` leaves that alone."
            )
        if found.size == right.size and np.array_equal(found.ravel(), right.ravel()):
            raise Wrong(
                f"They should keep their shape {images.shape}, but come out as {found.shape}."
            )
        if found.shape == (3, 784):
            raise Wrong(
                f"They should keep their shape {images.shape}, but come out as rows of 784 "
                "numbers. In such a row, pixels that stood one below the other are 28 apart, "
                "so it is easier to move first, and to reshape later."
            )
        if found.shape != images.shape:
            raise Wrong(_other_shape(found, images, pixels))
        raise Wrong(_other_place(found, images, pixels))
    try:
        found = numbers(ask(move_down, images, 0), "images moved by 0")
    except Wrong as error:
        raise Wrong(f"{_BY_NOTHING} {error}") from None
    if not np.array_equal(found, images):
        raise Wrong(f"{_BY_NOTHING} They come out as {described(found)}.")


def _moved_down(images: np.ndarray, pixels: int) -> np.ndarray:
    return move_right(images.swapaxes(1, 2), pixels).swapaxes(1, 2)


def _other_shape(found: np.ndarray, images: np.ndarray, pixels: int) -> str:
    said = f"Three images moved by {pixels} should have the shape {images.shape}, but have "
    if found.shape == (3, 28 + pixels, 28):
        return f"{said}{found.shape}. What has left the image at the bottom is still there."
    if found.shape == (3 + pixels, 28, 28):
        return (
            f"{said}{found.shape}. The first axis counts the images. Black images were put "
            "before them."
        )
    return f"{said}{found.shape}."


def _other_place(found: np.ndarray, images: np.ndarray, pixels: int) -> str:
    right = _moved_down(images, pixels)
    if np.array_equal(found, images):
        return f"Asked to move them by {pixels}, it leaves the images where they are."
    if np.array_equal(found, np.roll(images, pixels, axis=1)):
        return (
            f"The lowest {pixels} rows of each image come back in at the top. What leaves the "
            "image should be gone, and black should come in."
        )
    if np.array_equal(found, move_right(images, pixels)):
        return "They have moved to the right. Which axis holds the rows of each image?"
    if np.array_equal(found, _moved_down(images[:, ::-1], pixels)[:, ::-1]):
        return "They have moved up. Row 0 is at the top, so which end of the rows gets the zeros?"
    if np.array_equal(found[:, pixels:], right[:, pixels:]):
        return (
            "What stays in the image is where it should be, but the rows that come in at the "
            "top are not black."
        )
    for other in range(1, 28):
        if np.array_equal(found, _moved_down(images, other)):
            return (
                f"Asked to move them by {pixels}, it moves them by {other}. Does it look at "
                "`pixels`, and is a slice one row too long?"
            )
    if np.array_equal(found, _in_a_row(images, pixels)):
        return (
            f"In a row of 784 numbers you have moved each one by {pixels} places. That is to the "
            "right, and over the edge into the next row. How far is one row down?"
        )
    if not found.any():
        return "They come out all black. Which axis got the zeros?"
    row = int(np.argmax((found != right).any(axis=(0, 2))))
    there = f"what was in row {row - pixels}" if row >= pixels else "black"
    return (
        f"Asked to move images down by {pixels}, it gives something else, and first in row {row}. "
        f"There should be {there}."
    )


def _in_a_row(images: np.ndarray, pixels: int) -> np.ndarray:
    rows = np.pad(images.reshape(-1, 784), ((0, 0), (pixels, 0)))
    return rows[:, :784].reshape(images.shape)


check_move_down = Exercise(
    name="move-down",
    title="Move the digits down",
    kind="build",
    minutes=10,
    prompt="""
Notebook 7 moved its digits to the right. Write `move_down(images, pixels)`, which moves them
down. Black comes in at the top, what leaves at the bottom is gone, and all else stays as it is.

The check hands in images that you have not seen, of the shape (3, 28, 28), with values from 0
to 255, and looks at every pixel.
""",
    answer="""
def move_down(images, pixels):
    ### BEGIN SOLUTION
    return np.pad(images, ((0, 0), (pixels, 0), (0, 0)))[:, :28]
    ### END SOLUTION
""",
    checker=_check_move_down,
    hints=(
        "Look at `move_right` in notebook 7. Its axes are images, rows and columns. On which of "
        "the three does it add zeros, and on which must yours?",
        "Moving down adds rows. The zeros come before the first row, in the second of the three "
        "pairs that `np.pad` takes.",
        "After `np.pad` there are `28 + pixels` rows. `[:, :28]` keeps the first 28 of each "
        "image.",
    ),
    right="An image is a table of rows, so moving it down means adding rows before the first and "
    "cutting off the last.",
    explained="""
The first pair of `np.pad` belongs to the images, the second to the rows, and the third to the
columns. A dense network sees a digit in other pixels then, as it did after a move to the right.
In a row of 784 numbers, one pixel down means 28 places further on, and nothing in the network
knows that.
""",
    mistakes=(
        Mistake(
            "def move_down(images, pixels):\n    return np.roll(images, pixels, axis=1)",
            says="come back in at the top",
        ),
        Mistake(
            "def move_down(images, pixels):\n"
            "    return np.pad(images, ((0, 0), (0, 0), (pixels, 0)))[:, :, :28]",
            says="They have moved to the right",
        ),
        Mistake(
            "def move_down(images, pixels):\n"
            "    return np.pad(images, ((0, 0), (0, pixels), (0, 0)))[:, pixels:]",
            says="They have moved up",
        ),
        Mistake(
            "def move_down(images, pixels):\n"
            "    rows = images.reshape(-1, 784)\n"
            "    return np.pad(rows, ((0, 0), (pixels, 0)))[:, :784]",
            says="In such a row, pixels that stood one below the other are 28 apart",
        ),
        Mistake(
            "def move_down(images, pixels):\n"
            "    return np.pad(images, ((0, 0), (pixels, 0), (0, 0)))",
            says="What has left the image at the bottom is still there",
        ),
        Mistake(
            "def move_down(images, pixels):\n"
            "    moved = np.zeros_like(images)\n"
            "    moved[:, pixels:] = images[:, :-pixels]\n"
            "    return moved",
            says="moved by 0 the images should stay as they are",
        ),
    ),
    shows="Which axis is which in a batch of images, and what a move does to the pixels.",
    usually="They use np.roll, which brings the lowest rows back in at the top, or they take the "
    "columns for the rows.",
    ask="Would you expect the accuracy to fall faster or more slowly than to the right? What "
    "would you need to know about the digits?",
)


def _check_half_loss(answer) -> None:
    import keras

    found = number(answer, "half_loss")
    half = np.zeros((1, 10))
    half[0, [4, 9]] = 0.5
    right = float(keras.losses.CategoricalCrossentropy()(half, half))
    if abs(found - right) < 0.006:
        return
    if abs(found) < 0.006:
        raise Wrong(
            "It would be 0 if each product were 0. For a one-hot label that happens, since "
            "−ln 1 is 0. What is −ln p here for the 4?"
        )
    for value, message in (
        (
            2 * right,
            "That is −ln p of the 4 and of the 9, added up. Before you add them, each is "
            "multiplied by a number of the label.",
        ),
        (
            right / 2,
            "That is one product. How many of the ten numbers of this label are not 0?",
        ),
        (
            -right,
            "The logarithm of a number below 1 is negative, and the loss has a minus before it.",
        ),
        (
            np.log10(2),
            "That is the logarithm to base 10. ln is the natural one, which NumPy calls "
            "`np.log`.",
        ),
        (
            np.log(10),
            "That is −ln(1/10), the loss of guessing among ten digits. This network gives "
            "two of them 0.5 each.",
        ),
    ):
        if abs(found - value) < 0.006:
            raise Wrong(f"{found:.3f} is not what Keras computes. {message}")
    raise Wrong(
        f"{found:.3f} is not what Keras computes. Write down the ten numbers of the label, "
        "below them the ten values of −ln p, and multiply them pair by pair. (Where a label's "
        "number is 0, so is the product.)"
    )


check_half_loss = Exercise(
    name="half-loss",
    title="Predict the loss of half a 4",
    kind="predict",
    minutes=5,
    prompt="""
Somebody has drawn a digit that lies halfway between a 4 and a 9. So its label says *half 4, half
9* with ten numbers, 0.5 for the 4, 0.5 for the 9, and 0 for the others. The network answers with
exactly these ten probabilities.

Which loss does `categorical_crossentropy` give for this image? Work it out on paper with the
rule of notebook 7, and write it with three decimals. In NumPy, `np.log` is the natural logarithm. The check
compares it with the number that Keras computes.
""",
    answer="""
half_loss = ...
### BEGIN SOLUTION
half_loss = 0.693
### END SOLUTION
""",
    checker=_check_half_loss,
    hints=(
        "Keras multiplies the ten numbers of a label by the ten values of −ln p, and adds up "
        "the products. Which of the ten products are not 0?",
        "Two are left, one for the 4 and one for the 9. Each is a number of the label times "
        "−ln of a probability.",
        "Both are 0.5 times 0.693. Add them up.",
    ),
    right="An answer that agrees with its label completely can still cost something, if the label "
    "is not one-hot.",
    explained="""
The sum is 0.5 × 0.693 + 0.5 × 0.693. The image costs that much although the network has said
exactly what its label says. And no other answer would cost less. With 0.9 for the 4 and 0.1 for
the 9, for example, the loss is 1.204.
""",
    mistakes=(
        Mistake("half_loss = 0", says="What is −ln p here for the 4?"),
        Mistake("half_loss = 1.386", says="multiplied by a number of the label"),
        Mistake("half_loss = 0.347", says="That is one product."),
        Mistake("half_loss = -0.693", says="has a minus before it"),
    ),
    shows="How cross-entropy weighs −ln p with the numbers of the label.",
    usually="They say 0, because the answer agrees with the label, as it would for a one-hot one.",
    ask="For which labels is the lowest loss 0?",
)

LESSON = Lesson(
    "07_handwritten_digits",
    SETUP,
    (check_loss_of, check_move_down, check_half_loss),
    more="""
## More to try

These change [notebook 7](../07_handwritten_digits.ipynb) itself, and nobody checks them.

1. Move the digits left instead of right. In `move_right`, write `((0, 0), (0, 0), (0, pixels))`
and `[:, :, pixels:]`, and in the next cell, choose the digits with `val_images[:, :, :4]`. Predict
whether the accuracy falls as fast as to the right.
2. Let the network learn from moved digits. `mixed = images.copy()`, and then `for pixels in
range(5): mixed[pixels::5] = move_right(mixed[pixels::5], pixels)` moves every fifth image equally
far. Scale and reshape them, and give them to `three_runs`. The validation images are moved as
well. Will the accuracy be near that of the digits that stayed in place, or far below?
3. Shuffle every image in an order of its own, with
`np.random.default_rng(0).permuted(rows, axis=1)`. Predict the accuracy of `three_runs`. What did
the common order leave to learn from?
""",
    uses_keras=True,
)
