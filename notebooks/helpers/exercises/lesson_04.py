"""Exercises of notebook 4: a fair split, a leak, and an honest number."""

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
    whole_number,
)

SETUP = """
import numpy as np

from helpers.data import load_fashion_mnist, scale
from helpers.exercises.lesson_04 import check_honest_number, check_leak, check_split

(images, labels), _ = load_fashion_mnist()
order = np.random.default_rng(0).permutation(60000)
train_images, train_labels = scale(images[order[:500]]), labels[order[:500]]
val_images, val_labels = scale(images[order[50000:50200]]), labels[order[50000:50200]]
"""

CLASSES = 10


def _parts(value: object, count: int, name: str, what: str) -> tuple | list:
    """Return what a function gives back, if it is so many things one after the other."""
    if not isinstance(value, tuple | list) or len(value) != count:
        raise Wrong(f"{name} should return {what}, but returns {described(value)}.")
    return value


def _positions(array: object, name: str) -> np.ndarray:
    """Return which of our images these are: each pixel says the position of its image."""
    found = numbers(array, name)
    if found.ndim != 3 or found.shape[1:] != (2, 2):
        raise Wrong(
            f"{name} should be images of the shape (2, 2), one after the other, as they came "
            f"in. But the shape is {found.shape}."
        )
    positions = found[:, 0, 0].astype(int)
    if not (found == positions[:, None, None]).all():
        raise Wrong(f"{name} are not the images that came in: pixels have changed.")
    return positions


def _split_once(split: Callable, count: int, size: int, seed: int) -> np.ndarray:
    """Check all that one split shows by itself; return the positions for validation."""
    images = np.arange(count)[:, None, None] * np.ones((1, 2, 2))
    labels = np.arange(count) * CLASSES // count
    parts = _parts(
        ask(split, images, labels, size, seed),
        4,
        "`split`",
        "four arrays: the images and labels to learn from, and those for validation",
    )
    train = _positions(parts[0], "The training images")
    val = _positions(parts[2], "The validation images")
    for positions, found, name in (
        (train, parts[1], "training"),
        (val, parts[3], "validation"),
    ):
        found = numbers(found, f"The {name} labels", shape=positions.shape)
        wrong = np.sum(found != labels[positions])
        if wrong:
            raise Wrong(
                f"Of {len(positions)} {name} images, {wrong} have got the label of another "
                "image. An image and its label stand at the same position. Are both taken "
                "from there?"
            )
    both = np.intersect1d(train, val)
    if len(both):
        start = (
            f"{len(both)} images are among the training images and among the validation "
            "images as well. That is a leak."
        )
        if len(train) + len(val) > count:
            raise Wrong(
                f"{start} You were given {count} images, and the two sets together have "
                f"{len(train) + len(val)}. At which position does each of them begin and end?"
            )
        raise Wrong(
            f"{start} The sizes are right. Are both sets parts of one and the same order?"
        )
    if len(train) == size and len(val) == count - size:
        raise Wrong(
            f"With size={size} there are {size} training images, and all others are for "
            "validation. It should be the other way round."
        )
    if len(val) != size:
        raise Wrong(f"With size={size} there are {len(val)} validation images.")
    if len(np.unique(val)) < len(val) or len(np.unique(train)) < len(train):
        raise Wrong("One of the sets holds the same image twice.")
    if len(train) != count - size:
        raise Wrong(
            f"Of {count} images, only {len(train) + len(val)} are used. The others are in "
            "neither set."
        )
    classes = len(np.unique(labels[val]))
    if classes < CLASSES - 2:
        raise Wrong(
            f"The images came sorted by class, and now validation holds only {classes} of "
            f"the {CLASSES} classes. What must happen before the cut?"
        )
    return val


def _check_split(split) -> None:
    one = _split_once(split, count=300, size=75, seed=1)
    again = _split_once(split, count=300, size=75, seed=1)
    other = _split_once(split, count=300, size=75, seed=2)
    _split_once(split, count=200, size=120, seed=3)
    if not np.array_equal(one, again):
        raise Wrong(
            "The same seed gives two different splits. Then nobody can repeat what you have "
            "done. Where does the chance in your code come from?"
        )
    if np.array_equal(one, other):
        raise Wrong(
            "The seeds 1 and 2 give the same split. Which number decides how your positions "
            "are shuffled?"
        )


