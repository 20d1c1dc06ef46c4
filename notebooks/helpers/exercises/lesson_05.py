"""Exercises of notebook 5: a network and its parameters, its loss, and its log."""

from collections.abc import Callable
from itertools import product

import numpy as np

from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    ask,
    choice,
    described,
    network,
    number,
    numbers,
    whole_number,
)

SETUP = """
import keras
import numpy as np
from keras import layers

from helpers.exercises.lesson_05 import check_log, check_measure, check_network
"""

SHAPES = [(784, 64), (64,), (64, 32), (32,), (32, 10), (10,)]
WEIGHTS = [shape for shape in SHAPES if len(shape) == 2]


def _size(shapes: list) -> int:
    return sum(int(np.prod(shape)) for shape in shapes)


def _check_predicted(predicted: object) -> None:
    found = whole_number(predicted, "The predicted number of parameters")
    if found == _size(SHAPES):
        return
    if found == _size(WEIGHTS):
        raise Wrong(
            f"{found} are all the weights. Each neuron has one more number of its own that "
            "learning changes."
        )
    if found == _size([(784, 64), (64,), (784, 32), (32,), (784, 10), (10,)]):
        raise Wrong(
            f"With {found}, every layer would look at the 784 pixels. What comes into the "
            "second layer?"
        )
    if found == _size([(28, 64), *SHAPES[1:]]):
        raise Wrong(
            f"With {found}, a neuron of the first layer would have 28 weights. How many "
            "numbers come out of `Flatten`?"
        )
    if found == _size([(784, 64), (1,), (64, 32), (1,), (32, 10), (1,)]):
        raise Wrong(
            f"{found} has one bias for each layer. In notebook 5, 128 neurons had 128 biases."
        )
    if found in (_size(SHAPES[:4]), _size(SHAPES[:2]), _size(SHAPES[2:])):
        raise Wrong(
            f"{found} is not all of it. The network has three layers with parameters."
        )
    raise Wrong(
        f"{found} is too {'many' if found > _size(SHAPES) else 'few'}. How many numbers come "
        "into the layer with 32 neurons, and how many parameters has each of the 32?"
    )


def _answers(weights: list, images: np.ndarray, activations: tuple) -> np.ndarray:
    """Return what dense layers with these weights and activations give."""
    import keras

    results = images.reshape(len(images), -1)
    for layer, name in enumerate(activations):
        results = results @ weights[2 * layer] + weights[2 * layer + 1]
        results = np.asarray(keras.activations.get(name)(results))
    return results


def _check_network(predicted, model) -> None:
    _check_predicted(predicted)
    given = getattr(model, "output_shape", None)
    if isinstance(given, tuple) and given[1:] == (28, 10):
        raise Wrong(
            "For one image your network gives 28 rows of ten numbers, one for each row of "
            "pixels. Which layer lays the rows end to end?"
        )
    model = network(model, "`model`", (28, 28), 10)
    weights = ask(model.get_weights)
    shapes = [np.shape(array) for array in weights]
    matrices = [shape for shape in shapes if len(shape) == 2]
    if shapes != SHAPES:
        if matrices == WEIGHTS:
            raise Wrong("Some of the neurons have no bias. `Dense` gives them one.")
        neurons = [shape[-1] for shape in matrices]
        if neurons == [32, 64, 10]:
            raise Wrong(
                "32 neurons come before 64. An image goes through the layers in the order of "
                "the list."
            )
        if neurons != [64, 32, 10]:
            raise Wrong(
                f"The numbers of neurons in your layers are {neurons}. They should be "
                "[64, 32, 10]."
            )
        raise Wrong(
            f"The weights of your layers have the shapes {matrices}. In the first of them, 784 "
            "numbers should come in. Where does `Flatten` have to stand?"
        )
    images = np.random.default_rng(5).random((8, 28, 28)).astype("float32")
    found = numbers(ask(model, images), "What `model` gives", shape=(8, 10))
    hidden = ("relu", "linear")
    last = ("softmax", "relu", "sigmoid", "linear")
    for names in product(hidden, hidden, last):
        if not np.allclose(found, _answers(weights, images, names), atol=1e-4):
            continue
        if names[2] != "softmax":
            raise Wrong(
                "The ten numbers that come out for our first image add up to "
                f"{found[0].sum():.2f}, and {np.sum(found[0] <= 0)} of them are 0 or less. "
                "Probabilities add up to 1. Which activation makes them?"
            )
        if "linear" in names:
            raise Wrong(
                f"Negative results leave the layer with {(64, 32)[names.index('linear')]} "
                "neurons as they are, so two layers can do no more than one. What turns them "
                "into 0?"
            )
        return
    raise Wrong(
        "The layers have the right sizes, but do something else with their results than "
        "`relu`, `relu` and `softmax`, in this order."
    )


