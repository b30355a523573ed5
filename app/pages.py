"""Pages: the playground itself, and a readable page of the API's OpenAPI document. HTML for people."""

from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates
from markupsafe import Markup

from app import protocol
from app.catalogue import catalogue

HERE = Path(__file__).parent


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
    content = {"catalogue": inlined(catalogue()), "parts": shared_parts()}
    return templates.TemplateResponse(request, "index.html", content)


def shared_parts() -> list[str]:
    """The files that main.js shares with code that is fetched later: told early, they do not wait for it to be read."""
    return sorted(path.name for path in (folder("static") / "dist").glob("chunk-*.js"))


@router.get("/api/docs")
async def show_docs(request: Request) -> Response:
    return templates.TemplateResponse(
        request, "docs.html", {"document": request.app.openapi(), "protocol": protocol.__doc__}
    )
