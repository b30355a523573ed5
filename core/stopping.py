"""Stopping: when training has done enough."""

from __future__ import annotations

from abc import abstractmethod
from math import inf
from typing import Annotated, Any, ClassVar, Literal

from numpy.typing import NDArray
from pydantic import Field

from core.spec import BY_KIND, Spec, knob

Array = NDArray[Any]


class StopSpec(Spec):
    """Base of the stop rules. They are asked at the end of every epoch."""

    watches_loss: ClassVar[bool] = False  # needs the losses, which cost a pass over all samples
    keeps_best: ClassVar[bool] = False  # goes back to the weights with the lowest test loss
    start_memory: ClassVar[tuple[float, ...]] = ()

    @abstractmethod
    def reason(self, epoch: int, losses: dict[str, float], memory: Array) -> str | None:
        """Why training stops at this epoch, as a sentence, or None to go on. May take notes in `memory`."""


class Never(StopSpec):
    """Trains until it is paused."""

    kind: Literal["never"] = "never"
    title: ClassVar = "Never"

    def reason(self, epoch: int, losses: dict[str, float], memory: Array) -> str | None:
        return None


class AfterEpochs(StopSpec):
    """Stops after so many epochs."""

    kind: Literal["epochs"] = "epochs"
    title: ClassVar = "After epochs"

    epochs: int = knob(
        "How many epochs to train.", title="Epochs", unit="epochs", default=300, ge=1, le=1_000_000, scale="log"
    )

    def reason(self, epoch: int, losses: dict[str, float], memory: Array) -> str | None:
        return f"Training is complete after {epoch:,} epochs." if epoch >= self.epochs else None


class AtLoss(StopSpec):
    """Stops when the training loss is low enough."""

    kind: Literal["loss"] = "loss"
    title: ClassVar = "At a loss"
    watches_loss: ClassVar[bool] = True

    loss: float = knob("The training loss to reach.", title="Loss", default=0.01, ge=1e-6, le=1000, scale="log")

    def reason(self, epoch: int, losses: dict[str, float], memory: Array) -> str | None:
        if losses["train_loss"] > self.loss:
            return None
        return f"The training loss reached {self.loss:g} after {epoch:,} epochs."


class Early(StopSpec):
    """Early stopping: ends when the test loss no longer improves, and goes back to the weights that did best."""

    kind: Literal["early"] = "early"
    title: ClassVar = "Early stopping"
    source: ClassVar = "Prechelt 1998, Early stopping, but when?"
    watches_loss: ClassVar[bool] = True
    keeps_best: ClassVar[bool] = True
    start_memory: ClassVar[tuple[float, ...]] = (inf, 0.0)  # best test loss, its epoch

    patience: int = knob(
        "How many epochs without a better test loss are borne.",
        title="Patience",
        unit="epochs",
        default=30,
        ge=1,
        le=100_000,
        scale="log",
    )

    def reason(self, epoch: int, losses: dict[str, float], memory: Array) -> str | None:
        if losses["test_loss"] < memory[0]:
            memory[:] = losses["test_loss"], epoch
        if epoch - memory[1] < self.patience:
            return None
        return (
            f"The test loss has not improved for {self.patience:,} epochs. "
            f"The weights of epoch {int(memory[1]):,}, with the lowest test loss, are back."
        )


Stop = Annotated[Never | AfterEpochs | AtLoss | Early, Field(discriminator="kind"), BY_KIND]