check_split = Exercise(
    name="split",
    title="Mend a split",
    kind="mend",
    minutes=10,
    prompt="""
The function below should set `size` images aside for validation and leave the others to learn
from. It returns four arrays, which are the training images, their labels, the validation images
and their labels.

To see what it does, we give it twelve numbers in place of images. Image 0 has the label 0,
image 1 has the label 1, and so on. Read what it prints. Two things are wrong.

Copy the function, and mend it. Keep what is good about it. It shuffles, so that images may come
sorted by class, and the same seed gives the same split again.
""",
    given="""
def broken_split(images, labels, size, seed):
    rng = np.random.default_rng(seed)
    train = rng.permutation(len(images))[:-size]  # all but the last
    val = rng.permutation(len(images))[-size:]
    return images[train], labels[:-size], images[val], labels[-size:]


for part in broken_split(np.arange(12), np.arange(12), size=4, seed=0):
    print(part)
""",
    answer="""
def split(images, labels, size, seed):
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(images))
    train, val = order[:-size], order[-size:]
    return images[train], labels[train], images[val], labels[val]
    ### END SOLUTION
""",
    checker=_check_split,
    hints=(
        "Take one image that you see in the first line. Which label stands below it? Then "
        "look for images that are in the first line and in the third.",
        "Each time that `permutation` is called, it gives another order. What do the first "
        "part of one order and the last part of another have in common?",
        "Shuffle once, and cut this one order into two parts. Then use each part as positions "
        "for the images and for the labels.",
    ),
    right="Every image is in one set only and has kept its label, and the seed decides which set "
    "it is.",
    explained="""
`broken_split` shuffles twice, and the two orders know nothing of each other. So an image can be
in both sets, which is a leak, or in neither. It also leaves the labels where they were, so most
images get the label of another one. Neither fault raises an error, because all the shapes are
right.
""",
    mistakes=(
        Mistake(
            """
def split(images, labels, size, seed):
    order = np.random.default_rng(seed).permutation(len(images))
    train, val = order[:-size], order[-size:]
    return images[train], labels[:-size], images[val], labels[-size:]
""",
            says="have got the label of another image",
        ),
        Mistake(
            """
def split(images, labels, size, seed):
    rng = np.random.default_rng(seed)
    train = rng.permutation(len(images))[:-size]
    val = rng.permutation(len(images))[-size:]
    return images[train], labels[train], images[val], labels[val]
""",
            says="Are both sets parts of one and the same order?",
        ),
        Mistake(
            """
def split(images, labels, size, seed):
    order = np.random.default_rng(seed).permutation(len(images))
    train, val = order[:-size], order[-2 * size :]
    return images[train], labels[train], images[val], labels[val]
""",
            says="At which position does each of them begin and end?",
        ),
        Mistake(
            """
def split(images, labels, size, seed):
    return images[:-size], labels[:-size], images[-size:], labels[-size:]
""",
            says="The images came sorted by class",
        ),
        Mistake(
            """
def split(images, labels, size, seed):
    order = np.random.default_rng().permutation(len(images))
    train, val = order[:-size], order[-size:]
    return images[train], labels[train], images[val], labels[val]
""",
            says="The same seed gives two different splits",
        ),
        Mistake(
            """
def split(images, labels, size, seed):
    order = np.random.default_rng(0).permutation(len(images))
    train, val = order[:-size], order[-size:]
    return images[train], labels[train], images[val], labels[val]
""",
            says="The seeds 1 and 2 give the same split",
        ),
        Mistake(
            """
def split(images, labels, size, seed):
    order = np.random.default_rng(seed).permutation(len(images))
    train, val = order[:size], order[size:]
    return images[train], labels[train], images[val], labels[val]
""",
            says="It should be the other way round",
        ),
    ),
    shows="That a split goes wrong without any error, and that one order, used for images and "
    "labels alike, keeps the sets apart and the pairs together.",
    usually="They mend the labels and keep the two permutations, or drop the shuffling "
    "because the pairs are right without it.",
    ask="How would you find out that somebody else's split leaks?",
)


