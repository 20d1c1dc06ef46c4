"""Exercises of notebook 8: stages of training, size, and dropout."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from helpers.data import load_fashion_mnist, scale
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    ask,
    choice,
    described,
    network,
    numbers,
    whole_number,
)

SETUP = """
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

import helpers.no_wait_after_epochs
from helpers.exercises.lesson_08 import (
    build,
    check_dropout,
    check_extra_layer,
    check_stages,
    check_too_long,
    curves,
    train,
)

plt.style.use("helpers.classroom")
"""

# Training loss and validation loss of three networks, trained as in notebook 8 on 1,000 images:
# with 16 hidden neurons, with 2, and with 512.
_RECORDED = {
    "A": (
        """
        1.834 1.341 1.081 0.932 0.842 0.778 0.723 0.679 0.646 0.614 0.584 0.557 0.532
        0.511 0.491 0.473 0.456 0.440 0.426 0.412 0.400 0.387 0.376 0.365 0.354 0.345
        0.335 0.327 0.318 0.310
        """,
        """
        1.543 1.217 1.027 0.921 0.860 0.814 0.775 0.745 0.719 0.698 0.681 0.666 0.652
        0.640 0.631 0.622 0.614 0.608 0.602 0.597 0.592 0.587 0.584 0.581 0.578 0.576
        0.572 0.571 0.569 0.567
        """,
    ),
    "B": (
        """
        2.236 2.167 2.114 2.078 2.051 2.029 2.008 1.990 1.974 1.960 1.948 1.937 1.927
        1.918 1.909 1.902 1.894 1.888 1.881 1.875 1.870 1.864 1.859 1.854 1.850 1.845
        1.841 1.837 1.833 1.829
        """,
        """
        2.197 2.146 2.105 2.077 2.054 2.034 2.016 2.000 1.986 1.973 1.962 1.952 1.943
        1.934 1.927 1.919 1.913 1.906 1.901 1.895 1.890 1.885 1.880 1.875 1.871 1.867
        1.863 1.859 1.855 1.852
        """,
    ),
    "C": (
        """
        1.155 0.658 0.542 0.453 0.397 0.357 0.317 0.290 0.262 0.236 0.213 0.199 0.182
        0.169 0.152 0.139 0.134 0.125 0.121 0.116 0.114 0.120 0.120 0.110 0.095 0.074
        0.064 0.051 0.049 0.044
        """,
        """
        0.810 0.733 0.653 0.623 0.617 0.618 0.615 0.600 0.575 0.565 0.557 0.559 0.585
        0.602 0.611 0.623 0.639 0.673 0.655 0.638 0.658 0.653 0.626 0.702 0.728 0.644
        0.680 0.692 0.701 0.732
        """,
    ),
}
curves = {
    name: {
        "loss": np.array(loss.split(), float),
        "val_loss": np.array(val.split(), float),
    }
    for name, (loss, val) in _RECORDED.items()
}
EPOCHS = 12


def build(*hidden):
    """Build and compile the network of notebook 8, with these hidden layers."""
    import keras

    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), *hidden, keras.layers.Dense(10)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


@cache
def _few_images() -> tuple[np.ndarray, ...]:
    (images, labels), _ = load_fashion_mnist()
    val_images, val_labels = images[50000:53000], labels[50000:53000]
    return scale(images[:500]), labels[:500], scale(val_images), val_labels


def train(model, epochs: int):
    """Train on the first 500 clothes, in batches of 25, and validate with 3,000 others."""
    images, labels, val_images, val_labels = _few_images()
    return model.fit(
        images,
        labels,
        batch_size=25,
        epochs=epochs,
        validation_data=(val_images, val_labels),
        validation_batch_size=3000,
        verbose=0,
    )


STAGES = ("gap", "underfitting", "overfitting")
# What to say to who gives a curve another name than its own.
_NOT_THAT_STAGE = {
    (
        "A",
        "overfitting",
    ): "In A the gap is wide, but that alone is not what notebook 8 calls "
    "overfitting. What does the validation loss do at the end?",
    (
        "A",
        "underfitting",
    ): "In A the training loss falls to 0.31. Does this network do badly on "
    "the images that it was trained on?",
    (
        "B",
        "gap",
    ): "In B the two curves lie close together all the way. How high are they, "
    "compared with the others?",
    (
        "B",
        "overfitting",
    ): "In B the validation loss falls to the end. And how low does the "
    "training loss get?",
    (
        "C",
        "gap",
    ): "C has a gap, but more than that. Follow its validation loss from the left to "
    "the right.",
    (
        "C",
        "underfitting",
    ): "In C the training loss falls nearly to 0, so it does well on the "
    "images that it was trained on.",
}


def _check_stages(stages, turn) -> None:
    if not isinstance(stages, list | tuple) or len(stages) != 3:
        raise Wrong(
            f"`stages` should be a list of three words, one for each curve, but is "
            f"{described(stages)}."
        )
    for curve, said, right in zip("ABC", stages, STAGES, strict=True):
        word = said.strip().lower() if isinstance(said, str) else said
        if not isinstance(word, str) or word not in STAGES:
            raise Wrong(
                f"For {curve}, one of the words {', '.join(sorted(STAGES))} was expected, and "
                f"not {described(said)}."
            )
        if word != right:
            raise Wrong(_NOT_THAT_STAGE[curve, word])
    _check_turn(whole_number(turn, "turn"))


def _check_turn(turn: int) -> None:
    loss, val_loss = curves["C"]["loss"], curves["C"]["val_loss"]
    right = val_loss.argmin() + 1
    if turn == right:
        return
    if turn == right - 1:
        raise Wrong(
            f"The stages are right. But {turn} is what `argmin` gives, and it counts from 0. Which "
            "epoch has that position?"
        )
    if turn == np.argmax(loss < val_loss) + 1:
        raise Wrong(
            f"The stages are right. But in epoch {turn}, the gap opens and the validation loss "
            "goes on falling. Where does it stop falling?"
        )
    if turn == len(loss):
        raise Wrong(
            f"The stages are right. But {turn} is the last epoch, where the training loss is "
            "lowest. Which of the two losses shows the turn?"
        )
    if not 1 <= turn <= len(loss):
        raise Wrong(f"The stages are right. But there is no epoch {turn}.")
    raise Wrong(
        f"The stages are right. But in epoch {turn}, the validation loss of C is "
        f"{val_loss[turn - 1]:.3f}, and another epoch has a lower one. All its values are in "
        '`curves["C"]["val_loss"]`.'
    )


check_stages = Exercise(
    name="stages",
    title="Name the stages",
    kind="explain",
    minutes=5,
    prompt="""
