"""Regularizers: what keeps the weights small. They pull on weights, never on biases; shown losses are without them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.optimizers import Vectors
from core.program import Program
from core.spec import BY_KIND, Spec, knob


class RegularizerSpec(Spec):
    """Base of the regularizers."""

    @abstractmethod
    def pull(self, program: Program, vectors: Vectors) -> None:
        """Contribute gradient += ∂penalty/∂parameters, for the weights alone."""

    def settle(self, program: Program, vectors: Vectors) -> None:
        """Contribute what is left to do to the parameters after the update."""
        return None


class NoRegularizer(RegularizerSpec):
    """Leaves the weights alone."""

    kind: Literal["none"] = "none"
    title: ClassVar = "None"

    def pull(self, program: Program, vectors: Vectors) -> None:
        pass


class L1(RegularizerSpec):
    """Pulls every weight towards 0 with the same force, so that useless ones vanish."""

    kind: Literal["l1"] = "l1"
    title: ClassVar = "L1"
    formula: ClassVar = "L + rate·Σ |w|"
    source: ClassVar = "Tibshirani 1996, Regression shrinkage and selection via the lasso"

    rate: float = knob("How strong the pull is.", title="Rate", default=0.001, ge=0, le=10, scale="log")

    def pull(self, program: Program, vectors: Vectors) -> None:
        program.emit("sign", vectors.parameters, vectors.scratch)
        program.emit("multiply", vectors.scratch, program.vector(self.rate * vectors.weights), vectors.scratch)
        program.emit("add", vectors.gradient, vectors.scratch, vectors.gradient)


class L2(RegularizerSpec):
    """Pulls every weight towards 0 in proportion to its size, so that no weight dominates."""

    kind: Literal["l2"] = "l2"
    title: ClassVar = "L2"
    formula: ClassVar = "L + ½·rate·Σ w²"
    source: ClassVar = "Krogh & Hertz 1991, A simple weight decay can improve generalization"

    rate: float = knob("How strong the pull is.", title="Rate", default=0.001, ge=0, le=10, scale="log")

    def pull(self, program: Program, vectors: Vectors) -> None:
        program.emit("multiply", vectors.parameters, program.vector(self.rate * vectors.weights), vectors.scratch)
        program.emit("add", vectors.gradient, vectors.scratch, vectors.gradient)


class Elastic(RegularizerSpec):
    """L1 and L2 together: useless weights vanish, and weights that do the same work share it."""

    kind: Literal["elastic"] = "elastic"
    title: ClassVar = "Elastic net"
    formula: ClassVar = "L + l1·Σ |w| + ½·l2·Σ w²"
    source: ClassVar = "Zou & Hastie 2005, Regularization and variable selection via the elastic net"

    l1: float = knob("How strong the constant pull is.", title="L1 rate", default=0.001, ge=0, le=10, scale="log")
    l2: float = knob("How strong the growing pull is.", title="L2 rate", default=0.001, ge=0, le=10, scale="log")

    def pull(self, program: Program, vectors: Vectors) -> None:
        L1(rate=self.l1).pull(program, vectors)
        L2(rate=self.l2).pull(program, vectors)


class L1Pruning(RegularizerSpec):
    """L1 that takes a connection out for good when it pulls its weight across 0."""

    kind: Literal["l1_pruning"] = "l1_pruning"
    title: ClassVar = "L1 with pruning"
    formula: ClassVar = "w ← w − η·rate·sign(w before), and 0 for ever once that changes the sign"
    source: ClassVar = "tensorflow/playground, src/nn.ts, updateWeights"

    rate: float = knob("How strong the pull is.", title="Rate", default=0.001, ge=0, le=10, scale="log")

    def pull(self, program: Program, vectors: Vectors) -> None:
        """The pull itself comes after the update, but goes by the sign from before it. A pruned weight is 0 and its
        gradient too, so it stays."""
        alive, pull = program.state("alive", vectors.size, value=1.0), program.state("pull", vectors.size)
        program.emit("multiply", vectors.gradient, alive, vectors.gradient)
        program.emit("sign", vectors.parameters, pull)
        program.emit("multiply", pull, program.vector(self.rate * vectors.weights), pull)

    def settle(self, program: Program, vectors: Vectors) -> None:
        parameters = vectors.parameters
        alive, pulled = program.state("alive", vectors.size), program.state("pull", vectors.size)
        program.emit("multiply", pulled, vectors.rate, pulled)
        program.emit("subtract", parameters, pulled, pulled)
        program.emit("multiply", parameters, pulled, parameters)  # below 0 where the pull changed the sign
        program.emit("heaviside", parameters, program.constant(1.0), parameters)
        program.emit("multiply", alive, parameters, alive)
        program.emit("multiply", pulled, alive, parameters)


Regularizer = Annotated[NoRegularizer | L1 | L2 | Elastic | L1Pruning, Field(discriminator="kind"), BY_KIND]
