"""Exercises of notebook 1: gradient descent, one step on paper, and how long a step may be."""

from collections.abc import Callable

import numpy as np

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
import numpy as np

from helpers.exercises.lesson_01 import (
    check_descend,
    check_first_step,
    check_largest_rate,
)

x = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
y = np.array([-2.0, 1.0, 4.0, 7.0, 10.0, 13.0])
"""

# Points that lie on no line, so that nothing but descending gives the right numbers.
X = np.array([-2.0, 1.0, 3.0, 5.0])
Y = np.array([4.0, -1.0, 0.5, 2.5])
W, B, RATE = 0.5, -2.0, 0.03


def _errors(w: float, b: float) -> np.ndarray:
    return w * X + b - Y


def _slopes(w: float, b: float) -> np.ndarray:
    errors = _errors(w, b)
    return np.array([np.mean(2 * errors * X), np.mean(2 * errors)])


def _descended(descend: Callable, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses, and the last `w` and `b`, that the reader's function gives."""
    found = ask(descend, X, Y, W, B, RATE, steps)
    if not isinstance(found, tuple | list) or len(found) != 3:
        raise Wrong(
            "`descend` should return three things, the losses, `w` and `b`, but returns "
            f"{described(found)}."
        )
    losses = numbers(found[0], "What `descend` returns as losses")
    if steps > 1 and losses.shape == (1,):
        raise Wrong(
            f"`descend` should take {steps} steps, but stops after the first. How far is "
            "`return` indented?"
        )
    if losses.shape != (steps,):
        raise Wrong(
            f"For {steps} steps there should be {steps} losses, one from before each step. But "
            f"what comes back as losses has the shape {losses.shape}."
        )
    for value, name in zip(found[1:], ("w", "b"), strict=True):
        if isinstance(value, np.ndarray) and value.shape == X.shape:
            raise Wrong(
                f"`{name}` has become {len(X)} numbers, one for each point. What makes a single "
                "slope of theirs?"
            )
    return losses, np.array([number(found[1], "`w`"), number(found[2], "`b`")])


def _check_descend(descend) -> None:
    losses, (w, b) = _descended(descend, 1)
    first = np.mean(_errors(W, B) ** 2)
    if not np.isclose(losses[0], first):
        if np.isclose(losses[0], np.mean(_errors(w, b) ** 2)):
            raise Wrong(
                f"The first loss is {losses[0]:.3f}, which is the one after the first step. The "
                "losses belong to the places before each step."
            )
        raise Wrong(
            f"For four points that you have not seen, the first loss should be {first:.3f}, "
            f"the mean squared error before the first step. But it is {losses[0]:.3f}."
        )
    moved, right = np.array([w - W, b - B]), -RATE * _slopes(W, B)
    if not moved.any():
        raise Wrong("After one step, `w` and `b` are still what they were.")
    uphill = moved * right < 0
    if uphill.all():
        raise Wrong(
            f"For four points that you have not seen, one step takes the loss from {first:.1f} "
            f"to {np.mean(_errors(w, b) ** 2):.1f}. Both parameters move up the slope. Where "
            "has the sign of both slopes been lost?"
        )
    if uphill.any():
        wrong, other = ("w", "b") if uphill[0] else ("b", "w")
        raise Wrong(
            f"`{wrong}` moves up its slope, while `{other}` moves down, as it should. Compare "
            "the two lines."
        )
    if not np.allclose(moved, right):
        long = moved / right
        if np.isclose(long.max(), len(X)):
            raise Wrong(
                f"There are {len(X)} points here, and a step is {len(X)} times as long as it "
                "should be. The loss is a mean. What, then, are its slopes?"
            )
        if np.isclose(long.min(), len(X) / 6):
            raise Wrong(
                f"A sum is divided by 6, but there are {len(X)} points here. How do you get a "
                "mean, whatever their number is?"
            )
        if np.allclose(long, 0.5):
            raise Wrong(
                "The step is half as long as it should be. The square of an error changes by "
                "how many times the error?"
            )
        late = -RATE * np.array([_slopes(W, B + right[1])[0], _slopes(w, B)[1]])
        if np.isclose(moved, late).any():
            raise Wrong(
                "One of the parameters has moved already when the slope of the other is "
                "worked out. Both slopes belong to the same place, so both need the same "
                "errors."
            )
        raise Wrong(
            f"After one step from `w` = {W} and `b` = {B}, `w` should be {W + right[0]:.3f} and "
            f"`b` should be {B + right[1]:.3f}. But they are {w:.3f} and {b:.3f}."
        )
    losses, found = _descended(descend, 5)
    place, before = np.array([W, B]), []
    for _ in range(5):
        before.append(np.mean(_errors(*place) ** 2))
        place = place - RATE * _slopes(*place)
    if not (np.allclose(found, place) and np.allclose(losses, before)):
        raise Wrong(
            "The first step is right, but not all of five. Does each step begin where the one "
            "before has ended?"
        )


