"""Schedules: how the learning rate changes while a network learns."""

from __future__ import annotations

from abc import abstractmethod
from math import cos, inf, pi
from typing import Annotated, Any, ClassVar, Literal

from numpy.typing import NDArray
from pydantic import Field

from core.spec import BY_KIND, Spec, knob

Array = NDArray[Any]


def _epochs(help: str, default: int) -> Any:
    return knob(help, title="Epochs", unit="epochs", default=default, ge=1, le=100_000, scale="log")


class ScheduleSpec(Spec):
    """Base of the schedules. A schedule that remembers keeps its numbers in `memory`, which snapshots hold."""

    start_memory: ClassVar[tuple[float, ...]] = ()
    is_constant: ClassVar[bool] = False

    @abstractmethod
    def factor(self, epoch: float, memory: Array) -> float:
        """What the learning rate is multiplied with; epoch counts passes and parts of them."""

    def observe(self, loss: float, memory: Array) -> None:
        """Take note of the training loss at the end of an epoch. Called only when there is memory."""


class Constant(ScheduleSpec):
    """The learning rate stays as it is."""

    kind: Literal["constant"] = "constant"
    title: ClassVar = "Constant"
    formula: ClassVar = "η(t) = η"
    is_constant: ClassVar[bool] = True

    def factor(self, epoch: float, memory: Array) -> float:
        return 1.0


class StepDecay(ScheduleSpec):
    """Drops the learning rate by a factor every so many epochs."""

    kind: Literal["step"] = "step"
    title: ClassVar = "Step"
    formula: ClassVar = "η(t) = η·factor^⌊t / epochs⌋"
    source: ClassVar = "Szegedy et al. 2015, Going deeper with convolutions"

    epochs: int = _epochs("How long each step lasts.", 50)
    drop: float = knob("What each step leaves of the rate.", title="Factor", default=0.5, gt=0, lt=1)

    def factor(self, epoch: float, memory: Array) -> float:
        return float(self.drop ** (epoch // self.epochs))


class Exponential(ScheduleSpec):
    """Shrinks the learning rate by the same share in every epoch."""

    kind: Literal["exponential"] = "exponential"
    title: ClassVar = "Exponential"
    formula: ClassVar = "η(t) = η·decayᵗ"
    source: ClassVar = (
        "Senior, Heigold, Ranzato & Yang 2013, An empirical study of learning rates in deep neural networks for "
        "speech recognition"
    )

    decay: float = knob("What each epoch leaves of the rate.", title="Decay", default=0.99, gt=0, lt=1)

    def factor(self, epoch: float, memory: Array) -> float:
        return float(self.decay**epoch)


class Cosine(ScheduleSpec):
    """Lets the learning rate glide down to zero along half a cosine wave."""

    kind: Literal["cosine"] = "cosine"
    title: ClassVar = "Cosine"
    formula: ClassVar = "η(t) = ½·η·(1 + cos(π·t / epochs)), then 0"
    source: ClassVar = "Loshchilov & Hutter 2017, SGDR: stochastic gradient descent with warm restarts"

    epochs: int = _epochs("How long the way down is.", 300)

    def factor(self, epoch: float, memory: Array) -> float:
        return glide(min(1.0, epoch / self.epochs))


class CosineRestarts(ScheduleSpec):
    """Glides down along a cosine wave, jumps back up, and takes longer each time."""

    kind: Literal["cosine_restarts"] = "cosine_restarts"
    title: ClassVar = "Cosine with restarts"
    formula: ClassVar = "η(t) = ½·η·(1 + cos(π·s / T)), s epochs after the last restart, T growing"
    source: ClassVar = "Loshchilov & Hutter 2017, SGDR: stochastic gradient descent with warm restarts"

    epochs: int = _epochs("How long the first way down is.", 50)
    growth: int = knob("How many times longer each next one is.", title="Growth", default=2, ge=1, le=10)

    def factor(self, epoch: float, memory: Array) -> float:
        since, length = epoch, float(self.epochs)
        if self.growth == 1:
            since %= length
        while since >= length:
            since, length = since - length, length * self.growth
        return glide(since / length)


class Warmup(ScheduleSpec):
    """Starts with small steps and lets the learning rate grow to its full size."""

    kind: Literal["warmup"] = "warmup"
    title: ClassVar = "Warm-up"
    formula: ClassVar = "η(t) = η·t / epochs, then η"
    source: ClassVar = "Goyal et al. 2017, Accurate, large minibatch SGD: training ImageNet in 1 hour"

    epochs: int = _epochs("How long the rate grows.", 10)

    def factor(self, epoch: float, memory: Array) -> float:
        return min(1.0, max(epoch, 1e-3) / self.epochs)


class OneCycle(ScheduleSpec):
    """Up to the full learning rate, then down to almost nothing: one wave over the whole training."""

    kind: Literal["one_cycle"] = "one_cycle"
    title: ClassVar = "One cycle"
    formula: ClassVar = "η(t) from η/25 up to η, then down to η/250,000, both along a cosine"
    source: ClassVar = "Smith & Topin 2018, Super-convergence: very fast training using large learning rates"

    epochs: int = _epochs("How long the whole cycle is.", 300)
    rise: float = knob("The share of the cycle that goes up.", title="Rise", default=0.3, gt=0, lt=1)

    def factor(self, epoch: float, memory: Array) -> float:
        start, end = 1 / 25, 1 / 250_000
        place = min(1.0, epoch / self.epochs)
        if place < self.rise:
            return 1 + (start - 1) * glide(place / self.rise)
        return end + (1 - end) * glide((place - self.rise) / (1 - self.rise))


class ReduceOnPlateau(ScheduleSpec):
    """Drops the learning rate when the training loss has not improved for a while."""

    kind: Literal["reduce_on_plateau"] = "reduce_on_plateau"
    title: ClassVar = "Reduce on plateau"
    formula: ClassVar = "η ← η·factor after `patience` epochs without a loss below 0.9999 of the best"
    source: ClassVar = (
        "Krizhevsky, Sutskever & Hinton 2012, ImageNet classification with deep convolutional neural networks"
    )
    start_memory: ClassVar[tuple[float, ...]] = (1.0, inf, 0.0)  # factor, best loss, epochs since

    patience: int = knob(
        "How many epochs without improvement are borne.", title="Patience", unit="epochs", default=10, ge=0, le=10_000
    )
    drop: float = knob("What each drop leaves of the rate.", title="Factor", default=0.5, gt=0, lt=1)

    def factor(self, epoch: float, memory: Array) -> float:
        return float(memory[0])

    def observe(self, loss: float, memory: Array) -> None:
        if loss < memory[1] * (1 - 1e-4):
            memory[1:] = loss, 0
        else:
            memory[2] += 1
        if memory[2] > self.patience:
            memory[0] *= self.drop
            memory[2] = 0


def glide(place: float) -> float:
    """From 1 at place 0 down to 0 at place 1, along half a cosine wave."""
    return 0.5 * (1 + cos(pi * place))


Schedule = Annotated[
    Constant | StepDecay | Exponential | Cosine | CosineRestarts | Warmup | OneCycle | ReduceOnPlateau,
    Field(discriminator="kind"),
    BY_KIND,
]
