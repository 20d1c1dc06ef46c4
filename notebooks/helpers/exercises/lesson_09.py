"""Exercises of notebook 9: when training should stop."""

import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO

import numpy as np

from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    NotYet,
    Wrong,
    ask,
    call,
    described,
)

SETUP = """
import keras

from helpers.exercises.lesson_09 import check_gap, check_stop_at_90, check_stopper
"""


def _logs(**metrics: Sequence[float]) -> list[dict[str, float]]:
    """Return the logs of each epoch of a made-up training."""
    return [
        dict(zip(metrics, values, strict=True))
        for values in zip(*metrics.values(), strict=True)
    ]


def _call(method: Callable, *arguments: object) -> None:
    """Call a method of a reader's callback. It may print, and need not return anything."""
    with redirect_stdout(StringIO()):
        call(method, *arguments)


def _rehearse(callback, logs: Sequence[Mapping]) -> tuple[int | None, float, list[str]]:
    """Take a callback along on a made-up training, as `fit` would.

    Returns
    -------
    stopped, left, warned
        The epoch after which it stopped, counted from 1, or None. The epoch whose weights the
        network has afterwards. The warnings.
    """
    import keras

    zeros = keras.layers.Dense(2, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input(shape=(1,)), zeros])
    model.compile(loss="mse", metrics=["accuracy"], run_eagerly=True)
    # Only now it has metrics, whose direction Keras looks up.
    model.test_on_batch(np.zeros((1, 1)), np.zeros((1, 2)))
    stopped = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _call(callback.set_params, {"epochs": len(logs)})
        _call(callback.set_model, model)
        _call(callback.on_train_begin)
        for epoch, log in enumerate(logs):
            model.set_weights([np.full(w.shape, epoch + 1) for w in model.weights])
            _call(callback.on_epoch_begin, epoch)
            _call(callback.on_epoch_end, epoch, log)
            if _wants_to_stop(model):
                stopped = epoch + 1
                break
        _call(callback.on_train_end)
    warned = [str(w.message) for w in caught if issubclass(w.category, UserWarning)]
    return stopped, float(model.get_weights()[1][0]), warned


def _wants_to_stop(model) -> bool:
    try:
        return bool(model.stop_training)
    except ValueError:
        raise Wrong("`stop_training` should become `True` and nothing else.") from None


def _made(callback_class, name: str, *arguments: object):
    """Return an object of a reader's callback class."""
    import keras

    base = keras.callbacks.Callback
    if not isinstance(callback_class, type):
        raise Wrong(f"`{name}` should be a class, but is {described(callback_class)}.")
    if not issubclass(callback_class, base):
        raise Wrong(
            f"The class `{callback_class.__name__}` is not built on "
            "`keras.callbacks.Callback`, which should stand in brackets."
        )
    methods = [word for word, value in vars(callback_class).items() if callable(value)]
    if not methods:
        raise NotYet
    if callback_class.on_epoch_end is base.on_epoch_end:
        raise Wrong(
            f"`{name}` has {', '.join(f'`{method}`' for method in methods)}, but no method "
            "named `on_epoch_end`. So it does nothing at the end of an epoch."
        )
    taken = inspect.signature(callback_class.on_epoch_end).parameters.values()
    if len([one for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]) != 3:
        raise Wrong(
            "`fit` hands an epoch and its numbers to `on_epoch_end`, which should take `self`, "
            f"`epoch` and `logs`. Yours takes {', '.join(f'`{one.name}`' for one in taken)}."
        )
    try:
        return ask(callback_class, *arguments)
    except Wrong as wrong:
        if arguments and "positional argument" in str(wrong):
            raise Wrong(
                f"{wrong} Its `__init__` should take `self` and one thing more."
            ) from None
        raise


def _yours(stopped: int | None) -> str:
    return f"Yours stops after epoch {stopped}." if stopped else "Yours never stops."


def _judge(callback, logs: list, right: int | None, seen: str, why: Mapping) -> None:
    """Check after which epoch of a made-up training a callback stops.

    Parameters
    ----------
    callback
        The reader's.
    logs
        Of each epoch.
    right
        The epoch after which it should stop, or None.
    seen
        What the callback saw, for the message.
    why
        What to say where it stops after another epoch.
    """
    stopped, _, _ = _rehearse(callback, logs)
    if stopped == right:
        return
    wanted = f"stop after epoch {right}" if right else "not stop at all"
    said = f"{seen} It should {wanted}. {_yours(stopped)}"
    if stopped is None and vars(callback).get("stop_training"):
        raise Wrong(
            f"{said} It has set a `stop_training` of its own, which nobody asks for. `fit` asks "
            "the network in training."
        )
    raise Wrong(f"{said} {why.get(stopped, '')}".rstrip())


