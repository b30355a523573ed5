"""Descent: optimizers that follow the gradient with one step size for all parameters."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.optimizers.base import AVERAGE, StepSpec, Vectors
from core.program import Program
from core.spec import knob


class BatchGradientDescent(StepSpec):
    """One update per epoch, from the gradient of all training samples: exact, smooth and slow."""

    kind: Literal["batch_gradient_descent"] = "batch_gradient_descent"
    title: ClassVar = "Batch gradient descent"
    formula: ClassVar = "w ← w − η·∇L(all samples)"
    source: ClassVar = "Cauchy 1847, Méthode générale pour la résolution des systèmes d'équations simultanées"
    whole_batch: ClassVar[bool] = True

    def update(self, program: Program, vectors: Vectors) -> None:
        self.descend(program, vectors, vectors.gradient)


class SGD(StepSpec):
    """Stochastic gradient descent: an update per batch, from the gradient of that batch alone."""

    kind: Literal["sgd"] = "sgd"
    title: ClassVar = "SGD"
    formula: ClassVar = "w ← w − η·∇L(batch)"
    source: ClassVar = "Robbins & Monro 1951, A stochastic approximation method"

    def update(self, program: Program, vectors: Vectors) -> None:
        self.descend(program, vectors, vectors.gradient)


class Momentum(StepSpec):
    """A rolling ball: each update keeps a share of the speed of the one before."""

    kind: Literal["momentum"] = "momentum"
    title: ClassVar = "Momentum"
    formula: ClassVar = "v ← μ·v + ∇L, w ← w − η·v"
    source: ClassVar = "Polyak 1964; in the form of Sutskever, Martens, Dahl & Hinton 2013 without dampening"

    momentum: float = knob("The share of its speed that the ball keeps.", title="Momentum", default=0.9, ge=0, lt=1)

    def update(self, program: Program, vectors: Vectors) -> None:
        velocity = program.state("velocity", vectors.size)
        program.emit("multiply", velocity, program.constant(self.momentum), velocity)
        program.emit("add", velocity, vectors.gradient, velocity)
        self.descend(program, vectors, velocity)


class Nesterov(StepSpec):
    """Momentum that looks ahead: it takes the slope where the ball is about to be, and so brakes before it overshoots.

    In PyTorch's form: the parameters are the place that is looked at, μ·v ahead of the ball.
    """

    kind: Literal["nesterov"] = "nesterov"
    title: ClassVar = "Nesterov"
    formula: ClassVar = "v ← μ·v + ∇L, w ← w − η·(∇L + μ·v)"
    source: ClassVar = "Nesterov 1983; in the form of Sutskever, Martens, Dahl & Hinton 2013"

    momentum: float = knob("The share of its speed that the ball keeps.", title="Momentum", default=0.9, ge=0, lt=1)

    def update(self, program: Program, vectors: Vectors) -> None:
        velocity, ahead = program.state("velocity", vectors.size), vectors.scratch
        program.emit("multiply", velocity, program.constant(self.momentum), velocity)
        program.emit("add", velocity, vectors.gradient, velocity)
        program.emit("multiply", velocity, program.constant(self.momentum), ahead)
        program.emit("add", vectors.gradient, ahead, ahead)
        self.descend(program, vectors, ahead)


class AveragedSGD(StepSpec):
    """Trains like SGD, and shows and predicts with the average of all weights it has had: the noise cancels out."""

    kind: Literal["averaged_sgd"] = "averaged_sgd"
    title: ClassVar = "Averaged SGD"
    formula: ClassVar = "w ← w − η·∇L, w̄ ← w̄ + (w − w̄) / t, t counted from the start of averaging"
    source: ClassVar = "Polyak & Juditsky 1992, Acceleration of stochastic approximation by averaging; Ruppert 1988"

    start: int = knob(
        "How many updates pass before averaging begins, so that the first, far-off weights do not count.",
        title="Start",
        unit="updates",
        default=500,
        ge=0,
        le=1_000_000,
        scale="log",
        control="number",
    )

    def update(self, program: Program, vectors: Vectors) -> None:
        self.descend(program, vectors, vectors.gradient)

    def settle(self, program: Program, vectors: Vectors) -> None:
        """Until averaging begins its divisor stays 1, and the average is the weights themselves."""
        average, updates = program.state(AVERAGE, vectors.size), program.state("updates")
        difference, divisor, one = program.allocate(vectors.size), program.allocate(), program.constant(1.0)
        program.emit("add", updates, one, updates)
        program.emit("subtract", updates, program.constant(float(self.start)), divisor)
        program.emit("maximum", divisor, one, divisor)
        program.emit("subtract", vectors.parameters, average, difference)
        program.emit("divide", difference, divisor, difference)
        program.emit("add", average, difference, average)
