"""Load Keras with TensorFlow as its engine, without messages.

Every notebook that trains imports this module in a cell before the one that says
``import keras``. It is not the same cell because import sorters work cell by cell: sorted
together, ``keras`` would come first, and the messages would be back.

As it starts, TensorFlow writes lines about processors and graphics cards. They are
harmless, but look like errors. Most are switched off by ``TF_CPP_MIN_LOG_LEVEL``; the
rest are written before that is read, by compiled code, straight to file descriptor 2
(the process's error stream), which points nowhere while Keras loads.
"""

import contextlib
import os
from collections.abc import Iterator


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
