"""Executors: which one runs a program, NumPy's or the compiled one.

The compiled one is used where Numba is installed, its loop was compiled before (`python -m core.executors` does it, and
the server when it starts), and a sum over the operations says that it is faster. No clock is asked: the same experiment
on the same machine always gets the same bits.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import DTypeLike

from core.program import Executor, Operation, Program
from core.table import cycles_across, cycles_along

Kind = Literal["numpy", "compiled"]
Choice = Literal["numpy", "compiled", "faster"]

READY = "ready"
"""The file that tells that the loop was compiled to the end."""

# The cost of an operation in nanoseconds, as measured on an Intel Xeon (Rocket Lake, AVX-512), one thread, NumPy 2.4.6
# with its own OpenBLAS and Numba 0.68.1, in medians of processor time, both in turns: blocks of 10 to 10,000 numbers,
# products from 4×3×10 to 256×257×256. Pairs are for float64 and float32. Only proportions count.
Pair = tuple[float, float]
NUMPY_CALL, COMPILED_CALL = 300.0, 20.0
NUMPY_TERM, COMPILED_CYCLE = (0.047, 0.026), 0.5
"""A product of two numbers in a matrix product; a cycle as the table counts them."""
NUMBER = "number"
NUMPY_NUMBER: dict[str, Pair] = {
    NUMBER: (0.3, 0.2),
    "exp": (0.6, 0.6),
    "expm1": (1.8, 0.5),
    "tanh": (1.8, 0.5),
    "log1p": (1.8, 0.8),
    "sin": (9.5, 1.0),
    "cos": (9.5, 1.0),
}
COMPILED_NUMBER: dict[str, Pair] = {
    NUMBER: (0.35, 0.17),
    "exp": (0.8, 1.3),
    "expm1": (2.1, 2.2),
    "tanh": (1.4, 1.5),
    "log1p": (14.0, 14.5),
    "sin": (11.0, 11.5),
    "cos": (11.0, 11.5),
}
COMPILED_RUN = 600.0
"""Each time the loop is called, for however many batches."""
MARGIN = 1.2
"""How many times faster the compiled one must be by this count, to be chosen: in doubt it is NumPy."""


def costs_of(operation: Operation, dtype: DTypeLike) -> Pair:
    """Nanoseconds in NumPy, and in the compiled loop."""
    precision = int(np.dtype(dtype) == np.float32)
    name, result = operation.name, operation.operands[-1]
    if name == "dot":
        return _product_costs(operation, precision)
    numbers = operation.operands[0].size if name == "column_max" else result.size
    numpy, compiled = (costs.get(name, costs[NUMBER])[precision] for costs in (NUMPY_NUMBER, COMPILED_NUMBER))
    return NUMPY_CALL + numpy * numbers, COMPILED_CALL + compiled * numbers


def _product_costs(operation: Operation, precision: int) -> Pair:
    left, right, result = operation.operands
    depth, columns = left.shape[-1], (*right.shape, 1)[1]
    rows, lanes = result.size // columns, 8 << precision
    size = (rows, depth, columns) if columns > 1 else (1, depth, rows)
    cycles = cycles_along(*size, is_turned=right.transposed or columns == 1, lanes=lanes)
    if right.transposed or columns == 1:
        cycles = min(cycles, cycles_across(*size, lanes=lanes))
    numpy = NUMPY_CALL + NUMPY_TERM[precision] * rows * depth * columns
    return numpy, COMPILED_CALL + COMPILED_CYCLE * cycles


def faster(program: Program, dtype: DTypeLike) -> Kind:
    """Whose sum over all operations of the first routine is smaller."""
    operations = next(iter(program.routines.values()), [])
    if any(region.strides is not None for operation in operations for region in operation.operands):
        return "numpy"  # images: the products are large, and NumPy's own are faster
    costs = np.array([costs_of(operation, dtype) for operation in operations]).reshape(-1, 2).sum(axis=0)
    return "compiled" if MARGIN * (costs[1] + COMPILED_RUN) < costs[0] else "numpy"


@cache
def numba_version() -> str | None:
    try:
        return version("numba")
    except PackageNotFoundError:
        return None


@cache
def folder() -> Path:
    """Where the compiled loop is kept: for this source, on this machine, with these versions, and no other."""
    sources = [Path(__file__).with_name(f"{name}.py") for name in ("compiled", "elementary", "lanes", "table")]
    here = (numba_version(), np.__version__, sys.version, platform.node(), platform.machine())
    digest = hashlib.sha256(repr((here, [(each.stat().st_mtime_ns, each.read_bytes()) for each in sources])).encode())
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base, "neural-playground", digest.hexdigest()[:16])


def is_ready() -> bool:
    """Whether the loop can be had without waiting for its compilation. A look at the disk, no import."""
    return numba_version() is not None and (folder() / READY).exists()


def usual_choice() -> Choice:
    return "faster" if is_ready() else "numpy"


def available(choice: Choice) -> Choice:
    """The same, or NumPy's where Numba is missing."""
    return choice if numba_version() else "numpy"


def executor_of(program: Program, dtype: DTypeLike, batches: dict[str, int] | None, choice: Choice) -> Executor:
    kind = faster(program, dtype) if choice == "faster" else choice
    if kind == "numpy":
        return Executor(program, dtype, batches)
    from core.compiled import CompiledExecutor  # not before it is needed: Numba takes its time, and may be missing

    return CompiledExecutor(program, dtype, batches)


@cache
def machine() -> str:
    """By what NumPy and its BLAS choose their loops: the processor, and how they were built and find it here."""
    return f"{platform.machine()} {hashlib.sha256(repr(np.show_config(mode='dicts')).encode()).hexdigest()[:8]}"


def fingerprint(executor: Executor) -> dict[str, str]:
    """What decides the last bits of the numbers that an executor gives."""
    found = {"executor": executor.kind, "numpy": np.__version__, "machine": machine()}
    return found | {"numba": numba_version() or ""} if executor.kind == "compiled" else found


def load() -> None:
    """Have the loop in memory, for both precisions. What is not on disk yet is compiled, which takes half a minute."""
    for precision in ("float32", "float64"):
        program = Program()
        program.emit("positive", program.allocate(1), program.allocate(1))
        executor_of(program, precision, None, "compiled").run("main")


def compile_loop() -> None:
    """Compile the loop, or find it compiled, and mark it as ready. OSError where there is no room to keep it."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    load()
    (folder() / READY).touch()


if __name__ == "__main__":
    compile_loop()
