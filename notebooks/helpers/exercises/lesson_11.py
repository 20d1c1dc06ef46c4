"""Exercises of notebook 11: what training makes of filters, and what goes wrong around them."""

import numpy as np

from helpers.data import load_fashion_mnist, scale
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    all_layers,
    ask,
    forgotten,
    network,
    numbers,
    right_answers,
)

SETUP = """
import keras
import numpy as np
from keras import layers

import helpers.no_wait_after_epochs
from helpers.data import load_fashion_mnist
from helpers.exercises.lesson_11 import (
    check_find_filter,
    check_four_faults,
    check_only_filters,
)
from helpers.rates import falling_rate

(images, labels), _ = load_fashion_mnist()
images = images.reshape(-1, 28, 28, 1)
few_images, few_labels = images[:3000], labels[:3000]
val_images, val_labels = images[50000:52000], labels[50000:52000]
"""

# Turned, or with rows and columns exchanged, it is another one: each wrong reading shows.
HIDDEN = np.array([[1.0, 0.0, -0.5], [0.5, 0.25, 0.0], [0.75, -0.25, -0.75]])
EDGE = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
GOAL = 0.8


def _maps(pictures: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return what one filter makes of pictures, with four axes."""
    windows = np.lib.stride_tricks.sliding_window_view(pictures[..., 0], (3, 3), (1, 2))
    return (windows * kernel).sum(axis=(-2, -1))[..., None].astype("float32")


def _check_find_filter(find_filter) -> None:
    rng = np.random.default_rng(11)
    pictures = rng.uniform(-1, 1, size=(1000, 12, 12, 1)).astype("float32")
    found = ask(find_filter, pictures, _maps(pictures, HIDDEN))
    if isinstance(found, list) and any(np.ndim(part) == 4 for part in found):
        raise Wrong(
            f"It returns a list of {len(found)} arrays, as `get_weights` gives them. Which of "
            "them is the filter?"
        )
    if getattr(found, "shape", None) == (3, 3, 1, 1):
        raise Wrong(
            "It returns the filter with four axes, as Keras keeps it. A table of 3 × 3 has "
            "only the rows and the columns."
        )
    found = numbers(found, "The filter", shape=(3, 3))
    off = np.abs(found - HIDDEN).max()
    if off < 0.05:
        return
    for other, message in (
        (
            EDGE,
            "It returns the filter of the cell above. The maps of the check come from another "
            "one, so the answer must come from the maps.",
        ),
        (
            HIDDEN.T,
            "Rows and columns have changed places in what it returns. Keras keeps the rows of "
            "a filter in the first axis.",
        ),
        (
            HIDDEN[::-1, ::-1],
            "What it returns is turned by half a turn. Keras does not turn filters, so nothing "
            "has to be turned back.",
        ),
        (
            -HIDDEN,
            "All its signs are the wrong way round.",
        ),
    ):
        if np.abs(found - other).max() < 0.05:
            raise Wrong(message)
    lengths = np.linalg.norm(found) * np.linalg.norm(HIDDEN)
    alike = (found * HIDDEN).sum() / lengths if lengths else 0
    if alike > 0.8 and np.linalg.norm(found) > 5 * np.linalg.norm(HIDDEN):
        raise Wrong(
            "It has the pattern of the filter that made the maps, but its numbers are far too "
            "large. Has something made the pictures smaller before they reach the layer?"
        )
    if alike > 0.8:
        raise Wrong(
            f"It is on the way, but one of its numbers is still off by {off:.2f}. What could "
            "bring it further in training? The loss should end very near 0."
        )
    raise Wrong(
        f"It does not look like the filter that made the maps. One of its numbers is off by "
        f"{off:.2f}. Filters begin as random numbers. Has this layer been trained with the "
        "pictures and the maps, and for long enough? Print the loss of each epoch with "
        "`verbose=2`, and see whether it falls."
    )


check_find_filter = Exercise(
    name="find-filter",
    title="Find a hidden filter",
    kind="build",
    minutes=15,
    prompt="""
In notebook 10 we chose a filter and looked at its maps. Can training go the other way, from
pictures and their maps back to the filter?

Write `find_filter(pictures, maps)`. It trains a `Conv2D` layer with one filter and no bias until
the layer turns the pictures into the maps, and returns the filter as a table of 3 × 3. The loss
is `"mean_squared_error"`, as in notebook 1.

The cell below makes pictures of random numbers, and lets our edge filter make maps of them, so
that you can try your function. The check uses other pictures of this size and the maps of
another filter. Before you run it, predict how many numbers training has to find.
""",
    given="""
edge_filter = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
rng = np.random.default_rng(0)
pictures = rng.uniform(-1, 1, size=(1000, 12, 12, 1))  # any number from -1 to 1
known = layers.Conv2D(1, 3, use_bias=False)
known.build(pictures.shape)
known.set_weights([edge_filter.reshape(3, 3, 1, 1)])
maps = np.array(known(pictures))
print("pictures", pictures.shape, "maps", maps.shape)
""",
    answer="""
def find_filter(pictures, maps):
    ### BEGIN SOLUTION
    layer = layers.Conv2D(1, 3, use_bias=False)
    model = keras.Sequential([keras.Input(shape=(12, 12, 1)), layer])
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mean_squared_error")
    model.fit(pictures, maps, batch_size=50, epochs=10, verbose=0)
    return layer.get_weights()[0][:, :, 0, 0]
    ### END SOLUTION
""",
    checker=_check_find_filter,
    hints=(
        "`fit` takes inputs and what should come out for them. What are the two here, and in "
        "which layer is the result afterwards?",
        "The network has `keras.Input(shape=(12, 12, 1))` and one layer. Compile it with "
        "`keras.optimizers.Adam(0.05)` and the loss, and fit it for ten epochs.",
        "After training, `layer.get_weights()[0]` is the filter with the axes rows, columns, "
        "channels and filters. `[:, :, 0, 0]` takes the first of the last two.",
    ),
    right="Nine numbers began at random, and training made them those of the filter behind the "
    "maps.",
    explained="""
This is what training does to every filter. Here we gave it maps to aim at. In a classifier
nobody knows which maps are best, and the loss of the answers has to say which way each number
should go.

The pictures were random for a reason. In pictures of clothes, neighbouring pixels are much
alike, so two different filters can make nearly the same maps. Then the loss can be close to 0
while the filter is another one.
""",
    mistakes=(
        Mistake(
            """
def find_filter(pictures, maps):
    layer = layers.Conv2D(1, 3, use_bias=False)
    model = keras.Sequential([keras.Input(shape=(12, 12, 1)), layer])
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mean_squared_error")
    model.fit(pictures, maps, batch_size=50, epochs=10, verbose=0)
    return layer.get_weights()[0]
""",
            says="with four axes, as Keras keeps it",
        ),
        Mistake(
            """
def find_filter(pictures, maps):
    keras.utils.set_random_seed(0)
    layer = layers.Conv2D(1, 3, use_bias=False)
    model = keras.Sequential([keras.Input(shape=(12, 12, 1)), layer])
    model.compile(optimizer="adam", loss="mean_squared_error")
    model.fit(pictures, maps, batch_size=100, verbose=0)
    return layer.get_weights()[0][:, :, 0, 0]
""",
            says="It does not look like the filter that made the maps",
        ),
        Mistake(
            """
def find_filter(pictures, maps):
    layer = layers.Conv2D(1, 3, use_bias=False)
    model = keras.Sequential([keras.Input(shape=(12, 12, 1)), layer])
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mean_squared_error")
    model.fit(pictures, maps, batch_size=50, verbose=0)
    return layer.get_weights()[0][:, :, 0, 0]
""",
            says="It is on the way",
        ),
        Mistake(
            """
def find_filter(pictures, maps):
    return np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
""",
            says="the filter of the cell above",
        ),
        Mistake(
            """
def find_filter(pictures, maps):
    layer = layers.Conv2D(1, 3, use_bias=False)
    model = keras.Sequential([keras.Input(shape=(12, 12, 1)), layer])
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mean_squared_error")
    model.fit(pictures, maps, batch_size=50, epochs=10, verbose=0)
    return layer.get_weights()[0].T[0, 0]
""",
            says="Rows and columns have changed places",
        ),
    ),
    shows="That a filter is nothing but numbers that training can find, as it finds any other "
    "weights.",
    usually="They train too short, or with Adam's usual rate, whose steps are small for "
    "numbers near 1. Many return the filter with all its four axes.",
    ask="How would you notice, without knowing the filter, that it has been found?",
)


def _check_four_faults(build) -> None:
    import keras

    try:
        model = ask(build)
    except Wrong as wrong:
        if "negative" in str(wrong):
            raise Wrong(
                f"{wrong} So a convolution of 3 × 3 has met an image with too few rows. Which "
                "of the three numbers of your input are the rows, the columns and the channels?"
            ) from None
        if "expected axis" in str(wrong):
            raise Wrong(
                f"{wrong} A layer keeps the shape that it was built for. Make new layers, and do "
                "not take those of the list above."
            ) from None
        raise
    shape = getattr(model, "output_shape", None)
    if isinstance(shape, tuple) and len(shape) == 4 and shape[-1] == 10:
        places = f"{shape[1]} × {shape[2]}"
        raise Wrong(
            f"It gives ten numbers at each of {places} places. An image should get ten in all, "
            "from the numbers of all the maps together."
        )
    model = network(model, "What `build` returns", (28, 28, 1), 10)
    kinds = [type(layer).__name__ for layer in all_layers(model)]
    if "Conv2D" not in kinds:
        raise Wrong("There is no convolution left in it. It was not one of the faults.")
    (images, _), _ = load_fashion_mnist()
    batch = scale(images[200:300]).reshape(-1, 28, 28, 1)
    first = next(
        layer for layer in all_layers(model) if type(layer).__name__ == "Conv2D"
    )
    try:
        reaches = np.asarray(keras.Model(model.inputs[0], first.input)(batch))
    except Exception:
        raise Wrong(
            "It cannot be seen what reaches the convolution. Return one `keras.Sequential` "
            "with a list of layers."
        ) from None
    if reaches.max() < 0.1:
        raise Wrong(
            "For images from 0 to 1, the largest number that reaches the convolution is "
            f"{reaches.max():.4f}. By what have the grey levels been divided, all in all?"
        )
    if reaches.max() > 10:
        raise Wrong(
            "For images from 0 to 1, numbers up to "
            f"{reaches.max():,.0f} reach the convolution. A network learns best from about 1."
        )
    scores = numbers(ask(model, batch), "What the network gives")
    if np.allclose(scores.sum(axis=1), 1, atol=1e-4):
        raise Wrong(
            "The ten numbers of an image add up to 1, so they are probabilities already. What "
            "does a loss with `from_logits=True` do with what it gets?"
        )
    if scores.min() >= 0:
        raise Wrong(
            "For a hundred images, not one score is below 0, so something holds them back at "
            "the end. Scores may be any numbers."
        )


check_four_faults = Exercise(
    name="four-faults",
    title="Mend a convolutional network",
    kind="mend",
    minutes=10,
    prompt="""
A friend wants to recognise clothes. Her images went through `scale`, so their numbers are from 0
to 1. Her loss is the one of notebook 11, with `from_logits=True`. In her list of layers there
are four faults. Keras finds one of them and stops, as you can see below.

Write `build()`, which returns a network with all four mended. Keep her convolution with its 16
filters, and her pooling.
""",
    given="""
broken = [
    keras.Input(shape=(1, 28, 28)),
    layers.Rescaling(1 / 255),
    layers.Conv2D(16, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Dense(10, activation="softmax"),
]
try:
    keras.Sequential(broken)
except ValueError as error:
    print(error)
""",
    answer="""
def build():
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    ### END SOLUTION
""",
    hands_in="build",
    checker=_check_four_faults,
    hints=(
        "Go through the list with one image. What shape does it have, which numbers are in it, "
        "what does each layer make of it, and what does the loss expect?",
        "Keras reads the shape of an image as rows, columns and channels. Images from 0 to 1 "
        "are scaled already. And how many numbers should an image get in the end?",
        "Turn the shape round to (28, 28, 1), take out the layer that scales, put `Flatten` "
        "before the dense layer, and leave out its softmax.",
    ),
    right="Only one of the four faults stops Keras when it builds, so shapes, range and scores "
    "are yours to check.",
    explained="""
Keras takes the shape (1, 28, 28) for one row of 28 pixels with 28 channels. A pixel that is
scaled twice is at most 0.004. Without `Flatten`, the dense layer gives ten numbers at each of
13 × 13 places. And softmax in the network makes softmax twice, which notebook 6 has shown.
""",
    mistakes=(
        Mistake(
            """
def build():
    return keras.Sequential(
        [
            keras.Input(shape=(1, 28, 28)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
""",
            says="has met an image with too few rows",
        ),
        Mistake(
            """
def build():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
""",
            says="By what have the grey levels been divided",
        ),
        Mistake(
            """
def build():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dense(10),
        ]
    )
""",
            says="An image should get ten in all",
        ),
        Mistake(
            """
def build():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
""",
            says="so they are probabilities already",
        ),
        Mistake(
            """
def build():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, 3),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="relu"),
        ]
    )
