"""Climbing: the body of a process that computes one descent, or what there is to see of its surface."""

import socket
from dataclasses import asdict
from typing import Any

import orjson

from app.background import stand_back
from core import Descent, brute_force, landscape, way_of


def main(end: socket.socket, work: str, document: bytes, memory_bytes: int) -> None:
    """Send the answer down the line, and hang up."""
    stand_back(memory_bytes)
    with end:
        end.sendall(WORKS[work](Descent.parse_json(document)))


def ways(descent: Descent) -> bytes:
    """How all contestants went, and brute force beside them, as JSON."""
    found, tried = [way_of(descent, contestant) for contestant in descent.contestants], brute_force(descent)
    needed = [tried.needed_for(way.losses[-1]) for way in found]
    answer: dict[str, Any] = {
        "window": descent.window,
        "bottoms": descent.surface.bottoms,
        "ways": [asdict(way) for way in found],
        "brute_force": {**asdict(tried), "needed": needed},
    }
    return orjson.dumps(answer)


def picture(descent: Descent) -> bytes:
    """The surface as float32, little-endian, row by row."""
    return landscape(descent).astype("<f4").tobytes()


WORKS = {"ways": ways, "picture": picture}
