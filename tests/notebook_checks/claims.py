"""Check what a lesson claims: its words stand where they are quoted, and they are true.

A claim is evaluated in the notebook's kernel after its cell, as one of Jupyter's
``user_expressions``: they change neither the counters of cells nor what a cell shows. Besides
the notebook's own names, an expression may use

- ``inspect``, for what Keras and NumPy do by default;
- ``shown_axes()``, the Axes that the last cell drew;
- ``sources()``, the code of the cells that have run;
- ``recomputed(model, images)``, what a network gives for images, computed once more.

Whoever runs notebooks sends ``START`` once and ``question(claims)`` after each cell, as
arguments of a Jupyter client's ``execute``, and hands the reply to ``false_claims``.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nbformat import NotebookNode

from notebook_checks.lessons import Claim

_MODULE = "claims_in_kernel"
_SOURCE = Path(__file__).with_name("in_kernel.py").read_text("utf-8")
_QUIETLY = {"silent": True, "store_history": False, "allow_stdin": False}
# One expression, so that no name appears in the notebook.
START = {
    "code": "(lambda module: (__import__('sys').modules.update({module.__name__: module}), "
    f"exec({_SOURCE!r}, module.__dict__)))(__import__('types').ModuleType({_MODULE!r}))",
    **_QUIETLY,
}
# What trains, predicts or draws, whatever object it belongs to.
_FORBIDDEN = re.compile(
    r"fit|evaluate|predict|\w+_on_batch|set_random_seed|seed|random|default_rng|shuffle"
    r"|permutation|rng"
)


class FalseClaim(RuntimeError):
    """A notebook ran to its end, but something that it says is not true."""


def problems(claims: Sequence[Claim], notebook: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with claims that shows without running anything."""
    cells = {cell.id: cell for cell in notebook.cells}
    for claim in claims:
        if missing := {claim.cell, claim.after or claim.cell} - set(cells):
            yield f"a claim names {sorted(missing)}, but there is no such cell"
        elif _spaced(claim.says) not in _spaced(cells[claim.cell].source):
            yield (
                f"{claim.cell!r}: a claim quotes {claim.says!r}, but these words do not "
                "stand there: look whether what they say now is claimed and true"
            )
        else:
            for problem in (_asked_too_early(claim, notebook), _unfit(claim.holds)):
                if problem:
                    yield f"{claim.cell!r}: the claim {claim.says!r} {problem}"


def asked_after(claims: Sequence[Claim], notebook: NotebookNode) -> dict[str, list]:
    """Return the claims to evaluate after each code cell, by the id of that cell."""
    after = {}
    for claim in claims:
        cell_id = claim.after or _last_code_cell(claim.cell, notebook)
        after.setdefault(cell_id, []).append(claim)
    return after


def question(claims: Sequence[Claim]) -> dict[str, object]:
    """Return the arguments for ``execute`` that ask a kernel for these claims."""
    asked = {
        str(
            i
        ): f"__import__('sys').modules[{_MODULE!r}].answer({claim.holds!r}, globals())"
        for i, claim in enumerate(claims)
    }
    return {"code": "", "user_expressions": asked, **_QUIETLY}


def false_claims(claims: Sequence[Claim], reply: Mapping) -> list[str]:
    """Return, in words, the claims that do not hold.

    Parameters
    ----------
    claims
        What was asked.
    reply
        The content of the kernel's ``execute_reply``.
    """
    found = []
    for i, claim in enumerate(claims):
        said = reply["user_expressions"][str(i)]
        if said["status"] == "ok":
            answer = ast.literal_eval(said["data"]["text/plain"])
        else:
            answer = {"error": f"{said['ename']}: {said['evalue']}"}
        if not answer.get("holds"):
            values = [f"{n} is {v}" for n, v in answer.get("values", {}).items()]
            why = [answer["error"]] if "error" in answer else values
            found.append(
                "\n    ".join(
                    [
                        f"{claim.cell!r} says {claim.says!r}, which does not hold:",
                        claim.holds,
                        *why,
                    ]
                )
            )
    return found


def quoted(claims: Sequence[Claim], cell_id: str, sentence: str) -> bool:
    """Whether a claim quotes this sentence of this cell, or words of it."""
    sentence = _spaced(sentence)
    return any(
        claim.cell == cell_id
        and (_spaced(claim.says) in sentence or sentence in _spaced(claim.says))
        for claim in claims
    )


def _spaced(words: str) -> str:
    return " ".join(words.split())


def _last_code_cell(cell_id: str, notebook: NotebookNode) -> str:
    """Return the id of the last code cell down to this cell; empty if there is none."""
    last = ""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            last = cell.id
        if cell.id == cell_id:
            break
    return last


def _asked_too_early(claim: Claim, notebook: NotebookNode) -> str | None:
    order = [cell.id for cell in notebook.cells]
    code = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    if not claim.after and not _last_code_cell(claim.cell, notebook):
        return "stands above all code: say `after` which cell it is to be asked"
    if claim.after and claim.after not in code:
        return f"is to be asked after {claim.after!r}, which is no code cell"
    if claim.after and order.index(claim.after) < order.index(claim.cell):
        return f"is to be asked after {claim.after!r}, which is above it"
    return None


def _unfit(expression: str) -> str | None:
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError as error:
        return f"has an expression that Python cannot read: {error}"
    for node in ast.walk(tree):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if _FORBIDDEN.fullmatch(name):
            return f"uses {name!r}: a claim may not train, predict or draw"
    if not any(isinstance(node, ast.Name) for node in ast.walk(tree)):
        return "names nothing in the notebook, and so can never be false"
    return None
