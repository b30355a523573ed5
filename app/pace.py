"""Pace: how fast a network shall train, and how fast it does."""

from collections import deque
from time import monotonic

from app.protocol import Speed


class Pace:
    """How many updates are due, by the clock, at a chosen speed."""

    LATEST_SECONDS = 0.1  # what is later than that is given up, not caught up with

    def __init__(self) -> None:
        self.speed = Speed(unit="epochs", per_second=None)
        self.next_at = 0.0

    def start(self) -> None:
        self.next_at = monotonic()

    def update_seconds(self, batches: int) -> float:
        """Time between two updates; 0 is as fast as it can."""
        if self.speed.per_second is None:
            return 0.0
        return 1 / (self.speed.per_second * (batches if self.speed.unit == "epochs" else 1))

    def due(self, batches: int, most: int) -> int:
        late = monotonic() - self.next_at
        if late < 0:
            return 0
        seconds = self.update_seconds(batches)
        return min(most, 1 + int(late / seconds)) if seconds else most

    def done(self, batches: int, updates: int) -> None:
        following = self.next_at + updates * self.update_seconds(batches)
        self.next_at = max(following, monotonic() - self.LATEST_SECONDS)


class Meter:
    """Epochs per second, over about the last second; and what all training has taken."""

    SECONDS = 1.0

    def __init__(self) -> None:
        self.marks: deque[tuple[float, float]] = deque()
        self.seconds = 0.0  # of the processor, since the run began anew

    def restart(self) -> None:
        self.marks.clear()

    def mark(self, epoch: float) -> float:
        now = monotonic()
        self.marks.append((now, epoch))
        while len(self.marks) > 2 and now - self.marks[1][0] > self.SECONDS:
            self.marks.popleft()
        since, first = self.marks[0]
        return (epoch - first) / (now - since) if now > since else 0.0
