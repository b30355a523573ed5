"""The live socket of a run: commands in; answers, curves and pictures out. `protocol.py` says what is said."""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from app.access import ONLY_WATCHING, Right
from app.broadcast import Ended, Outbox, Slow, Watcher
from app.bucket import Bucket
from app.protocol import Ack, AnyCommand, BadMessage, Change, Close, Reset, Watch, parse_message
from app.rooms import Rooms
from app.run import NO_SUCH_RUN, Failed, Full, Run
from app.runs import Runs
from app.store import NotSaved
from app.tables import Tables
from core import InvalidExperiment

MISTAKES_PER_MINUTE = 10
FLOOD_SECONDS = 10
MOST_TRESPASSES = 3
LOST = 1006
NO_ROOM_FOR_TABLE = "The server has no room for this table now: its disk is full, or fails. Nothing was changed."
PAGE = re.compile(r"[A-Za-z0-9_-]{16,64}")

router = APIRouter()


class Closed(Exception):
    """We close the socket, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@router.websocket("/api/runs/{run_id}/live")
async def live(websocket: WebSocket, run_id: str) -> None:
    """Watch a run and command it."""
    await websocket.accept()  # a browser only learns why it is refused once it is accepted
    runs: Runs = websocket.app.state.runs
    async with saying_why(websocket):
        right = await right_on(websocket, runs, run_id)
        run = await opened(runs, run_id)
        right = await right_on(websocket, runs, run_id)  # waking it takes a while, in which it may be taken back
        await attend(websocket, runs, run, right)


@asynccontextmanager
async def saying_why(websocket: WebSocket) -> AsyncIterator[None]:
    """Close the socket with the reason, where there is one."""
    try:
        yield
    except Closed as closed:
        with suppress(WebSocketDisconnect, RuntimeError):
            await websocket.close(closed.code, closed.reason)
    except WebSocketDisconnect:
        pass


async def right_on(websocket: WebSocket, runs: Runs, run_id: str) -> Right:
    """What whoever opened the socket may do. Somebody else's run is none at all to them."""
    rooms: Rooms = websocket.app.state.rooms
    owner = await runs.owner_of(run_id)
    right = Right.NONE if owner is None else await rooms.right(websocket.state.guest, run_id, owner)
    if right == Right.NONE:
        raise Closed(Close.NO_SUCH_RUN, NO_SUCH_RUN)
    return right


async def opened(runs: Runs, run_id: str) -> Run:
    """The run, woken if it sleeps."""
    try:
        run = await runs.open(run_id)
    except (Full, Failed) as failed:
        raise Closed(Close.FULL, str(failed)) from None
    if run is None:
        raise Closed(Close.NO_SUCH_RUN, NO_SUCH_RUN)
    return run


async def attend(websocket: WebSocket, runs: Runs, run: Run, right: Right) -> None:
    try:
        number, watcher = run.join(right, websocket.state.guest, page_of(websocket))
    except Full as full:
        raise Closed(Close.FULL, str(full)) from None
    runs.watch_over(run)
    try:
        await until_first(Listener(websocket, run, number, watcher).listen(), speak(websocket, watcher))
    finally:
        run.leave(number)
        runs.watch_over(run)


def page_of(websocket: WebSocket) -> str:
    """What the page calls itself, by which its commands are known if it sends them again; "" where it does not say."""
    name = websocket.query_params.get("page", "")
    return name if PAGE.fullmatch(name) else ""


async def until_first(*halves: Coroutine[Any, Any, None]) -> None:
    """Run them side by side until one ends, with its exception if it has one; the others are cancelled."""
    tasks = [asyncio.create_task(half) for half in halves]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def speak(websocket: WebSocket, outbox: Outbox) -> None:
    """Send what there is to send, as fast as the other side takes it."""
    try:
        while True:
            for message in await outbox.turn():
                await send(websocket, message)
    except Slow:
        raise Closed(Close.SLOW, "The page has drawn nothing for a long time.") from None
    except Ended as ended:
        raise Closed(ended.code, ended.reason) from None


async def send(websocket: WebSocket, message: str | bytes) -> None:
    """Raises WebSocketDisconnect where the other side has gone, which may not have been heard of yet."""
    try:
        if isinstance(message, str):
            await websocket.send_text(message)
        else:
            await websocket.send_bytes(message)
    except RuntimeError:  # uvloop raises it for a connection that is lost, where asyncio's own loop says nothing
        raise WebSocketDisconnect(LOST) from None


class Listener:
    """Heeds what one socket says, and how fast it says it."""

    def __init__(self, websocket: WebSocket, run: Run, number: int, watcher: Watcher) -> None:
        self.rooms: Rooms = websocket.app.state.rooms
        self.tables: Tables = websocket.app.state.tables
        self.trespasses = 0
        self.websocket, self.run, self.number, self.watcher = websocket, run, number, watcher
        rate = run.settings.messages_per_second
        self.commands = Bucket(rate, 2 * rate)
        self.messages = Bucket(2 * rate, 2 * rate * FLOOD_SECONDS)
        self.mistakes = Bucket(MISTAKES_PER_MINUTE / 60, MISTAKES_PER_MINUTE)

    async def listen(self) -> None:
        while True:
            text = await next_text(self.websocket)
            if not self.messages.take():
                raise Closed(Close.FLOOD, "Too many messages.")
            try:
                await self.heed(text)
            except BadMessage as bad:
                self.watcher.answer(bad.answer)
                if bad.code == "bad_message" and not self.mistakes.take():
                    raise Closed(Close.BAD_MESSAGES, "Too many messages outside the protocol.") from None

    async def heed(self, text: str) -> None:
        message = parse_message(text)
        if isinstance(message, Ack):
            if not self.watcher.acknowledge(message.seq):
                raise BadMessage(None, "range", "seq: expected the number of a frame that was sent")
        elif not isinstance(message, Watch) and (obstacle := self.rooms.obstacle(self.run.id)):
            raise BadMessage(message.id, "frozen", obstacle)
        elif not isinstance(message, Watch) and self.run.rights[self.number] < Right.STEER:
            self.refuse(message.id)
        elif self.commands.take():
            await self.provide(message)
            self.pass_on(message)
        else:
            raise BadMessage(message.id, "slow_down", "Too many commands at once; this one was not obeyed.")

    async def provide(self, command: AnyCommand) -> None:
        """See to it that the run has the table that a command names, where whoever sends it may train on that."""
        if not isinstance(command, Change | Reset):
            return
        try:
            await self.tables.grant(command.experiment, self.websocket.state.guest, self.run.id, self.run.contents)
        except InvalidExperiment as invalid:
            problems = [problem._asdict() for problem in invalid.problems]
            raise BadMessage(command.id, "invalid_experiment", str(invalid.problems[0]), problems) from None
        except (NotSaved, OSError):
            raise BadMessage(command.id, "not_saved", NO_ROOM_FOR_TABLE) from None

    def pass_on(self, command: AnyCommand) -> None:
        try:
            self.run.tell(self.number, command)
        except Full as full:
            raise BadMessage(command.id, "busy", str(full)) from None

    def refuse(self, id: int) -> None:
        """Whoever only watches may not steer; one that goes on trying is shown out."""
        self.trespasses += 1
        if self.trespasses >= MOST_TRESPASSES:
            raise Closed(Close.FORBIDDEN, ONLY_WATCHING)
        raise BadMessage(id, "forbidden", ONLY_WATCHING)


async def next_text(websocket: WebSocket) -> str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    text: str | None = message.get("text")
    if text is None:
        raise Closed(Close.UNSUPPORTED, "Expected text messages only.")
    return text
