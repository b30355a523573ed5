"""Runfile: a whole run as one file, to carry it elsewhere: a signature, a checksum, then a safetensors blob with the
name and what the run goes on from. No pickle, nothing compressed: a file is as large as what it unpacks to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any, NamedTuple

import numpy as np
import safetensors
import safetensors.numpy

from app import protocol
from app.naming import BadName, named
from app.present import COLUMNS, Mode, Present, Rows, octets, unusable
from core import Moment, Timeline
from core.data.at_hand import Content, unpacked
from core.data.columns import Table
from core.data.tabular import MOST_COLUMNS
from core.data.tabular import MOST_ROWS as MOST_TABLE_ROWS
from core.trainer import MOST_UPDATES

SIGNATURE = b"\x89NPRUN\r\n"
CHECKSUM_BYTES = 32
FORMAT = 1
TABLE = "table/"
MOST_MEGABYTES = 8
MOST_BYTES = MOST_MEGABYTES * 2**20
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
    tables: list[Content]


def written(name: str, present: Present, tables: Mapping[str, bytes]) -> bytes:
    """The file of a run with the tables that it refers to, packed, by their ids; its past as dense as there is room.
    Raises TooLarge."""
    carried = {f"{TABLE}{id}": octets(packed) for id, packed in tables.items()}
    past_bytes = max(0, PAST_BYTES - sum(map(len, tables.values())))
    past = Timeline(past_bytes, present.moments).moments
    for moments in (past, []):
        mode = Mode(speed=present.mode.speed)
        resting = Present(present.start, mode, present.rows, tuple(moments), present.head)
        message = {"format": FORMAT, "name": name}
        blob = protocol.encode(message, {"present": octets(resting.packed()), **carried})
        if len(blob) <= MOST_BYTES - len(SIGNATURE) - CHECKSUM_BYTES:
            return SIGNATURE + hashlib.sha256(blob).digest() + blob
    if tables:
        raise TooLarge(f"This run with its tables is too large for a file: that may have at most {MOST_MEGABYTES} MB.")
    raise TooLarge(f"This run is too large for a file: that may have at most {MOST_MEGABYTES} MB.")


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
        tables = [*tables_in(arrays)]
        present = replace(present_in(arrays["present"].tobytes()), brought=tuple(table.id for table in tables))
        return Carried(name_in(message), present, tables)
    except NotARun:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise NotARun(unusable("present: expected its parts, each of its kind")) from error


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


def tables_in(arrays: Mapping[str, Any]) -> Iterator[Content]:
    """The tables that a run came with, of rows or of images; raises NotARun, or ValueError."""
    for name, packed in arrays.items():
        if name.startswith(TABLE):
            content = unpacked(packed.tobytes())
            expect(content.id == name.removeprefix(TABLE), f"{name}: expected the table of this id")
            if isinstance(content, Table):
                expect(content.rows <= MOST_TABLE_ROWS, f"{name}: expected at most {MOST_TABLE_ROWS} rows")
                expect(len(content.columns) <= MOST_COLUMNS, f"{name}: expected at most {MOST_COLUMNS} columns")
            yield content


def present_in(packed: bytes) -> Present:
    """What a run goes on from, resting, all else left out; raises NotARun, ValueError and the like."""
    opened(packed)
    present = Present.unpacked(packed)
    check_curve(present.rows)
    check_moments(present.moments)
    head = head_in(present)
    return Present(present.start, Mode(speed=present.mode.speed), present.rows, present.moments, head, is_foreign=True)


def check_curve(rows: Rows) -> None:
    is_table = rows.ndim == 2 and rows.shape[1] == len(COLUMNS) and rows.dtype == np.float64
    expect(is_table and len(rows) <= MOST_ROWS, f"rows: expected at most {MOST_ROWS} rows of {len(COLUMNS)} numbers")
    steps, epochs = rows[:, 0], rows[:, 1]
    are_steps = ((steps >= 0) & (steps <= MOST_UPDATES) & (steps == np.floor(steps))).all()
    expect(bool(are_steps), f"rows.step: expected whole numbers from 0 to {MOST_UPDATES}")
    expect(bool((np.diff(steps) > 0).all()), "rows.step: expected that each is larger than the one before")
    expect(bool(((epochs >= 0) & (epochs <= MOST_UPDATES)).all()), f"rows.epoch: expected 0 to {MOST_UPDATES}")


def check_moments(moments: Sequence[Moment]) -> None:
    expect(len(moments) <= MOST_MOMENTS, f"moments: expected at most {MOST_MOMENTS}")
    steps = [moment.step for moment in moments]
    expect(all(map(is_step, steps)), f"moments.step: expected whole numbers from 0 to {MOST_UPDATES}")
    expect(steps == sorted(set(steps)), "moments.step: expected that each is larger than the one before")
    for number, (moment, following) in enumerate(zip(moments, [*steps[1:], inf], strict=True)):
        until = moment.exact_until
        is_near = until == inf or (is_step(until) and moment.step <= until <= following)
        expect(is_near, f"moments.{number}.exact_until: expected a step from its own to the next moment's, or null")


def head_in(present: Present) -> tuple[int, float] | None:
    if present.head is None:
        return None
    step, epoch = present.head
    is_right = is_step(step) and type(epoch) in (int, float) and 0 <= epoch <= MOST_UPDATES
    expect(is_right, f"head: expected a step and an epoch from 0 to {MOST_UPDATES}")
    return step, float(epoch)


def is_step(number: object) -> bool:
    return type(number) is int and 0 <= number <= MOST_UPDATES


def expect(is_right: bool, what: str) -> None:
    if not is_right:
        raise NotARun(unusable(what))
