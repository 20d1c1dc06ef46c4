"""Exercises of notebook 12: what to watch, what a number sees, and where parameters are."""

import numpy as np

from helpers.data import load_mnist
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    NotYet,
    Wrong,
    all_layers,
    ask,
    call,
    described,
    forgotten,
    network,
    numbers,
    right_answers,
)

SETUP = """
import keras
from keras import layers

import helpers.no_wait_after_epochs
from helpers.data import load_mnist
from helpers.exercises.lesson_12 import (
    check_keep_best,
    check_one_convolution,
    check_small_network,
)
from helpers.rates import falling_rate

(images, labels), _ = load_mnist()
images = images.reshape(-1, 28, 28, 1)
few_images, few_labels = images[:5000], labels[:5000]
val_images, val_labels = images[50000:52000], labels[50000:52000]
"""

# Each is best in another epoch, so that the weights that were kept tell what was watched.
LOG = {
    "val_accuracy": [0.82, 0.90, 0.86, 0.85, 0.84, 0.87, 0.83],
    "val_loss": [0.60, 0.45, 0.40, 0.46, 0.50, 0.55, 0.58],
    "accuracy": [0.80, 0.88, 0.93, 0.98, 0.96, 0.95, 0.94],
    "loss": [0.70, 0.40, 0.30, 0.20, 0.10, 0.15, 0.18],
}
SMALL_LOG = {
    "val_accuracy": [0.11, 0.10, 0.13, 0.15, 0.12],
    "val_loss": [2.30, 2.20, 2.10, 2.25, 2.15],
    "accuracy": [0.12, 0.14, 0.16, 0.18, 0.20],
    "loss": [2.30, 2.20, 2.10, 2.00, 1.90],
}
FEWEST, AT_LEAST = 30_000, 18
MOST, EPOCHS, GOAL = 100_000, 20, 0.998


def _listed(values: list[float]) -> str:
    return ", ".join(map(str, values))


def _weights_after(callback, log: dict) -> float:
    """Go through a training in which the weight is the number of the epoch, from 1.

    Returns what the weight is at the end; 0 if it is what it was when training ended.
    """
    import keras

    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1)])
    model.stop_training = False
    callback.set_model(model)
    call(callback.on_train_begin, {})
    epochs = len(log["loss"])
    for epoch in range(epochs):
        call(callback.on_epoch_begin, epoch, {})
        model.set_weights([np.full((1, 1), epoch + 1.0), np.zeros(1)])
        logs = {name: values[epoch] for name, values in log.items()}
        call(callback.on_epoch_end, epoch, logs)
        if model.stop_training:
            raise Wrong(
                f"It ends the training after epoch {epoch + 1} of {epochs}. It should let it "
                "go on, and keep the best weights."
            )
        if model.get_weights()[0] != epoch + 1:
            raise Wrong(
                f"After epoch {epoch + 1} it changes the network, while training goes on. "
                "When should the best weights come back?"
            )
    # As if one more step had been made: what was kept in the last epoch can be told apart.
    model.set_weights([np.zeros((1, 1)), np.zeros(1)])
    call(callback.on_train_end, {})
    return float(model.get_weights()[0][0, 0])


