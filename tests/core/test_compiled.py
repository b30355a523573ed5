"""The compiled executor gives what NumPy gives, always the same bits, and is chosen only where it is known to help."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.compiled import CompiledExecutor
from core.program import OPERATIONS, Executor, Program, Region

PRECISIONS = {np.float64: 1e-12, np.float32: 2e-6}
EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -40.0, 710.0, -745.5, 1e-310, 1e300, -1e300, np.inf, -np.inf, np.nan)
TWO_OPERANDS = ("add", "divide", "fmax", "fmin", "heaviside", "maximum", "minimum", "multiply", "subtract")
ONE_OPERAND = sorted(OPERATIONS.keys() - {"dot", "column_max", *TWO_OPERANDS})

sizes = st.integers(1, 40)
seeds = st.integers(0, 2**32)


def numbers(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 2, shape)


def edges(seed: int, dtype: Any, *shape: int) -> np.ndarray:
    """Numbers among which some are very large, very small, infinite or none."""
    generator = np.random.default_rng(seed)
    some = generator.choice(EDGES, shape)
    with np.errstate(over="ignore", under="ignore"):
        return np.where(generator.random(shape) < 0.3, some, generator.normal(0, 2, shape)).astype(dtype)


def both(program: Program, result: Region, dtype: Any) -> tuple[np.ndarray, np.ndarray]:
    """What NumPy and the compiled loop leave in a region."""
    executors = Executor(program, dtype), CompiledExecutor(program, dtype)
    with np.errstate(all="ignore"):
        for executor in executors:
            executor.run("main")
    return tuple(executor.view(result) for executor in executors)  # type: ignore[return-value]


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", ONE_OPERAND)
@given(shape=st.one_of(st.tuples(), st.tuples(sizes), st.tuples(sizes, sizes)), seed=seeds, in_place=st.booleans())
def test_a_function_of_one_operand(name: str, dtype: Any, shape: tuple[int, ...], seed: int, in_place: bool) -> None:
    program = Program()
    x = program.vector(edges(seed, dtype, *shape))
    out = x if in_place else program.allocate(*shape)
    program.emit(name, x, out)
    expected, got = both(program, out, dtype)
    np.testing.assert_allclose(got, expected, rtol=PRECISIONS[dtype], atol=1e-300)


def broadcast(draw: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that NumPy stretches to this one."""
    kept = tuple(size if draw(st.booleans()) else 1 for size in shape)
    return kept[draw(st.integers(0, len(kept))) :]


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", TWO_OPERANDS)
@given(data=st.data(), shape=st.one_of(st.tuples(sizes), st.tuples(sizes, sizes)), seed=seeds)
def test_a_function_of_two_operands_of_any_shapes(
    name: str, dtype: Any, data: st.DataObject, shape: tuple[int, ...], seed: int
) -> None:
    program = Program()
    whole = program.vector(edges(seed, dtype, *shape))
    other = program.vector(edges(seed + 1, dtype, *broadcast(data.draw, shape)))
    turned = program.vector(edges(seed + 2, dtype, *shape[::-1])).T
    first, second = data.draw(st.sampled_from([(whole, other), (other, whole), (whole, turned), (whole, whole)]))
    out = data.draw(st.sampled_from([whole, program.allocate(*shape), program.allocate(*shape[::-1]).T]))
    program.emit(name, first, second, out)
    expected, got = both(program, out, dtype)
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("dtype", PRECISIONS)
@given(st.tuples(sizes, sizes, sizes), st.tuples(st.booleans(), st.booleans()), seeds)
def test_a_product_of_matrices(dtype: Any, size: tuple[int, int, int], turned: tuple[bool, bool], seed: int) -> None:
    rows, depth, columns = size
    program = Program()
    left, right = operand(program, turned[0], rows, depth, seed), operand(program, turned[1], depth, columns, seed + 1)
    out = program.allocate(rows, columns)
    program.emit("dot", left, right, out)
    check_product(program, out, dtype, depth)


def operand(program: Program, is_turned: bool, rows: int, columns: int, seed: int) -> Region:
    values = numbers(seed, rows, columns)
    return program.vector(values.T.copy()).T if is_turned else program.vector(values)


def check_product(program: Program, out: Region, dtype: Any, depth: int) -> None:
    expected, got = both(program, out, dtype)
    np.testing.assert_allclose(got, expected, rtol=PRECISIONS[dtype], atol=20 * depth * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", PRECISIONS)
@given(sizes, sizes, seeds)
def test_products_with_vectors(dtype: Any, rows: int, depth: int, seed: int) -> None:
    program = Program()
    matrix = program.vector(numbers(seed, rows, depth))
    row, column = (program.vector(numbers(seed + 1, size)) for size in (rows, depth))
    for shape, operands in (((rows,), (matrix, column)), ((depth,), (row, matrix)), ((), (row, row))):
        out = program.allocate(*shape)
        program.emit("dot", *operands, out)
        check_product(program, out, dtype, max(rows, depth))


@given(sizes, sizes, st.integers(0, 1599), seeds)
def test_a_product_passes_on_what_is_no_number(rows: int, columns: int, place: int, seed: int) -> None:
    """And lets none in from beyond its operands."""
    program = Program()
    values = numbers(seed, rows, columns)
    values.flat[place % values.size] = np.nan
    x, bad = program.vector(values), program.vector(np.full(40, np.nan))
    one, out = program.vector(np.ones((3, rows))), program.allocate(3, columns)
    program.emit("dot", one, x, out)
    expected, got = both(program, out, np.float64)
    assert bad.offset > x.offset
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))


@pytest.mark.parametrize("dtype", PRECISIONS)
@given(rows=sizes, columns=sizes, turned=st.booleans(), seed=seeds)
def test_the_largest_of_each_column(dtype: Any, rows: int, columns: int, turned: bool, seed: int) -> None:
    program = Program()
    values = edges(seed, dtype, rows, columns)
    x = program.vector(values.T.copy()).T if turned else program.vector(values)
    out = program.allocate(columns)
    program.emit("column_max", x, out)
    expected, got = both(program, out, dtype)
    np.testing.assert_array_equal(got, expected)


@given(sizes, st.integers(1, 39))
def test_a_result_that_overlaps_its_operand(size: int, shift: int) -> None:
    program = Program()
    x = program.vector(np.arange(80.0))
    program.emit("multiply", x.part(0, size), x.part(shift), x.part(shift, size))
    expected, got = both(program, x, np.float64)
    np.testing.assert_array_equal(got, expected)


@given(sizes, sizes, sizes)
def test_blocks_that_move_with_the_batch(rows: int, columns: int, batches: int) -> None:
    program = Program()
    size = rows * columns
    x = program.vector(np.arange(float(batches * size)))
    out = program.allocate(batches, rows, columns)
    moving = Region(x.offset, (rows, columns), moves=size, transposed=True)
    program.emit("negative", moving, Region(out.offset, (rows, columns), moves=size))
    executors = [kind(program, np.float64, {"main": batches}) for kind in (Executor, CompiledExecutor)]
    for executor in executors:
        executor.run("main", batches // 2, batches)
    np.testing.assert_array_equal(executors[1].view(out), executors[0].view(out))
