"""What gets installed is what the lock names: next year's install is this year's."""

import importlib.metadata
import os
import re

import pytest
from packaging.utils import canonicalize_name

from refresh_lock import LOCK, REQUIREMENTS, pinned, read

# What a new environment of Python's venv brings along, and this project itself.
BOOTSTRAP = {"pip", "setuptools", "image-classification-notebooks"}
DIRECT = {canonicalize_name(r.name): pinned(r) for r in read(REQUIREMENTS)}
LOCKED = {
    canonicalize_name(r.name): pinned(r)
    for r in read(LOCK)
    if r.marker is None or r.marker.evaluate()
}
INSTALLED = {
    canonicalize_name(distribution.name): distribution.version
    for distribution in importlib.metadata.distributions()
}


def test_pip_is_told_to_read_the_lock():
    pointed_to = re.search(r"^-c (\S+)$", REQUIREMENTS.read_text("utf-8"), re.M)[1]
    assert REQUIREMENTS.parent / pointed_to == LOCK


def test_the_lock_agrees_with_requirements_txt():
    """If not: python tests/refresh_lock.py"""
    assert {name: LOCKED.get(name) for name in DIRECT} == DIRECT


def test_no_package_is_there_in_another_version_than_the_one_tested():
    """If not: pip install -r requirements.txt"""
    there = {name: version for name, version in INSTALLED.items() if name in LOCKED}
    assert there == {name: LOCKED[name] for name in there}


def test_no_package_of_the_lock_is_missing():
    assert LOCKED.keys() - INSTALLED.keys() == set()


@pytest.mark.skipif(
    not os.environ.get("CI"),
    reason="you may install more; a fresh environment has none",
)
def test_no_package_gets_installed_in_a_version_that_nobody_chose():
    assert INSTALLED.keys() - LOCKED.keys() - BOOTSTRAP == set()


def test_a_range_of_versions_is_no_pin(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text("-c the.lock\nrich>=15 # drawn with it\n")
    with pytest.raises(ValueError, match="rich>=15 allows more than one version"):
        pinned(*read(path))