check_network = Exercise(
    name="network",
    title="Count first, then build",
    kind="build",
    minutes=10,
    prompt="""
This network has one more layer than the one of notebook 5. It looks at images of 28 × 28 pixels
and has 64 neurons, then 32, then 10 for the ten classes. The neurons of the first two layers use
`relu`, and what comes out in the end must be ten probabilities.

Work out on paper how many parameters it has, and write the number down as `predicted`. Then
build the network. It need not be compiled. If you like, let `model.summary()` count in a cell of
its own, but only afterwards.
""",
    answer="""
predicted = ...
### BEGIN SOLUTION
predicted = (784 * 64 + 64) + (64 * 32 + 32) + (32 * 10 + 10)
### END SOLUTION

model = ...
### BEGIN SOLUTION
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
### END SOLUTION
""",
    hands_in="predicted, model",
    checker=_check_network,
    hints=(
        "Look at a single neuron of the layer with 32. What comes into it, and which numbers "
        "does it have of its own?",
        "A `Dense` layer has one weight for each pair of an input and a neuron, and one bias "
        "for each neuron. What a layer gives is the input of the next. In the network, "
        "`Flatten` comes before the first of them.",
        "The first layer has 784 × 64 weights and 64 biases. Go on with 64 inputs and 32 "
        "neurons, and add all up. The list of notebook 5 needs other numbers and one more "
        "line.",
    ),
    right="You have counted what Keras counts, one weight for each connection and one bias for "
    "each neuron.",
    explained="""
The three layers have 50,240, 2,080 and 330 parameters, 52,650 together. Nearly all of them are
in the first layer, because 784 numbers come into it and only 64 and 32 into the others. Though
this network has a layer more than the one of notebook 5, it has about half as many parameters.
""",
    mistakes=(
        Mistake(
            """
predicted = 784 * 64 + 64 * 32 + 32 * 10
model = keras.Sequential([keras.Input(shape=(28, 28)), layers.Flatten()])
""",
            says="Each neuron has one more number of its own",
        ),
        Mistake(
            """
predicted = (784 * 64 + 64) + (784 * 32 + 32) + (784 * 10 + 10)
model = keras.Sequential([keras.Input(shape=(28, 28)), layers.Flatten()])
""",
            says="every layer would look at the 784 pixels",
        ),
        Mistake(
            """
predicted = 52650
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        layers.Dense(64, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
""",
            says="Which layer lays the rows end to end?",
        ),
        Mistake(
            """
predicted = 52650
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="relu"),
    ]
)
""",
            says="Probabilities add up to 1",
        ),
        Mistake(
            """
predicted = 52650
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        layers.Flatten(),
        layers.Dense(64),
        layers.Dense(32),
        layers.Dense(10, activation="softmax"),
    ]
)
""",
            says="two layers can do no more than one",
        ),
        Mistake(
            """
predicted = 52650
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
""",
            says="32 neurons come before 64",
        ),
    ),
    shows="Where the parameters of a network are, and which lines of code make them.",
    usually="They forget the biases, or connect every layer to the 784 pixels. In the code they "
    "leave out `Flatten`, or give the last layer `relu` like the others.",
    ask="You may add 32 neurons to one of the two hidden layers. Which costs more parameters?",
)