def _check_stop_at_90(StopAt90) -> None:
    for accuracy, val_accuracy, right, why in (
        (
            (0.85, 0.91, 0.93, 0.95, 0.96, 0.97),
            (0.84, 0.86, 0.88, 0.91, 0.92, 0.93),
            5,
            {
                2: "That is the first epoch in which 90 % of the training images were right. "
                "Which images should it watch?",
                3: "In epochs 2 and 3, more than 90 % of the training images were right. That "
                "is two in a row, but of the wrong accuracy.",
                4: "That is the first epoch with 90 %, which may be luck. One more has to "
                "follow.",
                6: "By then there were three in a row.",
                None: "Which number does it compare, and with what? And what does it remember "
                "after epoch 4?",
            },
        ),
        (
            (0.80, 0.82, 0.84, 0.85, 0.86, 0.87, 0.88, 0.89, 0.89),
            (0.87, 0.92, 0.89, 0.93, 0.87, 0.90, 0.90, 0.91, 0.92),
            7,
            {
                3: "One of the last two accuracies is below 0.9, though their mean is not.",
                4: "By then there had been two epochs with 90 %, but with a worse one between "
                "them.",
                8: "Does an accuracy of exactly 0.9 count, in both epochs? The second need not "
                "be higher than the first.",
                9: "Does an accuracy of exactly 0.9 count?",
            },
        ),
        (
            (0.95,) * 4,
            (0.92, 0.88, 0.91, 0.92),
            4,
            {
                1: "It has seen one epoch only, unless it remembers those of another training. "
                "What it has to remember belongs into `self`, and `__init__` makes it anew."
            },
        ),
        ((0.95,) * 5, (0.85, 0.88, 0.89, 0.88, 0.89), None, {}),
    ):
        callback = _made(StopAt90, "StopAt90")
        logs = _logs(accuracy=accuracy, val_accuracy=val_accuracy)
        seen = (
            f"In one training, the validation accuracies are {_listed(val_accuracy)}."
        )
        _judge(callback, logs, right, seen, why)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


check_stop_at_90 = Exercise(
    name="stop-at-90",
    title="Stop at 90 %, and not by luck",
    kind="build",
    minutes=15,
    prompt="""
`StopAt90` of notebook 9 watches the training images, and one lucky epoch is enough for it. Write
a stricter `StopAt90`, which stops when at least 90 % of the *validation* images were right in two
epochs in a row.

The check takes it along on trainings that are made up, and looks after which epoch it stops.
""",
    answer="""
class StopAt90(keras.callbacks.Callback):
    ### BEGIN SOLUTION
    def __init__(self):
        super().__init__()
        self.in_a_row = 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] >= 0.9:
            self.in_a_row += 1
        else:
            self.in_a_row = 0
        if self.in_a_row == 2:
            self.model.stop_training = True

    ### END SOLUTION
""",
    checker=_check_stop_at_90,
    hints=(
        "At the end of an epoch, `logs` has the numbers of that epoch only. What must the "
        "callback remember from the epoch before, and where can it keep that?",
        "In `__init__`, after `super().__init__()`, let `self.in_a_row` be 0. It counts how many "
        "epochs in a row had at least 90 %.",
        "In `on_epoch_end`, add 1 to `self.in_a_row` if the validation accuracy is at least 0.9, "
        "and set it back to 0 otherwise. When it is 2, stop as in notebook 9.",
    ),
    hands_in="StopAt90",
    right="A callback is an object, so it can remember from one epoch to the next what `logs` "
    "does not tell.",
    explained="""
`fit` keeps the same object during the whole training, so what the callback puts into `self` in
one epoch is still there in the next. The counter goes back to 0 after each epoch that is not good
enough. Without that, it would count all good epochs, also those that are not in a row.
""",
    mistakes=(
        Mistake(
            """
class StopAt90(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.9:
            self.model.stop_training = True
""",
            says="Which images should it watch?",
        ),
        Mistake(
            """
class StopAt90(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] >= 0.9:
            self.model.stop_training = True
""",
            says="which may be luck",
        ),
        Mistake(
            """
class StopAt90(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.good = 0

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] >= 0.9:
            self.good += 1
        if self.good == 2:
            self.model.stop_training = True
""",
            says="but with a worse one between them",
        ),
        Mistake(
            """
class StopAt90(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.before = 0

    def on_epoch_end(self, epoch, logs=None):
        if self.before > 0.9 and logs["val_accuracy"] > 0.9:
            self.model.stop_training = True
        self.before = logs["val_accuracy"]
""",
            says="Does an accuracy of exactly 0.9 count?",
        ),
        Mistake(
            """
class StopAt90(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.before = 0

    def on_epoch_end(self, epoch, logs=None):
        if self.before >= 0.9 and logs["val_accuracy"] >= 0.9:
            self.stop_training = True
        self.before = logs["val_accuracy"]
""",
            says="`fit` asks the network in training",
        ),
    ),
    shows="That a callback is an object, which remembers from epoch to epoch.",
    usually="They count the good epochs and never set the counter back, or they watch the "
    "training accuracy, as the lesson's first callback does.",
    ask="Could you use the same object for a second training? What would it remember?",
)

