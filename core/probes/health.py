"""Health: the measures that a doctor goes by: dead and saturated units, how far gradients and updates reach."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.activations import ActivationSpec
from core.gradient import GradientPass, LayerPass
from core.network import split

Array = NDArray[Any]

FLAT = 0.01
"""A slope below a hundredth of the activation's steepest lets almost no gradient through."""


class LayerHealth(NamedTuple):
    """One layer, measured over the training samples."""

    name: str
    dead_units: int  # their slope is 0 for every sample, and at every pixel of a channel: nothing will ever move them
    saturated_share: float  # of all units and samples, those where the slope is almost 0; 0 for unbounded activations
    gradient_norm: float
    update_ratio: float  # size of the last update beside the size of the weights; about 0.001 is healthy


def layer_health(over: GradientPass, parameters: Array, last_step: Array) -> list[LayerHealth]:
    """Measure each layer at these parameters, `last_step` being what the last update took off them."""
    over.run(parameters)
    weights, steps = split(parameters, over.stages), split(last_step, over.stages)
    return [
        LayerHealth(
            stage.name,
            _dead_units(each, stage.neurons) if stage.activation.has_slope else 0,
            _saturated_share(stage.activation, each),
            float(np.linalg.norm(gradient)),
            _ratio(step, weight),
        )
        for stage, each, gradient, step, weight in zip(
            over.stages, over.layers, over.gradients, steps, weights, strict=True
        )
    ]


def _dead_units(layer: LayerPass, neurons: int) -> int:
    return int((layer.slope == 0).reshape(neurons, -1).all(axis=1).sum())


def _saturated_share(activation: ActivationSpec, layer: LayerPass) -> float:
    if not activation.bounded or not activation.has_slope:
        return 0.0
    return float((np.abs(layer.slope) < FLAT * activation.steepest).mean())


def _ratio(step: Array, weights: Array) -> float:
    size = float(np.linalg.norm(weights))
    return float(np.linalg.norm(step)) / size if size else 0.0