def _check_keep_best(keep_best) -> None:
    import keras

    if not isinstance(keep_best, type):
        raise Wrong(
            f"`KeepBest` should be a class of callbacks, but is {described(keep_best)}."
        )
    base = keras.callbacks.Callback
    if issubclass(keep_best, base) and all(
        getattr(keep_best, name) is getattr(base, name)
        for name in ("__init__", "on_epoch_end", "on_train_end")
    ):
        raise NotYet
    for log in (LOG, SMALL_LOG):
        callback = ask(keep_best)
        if not isinstance(callback, base):
            raise Wrong(
                "`KeepBest()` should make a callback, but makes "
                f"{described(callback)}. What must stand in brackets after the class's name?"
            )
        kept = _weights_after(callback, log)
        best = 1 + int(np.argmax(log["val_accuracy"]))
        if kept == best:
            continue
        if kept == 0:
            raise Wrong(
                "When training is over, the network still has its last weights. Either nobody "
                "has given the best ones back, or what was kept is no copy and has changed along "
                "with the network. `get_weights` makes a copy."
            )
        if kept == len(log["loss"]):
            raise Wrong(
                f"It has gone back to the last of {len(log['loss'])} epochs, though epoch "
                f"{best} had a higher val_accuracy. With what is each epoch compared, does that "
                "ever change, and are weights kept only then?"
            )
        for name, better in (
            ("accuracy", np.argmax),
            ("val_loss", np.argmin),
            ("loss", np.argmin),
        ):
            if kept == 1 + int(better(log[name])):
                raise Wrong(
                    f"It has gone back to epoch {kept:.0f}, in which {name} was best. The best "
                    f"val_accuracy was in epoch {best}."
                )
        if kept == 1 + int(np.argmin(log["val_accuracy"])):
            raise Wrong(
                f"It has gone back to epoch {kept:.0f}, which had the lowest val_accuracy. "
                "Does an accuracy rise or fall as training goes well?"
            )
        raise Wrong(
            f"With a val_accuracy of {_listed(log['val_accuracy'])} it has gone back to epoch "
            f"{kept:g}. The best one was epoch {best}."
        )


check_keep_best = Exercise(
    name="keep-best",
    title="Keep the best network",
    kind="mend",
    minutes=15,
    prompt="""
The callback of notebook 12 watched `accuracy`, and the network kept the weights of its last
epoch. A colleague wants another callback. It should let the training go on to its end, and then
give the network the weights of the epoch with the highest *validation* accuracy.

Below is what she has so far. After training, the network still has its last weights. There are
three faults. Copy the class, call it `KeepBest`, and mend it. A network has `get_weights` and
`set_weights` as a layer has. When training is over, `fit` calls the method
`on_train_end(self, logs=None)`.
""",
    given="""
class KeepsNothing(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.best = 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] > self.best:
            self.best_weights = self.model.get_weights()
""",
    answer="""
class KeepBest(keras.callbacks.Callback):
    ### BEGIN SOLUTION
    def __init__(self):
        super().__init__()
        self.best = 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] > self.best:
            self.best = logs["val_accuracy"]
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs=None):
        self.model.set_weights(self.best_weights)

    ### END SOLUTION
""",
    hands_in="KeepBest",
    checker=_check_keep_best,
    hints=(
        "Go through three epochs with a val_accuracy of 0.8, 0.9 and 0.7, and write down "
        "`self.best` and the weights that are kept after each. When do they come back?",
        "The first fault is in the name between the brackets of `logs`. The second is that "
        "something should change along with `best_weights`.",
        '`self.best` must become the new `logs["val_accuracy"]`, and `on_train_end` must call '
        "`self.model.set_weights` with what was kept.",
    ),
    right="The network goes back to its best epoch on images that it does not learn from, "
    "wherever training ended.",
    explained="""
Without a new `self.best`, every epoch with an accuracy above 0 counts as the best, so the last
one is kept. Kept weights are worth something once they are given back. And the *training*
accuracy often still rises in the last epoch, so a callback that watches it would change nothing.
""",
    mistakes=(
        Mistake(
            """
class KeepBest(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.best = 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] > self.best:
            self.best = logs["accuracy"]
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs=None):
        self.model.set_weights(self.best_weights)
""",
            says="in which accuracy was best",
        ),
        Mistake(
            """
class KeepBest(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.best = 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] > self.best:
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs=None):
        self.model.set_weights(self.best_weights)
""",
            says="With what is each epoch compared",
        ),
        Mistake(
            """
class KeepBest(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.best = 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] > self.best:
            self.best = logs["val_accuracy"]
            self.best_weights = self.model.get_weights()
""",
            says="Either nobody has given the best ones back",
        ),
        Mistake(
            """
class KeepBest(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.best = 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] > self.best:
            self.best = logs["val_accuracy"]
            self.best_weights = self.model.get_weights()
        else:
            self.model.set_weights(self.best_weights)
""",
            says="while training goes on",
        ),
    ),
    shows="What keeping the best takes, namely a metric, something to compare with, and a way "
    "back.",
    usually="They change the name of the metric and stop there. Then the last epoch is kept, or "
    "nothing comes back.",
    ask="Two epochs have the same val_accuracy. Which one does your callback keep, and does it "
    "matter?",
)


