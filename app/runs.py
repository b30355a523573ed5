"""Runs: each a training process with its broadcast; and the registry that starts, finds, limits and ends them."""

import asyncio
import multiprocessing
import secrets
import signal
import socket
import sys
from asyncio import Future, Task, TimerHandle
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from threading import Lock
from types import ModuleType
from typing import Any, Literal

import numpy as np
import orjson

from app import line, protocol, worker
from app.broadcast import Broadcast, Row, Watcher
from app.line import Kind, payloads
from app.protocol import AnyCommand, Close
from app.settings import Settings
from app.worker import Limits
from core import Experiment, executors

REAPING_SECONDS = 1.0
STARTING_SECONDS = 20.0

processes = multiprocessing.get_context("forkserver")
one_at_a_time = Lock()


class Full(Exception):
    """There is no room for one more; the text says of what."""


class Failed(Exception):
    """A run could not be started; the text says why."""


class TooLarge(Failed):
    """A run needs more than it may have: trying again does not help."""


class Run:
    """A training process, the line to it, and those who watch it."""

    def __init__(self, process: ForkServerProcess, settings: Settings) -> None:
        self.id = secrets.token_hex(11)
        self.experiment: Experiment  # known once the run is open
        self.parcels: dict[int, Future[bytes]] = {}
        self.state: dict[str, Any] = {}
        self.columns: list[str] = []
        self.failure = ""
        self.is_over = False
        self.process = process
        self.settings = settings
        self.broadcast = Broadcast(
            self.encode_rows,
            settings.max_points_kept,
            settings.max_unacknowledged_frames,
            settings.silent_limit_seconds,
        )
        self.watchers: dict[int, Watcher] = {}
        self.joined = self.asked = 0
        self.expiry: TimerHandle | None = None

    # --- those who watch --------------------------------------------------------------------------------------

    def join(self) -> tuple[int, Watcher]:
        """A new watcher and its number; raises Full."""
        if len(self.watchers) >= self.settings.max_watchers_per_run:
            raise Full("This run has as many watchers as it may have. Try again in a while.")
        self.joined += 1
        watcher = self.watchers[self.joined] = self.broadcast.join()
        self.await_watchers()
        self.tell(self.joined, "join")
        return self.joined, watcher

    def leave(self, number: int) -> None:
        self.broadcast.leave(self.watchers.pop(number))
        self.await_watchers()
        self.tell(number, "leave")

    def await_watchers(self) -> None:
        """An unwatched run is on the clock."""
        if self.expiry:
            self.expiry.cancel()
            self.expiry = None
        if not self.watchers and not self.is_over:
            loop = asyncio.get_running_loop()
            self.expiry = loop.call_later(self.settings.unwatched_limit_seconds, self.expire)

    def expire(self) -> None:
        self.end(Close.RUN_ENDED, "Nobody watched the run for a long time.")

    # --- the line to the process ------------------------------------------------------------------------------

    async def open(self, end: socket.socket) -> None:
        """Wait until the process is ready; raises Failed or TooLarge."""
        self.reader, self.writer = await asyncio.open_connection(sock=end)
        async for kind, number, payload in payloads(self.reader):
            self.take(kind, number, payload)
            if kind == Kind.STATE:
                return
        if self.failure:
            raise TooLarge(self.failure)
        raise Failed("The training process ended before it was ready.")

    async def live(self) -> None:
        """Publish what the process says until it ends."""
        try:
            async for kind, number, payload in payloads(self.reader):
                self.take(kind, number, payload)
        finally:
            if not self.is_over:
                await asyncio.to_thread(self.process.join, REAPING_SECONDS)
                self.end(Close.RUN_ENDED, self.failure or cause_of_death(self.process.exitcode))

    def take(self, kind: int, number: int, payload: bytes) -> None:
        match kind:
            case Kind.STATE:
                self.state = orjson.loads(payload)
            case Kind.SCENE:
                self.experiment = Experiment.parse(protocol.message_of(payload)["experiment"])
                self.broadcast.publish_scene(number, payload)
            case Kind.POINTS:
                message, arrays = protocol.decode(payload)
                self.columns = message["columns"]
                self.broadcast.publish_rows(number, arrays["points"].tolist())
            case Kind.FRAME:
                self.broadcast.publish_frame(number, payload)
            case Kind.FAILURE:
                self.failure = payload.decode()
            case Kind.PARCEL if number in self.parcels:
                self.parcels.pop(number).set_result(payload)
            case Kind.ANSWER if number in self.watchers:
                self.watchers[number].answer(payload.decode())

    def encode_rows(self, generation: int, first: int, rows: list[Row]) -> bytes:
        message = {"type": "points", "generation": generation, "from": first, "columns": self.columns}
        return protocol.encode(message, {"points": np.array(rows)})

    def tell(self, watcher: int, command: AnyCommand | str) -> None:
        """Pass a command on; its answer comes back to the watcher."""
        if not self.is_over:
            line.tell(self.writer, watcher, command if isinstance(command, str) else command.model_dump())

    async def fetch(self, what: Literal["snapshot", "film"]) -> bytes:
        """The present moment, or a film of how it came about; raises Failed when the run ends before it is told."""
        self.asked += 1
        number, future = self.asked, asyncio.get_running_loop().create_future()
        self.parcels[number] = future
        self.tell(number, what)
        try:
            async with asyncio.timeout(STARTING_SECONDS):
                parcel: bytes = await future
                return parcel
        except TimeoutError:
            raise Failed("The run is too busy for that now. Try again in a while.") from None
        finally:
            self.parcels.pop(number, None)  # nobody waits any more: what comes late is left lying

    def end(self, code: Close, reason: str) -> None:
        """Hang up on the process, which then ends itself, and send the watchers away."""
        self.is_over = True
        if self.expiry:
            self.expiry.cancel()
        for future in self.parcels.values():
            future.set_exception(Failed("The run has ended."))
        self.parcels.clear()
        error = protocol.error_body("restarting" if code == Close.RESTARTING else "run_ended", reason)
        self.broadcast.end(code, reason, protocol.error_answer(None, error))
        self.writer.close()

    async def reap(self) -> None:
        """See to it that the process is gone."""
        await asyncio.to_thread(self.process.join, REAPING_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            await asyncio.to_thread(self.process.join)
        self.process.close()


def cause_of_death(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return "The training process stopped because of an error."
    return f"The training process was killed ({signal.Signals(-exit_code).name})."


class Runs:
    """All runs that are alive, at most so many."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.alive: dict[str, Run] = {}
        self.lives: set[Task[None]] = set()
        self.starting = 0
        self.limits = Limits(
            frame_seconds=1 / settings.frames_per_second,
            point_seconds=1 / settings.points_per_second,
            slice_seconds=settings.slice_milliseconds / 1000,
            memory_bytes=settings.run_memory_megabytes * 2**20,
        )

    def find(self, id: str) -> Run | None:
        run = self.alive.get(id)
        return None if run is None or run.is_over else run

    async def start(self, experiment: Experiment) -> Run:
        """A new run, paused at step 0; raises Full or Failed."""
        return await self.begin(experiment.model_dump_json().encode())

    async def fork(self, run: Run) -> Run:
        """A new run that goes on from another's present moment; raises Full or Failed."""
        return await self.begin(await run.fetch("snapshot"))

    async def begin(self, start: bytes) -> Run:
        if len(self.alive) + self.starting >= self.settings.max_runs:
            raise Full("The server is full: it trains as many networks as it may. Try again in a while.")
        self.starting += 1
        try:
            run = await self.launch(start)
        finally:
            self.starting -= 1
        self.alive[run.id] = run
        run.await_watchers()
        life = asyncio.create_task(self.live(run))
        self.lives.add(life)
        life.add_done_callback(self.lives.discard)
        return run

    async def launch(self, start: bytes) -> Run:
        try:
            process, end = await asyncio.to_thread(start_process, start, self.limits)
        except (OSError, EOFError):
            raise Failed("The machine has no room for a training process now. Try again in a while.") from None
        run = Run(process, self.settings)
        try:
            async with asyncio.timeout(STARTING_SECONDS):
                await run.open(end)
        except (Failed, TimeoutError) as error:
            run.writer.close()
            await run.reap()
            if isinstance(error, Failed):
                raise
            raise Failed("The training process took too long to start.") from None
        return run

    async def live(self, run: Run) -> None:
        try:
            await run.live()
        finally:
            del self.alive[run.id]
            await run.reap()

    async def close(self) -> None:
        """End all runs, because the server stops."""
        for run in list(self.alive.values()):
            run.end(Close.RESTARTING, "The server is being stopped.")
        if self.lives:
            await asyncio.wait(self.lives)


def warm_up(settings: Settings) -> None:
    """Start the process that all training processes are forked from, with NumPy in memory, and the compiled loop where
    it is ready. Where Numba is installed and it is not, have it compiled meanwhile."""
    processes.set_forkserver_preload(["app.worker", "app.loop"])
    forkserver.ensure_running()
    if settings.compile_loop and executors.numba_version() and not executors.is_ready():
        limit = settings.run_memory_megabytes * 2**20
        with one_at_a_time, main_module_hidden(), suppress(OSError, EOFError):
            processes.Process(target=worker.compile_loop, args=(limit,), daemon=True).start()


def start_process(start: bytes, limits: Limits) -> tuple[ForkServerProcess, socket.socket]:
    """A training process that begins with an experiment or a snapshot, and our end of the line to it.

    Raises OSError if there is no memory, process or file to be had; EOFError if the process to fork from met that.
    """
    ours, theirs = socket.socketpair()
    arguments = (theirs, start, limits)
    process = processes.Process(target=worker.main, args=arguments, daemon=True)
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