def _check_leak(predicted, leaky) -> None:
    guess = number(predicted, "Your prediction")
    clean, measured = 0.72, numbers(leaky, "`leaky`", shape=(200,)).mean()
    if 100 < guess <= 200:
        raise Wrong(
            f"{guess:g} can only be a count of right answers. Which share of the 200 is it?"
        )
    if 1.5 < guess <= 100:
        raise Wrong(
            f"{guess:g} looks like a percentage. Write the accuracy as a share, between 0 and "
            "1."
        )
    if abs(guess - measured) <= 0.0125:
        return
    for mistaken, message in (
        (
            clean,
            f"{guess:g} is the accuracy without the leak. What does the model answer when it "
            "is asked about an image that it has learned?",
        ),
        (
            1,
            "Only the images that leaked are answered from memory. The other 150 are as new "
            "to the model as before.",
        ),
        (
            (1 + clean) / 2,
            f"{guess:g} lies halfway between 1 and {clean}. In notebook 4 half of the images "
            "leaked. How many leak here?",
        ),
        (
            clean + 0.25,
            f"In {guess:g}, the 50 have been added to all that were right before. But many of "
            "the 50 were right before the leak, too, and would be counted twice.",
        ),
        (
            0.75 * clean,
            "These are the right answers among the 150 images that did not leak, as a share "
            "of all 200. What about the other 50?",
        ),
    ):
        if abs(guess - mistaken) <= 0.0125:
            raise Wrong(message)
    raise Wrong(
        f"{guess:g} is too {'high' if guess > measured else 'low'}. How many of the 50 images "
        "will be right, and about how many of the other 150?"
    )


check_leak = Exercise(
    name="leak",
    title="Predict what a leak adds",
    kind="predict",
    minutes=5,
    prompt="""
The model of notebook 4 that learns by heart learns 500 training images here, and is asked
about 200 validation images. The cell below prints its accuracy. Then it lets 50 of the 200 leak
into what is learned. `leaky` says which of the 200 answers are right after that, and we do not
print it.

Work out on paper what the accuracy on all 200 will be after the leak. Your prediction may be
off by 0.01. The check compares it with `leaky`.
""",
    given="""
def right_by_heart(learned_images, learned_labels):
    found = [np.abs(learned_images - image).mean(axis=(1, 2)) for image in val_images]
    return learned_labels[np.argmin(found, axis=1)] == val_labels


clean = right_by_heart(train_images, train_labels)
leaky = right_by_heart(
    np.concatenate([train_images, val_images[:50]]),
    np.concatenate([train_labels, val_labels[:50]]),
)
print(f"without a leak: accuracy {clean.mean():.2f}")
""",
    answer="""
predicted = ...
### BEGIN SOLUTION
predicted = (50 * 1 + 150 * 0.72) / 200
### END SOLUTION
""",
    hands_in="predicted, leaky",
    checker=_check_leak,
    hints=(
        "There are two kinds of validation images now. How often will the model be right "
        "about each kind?",
        "It is always right about the 50 that it has learned. About the other 150 it should "
        "be right as often as before.",
        "Count the right answers, 50 and about 0.72 × 150, and divide by all 200.",
    ),
    right="The model is no better than before, and yet its accuracy has grown, because the "
    "images that leaked are answered from memory.",
    explained="""
On paper it is 0.79, and measured it is 0.795. That is 0.075 more than without the leak, and
nothing about the number looks suspicious. A leak of half the images, as in notebook 4, may catch your
eye, but a small one does not, so the sets have to be compared.
""",
    mistakes=(
        Mistake("predicted = 158", says="Which share of the 200 is it?"),
        Mistake("predicted = 0.72", says="is the accuracy without the leak"),
        Mistake("predicted = 1.0", says="The other 150 are as new to the model"),
        Mistake("predicted = (1 + 0.72) / 2", says="lies halfway between 1 and 0.72"),
        Mistake("predicted = 0.72 + 0.25", says="were right before the leak, too"),
        Mistake("predicted = 0.75 * 0.72", says="What about the other 50?"),
    ),
    shows="That a leak raises the number and not the model, and by how much.",
    usually="They take the number halfway to 1, as in the lesson, or add the share that leaked to the accuracy.",
    ask="Would you have become suspicious of 0.795?",
)