Three networks were trained for 30 epochs on the same 1,000 images. Which of the figures shows
*underfitting*, which one a *gap* without overfitting, and which one *overfitting*? Write the three
words into `stages`, in the order A, B, C.

One of the three turns. Write into `turn` the epoch with its lowest validation loss. The numbers
are in `curves`, for example `curves["A"]["val_loss"]`.
""",
    given="""
figure, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True)
for i, name in enumerate(["A", "B", "C"]):
    axes[i].plot(range(1, 31), curves[name]["loss"], label="training")
    axes[i].plot(range(1, 31), curves[name]["val_loss"], "--", label="validation")
    axes[i].set_title(name)
    axes[i].set_xlabel("epoch")
axes[0].set_ylabel("loss")
axes[0].set_ylim(0)
axes[0].legend()
plt.show()
""",
    caption="""
*Figure:* Training loss and validation loss of three networks over 30 epochs, on the same axis. In
A, both fall to the end, validation more slowly. In B, both stay above 1.8. In C, the training loss
falls nearly to 0, and the validation loss later rises.
""",
    answer="""
stages = ...
turn = ...
### BEGIN SOLUTION
stages = ["gap", "underfitting", "overfitting"]
turn = np.argmin(curves["C"]["val_loss"]) + 1
### END SOLUTION
""",
    checker=_check_stages,
    hands_in="stages, turn",
    hints=(
        "Ask two things about each figure. Is the training loss low at the end? And does the "
        "validation loss rise?",
        "Where even the training loss stays high, the network underfits. Where the validation "
        "loss rises while the training loss falls, it overfits.",
        "For the turn, look for the lowest value of the dashed curve. `np.argmin` gives its "
        "position, counted from 0.",
    ),
    right="A gap alone is normal, and the turn of the validation loss is what shows overfitting.",
    explained="""
