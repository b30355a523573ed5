"""Runs: each a broadcast to those who watch and a process that trains; and the registry that starts, finds, wakes,
limits and ends them."""

import asyncio
import logging
import secrets
from asyncio import Task, TimerHandle
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from enum import StrEnum

from app import archive, metrics, shelf, tables
from app.access import NOBODY
from app.archive import KeptRun
from app.broadcast import farewell_seconds
from app.limits import Limits
from app.load import REFUSING, Load
from app.present import Present
from app.protocol import Close
from app.run import STARTING_SECONDS, STOPPING, Failed, Full, Run
from app.settings import Settings
from app.store import NotSaved, Store
from app.tables import Content, Tables, contents_of, contents_of_run
from app.training import NoRoom, Training
from core import Experiment

MAKING_ROOM_SECONDS, MOST_TRIES = 2.0, 3
WAKING_AT_ONCE = 4
BEING_STOPPED = "The server is being stopped. Try again in a while."

log = logging.getLogger(__name__)


class OverQuota(Full):
    """One guest has as many runs awake as one may have."""


class Phase(StrEnum):
    """Whether the server takes visitors."""

    STARTING = "starting"  # it wakes what was training
    READY = "ready"
    STOPPING = "stopping"


class Runs:
    """All runs: those that are awake, at most so many, and those that sleep in the store."""

    def __init__(self, store: Store, settings: Settings, tables: Tables) -> None:
        self.store = store
        self.settings = settings
        self.tables = tables
        self.awake: dict[str, Run] = {}
        self.lives: dict[str, Task[None]] = {}
        self.waking: dict[str, Task[Run | None]] = {}
        self.naps: dict[str, TimerHandle] = {}
        self.starting: list[str] = []  # whose
        self.carried: Counter[str] = Counter()  # tables of runs that are being brought
        self.phase = Phase.STARTING
        self.load = Load(self.count_playing, self.ease, settings.refuse_late_seconds)
        self.door = asyncio.Lock()
        self.limits = Limits(
            frame_seconds=1 / settings.frames_per_second,
            point_seconds=1 / settings.points_per_second,
            watched_save_seconds=settings.watched_save_seconds,
            unwatched_save_seconds=settings.unwatched_save_seconds,
            slice_seconds=settings.slice_milliseconds / 1000,
            memory_bytes=settings.run_memory_megabytes * 2**20,
            tables=tables.folder,
        )

    # --- beginning --------------------------------------------------------------------------------------------

    async def start(self, experiment: Experiment, owner: str = "") -> Run:
        """A new run, paused at step 0; raises Full or Failed."""
        self.check_load()
        async with self.place(owner):
            return await self.settle(beginning(experiment), owner, contents_of(experiment))

    async def start_all(self, experiments: Sequence[Experiment], owner: str = "") -> list[Run]:
        """New runs of all these, paused at step 0, or none; raises Full, Failed or NoPlace."""
        self.check_load()
        most = self.settings.max_runs_per_guest
        if self.is_held_to_quota(owner) and len(experiments) > most:
            raise OverQuota(f"These are {len(experiments)} networks, and one may have {most} open: leave some out.")
        await self.make_place(owner, len(experiments))
        async with AsyncExitStack() as rooms:
            for _ in experiments:
                await rooms.enter_async_context(self.room(owner))
            return await self.settle_all(experiments, owner)

    async def settle_all(self, experiments: Sequence[Experiment], owner: str) -> list[Run]:
        """All into their places, or none; raises Failed."""
        settling = (self.settle(beginning(each), owner, contents_of(each)) for each in experiments)
        done = await asyncio.gather(*settling, return_exceptions=True)
        begun = [run for run in done if isinstance(run, Run)]
        for failure in done:
            if isinstance(failure, BaseException):
                await asyncio.gather(*(self.delete(run.id) for run in begun))
                raise failure
        return begun

    async def fork(self, run: Run, owner: str = "") -> Run:
        """A new run that goes on from another's present moment and has its past; raises Full or Failed."""
        self.check_load()
        async with self.place(owner, besides=run):
            present = Present.unpacked(await run.fetch("branch"))
            present = present.going_on(playing=False, until_epoch=None, entry=0)
            return await self.settle(present, owner, run.contents, origin=run.id)

    async def bring(self, name: str, present: Present, contents: Sequence[Content], owner: str) -> Run:
        """A run that was carried here in a file, with its tables; raises Full, Failed, NoPlace or OverQuota."""
        self.check_load()
        await self.store.do(tables.check_place(owner, contents, self.tables.quota))
        async with self.place(owner):
            ids = {each.id for each in contents}
            self.carried.update(ids)  # nothing that is kept refers to them yet
            try:
                for each in contents:
                    await self.tables.put(each.id, each.packed)
                return await self.settle(present, owner, ids, name=name, brought=contents)
            finally:
                self.carried -= Counter(ids)

    @asynccontextmanager
    async def place(self, owner: str, besides: Run | None = None) -> AsyncIterator[None]:
        """A place for a new run of this owner among those that are kept and among those that are awake. `besides`: one
        that has to stay awake. Raises Full or NoPlace."""
        await self.make_place(owner)
        async with self.room(owner, besides):
            yield

    async def settle(
        self,
        present: Present,
        owner: str,
        contents: set[str],
        origin: str | None = None,
        name: str | None = None,
        brought: Sequence[Content] = (),
    ) -> Run:
        """Into its place, with the tables that it refers to; raises Failed. `brought`: those that it came with."""
        run = await self.launch(secrets.token_hex(11), owner, present, contents)
        experiment, packed = run.experiment.model_dump_json(), replace(present, is_foreign=False, brought=()).packed()
        add = archive.add(run.id, owner, origin, experiment, run.state, packed, name)
        run.addition = archive.together(tables.add_contents(brought), add, tables.attach(run.id, run.contents))
        with suppress(NotSaved):  # it trains none the less, and is added later
            await asyncio.wrap_future(run.add())
        if origin or name is not None:
            run.tell_process(0, "portrait")
        return self.enliven(run)

    async def make_place(self, owner: str, wanted: int = 1) -> None:
        """Let the oldest run go that its owner has not set apart, as long as there are too many for so many more;
        raises NoPlace. What nobody owns is not counted."""
        quota = shelf.Quota(self.settings.max_kept_runs_per_guest, self.settings.max_kept_megabytes_per_guest * 2**20)
        while owner != NOBODY and (gone := await self.store.do(shelf.dispensable(owner, quota, self.in_use(), wanted))):
            await self.delete(gone)

    def in_use(self) -> list[str]:
        """The runs that somebody watches, or that train."""
        return [run.id for run in self.awake.values() if run.watchers or run.is_playing]

    @asynccontextmanager
    async def room(self, owner: str, besides: Run | None = None) -> AsyncIterator[None]:
        """Room for one more of this owner that is awake; raises Full."""
        async with self.door:
            if self.phase == Phase.STOPPING:
                raise Full(BEING_STOPPED)
            await self.make_room_for(owner, besides)
            await self.make_room(besides)
            self.starting.append(owner)
        try:
            yield
        finally:
            self.starting.remove(owner)

    async def launch(self, id: str, owner: str, present: Present, contents: set[str]) -> Run:
        """A run whose process is ready; raises Failed."""
        run = Run(id, owner, await self.process_for(present, contents), self.store, self.settings)
        run.contents = set(contents)
        await self.until_open(run)
        return run

    async def process_for(self, present: Present, contents: set[str]) -> Training:
        await self.lay(contents)
        try:
            return await Training.begin(present.packed(), self.limits)
        except NoRoom:
            raise Failed("The machine has no room for a training process now. Try again in a while.") from None

    async def lay(self, contents: set[str]) -> None:
        """See to it that processes find these tables; raises Failed."""
        try:
            await self.tables.lay(contents)
        except OSError:
            raise Failed("The machine has no room for this table now. Try again in a while.") from None

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
        run.ease(self.load.level, self.load.crowding)
        self.lives[run.id] = asyncio.create_task(self.live(run))
        self.watch_over(run)
        return run

    def check_load(self) -> None:
        """Raises Full while the machine has more to do than it can."""
        if self.load.level >= REFUSING:
            raise Full("The server has more to do than it can. Try again in a while.")

    async def make_room_for(self, owner: str, besides: Run | None) -> None:
        """Put the owner's own unwatched runs to sleep, as long as one has as many as one may have; raises OverQuota."""
        most = self.settings.max_runs_per_guest
        while self.is_held_to_quota(owner) and self.count_of(owner) >= most:
            unwatched = [run for run in self.unwatched(besides) if run.owner == owner]
            if not await self.put_one_to_sleep(sorted(unwatched, key=lambda run: run.is_playing)):
                raise OverQuota(
                    f"You have {most} networks open, as many as one may have. Close the page of one, then try again."
                )

    def is_held_to_quota(self, owner: str) -> bool:
        """On the machine itself nobody is."""
        return not self.settings.is_private and owner != NOBODY

    def count_of(self, owner: str) -> int:
        awake = sum(run.owner == owner and not run.is_over for run in self.awake.values())
        return awake + self.starting.count(owner)

    def count_playing(self) -> int:
        return sum(run.is_playing for run in self.awake.values())

    def ease(self, level: int, crowding: int) -> None:
        """Leave out what this level of load leaves out, and let the networks that train let each other."""
        for run in self.awake.values():
            run.ease(level, crowding)

    def unwatched(self, besides: Run | None) -> list[Run]:
        """The runs that nobody watches, those first that were left first."""
        found = [run for run in self.awake.values() if not (run.watchers or run.is_over) and run is not besides]
        return sorted(found, key=lambda run: run.unwatched_since)

    async def put_one_to_sleep(self, runs: Sequence[Run]) -> bool:
        """The first of them that can be. One that does not hear at once is not waited for: others want to come in."""
        for run in runs[:MOST_TRIES]:
            with suppress(Failed, NotSaved):
                await self.put_to_sleep(run, MAKING_ROOM_SECONDS)
                return True
        return False

    async def make_room(self, besides: Run | None) -> None:
        """Put runs to sleep that nobody watches and that do not train, as long as there is no room; raises Full."""
        most = self.settings.most_runs
        while len(self.awake) + len(self.starting) >= most:
            if not await self.put_one_to_sleep([run for run in self.unwatched(besides) if not run.is_playing]):
                raise Full(f"The server is full: it has {most} networks open, as many as it may. Try again in a while.")

    # --- living -----------------------------------------------------------------------------------------------

    async def live(self, run: Run) -> None:
        """See a run through. Where its process ends by itself, another one goes on."""
        try:
            await run.listen()
            while not run.is_over:
                await self.revive(run)
                await run.listen()
        except (Failed, Full, NotSaved) as failed:
            run.end(Close.RUN_ENDED, str(failed))
        except Exception:
            log.exception("run %s failed", run.id)
            run.end(Close.RUN_ENDED, "Something went wrong in the server.")
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
        training = await self.process_for(run.going_on(present), run.contents)
        if run.is_over:  # ended meanwhile
            await training.reap()
        else:
            metrics.RESTARTS.inc()
            run.adopt(training)

    async def hand_over(self, contents: set[str], run: Run) -> None:
        """Let a run that is awake train on these, too. Raises NotSaved."""
        if new := contents - run.contents:
            await self.store.do(tables.attach(run.id, new))
            run.contents |= new

    def contents_in_use(self) -> set[str]:
        """The tables of all runs that are awake, or about to be."""
        return {content for run in self.awake.values() for content in run.contents} | {*self.carried}

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
        answers, contents = await self.store.do(archive.answers(id)), await self.store.do(contents_of_run(id))
        async with self.room(kept.owner):
            run = await self.launch(id, kept.owner, present, contents)
            run.once.recall(answers)
            if await self.kept(id) is None:  # it was deleted meanwhile
                await run.training.reap()
                return None
            return self.enliven(run)

    async def wake_all(self) -> None:
        """Let go on what was training when the server ended, a few at a time."""
        waiting = iter(await self.store.do(archive.playing()))
        await asyncio.gather(*(self.wake_some(waiting) for _ in range(WAKING_AT_ONCE)))
        if self.phase == Phase.STARTING:
            self.phase = Phase.READY

    async def wake_some(self, ids: Iterator[str]) -> None:
        for id in ids:
            try:
                await self.open(id)
            except (Full, Failed):
                pass  # it wakes when somebody asks for it
            except Exception:
                log.exception("run %s cannot be woken", id)

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
        try:
            await self.put_to_sleep(run)
        except (Failed, NotSaved):
            self.watch_over(run)  # another time

    async def put_to_sleep(self, run: Run, seconds: float = STARTING_SECONDS) -> None:
        """Keep all of it and end its process; it wakes when somebody asks for it. Raises Failed, also where it takes
        longer than so many seconds, or NotSaved."""
        await self.keep(run, seconds, is_resting=True)
        if not (run.watchers or run.is_over):
            run.end(Close.RUN_ENDED, "The run sleeps.")
        if run.is_over and (life := self.lives.get(run.id)):
            await asyncio.wait([life])

    async def keep(self, run: Run, seconds: float, is_resting: bool) -> None:
        """Write all of a run down, as it is or as one that does not train. Raises Failed or NotSaved."""
        packed = await run.fetch("present" if is_resting else "last", seconds)
        present = Present.unpacked(packed)
        if is_resting:
            packed = present.going_on(playing=False).packed()
            run.state |= {"status": "paused"} if run.is_playing else {}
        await asyncio.wrap_future(run.save(present.mode.entry, packed))

    async def delete(self, id: str) -> None:
        """End a run and forget it."""
        self.end(id)
        await self.store.do(archive.delete([id]))
        self.end(id)  # it may have been woken meanwhile

    def end(self, id: str) -> None:
        if run := self.find(id):
            run.end(Close.RUN_ENDED, "The run was ended.")

    async def close(self) -> None:
        """Keep all runs and end their processes, because the server stops."""
        self.phase = Phase.STOPPING
        lives = list(self.lives.values())
        seconds = farewell_seconds(sum(len(run.watchers) for run in self.awake.values()))
        await asyncio.gather(*(self.dismiss(run, seconds) for run in list(self.awake.values())))
        if lives:
            await asyncio.wait(lives)
        await asyncio.sleep(seconds)

    async def dismiss(self, run: Run, seconds: float) -> None:
        """Keep a run as it is, and send its watchers away, one after the other in so many seconds."""
        limit = self.settings.save_limit_seconds
        with suppress(Failed, NotSaved, TimeoutError):
            async with asyncio.timeout(limit):
                await self.keep(run, limit, is_resting=False)
        run.end(Close.RESTARTING, STOPPING, seconds)


def beginning(experiment: Experiment) -> Present:
    return Present(experiment.model_dump_json().encode())
