"""Lab: computes what needs no run, or only looks at one, each in a process of its own that ends with its answer.

Such work is bounded, and takes milliseconds or a few seconds of one core: in a thread it would hold up every socket, in
a run's process its training. A process leaves both alone, yields to the event loop, and can be ended: forked with NumPy
in memory, it is there within 30 ms.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from socket import socket
from typing import Any

from app import computing, line
from app.computing import Impossible, Work
from app.line import Kind
from app.settings import Settings
from app.training import start_process

MOST_ANSWERS = 32  # that are kept, each of at most half a megabyte


@dataclass(frozen=True)
class Bounds:
    """How much of one kind of work may be under way, and what is said where that is too little."""

    full: str
    too_long: str
    not_computed: str
    at_once: int = 2
    waiting: int = 30
    of_one_guest: int = 4  # at work or waiting
    seconds: float = 30.0  # from its turn on


class Crowded(Exception):
    """There are as many waiting as may."""


class NotComputed(Exception):
    """It took too long, its process died, or the server stops; the message says which."""


class Lab:
    """Lets so many work at once, one after another as they come; nobody has more than a few of the places."""

    def __init__(self, settings: Settings, bounds: Bounds, tables: Path | None = None) -> None:
        """`tables`: where those lie that the work may need."""
        self.memory_bytes = settings.run_memory_megabytes * 2**20
        self.tables = tables
        self.bounds = bounds
        self.turns = asyncio.Semaphore(bounds.at_once)
        self.present: Counter[str] = Counter()  # of each guest
        self.enders: set[Callable[[Exception], None]] = set()  # each ends an answer that comes in parts

    def close(self, reason: str) -> None:
        """End the answers that come in parts: their last tells why."""
        for end in [*self.enders]:
            end(NotComputed(reason))

    async def answer(self, guest: str, work: Work, *given: object) -> bytes:
        """All that a process has to tell, in one. Raises what `parts` raises."""
        async with aclosing(self.parts(guest, work, *given)) as parts:
            return b"".join([part async for part in parts])

    async def parts(self, guest: str, work: Work, *given: object) -> AsyncGenerator[bytes, None]:
        """What a process that does this has to tell, as it comes, once it is the guest's turn. Whoever closes this ends
        the process. Raises Crowded, NotComputed, or Impossible."""
        async with self.turn(guest), aclosing(self.told(work, *given)) as parts:
            async for part in parts:
                yield part

    @asynccontextmanager
    async def turn(self, guest: str) -> AsyncIterator[None]:
        """The guest's turn, which it waits for at one of its places. Raises Crowded."""
        with self.place(guest):
            async with self.turns:
                yield

    async def told(self, work: Work, *given: object) -> AsyncGenerator[bytes, None]:
        """The same for who has waited for its turn."""
        async with self.process(work, given) as said:
            until = asyncio.get_running_loop().time() + self.bounds.seconds
            while part := await self.next_of(said, until):
                yield part

    @contextmanager
    def place(self, guest: str) -> Iterator[None]:
        """One of the guest's places. Raises Crowded."""
        bounds = self.bounds
        is_full = self.present.total() >= bounds.at_once + bounds.waiting
        if is_full or self.present[guest] >= bounds.of_one_guest:
            raise Crowded(bounds.full)
        self.present[guest] += 1
        try:
            yield
        finally:
            self.present -= Counter([guest])  # and forget who has none left

    @asynccontextmanager
    async def process(
        self, work: Work, given: tuple[object, ...]
    ) -> AsyncIterator[AsyncIterator[tuple[int, int, bytes]]]:
        """What a process says that is there as long as somebody listens."""
        try:
            body = computing.main, self.memory_bytes, self.tables, work, given
            process, end = await started(*body)
        except (OSError, EOFError):
            raise NotComputed(self.bounds.not_computed) from None
        try:
            reader, writer = await asyncio.open_connection(sock=end)
            try:
                yield line.payloads(reader)
            finally:
                writer.close()
        finally:  # it is gone when this is over: it has said all that it had to say, or is not waited for
            process.kill()
            await asyncio.shield(buried(process))

    async def next_of(self, said: AsyncIterator[tuple[int, int, bytes]], until: float) -> bytes:
        """The next part; nothing after the last."""
        try:
            left = max(0.0, until - asyncio.get_running_loop().time())
            kind, _, payload = await asyncio.wait_for(anext(said), left)
        except TimeoutError:
            raise NotComputed(self.bounds.too_long) from None
        except StopAsyncIteration:
            raise NotComputed(self.bounds.not_computed) from None
        if kind == Kind.FAILURE:
            raise Impossible(payload.decode())
        return payload


class Shared:
    """A lab's answers, where they do not depend on who asks: what many ask for at once is computed once, and the last
    few answers are kept. A class that sees the same descent asks for it together."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.answers: dict[tuple[Work, bytes], asyncio.Task[bytes]] = {}  # the oldest first

    async def answer(self, guest: str, work: Work, document: bytes) -> bytes:
        """Raises what Lab's `parts` raises."""
        key = (work, document)
        answer = self.answers.pop(key, None)
        if answer is None or has_failed(answer):
            answer = asyncio.create_task(self.lab.answer(guest, work, document))
        self.answers[key] = answer
        if len(self.answers) > MOST_ANSWERS:
            del self.answers[next(iter(self.answers))]
        return await asyncio.shield(answer)


def has_failed(answer: asyncio.Task[bytes]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)


Started = tuple[ForkServerProcess, socket]


async def started(*body: Any) -> Started:
    """A process, and the end of the line to it. Whoever goes away meanwhile leaves none behind."""
    starting = asyncio.ensure_future(asyncio.to_thread(start_process, *body))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        starting.add_done_callback(drop)
        raise


def drop(starting: asyncio.Future[Started]) -> None:
    if not starting.cancelled() and not starting.exception():
        process, end = starting.result()
        process.kill()
        end.close()


async def buried(process: ForkServerProcess) -> None:
    """Wait until a killed process is gone, and forget it."""
    await asyncio.to_thread(process.join)
    process.close()