check_descend = Exercise(
    name="descend",
    title="Mend gradient descent",
    kind="mend",
    minutes=10,
    prompt="""
The function below should take the steps of notebook 1, for any points `x` and `y`. It returns
the losses, and the last `w` and `b`. For the six points, the first losses in notebook 1 were
26.5, 23.1 and 20.3. Here they climb.

There are two faults. Copy the function, and mend it.
""",
    given="""
def broken_descend(x, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        errors = y - (w * x + b)
        losses.append(np.mean(errors**2))
        w = w - learning_rate * np.sum(2 * errors * x)
        b = b - learning_rate * np.mean(2 * errors)
    return losses, w, b


losses, w, b = broken_descend(x, y, w=0.0, b=5.0, learning_rate=0.01, steps=5)
print(np.round(losses, 1))
""",
    answer="""
def descend(x, y, w, b, learning_rate, steps):
    ### BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        errors = w * x + b - y
        losses.append(np.mean(errors**2))
        w = w - learning_rate * np.mean(2 * errors * x)
        b = b - learning_rate * np.mean(2 * errors)
    return losses, w, b
    ### END SOLUTION
""",
    checker=_check_descend,
    hints=(
        "The loss climbs from the first step on. In notebook 1 the slope was worked out from "
        "the error. Which of the two was subtracted from which, the answer or the guess?",
        "If the loss falls now, but not as it does in notebook 1, compare the line for `w` with "
        "the line for `b`.",
        "An error is guess minus answer. And each slope is the mean over all points, because "
        "the loss is a mean, too.",
    ),
    right="Each step goes down the slope, whatever the points are, and its length does not "
    "depend on how many points there are.",
    explained="""
With `y` first, every error has the wrong sign. The loss does not show it, because the errors are
squared. But both slopes change their sign, so each step leads uphill. The sum is six times the
mean here, so `w` moved six times as far as it should, and with more points it would move farther
still.
""",
    mistakes=(
        Mistake(
            """
def descend(x, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        errors = y - (w * x + b)
        losses.append(np.mean(errors**2))
        w = w - learning_rate * np.mean(2 * errors * x)
        b = b - learning_rate * np.mean(2 * errors)
    return losses, w, b
""",
            says="Where has the sign of both slopes been lost?",
        ),
        Mistake(
            """
def descend(x, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        errors = w * x + b - y
        losses.append(np.mean(errors**2))
        w = w - learning_rate * np.sum(2 * errors * x)
        b = b - learning_rate * np.mean(2 * errors)
    return losses, w, b
""",
            says="a step is 4 times as long as it should be",
        ),
        Mistake(
            """
def descend(x, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        errors = y - (w * x + b)
        losses.append(np.mean(errors**2))
        w = w + learning_rate * np.mean(2 * errors * x)
        b = b - learning_rate * np.mean(2 * errors)
    return losses, w, b
""",
            says="`b` moves up its slope, while `w` moves down",
        ),
        Mistake(
            """
def descend(x, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        losses.append(np.mean((w * x + b - y) ** 2))
        w = w - learning_rate * np.mean(2 * (w * x + b - y) * x)
        b = b - learning_rate * np.mean(2 * (w * x + b - y))
    return losses, w, b
""",
            says="Both slopes belong to the same place",
        ),
        Mistake(
            """
def descend(x, y, w, b, learning_rate, steps):
    losses = []
    for _ in range(steps):
        errors = w * x + b - y
        losses.append(np.mean(errors**2))
        w = w - learning_rate * np.mean(2 * errors * x)
        b = b - learning_rate * np.mean(2 * errors)
        return losses, w, b
""",
            says="How far is `return` indented?",
        ),
    ),
    shows="Which signs and which mean make a step go downhill, and that the loss itself looks "
    "the same with the sign of the errors turned round.",
    usually="They turn the sign in one line only, or leave the sum, because the loss falls.",
    ask="The loss climbs. How would you tell a wrong sign from a learning rate that is too large?",
)


