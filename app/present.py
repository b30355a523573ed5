"""Present: all that a training process goes on from, as bytes: where the run is, what it was doing, and its past."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from itertools import zip_longest
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from app import protocol
from app.protocol import Speed
from core import Experiment, InvalidExperiment, Moment, SnapshotError, Trainer
from core.data.at_hand import BUILT_IN

COLUMNS = ("step", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "learning_rate")
MAY_BE_INFINITE = ("schedule", "stop")  # before there was any loss the best one is
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
    by_epoch: bool = False  # it notes a point of the curves at the end of each epoch
    seconds: float = 0.0  # of the processor that its training has taken


@dataclass(frozen=True)
class Present:
    """A moment to go on from. `start` is an experiment as JSON, or a trainer's snapshot."""

    start: bytes
    mode: Mode = Mode()
    rows: Rows = field(default_factory=no_rows)
    moments: tuple[Moment, ...] = ()
    head: tuple[int, float] | None = None  # the furthest that the run has come to: step and epoch
    entries: tuple[dict[str, Any], ...] = ()  # commands that were obeyed since: {"step", "command"}
    earlier: tuple[tuple[int, Present], ...] = ()  # what was put aside by resets, by their number
    is_foreign: bool = False  # it came as a file, and may hold anything
    brought: tuple[str, ...] = ()  # the tables that the file came with

    def trainer(self) -> Trainer:
        """Raises SnapshotError, or InvalidExperiment."""
        if self.is_new:
            return Trainer(Experiment.parse_json(self.start))
        return Trainer.restore(self.start)

    def problem(self) -> str:
        """Why a run cannot go on from this, or cannot go back to its moments, as a sentence; "" where it can."""
        wrong = self.what_is_wrong()
        return unusable(wrong) if wrong else ""

    def what_is_wrong(self) -> str:
        """Where it is wrong, and what was expected there; "" where it is right."""
        place = "start"
        try:
            trainer = self.trainer()
            self.check_sound(trainer, trainer.step)
            furthest = max(trainer.step, *self.rows[-1:, 0], *(moment.step for moment in self.moments[-1:]), 0)
            for number, moment in enumerate(self.moments):
                place = f"moments.{number}"
                trainer = trainer.at(moment.snapshot)
                self.check_sound(trainer, moment.step)
        except (SnapshotError, InvalidExperiment) as error:
            return f"{place}: {error}".partition("\n")[0]
        is_known = self.head is None or self.head[0] <= furthest
        return "" if is_known else "head: expected a step that the curve or a moment has come to"

    def check_sound(self, trainer: Trainer, step: int) -> None:
        """That a trainer is at that step, has what it trains on from where this is from, and holds numbers that a run
        may hold. Raises SnapshotError."""
        if trainer.step != step:
            raise SnapshotError(f"position.step: expected {step}")
        data = trainer.experiment.data
        if data.content and data.content not in (*BUILT_IN, *self.brought):
            raise SnapshotError(f"experiment.data.{data.content_at}: expected one that is in the file")
        for name, values in trainer.states.items():
            is_right = ~np.isnan(values) if name in MAY_BE_INFINITE else np.isfinite(values)
            if not is_right.all():
                raise SnapshotError(f"{name}: expected numbers that are finite")

    def going_on(self, **mode: Any) -> Present:
        """The same moment in another mode."""
        return replace(self, mode=replace(self.mode, **mode))

    @property
    def is_new(self) -> bool:
        """Nothing has happened to it yet."""
        return self.start.startswith(b"{")

    @property
    def weight(self) -> int:
        """About how many bytes it takes."""
        return len(self.start) + self.rows.nbytes + sum(len(moment.snapshot) for moment in self.moments)

    def coarse(self, most_bytes: int) -> Present:
        """The same with fewer moments to go back to: every second one is left out until they are within a budget."""
        moments = self.moments
        while len(moments) > 1 and sum(len(moment.snapshot) for moment in moments) > most_bytes:
            pairs = zip_longest(moments[::2], moments[1::2], fillvalue=moments[-1])
            moments = tuple(replace(kept, exact_until=min(kept.exact_until, gone.exact_until)) for kept, gone in pairs)
        return replace(self, moments=moments)

    def packed(self) -> bytes:
        message = {
            "mode": asdict(self.mode) | {"speed": self.mode.speed.model_dump()},
            "head": self.head,
            "entries": self.entries,
            "is_foreign": self.is_foreign,
            "brought": self.brought,
            "moments": [(moment.step, until(moment)) for moment in self.moments],
            "earlier": [number for number, _ in self.earlier],
        }
        snapshots = {f"moment/{place}": octets(moment.snapshot) for place, moment in enumerate(self.moments)}
        earlier = {f"earlier/{number}": octets(past.packed()) for number, past in self.earlier}
        return protocol.encode(message, {"start": octets(self.start), "rows": self.rows, **snapshots, **earlier})

    @classmethod
    def unpacked_with_earlier(cls, data: bytes) -> Self:
        """As a process gets it, which may bring back what was put aside."""
        message, arrays = protocol.decode(data)
        earlier = [(number, cls.unpacked(arrays[f"earlier/{number}"].tobytes())) for number in message["earlier"]]
        return replace(cls.unpacked(data), earlier=tuple(earlier))

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
            brought=tuple(message.get("brought", ())),
        )


def unusable(wrong: str) -> str:
    """Why no run can be made of a file."""
    return f"The file does not hold what the file of a run does: {wrong}."


def until(moment: Moment) -> float | None:
    """Up to where a moment is exact, as JSON can say it."""
    return None if moment.exact_until == float("inf") else moment.exact_until


def octets(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)
