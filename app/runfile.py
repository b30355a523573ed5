"""Runfile: a whole run as one file, to carry it elsewhere: a signature, a checksum, then a safetensors blob with the
name and what the run goes on from. No pickle, nothing compressed: a file is as large as what it unpacks to."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import safetensors
import safetensors.numpy

from app import protocol
from app.naming import BadName, named
from app.present import COLUMNS, Mode, Present, octets
from core import Timeline

SIGNATURE = b"\x89NPRUN\r\n"
CHECKSUM_BYTES = 32
FORMAT = 1
MOST_BYTES = 8 * 2**20
PAST_BYTES = 6 * 2**20  # for the moments that one can go back to
MOST_MOMENTS, MOST_ROWS = 2000, 10_000


class NotARun(ValueError):
    """A file that no run can be made of; the text says why."""


class TooLarge(ValueError):
    """A run that does not fit into a file."""


class Carried(NamedTuple):
    """What a file holds."""

    name: str
    present: Present


def written(name: str, present: Present) -> bytes:
    """The file of a run, its past as dense as there is room; raises TooLarge."""
    past = Timeline(PAST_BYTES, present.moments).moments
    for moments in (past, []):
        resting = replace(present, moments=tuple(moments), entries=(), mode=Mode(speed=present.mode.speed))
        message = {"format": FORMAT, "name": name}
        blob = protocol.encode(message, {"present": octets(resting.packed())})
        if len(blob) <= MOST_BYTES - len(SIGNATURE) - CHECKSUM_BYTES:
            return SIGNATURE + hashlib.sha256(blob).digest() + blob
    raise TooLarge(f"This run is too large for a file: that may have at most {MOST_BYTES // 2**20} MB.")


def read(data: bytes) -> Carried:
    """What a file holds. Whether the network can go on from it, only a training process finds out. Raises NotARun."""
    start = len(SIGNATURE) + CHECKSUM_BYTES
    checksum, blob = data[len(SIGNATURE) : start], data[start:]
    if not data.startswith(SIGNATURE):
        raise NotARun("This is not the file of a run. Choose one that was saved under My runs.")
    if hashlib.sha256(blob).digest() != checksum:
        raise NotARun("The file is damaged, or only a part of it arrived. Copy it again from where it was saved.")
    try:
        message, arrays = opened(blob)
        if message["format"] != FORMAT:
            raise NotARun("The file was written by a newer version of the playground. Open it there.")
        return Carried(name_in(message), present_in(arrays["present"].tobytes()))
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        if isinstance(error, NotARun):
            raise
        raise NotARun("The file does not hold what the file of a run does.") from error


def opened(blob: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The message and the arrays of a blob that may hold anything: all sizes are checked before anything is read."""
    try:
        arrays = safetensors.numpy.load(blob)
        message = protocol.message_of(blob)
    except safetensors.SafetensorError as error:
        raise ValueError(str(error)) from error
    return message, arrays


def name_in(message: dict[str, Any]) -> str:
    try:
        return named(message["name"])
    except BadName:
        return ""


def present_in(packed: bytes) -> Present:
    """What a run goes on from, resting; raises ValueError and the like."""
    opened(packed)
    present = Present.unpacked(packed)
    rows, moments = present.rows, present.moments
    steps = [moment.step for moment in moments]
    is_curve = rows.ndim == 2 and rows.shape[1] == len(COLUMNS) and rows.dtype == np.float64 and len(rows) <= MOST_ROWS
    if not is_curve or not np.isfinite(rows[:, :2]).all() or (np.diff(rows[:, 0]) <= 0).any():
        raise ValueError("the curve")
    is_past = len(moments) <= MOST_MOMENTS and all(type(step) is int and step >= 0 for step in steps)
    if not is_past or steps != sorted(set(steps)) or any(moment.exact_until < moment.step for moment in moments):
        raise ValueError("the moments")
    head = (int(present.head[0]), float(present.head[1])) if present.head else None
    mode = Mode(speed=present.mode.speed)
    return replace(present, head=head, mode=mode, entries=(), is_foreign=True)
