"""Initializers: the weights and biases that a layer starts with."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.spec import BY_KIND, Spec, knob

Array = NDArray[Any]


class RandomNumbers(Protocol):
    """Anything that draws a number from 0 to below 1."""

    def random(self) -> float: ...


class InitializerSpec(Spec):
    """Base of the initializers. Biases start at 0 unless a class says otherwise."""

    continues_data: ClassVar[bool] = False  # draws on where the data's own random numbers ended

    @abstractmethod
    def weights(self, generator: np.random.Generator, units: int, inputs: int) -> Array:
        """Weights of shape (units, inputs)."""

    @property
    def first_bias(self) -> float:
        return 0.0


class Zeros(InitializerSpec):
    """All weights 0: every unit of a layer stays the same as its neighbours for ever."""

    kind: Literal["zeros"] = "zeros"
    title: ClassVar = "Zeros"
    formula: ClassVar = "w = 0"
    source: ClassVar = (
        "Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation, on symmetry"
    )

    def weights(self, generator: np.random.Generator, units: int, inputs: int) -> Array:
        return np.zeros((units, inputs))


class SmallRandom(InitializerSpec):
    """Normal random numbers of one small size, whatever the layer."""

    kind: Literal["small_random"] = "small_random"
    title: ClassVar = "Small random"
    formula: ClassVar = "w ~ N(0, scale²)"
    source: ClassVar = (
        "Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation, on symmetry"
    )

    scale: float = knob(
        "The standard deviation of the weights.", title="Scale", default=0.1, ge=1e-6, le=10, scale="log"
    )

    def weights(self, generator: np.random.Generator, units: int, inputs: int) -> Array:
        return generator.normal(0.0, self.scale, (units, inputs))


class Uniform(InitializerSpec):
    """Any number within a reach, all equally likely, whatever the layer."""

    kind: Literal["uniform"] = "uniform"
    title: ClassVar = "Uniform"
    formula: ClassVar = "w ~ U(−reach, reach)"
    source: ClassVar = "Kolen & Pollack 1990, Back propagation is sensitive to initial conditions"

    reach: float = knob("The largest size of a weight.", title="Reach", default=0.5, ge=1e-6, le=10, scale="log")

    def weights(self, generator: np.random.Generator, units: int, inputs: int) -> Array:
        return generator.uniform(-self.reach, self.reach, (units, inputs))


class Xavier(InitializerSpec):
    """Keeps the signal's size from layer to layer for tanh and sigmoid."""

    kind: Literal["xavier"] = "xavier"
    title: ClassVar = "Xavier"
    formula: ClassVar = "w ~ U(−r, r), r = √(6 / (inputs + units))"
    source: ClassVar = "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks"

    def weights(self, generator: np.random.Generator, units: int, inputs: int) -> Array:
        reach = np.sqrt(6.0 / (inputs + units))
        return generator.uniform(-reach, reach, (units, inputs))


class He(InitializerSpec):
    """Keeps the signal's size from layer to layer for ReLU, which cuts half of it away."""

    kind: Literal["he"] = "he"
    title: ClassVar = "He"
    formula: ClassVar = "w ~ N(0, 2 / inputs)"
    source: ClassVar = "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers"

    def weights(self, generator: np.random.Generator, units: int, inputs: int) -> Array:
        return generator.normal(0.0, np.sqrt(2.0 / inputs), (units, inputs))


class LeCun(InitializerSpec):
    """Keeps the size of the weighted sums from layer to layer, whatever comes after them. SELU wants it."""

    kind: Literal["lecun"] = "lecun"
    title: ClassVar = "LeCun"
    formula: ClassVar = "w ~ N(0, 1 / inputs)"
    source: ClassVar = "LeCun, Bottou, Orr & Müller 1998, Efficient backprop"

    def weights(self, generator: np.random.Generator, units: int, inputs: int) -> Array:
        return generator.normal(0.0, np.sqrt(1.0 / inputs), (units, inputs))


class Orthogonal(InitializerSpec):
    """A random rotation: turns the signal without stretching it, so that it survives many layers.

    The Q of a normal random matrix, its signs so that all rotations are equally likely. Of more units than inputs the
    columns are orthonormal, else the rows.
    """

    kind: Literal["orthogonal"] = "orthogonal"
    title: ClassVar = "Orthogonal"
    formula: ClassVar = "W·Wᵀ = 1 or Wᵀ·W = 1"
    source: ClassVar = (
        "Saxe, McClelland & Ganguli 2014, Exact solutions to the nonlinear dynamics of deep linear networks"
    )

    def weights(self, generator: np.random.Generator, units: int, inputs: int) -> Array:
        tall, wide = max(units, inputs), min(units, inputs)
        q, r = np.linalg.qr(generator.normal(size=(tall, wide)))
        rotation: Array = q * np.sign(np.diag(r))
        return rotation if units >= inputs else rotation.T


class TensorFlow(InitializerSpec):
    """As TensorFlow Playground starts: every weight between −½ and ½, every bias 0.1."""

    kind: Literal["tensorflow"] = "tensorflow"
    title: ClassVar = "TensorFlow Playground"
    formula: ClassVar = "w ~ U(−½, ½), b = bias"
    source: ClassVar = "tensorflow/playground, src/nn.ts"
    continues_data: ClassVar[bool] = True

    bias: float = knob("What the biases start as.", title="Bias", default=0.1, ge=-1, le=1, step=0.1)

    def weights(self, generator: RandomNumbers, units: int, inputs: int) -> Array:
        """One number after the other: unit by unit, input by input."""
        return np.array([generator.random() - 0.5 for _ in range(units * inputs)]).reshape(units, inputs)

    @property
    def first_bias(self) -> float:
        return self.bias


Initializer = Annotated[
    Zeros | SmallRandom | Uniform | Xavier | He | LeCun | Orthogonal | TensorFlow, Field(discriminator="kind"), BY_KIND
]
