"""The rooms' own routes: open one, its QR code, and its socket. `room_protocol.py` says what is said over that."""

import io
from typing import Annotated, Any, Self

import orjson
import segno
from fastapi import APIRouter, Depends, Request, Response, WebSocket
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.access import NOBODY, Access, Right
from app.api import AllRooms, AllRuns, Entry, Guest, body_of, checked, fails, not_found, refused, takes
from app.bucket import Bucket
from app.protocol import BadMessage, Close, error_answer, error_body
from app.room import Member, Room, Seat
from app.room_protocol import LONGEST_ID, LONGEST_NAME, ShowLab, parse_command
from app.rooms import NO_SUCH_ROOM, Refused, Rooms, called
from app.run import Full
from app.runs import Runs
from app.sockets import MISTAKES_PER_MINUTE, Closed, next_text, saying_why, speak, until_first
from core import Descent

COMMANDS_PER_SECOND, COMMANDS_AT_ONCE = 5, 20
LABS_PER_SECOND, LABS_AT_ONCE = 12, 24  # moments of the Descent lab
FLOOD = 200  # refused messages, before the socket is closed
WANTED = 'Expected {"run": "...", "name": "..."}, a run to be shown, or "descent" in its place, a document of the lab.'
QUIET_ZONE = 4  # modules round a QR code, ISO/IEC 18004, 5.3.8

router = APIRouter(prefix="/api/rooms")


class NewRoom(BaseModel):
    """A room to open: the run that it shows, or the document of the Descent lab; and what the presenter is called."""

    model_config = ConfigDict(extra="forbid", strict=True)

    run: str = Field(default="", max_length=LONGEST_ID)
    descent: dict[str, Any] | None = None
    name: str = Field(default="", max_length=LONGEST_NAME)

    @model_validator(mode="after")
    def _shows_one_thing(self) -> Self:
        if bool(self.run) == (self.descent is not None):
            raise ValueError(WANTED)
        return self


class OpenRoom(BaseModel):
    """A room that is open: what others type to come in, or follow as a link."""

    code: str
    link: str


SVG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}}


def new_room(body: Annotated[bytes, Depends(body_of)]) -> NewRoom:
    try:
        return NewRoom.model_validate_json(body)
    except ValidationError:
        raise refused(400, "bad_json", WANTED) from None


@router.post(
    "",
    status_code=201,
    responses=fails(400, 401, 403, 404, 409, 413, 415, 422),
    openapi_extra=takes(NewRoom.model_json_schema()),
)
async def open_room(
    wanted: Annotated[NewRoom, Depends(new_room)],
    request: Request,
    rooms: AllRooms,
    runs: AllRuns,
    access: Entry,
    guest: Guest,
) -> OpenRoom:
    """Open a room that shows a run of one's own, or the Descent lab; where there is one already, it is that."""
    if guest == NOBODY:
        raise refused(401, "no_cookie", "Open the playground's page first: a room needs its cookie.")
    name = called(wanted.name)
    try:
        if wanted.descent is not None:
            room = rooms.open_lab(checked(Descent.parse, wanted.descent, "invalid_descent"), guest, name)
        else:
            await check_own(wanted.run, guest, runs, access)
            room = rooms.open(wanted.run, guest, name)
    except Full as full:
        raise refused(409, "quota_exceeded", str(full)) from None
    return OpenRoom(code=room.code, link=link_of(request, room.code))


async def check_own(run: str, guest: str, runs: Runs, access: Access) -> None:
    right = await access.right(guest, run, await runs.owner_of(run))
    if right == Right.NONE:
        raise not_found()
    if right < Right.STEER:
        raise refused(403, "forbidden", "Only a run of your own can be shown in a room.")


def link_of(request: Request, code: str) -> str:
    """The way in, as this visitor would write it."""
    scheme = "https" if request.app.state.rooms.settings.https else "http"
    return f"{scheme}://{request.headers['host']}/join?code={code}"


@router.get("/{code}/qr.svg", response_class=Response, responses=fails(404) | SVG)
async def draw_code(code: str, request: Request, rooms: AllRooms, guest: Guest) -> Response:
    """The link into a room as a QR code, black on white."""
    room = rooms.find(code)
    if room is None or guest not in room.members:
        raise refused(404, "not_found", NO_SUCH_ROOM)
    picture = io.BytesIO()
    code_of_link = segno.make(link_of(request, room.code), micro=False, error="m")
    code_of_link.save(picture, kind="svg", border=QUIET_ZONE, light="#fff", scale=8, xmldecl=False)
    return Response(picture.getvalue(), media_type="image/svg+xml")


@router.websocket("/{code}/live")
async def live(websocket: WebSocket, code: str) -> None:
    """Be in a room."""
    await websocket.accept()
    rooms: Rooms = websocket.app.state.rooms
    async with saying_why(websocket):
        room = rooms.find(code)
        if room is None or websocket.state.guest not in room.members:
            raise Closed(Close.NO_SUCH_RUN, NO_SUCH_ROOM)
        await attend(websocket, rooms, room, room.members[websocket.state.guest])


async def attend(websocket: WebSocket, rooms: Rooms, room: Room, member: Member) -> None:
    try:
        seat = rooms.sit(room, member)
    except Full as full:
        raise Closed(Close.FULL, str(full)) from None
    try:
        await until_first(listen(websocket, rooms, room, seat), speak(websocket, seat))
    finally:
        room.leave(seat)


async def listen(websocket: WebSocket, rooms: Rooms, room: Room, seat: Seat) -> None:
    """Heed what a page in a room says."""
    commands = Bucket(COMMANDS_PER_SECOND, COMMANDS_AT_ONCE)
    labs = Bucket(LABS_PER_SECOND, LABS_AT_ONCE)
    messages = Bucket(COMMANDS_PER_SECOND + LABS_PER_SECOND, FLOOD)
    mistakes = Bucket(MISTAKES_PER_MINUTE / 60, MISTAKES_PER_MINUTE)
    while True:
        text = await next_text(websocket)
        if not messages.take():
            raise Closed(Close.FLOOD, "Too many messages.")
        try:
            seat.answer(await answer_to(text, rooms, room, seat.member, commands, labs))
        except BadMessage as bad:
            seat.answer(bad.answer)
            if bad.code == "bad_message" and not mistakes.take():
                raise Closed(Close.BAD_MESSAGES, "Too many messages outside the protocol.") from None


async def answer_to(text: str, rooms: Rooms, room: Room, member: Member, commands: Bucket, labs: Bucket) -> str:
    command = parse_command(text)
    if not (labs if isinstance(command, ShowLab) else commands).take():
        raise BadMessage(command.id, "slow_down", "Too many commands at once; this one was not obeyed.")
    try:
        await rooms.obey(room, member, command)
    except Refused as refusal:
        return error_answer(command.id, error_body(refusal.code, str(refusal)))
    return acknowledgement(command.id, command.op)


def acknowledgement(id: int, op: str) -> str:
    return orjson.dumps({"type": "ack", "id": id, "op": op}).decode()
