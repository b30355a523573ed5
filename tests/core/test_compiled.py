"""The compiled executor gives what NumPy gives, always the same bits, and is chosen only where it is known to help."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment, Trainer, executors
from core.activations import Activation, OutputActivation
from core.clipping import Clipping
from core.compiled import CompiledExecutor
from core.executors import Choice
from core.losses import Loss
from core.optimizers import Optimizer
from core.program import OPERATIONS, Executor, Program, Region
from core.regularizers import Regularizer
from core.schedules import Schedule
from core.snapshot import unpacked
from core.spec import kinds
from core.step import TrainingStep
from tests.core.layer_kinds import FOR_ALL

PRECISIONS = {np.float64: 1e-12, np.float32: 2e-6}
EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -40.0, 710.0, -745.5, 1e-310, 1e300, -1e300, np.inf, -np.inf, np.nan)
TWO_OPERANDS = ("add", "divide", "fmax", "fmin", "greater", "heaviside", "maximum", "minimum", "multiply", "subtract")
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


# the same training


FAMILIES: dict[str, Any] = {
    "optimizer": Optimizer,
    "loss": Loss,
    "regularization": Regularizer,
    "clipping": Clipping,
    "schedule": Schedule,
    "output": OutputActivation,
}


def documents() -> Iterator[Any]:
    """An experiment for every member of every family."""
    for family, union in FAMILIES.items():
        for kind in kinds(union):
            yield pytest.param({family: kind}, id=f"{family}-{kind}")
    for kind in kinds(Activation):
        yield pytest.param({"network": network({"kind": "dense", "units": 5, "activation": kind})}, id=kind)
    for kind in FOR_ALL:
        yield pytest.param({"network": network({"kind": kind}, {"kind": "dense", "units": 3})}, id=kind)
    yield pytest.param({"tail": "carried", "order": "fixed"}, id="carried")
    yield pytest.param({"batch_size": 1}, id="batch of 1")
    yield pytest.param({"batch_size": 50}, id="whole batch")
    yield pytest.param({"network": {"layers": []}}, id="no hidden layer")


def network(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"layers": [{"kind": "dense", "units": 4}, *layers]}


def trained(document: dict[str, Any], executor: Choice, precision: str = "float64") -> np.ndarray:
    """The parameters after 50 updates, tails included."""
    experiment = Experiment.parse(fitting(document) | {"precision": precision})
    inputs, targets = Trainer(experiment).data.train
    step = TrainingStep(experiment, inputs, targets, executor=executor)
    for epoch in range(-(-50 // step.batches)):
        step.load(np.random.default_rng(epoch).permutation(len(inputs)))
        step.run(0, step.batches, epoch)
    return step.parameters


def fitting(document: dict[str, Any]) -> dict[str, Any]:
    """With data that suit its output and loss."""
    classes = {"kind": "blobs", "classes": 3, "samples": 100, "test_fraction": 0.5}
    base: dict[str, Any] = {"data": classes, "network": network(), "batch_size": 8}
    if document.get("loss") == "hinge":
        base["output"] = "tanh"
    if document.get("output", "softmax") != "softmax":
        base["loss"] = "mean_squared_error"
    return base | document


@pytest.mark.parametrize("document", [*documents()])
def test_training_by_both_executors_is_the_same(document: dict[str, Any]) -> None:
    with np.errstate(all="ignore"):
        expected, got = (trained(document, executor) for executor in ("numpy", "compiled"))
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)
    assert not np.array_equal(got, got[0])


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_compiled_training_gives_the_same_bits_again(precision: str) -> None:
    first, second = (trained({"optimizer": "adam"}, "compiled", precision) for _ in range(2))
    np.testing.assert_array_equal(first, second)


# the choice


TINY = Experiment.parse({"data": "circle", "network": network(), "batch_size": 10})
LARGE = Experiment.parse(
    {
        "data": {"kind": "digits"},
        "network": {"layers": [{"kind": "dense", "units": 256, "activation": "softplus"}] * 2},
        "batch_size": 512,
    }
)


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that tells that the loop is compiled."""
    monkeypatch.setattr(executors, "folder", lambda: tmp_path)
    (tmp_path / executors.READY).touch()
    return tmp_path / executors.READY


def executor_of(trainer: Trainer) -> str:
    return trainer.fingerprint["executor"]


def test_the_compiled_executor_is_used_where_it_is_ready_and_faster(ready: Path) -> None:
    assert [executor_of(Trainer(experiment)) for experiment in (TINY, LARGE)] == ["compiled", "numpy"]


def test_what_is_not_compiled_yet_is_not_waited_for(ready: Path) -> None:
    ready.unlink()
    trainer = Trainer(TINY)
    assert executor_of(trainer) == "numpy"
    ready.touch()
    trainer.change(TINY.model_copy(update={"batch_size": 5}))
    trainer.reset()
    assert executor_of(trainer) == "numpy"
    assert executor_of(Trainer.restore(trainer.snapshot())) == "numpy"


def test_all_works_without_numba(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_numba(monkeypatch)
    trainer = Trainer(TINY)
    trainer.advance(epochs=1)
    assert executor_of(trainer) == "numpy"


def without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "numba_version", lambda: None)
    monkeypatch.delitem(sys.modules, "core.compiled")
    monkeypatch.setitem(sys.modules, "numba", None)


def test_a_change_may_change_the_executor(ready: Path) -> None:
    trainer = Trainer(TINY)
    trainer.change(LARGE)
    assert executor_of(trainer) == "numpy"
    trainer.change(TINY)
    assert executor_of(trainer) == "compiled"


def test_a_snapshot_tells_what_trained_it() -> None:
    trainer = Trainer(TINY, executor="compiled")
    document, _ = unpacked(trainer.snapshot())
    assert document["fingerprint"] == trainer.fingerprint
    own = {"executor": "compiled", "numpy": np.__version__, "numba": numba.__version__, "machine": executors.machine()}
    assert trainer.fingerprint == own


@pytest.mark.parametrize("executor", ["numpy", "compiled"])
def test_a_restored_trainer_goes_on_with_the_same_bits(executor: Choice) -> None:
    trainer = Trainer(TINY, executor)
    trainer.advance(updates=trainer.batches + 3)
    restored = Trainer.restore(trainer.snapshot())
    for each in (trainer, restored):
        each.advance(updates=2 * each.batches + 1)
    assert restored.snapshot() == trainer.snapshot()
    assert not restored.notes


def test_where_numba_is_missing_a_restored_trainer_goes_on_in_numpy_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trainer = Trainer(TINY, executor="compiled")
    trainer.advance(updates=20)
    without_numba(monkeypatch)
    restored = Trainer.restore(trainer.snapshot())
    restored.advance(updates=1)
    assert executor_of(restored) == "numpy"
    assert "trained with Numba, which is missing here" in restored.notes[0]


def test_slices_of_training_do_not_matter() -> None:
    """Nor does a schedule, for which the loop is called anew for each batch."""
    scheduled = TINY.model_copy(update={"schedule": Experiment.parse({"schedule": "cosine"}).schedule})
    for experiment in (TINY, scheduled):
        at_once, bit_by_bit = Trainer(experiment, "compiled"), Trainer(experiment, "compiled")
        at_once.advance(updates=60)
        for _ in range(60):
            bit_by_bit.advance(updates=1)
        np.testing.assert_array_equal(at_once.weights[0], bit_by_bit.weights[0])
