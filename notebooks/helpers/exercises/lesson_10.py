"""Exercises of notebook 10: what a filter finds, and which shape comes out."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    Wrong,
    ask,
    number,
    numbers,
    whole_number,
)

SETUP = """
import numpy as np

from helpers.exercises.lesson_10 import (
    check_convolve,
    check_level_edges,
    check_two_channels,
)
"""


def _convolved(image, kernel, padding: int = 0, stride: int = 1) -> np.ndarray:
    windows = sliding_window_view(np.pad(image, padding), kernel.shape)
    return (windows[::stride, ::stride] * kernel).sum(axis=(2, 3))


def _answers(found: np.ndarray) -> str:
    """Say which different numbers there are in a map."""
    different = np.unique(found.round(2) + 0.0)
    return ", ".join(f"{value:g}" for value in different)


def _check_level_edges(level_filter) -> None:
    kernel = numbers(level_filter, "`level_filter`")
    if kernel.shape != (3, 3):
        raise Wrong(
            f"`level_filter` should have the shape (3, 3), but has {kernel.shape}."
        )
    if not kernel.any():
        raise Wrong("It is 0 in every place, so it answers 0 to everything.")
    flat, upright = np.full((6, 6), 0.5), np.zeros((6, 6))
    upright[:, 3:] = 1
    level = 1 - upright.T
    found = _convolved(flat, kernel)
    if not np.allclose(found, 0, atol=1e-6):
        raise Wrong(
            f"Where all pixels are 0.5 there is no edge, but it answers {_answers(found)}. "
            "What must the nine numbers add up to?"
        )
    found = _convolved(upright, kernel)
    if not np.allclose(found, 0, atol=1e-6):
        raise Wrong(
            "To a picture that is 0 on the left and 1 on the right it answers "
            f"{_answers(found)}. So it sees upright edges. Which pixels should it compare?"
        )
    found = _convolved(level, kernel)
    said = (
        "To a picture that is 1 in its upper half and 0 in its lower half it answers "
        f"{_answers(found)}."
    )
    if np.allclose(found, 0, atol=1e-6):
        raise Wrong(f"{said} There is an edge, so something should be seen.")
    if found.max() < 1e-6:
        raise Wrong(
            f"{said} It sees the edge, but takes it for one that is dark above and bright "
            "below."
        )
    if found.min() < -1e-6:
        raise Wrong(
            f"{said} The signs differ along one edge, so it sees a line and not a change from "
            "bright to dark."
        )
    if not np.isclose(found.max(), 1, atol=0.001):
        raise Wrong(
            f"{said} It finds the right edges. But the largest answer should be 1, which is "
            "how much brighter it is above."
        )


check_level_edges = Exercise(
    name="level-edges",
    title="Find the sole",
    kind="build",
    minutes=10,
    prompt="""
Along the sole of the boot, the picture is bright above and dark below. Make a filter of 3 × 3
numbers, `level_filter`, that finds such level edges.

- It answers 0 where all pixels are the same, and at upright edges.
- Where bright pixels lie above dark ones, its answer is positive.
- Where the pixels above are 1 and those below are 0, its largest answer is 1, because that is how
much brighter it is above.

Several filters do this. The one that finds upright edges is a start.
""",
    given="""
edge_filter = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
""",
    answer="""
level_filter = ...
### BEGIN SOLUTION
level_filter = -edge_filter.T / 3
### END SOLUTION
""",
    checker=_check_level_edges,
    hints=(
        "Which pixels of a window should count in favour of such an edge, and which against "
        "it? A filter answers strongly where the picture is bright under its positive numbers.",
        "Positive numbers belong into the upper row and negative ones into the lower row. Then "
        "work out on paper what the filter answers to a row of ones above two rows of zeros.",
        "`edge_filter.T` has the negative numbers above, so change all its signs. Three ones "
        "above add up to 3, so divide.",
    ),
    hands_in="level_filter",
    right="A filter is a question, and its signs say on which side the bright pixels must be.",
    explained="""
