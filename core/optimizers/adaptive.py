"""Adaptive optimizers: each parameter has a step size of its own, learned from its gradients."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from core.optimizers.base import StepSpec, Vectors, rate_knob, weight_decay_knob
from core.program import Program, Region
from core.spec import knob


def _epsilon(default: float) -> Any:
    return knob(
        "Keeps the division from a division by 0.",
        title="ε",
        default=default,
        ge=1e-16,
        le=1,
        scale="log",
        control="number",
    )


def _rho() -> Any:
    return knob("How long the mean of the squares remembers.", title="ρ", default=0.9, ge=0, lt=1)


class Adagrad(StepSpec):
    """Adds up every gradient's square: a parameter that has moved much takes smaller and smaller steps."""

    kind: Literal["adagrad"] = "adagrad"
    title: ClassVar = "Adagrad"
    formula: ClassVar = "s ← s + g², w ← w − η·g / (√s + ε)"
    source: ClassVar = "Duchi, Hazan & Singer 2011, Adaptive subgradient methods, with diagonal matrices"

    learning_rate: float = rate_knob(0.1)
    epsilon: float = _epsilon(1e-10)

    def update(self, program: Program, vectors: Vectors) -> None:
        gradient, scratch = vectors.gradient, vectors.scratch
        total = program.state("squares", vectors.size)
        program.emit("multiply", gradient, gradient, scratch)
        program.emit("add", total, scratch, total)
        program.emit("sqrt", total, scratch)
        program.emit("add", scratch, program.constant(self.epsilon), scratch)
        program.emit("divide", gradient, scratch, scratch)
        self.descend(program, vectors, scratch)


class RMSprop(StepSpec):
    """Divides by the recent size of the gradient: steps are alike on steep and on flat ground, and never die out."""

    kind: Literal["rmsprop"] = "rmsprop"
    title: ClassVar = "RMSProp"
    formula: ClassVar = "v ← ρ·v + (1−ρ)·g², w ← w − η·g / (√v + ε)"
    source: ClassVar = "Tieleman & Hinton 2012, Neural networks for machine learning, lecture 6.5"

    learning_rate: float = rate_knob(0.01)
    rho: float = _rho()
    epsilon: float = _epsilon(1e-8)

    def update(self, program: Program, vectors: Vectors) -> None:
        gradient, scratch = vectors.gradient, vectors.scratch
        squares = program.state("squares", vectors.size)
        program.emit("multiply", gradient, gradient, scratch)
        _blend(program, squares, scratch, self.rho)
        program.emit("sqrt", squares, scratch)
        program.emit("add", scratch, program.constant(self.epsilon), scratch)
        program.emit("divide", gradient, scratch, scratch)
        self.descend(program, vectors, scratch)


class Adadelta(StepSpec):
    """RMSProp that finds its own step size from the steps it has taken. It starts slowly.

    The two roots give the step the unit of a weight, so that the learning rate is a mere factor, 1 in the paper.
    """

    kind: Literal["adadelta"] = "adadelta"
    title: ClassVar = "Adadelta"
    formula: ClassVar = "v ← ρ·v + (1−ρ)·g², d = g·√(u + ε) / √(v + ε), u ← ρ·u + (1−ρ)·d², w ← w − η·d"
    source: ClassVar = "Zeiler 2012, ADADELTA: an adaptive learning rate method"

    learning_rate: float = rate_knob(1.0)
    rho: float = _rho()
    epsilon: float = _epsilon(1e-6)

    def update(self, program: Program, vectors: Vectors) -> None:
        gradient, scratch, epsilon = vectors.gradient, vectors.scratch, program.constant(self.epsilon)
        squares, steps = program.state("squares", vectors.size), program.state("steps", vectors.size)
        direction = program.allocate(vectors.size)
        program.emit("multiply", gradient, gradient, scratch)
        _blend(program, squares, scratch, self.rho)
        program.emit("add", squares, epsilon, scratch)
        program.emit("add", steps, epsilon, direction)
        program.emit("divide", direction, scratch, direction)
        program.emit("sqrt", direction, direction)
        program.emit("multiply", direction, gradient, direction)
        program.emit("multiply", direction, direction, scratch)
        _blend(program, steps, scratch, self.rho)
        self.descend(program, vectors, direction)


