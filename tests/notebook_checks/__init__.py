"""How notebooks are checked: nbval in strict mode, and what it does not do by itself.

- ``plugin``: runs each cell with nbval; a dead kernel or a time-out fails at once.
- ``text``: compares printed numbers within the tolerance that a cell states.
- ``pictures``: compares figures.
- ``rules``: what a cell may state, and whether it allows too much.
- ``form``: what a committed notebook must look like before it is run.
- ``prose``: its numbers are shown, and it leads to the next notebook.
- ``lessons``: reads ``tests/lessons``, with what each notebook promises and must notice.
- ``claims``: checks in the kernel, with ``in_kernel``, whether what a notebook says is true.
- ``links``: what a link, an anchor or a picture of a page leads to.

A cell states what may vary in its metadata, under the key ``compare``:

    {"compare": {"val_accuracy": 0.004, "mistakes": [1200, 1300], "figure": 3}}

``text`` and ``pictures`` say what each entry means.
"""
