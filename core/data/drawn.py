"""Drawn points: a data set that somebody has put point by point, and that its own document holds.

Points are kept as a text, short enough for a link: a number takes two letters of base64's alphabet for links, a class
one. Places are multiples of 0.0025 from −5.12 to 5.1175, values multiples of 0.001 from −2.048 to 2.047. Whoever writes
a document may give a list of [x1, x2, class], of [x1, x2, value] or of [x1, value] instead, which is rounded to these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, TypeGuard

import numpy as np
from numpy.typing import NDArray
from pydantic import GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from core.data.base import REACH, Featured, Points, Task, features_knob, formulas_knob
from core.data.features import LARGEST_INPUT, CurveFeature, Feature
from core.data.typed import Typed
from core.spec import knob, misfit, show

Array = NDArray[Any]

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
DIGITS = np.full(256, -1)
DIGITS[list(ALPHABET)] = range(64)
FEWEST_POINTS, MOST_POINTS = 4, 500
MOST_CLASSES = 10


class Column(NamedTuple):
    """One number of every point: how many letters it takes, what it is called, and which numbers they can say."""

    name: str
    letters: int
    per_unit: int
    lowest: int  # steps
    is_class: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        if self.is_class:
            return 0, MOST_CLASSES - 1
        return self.lowest / self.per_unit, (self.lowest + 64**self.letters - 1) / self.per_unit

    @property
    def wanted(self) -> str:
        low, high = self.bounds
        return f"a whole number from {low} to {high}" if self.is_class else f"from {low:g} to {high:g}"

    def has(self, number: float) -> bool:
        low, high = self.bounds
        return low <= number <= high and (not self.is_class or number == int(number))


PLACE = {name: Column(name, 2, 400, -2048) for name in ("x1", "x2")}
VALUE = Column("the value", 2, 1000, -2048)
CLASS = Column("the class", 1, 1, 0, is_class=True)


@dataclass(frozen=True)
class Written:
    """Marks a text as points, each of these columns; takes a list of them too."""

    columns: tuple[Column, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strict=True, max_length=self.letters * MOST_POINTS)
        return core_schema.no_info_before_validator_function(
            self.listed, core_schema.no_info_after_validator_function(self.checked, text)
        )

    @property
    def letters(self) -> int:
        """So many a point."""
        return sum(column.letters for column in self.columns)

    def listed(self, given: object) -> object:
        """A list of points as their text; anything else as it is. Raises ValueError with the first that is wrong."""
        if not isinstance(given, Sequence) or isinstance(given, str | bytes):
            return given
        counted(len(given))
        return "".join(self.written(point, number) for number, point in enumerate(given, start=1))

    def written(self, point: object, number: int) -> str:
        wanted = f"[{', '.join(column.name.removeprefix('the ') for column in self.columns)}]"
        if not isinstance(point, Sequence) or len(point) != len(self.columns):
            raise ValueError(f"expected {wanted} as point {number}, got {show(point)}")
        return "".join(lettered(part, column, number) for part, column in zip(point, self.columns, strict=True))

    def checked(self, text: str) -> str:
        if strange := [letter for letter in text if letter.encode() not in ALPHABET]:
            raise ValueError(f"expected letters, digits, - and _ of drawn points, got {show(strange[0])}")
        if len(text) % self.letters:
            raise ValueError(f"expected {self.letters} letters for each point, got {len(text)} letters in all")
        counted(len(text) // self.letters)
        return text

    def read(self, text: str) -> Array:
        """The numbers, (points, columns)."""
        digits = DIGITS[np.frombuffer(text.encode(), np.uint8)].reshape(-1, self.letters)
        numbers, first = np.empty((len(digits), len(self.columns))), 0
        for place, column in enumerate(self.columns):
            steps = digits[:, first : first + column.letters] @ 64 ** np.arange(column.letters)[::-1]
            numbers[:, place] = (steps + column.lowest) / column.per_unit
            first += column.letters
        return numbers


def lettered(number: object, column: Column, point: int) -> str:
    """One number of a point as letters. Raises ValueError where it cannot be one."""
    if not is_number(number) or not column.has(number):
        raise ValueError(f"expected {column.name} of point {point} to be {column.wanted}, got {show(number)}")
    steps = round(number * column.per_unit) - column.lowest
    return "".join(chr(ALPHABET[steps // 64**power % 64]) for power in reversed(range(column.letters)))


def is_number(given: object) -> TypeGuard[float]:
    return isinstance(given, int | float) and not isinstance(given, bool)


def counted(points: int) -> None:
    if not FEWEST_POINTS <= points <= MOST_POINTS:
        raise ValueError(f"expected {FEWEST_POINTS} to {MOST_POINTS} points, got {points}")


CLASSES = Written((PLACE["x1"], PLACE["x2"], CLASS))
VALUES = Written((PLACE["x1"], PLACE["x2"], VALUE))
CURVE = Written((PLACE["x1"], VALUE))


def _face() -> list[tuple[float, float, int]]:
    """Two eyes and a smile, and a round face about them."""
    ring, smile = np.linspace(0, 2 * np.pi, 12, endpoint=False), np.linspace(1.2, 1.8, 5) * np.pi
    face = [(2.6 * np.cos(angle), 2.6 * np.sin(angle), 0) for angle in ring]
    mouth = [(1.4 * np.cos(angle), 1.4 * np.sin(angle), 1) for angle in smile]
    return [*face, *mouth, (-0.8, 0.9, 1), (0.8, 0.9, 1), (0.0, 0.1, 0)]


def _hill() -> list[tuple[float, float, float]]:
    """High in the middle, low all round."""
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    rings = ((1.0, 0.5), (2.4, -0.8))
    return [(0.0, 0.0, 1.0), *((r * np.cos(a), r * np.sin(a), value) for r, value in rings for a in angles)]


def _wave() -> list[tuple[float, float]]:
    return [(x1, 0.7 * np.sin(2 * x1) * (1 - x1 / 5)) for x1 in np.linspace(-2.8, 2.8, 14)]


def _points(written: Written, usual: Sequence[object]) -> Any:
    return knob(
        "The points themselves, as they were drawn.", title="Points", control="points", default=written.listed(usual)
    )


class Drawn(Featured):
    """Base of the sets of drawn points."""

    rare: ClassVar[bool] = True
    is_drawn: ClassVar[bool] = True
    written: ClassVar[Written]
    points: str

    @property
    def samples(self) -> int:
        return len(self.points) // self.written.letters

    def draw(self, generator: np.random.Generator) -> Points:
        """The points as they are: chance has no part in it."""
        numbers = self.written.read(self.points)
        return Points(numbers[:, :-1], numbers[:, -1])

    def test_order(self, points: Array, generator: np.random.Generator) -> Array:
        """Each place has a lot of its own, so that another point put or taken away leaves the others' part in the
        split: that of its column and that of its row, added."""
        lots = np.zeros(len(points))
        for column in points.T:
            steps = np.round(column * PLACE["x1"].per_unit).astype(int) - PLACE["x1"].lowest
            lots += generator.random(64**2)[steps]
        return np.argsort(lots % 1, kind="stable")


class DrawnClasses(Drawn):
    """Points of your own: put them on the map, class by class."""

    kind: Literal["drawn"] = "drawn"
    title: ClassVar = "Drawn"
    written: ClassVar = CLASSES

    points: Annotated[str, CLASSES] = _points(CLASSES, _face())
    classes: int = knob(
        "How many classes there are to draw.", title="Classes", control="slider", default=2, ge=2, le=MOST_CLASSES
    )
    features: tuple[Feature, ...] = features_knob("x1", "x2", most=7)
    formulas: tuple[Annotated[str, Typed(2, REACH, LARGEST_INPUT)], ...] = formulas_knob()

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.colour_names if self.classes == 2 else tuple(str(index + 1) for index in range(self.classes))

    def draw(self, generator: np.random.Generator) -> Points:
        points, classes, *_ = super().draw(generator)
        return Points(points, classes.astype(int))

    @model_validator(mode="after")
    def _has_classes(self) -> Self:
        classes = self.written.read(self.points)[:, -1].astype(int)
        if classes.max() >= self.classes:
            misfit("classes", f"expected at least {classes.max() + 1} classes for the drawn points, got {self.classes}")
        if len(np.unique(classes)) < 2:
            misfit("points", "expected points of at least two classes, got one class only")
        return self


class DrawnValues(Drawn):
    """Points of your own, each with a value: high or low, or anything between."""

    kind: Literal["drawn_values"] = "drawn_values"
    title: ClassVar = "Drawn"
    task: ClassVar[Task] = "regression"
    group: ClassVar[str] = "Regress"
    written: ClassVar = VALUES

    points: Annotated[str, VALUES] = _points(VALUES, _hill())
    features: tuple[Feature, ...] = features_knob("x1", "x2", most=7)
    formulas: tuple[Annotated[str, Typed(2, REACH, LARGEST_INPUT)], ...] = formulas_knob()


class DrawnCurve(Drawn):
    """Points of your own for a curve to go through."""

    kind: Literal["drawn_curve"] = "drawn_curve"
    title: ClassVar = "Drawn curve"
    task: ClassVar[Task] = "regression"
    dimensions: ClassVar[int] = 1
    group: ClassVar[str] = "Regress"
    written: ClassVar = CURVE

    points: Annotated[str, CURVE] = _points(CURVE, _wave())
    features: tuple[CurveFeature, ...] = features_knob("x1", most=3)
    formulas: tuple[Annotated[str, Typed(1, REACH, LARGEST_INPUT)], ...] = formulas_knob()