class Means(NamedTuple):
    """Weighted sums of the gradients and of their squares, (n,) each, and the sums of the weights, single numbers."""

    gradients: Region
    gradients_weight: Region
    squares: Region
    squares_weight: Region


class MomentSpec(StepSpec):
    """Base of Adam and its kin: running means of the gradient and of its square."""

    beta1: float = knob("How long the mean of the gradient remembers.", title="β₁", default=0.9, ge=0, lt=1)
    beta2: float = knob("How long the mean of its square remembers.", title="β₂", default=0.999, ge=0, lt=1)
    epsilon: float = _epsilon(1e-8)

    def means(self, program: Program, vectors: Vectors) -> Means:
        """Contribute both means, each as a sum in which what is k updates old weighs βᵏ, and the sum of these weights.

        One divided by the other is the mean as the paper corrects it for its start at 0: Σ βᵏ = (1 − βᵗ) / (1 − β).
        """
        size = vectors.size
        sums = program.state("sums", 2, size + 1)
        gradients, squares = sums.rows(0, 1), sums.rows(1, 2)
        program.emit("multiply", vectors.gradient, vectors.gradient, vectors.scratch)
        program.emit("multiply", gradients, program.constant(self.beta1), gradients)
        program.emit("multiply", squares, program.constant(self.beta2), squares)
        program.emit("add", sums, vectors.pair, sums)  # the ones at the end of each row add up the weights
        return Means(gradients.part(0, size), gradients.part(size), squares.part(0, size), squares.part(size))

    def spread(self, program: Program, means: Means) -> Region:
        """Contribute √v̂ + ε."""
        spread = program.allocate(*means.squares.shape)
        program.emit("divide", means.squares, means.squares_weight, spread)
        program.emit("sqrt", spread, spread)
        program.emit("add", spread, program.constant(self.epsilon), spread)
        return spread


class Adam(MomentSpec):
    """Running means of the gradient and of its square: a parameter with noisy gradients takes smaller steps."""

    kind: Literal["adam"] = "adam"
    title: ClassVar = "Adam"
    formula: ClassVar = "m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·m̂ / (√v̂ + ε)"
    source: ClassVar = "Kingma & Ba 2015, Adam: a method for stochastic optimization, algorithm 1"

    def update(self, program: Program, vectors: Vectors) -> None:
        """The sum of the weights is taken out of the learning rate, one number, and not out of every parameter's m."""
        means = self.means(program, vectors)
        direction, rate = self.spread(program, means), program.allocate()
        program.emit("divide", means.gradients, direction, direction)
        program.emit("divide", vectors.rate, means.gradients_weight, rate)
        self.descend(program, vectors, direction, rate)


class AdamW(MomentSpec):
    """Adam with a weight decay of its own: every update takes a small share off each weight, whatever its gradients."""

    kind: Literal["adamw"] = "adamw"
    title: ClassVar = "AdamW"
    formula: ClassVar = "w ← w − η·(m̂ / (√v̂ + ε) + weight_decay·w), m̂ and v̂ as in Adam"
    source: ClassVar = "Loshchilov & Hutter 2019, Decoupled weight decay regularization, algorithm 2"

    weight_decay: float = weight_decay_knob(0.01)

    def update(self, program: Program, vectors: Vectors) -> None:
        means = self.means(program, vectors)
        direction = self.spread(program, means)
        program.emit("divide", means.gradients, direction, direction)
        program.emit("divide", direction, means.gradients_weight, direction)
        self.decay(program, vectors, self.weight_decay, direction)
        self.descend(program, vectors, direction)


