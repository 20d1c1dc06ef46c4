"""What every exercise is made of, and what checkers use to ask a reader's answer.

A checker is a function that gets the answer. It returns if the answer is right, and raises
``Wrong`` with a message about the very mistake, or ``NotYet``. It judges what the answer does,
on inputs that the reader has not seen, and never its source text.
"""

import copy
import linecache
import os
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real

import numpy as np

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# What stands for the answer until there is one; nbgrader is told to write the same.
STUB = ("# YOUR CODE HERE", "...")
WIDTH = 80


class Wrong(Exception):
    """The answer is wrong; the message says in which way, to its author."""


class NotYet(Exception):
    """There is no answer yet; a message may say what is missing."""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give.

    Attributes
    ----------
    code
        The code of the answer's cell, with the mistake in it.
    says
        Words of the message that it gets; no other mistake of the exercise gets them.
    """

    code: str
    says: str


@dataclass(eq=False)
class Exercise:
    """An exercise, with all that belongs to it.

    Called with a reader's answer, as in ``check_softmax(softmax)``, it prints whether that is
    right. It raises nothing, so that *Run All* goes through; but where nbgrader runs it, what
    is not right raises ``AssertionError``, which nbgrader counts.

    Attributes
    ----------
    name
        Lower-case words with hyphens or one word: the notebooks' cells are named after it.
    title
        The heading, without its number.
    kind
        ``"mend"``, ``"build"``, ``"explain"``, ``"predict"`` or ``"challenge"``.
    minutes
        How long it takes somebody who has read the lesson.
    prompt
        What to do, in Markdown.
    answer
        The code of the answer's cell. What the reader has to write stands between the lines
        ``BEGIN`` and ``END``; there may be several such places.
    checker
        See the top of this file.
    hints
        Three, each saying more than the one before.
    right
        One sentence on what the right answer has shown.
    explained
        Markdown below the solution: why it is so.
    mistakes
        Three where there are three.
    shows, usually, ask
        For teachers: what it is for, what people get wrong, a question to ask afterwards.
    given
        Code that runs before the answer, shown in a cell of its own.
    caption
        If ``given`` draws something: the text below it, starting with ``*Figure:*``.
    compare
        If ``given`` trains: how far what it shows may be off, as in the notebooks' metadata.
    hands_in
        What the check is called with; ``name`` unless said otherwise.
    """

    name: str
    title: str
    kind: str
    minutes: int
    prompt: str
    answer: str
    checker: Callable[..., None]
    hints: Sequence[str]
    right: str
    explained: str
    mistakes: Sequence[Mistake]
    shows: str
    usually: str
    ask: str
    given: str = ""
    caption: str = ""
    compare: Mapping[str, object] = field(default_factory=dict)
    hands_in: str = ""
    _hints_given: int = field(default=0, repr=False)

    @property
    def check_name(self) -> str:
        """What the exercise is called in its module and its notebook."""
        return f"check_{self.name.replace('-', '_')}"

    @property
    def call(self) -> str:
        """The code of the cell that checks the answer."""
        return f"{self.check_name}({self.hands_in or self.name.replace('-', '_')})"

    def __call__(self, *answers: object) -> None:
        """Print whether the answers are right, and if not, what to do about it."""
        said, right = self.judged(*answers)
        if not right and os.environ.get("NBGRADER_EXECUTION"):
            raise AssertionError(said)
        print(said)

    def judged(self, *answers: object) -> tuple[str, bool]:
        """Return what there is to say to the answers, and whether they are right."""
        try:
            blank = [
                f"`{name.strip()}`"
                for name, answer in zip(self.hands_in.split(","), answers, strict=False)
                if answer is ...
            ]
            if 0 < len(blank) < len(answers):
                raise NotYet(f"Still missing: {', '.join(blank)}.")
            if any(answer is ... for answer in answers):
                raise NotYet
            if any(answer is None for answer in answers):
                raise Wrong(
                    "The check was given `None`. That is what a function leaves that returns "
                    "nothing. Does one stand behind the `=`?"
                )
            self.checker(*answers)
        except NotYet as missing:
            self._hints_given = max(self._hints_given, 1)
            start = f"Not solved yet. {missing}".rstrip()
            return _paragraphs(start, f"Hint 1: {self.hints[0]}"), False
        except Wrong as wrong:
            return _paragraphs(f"✗ {wrong}", f"Stuck? {self._next()}"), False
        except Exception as error:
            # What the checker did not expect. It must not show its own inside to a reader.
            return _paragraphs(
                f"✗ The check cannot make sense of this answer ({_named(error)}). "
                f"Is it what the exercise asks for? {self._next()}"
            ), False
        return _paragraphs(f"✓ {self.right}"), True

    def hint(self) -> None:
        """Print the next hint, and after the last one how to see a solution."""
        if self._hints_given < len(self.hints):
            hint = self.hints[self._hints_given]
            self._hints_given += 1
            print(_paragraphs(f"Hint {self._hints_given}: {hint}"))
        else:
            print(_paragraphs(f"That was the last hint. {self._next()}"))

    def solution(self) -> None:
        """Print a solution."""
        print(solved(self.answer))

    def _next(self) -> str:
        if self._hints_given < len(self.hints):
            return f"{self.check_name}.hint() gives a hint."
        return f"{self.check_name}.solution() shows a solution."


@dataclass(frozen=True)
class Lesson:
    """All exercises of one lesson.

    Attributes
    ----------
    notebook
        The lesson's file without ``.ipynb``.
    setup
        The code of the first cell: imports, the checks among them, and data.
    exercises
        In order.
    more
        Questions that nobody checks, in Markdown: things to change in the lesson itself.
    uses_keras
        Whether a cell before the setup must start Keras quietly.
    """

    notebook: str
    setup: str
    exercises: Sequence[Exercise]
    more: str = ""
    uses_keras: bool = False

    @property
    def number(self) -> str:
        """Two digits: ``"06"``."""
        return self.notebook[:2]


def solved(answer: str) -> str:
    """Return the code of an answer without the marks around what was to be written."""
    return "\n".join(
        line for line in answer.strip().splitlines() if line.strip() not in (BEGIN, END)
    )


def unsolved(answer: str) -> str:
    """Return the code of an answer as a reader gets it, with a stub for each place to fill.

    Raises
    ------
    ValueError
        If no place is marked, or a mark has no partner.
    """
    kept, inside, places = [], False, 0
    for line in answer.strip().splitlines():
        mark = line.strip()
        if mark in (BEGIN, END):
            if inside == (mark == BEGIN):
                raise ValueError(f"{mark!r} without its partner in:\n{answer}")
            inside = mark == BEGIN
            places += inside
            # A place below `name = ...` has its stub already.
            if inside and not (kept and "= ..." in kept[-1]):
                indent = line[: len(line) - len(line.lstrip())]
                kept += [indent + part for part in STUB]
        elif not inside:
            kept.append(line)
    if inside or not places:
        raise ValueError(f"no place to fill, or one without an end, in:\n{answer}")
    return "\n".join(kept)


def call(function: Callable, *arguments: object, **named: object) -> object:
    """Call a reader's function, with copies of the arguments, and return what it returns.

    Raises
    ------
    NotYet
        If it says that it is not written yet.
    Wrong
        If it is no function, or raises: explains the error, and where it happened.
    """
    if not callable(function):
        raise Wrong(f"A function was expected here, and not {described(function)}.")
    try:
        # A network or a tensor is handed over as it is.
        return function(
            *[_copied(argument) for argument in arguments],
            **{word: _copied(argument) for word, argument in named.items()},
        )
    except NotImplementedError:
        raise NotYet from None
    except Exception as error:
        raise Wrong(_explained(error, function, arguments)) from None


def ask(function: Callable, *arguments: object, **named: object) -> object:
    """Call a reader's function that has to return something, and return that.

    Raises
    ------
    NotYet
        If it returns nothing, or says that it is not written yet.
    Wrong
        As ``call``.
    """
    result = call(function, *arguments, **named)
    if result is None or result is ...:
        if _is_stub(function):
            raise NotYet
        raise NotYet(
            f"`{_name(function)}` returns nothing. If you have written it: does it end with "
            "`return`?"
        )
    return result


def _is_stub(function: Callable) -> bool:
    """Whether a function does nothing at all, as before its reader has written it."""
    code = getattr(function, "__code__", None)
    done = code.co_names + code.co_freevars + code.co_consts[1:] if code else ("?",)
    return all(part is None or part is ... for part in done)


def numbers(
    value: object, name: str, shape: tuple | None = None, finite: bool = True
) -> np.ndarray:
    """Return an answer as an array of float64.

    Parameters
    ----------
    value
        What the reader's code gave.
    name
        What to call it in a message: ``"softmax(scores)"``.
    shape
        The shape that it must have; any if ``None``.
    finite
        Whether ``nan`` and infinity are wrong.

    Raises
    ------
    Wrong
        If it is something else.
    """
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"{name} should be numbers, but is {described(value)}.") from None
    if shape is not None and array.shape != shape:
        raise Wrong(f"{name} should have the shape {shape}, but has {array.shape}.")
    if finite and not np.isfinite(array).all():
        word = "nan, not a number," if np.isnan(array).any() else "infinity"
        raise Wrong(f"{name} should be ordinary numbers, but there is {word} in it.")
    return array


def number(value: object, name: str) -> float:
    """Return an answer as one number.

    Raises
    ------
    Wrong
        If it is something else.
    """
    if hasattr(value, "__array__") and np.size(value) == 1:  # a tensor, say
        value = np.asarray(value).ravel()[0]
    kinds = Real | np.ndarray | np.generic
    if isinstance(value, bool) or not isinstance(value, kinds) or np.ndim(value):
        raise Wrong(f"{name} should be one number, but is {described(value)}.")
    return float(numbers(value, name, shape=()))


def whole_number(value: object, name: str) -> int:
    """Return an answer as a number without decimals.

    Raises
    ------
    Wrong
        If it is something else.
    """
    found = number(value, name)
    if not isinstance(value, Integral | np.ndarray) and found != int(found):
        raise Wrong(f"{name} should be a whole number, but is {found:g}.")
    return int(found)


def choice(value: object, right: str, wrong: Mapping[str, str]) -> None:
    """Check an answer that is one of several letters.

    Parameters
    ----------
    value
        What the reader wrote, such as ``"B"``; small letters count as well.
    right
        The right letter.
    wrong
        For each other letter, what to say to somebody who chose it.

    Raises
    ------
    Wrong
        If it is not the right one, or none of them.
    """
    letters = sorted({right, *wrong})
    if not isinstance(value, str) or value.strip(" .").upper() not in letters:
        raise Wrong(
            f"The answer should be one of the letters {', '.join(letters)} in quotes, such "
            f"as {letters[0]!r}, but is {described(value)}."
        )
    if (letter := value.strip(" .").upper()) != right:
        raise Wrong(wrong[letter])


def network(value: object, name: str, input_shape: tuple, outputs: int):
    """Return an answer that is a network of Keras, built, for these shapes.

    Parameters
    ----------
    value
        What the reader's code gave.
    name
        What to call it in a message.
    input_shape
        Of one example.
    outputs
        How many numbers it must give for each.

    Raises
    ------
    Wrong
        If it is something else, has no layers yet, or other shapes.
    """
    import keras

    if not isinstance(value, keras.Model):
        raise Wrong(f"{name} should be a network, but is {described(value)}.")
    try:
        taken, given = value.input_shape[1:], value.output_shape[1:]
    except (AttributeError, ValueError, TypeError):
        raise Wrong(
            f"{name} does not know the shape of its input. Begin the list of its layers with "
            f"`keras.Input(shape={input_shape})`."
        ) from None
    if taken != input_shape:
        raise Wrong(
            f"{name} should take inputs of the shape {input_shape}, not {taken}."
        )
    if given != (outputs,):
        raise Wrong(
            f"{name} should give {outputs} numbers for each example, but what comes out has "
            f"the shape {given}."
        )
    return value


def all_layers(model) -> Iterator:
    """Go through the layers of a network, and of networks inside."""
    for layer in model.layers:
        yield from all_layers(layer) if hasattr(layer, "layers") else (layer,)


def forgotten(model) -> str:
    """Say what a network for images from 0 to 255 lacks that most need; else ``""``."""
    from keras import activations, layers

    parts = list(all_layers(model))
    bent = [
        layer
        for layer in parts
        if getattr(layer, "activation", activations.linear) is not activations.linear
        or isinstance(layer, layers.ReLU | layers.LeakyReLU)
    ]
    if not bent:
        return "None of its layers has an activation, so all of it is one linear layer."
    if getattr(parts[-1], "activation", None) is activations.relu:
        return "Its last layer has a ReLU, which makes 0 of every negative score."
    scales = layers.Rescaling | layers.BatchNormalization | layers.Normalization
    if not any(isinstance(layer, scales) for layer in parts):
        return "It has no `Rescaling`, and the images come with pixels from 0 to 255."
    return ""


def right_answers(model, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return for each image whether a reader's network names it right.

    Raises
    ------
    Wrong
        If it stops with an error, or does not give ten numbers for each image.
    """
    answers = []
    for start in range(0, len(images), 500):
        part = images[start : start + 500].astype("float32")
        scores = ask(model, part, training=False)
        scores = numbers(scores, "What the network gives", (len(part), 10))
        answers.append(scores.argmax(axis=1))
    return np.concatenate(answers) == labels


