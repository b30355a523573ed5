"""Table: a program's operations as rows of whole numbers, for the compiled executor to walk.

Where NumPy decides at each call how operands fit together, here it is decided once: broadcasting, contiguous blocks as
one long row, and a copy first where an operand lies across memory or overlaps the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.program import OPERATIONS, Operation, Program, Region

Array = NDArray[Any]

COPY, TURN, DOT_ALONG, DOT_ACROSS = "copy", "turn", "dot_along", "dot_across"
OPCODES = {
    name: code for code, name in enumerate((COPY, TURN, DOT_ALONG, DOT_ACROSS, *sorted(OPERATIONS.keys() - {"dot"})))
}
"""A copy has two forms: number by number, and in squares, which turns columns into rows. A product too: along the right
operand's rows, and across, where a sum runs over neighbours in memory."""

COLUMNS = 16
"""Opcode, rows, columns, depth; and for left, right and result: where it starts, how far the next batch's lies, the
next row's and the next column's."""

MOST_LANES = 16
"""Numbers that the compiled loop may take at once. So much is read beyond a block, and written below one of copies."""


class Unsupported(ValueError):
    """An operation of a kind that the table cannot hold."""


class Block(NamedTuple):
    """Numbers in rows and columns, with a stride for each; 0 where the same number serves all."""

    offset: int
    moves: int
    rows: int
    columns: int
    row: int
    column: int

    @property
    def T(self) -> Block:
        return self._replace(rows=self.columns, columns=self.rows, row=self.column, column=self.row)

    @property
    def end(self) -> int:
        return self.offset + (self.rows - 1) * self.row + (self.columns - 1) * self.column + 1

    def over(self, rows: int, columns: int) -> Block:
        """Stretched to a larger shape, as NumPy broadcasts."""
        row = 0 if self.rows < rows else self.row
        column = 0 if self.columns < columns else self.column
        return self._replace(rows=rows, columns=columns, row=row, column=column)

    @property
    def flat(self) -> Block:
        """All rows as one."""
        return self._replace(rows=1, columns=self.rows * self.columns, row=0)

    @property
    def plain(self) -> Block:
        """Without a difference in strides that are never taken."""
        return self._replace(row=self.row if self.rows > 1 else 0, column=self.column if self.columns > 1 else 1)

    @property
    def is_flat(self) -> bool:
        return self.rows == 1 or self.row == self.columns * self.column


def block_of(region: Region, is_column: bool = False) -> Block:
    """A vector lies as a row, or as a column."""
    if len(region.shape) > 2:
        raise Unsupported(f"expected at most two dimensions, got the shape {region.shape}")
    shape = (1, 1, *region.shape)[-2:]
    if is_column and len(region.shape) < 2:
        shape = shape[::-1]
    rows, columns = shape
    strides = (1, rows) if region.transposed else (columns, 1)
    return Block(region.offset, region.moves, rows, columns, *strides)


def strides_of(region: Region) -> tuple[int, ...]:
    """How far it is from one number to the next along each side."""
    if region.strides is not None:
        return region.strides
    shape = region.shape[::-1] if region.transposed else region.shape
    strides = tuple(int(np.prod(shape[side + 1 :])) for side in range(len(shape)))
    return strides[::-1] if region.transposed else strides


def slices_of(operands: Sequence[Region]) -> Iterator[list[Block]]:
    """Operands of any number of sides, the result last, as blocks of rows and columns that fit each other: one for each
    place along the other sides."""
    if all(len(region.shape) <= 2 and region.strides is None for region in operands):
        yield [block_of(region) for region in operands]
        return
    *outer, rows, columns = operands[-1].shape
    sides = len(outer) + 2
    missing = [sides - len(region.shape) for region in operands]
    shapes = [(1,) * lead + region.shape for lead, region in zip(missing, operands, strict=True)]
    strides = [(0,) * lead + strides_of(region) for lead, region in zip(missing, operands, strict=True)]
    for place in np.ndindex(*outer):
        yield [
            Block(
                region.offset + sum(at * step for at, side, step in zip(place, shape, steps, strict=False) if side > 1),
                region.moves,
                *shape[-2:],
                *steps[-2:],
            ).over(rows, columns)
            for region, shape, steps in zip(operands, shapes, strides, strict=True)
        ]


