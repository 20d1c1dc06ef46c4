"""What a learner meets in the first seconds: no log lines, no waiting, clear errors."""

import importlib.metadata
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from run_notebooks import execute

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
MAX_SECONDS_TO_FIRST_FIGURE = 2.0


def python(code: str, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=NOTEBOOKS,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )


def test_loading_and_showing_images_does_not_wait_for_tensorflow():
    result = python(
        "import sys; from helpers import data, figures;"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    assert result.stdout == "False False\n", result.stderr


def test_another_keras_backend_is_a_clear_error():
    result = python("import helpers.quiet_start", KERAS_BACKEND="jax")
    assert result.returncode == 1
    assert "ImportError: KERAS_BACKEND is 'jax'" in result.stderr
    assert "restart the kernel" in result.stderr


def test_a_backend_in_the_users_keras_file_does_not_matter(tmp_path):
    (tmp_path / "keras.json").write_text('{"backend": "jax"}')
    result = python(
        "import helpers.quiet_start; import keras; print(keras.config.backend())",
        KERAS_HOME=str(tmp_path),
    )
    assert result.stdout == "tensorflow\n", result.stderr


def first_cells(notebook: str, last: str) -> nbformat.NotebookNode:
    """Return the notebook up to and with the cell of this id, without outputs."""
    cells = nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4).cells
    ids = [cell.id for cell in cells]
    kept = cells[: ids.index(last) + 1]
    for cell in kept:
        if cell.cell_type == "code":
            cell.outputs = []
    return new_notebook(cells=kept)


def error_stream(notebook: nbformat.NotebookNode) -> str:
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    return "".join(o.text for o in outputs if o.get("name") == "stderr")


def test_a_notebook_that_trains_shows_no_log_line_outside_pytest(monkeypatch):
    """Under pytest, ipykernel does not pass on what compiled code writes to the terminal."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    notebook = first_cells("05_first_network", last="evaluate-untrained")
    execute(notebook, NOTEBOOKS)
    assert error_stream(notebook) == ""
    assert "accuracy" in notebook.cells[-1].outputs[0].text


@pytest.mark.skipif(sys.platform == "win32", reason="ipykernel cannot watch it there")
def test_without_the_quiet_start_there_would_be_log_lines(monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    notebook = new_notebook(cells=[new_code_cell("import keras")])
    execute(notebook, NOTEBOOKS)
    assert error_stream(notebook) != ""


TRAINED = """
import helpers.quiet_start
import keras
{more}
from helpers.data import load_mnist, scale

(images, labels), _ = load_mnist()
keras.utils.set_random_seed(0)
layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
model = keras.Sequential([keras.Input((28, 28)), *layers])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="adam", loss=loss)
model.fit(scale(images[:2000]), labels[:2000], epochs=2, verbose=0)
print(*model.predict(scale(images[:2]), verbose=0).ravel().tolist())
"""
NO_WAIT = "import helpers.no_wait_after_epochs"


def test_a_network_learns_the_same_in_a_script_without_our_helpers():
    ours, theirs = (python(TRAINED.format(more=more)) for more in (NO_WAIT, ""))
    assert len(ours.stdout.split()) == 20, ours.stderr
    assert ours.stdout == theirs.stdout


# What the trainer sees when it is handed arrays: private, but nothing public shows it.
TUNED = """
import helpers.quiet_start
import numpy as np
import tensorflow as tf
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
{more}
own = tf.data.Dataset.range(3).map(lambda x: x, num_parallel_calls=tf.data.AUTOTUNE)
arrays = ArrayDataAdapter(np.ones((3, 2)), np.ones(3), batch_size=2).get_tf_dataset()
for dataset in (arrays, own):
    # The options that an iterator was really made with.
    print(iter(dataset)._dataset.options().autotune.enabled)
"""


def test_no_epoch_waits_at_its_end_for_a_thread_that_tunes_nothing():
    once = python(TUNED.format(more=NO_WAIT))
    assert once.stdout.splitlines()[0] == "False", once.stderr
    assert python(TUNED.format(more="")).stdout.splitlines()[0] == "None"


def test_a_pipeline_of_the_readers_own_is_tuned_as_everywhere():
    result = python(TUNED.format(more=NO_WAIT))
    assert result.stdout.splitlines()[1] == "None", result.stderr


def test_quiet_start_only_quiets_the_start():
    """A copied cell must not become slower because its first line was left out."""
    before = python(TUNED.format(more="").replace("import helpers.quiet_start", ""))
    assert before.stdout == python(TUNED.format(more="")).stdout == "None\nNone\n"


def test_with_a_new_tensorflow_somebody_looks_whether_epochs_still_wait():
    """With another version: time four epochs of notebook 11's first network with and without
    helpers/no_wait_after_epochs.py, in turn. No difference? Then delete that module. Else write
    the new version into its report.
    """
    report = (NOTEBOOKS / "helpers" / "no_wait_after_epochs.py").read_text("utf-8")
    reported = re.search(r"seen with TensorFlow (\d+\.\d+)", report)[1]
    installed = importlib.metadata.version("tensorflow")
    assert installed.startswith(f"{reported}."), "look again: see above"


WITH_KERAS = [
    path
    for path in sorted(NOTEBOOKS.rglob("*.ipynb"))
    if any(
        "import keras\n" in cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    )
]


@pytest.mark.parametrize("notebook", WITH_KERAS, ids=lambda path: path.stem)
def test_the_quiet_start_survives_the_import_sorter(notebook, tmp_path):
    copy = tmp_path / notebook.name
    copy.write_bytes(notebook.read_bytes())
    # Without our configuration, as a learner's editor would run it.
    options = ["--isolated", "--select=I", "--fix", "--quiet"]
    command = [sys.executable, "-m", "ruff", "check", *options, str(copy)]
    assert subprocess.run(command, check=False).returncode == 0
    cells = nbformat.read(copy, as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    first = next(i for i, source in enumerate(sources) if "import keras\n" in source)
    assert any("import helpers.quiet_start" in source for source in sources[:first])


def test_the_first_figure_is_there_within_seconds_of_the_kernel():
    """How fast a kernel starts is the computer's affair; what comes after it is ours."""
    cells = first_cells("02_meet_the_images", last="first-image").cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    fastest = {"": math.inf, code: math.inf}
    for source in 3 * [*fastest]:  # this machine may have other work to do
        last = "import time; print(time.time())"
        one_cell = new_notebook(cells=[new_code_cell(f"{source}\n{last}")])
        start = time.time()
        execute(one_cell, NOTEBOOKS)
        printed = "".join(
            o.text for o in one_cell.cells[0].outputs if o.get("name") == "stdout"
        )
        fastest[source] = min(fastest[source], float(printed.split()[-1]) - start)
    assert fastest[code] - fastest[""] < MAX_SECONDS_TO_FIRST_FIGURE, fastest.values()