def described(value: object) -> str:
    """Say what something is, in words for a message."""
    if isinstance(value, np.ndarray):
        return f"an array of the shape {value.shape}"
    if isinstance(value, str):
        return f"the text {value!r:.60}"
    if isinstance(value, dict) and value:
        return f"a dict with {', '.join(map(repr, value))}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)} things"
    if isinstance(value, bool | Real):
        return f"{value!r}"
    if type(value).__module__.startswith("keras"):
        return f"something of Keras, of the type {type(value).__name__}"
    if callable(value):
        return f"a function or a class, {getattr(value, '__name__', 'without a name')}"
    return f"something of the type {type(value).__name__}"


def _copied(argument: object) -> object:
    """Protect our arrays and lists from a function that writes into what it gets."""
    keep = isinstance(argument, np.ndarray | list | dict)
    return copy.deepcopy(argument) if keep else argument


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(":. ")


def _name(function: Callable) -> str:
    return getattr(function, "__name__", "the function")


def _explained(error: Exception, function: Callable, arguments: tuple) -> str:
    """Say what a reader's function raised, where, and with which arguments."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    place, trace = "", error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = linecache.getline(file, trace.tb_lineno).strip()
            place = f" The line was `{line}`." if line else ""
        trace = trace.tb_next
    words = ", ".join(described(argument) for argument in arguments) or "nothing"
    return f"`{_name(function)}` stopped with {_named(error)}.{place} It had been given {words}."


def _paragraphs(*texts: str) -> str:
    """Break lines between words, as a page of code does not."""
    return "\n".join(
        textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
        for text in texts
    )
