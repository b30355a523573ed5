"""Activations: what a unit makes of its weighted sum. Value and slope stand side by side, one class each."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.program import Program, Region
from core.spec import BY_KIND, Spec, knob


class ActivationSpec(Spec):
    """Base of the activations. z and a are regions of shape (units, batch), and the same memory unless `keeps_z`."""

    keeps_z: ClassVar[bool] = False  # the slope needs z itself, not only a
    bounded: ClassVar[bool] = False  # a stays within `levels`
    levels: ClassVar[tuple[float, float]] = (0.0, 1.0)  # what an output unit is taught for "no" and for "yes"
    is_distribution: ClassVar[bool] = False  # one unit per class, adding up to 1
    has_slope: ClassVar[bool] = True  # a slope for each unit, that is: f′ is neither 1 nor a matrix
    steepest: ClassVar[float] = 1.0  # the largest f′(z)

    @abstractmethod
    def value(self, program: Program, z: Region, a: Region) -> None:
        """Contribute a = f(z)."""

    @abstractmethod
    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        """Contribute slope = f′(z)."""

    def backward(self, program: Program, a: Region, slope: Region, delta: Region) -> None:
        """Contribute delta = ∂L/∂z, in place of ∂L/∂a."""
        program.emit("multiply", delta, slope, delta)


class Threshold(ActivationSpec):
    """Fires or not: 1 from 0 upwards, else 0. Its slope is 0 everywhere, so nothing before it can learn."""

    kind: Literal["threshold"] = "threshold"
    title: ClassVar = "Threshold"
    formula: ClassVar = "a = 1 if z ≥ 0 else 0"
    source: ClassVar = "McCulloch & Pitts 1943, A logical calculus of the ideas immanent in nervous activity"
    bounded: ClassVar[bool] = True

    def value(self, program: Program, z: Region, a: Region) -> None:
        program.emit("heaviside", z, program.constant(1.0), a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        program.emit("multiply", a, program.constant(0.0), slope)


class Linear(ActivationSpec):
    """Passes the weighted sum on unchanged."""

    kind: Literal["linear"] = "linear"
    title: ClassVar = "Linear"
    formula: ClassVar = "a = z"
    has_slope: ClassVar[bool] = False
    levels: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def value(self, program: Program, z: Region, a: Region) -> None:
        if z != a:
            program.emit("positive", z, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        pass

    def backward(self, program: Program, a: Region, slope: Region, delta: Region) -> None:
        pass


class Sigmoid(ActivationSpec):
    """Squeezes any number into 0 to 1. Its slope needs only its value: a·(1 − a)."""

    kind: Literal["sigmoid"] = "sigmoid"
    title: ClassVar = "Sigmoid"
    formula: ClassVar = "a = 1 / (1 + e^−z)"
    steepest: ClassVar[float] = 0.25
    bounded: ClassVar[bool] = True

    def value(self, program: Program, z: Region, a: Region) -> None:
        """σ(z) = ½·tanh(z/2) + ½, which cannot overflow."""
        half = program.constant(0.5)
        program.emit("multiply", z, half, a)
        program.emit("tanh", a, a)
        program.emit("multiply", a, half, a)
        program.emit("add", a, half, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        program.emit("subtract", program.constant(1.0), a, slope)
        program.emit("multiply", a, slope, slope)


class Tanh(ActivationSpec):
    """Squeezes any number into −1 to 1. Its slope needs only its value: 1 − a²."""

    kind: Literal["tanh"] = "tanh"
    title: ClassVar = "Tanh"
    formula: ClassVar = "a = tanh(z)"
    bounded: ClassVar[bool] = True
    levels: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def value(self, program: Program, z: Region, a: Region) -> None:
        program.emit("tanh", z, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        program.emit("multiply", a, a, slope)
        program.emit("subtract", program.constant(1.0), slope, slope)


class ReLU(ActivationSpec):
    """Rectifier: lets positive sums pass and cuts negative ones to 0."""

    kind: Literal["relu"] = "relu"
    title: ClassVar = "ReLU"
    formula: ClassVar = "a = max(0, z)"
    source: ClassVar = "Nair & Hinton 2010, Rectified linear units improve restricted Boltzmann machines"

    def value(self, program: Program, z: Region, a: Region) -> None:
        # fmax against a block of zeros is ten times faster than maximum; it maps NaN to 0, so the guard looks elsewhere
        program.emit("fmax", z, program.constant(0.0, *z.shape), a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        program.emit("sign", a, slope)


class LeakyReLU(ActivationSpec):
    """A rectifier that lets a little of the negative sums through, so that no unit dies."""

    kind: Literal["leaky_relu"] = "leaky_relu"
    title: ClassVar = "Leaky ReLU"
    formula: ClassVar = "a = z if z > 0 else negative_slope·z"
    source: ClassVar = "Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models"
    keeps_z: ClassVar[bool] = True  # because value() needs both z and its scaled copy

    negative_slope: float = knob(
        "How steep the negative side is.", title="Negative slope", default=0.01, gt=0, lt=1, scale="log"
    )

    def value(self, program: Program, z: Region, a: Region) -> None:
        program.emit("multiply", z, program.constant(self.negative_slope), a)
        program.emit("fmax", z, a, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        program.emit("heaviside", a, program.constant(0.0), slope)
        program.emit("multiply", slope, program.constant(1.0 - self.negative_slope), slope)
        program.emit("add", slope, program.constant(self.negative_slope), slope)


class Softmax(ActivationSpec):
    """Turns the weighted sums of a layer into probabilities that add up to 1. At the output only."""

    kind: Literal["softmax"] = "softmax"
    title: ClassVar = "Softmax"
    formula: ClassVar = "aᵢ = e^zᵢ / Σⱼ e^zⱼ"
    source: ClassVar = "Bridle 1990, Probabilistic interpretation of feedforward classification network outputs"
    has_slope: ClassVar[bool] = False
    bounded: ClassVar[bool] = True
    is_distribution: ClassVar[bool] = True

    def value(self, program: Program, z: Region, a: Region) -> None:
        units, batch = z.shape
        row = program.allocate(1, batch)
        program.emit("column_max", z, row.part(0, batch))
        program.emit("subtract", z, row, a)  # exp() of a large logit overflows
        program.emit("exp", a, a)
        program.emit("dot", program.constant(1.0, 1, units), a, row)
        program.emit("divide", a, row, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        pass

    def backward(self, program: Program, a: Region, slope: Region, delta: Region) -> None:
        """δ = a·(g − Σⱼ aⱼgⱼ): every output moves with every sum, so there is no slope per unit."""
        units, batch = a.shape
        row = program.allocate(1, batch)
        program.emit("multiply", a, delta, slope)
        program.emit("dot", program.constant(1.0, 1, units), slope, row)
        program.emit("subtract", delta, row, delta)
        program.emit("multiply", delta, a, delta)


Activation = Annotated[Threshold | Linear | Sigmoid | Tanh | ReLU | LeakyReLU, Field(discriminator="kind"), BY_KIND]
OutputActivation = Annotated[
    Threshold | Linear | Sigmoid | Tanh | ReLU | LeakyReLU | Softmax, Field(discriminator="kind"), BY_KIND
]
