"""Reading: a table from the text that somebody brings. No value is changed: a cell is exactly the number that is
written there, or the text, or it is missing; and what cannot be so is refused, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from core.data import at_hand
from core.data.cells import TextColumn, Warned, quoted
from core.data.columns import Column, Table
from core.data.rows import (
    LONGEST_CELL,
    How,
    NotRead,
    Row,
    Separator,
    decimal_of,
    decoded,
    has_header,
    names_of,
    rows_of,
    separator_of,
    too_long,
    too_wide,
)
from core.data.tabular import FEWEST_ROWS, MOST_CLASSES, MOST_COLUMNS, MOST_ROWS, Named
from core.data.writing import is_written_here, may_be_written_here, unmarked
from core.spec import show

HEAD_ROWS = 8
FEW_NUMBERS = 10
MOST_TITLES = 8
LABELS = {"class", "classes", "klasse", "label", "labels", "outcome", "species", "survived", "target", "ziel"}
"""What a column is called that is to be told from the others."""

Kind = Literal["table_classes", "table_values"]


@dataclass(frozen=True)
class Facts:
    """What a preview shows of a column: its different values and how often it has each, or how its numbers lie."""

    name: str
    is_numeric: bool
    values: tuple[str, ...]
    missing: int
    low: float | None
    high: float | None
    mean: float | None
    may_be_categories: bool
    counts: tuple[int, ...]
    distinct: int

    @classmethod
    def of(cls, column: Column) -> Facts:
        cells = column.cells[~np.isnan(column.cells)]
        common = column.name, column.is_numeric, column.values, column.missing
        if not column.is_numeric:
            counts = np.bincount(cells.astype(int), minlength=len(column.values))
            return cls(*common, None, None, None, False, tuple(counts.tolist()), len(column.values))
        if not len(cells):
            return cls(*common, None, None, None, False, (), 0)
        distinct = len(np.unique(cells))
        is_few = 2 <= distinct <= FEW_NUMBERS and bool((cells == np.floor(cells)).all())
        return cls(*common, float(cells.min()), float(cells.max()), float(cells.mean()), is_few, (), distinct)

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
    if may_be_written_here(data):
        with suppress(NotRead):
            ours = reading_of(data, how or How(), is_ours=True)
            if is_written_here(data, ours.table):
                return ours
    return reading_of(data, how or How(), is_ours=False)


def reading_of(data: bytes, how: How, is_ours: bool) -> Reading:
    """`is_ours`: without the ' by which we keep texts from being run as formulas. Raises NotRead."""
    text, encoding = decoded(data)
    rows, titles, how = rows_and_how(text, how)
    columns, renamed = text_columns(rows, how, is_ours)
    check(columns, how)
    found = [(texts, *texts.read(texts.name in how.categorical)) for texts in columns]
    kept = [(texts, column) for texts, column, _ in found if column]
    if not kept:
        if len(columns) == 1:
            separators = "commas, semicolons, tabs or bars"
            raise NotRead("no_columns", f"expected columns with {separators} between them, got a single one of text")
        raise NotRead("no_columns", "expected a column of numbers or of categories, got none")
    facts = tuple(Facts.of(column) for _, column in kept)
    return Reading(
        table=Table(tuple(column for _, column in kept)),
        how=how,
        encoding=encoding,
        columns=facts,
        head=[[*row] for row in zip(*(texts.cells[:HEAD_ROWS] for texts, _ in kept), strict=True)],
        left_out=[texts.name for texts, column, _ in found if not column],
        warnings=[*left_above(titles), *renamed, *(warned for *_, warned in found if warned), *constants(facts)],
        source=data,
    )


def rows_and_how(text: str, how: How) -> tuple[list[Row], list[Row], How]:
    """All rows, titles above them, and how they are written, with nothing left open. Raises NotRead."""
    separator = how.separator or separator_of(text)
    rows, titles = all_rows(text, separator)
    cells = [row for _, row in rows]
    decimal = how.decimal or decimal_of(cells, separator)
    is_headed = has_header(cells, decimal) if how.has_header is None else how.has_header
    return rows, titles, how.model_copy(update={"separator": separator, "decimal": decimal, "has_header": is_headed})


