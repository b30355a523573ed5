"""Past: what a run has been through: its curve, its moments, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import nan
from time import monotonic
from typing import Any

import numpy as np

from app import protocol
from app.present import COLUMNS, Present
from core import Moment, Timeline, Trainer

MOST_ROWS = 4000
MOST_PASTS = 10
PASTS_BYTES = 16 * 2**20  # for those that were put aside, but the newest is kept in any case
REPLAY_SECONDS = 1.0  # how long a seek may train again what lies between two moments


class Past:
    """The path that a run has taken, and can be gone back on as long as nothing is changed."""

    def __init__(self, trainer: Trainer, present: Present | None = None) -> None:
        """`present`: that of a run which went this way before, at the trainer's moment."""
        moments, rows = (present.moments, present.rows) if present else ((), ())
        self.timeline = Timeline(moments=moments)
        self.rows: list[list[float]] = [list(map(float, row)) for row in rows]
        here = trainer.step, trainer.exact_epoch
        self.head_step, self.head_epoch = max(here, (present and present.head) or here)
        if not moments:
            self.timeline.keep(trainer)
        self.first_step = self.timeline.steps[0]
        self.is_changed = bool(present and not present.is_new)  # or may have been

    def note(self, trainer: Trainer) -> list[list[float]]:
        """Put a row on the curve, unless it has come as far. Returns what was put there. Of a very long curve the older
        half is thinned out."""
        if self.rows and trainer.step <= self.rows[-1][0]:
            return []
        row = row_of(trainer)
        self.rows.append(row)
        if len(self.rows) > MOST_ROWS:
            half = len(self.rows) // 2
            self.rows = self.rows[:half:2] + self.rows[half:]
        return [row]

    def has_begun(self, trainer: Trainer) -> bool:
        """Whether there is anything to lose."""
        return self.is_changed or self.head_step > 0 or trainer.sample > 0

    def come_to(self, trainer: Trainer) -> None:
        """Take note of how far the trainer is."""
        if trainer.step > self.head_step:
            self.head_step, self.head_epoch = trainer.step, trainer.exact_epoch

    def keep(self, trainer: Trainer) -> None:
        """Keep this moment, if it is later than all that are kept."""
        if trainer.step > self.timeline.steps[-1]:
            self.timeline.keep(trainer)

    def packed(self) -> dict[str, Any]:
        """What a present tells of it."""
        rows = np.array(self.rows).reshape(-1, len(COLUMNS))
        head = self.head_step, self.head_epoch
        return {"rows": rows, "moments": tuple(self.timeline.moments), "head": head}

    def packed_until(self, step: int) -> dict[str, Any]:
        """The same without what came after a step: the past of a run that branches off there."""
        rows = np.array([row for row in self.rows if row[0] <= step]).reshape(-1, len(COLUMNS))
        return {"rows": rows, "moments": tuple(self.timeline.moments_until(step))}

    def leave(self, trainer: Trainer) -> bool:
        """Something is changed here: what came later on the old path is forgotten. Tells whether there was any."""
        was_ahead, self.is_changed = self.head_step > trainer.step, True
        self.head_step, self.head_epoch = trainer.step, trainer.exact_epoch
        self.rows = [row for row in self.rows if row[0] <= trainer.step]
        self.timeline.keep(trainer, is_changed=True)
        return was_ahead

    def take_back(self, step: int) -> Trainer | None:
        """A trainer as it was at that step before it was changed there, if the way is short; what came later is
        forgotten."""
        moment = self.timeline.before_change(step)
        if moment is None or replayed(moment, step).step < step:
            return None
        trainer = self.timeline.take_back(moment)
        self.head_step, self.head_epoch = trainer.step, trainer.exact_epoch
        self.rows = [row for row in self.rows if row[0] <= step]
        return trainer

    def seek(self, step: int) -> Trainer:
        """A trainer at that step, or on the way there from the kept moment before it where that would take too long."""
        before = [moment for moment in self.timeline.moments if moment.step <= step]
        return replayed(before[-1], step) if before else self.timeline.seek(step)


def row_of(trainer: Trainer) -> list[float]:
    """Where it is on the curves."""
    row = {**trainer.metrics(), "epoch": trainer.exact_epoch, "learning_rate": trainer.learning_rate}
    return [nan if (value := row.get(name)) is None else value for name in COLUMNS]


def encode_rows(generation: int, first: int, rows: Sequence[Sequence[float]]) -> bytes:
    """Rows of the curve from that number on, as a message of type `points`."""
    message = {"type": "points", "generation": generation, "from": first, "columns": COLUMNS}
    return protocol.encode(message, {"points": np.array(rows)})


class Pasts:
    """What a run was reset from, by number: the last few, which can be brought back."""

    def __init__(self, pasts: Iterable[tuple[int, Present]] = ()) -> None:
        self.kept: dict[int, Present] = dict(pasts)

    @property
    def numbers(self) -> list[int]:
        return list(self.kept)

    def put(self, number: int, past: Present) -> None:
        """One of that number that was kept already is the same, or more than that."""
        self.kept.setdefault(number, past)
        while len(self.kept) > MOST_PASTS or (len(self.kept) > 1 and self.weight > PASTS_BYTES):
            del self.kept[min(self.kept)]

    @property
    def weight(self) -> int:
        return sum(past.weight for past in self.kept.values())

    def take(self, number: int) -> Present | None:
        """The one of that number, or None. It is forgotten, and all that were put aside later."""
        past = self.kept.get(number)
        if past:
            self.kept = {earlier: past for earlier, past in self.kept.items() if earlier < number}
        return past


def replayed(moment: Moment, step: int) -> Trainer:
    """A trainer that goes from a moment towards that step, as far as it comes in a short while."""
    trainer = Trainer.restore(moment.snapshot)
    goal, until, updates = int(min(step, moment.exact_until)), monotonic() + REPLAY_SECONDS, 1
    while trainer.step < goal and monotonic() < until:
        before = trainer.step
        trainer.advance(updates=min(updates, goal - before))
        updates *= 2
        if trainer.step == before:  # it has diverged, or is finished
            break
    return trainer