def _check_first_step(first_step) -> None:
    found = number(first_step, "The weight after one step")
    for mistaken, message in (
        (
            3.0,
            "The weight is right, but nobody tells the neuron so. It goes by its slope. Are the "
            "guesses too large or too small, and would a smaller weight help?",
        ),
        (
            3.06,
            "That is how far the weight moves, but in which direction? A step goes against the "
            "slope.",
        ),
        (
            2.96,
            "The bias moves by 0.04. In the slope for the weight, each error is multiplied by "
            "one more number.",
        ),
        (
            2.97,
            "The weight should move twice as far. By how many times the error does its square "
            "change?",
        ),
        (2.64, "You have added up the slopes of the six points. What is their mean?"),
        (-3.0, "That is `w` minus the whole slope. How long is a step?"),
        (6.0, "This is the slope. How far does the weight move, and where to?"),
    ):
        if np.isclose(found, mistaken, atol=0.002):
            raise Wrong(message)
    if not np.isclose(found, 2.94, atol=0.002):
        raise Wrong(
            f"{found:g} is too {'large' if found > 2.94 else 'small'}. Write down the six "
            "errors first, and multiply each of them by 2 and by its `x`."
        )


check_first_step = Exercise(
    name="first-step",
    title="Predict a step",
    kind="predict",
    minutes=5,
    prompt="""
The rule behind the six points is `3 * x + 1`. This time the neuron starts with a weight of 3
and a bias of 3. So the weight is right from the start, and only the bias is wrong.

It takes one step with the learning rate 0.01. What is the weight then? Guess first whether it
stays, grows or shrinks. Then work it out on paper, to two decimals.
""",
    answer="""
first_step = ...
### BEGIN SOLUTION
errors = (3 * x + 3) - y
first_step = 3 - 0.01 * np.mean(2 * errors * x)
### END SOLUTION
""",
    checker=_check_first_step,
    hints=(
        "The neuron answers 3 * x + 3, and the rule says 3 * x + 1. What are the six errors?",
        "Each error is 2. The slope for the weight is the mean of 2 * error * x over the six "
        "points.",
        "That is the mean of 4 * x, and the mean of x is 1.5. Multiply the slope by 0.01, and "
        "subtract it from 3.",
    ),
    right="A parameter that is right already moves as well, because gradient descent only asks "
    "in which direction the loss falls.",
    explained="""
All guesses are 2 too large. A smaller weight lowers them where `x` is positive, and that helps
more points than it harms. So the weight shrinks to 2.94, away from the 3 of the rule. It goes
on shrinking for a while, turns round as the bias falls, and is at 2.997 after 500 steps.
""",
    mistakes=(
        Mistake("first_step = 3.0", says="nobody tells the neuron so"),
        Mistake("first_step = 3 + 0.01 * 6", says="A step goes against the slope"),
        Mistake("first_step = 3 - 0.01 * 4", says="multiplied by one more number"),
        Mistake(
            "first_step = 3 - 0.01 * np.sum(4 * x)",
            says="added up the slopes of the six",
        ),
        Mistake("first_step = 3 - 6", says="That is `w` minus the whole slope"),
    ),
    shows="That all parameters share the same errors, so one that is right moves for the sake "
    "of another.",
    usually="They say that the weight stays, as if the neuron knew which parameter is to blame.",
    ask="Which points would the six have to be, so that the weight stays at 3 in this step?",
)

LARGEST = 0.0019339


