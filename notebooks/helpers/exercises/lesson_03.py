"""Exercises of notebook 3: a function that scales, and two ways to forget what it is for."""

from functools import cache

import numpy as np

from helpers.data import load_fashion_mnist
from helpers.exercises.checking import (
    Exercise,
    Lesson,
    Mistake,
    NotYet,
    Wrong,
    ask,
    choice,
    described,
    number,
    numbers,
)

SETUP = """
import numpy as np

from helpers.data import load_fashion_mnist
from helpers.exercises.lesson_03 import check_log, check_scale, check_twice

(train_images, train_labels), _ = load_fashion_mnist()
"""


def _scaled(scale, images: np.ndarray, name: str) -> np.ndarray:
    """Return what the reader's function makes of some images, if it is an array like them."""
    found = ask(scale, images)
    if not isinstance(found, np.ndarray):
        raise Wrong(f"`scale` should return an array, but returns {described(found)}.")
    numbers(found, name, shape=images.shape)
    return found


def _check_scale(scale) -> None:
    shirt = np.array([[[0, 51, 102], [200, 254, 255]]], dtype="uint8")
    coat = np.array([[[0, 10, 20], [30, 40, 50]]], dtype="uint8")
    # If it fits only one of the two, the number that it divides by depends on the image.
    found = _scaled(scale, shirt, "A bright image, scaled,")
    if np.array_equal(found, shirt):
        raise Wrong(
            "Pixels from 0 to 255 come out as large as they went in. Does the line that "
            "divides them ever run?"
        )
    if found.dtype.kind in "ui":
        if found.any() and set(np.unique(found)) <= {0, 1}:
            raise Wrong(
                "Only the numbers 0 and 1 come out, so every grey has become black or white. "
                "Where do the decimals get lost?"
            )
        raise Wrong(
            f"What comes out has the type {found.dtype}, which holds whole numbers only. Scaled "
            "pixels need decimals."
        )
    if np.isin(found, (0, 1)).all():
        raise Wrong(
            "The type has decimals, but every pixel is 0 or 1. How do `/` and `//` differ?"
        )
    if np.allclose(found, shirt / 255 / 255):
        raise Wrong(
            "Raw pixels come out 65,025 times as small. Are they divided twice?"
        )
    if np.allclose(found, shirt / 256):
        raise Wrong(
            "White becomes 0.996. There are 256 grey levels, but which one is the largest?"
        )
    dark = _scaled(scale, coat, "A dark image, scaled,")
    if np.isclose(dark.max(), 1):
        raise Wrong(
            "A coat with no pixel above 50 gets a largest pixel of 1. It looks as bright as a "
            "white one now. By which number must every image be divided?"
        )
    if not (np.allclose(found, shirt / 255) and np.allclose(dark, coat / 255)):
        raise Wrong(
            f"The pixels {shirt.ravel()} become {found.ravel().round(3)}, and should become "
            f"{(shirt / 255).ravel().round(3)}."
        )
    night = np.array([[[0, 1, 1], [1, 0, 1]]], dtype="uint8")
    black = _scaled(scale, night, "An image with no pixel above 1, scaled,")
    if np.array_equal(black, night):
        raise Wrong(
            "An almost black image of the type uint8, with no pixel above 1, is not divided. The "
            "size of the pixels cannot say whether they have been scaled. What can?"
        )
    if found.dtype != np.float32:
        raise Wrong(
            f"The numbers are right, but their type is {found.dtype}. It takes {found.itemsize} "
            "bytes for each pixel, and `float32` takes 4."
        )
    for scaled_once in (found, dark, shirt / 255):
        try:
            again = _scaled(scale, scaled_once, "An image that is scaled already")
        except NotYet:
            raise Wrong(
                "For raw images all is well. But if an image is scaled already, `scale` returns "
                "nothing."
            ) from None
        if np.allclose(again, scaled_once / 255):
            raise Wrong(
                "If the cell runs a second time, its images are divided again. How does `scale` "
                "know that they have been scaled before?"
            )
        if not np.allclose(again, scaled_once):
            raise Wrong(
                "An image that is scaled already should stay as it is, but its pixels change."
            )


