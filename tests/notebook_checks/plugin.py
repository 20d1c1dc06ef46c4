"""Collect notebooks and run their cells with nbval, under stricter rules.

Loaded by name in pyproject.toml, so it holds for ``pytest`` and for one notebook alike.
"""

import contextlib
import copy
import math
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import nbformat
import nbval.plugin
import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

from notebook_checks import claims, form, lessons, pictures, prose, rules, text

# How a test fails. A fault that was put in on purpose counts as noticed if something differs
# or a claim is false, and not if it only breaks the code.
DIFFERS, CLAIM_FAILS, RAISED, TIMED_OUT = (
    "differs",
    "a claim fails",
    "raised",
    "timed out",
)


# Seconds for all claims of one cell.
CLAIM_TIMEOUT = 60


class KernelDied(RuntimeError):
    """The kernel's process ended while a cell was running."""


class WatchedKernel(RunningKernel):
    """A kernel whose death is noticed within a second, not at the cell's time limit."""

    def get_message(self, stream, timeout=None):
        deadline = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            try:
                remaining = deadline - time.monotonic()
                return super().get_message(stream, timeout=max(0, min(1, remaining)))
            except Empty:
                if not self.is_alive():
                    raise KernelDied from None
                if time.monotonic() >= deadline:
                    raise

    def ask(self, request: dict) -> dict:
        """Send arguments of ``execute`` beside the cells; return the reply's content."""
        msg_id = self.kc.execute(**request)
        while True:
            reply = self.get_message("shell", timeout=CLAIM_TIMEOUT)
            if reply["parent_header"].get("msg_id") == msg_id:
                return reply["content"]


# nbval looks these up under their names, and has no other hook for them.
nbval.plugin.RunningKernel = WatchedKernel
nbval.plugin.coalesce_streams = form.merged_streams


@contextlib.contextmanager
def _environment_of_a_learner() -> Iterator[None]:
    """Hide from a new kernel what would make it show other things than a learner sees.

    Under pytest, ipykernel does not watch file descriptor 2, so what compiled code writes
    there, TensorFlow's log lines above all, would be seen by learners and not by us. With
    MPLBACKEND set, figures are not drawn in the page.
    """
    hidden = {
        name: os.environ.pop(name)
        for name in ("PYTEST_CURRENT_TEST", "MPLBACKEND")
        if name in os.environ
    }
    try:
        yield
    finally:
        os.environ.update(hidden)


class NotebookForm(pytest.Item):
    """The notebook as committed: executed in order, tidy, small, and its words held."""

    failure = DIFFERS

    def runtest(self) -> None:
        found = [
            *form.problems(self.parent.nb, self.path),
            *prose.problems(self.parent.nb, self.path, self.parent.lesson),
            *rules.problems(self.parent.nb, self.parent.lesson),
        ]
        if found:
            raise AssertionError(
                "\n".join(f"{self.path.name}: {line}" for line in found)
            )

    def repr_failure(self, excinfo):
        return str(excinfo.value)

    def reportinfo(self):
        return self.path, None, self.name


class NotebookCell(IPyNbCell):
    """One code cell: executed, its outputs compared, and what is claimed of it checked."""

    failure = RAISED

    def setup(self) -> None:
        """Do not, as nbval does, expect a cell to fail after another one timed out."""

    def runtest(self) -> None:
        if self.parent.timed_out:
            self.raise_cell_error("not run, because an earlier cell timed out")
        self.parent.cells_run.append(self)
        try:
            super().runtest()
            if self.options["check"]:
                self._check_claims()
        except KernelDied:
            self.raise_cell_error("the kernel died while it ran this cell")
        finally:
            if self.parent.timed_out:
                self.failure = TIMED_OUT

    def _check_claims(self) -> None:
        claimed = self.parent.claims.get(self.cell.id, [])
        if "not clock" in self.config.option.markexpr:
            claimed = [claim for claim in claimed if not claim.clock]
        if not claimed:
            return
        reply = self.parent.kernel.ask(claims.question(claimed))
        if found := claims.false_claims(claimed, reply):
            self.failure = CLAIM_FAILS
            self.raise_cell_error("a claim does not hold", "\n".join(found))

    def compare_outputs(self, test, ref, skip_compare=None) -> bool:
        self.failure = DIFFERS
        same = self._compare(test, ref, skip_compare)
        self.failure = RAISED if same else DIFFERS
        return same

    def _compare(self, test, ref, skip_compare) -> bool:
        rules = self.cell.metadata.get("compare", {})
        test = copy.deepcopy(test)  # the executed notebook keeps its own numbers
        form.drop_widget_views(test)
        if _kinds(test) != _kinds(ref):
            self.comparison_traceback = [
                f"it shows {_kinds(test)} instead of {_kinds(ref)}",
                *(output.text for output in test if output.get("name") == "stderr"),
            ]
            return False
        problems = [
            *_accept_text(test, ref, rules),
            *self._figure_problems(test, ref, rules),
        ]
        # What is left of the comparison, names of errors among it, is nbval's.
        same = super().compare_outputs(test, ref, skip_compare)
        self.comparison_traceback += problems
        return same and not problems

    def _figure_problems(self, test, ref, rules) -> Iterator[str]:
        pairs = zip(form.figures(ref), form.figures(test), strict=True)
        for i, (expected, actual) in enumerate(pairs, start=1):
            images = self.parent.results / f"{self.cell.id}-{i}"
            problem = pictures.difference(expected, actual, rules.get("figure"), images)
            if problem:
                yield f"figure {i} of cell {self.cell.id!r}: {problem}"


