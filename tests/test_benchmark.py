"""The benchmark: its recipes learn, its table says what was measured."""

import pytest

import benchmark

RUN = {"seconds": 10.0, "whole": 14.0, "test_accuracy": 0.9, "memory": 1.5}


def results(ours: float = 2.0) -> dict:
    published = [RUN, RUN | {"seconds": 12.0}]
    faster = [RUN | {"seconds": ours}, RUN | {"seconds": ours, "test_accuracy": 0.92}]
    return {"mnist-dense-512": {"published": published, "ours": faster}}


@pytest.mark.parametrize(
    ("task", "side"),
    [
        ("fashion-dense-64-64", "published"),
        ("mnist-dense-512", "published"),
        ("mnist-dense-512", "ours"),
        ("fashion-convolutions", "ours"),
        ("mnist-one-convolution", "ours"),
    ],
)
def test_a_recipe_learns_from_a_hundredth_of_the_images(task, side, monkeypatch):
    monkeypatch.setattr("sys.path", list(benchmark.sys.path))
    found = benchmark.one(task, side, seed=0, share=100)
    assert found["seconds"] > 0
    assert 0.5 < found["test_accuracy"] < 0.95
    assert not found["memory"] < 0.1  # nan where the system does not say


def test_a_ratio_is_that_of_the_same_seed_and_ends_show_the_spread():
    lines = benchmark.table(results()).splitlines()
    assert len(lines) == 4
    published, ours = ([cell.strip() for cell in line.split("|")] for line in lines[2:])
    assert published[1:5] == [
        "MNIST, 512 neurons",
        "published",
        "11.0 (10.0–12.0)",
        "14.0",
    ]
    assert ours[5:8] == ["0.910 (0.900–0.920)", "1.50", "5.5 (5.0–6.0)"]


def test_a_training_that_fails_is_named():
    with pytest.raises(RuntimeError, match=r"(?s)no-such-task, ours, seed 0.*KeyError"):
        benchmark.in_a_process("no-such-task", "ours", 0, 1)
