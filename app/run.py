"""Run: those who watch it, what they are shown and what of it is kept, and the process that trains it at present."""

import asyncio
from asyncio import Future
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future as Written
from contextlib import suppress
from typing import Any, Literal

import numpy as np
import orjson
from numpy.typing import NDArray

from app import archive, protocol
from app.access import Right
from app.archive import Save
from app.broadcast import Broadcast, Row, Watcher
from app.line import Kind
from app.load import VIEWER_SECONDS
from app.once import Once
from app.past import encode_rows
from app.present import COLUMNS, Present
from app.protocol import AnyCommand, Close, Watch
from app.settings import Settings
from app.store import Store, Work
from app.training import Training
from core import Experiment, Problem

STARTING_SECONDS = 20.0
SAVE_AGAIN_SECONDS = 5.0
TELLING_SECONDS = 0.1
MOST_CRASHES, CRASHES_SECONDS = 3, 60.0
NO_SUCH_RUN = "There is no such run; it may have ended."
STOPPING = "The server is being stopped."


class Full(Exception):
    """There is no room for one more; the text says of what."""


class Failed(Exception):
    """A run could not be started; the text says why."""


class Invalid(Failed):
    """A run cannot be made of its experiment: trying again does not help."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems


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
        self.problems: list[Problem] = []  # for which there is no run
        self.contents: set[str] = set()  # the tables that it trains on, or has trained on
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
        self.pages: dict[int, str] = {}
        self.once = Once()
        self.parcels: dict[int, Future[bytes]] = {}
        self.joined = self.asked = self.frame = self.load_level = self.crowding = self.revived = 0
        self.unwatched_since = asyncio.get_running_loop().time()
        self.addition: Work[None] | None = None  # until it is written down that there is this run
        self.unsaved_rows: list[Row] = []
        self.saved_generation, self.is_to_save = -1, False

    # --- those who watch --------------------------------------------------------------------------------------

    def join(self, right: Right = Right.STEER, guest: str = "", page: str = "") -> tuple[int, Watcher]:
        """A new watcher and its number; raises Full. `page`: what it calls itself, also when it comes again."""
        if len(self.watchers) >= self.settings.max_watchers_per_run:
            raise Full("This run has as many watchers as it may have. Try again in a while.")
        self.joined += 1
        watcher = self.watchers[self.joined] = self.broadcast.join()
        self.rights[self.joined], self.guests[self.joined], self.pages[self.joined] = right, guest, page
        watcher.seconds_between = self.seconds_between(right)
        watcher.answer(self.about(right))
        self.tell_about()
        self.training.tell(self.joined, "join")
        return self.joined, watcher

    def leave(self, number: int) -> None:
        self.broadcast.leave(self.watchers.pop(number))
        self.watched.pop(number, None)
        del self.rights[number], self.guests[number], self.pages[number]
        self.tell_about()
        self.unwatched_since = asyncio.get_running_loop().time()
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
        return orjson.dumps({**about, "is_saving": self.was_saving, "revived": self.revived}).decode()

    def heed_saving(self) -> None:
        """Tell when saving has become impossible, or possible again."""
        if self.store.is_saving != self.was_saving:
            self.tell_about()

    def ease(self, level: int, crowding: int) -> None:
        """Show less, because the server has too much to do: first to those who only watch. `crowding`: so many networks
        train at each processor, and let each other train."""
        self.load_level, self.crowding = level, crowding
        for number, watcher in self.watchers.items():
            watcher.seconds_between = self.seconds_between(self.rights[number])
        self.tell_process(level, "load")
        self.tell_process(crowding, "crowding")

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
        """Wait until the process is ready; raises Failed, Invalid or TooLarge."""
        async for kind, number, payload in self.training.said():
            self.take(kind, number, payload)
            if kind == Kind.STATE:
                return
        if self.problems:
            raise Invalid(self.problems)
        if self.failure:
            raise TooLarge(self.failure)
        raise Failed("The training process ended before it was ready.")

    async def listen(self) -> None:
        """Publish what the process says until it hangs up."""
        async for kind, number, payload in self.training.said():
            self.take(kind, number, payload)

    def take(self, kind: int, number: int, payload: bytes) -> None:
        if self.is_over:
            return  # all is kept, or nothing is to be
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
            case Kind.INVALID:
                self.problems = [Problem(*problem) for problem in orjson.loads(payload)]
                self.failure = str(self.problems[0])
            case Kind.PARCEL | Kind.LAST if number in self.parcels:
                self.is_over = kind == Kind.LAST  # what comes after it is trained again
                if not (future := self.parcels.pop(number)).done():
                    future.set_result(payload)
            case Kind.ANSWER:
                self.answer(number, orjson.loads(payload))
            case Kind.ENTRY:
                self.enter(number, *protocol.decode(payload))
            case Kind.MOMENT:
                self.save(number, payload)
            case Kind.PORTRAIT:
                self.store.submit(archive.portray(self.id, payload))

    def publish_rows(self, generation: int, rows: list[Row]) -> None:
        if generation != self.broadcast.series.generation:
            self.unsaved_rows = []
        self.broadcast.publish_rows(generation, rows)
        self.unsaved_rows += rows

    def answer(self, watcher: int, answer: dict[str, Any], is_obeyed: bool = False) -> None:
        text = orjson.dumps(answer).decode()
        to = self.once.answer(watcher, answer["id"], text, is_obeyed)
        if to in self.watchers:
            self.watchers[to].answer(text)

    def tell(self, watcher: int, command: AnyCommand) -> None:
        """Pass a watcher's command on; its answer comes back to the watcher. Raises Full."""
        if isinstance(command, Watch):
            self.watched[watcher] = command
            self.watchers[watcher].choose(command.views)
            self.tell_process(watcher, command)
            return
        page = self.pages[watcher]
        name = f"{self.guests[watcher]}/{page}/{command.id}" if page else ""
        answer = self.once.again(name, watcher)
        if answer is None:
            self.pass_on(watcher, name, command)
        elif answer:
            self.watchers[watcher].answer(answer)

    def pass_on(self, watcher: int, name: str, command: AnyCommand) -> None:
        """A command that is new. Raises Full where the process hears of none for a while."""
        if self.once.is_full:
            raise Full("The training process has not answered for a while; this command was not obeyed.")
        self.once.ask(watcher, name, command)
        self.tell_process(watcher, command)

    def tell_process(self, number: int, command: AnyCommand | str) -> None:
        if not self.is_over:
            self.training.tell(number, command)

    async def fetch(
        self, what: Literal["present", "last", "branch", "film", "pulse"], seconds: float = STARTING_SECONDS
    ) -> bytes:
        """The present moment with its past, for the last time or not, a film of how it came about, or only that the
        process hears; raises Failed when the run ends before it is told."""
        if self.is_over:
            raise Failed("The run has ended.")
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

    def enter(self, watcher: int, told: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Write down a command that was obeyed, what it put aside and the moment that it led to, and only then pass its
        answer on."""
        entry, answer = told["entry"], told["answer"]
        name = self.once.name_of(watcher, answer["id"])
        works: list[Work[Any]] = [archive.enter(self.id, **entry, asked=name, answer=answer)]
        if "past" in arrays:
            works.append(archive.put_aside(self.id, entry["number"], arrays["past"].tobytes()))
        if told["pasts"] is not None:
            works.append(archive.keep_only(self.id, told["pasts"]))
        if is_moment := "moment" in arrays:
            works.append(self.moment(entry["number"], arrays["moment"].tobytes()))

        def written(done: "Written[None]") -> None:
            self.answer(watcher, answer, is_obeyed=True)
            self.saved(done) if is_moment else self.heed_saving()

        self.when_done(self.store.submit(archive.together(*works)), written)

    def save(self, entry: int, present: bytes) -> "Written[None]":
        """Keep a moment to go on from, and how the curve came there."""
        written = self.store.submit(self.moment(entry, present))
        self.when_done(written, self.saved)
        return written

    def moment(self, entry: int, present: bytes) -> Save:
        """How to keep a moment, with what was added to the curve since the last."""
        generation = self.broadcast.series.generation
        rows = np.array(self.unsaved_rows).reshape(-1, len(COLUMNS))
        is_new = generation != self.saved_generation
        self.unsaved_rows, self.saved_generation = [], generation
        experiment = self.experiment.model_dump_json()
        if self.addition:
            self.add()
        return Save(self.id, entry, present, experiment, self.state, rows, is_new)

    def add(self) -> "Written[None]":
        """Write down that there is this run."""
        assert self.addition
        written = self.store.submit(self.addition)
        self.when_done(written, self.added)
        return written

    def added(self, written: "Written[None]") -> None:
        if written.exception():
            self.saved(written)
        else:
            self.addition = None

    def saved(self, written: "Written[None]") -> None:
        """What could not be saved is to be saved whole, as soon as that is possible again."""
        self.heed_saving()
        if written.exception() and not self.is_over:
            self.saved_generation, self.unsaved_rows = -1, list(self.broadcast.series.rows)
            if not self.is_to_save:
                self.is_to_save = True
                asyncio.get_running_loop().call_later(SAVE_AGAIN_SECONDS, self.save_again)

    def save_again(self) -> None:
        self.is_to_save = False
        self.tell_process(0, "save")

    @staticmethod
    def when_done(written: "Written[None]", then: Callable[["Written[None]"], None]) -> None:
        loop = asyncio.get_running_loop()

        def told(written: "Written[None]") -> None:
            with suppress(RuntimeError):  # the server has ended meanwhile
                loop.call_soon_threadsafe(then, written)

        written.add_done_callback(told)

    # --- its end ----------------------------------------------------------------------------------------------

    def adopt(self, training: Training) -> None:
        """Go on with another process: it is told who watches what, and what nobody has answered yet."""
        self.training = training
        self.revived += 1
        self.tell_now()
        training.tell(self.load_level, "load")
        training.tell(self.crowding, "crowding")
        for number in self.watchers:
            training.tell(number, "join")
            if number in self.watched:
                training.tell(number, self.watched[number])
        for (number, _), asked in self.once.under_way.items():
            training.tell(number, asked.command)

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

    def end(self, code: Close, reason: str, seconds: float = 0.0) -> None:
        """Hang up on the process, which then ends itself, and send the watchers away, within so many seconds."""
        self.is_over = True
        for future in self.parcels.values():
            if not future.done():
                future.set_exception(Failed("The run has ended."))
        self.parcels.clear()
        error = protocol.error_body("restarting" if code == Close.RESTARTING else "run_ended", reason)
        self.broadcast.end(code, reason, protocol.error_answer(None, error), seconds)
        self.training.hang_up()