BEST, PATIENCE = 8, 3
# Each metric, watched in either direction, would stop training after an epoch of its own.
STOPPER_LOGS = _logs(
    accuracy=(0.62, 0.70, 0.76, 0.80) + 10 * (0.79,),
    loss=(0.90, 0.80, 0.70, 0.60, 0.50) + 9 * (0.55,),
    val_accuracy=(0.60, 0.66, 0.70, 0.74, 0.77, 0.79, 0.80, 0.82) + 6 * (0.81,),
    val_loss=(0.80, 0.85, 0.60) + 11 * (0.65,),
)


def _check_stopper(stopper) -> None:
    import keras

    callback = ask(stopper)
    if not isinstance(callback, keras.callbacks.Callback):
        raise Wrong(
            f"`stopper()` should return a callback, but returns {described(callback)}."
        )
    stopped, left, warned = _rehearse(callback, STOPPER_LOGS)
    if stopped is None and warned:
        raise Wrong(
            f"It never stops, and Keras gives a warning after each epoch. {warned[0]}"
        )
    said = (
        "In a training that the check has made up, the validation accuracy is highest in "
        f"epoch {BEST}. {_yours(stopped)}"
    )
    if stopped == 4:
        raise Wrong(
            f"{said} `mode` says whether a number should rise or fall. Which should an "
            "accuracy do?"
        )
    if stopped == 5:
        raise Wrong(
            f"{said} It watches the validation loss, and waits for it to rise. The loss is not "
            "what your friend asked for, and `mode` would have to be another."
        )
    if stopped in (6, 8):
        raise Wrong(
            f"{said} It watches a loss. Your friend asked for the validation accuracy."
        )
    if stopped == 7:
        raise Wrong(
            f"{said} It watches the training images, whose accuracy is highest in epoch 4."
        )
    if stopped != BEST + PATIENCE:
        raise Wrong(
            f"{said} It should wait for {PATIENCE} epochs in which nothing gets better."
        )
    if left != BEST:
        raise Wrong(
            f"It stops after epoch {stopped}, as it should. But then the network has the "
            f"weights of epoch {left:g}, and it was best in epoch {BEST}."
        )


check_stopper = Exercise(
    name="stopper",
    title="Mend a callback that never stops",
    kind="mend",
    minutes=5,
    prompt="""
A friend wants her training to stop when the validation accuracy has not risen for three epochs
in a row. Then she wants to have the network of the best epoch. With the callback below, training
goes on through all 30 epochs, and afterwards the network has the weights of the last one.

Write `stopper`, which returns a callback that does what she wants. Copy the broken one and mend
it. More than one thing is wrong.
""",
    given="""
def broken_stopper():
    return keras.callbacks.EarlyStopping(monitor="val_acc", mode="max", patience=3)
""",
    answer="""
def stopper():
    ### BEGIN SOLUTION
    return keras.callbacks.EarlyStopping(
        monitor="val_accuracy", mode="max", patience=3, restore_best_weights=True
    )
    ### END SOLUTION
""",
    checker=_check_stopper,
    hints=(
        "`EarlyStopping` looks its metric up in `logs`. Which four names are there, if "
        '`compile` was given `"accuracy"`?',
        "With the right name it stops, three epochs after the best one. Which weights does the "
        "network have then, if nobody says anything?",
        "`monitor` needs the name that `logs` has for the validation accuracy. And "
        "`EarlyStopping` takes `restore_best_weights`.",
    ),
    right="With a `mode`, a wrong name raises no error and never stops, and going back to the "
    "best epoch has to be asked for.",
    explained="""
`"val_acc"` is what much older code says. `mode="max"` hides the mistake. Without it, Keras would
have stopped with an error that asks for `mode`, as notebook 9 says. With the right name alone,
training stops in time, but `restore_best_weights` is `False` unless you say otherwise.
""",
    mistakes=(
        Mistake(
            """
def stopper():
    return keras.callbacks.EarlyStopping(
        monitor="val_acc", mode="max", patience=3, restore_best_weights=True
    )
""",
            says="which is not available",
        ),
        Mistake(
            """
def stopper():
    return keras.callbacks.EarlyStopping(
        monitor="val_accuracy", mode="max", patience=3
    )
""",
            says="the network has the weights of epoch 11",
        ),
        Mistake(
            """
def stopper():
    return keras.callbacks.EarlyStopping(
        monitor="accuracy", mode="max", patience=3, restore_best_weights=True
    )
""",
            says="It watches the training images",
        ),
        Mistake(
            """
def stopper():
    return keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="max", patience=3, restore_best_weights=True
    )
""",
            says="and waits for it to rise",
        ),
        Mistake(
            """
def stopper():
    return keras.callbacks.EarlyStopping(
        monitor="val_accuracy", mode="min", patience=3, restore_best_weights=True
    )
""",
            says="Which should an accuracy do?",
        ),
    ),
    shows="The two quiet mistakes with EarlyStopping, a name that is not there and weights that "
    "nobody restores.",
    usually="They mend the name, see that training stops, and overlook that the network is that "
    "of the last epoch.",
    ask="How would you notice each of the two mistakes in a training that ran over night?",
)


