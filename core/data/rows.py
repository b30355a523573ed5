"""Rows: the cells of a text of separated values (CSV, TSV), and how they are written: told, or found in the text.

Found is always what the same few rules say of the first lines, and `How` says otherwise where they are wrong.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import islice, product
from typing import Literal

from core.data.tabular import LONGEST_NAME, MOST_COLUMNS
from core.spec import Spec, knob

LONGEST_CELL = 256
LONGEST_LINE = MOST_COLUMNS * (2 * LONGEST_CELL + 3)  # all cells in quotes, and of nothing but quotes
SAMPLE_CHARACTERS, SAMPLE_ROWS = 2**16, 100

Separator = Literal["\t", ";", "|", ","]
Decimal = Literal[".", ","]
SEPARATORS: tuple[Separator, ...] = ("\t", ";", "|", ",")
"""The one that is rarest within a cell comes first."""
SIGNS: dict[str, Separator] = {separator: separator for separator in SEPARATORS}
TOLD = re.compile(r"sep=([\t;|,])\r?\n", re.IGNORECASE)
"""The first line as spreadsheets write it to say what separates the cells."""

BOMS = {codecs.BOM_UTF8: "UTF-8", codecs.BOM_UTF16_LE: "UTF-16-LE", codecs.BOM_UTF16_BE: "UTF-16-BE"}
"""How a text is encoded that begins with these bytes."""

FILES = {
    b"PK\x03\x04": "an archive or a workbook of Excel",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel",
    b"\x93NUMPY": "an array of NumPy",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip file",
    b"%PDF-": "a PDF file",
    b"PAR1": "a Parquet file",
    b"\x89HDF": "an HDF5 file",
    b"SQLite format 3\0": "a database of SQLite",
}
"""What a file is that begins with these bytes: no text."""

EXPONENT = r"(?:e[+-]?\d+)?"
NUMBERS: dict[Decimal, re.Pattern[str]] = {
    mark: re.compile(rf"[+-]?(?:\d+(?:[{mark}]\d*)?|[{mark}]\d+){EXPONENT}", re.ASCII | re.IGNORECASE)
    for mark in (".", ",")
}
"""Plain decimal notation. What is no such number is none: 1_000, 0x1F, or digits of other scripts."""

IN_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+", re.ASCII)
NOTHING = ("", "-", "?", "na", "n/a", "nan", "null")
MISSING = {"".join(letters) for word in NOTHING for letters in product(*zip(word, word.upper(), strict=True))}
"""What is written where nothing is known, in capitals or not."""

Row = tuple[int, list[str]]
"""The line that a row begins in, as an editor counts, and its cells."""


Code = Literal[
    "not_csv",
    "encoding",
    "nul",
    "quote",
    "unclosed_quote",
    "too_large",
    "ragged",
    "no_rows",
    "too_few_rows",
    "too_many_rows",
    "too_many_columns",
    "no_columns",
    "unknown_column",
    "name",
    "not_a_number",
    "non_finite",
    "out_of_range",
    "too_many_categories",
]


class NotRead(ValueError):
    """A text from which no table can be read: a code, a sentence, and the place: a line of the text and a column, both
    counted from 1."""

    def __init__(self, code: Code, message: str, row: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.code, self.row, self.column = code, row, column


class How(Spec):
    """How a table is written. What is not told is found."""

    separator: Separator | None = knob("What stands between two cells.", default=None)
    decimal: Decimal | None = knob("What stands before the decimals of a number.", default=None)
    has_header: bool | None = knob("Whether the first row names the columns.", default=None)
    categorical: tuple[str, ...] = knob(
        "Columns whose numbers name categories.", default=(), max_length=MOST_COLUMNS, strict=False
    )


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and how it was encoded. Raises NotRead."""
    for start, kind in FILES.items():
        if data.startswith(start):
            raise NotRead("not_csv", f"expected a table as text (CSV or TSV), got {kind}: save it as CSV")
    bom, encoding = next(((bom, name) for bom, name in BOMS.items() if data.startswith(bom)), (b"", "UTF-8"))
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        row = line_of(data[len(bom) :][: error.start].decode(encoding))
        offset = len(bom) + error.start
        message = f"line {row:,}: expected text in {encoding}, got other bytes at offset {offset:,}: save it as UTF-8"
        raise NotRead("encoding", message, row) from None
    if "\0" in text:
        row = line_of(text[: text.index("\0")])
        raise NotRead("nul", f"line {row:,}: expected text, got the character NUL: save it as UTF-8", row)
    return text, encoding


def line_of(before: str) -> int:
    """The line that comes after this text, from 1."""
    return before.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1


def rows_of(text: str, separator: Separator) -> Iterator[Row]:
    """All rows but the empty ones, and but a first line that only tells the separator, as they are read. Raises
    NotRead."""
    lines = lines_of(text, separator)
    start = above = 1
    if TOLD.match(text):
        next(lines)
        start = above = 2
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = reader.line_num + above
    except csv.Error as error:
        raise broken(str(error), start) from None


def lines_of(text: str, separator: Separator) -> Iterator[str]:
    """The lines with their ends. Raises NotRead at one that no row of a table can have."""
    for number, line in enumerate(StringIO(text, newline=""), start=1):
        if len(line) > LONGEST_LINE:
            cells = line.rstrip("\r\n").split(separator, MOST_COLUMNS)
            if len(cells) > MOST_COLUMNS:
                raise too_wide(number, line.count(separator) + 1)
            longest = max(cells, key=len)
            raise too_long(number, cells.index(longest) + 1, len(longest))
        yield line


