"""Callbacks of our own for ``model.fit``; notebook 9 shows how to write one."""

from numbers import Real

import keras
import numpy as np


class StopAtThreshold(keras.callbacks.Callback):
    """Stop training at the end of the epoch in which a metric reaches a threshold.

    Parameters
    ----------
    threshold
        Training stops when the metric is at least this share, above 0 and at most 1: 0.9
        for 90 %. Keras counts in float32, so both are compared as float32.
    metric
        A name from the training log that rises as training goes well: ``"accuracy"`` is
        the mean over the epoch's batches, ``"val_accuracy"`` is taken when it is over.

    Raises
    ------
    ValueError
        If the threshold is not such a share, or the metric is no name or a loss; and during
        ``fit``, at the end of the first epoch that logs no such metric.
    """

    def __init__(self, threshold: float, metric: str = "accuracy") -> None:
        super().__init__()
        if not (isinstance(threshold, Real) and 0 < threshold <= 1):
            raise ValueError(
                "threshold must be a share above 0 and at most 1, such as 0.9 for 90 %, "
                f"not {threshold!r}"
            )
        if not isinstance(metric, str):
            raise ValueError(
                f'metric must be a name from the training log, such as "accuracy", not '
                f"{metric!r}"
            )
        if "loss" in metric:
            raise ValueError(
                f"{metric!r} falls as training goes well, so waiting for it to rise to "
                "a threshold makes no sense: name an accuracy, or use EarlyStopping"
            )
        self.threshold, self.metric = threshold, metric

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Ask the model to stop if the metric has reached the threshold; Keras calls this."""
        logs = logs or {}
        if self.metric not in logs:
            raise ValueError(
                f"{self.metric!r} is not among {sorted(logs)}: pass it to compile as one "
                "of the metrics; if it starts with val_, pass validation data to fit, "
                "and let it validate after every epoch"
            )
        if np.float32(logs[self.metric]) >= np.float32(self.threshold):
            print(f"{self.metric} has reached {100 * self.threshold:g} %: stopping")
            self.model.stop_training = True


class OneLine(keras.callbacks.Callback):
    """Say after each epoch how far training is, in one line that is written over.

    With ``verbose=0``, ``fit`` prints nothing else.
    """

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the line again; Keras calls this."""
        print(f"\repoch {epoch + 1} of {self.params['epochs']}", end="", flush=True)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """End the line; Keras calls this."""
        print()
