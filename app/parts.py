"""Parts: an answer that is told part by part as it comes, for as long as somebody listens.

Each part is a u32 (little-endian) that says how long it is, and so many bytes: a binary message (app/protocol.py). What
goes wrong before the first part has a status; what goes wrong afterwards is told in a last part of type `error`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app import protocol
from app.computing import Impossible
from app.lab import NotComputed
from app.line import SIZE

MEDIA_TYPE = "application/octet-stream"
AS_IT_COMES = {"X-Accel-Buffering": "no"}  # a proxy is not to wait for the whole of it


class Parts(StreamingResponse):
    """Passes parts on. Whoever goes away meanwhile ends what makes them."""

    media_type = MEDIA_TYPE

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None]) -> None:
        super().__init__(measured(first, rest), headers=AS_IT_COMES)
        self.rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await asyncio.shield(self.rest.aclose())


async def in_parts(parts: AsyncGenerator[bytes, None], request: Request) -> Parts:
    """The answer that these are the parts of, as soon as there is one. Raises what they raise before, and NotComputed
    where nobody waits for it any more."""
    coming, going = asyncio.ensure_future(anext(parts)), asyncio.create_task(until_gone(request))
    try:
        await asyncio.wait((coming, going), return_when=asyncio.FIRST_COMPLETED)
    finally:
        going.cancel()
        coming.cancel()
        await asyncio.wait((coming,))
    if coming.cancelled():
        raise NotComputed("Nobody waits for it any more.")
    return Parts(coming.result(), parts)


async def until_gone(request: Request) -> None:
    """Return when whoever asked has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def measured(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Each part with its length before it."""
    yield SIZE.pack(len(first)) + first
    try:
        async for part in rest:
            yield SIZE.pack(len(part)) + part
    except (NotComputed, Impossible) as failed:
        code = "not_computed" if isinstance(failed, NotComputed) else "impossible"
        told = error_part(protocol.error_body(code, str(failed)))
        yield SIZE.pack(len(told)) + told


def error_part(error: dict[str, Any]) -> bytes:
    return protocol.encode({"type": "error", "error": error}, {})
