"""Runs: each a broadcast to those who watch and a process that trains; and the registry that starts, finds, wakes,
limits and ends them."""

import asyncio
import secrets
from asyncio import Future, Task, TimerHandle
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import Future as Written
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import orjson

from app import archive, metrics, protocol, shelf
from app.access import NOBODY, Right
from app.archive import KeptRun, Save
from app.broadcast import Broadcast, Row, Watcher
from app.line import Kind
from app.load import REFUSING, VIEWER_SECONDS, Load
from app.present import COLUMNS, Present
from app.protocol import AnyCommand, Close, Watch
from app.settings import Settings
from app.store import NotSaved, Store
from app.training import NoRoom, Training
from app.worker import Limits
from core import Experiment

STARTING_SECONDS = 20.0
TELLING_SECONDS = 0.1
MOST_CRASHES, CRASHES_SECONDS = 3, 60.0
NO_SUCH_RUN = "There is no such run; it may have ended."


class Full(Exception):
    """There is no room for one more; the text says of what."""


class OverQuota(Full):
    """One guest has as many runs awake as one may have."""


class Phase(StrEnum):
    """Whether the server takes visitors."""

    STARTING = "starting"  # it wakes what was training
    READY = "ready"
    STOPPING = "stopping"


class Failed(Exception):
    """A run could not be started; the text says why."""


class TooLarge(Failed):
    """A run needs more than it may have: trying again does not help."""


