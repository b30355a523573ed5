"""Microscope: one sample's way through the network and back, and the update that it would make, number by number."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.experiment import Experiment
from core.gradient import GradientPass
from core.network import split
from core.step import TrainingStep, coded

Array = NDArray[Any]


class LayerNumbers(NamedTuple):
    """One layer. Dense: z = W·x + b, a = f(z), δ = ∂L/∂z, ∂L/∂W = δ·xᵀ, and W after the update.

    z, a and delta are of shape (units,); the others (units, inputs + 1) with the bias as last column. A normalization
    has (units, 2) of them, gain and shift; a layer without parameters (units, 0).
    """

    name: str
    kind: str
    z: Array
    a: Array
    delta: Array
    weights: Array
    gradient: Array
    updated: Array


class Microscope(NamedTuple):
    """One sample: its inputs as the network sees them, the coded target, the loss, and every layer."""

    inputs: Array
    target: Array
    loss: float
    layers: list[LayerNumbers]


def microscope(
    experiment: Experiment, states: dict[str, Array], epoch: float, inputs: Array, target: Array
) -> Microscope:
    """Look at one sample, inputs (1, inputs) and target (1,), with the trainer's parameters and optimizer state, and
    the learning rate of that epoch.

    No unit is dropped, and batch norm goes by what it remembers. The gradient is that of the loss alone; the update is
    a whole one of the optimizer, regularization included, as if the sample were a batch of its own.
    """
    answers = coded(target, experiment)
    numbers = GradientPass(experiment, inputs, answers, states["running"])
    numbers.run(states["parameters"])
    step = TrainingStep(experiment, inputs, target, mode="evaluation")
    for name, values in states.items():
        step.states[name][...] = values
    step.run(0, 1, epoch)
    layers = [
        LayerNumbers(
            stage.name,
            stage.kind,
            each.z[:, 0].copy(),
            each.a[:, 0].copy(),
            each.delta[:, 0].copy(),
            np.array(weights, float),
            gradient.copy(),
            np.array(updated, float),
        )
        for stage, each, weights, gradient, updated in zip(
            numbers.stages,
            numbers.layers,
            split(states["parameters"], numbers.stages),
            numbers.gradients,
            step.weights,
            strict=True,
        )
    ]
    return Microscope(inputs[0].copy(), answers[0].copy(), numbers.loss, layers)
