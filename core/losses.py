"""Losses: how wrong an output is. Value and gradient stand side by side, one class each."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.activations import OutputActivation, Sigmoid, Softmax, Tanh
from core.program import Program, Region
from core.spec import BY_KIND, Spec

Array = NDArray[Any]


class LossSpec(Spec):
    """Base of the losses. Outputs a and targets t are of shape (outputs, batch); the mean is over the batch."""

    def misfit(self, output: OutputActivation) -> str | None:
        """Why this loss cannot judge that output, or None when it can."""
        return None

    @abstractmethod
    def value(self, a: Array, t: Array, output: OutputActivation) -> float:
        """The mean loss of a batch."""

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

    def value(self, a: Array, t: Array, output: OutputActivation) -> float:
        return float(np.mean((a - t) ** 2))

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        _error(program, a, t, 2.0 / a.size, delta)
        output.backward(program, a, slope, delta)


class HalfSquaredError(LossSpec):
    """Half the squared difference, as textbooks have it: its gradient is simply a − t."""

    kind: Literal["half_squared_error"] = "half_squared_error"
    title: ClassVar = "Half squared error"
    formula: ClassVar = "L = ½ Σ (a − t)²"

    def value(self, a: Array, t: Array, output: OutputActivation) -> float:
        return 0.5 * float(np.sum((a - t) ** 2)) / len(t[0])

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        _error(program, a, t, 1.0 / a.shape[1], delta)
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

    def misfit(self, output: OutputActivation) -> str | None:
        if isinstance(output, Sigmoid | Tanh | Softmax):
            return None
        return f"cross_entropy needs an output that reads as a probability: sigmoid, tanh or softmax, got {output.kind}"

    def value(self, a: Array, t: Array, output: OutputActivation) -> float:
        low, high = output.levels
        p, wanted = (a - low) / (high - low), (t - low) / (high - low)
        total = np.sum(wanted * _log(p))
        if not output.is_distribution:
            total += np.sum((1.0 - wanted) * _log(1.0 - p))
        return -float(total) / len(t[0])

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        _error(program, a, t, 1.0 / a.shape[1], delta)


def _log(p: Array) -> Array:
    logarithm: Array = np.log(np.maximum(p, np.finfo(p.dtype).tiny))
    return logarithm


Loss = Annotated[MeanSquaredError | HalfSquaredError | CrossEntropy, Field(discriminator="kind"), BY_KIND]
