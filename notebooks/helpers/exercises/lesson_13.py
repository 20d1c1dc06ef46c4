"""Exercises of notebook 13: changes that keep the label, and where they belong."""

import numpy as np

from helpers.data import load_mnist
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    all_layers,
    ask,
    described,
    network,
    numbers,
    right_answers,
)

SETUP = """
import keras
import numpy as np
from keras import layers

import helpers.no_wait_after_epochs
from helpers.data import load_mnist
from helpers.exercises.lesson_13 import check_choose, check_four_pixels, check_prepare
from helpers.rates import falling_rate

(images, labels), _ = load_mnist()
images = images.reshape(-1, 28, 28, 1)
few_images, few_labels = images[:500], labels[:500]
val_images, val_labels = images[50000:52000], labels[50000:52000]


def build(first_layers):
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            *first_layers,
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
"""

GOAL = 0.88

TOO_MUCH = {
    "digits": {
        "C": "With left and right swapped, a 2 is no digit any more. Does every digit have to "
        "keep its label, or is it enough if some do?",
        "D": "Half a turn makes a 9 of a 6, so some of the digits do not keep their label.",
    },
    "letters": {
        "C": "Hold a *b* up to a mirror. Which of the four letters do you see?",
        "D": "Take a *b* and turn the page upside down. Which of the four letters do you read?",
    },
    "boots": {
        "D": "A boot stays a boot, whichever way it is turned. But these stand on a floor. Will "
        "the network meet one that stands on its head?",
    },
    "leaves": {},
}
TOO_LITTLE = {
    "digits": {
        "": "Somebody who cuts out digits by hand does not always hit the middle, or hold the "
        "paper straight.",
    },
    "letters": {
        "": "These pages lie a little askew. What does that do to a letter, and does it keep "
        "its label?",
    },
    "boots": {
        "C": "Notebook 13 advised against swapping left and right, because all the toes there "
        "pointed to the left. Where do they point here?",
        "": "Nobody holds a camera perfectly straight, or always has the boot in the middle.",
    },
    "leaves": {
        "C": "Turn a leaf over, and left and right are swapped. Can that happen here?",
        "D": "How do leaves lie that fall on a table? Is a leaf that points down another leaf?",
        "": "A leaf that lies a little further to the left is the same leaf, and it will occur.",
    },
}


def _letters(value: object, name: str) -> set[str]:
    """Return the letters of an answer such as "AC" or "a, c"."""
    chosen = set(value.upper()) - set(" ,;") if isinstance(value, str) else set()
    if not chosen or not chosen <= set("ABCD"):
        raise Wrong(
            f"`{name}` should be some of the letters A, B, C, D in quotes, such as 'AC', but "
            f"is {described(value)}."
        )
    return chosen


def _check_choose(digits, letters, boots, leaves) -> None:
    answers = {"digits": digits, "letters": letters, "boots": boots, "leaves": leaves}
    chosen = {name: _letters(value, name) for name, value in answers.items()}
    for name, found in chosen.items():
        for letter, message in TOO_MUCH[name].items():
            if letter in found:
                raise Wrong(f"`{name}`, {letter}: {message}")
    for name, found in chosen.items():
        # To turn by any angle includes a few degrees.
        missing = set("AB") - (found | {"B"} if "D" in found else found)
        missing |= set({"boots": "C", "leaves": "CD"}.get(name, "")) - found
        if missing:
            messages = TOO_LITTLE[name]
            raise Wrong(
                f"`{name}`: there is a change that you could use. "
                f"{messages.get(max(missing), messages[''])}"
            )


