"""Rooms: all rooms there are; who comes in, what a command does, and what a room lets its members do with runs.

They live in memory. What a code needs to go on after a restart is kept: the room, and who was in it.
"""

import asyncio
import re
import sqlite3
from asyncio import Task
from collections.abc import Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any

from app import naming
from app.access import UNAMBIGUOUS, Access, Right, new_code
from app.broadcast import farewell_seconds, send_away
from app.protocol import AnyCommand, Change, Close, Pause, error_answer, error_body
from app.room import START, Member, Moment, Room, Seat
from app.room_protocol import (
    LONGEST_NAME,
    AnyRoomCommand,
    End,
    Explore,
    Follow,
    Freeze,
    HandOver,
    Push,
    Reclaim,
    Rename,
    Role,
    Show,
    ShowLab,
    Spotlight,
)
from app.run import NO_SUCH_RUN, STOPPING, Full, Run
from app.runs import Runs
from app.settings import Settings
from app.store import NotSaved, Store, Work
from app.tries import Tries, Typist
from core import Descent, InvalidExperiment

TABLES = """
CREATE TABLE rooms (
    code TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    host TEXT NOT NULL,
    presenter TEXT NOT NULL,
    is_frozen INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
    room TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE,
    guest TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    run TEXT NOT NULL,               -- of their own, while they explore; else empty
    PRIMARY KEY (room, guest)
) STRICT
"""

LAB_COLUMN = "ALTER TABLE rooms ADD COLUMN descent TEXT NOT NULL DEFAULT ''"  # what is shown where run is ""

CODE_LETTERS = 6
CODE = re.compile(rf"[{UNAMBIGUOUS}]{{{CODE_LETTERS}}}")
MOST_ROOMS = 1000
LOOKING_SECONDS = 1.0
LOOKING_AGAIN_SECONDS = 4.0  # longer than LEAVING_SECONDS
TIDYING_SECONDS = 30.0
LEAVING_SECONDS = 3.0  # pages go to the next run before they are shown out of the last
SERVER = 0  # no watcher's number: nobody waits for the answer

NO_SUCH_ROOM = "There is no such room; it may have ended."
ROOM_ENDED = "The room has ended."
NOT_SHOWN_ANY_MORE = "You may not watch this run any more."
NOT_SHOWN = "The room does not show this run any more."
FROZEN = "The presenter has stopped all for a moment: look at what is shown."
NOT_YOURS = {
    Role.PRESENTER: "The presenter has control already.",
    Role.HOST: "You have handed control over: have it back first.",
    Role.MEMBER: "Only the presenter may do this.",
}
NOT_HERE = "There is nobody of this number in the room."
NOT_EXPLORING = "This one has no run of their own to show."
SHOWS_THE_LAB = "The room shows the Descent lab: this is for rooms that show a run."
SHOWS_A_RUN = "The room shows a run: this is for rooms that show the Descent lab."
OF_RUNS = (Show, Push, Spotlight, Explore, Follow)
NOT_AWAKE = "The run is not there at the moment. Try again in a while."


