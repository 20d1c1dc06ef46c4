"""The faults in tests/lessons fit the notebooks as they are, and are judged rightly."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import mutants
from mutants import (
    MUTANTS,
    Mutant,
    Notice,
    broken,
    by_turns,
    caught,
    first_notice,
    is_prose,
    verdict,
)
from notebook_checks.lessons import Fault

ROOT = Path(__file__).resolve().parents[1]
HELPER = next(
    mutant
    for mutant in MUTANTS
    if mutant.fault.what == "colours of right and wrong swapped"
)
IN_A_LESSON = next(m for m in MUTANTS if not m.fault.file and not is_prose(m))
IN_PROSE = [mutant for mutant in MUTANTS if is_prose(mutant)]


def with_fault(mutant: Mutant, **changes) -> Mutant:
    return replace(mutant, fault=replace(mutant.fault, **changes))


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_fault_can_still_be_put_in(mutant):
    text = (ROOT / mutant.path).read_text("utf-8")
    assert broken(mutant, text) != text


@pytest.mark.parametrize("mutant", IN_PROSE, ids=str)
def test_a_sentence_that_is_made_wrong_is_noticed(mutant):
    assert caught(mutant, first_notice(mutant))


def test_every_notebook_has_five_faults_or_more_three_of_them_in_prose():
    counts = Counter((mutant.place, is_prose(mutant)) for mutant in MUTANTS)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert counts[path.stem, False] >= 2, path.stem
        assert counts[path.stem, True] >= 3, path.stem


def test_a_fault_whose_text_is_gone_is_named():
    empty = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    with pytest.raises(ValueError, match="must stand in one cell, but stands in 0"):
        broken(IN_A_LESSON, empty)
    with pytest.raises(ValueError, match="must stand there once, but does 0 times"):
        broken(HELPER, "")


def test_when_time_is_short_every_place_has_its_turn():
    in_code = [mutant for mutant in by_turns(list(MUTANTS)) if not is_prose(mutant)]
    places = [mutant.place for mutant in in_code]
    assert set(places[: len(set(places))]) == set(places)


def test_a_fault_is_reported_with_the_test_that_notices_it_or_as_a_survivor():
    words, good = verdict(HELPER)
    assert words.startswith(
        "caught: differs in test_a_right_prediction_has_a_blue_tick"
    )
    assert good
    unnoticed = with_fault(
        HELPER,
        old="What a network answers, and whether",
        new="What a network says, and whether",
    )
    assert verdict(unnoticed) == ("SURVIVED", False)


def test_code_that_only_breaks_is_no_credit_to_the_checks():
    breaks = with_fault(HELPER, new="1 / 0")
    words, good = verdict(breaks)
    assert words.startswith("NOT CAUGHT: raised in ")
    assert not good
    assert caught(with_fault(breaks, raises=True), Notice("a test", "raised"))
    assert not caught(with_fault(breaks, raises=True), Notice("a test", "timed out"))


def test_one_fault_that_cannot_be_tried_does_not_end_the_run(monkeypatch):
    def no_browser(mutant):
        raise RuntimeError("checks were skipped")

    monkeypatch.setattr(mutants, "first_notice", no_browser)
    assert verdict(HELPER) == ("ERROR: checks were skipped", False)


def test_a_test_that_depends_on_the_clock_catches_no_fault(tmp_path, monkeypatch):
    (tmp_path / "notebooks" / "helpers").mkdir(parents=True)
    (tmp_path / "notebooks" / "helpers" / "slow.py").write_text("SECONDS = 1\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "test_slow.py").write_text(
        "import pytest\nfrom notebooks.helpers.slow import SECONDS\n\n"
        "@pytest.mark.clock\ndef test_fast():\n    assert SECONDS < 2\n\n"
        "def test_there():\n    assert SECONDS\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = clock\npythonpath = .\n")
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    fault = Fault("slow", "= 1", "= 3", file="slow.py", noticed_by="test_slow.py")
    assert first_notice(Mutant("slow.py", fault)) is None
