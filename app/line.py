"""Line: what a training process and the server write to each other, and both ends of it.

The process writes a head (kind, number, size) and a payload for each thing it has to say. The server writes a u32
size and JSON, `{"watcher": n, "command": {...}}`, where the command may also be the word "join" or "leave", or
"present", "last", "branch", "film" or "pulse", for which the number is that of the request; "load", for which it is
the level; "crowding", for which it is how many networks train at each processor; or "portrait".
"""

import os
import select
import socket
import struct
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from enum import IntEnum
from threading import Thread
from typing import Any, Protocol

import orjson

HEAD = struct.Struct("<BQI")
SIZE = struct.Struct("<I")
READ_BYTES = COPIED_BYTES = 65_536
MOST_BYTES = 2**28


class Kind(IntEnum):
    """What a worker says, and what `number` then is."""

    STATE = 0
    SCENE = 1  # the scene's number
    POINTS = 2  # the generation
    FRAME = 3  # the frame's seq
    ANSWER = 4  # the watcher's number
    FAILURE = 5  # 0; the payload is a sentence
    PARCEL = 6  # the number of the request; the payload is what was asked for, or nothing where there is none
    ENTRY = 7  # the watcher's number; a command that was obeyed, to be written down before its answer is passed on
    MOMENT = 8  # how many commands are behind it; the present, without its past, to be kept
    PORTRAIT = 9  # 0; the network as a small PNG
    TABLES = 10  # the scene's number
    LAST = 11  # the number of the request; the present with its past: what comes after it is not kept
    INVALID = 12  # 0; the places and sentences of what is wrong with the experiment, as JSON


class Teller(Protocol):
    """Who passes on what a process says."""

    def say(self, kind: Kind, number: int, payload: bytes) -> None: ...


class Port:
    """The process's end of the line. When the server hangs up, or dies, so does the process."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.unread = bytearray()
        Thread(target=self.end_with_the_server, daemon=True).start()

    def end_with_the_server(self) -> None:
        """A thread of its own, for the other may be in the middle of long work."""
        hang_up = select.poll()
        hang_up.register(self.line, 0)
        hang_up.poll()
        os._exit(0)

    def say(self, kind: Kind, number: int, payload: bytes) -> None:
        head = HEAD.pack(kind, number, len(payload))
        try:
            if len(payload) <= COPIED_BYTES:
                self.line.sendall(head + payload)
            else:  # there may be no memory for another one
                self.line.sendall(head)
                self.line.sendall(payload)
        except OSError:
            os._exit(0)

    def hear(self, timeout: float | None) -> dict[str, Any] | None:
        """The next command, waiting for it until the timeout."""
        while not (text := self.take()):
            if not select.select([self.line], [], [], timeout)[0]:
                return None
            self.unread += self.read()
        command: dict[str, Any] = orjson.loads(text)
        return command

    def read(self) -> bytes:
        try:
            data = self.line.recv(READ_BYTES)
        except OSError:
            data = b""
        return data or os._exit(0)

    def take(self) -> bytes:
        """The next whole text of what was read; empty if there is none."""
        if len(self.unread) < SIZE.size:
            return b""
        end = SIZE.size + SIZE.unpack_from(self.unread)[0]
        if len(self.unread) < end:
            return b""
        text = bytes(self.unread[SIZE.size : end])
        del self.unread[:end]
        return text


# --- the server's end ------------------------------------------------------------------------------------------


async def payloads(reader: StreamReader) -> AsyncIterator[tuple[int, int, bytes]]:
    """What a process says, until it hangs up or says nonsense."""
    try:
        while True:
            kind, number, size = HEAD.unpack(await reader.readexactly(HEAD.size))
            if size > MOST_BYTES:
                return  # what says that is no process of ours any more
            yield kind, number, await reader.readexactly(size)
    except (IncompleteReadError, ConnectionError):
        return


def tell(writer: StreamWriter, watcher: int, command: dict[str, Any] | str) -> None:
    """What is told to a process that has hung up is lost: whoever takes its place is told again."""
    text = orjson.dumps({"watcher": watcher, "command": command})
    if not writer.is_closing():  # uvloop raises then, where asyncio's own loop says nothing
        writer.write(SIZE.pack(len(text)) + text)