def too_wide(row: int, width: int) -> NotRead:
    message = f"line {row:,}: expected at most {MOST_COLUMNS} columns, got {width:,}"
    return NotRead("too_many_columns", message, row, MOST_COLUMNS + 1)


def too_long(row: int, column: int, length: int) -> NotRead:
    message = f"line {row:,}, column {column}: expected at most {LONGEST_CELL} characters in a cell, got {length:,}"
    return NotRead("too_large", message, row, column)


def long_name(row: int, column: int, length: int) -> NotRead:
    message = f"line {row:,}, column {column}: expected a name of at most {LONGEST_NAME} characters, got {length:,}"
    return NotRead("name", message, row, column)


def broken(error: str, row: int) -> NotRead:
    """What is wrong with the quotes of a row, by what the reader says."""
    if "unexpected" in error:
        return NotRead("unclosed_quote", f'line {row:,}: expected a closing ", got the end of the text', row)
    if "limit" in error:
        message = (
            f'line {row:,}: expected at most {LONGEST_CELL} characters in a cell, got far more: is there a closing "?'
        )
        return NotRead("too_large", message, row)
    return NotRead(
        "quote", f'line {row:,}: expected a separator or the end of the line after a closing ", got text', row
    )


# --- what is found --------------------------------------------------------------------------------------------------


def separator_of(text: str) -> Separator:
    """What the text itself says, or what cuts most of the first lines into as many cells as the first one, or as the
    first one below a title, and into two or more if any does."""
    if told := TOLD.match(text):
        return SIGNS[told[1]]
    sample = text[:SAMPLE_CHARACTERS]
    if len(text) > len(sample):  # the last line may not be whole
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample

    def merit(separator: Separator) -> tuple[int, int, bool]:
        widths = list(widths_of(sample, separator))
        below = widths[titles_in(widths) :]
        alike = below.count(below[0]) if below else 0
        is_cut = bool(below) and below[0] > 1 and (len(below) == len(widths) or 2 * alike > len(widths))
        return alike * is_cut, alike, separator == "," and not is_cut

    return max(SEPARATORS, key=merit)


def titles_in(widths: Sequence[int]) -> int:
    """How many rows of one cell stand above the first row of several: they are no rows of the table."""
    return next((place for place, width in enumerate(widths) if width > 1), 0)


def widths_of(sample: str, separator: Separator) -> Iterator[int]:
    """How many cells the first rows have; as far as they can be read."""
    try:
        yield from (len(cells) for _, cells in islice(rows_of(sample, separator), SAMPLE_ROWS))
    except NotRead:
        return


def decimal_of(rows: Iterable[Sequence[str]], separator: Separator) -> Decimal:
    """The comma, where more cells are numbers with a comma than with a point, and one of them cannot be a number whose
    thousands are set apart. Between commas it is the point."""
    if separator == ",":
        return "."
    commas = numbers_with(",", rows)
    is_clear = any(not IN_THOUSANDS.fullmatch(cell.strip()) for cell in commas)
    return "," if is_clear and len(commas) > len(numbers_with(".", rows)) else "."


def numbers_with(mark: Decimal, rows: Iterable[Sequence[str]]) -> list[str]:
    is_number = NUMBERS[mark].fullmatch
    return [cell for row in rows for cell in row if mark in cell and is_number(cell.strip())]


def has_header(rows: Sequence[Sequence[str]], decimal: Decimal) -> bool:
    """Whether the first row names the columns. Each column that is of numbers below says yes if it begins with a text,
    no if it begins with a number, and most of them are believed. Where none says anything the first row is a header if
    its cells are all different texts, and none comes again in its own column."""
    first, *below = [[cell.strip() for cell in row] for row in rows[:SAMPLE_ROWS]]
    columns = list(zip(*below, strict=True)) or [()] * len(first)
    votes = [vote(name, cells, decimal) for name, cells in zip(first, columns, strict=True)]
    if any(votes):
        return sum(votes) > 0
    is_told_apart = len(set(first)) == len(first) and not any(name in MISSING for name in first)
    is_new = not any(name in cells for name, cells in zip(first, columns, strict=True))
    return is_told_apart and is_new and not any(NUMBERS[decimal].fullmatch(name) for name in first)


def vote(name: str, cells: Sequence[str], decimal: Decimal) -> int:
    """1 where numbers stand below a text, −1 where they stand below a number, else 0."""
    is_number = NUMBERS[decimal].fullmatch
    present = [cell for cell in cells if cell not in MISSING]
    if name in MISSING or not present or not all(map(is_number, present)):
        return 0
    return -1 if is_number(name) else 1


def names_of(first: Sequence[str], row: int) -> list[str]:
    """A name for each column, none twice: x_2 where x comes again, col3 where the third has none. Raises NotRead."""
    for column, name in enumerate(first, start=1):
        if len(name) > LONGEST_NAME:
            raise long_name(row, column, len(name))
    wanted = [name or f"col{column}" for column, name in enumerate(first, start=1)]
    names: list[str] = []
    for name in wanted:
        names.append(name if name not in names else unlike(name, {*wanted, *names}))
    return names


def unlike(name: str, taken: set[str]) -> str:
    """The name with the first number that makes it another than all these."""
    endings = (f"_{number}" for number in range(2, MOST_COLUMNS + 2))
    tried = (f"{name[: LONGEST_NAME - len(ending)]}{ending}" for ending in endings)
    return next(each for each in tried if each not in taken)
