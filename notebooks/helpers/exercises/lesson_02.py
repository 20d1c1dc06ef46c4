"""Exercises of notebook 2: the closest average, numbers on pixels, and images with nothing on."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.data import FASHION_CLASS_NAMES
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    NotYet,
    Wrong,
    ask,
    call,
    whole_number,
)

SETUP = """
import matplotlib.pyplot as plt
import numpy as np

from helpers.data import FASHION_CLASS_NAMES, load_fashion_mnist, load_mnist
from helpers.exercises.lesson_02 import (
    check_black_and_white,
    check_closest_average,
    check_write_numbers,
)

plt.style.use("helpers.classroom")
(train_images, train_labels), _ = load_fashion_mnist()
(digit_images, digit_labels), _ = load_mnist()
"""

CLASSES = 10
GREYS = ("gray", "grey")


def _by_average(image: np.ndarray, averages: np.ndarray) -> int:
    return np.argmin(np.abs(image - averages).mean(axis=(1, 2)))


def _one_with_noise(rng: np.random.Generator, pattern: np.ndarray) -> np.ndarray:
    changed = pattern * rng.uniform(0.4, 1.6) + rng.normal(0, 60, pattern.shape)
    return changed.clip(0, 255).astype("uint8")


def _mistaken(image: np.ndarray, images: np.ndarray, labels: np.ndarray) -> dict:
    """Return what to say about each way to a wrong label, and the label that it gives."""
    averages = np.array([images[labels == k].mean(axis=0) for k in range(CLASSES)])
    signed = image - averages
    closest = np.argmin(np.abs(images.astype(float) - image).mean(axis=(1, 2)))
    return {
        "It chooses the average that is farthest away. Which of the ten differences belongs to "
        "the class that is most alike?": np.argmax(np.abs(signed).mean(axis=(1, 2))),
        "It answers with the class whose average is brightest. Without its sign, a pixel that "
        "is darker by 50 is as far off as one that is brighter by 50. What drops the "
        "signs?": np.argmin(signed.mean(axis=(1, 2))),
        "It only compares how bright image and average are as a whole. The signs are dropped "
        "too late, when the pixels have already cancelled out.": np.argmin(
            np.abs(signed.mean(axis=(1, 2)))
        ),
        "Each average is a single number, so every class is a plain grey. Along which axis do "
        "the images of a class lie?": np.argmin(
            [np.abs(image - images[labels == k].mean()).mean() for k in range(CLASSES)]
        ),
        "It answers with the label of the single image that is closest, and not of the closest "
        "average.": labels[closest],
        "It squares the differences. Here they are measured as in notebook 2, by their size "
        "without the sign.": np.argmin((signed**2).mean(axis=(1, 2))),
        "It answers 0 whatever the image is. Of how many differences do you take the "
        "smallest?": 0,
    }


def _check_closest_average(closest_average) -> None:
    rng = np.random.default_rng(2)
    patterns = rng.uniform(0, 255, (CLASSES, 6, 5)) * rng.uniform(
        0.5, 1, (CLASSES, 1, 1)
    )
    labels = rng.permutation(np.arange(60) % CLASSES).astype("uint8")
    images = np.array([_one_with_noise(rng, patterns[label]) for label in labels])
    averages = np.array([images[labels == k].mean(axis=0) for k in range(CLASSES)])
    asked = [_one_with_noise(rng, patterns[k % CLASSES]) for k in range(40)]
    found = []
    for image in asked:
        answer = ask(closest_average, image, images, labels)
        if isinstance(answer, float | np.floating) and answer not in range(CLASSES):
            raise Wrong(
                f"A label is a whole number, and this is {answer:.2f}. Is it a difference? Say "
                "at which of the ten positions the smallest one stands."
            )
        answer = whole_number(answer, "The label of the closest average")
        if answer not in range(CLASSES):
            raise Wrong(f"The labels go from 0 to 9, but it answers {answer}.")
        found.append(answer)
    right = [_by_average(image, averages) for image in asked]
    if found == right:
        return
    ways = [_mistaken(image, images, labels) for image in asked]
    for message in ways[0]:
        if found == [way[message] for way in ways]:
            raise Wrong(message)
    off = np.sum(np.array(found) != right)
    raise Wrong(
        f"For {off} of {len(asked)} images that you have not seen, the answer is not the class "
        "whose average is closest. Has each of your averages the shape of an image? And which "
        "of the ten differences is smallest?"
    )


check_closest_average = Exercise(
    name="closest-average",
    title="Build the rule for any images",
    kind="build",
    minutes=10,
    prompt="""
