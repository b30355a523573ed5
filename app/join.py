"""Join: the way into a room for whoever has its code, and the page inside it. HTML for people."""

from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.access import NOBODY, Access, hashed
from app.pages import answered, fields_of, known_again, later, rendered, show_descent_lab, show_playground, typist_of
from app.room_protocol import LONGEST_NAME
from app.rooms import Rooms, called
from app.run import Full

router = APIRouter(include_in_schema=False)


@router.get("/w/{code}")
async def show_room(code: str, request: Request) -> Response:
    """The page in a room; to whoever is not in it, the way in."""
    rooms: Rooms = request.app.state.rooms
    room = rooms.find(code)
    if room is None or request.state.guest not in room.members:
        return RedirectResponse(f"/join?code={quote(code)}", 303)
    return await (show_playground if room.run else show_descent_lab)(request)


@router.get("/join")
async def show_way_in(request: Request) -> Response:
    """Ask for a room's code, and what to be called."""
    return way_in(request, request.query_params.get("code", ""))


@router.post("/join")
async def join(request: Request) -> Response:
    """Let in whoever has the code of a room."""
    code, name = await fields_of(request, "code", "name")
    name = called(name)
    return await answered(request, come_in(request, code, name), partial(way_in, request, code, name))


async def come_in(request: Request, code: str, name: str) -> Response:
    """Into the room, as the guest that a browser is, or a new one; raises TooManyTries, TooManyArrive and NotSaved."""
    rooms: Rooms = request.app.state.rooms
    access: Access = request.app.state.access
    room = rooms.try_code(code, typist_of(request))
    if room is None:
        problem = "There is no room with this code. Look at it again, letter by letter."
        return way_in(request, code, name, problem, 403)
    answer = RedirectResponse(f"/w/{room.code}", 303)
    guest = request.state.guest
    if guest == NOBODY:
        secret = await access.come_in(request.scope)
        guest = hashed(secret)
        answer.set_cookie(value=secret, **access.cookie_options())
    try:
        rooms.admit(room, guest, name)
    except Full as full:
        return later(request, way_in(request, code, name, str(full), 503))
    return answer


def way_in(request: Request, code: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    content = {"code": code[:LONGEST_NAME], "name": name, "longest_name": LONGEST_NAME, "problem": problem}
    return known_again(request, rendered(request, "join.html", None, status, **content))
