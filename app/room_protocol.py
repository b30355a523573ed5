"""Room protocol: what a room and the pages in it say to each other, as JSON texts over `/api/rooms/{code}/live`.

From the server, each whenever it has changed: `room`, the same for all (`run` is the one that those see who follow, its
frames come over its own socket; `presenter`, `spotlight`, `is_frozen`, `people`, `pushes`); `you`, how somebody stands
to the room (`number`, `name`, `role`, `is_host`, and `run`, of their own while they explore); and for the presenter
`people`, everybody else. Where the room shows the Descent lab, `run` is "", and there are `lab`, the `descent` that is
seen, and `moment`, how far it is (`at`, in steps, with parts of one while it plays, `is_playing`, and `speed`, in steps
a second). An answer is `ack` or `error`, as over the socket of a run.

To the server, commands `{"id", "op", ...}`, one class each below, with the roles that may give them.
"""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field, TypeAdapter

from app.protocol import Command, parsed

LONGEST_NAME = 40
LONGEST_ID = 64
MOST_STEPS = 1000  # of a descent
FASTEST = 100.0  # steps a second


class Role(StrEnum):
    """What somebody is in a room. Its host has opened it, and may have handed control to another one."""

    PRESENTER = "presenter"
    HOST = "host"
    MEMBER = "member"


PRESENTER = frozenset({Role.PRESENTER})
FOLLOWERS = frozenset({Role.HOST, Role.MEMBER})
EVERYBODY = frozenset(Role)


class RoomCommand(Command):
    """Base of what a page in a room may send."""

    roles: ClassVar[frozenset[Role]] = PRESENTER


class Show(RoomCommand):
    """Let everybody who follows see this run of one's own."""

    op: Literal["show"]
    run: str = Field(max_length=LONGEST_ID)


class ShowLab(RoomCommand):
    """Let everybody see this descent, at this moment of it."""

    op: Literal["show_lab"]
    descent: dict[str, Any]
    at: float = Field(ge=0, le=MOST_STEPS)
    is_playing: bool
    speed: float = Field(gt=0, le=FASTEST)


class Freeze(RoomCommand):
    """Pause all runs of those who explore, and let nobody steer one, until it is taken back."""

    op: Literal["freeze"]
    is_frozen: bool


class Push(RoomCommand):
    """Give the presenter's experiment to everybody who explores."""

    op: Literal["push"]


class Spotlight(RoomCommand):
    """Let all who follow see the run of one who explores; null is the presenter's own again."""

    op: Literal["spotlight"]
    number: int | None = Field(ge=1)


class HandOver(RoomCommand):
    """Let somebody else present: that one then steers the run that is shown."""

    op: Literal["hand_over"]
    number: int = Field(ge=1)


class Reclaim(RoomCommand):
    """Have control back."""

    op: Literal["reclaim"]
    roles: ClassVar[frozenset[Role]] = frozenset({Role.HOST})


class End(RoomCommand):
    """End the room for all."""

    op: Literal["end"]
    roles: ClassVar[frozenset[Role]] = frozenset({Role.PRESENTER, Role.HOST})


class Explore(RoomCommand):
    """Go on in a run of one's own."""

    op: Literal["explore"]
    run: str = Field(max_length=LONGEST_ID)
    roles: ClassVar[frozenset[Role]] = FOLLOWERS


class Follow(RoomCommand):
    """See again what the presenter shows."""

    op: Literal["follow"]
    roles: ClassVar[frozenset[Role]] = FOLLOWERS


class Rename(RoomCommand):
    """Be called otherwise."""

    op: Literal["rename"]
    name: str = Field(max_length=LONGEST_NAME)
    roles: ClassVar[frozenset[Role]] = EVERYBODY


AnyRoomCommand = Show | ShowLab | Freeze | Push | Spotlight | HandOver | Reclaim | End | Explore | Follow | Rename
COMMANDS: tuple[type[RoomCommand], ...] = get_args(AnyRoomCommand)
OPS = tuple(get_args(kind.model_fields["op"].annotation)[0] for kind in COMMANDS)
COMMAND: TypeAdapter[AnyRoomCommand] = TypeAdapter(Annotated[AnyRoomCommand, Field(discriminator="op")])


def parse_command(text: str) -> AnyRoomCommand:
    """What a page in a room said, or BadMessage."""
    return parsed(text, COMMAND, OPS)