""",
            says="not one score is below 0",
        ),
    ),
    shows="Which mistakes in a network stop at once, and which can only be seen by asking what "
    "shape and which numbers each layer gets.",
    usually="They mend what Keras complains about and leave the scaling and the softmax, "
    "because both run without an error.",
    ask="Which of the four faults would you notice from the accuracy alone?",
)


def _check_only_filters(model) -> None:
    model = network(model, "`only_filters`", (28, 28, 1), 10)
    with_weights = [layer for layer in all_layers(model) if layer.weights]
    dense = [layer for layer in with_weights if type(layer).__name__ == "Dense"]
    if not dense or with_weights[-1] is not dense[-1]:
        raise Wrong(
            "Its ten scores should come from a dense layer, which stays random."
        )
    for layer in dense:
        if layer.trainable_weights and model.trainable:
            raise Wrong(
                f"The dense layer {layer.name!r} may learn. In this network only the "
                "convolutions may."
            )
    if not any(layer.trainable_weights for layer in with_weights):
        raise Wrong("No layer of it may learn. The convolutions should.")
    for layer in dense:
        if layer.use_bias and np.any(layer.get_weights()[1]):
            raise Wrong(
                f"The dense layer {layer.name!r} cannot learn any more, but its biases are no "
                "longer 0, as they were at first. So it has learned before. It must stay "
                "random from the beginning."
            )
    (images, labels), _ = load_fashion_mnist()
    images = images.reshape(-1, 28, 28, 1)
    accuracy = right_answers(model, images[55_000:57_000], labels[55_000:57_000]).mean()
    if accuracy >= GOAL:
        return
    if accuracy < 0.2:
        raise Wrong(
            f"Only convolutions may learn in it, but {accuracy:.1%} of its answers are right, "
            "and guessing gets 10 %. Has it been trained, and with images from 0 to 255, as it "
            "gets them here?"
        )
    known = right_answers(model, images[:3000], labels[:3000]).mean()
    said = (
        f"Only convolutions may learn in it, and {accuracy:.1%} of its answers for new images "
        f"are right. {GOAL:.0%} are asked for."
    )
    if fault := forgotten(model):
        raise Wrong(f"{said} {fault}")
    if known < accuracy + 0.1:
        raise Wrong(
            f"{said} On the images for training it is {known:.1%}, so it "
            "has not learned them by heart. Could it train for longer, and could more filters, or "
            "more layers of them, help?"
        )
    raise Wrong(
        f"{said} On the images for training it is {known:.1%}, so it learns by heart. What did "
        "notebook 8 do about that?"
    )


check_only_filters = Exercise(
    name="only-filters",
    title="Let only the filters learn",
    kind="challenge",
    minutes=20,
    prompt="""
