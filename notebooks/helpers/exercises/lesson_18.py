"""Exercises of notebook 18: what devices must do with their gradients, and with their batches."""

import numpy as np

from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    ask,
    choice,
    numbers,
)

SETUP = """
import numpy as np

from helpers.exercises.lesson_18 import (
    check_shared,
    check_slow_devices,
    check_whole_gradient,
)

x = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
y = 3 * x + 1


def gradient(weights, x, y):
    errors = weights[0] * x + weights[1] - y
    return np.array([np.mean(2 * errors * x), np.mean(2 * errors)])
"""


def _check_whole_gradient(whole_gradient) -> None:
    for gradients, counts in (
        (np.array([[1.0, -4.0], [7.0, 2.0]]), np.array([4, 2])),
        (np.array([[1.0, -4.0], [7.0, 2.0]]), np.array([1, 7])),
        (np.array([[2.0, 0, 1], [5, -3, 0], [8, 4, 6]]), np.array([1, 3, 6])),
        (np.array([[2.0, 0, 1, 9, 4], [5, -3, 0, 2, 1], [8, 4, 6, 0, 3]]), [5, 2, 3]),
    ):
        devices, parameters = gradients.shape
        counts = np.array(counts)
        where = f"For {devices} devices with {' and '.join(map(str, counts))} examples"
        found = numbers(
            ask(whole_gradient, gradients, counts),
            f"whole_gradient, for {devices} devices and {parameters} parameters,",
            shape=(parameters,),
        )
        summed = counts @ gradients
        right = summed / counts.sum()
        if np.allclose(found, right):
            continue
        if np.allclose(found, gradients.mean(axis=0)):
            raise Wrong(
                f"{where} it gives the plain average, in which each device counts the same. "
                "But they had different numbers of examples."
            )
        if np.allclose(found, summed):
            raise Wrong(
                f"{where} it gives {found}. A mean times its number of examples is a sum, and "
                "here the sums of all devices are added. The gradient is a mean again, over "
                "how many examples?"
            )
        if np.allclose(found, summed / devices):
            raise Wrong(
                f"{where} the sum over all examples has been divided by {devices}, the number "
                "of devices. How many things have been added up in it?"
            )
        if np.allclose(found, 1 / counts @ gradients / (1 / counts).sum()):
            raise Wrong(
                f"{where} the device with the fewest examples counts most. It should be the "
                "other way round."
            )
        if devices == parameters and (
            np.allclose(found, gradients @ counts / counts.sum())
            or np.allclose(found, counts * gradients.sum(axis=0) / counts.sum())
        ):
            raise Wrong(
                "The counts have been multiplied along the wrong axis. A row of `gradients` "
                "belongs to a device, and a column to a parameter. The counts belong to the "
                "devices."
            )
        if np.allclose(found, right / devices):
            raise Wrong(
                f"{where} it gives {found.round(3)}. Weights that add up to 1 make an average "
                "already, and here it has been divided by the number of devices once more."
            )
        if np.allclose(found, summed / 6):
            raise Wrong(
                f"{where} the sum has been divided by 6. How many examples are there now?"
            )
        if np.allclose(found, counts[0] * gradients[0] / counts.sum()):
            raise Wrong(
                f"{where} only the first device is in the result. Does `return` stand inside "
                "the loop?"
            )
        if devices == 2 and np.allclose(found, np.array([4, 2]) @ gradients / 6):
            raise Wrong(
                f"{where} it still weighs them as if they had 4 and 2. Use `counts`."
            )
        raise Wrong(
            f"{where}, and the gradients {gradients.tolist()}, it gives {found.round(3)}. It "
            f"should give {right.round(3)}."
        )


