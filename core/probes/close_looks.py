"""Close looks: what the microscope and the doctor see, as views that a frame can show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.probes.curvature import Curvature
from core.probes.gradient_check import GradientCheck
from core.probes.health import LayerHealth
from core.probes.importance import Importance
from core.probes.microscope import Microscope
from core.probes.picture import Picture

Array = NDArray[Any]

MOST_UNITS = 32  # of a layer under the microscope
MOST_CHECKED = 200  # parameters whose gradient is checked for a frame


class Looker(Protocol):
    """What a trainer can be asked."""

    data: Samples

    @property
    def learning_rate(self) -> float | None: ...
    def health(self) -> list[LayerHealth]: ...
    def confusion(self) -> Array | None: ...
    def importance(self) -> Importance | None: ...
    def microscope(self, sample: int) -> Microscope: ...
    def gradient_check(self, most: int) -> GradientCheck: ...
    def curvature(self) -> Curvature: ...


def health(trainer: Looker, number: int) -> Picture:
    return Picture({"health": [layer._asdict() for layer in trainer.health()]}, {})


def confusion(trainer: Looker, number: int) -> Picture:
    """(classes, classes): what a test sample is, and what the network says. Only in a classification."""
    counts = trainer.confusion()
    return Picture({}, {} if counts is None else {"confusion": counts.astype(np.uint32)})


def importance(trainer: Looker, number: int) -> Picture:
    """(columns, deals): the loss, and in a classification the accuracy, with each column dealt out anew."""
    seen = trainer.importance()
    if seen is None:
        return Picture({}, {})
    info = {"columns": seen.columns, "loss": seen.loss, "accuracy": seen.accuracy, "samples": seen.samples}
    arrays = {"importance/loss": seen.losses.astype(np.float32)}
    if seen.accuracies is not None:
        arrays["importance/accuracy"] = seen.accuracies.astype(np.float32)
    return Picture({"importance": info}, arrays)


def microscope(trainer: Looker, number: int) -> Picture:
    """One sample's numbers, at most those of the first 32 units and inputs of each layer, and the biases. A sample that
    the data does not have is left out."""
    if number >= len(trainer.data.points):
        return Picture({}, {})
    seen = trainer.microscope(number)
    info = {
        "sample": number,
        "loss": seen.loss,
        "target": seen.target.tolist(),
        "inputs": seen.inputs.tolist(),
        "rate": trainer.learning_rate,
    }
    arrays: dict[str, Array] = {}
    for index, layer in enumerate(seen.layers):
        vectors = {"z": layer.z, "a": layer.a, "delta": layer.delta}
        matrices = {"weights": layer.weights, "gradient": layer.gradient, "updated": layer.updated}
        arrays |= {f"microscope/{index}/{name}": part(values) for name, values in vectors.items()}
        if layer.weights.size:
            arrays |= {f"microscope/{index}/{name}": corner(block) for name, block in matrices.items()}
    return Picture({"microscope": info}, arrays)


def gradient_check(trainer: Looker, number: int) -> Picture:
    check = trainer.gradient_check(min(number, MOST_CHECKED))
    arrays = {f"gradient_check/{name}": values.astype(np.float32) for name, values in check._asdict().items()}
    return Picture({}, arrays | {"gradient_check/places": check.places.astype(np.uint32)})


def curvature(trainer: Looker, number: int) -> Picture:
    """λmax, and the largest curvature at which plain descent is stable."""
    found, rate = trainer.curvature(), trainer.learning_rate
    info = {"largest": found.largest, "is_settled": found.is_settled, "bound": 2 / rate if rate else None}
    return Picture({"curvature": info}, {})


CLOSE_LOOKS: dict[str, Callable[[Looker, int], Picture]] = {
    "health": health,
    "confusion": confusion,
    "importance": importance,
    "microscope": microscope,
    "gradient_check": gradient_check,
    "curvature": curvature,
}
"""The views by name. They are asked of the trainer, because they need its data, gradient or optimizer."""


def part(values: Array) -> Array:
    return values[:MOST_UNITS].astype(np.float32)


def corner(block: Array) -> Array:
    """The first units and inputs, and the bias as last column."""
    shown: Array = np.c_[block[:MOST_UNITS, :-1][:, :MOST_UNITS], block[:MOST_UNITS, -1]].astype(np.float32)
    return shown
