"""Pages: the playground itself, and a readable page of the API's OpenAPI document. HTML for people."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup

from app import protocol
from app.access import A_YEAR_SECONDS, NOBODY, Access, TooManyArrive
from app.catalogue import (
    catalogue,
    descent_catalogue,
    first_thumbnails,
    learning_curve_catalogue,
    race_catalogue,
    sweep_catalogue,
)
from app.languages import Language, code_for, known_as, wishes_of
from app.recording import recording
from app.store import NotSaved
from app.tries import TooManyTries, Typist
from core.optimizers import Optimizer
from core.spec import members

HERE = Path(__file__).parent
UNREAD = {"additionalProperties", "discriminator"}
UNREAD_OF_KINDS = {"title", "type"}
WITH_A_RULE = {optimizer.__name__ for optimizer in members(Optimizer)}  # the form shows their sources, no others
LANGUAGE_COOKIE = "language"
LONGEST_FORM_BYTES = 4096
TYPIST_COOKIE, LONGEST_TYPIST = "typist", 64
BINARY = "application/octet-stream"
STATIC_IMPORT = re.compile(r'\b(?:from|import)"\./(chunk-\w+\.js)"')


def folder(name: str) -> Path:
    """Where templates or static files lie: inside app when installed, beside it in a checkout."""
    inside = HERE / name
    return inside if inside.is_dir() else HERE.parent / name


router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(folder("templates"))
one_recording = asyncio.Lock()


def inlined(document: Any) -> Markup:
    """JSON that can stand inside a script element."""
    return Markup(orjson.dumps(document).decode().replace("<", "\\u003c"))


@cache
def inlined_catalogue() -> Markup:
    whole = lean(catalogue() | {"thumbnails": first_thumbnails()})
    for name, definition in whole["schema"]["$defs"].items():
        if name not in WITH_A_RULE:
            definition.pop("source", None)
    return inlined(whole)


def lean(document: Any) -> Any:
    """The same document without what no form asks a schema for."""
    if isinstance(document, list):
        return [lean(value) for value in document]
    if not isinstance(document, dict):
        return document
    unread = UNREAD | UNREAD_OF_KINDS if "const" in document else UNREAD
    return {key: lean(value) for key, value in document.items() if key not in unread}


@router.get("/")
async def show_playground(request: Request) -> Response:
    """The playground."""
    return await page_of(request, "index.html", parts=shared_parts())


@router.get("/descent")
async def show_descent_lab(request: Request) -> Response:
    """Gradient descent by itself."""
    return await page_of(request, "descent.html", catalogue=inlined(lean(descent_catalogue())))


@router.get("/race")
async def show_race(request: Request) -> Response:
    """Several networks that train beside each other."""
    return await page_of(request, "race.html", catalogue=inlined(lean(race_catalogue())))


@router.get("/sweep")
async def show_sweeps(request: Request) -> Response:
    """One experiment trained many times."""
    return await page_of(request, "sweep.html", catalogue=inlined(lean(sweep_catalogue())))


@router.get("/learning-curve")
async def show_learning_curve(request: Request) -> Response:
    """A network beside flat models that learn from more and more data."""
    return await page_of(request, "learning-curve.html", catalogue=inlined(lean(learning_curve_catalogue())))


@router.get("/recording")
async def send_recording() -> Response:
    """How the first experiment learns, for a page that waits for its run."""
    async with one_recording:  # made once, whoever asks for it meanwhile
        content = await asyncio.to_thread(recording)
    return Response(content, media_type=BINARY, headers={"Cache-Control": "max-age=3600"})


@router.get("/runs")
async def show_my_runs(request: Request) -> Response:
    """The runs that are kept of this guest."""
    return await page_of(request, "runs.html")


async def page_of(request: Request, template: str, **more: Any) -> Response:
    """A page in the language asked for by `?lang=`, which is then kept, or else in the reader's."""
    languages: dict[str, Language] = request.app.state.languages
    asked = known_as(request.query_params.get("lang", ""), languages)
    names = inlined({code: language.name for code, language in languages.items()})
    page = rendered(request, template, asked, **{"catalogue": inlined_catalogue(), "languages": names, **more})
    await welcome(request, page)
    if asked:
        page.set_cookie(LANGUAGE_COOKIE, asked, max_age=A_YEAR_SECONDS, samesite="lax")
    return page


