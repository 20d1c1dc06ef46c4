"""Let training go on at once when an epoch is over: switch off a wait that is of no use.

Imported by every notebook that trains for several epochs. It reaches only the arrays that are
handed to ``fit``, ``evaluate`` and ``predict``; a ``tf.data.Dataset`` of your own stays as it
is. No number that a network computes is changed. In a program without this module, the same
code learns the same, but may take longer.

What happens without it, seen with TensorFlow 2.21 and Keras 3.15, as it could be reported:

    tf.data: destroying an iterator can block for as long as it has lived, because the
    autotuning thread misses its cancellation

    Keras feeds arrays to ``fit`` through a ``tf.data`` pipeline and makes a new iterator for
    each epoch. Each iterator owns a thread that runs ``Model::OptimizeLoop``
    (core/framework/model.cc). The thread optimizes, then waits on a condition variable for
    ``optimization_period_ms``, which starts at 10 ms and doubles each time up to a minute. When
    the iterator is destroyed, ``CancellationManager::StartCancel`` (core/framework/
    cancellation.cc) runs the callback that notifies this condition variable, and sets
    ``is_cancelled_`` only afterwards. A thread that wakes up in between sees ``IsCancelled()``
    as false and goes back to sleep for a whole further period. The destructor waits for it.

    Expected: destruction within milliseconds. Seen: an epoch of 11 s after which the next one
    starts 9 s later; four epochs of a small convolutional network in 43.5 and 41.9 s with
    ``options.autotune.enabled = False``, in 43.5, 51.6 and 51.8 s without, in turn, on two
    cores. Setting the flag before the callbacks run, or looking at it once more under the
    thread's own lock before it waits, would close the gap.

Arrays in memory leave nothing to tune, so we switch the tuning off for them.
"""

import functools
from collections.abc import Callable

import tensorflow as tf

# Keras has no public way to set the options of the datasets that it makes.
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter


def _without_tuning(
    make_dataset: Callable[[ArrayDataAdapter], tf.data.Dataset],
) -> Callable[[ArrayDataAdapter], tf.data.Dataset]:
    """Return ``ArrayDataAdapter.get_tf_dataset`` with the tuning switched off."""
    off = tf.data.Options()
    off.autotune.enabled = False

    @functools.wraps(make_dataset)
    def make_untuned_dataset(adapter: ArrayDataAdapter) -> tf.data.Dataset:
        return make_dataset(adapter).with_options(off)

    return make_untuned_dataset


# Imported twice, as after a reload, it wraps once.
if not hasattr(ArrayDataAdapter.get_tf_dataset, "__wrapped__"):
    ArrayDataAdapter.get_tf_dataset = _without_tuning(ArrayDataAdapter.get_tf_dataset)
