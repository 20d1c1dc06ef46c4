"""Our callback stops in the right epoch, says so, and refuses what makes no sense."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from helpers.callbacks import OneLine, StopAtThreshold


def epochs_trained(
    callback: StopAtThreshold, logs: list[dict[str, float] | None]
) -> int:
    """Call the callback as ``fit`` does, and return after which epoch it stopped."""
    model = SimpleNamespace(stop_training=False)
    callback.set_model(model)
    for epoch, of_epoch in enumerate(logs):
        callback.on_epoch_end(epoch, of_epoch)
        if model.stop_training:
            return epoch + 1
    return len(logs)


def accuracies(*values: float) -> list[dict[str, float]]:
    return [{"accuracy": value, "val_accuracy": value - 0.1} for value in values]


def test_training_stops_in_the_epoch_that_reaches_the_threshold_and_not_before():
    logs = accuracies(0.5, 0.8999, 0.9, 0.95)
    assert epochs_trained(StopAtThreshold(0.9), logs) == 3
    assert epochs_trained(StopAtThreshold(0.99), logs) == 4


@pytest.mark.parametrize("right", [2100, 2520, 2700, 2850])
def test_training_stops_when_exactly_the_share_asked_for_is_right(right):
    metric = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    labels = np.array([1] * right + [0] * (3000 - right))
    metric.update_state(labels, np.tile([0.0, 1.0], (3000, 1)))
    reached = [{"accuracy": float(metric.result())}, {"accuracy": 1.0}]
    assert epochs_trained(StopAtThreshold(right / 3000), reached) == 1


def test_the_metric_asked_for_is_the_one_that_is_watched():
    logs = accuracies(0.5, 0.9, 0.95, 1.0)
    assert epochs_trained(StopAtThreshold(0.9, "val_accuracy"), logs) == 4


@pytest.mark.parametrize(
    ("threshold", "said"),
    [(0.9, "90 %"), (0.998, "99.8 %"), (0.07, "7 %"), (1, "100 %")],
)
def test_the_message_is_made_from_the_metric_and_the_threshold(capsys, threshold, said):
    epochs_trained(StopAtThreshold(threshold), accuracies(0.01, 1.0))
    assert capsys.readouterr().out == f"accuracy has reached {said}: stopping\n"


def test_nothing_is_said_before_it_stops(capsys):
    epochs_trained(StopAtThreshold(0.9), accuracies(0.5, 0.8))
    assert capsys.readouterr().out == ""


def test_a_missing_metric_is_named_together_with_those_that_are_there():
    with pytest.raises(ValueError, match=r"'acc' is not among \['accuracy', 'val_acc"):
        epochs_trained(StopAtThreshold(0.9, "acc"), accuracies(0.5))


def test_a_log_that_is_none_is_an_error_that_says_so():
    with pytest.raises(ValueError, match=r"'accuracy' is not among \[\]"):
        epochs_trained(StopAtThreshold(0.9), [None])


@pytest.mark.parametrize("metric", ["loss", "val_loss"])
def test_a_loss_is_refused_because_it_falls(metric):
    with pytest.raises(ValueError, match="falls as training goes well"):
        StopAtThreshold(0.3, metric)


@pytest.mark.parametrize("threshold", [90, 1.01, 0, -0.1, "0.9", None, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(ValueError, match="such as 0.9 for 90 %"):
        StopAtThreshold(threshold)


def test_one_line_is_written_over_and_ended_when_training_is(capsys):
    callback = OneLine()
    callback.set_params({"epochs": 18})
    callback.on_epoch_end(0)
    callback.on_epoch_end(17)
    callback.on_train_end()
    assert capsys.readouterr().out == "\repoch 1 of 18\repoch 18 of 18\n"
