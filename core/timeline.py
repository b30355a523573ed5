"""Timeline: moments of a run, kept thinner the older they are, to go back to and to fork from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from core.trainer import Trainer

BUDGET_BYTES = 16 * 2**20


@dataclass
class Moment:
    """A snapshot, and up to which step training from it again repeats what happened."""

    step: int
    snapshot: bytes
    exact_until: float = inf


class Timeline:
    """Keeps snapshots within a budget. Any step that lies in its reach comes back bit for bit.

    Training is exact, so the steps between two moments need no snapshot: they are trained again. Only what came from
    outside, a change or new weights, has to be kept when it happens.
    """

    def __init__(self, budget_bytes: int = BUDGET_BYTES, moments: Iterable[Moment] = ()) -> None:
        """`moments`: those of another timeline, to go on from, as far as they are within the budget."""
        self.budget_bytes = budget_bytes
        self._moments = [Moment(**vars(moment)) for moment in moments]
        self._bytes = sum(len(moment.snapshot) for moment in self._moments)
        self._fit()

    @property
    def steps(self) -> list[int]:
        """The steps of the kept moments, oldest first."""
        return [moment.step for moment in self._moments]

    @property
    def moments(self) -> list[Moment]:
        """The kept moments, oldest first."""
        return list(self._moments)

    @property
    def bytes(self) -> int:
        """Memory in use for snapshots."""
        return self._bytes

    def keep(self, trainer: Trainer, *, is_changed: bool = False) -> None:
        """Keep this moment. `is_changed`: something from outside happened to the trainer since the last one.

        Moments later than the trainer are forgotten: it has gone back and is taking another way.
        """
        self._forget_from(trainer.step)
        self._forget_changes_after(trainer.step)
        if is_changed and self._moments:
            self._moments[-1].exact_until = min(self._moments[-1].exact_until, trainer.step)
        self._moments.append(Moment(trainer.step, trainer.snapshot()))
        self._bytes += len(self._moments[-1].snapshot)
        self._fit()

    def seek(self, step: int) -> Trainer:
        """A trainer of its own at this step, or at the nearest one before it that can be reached exactly.

        Raises ValueError for a step before the first moment.
        """
        place = bisect_right(self._moments, step, key=lambda moment: moment.step)
        if not place:
            first = self._moments[0].step if self._moments else "none"
            raise ValueError(f"step: expected at least the first kept moment, {first}, got {step}")
        moment = self._moments[place - 1]
        trainer = Trainer.restore(moment.snapshot)
        trainer.advance(updates=int(min(step, moment.exact_until)) - trainer.step)
        return trainer

    def before_change(self, step: int) -> Moment | None:
        """The moment from which training leads to this step as it was before something happened to the trainer there;
        None where nothing did, or where it is not kept."""
        place = bisect_left(self._moments, step, key=lambda moment: moment.step)
        moment = self._moments[place - 1] if place else None
        return moment if moment and moment.exact_until == step else None

    def take_back(self, moment: Moment) -> Trainer:
        """A trainer before the change that ends this moment's reach. That and all that came later is forgotten."""
        step = int(moment.exact_until)
        trainer = Trainer.restore(moment.snapshot)
        trainer.advance(updates=step - trainer.step)
        self._forget_from(step)
        moment.exact_until = inf
        return trainer

    def fork(self, step: int) -> tuple[Trainer, Timeline]:
        """A trainer at this step with a timeline of its own, which shares the past and nothing that comes."""
        return self.seek(step), Timeline(self.budget_bytes, self.moments_until(step))

    def moments_until(self, step: int) -> list[Moment]:
        """The kept moments up to a step from which another way is taken."""
        branch = Timeline(self.budget_bytes, [moment for moment in self._moments if moment.step <= step])
        branch._forget_changes_after(step)
        return branch.moments

    def _forget_from(self, step: int) -> None:
        while self._moments and self._moments[-1].step >= step:
            gone = self._moments.pop()
            self._bytes -= len(gone.snapshot)

    def _forget_changes_after(self, step: int) -> None:
        """What comes after the last moment is taken anew from this step on."""
        if self._moments and self._moments[-1].exact_until > step:
            self._moments[-1].exact_until = inf

    def _fit(self) -> None:
        while self._bytes > self.budget_bytes and len(self._moments) > 2:
            self._thin()

    def _thin(self) -> None:
        """Drop the moment whose loss hurts least: with the smallest gap around it, measured against its age."""
        now = self._moments[-1].step
        moments = self._moments

        def hurt(place: int) -> float:
            gap = moments[place + 1].step - moments[place - 1].step
            return gap / (now - moments[place].step + 1)

        place = min(range(1, len(moments) - 1), key=hurt)
        gone = moments.pop(place)
        self._bytes -= len(gone.snapshot)
        if gone.exact_until < inf or moments[place - 1].exact_until < inf:
            moments[place - 1].exact_until = min(moments[place - 1].exact_until, gone.exact_until)