class Refused(Exception):
    """A command that cannot be obeyed; the text says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Rooms:
    """The rooms, and what they change in who may do what."""

    def __init__(self, store: Store, settings: Settings, runs: Runs, access: Access) -> None:
        self.store, self.settings, self.runs, self.access = store, settings, runs, access
        self.rooms: dict[str, Room] = {}
        self.tries = Tries(settings.wrong_codes_per_minute)
        self.tasks: set[Task[None]] = set()
        access.lenders.append(self.lends)

    async def begin(self) -> None:
        """Take up the rooms of before, and look after all there will be."""
        self.rooms = await self.store.do(kept)
        self.go(self.look())
        self.go(self.look_again())
        self.go(self.tidy())

    async def close(self) -> None:
        """Send all away, because the server stops; the rooms are there again when it is."""
        for task in self.tasks:
            task.cancel()
        seats = [seat for room in self.rooms.values() for seat in room.seats]
        self.keep_descents()
        seconds = farewell_seconds(len(seats))
        answer = error_answer(None, error_body("restarting", STOPPING))
        send_away(seats, Close.RESTARTING, STOPPING, answer, seconds)
        await asyncio.sleep(seconds)

    def go(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # --- coming and going -------------------------------------------------------------------------------------

    def find(self, typed: str) -> Room | None:
        """The room of a code, however it was typed."""
        return self.rooms.get(typed.strip().upper().replace("-", "").replace(" ", ""))

    def try_code(self, typed: str, typist: Typist) -> Room | None:
        """The room of a code that somebody types who may be guessing; raises TooManyTries."""
        self.tries.check(typist)
        room = self.find(typed)
        if room is None:
            self.tries.fail(typist)
        return room

    def open(self, run: str, guest: str, name: str, descent: str = "") -> Room:
        """The guest's room that shows this run, or, where it is "", the Descent lab; raises Full."""
        own = [room for room in self.rooms.values() if room.host == guest]
        room = next((room for room in own if room.run == run), None)
        if room is None:
            if len(own) >= self.settings.max_rooms_per_guest or len(self.rooms) >= MOST_ROOMS:
                raise Full("You have as many rooms open as you may have. End one of them first.")
            room = Room(self.unused_code(), run, guest, guest, descent=descent)
            self.rooms[room.code] = room
        self.keep(room, room.admit(guest, name))
        self.go(self.settle(run, NOT_SHOWN))  # who watches by a link stays; who was a member steers no more
        return room

    def open_lab(self, descent: Descent, guest: str, name: str) -> Room:
        """The guest's room that shows the Descent lab, from its start; raises Full."""
        document = descent.model_dump_json()
        room = self.open("", guest, name, document)
        if room.presenter == guest:
            room.show_lab(document, START)
        return room

    def unused_code(self) -> str:
        return next(code for code in iter(lambda: new_code(CODE_LETTERS), "") if code not in self.rooms)

    def admit(self, room: Room, guest: str, name: str) -> Member:
        """Somebody who has the code comes in; raises Full."""
        if guest not in room.members and len(room.members) >= self.settings.max_watchers_per_run:
            self.store.submit(departure(room.code, leave_out_one(room)))
        member = room.admit(guest, name)
        self.keep(room, member)
        return member

    def sit(self, room: Room, member: Member) -> Seat:
        """A page of a member; raises Full."""
        if len(room.seats) >= self.settings.max_watchers_per_run:
            raise Full("The room is full. Try again in a while.")
        return room.sit(member)

    def end(self, room: Room) -> None:
        """Send all away: they see what it showed no more."""
        if self.rooms.pop(room.code, None):
            self.store.submit(deletion(room.code))
            for seat in room.seats:
                seat.end(Close.RUN_ENDED, ROOM_ENDED)
            for run in {room.run, room.shown, *room.own_runs}:
                self.go(self.settle(run, ROOM_ENDED))

    def forget(self, guest: str) -> None:
        """End the rooms of a guest who wants nothing to be left; in those of others the guest has no name any more."""
        for room in list(self.rooms.values()):
            if room.host == guest:
                self.end(room)
            elif member := room.members.get(guest):
                member.name = member.run = ""
                self.keep(room, member)

    def keep(self, room: Room, *members: Member) -> None:
        self.store.submit(save(room, *members))

    # --- who may do what with a run ---------------------------------------------------------------------------

    def lends(self, run: str, guest: str) -> bool:
        """Whether a room lets the guest watch a run."""
        return any(room.shows(run, guest) for room in self.rooms.values())

    async def right(self, guest: str, run: str, owner: str | None) -> Right:
        """What a guest may do on the socket of a run: what a room shows, its presenter steers and no other member."""
        for room in self.rooms.values():
            if room.run == run and guest in room.members:
                return Right.STEER if guest == room.presenter else Right.WATCH
        right = await self.access.right(guest, run, owner)
        return min(right, Right.WATCH) if self.obstacle(run) else right

    def obstacle(self, run: str) -> str:
        """Why nobody steers a run just now; "" is nothing."""
        return FROZEN if any(room.is_frozen and run in room.own_runs for room in self.rooms.values()) else ""

    async def settle(self, run_id: str, reason: str, seconds: float = 0) -> None:
        """Let those who have a run on their screen do what they may now; who may nothing is sent away."""
        await asyncio.sleep(seconds)
        if run := self.runs.find(run_id):
            for number, guest in list(run.guests.items()):
                right = await self.right(guest, run.id, run.owner)
                if number in run.guests:
                    run.allow(number, right, reason)

    async def look_again(self) -> None:
        """Now and then, see whether those who watch a run still may, whatever it was that changed. Who has just been
        given time to leave has it."""
        doubtful: set[Run] = set()
        while True:
            await asyncio.sleep(LOOKING_AGAIN_SECONDS)
            for run in doubtful:
                with suppress(NotSaved):
                    await self.settle(run.id, NOT_SHOWN_ANY_MORE)
            doubtful = {run for run in list(self.runs.awake.values()) if await self.is_doubtful(run)}

    async def is_doubtful(self, run: Run) -> bool:
        """Whether somebody has a run on their screen who may not."""
        with suppress(NotSaved):
            rights = [await self.right(guest, run.id, run.owner) for guest in set(run.guests.values())]
            return Right.NONE in rights
        return False

    # --- commands ---------------------------------------------------------------------------------------------

    async def obey(self, room: Room, member: Member, command: AnyRoomCommand) -> None:
        """Do what a member asks; raises Refused."""
        role = room.role_of(member)
        if role not in command.roles:
            raise Refused("forbidden", NOT_YOURS[role])
        if isinstance(command, ShowLab):  # comes often: what it shows is kept now and then
            return self.show_lab(room, command)
        if not room.run and isinstance(command, OF_RUNS):
            raise Refused("state", SHOWS_THE_LAB)
        await self.carry_out(room, member, command)
        if room.code in self.rooms:
            self.keep(room, member, room.members[room.presenter])
        room.tell()

    async def carry_out(self, room: Room, member: Member, command: AnyRoomCommand) -> None:
        match command:
            case Show(run=run):
                await self.show(room, member, run)
            case Freeze(is_frozen=is_frozen):
                await self.freeze(room, is_frozen)
            case Push():
                await self.push(room)
            case Spotlight(number=number):
                self.light(room, number)
            case HandOver(number=number):
                await self.hand_over(room, somebody(room, number).guest)
            case Reclaim():
                await self.hand_over(room, room.host)
            case End():
                self.end(room)
            case Explore(run=run):
                await self.explore(room, member, run)
            case Follow():
                self.follow(room, member)
            case Rename(name=name):
                member.name = called(name)

    async def show(self, room: Room, member: Member, run: str) -> None:
        owner = await self.runs.owner_of(run)
        if owner is None or await self.right(member.guest, run, owner) < Right.STEER:
            raise Refused("not_found", NO_SUCH_RUN)
        left = {room.shown, room.run} - {run}
        room.run, room.spotlight = run, None
        for each in left:
            self.go(self.settle(each, NOT_SHOWN, LEAVING_SECONDS))
        await self.settle(run, NOT_SHOWN)

    def show_lab(self, room: Room, command: ShowLab) -> None:
        if room.run:
            raise Refused("state", SHOWS_A_RUN)
        try:
            descent = Descent.parse(command.descent)
        except InvalidExperiment as error:
            raise Refused("invalid_descent", str(error.problems[0])) from None
        room.show_lab(descent.model_dump_json(), Moment(command.at, command.is_playing, command.speed))

    async def freeze(self, room: Room, is_frozen: bool) -> None:
        room.is_frozen = is_frozen
        for run in self.awake(room.own_runs):
            if is_frozen:
                command(run, Pause(id=0, op="pause"))
            await self.settle(run.id, NOT_SHOWN)

    async def push(self, room: Room) -> None:
        """Everybody who explores goes on with the experiment that the presenter has now."""
        shown = self.runs.find(room.run)
        if shown is None:
            raise Refused("state", NOT_AWAKE)
        experiment = shown.experiment.model_dump(mode="json")
        for run in self.awake(room.own_runs):
            await self.runs.hand_over(shown.contents, run)
            command(run, Change(id=0, op="change", experiment=experiment))
        room.pushes += 1

    def light(self, room: Room, number: int | None) -> None:
        before = room.shown
        chosen = None if number is None else somebody(room, number)
        if chosen and not chosen.run:
            raise Refused("state", NOT_EXPLORING)
        room.spotlight = chosen
        if before not in (room.shown, room.run):
            self.go(self.settle(before, NOT_SHOWN, LEAVING_SECONDS))

    async def hand_over(self, room: Room, guest: str) -> None:
        """Another one presents: what they did of their own is over."""
        former = room.shown
        room.presenter, room.spotlight, room.members[guest].run = guest, None, ""
        await self.settle(room.run, NOT_SHOWN)
        for run in {former, *room.own_runs} - {room.run}:
            self.go(self.settle(run, NOT_SHOWN, LEAVING_SECONDS))

    async def explore(self, room: Room, member: Member, run: str) -> None:
        if room.is_frozen:
            raise Refused("frozen", FROZEN)
        if await self.runs.owner_of(run) != member.guest or run == room.run:
            raise Refused("not_found", NO_SUCH_RUN)
        self.dim(room, member)
        member.run = run

    def follow(self, room: Room, member: Member) -> None:
        self.dim(room, member)
        run, member.run = member.run, ""
        self.go(self.settle(run, NOT_SHOWN, LEAVING_SECONDS))

    def dim(self, room: Room, member: Member) -> None:
        """A run that is left is shown to the others no more."""
        if room.spotlight is member:
            self.light(room, None)

    # --- looking after them -----------------------------------------------------------------------------------

    def awake(self, ids: list[str]) -> list[Run]:
        return [run for id in ids if (run := self.runs.find(id))]

    async def look(self) -> None:
        """Now and then, tell presenters how far everybody has come."""
        while True:
            await asyncio.sleep(LOOKING_SECONDS)
            self.keep_descents()
            for room in self.rooms.values():
                if any(seat.member.guest == room.presenter for seat in room.seats):
                    room.states = {run.id: run.state for run in self.awake(room.own_runs)}
                    room.tell()

    def keep_descents(self) -> None:
        """Write down what is shown of the Descent lab, where that has changed."""
        for room in self.rooms.values():
            if not room.is_kept:
                room.is_kept = True
                self.keep(room)

    async def tidy(self) -> None:
        """End the rooms that stand empty for long, and what hangs on a run that is there no more."""
        patience = self.settings.room_idle_hours * 3600
        while True:
            await asyncio.sleep(max(LOOKING_SECONDS, min(TIDYING_SECONDS, patience)))
            for room in list(self.rooms.values()):
                is_idle = room.is_empty and monotonic() - room.left_at > patience
                with suppress(NotSaved):
                    if is_idle or (room.run and await self.is_gone(room.run)):
                        self.end(room)
                    else:
                        await self.take_back_the_lost(room)

    async def is_gone(self, run: str) -> bool:
        return await self.runs.owner_of(run) is None

    async def take_back_the_lost(self, room: Room) -> None:
        """Whoever explored a run that is there no more follows again."""
        for member in list(room.members.values()):
            if member.run and await self.is_gone(member.run):
                self.follow(room, member)
                self.keep(room, member)
                room.tell()