class Run:
    """One run: who watches it, what they are shown, and the process that trains it at present."""

    def __init__(self, id: str, owner: str, training: Training, store: Store, settings: Settings) -> None:
        self.id, self.owner = id, owner
        self.experiment: Experiment  # known once the run is open
        self.training = training
        self.store = store
        self.settings = settings
        self.state: dict[str, Any] = {}
        self.failure = ""
        self.is_over = False
        self.crashes: deque[float] = deque(maxlen=MOST_CRASHES)
        self.broadcast = Broadcast(
            encode_rows,
            settings.max_points_kept,
            settings.max_unacknowledged_frames,
            settings.silent_limit_seconds,
        )
        self.watchers: dict[int, Watcher] = {}
        self.rights: dict[int, Right] = {}
        self.guests: dict[int, str] = {}
        self.is_telling, self.was_saving = False, True
        self.watched: dict[int, Watch] = {}  # what each of them has on screen
        self.unanswered: dict[tuple[int, int], AnyCommand] = {}
        self.parcels: dict[int, Future[bytes]] = {}
        self.joined = self.asked = self.frame = self.load_level = 0
        self.unwatched_since = asyncio.get_running_loop().time()
        self.unsaved_rows: list[Row] = []
        self.saved_generation = -1

    # --- those who watch --------------------------------------------------------------------------------------

    def join(self, right: Right = Right.STEER, guest: str = "") -> tuple[int, Watcher]:
        """A new watcher and its number; raises Full."""
        if len(self.watchers) >= self.settings.max_watchers_per_run:
            raise Full("This run has as many watchers as it may have. Try again in a while.")
        self.joined += 1
        watcher = self.watchers[self.joined] = self.broadcast.join()
        self.rights[self.joined], self.guests[self.joined] = right, guest
        watcher.seconds_between = self.seconds_between(right)
        watcher.answer(self.about(right))
        self.tell_about()
        self.training.tell(self.joined, "join")
        return self.joined, watcher

    def leave(self, number: int) -> None:
        self.broadcast.leave(self.watchers.pop(number))
        self.watched.pop(number, None)
        del self.rights[number], self.guests[number]
        self.tell_about()
        self.unwatched_since = asyncio.get_running_loop().time()
        self.unanswered = {key: command for key, command in self.unanswered.items() if key[0] != number}
        self.tell_process(number, "leave")

    def tell_about(self) -> None:
        """Tell all who watch how they stand to the run, and how many they are: soon, and many changes at once."""
        if not self.is_telling:
            self.is_telling = True
            asyncio.get_running_loop().call_later(TELLING_SECONDS, self.tell_now)

    def tell_now(self) -> None:
        self.is_telling = False
        texts = {right: self.about(right) for right in Right}
        for number, watcher in self.watchers.items():
            watcher.answer(texts[self.rights[number]])

    def about(self, right: Right) -> str:
        self.was_saving = self.store.is_saving
        about = {"type": "run", "right": right.name.lower(), "watchers": len(self.watchers)}
        return orjson.dumps({**about, "is_saving": self.was_saving}).decode()

    def heed_saving(self) -> None:
        """Tell when saving has become impossible, or possible again."""
        if self.store.is_saving != self.was_saving:
            self.tell_about()

    def ease(self, level: int) -> None:
        """Show less, because the server has too much to do: first to those who only watch."""
        self.load_level = level
        for number, watcher in self.watchers.items():
            watcher.seconds_between = self.seconds_between(self.rights[number])
        self.tell_process(level, "load")

    def seconds_between(self, right: Right) -> float:
        return VIEWER_SECONDS[self.load_level] if right == Right.WATCH else 0.0

    def allow(self, number: int, right: Right, reason: str) -> None:
        """Let one who watches do this much from now on; nothing is to be sent away, told the reason."""
        if right == Right.NONE:
            self.watchers[number].end(Close.RUN_ENDED, reason)
        elif right != self.rights[number]:
            self.rights[number] = right
            self.watchers[number].seconds_between = self.seconds_between(right)
            self.tell_about()

    @property
    def is_playing(self) -> bool:
        return self.state.get("status") == "playing"

    # --- the process ------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Wait until the process is ready; raises Failed or TooLarge."""
        async for kind, number, payload in self.training.said():
            self.take(kind, number, payload)
            if kind == Kind.STATE:
                return
        if self.failure:
            raise TooLarge(self.failure)
        raise Failed("The training process ended before it was ready.")

    async def listen(self) -> None:
        """Publish what the process says until it hangs up."""
        async for kind, number, payload in self.training.said():
            self.take(kind, number, payload)

    def take(self, kind: int, number: int, payload: bytes) -> None:
        match kind:
            case Kind.STATE:
                self.state = orjson.loads(payload)
            case Kind.SCENE:
                self.experiment = Experiment.parse(protocol.message_of(payload)["experiment"])
                self.broadcast.publish_scene(number, payload)
            case Kind.TABLES:
                self.broadcast.publish_tables(payload)
            case Kind.POINTS:
                self.publish_rows(number, protocol.decode(payload)[1]["points"].tolist())
            case Kind.FRAME:
                self.frame = number
                self.broadcast.publish_frame(number, payload)
            case Kind.FAILURE:
                self.failure = payload.decode()
            case Kind.PARCEL if number in self.parcels:
                self.parcels.pop(number).set_result(payload)
            case Kind.ANSWER:
                self.answer(number, payload)
            case Kind.ENTRY:
                self.enter(number, **orjson.loads(payload))
            case Kind.MOMENT:
                self.save(number, payload)
            case Kind.PORTRAIT:
                self.store.submit(archive.portray(self.id, payload))

    def publish_rows(self, generation: int, rows: list[Row]) -> None:
        if generation != self.broadcast.series.generation:
            self.unsaved_rows = []
        self.broadcast.publish_rows(generation, rows)
        self.unsaved_rows += rows

    def answer(self, watcher: int, answer: bytes) -> None:
        self.unanswered.pop((watcher, orjson.loads(answer)["id"]), None)
        if watcher in self.watchers:
            self.watchers[watcher].answer(answer.decode())

    def tell(self, watcher: int, command: AnyCommand) -> None:
        """Pass a watcher's command on; its answer comes back to the watcher."""
        self.unanswered[watcher, command.id] = command
        if isinstance(command, Watch):
            self.watched[watcher] = command
            self.watchers[watcher].choose(command.views)
        self.tell_process(watcher, command)

    def tell_process(self, number: int, command: AnyCommand | str) -> None:
        if not self.is_over:
            self.training.tell(number, command)

    async def fetch(
        self, what: Literal["present", "branch", "film", "pulse"], seconds: float = STARTING_SECONDS
    ) -> bytes:
        """The present moment with its past, a film of how it came about, or only that the process hears; raises Failed
        when the run ends before it is told."""
        self.asked += 1
        number, future = self.asked, asyncio.get_running_loop().create_future()
        self.parcels[number] = future
        self.tell_process(number, what)
        try:
            async with asyncio.timeout(seconds):
                parcel: bytes = await future
                return parcel
        except TimeoutError:
            raise Failed("The run is too busy for that now. Try again in a while.") from None
        finally:
            self.parcels.pop(number, None)  # nobody waits any more: what comes late is left lying

    # --- what is kept -----------------------------------------------------------------------------------------

    def enter(self, watcher: int, entry: dict[str, Any], answer: dict[str, Any]) -> None:
        """Write a command down that was obeyed, and only then pass its answer on."""
        loop, text = asyncio.get_running_loop(), orjson.dumps(answer)

        def told(written: "Written[None]") -> None:
            with suppress(RuntimeError):  # the server has ended meanwhile
                loop.call_soon_threadsafe(self.answer, watcher, text)
                loop.call_soon_threadsafe(self.heed_saving)

        self.store.submit(archive.enter(self.id, **entry)).add_done_callback(told)

    def save(self, entry: int, present: bytes) -> "Written[None]":
        """Keep a moment to go on from, and how the curve came there."""
        generation = self.broadcast.series.generation
        rows = np.array(self.unsaved_rows).reshape(-1, len(COLUMNS))
        is_new = generation != self.saved_generation
        self.unsaved_rows, self.saved_generation = [], generation
        experiment = self.experiment.model_dump_json()
        return self.store.submit(Save(self.id, entry, present, experiment, self.state, rows, is_new))

    # --- its end ----------------------------------------------------------------------------------------------

    def adopt(self, training: Training) -> None:
        """Go on with another process: it is told who watches what, and what nobody has answered yet."""
        self.training = training
        training.tell(self.load_level, "load")
        for number in self.watchers:
            training.tell(number, "join")
            if number in self.watched:
                training.tell(number, self.watched[number])
        for (number, _), command in self.unanswered.items():
            training.tell(number, command)

    def going_on(self, present: Present) -> Present:
        """The same moment, its numbers beyond all that the watchers have seen."""
        scene, generation = self.broadcast.scene, self.broadcast.series.generation
        return present.going_on(scene=scene.number if scene else 0, generation=generation, frame=self.frame)

    async def crash(self) -> None:
        """The process has ended by itself. Raises Failed where another one would fare no better."""
        now = asyncio.get_running_loop().time()
        self.crashes.append(now)
        cause = self.failure or await self.training.cause_of_death()
        is_hopeless = len(self.crashes) == MOST_CRASHES and now - self.crashes[0] < CRASHES_SECONDS
        if self.failure or is_hopeless:
            raise Failed(cause)

    def end(self, code: Close, reason: str) -> None:
        """Hang up on the process, which then ends itself, and send the watchers away."""
        self.is_over = True
        for future in self.parcels.values():
            future.set_exception(Failed("The run has ended."))
        self.parcels.clear()
        error = protocol.error_body("restarting" if code == Close.RESTARTING else "run_ended", reason)
        self.broadcast.end(code, reason, protocol.error_answer(None, error))
        self.training.hang_up()