`.T` turns upright edges into level ones, and the minus turns dark above into bright above. Each
window at the edge has three ones in the upper row and three zeros in the lower row, so each of
the ones must count a third. The numbers add up to 0, and that is why the filter answers 0 where
all pixels are the same.
""",
    mistakes=(
        Mistake(
            "level_filter = edge_filter / 3",
            says="So it sees upright edges",
        ),
        Mistake(
            "level_filter = edge_filter.T / 3",
            says="takes it for one that is dark above and bright below",
        ),
        Mistake(
            "level_filter = -edge_filter.T",
            says="But the largest answer should be 1",
        ),
        Mistake(
            "level_filter = np.array([[1, 1, 1], [0, 0, 0], [0, 0, 0]]) / 3",
            says="What must the nine numbers add up to?",
        ),
    ),
    shows="What the places, the signs and the size of a filter's numbers mean.",
    usually="They turn the filter and forget the signs, so it finds the upper side of the boot.",
    ask="What would your filter answer at the upper side of the boot?",
)


def _check_convolve(convolve) -> None:
    rng = np.random.default_rng(10)
    for image_shape, filter_shape, padding, stride in (
        ((5, 7), (3, 3), 0, 1),
        ((6, 5), (2, 3), 1, 1),
        ((9, 12), (3, 3), 0, 3),
        ((8, 6), (3, 2), 2, 3),
        ((10, 8), (5, 3), 1, 2),
    ):
        image, kernel = rng.normal(size=image_shape), rng.normal(size=filter_shape)
        # Where there are none, the function is asked without them.
        options = (padding, stride) if (padding, stride) != (0, 1) else ()
        try:
            found = ask(convolve, image, kernel, *options)
        except Wrong as wrong:
            if "broadcast" in str(wrong):
                raise Wrong(
                    f"{wrong} The brackets hold the shapes of two tables that should be equal. "
                    "Has each window the size of the filter, and does none stick out?"
                ) from None
            raise
        found = numbers(found, "What `convolve` returns")
        where = (
            f"With padding={padding} and stride={stride}, for {' × '.join(map(str, image_shape))} "
            f"pixels and a filter of {' × '.join(map(str, filter_shape))},"
        )
        right = _convolved(image, kernel, padding, stride)
        if found.shape != right.shape:
            raise Wrong(
                _about_shape(where, found.shape, image, kernel, padding, stride)
            )
        if not np.allclose(found, right, atol=1e-6):
            raise Wrong(_about_values(where, found, image, kernel, padding, stride))


def _about_shape(where, shape, image, kernel, padding, stride) -> str:
    """Say what is wrong with the shape of what a reader's function gave."""
    right = _convolved(image, kernel, padding, stride).shape
    said = f"{where} it should give the shape {right}, but gives {shape}."
    if padding and shape == _convolved(image, kernel, 0, stride).shape:
        return f"{said} That is the shape without padding."
    if stride > 1 and shape == _convolved(image, kernel, padding).shape:
        return f"{said} That is the shape with a stride of 1."
    once = np.pad(image, ((padding, 0), (padding, 0)))
    if padding and shape == _convolved(once, kernel, 0, stride).shape:
        return f"{said} There should be zeros on all four sides."
    thinned = np.pad(image, padding)[::stride, ::stride]
    if stride > 1 and shape == _convolved(thinned, kernel).shape:
        return (
            f"{said} The stride has taken pixels out of the image. It should only leave out "
            "windows."
        )
    if shape == tuple(side - 1 for side in right):
        return f"{said} One place is missing in each direction."
    if shape[::-1] == right:
        return f"{said} Rows and columns have changed places."
    return f"{said} How many places are there by the rule of notebook 10?"


