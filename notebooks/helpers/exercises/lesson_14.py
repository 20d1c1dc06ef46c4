"""Exercises of notebook 14: precision and recall, a temperature, and a limit."""

import numpy as np
from scipy import special

from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    NotYet,
    Wrong,
    ask,
    described,
    number,
    numbers,
)

SETUP = """
import numpy as np

from helpers.exercises.lesson_14 import (
    check_choose_limit,
    check_precision_and_recall,
    check_temperature,
    made_up_scores,
)


def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


logits, labels = made_up_scores()
"""


def made_up_scores(
    seed: int = 14, images: int = 10000, classes: int = 10, temperature: float = 1.8
) -> tuple[np.ndarray, np.ndarray]:
    """Make up the scores of a network, and labels that come true as they would.

    Parameters
    ----------
    seed
        Equal seeds give equal scores.
    images, classes
        How many.
    temperature
        By what the scores must be divided, so that the confidence can be believed. Above 1
        the network is too sure.

    Returns
    -------
    logits, labels
        Of the shapes ``(images, classes)`` and ``(images,)``.
    """
    random_numbers = np.random.default_rng(seed)
    everywhere = np.arange(images)
    scores = random_numbers.normal(size=(images, classes))
    favourites = random_numbers.integers(classes, size=images)
    scores[everywhere, favourites] += 0.5 + random_numbers.gamma(2.0, 3.5, size=images)
    drawn = random_numbers.random((images, 1))
    labels = (special.softmax(scores, axis=-1).cumsum(axis=1) < drawn).sum(axis=1)
    return temperature * scores, np.minimum(labels, classes - 1)


MATRICES = (
    np.array([[40, 10, 0], [5, 60, 15], [20, 0, 30]]),
    np.array([[8, 2, 0, 0], [1, 9, 4, 0], [3, 0, 7, 0], [2, 2, 1, 0]]),
    np.array([[5, 0, 1], [0, 0, 0], [2, 3, 6]]),
)


def _check_precision_and_recall(precision_and_recall) -> None:
    for matrix in MATRICES:
        right = np.diag(matrix)
        of_answers, of_images = matrix.sum(axis=0), matrix.sum(axis=1)
        precision = right / np.maximum(of_answers, 1)
        recall = right / np.maximum(of_images, 1)
        with np.errstate(all="ignore"):
            result = ask(precision_and_recall, matrix)
        if not isinstance(result, tuple | list | np.ndarray) or len(result) != 2:
            raise Wrong(
                "`precision_and_recall` should return two arrays, precision and recall, but "
                f"gives {described(result)}."
            )
        shape = (len(matrix),)
        first = numbers(
            result[0], "The precision of the classes", shape=shape, finite=False
        )
        second = numbers(
            result[1], "The recall of the classes", shape=shape, finite=False
        )
        where = f"For the matrix {matrix.tolist()} it gives"
        both = (
            f"{where} the precision {first.round(2)} and the recall {second.round(2)}."
        )
        if not (np.isfinite(first).all() and np.isfinite(second).all()):
            raise Wrong(
                f"{both} Something was divided by 0. Which column or which row has the sum 0?"
            )
        if np.allclose(first, precision) and np.allclose(second, recall):
            continue
        if np.allclose(first, recall) and np.allclose(second, precision):
            raise Wrong(
                f"{where} the precision {first.round(2)}, and that is the recall. What does a "
                "row hold, all images of a class, or all answers with its name?"
            )
        if np.allclose(first, right / matrix.sum()):
            raise Wrong(
                f"{where} the precision {first.round(2)}. These are shares of all the images. "
                "Precision asks about the answers with one name, and recall about one class."
            )
        if np.allclose(first, second):
            raise Wrong(
                f"{where} {first.round(2)} for both, and the two should differ. What do you "
                "divide by each time?"
            )
        known = (of_answers > 0) & (of_images > 0)
        if np.allclose(first[known], precision[known]) and np.allclose(
            second[known], recall[known]
        ):
            raise Wrong(
                f"{both} That is right for the classes which occur both among the images and "
                "among the answers. Where there is nothing to divide by, it should give 0."
            )
        raise Wrong(f"{both} It should be {precision.round(2)} and {recall.round(2)}.")


