"""The compiled executor: one loop that walks the table of any program, compiled by Numba once for all networks.

It knows no layer, only the closed set of operations. It gives what NumPy gives but for the last few bits, and always
the same bits on the same machine. Every function here reads a row of the table itself: handed on one by one, its
numbers would cost more than a small operation does.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numba import config, njit
from numpy.typing import DTypeLike, NDArray

from core import elementary, lanes
from core.elementary import compiled
from core.executors import folder
from core.lanes import (
    constant,
    first,
    fused,
    load,
    memory,
    multiply,
    put,
    spread,
    store_all,
    store_some,
    take,
    total,
    turn,
    width,
)
from core.program import Executor, Program, Region
from core.table import COLUMNS, OPCODES, lowered

Array = NDArray[Any]

COPY, TURN, DOT_ALONG, DOT_ACROSS = OPCODES["copy"], OPCODES["turn"], OPCODES["dot_along"], OPCODES["dot_across"]
COLUMN_MAX, POSITIVE, NEGATIVE = OPCODES["column_max"], OPCODES["positive"], OPCODES["negative"]
ABSOLUTE, SIGN = OPCODES["absolute"], OPCODES["sign"]
GREATER, HEAVISIDE = OPCODES["greater"], OPCODES["heaviside"]
ADD, SUBTRACT, MULTIPLY, DIVIDE = OPCODES["add"], OPCODES["subtract"], OPCODES["multiply"], OPCODES["divide"]
FMIN, FMAX, MINIMUM, MAXIMUM = OPCODES["fmin"], OPCODES["fmax"], OPCODES["minimum"], OPCODES["maximum"]
SQRT, EXP, EXPM1, LOG1P = OPCODES["sqrt"], OPCODES["exp"], OPCODES["expm1"], OPCODES["log1p"]
TANH, SIN, COS = OPCODES["tanh"], OPCODES["sin"], OPCODES["cos"]


@compiled
def _block(table: Any, at: int, batch: int) -> Any:
    """Where a block of this batch starts, and its strides from row to row and from column to column."""
    return take(table, at) + batch * take(table, at + 1), take(table, at + 2), take(table, at + 3)


@compiled
def _store(arena: Any, place: int, values: Any, count: int) -> None:
    """As many of the lanes as there is room for."""
    if count >= width(arena):
        store_all(arena, place, values)
    else:
        store_some(arena, place, values, count)


@compiled
def _operand(arena: Any, place: int, column: int, step: int) -> Any:
    return load(arena, place + column) if step else spread(arena, place)


@compiled
def _of_one(function: Any, table: Any, at: int, arena: Any, batch: int) -> None:
    rows, columns = take(table, at + 1), take(table, at + 2)
    x, x_row, x_column = _block(table, at + 4, batch)
    out, out_row, _ = _block(table, at + 12, batch)
    for row in range(rows):
        for column in range(0, columns, width(arena)):
            value = function(_operand(arena, x + row * x_row, column, x_column))
            _store(arena, out + row * out_row + column, value, columns - column)


@compiled
def _of_two(function: Any, table: Any, at: int, arena: Any, batch: int) -> None:
    rows, columns = take(table, at + 1), take(table, at + 2)
    x, x_row, x_column = _block(table, at + 4, batch)
    y, y_row, y_column = _block(table, at + 8, batch)
    out, out_row, _ = _block(table, at + 12, batch)
    for row in range(rows):
        for column in range(0, columns, width(arena)):
            left = _operand(arena, x + row * x_row, column, x_column)
            right = _operand(arena, y + row * y_row, column, y_column)
            _store(arena, out + row * out_row + column, function(left, right), columns - column)


@compiled
def _copy(table: Any, at: int, arena: Any, batch: int) -> None:
    rows, columns = take(table, at + 1), take(table, at + 2)
    x, x_row, x_column = _block(table, at + 4, batch)
    out, out_row, out_column = _block(table, at + 12, batch)
    for row in range(rows):
        for column in range(columns):
            put(arena, out + row * out_row + column * out_column, take(arena, x + row * x_row + column * x_column))


@compiled
def _turn(table: Any, at: int, arena: Any, batch: int) -> None:
    """Copy columns into rows, square by square. What is too much of a square lies where the next ones come to lie,
    because they are taken from the right to the left and from the top down, and below in spare room."""
    rows, columns = take(table, at + 1), take(table, at + 2)
    x, _, x_column = _block(table, at + 4, batch)
    out, out_row, _ = _block(table, at + 12, batch)
    for row in range(0, rows, width(arena)):
        for square in range((columns - 1) // width(arena), -1, -1):
            column = square * width(arena)
            begin, result = x + row + column * x_column, out + row * out_row + column
            turn(arena, begin, x_column, columns - 1 - column, result, out_row)


@compiled
def _column_max(table: Any, at: int, arena: Any, batch: int) -> None:
    columns, depth = take(table, at + 2), take(table, at + 3)
    x, x_row, _ = _block(table, at + 4, batch)
    out, _, _ = _block(table, at + 12, batch)
    for column in range(0, columns, width(arena)):
        most = load(arena, x + column)
        for row in range(1, depth):
            most = elementary.maximum(most, load(arena, x + row * x_row + column))
        _store(arena, out + column, most, columns - column)


@compiled
def _four_by_two(arena: Any, x: int, x_row: int, x_step: int, y: int, y_row: int, depth: int) -> Any:
    """Four rows of a product, twice as many columns as there are lanes."""
    zero = constant(load(arena, y), 0.0)
    a, b, c, d, e, f, g, h = zero, zero, zero, zero, zero, zero, zero, zero
    for _ in range(depth):
        near, far = load(arena, y), load(arena, y + width(arena))
        one, two = spread(arena, x), spread(arena, x + x_row)
        three, four = spread(arena, x + 2 * x_row), spread(arena, x + 3 * x_row)
        a, b, c, d = fused(one, near, a), fused(two, near, b), fused(three, near, c), fused(four, near, d)
        e, f, g, h = fused(one, far, e), fused(two, far, f), fused(three, far, g), fused(four, far, h)
        x, y = x + x_step, y + y_row
    return (a, b, c, d), (e, f, g, h)


@compiled
def _four(arena: Any, x: int, x_row: int, x_step: int, y: int, y_row: int, depth: int) -> Any:
    """Four rows of a product, as many columns as there are lanes."""
    zero = constant(load(arena, y), 0.0)
    a, b, c, d = zero, zero, zero, zero
    for _ in range(depth):
        values = load(arena, y)
        a, b = fused(spread(arena, x), values, a), fused(spread(arena, x + x_row), values, b)
        c, d = fused(spread(arena, x + 2 * x_row), values, c), fused(spread(arena, x + 3 * x_row), values, d)
        x, y = x + x_step, y + y_row
    return a, b, c, d


@compiled
def _one(arena: Any, x: int, x_step: int, y: int, y_row: int, depth: int) -> Any:
    """One row of a product, as many columns as there are lanes."""
    result = constant(load(arena, y), 0.0)
    for _ in range(depth):
        result = fused(spread(arena, x), load(arena, y), result)
        x, y = x + x_step, y + y_row
    return result


@compiled
def _store_four(arena: Any, place: int, row: int, values: Any, count: int) -> None:
    for index in range(4):
        _store(arena, place + index * row, values[index], count)


@compiled
def _dot_along(table: Any, at: int, arena: Any, batch: int) -> None:
    """Every row of the result is a sum of rows of the right operand. Four at a time share what is loaded."""
    rows, columns, depth = take(table, at + 1), take(table, at + 2), take(table, at + 3)
    x, x_row, x_step = _block(table, at + 4, batch)
    y, y_row, _ = _block(table, at + 8, batch)
    out, out_row, _ = _block(table, at + 12, batch)
    column = 0
    while column < columns:
        count = columns - column
        is_wide = count > width(arena)
        for row in range(0, rows - 3, 4):
            begin, result = x + row * x_row, out + row * out_row + column
            if is_wide:
                near, far = _four_by_two(arena, begin, x_row, x_step, y + column, y_row, depth)
                _store_four(arena, result, out_row, near, count)
                _store_four(arena, result + width(arena), out_row, far, count - width(arena))
            else:
                near = _four(arena, begin, x_row, x_step, y + column, y_row, depth)
                _store_four(arena, result, out_row, near, count)
        for row in range(rows - rows % 4, rows):
            for shift in range(0, width(arena) + is_wide, width(arena)):
                value = _one(arena, x + row * x_row, x_step, y + column + shift, y_row, depth)
                _store(arena, out + row * out_row + column + shift, value, count - shift)
        column += 2 * width(arena)


@compiled
def _sum_across(arena: Any, x: int, y: int, depth: int) -> Any:
    """Σ of the products of two runs of neighbours."""
    whole, result = depth - depth % width(arena), constant(load(arena, x), 0.0)
    for step in range(0, whole, width(arena)):
        result = fused(load(arena, x + step), load(arena, y + step), result)
    return total(_with_rest(arena, x + whole, y + whole, depth - whole, result))


@compiled
def _with_rest(arena: Any, x: int, y: int, count: int, sums: Any) -> Any:
    """Add the products of the last few neighbours."""
    return lanes.add(sums, first(multiply(load(arena, x), load(arena, y)), count)) if count else sums


@compiled
def _four_sums_across(arena: Any, x: int, y: int, y_step: int, depth: int) -> Any:
    """The same for one run and four others, so that no sum waits for itself."""
    whole, zero = depth - depth % width(arena), constant(load(arena, x), 0.0)
    a, b, c, d = zero, zero, zero, zero
    second, third, fourth = y + y_step, y + 2 * y_step, y + 3 * y_step
    for step in range(0, whole, width(arena)):
        left = load(arena, x + step)
        a, b = fused(left, load(arena, y + step), a), fused(left, load(arena, second + step), b)
        c, d = fused(left, load(arena, third + step), c), fused(left, load(arena, fourth + step), d)
    rest, x = depth - whole, x + whole
    a, b = _with_rest(arena, x, y + whole, rest, a), _with_rest(arena, x, second + whole, rest, b)
    c, d = _with_rest(arena, x, third + whole, rest, c), _with_rest(arena, x, fourth + whole, rest, d)
    return total(a), total(b), total(c), total(d)


@compiled
def _dot_across(table: Any, at: int, arena: Any, batch: int) -> None:
    rows, columns, depth = take(table, at + 1), take(table, at + 2), take(table, at + 3)
    x, x_row, _ = _block(table, at + 4, batch)
    y, _, y_column = _block(table, at + 8, batch)
    out, out_row, _ = _block(table, at + 12, batch)
    for row in range(rows):
        left, result = x + row * x_row, out + row * out_row
        for column in range(0, columns - 3, 4):
            sums = _four_sums_across(arena, left, y + column * y_column, y_column, depth)
            for index in range(4):
                put(arena, result + column + index, sums[index])
        for column in range(columns - columns % 4, columns):
            put(arena, result + column, _sum_across(arena, left, y + column * y_column, depth))


@compiled
def _perform(table: Any, at: int, arena: Any, batch: int) -> None:
    """A row of the table, by its opcode: what moves numbers, and what takes two operands."""
    code = take(table, at)
    if code == COPY:
        _copy(table, at, arena, batch)
    elif code == TURN:
        _turn(table, at, arena, batch)
    elif code == DOT_ALONG:
        _dot_along(table, at, arena, batch)
    elif code == DOT_ACROSS:
        _dot_across(table, at, arena, batch)
    elif code == COLUMN_MAX:
        _column_max(table, at, arena, batch)
    elif code == MULTIPLY:
        _of_two(lanes.multiply, table, at, arena, batch)
    elif code == ADD:
        _of_two(lanes.add, table, at, arena, batch)
    elif code == SUBTRACT:
        _of_two(lanes.subtract, table, at, arena, batch)
    elif code == DIVIDE:
        _of_two(lanes.divide, table, at, arena, batch)
    elif code == FMIN:
        _of_two(elementary.fmin, table, at, arena, batch)
    elif code == FMAX:
        _of_two(elementary.fmax, table, at, arena, batch)
    elif code == MINIMUM:
        _of_two(elementary.minimum, table, at, arena, batch)
    elif code == MAXIMUM:
        _of_two(elementary.maximum, table, at, arena, batch)
    elif code == GREATER:
        _of_two(elementary.greater, table, at, arena, batch)
    elif code == HEAVISIDE:
        _of_two(elementary.heaviside, table, at, arena, batch)
    else:
        _perform_single(code, table, at, arena, batch)


@compiled
def _perform_single(code: int, table: Any, at: int, arena: Any, batch: int) -> None:
    """The same for what takes one operand."""
    if code == POSITIVE:
        _of_one(elementary.positive, table, at, arena, batch)
    elif code == NEGATIVE:
        _of_one(lanes.negative, table, at, arena, batch)
    elif code == ABSOLUTE:
        _of_one(lanes.absolute, table, at, arena, batch)
    elif code == SIGN:
        _of_one(elementary.sign, table, at, arena, batch)
    elif code == SQRT:
        _of_one(lanes.sqrt, table, at, arena, batch)
    elif code == TANH:
        _of_one(elementary.tanh, table, at, arena, batch)
    elif code == EXP:
        _of_one(elementary.exp, table, at, arena, batch)
    elif code == EXPM1:
        _of_one(elementary.expm1, table, at, arena, batch)
    elif code == LOG1P:
        _of_one(elementary.log1p, table, at, arena, batch)
    elif code == SIN:
        _of_one(elementary.sin, table, at, arena, batch)
    elif code == COS:
        _of_one(elementary.cos, table, at, arena, batch)


def kept(function: Any) -> Any:
    """Compiled, and kept on disk in a folder of ours. Where there is no room for one, compiled anew each time."""
    before = config.CACHE_DIR
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        config.CACHE_DIR = str(folder())
        return njit(cache=True, error_model="numpy", nogil=True)(function)
    except OSError:
        return njit(error_model="numpy", nogil=True)(function)
    finally:
        config.CACHE_DIR = before


@kept
def walk(arena: Any, table: Any, start: int, stop: int) -> None:
    """Run a routine over batches start to stop."""
    numbers, rows = memory(arena), memory(table)
    for batch in range(start, stop):
        for at in range(0, table.size, COLUMNS):
            _perform(rows, at, numbers, batch)


class CompiledExecutor(Executor):
    """Runs a program's routines in the compiled loop."""

    kind: ClassVar = "compiled"

    def __init__(self, program: Program, dtype: DTypeLike, batches: dict[str, int] | None = None) -> None:
        """`batches`: how many batches a routine walks over, where it is more than one."""
        self.program = program
        self.tables, size = lowered(program, batches or {})
        self.arena: Array = np.zeros(size, dtype)
        self._views: dict[Region, Array] = {}
        for region, values in program.initial:
            self.view(region)[...] = values

    def run(self, routine: str, start: int = 0, stop: int = 1) -> None:
        walk(self.arena, self.tables[routine], start, stop)
