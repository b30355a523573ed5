"""Reading: a table from the text that somebody brings. No value is changed: a cell is exactly the number that is
written there, or the text, or it is missing; and what cannot be so is refused, with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from core.data import at_hand
from core.data.columns import Column, Table
from core.data.rows import (
    LONGEST_CELL,
    NUMBERS,
    Decimal,
    How,
    NotRead,
    Row,
    Separator,
    decimal_of,
    decoded,
    has_header,
    is_missing,
    names_of,
    rows_of,
    separator_of,
    too_long,
    too_wide,
)
from core.data.tabular import FEWEST_ROWS, LONGEST_NAME, MOST_CLASSES, MOST_COLUMNS, MOST_ROWS, MOST_VALUES, Named
from core.data.writing import unmarked
from core.spec import show

HEAD_ROWS = 8
FEW_NUMBERS = 10
LARGEST = float(np.finfo(np.float32).max)
EXACT = 2**53
INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
DIGITS = re.compile(r"([0-9]+)")
LABELS = {"class", "classes", "klasse", "label", "labels", "outcome", "species", "target", "y", "ziel"}
"""What a column is called that is to be told from the others."""

Kind = Literal["table_classes", "table_values"]


@dataclass(frozen=True)
class Facts:
    """What a preview shows of a column: how often it has each of its values, or how its numbers lie."""

    name: str
    is_numeric: bool
    values: tuple[str, ...]
    missing: int
    low: float | None
    high: float | None
    mean: float | None
    may_be_categories: bool
    counts: tuple[int, ...]

    @classmethod
    def of(cls, column: Column) -> Facts:
        cells = column.cells[~np.isnan(column.cells)]
        common = column.name, column.is_numeric, column.values, column.missing
        if not column.is_numeric:
            counts = np.bincount(cells.astype(int), minlength=len(column.values))
            return cls(*common, None, None, None, False, tuple(counts.tolist()))
        is_few = bool((cells == np.floor(cells)).all()) and 2 <= len(np.unique(cells)) <= FEW_NUMBERS
        return cls(*common, float(cells.min()), float(cells.max()), float(cells.mean()), is_few, ())

    @property
    def is_constant(self) -> bool:
        return self.low == self.high if self.is_numeric else len(self.values) == 1

    @property
    def kind(self) -> Kind | None:
        """The kind of data set that tells it from other columns."""
        if self.may_be_categories or 2 <= len(self.values) <= MOST_CLASSES:
            return "table_classes"
        return "table_values" if self.is_numeric and not self.is_constant else None


@dataclass(frozen=True)
class Warned:
    """Something in a table that can be read, but should be known."""

    code: str
    message: str


@dataclass(frozen=True)
class Suggested:
    """What to do with a table: the kind of data set, and the column that is to be told from the others."""

    kind: Kind
    target: str


@dataclass(frozen=True)
class Reading:
    """A table as it was read, how that was, and what there is to say of it."""

    table: Table
    how: How  # nothing is left open
    encoding: str
    columns: tuple[Facts, ...]
    head: list[list[str]]  # the first rows of these columns, as they are written
    left_out: list[str]
    warnings: list[Warned]
    source: bytes = field(repr=False)

    @property
    def suggested(self) -> Suggested | None:
        """The last column that is called as labels are, or else the last one; None where there is nothing to tell, or
        nothing to tell it from."""
        fit = [Suggested(facts.kind, facts.name) for facts in self.columns if facts.kind]
        named = [one for one in fit if is_label(one.target)]
        return (named or fit)[-1] if fit and len(self.columns) > 1 else None

    def data(self, target: str = "", kind: Kind | None = None, called: str = "Table") -> dict[str, Any]:
        """The `data` of an experiment in which the target, or the one suggested, is to be told from all other columns.
        The table is at hand from now on. Raises LookupError."""
        name = target or (self.suggested.target if self.suggested else "")
        facts = next((facts for facts in self.columns if facts.name == name), None)
        if facts is None:
            known = ", ".join(facts.name for facts in self.columns)
            raise LookupError(f"expected one of {known} as the target, got {show(name)}")
        kind = kind or facts.kind
        if facts.is_numeric and kind == "table_classes":
            how = self.how.model_copy(update={"categorical": (*self.how.categorical, name)})
            return read_table(self.source, how).data(name, kind, called)
        at_hand.keep(self.table)
        columns = {column.name: Named.of(column).model_dump(mode="json") for column in self.table.columns}
        told = {"kind": kind or "table_classes", "table": self.table.id, "called": called, "target": columns.pop(name)}
        return {**told, "columns": [*columns.values()], "samples": self.table.rows}


def read_table(data: bytes, how: How | None = None) -> Reading:
    """The table that a text holds: comma-, semicolon-, tab- or bar-separated values in UTF-8, or in UTF-16 that begins
    with its mark. Spaces around a cell are not part of it. Raises NotRead."""
    text, encoding = decoded(data)
    how = how or How()
    separator = how.separator or separator_of(text)
    rows = all_rows(text, separator)
    cells = [row for _, row in rows]
    decimal = how.decimal or decimal_of(cells, separator)
    is_headed = has_header(cells, decimal) if how.has_header is None else how.has_header
    told = {"separator": separator, "decimal": decimal, "has_header": is_headed}
    return Sheet.of(rows, how.model_copy(update=told)).reading(encoding, data)


def all_rows(text: str, separator: Separator) -> list[Row]:
    """All rows, each as wide as the first. Raises NotRead."""
    rows: list[Row] = []
    width = 0
    for line, cells in rows_of(text, separator):
        width = width or len(cells)
        if width > MOST_COLUMNS:
            raise too_wide(line, width)
        if len(cells) != width:
            if len(cells) == 1 and not cells[0].strip():  # an empty line with spaces in it
                continue
            message = f"line {line} has {len(cells)} cells, expected {width}"
            raise NotRead("ragged", message, line, min(len(cells), width) + 1)
        if len(rows) > MOST_ROWS:
            raise too_many(line)
        rows.append((line, cells))
    if not rows:
        raise NotRead("no_rows", "expected a table, got a text without any rows")
    return rows


def too_many(line: int) -> NotRead:
    return NotRead("too_many_rows", f"line {line}: expected at most {MOST_ROWS} rows, got another", line)


@dataclass(frozen=True)
class Written:
    """A column as it is written."""

    name: str
    number: int  # from 1
    cells: list[str]
    lines: list[int]
    decimal: Decimal

    def read(self, is_categorical: bool) -> tuple[Column | None, Warned | None]:
        """The column, or none where it is left out, and what there is to say of it. Raises NotRead."""
        is_number = NUMBERS[self.decimal].fullmatch
        present = [cell for cell in self.cells if not is_missing(cell)]
        others = [cell for cell in present if not is_number(cell)]
        if not present:
            return None, Warned("empty_column", f'column "{self.name}" has nothing in it, and is left out')
        if is_categorical:
            return self.categories({cell: unmarked(cell) for cell in present}), None
        if all(INFINITE.fullmatch(cell) for cell in others):
            return self.numbers()
        return self.named_or_left_out(present, others)

    def named_or_left_out(self, present: list[str], others: list[str]) -> tuple[Column | None, Warned | None]:
        """Categories, where there are few; else text, unless most of its cells are numbers."""
        names = {cell: unmarked(cell) for cell in set(present)}
        is_mostly_numbers = 2 * len(others) <= len(present)
        row = self.cells.index(others[0])
        if len({*names.values()}) <= MOST_VALUES and max(map(len, names.values())) <= LONGEST_NAME:
            message = (
                f'column "{self.name}" is read as categories: {show(others[0])} in line {self.lines[row]} is no number'
            )
            return self.categories(names), Warned("mixed", message) if is_mostly_numbers else None
        if is_mostly_numbers:
            raise self.refusal("not_a_number", row, "a number", show(others[0]))
        count = len(names)
        message = f'column "{self.name}" is left out: its {count} different texts are neither numbers nor categories'
        return None, Warned("text_column", message)

    def numbers(self) -> tuple[Column, Warned | None]:
        plain = (cell.replace(",", ".") for cell in self.cells) if self.decimal == "," else self.cells
        cells = np.array([np.nan if is_missing(cell) else float(cell) for cell in plain])
        size = np.abs(cells)
        for row in np.flatnonzero(np.isinf(cells))[:1]:
            raise self.refusal("non_finite", row, "a finite number", show(self.cells[row]))
        for row in np.flatnonzero(size > LARGEST)[:1]:
            raise self.refusal("out_of_range", row, f"a number up to {LARGEST:.4g} in size", show(self.cells[row]))
        for row in np.flatnonzero(size > EXACT):
            if self.cells[row].lstrip("+-").isdecimal():
                place = f'line {self.lines[row]}, column "{self.name}"'
                message = f"{place}: of whole numbers beyond {EXACT} only about 16 digits are kept"
                return Column(self.name, cells), Warned("precision", message)
        return Column(self.name, cells), None

    def categories(self, names: dict[str, str]) -> Column:
        """The column as categories, by what the category of each text is called."""
        values = sorted({*names.values()}, key=natural)
        if len(values) > MOST_VALUES:
            message = f'column "{self.name}": expected at most {MOST_VALUES} categories, got {len(values)}'
            raise NotRead("too_many_categories", message, None, self.number)
        if (longest := max(values, key=len)) and len(longest) > LONGEST_NAME:
            row = next(row for row, cell in enumerate(self.cells) if names.get(cell) == longest)
            raise self.refusal("too_large", row, f"at most {LONGEST_NAME} characters in a category", len(longest))
        places = {name: float(place) for place, name in enumerate(values)}
        found = {cell: places[name] for cell, name in names.items()}
        return Column(self.name, np.array([found.get(cell, np.nan) for cell in self.cells]), tuple(values))

    def refusal(self, code: str, row: int, wanted: str, got: object) -> NotRead:
        line = self.lines[row]
        message = f'line {line}, column "{self.name}": expected {wanted}, got {got}'
        return NotRead(code, message, line, self.number)


@dataclass(frozen=True)
class Sheet:
    """All columns as they are written."""

    columns: list[Written]
    renamed: list[Warned]
    how: How

    @classmethod
    def of(cls, rows: Sequence[Row], how: How) -> Sheet:
        """Raises NotRead."""
        line, first = rows[0]
        body = rows[1:] if how.has_header else rows
        if not body:
            raise NotRead("no_rows", "expected rows below the names of the columns, got none")
        if len(body) < FEWEST_ROWS:
            raise NotRead("too_few_rows", f"expected at least {FEWEST_ROWS} rows, got {len(body)}")
        if len(body) > MOST_ROWS:
            raise too_many(body[MOST_ROWS][0])
        given = [unmarked(cell.strip()) if how.has_header else "" for cell in first]
        names = names_of(given, line)
        texts = zip(*(cells for _, cells in body), strict=True)
        lines = [line for line, _ in body]
        columns = [
            Written(name, number, [*map(str.strip, cells)], lines, how.decimal or ".")
            for number, (name, cells) in enumerate(zip(names, texts, strict=True), start=1)
        ]
        return cls(columns, renamings(given, names) if how.has_header else [], how)

    def reading(self, encoding: str, source: bytes) -> Reading:
        """Raises NotRead."""
        self.check()
        found = [(written, *written.read(written.name in self.how.categorical)) for written in self.columns]
        kept = [(written, column) for written, column, _ in found if column]
        if not kept:
            raise NotRead("no_columns", "expected a column of numbers or of categories, got none")
        table = Table(tuple(column for _, column in kept))
        facts = tuple(map(Facts.of, table.columns))
        said = [*self.renamed, *(warned for *_, warned in found if warned), *monotony(facts)]
        head = [[*row] for row in zip(*(written.cells[:HEAD_ROWS] for written, _ in kept), strict=True)]
        left_out = [written.name for written, column, _ in found if not column]
        return Reading(table, self.how, encoding, facts, head, left_out, said, source)

    def check(self) -> None:
        """Raises NotRead where a cell is too long, or a column asked for is not here."""
        for column in self.columns:
            if (length := max(map(len, column.cells))) > LONGEST_CELL:
                row = next(row for row, cell in enumerate(column.cells) if len(cell) == length)
                raise too_long(column.lines[row], column.number, length)
        if unknown := {*self.how.categorical} - {column.name for column in self.columns}:
            message = f"expected a column of the table as categories, got {show(min(unknown))}"
            raise NotRead("unknown_column", message)


def renamings(given: Iterable[str], names: Iterable[str]) -> list[Warned]:
    """What there is to say of columns without a name of their own."""
    changed = [(number, *pair) for number, pair in enumerate(zip(given, names, strict=True), 1) if pair[0] != pair[1]]
    return [
        Warned("renamed", f'column {number} is called "{name}", because "{was}" is the name of another')
        if was
        else Warned("renamed", f'column {number} is called "{name}", because it has no name')
        for number, was, name in changed
    ]


def monotony(columns: Sequence[Facts]) -> Iterator[Warned]:
    """What there is to say of columns that are the same in every row: nothing can be told from them."""
    for place, facts in enumerate(columns):
        if facts.is_constant and (is_label(facts.name) or place == len(columns) - 1):
            yield Warned("one_class", f'column "{facts.name}" has one value only: there is nothing to tell in it')
        elif facts.is_constant:
            yield Warned("constant", f'column "{facts.name}" has the same value in every row')


def is_label(name: str) -> bool:
    return name.casefold() in LABELS


def natural(text: str) -> tuple[int, float, list[str | int], str]:
    """The order of categories: numbers by size, then texts as people sort them, item 2 before item 10."""
    number = text.replace(",", ".")
    if NUMBERS["."].fullmatch(number):
        return 0, float(number), [], text
    parts: list[str | int] = [
        int(part) if place % 2 else part for place, part in enumerate(DIGITS.split(text.casefold()))
    ]
    return 1, 0.0, parts, text