check_precision_and_recall = Exercise(
    name="precision-and-recall",
    title="Precision and recall from any matrix",
    kind="build",
    minutes=10,
    prompt="""
Write `precision_and_recall(matrix)`. It gets a confusion matrix as in notebook 14, with a row for
each true class and a column for each answer, for any number of classes. It returns two arrays with
a number for each class, first the precision and then the recall.

It may happen that a network never calls anything by the name of a class, or that no image of a
class is there. Then there is nothing to divide by, and the number for that class should be 0.
`np.diag(matrix)` takes the numbers on the diagonal.

Before you run it, work out on paper what it must give for cats (class 0) and other animals, with
the matrix `[[30, 10], [20, 40]]`.
""",
    answer="""
def precision_and_recall(matrix):
    ### BEGIN SOLUTION
    right = np.diag(matrix)
    answers = np.maximum(matrix.sum(axis=0), 1)
    images = np.maximum(matrix.sum(axis=1), 1)
    return right / answers, right / images
    ### END SOLUTION
""",
    checker=_check_precision_and_recall,
    hints=(
        "Of all that was called *cat*, how many are cats? Are those that were called *cat* in a "
        "row or in a column?",
        "`matrix.sum(axis=0)` adds up each column, and `matrix.sum(axis=1)` each row. Which of "
        "the two sums belongs to precision? And what stands on the diagonal where a sum is 0?",
        "Divide `np.diag(matrix)` by the sums of the columns for precision, and by the sums of "
        "the rows for recall. `np.maximum(sums, 1)` makes a 1 of every 0.",
    ),
    right="Both start from the diagonal, and only what they divide by differs, which is all "
    "answers with that name or all images of that class.",
    explained="""
Of the 50 pictures that were called *cat*, 30 are cats, so the precision is 0.6. Of the 40 cats, 30
were found, so the recall is 0.75. Where a column adds up to 0, its number on the diagonal is 0,
too, so it does no harm to divide by 1 instead. To report 0 there is a convention, because nobody
can say how good answers are that were never given.
""",
    mistakes=(
        Mistake(
            """
def precision_and_recall(matrix):
    right = np.diag(matrix)
    answers = np.maximum(matrix.sum(axis=1), 1)
    images = np.maximum(matrix.sum(axis=0), 1)
    return right / answers, right / images
""",
            says="and that is the recall",
        ),
        Mistake(
            """
def precision_and_recall(matrix):
    right = np.diag(matrix)
    return right / matrix.sum(axis=0), right / matrix.sum(axis=1)
""",
            says="Something was divided by 0",
        ),
        Mistake(
            """
def precision_and_recall(matrix):
    right = np.diag(matrix)
    return right / matrix.sum(), right / matrix.sum()
""",
            says="These are shares of all the images",
        ),
        Mistake(
            """
def precision_and_recall(matrix):
    right = np.diag(matrix)
    answers, images = matrix.sum(axis=0), matrix.sum(axis=1)
    precision = np.where(answers > 0, right / np.maximum(answers, 1), 1)
    return precision, right / np.maximum(images, 1)
""",
            says="Where there is nothing to divide by",
        ),
    ),
    shows="Which question precision asks and which recall, and that one of them may have no "
    "answer.",
    usually="They exchange rows and columns, and forget the class that nothing was called.",
    ask="A network says *cat* to every picture. What are precision and recall of *cat*?",
)


def _losses(
    logits: np.ndarray, labels: np.ndarray, temperatures: np.ndarray
) -> np.ndarray:
    rows = np.arange(len(labels))
    of_true = [special.softmax(logits / t, axis=-1)[rows, labels] for t in temperatures]
    return np.array([-np.log(probabilities).mean() for probabilities in of_true])