def rendered(request: Request, template: str, asked: str | None = None, status: int = 200, **content: Any) -> Response:
    """A page in the language asked for, or else in the kept one, or the browser's."""
    languages: dict[str, Language] = request.app.state.languages
    code = asked or code_for(wishes_of_reader(request), languages)
    headers = {"Content-Language": code, "Vary": "Accept-Language, Cookie"}
    content |= {"language": code, "t": languages[code].translated}
    return templates.TemplateResponse(request, template, content, status_code=status, headers=headers)


async def welcome(request: Request, page: Response) -> None:
    """Make a guest of a browser that comes for the first time. In a frame of another page it would keep no cookie."""
    access: Access = request.app.state.access
    is_new = request.state.guest == NOBODY and request.query_params.get("embed") != "1"
    if is_new:
        with suppress(TooManyArrive, NotSaved):
            page.set_cookie(value=await access.new_guest(), **access.cookie_options())


@router.get("/enter")
async def show_door(request: Request) -> Response:
    """Ask for the class code."""
    return door(request, request.query_params.get("next", "/"))


def door(request: Request, next: str, problem: str = "", status: int = 200) -> Response:
    return known_again(request, rendered(request, "enter.html", None, status, next=inside(next), problem=problem))


@router.post("/enter")
async def enter(request: Request) -> Response:
    """Let in whoever has the class code."""
    code, next = await fields_of(request, "code", "next")
    return await answered(request, come_in(request, code, next), partial(door, request, next))


async def come_in(request: Request, code: str, next: str) -> Response:
    """Through the door; raises TooManyTries, TooManyArrive and NotSaved."""
    access: Access = request.app.state.access
    secret = await access.enter(code, typist_of(request), request.scope)
    if secret is None:
        return door(request, next, "This is not the class code. Look at it again, letter by letter.", 403)
    answer = RedirectResponse(inside(next), 303)
    answer.set_cookie(value=secret, **access.cookie_options())
    return answer


async def answered(request: Request, attempt: Awaitable[Response], asking: Callable[[str, int], Response]) -> Response:
    """What comes of trying a code; where that is refused the page asks again, and says why."""
    try:
        return await attempt
    except TooManyTries:
        page = asking("Too many wrong codes. Wait a minute, then try again.", 429)
        page.headers["Retry-After"] = "60"
        return page
    except NotSaved:
        reason = "The server cannot save anything now. Try again in a while."
    except TooManyArrive as crowd:
        reason = str(crowd)
    return later(request, asking(reason, 503))


def later(request: Request, page: Response) -> Response:
    """With the moment to try again."""
    page.headers["Retry-After"] = request.app.state.access.settings.moment_to_come_back()
    return page


def typist_of(request: Request) -> Typist:
    """Who types a code: the guest, or the browser that was asked for it before."""
    known = request.state.guest or request.cookies.get(TYPIST_COOKIE, "")[:LONGEST_TYPIST]
    return Typist(known, request.client.host if request.client else "")


def known_again(request: Request, page: Response) -> Response:
    """Give a browser that is asked for a code a name, so that its typos are told from those of its neighbours."""
    if TYPIST_COOKIE not in request.cookies:
        is_secure = request.app.state.access.settings.https
        page.set_cookie(TYPIST_COOKIE, token_urlsafe(12), httponly=True, samesite="lax", secure=is_secure)
    return page


async def fields_of(request: Request, *names: str) -> list[str]:
    """These fields of a form; "" is one that is not there."""
    fields = parse_qs((await short_body(request)).decode("ascii", "replace"))
    return [fields.get(name, [""])[0] for name in names]


async def short_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM_BYTES:
            return b""
    return body


def inside(next: str) -> str:
    """Where to go on the way in: a place of this server, never of another one."""
    return next if re.fullmatch(r"/(?![/\\])[!-~]*", next) else "/"


def wishes_of_reader(request: Request) -> list[str]:
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    return [kept, *wishes_of(request.headers.get("accept-language", ""))]


def shared_parts() -> list[str]:
    """The files that main.js begins with, as it shares them: told early, they do not wait for it to be read."""
    main = folder("static") / "dist/main.js"
    return sorted(STATIC_IMPORT.findall(main.read_text())) if main.exists() else []


@router.get("/api/docs")
async def show_docs(request: Request) -> Response:
    return templates.TemplateResponse(
        request, "docs.html", {"document": request.app.openapi(), "protocol": protocol.__doc__}
    )