def _about_values(where, found, image, kernel, padding, stride) -> str:
    """Say what is wrong with the numbers that a reader's function gave."""
    rows, columns = found.shape

    def is_it(other) -> bool:
        return other.shape == found.shape and np.allclose(found, other, atol=1e-6)

    dense = _convolved(image, kernel, padding)
    if stride > 1 and is_it(dense[:rows, :columns]):
        return (
            f"{where} it gives the right shape, but its windows still lie only one pixel apart. "
            "Where does the window for the second output begin?"
        )
    if stride > 1 and (
        is_it(dense[::stride, :columns]) or is_it(dense[:rows, ::stride])
    ):
        return (
            f"{where} the windows lie {stride} pixels apart in one direction, and one pixel in "
            "the other."
        )
    if stride > 1 and not found[-1].any():
        return (
            f"{where} the last row is 0. Are all places of the output filled, one after the "
            "other?"
        )
    if padding and is_it(np.pad(_convolved(image, kernel, 0, stride), padding)):
        return (
            f"{where} the zeros lie around the output. They should lie around the image, before "
            "any window is taken."
        )
    for mode in ("edge", "reflect"):
        if padding and is_it(
            _convolved(np.pad(image, padding, mode=mode), kernel, 0, stride)
        ):
            return f"{where} the frame repeats pixels of the image. It should be 0."
    if is_it(_convolved(image, kernel[::-1, ::-1], padding, stride)):
        return (
            f"{where} the filter is turned by half a turn, as in mathematics. Keras does not do "
            "that, and neither does notebook 10."
        )
    right = _convolved(image, kernel, padding, stride)
    if is_it(right.round()) or is_it(np.trunc(right)):
        return f"{where} it gives whole numbers only. The decimals have been lost."
    return (
        f"{where} the first number should be {right[0, 0]:.3f} and the last one "
        f"{right[-1, -1]:.3f}. Yours are {found[0, 0]:.3f} and {found[-1, -1]:.3f}."
    )


check_convolve = Exercise(
    name="convolve",
    title="Give convolve padding and a stride",
    kind="build",
    minutes=15,
    prompt="""
Below is `convolve` of notebook 10 under another name. Write one that takes `padding` and `stride`
as well. `padding` is how many zeros it puts on each side of the image, and `stride` by how many
pixels the window moves, in both directions. (Keras computes only the sums that it keeps. Can
yours do that, too?)

Predict first which shape comes out for the boot, 28 × 28, with a filter of 3 × 3, `padding=2` and
`stride=3`.
""",
    given="""
def plain_convolve(image, kernel):
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    output = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            window = image[row : row + height, column : column + width]
            output[row, column] = np.sum(window * kernel)
    return output
""",
    answer="""
def convolve(image, kernel, padding=0, stride=1):
    ### BEGIN SOLUTION
    image = np.pad(image, padding)
    height, width = kernel.shape
    rows = (image.shape[0] - height) // stride + 1
    columns = (image.shape[1] - width) // stride + 1
    output = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            window = image[top : top + height, left : left + width]
            output[row, column] = np.sum(window * kernel)
    return output
    ### END SOLUTION
""",
    checker=_check_convolve,
    hints=(
        "One line is new, and some change. Which one says how many places there are, which one says where a "
        "window begins, and what must happen to the image before that?",
        "`np.pad` puts the frame of zeros around the image first. Then the rule for the number "
        "of places needs the padded image and the stride, and `//` rounds down.",
        "`(image.shape[0] - height) // stride + 1` is the number of rows, with the padded image. "
        "The window of output `row` begins at row `row * stride`.",
    ),
    right="Padding changes the image, and a stride changes where windows begin, so the rule for "
    "the shape needs both. Of the boot it makes 10 × 10.",
    explained="""
The boot with `padding=2` has 32 rows. A window of three fits in at row 0, 3, 6 and so on up to 27,
which are ten places, so the shape is 10 × 10. The division is rounded down because a window that
would stick out at the end is left out.
""",
    mistakes=(
        Mistake(
            """
def convolve(image, kernel, padding=0, stride=1):
    image = np.pad(image, padding)
    height, width = kernel.shape
    rows = (image.shape[0] - height) // stride + 1
    columns = (image.shape[1] - width) // stride + 1
    output = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            window = image[row : row + height, column : column + width]
            output[row, column] = np.sum(window * kernel)
    return output
""",
            says="its windows still lie only one pixel apart",
        ),
        Mistake(
            """
def convolve(image, kernel, padding=0, stride=1):
    return np.pad(plain_convolve(image, kernel)[::stride, ::stride], padding)
""",
            says="the zeros lie around the output",
        ),
        Mistake(
            """
def convolve(image, kernel, padding=0, stride=1):
    return plain_convolve(image, kernel)[::stride, ::stride]
""",
            says="That is the shape without padding",
        ),
        Mistake(
            """
def convolve(image, kernel, padding=0, stride=1):
    image = np.pad(image, padding)
    height, width = kernel.shape
    rows = (image.shape[0] - height + 1) // stride
    columns = (image.shape[1] - width + 1) // stride
    output = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            window = image[top : top + height, left : left + width]
            output[row, column] = np.sum(window * kernel)
    return output
""",
            says="One place is missing in each direction",
        ),
    ),
    shows="That padding belongs to the image, a stride to the place where a window begins, and "
    "that the shape follows from both.",
    usually="They get the number of places right, but let the windows move by one pixel, or they "
    "put the zeros around the output.",
    ask="Which padding keeps the size with a filter of 5 × 5 and a stride of 1?",
)