MODELS, IMAGES = 50, 400


def _reported(choose_and_report: Callable, table: np.ndarray) -> tuple[int, float]:
    """Return the position that is chosen and the accuracy that is reported for a table."""
    parts = _parts(
        ask(choose_and_report, table),
        2,
        "`choose_and_report`",
        "two numbers, the position of the chosen model and its accuracy",
    )
    chosen = whole_number(parts[0], "The position of the chosen model")
    reported = number(parts[1], "The accuracy to report")
    if not 0 <= chosen < MODELS:
        raise Wrong(
            f"The chosen model should be one of the positions 0 to {MODELS - 1}, but is "
            f"{chosen}. A row belongs to a model, and a column to an image."
        )
    if not 0 <= reported <= 1:
        raise Wrong(
            f"The accuracy to report should be between 0 and 1, but is {reported:g}."
        )
    return chosen, reported


def _check_honest_number(choose_and_report) -> None:
    rng = np.random.default_rng(4)
    # First models that differ: is a good one chosen, and is the number its own?
    chances = np.linspace(0.2, 0.7, MODELS)
    true, reports, averages, of_all, highest = [], [], [], [], []
    for _ in range(40):
        chances = rng.permutation(chances)
        table = rng.random((MODELS, IMAGES)) < chances[:, None]
        chosen, reported = _reported(choose_and_report, table)
        true.append(chances[chosen])
        reports.append(reported)
        averages.append(table.mean())
        of_all.append(table[chosen].mean())
        highest.append(table.mean(axis=1).max())
    if np.mean(true) < 0.35:
        raise Wrong(
            f"Some of our models are right 70% of the time, but the chosen ones only "
            f"{np.mean(true):.0%}. Do you look for the highest accuracy, or for the lowest?"
        )
    if np.mean(true) < 0.63:
        raise Wrong(
            f"Some of our models are right 70% of the time, but the chosen ones only "
            f"{np.mean(true):.0%} on average. Does the accuracy of each model in the table that "
            "you are given decide, over enough images?"
        )
    if np.allclose(reports, averages, atol=0.02):
        raise Wrong(
            "The number that you report is the average of all 50 models. What we want to know "
            "is how good the chosen one is."
        )
    off = np.sqrt(np.mean(np.subtract(reports, true) ** 2))
    if off > 0.08:
        raise Wrong(
            f"The chosen models are right {np.mean(true):.0%} of the time. What you report is "
            f"usually off by {off:.2f}. Is it the accuracy of the chosen model, over enough "
            "images?"
        )
    # One good model, so that there is hardly any luck in being chosen.
    good = np.where(np.arange(MODELS) == 7, 0.9, 0.2)[:, None]
    tables = rng.random((40, MODELS, IMAGES)) < good
    average = np.mean([_reported(choose_and_report, table)[1] for table in tables])
    if abs(average - 0.9) > 0.02:
        raise Wrong(
            "One of 50 models is right about 90% of the images, and all others about 20%. You "
            f"choose it, and report {average:.2f} on average. Which images does this number "
            "come from?"
        )
    # Then coins, of which none is better than another: what is above a half is luck.
    coins = rng.random((400, MODELS, IMAGES)) < 0.5
    answers = [_reported(choose_and_report, table) for table in coins]
    average = np.mean([reported for _, reported in answers])
    if average <= 0.515:
        return
    start = (
        f"For 50 models that only toss coins, you report an accuracy of {average:.2f} on "
        "average. No coin is better than 0.50."
    )
    if np.allclose(reports, highest):
        raise Wrong(
            f"{start} It is what the best model has promised on the images that chose it. "
            "Which images have had no part in the choice?"
        )
    if np.allclose(reports, of_all):
        raise Wrong(
            f"{start} You choose with some of the images, and then report on all 400. The "
            "images that chose are still among them."
        )
    # With all other models wrong everywhere, a number of its own stays what it was.
    alone = []
    for table, (chosen, _) in zip(coins, answers, strict=True):
        silent = np.zeros_like(table)
        silent[chosen] = table[chosen]
        alone.append(_reported(choose_and_report, silent)[1])
    if np.mean(alone) < average - 0.02:
        raise Wrong(
            f"{start} And what you report for a chosen model depends on how good the others "
            "are. Have you taken the highest number a second time?"
        )
    raise Wrong(
        f"{start} The images that you report on have already been used to choose, so the luck "
        "of the chosen model is still in the number."
    )