check_whole_gradient = Exercise(
    name="whole-gradient",
    title="Weigh the gradients of unequal shares",
    kind="build",
    minutes=10,
    prompt="""
In notebook 18 each device had three of the six examples, and the plain average of their
gradients was right. Now the first device gets four examples and the second gets two. The cell
below prints three gradients, each with the slope for `w` and the slope for `b`.

The average of the two gradients for the shares is not the gradient for all six. Write
`whole_gradient(gradients, counts)`, which finds it for any number of devices and parameters.
`gradients` is an array with a row for each device, and `counts` is an array that says how many
examples each of them had.
""",
    given="""
start = np.array([0.0, 0.0])  # w and b
print("all six   ", gradient(start, x, y))
print("first four", gradient(start, x[:4], y[:4]))
print("last two  ", gradient(start, x[4:], y[4:]))
""",
    answer="""
def whole_gradient(gradients, counts):
    ### BEGIN SOLUTION
    total = 0
    for row, count in zip(gradients, counts, strict=True):
        total = total + count * row
    return total / np.sum(counts)
    ### END SOLUTION
""",
    checker=_check_whole_gradient,
    hints=(
        "Each gradient is a mean over the examples of its device. What do you get when you "
        "multiply a mean by the number of things that it is a mean of?",
        "You get their sum. Add the sums of all devices. Then you have the sum over all "
        "examples, and you want their mean.",
        "In a loop, multiply each row by its count and add it to a total. At the end divide "
        "the total by np.sum(counts).",
    ),
    right="Each device counts as much as it has examples, and then the result is the gradient "
    "for the whole batch.",
    explained="""
A device's gradient is a mean over its own examples, so its count times its gradient is a sum.
Here that is (4 × (−10) + 2 × (−82)) / 6 = −34 for `w`, where the plain average gives −46. With
equal counts the weights are equal too, and the plain average is right.
""",
    mistakes=(
        Mistake(
            "def whole_gradient(gradients, counts):\n    return np.mean(gradients, axis=0)",
            says="each device counts the same",
        ),
        Mistake(
            """
def whole_gradient(gradients, counts):
    total = 0
    for row, count in zip(gradients, counts, strict=True):
        total = total + count * row
    return total
""",
            says="over how many examples?",
        ),
        Mistake(
            """
def whole_gradient(gradients, counts):
    total = 0
    for row, count in zip(gradients, counts, strict=True):
        total = total + count * row
    return total / len(counts)
""",
            says="How many things have been added up in it?",
        ),
        Mistake(
            "def whole_gradient(gradients, counts):\n"
            "    return np.sum(gradients * counts, axis=0) / np.sum(counts)",
            says="multiplied along the wrong axis",
        ),
        Mistake(
            "def whole_gradient(gradients, counts):\n"
            "    return (4 * gradients[0] + 2 * gradients[1]) / 6",
            says="as if they had 4 and 2",
        ),
    ),
    shows="Why the plain average is right for equal shares, and only for those.",
    usually="They take the plain average again, or divide by the number of devices instead of "
    "the number of examples.",
    ask="The last batch of an epoch has 100 images, and two devices share it in 64 and 36. What "
    "would the plain average do to each image of the second device?",
)


def _shared(gradient, x, y, steps, slopes) -> np.ndarray:
    """Train two copies; ``slopes`` says what to subtract from them in a step."""
    middle = len(x) // 2
    copies = np.zeros((2, 2))
    for _ in range(steps):
        first = gradient(copies[0], x[:middle], y[:middle])
        second = gradient(copies[1], x[middle:], y[middle:])
        copies = copies - 0.01 * slopes(np.array([first, second]))
    return copies


def _gradient(weights, x, y) -> np.ndarray:
    errors = weights[0] * x + weights[1] - y
    return np.array([np.mean(2 * errors * x), np.mean(2 * errors)])


def _one_after_the_other(x, y, steps, rate) -> np.ndarray:
    middle, weights = len(x) // 2, np.zeros(2)
    for _ in range(steps):
        weights = weights - rate * _gradient(weights, x[:middle], y[:middle])
        weights = weights - rate * _gradient(weights, x[middle:], y[middle:])
    return weights