def _check_gap(StopWhenGapIsWide) -> None:
    # Whatever else it might watch is over 0.1 in another epoch: the losses are in epoch 5.
    loss = (0.50, 0.40, 0.30, 0.20, 0.10, 0.05)
    val_loss = (0.55, 0.47, 0.38, 0.29, 0.22, 0.25)
    ahead = (
        (0.80, 0.88, 0.94, 0.945, 0.948, 0.99),
        (0.76, 0.85, 0.83, 0.84, 0.845, 0.83),
    )
    behind = (
        (0.40, 0.55, 0.66, 0.80, 0.95, 0.97),
        (0.54, 0.58, 0.59, 0.71, 0.80, 0.81),
    )
    same_limit = "Does it look at the limit that it was given?"
    for largest, (accuracy, val_accuracy), right, why in (
        (
            0.1,
            ahead,
            3,
            {
                1: "The gap is 0.04 there, which is allowed.",
                2: "The gap is 0.03 there, which is allowed.",
                4: "By then there are two epochs with a wide gap. One is enough here.",
                5: "There the losses are more than 0.1 apart. But a loss is no share, so 0.1 "
                "means little for it.",
                6: "How far the gap has grown is not asked for, nor what was best before. The "
                "two accuracies of one epoch are compared.",
                None: "Work out on paper what your code gets for the gap in epoch 3. And does "
                "one `=` set `stop_training`, or do two of them only ask about it?",
            },
        ),
        (
            0.1,
            behind,
            5,
            {
                1: "There the validation accuracy is the higher one, as it often is at the "
                "beginning. That is no sign of memorising.",
                2: "The gap is wider than in the epoch before, but the validation accuracy is "
                "still the higher one.",
                3: "The gap is 0.07 there. One accuracy minus the other is asked for, and not "
                "one divided by the other.",
            },
        ),
        (0.035, ahead, 1, {3: same_limit}),
        (0.3, ahead, None, {1: same_limit, 3: same_limit}),
    ):
        callback = _made(StopWhenGapIsWide, "StopWhenGapIsWide", largest)
        logs = _logs(
            accuracy=accuracy,
            loss=loss,
            val_accuracy=val_accuracy,
            val_loss=val_loss,
        )
        seen = (
            f"With a limit of {largest}, the training accuracies are {_listed(accuracy)}, and "
            f"the validation accuracies {_listed(val_accuracy)}."
        )
        _judge(callback, logs, right, seen, why)


