"""Learning rates that fall while a network trains."""

import math

import keras


def falling_rate(
    first: float, images: int, batch_size: int, epochs: int
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Return a learning rate that falls with every step, along a straight line, to 0.

    Notebook 11 shows the idea.

    Parameters
    ----------
    first
        The rate of the first step, above 0.
    images
        How many images an epoch has.
    batch_size
        Images in a batch. The last batch of an epoch may be smaller, and counts as a step.
    epochs
        How many epochs ``fit`` will run. After the last step the rate is 0.

    Raises
    ------
    ValueError
        If the rate is not above 0, or if one of the others is not a whole number above 0.
    """
    if not first > 0:
        raise ValueError(
            f"the first rate is {first!r}; pass a number above 0, such as 0.003"
        )
    counts = {"images": images, "batch_size": batch_size, "epochs": epochs}
    for name, count in counts.items():
        if not isinstance(count, int) or count < 1:
            raise ValueError(
                f"{name} is {count!r}; pass a whole number of at least 1, such as "
                "len(train_images) for images"
            )
    steps = epochs * math.ceil(images / batch_size)
    return keras.optimizers.schedules.PolynomialDecay(
        first, steps, end_learning_rate=0.0
    )