check_choose = Exercise(
    name="choose",
    title="Choose the changes",
    kind="explain",
    minutes=10,
    prompt="""
A good change gets a yes to both questions of notebook 13. Does it keep the label, for every
class? And could the network really meet such an image?

Four friends train four networks. Which of the changes should each of them use?

- **A** Move each image by up to three pixels.
- **B** Turn it by up to 10 degrees, either way.
- **C** Swap left and right, for half of the images.
- **D** Turn it by any angle.

Write all the letters that fit into each of the four answers, such as `"AC"`.

- `digits` are 0 to 9, written on forms and cut out by hand.
- `letters` are only *b*, *d*, *p* and *q*, cut out of printed pages that lay a little askew on
the scanner.
- `boots` are to be told from other clothes. Customers photograph them on the floor, some from the
left and some from the right.
- `leaves` come from five kinds of trees. They lie on a table as they have fallen, either side up,
and the camera hangs above them.
""",
    answer="""
digits = ...
letters = ...
boots = ...
leaves = ...
### BEGIN SOLUTION
digits = "AB"
letters = "AB"
boots = "ABC"
leaves = "ABCD"
### END SOLUTION
""",
    checker=_check_choose,
    hands_in="digits, letters, boots, leaves",
    hints=(
        "Draw a b on paper. What do you read after half a turn, and what in a mirror? Then "
        "look at a 6.",
        "Everybody may use A and B. For C and D, ask first whether one label can turn into "
        "another, and then whether the camera will ever see such a picture.",
        "The digits and the letters get two changes, the boots one more, and the leaves all "
        "four.",
    ),
    right="Which changes are good depends on what the labels mean and on how the pictures are "
    "taken, so the same flip is right for these boots and wrong for letters.",
    explained="""
In a mirror a *b* is a *d*, and after half a turn it is a *q*, so a flip or a large turn would
teach the network wrong labels. A boot keeps its label whatever you do to it, but nobody
photographs it standing on its head. Here its toes may point either way, so the flip that notebook
13 advised against is useful now. The leaves get a yes to both questions for all four changes.
""",
    mistakes=(
        Mistake(
            'digits, letters, boots, leaves = "A, B, D", "AB", "ABC", "ABCD"',
            says="Half a turn makes a 9 of a 6",
        ),
        Mistake(
            'digits, letters, boots, leaves = "ABC", "AB", "ABC", "ABCD"',
            says="is it enough if some do?",
        ),
        Mistake(
            'digits, letters, boots, leaves = "AB", "ABC", "ABC", "ABCD"',
            says="Hold a *b* up to a mirror",
        ),
        Mistake(
            'digits, letters, boots, leaves = "AB", "AB", "ABCD", "ABCD"',
            says="one that stands on its head?",
        ),
        Mistake(
            'digits, letters, boots, leaves = "AB", "AB", "AB", "ABCD"',
            says="Where do they point here?",
        ),
        Mistake(
            'digits, letters, boots, leaves = "AB", "AB", "ABC", "ABC"',
            says="How do leaves lie that fall on a table?",
        ),
    ),
    shows="That a change is good or bad only for given labels and given pictures.",
    usually="They carry the verdict on a flip over from the boots of notebook 13, or are content "
    "if most of the classes keep their label.",
    ask="Which changes would you use for the shoes of a shop, if each picture shows a left shoe "
    "or a right shoe, and that is the label?",
)


def _check_first_layers(model, first_layers: list) -> None:
    """Check that a network has all random layers that it should have, each of them once."""
    expected = [type(layer) for layer in first_layers]
    there = [type(layer) for layer in all_layers(model)]
    if [kind for kind in there if kind in expected] != expected:
        raise Wrong(
            f"`first_layers` held {len(first_layers)} layers. The network should have each of "
            "them once, in their order, but does not. Does `build` get the whole list?"
        )


def _check_prepare(prepare) -> None:
    from keras import layers

    random_numbers = np.random.default_rng(13)
    images = random_numbers.integers(1, 256, (40, 28, 28, 1)).astype("uint8")
    val_images = random_numbers.integers(1, 256, (30, 28, 28, 1)).astype("uint8")
    first_layers = [
        layers.RandomTranslation(0.2, 0.2, fill_mode="constant"),
        layers.RandomZoom(0.2, fill_mode="constant"),
    ]
    result = ask(prepare, first_layers, images, val_images)
    if not isinstance(result, tuple | list) or len(result) != 3:
        raise Wrong(
            "`prepare` should return three things, a network, training images and validation "
            f"images, but gives {described(result)}."
        )
    model = network(result[0], "What `prepare` returns first", (28, 28, 1), 10)
    train_found = numbers(result[1], "What it returns for training")
    val_found = numbers(
        result[2], "What it returns for validation", shape=val_images.shape
    )
    if not np.array_equal(val_found, val_images):
        raise Wrong(
            "The validation images come back changed. Then the accuracy is about other images "
            "than those that the network will meet, and a little different each time."
        )
    if train_found.shape[1:] != images.shape[1:] or len(train_found) < len(images):
        raise Wrong(
            f"It was given training images of the shape {images.shape}, and they come back in "
            f"the shape {train_found.shape}."
        )

    def outputs(training: bool) -> np.ndarray:
        said = ask(model, images, training=training)
        return numbers(said, "What the network gives", shape=(len(images), 10))

    if not np.allclose(outputs(False), outputs(False)):
        raise Wrong(
            "With training=False, the network gives two answers to the same images. So its "
            "changes stay switched on when it is measured."
        )
    inside = not np.allclose(outputs(True), outputs(True))
    outside = not np.array_equal(train_found, images)
    if inside and outside:
        raise Wrong(
            "The training images that you return are not those that came in, and the network "
            "changes images once more. Which of the two should stay?"
        )
    if outside:
        raise Wrong(
            "The changed copies are made before `fit` and stay as they are. In epoch 2 the "
            "network sees the very same copies as in epoch 1, and can learn them by heart."
        )
    if not inside:
        raise Wrong(
            "Nothing is changed any more, neither the images nor anything inside the network. "
            "Where do the layers in `first_layers` have to go?"
        )
    _check_first_layers(model, first_layers)