In notebook 2 the averages of ten kinds of clothes were worked out first, and then the rule
compared an image with them. Put both into one function that works for any set of images.

`closest_average(image, images, labels)` gets one image, and many others with their labels from 0
to 9. It makes the average of each class, and returns the label of the one that is closest to
`image`, as measured in notebook 2. Every label occurs at least once.

If you want to try it on digits, ask
`closest_average(digit_images[1000], digit_images[:1000], digit_labels[:1000])`. The right answer
is `digit_labels[1000]`.
""",
    answer="""
def closest_average(image, images, labels):
    ### BEGIN SOLUTION
    averages = [images[labels == label].mean(axis=0) for label in range(10)]
    return np.argmin([np.abs(image - average).mean() for average in averages])
    ### END SOLUTION
""",
    checker=_check_closest_average,
    hints=(
        "There are two steps. First make ten averages, each an image by itself. Then measure "
        "how far `image` is from each of them. Under which headings does notebook 2 do so?",
        "`images[labels == 3].mean(axis=0)` is the average of class 3. `np.abs(...)` drops the "
        "signs, and `.mean()` makes one number of a whole image.",
        "Make a list of ten differences, `np.abs(image - average).mean()` for each average. "
        "`np.argmin` finds the position of the smallest, which is the label.",
    ),
    right="The rule needs nothing but examples with their labels, so it works for any images.",
    explained="""
The rule does not know what the images show, so it can name digits, too. With the averages of the
first 1,000 digits it is right for 0.635 of the next 1,000. First
each pixel is compared, then the signs are dropped, and only then the mean is taken. Otherwise a
pixel that is too bright makes up for one that is too dark.
""",
    mistakes=(
        Mistake(
            """
def closest_average(image, images, labels):
    averages = [images[labels == label].mean(axis=0) for label in range(10)]
    return np.argmin([(image - average).mean() for average in averages])
""",
            says="the class whose average is brightest",
        ),
        Mistake(
            """
def closest_average(image, images, labels):
    averages = [images[labels == label].mean(axis=0) for label in range(10)]
    return np.argmin([np.abs((image - average).mean()) for average in averages])
""",
            says="The signs are dropped too late",
        ),
        Mistake(
            """
def closest_average(image, images, labels):
    averages = [images[labels == label].mean(axis=0) for label in range(10)]
    return np.argmax([np.abs(image - average).mean() for average in averages])
""",
            says="the average that is farthest away",
        ),
        Mistake(
            """
def closest_average(image, images, labels):
    averages = [images[labels == label].mean() for label in range(10)]
    return np.argmin([np.abs(image - average).mean() for average in averages])
""",
            says="Each average is a single number",
        ),
        Mistake(
            """
def closest_average(image, images, labels):
    averages = [images[labels == label].mean(axis=0) for label in range(10)]
    return np.argmin(np.abs(image - np.array(averages)).mean())
""",
            says="Of how many differences do you take the smallest?",
        ),
        Mistake(
            """
def closest_average(image, images, labels):
    averages = [images[labels == label].mean(axis=0) for label in range(10)]
    return np.min([np.abs(image - average).mean() for average in averages])
