"""Guard: tells when training has broken, and finds the layer and the cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.evaluation import Evaluation
from core.gradient import GradientPass
from core.network import Stage, Stages, split
from core.optimizers import PAIR
from core.step import TrainingStep

Array = NDArray[Any]

Verdict = Literal["sane", "odd", "broken"]
Cause = Literal["data", "rate", "weights", "statistics", "sums", "gradient", "optimizer", "step", "loss"]

LARGEST_WEIGHT = 1e4
"""Root mean square of all parameters beyond which a network is called broken: no trained toy comes near it."""

LARGEST_SANE_LOSS = 10
"""How many times its first loss a network may have and still be worth going back to."""

SMALLEST_LOSS = 1e-3
LARGEST_LOSS = 1e6
"""How many times its first loss it may have before it is called broken, whatever its weights."""

TELLS = {
    "data": "a value in the data is not a number",
    "rate": "the learning rate is not a number",
    "weights": "a weight of {layer} is not a number",
    "statistics": "what {layer} remembers is not a number",
    "sums": "the sums of {layer} grew too large to be a number",
    "gradient": "the gradient at {layer} grew too large to be a number",
    "optimizer": "what the optimizer remembers of {layer} is not a number",
    "step": "the weights of {layer} exploded",
    "loss": "the loss exploded, most of all by {layer}",
}
OVERSHOOTS: tuple[Cause, ...] = ("sums", "gradient", "step", "loss")


@dataclass(frozen=True)
class Divergence:
    """What broke: at which update, in which layer ("" where it is none), why, and all of it in a sentence."""

    step: int
    layer: str
    cause: Cause
    message: str


class Guard:
    """Watches one training step. It never goes by the activations, in which a rectifier turns NaN into 0."""

    def __init__(self, step: TrainingStep, evaluation: Evaluation) -> None:
        self._step, self._evaluation = step, evaluation
        sizes = len(step.parameters), len(step.parameters) + 1
        of_parameters = [
            values
            for name, values in step.states.items()
            if name not in ("parameters", PAIR) and values.ndim and values.shape[-1] in sizes
        ]
        self._memories = [step.running, *of_parameters]
        self._first_loss: float | None = None

    def verdict(self) -> Verdict:
        """What the present weights are worth. Odd is what may recover, but is not worth going back to."""
        loss = self._loss if self.has_usable_weights else np.inf
        if not loss <= LARGEST_LOSS * self.first_loss:
            return "broken"
        return "sane" if loss <= LARGEST_SANE_LOSS * self.first_loss else "odd"

    @property
    def first_loss(self) -> float:
        """What a loss is measured against. A network that began without an error may make some."""
        if self._first_loss is None:
            self._first_loss = max(SMALLEST_LOSS, self._evaluation.rough_loss(self._step.first_vector))
        return self._first_loss

    @property
    def _loss(self) -> float:
        return self._evaluation.rough_loss(self._step.vector(self._step.parameters))

    @property
    def has_usable_weights(self) -> bool:
        """Whether there are weights to go on from: false for NaN too, in them or in what is remembered beside them."""
        parameters = self._step.parameters
        is_small = parameters.dot(parameters) <= len(parameters) * LARGEST_WEIGHT**2
        return bool(is_small and all(np.isfinite(values.sum()) for values in self._memories))

    def breakage(self, before: Array, over: GradientPass) -> tuple[str, Cause]:
        """The layer and the cause of what the present state shows. `before`: the parameters that the last update
        started from, as far as they are known; `over`: a pass over the training samples."""
        stages = self._step.stages
        if not self._step.has_sound_samples:
            return "", "data"
        if not np.isfinite(self._step.rate):
            return "", "rate"
        if layer := first_unsound(self._step.statistics, stages):
            return layer, "statistics"
        is_sound = bool(np.isfinite(before).all())
        if is_sound and (found := overflow(before, over)):
            return found
        if layer := self._unsound_memory():
            return layer, "optimizer"
        if not is_sound:
            return first_unsound(split(before, stages), stages), "weights"
        return most_grown(before, self._step.parameters, stages), "loss" if self.has_usable_weights else "step"

    def _unsound_memory(self) -> str:
        """The first layer of which the optimizer remembers something that is not a number."""
        stages, size = self._step.stages, len(self._step.parameters)
        vectors = [row[:size] for values in self._memories[1:] for row in values.reshape(-1, values.shape[-1])]
        return next((layer for row in vectors if (layer := first_unsound(split(row, stages), stages))), "")


def first_unsound(blocks: Sequence[Array], stages: Sequence[Stage]) -> str:
    """The first layer with a number in its block that is not finite; "" where there is none."""
    return next((stage.name for stage, block in zip(stages, blocks, strict=True) if not np.isfinite(block).all()), "")


def overflow(parameters: Array, over: GradientPass) -> tuple[str, Cause] | None:
    """Where a pass from sound parameters first leaves the finite numbers: on its way forward, or on the way back."""
    over.run(parameters)
    if layer := first_unsound([each.z for each in over.layers], over.stages):
        return layer, "sums"
    if layer := first_unsound([each.delta for each in over.layers[::-1]], over.stages[::-1]):
        return layer, "gradient"
    return None


def most_grown(before: Array, after: Array, stages: Stages) -> str:
    """The layer whose weights have grown the most, as a share of their size; not a number is the most of all."""
    growths = [
        np.nan_to_num(float(np.linalg.norm(new)) / (float(np.linalg.norm(old)) or 1.0), nan=np.inf) if new.size else 0.0
        for old, new in zip(split(before, stages), split(after, stages), strict=True)
    ]
    return stages[int(np.argmax(growths))].name


def divergence(broken: int, kept: int, layer: str, cause: Cause, rate: float | None) -> Divergence:
    """Say that update `broken` broke, and that the weights of update `kept` are back."""
    advice = "Reset to start anew."
    if rate and cause in OVERSHOOTS:
        lower = rate / 3
        advice = f"With a learning rate of {rate:g} each step can overshoot further than the last: try {lower:.2g}."
    what = TELLS[cause].format(layer=layer)
    message = f"At update {broken:,} {what}. The weights of update {kept:,}, the last of any use, are back. {advice}"
    return Divergence(broken, layer, cause, message)