check_prepare = Exercise(
    name="prepare",
    title="Mend an augmentation",
    kind="mend",
    minutes=10,
    prompt="""
`broken_prepare` makes everything ready for `fit`. It returns a network, the images to train with
and the images for validation. `first_layers` is a list of random layers, and `build` makes a
network as in notebook 13.

Its author wanted new changes in every epoch, and validation on images as they are. She gets
neither. The two lines that are printed show it. Copy the function, call the copy `prepare`,
and mend it.
""",
    given="""
def broken_prepare(first_layers, images, val_images):
    augment = keras.Sequential(first_layers)
    changed = np.array(augment(images, training=True))
    val_changed = np.array(augment(val_images, training=True))
    return build([]), changed, val_changed


moves = [layers.RandomTranslation(0.1, 0.1, fill_mode="constant")]
model, changed, val_changed = broken_prepare(moves, few_images, val_images)
twice = [np.array(model(changed, training=True)) for _ in range(2)]
print("new changes each time?    ", not np.allclose(twice[0], twice[1]))
print("validation images changed?", (val_changed != val_images).any())
""",
    answer="""
def prepare(first_layers, images, val_images):
    ### BEGIN SOLUTION
    return build(first_layers), images, val_images
    ### END SOLUTION
""",
    checker=_check_prepare,
    hints=(
        "How often does `broken_prepare` call the random layers on the training images, and how "
        "often would they be called inside the network?",
        "A random layer draws anew each time that it is called. `fit` calls the network for every "
        "batch, and switches its random layers off for validation by itself.",
        "Hand `first_layers` to `build`, and give both sets of images back as they came.",
    ),
    right="Inside the network the layers draw anew for every batch of every epoch, and `fit` "
    "switches them off for validation.",
    explained="""
The mended function is shorter than the broken one. Copies that are made before `fit` are new
images, but they are the same in every epoch, so the network can learn them by heart. In the
network, the layers change every batch anew, and with `training=False` they do nothing, so the
validation images need no treatment of their own.
""",
    mistakes=(
        Mistake(
            """
def prepare(first_layers, images, val_images):
    return build(first_layers[:1]), images, val_images
""",
            says="Does `build` get the whole list?",
        ),
        Mistake(
            """
def prepare(first_layers, images, val_images):
    augment = keras.Sequential(first_layers)
    return build([]), np.array(augment(images, training=True)), val_images
""",
            says="can learn them by heart",
        ),
        Mistake(
            """
def prepare(first_layers, images, val_images):
    augment = keras.Sequential(first_layers)
    return build(first_layers), images, np.array(augment(val_images, training=True))
""",
            says="a little different each time",
        ),
        Mistake(
            """
def prepare(first_layers, images, val_images):
    augment = keras.Sequential(first_layers)
    return build(first_layers), np.array(augment(images, training=True)), val_images
""",
            says="Which of the two should stay?",
        ),
        Mistake(
            """
def prepare(first_layers, images, val_images):
    return build([]), images, val_images
""",
            says="Nothing is changed any more",
        ),
    ),
    shows="Why random layers belong into the network: new changes in training, none in "
    "validation.",
    usually="They leave the validation images alone but still make the training copies once, "
    "before `fit`.",
    ask="Would ten changed copies of every image, made once, be as good as the layers?",
)