def _check_largest_rate(largest_rate) -> None:
    found = number(largest_rate, "The largest learning rate")
    if found <= 0:
        raise Wrong(
            f"{found:g} is no learning rate. With 0 nothing moves, and below 0 each step leads "
            "uphill."
        )
    if 0.85 * LARGEST <= found <= 1.15 * LARGEST:
        return
    for mistaken, message in (
        (
            (0.0177, 0.0094, 0.0047),
            "Here the size of `x` counts once. But from `x` to `2 * x` the rate has fallen to "
            "about a quarter, and not to a half. How often does the size count?",
        ),
        (
            (0.00885,),
            "You have gone on in proportion, 4 for twice the size and 20 for ten times. But the "
            "size counts twice, each time as a factor.",
        ),
        (
            (0.00047, 0.00044),
            "This factor belongs to the step from `x` to `10 * x`. Which of the two rates do "
            "you start from?",
        ),
        (
            (0.177, 0.047),
            "With this rate and `10 * x` the loss explodes. Larger `x` need a smaller rate, as "
            "0.177 and 0.047 show.",
        ),
    ):
        if np.isclose(found, mistaken, rtol=0.03).any():
            raise Wrong(message)
    if found > 0.177:
        raise Wrong(
            f"{found:g} is larger than 0.177. But from `x` to `2 * x` the rate falls."
        )
    side = "large" if found > LARGEST else "small"
    raise Wrong(
        f"{found:g} is too {side}. By which factor does the rate fall from `x` to `2 * x`? Find "
        "out why before you go on to `10 * x`."
    )


check_largest_rate = Exercise(
    name="largest-rate",
    title="Explain the largest learning rate",
    kind="explain",
    minutes=10,
    prompt="""
In notebook 1 the learning rate 0.1 went well, and 0.18 did not. The limit for the six points is
0.177. Above it the loss grows without end.

Somebody multiplies every `x` by 2. Then the limit falls to 0.047, about a quarter of what it was.

Why a quarter, and not a half? If you know why, you can say roughly what the limit is for
`10 * x`. Your answer may be off by 15 %.
""",
    answer="""
largest_rate = ...
### BEGIN SOLUTION
largest_rate = 0.047 / 5**2
### END SOLUTION
""",
    checker=_check_largest_rate,
    hints=(
        "Say every `x` is twice as large, and the errors are the same. How many times as large "
        "is the slope for `w`, the mean of 2 * error * x?",
        "So `w` moves twice as far. And this longer move is multiplied by `x` again when the "
        "neuron guesses. How many times as far does a guess move?",
        "Four times as far for `2 * x`, and 100 times as far for `10 * x`. To make up for it, "
        "divide the rate by as much.",
    ),
    right="The size of `x` counts twice in a step, so the learning rate has to make up for its "
    "square.",
    explained="""
With `2 * x` the slope for `w` is twice as large for the same errors, and the move of `w` is then
multiplied by an `x` that is twice as large. So the guesses move four times as far. With `10 * x` they move 100 times as far, and 0.177 / 100 is 0.00177. The exact
limit is 0.00193, because the bias does not grow with `x`.
""",
    mistakes=(
        Mistake("largest_rate = 0.177 / 10", says="How often does the size count?"),
        Mistake("largest_rate = 0.177 / 20", says="gone on in proportion"),
        Mistake("largest_rate = 0.047 / 100", says="Which of the two rates do you"),
        Mistake("largest_rate = 0.177", says="the loss explodes"),
        Mistake("largest_rate = 0.177 * 100", says="is larger than 0.177"),
    ),
    shows="That the size of the inputs counts twice in a step, which is what notebook 3 is about.",
    usually="They divide by 10, or take the 4 for a rule of three and divide by 20.",
    ask="Why is the exact number not quite a hundredth of 0.177?",
)

LESSON = Lesson(
    "01_one_neuron",
    SETUP,
    (check_descend, check_first_step, check_largest_rate),
    more="""
## More to try

These change [notebook 1](../01_one_neuron.ipynb) itself, and nobody checks them.

1. Start from another guess. Write
`other_losses, other_path = descend(w=4.5, b=3.0, learning_rate=0.01, steps=500)` in a new cell,
predict the path, and draw it on the map.
2. Change the last answer in `y` from 13.0 to 16.0, so that no line fits all six points. Predict
what happens to the loss, then choose *Kernel → Restart Kernel and Run All Cells…* Which titles
and captions are now wrong?
""",
)