def _check_measure(measure) -> None:
    rng = np.random.default_rng(6)
    for images, classes in ((7, 3), (40, 10), (25, 4)):
        probabilities = rng.dirichlet(np.ones(classes), size=images)
        labels = rng.integers(classes, size=images)
        _check_numbers(measure, probabilities, labels)


def _check_numbers(
    measure: Callable, probabilities: np.ndarray, labels: np.ndarray
) -> None:
    """Check loss and accuracy for one table of probabilities."""
    parts = ask(measure, probabilities, labels)
    if not isinstance(parts, tuple | list) or len(parts) != 2:
        raise Wrong(
            "`measure` should return two numbers, the loss and the accuracy, but returns "
            f"{described(parts)}."
        )
    if getattr(parts[0], "shape", None) == labels.shape:
        raise Wrong(
            f"For {len(labels)} images there are {len(labels)} losses. `evaluate` returns a "
            "single number."
        )
    loss = number(parts[0], "The loss, which is the first number,")
    accuracy = number(parts[1], "The accuracy, which is the second number,")
    true = probabilities[np.arange(len(labels)), labels]
    largest = probabilities.max(axis=1)
    hits = probabilities.argmax(axis=1) == labels
    right_loss = np.mean(-np.log(true))
    if np.isclose(accuracy, right_loss) and np.isclose(loss, hits.mean()):
        raise Wrong("The loss comes first, and then the accuracy.")
    for mistaken, message in (
        (
            np.mean(-np.log(largest)),
            "The loss uses the largest probability of each image, and never looks at the "
            "labels. So it is small wherever the network is sure, right or wrong.",
        ),
        (
            -np.log(largest.mean()),
            "The loss uses the largest probability of each image. Which one should it use?",
        ),
        (
            -np.log(true.mean()),
            "The loss is -ln of the mean probability. The mean should be taken over the "
            "losses of the images, so that a single bad answer counts.",
        ),
        (
            np.mean(-np.log(probabilities[:, labels])),
            "The loss takes the columns of all labels from every row. Each row needs only "
            "the column of its own label.",
        ),
        (
            np.sum(-np.log(true)),
            "The loss is a sum over all images. It should not grow with their number.",
        ),
        (
            -right_loss,
            "The loss is negative. The logarithm of a number below 1 is negative, and the "
            "loss has a minus before it.",
        ),
        (
            np.mean(1 - true),
            "The loss is the mean of 1 - p. Certain and wrong should cost far more than 1.",
        ),
        (
            np.mean(-np.log10(true)),
            "The loss uses another logarithm. `np.log` is ln.",
        ),
    ):
        if np.isclose(loss, mistaken):
            raise Wrong(message)
    if not np.isclose(loss, right_loss, rtol=1e-4):
        raise Wrong(
            f"For {len(labels)} images the loss is {loss:.3f}, and should be "
            f"{right_loss:.3f}. How much does the first image cost by itself?"
        )
    for mistaken, message in (
        (
            np.mean(largest > 0.5),
            "The loss is right. The accuracy counts how often the network is sure, with more "
            "than 0.5 for a class. What makes an answer right?",
        ),
        (
            np.mean(true > 0.5),
            "The loss is right. The accuracy counts how often the true class has more than "
            "0.5. But with ten classes, 0.3 can be the largest.",
        ),
        (
            true.mean(),
            "The loss is right. The accuracy is the mean probability of the true "
            "class. But an answer is right or wrong, and nothing between.",
        ),
        (
            hits.sum(),
            "The loss is right. The accuracy is a count. It should be a share.",
        ),
        (
            1 - hits.mean(),
            "The loss is right. The accuracy is as large as the share of wrong answers.",
        ),
        (
            100 * hits.mean(),
            "The loss is right. Give the accuracy as a share, without %.",
        ),
    ):
        if np.isclose(accuracy, mistaken) and not np.isclose(accuracy, hits.mean()):
            raise Wrong(message)
    if not np.isclose(accuracy, hits.mean()):
        raise Wrong(
            f"The loss is right. Of {len(labels)} images, {hits.sum()} have their largest "
            f"probability at the true class, but the accuracy is {accuracy:.3f}."
        )


