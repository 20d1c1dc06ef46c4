"""Runs inside the kernel of a notebook that is checked: answers claims, changes nothing.

Not imported from the tests: ``claims`` sends this file's text to the kernel, where it becomes
the module ``claims_in_kernel``, out of the notebook's sight.
"""

import ast
import contextlib
import inspect
import sys
from unittest import mock

import matplotlib
from IPython import get_ipython

_figures = []
_sources = []


def remember(figure) -> None:
    """Keep a figure; Matplotlib calls this for each that is made."""
    _figures.append(figure)


def _before_cell(info) -> None:
    _figures.clear()
    _sources.append(info.raw_cell)


def shown_axes() -> list:
    """Return all Axes of the figures that the last cell made, in order."""
    return [axes for figure in _figures for axes in figure.axes]


def sources() -> list[str]:
    """Return the code of all cells that have run, in order."""
    return list(_sources)


def recomputed(model, images):
    """Return what a network gives for images: an array with a row for each.

    Keras's ``stateless_call`` works on the values of the weights and changes nothing, so that a
    number that is called the test accuracy can be held against the test images themselves.
    """
    import keras
    import numpy as np

    weights = model.trainable_variables, model.non_trainable_variables
    with mock.patch.object(keras.Model, "__call__", keras.Layer.__call__):
        parts = [
            model.stateless_call(*weights, images[i : i + 500], training=False)[0]
            for i in range(0, len(images), 500)
        ]
    return np.concatenate([np.array(part) for part in parts])


def _refuse(*_, **__):
    raise RuntimeError("a claim may not train, predict or draw random numbers")


@contextlib.contextmanager
def _only_looking():
    """Let nothing train or predict, also where a claim calls a function that does."""
    with contextlib.ExitStack() as stack:
        if keras := sys.modules.get("keras"):
            for name in ("fit", "evaluate", "predict", "__call__"):
                stack.enter_context(mock.patch.object(keras.Model, name, _refuse))
            for name in ("train_on_batch", "test_on_batch", "predict_on_batch"):
                stack.enter_context(mock.patch.object(keras.Model, name, _refuse))
            stack.enter_context(
                mock.patch.object(keras.utils, "set_random_seed", _refuse)
            )
        yield


def answer(expression: str, names: dict) -> dict[str, object]:
    """Evaluate a claim among the names of the notebook.

    Returns
    -------
    dict
        ``{"holds": bool}``, with ``"values"`` of what the expression names where it is false;
        or ``{"error": str}``.
    """
    # A copy, so that not even := changes a name of the notebook.
    tools = {
        function.__name__: function for function in (shown_axes, sources, recomputed)
    }
    tools["inspect"] = inspect
    scope = {**tools, **names}
    with _only_looking():
        try:
            value = eval(expression, scope)
            if type(value).__name__ not in ("bool", "bool_"):
                return {"error": f"it is {value!r:.200}, and not True or False"}
            if value:
                return {"holds": True}
            return {"holds": False, "values": _values(expression, scope)}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}


def _values(expression: str, scope: dict) -> dict[str, str]:
    """Return the values of the names in an expression, and of what it compares."""
    found = {}
    for node in ast.walk(ast.parse(expression, mode="eval")):
        parts = [node] if isinstance(node, ast.Name) else []
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        for part in parts:
            if not any(isinstance(inner, ast.Name) for inner in ast.walk(part)):
                continue  # a constant
            text = ast.unparse(part)
            try:
                value = eval(text, dict(scope))
            except Exception:  # a name that exists only inside a comprehension
                continue
            if not callable(value) and not inspect.ismodule(value):
                found[text] = f"{value!r:.300}"
    return found


# Matplotlib imports this module by its name, and calls the function for each new figure.
matplotlib.rcParams["figure.hooks"] = [f"{__name__}:remember"]
get_ipython().events.register("pre_run_cell", _before_cell)
