"""Close looks at a live network: the microscope, the gradient check, the layers' health, the curvature."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer, presets
from core.gradient import GradientPass
from core.schedules import Schedule
from core.spec import kinds
from core.step import coded

PLAIN = [name for name, each in presets.items() if all(stage.kind == "dense" for stage in each.stages)]
"""Those of dense layers alone, which a test can compute by hand."""


def trained(**parts: Any) -> Trainer:
    trainer = Trainer(Experiment.parse(parts))
    trainer.advance(epochs=5)
    return trainer


@pytest.mark.parametrize("name", PLAIN)
def test_the_microscope_follows_one_sample_forward_and_back(name: str) -> None:
    trainer = Trainer(presets[name])
    trainer.advance(epochs=3)
    seen = trainer.microscope(7)
    x = seen.inputs
    for layer in seen.layers:
        np.testing.assert_allclose(layer.z, layer.weights[:, :-1] @ x + layer.weights[:, -1], atol=1e-12)
        np.testing.assert_allclose(layer.gradient, np.outer(layer.delta, [*x, 1]), atol=1e-12)
        x = layer.a
    answers = trainer.data.target_scale(trainer.predict(trainer.data.points[7:8]))  # as the network gives them
    np.testing.assert_allclose(x, answers[0], atol=1e-12)


def test_the_microscopes_update_is_the_optimizers_whole_update() -> None:
    rule = {"kind": "l2", "rate": 0.5}
    trainer = trained(optimizer={"kind": "sgd", "learning_rate": 0.1}, regularization=rule)
    for layer in trainer.microscope(0).layers:
        pull = 0.5 * layer.weights
        pull[:, -1] = 0
        np.testing.assert_allclose(layer.updated, layer.weights - 0.1 * (layer.gradient + pull), atol=1e-12)


def test_momentum_goes_into_the_microscopes_update() -> None:
    """v ← μv + g and w ← w − ηv, where v is what the last update moved by, over −η."""
    trainer = trained(optimizer={"kind": "momentum", "learning_rate": 0.01, "momentum": 0.9})
    before = trainer.weights
    trainer.advance(updates=1)
    for layer, old in zip(trainer.microscope(0).layers, before, strict=True):
        velocity = (old - layer.weights) / 0.01
        np.testing.assert_allclose(layer.updated, layer.weights - 0.01 * (0.9 * velocity + layer.gradient), atol=1e-12)


@pytest.mark.parametrize("schedule", kinds(Schedule))
def test_the_microscopes_update_goes_by_the_rate_of_its_moment(schedule: str) -> None:
    trainer = trained(optimizer={"kind": "sgd", "learning_rate": 0.1}, schedule=schedule)
    trainer.advance(updates=3)
    for layer in trainer.microscope(0).layers:
        step = trainer.learning_rate * layer.gradient
        np.testing.assert_allclose(layer.updated, layer.weights - step, atol=1e-12)


def test_looking_through_the_microscope_changes_nothing() -> None:
    trainer = trained()
    before = trainer.snapshot()
    trainer.microscope(3), trainer.health(), trainer.gradient_check(20), trainer.curvature()
    assert trainer.snapshot() == before


@pytest.mark.parametrize("sample", [-1, 300])
def test_a_sample_that_is_not_there_is_refused(sample: int) -> None:
    with pytest.raises(ValueError, match=f"sample: expected a whole number from 0 to 299, got {sample}"):
        Trainer(Experiment()).microscope(sample)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "linear"])
def test_the_gradient_check_finds_both_derivatives_alike(activation: str) -> None:
    trainer = trained(network={"layers": [{"kind": "dense", "units": 5, "activation": activation}]})
    check = trainer.gradient_check()
    assert len(check.places) == 5 * 3 + 6
    assert check.relative_error.max() < 1e-5


def test_the_gradient_check_of_a_large_network_takes_a_spread_of_its_parameters() -> None:
    check = Trainer(presets["digits"]).gradient_check(most=50)
    assert len(check.places) == 50 and check.places[-1] == 32 * 65 + 10 * 33 - 1


def test_a_unit_that_never_fires_is_dead() -> None:
    trainer = trained(network={"layers": [{"kind": "dense", "units": 3, "activation": "relu"}]})
    weights = trainer.weights
    weights[0][1] = [0, 0, -5]
    trainer.set_weights(weights)
    assert trainer.health()[0].dead_units >= 1
    weights[0][:, -1] = 20
    trainer.set_weights(weights)
    assert trainer.health()[0].dead_units == 0


def test_a_unit_driven_far_out_is_saturated() -> None:
    trainer = trained(network={"layers": [{"kind": "dense", "units": 4}]})
    weights = trainer.weights
    weights[0][:2, -1] = 100
    weights[0][2:] = 0
    trainer.set_weights(weights)
    assert trainer.health()[0].saturated_share == pytest.approx(0.5)


def test_the_update_ratio_is_what_the_last_update_moved() -> None:
    trainer = trained()
    before = trainer.weights
    trainer.advance(updates=1)
    for layer, old, new in zip(trainer.health(), before, trainer.weights, strict=True):
        assert layer.update_ratio == pytest.approx(np.linalg.norm(new - old) / np.linalg.norm(new))


def test_the_curvature_of_a_linear_model_is_the_largest_eigenvalue_of_its_inputs() -> None:
    """With the loss ½(wᵀx − t)² the Hessian is the mean of x·xᵀ, the bias as an input of 1."""
    trainer = trained(data="plane", network={"layers": []}, loss="half_squared_error", optimizer="sgd")
    inputs = trainer.data.train[0]
    x = np.column_stack([inputs, np.ones(len(inputs))])
    found = trainer.curvature()
    assert found.is_settled
    assert found.largest == pytest.approx(np.linalg.eigvalsh(x.T @ x / len(x))[-1], rel=1e-2)
    assert np.linalg.norm(found.direction) == pytest.approx(1)


def dense(units: int, activation: str, scale: float) -> dict[str, Any]:
    layers = [{"kind": "dense", "units": units, "activation": activation}]
    return {"layers": layers, "initializer": {"kind": "small_random", "scale": scale}}


@pytest.mark.parametrize("epochs", [0, 5])
@pytest.mark.parametrize("data", ["xor", "plane", "spiral"])
@pytest.mark.parametrize(("activation", "scale"), [("sin", 2.0), ("sin", 0.5), ("tanh", 3.0), ("sigmoid", 1.0)])
def test_the_curvature_is_the_hessians_largest_eigenvalue(
    data: str, activation: str, scale: float, epochs: int
) -> None:
    """Also where a negative eigenvalue is larger in size. The Hessian here is of differences, column by column."""
    trainer = Trainer(Experiment.parse({"data": data, "network": dense(4, activation, scale)}))
    trainer.advance(epochs=epochs)
    over = GradientPass(trainer.experiment, trainer.data.train[0], coded(trainer.data.train[1], trainer.experiment))
    point = np.concatenate([block.ravel() for block in trainer.weights])
    steps = 1e-5 * np.eye(len(point))
    hessian = np.array([over.run(point + step).copy() - over.run(point - step) for step in steps]) / 2e-5
    found = trainer.curvature()
    assert found.largest == pytest.approx(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1], rel=1e-2)
    assert np.linalg.norm(found.direction) == pytest.approx(1)


@pytest.mark.parametrize(("share", "converges"), [(0.9, True), (1.1, False)])
def test_gradient_descent_is_stable_up_to_two_over_the_curvature(share: float, converges: bool) -> None:
    parts = {"data": "plane", "network": {"layers": []}, "loss": "half_squared_error"}
    largest = trained(**parts).curvature().largest
    rule = {"kind": "batch_gradient_descent", "learning_rate": share * 2 / largest}
    trainer = Trainer(Experiment.parse({**parts, "optimizer": rule}))
    first = trainer.metrics()["train_loss"]
    trainer.advance(updates=100)
    assert (trainer.metrics()["train_loss"] < first) == converges


# as views of a frame


def test_the_close_looks_are_views_of_a_frame() -> None:
    trainer = trained()
    frame = trainer.frame(["health", "microscope:5", "gradient_check:50", "curvature", "confusion"])
    assert frame.info["health"] == [layer._asdict() for layer in trainer.health()]
    assert frame.info["curvature"] == {
        "largest": trainer.curvature().largest,
        "is_settled": trainer.curvature().is_settled,
        "bound": 2 / 0.03,
    }
    seen = trainer.microscope(5)
    assert (frame.info["microscope"]["loss"], frame.info["microscope"]["sample"]) == (seen.loss, 5)
    for index, layer in enumerate(seen.layers):
        for name in ("z", "a", "delta", "weights", "gradient", "updated"):
            np.testing.assert_allclose(frame.arrays[f"microscope/{index}/{name}"], getattr(layer, name), rtol=1e-6)
    assert len(frame.arrays["gradient_check/analytic"]) == 50


def test_a_wide_layer_is_seen_in_part_and_a_sample_that_is_not_there_not_at_all() -> None:
    frame = Trainer(presets["digits"]).frame(["microscope:0", "gradient_check:1000"])
    assert frame.arrays["microscope/0/weights"].shape == (32, 33)
    assert len(frame.arrays["gradient_check/places"]) == 200
    assert Trainer(presets["digits"]).frame(["microscope:5000"]).arrays == {}


@pytest.mark.parametrize("name", ["spiral", "blobs", "digits"])
def test_the_confusion_counts_each_test_sample_once_and_the_right_ones_on_its_diagonal(name: str) -> None:
    trainer = Trainer(presets[name])
    trainer.advance(epochs=10)
    counts = trainer.frame(["confusion"]).arrays["confusion"]
    truth = np.bincount(trainer.data.targets[trainer.data.is_test].astype(int), minlength=len(counts))
    np.testing.assert_array_equal(counts.sum(axis=1), truth)
    assert np.trace(counts) / counts.sum() == pytest.approx(trainer.metrics()["test_accuracy"])


def test_a_regression_confuses_nothing() -> None:
    assert "confusion" not in Trainer(presets["sine"]).frame(["confusion"]).arrays