check_measure = Exercise(
    name="measure",
    title="Mend the loss and the accuracy",
    kind="mend",
    minutes=15,
    prompt="""
The function below gets a table of probabilities, with a row for each image and a column for each
class, and the labels. It should return what `evaluate` returns, the loss and the accuracy.

The cell tries it on two images. The network is sure that both belong to class 0, but their labels
are 1 and 2. Both answers are wrong, and yet the loss is small and the accuracy is 1.

Copy the function, and mend both numbers.
""",
    given="""
def broken_measure(probabilities, labels):
    largest = probabilities.max(axis=1)
    loss = -np.log(largest.mean())
    accuracy = np.mean(largest > 0.5)
    return loss, accuracy


sure = np.array([[0.90, 0.05, 0.05], [0.90, 0.05, 0.05]])
loss, accuracy = broken_measure(sure, np.array([1, 2]))
print(f"loss {loss:.3f}, accuracy {accuracy:.2f}")
""",
    answer="""
def measure(probabilities, labels):
    ### BEGIN SOLUTION
    true = np.array([probabilities[i, labels[i]] for i in range(len(labels))])
    loss = np.mean(-np.log(true))
    accuracy = np.mean(probabilities.argmax(axis=1) == labels)
    return loss, accuracy
    ### END SOLUTION
""",
    checker=_check_measure,
    hints=(
        "The labels go into the function. Where does it use them? Both numbers need them.",
        "The loss of one image is -ln of the probability of its true class, and the loss of "
        "all is the mean of these. An answer is the class with the largest probability. It "
        "is right if it is the label.",
        "For image `i`, the probability of the true class is `probabilities[i, labels[i]]`. "
        "Collect these for all images in `range(len(labels))`. For the accuracy, compare "
        "`np.argmax(probabilities, axis=1)` with the labels.",
    ),
    right="The loss looks at the probability of the true class, and the accuracy only at which "
    "probability is the largest.",
    explained="""
Each of the two images costs −ln(0.05), which is 3.00, and no answer is right. The order matters
as well. The mean of the losses lets one image with a tiny *p* count a lot, and −ln of the mean
*p* would hide it among the others.
""",
    mistakes=(
        Mistake(
            """
def measure(probabilities, labels):
    largest = probabilities.max(axis=1)
    return np.mean(-np.log(largest)), np.mean(probabilities.argmax(axis=1) == labels)
""",
            says="never looks at the labels",
        ),
        Mistake(
            """
def measure(probabilities, labels):
    true = np.array([probabilities[i, labels[i]] for i in range(len(labels))])
    return -np.log(true.mean()), np.mean(probabilities.argmax(axis=1) == labels)
""",
            says="The loss is -ln of the mean probability",
        ),
        Mistake(
            """
def measure(probabilities, labels):
    true = np.array([probabilities[i, labels[i]] for i in range(len(labels))])
    return np.mean(-np.log(true)), np.mean(true > 0.5)
""",
            says="how often the true class has more than 0.5",
        ),
        Mistake(
            """
def measure(probabilities, labels):
    true = np.array([probabilities[i, labels[i]] for i in range(len(labels))])
    return np.mean(-np.log(true)), np.mean(probabilities.max(axis=1) > 0.5)
""",
            says="how often the network is sure",
        ),
        Mistake(
            """
def measure(probabilities, labels):
    true = np.array([probabilities[i, labels[i]] for i in range(len(labels))])
    return np.mean(-np.log(true)), true.mean()
""",
            says="an answer is right or wrong, and nothing between",
        ),
    ),
    shows="What the two numbers of a log are made of, and that only one of them asks how sure "
    "the network is.",
    usually="They take the largest probability for that of the true class, and count an answer "
    "as right when it is above 0.5.",
    ask="Which of the two numbers changes if the network becomes a little more sure of "
    "everything?",
)


