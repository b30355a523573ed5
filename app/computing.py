"""Computing: the body of a process of the lab, which computes one thing and tells it part by part."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from app.background import stand_back
from app.line import Kind, Port
from core.data.at_hand import look_in

OUT_OF_MEMORY = "This needs more memory than one may have here."
Work = Callable[..., Iterator[bytes]]
"""What a process does: it is found by its module and name, and yields what it has to tell. No part is empty."""


class Impossible(Exception):
    """What was asked for cannot be computed, however often it is tried; the message says why."""


def main(end: socket.socket, memory_bytes: int, tables: Path | None, work: Work, given: tuple[object, ...]) -> None:
    """Send all parts down the line, and then an empty one. When the server hangs up, this ends. `tables`: where they
    lie."""
    stand_back(memory_bytes)
    if tables:
        look_in(tables)
    port = Port(end)
    try:
        for part in work(*given):
            port.say(Kind.PARCEL, 0, part)
        port.say(Kind.PARCEL, 0, b"")
    except Impossible as impossible:
        port.say(Kind.FAILURE, 0, str(impossible).encode())
    except MemoryError:
        port.say(Kind.FAILURE, 0, OUT_OF_MEMORY.encode())
