"""The guard finds what broke, wherever it stands: the update, the layer, the cause. And it brings back the good."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer

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


def planted_velocity(trainer: Trainer, value: float) -> None:
    trainer._step.states["velocity"][-1] = value


def planted_input(trainer: Trainer, value: float) -> None:
    trainer._step._rows[:, 0] = value


def planted_target(trainer: Trainer, value: float) -> None:
    trainer._step._answers[...] = value


PLANTED = {
    "weight": (planted_weight, "Hidden 2", "weights"),
    "bias": (planted_bias, "Hidden 1", "weights"),
    "gain": (planted_gain, "Batch norm 1", "weights"),
    "running mean": (planted_mean, "Batch norm 1", "statistics"),
    "velocity": (planted_velocity, "Output", "optimizer"),
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