A has 16 hidden neurons, B has 2, and C has 512. The validation loss of A still falls in its last
epoch, so more training might help a little. Two neurons are not enough for B in 30 epochs, and its
losses are still near those of guessing, which would be 2.303. C is at its best in epoch 11. From
there to the end, its training loss goes on falling while its validation loss rises from 0.557 to
0.732.
""",
    mistakes=(
        Mistake(
            'stages = ["overfitting", "underfitting", "overfitting"]\nturn = 11',
            says="In A the gap is wide, but that alone",
        ),
        Mistake(
            'stages = ["gap", "overfitting", "underfitting"]\nturn = 11',
            says="In B the validation loss falls to the end",
        ),
        Mistake(
            'stages = ["gap", "underfitting", "overfitting"]\n'
            'turn = np.argmin(curves["C"]["val_loss"])',
            says="it counts from 0",
        ),
        Mistake(
            'stages = ["gap", "underfitting", "overfitting"]\nturn = 2',
            says="the gap opens and the validation loss goes on falling",
        ),
        Mistake(
            'stages = ["gap", "underfitting", "overfitting"]\n'
            'turn = np.argmin(curves["C"]["loss"]) + 1',
            says="Which of the two losses shows the turn?",
        ),
    ),
    shows="What tells underfitting, a gap and overfitting from each other.",
    usually="They call every wide gap overfitting, and they forget that argmin counts from 0.",
    ask="Which of the three networks would you train for longer?",
)


def _losses(run: object, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the training and validation losses of what `fit` has returned."""
    logs = getattr(run, "history", run)
    if not isinstance(logs, Mapping):
        raise Wrong(f"{name} should be what `train` returns, and not {described(run)}.")
    for metric in ("loss", "val_loss"):
        if metric not in logs:
            raise Wrong(
                f"{name} holds no `{metric}`. It should be what `train` returns, which measures "
                "both losses."
            )
    loss = numbers(logs["loss"], f"the loss in {name}")
    return loss, numbers(logs["val_loss"], f"the val_loss in {name}", shape=loss.shape)


def _check_too_long(history, worse) -> None:
    loss, val_loss = _losses(history, "`history`")
    if loss.shape != (30,):
        raise Wrong(
            f"`history` should be of 30 epochs, but is of {loss.size}. The first 20 of them are "
            "in it as well, so one training is enough."
        )
    lowest = val_loss.min()
    factors = val_loss[[19, 29]] / lowest
    if factors[1] < 1.05 or factors[0] < 1.01 or loss[29] > loss[val_loss.argmin()]:
        raise Wrong(
            f"This network does not overfit much. Its lowest validation loss is {lowest:.3f}. "
            f"After 20 epochs it is {val_loss[19]:.3f}, after 30 it is {val_loss[29]:.3f}. Is it "
            "the network of 512 neurons without anything against overfitting, trained by `train`?"
        )
    found = numbers(worse, "worse")
    if found.shape != (2,):
        raise Wrong(
            "`worse` should be two numbers, one for 20 epochs and one for 30, as a list, but is "
            f"{described(worse)}."
        )
    if np.allclose(found, factors, atol=0.011):
        return
    said = (
        f"The network overfits. But `worse` is {found.round(3)}, and that is not right."
    )
    for values, message in (
        (
            [val_loss[20], val_loss[29]] / lowest,
            "The number for 30 epochs is right, and the other comes near that after epoch 21. At "
            "which position of a list does the 20th value stand? And are the numbers rounded?",
        ),
        (
            val_loss[[19, 29]] / val_loss[0],
            "You have divided by the validation loss after the first epoch. What is the best "
            "that this network has reached?",
        ),
        (
            val_loss[[19, 29]] - lowest,
            "That is by how much the validation loss has risen. How many times as large as its "
            "lowest value has it become?",
        ),
        (
            factors - 1,
            "That is what has come on top, as a share. How many times as large is it in all? "
            "Unchanged would be 1.",
        ),
        (
            100 * (factors - 1),
            "These look like percent on top of the lowest. How many times as large is it in all? "
            "Twice as large would be 2.",
        ),
        (
            factors[::-1],
            "Both numbers are there, in the other order.",
        ),
        (
            1 / factors,
            "Both are below 1, as if the loss had become smaller. Which number is divided by "
            "which?",
        ),
        (
            loss[[19, 29]] / loss.min(),
            "These are training losses. Overfitting shows in the other one.",
        ),
        (
            val_loss[[19, 29]],
            "These are the two losses themselves. How many times as large as the lowest one "
            "are they?",
        ),
    ):
        if np.allclose(found, values, rtol=0.005, atol=0.002):
            raise Wrong(f"{said} {message}")
    raise Wrong(
        f"{said} Divide each of the two validation losses, after epoch 20 and after epoch 30, by "
        "the lowest in all of `history`."
    )


