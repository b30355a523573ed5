"""Line: what a training process and the server write to each other, and both ends of it.

The process writes a head (kind, number, size) and a payload for each thing it has to say. The server writes a u32
size and JSON, `{"watcher": n, "command": {...}}`, where the command may also be the word "join" or "leave".
"""

import os
import socket
import struct
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from enum import IntEnum
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import orjson

HEAD = struct.Struct("<BQI")
SIZE = struct.Struct("<I")


class Kind(IntEnum):
    """What a worker says, and what `number` then is."""

    STATE = 0
    SCENE = 1  # the scene's number
    POINTS = 2  # the generation
    FRAME = 3  # the frame's seq
    ANSWER = 4  # the watcher's number
    FAILURE = 5  # 0; the payload is a sentence


class Port:
    """The worker's end of the line to the server. When the other end is gone, so is this process."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.heard: SimpleQueue[dict[str, Any]] = SimpleQueue()
        Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        while True:
            self.heard.put(orjson.loads(self.read(SIZE.unpack(self.read(SIZE.size))[0])))

    def read(self, size: int) -> bytes:
        try:
            data = self.line.recv(size, socket.MSG_WAITALL)
        except OSError:
            data = b""
        if len(data) < size:
            os._exit(0)
        return data

    def say(self, kind: Kind, number: int, payload: bytes) -> None:
        try:
            self.line.sendall(HEAD.pack(kind, number, len(payload)) + payload)
        except OSError:
            os._exit(0)

    def hear(self, timeout: float | None) -> dict[str, Any] | None:
        """The next command, waiting for it until the timeout."""
        try:
            return self.heard.get(timeout=timeout)
        except Empty:
            return None


# --- the server's end ------------------------------------------------------------------------------------------


async def payloads(reader: StreamReader) -> AsyncIterator[tuple[int, int, bytes]]:
    """What a process says, until it hangs up."""
    try:
        while True:
            kind, number, size = HEAD.unpack(await reader.readexactly(HEAD.size))
            yield kind, number, await reader.readexactly(size)
    except (IncompleteReadError, ConnectionError):
        return


def tell(writer: StreamWriter, watcher: int, command: dict[str, Any] | str) -> None:
    text = orjson.dumps({"watcher": watcher, "command": command})
    writer.write(SIZE.pack(len(text)) + text)
