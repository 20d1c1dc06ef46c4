"""Measure how much the numbers and figures of notebooks vary, to set their tolerances.

    python tests/measure_spread.py notebooks/05_first_network.ipynb
    python tests/measure_spread.py --seeds 1 2 3 4 5 -- notebooks/05_first_network.ipynb
    python tests/measure_spread.py --only-seeds --seeds 1 2 -- notebooks/05_first_network.ipynb
    python tests/measure_spread.py --only-seeds --seeds 1 2     all that have a seed

Runs a notebook as it is, and then with settings that make this machine round as others
do: one thread, older sets of instructions, no oneDNN. With --seeds, runs it once for each
seed in place of its own, too; with --only-seeds, runs it only so. Then prints for each
cell and each name of a number the largest difference between any two runs, and what the cell
allows now. Ends with status 1 if a cell failed, or a claim, in any run: then the text claims
something that does not hold in general.
"""

import argparse
import math
import re
import sys
from collections import defaultdict
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image

from notebook_checks import form, lessons, pictures, text
from notebook_checks.claims import FalseClaim
from run_notebooks import FAILURES, ROOT, execute

SETTINGS = {
    "as it is": {},
    "one thread": {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"},
    "AVX-512": {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE"},
    "AVX2": {"ONEDNN_MAX_CPU_ISA": "AVX2"},
    "AVX": {"ONEDNN_MAX_CPU_ISA": "AVX"},
    "SSE4.1": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
    "no oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "no oneDNN, one thread": {
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTRAOP_THREADS": "1",
    },
    "NumPy for older processors": {
        "OPENBLAS_CORETYPE": "Sandybridge",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    },
}
SEED = re.compile(r"(set_random_seed\(|default_rng\(|\bseed=)\d+\b")
SEVERAL_SEEDS = re.compile(r"(\bfor seed in range\()(\d+)\)")


def run(
    path: Path, env: dict[str, str], seed: int | None
) -> tuple[nbformat.NotebookNode | None, bool]:
    """Return the notebook as executed with these environment variables and this seed.

    Where it loops over several seeds, it gets as many others. If a cell fails, returns None
    in its place. The second value says whether all cells ran and all claims held; if not, the
    reason has been printed.
    """
    notebook = nbformat.read(path, as_version=4)
    if seed is not None:
        for cell in notebook.cells:
            cell.source = SEED.sub(rf"\g<1>{seed}", cell.source)
            cell.source = SEVERAL_SEEDS.sub(
                lambda found: f"{found[1]}{10 * seed}, {10 * seed + int(found[2])})",
                cell.source,
            )
    try:
        claimed = lessons.of(path).claims
        execute(notebook, path.parent, extra_env=env, claimed=claimed)
    except FAILURES as error:
        print(f"failed: {error}", flush=True)
        return notebook if isinstance(error, FalseClaim) else None, False
    return notebook, True


def spread(runs: list[nbformat.NotebookNode]) -> dict[str, dict[str, float]]:
    """Return, by cell id and name, the largest difference between any two runs.

    The name ``figure`` gives how far what is drawn has moved between the first run and another,
    in pixels; it is infinite where something else is drawn. Where a cell prints another number
    of numbers in another run, or a number that is not finite, the difference is infinite.
    """
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for cells in zip(*(notebook.cells for notebook in runs), strict=True):
        if cells[0].cell_type != "code":
            continue
        of_cell = found[cells[0].id]
        rows = [list(text.numbers(form.printed(cell))) for cell in cells]
        if len({len(row) for row in rows}) > 1:
            of_cell["count"] = math.inf
            continue
        for column in zip(*rows, strict=True):
            values = [float(number.replace(",", "")) for _, number in column]
            apart = max(values) - min(values) if np.isfinite(values).all() else math.inf
            name = column[0][0]
            of_cell[name] = max(of_cell.get(name, 0.0), apart)
        rule = cells[0].metadata.get("compare", {}).get("figure")
        figures = [form.figures(cell.outputs) for cell in cells]
        for column in zip(*figures, strict=True):
            first, *others = [pictures.decode(png) for png in column]
            apart = [_pixels_apart(first, other, rule) for other in others]
            of_cell["figure"] = max([of_cell.get("figure", 0.0), *apart])
    return found


def _pixels_apart(first: Image.Image, other: Image.Image, rule: pictures.Rule) -> float:
    accepted = "content" if rule == "content" else None
    if pictures.differs(first, other, accepted) is None:
        return 0
    pixels = None if rule == "content" else pictures.shift(first, other)
    return math.inf if pixels is None else pixels


def survey(path: Path, settings: dict[str, dict[str, str]], seeds: list[int]) -> bool:
    """Run a notebook with all these settings and seeds, and print how far the runs differ.

    Returns
    -------
    bool
        Whether all cells ran and all claims held, in every run.
    """
    attempts, good = [], True
    for name, env, seed in [
        *((name, env, None) for name, env in settings.items()),
        *((f"seed {seed}", {}, seed) for seed in seeds),
    ]:
        print(f"running {path.stem}: {name}", flush=True)
        notebook, held = run(path, env, seed)
        attempts.append(notebook)
        good = good and held
    runs = [notebook for notebook in attempts if notebook is not None]
    if not runs:
        print(f"{path.stem}: every run failed", flush=True)
        return False
    rules = {cell.id: cell.metadata.get("compare", {}) for cell in runs[0].cells}
    print(f"{'cell':24} {'name':16} {'settings':>10} {'and seeds':>10} {'allowed':>10}")
    by_setting = spread([n for n in attempts[: len(settings)] if n is not None])
    for cell_id, names in spread(runs).items():
        for name, largest in names.items():
            if largest > 0:
                allowed = rules[cell_id].get(name, "-")
                of_settings = by_setting[cell_id].get(name, 0.0)
                print(
                    f"{cell_id:24} {name:16} {of_settings:10.5f} {largest:10.5f} {allowed!s:>10}",
                    flush=True,
                )
    return good


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--seeds", nargs="*", type=int, default=[])
    parser.add_argument("--only-seeds", action="store_true")
    arguments = parser.parse_args()
    if arguments.only_seeds and not arguments.seeds:
        parser.error("--only-seeds needs --seeds")
    paths = arguments.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    without = {path for path in paths if not SEED.search(path.read_text("utf-8"))}
    if arguments.seeds and arguments.notebooks and without:
        names = ", ".join(sorted(map(str, without)))
        parser.error(f"no set_random_seed(0), default_rng(0) or seed=0 in {names}")
    if arguments.only_seeds:
        paths = [path for path in paths if path not in without]
    settings = {} if arguments.only_seeds else SETTINGS
    good = [
        survey(path, settings, [] if path in without else arguments.seeds)
        for path in paths
    ]
    for path, held in zip(paths, good, strict=True):
        print(f"{path.stem}: {'held' if held else 'FAILED'}")
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
