"""Sharpness: λmax by Lanczos iteration against exact Hessians, and along a run's way, a piece at a time."""

from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core import Experiment, Moment, Sharpness, Timeline, Trainer
from core.gradient import GradientPass
from core.probes.curvature import curvature, estimates, hessian_product
from core.step import coded

LINEAR = {"network": {"layers": []}, "loss": "half_squared_error"}
SMALL = {"data": {"kind": "circle", "samples": 60}, "network": {"layers": [{"kind": "dense", "units": 3}]}}


class Quadratic:
    """Stands for a gradient pass: the loss ½·wᵀHw, whose Hessian is known."""

    def __init__(self, hessian: np.ndarray) -> None:
        self.hessian = hessian

    def run(self, parameters: np.ndarray) -> np.ndarray:
        return self.hessian @ parameters


def quadratic(eigenvalues: list[float]) -> Quadratic:
    size = len(eigenvalues)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(size, size)))[0]
    return Quadratic(turn * np.array(eigenvalues) @ turn.T)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.integers(0, 5))
@example([2e-160, 0.0, 0.0], 2)
@settings(max_examples=60, deadline=None)
def test_it_is_the_largest_eigenvalue_of_any_quadratic(eigenvalues: list[float], zeros: int) -> None:
    eigenvalues = [*eigenvalues, *[0.0] * zeros]
    over = quadratic(eigenvalues)
    found = curvature(over, np.ones(len(eigenvalues)), tolerance=1e-6)  # type: ignore[arg-type]
    assert found.largest == pytest.approx(np.linalg.eigvalsh(over.hessian)[-1], rel=1e-5, abs=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found.direction), 1)


def test_a_large_negative_eigenvalue_does_not_hide_the_largest() -> None:
    over = quadratic([-50.0, -3.0, *np.linspace(0, 1, 200), 2.0])
    found = curvature(over, np.zeros(203))  # type: ignore[arg-type]
    assert found.is_settled and found.largest == pytest.approx(2, rel=1e-4)
    np.testing.assert_allclose(over.hessian @ found.direction, 2 * found.direction, atol=1e-2)


def test_it_starts_again_from_what_it_knows_when_there_is_no_room_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.probes.curvature.MOST_NUMBERS", 0)  # eight vectors, then
    over = quadratic([*np.linspace(0, 1, 300), 1.1])
    found = curvature(over, np.zeros(301), tolerance=1e-4)  # type: ignore[arg-type]
    assert found.is_settled and found.largest == pytest.approx(1.1, rel=1e-4)


def test_its_work_is_bounded_and_each_product_brings_it_closer() -> None:
    over = quadratic([*np.linspace(0, 1, 300)])
    all_estimates = [*estimates(over, np.zeros(300), products=12, tolerance=0)]  # type: ignore[arg-type]
    assert len(all_estimates) == 12 and not all_estimates[-1].is_settled
    assert np.diff([each.largest for each in all_estimates]).min() > 0


def test_where_the_gradient_is_no_number_it_says_so_and_stops() -> None:
    (found,) = estimates(Quadratic(np.full((3, 3), np.nan)), np.ones(3))  # type: ignore[arg-type]
    assert np.isnan(found.largest) and not found.is_settled


@pytest.mark.parametrize("data", ["plane", "xor"])
def test_of_a_linear_regression_it_is_that_of_the_mean_of_x_x_transposed(data: str) -> None:
    trainer = Trainer(Experiment.parse({**LINEAR, "data": data, "output": "linear"}))
    inputs, targets = trainer.data.train
    x = np.column_stack([inputs, np.ones(len(inputs))])
    over = GradientPass(trainer.experiment, inputs, coded(targets, trainer.experiment))
    found = curvature(over, trainer.states["parameters"], tolerance=1e-8)
    assert found.largest == pytest.approx(np.linalg.eigvalsh(x.T @ x / len(x))[-1], rel=1e-8)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_of_a_network_it_is_an_eigenvalue_also_where_the_loss_has_kinks(activation: str) -> None:
    layers = [{"kind": "dense", "units": 32, "activation": activation}]
    trainer = Trainer(Experiment.parse({"data": "digits", "network": {"layers": layers}}))
    over = GradientPass(trainer.experiment, trainer.data.train[0], coded(trainer.data.train[1], trainer.experiment))
    found = trainer.curvature()
    product = hessian_product(over, trainer.states["parameters"], found.direction)
    assert found.is_settled
    np.testing.assert_allclose(product, found.largest * found.direction, atol=0.01 * found.largest)


# along the way


def fresh(**parts: Any) -> Trainer:
    return Trainer(Experiment.parse({**SMALL, **parts}))


def recorded(trainer: Trainer, moments: int) -> Timeline:
    timeline = Timeline()
    for _ in range(moments):
        timeline.keep(trainer)
        trainer.advance(updates=1)
    return timeline