def encode_rows(generation: int, first: int, rows: list[Row]) -> bytes:
    message = {"type": "points", "generation": generation, "from": first, "columns": COLUMNS}
    return protocol.encode(message, {"points": np.array(rows)})


class Runs:
    """All runs: those that are awake, at most so many, and those that sleep in the store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.awake: dict[str, Run] = {}
        self.lives: dict[str, Task[None]] = {}
        self.waking: dict[str, Task[Run | None]] = {}
        self.naps: dict[str, TimerHandle] = {}
        self.starting: list[str] = []  # whose
        self.phase = Phase.STARTING
        self.load = Load(self.count_playing, self.ease)
        self.door = asyncio.Lock()
        self.limits = Limits(
            frame_seconds=1 / settings.frames_per_second,
            point_seconds=1 / settings.points_per_second,
            watched_save_seconds=settings.watched_save_seconds,
            unwatched_save_seconds=settings.unwatched_save_seconds,
            slice_seconds=settings.slice_milliseconds / 1000,
            memory_bytes=settings.run_memory_megabytes * 2**20,
        )

    # --- beginning --------------------------------------------------------------------------------------------

    async def start(self, experiment: Experiment, owner: str = "") -> Run:
        """A new run, paused at step 0; raises Full or Failed."""
        self.check_load()
        return await self.begin(Present(experiment.model_dump_json().encode()), owner)

    async def fork(self, run: Run, owner: str = "") -> Run:
        """A new run that goes on from another's present moment and has its past; raises Full or Failed."""
        self.check_load()
        present = Present.unpacked(await run.fetch("branch"))
        return await self.begin(present.going_on(playing=False, until_epoch=None, entry=0), owner, run.id)

    async def bring(self, name: str, present: Present, owner: str) -> Run:
        """A run that was carried here in a file; raises Full, Failed or NoPlace."""
        self.check_load()
        return await self.begin(present, owner, name=name)

    async def begin(self, present: Present, owner: str, origin: str | None = None, name: str | None = None) -> Run:
        """A new run that goes on from this; raises Full, Failed or NoPlace."""
        await self.make_place(owner)
        async with self.room(owner):
            run = await self.launch(secrets.token_hex(11), owner, present)
            experiment, packed = run.experiment.model_dump_json(), replace(present, is_foreign=False).packed()
            with suppress(NotSaved):  # it trains none the less
                await self.store.do(archive.add(run.id, owner, origin, experiment, run.state, packed, name))
            if origin or name is not None:
                run.tell_process(0, "portrait")
            return self.enliven(run)

    async def make_place(self, owner: str) -> None:
        """Let the oldest run go that its owner has not set apart, as long as there are too many; raises NoPlace. What
        nobody owns is not counted."""
        most = self.settings.max_kept_runs_per_guest
        while owner != NOBODY and (gone := await self.store.do(shelf.dispensable(owner, most, self.in_use()))):
            await self.delete(gone)

    def in_use(self) -> list[str]:
        """The runs that somebody watches, or that train."""
        return [run.id for run in self.awake.values() if run.watchers or run.is_playing]

    @asynccontextmanager
    async def room(self, owner: str) -> AsyncIterator[None]:
        """A place for one more of this owner that is awake; raises Full."""
        async with self.door:
            if self.phase == Phase.STOPPING:
                raise Full("The server is being stopped. Try again in a while.")
            await self.make_room_for(owner)
            await self.make_room()
            self.starting.append(owner)
        try:
            yield
        finally:
            self.starting.remove(owner)

    async def launch(self, id: str, owner: str, present: Present) -> Run:
        """A run whose process is ready; raises Failed."""
        run = Run(id, owner, await self.process_for(present), self.store, self.settings)
        await self.until_open(run)
        return run

    async def process_for(self, present: Present) -> Training:
        try:
            return await Training.begin(present.packed(), self.limits)
        except NoRoom:
            raise Failed("The machine has no room for a training process now. Try again in a while.") from None

    async def until_open(self, run: Run) -> None:
        try:
            async with asyncio.timeout(STARTING_SECONDS):
                await run.open()
        except (Failed, TimeoutError) as error:
            await run.training.reap()
            if isinstance(error, Failed):
                raise
            raise Failed("The training process took too long to start.") from None

    def enliven(self, run: Run) -> Run:
        self.awake[run.id] = run
        run.ease(self.load.level)
        self.lives[run.id] = asyncio.create_task(self.live(run))
        self.watch_over(run)
        return run

    def check_load(self) -> None:
        """Raises Full while the machine has more to do than it can."""
        if self.load.level >= REFUSING:
            raise Full("The server has more to do than it can. Try again in a while.")

    async def make_room_for(self, owner: str) -> None:
        """Put the owner's own unwatched runs to sleep, as long as one has as many as one may have; raises OverQuota.
        On the machine itself nobody is held to that."""
        most = self.settings.max_runs_per_guest
        while not self.settings.is_private and owner != NOBODY and self.count_of(owner) >= most:
            unwatched = [run for run in self.awake.values() if run.owner == owner and not (run.watchers or run.is_over)]
            if not unwatched:
                raise OverQuota(
                    f"You have {most} networks open, as many as one may have. Close the page of one, then try again."
                )
            await self.put_to_sleep(min(unwatched, key=lambda run: (run.is_playing, run.unwatched_since)))

    def count_of(self, owner: str) -> int:
        awake = sum(run.owner == owner and not run.is_over for run in self.awake.values())
        return awake + self.starting.count(owner)

    def count_playing(self) -> int:
        return sum(run.is_playing for run in self.awake.values())

    def ease(self, level: int) -> None:
        """Leave out what this level of load leaves out."""
        for run in self.awake.values():
            run.ease(level)

    async def make_room(self) -> None:
        """Put runs to sleep that nobody watches and that do not train, as long as there is no room; raises Full."""
        while len(self.awake) + len(self.starting) >= self.settings.max_runs:
            idle = [run for run in self.awake.values() if not (run.watchers or run.is_playing or run.is_over)]
            if not idle:
                raise Full("The server is full: it trains as many networks as it may. Try again in a while.")
            await self.put_to_sleep(min(idle, key=lambda run: run.unwatched_since))

    # --- living -----------------------------------------------------------------------------------------------

    async def live(self, run: Run) -> None:
        """See a run through. Where its process ends by itself, another one goes on."""
        try:
            await run.listen()
            while not run.is_over:
                await self.revive(run)
                await run.listen()
        except (Failed, Full) as failed:
            run.end(Close.RUN_ENDED, str(failed))
        finally:
            self.awake.pop(run.id, None)
            self.lives.pop(run.id, None)
            self.rest(run.id)
            await run.training.reap()

    async def revive(self, run: Run) -> None:
        """Go on from what was kept last, in a new process; raises Failed."""
        await run.crash()
        present = await self.store.do(archive.load(run.id))
        if present is None:
            raise Failed("The training process was lost, and nothing of the run was saved.")
        await run.training.reap()
        training = await self.process_for(run.going_on(present))
        if run.is_over:  # ended meanwhile
            await training.reap()
        else:
            metrics.RESTARTS.inc()
            run.adopt(training)

    def find(self, id: str) -> Run | None:
        """A run that is awake."""
        run = self.awake.get(id)
        return None if run is None or run.is_over else run

    async def kept(self, id: str) -> KeptRun | None:
        """A run as it is written down, whether it is awake or sleeps."""
        return await self.store.do(archive.find(id))

    async def owner_of(self, id: str) -> str | None:
        if run := self.find(id):
            return run.owner
        kept = await self.kept(id)
        return kept.owner if kept else None

    async def open(self, id: str) -> Run | None:
        """A run, woken if it sleeps; None if there is none. Raises Full or Failed."""
        if run := self.find(id):
            return run
        if id not in self.waking:
            self.waking[id] = asyncio.create_task(self.wake(id))
            self.waking[id].add_done_callback(lambda _: self.waking.pop(id, None))
        return await asyncio.shield(self.waking[id])

    async def wake(self, id: str) -> Run | None:
        if falling_asleep := self.lives.get(id):
            await asyncio.wait([falling_asleep])
        kept, present = await self.kept(id), await self.store.do(archive.load(id))
        if kept is None or present is None:
            return None
        async with self.room(kept.owner):
            return self.enliven(await self.launch(id, kept.owner, present))

    async def wake_all(self) -> None:
        """Let go on what was training when the server ended."""
        for id in await self.store.do(archive.playing()):
            with suppress(Full, Failed):
                await self.open(id)
        if self.phase == Phase.STARTING:
            self.phase = Phase.READY

    # --- resting ----------------------------------------------------------------------------------------------

    def watch_over(self, run: Run) -> None:
        """An unwatched run is on the clock: it goes to sleep soon, or after a long time if it trains."""
        self.rest(run.id)
        if not (run.watchers or run.is_over):
            loop = asyncio.get_running_loop()
            seconds = min(self.settings.sleep_after_seconds, self.settings.unwatched_limit_seconds)
            self.naps[run.id] = loop.call_later(seconds, lambda: loop.create_task(self.nap(run)))

    def rest(self, id: str) -> None:
        if nap := self.naps.pop(id, None):
            nap.cancel()

    async def nap(self, run: Run) -> None:
        if run.watchers or run.is_over:
            return
        alone_seconds = asyncio.get_running_loop().time() - run.unwatched_since
        if run.is_playing and alone_seconds < self.settings.unwatched_limit_seconds:
            self.watch_over(run)
            return
        with suppress(Failed, NotSaved):
            await self.put_to_sleep(run)

    async def put_to_sleep(self, run: Run) -> None:
        """Keep all of it and end its process; it wakes when somebody asks for it. Raises Failed or NotSaved."""
        await self.keep(run)
        if not (run.watchers or run.is_over):
            run.end(Close.RUN_ENDED, "The run sleeps.")
        if run.is_over and (life := self.lives.get(run.id)):
            await asyncio.wait([life])

    async def keep(self, run: Run) -> None:
        present = Present.unpacked(await run.fetch("present"))
        resting = present.going_on(playing=False)
        if run.is_playing:
            run.state |= {"status": "paused"}
        await asyncio.wrap_future(run.save(present.mode.entry, resting.packed()))

    async def delete(self, id: str) -> None:
        """End a run and forget it."""
        if run := self.find(id):
            run.end(Close.RUN_ENDED, "The run was ended.")
        await self.store.do(archive.delete([id]))

    async def close(self) -> None:
        """Keep all runs and end their processes, because the server stops."""
        self.phase = Phase.STOPPING
        lives = list(self.lives.values())
        await asyncio.gather(*(self.dismiss(run) for run in list(self.awake.values())))
        if lives:
            await asyncio.wait(lives)

    async def dismiss(self, run: Run) -> None:
        with suppress(Failed, NotSaved, TimeoutError):
            async with asyncio.timeout(self.settings.save_limit_seconds):
                packed = await run.fetch("present")
                await asyncio.wrap_future(run.save(Present.unpacked(packed).mode.entry, packed))
        run.end(Close.RESTARTING, "The server is being stopped.")