def command(run: Run, what: AnyCommand) -> None:
    """Have a run obey what the presenter wants of all; one whose process does not hear is left as it is."""
    with suppress(Full):
        run.pass_on(SERVER, "", what)


def called(name: str) -> str:
    """What somebody wants to be called."""
    return naming.called(name, LONGEST_NAME)


def somebody(room: Room, number: int) -> Member:
    if member := room.numbered(number):
        return member
    raise Refused("not_found", NOT_HERE)


def leave_out_one(room: Room) -> str:
    """Make room for one more, where somebody has gone: the guest who is a member no more. Raises Full."""
    for guest, member in room.members.items():
        if not member.seats and guest not in (room.host, room.presenter):
            del room.members[guest]
            return guest
    raise Full("The room is full. Try again in a while.")


# --- what is written down -------------------------------------------------------------------------------------


def save(room: Room, *members: Member) -> Work[None]:
    """Write down a room, and these of its members, as they are now."""
    columns = (room.code, room.run, room.host, room.presenter, room.is_frozen, room.descent)
    rows = [(room.code, member.guest, member.number, member.name, member.run) for member in members]

    def work(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO rooms VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET run = excluded.run, "
            "presenter = excluded.presenter, is_frozen = excluded.is_frozen, descent = excluded.descent",
            columns,
        )
        connection.executemany("INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?)", rows)

    return work


def deletion(code: str) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM rooms WHERE code = ?", (code,))

    return work


def departure(code: str, guest: str) -> Work[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM members WHERE room = ? AND guest = ?", (code, guest))

    return work


def kept(connection: sqlite3.Connection) -> dict[str, Room]:
    """The rooms of before."""
    rooms = {
        row["code"]: Room(**{**row, "is_frozen": bool(row["is_frozen"])})
        for row in connection.execute("SELECT * FROM rooms")
    }
    for row in connection.execute("SELECT * FROM members ORDER BY number"):
        rooms[row["room"]].members[row["guest"]] = Member(row["guest"], row["number"], row["name"], row["run"])
    return rooms
