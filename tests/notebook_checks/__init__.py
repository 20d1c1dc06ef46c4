"""How notebooks are checked: nbval in strict mode, and what it does not do by itself.

- ``plugin``: runs each cell with nbval; a dead kernel or a time-out fails at once.
- ``text``: compares printed numbers within the tolerance that a cell states.
- ``pictures``: compares figures.
- ``form``: what a committed notebook must look like before it is run.

A cell states what may vary in its metadata, under the key ``compare``:

    {"compare": {"val_accuracy": 0.004, "mistakes": [1200, 1300],
                 "figure": 0.03}}

``text`` and ``pictures`` say what each entry means.
"""
