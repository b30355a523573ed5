"""Viewer: a websocket client that costs little: 300 of them fit into one process beside the server.

It acknowledges every frame as the page does, and checks what the protocol promises: `seq` grows, each frame builds on
the scene and the curve that came before it, and no point of the curve is missing.
"""

import asyncio
from asyncio import Future, Transport
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from itertools import count, pairwise
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit

import orjson

from app.protocol import decode, message_of

LOST = 1006
NO_MASK = bytes(4)
PATIENCE_SECONDS = 30.0
Frame = dict[str, Any]


class Opcode(IntEnum):
    """Kinds of frames of the websocket protocol, RFC 6455."""

    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


@lru_cache(maxsize=256)
def read(blob: bytes) -> dict[str, Any]:
    """What a binary message says; of points, their steps too. What all are sent is read once."""
    info = message_of(blob)
    if info["type"] == "points":
        info["steps"] = decode(blob)[1]["points"][:, info["columns"].index("step")].tolist()
    return info


def packed(opcode: int, payload: bytes) -> bytes:
    """A frame of the websocket protocol, masked with zeros: that leaves the payload as it is."""
    size = len(payload)
    head = bytes([0x80 | opcode, 0x80 | size]) if size < 126 else bytes([0x80 | opcode, 0xFE]) + size.to_bytes(2)
    return head + NO_MASK + payload


