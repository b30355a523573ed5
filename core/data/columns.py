"""Columns: a table that somebody brought, as numbers. Documents only name it, by a hash of what it is: whoever trains
on it has it at hand."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import orjson
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

Array = NDArray[Any]

HEADER = "header"
DIGEST_BYTES = 16


class NotATable(ValueError):
    """The bytes hold no table."""


@dataclass(frozen=True)
class Column:
    """One quantity of every row: numbers, or names of categories. NaN is a cell that is missing."""

    name: str
    cells: Array  # (rows,) float64: numbers, or places in `values`
    values: tuple[str, ...] = ()  # the names of its categories; none where it is numeric

    @property
    def is_numeric(self) -> bool:
        return not self.values

    @property
    def missing(self) -> int:
        """How many cells have nothing in them."""
        return int(np.isnan(self.cells).sum())


@dataclass(frozen=True)
class Table:
    """Columns of the same length, each with a name of its own."""

    columns: tuple[Column, ...]

    @property
    def rows(self) -> int:
        return len(self.columns[0].cells)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    @cached_property
    def packed(self) -> bytes:
        """All of it as bytes: the same table has the same."""
        header = orjson.dumps([{"name": column.name, "values": column.values} for column in self.columns])
        cells = {f"{place:02}": narrowed(column.cells) for place, column in enumerate(self.columns)}
        return safetensors.numpy.save({HEADER: np.frombuffer(header, np.uint8), **cells})

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        """Raises NotATable."""
        try:
            arrays = safetensors.numpy.load(data)
            header = orjson.loads(arrays.pop(HEADER).tobytes())
            columns = [
                Column(str(told["name"]), arrays[f"{place:02}"].astype(float), tuple(map(str, told["values"])))
                for place, told in enumerate(header)
            ]
            check(columns)
        except (safetensors.SafetensorError, LookupError, TypeError, ValueError) as error:
            raise NotATable(f"expected a packed table: {error}") from error
        return cls(tuple(columns))

    @cached_property
    def id(self) -> str:
        """22 letters, digits, - and _ that no other table has: a hash of what is in it."""
        return id_of(self.packed)


def id_of(packed: bytes) -> str:
    """The id of a packed table."""
    digest = hashlib.blake2b(packed, digest_size=DIGEST_BYTES).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def narrowed(cells: Array) -> Array:
    """The same numbers in as few bytes as say them exactly."""
    for kind in (np.float16, np.float32):
        with np.errstate(over="ignore"):
            narrow = cells.astype(kind)
        if np.array_equal(narrow.astype(float), cells, equal_nan=True):
            return narrow
    return np.ascontiguousarray(cells, float)


def check(columns: Sequence[Column]) -> None:
    """Raises ValueError where these are no columns of one table."""
    names, lengths = {column.name for column in columns}, {column.cells.shape for column in columns}
    if len(names) != len(columns) or len(lengths) != 1 or len(*lengths) != 1:
        raise ValueError("expected columns of one length, each with a name of its own")
    for column in columns:
        cells = column.cells[~np.isnan(column.cells)]
        if not np.isfinite(cells).all():
            raise ValueError(f"{column.name}: expected finite numbers")
        if column.values and not (np.isin(cells, range(len(column.values))).all()):
            raise ValueError(f"{column.name}: expected places in its values")