In notebook 11, random filters stayed as they were, and dense layers learned what to make of
their maps. Turn that round. Only convolutions learn, and every dense layer stays as random as it
was at the beginning. `layers.Dense` takes `trainable=False`, too. Write down first how good you
think such a network can become.

Build `only_filters` in this way, and train it with the 3,000 images in `few_images`. It must
name at least 80 % of the check's images right. These are validation images, too, but not those
in `val_images`, which are there for your choices. The check hands in images from 0 to 255. Every
way is right that gets there, and `train` is there if you like it.
""",
    given="""
def train(model, epochs, first_rate=0.01):
    rate = falling_rate(first_rate, len(few_images), batch_size=100, epochs=epochs)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(few_images, few_labels, batch_size=100, epochs=epochs, verbose=0)
""",
    answer="""
only_filters = ...
### BEGIN SOLUTION
keras.utils.set_random_seed(0)
only_filters = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10, trainable=False),
    ]
)
train(only_filters, epochs=10)
### END SOLUTION
""",
    checker=_check_only_filters,
    hints=(
        "Start with the convolutions of notebook 11, `Flatten` and one dense layer, and see "
        "how far you get with `val_images`. What could have more to learn with?",
        "A second dense layer that stays random makes it harder. A third convolution after the "
        "second pooling makes it easier.",
        "Three convolutions with 16, 32 and 64 filters, a pooling after each of the first two, "
        "`Flatten`, `Dense(10, trainable=False)`, and ten epochs.",
    ),
    right="Filters can learn to make maps that suit even a dense layer with random weights.",
    explained="""