# For mistakes: what one sees of a training of 30 epochs, and no time is spent.
_OVERFITTED = 'history = curves["C"]\nval_losses = history["val_loss"]\n'

check_too_long = Exercise(
    name="too-long",
    title="Train for too long",
    kind="predict",
    minutes=10,
    prompt="""
Now make a network overfit. `build` and `train` are those of notebook 8. To save time, `train`
takes the first 500 clothes, in batches of 25, and needs only the network and the number of epochs.

Build a network with one hidden layer of 512 neurons and train it for 30 epochs, which takes about
ten seconds. Before you run it, predict what the validation loss will be after 20 epochs and after
30, compared with its lowest value.

Keep what `train` returns in `history`. Write into `worse` two numbers. How many times as large as
the lowest validation loss is the one after 20 epochs, and how many times the one after 30?
""",
    answer="""
history = ...
worse = ...
### BEGIN SOLUTION
keras.utils.set_random_seed(0)
history = train(build(layers.Dense(512, activation="relu")), epochs=30)
val_losses = np.array(history.history["val_loss"])
worse = [val_losses[19] / val_losses.min(), val_losses[29] / val_losses.min()]
### END SOLUTION
""",
    checker=_check_too_long,
    hands_in="history, worse",
    hints=(
        "`build` takes the hidden layers, and `train` the network and the epochs. Where in "
        "`history` does notebook 8 find the validation losses?",
        '`history.history["val_loss"]` has 30 numbers, counted from 0. The one after 20 epochs '
        "is at position 19.",
        "Each of the two numbers is a validation loss divided by the lowest one. With "
        "`val_losses = np.array(...)`, the lowest is `val_losses.min()`.",
    ),
    right="After the turn, this network went on learning its own images while its loss on others "
    "got worse.",
    explained="""
By how much the validation loss rises depends on the seed, and on the way it goes up and down. But
after 30 epochs it is clearly above its lowest value. The validation accuracy hardly tells. You can
see this in `history.history["val_accuracy"]`.
""",
    mistakes=(
        Mistake(
            'history = {name: values[:20] for name, values in curves["C"].items()}\n'
            "worse = [1.15, 1.15]",
            says="The first 20 of them are in it as well",
        ),
        Mistake(
            'history = curves["A"]\n'
            'worse = history["val_loss"][[19, 29]] / history["val_loss"].min()',
            says="This network does not overfit much",
        ),
        Mistake(
            _OVERFITTED + "worse = val_losses[[20, 29]] / val_losses.min()",
            says="comes near that after epoch 21",
        ),
        Mistake(
            _OVERFITTED + "worse = val_losses[[19, 29]] / val_losses[0]",
            says="the validation loss after the first epoch",
        ),
        Mistake(
            _OVERFITTED + "worse = val_losses[[19, 29]] - val_losses.min()",
            says="by how much the validation loss has risen",
        ),
    ),
    shows="That after the turn more epochs make the loss on other images worse.",
    usually="They take position 20 for epoch 20, or compare with the first epoch, where the "
    "network had hardly learned anything.",
    ask="How would you choose the number of epochs, if you had to do it after this training?",
)