def _moved(images: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Move images down and to the right, or up and left if negative; black comes in."""
    wide = np.pad(images, ((0, 0), (4, 4), (4, 4), (0, 0)))
    return wide[:, 4 - rows : 32 - rows, 4 - columns : 32 - columns]


def _check_four_pixels(model) -> None:
    model = network(model, "`four_pixels`", (28, 28, 1), 10)
    (images, labels), _ = load_mnist()
    # Images that the reader has not chosen with.
    images = images[55_000:56_000].reshape(-1, 28, 28, 1)
    labels = labels[55_000:56_000]

    def right(*pixels: int) -> float:
        return right_answers(model, _moved(images, *pixels), labels).mean()

    in_place = right(0, 0)
    sideways = (right(0, 4) + right(0, -4)) / 2
    up_and_down = (right(4, 0) + right(-4, 0)) / 2
    moved = (sideways + up_and_down) / 2
    if moved >= GOAL:
        return
    if in_place < 0.5:
        raise Wrong(
            f"It reads {100 * in_place:.1f} % of the digits in their place, and guessing gets "
            "10 %. Has it been trained, and with images from 0 to 255, as it gets them here?"
        )
    said = (
        f"It reads {100 * moved:.1f} % of the moved digits, and {100 * GOAL:.0f} % are asked "
        "for."
    )
    lost = in_place - moved
    if lost < 0.05 or (lost < 0.2 and in_place < 0.9):
        raise Wrong(
            f"{said} In their place it reads {100 * in_place:.1f} %. So moving is not its only "
            "trouble. Has it trained for long enough? Does each of its changes keep the label, "
            "and is none of them stronger than it need be?"
        )
    if sideways > in_place - 0.15 and up_and_down < sideways - 0.3:
        raise Wrong(
            f"{said} Moved sideways it is {100 * sideways:.1f} %, and moved up or down "
            f"{100 * up_and_down:.1f} %. Which of a layer's two numbers is for which?"
        )
    if up_and_down > in_place - 0.15 and sideways < up_and_down - 0.3:
        raise Wrong(
            f"{said} Moved up or down it is {100 * up_and_down:.1f} %, and moved sideways "
            f"{100 * sideways:.1f} %. Has it met both in training?"
        )
    raise Wrong(
        f"{said} In their place it reads {100 * in_place:.1f} %. So it knows the digits, but "
        "not that they may stand elsewhere. How far did they move in training, and did it "
        "train for long enough to learn that?"
    )


check_four_pixels = Exercise(
    name="four-pixels",
    title="Four pixels in any direction",
    kind="challenge",
    minutes=20,
    prompt="""
In notebook 13, the augmented networks read about 82 % of the digits that had moved four pixels to
the right, and less than half without augmentation. The next customer's digits are moved by four
pixels, too, but up, down, left or right.

Train a network, `four_pixels`, with the 500 digits in `few_images`, which reads at least 88 % of
such digits. The check moves 1,000 digits that are not among yours, in each of the four directions,
and takes the average. They are handed over with pixels from 0 to 255.

Every way is right that gets there. `build` and `train` are there if you like them. `build`
makes the network of the first cell, and `train` trains the network that it is given and returns
nothing.
""",
    given="""
def train(model, epochs):
    rate = falling_rate(0.004, len(few_images), 50, epochs)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(few_images, few_labels, batch_size=50, epochs=epochs, verbose=0)
""",
    answer="""
four_pixels = ...
### BEGIN SOLUTION
keras.utils.set_random_seed(0)
four_pixels = build([layers.RandomTranslation(0.2, 0.2, fill_mode="constant")])
train(four_pixels, epochs=30)
### END SOLUTION
""",
    checker=_check_four_pixels,
    hints=(
        "How many pixels are 0.1 of a side of 28? Which share of it do you need?",
        "Four pixels are 0.14 of the side. A network that has met a little more than that is on "
        "the safe side. And harder training images call for more epochs.",
        "Put `layers.RandomTranslation(0.2, 0.2, fill_mode='constant')` into `build`, and train "
        "for 30 epochs.",
    ),
    right="Without one more labelled image, the network reads digits far from where the 500 "
    "stand, because it met them there in training.",
    explained="""
With 0.2 the digits move by up to 5.6 pixels, so four pixels are nothing new. Every epoch shows
other places, and it takes more epochs until the network has seen enough of them. Turns and zooms
are not needed for this goal.
""",
    mistakes=(
        Mistake("four_pixels = build([])", says="guessing gets 10 %"),
        Mistake(
            """
keras.utils.set_random_seed(0)
four_pixels = build([])
train(four_pixels, epochs=4)
""",
            says="How far did they move in training",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
four_pixels = build([layers.RandomTranslation(0, 0.2, fill_mode="constant")])
train(four_pixels, epochs=10)
""",
            says="Which of a layer's two numbers is for which?",
        ),
    ),
    shows="How to go from what will happen to the images to the numbers of a layer.",
    usually="They keep the 0.1 of notebook 13, which is 2.8 pixels, or train for as few epochs "
    "as without augmentation.",
    ask="What would you change if the digits could be anywhere in a picture of 56 × 56 pixels?",
)

LESSON = Lesson(
    "13_augmentation",
    SETUP,
    (check_choose, check_prepare, check_four_pixels),
    uses_keras=True,
    more="""
## More to try

These change [notebook 13](../13_augmentation.ipynb) itself, and nobody checks them.

1. Train `build([layers.RandomFlip("horizontal")])` like the others.
`said = np.argmax(model.predict(val_images, verbose=0), axis=1)` is what it reads, and
`(said[val_labels == 2] == 2).mean()` the share of twos that it reads right. Compare with a plain
network, also for 0 and 5. Predict first.
2. Look at `images[labels == 6][:5]` through `layers.RandomRotation((0.5, 0.5))`, with
`training=True`. Two numbers in brackets are the least and the most, so this is always half a
turn. What is the label now? Which rotations are safe for all digits?
3. Set `few_images, few_labels = images[:5000], labels[:5000]`, and `epochs=5` in `train`, and
train one network of each kind. (That makes 500 batches in the place of 200.) Predict whether the
difference grows or shrinks.
""",
)
