"""Compare what a cell printed with what is committed, number by number.

A number is named by the last word printed before it: in ``accuracy: 0.8931 - loss: 0.2`` the
numbers are "accuracy" and "loss", and all numbers of an array carry the word before it.
The cell's rules give for such a name

- a number: the largest difference allowed between two floats, absolute;
- a pair ``[low, high]``: the range that an integer may lie in.

Everything else must match exactly, but for the number of spaces and for codes that colour
text. NaN matches nothing, not even NaN. Times are not compared.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

Rules = Mapping[str, float | list[int]]

# "3s 14ms/step", "2s - 9ms/step" and "12ms/step" as Keras prints them, "1.5 s", or
# "9,100 images/s".
_TIME = re.compile(
    r"\b\d+(?:\.\d+)?(?:[ ](?:ns|us|µs|ms|s)\b|(?:ns|us|µs|ms|s)/step\b"
    r"|s(?=[ ]\d+[nuµm]?s/step|[ ]-[ ]))|\b[\d,]+[ ]images/s\b"
)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_NUMBER = re.compile(
    r"((?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][-+]?\d+)?(?!\w)"
    r"|(?<!\w)[-+]?(?:nan|NaN|inf)(?!\w))"
)
_WORD = re.compile(r"[^\W\d]\w*")


def numbers(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each number that ``text`` prints.

    The name is the last word before the number, or empty before the first word.
    """
    name = ""
    for i, part in enumerate(_parts(text)):
        if i % 2:
            yield name, part
        elif words := _WORD.findall(part):
            name = words[-1]


def difference(expected: str, actual: str, rules: Rules) -> str | None:
    """Say how what was printed differs from what was expected.

    Parameters
    ----------
    expected, actual
        The committed text and the new one.
    rules
        What may vary, as described at the top of this module.

    Returns
    -------
    str or None
        The first difference, in words, or None if the texts match.
    """
    pairs = zip_longest(numbers(expected), numbers(actual), fillvalue=("", "nothing"))
    for (name, old), (_, new) in pairs:
        if problem := _number_difference(name, old, new, rules.get(name)):
            return problem
    if _frame(expected) != _frame(actual):
        return f"expected the text {expected!r}, got {actual!r}"
    return None


def _parts(text: str) -> list[str]:
    """Split text into what is no number, a number, what is no number, and so on."""
    return _NUMBER.split(_TIME.sub("a time", _COLOUR.sub("", text)))


def _frame(text: str) -> list[str]:
    """Return the text between the numbers, without the spaces at its ends."""
    return [re.sub(" +", " ", part).strip(" ") for part in _parts(text)[::2]]


def _number_difference(
    name: str, old: str, new: str, rule: float | list[int] | None
) -> str | None:
    said = f"{name or 'a number'}: expected {old}, got {new}"
    if "nothing" in (old, new):
        return said
    if "nan" in f"{old} {new}".lower():
        return f"{said}; NaN never matches"
    if old == new:
        return None
    if isinstance(rule, list):
        low, high = rule
        inside = all(
            _is_integer(text) and low <= _value(text) <= high for text in (old, new)
        )
        return None if inside else f"{said}; the range is {low} to {high}"
    if _is_integer(old) and _is_integer(new):
        return f"{said}; an integer must match exactly unless its cell states a range"
    if rule is None:
        return f"{said}; the cell states no tolerance for it"
    distance = abs(_value(old) - _value(new))
    if distance <= rule * (1 + 1e-9):  # 0.3 - 0.2 is a little more than 0.1
        return None
    return f"{said}; they differ by {distance:.3g}, the tolerance is {rule:g}"


def _is_integer(text: str) -> bool:
    return text.replace(",", "").lstrip("+-").isdigit()


def _value(text: str) -> float:
    return float(text.replace(",", ""))