def finished(meter: Sharpness) -> dict[str, np.ndarray]:
    pieces = next(done for done in count() if not meter.advance())
    assert pieces < 50_000 and meter.picture().info["sharpness"]["is_whole"]
    return meter.picture().arrays


def test_the_meter_tells_the_curvature_and_two_over_the_rate_of_each_moment_and_of_the_present() -> None:
    trainer, meter = fresh(schedule={"kind": "step", "epochs": 1, "drop": 0.5}, optimizer="sgd"), Sharpness()
    timeline = recorded(trainer, 12)
    meter.look(trainer, timeline.moments)
    arrays = finished(meter)
    assert arrays["sharpness/steps"].tolist() == [*range(13)]
    assert arrays["sharpness/is_settled"].all()
    for step in (0, 5, 12):
        there = timeline.seek(step)
        assert arrays["sharpness/largest"][step] == pytest.approx(there.curvature().largest)
        assert there.learning_rate and arrays["sharpness/bound"][step] == pytest.approx(2 / there.learning_rate)
    assert arrays["sharpness/bound"][0] < arrays["sharpness/bound"][12]


def test_the_present_comes_first_then_the_way_gets_finer_evenly() -> None:
    trainer, meter = fresh(), Sharpness()
    meter.look(trainer, recorded(trainer, 64).moments)
    known: list[list[float]] = [[]]
    while meter.advance():
        steps = meter.picture().arrays["sharpness/steps"].tolist()
        known += [steps] if len(steps) > len(known[-1]) else []
    assert known[1:3] == [[64], [0, 64]]
    assert np.diff(known[9]).max() <= 16


def test_the_trainer_may_go_on_while_it_is_measured_and_is_left_alone() -> None:
    trainer, meter = fresh(), Sharpness()
    meter.look(trainer, [])
    expected = trainer.curvature().largest
    trainer.advance(updates=1)
    before = trainer.snapshot()
    arrays = finished(meter)
    assert arrays["sharpness/steps"].tolist() == [0] and arrays["sharpness/largest"] == pytest.approx([expected])
    assert trainer.snapshot() == before


def test_the_way_is_measured_also_while_the_trainer_goes_on_with_every_piece() -> None:
    trainer, meter = fresh(), Sharpness()
    timeline = recorded(trainer, 8)
    for _ in range(500):
        meter.look(trainer, timeline.moments)
        meter.advance()
        trainer.advance(updates=1)
    steps = meter.picture().arrays["sharpness/steps"].tolist()
    assert steps[:8] == [*range(8)] and len(steps) > 16


def test_a_moment_is_measured_once_and_looks_stay_until_another_way_is_taken() -> None:
    trainer, meter = fresh(), Sharpness()
    timeline = recorded(trainer, 5)
    meter.look(trainer, timeline.moments)
    assert len(finished(meter)["sharpness/steps"]) == 6
    meter.look(trainer, timeline.moments)
    assert not meter.advance()
    meter.look(timeline.seek(3), timeline.moments, way=1)
    assert finished(meter)["sharpness/steps"].tolist() == [*range(5)]


def test_an_unreadable_moment_is_left_out() -> None:
    trainer, meter = fresh(), Sharpness()
    first, second = recorded(trainer, 2).moments
    meter.look(trainer, [first, Moment(1, second.snapshot[:-1])])
    assert finished(meter)["sharpness/steps"].tolist() == [0, 2]


@pytest.mark.parametrize("optimizer", ["random_search", "adam"])
def test_an_optimizer_without_a_rate_has_no_bound(optimizer: str) -> None:
    trainer, meter = fresh(optimizer=optimizer), Sharpness()
    meter.look(trainer, [])
    assert np.isnan(finished(meter)["sharpness/bound"]).all() == (trainer.learning_rate is None)


def test_full_batch_descent_comes_to_the_edge_of_stability_and_stays_there() -> None:
    """λmax rises from far below 2 / η to about there, and goes no further (Cohen et al. 2021, figure 1)."""
    optimizer = {"kind": "batch_gradient_descent", "learning_rate": 0.1}
    parts = {"data": {"kind": "spiral", "samples": 100}, "loss": "mean_squared_error", "output": "tanh"}
    layers = [{"kind": "dense", "units": 8, "activation": "tanh"}]
    trainer, meter = fresh(**parts, network={"layers": layers}, optimizer=optimizer), Sharpness()
    for _ in range(7):
        meter.look(trainer, [])
        arrays = finished(meter)
        trainer.advance(updates=1000)
    ratio = arrays["sharpness/largest"] / arrays["sharpness/bound"]
    assert ratio[0] < 0.2 and 0.8 < ratio[-3:].min() < ratio[-3:].max() < 1.25