def _check_temperature(best_temperature) -> None:
    # Neither in order nor from a known start, so that "the first" and "the smallest" differ.
    temperatures = np.roll(np.arange(5, 31) / 10, 6)
    for seed, classes, made_with in ((1, 10, 0.7), (2, 4, 2.2), (3, 10, 1.4)):
        logits, labels = made_up_scores(seed, 3000, classes, made_with)
        with np.errstate(all="ignore"):
            found = ask(best_temperature, logits, labels, temperatures)
        found = number(found, "The temperature")
        losses = _losses(logits, labels, temperatures)
        best = temperatures[losses.argmin()]
        if abs(found - best) < 0.15:
            continue
        if np.isclose(found, temperatures[0]):
            raise Wrong(
                f"It gives {found:g}, the first of the temperatures that it was handed. "
                "`argmax` takes the first of several equal values. So what was equal for all "
                "temperatures?"
            )
        if np.isclose(found, temperatures.min()):
            raise Wrong(
                f"It gives {found:g}, the smallest of the temperatures. Whatever is compared only "
                "gets better as the temperature falls. Do the probabilities still add up to 1, and "
                "are they those of the true class?"
            )
        if np.isclose(found, temperatures[losses.argmax()]):
            raise Wrong(
                f"It gives {found:g}, where the loss is highest, {losses.max():.2f}. At {best:g} "
                f"the loss is {losses.min():.2f}."
            )
        inverse = temperatures[_losses(logits, labels, 1 / temperatures).argmin()]
        if np.isclose(found, inverse):
            raise Wrong(
                f"It gives {found:g}, and 1 / {found:g} is about {best:g}, which would be right. "
                "What is done to the scores, with a temperature above 1?"
            )
        if found == losses.argmin():
            raise Wrong(
                f"It gives {found:g}. That is a position in the list of temperatures. Which "
                "temperature stands there?"
            )
        if np.isclose(found, losses.min()):
            raise Wrong(
                f"It gives {found:.3f}, and that is the lowest loss. At which temperature is it?"
            )
        raise Wrong(
            f"For other scores it gives {found:g}, and their loss is lowest at {best:g}."
        )


check_temperature = Exercise(
    name="temperature",
    title="Mend the choice of a temperature",
    kind="mend",
    minutes=10,
    prompt="""
`logits` and `labels` belong to 10,000 images. (They are made up with random numbers, as if a
network had given them that is too sure of itself.) A friend wants the temperature that makes
the confidence of this network most believable. She reasons that the best temperature is the one with the most right answers, and
finds 0.5. That would make the network even surer.

Whatever network she tries, she finds 0.5. Copy her function, call the copy `best_temperature`, and
mend it. `softmax` is that of notebook 6, and the loss of an answer is −ln of the probability that
it gives to the true class.
""",
    given="""
def broken_temperature(logits, labels, temperatures):
    accuracies = []
    for t in temperatures:
        probabilities = softmax(logits / t)
        accuracies.append((probabilities.argmax(axis=1) == labels).mean())
    return temperatures[np.argmax(accuracies)]


temperatures = np.arange(5, 31) / 10  # 0.5, 0.6 and so on up to 3
print(f"mean confidence {softmax(logits).max(axis=1).mean():.3f}")
print(f"accuracy        {(logits.argmax(axis=1) == labels).mean():.3f}")
print(f"temperature     {broken_temperature(logits, labels, temperatures)}")
""",
    answer="""
def best_temperature(logits, labels, temperatures):
    ### BEGIN SOLUTION
    losses = []
    for t in temperatures:
        of_true_class = softmax(logits / t)[np.arange(len(labels)), labels]
        losses.append(np.mean(-np.log(of_true_class)))
    return temperatures[np.argmin(losses)]
    ### END SOLUTION
""",
    checker=_check_temperature,
    hands_in="best_temperature",
    hints=(
        "Print `accuracies` inside the function. How much do they differ, and why?",
        "What becomes worse if a network is too sure, although its answers stay the same? "
        "Notebook 14 compared that.",
        "Compute the mean of -ln p for each temperature, where p is the probability of the true "
        "class, `softmax(logits / t)[np.arange(len(labels)), labels]`. Return the temperature "
        "with the lowest.",
    ),
    right="The accuracy cannot tell one temperature from another, but the loss can, because it "
    "asks how sure the network was of what was true.",
    explained="""
A temperature keeps the order of the scores, so each one gives the same answers and the same
accuracy. `argmax` then takes the first of the equal values. The loss is lowest at 1.8 for these
scores. With that temperature, the mean confidence is within half a point of the accuracy.
""",
    mistakes=(
        Mistake(
            """
def best_temperature(logits, labels, temperatures):
    right = [((logits / t).argmax(axis=1) == labels).mean() for t in temperatures]
    return temperatures[np.argmax(right)]
""",
            says="the first of the temperatures that it was handed",
        ),
        Mistake(
            """
def best_temperature(logits, labels, temperatures):
    rows = np.arange(len(labels))
    of_true_class = softmax(logits)[rows, labels]
    losses = [np.mean(-np.log(of_true_class / t)) for t in temperatures]
    return temperatures[np.argmin(losses)]
""",
            says="Do the probabilities still add up to 1",
        ),
        Mistake(
            """
def best_temperature(logits, labels, temperatures):
    rows = np.arange(len(labels))
    losses = [np.mean(-np.log(softmax(logits * t)[rows, labels])) for t in temperatures]
    return temperatures[np.argmin(losses)]
""",
            says="What is done to the scores",
        ),
        Mistake(
            """
def best_temperature(logits, labels, temperatures):
    rows = np.arange(len(labels))
    losses = [np.mean(-np.log(softmax(logits / t)[rows, labels])) for t in temperatures]
    return temperatures[np.argmax(losses)]
""",
            says="where the loss is highest",
        ),
        Mistake(
            """
def best_temperature(logits, labels, temperatures):
    rows = np.arange(len(labels))
    losses = [np.mean(-np.log(softmax(logits / t)[rows, labels])) for t in temperatures]
    return np.argmin(losses)
""",
            says="That is a position in the list",
        ),
    ),
    shows="That accuracy is blind to confidence, and why the loss chooses the temperature.",
    usually="They look for a mistake in the code of the accuracy, which is right. Others divide "
    "the probabilities by the temperature after softmax.",
    ask="Why may the temperature not be chosen with the training images?",
)


