"""Errand: a step that is under way, a few updates at a time, so that others are heard meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from app.protocol import Step
from core import Trainer


@dataclass
class Errand:
    """Where a step began, what is left of it in the trainer's words, and who waits for its end."""

    watcher: int
    command: Step
    began: int
    unit: str
    amount: int
    left: int

    @classmethod
    def of(cls, watcher: int, step: Step, trainer: Trainer) -> Errand:
        unit, amount = amount_of(step, trainer)
        return cls(watcher, step, trainer.step, unit, amount, amount)

    @property
    def done(self) -> dict[str, str | int]:
        """As much of the step as is done, as a command."""
        return {"op": "step", "unit": self.unit, "count": self.amount - self.left}


def amount_of(step: Step, trainer: Trainer) -> tuple[str, int]:
    """A step in the trainer's words. An epoch goes up to the next full pass."""
    match step.unit:
        case "sample":
            return "samples", step.count
        case "batch":
            return "updates", step.count
    return "updates", step.count * trainer.batches - trainer.batch
