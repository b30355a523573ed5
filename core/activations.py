"""Activations: what a unit makes of its weighted sum. Value and slope stand side by side, one class each."""

from __future__ import annotations

import math
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
    period: ClassVar[float | None] = None  # after which the values come again

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
    source: ClassVar = "Widrow & Hoff 1960, Adaptive switching circuits"
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
    source: ClassVar = "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors"
    steepest: ClassVar[float] = 0.25
    bounded: ClassVar[bool] = True

    def value(self, program: Program, z: Region, a: Region) -> None:
        sigmoid(program, z, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        program.emit("subtract", program.constant(1.0), a, slope)
        program.emit("multiply", a, slope, slope)


class Tanh(ActivationSpec):
    """Squeezes any number into −1 to 1. Its slope needs only its value: 1 − a²."""

    kind: Literal["tanh"] = "tanh"
    title: ClassVar = "Tanh"
    formula: ClassVar = "a = tanh(z)"
    source: ClassVar = "LeCun, Bottou, Orr & Müller 1998, Efficient backprop"
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
        program.emit("greater", a, program.constant(0.0), slope)


class LeakyReLU(ActivationSpec):
    """A rectifier that lets a little of the negative sums through, so that no unit dies."""

    kind: Literal["leaky_relu"] = "leaky_relu"
    title: ClassVar = "Leaky ReLU"
    formula: ClassVar = "a = z if z > 0 else negative_slope·z"
    source: ClassVar = "Maas, Hannun & Ng 2013, Rectifier nonlinearities improve neural network acoustic models"

    negative_slope: float = knob(
        "How steep the negative side is.", title="Negative slope", default=0.01, ge=1e-6, lt=1, scale="log"
    )

    def value(self, program: Program, z: Region, a: Region) -> None:
        leak = program.allocate(*z.shape)
        program.emit("multiply", z, program.constant(self.negative_slope), leak)
        program.emit("fmax", z, leak, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        program.emit("heaviside", a, program.constant(0.0), slope)
        program.emit("multiply", slope, program.constant(1.0 - self.negative_slope), slope)
        program.emit("add", slope, program.constant(self.negative_slope), slope)


class ELU(ActivationSpec):
    """A rectifier that bends smoothly into the negative, down to −α: a unit's outputs can average to 0."""

    kind: Literal["elu"] = "elu"
    title: ClassVar = "ELU"
    formula: ClassVar = "a = z if z > 0 else α·(e^z − 1)"
    source: ClassVar = "Clevert, Unterthiner & Hochreiter 2016, Fast and accurate deep network learning by ELUs"

    alpha: float = knob("How far down the negative side goes.", title="α", default=1.0, gt=0, le=10)

    def value(self, program: Program, z: Region, a: Region) -> None:
        exponential_below(program, z, a, scale=1.0, depth=self.alpha)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        exponential_below_slope(program, a, slope, scale=1.0, depth=self.alpha)


class SELU(ActivationSpec):
    """An ELU scaled so that from layer to layer the outputs keep a mean of 0 and a deviation of 1. Wants LeCun weights.

    λ and α solve exactly that: the mean and variance of f(z) for a standard normal z are 0 and 1.
    """

    kind: Literal["selu"] = "selu"
    title: ClassVar = "SELU"
    formula: ClassVar = "a = λ·z if z > 0 else λ·α·(e^z − 1), λ = 1.0507, α = 1.6733"
    source: ClassVar = "Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks"
    LAMBDA: ClassVar = 1.0507009873554804934193349852946
    ALPHA: ClassVar = 1.6732632423543772848170429916717
    steepest: ClassVar[float] = LAMBDA * ALPHA

    def value(self, program: Program, z: Region, a: Region) -> None:
        exponential_below(program, z, a, scale=self.LAMBDA, depth=self.LAMBDA * self.ALPHA)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        exponential_below_slope(program, a, slope, scale=self.LAMBDA, depth=self.LAMBDA * self.ALPHA)


class Softplus(ActivationSpec):
    """A rectifier without a corner: never quite 0, and soon a straight line. Its slope is the sigmoid of z."""

    kind: Literal["softplus"] = "softplus"
    title: ClassVar = "Softplus"
    formula: ClassVar = "a = ln(1 + e^z)"
    source: ClassVar = "Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, Incorporating second-order functional knowledge"

    def value(self, program: Program, z: Region, a: Region) -> None:
        softplus(program, z, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        """σ(z) = 1 − e^−a: the value alone tells it."""
        program.emit("negative", a, slope)
        program.emit("expm1", slope, slope)
        program.emit("negative", slope, slope)


class Softsign(ActivationSpec):
    """Squeezes any number into −1 to 1 like tanh, but takes its time: far out it still has a slope to learn from."""

    kind: Literal["softsign"] = "softsign"
    title: ClassVar = "Softsign"
    formula: ClassVar = "a = z / (1 + |z|)"
    source: ClassVar = "Turian, Bergstra & Bengio 2009, Quadratic features and deep architectures for chunking"
    bounded: ClassVar[bool] = True
    levels: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def value(self, program: Program, z: Region, a: Region) -> None:
        size = program.allocate(*z.shape)
        program.emit("absolute", z, size)
        program.emit("add", size, program.constant(1.0), size)
        program.emit("divide", z, size, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        """1/(1 + |z|)² = (1 − |a|)²."""
        program.emit("absolute", a, slope)
        program.emit("subtract", program.constant(1.0), slope, slope)
        program.emit("multiply", slope, slope, slope)


class GELU(ActivationSpec):
    """A smooth rectifier that dips a little below 0: passes each sum on by how likely a random one is smaller.

    This is the paper's tanh approximation of z·Φ(z), which language models use: NumPy has no erf, and they differ by
    less than 0.0005.
    """

    kind: Literal["gelu"] = "gelu"
    title: ClassVar = "GELU"
    formula: ClassVar = "a = ½z·(1 + tanh u), u = √(2/π)·(z + 0.044715·z³)"
    source: ClassVar = "Hendrycks & Gimpel 2016, Gaussian error linear units"
    keeps_z: ClassVar[bool] = True
    steepest: ClassVar[float] = 1.12899
    LINEAR: ClassVar = math.sqrt(2.0 / math.pi)
    CUBIC: ClassVar = 0.044715 * LINEAR

    def _tanh_u(self, program: Program, z: Region, square: Region, result: Region) -> None:
        """tanh(z·(LINEAR + CUBIC·z²))"""
        program.emit("multiply", square, program.constant(self.CUBIC), result)
        program.emit("add", result, program.constant(self.LINEAR), result)
        program.emit("multiply", result, z, result)
        program.emit("tanh", result, result)

    def value(self, program: Program, z: Region, a: Region) -> None:
        program.emit("multiply", z, z, a)
        self._tanh_u(program, z, a, a)
        program.emit("add", a, program.constant(1.0), a)
        program.emit("multiply", a, z, a)
        program.emit("multiply", a, program.constant(0.5), a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        """½(1 + T) + ½z·(1 − T²)·u′ = ½(1 + T)·(1 + (1 − T)·z·u′), with T = tanh u and u′ = LINEAR + 3·CUBIC·z²."""
        one = program.constant(1.0)
        tanh_u, rest = program.allocate(*z.shape), program.allocate(*z.shape)
        program.emit("multiply", z, z, slope)
        self._tanh_u(program, z, slope, tanh_u)
        program.emit("multiply", slope, program.constant(3.0 * self.CUBIC), slope)
        program.emit("add", slope, program.constant(self.LINEAR), slope)
        program.emit("multiply", slope, z, slope)
        program.emit("subtract", one, tanh_u, rest)
        program.emit("multiply", slope, rest, slope)
        program.emit("add", slope, one, slope)
        program.emit("add", tanh_u, one, tanh_u)
        program.emit("multiply", slope, tanh_u, slope)
        program.emit("multiply", slope, program.constant(0.5), slope)


class Swish(ActivationSpec):
    """A smooth rectifier that dips a little below 0: the sum times its own sigmoid. Also called SiLU."""

    kind: Literal["swish"] = "swish"
    title: ClassVar = "Swish"
    formula: ClassVar = "a = z / (1 + e^−z)"
    source: ClassVar = "Ramachandran, Zoph & Le 2017, Searching for activation functions"
    keeps_z: ClassVar[bool] = True
    steepest: ClassVar[float] = 1.09984

    def value(self, program: Program, z: Region, a: Region) -> None:
        sigmoid(program, z, a)
        program.emit("multiply", a, z, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        """σ + z·σ·(1 − σ) = σ + a·(1 − σ)."""
        rest = program.allocate(*z.shape)
        sigmoid(program, z, slope)
        program.emit("subtract", program.constant(1.0), slope, rest)
        program.emit("multiply", rest, a, rest)
        program.emit("add", slope, rest, slope)


class Mish(ActivationSpec):
    """A smooth rectifier that dips a little below 0, much like swish: the sum times the tanh of its softplus."""

    kind: Literal["mish"] = "mish"
    title: ClassVar = "Mish"
    formula: ClassVar = "a = z·tanh(ln(1 + e^z))"
    source: ClassVar = "Misra 2020, Mish: a self regularized non-monotonic activation function"
    keeps_z: ClassVar[bool] = True
    steepest: ClassVar[float] = 1.08850

    def value(self, program: Program, z: Region, a: Region) -> None:
        softplus(program, z, a)
        program.emit("tanh", a, a)
        program.emit("multiply", a, z, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        """T + z·(1 − T²)·σ, with s = softplus(z), T = tanh(s) and σ = 1 − e^−s."""
        bend, square = program.allocate(*z.shape), program.allocate(*z.shape)
        softplus(program, z, slope)
        program.emit("negative", slope, bend)
        program.emit("expm1", bend, bend)  # −σ
        program.emit("multiply", bend, z, bend)
        program.emit("tanh", slope, slope)
        program.emit("multiply", slope, slope, square)
        program.emit("subtract", square, program.constant(1.0), square)
        program.emit("multiply", bend, square, bend)
        program.emit("add", slope, bend, slope)


class Sine(ActivationSpec):
    """A wave: a unit gives the same answer again and again across its inputs. Good at what repeats, hard to tame."""

    kind: Literal["sin"] = "sin"
    title: ClassVar = "Sine"
    formula: ClassVar = "a = sin(z)"
    source: ClassVar = "Sitzmann et al. 2020, Implicit neural representations with periodic activation functions"
    period: ClassVar[float | None] = 2 * math.pi
    keeps_z: ClassVar[bool] = True
    bounded: ClassVar[bool] = True
    levels: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def value(self, program: Program, z: Region, a: Region) -> None:
        program.emit("sin", z, a)

    def slope(self, program: Program, z: Region, a: Region, slope: Region) -> None:
        program.emit("cos", z, slope)


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
        row, sums = program.allocate(1, batch), program.allocate(units, batch)
        program.emit("column_max", z, row.part(0, batch))
        program.emit("subtract", z, row, a)  # exp() of a large logit overflows
        program.emit("exp", a, a)
        program.emit("dot", program.constant(1.0, units, units), a, sums)  # every row the sum, to divide like by like
        program.emit("divide", a, sums, a)

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


def sigmoid(program: Program, z: Region, result: Region) -> None:
    """σ(z) = ½·tanh(z/2) + ½, which cannot overflow."""
    half = program.constant(0.5)
    program.emit("multiply", z, half, result)
    program.emit("tanh", result, result)
    program.emit("multiply", result, half, result)
    program.emit("add", result, half, result)


def softplus(program: Program, z: Region, result: Region) -> None:
    """ln(1 + e^z) = max(0, z) + ln(1 + e^−|z|), which cannot overflow."""
    rest = program.allocate(*z.shape)
    program.emit("absolute", z, rest)
    program.emit("negative", rest, rest)
    program.emit("exp", rest, rest)
    program.emit("log1p", rest, rest)
    program.emit("fmax", z, program.constant(0.0, *z.shape), result)
    program.emit("add", result, rest, result)


def exponential_below(program: Program, z: Region, a: Region, scale: float, depth: float) -> None:
    """a = scale·z above 0, depth·(e^z − 1) below."""
    below, zeros = program.allocate(*z.shape), program.constant(0.0, *z.shape)
    program.emit("fmin", z, zeros, below)  # exp() of a large z overflows
    program.emit("expm1", below, below)
    program.emit("multiply", below, program.constant(depth), below)
    program.emit("fmax", z, zeros, a)
    program.emit("multiply", a, program.constant(scale), a)
    program.emit("add", a, below, a)


def exponential_below_slope(program: Program, a: Region, slope: Region, scale: float, depth: float) -> None:
    """slope = scale above 0, a + depth below, because there a + depth is depth·e^z."""
    jump = program.allocate(*a.shape)
    program.emit("heaviside", a, program.constant(0.0), jump)
    program.emit("multiply", jump, program.constant(scale - depth), jump)
    program.emit("fmin", a, program.constant(0.0, *a.shape), slope)
    program.emit("add", slope, jump, slope)
    program.emit("add", slope, program.constant(depth), slope)


Hidden = (
    Threshold
    | Linear
    | Sigmoid
    | Tanh
    | ReLU
    | LeakyReLU
    | ELU
    | SELU
    | Softplus
    | Softsign
    | GELU
    | Swish
    | Mish
    | Sine
)
Activation = Annotated[Hidden, Field(discriminator="kind"), BY_KIND]
OutputActivation = Annotated[Hidden | Softmax, Field(discriminator="kind"), BY_KIND]
