"""Files: what is sent and carried away as it is. They are large: few are taken in at once, each bounded, and soon."""

import asyncio
from collections.abc import AsyncIterator, Collection
from urllib.parse import quote

from fastapi import Request

from app.api import AllRuns, refused, unavailable

TOO_SLOW = "The file took too long to arrive. Try again on a faster line."


async def one_of_few(request: Request, runs: AllRuns) -> AsyncIterator[None]:
    """Only so many are taken in at once."""
    uploads: asyncio.Semaphore = request.app.state.uploads
    if uploads.locked():
        raise unavailable("server_full", "The server takes in as many files as it can. Try again in a while.", runs)
    async with uploads:
        yield


async def sent(request: Request, types: Collection[str], most_bytes: int, too_large: str) -> bytes:
    """The body, of one of these types and at most so long, as the sender wrote it."""
    check_type(request, types)
    try:
        async with asyncio.timeout(request.app.state.runs.settings.upload_limit_seconds):
            return await bounded(request, most_bytes, too_large)
    except TimeoutError:
        slow = refused(408, "too_slow", TOO_SLOW)
        slow.headers = {"Connection": "close"}  # what is still to come is not waited for
        raise slow from None


def check_type(request: Request, types: Collection[str]) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in types:
        raise refused(415, "unsupported_media_type", f"Expected a body of type {' or '.join(types)}.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise refused(415, "unsupported_encoding", "Expected a body that is not compressed.")


async def bounded(request: Request, most_bytes: int, too_large: str) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > most_bytes:
            raise refused(413, "too_large", too_large)
    return bytes(data)


def attachment(name: str) -> str:
    """How a file is to be called, as RFC 6266 has it: for old clients in ASCII, for all others as it is."""
    name = "".join("_" if sign in '/\\:*?"<>|' else sign for sign in name)
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