""",
            says="Is it a difference?",
        ),
    ),
    shows="That the rule of the lesson is two steps, and what each axis and each sign does "
    "in them.",
    usually="They leave out `np.abs`, or take it after the mean, and get the class that is as "
    "bright as the image.",
    ask="What would the rule answer if one class had a single image, and that a bad one?",
)


def _drawn(write_numbers: Callable, table: np.ndarray) -> Axes:
    """Return the Axes on which a reader's function has drawn a table."""
    open_before = plt.get_fignums()
    figure = plt.figure()
    try:
        call(write_numbers, table)
    finally:
        drawn_on = figure.axes or plt.gcf().axes
        for number in set(plt.get_fignums()) - set(open_before):
            plt.close(number)
    if not drawn_on:
        raise NotYet("The function draws nothing.")
    return drawn_on[0]


def _check_once(write_numbers: Callable, table: np.ndarray) -> None:
    rows, columns = table.shape
    axes = _drawn(write_numbers, table)
    if not axes.images:
        raise Wrong("There is no picture. The numbers belong on top of the image.")
    if np.array_equal(axes.images[0].get_array(), table.T):
        raise Wrong(
            f"The picture itself is turned round. The table has {rows} rows and {columns} "
            f"columns, and the picture {columns} rows and {rows} columns."
        )
    if not np.array_equal(axes.images[0].get_array(), table):
        raise Wrong("The picture shows something else than the table that came in.")
    picture = axes.images[0]
    if picture.get_cmap().name not in GREYS or picture.get_clim() != (0, 255):
        raise Wrong(
            "The greys of the picture have changed. They were right, with black for 0 and white "
            "for 255, so leave the line with `imshow` as it was."
        )
    if not axes.texts:
        raise Wrong("The picture is there, but it has no numbers on it.")
    there = {}
    for text in axes.texts:
        x, y = text.get_position()
        try:
            value = float(text.get_text())
        except ValueError:
            raise Wrong(f"{text.get_text()!r} on the picture is no number.") from None
        if x != int(x) or y != int(y):
            raise Wrong(
                f"A number stands at column {x:g} and row {y:g}, and not in the middle of a "
                "pixel. The middle of the first pixel is at column 0 and row 0."
            )
        there[int(y), int(x)] = value
    size = f"In a table of {rows} rows and {columns} columns,"
    if there == {place: table[place] for place in np.ndindex(table.shape)}:
        return

    def fits(place_of: Callable) -> bool:
        """Whether each number is that of the place which this makes of where it stands."""
        places = [place_of(*place) for place in there]
        return all(
            0 <= row < rows and 0 <= column < columns and table[row, column] == value
            for (row, column), value in zip(places, there.values(), strict=True)
        )

    if fits(lambda row, column: (row, column)):
        missing = table.size - len(there)
        raise Wrong(
            f"{size} {missing} pixels have no number. The others are right. How many rows does "
            "your code go through, and how many columns?"
        )
    if fits(lambda row, column: (column, row)):
        row, column = next(place for place in there if place[0] != place[1])
        raise Wrong(
            f"{size} the number of row {column} and column {row} stands at row {row} and column "
            f"{column}. What does `plt.text` want first, how far to the right or how far down?"
        )
    if fits(lambda row, column: (rows - 1 - row, column)):
        raise Wrong(
            f"{size} the numbers are upside down. In an image, rows are counted downwards."
        )
    if fits(lambda row, column: (row - 1, column - 1)):
        raise Wrong(f"{size} every number stands one pixel too far down and right.")
    (row, column), value = next(
        (place, value)
        for place, value in there.items()
        if not (place[0] in range(rows) and place[1] in range(columns))
        or table[place] != value
    )
    raise Wrong(
        f"{size} {value:g} stands at row {row} and column {column}, where it does not belong."
    )


def _check_write_numbers(write_numbers) -> None:
    values = np.random.default_rng(1).permutation(256).astype("uint8")
    _check_once(write_numbers, values[:15].reshape(3, 5))
    _check_once(write_numbers, values[15:23].reshape(4, 2))


