"""The drawings in the shapes of 28 fonts: complete, and built as data/README.md says."""

import hashlib
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from helpers import data

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def build(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "data")
    import build_hands

    yield build_hands
    sys.modules.pop("build_hands")


def test_every_hand_draws_every_digit_ten_times(build):
    drawings, labels, hands = data.load_hands()
    assert drawings.shape == (2800, 140, 140) and drawings.dtype == np.uint8
    pairs, counts = np.unique(np.stack([hands, labels]), axis=1, return_counts=True)
    assert pairs.shape == (2, 280) and set(counts) == {10}
    assert hands.max() + 1 == len(build.FONT_FILES)


def test_every_drawing_is_another_one_and_lies_inside_the_pad():
    drawings, _, _ = data.load_hands()
    assert len({drawing.tobytes() for drawing in drawings}) == len(drawings)
    assert set(np.unique(drawings)) == {0, 255}
    edges = [drawings[:, [0, -1]], drawings[:, :, [0, -1]]]
    assert not any(edge.any() for edge in edges)


def test_altered_drawings_are_an_error_that_names_the_file(tmp_path, monkeypatch):
    names = ("drawings", "labels", "hands")
    arrays = dict(zip(names, data.load_hands(), strict=True))
    arrays["labels"] = arrays["labels"][::-1]
    monkeypatch.setattr(data, "DATA_FOLDER", tmp_path)
    np.savez(tmp_path / "hands.npz", **arrays)
    with pytest.raises(ValueError, match=r"hands\.npz: labels differs.*git checkout"):
        data.load_hands()


def test_a_missing_file_is_named_in_the_error(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "DATA_FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"hands\.npz is missing"):
        data.load_hands()


def test_a_thick_stroke_is_thinned_to_a_line_of_one_pixel(build):
    ink = np.zeros((60, 40), dtype=bool)
    ink[5:55, 14:23] = True
    line = build.thin(ink)
    assert line.any(axis=1).sum() > 40 and line.sum(axis=1).max() == 1
    assert not (line & ~ink).any()


def test_a_ring_stays_a_ring_when_it_is_thinned(build):
    rows, columns = np.indices((60, 60)) - 30
    distance = np.hypot(rows, columns)
    line = build.thin((distance > 12) & (distance < 22))
    assert line.any() and not line[30, 30]
    angles = np.degrees(np.arctan2(rows[line], columns[line]))
    assert np.histogram(angles, bins=36, range=(-180, 180))[0].min() > 0


def test_a_drawing_has_the_size_of_the_pen_and_stays_on_the_pad(build):
    line = np.stack([np.arange(200), np.arange(200) // 4], axis=1)
    random = np.random.default_rng(0)
    for drawing in (build.draw(line, random) for _ in range(20)):
        assert drawing.shape == (140, 140)
        rows, _ = np.nonzero(drawing)
        assert 50 <= np.ptp(rows) <= 120 + build.PEN
        assert not drawing[0].any() and not drawing[:, 0].any()


def test_building_refuses_a_font_of_another_version(build, tmp_path):
    (tmp_path / "Kristi.ttf").write_bytes(b"another")
    with pytest.raises(ValueError, match=r"Kristi\.ttf is another version"):
        build.find_font([tmp_path], *build.FONT_FILES["Kristi"])
    with pytest.raises(FileNotFoundError, match="data/README.md names the package"):
        build.find_font([tmp_path], "none.ttf", "")


def test_the_script_draws_each_digit_of_a_font_ten_times(build, monkeypatch):
    """With a font that Matplotlib brings along: those of the hands need not be there."""
    folder = Path(matplotlib.get_data_path()) / "fonts"
    font = next(folder.rglob("DejaVuSans.ttf"))
    checksum = hashlib.sha256(font.read_bytes()).hexdigest()
    monkeypatch.setattr(build, "FONT_FILES", {"one": (font.name, checksum)})
    arrays = build.build([folder])
    assert arrays["drawings"].shape == (100, 140, 140)
    assert list(arrays["labels"]) == [i // 10 for i in range(100)]
    assert set(arrays["hands"]) == {0}
    # A 0 has a hole that a 1 has not: ink is on both sides of its middle, not in it.
    zero = arrays["drawings"][0]
    row = np.flatnonzero(zero.any(axis=1)).mean().round().astype(int)
    inked = np.flatnonzero(zero[row])
    assert np.diff(inked).max() > 10


def test_the_pen_is_that_of_the_drawing_pad(build):
    pad = (ROOT / "notebooks" / "helpers" / "drawing_pad.js").read_text("utf-8")
    assert f"const SIDE = {build.SIDE};" in pad and f"const PEN = {build.PEN};" in pad


def test_the_data_page_names_every_font_and_its_licence(build):
    page = (ROOT / "data" / "README.md").read_text("utf-8")
    for name in build.FONT_FILES:
        assert name.removeprefix("Because We ") in page  # six share their first words
    assert "SIL Open Font License 1.1" in page