@dataclass
class Lowering:
    """Turns operations into rows. `size` grows by the room for copies."""

    size: int
    rows: list[list[int]] = field(default_factory=list)

    def emit(self, name: str, left: Block, right: Block, out: Block, depth: int = 0) -> None:
        row = [OPCODES[name], out.rows, out.columns, depth]
        for block in (left, right, out):
            row += [block.offset, block.moves, block.row, block.column]
        self.rows.append(row)

    def scratch(self, rows: int, columns: int) -> Block:
        block = Block(self.size, 0, rows, columns, columns, 1)
        self.size += -(-rows // MOST_LANES) * MOST_LANES * columns + MOST_LANES
        return block

    def copied(self, block: Block) -> Block:
        """A copy in rows; what is stretched stays so."""
        rows, columns = (block.rows if block.row else 1), (block.columns if block.column else 1)
        copy = self.scratch(rows, columns)
        source = block._replace(rows=rows, columns=columns)
        self.emit(TURN if source.row == 1 else COPY, source, source, copy)
        return copy.over(block.rows, block.columns)

    def lower(self, operation: Operation, batches: int) -> None:
        *inputs, result = operation.operands
        if operation.name == "dot":
            left, right = inputs
            blocks = [block_of(left), block_of(right, is_column=True), block_of(result, len(left.shape) > 1)]
            self.dot(blocks[0], blocks[1], blocks[2]._replace(rows=blocks[0].rows, columns=blocks[1].columns), batches)
        elif operation.name == "column_max":
            self.column_max(block_of(inputs[0]), block_of(result), batches)
        else:
            for *blocks, out in slices_of(operation.operands):
                self.elementwise(operation.name, blocks, out, batches)

    def apart(self, block: Block, out: Block, batches: int) -> Block:
        """The block, or a copy when writing the result would change it under way."""
        ends = [each.end + (batches - 1) * each.moves for each in (block, out)]
        overlaps = block.offset < ends[1] and out.offset < ends[0]
        return self.copied(block) if overlaps else block

    def elementwise(self, name: str, inputs: list[Block], out: Block, batches: int) -> None:
        inputs = [block.over(out.rows, out.columns) for block in inputs]
        if out.columns == 1 or (out.column != 1 and out.row == 1):
            inputs, out = [block.T for block in inputs], out.T
        if all(block.is_flat for block in (*inputs, out)):
            inputs, out = [block.flat for block in inputs], out.flat
        inputs, out = [block.plain for block in inputs], out.plain
        inputs = [block if block == out else self.apart(block, out, batches) for block in inputs]
        inputs = [block if block.column in (0, 1) else self.copied(block) for block in inputs]
        self.written(name, inputs[0], inputs[-1], out)

    def written(self, name: str, left: Block, right: Block, out: Block, depth: int = 0) -> None:
        """The operation; through a copy where its result lies across memory."""
        if out.column == 1 or out.columns == 1:
            self.emit(name, left, right, out, depth)
            return
        straight = self.scratch(out.rows, out.columns)
        self.emit(name, left, right, straight, depth)
        self.emit(COPY, straight, straight, out)

    def column_max(self, values: Block, out: Block, batches: int) -> None:
        values = self.apart(values, out, batches)
        values = values if values.column == 1 else self.copied(values)
        self.written("column_max", values, values, out, depth=values.rows)

    def dot(self, left: Block, right: Block, out: Block, batches: int) -> None:
        left, right = self.apart(left, out, batches), self.apart(right, out, batches)
        if out.columns == 1 and out.rows > 1:  # one column: as one row it fills lanes
            left, right, out = right.T, left.T, out.T
        depth = left.columns
        can_go_across = (left.column == 1 or depth == 1) and (right.row == 1 or depth == 1)
        if right.column != 1 and right.columns > 1:
            size = (out.rows, depth, out.columns)
            if can_go_across and cycles_across(*size) <= cycles_along(*size, is_turned=True):
                self.written(DOT_ACROSS, left, right, out, depth)
                return
            right = self.copied(right)
        elif can_go_across and out.columns == 1:
            self.written(DOT_ACROSS, left, right, out, depth)
            return
        self.written(DOT_ALONG, left, right, out, depth)


def cycles_along(rows: int, depth: int, columns: int, is_turned: bool, lanes: int = 8) -> int:
    """What a product costs along the right operand's rows, which may have to be laid out first, in processor cycles as
    measured: a step of a sum 1, another operation 40, a square of 8 by 8 turned 40."""
    squares = -(-columns // lanes)
    turning = 40 + 5 * lanes * squares * -(-depth // lanes) if is_turned else 0
    return turning + rows * depth * squares


def cycles_across(rows: int, depth: int, columns: int, lanes: int = 8) -> int:
    """And as sums over neighbours: a step of a sum 1, the end of each sum 6."""
    return rows * columns * (-(-depth // lanes) + 6)


def lowered(program: Program, batches: dict[str, int]) -> tuple[dict[str, Array], int]:
    """Each routine's table, and how many numbers the arena has to hold for them."""
    tables, size = {}, program.size
    for name, operations in program.routines.items():
        lowering = Lowering(size)
        for operation in operations:
            lowering.lower(operation, batches.get(name, 1))
        tables[name] = np.array(lowering.rows, np.int64).reshape(-1, COLUMNS)
        size = lowering.size
    return tables, size + 2 * MOST_LANES
