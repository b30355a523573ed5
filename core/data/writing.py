"""Writing: a table as text that spreadsheets and `read_table` read again.

A spreadsheet runs a cell that begins with =, +, - or @ as a formula. Such a text is written with ' before it, as a
spreadsheet shows it too; a number is no formula. It is read without where that, written again, is the same to the last
byte: what anybody else has written is read as it stands.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import StringIO

import numpy as np

from core.data.columns import Column, Table
from core.data.rows import NUMBERS

FORMULA = re.compile(r"'*[=+\-@]")
MARKED = re.compile(r"'+[=+\-@]")
MARKED_CELL = re.compile(rb"[\xbf,\n\"]'+[=+\-@]")  # after the mark of UTF-8, or where a cell begins


def encoded(table: Table) -> bytes:
    """A table as a file: in UTF-8 with its mark, by which spreadsheets know what it is.

    `read_table` gives the same table again, told which columns are of categories."""
    return written(table).encode("utf-8-sig")


def written(table: Table) -> str:
    """Comma-separated values with a header."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([marked(column.name) for column in table.columns])
    writer.writerows(zip(*map(cells_of, table.columns), strict=True))
    return text.getvalue()


def cells_of(column: Column) -> Iterator[str]:
    """Numbers as the shortest text that is exactly them, categories by name, and nothing where a cell is missing."""
    names = [*map(marked, column.values)]
    for cell in column.cells.tolist():
        if np.isnan(cell):
            yield ""
        else:
            yield names[int(cell)] if names else repr(cell).removesuffix(".0")


def marked(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    return f"'{text}" if is_formula(text) else text


def unmarked(text: str) -> str:
    """The text as it was before it was marked."""
    return text[1:] if MARKED.match(text) else text


def may_be_written_here(data: bytes) -> bool:
    """Whether there is a ' that may be of our own writing."""
    return data.startswith(BOM_UTF8) and MARKED_CELL.search(data) is not None


def is_written_here(data: bytes, table: Table) -> bool:
    return encoded(table) == data


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it, marked or not."""
    return FORMULA.match(text) is not None and not NUMBERS["."].fullmatch(text)
