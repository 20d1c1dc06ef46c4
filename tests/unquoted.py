"""List the sentences of notebooks that no claim quotes, so that an author sees what is left.

    python tests/unquoted.py notebooks/05_first_network.ipynb
    python tests/unquoted.py                            all of them

Not every sentence needs a claim: one that states no finding, no comparison, no order, and
nothing about Keras or NumPy, or whose number is printed and compared right beside it, does not.
"""

import argparse
from pathlib import Path

import nbformat

from notebook_checks import lessons, prose

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="*", type=Path)
    for path in parser.parse_args().notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        claims = lessons.of(path).claims
        left = prose.unquoted(notebook, claims)
        total = sum(
            len(prose.sentences(cell))
            for cell in notebook.cells
            if cell.cell_type == "markdown"
        )
        count = sum(map(len, left.values()))
        print(
            f"{path.stem}: {len(claims)} claims quote {total - count} of {total} sentences"
        )
        for cell_id, sentences in left.items():
            for sentence in sentences:
                print(f"    {cell_id}: {sentence}")


if __name__ == "__main__":
    main()
