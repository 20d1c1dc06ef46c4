"""Exercises of notebook 6: softmax, and where it belongs."""

import numpy as np
from scipy import special

from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    ask,
    choice,
    number,
    numbers,
)

SETUP = """
import numpy as np

from helpers.exercises.lesson_06 import check_log, check_lowest_loss, check_softmax
"""


def _same(found: np.ndarray, right: np.ndarray) -> bool:
    return np.allclose(found, right, atol=1e-6)


def _check_softmax(softmax) -> None:
    one, other = np.array([1.0, 0.5, -2.0, 0.0]), np.array([3.0, -1.0, 0.25, 0.5])
    found = numbers(
        ask(softmax, one), "softmax of four scores", shape=(4,), finite=False
    )
    right = special.softmax(one)
    if not np.isfinite(found).all():
        raise Wrong(
            f"For the scores {one} it gives {found}. Have you subtracted so much that every "
            "exponential is rounded to 0?"
        )
    if np.allclose(found, right, atol=2e-3) and not _same(found, right):
        raise Wrong(
            f"For the scores {one} it is nearly right, but off after the third digit. Use "
            "`np.exp`, and do not round."
        )
    if not _same(found, right):
        raise Wrong(
            f"For the scores {one} it should give {right.round(3)}, but gives "
            f"{found.round(3)}."
        )
    table = np.array([one, other])
    found = numbers(
        ask(softmax, table), "softmax of a table", shape=(2, 4), finite=False
    )
    if _same(found, np.exp(table) / np.exp(table).sum()):
        raise Wrong(
            "In a table, the eight numbers of two rows add up to 1 together. Each row must "
            "add up to 1 by itself, so each needs a sum of its own."
        )
    if _same(found.sum(axis=0), np.ones(4)):
        raise Wrong(
            "In a table, the columns add up to 1. A row holds the scores of one image, so "
            "the rows must."
        )
    if not _same(found, special.softmax(table, axis=-1)):
        right = special.softmax(table, axis=-1)
        raise Wrong(
            "A table of two rows must give for each row what that row gives alone. Yours gives "
            f"{found.round(3).tolist()} in place of {right.round(3).tolist()}. Do the maximum "
            "and the sum both belong to the row?"
        )
    large = np.array([1000.0, 999.0, -1000.0])
    found = numbers(ask(softmax, large), "softmax", shape=(3,), finite=False)
    if not np.isfinite(found).all():
        raise Wrong(
            f"For the scores {large} it gives {found}: exp(1000) is too large for NumPy. "
            "Softmax stays the same if you subtract the same number from all the scores."
        )
    lonely = np.array([1000.0, 0.0, 0.0, 0.0])
    found = numbers(ask(softmax, lonely), "softmax", shape=(4,), finite=False)
    if not np.isfinite(found).all():
        raise Wrong(
            f"For the scores {lonely} it gives {found}. What you subtract is not enough "
            "there. Which number leaves no score above 0, in any row?"
        )
    # One number for the whole table is not enough: another row may lie far below it.
    apart = np.array([[1000.0, 999.0], [-1000.0, -1001.0]])
    found = numbers(ask(softmax, apart), "softmax", shape=(2, 2), finite=False)
    if not np.isfinite(found).all():
        raise Wrong(
            "One row of the table has scores near 1000, another near -1000, and that gives "
            "nan in the second. Each row needs a maximum of its own."
        )
    for scores in (large, lonely, apart):
        found, right = ask(softmax, scores), special.softmax(scores, axis=-1)
        if not _same(found, right):
            raise Wrong(
                f"For the scores {scores.tolist()} it gives {np.round(found, 3).tolist()}, and "
                f"should give {right.round(3).tolist()}."
            )


