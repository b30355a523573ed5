"""Lab: computes descents for the Descent lab, each in a process of its own that ends with its answer.

A descent is bounded in looks at its surface (core/descent.py) and takes milliseconds: it needs no run, no snapshot and
no socket. A typed formula may still take a second of one core, which in a thread would hold up every socket. A process
leaves the event loop alone, yields to it, and can be ended: forked with NumPy in memory, it is there within 30 ms.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections import Counter
from contextlib import suppress
from multiprocessing.context import ForkServerProcess

from app import climbing
from app.settings import Settings
from app.training import start_process

AT_ONCE = 2
MOST_WAITING = 30
MOST_OF_ONE_GUEST = 4  # at work or waiting
LIMIT_SECONDS = 30.0  # from its turn on; a descent that may take no more looks is through long before

FULL = "Too many descents are under way. Try again in a moment."
TOO_LONG = "This descent takes too long: ask for fewer steps, or for a simpler formula."
NOT_COMPUTED = "The descent could not be computed. Try again in a moment."


class Crowded(Exception):
    """There are as many waiting as may."""


class NotComputed(Exception):
    """It took too long, or its process died; the message says which."""


class Lab:
    """Lets so many work at once, one after another as they come; nobody has more than a few of the places."""

    def __init__(self, settings: Settings) -> None:
        self.memory_bytes = settings.run_memory_megabytes * 2**20
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.present: Counter[str] = Counter()  # of each guest

    async def answer(self, work: str, document: bytes, guest: str) -> bytes:
        """What app/climbing.py makes of a descent. Raises Crowded or NotComputed."""
        if self.present.total() >= AT_ONCE + MOST_WAITING or self.present[guest] >= MOST_OF_ONE_GUEST:
            raise Crowded(FULL)
        self.present[guest] += 1
        try:
            async with self.turns:
                return await self._computed(work, document)
        finally:
            self.present -= Counter([guest])  # and forget who has none left

    async def _computed(self, work: str, document: bytes) -> bytes:
        arguments = (climbing.main, work, document, self.memory_bytes)
        try:
            process, end = await asyncio.to_thread(start_process, *arguments)
        except (OSError, EOFError):
            raise NotComputed(NOT_COMPUTED) from None
        reader, writer = await asyncio.open_connection(sock=end)
        try:
            answer = await asyncio.wait_for(read_all(reader), LIMIT_SECONDS)
        except TimeoutError:
            raise NotComputed(TOO_LONG) from None
        finally:
            await asyncio.shield(ended(process, writer))
        if not answer:
            raise NotComputed(NOT_COMPUTED)
        return answer


async def read_all(reader: StreamReader) -> bytes:
    with suppress(ConnectionError):
        return await reader.read()
    return b""


async def ended(process: ForkServerProcess, writer: StreamWriter) -> None:
    """See to it that the process is gone: it has said all that it had to say, or is not waited for."""
    writer.close()
    process.kill()
    await asyncio.to_thread(process.join)
    process.close()