def _check_two_channels(shape, parameters, value) -> None:
    import keras

    # The real thing: four filters, of which the first compares red with green.
    layer = keras.layers.Conv2D(4, 3, strides=2)
    picture = np.zeros((1, 10, 12, 2), dtype="float32")
    picture[:, :, :, 0], picture[:, :, :, 1] = 0.6, 0.2
    layer.build(picture.shape)
    filters = np.zeros((3, 3, 2, 4))
    filters[:, :, 0, 0], filters[:, :, 1, 0] = 1 / 9, -1 / 9
    layer.set_weights([filters, np.zeros(4)])
    output = np.array(layer(picture))[0]
    _check_its_shape(numbers(shape, "`shape`"), output.shape)
    _check_its_parameters(parameters, layer.count_params())
    _check_its_value(number(value, "`value`"), float(output[0, 0, 0]))


def _check_its_shape(found: np.ndarray, right: tuple) -> None:
    if found.shape != (3,):
        raise Wrong(
            "`shape` should be three numbers for the one picture, its rows, columns and maps, "
            "such as (28, 28, 1)."
        )
    rows, columns, maps = found
    if maps in (8, 2):
        raise Wrong(
            f"The number of maps is not {maps:g}. A filter does not make one map for each channel. What "
            "does it do with its two tables?"
        )
    if maps != right[2]:
        raise Wrong(
            f"The number of maps is not {maps:g}. How many filters does the layer have?"
        )
    if (rows, columns) == (8, 10):
        raise Wrong(
            "8 rows and 10 columns would be right if the window moved by one pixel."
        )
    if (columns, rows) == right[:2]:
        raise Wrong("Rows come first, then columns. The picture has 10 rows.")
    if (rows, columns) != right[:2]:
        raise Wrong(
            f"There are not {rows:g} rows and {columns:g} columns. Without "
            '`padding="same"` no window may stick out. Is the division of the rule rounded '
            "down, and are both sides worked out?"
        )


def _check_its_parameters(parameters: object, right: int) -> None:
    found = whole_number(parameters, "`parameters`")
    if found == right:
        return
    said = f"The layer does not have {found:,} parameters."
    if found in (4 * 9, 4 * 10):
        raise Wrong(
            f"{said} That would be right for a picture with one channel. How many tables does a "
            "filter have here?"
        )
    if found == 4 * 18:
        raise Wrong(
            f"{said} The tables are right. But each filter has one number more."
        )
    if found == 4 * 20:
        raise Wrong(
            f"{said} You have counted a bias for each table. How many maps does a bias belong to?"
        )
    if found in (18, 19):
        raise Wrong(f"{said} That is one filter. How many does the layer have?")
    raise Wrong(
        f"{said} Count the numbers of one filter first, and look whether the size of the picture "
        "matters."
    )


def _check_its_value(found: float, right: float) -> None:
    if np.isclose(found, right, atol=1e-4):
        return
    said = f"The first map is not {found:g}."
    if np.isclose(found, 0.8):
        raise Wrong(
            f"{said} The second table has minus signs, so green counts against red."
        )
    if np.isclose(found, 0.6):
        raise Wrong(f"{said} That is red alone. The second table looks at green.")
    if np.isclose(found, -0.4):
        raise Wrong(f"{said} Which of the two colours has the minus signs?")
    if np.isclose(found, 9 * right):
        raise Wrong(f"{said} Each of the nine products is a ninth of that.")
    if np.isclose(found, 0):
        raise Wrong(
            f"{said} The two would only cancel out if they were equally bright."
        )
    raise Wrong(
        f"{said} Work out what the first table makes of red, and the second of green. What is "
        "done with the two numbers?"
    )