class NotebookFile(IPyNbFile):
    """One notebook: its form first, then its cells in one fresh kernel."""

    def collect(self):
        self.cells_run = []
        cells = list(super().collect())
        self.lesson = lessons.of(self.path)
        self.claims = claims.asked_after(self.lesson.claims, self.nb)
        items = [NotebookForm.from_parent(self, name="form")]
        for cell in cells:
            items.append(self._item(cell))
            if self.config.option.twice and _repeatable(cell):
                items.append(self._item(cell, "-again"))
        if self.config.option.twice:
            # These last, because later cells show the state before; the last of them first,
            # so that a network is trained further before it is built anew. Not compared.
            items += [
                self._item(cell, "-again", check=False)
                for cell in reversed(cells)
                if not _repeatable(cell)
            ]
        return items

    def _item(self, cell: IPyNbCell, suffix: str = "", **options) -> NotebookCell:
        return NotebookCell.from_parent(
            self,
            name=f"{cell.cell_num + 1}-{cell.cell.get('id', '')}{suffix}",
            cell_num=cell.cell_num + 1,
            cell=cell.cell,
            options=cell.options | options,
        )

    @property
    def results(self) -> Path:
        """Where the executed notebook is left, and images of the figures that differ."""
        return self.config.rootpath / "test-results" / self.path.stem

    def setup(self) -> None:
        shutil.rmtree(self.results, ignore_errors=True)
        self.files_before = _files(self.path.parent)
        with _environment_of_a_learner():
            super().setup()
        self.kernel.ask(claims.START)

    def teardown(self) -> None:
        super().teardown()
        executed = copy.deepcopy(self.nb)
        outputs = {item.cell.id: item.test_outputs or [] for item in self.cells_run}
        for cell in executed.cells:
            if cell.cell_type == "code":
                cell.outputs = outputs.get(cell.id, [])
        self.results.mkdir(parents=True, exist_ok=True)
        nbformat.write(executed, self.results / self.path.name)
        if left := sorted(_files(self.path.parent) - self.files_before):
            raise AssertionError(
                f"{self.path.name} left {left} in its folder: write into a folder of "
                "tempfile.TemporaryDirectory()"
            )


def _files(folder: Path) -> set[str]:
    """Return the files in a folder, without those that Python and Jupyter put there."""
    paths = (path.relative_to(folder) for path in folder.rglob("*"))
    hidden = {"__pycache__", ".ipynb_checkpoints"}
    return {path.as_posix() for path in paths if not hidden & set(path.parts)}


def _repeatable(cell: IPyNbCell) -> bool:
    """Whether a cell shows the same when it is run twice in a row."""
    return form.NOT_REPEATABLE not in cell.cell.metadata.get("tags", [])


def _kinds(outputs) -> list[str]:
    """Name what a cell shows, in order: "stdout", "text/plain and image/png", …"""
    return [
        output.get("name") or " and ".join(sorted(output.get("data", {}))) or "an error"
        for output in outputs
    ]


def _accept_text(test, ref, rules) -> Iterator[str]:
    """Compare printed text within the rules; give what is accepted the committed text.

    Yields what is not accepted, in words.
    """
    for new, old in zip(test, ref, strict=True):
        for new_texts, old_texts, key in (
            (new, old, "text"),
            (new.get("data", {}), old.get("data", {}), "text/plain"),
        ):
            if key in new_texts and key in old_texts:
                problem = text.difference(old_texts[key], new_texts[key], rules)
                if problem:
                    yield problem
                else:
                    new_texts[key] = old_texts[key]


def pytest_addoption(parser) -> None:
    parser.getgroup("notebooks").addoption(
        "--twice",
        action="store_true",
        help="run every cell twice in a row; both times it must show what is committed",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Say in the report how a test failed, for ``mutants.py``."""
    report = yield
    if report.failed:
        asserted = call.excinfo.errisinstance((AssertionError, pytest.fail.Exception))
        failure = getattr(item, "failure", DIFFERS if asserted else RAISED)
        item.user_properties.append(("failure", failure))  # into --junitxml
    return report


def pytest_collect_file(file_path: Path, parent):
    if file_path.suffix == ".ipynb":
        return NotebookFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With ``-n 2``, keep a notebook's cells together, and start with what takes longest."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


def pytest_configure(config) -> None:
    # Beside others, one thread each: more would only wait for each other.
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
            os.environ.setdefault(name, "1")
    # With nbval's own option on, each notebook would be collected a second time.
    config.option.nbval = config.option.nbval_lax = False
