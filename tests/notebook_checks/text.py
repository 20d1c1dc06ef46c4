"""Compare what a cell printed with what is committed, number by number.

A number is named by the last word before it on its line: in ``accuracy: 0.8931 - loss: 0.2`` the
numbers are "accuracy" and "loss". In the rows below a line of headings, which has no number and
at least two spaces between its words, a number is named by the heading that it stands under. All
other numbers, such as those of an array that goes on over several lines, carry the last word
before them.

The cell's rules give for such a name

- a number: the largest difference allowed between two floats, absolute;
- ``{"within": number, "because": "…"}``: the same, with the reason for a large one;
- a pair ``[low, high]``: the range that an integer may lie in.

Everything else must match exactly, but for the number of spaces and for codes that colour
text. NaN matches nothing, not even NaN. Times are not compared.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

Rule = float | dict | list[int] | None
Rules = Mapping[str, Rule]

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
# A heading may have several words, with one space between them.
_HEADING = re.compile(r"\S+(?: \S+)*")


def numbers(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each number that ``text`` prints.

    The name is empty before the first word.
    """
    last_word, headings = "", []
    for line in _plain(text).splitlines():
        found = list(_NUMBER.finditer(line))
        if not found:
            headings = list(_HEADING.finditer(line))
            headings = headings if len(headings) > 1 else []
        for number in found:
            above = [
                heading[0]
                for heading in headings
                if heading.start() < number.end() and number.start() < heading.end()
            ]
            before = _WORD.findall(_NUMBER.sub(" ", line[: number.start()]))
            last_word = before[-1] if before else last_word
            yield (above[0] if above else last_word), number[0]
        if words := _WORD.findall(_NUMBER.sub(" ", line)):
            last_word = words[-1]


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
    for (name, old), (new_name, new) in pairs:
        if problem := _number_difference(name, old, new, rules.get(name)):
            return problem
        if name != new_name:
            return f"expected {old} as {name!r}, got {new} as {new_name!r}"
    if _frame(expected) != _frame(actual):
        return f"expected the text {expected!r}, got {actual!r}"
    return None


def tolerance(rule: Rule) -> object:
    """Return how far a float may be off, whether or not the rule gives a reason."""
    return rule.get("within") if isinstance(rule, dict) else rule


def is_integer(number: str) -> bool:
    """Say whether a number, as printed, has neither decimal point nor exponent."""
    return number.replace(",", "").lstrip("+-").isdigit()


def value(number: str) -> float:
    """Return a number as printed, ``"1,287"``, as a float."""
    return float(number.replace(",", ""))


def _plain(text: str) -> str:
    return _TIME.sub("a time", _COLOUR.sub("", text))


def _frame(text: str) -> list[str]:
    """Return the text between the numbers, without the spaces at its ends."""
    parts = _NUMBER.split(_plain(text))[::2]
    return [re.sub(" +", " ", part).strip(" ") for part in parts]


def _number_difference(name: str, old: str, new: str, rule: Rule) -> str | None:
    said = f"{name or 'a number'}: expected {old}, got {new}"
    if "nothing" in (old, new):
        return said
    if "nan" in f"{old} {new}".lower():
        return f"{said}; NaN never matches"
    if isinstance(rule, list):
        low, high = rule
        inside = all(is_integer(n) and low <= value(n) <= high for n in (old, new))
        return None if inside else f"{said}; the range is {low} to {high}"
    if old == new:
        return None
    if is_integer(old) and is_integer(new):
        return f"{said}; an integer must match exactly unless its cell states a range"
    if rule is None:
        return f"{said}; the cell states no tolerance for it"
    distance, within = abs(value(old) - value(new)), tolerance(rule)
    if distance <= within * (1 + 1e-9):  # 0.3 - 0.2 is a little more than 0.1
        return None
    return f"{said}; they differ by {distance:.3g}, the tolerance is {within:g}"