NOTHING = (
    "`choose_limit` returns nothing. If it looks for a limit, it has found none that is good "
    "enough, and there are some. Is the accuracy that of the answers alone, without the refused "
    "images? And are there enough limits to choose from?"
)


def _check_choose_limit(choose_limit) -> None:
    for seed, classes, made_with, wanted in (
        (11, 10, 1.0, 0.97),
        (12, 5, 2.2, 0.95),
        (13, 10, 1.8, 0.93),
    ):
        logits, labels = made_up_scores(seed, 10000, classes, made_with)
        confidence = special.softmax(logits, axis=-1).max(axis=1)
        right = logits.argmax(axis=1) == labels
        half, half_right = confidence[:5000], right[:5000]
        try:
            found = number(ask(choose_limit, half, half_right, wanted), "The limit")
        except NotYet as missing:
            # There is a message if the function does something.
            raise (Wrong(NOTHING) if str(missing) else NotYet) from None
        # The other half decides, as in earnest.
        half, half_right = confidence[5000:], right[5000:]
        answered = half >= found
        refused = (~answered).mean()
        fewest = next(
            (half < limit).mean()
            for limit in np.sort(half)
            if half_right[half >= limit].mean() >= wanted
        )
        where = f"Of the answers of a network, {100 * wanted:.0f} % must be right."
        if not answered.any():
            raise Wrong(
                f"{where} With the limit {found:g} every image is refused, and the person has to "
                "do all the work."
            )
        accuracy = half_right[answered].mean()
        spread = np.sqrt(wanted * (1 - wanted) / answered.sum())
        enough = accuracy >= wanted - 3 * spread
        if enough and refused <= fewest + 0.05:
            continue
        result = (
            f"{where} With the limit {found:.3f} it refuses {100 * refused:.1f} % of the second "
            f"half, and {100 * accuracy:.1f} % of the answers that it gives there are right."
        )
        if np.isclose(found, wanted):
            raise Wrong(
                f"{result} The limit is the accuracy that was wanted. Must every single answer be "
                "that sure, or all of them on average? And can this confidence be believed?"
            )
        if not enough and abs(found - fewest) < 0.03:
            raise Wrong(
                f"{result} The limit is about the share of the images that should be refused. It "
                "should be the confidence below which they are."
            )
        if abs(refused - (1 - wanted)) < 0.01:
            raise Wrong(
                f"{result} It refuses as large a share as may be wrong. Is every answer wrong that "
                "is refused?"
            )
        if enough:
            raise Wrong(
                f"{result} It is enough to refuse {100 * fewest:.1f} %, and every refused image "
                "costs a person's time."
            )
        raise Wrong(
            f"{result} That is less than chance would explain. Which accuracy does the limit give "
            "on the half that it was chosen on?"
        )


