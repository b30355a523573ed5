"""Losses: how wrong an output is. Value and gradient stand side by side, one class each."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.activations import OutputActivation, Sigmoid, Softmax, Tanh
from core.data.base import Task
from core.program import Program, Region
from core.spec import BY_KIND, Spec, knob, members

Array = NDArray[Any]

TASKS: dict[Task, str] = {
    "classification": "a classification",
    "regression": "a regression",
    "autoencoder": "an autoencoder",
}


def _refusal(loss: str, task: Task) -> str:
    """Why a loss that judges classes cannot judge values, and which can."""
    *others, last = [each().kind for each in members(Loss) if not each.judges_classes]
    return f"{loss} judges classes; {TASKS[task]} needs {', '.join(others)} or {last}"


class LossSpec(Spec):
    """Base of the losses. Outputs a and targets t are of shape (outputs, batch); the mean is over the batch."""

    judges_classes: ClassVar[bool] = False  # and nothing else

    def misfit(self, output: OutputActivation, task: Task) -> str | None:
        """Why this loss cannot judge that output in that task, and which fits; None when it can."""
        return None

    @abstractmethod
    def each(self, a: Array, t: Array, output: OutputActivation) -> Array:
        """The loss of each sample by itself: (batch,)."""

    def value(self, a: Array, t: Array, output: OutputActivation) -> float:
        """The mean loss of a batch."""
        return float(np.mean(self.each(a, t, output)))

    @abstractmethod
    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        """Contribute delta = ∂(mean loss)/∂z of the output layer."""


def _error(program: Program, a: Region, t: Region, factor: float, delta: Region) -> None:
    """delta = factor·(a − t)"""
    program.emit("subtract", a, t, delta)
    program.emit("multiply", delta, program.constant(factor), delta)


class MeanSquaredError(LossSpec):
    """The mean of the squared differences, over samples and outputs."""

    kind: Literal["mean_squared_error"] = "mean_squared_error"
    title: ClassVar = "Mean squared error"
    formula: ClassVar = "L = mean (a − t)²"
    source: ClassVar = "Gauss 1809, Theoria motus corporum coelestium"

    def each(self, a: Array, t: Array, output: OutputActivation) -> Array:
        return np.asarray(np.mean((a - t) ** 2, axis=0))

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        _error(program, a, t, 2.0 / a.size, delta)
        output.backward(program, a, slope, delta)


class SumSquaredError(LossSpec):
    """The squared differences of all samples and outputs, added up and not averaged: a larger batch gives a larger
    loss and larger steps, and a smaller test set a smaller loss."""

    kind: Literal["sum_squared_error"] = "sum_squared_error"
    title: ClassVar = "Sum of squared errors"
    formula: ClassVar = "L = Σ (a − t)², over outputs and samples"
    source: ClassVar = "Legendre 1805, Nouvelles méthodes pour la détermination des orbites des comètes"

    def each(self, a: Array, t: Array, output: OutputActivation) -> Array:
        return np.asarray(np.sum((a - t) ** 2, axis=0))

    def value(self, a: Array, t: Array, output: OutputActivation) -> float:
        return float(np.sum(self.each(a, t, output)))

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        _error(program, a, t, 2.0, delta)
        output.backward(program, a, slope, delta)


class HalfSquaredError(LossSpec):
    """Half the squared difference, as textbooks have it: its gradient is simply a − t."""

    kind: Literal["half_squared_error"] = "half_squared_error"
    title: ClassVar = "Half squared error"
    formula: ClassVar = "L = ½ Σ (a − t)²"
    source: ClassVar = "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors"

    def each(self, a: Array, t: Array, output: OutputActivation) -> Array:
        return np.asarray(0.5 * np.sum((a - t) ** 2, axis=0))

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        _error(program, a, t, 1.0 / a.shape[1], delta)
        output.backward(program, a, slope, delta)


class MeanAbsoluteError(LossSpec):
    """The mean of the differences without their sign: a far-off sample pulls no harder than a near one."""

    kind: Literal["mean_absolute_error"] = "mean_absolute_error"
    title: ClassVar = "Mean absolute error"
    formula: ClassVar = "L = mean |a − t|"
    source: ClassVar = "Boscovich 1757, De litteraria expeditione per pontificiam ditionem"

    def each(self, a: Array, t: Array, output: OutputActivation) -> Array:
        return np.asarray(np.mean(np.abs(a - t), axis=0))

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        """∂|e|/∂e is the sign of e, and taken as 0 at e = 0."""
        program.emit("subtract", a, t, delta)
        program.emit("sign", delta, delta)
        program.emit("multiply", delta, program.constant(1.0 / a.size), delta)
        output.backward(program, a, slope, delta)


class Huber(LossSpec):
    """Squared for small differences, straight for large ones: an outlier pulls with a limited force."""

    kind: Literal["huber"] = "huber"
    title: ClassVar = "Huber"
    formula: ClassVar = "L = mean of ½e² where |e| ≤ δ, of δ·(|e| − ½δ) elsewhere, e = a − t"
    source: ClassVar = "Huber 1964, Robust estimation of a location parameter"

    delta: float = knob(
        "The difference from which on the loss grows straight.", title="δ", default=1.0, ge=0.001, le=10, scale="log"
    )

    def each(self, a: Array, t: Array, output: OutputActivation) -> Array:
        size = np.abs(a - t)
        near = np.minimum(size, self.delta)
        return np.asarray(np.mean(near * (size - 0.5 * near), axis=0))

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        """∂L/∂e is e cut to −δ and δ."""
        program.emit("subtract", a, t, delta)
        program.emit("minimum", delta, program.constant(self.delta), delta)
        program.emit("maximum", delta, program.constant(-self.delta), delta)
        program.emit("multiply", delta, program.constant(1.0 / a.size), delta)
        output.backward(program, a, slope, delta)


class CrossEntropy(LossSpec):
    """How surprised the network is by the right answer: categorical for softmax, binary for sigmoid and tanh.

    With these outputs the slope cancels and ∂L/∂z is a − t: also for tanh, read as p = (1 + a)/2 with targets ±1.
    A logarithm of 0 is taken at the smallest normal number, so a certain error costs about 708 and not infinity.
    """

    kind: Literal["cross_entropy"] = "cross_entropy"
    title: ClassVar = "Cross-entropy"
    formula: ClassVar = "L = −Σ t·ln a, and for a single output −ln of the probability of the right class"
    source: ClassVar = "Goodfellow, Bengio & Courville 2016, Deep Learning, 6.2.2"
    judges_classes: ClassVar[bool] = True

    def misfit(self, output: OutputActivation, task: Task) -> str | None:
        if task != "classification":
            return _refusal(self.kind, task)
        if isinstance(output, Sigmoid | Tanh | Softmax):
            return None
        return f"cross_entropy needs an output that reads as a probability: sigmoid, tanh or softmax, got {output.kind}"

    def each(self, a: Array, t: Array, output: OutputActivation) -> Array:
        low, high = output.levels
        p, wanted = (a - low) / (high - low), (t - low) / (high - low)
        likelihood = np.sum(wanted * _log(p), axis=0)
        if not output.is_distribution:
            likelihood += np.sum((1.0 - wanted) * _log(1.0 - p), axis=0)
        return np.asarray(-likelihood)

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        _error(program, a, t, 1.0 / a.shape[1], delta)


class Hinge(LossSpec):
    """Wants every answer on its right side by a margin of 1, and is content with anything beyond: far-away samples stop
    pulling. The loss of support vector machines.

    Several classes are judged one against the rest: each output is a machine of its own, with t = 1 for its class and
    −1 for all others (Rifkin & Klautau 2004, In defense of one-vs-all classification).
    """

    kind: Literal["hinge"] = "hinge"
    title: ClassVar = "Hinge"
    formula: ClassVar = "L = mean over samples of Σ max(0, 1 − t·a), t = ±1"
    source: ClassVar = "Cortes & Vapnik 1995, Support-vector networks"
    judges_classes: ClassVar[bool] = True

    def misfit(self, output: OutputActivation, task: Task) -> str | None:
        if task != "classification":
            return _refusal(self.kind, task)
        if output.levels == (-1.0, 1.0):
            return None
        fitting = ", ".join(each().kind for each in members(OutputActivation) if each.levels == (-1.0, 1.0))
        return f"hinge needs an output that says −1 for no and 1 for yes: {fitting}, got {output.kind}"

    def each(self, a: Array, t: Array, output: OutputActivation) -> Array:
        return np.asarray(np.sum(np.maximum(0.0, 1.0 - t * a), axis=0))

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        """∂L/∂a is −t where the margin is not kept, else 0."""
        program.emit("multiply", a, t, delta)
        program.emit("subtract", program.constant(1.0), delta, delta)
        program.emit("heaviside", delta, program.constant(0.0), delta)
        program.emit("multiply", delta, t, delta)
        program.emit("multiply", delta, program.constant(-1.0 / a.shape[1]), delta)
        output.backward(program, a, slope, delta)


def _log(p: Array) -> Array:
    logarithm: Array = np.log(np.maximum(p, np.finfo(p.dtype).tiny))
    return logarithm


Loss = Annotated[
    MeanSquaredError | SumSquaredError | HalfSquaredError | MeanAbsoluteError | Huber | CrossEntropy | Hinge,
    Field(discriminator="kind"),
    BY_KIND,
]