def _mean(both: np.ndarray) -> np.ndarray:
    return both.mean(axis=0)


_WRONG_AXIS = (
    "The copies are equal, but slopes for `w` have been averaged with slopes for `b`. The "
    "average is over the devices, and each parameter has its own."
)
_ONE_ONLY = (
    "The copies are equal, but their steps use the gradient of one device only. What has the "
    "other one computed its gradient for?"
)
_MISTAKEN = {
    (
        lambda both: both.sum(axis=0)
    ): "The copies are equal, but their steps are twice as long "
    "as those of one device with all the examples. Added up is not averaged. (Or is your rate "
    "not 0.01?)",
    (lambda both: both.mean(axis=1)): _WRONG_AXIS,
    (lambda both: both.mean()): _WRONG_AXIS,
    (lambda both: both[0]): _ONE_ONLY,
    (lambda both: both[1]): _ONE_ONLY,
}


def _check_shared(shared) -> None:
    x = np.array([-1.0, 0.5, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0])
    y = np.array([1.0, -1.0, 2.0, 0.5, 4.0, 1.0, 2.0, 6.0])
    for steps in (30, 7):
        sizes = []

        def watched(weights, x, y, sizes=sizes):
            sizes.append(np.size(x))
            return _gradient(weights, x, y)

        found = numbers(ask(shared, watched, x, y, steps), "shared", shape=(2, 2))
        own = _shared(_gradient, x, y, steps, lambda both: both)
        right = _shared(_gradient, x, y, steps, _mean)
        if np.allclose(found, own):
            raise Wrong(
                f"After {steps} steps the copies are {found[0].round(3)} and "
                f"{found[1].round(3)}. Each device still takes a step of its own, with its own "
                "gradient. In which line does it learn what the other has found?"
            )
        if not np.allclose(found[0], found[1]):
            raise Wrong(
                f"After {steps} steps the copies are {found[0].round(3)} and "
                f"{found[1].round(3)}. They began equal. What must be the same for both in "
                "each step, so that they stay equal?"
            )
        if np.allclose(found, right):
            _check_work(sizes, len(x))
            continue
        if np.allclose(found, own.mean(axis=0)):
            raise Wrong(
                "The copies are equal at the end, but on the way each went its own way, and "
                f"one average after {steps} steps does not make up for that. When must they "
                "share?"
            )
        for slopes, message in _MISTAKEN.items():
            if np.allclose(found, _shared(_gradient, x, y, steps, slopes)):
                raise Wrong(message)
        if np.allclose(found, _shared(_gradient, x, y, 1, _mean)):
            raise Wrong(
                f"The copies have taken one step, and should take {steps}. Does `return` stand "
                "inside the loop?"
            )
        one_by_one = [_one_after_the_other(x, y, steps, rate) for rate in (0.01, 0.005)]
        if any(np.allclose(found, weights) for weights in one_by_one):
            raise Wrong(
                "The copies are equal, but the first gradient had already moved them when the "
                "second one was computed. Both devices must work with the same weights before "
                "anything changes."
            )
        if np.allclose(found, 0):
            raise Wrong(
                "All numbers are 0, as at the start. Does a step change `copies`?"
            )
        raise Wrong(
            f"After {steps} steps with {len(x)} other examples both copies are "
            f"{found[0].round(3)}. One device with all the examples gets to "
            f"{right[0].round(3)}."
        )


def _check_work(sizes: list[int], examples: int) -> None:
    """Right numbers are not enough: the work must have been shared."""
    if not sizes:
        raise Wrong(
            "The numbers are right, but `gradient`, which the function is given, was never "
            "called. Use it, so that one can see what each device has to do."
        )
    if max(sizes) > examples / 2:
        raise Wrong(
            f"The numbers are right, but a device was given {max(sizes)} of the {examples} "
            "examples. Then nothing is shared, and each works as long as one alone."
        )