check_honest_number = Exercise(
    name="honest-number",
    title="Choose among 50 models, and report one honest number",
    kind="build",
    minutes=15,
    prompt="""
You have 50 models and 400 images. A table like `right` in notebook 4 says which answers are
right, with a row for each model and a column for each image. In the cell below, every model
tosses a coin, so none is better than another. Even so, the best of them promises more than a
half.

Write `choose_and_report(right)`. It chooses a good model, and returns its position and the
accuracy that you would report for it. This number has to be honest. For models that toss coins
it must be 0.5 on average over many such tables, and for other models it must not be too high or
too low either.

You get no other images than these 400, which are in random order. A number that comes from too
few of them will be far off.
""",
    given="""
coins = np.random.default_rng(0).choice(2, size=(50, 400)) == 1
promised = coins.mean(axis=1)
print(f"all 50 models on average: accuracy {promised.mean():.3f}")
print(f"the best of them:         accuracy {promised.max():.3f}")
""",
    answer="""
def choose_and_report(right):
    ### BEGIN SOLUTION
    promised = right[:, :200].mean(axis=1)
    chosen = promised.argmax()
    return chosen, right[chosen, 200:].mean()
    ### END SOLUTION
""",
    hands_in="choose_and_report",
    checker=_check_honest_number,
    hints=(
        "Notebook 4 compared what the chosen model promised with what it kept. On which "
        "images did it find out what was kept?",
        "On images that had no part in the choice. So the 400 columns have two jobs to do. "
        "Share them out.",
        "`right[:, :200]` are the first 200 images. Choose with them, and ask the chosen "
        "model, and only that one, about the images in `right[chosen, 200:]`.",
    ),
    right="The number comes from images that had no part in the choice, so the luck of the "
    "winner is not in it.",
    explained="""
The best of 50 coins was lucky on the images that chose it. On other images the luck is gone, so
the number is about a half again. Using half of the images for each job is one way. With more of
them to choose, the choice gets better and the number gets less certain.
""",
    mistakes=(
        Mistake(
            """
def choose_and_report(right):
    promised = right.mean(axis=1)
    chosen = promised.argmax()
    return chosen, promised[chosen]
""",
            says="what the best model has promised on the images that chose it",
        ),
        Mistake(
            """
def choose_and_report(right):
    chosen = right[:, :200].mean(axis=1).argmax()
    return chosen, right[chosen].mean()
""",
            says="report on all 400",
        ),
        Mistake(
            """
def choose_and_report(right):
    promised = right[:, :200].mean(axis=1)
    return promised.argmax(), promised.max()
""",
            says="have already been used to choose",
        ),
        Mistake(
            """
def choose_and_report(right):
    chosen = right[:, :200].mean(axis=1).argmax()
    return chosen, right[:, 200:].mean(axis=1).max()
""",
            says="Have you taken the highest number a second time?",
        ),
        Mistake(
            """
def choose_and_report(right):
    chosen = right[:, :200].mean(axis=1).argmax()
    return chosen, right[:, 200:].mean()
""",
            says="the average of all 50 models",
        ),
    ),
    shows="That images which choose cannot also judge, so that even coins look good on them.",
    usually="They report on the images that chose, or take the highest number again on the "
    "images that should judge.",
    ask="Your number turns out lower than you had hoped. May you choose again and report that?",
)

LESSON = Lesson(
    "04_three_sets",
    SETUP,
    (check_split, check_leak, check_honest_number),
    more="""
## More to try

These change [notebook 4](../04_three_sets.ipynb) itself, and nobody checks them.

1. Choose among the first 10 models only, with `right[:10, drawn]` in the cell under *Take more
images*, and `right[:10]` in place of `right` where the figure draws its dashed line. Predict what
happens to the distance between promised and kept, then run this cell and the figure.
2. Somebody writes `order[45000:]` instead of `order[50000:]` under *Split*, in both places.
Predict how many copies the check under *Find the leak* will find in the validation set. Try it,
then put the 50,000 back and run everything again.
""",
)
