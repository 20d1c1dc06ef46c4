"""Callbacks of our own for ``model.fit``; notebook 9 shows how to write one."""

import math
from numbers import Real

import keras


class StopAtThreshold(keras.callbacks.Callback):
    """Stop training at the end of the epoch in which a metric reaches a threshold.

    Parameters
    ----------
    threshold
        Training stops when the metric is at least this: 0.9 for 90 %.
    metric
        A name from the training log that rises as training goes well: ``"accuracy"`` is
        the mean over the epoch's batches, ``"val_accuracy"`` is taken when it is over.

    Raises
    ------
    ValueError
        If the threshold is not a finite number or the metric is a loss; and during
        ``fit``, at the end of the first epoch, if the log has no such metric.
    """

    def __init__(self, threshold: float, metric: str = "accuracy") -> None:
        super().__init__()
        if not isinstance(threshold, Real) or not math.isfinite(threshold):
            raise ValueError(
                f"threshold must be a finite number such as 0.9, not {threshold!r}"
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
                "of the metrics, or validation data to fit if it starts with val_"
            )
        if logs[self.metric] >= self.threshold:
            print(f"{self.metric} has reached {100 * self.threshold:g} %: stopping")
            self.model.stop_training = True