def _check_runs(runs: object, name: str, sizes: list[int]) -> np.ndarray:
    """Return the lowest validation loss of each of three trainings, once they are fit to compare."""
    if not isinstance(runs, list | tuple) or len(runs) != 3:
        raise Wrong(
            f"`{name}` should be a list of what `train` returned for three seeds, but is "
            f"{described(runs)}."
        )
    losses = []
    for run in runs:
        _, val_loss = _losses(run, f"a run in `{name}`")
        if len(val_loss) != EPOCHS:
            raise Wrong(
                f"Each network should be trained for {EPOCHS} epochs, but one in `{name}` was "
                f"trained for {len(val_loss)}."
            )
        losses.append(val_loss)
        _check_layers(getattr(run, "model", None), name, sizes)
    if len({id(run.model) for run in runs}) < 3:
        raise Wrong(
            f"In `{name}` it is the same network again. `train` goes on from where it stopped, so "
            "it has learned for longer each time. Build a new one for each seed."
        )
    kinds = {id(layer) for run in runs for layer in run.model.layers if layer.weights}
    if len(kinds) < 3 * len(sizes):
        raise Wrong(
            f"The networks in `{name}` share a layer, so the second goes on with what the first "
            "has learned. Make the layers anew for each seed, inside the loop."
        )
    if any(np.array_equal(losses[i], losses[i - 1]) for i in range(3)):
        raise Wrong(
            f"Two runs in `{name}` agree in every number, so they began with the same seed. What "
            "can three equal runs say about how far seeds differ?"
        )
    return np.array(losses).min(axis=1)


def _check_layers(model: object, name: str, sizes: list[int]) -> None:
    import keras

    if not isinstance(model, keras.Model):
        raise Wrong(
            f"`{name}` should hold what `train` returns as it is, and not only the numbers in "
            "its `history`. The check looks at the networks as well."
        )
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    others = [layer for layer in model.layers if layer not in dense]
    found = [layer.units for layer in dense]
    if found == [256, 512, 10]:
        raise Wrong(
            f"In `{name}` the layer of 256 neurons comes first. The extra one should stand "
            "behind the 512."
        )
    if found != sizes:
        raise Wrong(
            f"The networks in `{name}` should have dense layers of {_listed(sizes)} neurons, "
            f"but one has {_listed(found)}."
        )
    if any(layer.activation is keras.activations.linear for layer in dense[:-1]):
        raise Wrong(
            f"In `{name}` a hidden layer has no activation. Without `relu`, two layers can do no "
            "more than one, as notebook 5 has shown."
        )
    if not all(isinstance(layer, keras.layers.Flatten) for layer in others):
        raise Wrong(
            f"The networks in `{name}` have other layers besides. Only the extra layer should "
            "be different, or you cannot tell which of the changes counts."
        )


def _listed(values) -> str:
    return ", ".join(f"{value}" for value in values) or "no"


def _check_extra_layer(plain_runs, deep_runs, verdict) -> None:
    plain = _check_runs(plain_runs, "plain_runs", [512, 10])
    deep = _check_runs(deep_runs, "deep_runs", [512, 256, 10])
    compared = (
        f"The lowest validation losses are {_listed(plain.round(3))} without the extra layer and "
        f"{_listed(deep.round(3))} with it."
    )
    helps = deep.max() < plain.min()
    wrong = {
        "A": f"{compared} Is each of the three with it below each of the three without?",
        "B": f"{compared} Is there one with it that is not below all those without?",
        "C": f"{compared} Whatever the training losses are, they only say how well a network "
        "knows its own images. Which images should it be judged by?",
    }
    choice(verdict, "A" if helps else "B", wrong)


