"""The record that notebook 17 draws: complete, readable, and of the notebook's own recipe."""

import copy
import json

import pytest

import five_minutes


@pytest.fixture
def record():
    return json.loads(five_minutes.RECORD.read_text("utf-8"))


def test_the_record_has_every_training_that_the_lesson_draws(record):
    for kind, (_, epochs) in five_minutes.KINDS.items():
        runs = record["runs"][kind]
        assert [run["epochs"] for run in runs] == epochs
        seconds = [run["seconds"] for run in runs]
        assert seconds == sorted(seconds) and seconds[0] > 0
        assert all(0.8 < run["val_accuracy"] < 1 for run in runs)
    assert record["processor"] and record["cores"] >= 1 and record["keras"]


def test_what_is_measured_is_what_the_lesson_shows():
    names = five_minutes.recipe()
    for middle, _ in five_minutes.KINDS.values():
        model = names["build"](names[middle]())
        assert model.output_shape == (None, 10)
    assert names["train_images"].shape == (50_000, 28, 28, 1)


def test_a_lesson_without_the_recipe_is_an_error_that_names_the_cell(monkeypatch):
    monkeypatch.setattr(five_minutes, "CELLS", ["strided", "gone"])
    with pytest.raises(ValueError, match="gone"):
        five_minutes.recipe()


def test_a_record_of_other_epochs_is_refused(record):
    other = copy.deepcopy(record)
    other["runs"]["with brakes"].pop()
    assert "measure again" in five_minutes.check({}, other)


def test_a_record_with_another_accuracy_is_refused(record, monkeypatch):
    written = record["runs"]["without brakes"][1]["val_accuracy"]

    def found(accuracy):
        monkeypatch.setattr(
            five_minutes, "run", lambda *_: {"val_accuracy": written + accuracy}
        )
        return five_minutes.check({}, record)

    assert found(0) is None
    assert str(written) in found(2 * five_minutes.NEAR)
    assert str(written) in found(-2 * five_minutes.NEAR)