check_gap = Exercise(
    name="gap",
    title="Stop when the gap is wide",
    kind="build",
    minutes=15,
    prompt="""
While a network memorises its training images, the gap between training and validation accuracy
grows. Write a callback that stops when the gap is too wide.

`StopWhenGapIsWide(0.1)` stops at the end of the first epoch in which the training accuracy is more
than 0.1 above the validation accuracy. Any other limit may stand in the place of 0.1. What does
the callback need from `logs`, and what must it keep?
""",
    answer="""
class StopWhenGapIsWide(keras.callbacks.Callback):
    ### BEGIN SOLUTION
    def __init__(self, largest):
        super().__init__()
        self.largest = largest

    def on_epoch_end(self, epoch, logs=None):
        gap = logs["accuracy"] - logs["val_accuracy"]
        if gap > self.largest:
            self.model.stop_training = True

    ### END SOLUTION
""",
    checker=_check_gap,
    hints=(
        "Begin with `StopAtThreshold` of notebook 9. Which of its lines change, if it has to "
        "compare two numbers from `logs` with each other?",
        "`__init__` takes the limit and keeps it in `self`. `on_epoch_end` works out the gap, "
        "and compares it with that limit.",
        '`logs["accuracy"]` minus `logs["val_accuracy"]` is the gap. It is negative where the '
        "validation accuracy is the higher one, and then there is no reason to stop.",
    ),
    hands_in="StopWhenGapIsWide",
    right="A callback may compare any of the numbers in `logs`, also with each other.",
    explained="""
Only one direction counts. Where the validation accuracy is the higher one, the gap is negative
and below every limit, but with `abs` it could be taken for a wide one. And a limit is a threshold
again, so you must know beforehand how wide a gap is too wide. Notebook 8 called a gap normal, so
a wide one says that the network memorises, and not yet that it overfits.
""",
    mistakes=(
        Mistake(
            """
class StopWhenGapIsWide(keras.callbacks.Callback):
    def __init__(self, largest):
        super().__init__()
        self.largest = largest

    def on_epoch_end(self, epoch, logs=None):
        if abs(logs["accuracy"] - logs["val_accuracy"]) > self.largest:
            self.model.stop_training = True
""",
            says="That is no sign of memorising",
        ),
        Mistake(
            """
class StopWhenGapIsWide(keras.callbacks.Callback):
    def __init__(self, largest):
        super().__init__()
        self.largest = largest

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] - logs["accuracy"] > self.largest:
            self.model.stop_training = True
""",
            says="Work out on paper what your code gets",
        ),
        Mistake(
            """
class StopWhenGapIsWide(keras.callbacks.Callback):
    def __init__(self, largest):
        super().__init__()
        self.largest = largest

    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] - logs["val_accuracy"] > 0.1:
            self.model.stop_training = True
""",
            says="Does it look at the limit that it was given?",
        ),
        Mistake(
            """
class StopWhenGapIsWide(keras.callbacks.Callback):
    def __init__(self, largest):
        super().__init__()
        self.largest = largest

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] - logs["loss"] > self.largest:
            self.model.stop_training = True
""",
            says="a loss is no share",
        ),
        Mistake(
            """
class StopWhenGapIsWide(keras.callbacks.Callback):
    def __init__(self, largest):
        super().__init__()
        self.largest, self.before = largest, 1

    def on_epoch_end(self, epoch, logs=None):
        gap = logs["accuracy"] - logs["val_accuracy"]
        if gap > self.before:
            self.model.stop_training = True
        self.before = gap
""",
            says="wider than in the epoch before",
        ),
        Mistake(
            """
class StopWhenGapIsWide(keras.callbacks.Callback):
    def __init__(self, largest):
        super().__init__()
        self.largest, self.first = largest, None

    def on_epoch_end(self, epoch, logs=None):
        gap = logs["accuracy"] - logs["val_accuracy"]
        if self.first is None:
            self.first = gap
        if gap - self.first > self.largest:
            self.model.stop_training = True
""",
            says="How far the gap has grown is not asked for",
        ),
        Mistake(
            """
class StopWhenGapIsWide(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, largest, logs=None):
        if logs["accuracy"] - logs["val_accuracy"] > largest:
            self.model.stop_training = True
""",
            says="Yours takes `self`, `epoch`, `largest`, `logs`",
        ),
        Mistake(
            """
class StopWhenGapIsWide(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] - logs["val_accuracy"] > 0.1:
            self.model.stop_training = True
""",
            says="should take `self` and one thing more",
        ),
    ),
    shows="That a callback can watch anything that can be worked out from logs.",
    usually="They take abs, which stops in the first epochs, or leave the 0.1 in the code.",
    ask="The gap is 0.12, and the validation loss still falls. Would you stop?",
)

LESSON = Lesson(
    "09_callbacks",
    SETUP,
    (check_stop_at_90, check_stopper, check_gap),
    more="""
## More to try

These change [notebook 9](../09_callbacks.ipynb) itself, and nobody checks them.

1. Set the patience of `EarlyStopping` to 2, then to 6. Predict for each where it stops and which
epoch it goes back to, and check it with the figure of the three marks.
2. Exchange the patiences of `slow_down` and `stop`, so that stopping has the shorter one. Predict
what `slow_history.history["learning_rate"]` will hold.
""",
    uses_keras=True,
)