def all_rows(text: str, separator: Separator) -> tuple[list[Row], list[Row]]:
    """All rows, each as wide as the first, and titles above them: rows of a single cell. Raises NotRead."""
    rows: list[Row] = []
    titles: list[Row] = []
    width = 0
    for line, cells in rows_of(text, separator):
        if width == 1 < len(cells) and len(rows) <= MOST_TITLES:
            width, titles, rows = 0, rows, []
        width = width or len(cells)
        if width > MOST_COLUMNS:
            raise too_wide(line, width)
        if len(cells) != width:
            if len(cells) == 1 and not cells[0].strip():  # an empty line with spaces in it
                continue
            raise ragged(line, len(cells), width)
        if len(rows) > MOST_ROWS:
            raise too_many(line)
        rows.append((line, cells))
    if not rows:
        raise NotRead("no_rows", "expected a table, got a text without any rows")
    return rows, titles


def left_above(titles: Sequence[Row]) -> Iterator[Warned]:
    """What there is to say of lines that stand above the table."""
    for line, (title,) in titles:
        if title.strip():
            yield Warned("title", f"Line {line:,} is left out: {show(title)} stands above the table.")


def ragged(line: int, width: int, wanted: int) -> NotRead:
    has = "1 cell" if width == 1 else f"{width:,} cells"
    return NotRead("ragged", f"line {line:,} has {has}, expected {wanted}", line, min(width, wanted) + 1)


def too_many(line: int) -> NotRead:
    return NotRead("too_many_rows", f"line {line:,}: expected at most {MOST_ROWS:,} rows, got another", line)


def text_columns(rows: Sequence[Row], how: How, is_ours: bool) -> tuple[list[TextColumn], list[Warned]]:
    """All columns as they are written, and what there is to say of their names. Raises NotRead."""
    line, first = rows[0]
    body = rows[1:] if how.has_header else rows
    if not body:
        raise NotRead("no_rows", "expected rows below the names of the columns, got none")
    if len(body) < FEWEST_ROWS:
        raise NotRead("too_few_rows", f"expected at least {FEWEST_ROWS} rows, got {len(body)}")
    if len(body) > MOST_ROWS:
        raise too_many(body[MOST_ROWS][0])
    given = [cell.strip() if how.has_header else "" for cell in first]
    given = [*map(unmarked, given)] if is_ours else given
    names = names_of(given, line)
    lines = [line for line, _ in body]
    texts = zip(*(cells for _, cells in body), strict=True)
    columns = [
        TextColumn(name, number, [*map(str.strip, cells)], lines, how.decimal or ".", is_ours)
        for number, (name, cells) in enumerate(zip(names, texts, strict=True), start=1)
    ]
    return columns, [*renamings(given, names)] if how.has_header else []


def check(columns: Sequence[TextColumn], how: How) -> None:
    """Raises NotRead where a cell is too long, or a column asked for is not here."""
    for column in columns:
        if (length := max(map(len, column.cells))) > LONGEST_CELL:
            row = next(row for row, cell in enumerate(column.cells) if len(cell) == length)
            raise too_long(column.lines[row], column.number, length)
    if unknown := {*how.categorical} - {column.name for column in columns}:
        raise NotRead("unknown_column", f"expected a column of the table as categories, got {show(min(unknown))}")


def renamings(given: Sequence[str], names: Sequence[str]) -> Iterator[Warned]:
    """What there is to say of columns without a name of their own."""
    for number, (was, name) in enumerate(zip(given, names, strict=True), start=1):
        if not was:
            yield Warned("renamed", f"Column {number} has no name, and is called {quoted(name)}.")
        elif was != name:
            yield Warned("renamed", f"Column {number} is called {quoted(name)}: {quoted(was)} is another.")


def constants(columns: Sequence[Facts]) -> Iterator[Warned]:
    """What there is to say of columns that are the same in every row: nothing can be told from them."""
    for place, facts in enumerate(columns):
        if facts.is_constant and (is_label(facts.name) or place == len(columns) - 1):
            yield Warned("one_class", f"Column {quoted(facts.name)} has one value only: there is nothing to tell.")
        elif facts.is_constant:
            yield Warned("constant", f"Column {quoted(facts.name)} has the same value in every row.")


def is_label(name: str) -> bool:
    return name.casefold() in LABELS
