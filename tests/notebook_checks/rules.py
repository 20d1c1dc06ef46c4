"""What a cell may state under ``compare``, and the proof that it still refuses what is wrong.

    {"compare": {"val_accuracy": 0.004, "mistakes": [1200, 1300], "figure": 3}}

``text.py`` and ``pictures.py`` say what each entry allows. A rule that allows too much compares
nothing. So each figure that is committed is spoiled in turn, without running anything: one of
its colours is erased, two are exchanged, one word is erased. A rule that accepts any of these is
refused, unless a claim holds what is on the Axes. And no number may be off by more than it
amounts to, unless the rule says why:

    {"compare": {"spread": {"within": 0.03, "because": "three seeds say little about it"}}}
"""

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
from nbformat import NotebookNode
from PIL import Image

from notebook_checks import claims, form, pictures, text
from notebook_checks.lessons import Lesson

# A colour of fewer pixels than a small marker is none.
FEW = 40


def problems(notebook: NotebookNode, lesson: Lesson) -> Iterator[str]:
    """Yield what is wrong with the rules of a notebook's cells; nothing is run."""
    asked = claims.asked_after(lesson.claims, notebook)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        rules = cell.metadata.get("compare", {})
        found = list(_invalid(rules, form.printed(cell), form.figures(cell.outputs)))
        by_claims = cell.id in lesson.axes
        if by_claims and not _axes_are_claimed(asked.get(cell.id, ())):
            found.append(
                "claims on shown_axes() are said to hold its figure: there is none"
            )
        if not found and (figures := form.figures(cell.outputs)):
            unnoticed = [
                words
                for png in figures
                for words in spoiled_but_accepted(png, rules.get("figure"))
            ]
            if unnoticed and not by_claims:
                found.append(
                    f"its figure would be accepted with {', '.join(unnoticed)}: narrow its "
                    "rule; or hold what is drawn by claims on shown_axes(), and list the "
                    "cell under axes"
                )
            if by_claims and not unnoticed:
                found.append(
                    "its rule holds its figure: it need not be listed under axes"
                )
        yield from (f"{cell.id!r}: {problem}" for problem in found)


def spoiled_but_accepted(png: str, rule: pictures.Rule) -> Iterator[str]:
    """Yield in words what can be done to a figure without its rule noticing.

    Parameters
    ----------
    png
        In base64, as in a notebook.
    rule
        As for ``pictures.difference``.
    """
    picture = pictures.decode(png)
    colors = pictures.Colors(picture)
    hues = {
        kind: colors.of(kind, wide=True) for kind in colors.kinds(FEW) if "hue" in kind
    }
    for kind, mask in hues.items():
        if not pictures.differs(picture, _painted(picture, (mask, _WHITE)), rule):
            yield f"{kind} erased"
    for (one, here), (other, there) in combinations(hues.items(), 2):
        swapped = ((here, _typical(picture, there)), (there, _typical(picture, here)))
        if not pictures.differs(picture, _painted(picture, *swapped), rule):
            yield f"{one} and {other} exchanged"
    # Where words flip, only lines of words can be held.
    content = rule == "content"
    erased = [
        word
        for word in pictures.words(picture, gap=10 if content else 3)
        if not _erasing_shows(picture, word, rule)
    ]
    if erased:
        places = ", ".join(f"{w.rows.start}:{w.columns.start}" for w in erased[:5])
        yield f"one word erased ({len(erased)}, at row:column {places})"


_WHITE = (255, 255, 255)


def _painted(
    picture: Image.Image, *painted: tuple[np.ndarray, tuple[int, ...]]
) -> Image.Image:
    pixels = np.array(picture)
    for mask, color in painted:
        pixels[mask] = color
    return Image.fromarray(pixels)


def _typical(picture: Image.Image, mask: np.ndarray) -> tuple[int, ...]:
    return tuple(np.median(np.asarray(picture)[mask], axis=0).astype(int))


def _erasing_shows(
    picture: Image.Image, word: pictures.Word, rule: pictures.Rule
) -> bool:
    mask = np.zeros(picture.size[::-1], bool)
    mask[word.rows, word.columns] = True
    without = _painted(picture, (mask, _WHITE))
    if rule is None:
        return bool(pictures.differs(picture, without, rule))
    if rule == "content":  # words do not change how much is drawn where
        return bool(pictures.missing_words(picture, without))
    # Nothing else has changed: only the surroundings must be looked at.
    margin = pictures.PIECE + rule
    around = (
        max(0, word.columns.start - margin),
        max(0, word.rows.start - margin),
        min(picture.width, word.columns.stop + margin),
        min(picture.height, word.rows.stop + margin),
    )
    return bool(pictures.moved(picture.crop(around), without.crop(around), rule))


def _axes_are_claimed(claimed: tuple) -> bool:
    return any("shown_axes()" in claim.holds for claim in claimed)


def _invalid(rules: dict, printed: str, figures: list[str]) -> Iterator[str]:
    numbers = {}
    for name, number in text.numbers(printed):
        numbers.setdefault(name, []).append(number)
    for name, rule in rules.items():
        if name == "figure" and figures:
            if rule != "content" and not (type(rule) is int and rule > 0):
                yield f"the rule of a figure is {rule!r}: neither 'content' nor pixels"
        elif name not in numbers:
            yield f"compare states {name!r}, but nothing of that name is shown"
        else:
            yield from _invalid_number(name, rule, numbers[name])


def _invalid_number(name: str, rule: object, numbers: list[str]) -> Iterator[str]:
    said = f"the rule of {name!r} is {rule!r}"
    if isinstance(rule, list):
        if (
            len(rule) != 2
            or not all(type(end) is int for end in rule)
            or rule[0] >= rule[1]
        ):
            yield f"{said}: a range is two integers, the lower one first"
        else:
            integers = [text.value(n) for n in numbers if text.is_integer(n)]
            outside = [f"{n:g}" for n in integers if not rule[0] <= n <= rule[1]]
            if outside:
                yield f"{said}, but what is committed is {', '.join(outside)}"
        return
    reason = rule.get("because") if isinstance(rule, dict) else ""
    if isinstance(rule, dict) and (set(rule) != {"within", "because"} or not reason):
        yield f"{said}: a rule with a reason has 'within' and 'because'"
        return
    within = text.tolerance(rule)
    if (
        isinstance(within, bool)
        or not isinstance(within, int | float)
        or not 0 < within < math.inf
    ):
        yield f"{said}: it must be a number above 0"
        return
    largest = max(
        (abs(text.value(n)) for n in numbers if not text.is_integer(n)), default=0
    )
    if within >= largest and not reason:
        yield f"{said}, but the largest of these numbers is {largest:g}: narrow it, or say why"
