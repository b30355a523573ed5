"""Pace: how fast a network shall train, and how fast it does; and how long it lets others train in between."""

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


class Rest:
    """How long a process lets others train before it trains on. Where many want the processor at once each waits for
    all others, and so does a command to it. So whoever had to wait rests a multiple of that time before it wants it
    again: only a few want it then, and one that a command wakes is soon the next."""

    RESTS = 8  # times as long as it had to wait lately,
    MOST = 1  # but no more than so many times as long as all others take to train as long as it did
    TURNS = 16  # are lately

    def __init__(self) -> None:
        self.crowding = 0  # so many networks train at each processor: nobody rests where there is but one
        self.waited_seconds = self.turn_seconds = 0.0  # on an average lately; those of the processor
        self.until = self.due_at = self.used_before = 0.0

    def begin(self, due_at: float, used: float) -> None:
        """A turn begins that was due then. `used`: processor time until now, as all times in seconds."""
        self.due_at, self.used_before = due_at, used

    def end(self, now: float, used: float) -> None:
        """The turn is over."""
        seconds = used - self.used_before
        waited = max(0.0, now - self.due_at - seconds)
        self.waited_seconds += (waited - self.waited_seconds) / self.TURNS
        self.turn_seconds += (seconds - self.turn_seconds) / self.TURNS
        others = max(0, self.crowding - 1) * self.turn_seconds
        self.until = now + min(self.RESTS * self.waited_seconds, self.MOST * others)


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