check_write_numbers = Exercise(
    name="write-numbers",
    title="Mend the numbers on the pixels",
    kind="mend",
    minutes=10,
    prompt="""
The function below should show a piece of an image, and write the number of each pixel on it. Black
is 0, and the brighter a pixel, the larger its number. Look at the figure. Do the numbers fit the
greys? Two things are wrong.

Copy the function and mend it, so that it works for tables with any number of rows and columns. It
need not return anything, and `plt.show()` stays outside.
""",
    given="""
def broken_numbers(table):
    plt.imshow(table, cmap="gray", vmin=0, vmax=255)
    plt.axis("off")
    for row in range(len(table)):
        for column in range(len(table)):
            plt.text(row, column, table[row, column], color="red", ha="center")


piece = np.array([[250, 200, 150], [100, 50, 0]])
broken_numbers(piece)
plt.show()
""",
    caption="""
*Figure:* A piece of two rows and three columns, with a wrong number on two of its pixels. The second
pixel of the upper row is light and says 100, and the dark one below the first says 200. The two
pixels on the right have no number.
""",
    answer="""
def write_numbers(table):
    ### BEGIN SOLUTION
    plt.imshow(table, cmap="gray", vmin=0, vmax=255)
    plt.axis("off")
    rows, columns = table.shape
    for row in range(rows):
        for column in range(columns):
            plt.text(column, row, table[row, column], color="red", ha="center")
    ### END SOLUTION
""",
    checker=_check_write_numbers,
    hints=(
        "In an index such as `table[row, column]` the row comes first. `plt.text` wants x and "
        "y. Which of the two says how far to the right?",
        "`len(table)` is the number of rows. `table.shape` holds both numbers, rows and "
        "columns.",
        "Write `plt.text(column, row, ...)`, and let the inner loop go through "
        "`range(table.shape[1])`.",
    ),
    right="Each number stands on its pixel. An index names the row first, and a place in a "
    "figure says first how far it is to the right.",
    explained="""
The same pixel is `table[row, column]` in the array and (`column`, `row`) in the figure. Nothing
warns you if you exchange the two, and in a square image not even a number is missing. So try such
code on a piece that is wider than it is high, with numbers that are all different.
""",
    mistakes=(
        Mistake(
            """
def write_numbers(table):
    plt.imshow(table, vmin=0, vmax=255)
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            plt.text(column, row, table[row, column])
""",
            says="The greys of the picture have changed",
        ),
        Mistake(
            """
def write_numbers(table):
    plt.imshow(table, cmap="gray", vmin=0, vmax=255)
    for row in range(len(table)):
        for column in range(len(table)):
            plt.text(column, row, table[row, column], color="red", ha="center")
""",
            says="The others are right. How many rows",
        ),
        Mistake(
            """
def write_numbers(table):
    plt.imshow(table, cmap="gray", vmin=0, vmax=255)
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            plt.text(row, column, table[row, column], color="red", ha="center")
""",
            says="What does `plt.text` want first",
        ),
        Mistake(
            """
def write_numbers(table):
    plt.imshow(table.T, cmap="gray", vmin=0, vmax=255)
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            plt.text(row, column, table[row, column], color="red", ha="center")
""",
            says="The picture itself is turned round",
        ),
        Mistake(
            """
def write_numbers(table):
    plt.imshow(table, cmap="gray", vmin=0, vmax=255)
    rows, columns = table.shape
    for row in range(rows):
        for column in range(columns):
            plt.text(column, rows - 1 - row, table[row, column], color="red")
""",
            says="the numbers are upside down",
        ),
    ),
    shows="That an array counts rows first, and a figure counts to the right first.",
    usually="They exchange the two and try it on a square piece, where the missing columns do "
    "not show.",
    ask="Why did nobody notice the fault on a square piece of an image?",
)

# How bright the averages of the ten kinds of clothes are, in grey levels.
BRIGHTNESS = (83.0, 56.8, 96.1, 66.0, 98.3, 34.9, 84.6, 42.8, 90.2, 76.8)
DARKEST, BRIGHTEST = int(np.argmin(BRIGHTNESS)), int(np.argmax(BRIGHTNESS))


def _label(value: object, name: str) -> int:
    if isinstance(value, str):
        raise Wrong(
            f"{name} should be a label, the number before a name, without quotes."
        )
    label = whole_number(value, name)
    if label not in range(CLASSES):
        raise Wrong(
            f"{name} should be a label from 0 to 9, the number before a name, but is {label}."
        )
    return label