check_softmax = Exercise(
    name="softmax",
    title="Mend softmax",
    kind="mend",
    minutes=10,
    prompt="""
The function below works for one image with ordinary scores. For a table it gives rows that do
not add up to 1, and for scores of 1,000 it gives `nan`.

Write a `softmax` that works for one row, for a table with a row for each image, and for scores
of any size. Copy the broken one and mend it.
""",
    given="""
def broken_softmax(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum()


print(broken_softmax(np.array([[2.0, 0.0], [1.0, 1.0]])).sum(axis=1))
""",
    answer="""
def softmax(scores):
    ### BEGIN SOLUTION
    lowered = scores - scores.max(axis=-1, keepdims=True)
    exponentials = np.exp(lowered)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
    ### END SOLUTION
""",
    checker=_check_softmax,
    hints=(
        "There are two things to mend. In a table, which numbers must add up to 1? For "
        "large scores, what may you subtract without changing the result?",
        "`sum` takes an axis. `axis=-1` is the last one, and `keepdims=True` keeps the sums "
        "as a column, so that each row is divided by its own.",
        "Subtract `scores.max(axis=-1, keepdims=True)` from the scores before `np.exp`. "
        "Then the largest exponent of each row is 0.",
    ),
    right="Each row adds up to 1 by itself, and no score is too large: softmax only asks how "
    "far the scores of a row lie apart.",
    explained="""
Subtracting the same number from all the scores of a row multiplies its exponentials by the
same factor, and the factor cancels when they are divided by their sum. With the largest score
subtracted, the largest exponential is 1, and nothing becomes infinite.
""",
    mistakes=(
        Mistake(
            """
def softmax(scores):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()
""",
            says="the eight numbers of two rows add up to 1 together",
        ),
        Mistake(
            """
def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=0))
    return exponentials / exponentials.sum(axis=0)
""",
            says="the columns add up to 1",
        ),
        Mistake(
            """
def softmax(scores):
    with np.errstate(all="ignore"):
        exponentials = np.exp(scores)
        return exponentials / exponentials.sum(axis=-1, keepdims=True)
""",
            says="exp(1000) is too large for NumPy",
        ),
        Mistake(
            """
def softmax(scores):
    exponentials = np.round(2.718 ** (scores - scores.max(axis=-1, keepdims=True)), 3)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
""",
            says="do not round",
        ),
        Mistake(
            """
def softmax(scores):
    with np.errstate(all="ignore"):
        exponentials = np.exp(scores - scores.mean(axis=-1, keepdims=True))
        return exponentials / exponentials.sum(axis=-1, keepdims=True)
""",
            says="What you subtract is not enough",
        ),
        Mistake(
            """
def softmax(scores):
    exponentials = np.exp(scores - scores.max())
    with np.errstate(all="ignore"):
        return exponentials / exponentials.sum(axis=-1, keepdims=True)
""",
            says="Each row needs a maximum of its own",
        ),
    ),
    shows="That softmax works row by row, and that only differences between scores count.",
    usually="They sum the whole table, or divide columns. Once that is mended, many subtract "
    "the maximum of the whole table, which fails for a row that lies far below it.",
    ask="Two images have the scores 5, 3 and 1005, 1003. Which has the higher first "
    "probability?",
)


def _check_log(answer) -> None:
    choice(
        answer,
        right="C",
        wrong={
            "A": "Four of five answers are right here. What would an answer cost that is right "
            "with a p of 0.99? And what does guessing cost, with ten classes?",
            "B": "Overfitting shows in validation: there the loss turns upwards. These are the "
            "numbers for the training images, which a network that overfits knows too well.",
            "D": "With too small a rate the accuracy would be low as well. Here four of five "
            "answers are right. Why is the mean loss so high all the same?",
        },
    )


check_log = Exercise(
    name="log",
    title="Explain a log",
    kind="explain",
    minutes=5,
    prompt="""
A friend trains a network with ten classes. After 30 epochs its log says, for the training
images, `accuracy: 0.80 - loss: 1.65`. After 40 epochs it says nearly the same. What is most
likely wrong?

- **A** Nothing. An accuracy of 0.80 and a loss of 1.65 fit together well.
- **B** The network overfits.
- **C** Softmax is applied twice, once in the network and once in the loss.
- **D** The learning rate is too small.
""",
    answer="""
log = ...  # a letter in quotes, such as "A"
### BEGIN SOLUTION
log = "C"
### END SOLUTION
""",
    checker=_check_log,
    hints=(
        "Which loss would a network have that gave the true class a probability of 0.8 for "
        "every image? Compute -np.log(0.8).",
        "It would have 0.22. So something keeps the loss up though most answers are right. "
        "Which lowest loss did notebook 6 find for ten classes?",
        "The lowest loss with softmax twice is 1.461, which is just below 1.65.",
    ),
    right="Where most answers are right and the training loss still stays above 1.461, look "
    "first whether softmax is applied twice.",
    explained="""
Softmax keeps the order of the scores, also when it is applied twice, so the accuracy can be
good. But then even a perfect answer costs 1.461 with ten classes, and the loss cannot fall
below. (A few answers that are very wrong and very sure could keep a mean high, too. So look at
the network and its loss before you are certain.)
""",
    mistakes=(
        Mistake('log = "A"', says="And what does guessing cost"),
        Mistake('log = "B"', says="Overfitting shows in validation"),
        Mistake('log = "D"', says="Why is the mean loss so high"),
    ),
    shows="How softmax twice gives itself away, with no warning.",
    usually="They say that the network overfits, without asking which images the log is about.",
    ask="What would you look at next, to be sure?",
)


