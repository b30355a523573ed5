"""Climbing: what a process of the lab does for the Descent lab."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import orjson

from core import Descent, brute_force, landscape, way_of


def ways(document: bytes) -> Iterator[bytes]:
    """How all contestants of a descent went, and brute force beside them, as JSON."""
    descent = Descent.parse_json(document)
    found, tried = [way_of(descent, contestant) for contestant in descent.contestants], brute_force(descent)
    needed = [tried.needed_for(way.losses[-1]) for way in found]
    answer: dict[str, Any] = {
        "window": descent.window,
        "bottoms": descent.surface.bottoms,
        "ways": [asdict(way) for way in found],
        "brute_force": {**asdict(tried), "needed": needed},
    }
    yield orjson.dumps(answer)


def picture(document: bytes) -> Iterator[bytes]:
    """A descent's surface as float32, little-endian, row by row."""
    yield landscape(Descent.parse_json(document)).astype("<f4").tobytes()