class NAdam(MomentSpec):
    """Adam that looks ahead, as Nesterov's momentum does: the newest gradient counts at once.

    Its momentum μ grows from about ½β₁ to β₁, as the paper proposes and PyTorch does.
    """

    kind: Literal["nadam"] = "nadam"
    title: ClassVar = "NAdam"
    formula: ClassVar = "w ← w − η·((1−μₜ)/(1−Πμ)·g + μₜ₊₁/(1−Πμ·μₜ₊₁)·m) / (√v̂ + ε), μₜ = β₁·(1 − ½·0.96^(t/250))"
    source: ClassVar = "Dozat 2016, Incorporating Nesterov momentum into Adam"
    GROWTH: ClassVar = 0.96 ** (1 / 250)

    def update(self, program: Program, vectors: Vectors) -> None:
        means, direction = self.means(program, vectors), program.allocate(vectors.size)
        gradient_share, sum_share = self._shares(program)
        program.emit("multiply", means.gradients, sum_share, direction)
        program.emit("multiply", vectors.gradient, gradient_share, vectors.scratch)
        program.emit("add", direction, vectors.scratch, direction)
        program.emit("divide", direction, self.spread(program, means), direction)
        self.descend(program, vectors, direction)

    def _shares(self, program: Program) -> tuple[Region, Region]:
        """Contribute the numbers that the gradient and the weighted sum of the gradients are multiplied with."""
        one, half = program.constant(1.0), 0.5 * self.beta1
        growth = program.state("growth", value=1.0)  # 0.96^(t/250)
        product = program.state("product", value=1.0)  # Πμ
        momenta, shares, rests = (program.allocate(2) for _ in range(3))
        now, then = momenta.part(0), momenta.part(1)
        program.emit("multiply", growth, program.constant(self.GROWTH), growth)
        program.emit("multiply", growth, program.vector(np.array([half, half * self.GROWTH])), momenta)
        program.emit("subtract", program.constant(self.beta1), momenta, momenta)  # μₜ and μₜ₊₁
        program.emit("multiply", product, now, product)
        program.emit("positive", product, rests.part(0))
        program.emit("multiply", product, then, rests.part(1))
        program.emit("subtract", one, rests, rests)
        program.emit("subtract", one, now, shares.part(0))
        program.emit("multiply", then, program.constant(1.0 - self.beta1), shares.part(1))  # m is that much of the sum
        program.emit("divide", shares, rests, shares)
        return shares.part(0), shares.part(1)


class Lion(StepSpec):
    """Looks only at the sign: every parameter moves by the same amount, up or down. Found by a search over programs."""

    kind: Literal["lion"] = "lion"
    title: ClassVar = "Lion"
    formula: ClassVar = "w ← w − η·(sign(β₁m + (1−β₁)g) + weight_decay·w), m ← β₂m + (1−β₂)g"
    source: ClassVar = "Chen et al. 2023, Symbolic discovery of optimization algorithms, algorithm 2"

    learning_rate: float = rate_knob(0.003)
    beta1: float = knob("How much of the step the mean decides.", title="β₁", default=0.9, ge=0, lt=1)
    beta2: float = knob("How long the mean of the gradient remembers.", title="β₂", default=0.99, ge=0, lt=1)
    weight_decay: float = weight_decay_knob(0.0)

    def update(self, program: Program, vectors: Vectors) -> None:
        gradient, scratch = vectors.gradient, vectors.scratch
        mean, direction = program.state("mean", vectors.size), program.allocate(vectors.size)
        program.emit("multiply", mean, program.constant(self.beta1), direction)
        program.emit("multiply", gradient, program.constant(1.0 - self.beta1), scratch)
        program.emit("add", direction, scratch, direction)
        program.emit("sign", direction, direction)
        program.emit("positive", gradient, scratch)
        _blend(program, mean, scratch, self.beta2)
        self.decay(program, vectors, self.weight_decay, direction)
        self.descend(program, vectors, direction)


def _blend(program: Program, mean: Region, value: Region, keep: float) -> None:
    """mean ← keep·mean + (1 − keep)·value. The value is used up."""
    program.emit("multiply", mean, program.constant(keep), mean)
    program.emit("multiply", value, program.constant(1.0 - keep), value)
    program.emit("add", mean, value, mean)