check_shared = Exercise(
    name="shared",
    title="Mend copies that drift apart",
    kind="mend",
    minutes=15,
    prompt="""
The function below is meant to train one neuron on two devices. Each device has a copy of the
weights, a row of `copies`, and works on its half of the examples. But after 30 steps the two
rows are different, and so there are two networks instead of one.

Write `shared`, in which the copies stay equal, and equal to what one device would learn from
all the examples. Each device must still compute the gradient of its own half. Copy the broken
function and mend it. The check calls it with other examples, always an even number of them.
""",
    given="""
def broken_shared(gradient, x, y, steps):
    middle = len(x) // 2
    copies = np.zeros((2, 2))  # a row with w and b for each device
    for _ in range(steps):
        first = gradient(copies[0], x[:middle], y[:middle])
        copies[0] -= 0.01 * first
        second = gradient(copies[1], x[middle:], y[middle:])
        copies[1] -= 0.01 * second
    return copies


print(broken_shared(gradient, x, y, steps=30).round(2))
""",
    answer="""
def shared(gradient, x, y, steps):
    ### BEGIN SOLUTION
    middle = len(x) // 2
    copies = np.zeros((2, 2))
    for _ in range(steps):
        first = gradient(copies[0], x[:middle], y[:middle])
        second = gradient(copies[1], x[middle:], y[middle:])
        copies -= 0.01 * (first + second) / 2
    return copies
    ### END SOLUTION
""",
    checker=_check_shared,
    hints=(
        "In notebook 18 three things happen to a batch. It is split, the gradients are "
        "averaged, and all take the same step. Which of the three is missing here?",
        "The average is missing. It needs the gradients of both devices, so no copy may take "
        "a step before both are there.",
        "In each step, compute both gradients first. Then subtract 0.01 times their average "
        "from both rows, as in `copies -= 0.01 * average`.",
    ),
    right="With the average of both gradients the copies take the same step, so they stay one "
    "network, the one that all the examples make.",
    explained="""
A step needs both gradients, so they are computed first, and only then do the weights change.
That is also why devices have to wait for each other in every step. Averaging the weights once
at the end would make the copies equal, but not equal to what one device learns from all the
examples. (Averaging them after every step would be right here, where a step is the slope times
0.01. It would not be for an optimizer like Adam.)
""",
    mistakes=(
        Mistake(
            """
def shared(gradient, x, y, steps):
    middle = len(x) // 2
    copies = np.zeros((2, 2))
    for _ in range(steps):
        first = gradient(copies[0], x[:middle], y[:middle])
        second = gradient(copies[1], x[middle:], y[middle:])
        copies[0] -= 0.01 * first
        copies[1] -= 0.01 * second
    return copies
""",
            says="In which line does it learn what the other has found?",
        ),
        Mistake(
            """
def shared(gradient, x, y, steps):
    middle = len(x) // 2
    copies = np.zeros((2, 2))
    for _ in range(steps):
        first = gradient(copies[0], x[:middle], y[:middle])
        copies[0] -= 0.01 * first
        second = gradient(copies[1], x[middle:], y[middle:])
        copies[1] -= 0.01 * second
    copies[:] = copies.mean(axis=0)
    return copies
""",
            says="on the way each went its own way",
        ),
        Mistake(
            """
def shared(gradient, x, y, steps):
    middle = len(x) // 2
    copies = np.zeros((2, 2))
    for _ in range(steps):
        first = gradient(copies[0], x[:middle], y[:middle])
        second = gradient(copies[1], x[middle:], y[middle:])
        copies -= 0.01 * (first + second)
    return copies
""",
            says="Added up is not averaged.",
        ),
        Mistake(
            """
def shared(gradient, x, y, steps):
    middle = len(x) // 2
    copies = np.zeros((2, 2))
    for _ in range(steps):
        first = gradient(copies[0], x[:middle], y[:middle])
        copies -= 0.01 * first / 2
        second = gradient(copies[1], x[middle:], y[middle:])
        copies -= 0.01 * second / 2
    return copies
""",
            says="Both devices must work with the same weights",
        ),
        Mistake(
            """
def shared(gradient, x, y, steps):
    copies = np.zeros((2, 2))
    for _ in range(steps):
        copies -= 0.01 * gradient(copies[0], x, y)
    return copies
""",
            says="Then nothing is shared",
        ),
    ),
    shows="That averaging in every step keeps the copies one network, and what each device has "
    "to do for it.",
    usually="They average the weights at the end, or add the gradients and take steps that are "
    "twice as long.",
    ask="One of the two devices is half as fast as the other. How long does a step take?",
)