check_scale = Exercise(
    name="scale",
    title="Mend a function that scales",
    kind="mend",
    minutes=10,
    prompt="""
Somebody has written the function below from memory. It should turn `uint8` pixels into `float32`
numbers from 0 to 1, and leave images alone that are scaled already. Its result is almost black,
and holds only the numbers 0 and 1.

More than one thing is wrong. Copy it and mend it. The same grey must become the same number in
every image.
""",
    given="""
def broken_scale(images):
    scaled = images / images.max()
    return scaled.astype("uint8")


boot = broken_scale(train_images[0])
print(boot.dtype, "from", boot.min(), "to", boot.max())
print("before", train_images[0, 14, 8:18])
print("after ", boot[14, 8:18])
""",
    answer="""
def scale(images):
    ### BEGIN SOLUTION
    if images.dtype == np.uint8:
        return images.astype("float32") / 255
    return images
    ### END SOLUTION
""",
    checker=_check_scale,
    hints=(
        "What does `astype` make of 0.7 if the type holds whole numbers only? And what does "
        "`images.max()` make of a dark coat?",
        "Turn the pixels into `float32` first, and divide all images by the same number. Then "
        "think of a cell that runs twice.",
        "Images from the file are `uint8`, and scaled ones are not. Ask for `images.dtype`, and "
        "divide only if it is `np.uint8`.",
    ),
    right="The same grey becomes the same number in every image, and scaling twice does no harm.",
    explained="""
`uint8` has no decimals, so all that is below 1 becomes 0. Dividing by `images.max()` makes a dark
coat as bright as a white one, and a single image would be divided by another number than the set
it comes from. What tells raw pixels from scaled ones is their type. Their size cannot, because an
image may be nearly black.
""",
    mistakes=(
        Mistake(
            """
def scale(images):
    if images.dtype == np.uint8:
        return (images / 255).astype("uint8")
    return images
""",
            says="Where do the decimals get lost?",
        ),
        Mistake(
            """
def scale(images):
    if images.dtype == np.uint8:
        return (images // 255).astype("float32")
    return images
""",
            says="How do `/` and `//` differ?",
        ),
        Mistake(
            """
def scale(images):
    images /= 255
    return images
""",
            says="The line was `images /= 255`",
        ),
        Mistake(
            """
def scale(images):
    return (images / images.max()).astype("float32")
""",
            says="It looks as bright as a white one now",
        ),
        Mistake(
            """
def scale(images):
    if images.dtype == np.uint8:
        return images / 255
    return images
""",
            says="The numbers are right, but their type is float64",
        ),
        Mistake(
            """
def scale(images):
    return images.astype("float32") / 255
""",
            says="If the cell runs a second time",
        ),
        Mistake(
            """
def scale(images):
    if images.dtype == np.uint8:
        return images.astype("float32") / 255
""",
            says="`scale` returns nothing",
        ),
        Mistake(
            """
def scale(images):
    if images.max() > 1:
        images = images / 255
    return images.astype("float32")
""",
            says="The size of the pixels cannot say",
        ),
    ),
    shows="That every image is divided by the same number, once, and in a type with decimals.",
    usually="They divide by the largest pixel of the image at hand, or ask whether a pixel is "
    "above 1 to find out whether the image is raw.",
    ask="Your function gets a single raw image in which every pixel is 0. What does it return?",
)

TROUSER, SNEAKER = 1, 7