# For mistakes: a train that does not take time. It makes up losses from the first weight.
_PRETEND = """
def train(model, epochs):
    run = keras.callbacks.History()
    run.set_model(model)
    start = float(model.get_weights()[0][0, 0])
    falling = [start + 1 / epoch for epoch in range(1, epochs + 1)]
    run.history = {"loss": falling, "val_loss": falling}
    return run


def runs(widths, seeds=(0, 1, 2), activation="relu"):
    made = []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        hidden = [layers.Dense(width, activation=activation) for width in widths]
        made.append(train(build(*hidden), epochs=12))
    return made


"""

check_extra_layer = Exercise(
    name="extra-layer",
    title="Add a layer",
    kind="predict",
    minutes=15,
    prompt="""
Does a second hidden layer help? Train three networks with one hidden layer of 512 neurons, and
three with another layer of 256 behind it. Give each kind the seeds 0, 1 and 2, and every network 12
epochs of `train`, which takes less than half a minute in all. Keep what `train` returns in the lists
`plain_runs` and `deep_runs`.

Judge each run by its lowest validation loss. **Predict** first, and then write the letter of what
came out into `verdict`.

- **A** The extra layer helps. With it, each of the three is lower than each of the three without.
- **B** It does not clearly help. At least one of the three with it is no lower than one of those
without.
- **C** It helps, because with it the networks know their training images better.
""",
    answer="""
plain_runs = ...
deep_runs = ...
verdict = ...
### BEGIN SOLUTION
plain_runs, deep_runs = [], []
for seed in range(3):
    keras.utils.set_random_seed(seed)
    model = build(layers.Dense(512, activation="relu"))
    plain_runs.append(train(model, epochs=12))
    keras.utils.set_random_seed(seed)
    second = layers.Dense(256, activation="relu")
    model = build(layers.Dense(512, activation="relu"), second)
    deep_runs.append(train(model, epochs=12))
verdict = "B"
### END SOLUTION
""",
    checker=_check_extra_layer,
    hands_in="plain_runs, deep_runs, verdict",
    hints=(
        "How does notebook 8 train three networks with dropout? You need the same loop twice, "
        "with other layers in `build`.",
        "Begin with `plain_runs = []`. In `for seed in range(3):`, set the seed, build a new "
        "network, train it, and append what `train` returns.",
        'The lowest validation loss of a run is `min(run.history["val_loss"])`. Write down all '
        "six, and look whether the highest with the extra layer is below the lowest without.",
    ),
    right="A comparison of two kinds of networks says something only if none of the one kind lies "
    "among those of the other.",
    explained="""
Nothing says that one more layer must help. This one has 131,328 parameters of its own, and there
are only 500 images to learn them from. With other images or for another network the answer can be
different. Then too, it takes several seeds to find out.
""",
    mistakes=(
        Mistake(
            _PRETEND + "wide = layers.Dense(512, activation='relu')\n"
            "plain_runs = [train(build(wide), epochs=12) for seed in range(3)]\n"
            "deep_runs = runs([512, 256])\n"
            'verdict = "B"',
            says="share a layer",
        ),
        Mistake(
            _PRETEND + "plain_runs, deep_runs = runs([512]), runs([512, 256])\n"
            'verdict = "A"',
            says="Is each of the three with it below",
        ),
        Mistake(
            _PRETEND + "plain_runs, deep_runs = runs([512]), runs([512, 256])\n"
            'verdict = "C"',
            says="Which images should it be judged by?",
        ),
        Mistake(
            _PRETEND + "plain_runs = runs([512], seeds=(0, 0, 0))\n"
            "deep_runs = runs([512, 256], seeds=(0, 0, 0))\n"
            'verdict = "B"',
            says="they began with the same seed",
        ),
        Mistake(
            _PRETEND + "model = build(layers.Dense(512, activation='relu'))\n"
            "plain_runs = [train(model, epochs=12) for seed in range(3)]\n"
            "deep_runs = runs([512, 256])\n"
            'verdict = "B"',
            says="it is the same network again",
        ),
        Mistake(
            _PRETEND + "plain_runs, deep_runs = runs([512]), runs([256, 512])\n"
            'verdict = "B"',
            says="should stand behind the 512",
        ),
        Mistake(
            _PRETEND + "plain_runs = runs([512])\n"
            "deep_runs = runs([512, 256], activation=None)\n"
            'verdict = "B"',
            says="Without `relu`, two layers can do no more than one",
        ),
    ),
    shows="How to compare two kinds of networks fairly, with several seeds of each.",
    usually="They train one network of each kind and believe the difference, or they build the "
    "network once, before the loop.",
    ask="How many seeds would you want to see before you believe a difference of 0.01?",
)


