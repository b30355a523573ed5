"""Present: all that a training process goes on from, as bytes: where the run is, what it was doing, and its past."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from app import protocol
from app.protocol import Speed
from core import Experiment, Moment, Trainer

COLUMNS = ("step", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "learning_rate")
STATUSES = ("ready", "diverged", "finished")
LONGEST_MESSAGE = 500
Rows = NDArray[np.float64]


def no_rows() -> Rows:
    return np.empty((0, len(COLUMNS)))


@dataclass(frozen=True)
class Mode:
    """What a run was doing, beside its training: it plays or not, how fast, and what it has shown so far."""

    playing: bool = False
    until_epoch: int | None = None
    speed: Speed = field(default_factory=lambda: Speed(unit="epochs", per_second=None))
    entry: int = 0  # so many commands are behind it
    scene: int = 0
    generation: int = 0
    frame: int = 0


@dataclass(frozen=True)
class Present:
    """A moment to go on from. `start` is an experiment as JSON, or a trainer's snapshot."""

    start: bytes
    mode: Mode = Mode()
    rows: Rows = field(default_factory=no_rows)
    moments: tuple[Moment, ...] = ()
    head: tuple[int, float] | None = None  # the furthest that the run has come to: step and epoch
    entries: tuple[dict[str, Any], ...] = ()  # commands that were obeyed since: {"step", "command"}
    is_foreign: bool = False  # it came as a file, and may hold anything

    def trainer(self) -> Trainer:
        """Raises SnapshotError, or InvalidExperiment."""
        if self.start.startswith(b"{"):
            return Trainer(Experiment.parse_json(self.start))
        return Trainer.restore(self.start)

    def problem(self) -> str:
        """Why a run cannot go on from this, or cannot go back to its moments; "" where it can."""
        try:
            trainers = ((moment.step, Trainer.restore(moment.snapshot)) for moment in self.moments)
            start = self.trainer()
            wrong = [step for step, trainer in ((start.step, start), *trainers) if not is_sound(trainer, step)]
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return "The file does not hold what the file of a run does."
        return f"The run cannot go on: its moment at step {wrong[0]} holds what no run would." if wrong else ""

    def going_on(self, **mode: Any) -> Present:
        """The same moment in another mode."""
        return replace(self, mode=replace(self.mode, **mode))

    def packed(self) -> bytes:
        message = {
            "mode": asdict(self.mode) | {"speed": self.mode.speed.model_dump()},
            "head": self.head,
            "entries": self.entries,
            "is_foreign": self.is_foreign,
            "moments": [(moment.step, until(moment)) for moment in self.moments],
        }
        snapshots = {f"moment/{place}": octets(moment.snapshot) for place, moment in enumerate(self.moments)}
        return protocol.encode(message, {"start": octets(self.start), "rows": self.rows, **snapshots})

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        message, arrays = protocol.decode(data)
        mode = message["mode"]
        moments = [
            Moment(step, arrays[f"moment/{place}"].tobytes(), float("inf") if exact is None else exact)
            for place, (step, exact) in enumerate(message["moments"])
        ]
        return cls(
            start=arrays["start"].tobytes(),
            mode=Mode(**{**mode, "speed": Speed(**mode["speed"])}),
            rows=arrays["rows"],
            moments=tuple(moments),
            head=tuple(message["head"]) if message["head"] else None,
            entries=tuple(message["entries"]),
            is_foreign=message.get("is_foreign", False),
        )


def is_sound(trainer: Trainer, step: int) -> bool:
    """Whether a trainer is at that step and in a state that a run may be in."""
    is_there = type(trainer.step) is int and trainer.step == step >= 0
    is_known = trainer.status in STATUSES and len(trainer.message or "") <= LONGEST_MESSAGE
    return is_there and is_known and all(np.isfinite(block).all() for block in trainer.weights)


def until(moment: Moment) -> float | None:
    """Up to where a moment is exact, as JSON can say it."""
    return None if moment.exact_until == float("inf") else moment.exact_until


def octets(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)