check_two_channels = Exercise(
    name="two-channels",
    title="Predict what a filter of 3 × 3 × 2 does",
    kind="predict",
    minutes=10,
    prompt="""
A picture has 10 rows, 12 columns and two channels. The first channel, red, is 0.6 everywhere,
and the second, green, is 0.2 everywhere. It goes through `Conv2D(4, 3, strides=2)`. The layer's
first filter has a ninth in each place of its table for red, and minus a ninth in each place of
its table for green. All biases are 0, but the layer has them.

Work out three things on paper. The check asks a real layer.

- `shape`: which shape comes out for the one picture, with rows, columns and maps, such as
`(28, 28, 1)`
- `parameters`: how many parameters the layer has
- `value`: which number stands in the first map, the same in every place
""",
    answer="""
shape = ...
### BEGIN SOLUTION
shape = (4, 5, 4)
### END SOLUTION
parameters = ...
### BEGIN SOLUTION
parameters = 76
### END SOLUTION
value = ...
### BEGIN SOLUTION
value = 0.4
### END SOLUTION
""",
    hands_in="shape, parameters, value",
    checker=_check_two_channels,
    hints=(
        "How many tables does each of the four filters have, and how many maps does it make? "
        "Without padding, how many windows fit into 10 rows if they move by two?",
        "The rule for the rows is (rows − 3) / 2 + 1, rounded down. A filter has two tables of "
        "nine weights and one bias. Its first table computes the mean of red.",
        "There are 4 rows, and columns go the same way. One filter has 19 numbers. The minus "
        "signs make the second table subtract the mean of green.",
    ),
    right="A filter has a table for each channel and adds up what they give into one map, so this "
    "one sees how much more red there is than green.",
    explained="""
Each filter makes one map, so there are four, with (10 − 3) / 2 + 1 rows and (12 − 3) / 2 + 1
columns, rounded down to 4 and 5. Each has 2 × 9 weights and a bias, and 4 × 19 is 76. The first
map is 0.6 − 0.2 = 0.4. It would be 0 where red and green are equally bright, and negative where
green is the brighter one.
""",
    mistakes=(
        Mistake(
            "shape = (4, 5, 8)\nparameters = 76\nvalue = 0.4",
            says="A filter does not make one map for each channel",
        ),
        Mistake(
            "shape = (8, 10, 4)\nparameters = 76\nvalue = 0.4",
            says="if the window moved by one pixel",
        ),
        Mistake(
            "shape = (5, 6, 4)\nparameters = 76\nvalue = 0.4",
            says='Without `padding="same"` no window may stick out',
        ),
        Mistake(
            "shape = (4, 5, 4)\nparameters = 40\nvalue = 0.4",
            says="How many tables does a filter have here?",
        ),
        Mistake(
            "shape = (4, 5, 4)\nparameters = 72\nvalue = 0.4",
            says="each filter has one number more",
        ),
        Mistake(
            "shape = (4, 5, 4)\nparameters = 76\nvalue = 0.8",
            says="so green counts against red",
        ),
    ),
    shows="What several channels mean for the maps, the parameters and the meaning of a filter.",
    usually="They expect a map for each channel, or count one table for each filter.",
    ask="In which part of a photograph of a tomato plant would this map be bright?",
)

LESSON = Lesson(
    "10_convolution_and_pooling",
    SETUP,
    (check_level_edges, check_convolve, check_two_channels),
    more="""
## More to try

These change [notebook 10](../10_convolution_and_pooling.ipynb) itself, and nobody checks them.

1. Make a filter that answers 0 wherever all nine pixels are the same, and is bright at single
bright points. It has eight times −1, and one number in the middle. Which one? Look at the boot
through it.
2. Repeat the last comparison for moves of two and of three pixels. Predict first whether pooling
helps as much.
""",
    uses_keras=True,
)