class Viewer(asyncio.Protocol):
    """One socket on a run."""

    def __init__(self, path: str, host: str, secret: str) -> None:
        self.request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + (f"Authorization: Bearer {secret}\r\n" if secret else "")
            + "\r\n"
        )
        loop = asyncio.get_running_loop()
        self.opened: Future[None] = loop.create_future()
        self.gone: Future[int] = loop.create_future()
        self.unread = bytearray()
        self.ids = count(1)
        self.answers: dict[int, Future[tuple[float, Frame]]] = {}
        self.hopes: deque[tuple[Callable[[Frame], bool], Future[float]]] = deque()
        self.came_at = monotonic()
        self.frame: Frame = {}
        self.bytes = self.frames = 0
        self.times: list[tuple[float, float]] = []  # when a frame arrived, and how old it was then
        self.scene = self.generation = self.seq = -1
        self.seqs: list[int] = []
        self.steps: list[float] = []
        self.broken: list[str] = []
        self.told: list[Frame] = []
        self.close_reason = ""

    @classmethod
    async def on(cls, url: str, run: str, views: list[str] | None = None, secret: str = "") -> Self:
        """One who watches these views of a run; with None it says nothing."""
        place = urlsplit(url)
        loop = asyncio.get_running_loop()
        viewer = cls(f"/api/runs/{run}/live", place.netloc, secret)
        await loop.create_connection(lambda: viewer, place.hostname, place.port)
        await asyncio.wait_for(asyncio.shield(viewer.opened), PATIENCE_SECONDS)
        if views is not None:
            viewer.say({"id": next(viewer.ids), "op": "watch", "views": views})
        return viewer

    # --- the wire ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        self.transport = transport
        transport.write(self.request.encode())

    def connection_lost(self, problem: Exception | None) -> None:
        self.leave(LOST)

    def leave(self, code: int) -> None:
        if not self.gone.done():
            self.gone.set_result(code)
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("refused"))
        for waiting in (*self.answers.values(), *(future for _, future in self.hopes)):
            if not waiting.done():
                waiting.set_exception(ConnectionError(f"closed with {code}: {self.close_reason}"))
                waiting.exception()  # nobody may be waiting
        self.answers.clear()
        self.hopes.clear()

    def data_received(self, data: bytes) -> None:
        self.unread += data
        if not self.opened.done() and not self.take_handshake():
            return
        while self.take_message():
            pass

    def take_handshake(self) -> bool:
        end = self.unread.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = self.unread.split(b" ", 2)[1]
        del self.unread[: end + 4]
        if status != b"101":
            self.opened.set_exception(ConnectionError(f"refused with {status.decode()}"))
            return False
        self.opened.set_result(None)
        return True

    def take_message(self) -> bool:
        """Heed the next message, if it is whole."""
        unread = self.unread
        if len(unread) < 2:
            return False
        opcode, size, start = unread[0] & 0x0F, unread[1], 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(unread[2:start])
        end = start + size
        if len(unread) < end:
            return False
        payload = bytes(unread[start:end])
        del unread[:end]
        self.heed(opcode, payload)
        return True

    def heed(self, opcode: int, payload: bytes) -> None:
        self.bytes += len(payload)
        match opcode:
            case Opcode.BINARY:
                self.see(read(payload))
            case Opcode.TEXT:
                self.hear(orjson.loads(payload))
            case Opcode.PING:
                self.send(Opcode.PONG, payload)
            case Opcode.CLOSE:
                self.close_reason = payload[2:].decode()
                self.leave(int.from_bytes(payload[:2]) if payload else 1005)
                self.send(Opcode.CLOSE, payload[:2])
                self.transport.close()

    # --- what it sees -----------------------------------------------------------------------------------------

    def see(self, info: Frame) -> None:
        match info["type"]:
            case "scene":
                self.scene = info["scene"]
            case "points":
                self.take_points(info["generation"], info["from"], info["steps"])
            case "frame":
                self.take_frame(info)

    def take_points(self, generation: int, first: int, steps: list[float]) -> None:
        if first == 0:
            self.steps = []
        elif generation != self.generation:
            self.broken.append("a curve began in its middle")
        elif first != len(self.steps):
            self.broken.append(f"point {len(self.steps)} expected, got {first}")
        if self.steps and steps and steps[0] <= self.steps[-1]:
            self.broken.append("a point is no later than the one before")
        self.generation = generation
        self.steps += steps

    def take_frame(self, frame: Frame) -> None:
        now = monotonic()
        if frame["seq"] <= self.seq:
            self.broken.append(f"seq {frame['seq']} after {self.seq}")
        if (frame["scene"], frame["generation"]) != (self.scene, self.generation):
            self.broken.append("a frame came before what it builds on")
        self.seq, self.frame = frame["seq"], frame
        self.frames += 1
        self.seqs.append(self.seq)
        self.times.append((now, now - frame["made_at"]))
        self.write({"op": "ack", "seq": frame["seq"]})
        for _ in range(len(self.hopes)):
            is_wanted, future = hope = self.hopes.popleft()
            if not is_wanted(frame):
                self.hopes.append(hope)
            elif not future.done():
                future.set_result(now)

    def hear(self, message: Frame) -> None:
        self.told.append(message)
        del self.told[:-20]
        if (waiting := self.answers.pop(message.get("id") or 0, None)) and not waiting.done():
            waiting.set_result((monotonic(), message))

    # --- what it says -----------------------------------------------------------------------------------------

    def send(self, opcode: int, payload: bytes) -> None:
        """What is said to a server that has closed the socket is lost."""
        if not self.transport.is_closing():  # uvloop raises then, where asyncio's own loop says nothing
            self.transport.write(packed(opcode, payload))

    def write(self, message: Frame) -> None:
        self.send(Opcode.TEXT, orjson.dumps(message))

    def say(self, command: Frame) -> "Future[tuple[float, Frame]]":
        waiting: Future[tuple[float, Frame]] = asyncio.get_running_loop().create_future()
        self.answers[command["id"]] = waiting
        self.write(command)
        return waiting

    async def do(self, op: str, **parts: Any) -> tuple[float, Frame]:
        """Seconds until a command was answered, and the answer."""
        began = monotonic()
        answering = self.say({"id": next(self.ids), "op": op, **parts})
        at, answer = await asyncio.wait_for(answering, PATIENCE_SECONDS)
        return at - began, answer

    async def until(self, is_wanted: Callable[[Frame], bool], seconds: float = PATIENCE_SECONDS) -> float:
        """When a frame like that arrived."""
        if self.frame and is_wanted(self.frame):
            return monotonic()
        future: Future[float] = asyncio.get_running_loop().create_future()
        self.hopes.append((is_wanted, future))
        return await asyncio.wait_for(future, seconds)

    async def first_frame(self) -> float:
        """Seconds from the first attempt to connect."""
        return await self.until(lambda frame: True) - self.came_at

    def cut(self) -> None:
        """Be gone without a word."""
        self.transport.abort()

    def ages(self, since: float = 0.0) -> list[float]:
        return [age for at, age in self.times if at >= since]

    def gaps(self, since: float = 0.0, until: float = float("inf")) -> list[float]:
        """Seconds between one frame and the next."""
        times = [at for at, _ in self.times if since <= at <= until]
        return [after - before for before, after in pairwise(times)]
