"""A program: the operations of a pass through a network, kept as data, and the executor that runs them in NumPy.

An operation names one of a small closed set and the regions of one arena that it reads and writes. Layers,
activations, losses and optimizers contribute operations; none of them holds a run. The executor binds every operation
once to a call on views, so that a step is a walk down a list that allocates nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[Any]
Call = tuple[Callable[..., Any], tuple[Any, ...]]

ALIGNMENT = 8  # elements: 64 bytes in float64, a cache line


@dataclass(frozen=True, slots=True)
class Region:
    """A block of the arena: where it starts, its shape, and whether its columns lie together instead of its rows.

    `moves` elements further on lies the same block of the next batch. `strides`, one for each side of the shape, tell
    how many elements lie from one number to the next, where these are not neighbours; 0 where one number serves all.
    """

    offset: int
    shape: tuple[int, ...]
    moves: int = 0
    transposed: bool = False
    strides: tuple[int, ...] | None = None

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def T(self) -> Region:
        return replace(self, shape=self.shape[::-1], transposed=not self.transposed)

    def rows(self, start: int, stop: int) -> Region:
        """Rows start to stop: contiguous, because the arena is row-major."""
        width = int(np.prod(self.shape[1:]))
        return replace(self, offset=self.offset + start * width, shape=(stop - start, *self.shape[1:]))

    def part(self, start: int, *shape: int) -> Region:
        """A block of another shape inside this region, `start` elements after its beginning."""
        return Region(self.offset + start, shape)

    def strided(self, start: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Region:
        """Some numbers of this region, `start` elements after its beginning and so far from each other."""
        return Region(self.offset + start, shape, strides=strides)


def span(regions: list[Region]) -> Region:
    """All memory from the first region's start to the last one's end, as one vector."""
    start = regions[0].offset
    return Region(start, (regions[-1].offset + regions[-1].size - start,))


class Operation(NamedTuple):
    name: str
    operands: tuple[Region, ...]


def _dot(left: Array, right: Array, out: Array) -> Call:
    return left.dot, (right, out)


def _column_max(values: Array, out: Array) -> Call:
    return np.maximum.reduce, (values, 0, None, out)


def _extreme(function: np.ufunc) -> Callable[..., Call]:
    """minimum and maximum want their result by keyword. They pass NaN on, which fmin and fmax do not."""
    return lambda left, right, out: (partial(function, out=out), (left, right))


def _copy(values: Array, out: Array) -> Call:
    """Several times as fast as np.positive, above all where the numbers are no neighbours."""
    return np.copyto, (out, values)


def _elementwise(name: str) -> Callable[..., Call]:
    function = getattr(np, name)
    return lambda *views: (function, views)


ELEMENTWISE = (
    "negative",
    "absolute",
    "add",
    "subtract",
    "multiply",
    "divide",
    "sqrt",
    "exp",
    "expm1",
    "log1p",
    "tanh",
    "sin",
    "cos",
    "sign",
    "fmin",
    "fmax",
    "greater",
    "heaviside",
)

OPERATIONS: dict[str, Callable[..., Call]] = {
    "dot": _dot,
    "column_max": _column_max,
    "positive": _copy,
    "minimum": _extreme(np.minimum),
    "maximum": _extreme(np.maximum),
    **{name: _elementwise(name) for name in ELEMENTWISE},
}
"""The closed set: a matrix product, a reduction, a copy, and NumPy's elementwise functions with the result as last
operand; "greater" gives 1 or 0."""


@dataclass
class Program:
    """Routines of operations over one arena, and the values that its constants start with."""

    size: int = 0
    routines: dict[str, list[Operation]] = field(default_factory=lambda: defaultdict(list))
    routine: str = "main"
    initial: list[tuple[Region, Array]] = field(default_factory=list)
    states: dict[str, Region] = field(default_factory=dict)
    constants: dict[tuple[float, tuple[int, ...]], Region] = field(default_factory=dict)
    chances: dict[str, list[Region]] = field(default_factory=lambda: defaultdict(list))

    def begin(self, routine: str) -> None:
        """Let the operations that follow be this routine's."""
        self.routine = routine
        self.routines[routine] = []

    def emit(self, name: str, *operands: Region) -> None:
        """Add an operation to the current routine."""
        if name not in OPERATIONS:
            raise ValueError(f"operation: expected one of {', '.join(OPERATIONS)}, got {name}")
        self.routines[self.routine].append(Operation(name, operands))

    def allocate(self, *shape: int) -> Region:
        region = Region(self.size, shape)
        self.size += -(-region.size // ALIGNMENT) * ALIGNMENT
        return region

    def fill(self, region: Region, value: ArrayLike) -> None:
        """Let a region start with this value instead of zeros."""
        self.initial.append((region, np.asarray(value)))

    def constant(self, value: float, *shape: int) -> Region:
        """A number (as a 0-d array, which NumPy reads faster than a Python float) or a block filled with it."""
        key = (value, shape)
        if key not in self.constants:
            self.constants[key] = self.vector(np.full(shape, value))
        return self.constants[key]

    def vector(self, values: Array) -> Region:
        region = self.allocate(*values.shape)
        self.fill(region, values)
        return region

    def chance(self, *shape: int) -> Region:
        """A region that is to hold fresh random numbers, from 0 to below 1, whenever the current routine is run."""
        region = self.allocate(*shape)
        self.chances[self.routine].append(region)
        return region

    def state(self, name: str, *shape: int, value: ArrayLike = 0.0) -> Region:
        """A region that lives on between updates and belongs into a snapshot. The same name is the same region."""
        if name not in self.states:
            self.states[name] = self.allocate(*shape)
            self.fill(self.states[name], value)
        return self.states[name]


class Executor:
    """Runs a program's routines in NumPy."""

    kind: ClassVar = "numpy"

    def __init__(self, program: Program, dtype: DTypeLike, batches: dict[str, int] | None = None) -> None:
        """`batches`: how many batches a routine walks over, where it is more than one."""
        self.program = program
        self.arena: Array = np.zeros(program.size, dtype)
        self._views: dict[Region, Array] = {}
        for region, values in program.initial:
            self.view(region)[...] = values
        counts = batches or {}
        self.routines = {name: self.bind(name, counts.get(name, 1)) for name in program.routines}

    def view(self, region: Region, batch: int = 0) -> Array:
        """A region as an array, the same object each time: NumPy then sees at once that an operation is in place, and
        spares a search for overlaps that costs as much as a small operation itself."""
        block = replace(region, offset=region.offset + batch * region.moves, moves=0)
        if block not in self._views:
            self._views[block] = self._viewed(block)
        return self._views[block]

    def _viewed(self, block: Region) -> Array:
        if block.strides is not None:
            strides = [self.arena.itemsize * step for step in block.strides]
            return as_strided(self.arena[block.offset :], block.shape, strides)
        flat = self.arena[block.offset : block.offset + block.size]
        return flat.reshape(block.shape[::-1]).T if block.transposed else flat.reshape(block.shape)

    def call(self, operation: Operation, batch: int = 0) -> Call:
        return OPERATIONS[operation.name](*(self.view(region, batch) for region in operation.operands))

    def bind(self, routine: str, batches: int) -> list[list[Call]]:
        """The routine's calls for every batch. Those that do not move with the batch are shared."""
        operations = self.program.routines[routine]
        shared = [self.call(operation) for operation in operations]
        moving = [
            (place, operation)
            for place, operation in enumerate(operations)
            if any(region.moves for region in operation.operands)
        ]
        bound = [list(shared) for _ in range(batches)]
        for batch, calls in enumerate(bound):
            for place, operation in moving:
                calls[place] = self.call(operation, batch)
        return bound

    def run(self, routine: str, start: int = 0, stop: int = 1) -> None:
        """Run a routine over batches start to stop."""
        for calls in self.routines[routine][start:stop]:
            for call, operands in calls:
                call(*operands)
