"""Adaptive optimizers: each parameter has a step size of its own, learned from its gradients."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from core.optimizers.base import StepSpec, Vectors, rate_knob, weight_decay_knob
from core.program import Program, Region
from core.spec import knob


def _epsilon(default: float) -> Any:
    return knob(
        "Keeps the division from a division by 0.",
        title="ε",
        default=default,
        gt=0,
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


class MomentSpec(StepSpec):
    """Base of Adam and its kin: running means of the gradient and of its square."""

    beta1: float = knob("How long the mean of the gradient remembers.", title="β₁", default=0.9, ge=0, lt=1)
    beta2: float = knob("How long the mean of its square remembers.", title="β₂", default=0.999, ge=0, lt=1)
    epsilon: float = _epsilon(1e-8)

    def means(self, program: Program, vectors: Vectors) -> tuple[Region, Region]:
        """Contribute m ← β₁m + (1−β₁)g and v ← β₂v + (1−β₂)g². Both are the rows of one (2, n) block, so that each
        line of the algorithm is one operation; a second such block is free to use."""
        decay = np.array([[self.beta1], [self.beta2]])
        decays, shares = program.vector(decay), program.vector(1.0 - decay)
        moments, fresh = program.state("moments", 2, vectors.size), program.allocate(2, vectors.size)
        program.emit("multiply", vectors.gradient, vectors.gradient, vectors.scratch)
        program.emit("multiply", moments, decays, moments)
        program.emit("multiply", vectors.pair, shares, fresh)
        program.emit("add", moments, fresh, moments)
        return moments, fresh

    def direction(self, program: Program, vectors: Vectors) -> Region:
        """Contribute m̂ / (√v̂ + ε): the means, freed from their start at 0."""
        moments, fresh = self.means(program, vectors)
        mean, spread = fresh.part(0, vectors.size), fresh.part(vectors.size, vectors.size)
        powers = program.state("powers", 2, 1, value=1.0)  # β₁ᵗ and β₂ᵗ
        bias = program.allocate(2, 1)
        program.emit("multiply", powers, program.vector(np.array([[self.beta1], [self.beta2]])), powers)
        program.emit("subtract", program.constant(1.0), powers, bias)
        program.emit("divide", moments, bias, fresh)
        program.emit("sqrt", spread, spread)
        program.emit("add", spread, program.constant(self.epsilon), spread)
        program.emit("divide", mean, spread, mean)
        return mean


class Adam(MomentSpec):
    """Running means of the gradient and of its square: a parameter with noisy gradients takes smaller steps."""

    kind: Literal["adam"] = "adam"
    title: ClassVar = "Adam"
    formula: ClassVar = "m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·m̂ / (√v̂ + ε)"
    source: ClassVar = "Kingma & Ba 2015, Adam: a method for stochastic optimization, algorithm 1"

    def update(self, program: Program, vectors: Vectors) -> None:
        self.descend(program, vectors, self.direction(program, vectors))


class AdamW(MomentSpec):
    """Adam with a weight decay of its own: every update takes a small share off each weight, whatever its gradients."""

    kind: Literal["adamw"] = "adamw"
    title: ClassVar = "AdamW"
    formula: ClassVar = "w ← w − η·(m̂ / (√v̂ + ε) + weight_decay·w), m̂ and v̂ as in Adam"
    source: ClassVar = "Loshchilov & Hutter 2019, Decoupled weight decay regularization, algorithm 2"

    weight_decay: float = weight_decay_knob(0.01)

    def update(self, program: Program, vectors: Vectors) -> None:
        direction = self.direction(program, vectors)
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
        gradient, scratch, size = vectors.gradient, vectors.scratch, vectors.size
        moments, fresh = self.means(program, vectors)
        direction, spread = fresh.part(0, size), fresh.part(size, size)
        gradient_share, mean_share, bias = self._shares(program)
        program.emit("multiply", moments.part(0, size), mean_share, direction)
        program.emit("multiply", gradient, gradient_share, scratch)
        program.emit("add", direction, scratch, direction)
        program.emit("divide", moments.part(size, size), bias, spread)
        program.emit("sqrt", spread, spread)
        program.emit("add", spread, program.constant(self.epsilon), spread)
        program.emit("divide", direction, spread, direction)
        self.descend(program, vectors, direction)

    def _shares(self, program: Program) -> tuple[Region, Region, Region]:
        """Contribute the numbers that gradient and mean are multiplied with, and 1 − β₂ᵗ."""
        one, half = program.constant(1.0), 0.5 * self.beta1
        powers = program.state("powers", 2, value=1.0)  # 0.96^(t/250) and β₂ᵗ
        product = program.state("product", value=1.0)  # Πμ
        momenta, shares, rests = (program.allocate(2) for _ in range(3))
        now, then, bias = momenta.part(0), momenta.part(1), program.allocate()
        program.emit("multiply", powers, program.vector(np.array([self.GROWTH, self.beta2])), powers)
        program.emit("multiply", powers.part(0), program.vector(np.array([half, half * self.GROWTH])), momenta)
        program.emit("subtract", program.constant(self.beta1), momenta, momenta)  # μₜ and μₜ₊₁
        program.emit("multiply", product, now, product)
        program.emit("positive", product, rests.part(0))
        program.emit("multiply", product, then, rests.part(1))
        program.emit("subtract", one, rests, rests)
        program.emit("subtract", one, now, shares.part(0))
        program.emit("positive", then, shares.part(1))
        program.emit("divide", shares, rests, shares)
        program.emit("subtract", one, powers.part(1), bias)
        return shares.part(0), shares.part(1), bias


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