def _check_slow_devices(answer) -> None:
    choice(
        answer,
        right="B",
        wrong={
            "A": "`batch_size` is that of the whole batch, and the strategy splits it. If "
            "there are four shares, how many images does each GPU get?",
            "C": "Copies that take the same step cannot drift apart, so there is nothing to "
            "put right. What else must travel between the GPUs in each step?",
            "D": "`num_replicas_in_sync` is the number of copies, and it is 4. So each of the "
            "four has a copy and gets a share. How large is that share?",
        },
    )


check_slow_devices = Exercise(
    name="slow-devices",
    title="Explain four GPUs that save no time",
    kind="explain",
    minutes=5,
    prompt="""
A friend trains a small network with `batch_size=256`, and an epoch takes 20 seconds on one GPU.
On a computer with four such GPUs she builds and compiles it in the scope of
`MirroredStrategy()`. `num_replicas_in_sync` is 4, and she changes nothing else. An epoch now
takes 22 seconds, and the accuracy is what it was. What is most likely the reason?

- **A** Each of the four GPUs works on all 256 images of a batch.
- **B** Each GPU now has 64 images in a step, which gives it little to do at once, and in every
step the gradients must travel.
- **C** The copies drift apart, and it takes time to make them equal again.
- **D** Three of the four GPUs do nothing.
""",
    answer="""
slow_devices = ...
### BEGIN SOLUTION
slow_devices = "B"
### END SOLUTION
""",
    checker=_check_slow_devices,
    hints=(
        "What does `batch_size` mean for several devices, the whole batch or each share?",
        "It is the whole batch, so each of four GPUs gets a quarter of 256 images. There are "
        "as many steps as before.",
        "Each share is small, and in each step something has to be exchanged. Which of the "
        "four answers says both?",
    ),
    right="With the same `batch_size` there are as many steps as before, each with smaller "
    "shares, and the gradients travel on top.",
    explained="""
A quarter of 256 is 64. A GPU does many small calculations at once, so 64 images may take it
nearly as long as 256. With `batch_size=1024` each GPU has 256 images again, and there are a
quarter as many steps. Then the learning rate has to be found anew.
""",
    mistakes=(
        Mistake('slow_devices = "A"', says="how many images does each GPU get?"),
        Mistake(
            'slow_devices = "C"', says="Copies that take the same step cannot drift"
        ),
        Mistake('slow_devices = "D"', says="How large is that share?"),
    ),
    shows="That more devices save time only if each of them has enough to do in a step.",
    usually="They think that `batch_size` is what each device gets, so that four GPUs do four "
    "times the work.",
    ask="What would she have to change, and what would she have to look at again after that?",
)

LESSON = Lesson(
    "18_several_devices",
    SETUP,
    (check_whole_gradient, check_shared, check_slow_devices),
    more="""
## More to try

These change [notebook 18](../18_several_devices.ipynb) itself, and nobody checks them.

1. Build `shared` outside `strategy.scope()`, and run the cell that counts the copies. It stops
with an error. What does that tell you about the number of copies?
2. Give `train` a second argument, `batch_size`. Build both networks anew, and train `alone` with
128 and `shared` with 256. Predict first whether they will still agree.
""",
)