def _check_log(log) -> None:
    choice(
        log,
        right="C",
        wrong={
            "A": "The loss is not 1 minus the accuracy. The accuracy asks only which "
            "probability is the largest. Can the probability of the true class shrink without "
            "changing that?",
            "B": "How many of the answers are right? Compare val_accuracy in the two lines.",
            "D": "A network that has stopped changing has the same training loss in every "
            "epoch. What did it do here?",
        },
    )


check_log = Exercise(
    name="log",
    title="Explain a log",
    kind="explain",
    minutes=5,
    prompt="""
A friend trains the network of exercise 1 on 2,000 training images, and validates it on 5,000
others. These are two lines of the log.

```text
epoch 30: accuracy: 0.957 - loss: 0.155 - val_accuracy: 0.821 - val_loss: 0.595
epoch 45: accuracy: 0.978 - loss: 0.082 - val_accuracy: 0.820 - val_loss: 0.737
```

What happened between them?

- **A** There must be a mistake in the log. The validation loss cannot rise while the validation
accuracy stays nearly the same.
- **B** The network got worse at choosing a class, so many more answers to validation images are
wrong now.
- **C** About as many answers to validation images are right as before. But for some images the
true class has a smaller probability than before.
- **D** The network stopped changing. What is different is only luck.
""",
    answer="""
log = ...
### BEGIN SOLUTION
log = "C"
### END SOLUTION
""",
    checker=_check_log,
    hints=(
        "Which of the four numbers has hardly changed? Which question does that number "
        "answer, and which question does a loss answer?",
        "The loss of an image depends on the probability *p* of its true class, and on nothing "
        "else. If the mean loss rises, what has become of *p* for some of the images?",
        "For an image that is wrong at *p* = 0.1 and again at *p* = 0.001, the accuracy is "
        "the same. By how much does its loss grow?",
    ),
    right="A loss can rise while the accuracy stays where it is, because the loss also asks how "
    "small the probability of the true class is.",
    explained="""
Of 5,000 answers only a few more are wrong, so the accuracy has hardly changed. The mean loss
has grown by 0.142, and it can only grow if *p* shrinks for some images. An image that is wrong
stays wrong when its *p* falls from 0.1 to 0.001, but its loss triples, from 2.30 to 6.91.
""",
    mistakes=(
        Mistake('log = "A"', says="The loss is not 1 minus the accuracy"),
        Mistake('log = "B"', says="Compare val_accuracy in the two lines"),
        Mistake('log = "D"', says="has the same training loss in every epoch"),
    ),
    shows="That accuracy and loss answer different questions, so that one can stand still while "
    "the other gets worse.",
    usually="They think that a loss which rises means more wrong answers.",
    ask="The training accuracy rose from 0.957 to 0.978. Would you train for longer?",
)

LESSON = Lesson(
    "05_first_network",
    SETUP,
    (check_network, check_measure, check_log),
    more="""
## More to try

These change [notebook 5](../05_first_network.ipynb) itself, and nobody checks them.

1. Set `learning_rate=0.1` under *Measure*. Predict the bias after step 1, and what the loss will
do. Then run everything from *Build* up to the five steps. Put 0.001 back afterwards.
2. Leave out the layer `layers.Dense(128, activation="relu")`. Predict the number of parameters
and the validation accuracy, then run everything from *Build* up to the curves. Put the layer back
afterwards.
3. Train with `batch_size=32`, again from *Build* up to the curves. What does the counter count to
now? What happens to the time for an epoch, and to the validation curve?
""",
    uses_keras=True,
)
