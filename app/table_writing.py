"""Table writing: what a process of the lab does for a table that somebody carries away."""

from collections.abc import Iterator

from core.data.columns import Table
from core.data.writing import encoded


def write(packed: bytes) -> Iterator[bytes]:
    """A table as CSV: in UTF-8 with its mark, by which spreadsheets know what it is."""
    yield encoded(Table.unpacked(packed))