@cache
def friends_neuron(factor: float) -> tuple[float, float]:
    """Return loss and accuracy of the friend's neuron on new images, scaled, times a factor.

    It learns as in notebook 3, with 2,000 images, to answer 0 to a sneaker and 1 to trousers,
    and is asked about the next 2,000, all without Keras.
    """
    (images, labels), _ = load_fashion_mnist()
    both = np.isin(labels, (TROUSER, SNEAKER))
    pixels = images[both][:4000].reshape(-1, 784) / 255
    answers = (labels[both][:4000] == TROUSER).astype(float)
    weights = np.zeros(784)
    for _ in range(30):
        errors = pixels[:2000] @ weights - answers[:2000]
        weights -= 0.01 * 2 * errors @ pixels[:2000] / 2000
    found = factor * pixels[2000:] @ weights
    loss = np.mean((found - answers[2000:]) ** 2)
    return float(loss), float(np.mean((found > 0.5) == answers[2000:]))


def _check_log(answer) -> None:
    choice(
        answer,
        right="B",
        wrong={
            "A": "New images can be harder, and one answer in five may be wrong. But an answer "
            "of 0.4 where 1 is right costs 0.36. How far off must answers be for a mean of "
            "31,000?",
            "C": "If they were divided twice, all answers would be close to 0. Then no error "
            "would be above 1 by much, and the loss could not be so large.",
            "D": "The same neuron has a loss of 0.02 on the images that it learned from. With a "
            "learning rate that is too large, that loss would have exploded, too.",
        },
    )


check_log = Exercise(
    name="log",
    title="Explain a loss",
    kind="explain",
    minutes=5,
    prompt="""
A friend builds the neuron of notebook 3 to tell sneakers from trousers. Its answer should be 0 for
a sneaker and 1 for trousers, and an answer above 0.5 counts as trousers. The friend trains it on
2,000 images, and then tries it on 2,000 new ones.

| images | loss | accuracy |
|---|---|---|
| those that it learned from | 0.02 | 0.99 |
| new ones | 31,000 | 0.80 |

An accuracy of 0.80 does not look like a catastrophe. What has most likely gone wrong?

- **A** Nothing. New images are harder, so one answer in five is wrong.
- **B** The new images were not divided by 255.
- **C** The new images were divided by 255 twice.
- **D** The learning rate was too large.
""",
    answer="""
log = ...
### BEGIN SOLUTION
log = "B"
### END SOLUTION
""",
    checker=_check_log,
    hints=(
        "The loss is the mean of the squared errors. How large must a typical error be for a "
        "loss of 31,000?",
        "About 176, because 176 times 176 is about 31,000. What can make an answer so large, "
        "when it should be 0 or 1?",
        "On the images that it learned from, all is well. So look for what was done to them, "
        "and not to the new ones.",
    ),
    right="A huge loss beside a fair accuracy says that the answers have the wrong size, and "
    "accuracy only asks on which side of 0.5 an answer lies.",
    explained="""
Each answer is 255 times as large as it should be. Accuracy only asks on which side of 0.5 an answer
lies, and large answers to trousers still lie on the right side. The loss asks how far off they are.
With the same images scaled, this neuron has a loss of 0.02 and an accuracy of 0.99.
""",
    mistakes=(
        Mistake('log = "A"', says="How far off must answers be"),
        Mistake('log = "C"', says="If they were divided twice"),
        Mistake('log = "D"', says="would have exploded, too"),
    ),
    shows="That accuracy and loss ask different questions, and that the loss gives a missing "
    "division away.",
    usually="They take the loss for 1 minus the accuracy in another form, or blame new images "
    "for being harder.",
    ask="For which two classes might the accuracy not fall at all, though nobody has scaled?",
)


