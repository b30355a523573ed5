"""Writing: a table as text that spreadsheets and `read_table` read again.

A spreadsheet runs a cell that begins with =, +, - or @ as a formula. Such a text is written with ' before it, as a
spreadsheet shows it too, and read without; a number is no formula. Where others have written a formula as it is, they
have marked none, and all texts beside it are read as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from io import StringIO

import numpy as np

from core.data.columns import Column, Table
from core.data.rows import NUMBERS

FORMULA = re.compile(r"'*[=+\-@]")
MARKED = re.compile(r"'+[=+\-@]")


def written(table: Table) -> str:
    """Comma-separated values with a header. Encode them as utf-8-sig, by which spreadsheets know what they are.

    `read_table` gives the same table again, told that it is so written, and which columns are of categories."""
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


def unmarked(texts: Collection[str]) -> list[str]:
    """Texts that stand in one row or column as they were before they were marked."""
    if any(is_formula(text) and not MARKED.match(text) for text in texts):
        return [*texts]
    return [text[1:] if MARKED.match(text) else text for text in texts]


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it, marked or not."""
    return FORMULA.match(text) is not None and not NUMBERS["."].fullmatch(text)
