"""Sharpness: the largest eigenvalue of the loss's Hessian along a run's way, beside the learning rate's bound: how near
training is to the edge of stability."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.gradient import GradientPass
from core.norms import head_of, thinned
from core.probes.curvature import estimates
from core.probes.picture import Picture
from core.snapshot import SnapshotError
from core.timeline import Moment
from core.trainer import Trainer

Array = NDArray[Any]


class Sharp(NamedTuple):
    """λmax of the training loss at one place, 2 / η there, and whether λmax had settled. NaN: unknown, or no η."""

    largest: float
    bound: float
    is_settled: bool


UNREADABLE = Sharp(nan, nan, is_settled=False)


class Sharpness:
    """Measures λmax at each kept moment and at the present, a piece at a time: whoever looks holds up nobody.

    A piece is two gradients of all training samples, or the reading of a moment. λmax is that of the mean loss without
    penalty. Full-batch gradient descent with a constant η lets it rise to 2 / η and stay about there (Cohen, Kaur, Li,
    Kolter & Talwalkar 2021, Gradient descent on neural networks typically occurs at the edge of stability); with
    momentum, batches or rates for each parameter the edge lies elsewhere.
    """

    def __init__(self) -> None:
        self._of_moments: dict[bytes, Sharp] = {}  # by the head of their snapshot, in which its checksum is
        self._of_looks: dict[int, Sharp] = {}  # by step: the presents that were measured on this way
        self._moments: dict[int, Moment] = {}
        self._present: tuple[int, GradientPass, Array, float] | None = None  # to be measured next
        self._was_present = False  # what was measured last
        self._job: Generator[None, None, None] | None = None
        self._way = 0
        self._pass: GradientPass | None = None
        self._reader: Trainer | None = None

    def look(self, trainer: Trainer, moments: Sequence[Moment], way: int = 0) -> None:
        """From now on measure these moments, of which some are known, and where the trainer is.

        `way`: another number where the trainer has gone back and takes another way.
        """
        if way != self._way:
            self._way, self._of_looks, self._job, self._present = way, {}, None, None
        self._moments = thinned({moment.step: moment for moment in moments})
        heads = {head_of(moment) for moment in self._moments.values()}
        self._of_moments = {head: sharp for head, sharp in self._of_moments.items() if head in heads}
        self._of_looks = thinned(self._of_looks)
        if trainer.step not in self._rows:
            self._present = (trainer.step, *self._seen(trainer))

    def advance(self) -> bool:
        """Do a piece of what is left. False: there was nothing left."""
        self._job = self._job or self._next_job()
        if self._job is None:
            return False
        with np.errstate(all="ignore"):
            if next(self._job, self) is self:
                self._job = None
        return True

    def picture(self) -> Picture:
        """`sharpness/steps`, `sharpness/largest`, `sharpness/bound` and `sharpness/is_settled`: (places,), of what is
        known by now. `is_whole` is false while there is more to be measured."""
        rows = {step: row for step, row in sorted(self._rows.items()) if row is not UNREADABLE}
        is_whole = self._job is None and self._present is None and not self._unknown
        table = np.array([*rows.values()], np.float32).reshape(-1, len(Sharp._fields)).T
        arrays = {f"sharpness/{name}": column.copy() for name, column in zip(Sharp._fields, table, strict=True)}
        return Picture({"sharpness": {"is_whole": is_whole}}, {"sharpness/steps": np.array([*rows], float), **arrays})

    @property
    def _rows(self) -> dict[int, Sharp]:
        """What is known, by step. A moment comes after what changed at its step."""
        heads = {step: head_of(moment) for step, moment in self._moments.items()}
        past = {step: self._of_moments[head] for step, head in heads.items() if head in self._of_moments}
        return {**self._of_looks, **past}

    @property
    def _unknown(self) -> list[int]:
        return [step for step, moment in self._moments.items() if head_of(moment) not in self._of_moments]

    def _next_job(self) -> Generator[None, None, None] | None:
        """The present, and in turns with it, as it may go on, the moment that lies farthest from all that is known, so
        that the curve refines evenly."""
        unknown = self._unknown
        if self._present and not (self._was_present and unknown):
            present, self._present, self._was_present = self._present, None, True
            return self._measure_present(*present)
        self._was_present = False
        if not unknown:
            return None
        known = np.array([*self._rows] or [0])
        farthest = np.abs(np.subtract.outer(unknown, known)).min(axis=1).argmax()
        return self._measure_moment(self._moments[unknown[farthest]])

    def _measure_present(
        self, step: int, over: GradientPass, parameters: Array, bound: float
    ) -> Generator[None, None, None]:
        self._of_looks[step] = yield from _measured(over, parameters, bound)

    def _measure_moment(self, moment: Moment) -> Generator[None, None, None]:
        """One that cannot be read is known as that."""
        head = head_of(moment)
        self._of_moments[head] = UNREADABLE
        try:
            self._reader = self._reader.at(moment.snapshot) if self._reader else Trainer.restore(moment.snapshot)
        except SnapshotError:
            return
        seen = self._seen(self._reader)
        yield
        self._of_moments[head] = yield from _measured(*seen)

    def _seen(self, trainer: Trainer) -> tuple[GradientPass, Array, float]:
        """What a measurement needs: its own copies, so that the trainer may go on."""
        if self._pass is None or self._pass.experiment != trainer.experiment:
            self._pass = GradientPass.over(trainer.experiment, trainer.data.train)
        rate = trainer.learning_rate
        return self._pass, np.array(trainer.states["parameters"], float), 2 / rate if rate else nan


def _measured(over: GradientPass, parameters: Array, bound: float) -> Generator[None, None, Sharp]:
    """A pause after each product, and the last estimate."""
    sharp = UNREADABLE
    for found in estimates(over, parameters):
        sharp = Sharp(found.largest, bound, found.is_settled)
        yield
    return sharp
