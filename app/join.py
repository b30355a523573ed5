"""Join: the way into a room for whoever has its code, and the playground's page inside it. HTML for people."""

from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.access import NOBODY, Access, TooManyTries, hashed
from app.languages import Language, code_for
from app.pages import short_body, show_playground, templates, wishes_of_reader
from app.room_protocol import LONGEST_NAME
from app.rooms import Rooms, called
from app.run import Full
from app.store import NotSaved

router = APIRouter(include_in_schema=False)


@router.get("/w/{code}")
async def show_room(code: str, request: Request) -> Response:
    """The page in a room; to whoever is not in it, the way in."""
    rooms: Rooms = request.app.state.rooms
    room = rooms.find(code)
    if room is None or request.state.guest not in room.members:
        return RedirectResponse(f"/join?code={quote(code)}", 303)
    return await show_playground(request)


@router.get("/join")
async def show_way_in(request: Request) -> Response:
    """Ask for a room's code, and what to be called."""
    return way_in(request, request.query_params.get("code", ""))


@router.post("/join")
async def join(request: Request) -> Response:
    """Let in whoever has the code of a room."""
    fields = parse_qs((await short_body(request)).decode("ascii", "replace"))
    code, name = (fields.get(field, [""])[0] for field in ("code", "name"))
    name = called(name)
    try:
        return await come_in(request, code, name)
    except TooManyTries:
        page = way_in(request, code, name, "Too many wrong codes. Wait a minute, then try again.", 429)
        page.headers["Retry-After"] = "60"
        return page
    except Full as full:
        return way_in(request, code, name, str(full), 503)
    except NotSaved:
        return way_in(request, code, name, "The server cannot save anything now. Try again in a while.", 503)


async def come_in(request: Request, code: str, name: str) -> Response:
    """Into the room, as the guest that a browser is, or as a new one; raises TooManyTries, Full and NotSaved."""
    rooms: Rooms = request.app.state.rooms
    access: Access = request.app.state.access
    room = rooms.try_code(code, request.client.host if request.client else "")
    if room is None:
        return way_in(request, code, name, "There is no room with this code. Look at it again, letter by letter.", 403)
    answer = RedirectResponse(f"/w/{room.code}", 303)
    guest = request.state.guest
    if guest == NOBODY:
        secret = await access.new_guest()
        guest = hashed(secret)
        answer.set_cookie(value=secret, **access.cookie_options())
    rooms.admit(room, guest, name)
    return answer


def way_in(request: Request, code: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    languages: dict[str, Language] = request.app.state.languages
    language = code_for(wishes_of_reader(request), languages)
    content = {
        "code": code[:LONGEST_NAME],
        "name": name,
        "longest_name": LONGEST_NAME,
        "problem": problem,
        "language": language,
        "t": languages[language].translated,
    }
    headers = {"Content-Language": language, "Vary": "Accept-Language, Cookie"}
    return templates.TemplateResponse(request, "join.html", content, status_code=status, headers=headers)
