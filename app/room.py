"""Room: a presenter shows a run to a class, or the Descent lab. Whoever is in it sees the same in step; from a run, one
may go on alone for a while.

A room keeps what it is now, not what happened: everybody in it is told the newest state, at most a few times a second,
however much has changed meanwhile.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple

import orjson

from app.broadcast import Outbox
from app.room_protocol import Role

TELLING_SECONDS = 0.25
LAB_TELLING_SECONDS = 0.05  # a slider that is dragged is seen to move
State = Mapping[str, Any]


class Moment(NamedTuple):
    """How far a descent is: in steps, with parts of one while it plays, and how many it makes a second."""

    at: float
    is_playing: bool
    speed: float


START = Moment(0.0, False, 10.0)


@dataclass(eq=False)
class Member:
    """Somebody in the room. `run`: of their own, while they explore; else "". `seats`: pages that are open."""

    guest: str
    number: int
    name: str = ""
    run: str = ""
    seats: int = 0


class Seat(Outbox):
    """A page in the room: what it was told, and what it is still to be told."""

    def __init__(self, room: "Room", member: Member) -> None:
        super().__init__()
        self.room, self.member = room, member
        self.told: dict[str, str] = {}

    def take_news(self) -> list[str]:
        """What is not as this page was told last."""
        news = self.room.news_for(self.member)
        fresh = [text for kind, text in news.items() if self.told.get(kind) != text]
        self.told = news
        return fresh


@dataclass(eq=False)
class Room:
    """One room. `host`: the guest who opened it; `presenter`: the guest who has control. `run`: what it shows; "" is
    the Descent lab, and then `descent` is its document, as JSON, and `moment` how far it is."""

    code: str
    run: str
    host: str
    presenter: str
    is_frozen: bool = False
    descent: str = ""
    moment: Moment = START
    is_kept: bool = True  # whether this descent is written down
    spotlight: Member | None = None
    pushes: int = 0
    members: dict[str, Member] = field(default_factory=dict)
    seats: set[Seat] = field(default_factory=set)
    left_at: float = field(default_factory=monotonic)
    states: Mapping[str, State] = field(default_factory=dict)  # of the members' own runs, as far as they are awake
    is_telling: bool = False
    is_telling_of_lab: bool = False
    told: str = ""
    people: str = ""

    # --- who is in it -----------------------------------------------------------------------------------------

    def admit(self, guest: str, name: str) -> Member:
        """Somebody comes in, or comes back."""
        number = max((member.number for member in self.members.values()), default=0) + 1
        member = self.members.setdefault(guest, Member(guest, number))
        member.name = name or member.name
        return member

    def sit(self, member: Member) -> Seat:
        seat = Seat(self, member)
        self.seats.add(seat)
        member.seats += 1
        self.publish() if not self.told else self.tell()
        return seat

    def leave(self, seat: Seat) -> None:
        self.seats.discard(seat)
        seat.member.seats -= 1
        self.left_at = monotonic()
        self.tell()

    @property
    def is_empty(self) -> bool:
        return not self.seats

    def role_of(self, member: Member) -> Role:
        if member.guest == self.presenter:
            return Role.PRESENTER
        return Role.HOST if member.guest == self.host else Role.MEMBER

    def numbered(self, number: int) -> Member | None:
        return next((member for member in self.members.values() if member.number == number), None)

    # --- what is seen -----------------------------------------------------------------------------------------

    @property
    def shown(self) -> str:
        """The run that those see who follow."""
        return self.spotlight.run if self.spotlight else self.run

    @property
    def own_runs(self) -> list[str]:
        return [member.run for member in self.members.values() if member.run]

    def shows(self, run: str, guest: str) -> bool:
        """Whether the room lets somebody watch a run: what all see, and whoever leads sees what each does."""
        if guest not in self.members:
            return False
        return run in (self.run, self.shown) or (guest in (self.presenter, self.host) and run in self.own_runs)

    def show_lab(self, descent: str, moment: Moment) -> None:
        """Let all see this descent at this moment of it: at once, or with what comes right after it."""
        self.is_kept &= descent == self.descent
        self.descent, self.moment = descent, moment
        if not self.is_telling_of_lab:
            self.is_telling_of_lab = True
            asyncio.get_running_loop().call_later(LAB_TELLING_SECONDS, self.tell_of_lab)

    # --- what is told -----------------------------------------------------------------------------------------

    def tell_of_lab(self) -> None:
        self.is_telling_of_lab = False
        for seat in self.seats:
            seat.wake.set()

    def tell(self) -> None:
        """Tell all how it stands: soon, and many changes at once."""
        if not self.is_telling:
            self.is_telling = True
            asyncio.get_running_loop().call_later(TELLING_SECONDS, self.publish)

    def publish(self) -> None:
        self.is_telling = False
        self.told = self.state_text()
        self.people = self.people_text()
        for seat in self.seats:
            seat.wake.set()

    def news_for(self, member: Member) -> dict[str, str]:
        news = {"room": self.told, "you": self.text_about(member), **self.lab_news}
        return news | {"people": self.people} if self.role_of(member) == Role.PRESENTER else news

    @property
    def lab_news(self) -> dict[str, str]:
        if not self.descent:
            return {}
        moment = orjson.dumps({"type": "moment", **self.moment._asdict()}).decode()
        return {"lab": f'{{"type":"lab","descent":{self.descent}}}', "moment": moment}

    def state_text(self) -> str:
        """The same for all, so encoded once."""
        presenter = self.members.get(self.presenter)
        state = {
            "type": "room",
            "code": self.code,
            "run": self.shown,
            "presenter": presenter.name if presenter else "",
            "spotlight": said(self.spotlight),
            "is_frozen": self.is_frozen,
            "people": sum(member.seats > 0 for member in self.members.values()),
            "pushes": self.pushes,
        }
        return orjson.dumps(state).decode()

    def text_about(self, member: Member) -> str:
        is_host = member.guest == self.host
        role = self.role_of(member).value
        you = {"type": "you", "number": member.number, "name": member.name, "role": role, "run": member.run}
        return orjson.dumps({**you, "is_host": is_host}).decode()

    def people_text(self) -> str:
        """For the presenter: everybody else, and how far those have come who explore."""
        others = [member for member in self.members.values() if member.guest != self.presenter]
        return orjson.dumps({"type": "people", "people": [self.row_of(member) for member in others]}).decode()

    def row_of(self, member: Member) -> dict[str, Any]:
        row = {"number": member.number, "name": member.name, "is_here": member.seats > 0, "run": member.run}
        state = self.states.get(member.run, {})
        metrics = state.get("metrics", {})
        accuracy = metrics.get("test_accuracy", metrics.get("train_accuracy"))
        loss = metrics.get("test_loss", metrics.get("train_loss"))
        return {**row, "status": state.get("status"), "epoch": state.get("epoch"), "accuracy": accuracy, "loss": loss}


def said(member: Member | None) -> dict[str, Any] | None:
    return {"number": member.number, "name": member.name} if member else None
