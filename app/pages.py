"""Pages: the playground itself, and a readable page of the API's OpenAPI document. HTML for people."""

import re
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates
from markupsafe import Markup

from app import protocol
from app.catalogue import catalogue
from app.languages import Language, code_for, known_as, wishes_of

HERE = Path(__file__).parent
LANGUAGE_COOKIE = "language"
A_YEAR_SECONDS = 365 * 24 * 3600
STATIC_IMPORT = re.compile(r'\b(?:from|import)"\./(chunk-\w+\.js)"')


def folder(name: str) -> Path:
    """Where templates or static files lie: inside app when installed, beside it in a checkout."""
    inside = HERE / name
    return inside if inside.is_dir() else HERE.parent / name


router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(folder("templates"))


def inlined(document: Any) -> Markup:
    """JSON that can stand inside a script element."""
    return Markup(orjson.dumps(document).decode().replace("<", "\\u003c"))


@router.get("/")
async def show_playground(request: Request) -> Response:
    """The page in the reader's language: the one asked for by `?lang=`, which is then kept, the kept one, or the
    browser's."""
    languages: dict[str, Language] = request.app.state.languages
    asked = known_as(request.query_params.get("lang", ""), languages)
    code = asked or code_for(wishes_of_reader(request), languages)
    content = {
        "catalogue": inlined(catalogue()),
        "parts": shared_parts(),
        "language": code,
        "languages": inlined({code: language.name for code, language in languages.items()}),
        "t": languages[code].translated,
    }
    headers = {"Content-Language": code, "Vary": "Accept-Language, Cookie"}
    page = templates.TemplateResponse(request, "index.html", content, headers=headers)
    if asked:
        page.set_cookie(LANGUAGE_COOKIE, asked, max_age=A_YEAR_SECONDS, samesite="lax")
    return page


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
