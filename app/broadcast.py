"""Broadcast: one run, many watchers. Each gets every point of the curve, and the newest picture, as often and with as
much in it as it takes."""

import asyncio
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app import metrics, protocol

Row = Sequence[float]
EncodeRows = Callable[[int, int, list[Row]], bytes]
"""How rows become a message: (generation, number of the first row, rows)."""


RATES = (30, 10, 5, 2, 1)
"""How many pictures a watcher gets in a second: as many as the process makes, or fewer where they are late."""
LEAD = 2
"""How many may be under way at such a rate."""
ONE_BY_ONE_SECONDS = 0.5
"""With such pauses between them, one waits for the one before to be drawn: a long queue would hold up all answers."""
FAREWELL_SECONDS, FAREWELLS_PER_SECOND = 2.0, 150
"""How long it takes to send all away, and how many at most in a second, so that not all come back at one moment."""
ONLY_IF_WATCHED = {"tiles": {"tiles"}, "boundary": {"boundary", "curve"}}
"""The views that weigh much, and the arrays that then go only to those who watch them."""


class Slow(Exception):
    """A watcher has drawn nothing for too long."""


class Ended(Exception):
    """The run is over; the close code and the reason to give."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Series:
    """The rows of one generation of the curve. The newest half is whole, older rows are thinned out."""

    def __init__(self, generation: int, capacity: int) -> None:
        self.generation = generation
        self.capacity = capacity
        self.numbers: list[int] = []
        self.rows: list[Row] = []
        self.end = 0

    def extend(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.numbers.append(self.end)
            self.rows.append(row)
            self.end += 1
        while len(self.rows) > self.capacity:
            self.thin()

    def thin(self) -> None:
        """Drop every second row of the older half, but never the first."""
        half = slice(1, self.capacity // 2, 2)
        del self.numbers[half], self.rows[half]

    def since(self, number: int) -> list[Row]:
        return self.rows[bisect_left(self.numbers, number) :]


@dataclass(frozen=True)
class Picture:
    """A message that the next one of its kind makes obsolete."""

    number: int
    blob: bytes


class Broadcast:
    """What a run has to show, and those who look. Every message is encoded once, however many look."""

    def __init__(self, encode_rows: EncodeRows, capacity: int, window: int, patience_seconds: float) -> None:
        self.encode_rows = encode_rows
        self.capacity = capacity
        self.window = window
        self.patience_seconds = patience_seconds
        self.scene: Picture | None = None
        self.tables: Picture | None = None
        self.frame: Picture | None = None
        self.parts: dict[frozenset[str], bytes] = {}
        self.series = Series(0, capacity)
        self.watchers: set[Watcher] = set()
        self.encoded: tuple[tuple[int, int, int], bytes] | None = None

    def join(self) -> "Watcher":
        watcher = Watcher(self)
        self.watchers.add(watcher)
        return watcher

    def leave(self, watcher: "Watcher") -> None:
        self.watchers.discard(watcher)
        if not self.watchers:
            self.frame = None  # it will be old when the next one comes

    def publish_scene(self, number: int, blob: bytes) -> None:
        self.scene, self.frame = Picture(number, blob), None

    def publish_tables(self, blob: bytes) -> None:
        """What painters need; often it is what they have."""
        if self.tables is None or blob != self.tables.blob:
            self.tables = Picture(self.tables.number + 1 if self.tables else 0, blob)

    def publish_rows(self, generation: int, rows: Iterable[Row]) -> None:
        if generation != self.series.generation:
            self.series, self.frame = Series(generation, self.capacity), None
        self.series.extend(rows)

    def publish_frame(self, number: int, blob: bytes) -> None:
        self.frame, self.parts = Picture(number, blob), {}
        for watcher in self.watchers:
            watcher.wake.set()

    def end(self, code: int, reason: str, answer: str, seconds: float = 0.0) -> None:
        """Send all watchers away."""
        send_away(self.watchers, code, reason, answer, seconds)

    def frame_without(self, frame: Picture, unwanted: frozenset[str]) -> bytes:
        """The newest frame for those who do without some arrays, cut once for all of them."""
        if not unwanted:
            return frame.blob
        if unwanted not in self.parts:
            self.parts[unwanted] = protocol.without(frame.blob, unwanted)
        return self.parts[unwanted]

    def rows_message(self, number: int) -> bytes:
        """All rows from a number on, encoded once for all watchers that have come as far."""
        key = (self.series.generation, number, self.series.end)
        if self.encoded is None or self.encoded[0] != key:
            self.encoded = key, self.encode_rows(key[0], number, self.series.since(number))
        return self.encoded[1]


class Outbox(ABC):
    """What there is to send to one socket."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.answers: deque[str] = deque()
        self.ended: Ended | None = None

    def answer(self, text: str) -> None:
        self.answers.append(text)
        self.wake.set()

    def end(self, code: int, reason: str) -> None:
        """Send this one away, after what it was still to be told."""
        self.ended = Ended(code, reason)
        self.wake.set()

    async def turn(self) -> list[str | bytes]:
        """Wait for something to send and return it, in order; raises Slow or, after the last of it, Ended."""
        while True:
            self.wake.clear()
            messages: list[str | bytes] = [*self.take_answers(), *self.take_news()]
            if messages:
                return messages
            if self.ended:
                raise self.ended
            await self.wait()

    def take_answers(self) -> list[str]:
        taken = list(self.answers)
        self.answers.clear()
        return taken

    @abstractmethod
    def take_news(self) -> Sequence[str | bytes]:
        """What there is beside answers."""

    async def wait(self) -> None:
        await self.wake.wait()