def _check_twice(twice) -> None:
    found = number(twice, "The loss")
    measured, _ = friends_neuron(1 / 255)
    if abs(found - measured) <= 0.015:
        return
    if found > 1.5:
        raise Wrong(
            f"{found:g} is far too large. Divided twice, the answers get smaller. Which number "
            "do they all come close to, and how far off is that?"
        )
    for lowest, highest, message in (
        (
            0.01,
            0.03,
            "That is the loss if the images are scaled once. Now every answer is 255 times as "
            "small. Are the answers to trousers still near 1?",
        ),
        (
            0.2,
            0.3,
            "That would be the loss if every answer were 0.5. Divided twice, which number do "
            "the answers come close to?",
        ),
        (
            0.9,
            1.1,
            "An error near 1 belongs to one of the two classes only. What is the error for the "
            "other?",
        ),
        (
            0,
            0.01,
            "The answers come close to 0, that is right. But the loss comes from the errors. "
            "How far off is 0 where the answer should be 1?",
        ),
    ):
        if lowest <= found <= highest:
            raise Wrong(message)
    raise Wrong(
        f"{found:g} is too {'large' if found > measured else 'small'}. Write down the error "
        "for a sneaker and for trousers, if the answer is 0 to both."
    )


check_twice = Exercise(
    name="twice",
    title="Predict a loss",
    kind="predict",
    minutes=5,
    prompt="""
Now the friend divides the new images by 255, and by mistake runs the cell again. So they are
divided twice. Half of them are sneakers, which should get the answer 0, and half are trousers,
which should get the answer 1.

Which loss, the mean squared error, will the neuron have on them? Work it out on paper. The check
asks such a neuron, and you may be off by 0.01.
""",
    answer="""
twice = ...
### BEGIN SOLUTION
twice = (0**2 + 1**2) / 2
### END SOLUTION
""",
    checker=_check_twice,
    hints=(
        "Every pixel is 255 times as small as it should be. What does that make of an answer "
        "of 1? And of an answer of 0?",
        "All answers are close to 0. What is the error for a sneaker, which should get 0, and "
        "for trousers, which should get 1?",
        "Half of the errors are about 0, and half are about −1. Take the mean of their squares.",
    ),
    right="The loss is back where it was before the first step, because a neuron that always "
    "answers 0 is all that is left.",
    explained="""
Divided by 255 once more, every answer is close to 0. So the errors are those of the start, when all
weights were 0, and so is the loss, 0.5. Measured, it is 0.501. All shoes and trousers alike are called
sneakers, which is right for half of them.
""",
    mistakes=(
        Mistake("twice = 0.02", says="the loss if the images are scaled once"),
        Mistake("twice = 0.0", says="How far off is 0 where the answer should be 1?"),
        Mistake("twice = 0.25", says="the loss if every answer were 0.5"),
        Mistake("twice = 1.0", says="belongs to one of the two classes only"),
        Mistake("twice = 0.02 * 255", says="the answers get smaller"),
    ),
    shows="That scaling twice leaves a neuron as good as untrained, without an error or a "
    "warning.",
    usually="They divide the loss by 255, as if small answers were small errors.",
    ask="How could you tell from loss and accuracy whether images were scaled twice or never?",
)

LESSON = Lesson(
    "03_scale_the_pixels",
    SETUP,
    (check_scale, check_log, check_twice),
    more="""
## More to try

These change [notebook 3](../03_scale_the_pixels.ipynb) itself, and nobody checks them.

1. Give the neuron its bias back. Under *Build*, leave out `use_bias=False` and write
`model.set_weights([np.zeros((784, 1)), np.zeros(1)])`. Run the cells down to *Undo it with small
steps*. Why do the last two losses now differ a little? Put `use_bias=False` back afterwards.
2. In `build`, replace `SGD` by `Adam`, an optimizer that you will meet in notebook 5. The length
of its steps hardly depends on how steep the slope is. Which of the two factors of 255 is left?
Predict by what you must now divide the learning rate under *Undo it with small steps*, and run the
cells from *Build* down to there. Put `SGD` back afterwards.
3. Lay two images over each other: show `(images[0] + images[1]) / 2` with `plt.imshow`. What went
wrong? Mend it.
""",
)
