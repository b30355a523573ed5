"""Every kind of layer: right gradients, on in training, off in evaluation, kept in snapshots and through changes."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from core import Experiment, InvalidExperiment, Trainer
from core.activations import Activation
from core.gradient import GradientPass
from core.losses import Loss
from core.network import joined
from core.spec import kinds
from core.step import coded
from tests.core.layer_kinds import FOR_ALL

WITH_A_CORNER = {"threshold", "relu", "leaky_relu", "selu"}
SMOOTH = [kind for kind in kinds(Activation) if kind not in WITH_A_CORNER]
BETWEEN = [kind for kind in FOR_ALL if kind != "dense"]  # tests/core/test_convolution.py has those for images
WITH_ACTIVATION = ["layer_norm", "batch_norm", "residual"]
STEP = 1e-6


def experiment(*layers: dict[str, Any] | str, **parts: Any) -> Experiment:
    data = {"kind": "blobs", "classes": 3, "samples": 30}
    return Experiment.parse({"data": data, "network": {"layers": layers}, **parts})


def dense(units: int, activation: str = "tanh") -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": activation}


def around(*between: dict[str, Any] | str, **parts: Any) -> Experiment:
    return experiment(dense(4), *between, dense(3), **parts)


def trained(of: Experiment, updates: int = 20) -> Trainer:
    trainer = Trainer(of)
    trainer.advance(updates=updates)
    return trainer


# gradients


def differences(of: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """The gradient over the training samples as one batch: ours, and by moving each parameter a little."""
    trainer = Trainer(of)
    inputs, targets = trainer.data.train
    over = GradientPass(of, inputs, coded(targets, of))
    start = joined(trainer.weights, of.stages)
    start += np.random.default_rng(1).normal(0, 0.3, len(start))

    def loss_at(place: int, shift: float) -> float:
        over.run(start + shift * (np.arange(len(start)) == place))
        return over.loss

    numeric = [(loss_at(place, STEP) - loss_at(place, -STEP)) / (2 * STEP) for place in range(len(start))]
    return over.run(start).copy(), np.array(numeric)


@pytest.mark.parametrize(("kind", "activation"), [*product(WITH_ACTIVATION, SMOOTH)])
def test_the_gradient_through_a_layer_agrees_with_central_differences(kind: str, activation: str) -> None:
    analytic, numeric = differences(around({"kind": kind, "activation": activation}))
    np.testing.assert_allclose(analytic, numeric, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("first", "second"), [*product(BETWEEN, BETWEEN)])
def test_the_gradient_through_two_layers_agrees_with_central_differences(first: str, second: str) -> None:
    analytic, numeric = differences(around(first, dense(6, "gelu"), second))
    np.testing.assert_allclose(analytic, numeric, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("kind", "loss"), [*product(BETWEEN, kinds(Loss))])
def test_the_gradient_agrees_with_every_loss(kind: str, loss: str) -> None:
    output = {"hinge": "linear", "cross_entropy": "softmax"}.get(loss, "tanh")
    analytic, numeric = differences(around(kind, loss=loss, output=output))
    np.testing.assert_allclose(analytic, numeric, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("skips", [1, 2, 3])
def test_the_gradient_takes_the_shortcut_too(skips: int) -> None:
    analytic, numeric = differences(experiment(dense(5), dense(2), dense(4), {"kind": "residual", "skips": skips}))
    np.testing.assert_allclose(analytic, numeric, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("kind", [kind for kind in BETWEEN if kind != "residual"])
def test_a_layer_can_be_the_first_and_the_only_one(kind: str) -> None:
    analytic, numeric = differences(experiment(kind))
    np.testing.assert_allclose(analytic, numeric, rtol=1e-5, atol=1e-8)


# what each does


def test_dropout_silences_units_in_training_alone() -> None:
    trainer = Trainer(around({"kind": "dropout", "rate": 0.9}))
    points = trainer.data.points
    np.testing.assert_array_equal(trainer.predict(points), Trainer(around()).predict(points))
    trainer.advance(updates=1)
    silent = [not gradient.any() for gradient in trainer.gradients[2][:, :-1].T]
    assert any(silent), "of 4 units with 9 of 10 samples silent at least one should have been silent in all 16"


def test_dropout_keeps_the_sums_at_their_size() -> None:
    """On average over many masks the gradient of a linear network is the one without dropout."""
    layers = dense(30, "linear"), {"kind": "dropout", "rate": 0.5}
    still = {"optimizer": {"kind": "batch_gradient_descent", "learning_rate": 1e-6}, "loss": "half_squared_error"}
    dropped = Trainer(experiment(*layers, output="linear", **still))
    plain = Trainer(experiment(layers[0], output="linear", loss="sum_squared_error", optimizer=still["optimizer"]))
    total = np.zeros((3, 31))
    for _ in range(400):
        dropped.advance(updates=1)
        total += dropped.gradients[-1]
    plain.advance(updates=1)
    samples = len(plain.data.train[0])
    np.testing.assert_allclose(total[:, -1] / 400, plain.gradients[-1][:, -1] / 2 / samples, atol=0.05)


def test_dropout_of_nothing_changes_nothing() -> None:
    with_it, without = trained(around({"kind": "dropout", "rate": 0})), trained(around())
    for one, other in zip(with_it.weights[2:], without.weights[1:], strict=True):
        np.testing.assert_array_equal(one, other)


def test_each_seed_of_dropout_silences_others() -> None:
    one, other = (trained(around("dropout", seeds={"dropout": seed})) for seed in (1, 2))
    assert not np.array_equal(one.weights[0], other.weights[0])


def test_layer_norm_gives_each_sample_mean_0_and_deviation_1() -> None:
    seen = Trainer(experiment(dense(8), "layer_norm")).microscope(3).layers[1]
    assert seen.a.mean() == pytest.approx(0, abs=1e-12)
    assert seen.a.std() == pytest.approx(1, rel=1e-3)


def test_batch_norm_gives_each_unit_mean_0_and_deviation_1_over_a_batch() -> None:
    of = experiment(dense(8), "batch_norm")
    trainer = Trainer(of)
    inputs, targets = trainer.data.train
    over = GradientPass(of, inputs, coded(targets, of))
    over.run(joined(trainer.weights, of.stages))
    np.testing.assert_allclose(over.layers[1].a.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(over.layers[1].a.std(axis=1), 1, rtol=1e-3)


def test_batch_norm_predicts_by_what_it_remembers() -> None:
    """A prediction of one point does not depend on the others."""
    trainer = trained(around("batch_norm"), updates=100)
    points = trainer.data.points
    together = trainer.predict(points)
    np.testing.assert_allclose([trainer.predict(point[None])[0] for point in points], together, atol=1e-12)


def test_batch_norm_remembers_the_running_mean_and_the_unbiased_variance() -> None:
    of = experiment({"kind": "batch_norm", "momentum": 0.25}, optimizer="batch_gradient_descent")
    trainer = trained(of, updates=1)
    inputs, _ = trainer.data.train
    mean, variance = 0.25 * inputs.mean(axis=0), 0.75 + 0.25 * inputs.var(axis=0, ddof=1)
    seen = trainer.microscope(0)
    gain, shift = trainer.weights[0].T
    np.testing.assert_allclose(seen.layers[0].z, gain * (seen.inputs - mean) / np.sqrt(variance + 1e-5) + shift)


def test_a_residual_layer_adds_what_reached_the_layer_where_its_shortcut_begins() -> None:
    seen = Trainer(experiment(dense(5), dense(3), {"kind": "residual", "skips": 1})).microscope(0).layers
    np.testing.assert_array_equal(seen[2].a, seen[1].a + seen[0].a[:3])
    seen = Trainer(experiment(dense(3), dense(5), {"kind": "residual", "skips": 1})).microscope(0).layers
    np.testing.assert_array_equal(seen[2].a, seen[1].a + np.pad(seen[0].a, (0, 2)))


def test_a_shortcut_can_begin_at_the_inputs() -> None:
    seen = Trainer(experiment(dense(2), "residual")).microscope(0)
    np.testing.assert_array_equal(seen.layers[1].a, seen.layers[0].a + seen.inputs)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (["residual"], "network.layers.0.skips: put a layer before this one for it to pass by"),
        (
            [dense(3), {"kind": "residual", "skips": 2}],
            "network.layers.1.skips: expected at most 1, the layers before this one, got 2",
        ),
        ([{"kind": "dropout", "rate": 1}], "network.layers.0.rate: expected a number from 0 to 0.9, got 1"),
        (
            ["conv"],
            "network.layers.0.kind: expected one of average_pool, batch_norm, conv2d, dense, dropout, flatten, "
            'layer_norm, max_pool, residual, got "conv"',
        ),
    ],
)
def test_a_layer_that_cannot_stand_there_is_refused(layers: list[Any], message: str) -> None:
    with pytest.raises(InvalidExperiment) as caught:
        experiment(*layers)
    assert str(caught.value) == message


def test_layers_are_called_by_their_kind_and_number() -> None:
    of = experiment(dense(4), "dropout", dense(4), "batch_norm", "dropout")
    names = [stage.name for stage in of.stages]
    assert names == ["Hidden 1", "Dropout 1", "Hidden 2", "Batch norm 1", "Dropout 2", "Output"]
    assert of.summary.startswith("2 → 4 → 4 → 3, tanh, dropout, batch norm")


# everything that looks at a network


@pytest.mark.parametrize("kind", BETWEEN)
def test_every_view_and_close_look_knows_the_layer(kind: str) -> None:
    trainer = trained(around(kind))
    parts = trainer.frame(["weights", "tiles", "boundary", "statistics", "sample:3"]).arrays
    assert [layer["kind"] for layer in trainer.scene().info["layers"]] == ["dense", kind, "dense", "dense"]
    assert parts["tiles/1"].shape[0] == 4 and parts["sample:3/1"].shape == (4,)
    assert ("weights/1" in parts) == (kind in ("layer_norm", "batch_norm"))
    assert trainer.microscope(0).layers[1].kind == kind
    assert len(trainer.health()) == 4
    assert trainer.curvature().largest != 0
    assert trainer.gradient_check().relative_error.max() < 1e-4


@pytest.mark.parametrize("kind", BETWEEN)
def test_the_microscope_follows_a_sample_through_the_layer(kind: str) -> None:
    trainer = trained(around(kind))
    seen = trainer.microscope(5)
    np.testing.assert_allclose(seen.layers[-1].a, trainer.predict(trainer.data.points[5:6])[0], atol=1e-12)
    assert seen.layers[1].updated.shape == trainer.weights[1].shape


def test_the_first_dense_layer_of_a_network_for_images_is_drawn() -> None:
    of = Experiment.parse({"data": {"kind": "digits", "samples": 100}, "network": {"layers": ["batch_norm", "dense"]}})
    assert Trainer(of).frame(["tiles"]).arrays["tiles/1"].shape == (8, 8, 8)


# going on


@pytest.mark.parametrize("kind", BETWEEN)
@pytest.mark.parametrize("updates", [1, 2, 3, 7])
def test_a_restored_trainer_goes_on_bit_for_bit(kind: str, updates: int) -> None:
    trainer = trained(around(kind, batch_size=8), updates)
    restored = Trainer.restore(trainer.snapshot())
    for each in (trainer, restored):
        each.advance(updates=9)
    assert restored.snapshot() == trainer.snapshot()


@pytest.mark.parametrize("kind", BETWEEN)
def test_how_far_a_call_goes_makes_no_difference(kind: str) -> None:
    one, other = Trainer(around(kind, batch_size=8)), Trainer(around(kind, batch_size=8))
    one.advance(updates=11)
    for _ in range(11):
        other.advance(updates=1)
    assert one.snapshot() == other.snapshot()


@pytest.mark.parametrize("kind", BETWEEN)
def test_a_layer_put_in_between_leaves_the_others_as_they_are(kind: str) -> None:
    trainer = trained(around())
    before = trainer.weights
    result = trainer.change(around(kind))
    np.testing.assert_array_equal(trainer.weights[0], before[0])
    np.testing.assert_array_equal(trainer.weights[-1], before[-1])
    assert not result.restarted
    trainer.change(around())
    np.testing.assert_array_equal(trainer.weights[0], before[0])


def test_what_batch_norm_remembers_survives_a_change() -> None:
    trainer = trained(around("batch_norm"), updates=50)
    points, answers = trainer.data.points, trainer.predict(trainer.data.points)
    trainer.change(around("batch_norm", optimizer={"kind": "sgd", "learning_rate": 0.01}))
    np.testing.assert_array_equal(trainer.predict(points), answers)


def test_early_stopping_brings_back_what_batch_norm_remembered() -> None:
    stop = {"kind": "early", "patience": 3}
    trainer = Trainer(around("batch_norm", stop=stop, optimizer={"kind": "adam", "learning_rate": 0.1}))
    losses = []
    while trainer.status == "ready":
        trainer.advance(epochs=1)
        losses.append(trainer.metrics()["test_loss"])
    assert trainer.metrics()["test_loss"] == pytest.approx(min(losses))
