"""Slow looks: what frames show of a run's whole way, measured a little at a time between slices of training."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from app.background import sparing
from app.limits import Limits
from core import Moment, Norms, Picture, Sharpness, Trainer
from core.probes.picture import merged

LOOK_SECONDS = 0.001  # at a time, or one piece where that takes longer
TELLING_SECONDS = 0.2  # between two frames that show more of the same moment


class SlowLooks:
    """The norms are measured with each frame, a few of them; the sharpness, which takes longer, between frames too."""

    def __init__(self, limits: Limits, unseen: set[str]) -> None:
        """`unseen`: where it is noted for which views there is not enough memory."""
        self.limits, self.unseen = limits, unseen
        self.norms, self.sharpness = Norms(), Sharpness()
        self.is_measuring = self.has_more = False
        self.due_at = self.told_at = 0.0

    def picture(self, views: Collection[str], trainer: Trainer, moments: Sequence[Moment], way: int) -> Picture:
        """What is known by now of those of the views that are looked at slowly. `way`: another number where the trainer
        has gone back and takes another way. `has_more` is then whether another picture would show more at once."""
        pictures, self.has_more = [], False
        if "norms" in views:
            with self.noting("norms"):
                pictures.append(self.norms.picture(trainer, moments, way))
                self.has_more = not pictures[-1].info["norms"]["is_whole"]
        if "sharpness" in views:
            with self.noting("sharpness"):
                self.sharpness.look(trainer, moments, way)
                pictures.append(self.sharpness.picture())
                self.is_measuring = not pictures[-1].info["sharpness"]["is_whole"]
        return merged(pictures)

    @contextmanager
    def noting(self, view: str) -> Iterator[None]:
        """Look at this as far as there is memory for it."""
        try:
            yield
        except MemoryError:
            self.unseen.add(view)
            self.is_measuring = False

    def advance(self, is_training: bool, load_level: int) -> bool:
        """Measure on for a moment, if it is time. Whether there is enough that is new to be shown."""
        began = monotonic()
        if not self.is_measuring or began < self.due_at:
            return False
        with sparing(self.limits.memory_bytes), self.noting("sharpness"):
            while self.is_measuring and monotonic() < began + LOOK_SECONDS:
                self.is_measuring = self.sharpness.advance()
        now = monotonic()
        self.due_at = now + self.limits.look_pause(now - began, is_training, load_level)
        if self.is_measuring and now < self.told_at + TELLING_SECONDS:
            return False
        self.told_at = now
        return True

    def stop(self) -> None:
        """Measure no more, until the next picture asks for it."""
        self.is_measuring = False
