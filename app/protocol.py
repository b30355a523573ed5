"""Protocol: what a run and those who watch it say to each other, version 1.

From the server, a **binary** message is one valid safetensors file: u64 little-endian header length, a JSON
header padded with spaces to a multiple of 8, then little-endian arrays, widest first. In the header,
`__metadata__.message` holds the message itself as JSON text, always with `version` and `type`:

- `scene`: what stays until the experiment changes: `scene` (its number), `generation`, `experiment`, its
  layers, and the data as arrays. A scene comes before every frame that carries its number.
- `points`: rows of the loss curves. `generation` counts restarts of the curve; `columns` names the columns of
  the array `points`, NaN where there is no such number: no test samples, an optimizer without a learning rate;
  `from` is the number of the first row, and 0 means: forget what you have of the curve.
  Old points are thinned out, so a whole curve may hold fewer rows than were made.
- `frame`: what moves: `seq`, `status` (playing, paused, diverged, finished; `message` says why it stopped by
  itself, and `divergence` what broke), counters, metrics, and arrays of the watched views. `head` is the furthest
  moment that the run has come to, `first_step` the earliest that it can go back to, `unseen` the views for which
  there is not enough memory, `seconds` what its training has taken of the processor since it began. Answer each with
  `ack` once it is drawn: at most 3 are under way. By how late the last `ack` was, a socket gets all frames, or 10, 5,
  2 or 1 in a second, so that no more than 2 are under way on the whole, and 1 from 2 a second down: the newest each
  time, and all again as soon as one is drawn in time. Arrays that others watch may be among its own, but tiles and
  boundaries go only to who watches them.
- `tables`: what it takes to paint tiles and boundary from the arrays of `weights` and `painting`, for those who watch
  `painting`. It comes before the first frame that it is needed for, and again only where it has changed;
  `core/probes/painting.py` says what is in it.

A **text** message from the server is JSON: `ack`, with the `id` and `op` of a command and the `step` at which
it was applied; or `error`, with `id` (null when it answers no command) and
`error: {code, message[, field][, problems]}`; or `run`, which answers nothing but tells how the socket stands to its
run: `right` (`steer`, or `watch`, to which all commands but `watch` are forbidden), `watchers` (how many there are),
`is_saving` (false while the disk is full) and `revived` (how often its process was lost and another has gone on).

To the server, commands are JSON texts `{"id", "op", ...}`, one class each below. A page that names itself in the
socket's address (`?page=`, 16 to 64 random letters) may send a command again under its id where the answer was lost
with a connection: it is obeyed once, and answered as it was. Close codes 4400 to 4499 are
final; all others ask to come back later.
"""

import re
import struct
from bisect import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import accumulate
from math import isfinite
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from core.probes.views import LONGEST_VIEW

VERSION = 1
LONGEST_TEXT = 200
PROBLEMS_BYTES = 500
MAX_ID = 2**53 - 1  # JavaScript's largest whole number
Arrays = Mapping[str, NDArray[Any]]
T = TypeVar("T")


class Close(IntEnum):
    """Why a socket is closed."""

    UNSUPPORTED = 1003
    RESTARTING = 1012
    BAD_MESSAGES = 4400
    NOT_ENTERED = 4401
    FORBIDDEN = 4403
    NO_SUCH_RUN = 4404
    RUN_ENDED = 4410
    FULL = 4503
    SLOW = 4510
    FLOOD = 4529


# --- messages -----------------------------------------------------------------------------------------------

DTYPES = {"|u1": "U8", "<u4": "U32", "<i4": "I32", "<i8": "I64", "<f4": "F32", "<f8": "F64"}
NUMPY_DTYPES = {name: numpy_name for numpy_name, name in DTYPES.items()}
LENGTH = struct.Struct("<Q")
KIND = re.compile("[:/]")


def encode(message: Mapping[str, Any], arrays: Arrays) -> bytes:
    """One binary message."""
    ordered = sorted(arrays.items(), key=lambda item: -item[1].itemsize)
    little = [(name, little_endian(array)) for name, array in ordered]
    parts = [Part(name, DTYPES[array.dtype.str], array.shape, octets_of(array)) for name, array in little]
    return packed({"message": orjson.dumps({"version": VERSION, **message}).decode()}, parts)


class Part(NamedTuple):
    """An array in a binary message."""

    name: str
    dtype: str
    shape: Sequence[int]
    data: bytes | memoryview