def _convolutions(model) -> list:
    return [layer for layer in all_layers(model) if "Conv" in type(layer).__name__]


def _view(model, layer) -> tuple[int, int]:
    """Return how many rows and columns of an image one number after a layer sees.

    One pixel after the other is lit in a black image, with weights that hide nothing: what
    changes a number is in its view.
    """
    import keras

    probe = keras.models.clone_model(keras.Model(model.inputs[0], layer.output))
    probe.set_weights(
        [np.full(w.shape, float(w.ndim > 1)) for w in probe.get_weights()]
    )
    lit = np.concatenate([np.zeros((1, 784)), 255 * np.eye(784)])
    answers = np.asarray(probe(lit.reshape(-1, 28, 28, 1).astype("float32")))
    changed = (answers[1:] != answers[0]).any(axis=-1).reshape(28, 28, -1)
    rows, columns = changed.any(axis=1).sum(axis=0), changed.any(axis=0).sum(axis=0)
    return int(rows.max()), int(columns.max())


def _check_small_network(build_small) -> None:
    model = ask(build_small)
    model = network(model, "What `build_small` returns", (28, 28, 1), 10)
    convolutions = _convolutions(model)
    if not convolutions:
        raise Wrong("There is no convolution in it.")
    if any(tuple(layer.kernel_size) != (3, 3) for layer in convolutions):
        raise Wrong("All its filters should be 3 × 3, as in notebook 12.")
    scores = numbers(ask(model, np.ones((1, 28, 28, 1), "float32")), "What it gives")
    if scores.min() >= 0 and np.isclose(scores.sum(), 1, atol=1e-4):
        raise Wrong(
            "Its ten numbers add up to 1, so they are probabilities. The loss of notebook 12 "
            "takes scores."
        )
    try:
        across = min(_view(model, convolutions[-1]))
    except Exception:
        raise Wrong(
            "It cannot be measured what its last convolution sees. Return one "
            "`keras.Sequential` with a list of layers, and no network inside it."
        ) from None
    total = model.count_params()
    if total >= FEWEST:
        largest = max(model.layers, key=lambda layer: layer.count_params())
        said = (
            f"It has {total:,} parameters, and should have fewer than {FEWEST:,}. "
            f"Most of them, {largest.count_params():,}, are in "
        )
        if largest in convolutions:
            raise Wrong(
                f"{said}a convolution with {largest.filters} filters. Each of them has a table "
                f"for each of the {largest.input.shape[-1]} maps that come in. Which of the "
                "two numbers can be smaller?"
            )
        raise Wrong(
            f"{said}a dense layer, which has a weight for each of its inputs and neurons. How "
            "could fewer numbers reach it?"
        )
    if across < AT_LEAST:
        raise Wrong(
            f"It has {total:,} parameters, which is few enough. But a number after its last "
            f"convolution sees {across} pixels across, and should see {AT_LEAST}. Which layers "
            "double the distance between neighbours?"
        )


