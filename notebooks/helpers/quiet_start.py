"""Load Keras with TensorFlow as its engine, without messages and without a needless wait.

Every notebook that trains starts with a cell that imports this module, before the cell
that says ``import keras``. It is a cell of its own because import sorters work cell by
cell: sorted together, ``keras`` would come first, and the messages would be back.

As it starts, TensorFlow writes lines about processors and graphics cards. They are
harmless, but look like errors. Most are switched off by ``TF_CPP_MIN_LOG_LEVEL``; the
rest are written before that is read, by compiled code, straight to file descriptor 2
(the process's error stream), which points nowhere while Keras loads.

The wait comes when training runs. ``fit`` feeds a network through ``tf.data``, in which a
thread tunes how batches are prepared: 10 milliseconds after an epoch starts, then after
twice as long, and so on. The thread is told when the epoch is over. But it is told just
before the flag is set that it then looks at, and if it looks too early, it sleeps on,
and Keras waits for it: a second epoch that should begin after 11 seconds begins after 20.
(``Model::OptimizeLoop`` in TensorFlow's ``core/framework/model.cc``, and ``StartCancel``
in ``core/framework/cancellation.cc``; seen with TensorFlow 2.21.) Arrays in memory leave
nothing to tune, so we switch the tuning off. No number that a network computes is
changed by that. A dataset of your own is tuned if its options ask for it:
``autotune.enabled = True``.
"""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def _error_stream_closed() -> Iterator[None]:
    original = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(original, 2)
        os.close(original)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Set, it also outweighs a backend named in ~/.keras/keras.json.
_backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
if _backend != "tensorflow":
    raise ImportError(
        f"KERAS_BACKEND is {_backend!r}, but these notebooks need 'tensorflow'. Remove "
        "that environment variable, or set it to tensorflow, then restart the kernel."
    )

with _error_stream_closed():
    import keras  # noqa: F401  (imported here so that the next import is quiet)
    import tensorflow as tf


def _without_tuning(
    make_iterator: Callable[[tf.data.Dataset], Iterator],
) -> Callable[[tf.data.Dataset], Iterator]:
    """Return ``tf.data.Dataset.__iter__`` with tuning off, unless the dataset asks for it."""
    off = tf.data.Options()
    off.autotune.enabled = False

    @functools.wraps(make_iterator)
    def make_untuned_iterator(dataset: tf.data.Dataset) -> Iterator:
        if dataset.options().autotune.enabled is None:
            dataset = dataset.with_options(off)
        return make_iterator(dataset)

    return make_untuned_iterator


tf.data.Dataset.__iter__ = _without_tuning(tf.data.Dataset.__iter__)
