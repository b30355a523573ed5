"""Cells: a column of texts becomes one of numbers or of categories, or is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.columns import Column
from core.data.rows import MISSING, NUMBERS, Code, Decimal, NotRead
from core.data.tabular import LONGEST_NAME, MOST_VALUES
from core.data.writing import unmarked
from core.spec import show

Array = NDArray[Any]

LARGEST = float(np.finfo(np.float32).max)
ALWAYS_EXACT = 15  # so many digits any number keeps
INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?P<mark>[.,' \u00a0\u202f’])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,]\d+)?")
DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Warned:
    """Something in a table that can be read, but should be known."""

    code: Literal["title", "renamed", "empty_column", "text_column", "mixed", "precision", "constant", "one_class"]
    message: str


@dataclass(frozen=True)
class TextColumn:
    """A column as it is written, and the lines that its cells are in."""

    name: str
    number: int  # from 1
    cells: list[str]
    lines: list[int]
    decimal: Decimal
    is_ours: bool  # with a ' before what is no formula

    @property
    def called(self) -> str:
        return quoted(self.name)

    def read(self, is_categorical: bool) -> tuple[Column | None, Warned | None]:
        """The column, or none where it is left out, and what there is to say of it. Raises NotRead."""
        is_number = NUMBERS[self.decimal].fullmatch
        present = [cell for cell in self.cells if cell not in MISSING]
        if not present:
            return None, Warned("empty_column", f"Column {self.called} has nothing in it, and is left out.")
        others = [cell for cell in present if not is_number(cell)]
        if is_categorical:
            return self.categories(self.names_of(present)), None
        if all(INFINITE.fullmatch(cell) for cell in others):
            cells = self.numbers()
            return Column(self.name, cells), self.rounded(cells)
        return self.named_or_left_out(present, others)

    @property
    def pointed(self) -> list[str]:
        """The cells with a point before the decimals."""
        return [cell.replace(",", ".") for cell in self.cells] if self.decimal == "," else self.cells

    def numbers(self) -> Array:
        cells = np.array([np.nan if cell in MISSING else float(cell) for cell in self.pointed])
        beyond = np.flatnonzero(np.abs(cells) > LARGEST)
        for row in beyond[np.isinf(cells[beyond])][:1]:
            raise self.refusal("non_finite", row, "a finite number", show(self.cells[row]))
        for row in beyond[:1]:
            raise self.refusal("out_of_range", row, f"a number up to {LARGEST:.4g} in size", show(self.cells[row]))
        return cells

    def rounded(self, cells: Array) -> Warned | None:
        """What there is to say of numbers that are written otherwise than they are kept: with more digits, or nearer to
        0."""
        if "e" not in "".join(self.cells).lower() and max(map(len, self.cells)) <= ALWAYS_EXACT:
            return None
        written = enumerate(zip(self.pointed, cells.tolist(), strict=True))
        rows = [row for row, (cell, kept) in written if not is_exact(cell, kept)]
        if not rows:
            return None
        first, got = rows[0], repr(float(cells[rows[0]])).removesuffix(".0")
        message = (
            f"Numbers that are rounded in column {self.called}: {len(rows):,}. {show(self.cells[first])} in line "
            f"{self.lines[first]:,} is read as {got}."
        )
        return Warned("precision", message)

    def named_or_left_out(self, present: list[str], others: list[str]) -> tuple[Column | None, Warned | None]:
        """Categories, where there are few; else text, unless most of its cells are numbers."""
        names = self.names_of(present)
        values = {*names.values()}
        row, got = self.cells.index(others[0]), show(others[0])
        is_mostly_numbers = 2 * len(others) <= len(present)
        if len(values) <= MOST_VALUES and max(map(len, values)) <= LONGEST_NAME:
            message = f"Column {self.called} is read as categories: {got} in line {self.lines[row]:,} is no number."
            return self.categories(names), Warned("mixed", message) if is_mostly_numbers else None
        if is_mostly_numbers:
            raise self.refusal("not_a_number", row, "a number", got)
        line = self.lines[row]
        if mark := next((mark for cell in others if (mark := thousands_mark(cell))), ""):
            message = (
                f"Column {self.called} is left out: {got} in line {line:,} has a sign between its thousands, "
                f"{show(mark)}. Write its numbers without that sign."
            )
        else:
            message = (
                f"Column {self.called} is left out: it is text, as {got} in line {line:,}, neither numbers nor at most "
                f"{MOST_VALUES} categories."
            )
        return None, Warned("text_column", message)

    def names_of(self, texts: list[str]) -> dict[str, str]:
        """What the category of each text is called."""
        return {text: unmarked(text) if self.is_ours else text for text in texts}

    def categories(self, names: dict[str, str]) -> Column:
        """The column as categories, by what the category of each text is called."""
        values = sorted({*names.values()}, key=natural)
        if len(values) > MOST_VALUES:
            message = f"column {self.called}: expected at most {MOST_VALUES} categories, got {len(values):,}"
            raise NotRead("too_many_categories", message, None, self.number)
        for row, cell in enumerate(self.cells):
            if len(names.get(cell, "")) > LONGEST_NAME:
                raise self.refusal("too_large", row, f"a category of at most {LONGEST_NAME} characters", show(cell))
        places = {value: float(place) for place, value in enumerate(values)}
        found = {cell: places[name] for cell, name in names.items()}
        return Column(self.name, np.array([found.get(cell, np.nan) for cell in self.cells]), tuple(values))

    def refusal(self, code: Code, row: int, wanted: str, got: str) -> NotRead:
        line = self.lines[row]
        message = f"line {line:,}, column {self.called}: expected {wanted}, got {got}"
        return NotRead(code, message, line, self.number)


def thousands_mark(text: str) -> str:
    """What stands between the thousands of a number: the point of "1.234,05"; "" of any other text."""
    number = THOUSANDS.fullmatch(text)
    return number["mark"] if number else ""


def is_exact(cell: str, kept: float) -> bool:
    """Whether a number is kept just as it is written, or there is none."""
    if cell in MISSING or (len(cell) <= ALWAYS_EXACT and "e" not in cell.lower()):
        return True
    return digits_of(cell) == digits_of(repr(kept))


def digits_of(number: str) -> tuple[str, int]:
    """The digits of a number from the first to the last that is not 0, and by which power of ten they count."""
    mantissa, _, exponent = number.lower().partition("e")
    whole, _, decimals = mantissa.lstrip("+-").partition(".")
    digits = (whole + decimals).lstrip("0")
    kept = digits.rstrip("0")
    return kept, int(exponent or 0) - len(decimals) + len(digits) - len(kept) if kept else 0


def natural(text: str) -> tuple[int, float, list[str | int], str]:
    """The order of categories: numbers by size, then texts as people sort them, item 2 before item 10."""
    number = text.replace(",", ".")
    if NUMBERS["."].fullmatch(number):
        return 0, float(number), [], text
    parts = DIGITS.split(text.casefold())
    return 1, 0.0, [int(part) if place % 2 else part for place, part in enumerate(parts)], text


def quoted(name: str) -> str:
    """The name of a column as a sentence has it, which no language translates."""
    return f'"{name}"'