check_small_network = Exercise(
    name="small-network",
    title="See as much with fewer parameters",
    kind="build",
    minutes=15,
    prompt="""
The network with three convolutions in notebook 12 has 50,842 parameters. Each number after its
last convolution sees 18 pixels across and 18 down. Can a smaller network see as much?

Write `build_small()`, which returns a network for the digits of notebook 12, with ten scores. It
has fewer than 30,000 parameters, its filters are 3 × 3, and each number after its last
convolution sees at least 18 pixels across and 18 down, except where the image ends. You do not
need to train it. Work out on paper what its last convolution sees and how many parameters it
has, before you run the check.
""",
    answer="""
def build_small():
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    ### END SOLUTION
""",
    hands_in="build_small",
    checker=_check_small_network,
    hints=(
        "Which rows of the table in notebook 12 make the view wider, and which of these layers "
        "have parameters at all?",
        "The view depends on sizes and distances, and not on the number of filters. In which "
        "layer of the network of notebook 12 are most of the parameters?",
        "Its third convolution has 64 × (3 × 3 × 48 + 1) parameters. Take fewer filters in the "
        "second and in the third, and leave the rest as it is.",
    ),
    right="What a number sees comes from sizes and distances and not from the number of filters, "
    "so a narrow network can see as far as a wide one.",
    explained="""
This network has 22,058 parameters. Its view is that of the table in notebook 12, because only
filters are fewer. With 32 of them in place of 48 and of 64, the third convolution has 9,248
parameters instead of 27,712, and the dense layer has half as many inputs.
""",
    mistakes=(
        Mistake(
            """
def build_small():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(4),
            layers.Flatten(),
            layers.Dense(20, activation="relu"),
            layers.Dense(10),
        ]
    )
""",
            says="Which layers double the distance between neighbours?",
        ),
        Mistake(
            """
def build_small():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(48, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
""",
            says="Which of the two numbers can be smaller?",
        ),
        Mistake(
            """
def build_small():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
""",
            says="How could fewer numbers reach it?",
        ),
        Mistake(
            """
def build_small():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Dense(10),
        ]
    )
""",
            says="should give 10 numbers for each example",
        ),
    ),
    shows="That the view comes from sizes and distances, while parameters come from numbers of "
    "maps and from what reaches a dense layer.",
    usually="They save parameters with a single convolution, which sees three pixels, or stack "
    "convolutions without pooling, so that far too many numbers reach the dense layer.",
    ask="How could the network see all 28 pixels, and would it need more parameters for that?",
)


def _check_one_convolution(model, history) -> None:
    model = network(model, "`model`", (28, 28, 1), 10)
    if (found := len(_convolutions(model))) != 1:
        raise Wrong(f"It should have one convolution, and has {found}.")
    if model.count_params() > MOST:
        largest = max(model.layers, key=lambda layer: layer.count_params())
        raise Wrong(
            f"It has {model.count_params():,} parameters, and {MOST:,} are allowed. In the layer "
            f"{largest.name!r} alone there are {largest.count_params():,}. What goes into it?"
        )
    logs = getattr(history, "history", None)
    if not isinstance(logs, dict) or not logs.get("loss"):
        raise Wrong(
            "`history` should be what `fit` returned when it trained this network, but is "
            f"{described(history)}."
        )
    epochs = len(logs["loss"])
    if epochs > EPOCHS:
        raise Wrong(f"It was trained for {epochs} epochs, and {EPOCHS} are allowed.")
    (images, labels), _ = load_mnist()
    images = images[:5000].reshape(-1, 28, 28, 1)
    accuracy = right_answers(model, images, labels[:5000]).mean()
    if accuracy >= GOAL:
        return
    said = f"It reads {accuracy:.2%} of the 5,000 digits right, and should read {GOAL:.1%} right."
    logged = max(logs.get("accuracy") or [0])
    if logged > accuracy + 0.05:
        raise Wrong(
            f"{said} But its log says {logged:.2%}. Is this the network "
            "that was trained, and were its images other ones? Here they have numbers from 0 to "
            "255."
        )
    if fault := forgotten(model):
        raise Wrong(f"{said} {fault}")
    if logged >= GOAL:
        raise Wrong(
            f"{said} Its log has reached {logged:.2%}, but that is an average over an epoch, and "
            "here the network is asked as it is now. A last step can make it worse. What makes "
            "the last steps short?"
        )
    if epochs < EPOCHS / 2:
        raise Wrong(
            f"{said} It was trained for {epochs} of at most {EPOCHS} epochs. What would it do "
            "with more of them?"
        )
    raise Wrong(
        f"{said} It had {epochs} epochs. Has it enough filters and neurons, and does the "
        "learning rate let it come to rest?"
    )


