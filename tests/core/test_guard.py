"""The guard finds what broke, wherever it stands: the update, the layer, the cause. And it brings back the good."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer
from core.optimizers import PAIR, Optimizer
from core.spec import kinds

BATCH_NORM = {"kind": "batch_norm", "activation": "relu"}


def trainer_of(activation: str = "relu", **parts: Any) -> Trainer:
    layers = [{"kind": "dense", "units": 5, "activation": activation}, BATCH_NORM, {"kind": "dense", "units": 4}]
    document = {"data": {"kind": "circle", "samples": 50}, "network": {"layers": layers}, "optimizer": "momentum"}
    trainer = Trainer(Experiment.parse({**document, "batch_size": 10, **parts}))
    trainer.advance(updates=3)
    return trainer


def planted_weight(trainer: Trainer, value: float) -> None:
    trainer._step.weights[2][1, 0] = value


def planted_bias(trainer: Trainer, value: float) -> None:
    trainer._step.weights[0][0, -1] = value


def planted_gain(trainer: Trainer, value: float) -> None:
    trainer._step.weights[1][0, 0] = value


def planted_mean(trainer: Trainer, value: float) -> None:
    trainer._step.statistics[1][0, 2] = value


def planted_input(trainer: Trainer, value: float) -> None:
    trainer._step._rows[:, 0] = value


def planted_target(trainer: Trainer, value: float) -> None:
    trainer._step._answers[...] = value


PLANTED = {
    "weight": (planted_weight, "Hidden 2", "weights"),
    "bias": (planted_bias, "Hidden 1", "weights"),
    "gain": (planted_gain, "Batch norm 1", "weights"),
    "running mean": (planted_mean, "Batch norm 1", "statistics"),
    "input": (planted_input, "", "data"),
    "target": (planted_target, "", "data"),
}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("place", PLANTED)
def test_a_planted_value_is_found_even_behind_a_rectifier(place: str, activation: str, value: float) -> None:
    """fmax maps NaN to 0, so nothing after a ReLU would show it."""
    trainer, sound = trainer_of(activation), trainer_of(activation)
    plant, layer, cause = PLANTED[place]
    plant(trainer, value)
    trainer.advance(updates=1)
    assert trainer.status == "diverged" and trainer.divergence
    assert (trainer.divergence.step, trainer.divergence.layer, trainer.divergence.cause) == (4, layer, cause)
    sound.advance(updates=trainer.step - 3)  # the update itself, where it was sound
    assert all(map(np.array_equal, trainer.weights, sound.weights))
    assert trainer.message and layer in trainer.message


@pytest.mark.parametrize("rate", [1, 3, 10])
def test_too_large_a_rate_is_named_with_a_smaller_one(rate: float) -> None:
    layers = {"layers": [{"kind": "dense", "activation": "relu"}]}
    parts = {"data": {"kind": "plane", "samples": 50}, "network": layers}
    trainer = Trainer(Experiment.parse({**parts, "optimizer": {"kind": "sgd", "learning_rate": rate}}))
    trainer.advance(epochs=100)
    assert trainer.divergence and trainer.divergence.layer in ("Hidden 1", "Output")
    assert trainer.divergence.cause in ("step", "sums", "gradient", "loss")
    assert f"With a learning rate of {rate:g} each step can overshoot" in trainer.divergence.message
    assert trainer.divergence.message.endswith(f"try {rate / 3:.2g}.")


def test_the_layer_whose_sums_overflow_first_is_named() -> None:
    """Weights as large as the guard lets pass, layer after layer, in single precision."""
    layers = {"layers": [{"kind": "dense", "units": 4, "activation": "linear"}] * 9}
    trainer = trainer_of(network=layers, loss="mean_squared_error", output="linear", precision="float32")
    trainer.set_weights([1e4 * np.sign(block) for block in trainer.weights])
    trainer.advance(updates=1)
    assert trainer.divergence and (trainer.divergence.layer, trainer.divergence.cause) == ("Hidden 9", "sums")


MEMORIES = [
    (optimizer, name)
    for optimizer in kinds(Optimizer)
    for name, values in Trainer(Experiment.parse({"optimizer": optimizer}))._step.states.items()
    if values.size > 100 and name not in ("parameters", PAIR)
]


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(("optimizer", "memory"), MEMORIES)
def test_what_any_optimizer_remembers_is_looked_at(optimizer: str, memory: str, value: float) -> None:
    trainer = trainer_of(optimizer=optimizer)
    vector = trainer._step.states[memory].reshape(-1, trainer._step.states[memory].shape[-1])
    vector[-1, trainer._step.weights[0].size + 1] = value  # of the second layer
    trainer.advance(updates=1)
    assert trainer.divergence
    assert (trainer.divergence.layer, trainer.divergence.cause) == ("Batch norm 1", "optimizer")


def test_a_learning_rate_that_is_not_a_number_is_named() -> None:
    trainer = trainer_of(schedule={"kind": "reduce_on_plateau"})
    trainer._step.states["schedule"][...] = np.nan
    trainer.advance(updates=1)
    assert trainer.divergence and trainer.divergence.cause == "rate"


@pytest.mark.parametrize("updates", [100, 1500, 2500, 7000])
def test_however_far_a_call_goes_the_same_update_is_told(updates: int) -> None:
    parts = {"data": {"kind": "plane", "samples": 50}, "network": {"layers": [{"activation": "relu"}]}}
    trainer = Trainer(Experiment.parse({**parts, "optimizer": {"kind": "sgd", "learning_rate": 3}}))
    first = Trainer(trainer.experiment)
    while first.status == "ready":
        first.advance(updates=1)
    trainer.advance(updates=updates)
    assert trainer.divergence == first.divergence


def test_a_network_that_began_without_an_error_may_make_some() -> None:
    parts = {"data": {"kind": "formula", "target": "0*x1", "noise": 0}, "network": {"initializer": "zeros"}}
    trainer = Trainer(Experiment.parse({**parts, "optimizer": {"kind": "sgd", "learning_rate": 0.1}}))
    trainer.advance(updates=50)
    assert trainer._good.position.step == 50


def test_a_loss_that_explodes_is_a_divergence_though_the_weights_are_small() -> None:
    """A sum of squares over targets of ±1, with weights far below the limit of the weights."""
    layers = {"layers": [{"kind": "dense", "units": 8, "activation": "linear"}] * 3}
    parts = {"data": {"kind": "plane", "samples": 50}, "network": layers, "optimizer": "sgd", "batch_size": 10}
    trainer = Trainer(Experiment.parse(parts))
    weights = trainer.weights
    trainer.set_weights([100 * block for block in weights])
    trainer.advance(updates=1)
    assert trainer.divergence and trainer.divergence.cause in ("loss", "step")


def test_a_broken_trainer_is_restored_with_what_it_knows() -> None:
    trainer = trainer_of()
    planted_weight(trainer, np.nan)
    trainer.advance(updates=1)
    restored = Trainer.restore(trainer.snapshot())
    assert restored.divergence == trainer.divergence
    assert restored.snapshot() == trainer.snapshot()


@pytest.mark.parametrize("how", ["change", "reset"])
def test_after_a_change_or_a_reset_nothing_is_broken(how: str) -> None:
    trainer = trainer_of()
    planted_weight(trainer, np.nan)
    trainer.advance(updates=1)
    trainer.reset() if how == "reset" else trainer.change(trainer.experiment)
    assert (trainer.status, trainer.message, trainer.divergence) == ("ready", None, None)
    trainer.advance(epochs=2)
    assert trainer.status == "ready"
