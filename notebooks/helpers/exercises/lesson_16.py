"""Exercises of notebook 16: the price of a step, a fair comparison, and few steps."""

from collections.abc import Callable

import numpy as np

from helpers.data import load_fashion_mnist, scale
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    ask,
    described,
    network,
    number,
    numbers,
    right_answers,
)

SETUP = """
import keras
import numpy as np
from keras import layers

import helpers.no_wait_after_epochs
from helpers.data import load_fashion_mnist, scale
from helpers.exercises.lesson_16 import (
    check_few_steps,
    check_price_and_rest,
    check_times_as_fast,
    pretend,
)

(raw_images, labels), _ = load_fashion_mnist()
train_images, train_labels = scale(raw_images[:16384]), labels[:16384]
val_images, val_labels = scale(raw_images[50000:55000]), labels[50000:55000]
"""

MOST_STEPS, GOAL = 100, 0.83


def pretend(
    start_up: float, seconds: float, computer: Callable[[], float] = lambda: 1
) -> Callable[[], float]:
    """Return a function that trains nothing, and says how long an epoch would have taken.

    Parameters
    ----------
    start_up
        Seconds that the first epoch takes more.
    seconds
        Those of any other epoch.
    computer
        Returns how many times as slow the computer is at this moment.
    """
    epochs = 0

    def epoch() -> float:
        nonlocal epochs
        epochs += 1
        return (seconds + start_up * (epochs == 1)) * computer()

    return epoch


