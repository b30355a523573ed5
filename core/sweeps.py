"""Sweeps worth starting from: each shows one thing about training that no single run shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.sweep import Sweep


@dataclass(frozen=True)
class Survey:
    """A sweep, what it is called, and one sentence of what there is to see."""

    title: str
    says: str
    document: dict[str, Any]

    @cached_property
    def sweep(self) -> Sweep:
        """The document, checked when it is asked for: its experiments, up to 64, are all built for that."""
        return Sweep.parse(self.document)


def _numbers(setting: str, low: float, high: float, count: int, scale: str = "log") -> dict[str, Any]:
    return {"setting": setting, "values": {"kind": "numbers", "low": low, "high": high, "count": count, "scale": scale}}


def _choices(setting: str, *choices: str) -> dict[str, Any]:
    return {"setting": setting, "values": {"kind": "choices", "choices": choices}}


def _map(x: dict[str, Any], y: dict[str, Any], experiment: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"experiment": experiment or {}, "over": {"kind": "settings", "x": x, "y": y}, **more}


def _ensemble(count: int, *vary: str, experiment: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"experiment": experiment or {}, "over": {"kind": "seeds", "count": count, "vary": vary}, **more}


_rate = _numbers("optimizer.learning_rate", 0.001, 1, 8)

sweeps: dict[str, Survey] = {
    "rate_and_batch": Survey(
        "Learning rate and batch size",
        "Only a band of learning rates works. Larger batches bear larger rates, and learn less in as many epochs.",
        {},
    ),
    "optimizers": Survey(
        "Learning rate and optimizer",
        "Each optimizer has learning rates of its own: to compare them at one rate is to compare nothing.",
        _map(_rate, _choices("optimizer", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "lion")),
    ),
    "size": Survey(
        "Layers and units",
        "Below a certain size no network untangles the spiral; far above it more units help little.",
        _map(
            _numbers("network.layers", 1, 4, 4, "linear"),
            _numbers("network.layers.*.units", 2, 32, 6),
            {"optimizer": {"kind": "adam", "learning_rate": 0.02}},
        ),
    ),
    "activations": Survey(
        "Activation and initial weights",
        "Which weights are good to begin with depends on the activation: six layers deep, a wrong pair learns nothing.",
        _map(
            _choices("network.initializer", "zeros", "small_random", "xavier", "he", "lecun", "orthogonal"),
            _choices("network.layers.*.activation", "sigmoid", "tanh", "relu", "selu", "gelu", "sin"),
            {"data": "moons", "network": {"layers": [{"units": 6}] * 6}},
            epochs=60,
        ),
    ),
    "noise": Survey(
        "Noise and weight decay",
        "The noisier the points, the stronger the pull on the weights that does best on unseen ones.",
        _map(
            _numbers("regularization.rate", 0.0001, 1, 8),
            _numbers("data.noise", 0.1, 0.8, 8, "linear"),
            {
                "data": {"kind": "circle", "samples": 100, "test_fraction": 0.5},
                "network": {"layers": [{"units": 16}, {"units": 16}]},
                "regularization": "l2",
                "batch_size": 32,
            },
            epochs=150,
            measure="test_loss",
        ),
    ),
    "luck": Survey(
        "The luck of the first weights",
        "The same spiral and the same network from 32 first weights: some runs are done soon, some not at all.",
        _ensemble(32, "weights", "order", "dropout"),
    ),
    "three_units": Survey(
        "Just enough units",
        "Three hidden units can tell the corners of a square apart, if chance puts them in the right place.",
        _ensemble(
            64,
            *("weights", "order"),
            experiment={
                "data": {"kind": "xor", "samples": 150},
                "network": {"layers": [{"units": 3}]},
            },
            epochs=100,
        ),
    ),
    "other_points": Survey(
        "Other points",
        "Each run is given 60 other points of the same two moons: where there are none, the runs disagree.",
        _ensemble(
            32,
            *("data", "split"),
            experiment={"data": {"kind": "moons", "samples": 60, "noise": 0.2}},
            epochs=150,
        ),
    ),
}