def _check_dropout(with_dropout) -> None:
    import keras

    for width, kept in ((40, 0.8), (30, 0.25)):
        call = f"with_dropout({width}, {kept})"
        model = network(
            ask(with_dropout, width, kept), f"`{call}`", (28, 28), outputs=10
        )
        dense = [
            layer for layer in model.layers if isinstance(layer, keras.layers.Dense)
        ]
        if [layer.units for layer in dense] != [width, 10]:
            raise Wrong(
                f"`{call}` should have dense layers of {width} and 10 neurons, but they have "
                f"{_listed(layer.units for layer in dense)}."
            )
        _check_answers(model, dense, call)
        _check_dropped(model, call, kept)


def _check_answers(model, dense: list, call: str) -> None:
    """Give the layers weights of our own, and check what they compute outside of training."""
    width = dense[0].units
    try:
        # A hidden number is one pixel plus 1, and a logit one hidden number minus 20.
        dense[0].set_weights([np.eye(784, width), np.ones(width)])
        dense[1].set_weights([np.eye(width, 10), np.full(10, -20.0)])
    except ValueError:
        raise Wrong(
            f"The dense layers of `{call}` should take 784 and {width} numbers and have biases."
        ) from None
    logits = _answers(model, 1)
    if np.allclose(logits.sum(axis=1), 1, atol=1e-4):
        raise Wrong(
            f"`{call}` gives probabilities. Like `build` of notebook 8, it should end with ten "
            "logits and no softmax."
        )
    if not logits.any():
        raise Wrong(
            f"`{call}` gives no logits below 0. The last layer should have no activation."
        )
    if not np.allclose(_answers(model, -3), -20, atol=1e-4):
        raise Wrong(
            f"In `{call}`, negative results of the hidden neurons get through. Their activation "
            "should be `relu`."
        )
    if not np.allclose(logits, -18, atol=1e-4):
        raise Wrong(
            f"Outside of training, `{call}` should do no more than a hidden layer with `relu` and "
            "a layer of ten neurons, but something else changes the numbers."
        )


def _answers(model, pixel: float, training: bool = False) -> np.ndarray:
    images = np.full((400, 28, 28), pixel, "float32")
    return numbers(ask(model, images, training=training), "what the network gives")


def _check_dropped(model, call: str, kept: float) -> None:
    # A logit is -20 where its hidden number is dropped, and -19 where its pixel is.
    logits = _answers(model, 1, training=True)
    if np.isclose(logits, 0, atol=1e-3).any():
        raise Wrong(
            f"In training, some of the ten logits of `{call}` are 0, so the answers themselves are "
            "dropped, or with the hidden numbers something else. Behind which layer, and only there, "
            "does the dropout belong?"
        )
    if np.isclose(logits, -19, atol=1e-3).any():
        raise Wrong(
            f"In training, `{call}` drops pixels before they reach the hidden neurons. It should "
            "drop what these neurons compute."
        )
    share = (logits > -19.99).mean()
    if np.isclose(share, 1):
        raise Wrong(
            f"In training, `{call}` keeps all of the hidden numbers. Which layer drops some?"
        )
    if np.isclose(share, kept, atol=0.05):
        return
    if np.isclose(share, 1 - kept, atol=0.05):
        raise Wrong(
            f"In training, `{call}` keeps about {share:.2f} of the hidden numbers. Is the number "
            "that `Dropout` takes the share that stays or the share that goes?"
        )
    raise Wrong(
        f"In training, `{call}` keeps about {share:.2f} of the hidden numbers. Is there one "
        "Dropout layer, and does its rate follow from `kept`?"
    )


