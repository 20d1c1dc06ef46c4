"""The list of faults in mutants.py fits the notebooks as they are."""

from collections import Counter
from pathlib import Path

import pytest

from mutants import MUTANTS, Mutant, broken, by_turns, first_failure

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.place}: {m.fault}")
def test_a_fault_can_still_be_put_in(mutant):
    text = (ROOT / mutant.path).read_text("utf-8")
    assert broken(mutant, text) != text


def test_every_notebook_has_two_faults_or_more_and_all_together_forty():
    counts = Counter(mutant.place for mutant in MUTANTS)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert counts[path.stem] >= 2, path.stem
    assert counts.total() >= 40


def test_a_fault_whose_text_is_gone_is_named():
    mutant = MUTANTS[0]
    with pytest.raises(ValueError, match="must stand in one cell, but stands in 0"):
        broken(
            mutant, '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
        )


def test_when_time_is_short_every_place_has_its_turn():
    places = [mutant.place for mutant in by_turns(MUTANTS)]
    assert set(places[: len(set(places))]) == set(places)


def test_a_fault_is_reported_with_the_test_that_notices_it_or_as_a_survivor():
    known = next(mutant for mutant in MUTANTS if mutant.place == "figures.py")
    assert first_failure(known).startswith("test_a_right_prediction_has_a_blue_tick")
    unnoticed = Mutant(
        "figures.py",
        "a word",
        "Draw images in a grid, each with",
        "Show images in a grid, with",
        known.noticed_by,
    )
    assert first_failure(unnoticed) is None