check_one_convolution = Exercise(
    name="one-convolution",
    title="Reach 99.8 % with few parameters",
    kind="challenge",
    minutes=20,
    prompt="""
In notebook 12, one convolution reached 99.8 % on the digits that it learned from, with 1,386,506
parameters. Do it with 100,000 at most.

Build `model` with a single convolution, and train it with the 5,000 digits in `few_images` for
at most 20 epochs, in one `fit`. Keep what it returns as `history`. Afterwards, the network must read at
least 99.8 % of these 5,000 digits right. The check hands in digits from 0 to 255. Every way is
right that gets there, and `train` is there if you like it.

Before you train, write down how many of 100 other digits such a network will read right. Then
look at `val_accuracy`. For that, hand `validation_data` to `train`, too.
""",
    given="""
def train(model, epochs, first_rate, **others):
    rate = falling_rate(first_rate, len(few_images), batch_size=64, epochs=epochs)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model.fit(
        few_images, few_labels, batch_size=64, epochs=epochs, verbose=0, **others
    )
""",
    answer="""
model = ...
history = ...
### BEGIN SOLUTION
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10),
    ]
)
validation = (val_images, val_labels)
history = train(model, epochs=12, first_rate=0.005, validation_data=validation)
### END SOLUTION
""",
    hands_in="model, history",
    checker=_check_one_convolution,
    hints=(
        "Where does the network of notebook 12 have nearly all its parameters, and on which "
        "two numbers does that depend?",
        "After a pooling of 2 × 2 there are 169 numbers for each filter. Multiply them by the "
        "filters and by the neurons, and stay below 100,000.",
        "Eight filters and 64 neurons are enough. Let the rate fall from 0.005 to 0 over 12 "
        "epochs, without a callback that stops.",
    ),
    right="A network can know its own digits with less than a tenth of the parameters, and only "
    "`val_accuracy` says how well it reads others.",
    explained="""
The network has 87,322 parameters and reads nearly all of its own 5,000 digits right. Of other
digits it reads fewer than 98 of 100 right, so the two differ by more than two points. In
notebook 12, with ten times as many digits to learn from, they differed by about one.
""",
    mistakes=(
        Mistake(
            """
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10),
    ]
)
history = {}
""",
            says="What goes into it?",
        ),
        Mistake(
            """
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
history = {}
""",
            says="It should have one convolution",
        ),
        Mistake(
            """
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(4),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
history = train(model, epochs=1, first_rate=0.003)
""",
            says="What would it do with more of them?",
        ),
        Mistake(
            """
few_images = few_images[:64]
few_labels = few_labels[:64]
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(4),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
history = train(model, epochs=25, first_rate=0.003)
""",
            says="It was trained for 25 epochs",
        ),
        Mistake(
            """
few_images = few_images[:640] / 255
few_labels = few_labels[:640]
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(8, 3, activation="tanh"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
history = train(model, epochs=10, first_rate=0.003)
""",
            says="But its log says",
        ),
    ),
    shows="That a threshold for training accuracy can be reached with a small network as well, "
    "and that it is no measure for other digits.",
    usually="They take the network of notebook 12, or stop as soon as the log says 99.8 %, "
    "which is an average over an epoch.",
    ask="Your network reads all of its own digits. How many more would it have to know to read "
    "others as well?",
)

LESSON = Lesson(
    "12_one_convolution_to_998",
    SETUP,
    (check_keep_best, check_small_network, check_one_convolution),
    more="""
## More to try

These change [notebook 12](../12_one_convolution_to_998.ipynb) itself, and nobody checks them.

1. Let the callback watch `val_accuracy` instead, with
`StopAtThreshold(0.988, metric="val_accuracy")`, and run the notebook from *Build* to the curves.
Predict whether it stops at all.
2. How many pixels across does a number see after two convolutions of 3 × 3 with no pooling
between them? And after two of 5 × 5?
3. Take your network of exercise 2 as a fourth kind in `kinds`. Predict where its validation
accuracy will lie among the three.
""",
    uses_keras=True,
)
