"""Snapshot: a moment of a run as bytes. A signature, a checksum, then one safetensors blob; no pickle anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import orjson
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

Array = NDArray[Any]

SIGNATURE = b"PLAYGND2"  # the last character is the version
CHECKSUM_BYTES = 32
HEAD_BYTES = len(SIGNATURE) + CHECKSUM_BYTES
DOCUMENT = "document"
LONGEST_TEXT = 500
COPIES, LEAST_ROOM = 3, 2**20
SAFETENSOR = safetensors.SafetensorError


class SnapshotError(ValueError):
    """The bytes are not a snapshot that this version can go on from."""


def packed(document: dict[str, Any], arrays: dict[str, Array]) -> bytes:
    """A JSON document and named arrays as one signed and checksummed run of bytes."""
    text = orjson.dumps(_texts(document))
    _check_room(sum(array.nbytes for array in arrays.values()))
    blob = safetensors.numpy.save({DOCUMENT: np.frombuffer(text, np.uint8), **arrays})
    return SIGNATURE + hashlib.sha256(blob).digest() + blob


def _texts(value: Any) -> Any:
    """Whole numbers beyond 64 bits, as a generator's state has them, become text."""
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    return f"int:{value}" if isinstance(value, int) and value.bit_length() > 63 else value


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    return int(value[4:]) if isinstance(value, str) and value.startswith("int:") else value


def unpacked(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The document and the arrays of a snapshot; raises SnapshotError when it is not whole."""
    signature, checksum, blob = data[: len(SIGNATURE)], data[len(SIGNATURE) : HEAD_BYTES], data[HEAD_BYTES:]
    if signature[:-1] != SIGNATURE[:-1]:
        raise SnapshotError("expected a snapshot of a playground run, got other data")
    if signature != SIGNATURE:
        raise SnapshotError(f"expected snapshot version {SIGNATURE[-1:].decode()}, got {signature[-1:]!r}")
    if hashlib.sha256(blob).digest() != checksum:
        raise SnapshotError("the snapshot is damaged: its checksum does not match")
    _check_room(len(blob))
    with complaints():
        arrays = safetensors.numpy.load(blob)
        document: dict[str, Any] = _numbers(orjson.loads(arrays.pop(DOCUMENT).tobytes()))
        return document, arrays


def _check_room(size: int) -> None:
    """Raises MemoryError where there is no room for so many bytes: safetensors would end the process instead."""
    bytearray(COPIES * size + LEAST_ROOM)


def check_arrays(expected: dict[str, Array], given: dict[str, Array]) -> None:
    """The arrays must be exactly those that the experiment calls for."""
    wanted, got = ({name: _kind(array) for name, array in arrays.items()} for arrays in (expected, given))
    if wanted.keys() != got.keys():
        raise SnapshotError(f"expected the arrays {', '.join(sorted(wanted))}")
    for name, kind in wanted.items():
        if kind != got[name]:
            raise SnapshotError(f"{name}: expected {kind}, got {got[name]}")


def _kind(array: Array) -> str:
    return f"{array.dtype} of shape {array.shape}"


def check_whole(name: str, number: object, most: int) -> None:
    if type(number) is not int or not 0 <= number <= most:
        raise SnapshotError(f"{name}: expected a whole number from 0 to {most}")


def check_text(name: str, text: object) -> None:
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise SnapshotError(f"{name}: expected text of at most {LONGEST_TEXT} characters")


@contextmanager
def complaints() -> Iterator[None]:
    """Anything that a wrong content runs into becomes a SnapshotError."""
    try:
        yield
    except SnapshotError:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, SAFETENSOR) as error:
        raise SnapshotError(f"the snapshot's content is not usable: {error}") from error