def send_away(outboxes: Collection[Outbox], code: int, reason: str, answer: str, seconds: float = 0.0) -> None:
    """Give all of them a last answer at once, then the reason to go, one by one within so many seconds."""
    for place, outbox in enumerate(outboxes):
        outbox.answer(answer)
        if seconds:
            later = seconds * place / len(outboxes)
            asyncio.get_running_loop().call_later(later, outbox.end, code, reason)
        else:
            outbox.end(code, reason)


def farewell_seconds(count: int) -> float:
    """In how many seconds so many are sent away."""
    return min(FAREWELL_SECONDS, count / FAREWELLS_PER_SECOND)


class Watcher(Outbox):
    """One who looks: what it has been sent, and what it has drawn."""

    def __init__(self, broadcast: Broadcast) -> None:
        super().__init__()
        self.broadcast = broadcast
        self.scene = self.tables = self.frame = -1
        self.unwanted: frozenset[str] = frozenset()
        self.paints = False
        self.generation = -1
        self.rows = 0
        self.under_way: deque[tuple[int, float]] = deque()  # frames, and when they were sent
        self.drew_at = asyncio.get_running_loop().time()
        self.sent_at = 0.0
        self.seconds_between = self.pause_seconds = 0.0  # its pictures come no faster than either

    def choose(self, views: Iterable[str]) -> None:
        """It watches these views from now on."""
        kinds = {protocol.kind_of(view) for view in views}
        unwanted = [arrays for view, arrays in ONLY_IF_WATCHED.items() if view not in kinds]
        self.unwanted, self.paints = frozenset().union(*unwanted), "painting" in kinds

    def acknowledge(self, frame: int) -> bool:
        """The watcher has drawn this frame. False if it was never sent."""
        if frame > self.frame:
            return False
        was_waiting = self.is_behind, self.pause_seconds
        while self.under_way and self.under_way[0][0] <= frame:
            _, sent_at = self.under_way.popleft()
            self.drew_at = asyncio.get_running_loop().time()
            self.pause_seconds = pause_after(self.drew_at - sent_at)
        if (self.is_behind, self.pause_seconds) != was_waiting:
            self.wake.set()
        return True

    async def wait(self) -> None:
        """Until there may be something to send. Whether it is early is not asked again: it may have just become due."""
        if self.is_behind:
            await self.wait_for_drawing()
        elif self.new_frame:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self.due_at):
                    await super().wait()
        else:
            await super().wait()

    async def wait_for_drawing(self) -> None:
        drew_at = self.drew_at
        try:
            async with asyncio.timeout_at(drew_at + self.broadcast.patience_seconds):
                await super().wait()
        except TimeoutError:
            if drew_at == self.drew_at:  # nothing since
                raise Slow from None

    @property
    def new_frame(self) -> Picture | None:
        """The newest one, if it was not sent yet."""
        frame = self.broadcast.frame
        return frame if frame and frame.number > self.frame else None

    @property
    def is_behind(self) -> bool:
        return len(self.under_way) >= (1 if self.pause_seconds >= ONE_BY_ONE_SECONDS else self.broadcast.window)

    @property
    def due_at(self) -> float:
        """When it may be sent the next picture."""
        return self.sent_at + max(self.seconds_between, self.pause_seconds)

    @property
    def is_early(self) -> bool:
        """Whether it was sent a picture just now."""
        return asyncio.get_running_loop().time() < self.due_at

    def take_news(self) -> list[bytes]:
        """The newest frame, preceded by all that it builds on: its scene, and every row until then."""
        frame = self.new_frame
        if frame is None or self.is_behind or self.is_early:
            return []
        self.count(frame.number)
        self.frame = frame.number
        if not self.under_way:
            self.drew_at = self.sent_at
        self.under_way.append((frame.number, self.sent_at))
        picture = self.broadcast.frame_without(frame, self.unwanted)
        return [*self.take_scene(), *self.take_tables(), *self.take_rows(), picture]

    def count(self, number: int) -> None:
        """Note that a picture is sent, and those that it was not sent since the last."""
        self.sent_at = asyncio.get_running_loop().time()
        metrics.FRAMES_SENT.inc()
        if self.frame >= 0:
            metrics.FRAMES_SKIPPED.inc(number - self.frame - 1)

    def take_scene(self) -> list[bytes]:
        scene = self.broadcast.scene
        if scene is None or scene.number == self.scene:
            return []
        self.scene = scene.number
        return [scene.blob]

    def take_tables(self) -> list[bytes]:
        tables = self.broadcast.tables
        if tables is None or not self.paints or tables.number == self.tables:
            return []
        self.tables = tables.number
        return [tables.blob]

    def take_rows(self) -> list[bytes]:
        series = self.broadcast.series
        if series.generation != self.generation:
            self.generation, self.rows = series.generation, 0
        if self.rows == series.end:
            return []
        message = self.broadcast.rows_message(self.rows)
        self.rows = series.end
        return [message]


def pause_after(delay_seconds: float) -> float:
    """From one picture to the next, if they are drawn so long after they were sent."""
    rate = next((rate for rate in RATES if rate * delay_seconds <= LEAD), RATES[-1])
    return 0.0 if rate == RATES[0] else 1 / rate