def _check_price_and_rest(price_and_rest) -> None:
    for images, batch_sizes, price, rest in (
        (44_800, [448, 64], 0.0025, 0.25),
        (49_152, [32, 2048], 0.0016, 0.4),
        (10_000, [100, 20], 0.004, 0.03),
    ):
        steps = np.array([images // size for size in batch_sizes])
        seconds = [float(value) for value in price * steps + rest]
        found = ask(price_and_rest, images, batch_sizes, seconds)
        if np.isscalar(found):
            raise Wrong(
                f"It returns {described(found)}, and two numbers are asked for, as in `return "
                "price, rest`."
            )
        found = numbers(found, "What it returns", shape=(2,))
        if np.allclose(found, [price, rest], rtol=1e-3):
            continue
        times = " and ".join(
            f"{value:.3g} s with batches of {size}"
            for size, value in zip(batch_sizes, seconds, strict=True)
        )
        where = f"An epoch of {images:,} images takes {times}."
        if np.allclose(found, [rest, price], rtol=1e-3):
            raise Wrong(f"{where} The two numbers are right, in the other order.")
        if np.isclose(found[0], 1000 * price, rtol=1e-3):
            raise Wrong(
                f"{where} It gives {found[0]:.3g} for the price, which is right in "
                "milliseconds. Seconds are asked for, as for the rest."
            )
        shared = [seconds[0] / steps[0], seconds[1] / steps[1]]
        if np.isclose(found[0], [*shared, np.mean(shared)], rtol=1e-3).any():
            raise Wrong(
                f"{where} It gives {found[0]:.3g} s for a step. That is the whole epoch shared "
                "out among its steps, and some of the epoch is no price of steps."
            )
        slope = np.diff(seconds)[0] / np.diff(batch_sizes)[0]
        if np.isclose(np.abs(found[0]), np.abs(slope), rtol=1e-3):
            raise Wrong(
                f"{where} It gives {found[0]:.3g} s for a step. That is what one more image in "
                "a batch changes. How many steps are there with each size?"
            )
        if np.isclose(found[0], -price, rtol=1e-3):
            raise Wrong(
                f"{where} It gives {found[0]:.3g} s for a step, and a step cannot take less "
                "than no time. Subtract in the same order above and below."
            )
        if not np.isclose(found[0], price, rtol=1e-3):
            raise Wrong(
                f"{where} It gives {found[0]:.3g} s for a step. The epochs have "
                f"{steps[0]} and {steps[1]} steps. What do the additional ones take, and how "
                "many are they?"
            )
        raise Wrong(
            f"{where} It gives the right price, and {found[1]:.3g} s for the rest. What is left "
            "of an epoch once all its steps are paid?"
        )


check_price_and_rest = Exercise(
    name="price-and-rest",
    title="Find the price of a step",
    kind="build",
    minutes=10,
    prompt="""
Notebook 16 measured five batch sizes to find what a step costs. If the times lie on a line, two
are enough.

Write `price_and_rest(images, batch_sizes, seconds)`. It gets the number of images in an epoch, a
list with two batch sizes, and a list with the seconds that an epoch took with each. Both sizes
divide the number of images. It returns the price of one step, and the rest of the time, which
does not depend on the steps. Both are in seconds.

For example, an epoch of 44,800 images takes 0.5 s with batches of 448, and 2.0 s with batches of
64. Work out on paper what should come out, and then let your function do it.
""",
    answer="""
def price_and_rest(images, batch_sizes, seconds):
    ### BEGIN SOLUTION
    steps = images // np.array(batch_sizes)
    price = (seconds[1] - seconds[0]) / (steps[1] - steps[0])
    rest = seconds[0] - steps[0] * price
    return price, rest
    ### END SOLUTION
""",
    checker=_check_price_and_rest,
    hints=(
        "The same images are in both epochs, so the rest is the same. What is different, and by "
        "how much?",
        "Work out the number of steps for each batch size. The additional steps take the "
        "additional seconds.",
        "Divide the difference of the seconds by the difference of the steps. For the rest, "
        "subtract the price of all steps of one epoch from its seconds.",
    ),
    right="The difference of two epochs with the same images holds only steps, so it tells what "
    "one of them costs.",
    explained="""
In the example there are 100 and 700 steps. So 600 steps more took 1.5 s more, which is 2.5 ms
for each. A hundred of them cost 0.25 s, and of 0.5 s another 0.25 s are left as the rest. With
batches of 32 there would be 1,400 steps, and the epoch would take 3.75 s.
""",
    mistakes=(
        Mistake(
            """
def price_and_rest(images, batch_sizes, seconds):
    price = seconds[0] / (images // batch_sizes[0])
    return price, seconds[1] - price * (images // batch_sizes[1])
""",
            says="the whole epoch shared out among its steps",
        ),
        Mistake(
            """
def price_and_rest(images, batch_sizes, seconds):
    price = (seconds[0] - seconds[1]) / (batch_sizes[0] - batch_sizes[1])
    return price, seconds[0] - price * batch_sizes[0]
""",
            says="what one more image in a batch changes",
        ),
        Mistake(
            """
def price_and_rest(images, batch_sizes, seconds):
    steps = [images // size for size in batch_sizes]
    price = (seconds[1] - seconds[0]) / (steps[1] - steps[0])
    return price, min(seconds)
""",
            says="once all its steps are paid",
        ),
        Mistake(
            """
def price_and_rest(images, batch_sizes, seconds):
    steps = [images // size for size in batch_sizes]
    rest, price = np.polyfit(steps, seconds, 1)
    return price, rest
""",
            says="in the other order",
        ),
    ),
    shows="That the price of a step is a slope, and what is left at no steps is the rest.",
    usually="They divide the seconds of one epoch by its steps, which counts the rest among the "
    "price, or take the slope over the batch size.",
    ask="With which two batch sizes would you measure, if you could measure only two, and why?",
)


class _Computer:
    """A pretended computer, which is slow for some epochs and knows who asked when.

    Parameters
    ----------
    slow
        Tells from the number of an epoch, counted over all networks, whether it is slow.
    times
        How many times as slow it is then.
    """

    def __init__(self, slow: Callable[[int], bool] = lambda epoch: False, times=5.0):
        self.slow, self.times, self.order = slow, times, ""

    def network(self, name: str, start_up: float, seconds: float) -> Callable:
        """Return a pretended network; ``name`` is one letter for the list of epochs."""

        def factor() -> float:
            self.order += name
            return self.times if self.slow(len(self.order)) else 1

        return pretend(start_up, seconds, factor)


def _compared(times_as_fast, plain=(2, 1), changed=(2, 1), **computer):
    """Return what a reader's function says of two pretended networks, and the order of epochs."""
    there = _Computer(**computer)
    found = ask(times_as_fast, there.network("p", *plain), there.network("c", *changed))
    return number(found, "What `times_as_fast` returns"), there.order


def _check_times_as_fast(times_as_fast) -> None:
    found, order = _compared(times_as_fast)
    if "p" not in order or "c" not in order:
        raise Wrong(
            f"It gives {found:.3g}, and has not trained both networks. `plain()` and `changed()` "
            "train for an epoch each time that they are called."
        )
    counts = order.count("p"), order.count("c")
    times = ["once" if count == 1 else f"{count} times" for count in counts]
    calls = f"It calls `plain()` {times[0]} and `changed()` {times[1]}."
    if max(counts) > 10:
        raise Wrong(f"{calls} At most ten epochs each are allowed.")
    if not np.isclose(found, 1, rtol=0.01):
        raise Wrong(
            "Two networks that are equally fast, with the same start-up, give "
            f"{found:.3g}. {calls} Are the epochs that you compare of the same kind?"
        )
    found, _ = _compared(times_as_fast, plain=(0.5, 1), changed=(8, 1))
    if not np.isclose(found, 1, rtol=0.01):
        raise Wrong(
            "Two networks with epochs of 1 s, but a start-up of 0.5 s and one of 8 s, give "
            f"{found:.3g}. Which epoch has the start-up in it?"
        )
    found, _ = _compared(times_as_fast, changed=(2, 0.5))
    if np.isclose(found, 0.5, rtol=0.01):
        raise Wrong(
            "Epochs of 1 s without the lever and 0.5 s with it give 0.5. How many times as fast "
            "is the network with the lever? Which of the two numbers belongs below?"
        )
    if not np.isclose(found, 2, rtol=0.01):
        raise Wrong(
            f"Epochs of 1 s without the lever and 0.5 s with it give {found:.3g}. The network "
            "with the lever is twice as fast."
        )
    for busy in range(1, len(order) + 1):
        found, _ = _compared(times_as_fast, slow=lambda epoch, busy=busy: epoch == busy)
        if not np.isclose(found, 1, rtol=0.1):
            raise Wrong(
                "Two networks are equally fast, but while one of the epochs ran, the computer "
                f"had other work to do. That gives {found:.3g}. Which epochs tell most about "
                "the network, if other work can only make them slower?"
            )
    half = len(order) // 2
    found, _ = _compared(times_as_fast, slow=lambda epoch: epoch > half, times=2.0)
    if not np.isclose(found, 1, rtol=0.1):
        raise Wrong(
            "Two networks are equally fast, but after half of all epochs the computer became "
            f"too hot and twice as slow. That gives {found:.3g}, because one of the networks was "
            "trained when the computer was still cool. In which order could they train, and for "
            "how many epochs?"
        )


check_times_as_fast = Exercise(
    name="times-as-fast",
    title="Mend a comparison",
    kind="mend",
    minutes=15,
    prompt="""
A friend wants to know how many times as fast a network becomes with a lever. She wrote the
function below. It gets two functions, `plain` and `changed`. Each of them trains its network for
one more epoch when it is called, and returns the seconds that this took.

To try her function without waiting, she uses `pretend`, which makes such a function for a network
that does not exist. The two that she compares are the same, and yet one comes out as three times
as fast.

Write `times_as_fast(plain, changed)`, which compares fairly and returns one number. The
number must be right with start-ups of any length, with a computer that has other work during one
of the epochs, and with one that gets slower after a while. Train each network for at most ten epochs.
""",
    given="""
def broken_times_as_fast(plain, changed):
    before = plain()
    after = [changed() for _ in range(4)]
    return before / min(after)


one = pretend(start_up=2, seconds=1)
other = pretend(start_up=2, seconds=1)
print(broken_times_as_fast(one, other))
""",
    answer="""
def times_as_fast(plain, changed):
    ### BEGIN SOLUTION
    before, after = [], []
    for _ in range(4):
        before.append(plain())
        after.append(changed())
    return min(before[1:]) / min(after[1:])
    ### END SOLUTION
""",
    checker=_check_times_as_fast,
    hints=(
        "What is in the first epoch of a network that is not in the others? Which epochs does "
        "the broken function compare?",
        "Train both for the same number of epochs, in turn, and leave the first of each out. "
        "What did notebook 16 take of the others, and why?",
        "Call `plain()` and `changed()` one after the other in a loop, and append what they "
        "return to two lists. Then divide the smallest number of the one by the smallest of the "
        "other, without the first of each.",
    ),
    right="Epochs can be compared if they are of the same kind and ran under the same "
    "conditions, and if a single slow one does not decide.",
    explained="""
The first epoch of each network is left out because of its start-up. The two train in turn, so a
computer that gets slower is slower for both. And other work can only make an epoch slower, so the
fastest of three is the one to trust.
""",
    mistakes=(
        Mistake(
            """
def times_as_fast(plain, changed):
    return plain() / min(changed() for _ in range(3))
""",
            says="Are the epochs that you compare of the same kind?",
        ),
        Mistake(
            """
def times_as_fast(plain, changed):
    before, after = 0, 0
    for _ in range(4):
        before += plain()
        after += changed()
    return before / after
""",
            says="Which epoch has the start-up in it?",
        ),
        Mistake(
            """
def times_as_fast(plain, changed):
    before, after = [], []
    for _ in range(4):
        before.append(plain())
        after.append(changed())
    return min(after[1:]) / min(before[1:])
""",
            says="Which of the two numbers belongs below?",
        ),
        Mistake(
            """
def times_as_fast(plain, changed):
    before, after = [], []
    for _ in range(4):
        before.append(plain())
        after.append(changed())
    return sum(before[1:]) / sum(after[1:])
""",
            says="the computer had other work to do",
        ),
        Mistake(
            """
def times_as_fast(plain, changed):
    before = [plain() for _ in range(4)]
    after = [changed() for _ in range(4)]
    return min(before[1:]) / min(after[1:])
""",
            says="In which order could they train",
        ),
    ),
    shows="What must be the same before two times can be compared.",
    usually="They leave the start-up out, but train the one network first and then the other, "
    "or take the mean, which one slow epoch can spoil.",
    ask="Somebody says that a lever makes training 3 % faster. What would you want to know?",
)


def _first_rate(model) -> float | None:
    """Return the learning rate of a network's first step, if that can be known."""
    try:
        rate = model.optimizer.get_config()["learning_rate"]
        if isinstance(rate, dict):
            rate = rate["config"]["initial_learning_rate"]
        return float(rate)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _epochs(model) -> int | None:
    """Return for how many epochs a network was last trained, if that can be known."""
    try:
        return len(model.history.epoch)
    except (AttributeError, TypeError):
        return None


def _check_few_steps(few_steps) -> None:
    model = network(few_steps, "`few_steps`", (28, 28), 10)
    optimizer = getattr(model, "optimizer", None)
    try:
        steps = int(optimizer.iterations) if optimizer else 0
    except (AttributeError, TypeError, ValueError):
        raise Wrong(
            "The steps of this network cannot be counted. Compile it with an optimizer of Keras."
        ) from None
    if steps == 0:
        raise Wrong(
            "The network has taken no step yet. Has it been trained with `fit`?"
        )
    if steps > MOST_STEPS:
        raise Wrong(
            f"It has taken {steps:,} steps since `compile`, and {MOST_STEPS} are allowed. Steps "
            "are images divided by batch size, times epochs. Which of these three can change?"
        )
    (images, labels), _ = load_fashion_mnist()
    # Images that the reader has not chosen with.
    accuracy = right_answers(model, scale(images[55_000:]), labels[55_000:]).mean()
    if accuracy >= GOAL:
        return
    said = (
        f"It has taken {steps} steps, and names {accuracy:.1%} of new images right. "
        f"{GOAL:.0%} are asked for."
    )
    rate = _first_rate(model)
    if rate is not None and rate > 0.03:
        raise Wrong(
            f"{said} With a rate that begins at {rate:g} its steps may be too long. What happens "
            "with a rate between this one and the usual 0.001?"
        )
    if steps < 0.7 * MOST_STEPS:
        raise Wrong(
            f"{said} There are {MOST_STEPS - steps} steps left, which could go into more epochs."
        )
    if _epochs(model) == 1:
        raise Wrong(
            f"{said} All its steps were in one epoch. With larger batches there is room for more "
            "epochs, and each step goes in a better direction."
        )
    if rate is not None and rate < 0.002:
        raise Wrong(
            f"{said} There are few steps, and with a rate of {rate:g} each goes no further than "
            "usual. What did notebook 16 do with the rate when the steps became fewer?"
        )
    raise Wrong(
        f"{said} Were its images scaled? How many does it see in each step, in how many epochs, and "
        "how far does each step go, also at the end? Change one of these at a time, and measure "
        "with `val_images`."
    )


check_few_steps = Exercise(
    name="few-steps",
    title="Get far in few steps",
    kind="challenge",
    minutes=15,
    prompt="""
Imagine a computer on which a step is very expensive and images cost hardly anything. How good can
a network become in 100 steps?

Train a network, `few_steps`, with `train_images` and `train_labels`. There are 16,384 images,
which is 2 to the power of 14, and `scale` has been through them. The network may take at most 100
steps in all its epochs together. After training, `int(few_steps.optimizer.iterations)` is the
number of steps that it has taken.

It must name at least 83 % of the check's images right. They are validation images, too, but not
those in `val_images`, which are there for your choices.

Every way is right that gets there in less than half a minute. `build_dense` is there if you like
it. Begin each try with a new network and a new `compile`, so that the counter begins at 0.
""",
    given="""
def build_dense():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10),
        ]
    )
""",
    answer="""
few_steps = ...
### BEGIN SOLUTION
keras.utils.set_random_seed(0)
few_steps = build_dense()
few_steps.compile(
    optimizer=keras.optimizers.Adam(0.004),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
history = few_steps.fit(
    train_images, train_labels, batch_size=1024, epochs=6, verbose=0
)
### END SOLUTION
""",
    checker=_check_few_steps,
    hints=(
        "How many steps does an epoch have with batches of 32, and with batches of 1,024? How "
        "many epochs fit into 100 steps?",
        "With batches of 1,024 an epoch has 16 steps, so there is room for six. Which other "
        "number did notebook 16 change together with the batch size?",
        "Take batches of 1,024, six epochs, and `keras.optimizers.Adam(0.004)`, a rate four "
        "times as large as usual.",
    ),
    right="Where steps are what you pay for, batch size and rate can be chosen so that few of "
    "them go far.",
    explained="""
Six epochs of 16 steps are 96. Each step looks at 1,024 images, so its direction is better than
one from 32 images, and with a larger rate the network can go further along it. On a real computer
the images cost time as well, so the best batch size depends on the price of a step and on the
rest.
""",
    mistakes=(
        Mistake(
            """
keras.utils.set_random_seed(0)
few_steps = build_dense()
few_steps.compile(
    optimizer=keras.optimizers.Adam(0.001),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
few_steps.fit(train_images[:4096], train_labels[:4096], batch_size=32, verbose=0)
""",
            says="Which of these three can change?",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
few_steps = build_dense()
few_steps.compile(
    optimizer=keras.optimizers.Adam(0.001),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
few_steps.fit(train_images, train_labels, batch_size=1024, verbose=0)
""",
            says="which could go into more epochs",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
few_steps = build_dense()
few_steps.compile(
    optimizer=keras.optimizers.Adam(0.0003),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
few_steps.fit(
    train_images[:4096], train_labels[:4096], batch_size=1024, epochs=24, verbose=0
)
""",
            says="each goes no further than usual",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
few_steps = build_dense()
few_steps.compile(
    optimizer=keras.optimizers.Adam(0.001),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
few_steps.fit(train_images[:3200], train_labels[:3200], batch_size=32, verbose=0)
""",
            says="All its steps were in one epoch.",
        ),
        Mistake(
            """
keras.utils.set_random_seed(0)
few_steps = build_dense()
few_steps.compile(
    optimizer=keras.optimizers.Adam(0.3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
few_steps.fit(train_images[:3200], train_labels[:3200], batch_size=32, verbose=0)
""",
            says="its steps may be too long",
        ),
    ),
    shows="That a batch size has to be chosen together with its rate, and what to look at when "
    "steps are the price.",
    usually="They enlarge the batch and keep the rate, or use one epoch only and leave most of "
    "the steps unused.",
    ask="If images cost as much as steps, would you still take these batches?",
)

LESSON = Lesson(
    "16_where_does_the_time_go",
    SETUP,
    (check_price_and_rest, check_times_as_fast, check_few_steps),
    more="""
## More to try

These change [notebook 16](../16_where_does_the_time_go.ipynb) itself, and nobody checks them.

1. Add a recipe with batches of 2,048 and a rate that falls from 0.008. Predict where its dots will
lie.
2. Train with `steps_per_execution=32` in every recipe, as an option of `compiled`. Which recipe
gains most?
""",
    uses_keras=True,
)