def packed(metadata: dict[str, str], parts: Sequence[Part]) -> bytes:
    """A safetensors file of these arrays, widest first."""
    header: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name, dtype, shape, data in parts:
        start, end = end, end + len(data)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": (start, end)}
    head = orjson.dumps(header)
    head += b" " * (-len(head) % 8)
    return b"".join([LENGTH.pack(len(head)), head, *(part.data for part in parts)])


def without(blob: bytes, kinds: Collection[str]) -> bytes:
    """The same binary message without the arrays of some kinds."""
    header, start = header_of(blob)
    metadata = header.pop("__metadata__")
    parts = []
    for name, entry in header.items():
        if kind_of(name) not in kinds:
            first, end = entry["data_offsets"]
            parts.append(Part(name, entry["dtype"], entry["shape"], blob[start + first : start + end]))
    return packed(metadata, parts) if len(parts) < len(header) else blob


def kind_of(name: str) -> str:
    """Of an array or a view: `tiles` of `tiles/0` and of `tiles:8`."""
    return KIND.split(name, maxsplit=1)[0]


def octets_of(array: NDArray[Any]) -> memoryview:
    """The array's own memory, where that is in one piece."""
    return array.reshape(-1).view(np.uint8).data


def little_endian(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def decode(blob: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The message and the arrays of a binary message, which share its memory."""
    header, start = header_of(blob)
    message = orjson.loads(header.pop("__metadata__")["message"])
    return message, {name: array_of(blob, start, **entry) for name, entry in header.items()}


def message_of(blob: bytes) -> dict[str, Any]:
    """The message of a binary message, without its arrays."""
    message: dict[str, Any] = orjson.loads(header_of(blob)[0]["__metadata__"]["message"])
    return message


def header_of(blob: bytes) -> tuple[dict[str, Any], int]:
    start = LENGTH.size + LENGTH.unpack_from(blob)[0]
    return orjson.loads(blob[LENGTH.size : start]), start


def array_of(blob: bytes, start: int, dtype: str, shape: list[int], data_offsets: list[int]) -> NDArray[Any]:
    count = int(np.prod(shape))
    return np.frombuffer(blob, NUMPY_DTYPES[dtype], count, start + data_offsets[0]).reshape(shape)


def finite(numbers: Mapping[str, float]) -> dict[str, float]:
    """Those that JSON knows."""
    return {name: value for name, value in numbers.items() if isfinite(value)}


# --- answers ------------------------------------------------------------------------------------------------


def error_body(code: str, message: str, problems: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """The one shape of every error, over HTTP and over a socket."""
    body: dict[str, Any] = {"code": code, "message": clipped(message)}
    if listed := within_budget(problems):
        body |= {"field": listed[0]["field"], "problems": listed}
    return body


def within_budget(problems: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The first problem, and as many more as leave an error under a kilobyte."""
    listed = [{name: clipped(text) for name, text in problem.items()} for problem in problems]
    sizes = list(accumulate(len(orjson.dumps(problem)) for problem in listed))
    return listed[: max(1, bisect(sizes, PROBLEMS_BYTES))]


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def error_answer(id: int | None, error: Mapping[str, Any]) -> str:
    return orjson.dumps({"type": "error", "id": id, "error": error}).decode()


# --- commands -----------------------------------------------------------------------------------------------


class Message(BaseModel):
    """Base of what a socket may send."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Command(Message):
    """Something to do, answered with the same id."""

    id: int = Field(ge=0, le=MAX_ID)


class Play(Command):
    """Train on, at the chosen speed, until paused, or up to the end of so many epochs in all. `by_epoch`: with a point
    of the curves at the end of each epoch and nowhere else, so that those of several runs have the same places."""

    op: Literal["play"]
    until_epoch: int | None = Field(default=None, ge=1, le=MAX_ID)
    by_epoch: bool = False


class Pause(Command):
    """Stop after the update under way."""

    op: Literal["pause"]


class Step(Command):
    """While paused: train by so many samples, batches or epochs. The answer comes when they are done; another step that
    comes before then waits for its turn."""

    op: Literal["step"]
    unit: Literal["sample", "batch", "epoch"]
    count: int = Field(ge=1, le=10_000)


class Speed(Message):
    """How fast to train; `per_second: null` is as fast as the machine can."""

    unit: Literal["updates", "epochs"]
    per_second: float | None = Field(ge=0.1, le=10_000)


class SetSpeed(Command, Speed):
    """Choose how fast `play` trains."""

    op: Literal["speed"]


class Change(Command):
    """Go on with another experiment. The answer says what of the network was kept and what renewed. Where it begins
    anew, `past` is that of a reset."""

    op: Literal["change"]
    experiment: dict[str, Any]


class Reset(Command):
    """Start again from the initial weights, perhaps of another experiment. What was before is put aside: `past` in the
    answer is its number, null where nothing had happened yet."""

    op: Literal["reset"]
    experiment: dict[str, Any] | None = None


class Seek(Command):
    """Show an earlier moment, or go forward again as far as the run has come; it pauses there. Playing on repeats what
    was, bit for bit. The answer's `step` may be an earlier one, where the way to the one asked for is long."""

    op: Literal["seek"]
    step: int = Field(ge=0, le=MAX_ID)


class TakeBack(Command):
    """Go back to just before what was changed after so many updates: all weights and settings are as they were, and
    what came later is forgotten. It goes on playing if it did."""

    op: Literal["take_back"]
    step: int = Field(ge=0, le=MAX_ID)


class BringBack(Command):
    """Take a reset back: all is as it was before it, with its curve and its earlier moments, and what came later is
    forgotten. `past`: the number that the reset's answer told."""

    op: Literal["bring_back"]
    past: int = Field(ge=0, le=MAX_ID)


class Edit(Command):
    """Set one weight of a layer, or its bias where `input` is null."""

    op: Literal["edit"]
    layer: int = Field(ge=0, le=100)
    unit: int = Field(ge=0, le=1000)
    input: int | None = Field(ge=0, le=1000)
    value: float = Field(ge=-1000, le=1000)


class Watch(Command):
    """Choose which views this socket is shown."""

    op: Literal["watch"]
    views: list[Annotated[str, Field(max_length=LONGEST_VIEW)]] = Field(max_length=16)


class Ack(Message):
    """The frame `seq`, and all before it, is drawn. It has no id and gets no answer."""

    op: Literal["ack"]
    seq: int = Field(ge=0, le=MAX_ID)


AnyCommand = Play | Pause | Step | SetSpeed | Change | Reset | Seek | TakeBack | BringBack | Edit | Watch
AnyMessage = Annotated[AnyCommand | Ack, Field(discriminator="op")]
OPS = tuple(get_args(kind.model_fields["op"].annotation)[0] for kind in (*get_args(AnyCommand), Ack))
MESSAGE: TypeAdapter[AnyCommand | Ack] = TypeAdapter(AnyMessage)
COMMAND: TypeAdapter[AnyCommand] = TypeAdapter(Annotated[AnyCommand, Field(discriminator="op")])


class BadMessage(ValueError):
    """A message outside the protocol; `answer` is the text to send back."""

    def __init__(self, id: int | None, code: str, sentence: str, problems: Iterable[Mapping[str, str]] = ()) -> None:
        super().__init__(sentence)
        self.code = code
        self.answer = error_answer(id, error_body(code, sentence, problems))


def parse_message(text: str) -> AnyCommand | Ack:
    """What a socket said, or BadMessage."""
    return parsed(text, MESSAGE, OPS)


def parsed(text: str, kind: TypeAdapter[T], ops: Sequence[str]) -> T:
    """What a JSON text says, as one of these kinds of messages; raises BadMessage."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadMessage(None, "bad_message", "Expected a JSON object, got text that is not JSON.") from None
    try:
        return kind.validate_python(document)
    except ValidationError as error:
        raise bad_message(document, error, ops) from None


OUT_OF_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def bad_message(document: object, error: ValidationError, ops: Sequence[str]) -> BadMessage:
    detail = error.errors(include_url=False, include_input=False)[0]
    code = "range" if detail["type"] in OUT_OF_RANGE else "bad_message"
    return BadMessage(id_of(document), code, sentence_of(detail, ops))


def sentence_of(detail: ErrorDetails, ops: Sequence[str]) -> str:
    place = ".".join(map(str, detail["loc"][1:]))  # the first part is the op
    match detail["type"]:
        case "union_tag_invalid" | "union_tag_not_found":
            return "op: expected one of " + ", ".join(ops)
        case "extra_forbidden":
            return "Expected only the fields that the op knows, got another."
        case "missing":
            return f"{place}: expected a value, got nothing"
    if not place:
        return "Expected a JSON object."
    return f"{place}: {detail['msg'].replace('Input should be', 'expected')}"


def id_of(document: object) -> int | None:
    """The id a bad message carries, if that much of it is right."""
    id = document.get("id") if isinstance(document, dict) else None
    return id if type(id) is int and 0 <= id <= MAX_ID else None