def _dropout_mistake(*hidden: str, last: str = "layers.Dense(10)") -> str:
    lines = ["keras.Input(shape=(28, 28))", "layers.Flatten()", *hidden, last]
    listed = "".join(f"            {line},\n" for line in lines)
    return (
        "def with_dropout(width, kept):\n    return keras.Sequential(\n        [\n"
        f"{listed}        ]\n    )"
    )


_HIDDEN = 'layers.Dense(width, activation="relu")'

check_dropout = Exercise(
    name="dropout",
    title="Build in dropout",
    kind="build",
    minutes=10,
    prompt="""
Write `with_dropout(width, kept)`. It returns a network for images of 28 by 28 pixels with one
hidden layer of `width` neurons with `relu`, and ten logits. While it trains, each hidden number is
*kept* with the probability `kept`, and set to 0 otherwise. So `with_dropout(100, 0.8)` keeps about
80 of 100.

The check builds networks with it, and looks at what they compute in training and outside.
Compiling is not needed.
""",
    answer="""
def with_dropout(width, kept):
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            layers.Flatten(),
            layers.Dense(width, activation="relu"),
            layers.Dropout(1 - kept),
            layers.Dense(10),
        ]
    )
    ### END SOLUTION
""",
    checker=_check_dropout,
    hands_in="with_dropout",
    hints=(
        "Notebook 8 placed its dropout behind the hidden layer. What does the number in "
        "`Dropout(0.5)` say, and would you see it if it said the opposite?",
        "The layers in order are Flatten, the hidden Dense layer, Dropout, and the last Dense "
        "layer with ten neurons.",
        "`rate` is the probability that a number becomes 0. If 0.8 are kept, 0.2 are dropped.",
    ),
    right="Dropout works on what the layer before it computes, only in training, and its rate is "
    "the share that goes.",
    explained="""
A rate of 0.5 cannot show which of the two shares is meant, but 0.8 can. Behind the last layer,
dropout would set logits to 0, and the loss would be about answers that the network never gave.
Outside of training, the layer does nothing.
""",
    mistakes=(
        Mistake(
            _dropout_mistake(_HIDDEN, "layers.Dropout(kept)"),
            says="the share that stays or the share that goes?",
        ),
        Mistake(
            _dropout_mistake(
                _HIDDEN, "layers.Dense(10)", last="layers.Dropout(1 - kept)"
            ),
            says="the answers themselves are dropped",
        ),
        Mistake(
            _dropout_mistake("layers.Dropout(1 - kept)", _HIDDEN),
            says="drops pixels before they reach the hidden neurons",
        ),
        Mistake(
            _dropout_mistake(_HIDDEN, "layers.Dropout(0.5)"),
            says="does its rate follow from `kept`?",
        ),
        Mistake(
            _dropout_mistake(
                _HIDDEN,
                "layers.Dropout(1 - kept)",
                last='layers.Dense(10, activation="softmax")',
            ),
            says="it should end with ten logits and no softmax",
        ),
    ),
    shows="Where dropout belongs, and what its rate means.",
    usually="They give Dropout the share that is kept, or place it behind the last layer.",
    ask="Why do the numbers that survive become larger?",
)

LESSON = Lesson(
    "08_overfitting",
    SETUP,
    (check_stages, check_too_long, check_extra_layer, check_dropout),
    more="""
## More to try

These change [notebook 8](../08_overfitting.ipynb) itself, and nobody checks them.

1. Does the validation loss of notebook 7's network turn upwards if training goes on? Run its
`fit` cell again, with `epochs=30`; `fit` goes on from where it stopped, so that makes 48. Predict
first whether the validation loss will turn, and whether the validation accuracy will change with
it. (The figure counts the new epochs from 1.)
2. Ask `accuracies("0.5", dropout_model, train_images, train_labels)` about the last network with
dropout. Train it again with a rate of 0.2 and then of 0.8. Predict for each whether its training
accuracy will be above or below that with 0.5.
""",
    uses_keras=True,
)