The dense layer gives each class a random mixture of all the numbers in the maps. Its weights
cannot change, but the slopes pass through them to the filters, as they do in any network. So the
filters learn to make maps whose random mixture is large for the right class. This network has
23,296 weights and biases that can learn, and 5,770 that cannot.
""",
    mistakes=(
        Mistake(
            """
only_filters = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
""",
            says="may learn. In this network only",
        ),
        Mistake(
            """
only_filters = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(4),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
train(only_filters, epochs=1)
only_filters.layers[-1].trainable = False
""",
            says="So it has learned before",
        ),
        Mistake(
            """
only_filters = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10, trainable=False),
    ]
)
""",
            says="Has it been trained",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
only_filters = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10, trainable=False),
    ]
)
train(only_filters, epochs=2)
""",
            says="so it has not learned them by heart",
        ),
    ),
    shows="That a layer learns through the layers behind it, also if these never change.",
    usually="They keep the hidden dense layer of notebook 11, freeze a layer after training "
    "instead of before, or expect that nothing can come of it.",
    ask="In which layer does such a network know what a boot is?",
)

LESSON = Lesson(
    "11_fashion_cnn",
    SETUP,
    (check_find_filter, check_four_faults, check_only_filters),
    more="""
## More to try

These change [notebook 11](../11_fashion_cnn.ipynb) itself, and nobody checks them.

1. Take the second convolution and its pooling out of `convolutions`. Predict how many numbers now
reach the dense layers. Then compare the three kinds again. What are random filters worth now, and
how much does learning add to them? (The dense layer is now more than three times as large. So
give the kind without filters 218 neurons, which makes about as many parameters.)
2. Let only the second convolution learn, and keep `trainable=False` for the first. Predict where
this kind will end up between *fixed* and *learned*, and train it with three seeds.
3. Does a network with learned filters overfit? Train one for 20 epochs on 1,000 images, with
validation data, and draw its losses with `plot_turn` from notebook 8. Predict which of the three
stages it reaches.
""",
    uses_keras=True,
)
