"""Compression: what browsers are sent takes fewer bytes. Built files lie beside their copies in Brotli, made once."""

import os
from mimetypes import guess_type
from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse
from starlette.types import ASGIApp, Receive, Scope, Send

ENDING = ".br"


class GzipPages:
    """Compresses pages and static files. The API's answers are small, and a socket's messages do not shrink."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.compressed = GZipMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and not scope["path"].startswith("/api/")
        await (self.compressed if is_page else self.app)(scope, receive, send)


class Squeezed(StaticFiles):
    """Files, each as its copy in Brotli where there is one that is no older and the browser takes that."""

    def file_response(
        self, full_path: os.PathLike[str] | str, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        headers = Headers(scope=scope)
        squeezed = Path(f"{os.fspath(full_path)}{ENDING}")
        of_copy = found(squeezed) if takes_brotli(headers) else None
        if of_copy is None or of_copy.st_mtime < stat_result.st_mtime:
            return super().file_response(full_path, stat_result, scope, status_code)
        media_type, _ = guess_type(full_path)
        own = {"Content-Encoding": "br", "Vary": "Accept-Encoding"}
        response = FileResponse(squeezed, status_code, own, media_type, stat_result=of_copy)
        return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, headers) else response


def found(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def takes_brotli(headers: Headers) -> bool:
    """Whether a browser says so; one that gives it the weight 0 does not."""
    asked = (part.replace(" ", "").partition(";q=") for part in headers.get("accept-encoding", "").split(","))
    return any(name == "br" and weight not in ("0", "0.0", "0.00", "0.000") for name, _, weight in asked)