def _check_black_and_white(black, white) -> None:
    black = _label(black, "The answer to a black image")
    white = _label(white, "The answer to a white image")
    if (black, white) == (DARKEST, BRIGHTEST):
        return
    if (black, white) == (BRIGHTEST, DARKEST):
        raise Wrong(
            "You have exchanged the two. The rule looks for the smallest difference, and the "
            "brightest average is the one that a black image differs from most."
        )
    if black == white:
        raise Wrong(
            f"If both were called {FASHION_CLASS_NAMES[black]}, its average would be closest to "
            "black and closest to white as well. How large is its difference from each?"
        )
    if black != DARKEST:
        level = BRIGHTNESS[black]
        raise Wrong(
            f"The average of {FASHION_CLASS_NAMES[black]} differs from black by {level:.0f}, "
            "its own mean grey. Another average is closer to black."
        )
    level = BRIGHTNESS[white]
    raise Wrong(
        f"Black is right. But the average of {FASHION_CLASS_NAMES[white]} differs from white by "
        f"{255 - level:.0f}, which is 255 minus its mean grey. Another average is closer to "
        "white."
    )


check_black_and_white = Exercise(
    name="black-and-white",
    title="Predict two names",
    kind="predict",
    minutes=5,
    prompt="""
What would the closest average answer to an image with nothing on it? Think of one in which all
pixels are 0, and of one in which all are 255. The cell below makes the averages of the clothes
and prints how bright each of them is.

Work out the two labels without running the rule. The difference between an image and an average is
the mean of all 784 differences, without their signs.
""",
    given="""
averages = np.array(
    [train_images[train_labels == label].mean(axis=0) for label in range(10)]
)
for label, name in enumerate(FASHION_CLASS_NAMES):
    print(f"{label} {name:11} mean grey {averages[label].mean():.0f}")
""",
    answer="""
black = ...
white = ...
### BEGIN SOLUTION
black, white = 5, 4
### END SOLUTION
""",
    hands_in="black, white",
    checker=_check_black_and_white,
    hints=(
        "Take one pixel. An average is 40 there, and the black image is 0. What is the "
        "difference? What is it for the white image, which is 255?",
        "From black, each pixel differs by its own grey. So the difference from a whole average "
        "is its mean grey. From white, it is 255 minus that.",
        "Black is closest to the average with the smallest mean grey, and white to the average "
        "with the largest.",
    ),
    right="The rule must name something, and where there is nothing to see it goes by how "
    "bright the averages are.",
    explained="""
A black image is called a sandal, and a white one a coat. Their differences are 35 and 157 grey
levels. The black image is closer to the average sandal than our boot was to the average boot, which
was 37. This is also why dark shirts are called sandals.
""",
    mistakes=(
        Mistake("black, white = 4, 5", says="You have exchanged the two"),
        Mistake("black, white = 5, 5", says="If both were called Sandal"),
        Mistake("black, white = 7, 4", says="differs from black by 43"),
        Mistake("black, white = 5, 2", says="Black is right"),
    ),
    shows="What the rule measures, and that a rule with ten answers always gives one of them.",
    usually="They say that it cannot answer, or look for something that a black image has in "
    "common with a class.",
    ask="How could the rule say that it does not know?",
)

LESSON = Lesson(
    "02_meet_the_images",
    SETUP,
    (check_closest_average, check_write_numbers, check_black_and_white),
    more="""
## More to try

These change [notebook 2](../02_meet_the_images.ipynb) itself, and nobody checks them.

1. Draw the average image of each *digit*. Copy the cell under *Average* to the end, and write
`digit_averages`, `digit_images` and `digit_labels` in it, with `range(10)` for the names. Predict
first which digit will be the sharpest.
2. Which two digits are closest? Copy the cell with the table, let it compare your
`digit_averages`, with `range(10)` for the names, and see.
3. In `difference`, replace `np.abs(image - average)` by `(image - average) ** 2`, so that large
differences count more. Restart and run everything. Does the accuracy change? (The differences are
no longer grey levels then.)
""",
)
