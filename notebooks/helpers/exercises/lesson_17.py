"""Exercises of notebook 17: what a network costs, and what it gives for that."""

import math

import numpy as np

from helpers.data import load_fashion_mnist
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    all_layers,
    ask,
    choice,
    forgotten,
    network,
    right_answers,
    whole_number,
)

SETUP = """
import math

import keras
from keras import layers

import helpers.no_wait_after_epochs
from helpers.data import load_fashion_mnist
from helpers.exercises.lesson_17 import check_cheap, check_multiplications, check_trade
from helpers.rates import falling_rate

(images, labels), _ = load_fashion_mnist()
images = images.reshape(-1, 28, 28, 1)
few_images, few_labels = images[:5000], labels[:5000]
val_images, val_labels = images[50000:55000], labels[50000:55000]
"""

MOST = 300_000
GOAL = 0.86


def _check_multiplications(multiplications) -> None:
    for rows, channels, filters, kernel_size, strides in (
        (28, 3, 8, 5, 1),
        (28, 3, 8, 5, 2),
        (7, 32, 64, 3, 2),
        (10, 6, 4, 2, 3),
        (11, 6, 4, 2, 3),
    ):
        found = whole_number(
            ask(multiplications, rows, channels, filters, kernel_size, strides),
            "The number of multiplications",
        )
        side = math.ceil(rows / strides)
        weights = kernel_size**2 * channels * filters
        if found == side**2 * weights:
            continue
        where = (
            f"For {rows} × {rows} pixels with {channels} channels, {filters} filters of "
            f"{kernel_size} × {kernel_size} and strides={strides} it gives {found:,}."
        )
        rounded = (
            "The filter may stop once more at the end, because the places are rounded up. "
            f"{rows} / {strides} is {rows / strides:.1f}."
        )
        for mistaken, message in (
            (
                side**2 * kernel_size**2 * filters,
                "A filter looks at all the channels, and has weights of its own for each.",
            ),
            (
                rows**2 * weights,
                "That is as many as with strides=1. At how many places does the filter stop "
                "now?",
            ),
            (
                rows * side * weights,
                "The filter skips columns now, but it still stops in every row.",
            ),
            ((rows // strides) ** 2 * weights, rounded),
            ((rows / strides) ** 2 * weights, rounded),
            (
                ((rows - kernel_size) // strides + 1) ** 2 * weights,
                "That is right without padding. With padding the filter stops at the edges, "
                "too.",
            ),
            (
                math.ceil(rows**2 / strides**2) * weights,
                "The rows are rounded up, and the columns too, each for themselves. "
                f"{rows} / {strides} is {rows / strides:.1f}.",
            ),
            (
                weights,
                "That is the number of weights. At how many places is each of them used?",
            ),
            (
                side**2 * kernel_size * channels * filters,
                f"A filter of {kernel_size} × {kernel_size} has {kernel_size**2} weights for "
                "each channel.",
            ),
            (
                side**2 * (weights + filters),
                "A bias is added, and nothing is multiplied with it.",
            ),
            (
                side**2 * kernel_size**2 * channels,
                "That is what one filter has to multiply. How many filters are there?",
            ),
            (
                side * weights,
                "The filter moves along the rows and along the columns. You have counted the "
                "places in one direction.",
            ),
        ):
            if found == mistaken:
                raise Wrong(f"{where} {message}")
        raise Wrong(
            f"{where} It has {weights:,} weights without its biases. Count the places at "
            "which each of them is used."
        )


check_multiplications = Exercise(
    name="multiplications",
    title="Count before you build",
    kind="build",
    minutes=10,
    prompt="""
Notebook 17 built a network and then counted what it multiplies. It would be good to know that
earlier. Write `multiplications`, which returns how many multiplications a convolution with
`padding="same"` needs for one image. The image has `rows` rows, as many columns, and `channels`
channels. There are `filters` filters of `kernel_size` × `kernel_size`.

Where `strides` does not divide `rows`, Keras rounds the size of the map up, as `math.ceil` does.

Before you run it, predict what happens if you change `strides` from 1 to 2 and take twice as
many filters. Are there more multiplications than before, or fewer?
""",
    answer="""
def multiplications(rows, channels, filters, kernel_size, strides):
    ### BEGIN SOLUTION
    places = math.ceil(rows / strides) ** 2
    weights = kernel_size**2 * channels * filters
    return places * weights
    ### END SOLUTION
""",
    checker=_check_multiplications,
    hints=(
        "There are two numbers to find, the number of weights and the number of places at "
        "which each weight is used. Which of them do the strides change?",
        "A filter has a weight for each of its pixels in each channel. The map has "
        "math.ceil(rows / strides) rows, and as many columns.",
        "Square math.ceil(rows / strides) to get the places. Multiply by kernel_size squared, "
        "by the channels and by the filters.",
    ),
    right="Strides count twice, once for the rows and once for the columns, so strides of 2 "
    "leave about a quarter of the multiplications. Twice as many filters make about half of it.",
    explained="""
With 28 rows, strides of 2 leave a quarter of the places, and twice as many filters have twice
as many weights. Together that is half as many multiplications. But the next layer gets twice as
many channels, and it has to pay for them.
""",
    mistakes=(
        Mistake(
            """
def multiplications(rows, channels, filters, kernel_size, strides):
    return math.ceil(rows / strides) ** 2 * kernel_size**2 * filters
""",
            says="has weights of its own for each",
        ),
        Mistake(
            """
def multiplications(rows, channels, filters, kernel_size, strides):
    return rows * math.ceil(rows / strides) * kernel_size**2 * channels * filters
""",
            says="it still stops in every row",
        ),
        Mistake(
            """
def multiplications(rows, channels, filters, kernel_size, strides):
    return (rows // strides) ** 2 * kernel_size**2 * channels * filters
""",
            says="the places are rounded up",
        ),
        Mistake(
            """
def multiplications(rows, channels, filters, kernel_size, strides):
    return rows**2 * kernel_size**2 * channels * filters
""",
            says="That is as many as with strides=1",
        ),
        Mistake(
            """
def multiplications(rows, channels, filters, kernel_size, strides):
    return kernel_size**2 * channels * filters
""",
            says="At how many places is each of them used?",
        ),
    ),
    shows="That a convolution costs its weights times its places, and where strides save.",
    usually="They let the strides count once instead of twice, or forget that each filter has "
    "weights for every channel.",
    ask="The first convolution of `strided` has far fewer multiplications than its second. Why?",
)


def _check_trade(answer) -> None:
    choice(
        answer,
        right="B",
        wrong={
            "A": "The gain is there, but compare what it costs. What else can you buy with 30 "
            "seconds?",
            "C": "Adding the two gains leaves out the time. How long would twice as many "
            "filters train for 30 epochs?",
            "D": "Equal numbers of epochs are a fair comparison if epochs are what you pay "
            "with. What does she have little of?",
        },
    )


check_trade = Exercise(
    name="trade",
    title="Explain a trade",
    kind="explain",
    minutes=5,
    prompt="""
A friend has 30 seconds to train a network. She has tried three recipes, with three seeds each,
and gets nearly the same numbers with every seed.

| recipe | seconds | validation accuracy |
|---|---|---|
| 10 epochs | 10 | 0.880 |
| 10 epochs, twice as many filters | 30 | 0.888 |
| 30 epochs | 30 | 0.894 |

"Twice as many filters gain almost a point," she says. What follows for her 30 seconds?

- **A** She should take twice as many filters, because they gain 0.008.
- **B** She should train for 30 epochs with the filters that she has.
- **C** She should do both, and in 30 seconds she can expect to gain 0.008 and 0.014.
- **D** Nothing follows, because only trainings with equally many epochs can be compared.
""",
    answer="""
trade = ...
### BEGIN SOLUTION
trade = "B"
### END SOLUTION
""",
    checker=_check_trade,
    hints=(
        "What does each recipe gain over the first one, and what does it cost?",
        "Twice as many filters cost 20 seconds more. Which other recipe costs 20 seconds more?",
        "Two of the recipes take 30 seconds, which is what she has. Compare those two with "
        "each other.",
    ),
    right="What counts is not whether a lever gains, but whether it gains more than anything "
    "else that the same time can buy.",
    explained="""
More filters gain 0.008 and cost 20 seconds. For the same 20 seconds more epochs gain 0.014. If
she had five minutes, she would have to measure anew, because after a while more epochs gain
little, and then more filters may be the better use of the time.
""",
    mistakes=(
        Mistake('trade = "A"', says="What else can you buy"),
        Mistake('trade = "C"', says="Adding the two gains leaves out the time."),
        Mistake('trade = "D"', says="What does she have little of?"),
    ),
    shows="That a gain has to be compared with what else the same time could buy.",
    usually="They see a gain and take it, without a look at its cost, or add up gains that "
    "cannot be had in the same time.",
    ask="Which recipe would you try next, if she had 90 seconds?",
)


def _costs(model) -> dict[str, int]:
    """Return how much each layer has to multiply for one image."""
    costs = {}
    for layer in all_layers(model):
        weights = sum(int(np.prod(w.shape)) for w in layer.weights if len(w.shape) > 1)
        costs[layer.name] = weights * int(np.prod(layer.output.shape[1:-1]))
    return costs


def _check_cheap(model) -> None:
    model = network(model, "`cheap`", (28, 28, 1), 10)
    try:
        costs = _costs(model)
    except (AttributeError, TypeError, ValueError):
        raise Wrong(
            "The multiplications of this network cannot be counted. Build it from layers of "
            "Keras, each used once."
        ) from None
    total = sum(costs.values())
    if total > MOST:
        costliest = max(costs, key=costs.get)
        layer = next(one for one in all_layers(model) if one.name == costliest)
        raise Wrong(
            f"It has {total:,} multiplications, and {MOST:,} are allowed. Most of them, "
            f"{costs[costliest]:,}, are in the layer {costliest!r}, which gives "
            f"{' × '.join(map(str, layer.output.shape[1:]))} numbers."
        )
    (images, labels), _ = load_fashion_mnist()
    images = images.reshape(-1, 28, 28, 1)
    # Images that the reader has not chosen with.
    accuracy = right_answers(model, images[55_000:], labels[55_000:]).mean()
    if accuracy >= GOAL:
        return
    if accuracy < 0.2:
        raise Wrong(
            f"It has {total:,} multiplications, which is few enough. But {100 * accuracy:.1f} % "
            "of its answers are right, and guessing gets 10 %. Has it been trained, and with "
            "images from 0 to 255, as it gets them here?"
        )
    known = right_answers(model, images[:5000], labels[:5000]).mean()
    said = (
        f"It has {total:,} multiplications, which is few enough. Of its answers for new images "
        f"{100 * accuracy:.1f} % are right, and {100 * GOAL:.0f} % are asked for. For the images "
        f"in `few_images` it is {100 * known:.1f} %."
    )
    if fault := forgotten(model):
        raise Wrong(f"{said} {fault}")
    if known < 0.93:
        raise Wrong(
            f"{said} So there is more to learn from them. Give it more epochs, or spend the "
            f"{MOST - total:,} multiplications that are left."
        )
    raise Wrong(
        f"{said} So more epochs would only help it learn by heart. Which brakes do you know, "
        "and where could the multiplications gain more?"
    )


check_cheap = Exercise(
    name="cheap",
    title="Do it with less than an eighth",
    kind="challenge",
    minutes=20,
    prompt="""
`strided` needs 2,573,568 multiplications for an image. How far can you get with 300,000?

Build a network, `cheap`, with at most 300,000 multiplications, and train it with the 5,000
images in `few_images`. It must name at least 86 % of the check's images right. These are
validation images, too, but not those in `val_images`, which are there for your choices:
`cheap.evaluate(val_images, val_labels)` tells you how far you are. Begin as the networks of
notebook 17 do, with `keras.Input(shape=(28, 28, 1))` and `layers.Rescaling(1 / 255)`.

Every way is right that gets there. `train` is there if you like it. It trains the network that
it is given, and returns nothing. The check counts the multiplications first, so you can also run
it before you train.
""",
    given="""
def train(model, epochs):
    rate = falling_rate(0.003, len(few_images), 64, epochs)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(few_images, few_labels, batch_size=64, epochs=epochs, verbose=0)
""",
    answer="""
cheap = ...
### BEGIN SOLUTION
keras.utils.set_random_seed(0)
cheap = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 4, strides=2, padding="same", activation="relu"),
        layers.Conv2D(24, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(64, activation="relu"),
        layers.Dense(10),
    ]
)
train(cheap, epochs=20)
### END SOLUTION
""",
    checker=_check_cheap,
    hints=(
        "Which layers of `strided` cost most, and is it because of their places or because of "
        "their filters? Exercise 1 can tell you.",
        "Two convolutions with strides of 2 leave 7 × 7 places. Sixteen filters of 4 × 4 and then "
        "24 of 3 × 3 are enough.",
        "After these two convolutions take Flatten, Dropout(0.3), a dense layer with 64 "
        "neurons and Dense(10), and train for 20 epochs. All but the last get a ReLU.",
    ),
    right="Less than an eighth of the multiplications can be enough for 86 %, so of each layer "
    "one may ask what it costs and what it gains.",
    explained="""
This network has 295,424 multiplications, and more than half of them are in its second
convolution. Without strides these two convolutions would need more than ten times as many. Dropout is
there against memorising, as in notebook 8.
""",
    mistakes=(
        Mistake(
            """
cheap = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(24, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
""",
            says="Most of them",
        ),
        Mistake(
            """
cheap = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 4, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
""",
            says="Has it been trained",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
cheap = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 4, strides=4, activation="relu"),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
train(cheap, epochs=2)
""",
            says="So there is more to learn from them.",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
cheap = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 4, strides=4),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
train(cheap, epochs=2)
""",
            says="None of its layers has an activation",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
cheap = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(8, 4, strides=4, activation="relu"),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
train(cheap, epochs=2)
""",
            says="It has no `Rescaling`",
        ),
        Mistake(
            """
cheap = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten(), layers.Dense(10)])
cheap = train(cheap, epochs=1)
""",
            says="That is what a function leaves that returns",
        ),
    ),
    shows="That multiplications are a budget, and that most of them go where there are many "
    "places and many channels at once.",
    usually="They cut filters everywhere, and keep a convolution at 28 × 28 places that takes "
    "nearly the whole budget.",
    ask="Your network and your neighbour's both got there. Which one would you take, and what "
    "would you have to measure to know?",
)

LESSON = Lesson(
    "17_five_minutes",
    SETUP,
    (check_multiplications, check_trade, check_cheap),
    more="""
## More to try

These change [notebook 17](../17_five_minutes.ipynb) itself, and nobody checks them.

1. Which of the two brakes does more? Try `strided(dropout=0.3)` without the two random layers,
and the layers without dropout, for 40 epochs.
2. Give `strided` a second convolution with `strides=2` in the place of the pooling. Predict its
multiplications first, with your function from exercise 1.
3. Run `train(build(with_brakes()), train_images, train_labels, 48, 128, [OneLine()])`, and make
a cup of tea. How far is your result from that in the file?
""",
    uses_keras=True,
)