check_choose_limit = Exercise(
    name="choose-limit",
    title="Refuse as few as possible",
    kind="challenge",
    minutes=15,
    prompt="""
A shop lets a network name its pictures, and promises that 95 % of the answers are right. What the
network refuses, a person has to name. So it should refuse as few as possible.

Write `choose_limit(confidence, right, wanted)`. It gets the confidence of many answers, and for
each of them `True` if it was right. It returns the limit for which the accuracy of all answers
with a confidence of at least the limit is `wanted` or more, and which refuses as few images as
possible.

The check hands over one half of the validation images of several networks, with several wanted
accuracies. Some of these networks are too sure, and some are not. Then it tries your limit on the
other half. There the accuracy may be a little less than `wanted`, as chance brings it, and up to
five images in a hundred may be refused without need. Every way is right that gets there.
""",
    given="""
probabilities = softmax(logits)
confidence = probabilities.max(axis=1)
right = probabilities.argmax(axis=1) == labels
for limit in (0.5, 0.7, 0.9):
    answered = confidence >= limit
    print(f"limit {limit}: refused {(~answered).mean():.2f}", end=", ")
    print(f"accuracy of the rest {right[answered].mean():.3f}")
""",
    answer="""
def choose_limit(confidence, right, wanted):
    ### BEGIN SOLUTION
    for limit in np.sort(confidence):
        if right[confidence >= limit].mean() >= wanted:
            return limit
    ### END SOLUTION
""",
    checker=_check_choose_limit,
    hints=(
        "The cell above tries three limits. How could you find the lowest limit that is good "
        "enough?",
        "The lower the limit, the fewer are refused. So begin with a low one, and stop at the "
        "first that is good enough.",
        "Go through `np.sort(confidence)`, which starts with the smallest, and return the first "
        "limit with `right[confidence >= limit].mean() >= wanted`.",
    ),
    right="A limit that was chosen on one half also keeps its promise on the other, up to "
    "chance, even where the confidence itself promises too much.",
    explained="""
The function never asks what a confidence claims, only how many answers above the limit are right.
So it works for a network that is too sure, too, and gives another limit there than for one that
keeps its word. For these scores and a wanted accuracy of 0.95, it chooses a limit below 0.97 and
above 0.9, and refuses about a fifth.
""",
    mistakes=(
        Mistake(
            """
def choose_limit(confidence, right, wanted):
    return wanted
""",
            says="The limit is the accuracy that was wanted",
        ),
        Mistake(
            """
def choose_limit(confidence, right, wanted):
    return np.quantile(confidence, 1 - wanted)
""",
            says="Is every answer wrong that is refused?",
        ),
        Mistake(
            """
def choose_limit(confidence, right, wanted):
    limits = np.arange(100) / 100
    accuracies = [right[confidence >= limit].mean() for limit in limits]
    return limits[np.argmax(accuracies)]
""",
            says="every refused image costs a person's time",
        ),
        Mistake(
            """
def choose_limit(confidence, right, wanted):
    return 0.6
""",
            says="less than chance would explain",
        ),
        Mistake(
            """
def choose_limit(confidence, right, wanted):
    for limit in np.sort(confidence):
        if (right & (confidence >= limit)).mean() >= wanted:
            return limit
""",
            says="without the refused images",
        ),
    ),
    shows="That a limit is chosen by what it achieves on images with labels, and judged on "
    "others.",
    usually="They take the wanted accuracy for the limit. Others refuse as many images as may be "
    "wrong, though many of the refused answers would have been right.",
    ask="How many images would you want for this choice, if 99.9 % of the answers must be right?",
)

LESSON = Lesson(
    "14_evaluate_predictions",
    SETUP,
    (check_precision_and_recall, check_temperature, check_choose_limit),
    more="""
## More to try

These change [notebook 14](../14_evaluate_predictions.ipynb) itself, and nobody checks them.

1. Refuse 30 % instead of 10 %. Read from the last figure what the accuracy of the rest will be.
Then set `np.quantile(softened, 0.3)`, and run the two cells under *Refuse* again.
2. Train for 3 epochs instead of 12, in both places, and run everything from *Build* up to the
temperature. Predict first whether the best temperature will be closer to 1 or further from it,
and what happens to the accuracy.
""",
)
