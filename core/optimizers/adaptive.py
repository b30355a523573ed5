"""Adaptive optimizers: each parameter has a step size of its own, learned from its gradients."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from core.optimizers.base import OptimizerSpec, Vectors
from core.program import Program
from core.spec import knob


class Adam(OptimizerSpec):
    """Running means of the gradient and of its square: a parameter with noisy gradients takes smaller steps."""

    kind: Literal["adam"] = "adam"
    title: ClassVar = "Adam"
    formula: ClassVar = "m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·m̂ / (√v̂ + ε)"
    source: ClassVar = "Kingma & Ba 2015, Adam: a method for stochastic optimization, algorithm 1"

    beta1: float = knob("How long the mean of the gradient remembers.", title="β₁", default=0.9, ge=0, lt=1)
    beta2: float = knob("How long the mean of its square remembers.", title="β₂", default=0.999, ge=0, lt=1)
    epsilon: float = knob(
        "Keeps the division from a division by 0.", title="ε", default=1e-8, gt=0, le=1, scale="log", control="number"
    )

    def update(self, program: Program, vectors: Vectors) -> None:
        """Both means are the rows of one (2, n) block, so that each line of the algorithm is one operation."""
        gradient, squares, size = vectors.gradient, vectors.scratch, vectors.size
        decay = np.array([[self.beta1], [self.beta2]])
        decays, shares = program.vector(decay), program.vector(1.0 - decay)
        moments = program.state("moments", 2, size)
        powers = program.state("powers", 2, 1, value=1.0)  # β₁ᵗ and β₂ᵗ
        fresh, bias = program.allocate(2, size), program.allocate(2, 1)
        mean, spread = fresh.part(0, size), fresh.part(size, size)

        program.emit("multiply", gradient, gradient, squares)
        program.emit("multiply", moments, decays, moments)
        program.emit("multiply", vectors.pair, shares, fresh)
        program.emit("add", moments, fresh, moments)
        program.emit("multiply", powers, decays, powers)
        program.emit("subtract", program.constant(1.0), powers, bias)
        program.emit("divide", moments, bias, fresh)
        program.emit("sqrt", spread, spread)
        program.emit("add", spread, program.constant(self.epsilon), spread)
        program.emit("divide", mean, spread, mean)
        self.descend(program, vectors, mean)
