"""Studies: how the lab trains the many parts of sweeps and of learning curves, so that nobody's waits for the whole of
another's.

A turn is a process that trains a few parts and tells each as it is done. Each study waits for its turns in one queue
with all others, first come, first served: while several go on, they take turns. It remembers nothing: whoever goes away
ends the work, and asks again for the parts that are left.
"""

import asyncio
import os
from asyncio import Queue
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from math import ceil
from typing import NamedTuple

from app import protocol
from app.computing import Impossible, Work
from app.lab import Bounds, Lab, NotComputed

TURN_SECONDS = 2.0
QUIET_SECONDS = 15.0  # a proxy takes what says nothing for a minute for dead
BOUNDS = Bounds(
    full="Too many sweeps and learning curves are under way. Stop one of yours, or try again in a while.",
    too_long="This takes too long: ask for fewer epochs, units or samples.",
    not_computed="This could not be trained. Try again in a moment.",
    at_once=os.cpu_count() or 1,
    waiting=30,
    of_one_guest=2,
    seconds=300.0,
)


class Study(NamedTuple):
    """What is trained part by part. `work` is given the `document`, numbers of parts, and how many seconds it may go on
    with these; what it yields first is of the first of them, and so on."""

    kind: str
    part: str
    work: Work
    document: object


async def told(lab: Lab, guest: str, study: Study, numbers: Sequence[int]) -> AsyncGenerator[bytes, None]:
    """Messages: one of the study's kind as soon as it has a place, then for each part what is told of it as it is done,
    or a `failure`. Raises Crowded, and NotComputed
    when the server stops."""
    with lab.place(guest):
        yield protocol.encode({"type": study.kind, f"{study.part}s": len(numbers)}, {})
        under_way = UnderWay(lab, study, numbers)
        hands = [asyncio.create_task(under_way.work()) for _ in range(lab.bounds.at_once)]
        lab.enders.add(end := under_way.messages.put_nowait)
        try:
            for _ in numbers:
                while not (message := await under_way.next_message()):
                    yield protocol.encode({"type": "waiting"}, {})
                yield message
        finally:
            lab.enders.remove(end)
            for hand in hands:
                hand.cancel()
            await asyncio.gather(*hands, return_exceptions=True)


class UnderWay:
    """A study's parts that are left, and what is told of those that are done."""

    def __init__(self, lab: Lab, study: Study, numbers: Sequence[int]) -> None:
        self.lab, self.study, self.left = lab, study, deque(numbers)
        self.messages: Queue[bytes | Exception] = Queue()

    async def work(self) -> None:
        """Take turns until nothing is left."""
        try:
            while self.left:
                async with self.lab.turns:
                    await self.turn(self.taken())
        except Exception as error:
            self.messages.put_nowait(error)

    def taken(self) -> deque[int]:
        """The parts of a turn: fewer towards the end, so that all hands have something to do."""
        count = ceil(len(self.left) / (2 * self.lab.bounds.at_once))
        return deque(self.left.popleft() for _ in range(count))

    async def turn(self, numbers: deque[int]) -> None:
        """Train as many of these as there is time for. Where it ends before its time, that is told of the next."""
        if not numbers:
            return
        work, document = self.study.work, self.study.document
        try:
            async with aclosing(self.lab.told(work, document, [*numbers], TURN_SECONDS)) as messages:
                async for message in messages:
                    numbers.popleft()
                    self.messages.put_nowait(message)
        except (NotComputed, Impossible) as failed:
            failure = {"type": "failure", self.study.part: numbers.popleft(), "message": str(failed)}
            self.messages.put_nowait(protocol.encode(failure, {}))
        self.left.extendleft(reversed(numbers))

    async def next_message(self) -> bytes | None:
        """What is told next; nothing when it has been quiet for long."""
        try:
            message = await asyncio.wait_for(self.messages.get(), QUIET_SECONDS)
        except TimeoutError:
            return None
        if isinstance(message, Exception):
            raise message
        return message