def _check_lowest_loss(lowest_loss) -> None:
    for classes in (10, 2, 100, 7):
        found = number(
            ask(lowest_loss, classes), f"the lowest loss for {classes} classes"
        )
        perfect = np.zeros(classes)
        perfect[0] = 1
        right = -np.log(special.softmax(perfect)[0])
        if np.isclose(found, right, rtol=1e-3):
            continue
        if np.isclose(found, np.exp(-right), rtol=1e-3):
            raise Wrong(
                f"For {classes} classes it gives {found:.3f}. That is the probability of the "
                "true class after the second softmax. What does it cost?"
            )
        if np.isclose(found, np.log(classes), rtol=1e-3):
            raise Wrong(
                f"For {classes} classes it gives {found:.3f}, the loss of guessing, with the "
                f"same probability for every class. The best answer is a 1 and {classes - 1} "
                "times 0."
            )
        if np.isclose(found, -right, rtol=1e-3):
            raise Wrong(
                f"For {classes} classes it gives {found:.3f}. A logarithm of a number below 1 "
                "is negative, and the loss has a minus before it."
            )
        if np.isclose(found, np.log((np.e + classes) / np.e), rtol=1e-3):
            raise Wrong(
                f"For {classes} classes it gives {found:.3f}, a little too much. Beside the "
                "true class, how many others are there?"
            )
        if np.isclose(
            found,
            -np.log(special.softmax(special.softmax(perfect))[0]),
            rtol=1e-3,
        ):
            raise Wrong(
                f"For {classes} classes it gives {found:.3f}. The 1 and the zeros have come out "
                "of the first softmax already, so only one more is to be applied."
            )
        if classes != 10 and np.isclose(found, 1.461, atol=0.001):
            raise Wrong(
                f"It gives {found:.3f} for {classes} classes as well. How many zeros does the "
                "best answer have there?"
            )
        raise Wrong(
            f"For {classes} classes it gives {found:.3f}, and the loss of a perfect answer "
            f"after a second softmax is {right:.3f}."
        )


check_lowest_loss = Exercise(
    name="lowest-loss",
    title="Work out the lowest loss",
    kind="build",
    minutes=10,
    prompt="""
With softmax twice and ten classes, no answer can cost less than 1.461. What is the lowest loss
for another number of classes? Write `lowest_loss(classes)`, which returns it. Before you run it,
predict whether more classes raise or lower it.
""",
    answer="""
def lowest_loss(classes):
    ### BEGIN SOLUTION
    perfect = np.zeros(classes)
    perfect[0] = 1
    exponentials = np.exp(perfect)
    return -np.log(exponentials[0] / exponentials.sum())
    ### END SOLUTION
""",
    checker=_check_lowest_loss,
    hints=(
        "The best that the network can answer is 1 for the true class and 0 for each of the "
        "others. What does a second softmax make of the 1?",
        "exp(1) is e, and exp(0) is 1, as many times as there are other classes. Divide e by "
        "the sum of all.",
        "The probability is e / (e + classes - 1), and the loss is -ln of it: np.log and a "
        "minus.",
    ),
    right="More classes raise the lowest loss: each of the others takes 1 of the sum, against "
    "e for the true class.",
    explained="""
It is −ln(*e* / (*e* + classes − 1)). With two classes that is 0.313, with ten 1.461, and with a
hundred 3.622. So softmax twice is easiest to notice where there are many classes.
""",
    mistakes=(
        Mistake(
            "def lowest_loss(classes):\n    return np.e / (np.e + classes - 1)",
            says="the probability of the true class after the second softmax",
        ),
        Mistake(
            "def lowest_loss(classes):\n    return np.log(classes)",
            says="the loss of guessing",
        ),
        Mistake(
            "def lowest_loss(classes):\n    return np.log(np.e / (np.e + classes - 1))",
            says="the loss has a minus before it",
        ),
        Mistake(
            "def lowest_loss(classes):\n    return -np.log(np.e / (np.e + classes))",
            says="how many others are there?",
        ),
        Mistake(
            "def lowest_loss(classes):\n    return 1.461",
            says="How many zeros does the best answer have there?",
        ),
    ),
    shows="Where the 1.461 comes from, and that it is a matter of how many classes there are.",
    usually="They return the probability instead of the loss, or ln of the number of classes.",
    ask="Two classes: would you notice softmax twice from the loss alone?",
)

LESSON = Lesson(
    "06_scores_and_probabilities",
    SETUP,
    (check_softmax, check_log, check_lowest_loss),
    more="""
## More to try

These change [notebook 6](../06_scores_and_probabilities.ipynb) itself, and nobody checks them.

1. Add 5 to all of `logits[unclear]`, and apply `softmax` again. Predict the probabilities first,
and say why it must be so. Then multiply the scores by 2 instead. Which probabilities grow, and
which shrink?
2. Which validation image is the network least sure about?
`np.argmin(probabilities.max(axis=1))` gives its position. Share out your coins again before you
look at it with `show_prediction`.
""",
)
