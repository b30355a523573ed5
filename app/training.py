"""Training: a process that trains one run, and the server's end of the line to it."""

import asyncio
import multiprocessing
import signal
import socket
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from threading import Lock
from types import ModuleType

from app import background, line, worker
from app.limits import Limits
from app.protocol import AnyCommand
from core import executors

REAPING_SECONDS = 1.0

processes = multiprocessing.get_context("forkserver")
one_at_a_time = Lock()


class NoRoom(Exception):
    """The machine has no memory, process or file for one more."""


class Training:
    """A process and the line to it. Hanging up ends it."""

    def __init__(self, process: ForkServerProcess, reader: StreamReader, writer: StreamWriter) -> None:
        self.process, self.reader, self.writer = process, reader, writer

    @classmethod
    async def begin(cls, start: bytes, limits: Limits) -> "Training":
        """A process that goes on from a packed present; raises NoRoom."""
        try:
            process, end = await asyncio.to_thread(start_process, worker.main, start, limits)
        except (OSError, EOFError):
            raise NoRoom from None
        return cls(process, *await asyncio.open_connection(sock=end))

    def said(self) -> AsyncIterator[tuple[int, int, bytes]]:
        """What it says, until it hangs up: kind, number and payload."""
        return line.payloads(self.reader)

    def tell(self, number: int, command: AnyCommand | str) -> None:
        """Pass a watcher's command on, or a request of that number."""
        line.tell(self.writer, number, command if isinstance(command, str) else command.model_dump())

    def kill(self) -> None:
        """It does not hear any more."""
        with suppress(ValueError):  # it was reaped meanwhile
            self.process.kill()

    def hang_up(self) -> None:
        self.writer.close()

    async def cause_of_death(self) -> str:
        """Why it hung up by itself."""
        await asyncio.to_thread(self.process.join, REAPING_SECONDS)
        code = self.process.exitcode
        if code is None or code >= 0:
            return "The training process stopped because of an error."
        return f"The training process was killed ({signal.Signals(-code).name})."

    async def reap(self) -> None:
        """See to it that the process is gone."""
        self.hang_up()
        await asyncio.to_thread(self.process.join, REAPING_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            await asyncio.to_thread(self.process.join)
        self.process.close()


def warm_up(compile_loop: bool, memory_bytes: int) -> None:
    """Start the process that all training processes are forked from, with NumPy in memory, and the compiled loop where
    it is ready. Where Numba is installed and it is not, have it compiled meanwhile."""
    processes.set_forkserver_preload(["app.worker", "app.climbing", "app.surveying", "app.table_reading", "app.loop"])
    forkserver.ensure_running()
    if compile_loop and executors.numba_version() and not executors.is_ready():
        with one_at_a_time, main_module_hidden(), suppress(OSError, EOFError):
            processes.Process(target=background.compile_loop, args=(memory_bytes,), daemon=True).start()


def start_process(body: Callable[..., None], *given: object) -> tuple[ForkServerProcess, socket.socket]:
    """A process that does this with its end of a line and what else it is given, and our end of the line.

    Raises OSError if there is no memory, process or file to be had; EOFError if the process to fork from met that.
    """
    ours, theirs = socket.socketpair()
    process = processes.Process(target=body, args=(theirs, *given), daemon=True)
    with theirs, ExitStack() as on_failure:  # theirs: once the child has its copy, ours must not keep the line open
        on_failure.enter_context(ours)
        with one_at_a_time, main_module_hidden():
            process.start()
        on_failure.pop_all()
    return process, ours


@contextmanager
def main_module_hidden() -> Iterator[None]:
    """multiprocessing would import the server's main module, with all it imports, again in every child."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
