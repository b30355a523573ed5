"""Guard: what holds for every request and every answer, whatever its route. Plain ASGI, round all the rest."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson

from app import logs, metrics
from app.access import HEALTH, NOBODY, Access, is_public
from app.admin import is_for_admins
from app.protocol import Close, error_body
from app.settings import Settings
from app.store import NotSaved

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self' blob:; font-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors "
)
HEADERS = {
    b"cross-origin-opener-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}

LOOKING_SECONDS = 2.0  # between two looks whether somebody may still be in

NOT_ENTERED = "Come in with the class code first."
NOT_ADMIN = "Only an admin may do this: show the admin token, as in Authorization: Bearer <token>."
NO_CONNECTION_LEFT = "The server has as many visitors as it may have. Try again in a while."

log = logging.getLogger(__name__)


class Guard:
    """Turns away what other sites send, puts the security headers on every answer, and words the unexpected."""

    def __init__(self, app: App, settings: Settings, access: Access) -> None:
        self.app = app
        self.settings = settings
        self.access = access
        self.sockets = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self.answer(scope, receive, send)
            case "websocket" if self.refusal(scope):
                metrics.REFUSED.labels(403).inc()
                await send({"type": "websocket.close"})  # before it is accepted: 403
            case "websocket":
                await self.connect(scope, receive, noting_closes(send))
            case _:
                await self.app(scope, receive, send)

    async def connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a socket be attended to, if there is room for one more, and whoever opens it may come in."""
        if self.sockets >= self.settings.max_connections:
            await close_socket(receive, send, Close.FULL, NO_CONNECTION_LEFT)
            return
        self.sockets += 1
        try:
            with metrics.SOCKETS.track_inprogress():
                if await self.lets_in(scope):
                    await self.attend(scope, receive, send)
                else:
                    await close_socket(receive, send, Close.NOT_ENTERED, NOT_ENTERED)
        finally:
            self.sockets -= 1

    async def attend(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a socket be attended to as long as whoever opened it may be in."""
        attending = asyncio.ensure_future(self.app(scope, receive, send))
        watching = asyncio.create_task(self.until_out(scope))
        try:
            await asyncio.wait((attending, watching), return_when=asyncio.FIRST_COMPLETED)
        finally:
            is_out = watching.done() and not attending.done()
            attending.cancel()
            watching.cancel()
            done = await asyncio.gather(attending, watching, return_exceptions=True)
        if is_out:
            await send({"type": "websocket.close", "code": Close.NOT_ENTERED, "reason": NOT_ENTERED})
        elif isinstance(done[0], Exception):
            raise done[0]

    async def until_out(self, scope: Scope) -> None:
        """Return as soon as a guest is none any more, or the class code is another one."""
        guest = scope["state"]["guest"]
        is_in = True
        while is_in:
            await asyncio.sleep(LOOKING_SECONDS)
            with suppress(NotSaved):
                is_in = guest == NOBODY or await self.access.knows(guest)

    async def lets_in(self, scope: Scope) -> bool:
        """Whether somebody may come in at all; who it is then stands in the scope."""
        guest = await self.access.guest_of(scope)
        scope.setdefault("state", {})["guest"] = guest or NOBODY
        if is_for_admins(scope["path"]):
            return self.access.admits(scope)
        return guest is not None or is_public(scope["path"])

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id, began = secrets.token_hex(8), monotonic()
        logs.REQUEST.set(request_id)
        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                message["headers"] = [*message["headers"], *self.headers_for(scope, request_id)]
                note(scope, message["status"], monotonic() - began)
            await send(message)

        try:
            if refusal := self.refusal(scope):
                await send_error(send_with_headers, *refusal)
            elif not await self.lets_in(scope):
                await send_to_the_door(scope, send_with_headers)
            else:
                await self.app(scope, receive, send_with_headers)
        except Exception:
            log.exception("request %s failed", request_id)
            metrics.ERRORS.inc()
            if not has_begun:
                error = error_body("internal", "Something went wrong in the server.") | {"request_id": request_id}
                await send_error(send_with_headers, 500, error)

    def headers_for(self, scope: Scope, request_id: str) -> Iterable[tuple[bytes, bytes]]:
        yield b"content-security-policy", (CONTENT_SECURITY_POLICY + self.ancestors(scope)).encode()
        yield from HEADERS.items()
        yield b"x-request-id", request_id.encode()
        yield b"cache-control", b"no-store" if scope["path"].startswith("/api/") else b"no-cache"  # ask if it is new

    def ancestors(self, scope: Scope) -> str:
        """Who may show the answer inside a page of its own: only the embedded look of the page is for that."""
        is_embedded = scope["path"] == "/" and parse_qs(scope["query_string"].decode("latin-1")).get("embed") == ["1"]
        allowed = self.settings.embed_ancestors if is_embedded else ()
        return " ".join("'self'" if origin == "self" else origin for origin in allowed) or "'none'"

    def refusal(self, scope: Scope) -> tuple[int, dict[str, Any]] | None:
        """The status and the error for a request that is not meant for us, or that another site makes."""
        hosts = values(scope, b"host")
        is_known = len(hosts) == 1 and (scope["path"] in HEALTH or self.settings.is_host_allowed(name_of(hosts[0])))
        if not is_known:
            return 400, error_body("bad_host", "The server does not answer to this host name.")
        if is_unsafe(scope) and is_from_elsewhere(scope, hosts[0]):
            return 403, error_body("cross_site", "Only the server's own pages may do this.")
        return None


def is_unsafe(scope: Scope) -> bool:
    """Whether the request may change something. A websocket may, and no browser asks before it opens one."""
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


def is_from_elsewhere(scope: Scope, host: str) -> bool:
    """Whether a browser says that another site's page made the request. A websocket has to say where it comes from."""
    origins = values(scope, b"origin")
    sites = set(values(scope, b"sec-fetch-site"))
    if scope["type"] == "websocket" and len(origins) != 1:
        return True
    return bool(sites & {"cross-site", "same-site"}) or any(netloc_of(origin) != host for origin in origins)


def netloc_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # as "http://[" has it
        return None


def values(scope: Scope, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]


def name_of(host: str) -> str:
    """The host without its port; an IPv6 address keeps its brackets."""
    name, _, port = host.rpartition(":")
    return name if name and not port.endswith("]") else host


def note(scope: Scope, status: int, seconds: float) -> None:
    """Count an answer that is a refusal; write down the route that a request took, not what it asked for."""
    if status >= 400:
        metrics.REFUSED.labels(status).inc()
    logs.note_request(scope["method"], getattr(scope.get("route"), "path", "none"), status, seconds)


def noting_closes(send: Send) -> Send:
    """Count the sockets that we close, by their code."""

    async def send_and_note(message: Message) -> None:
        if message["type"] == "websocket.close":
            metrics.CLOSED.labels(int(message.get("code", 1000))).inc()
        await send(message)

    return send_and_note


async def send_to_the_door(scope: Scope, send: Send) -> None:
    """A page leads a browser to the door; a program is told."""
    if is_for_admins(scope["path"]):
        await send_error(send, 401, error_body("not_admin", NOT_ADMIN))
        return
    if scope["path"].startswith("/api/") or scope["method"] not in SAFE_METHODS:
        await send_error(send, 401, error_body("not_entered", NOT_ENTERED))
        return
    asked = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
    place = f"/enter?{urlencode({'next': asked})}".encode()
    await send({"type": "http.response.start", "status": 303, "headers": [(b"location", place)]})
    await send({"type": "http.response.body"})


async def close_socket(receive: Receive, send: Send, code: Close, reason: str) -> None:
    """A browser learns why only once the socket is accepted."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code, "reason": reason})


async def send_error(send: Send, status: int, error: dict[str, Any]) -> None:
    body = orjson.dumps({"error": error})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
