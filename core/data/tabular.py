"""Tables: rows that somebody brought, of numbers and categories, with a column to be told from the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from core.data.at_hand import IRIS, NotAtHand, table
from core.data.base import DatasetSpec, Points, Task
from core.data.chart import Axis, Chart, Seen, in_two, principal, slice_of
from core.data.columns import Column
from core.data.scaling import Scale, Scaling, fitted
from core.spec import BY_KIND, InvalidExperiment, Problem, Spec, knob, misfit

Array = NDArray[Any]

LONGEST_NAME = 80
MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 5 * 2**20, 50_000, 64
MOST_CLASSES, MOST_VALUES = 10, 20
MOST_INPUTS = 256
FEWEST_ROWS = 4
ID = r"^[A-Za-z0-9_-]{22}$"

IRIS_SOURCE = "Fisher 1936, The use of multiple measurements in taxonomic problems"

ColumnName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Value = Annotated[str, Field(max_length=LONGEST_NAME)]


class Headed(Protocol):
    """What is known of a column without its cells."""

    @property
    def name(self) -> str: ...
    @property
    def values(self) -> tuple[str, ...]: ...


AnyColumn = TypeVar("AnyColumn", bound=Headed)


class Named(Spec):
    """A column of the table by its name, and where it is of categories their names."""

    name: ColumnName = knob("What the column is called.", title="Name", control="text", default="x")
    values: tuple[Value, ...] = knob(
        "The names of its categories; none of numbers.",
        title="Categories",
        control="text",
        default=(),
        max_length=MOST_VALUES,
        strict=False,
    )

    @classmethod
    def of(cls, column: Column) -> Self:
        return cls(name=column.name, values=column.values)


class Slice(Spec):
    """The map is a slice through the data: two inputs along its sides, all others at their mean, or of categories at
    the most frequent one."""

    kind: Literal["slice"] = "slice"
    title: ClassVar = "Slice"

    across: str = knob(
        "The input along the lower side; the first one of numbers unless told.",
        title="Across",
        control="column",
        default="",
        max_length=LONGEST_NAME,
    )
    up: str = knob(
        "The input along the left side; the next one of numbers unless told.",
        title="Up",
        control="column",
        default="",
        max_length=LONGEST_NAME,
    )


class Principal(Spec):
    """The map is the plane in which the inputs differ most: their first two principal components."""

    kind: Literal["principal"] = "principal"
    title: ClassVar = "Principal components"
    source: ClassVar = "Pearson 1901, On lines and planes of closest fit to systems of points in space"


Plane = Annotated[Slice | Principal, Field(discriminator="kind"), BY_KIND]


def columns_knob(usual: int) -> Any:
    return knob(
        "What the network is given of each row.",
        title="Inputs",
        control="columns",
        default=tuple(map(Named.of, IRIS.columns[:usual])),
        min_length=1,
        max_length=MOST_COLUMNS,
        strict=False,
    )


class TableSet(DatasetSpec):
    """Base of the sets made of a table's rows. Each category is an input of its own, 1 in its rows and 0 elsewhere
    (one-hot): the network then finds no order among them."""

    shown: ClassVar = (*DatasetSpec.shown, "needs")
    needs: ClassVar = "table"
    content_at: ClassVar = "table"
    beside: ClassVar = "target"  # what is used of a row and not given to the network

    table: str = knob("Which table it is.", title="Table", control="table", default=IRIS.id, pattern=ID)
    called: str = knob(
        "What the table is called.", title="Called", control="text", default="Iris", max_length=LONGEST_NAME
    )
    columns: tuple[Named, ...] = columns_knob(4)
    samples: int = knob(
        "How many rows there are at most, for training and test together, chosen at random.",
        title="Rows",
        unit="rows",
        scale="log",
        default=IRIS.rows,
        ge=FEWEST_ROWS,
        le=MOST_ROWS,
    )
    missing: Literal["drop", "fill"] = knob(
        "Rows in which an input is missing: drop them, or fill in the mean of the training rows, of categories the "
        "most frequent one.",
        title="Missing",
        control="choice",
        default="drop",
    )
    plane: Plane = knob(
        "Which plane through the data the map shows.", title="Map", control="choice", default=Principal()
    )
    scaling: Scaling = knob(
        "Bring all inputs to a common size: standardize to mean 0 and deviation 1, normalize to −1 to 1.",
        title="Scaling",
        control="choice",
        default="standardize",
    )

    @property
    def heading(self) -> str:
        return self.called

    @property
    def lineage(self) -> tuple[str, ...]:
        return *super().lineage, self.table

    @model_validator(mode="after")
    def _columns_fit(self) -> Self:
        names = [column.name for column in self.named]
        if len(set(names)) < len(names):
            misfit("columns", "expected each column once, and the target not among them")
        if len(self.input_names) > MOST_INPUTS:
            misfit("columns", f"expected at most {MOST_INPUTS} inputs, got {len(self.input_names)}: leave columns out")
        numbers = [column.name for column in self.columns if not column.values]
        if isinstance(self.plane, Slice):
            for side in ("across", "up"):
                name = getattr(self.plane, side)
                if name and name not in numbers:
                    misfit(f"plane.{side}", f'expected one of the inputs that are numbers, got "{name}"')
            if self.plane.across and self.plane.across == self.plane.up:
                misfit("plane.up", "expected another input than across, got the same")
        return self

    @property
    def named(self) -> tuple[Named, ...]:
        """All columns of the table that are used: those that the network is given, then the target."""
        return self.columns

    def draw(self, generator: np.random.Generator) -> Points:
        """The rows that have what is needed of them, in random order, at most so many; a category is its place.

        Raises InvalidExperiment where the table has other columns, or is not at hand."""
        cells = np.stack([column.cells for column in self.found()], axis=1)
        points, targets = self.parted(cells)
        is_gap = np.isnan(targets) | (np.isnan(points).any(axis=1) if self.missing == "drop" else False)
        whole = np.flatnonzero(~is_gap)
        if len(whole) < FEWEST_ROWS:
            raise refusal("missing", f"expected at least {FEWEST_ROWS} rows without missing cells, got {len(whole)}")
        chosen = whole[generator.permutation(len(whole))[: self.samples]]
        kind = int if self.class_names else float
        notes = tuple(self.notes_on(is_gap, points[chosen]))
        return Points(points[chosen], targets[chosen].astype(kind), notes=notes, rows=chosen + 1)

    def notes_on(self, is_gap: Array, points: Array) -> Iterator[str]:
        """How many rows and cells it concerns that some are missing."""
        if is_gap.any():
            why = "cells in them are missing" if self.missing == "drop" else f"the {self.beside} is missing in them"
            yield f"Rows left out, because {why}: {int(is_gap.sum()):,} of {len(is_gap):,}."
        if count := int(np.isnan(points).sum()):
            filled_with = "the mean of the training rows or the most frequent category"
            yield f"Missing cells filled in, with {filled_with}: {count:,}."

    def parted(self, cells: Array) -> tuple[Array, Array]:
        """What the network is given and the target, of cells (rows, columns)."""
        return cells[:, :-1], cells[:, -1]

    def found(self) -> list[Column]:
        """The table's own columns of these names. Raises InvalidExperiment."""
        try:
            own = table(self.table)
        except NotAtHand:
            raise refusal("table", "expected a table that is kept here, got one that is not") from None
        return self.chosen(own.columns)

    def chosen(self, columns: Sequence[AnyColumn]) -> list[AnyColumn]:
        """Of all columns of the table those that are used. Raises InvalidExperiment."""
        own = {column.name: column for column in columns}
        for place, named in enumerate(self.named):
            column = own.get(named.name)
            if column is None:
                raise refusal(self.place_of(place), f'expected a column of the table, got "{named.name}"')
            if column.values != named.values:
                sentence = f"expected the categories that the table has, {len(column.values)}, got others"
                raise refusal(self.place_of(place), sentence)
        return [own[named.name] for named in self.named]

    def place_of(self, place: int) -> str:
        """Where in the document a used column stands."""
        return f"columns.{place}" if place < len(self.columns) else self.beside

    @property
    def input_names(self) -> tuple[str, ...]:
        each = ([f"{column.name}: {value}" for value in column.values] or [column.name] for column in self.columns)
        return tuple(name for names in each for name in names)

    @property
    def input_columns(self) -> tuple[tuple[str, list[int]], ...]:
        widths = [len(column.values) or 1 for column in self.columns]
        ends = np.cumsum(widths)
        places = [[*range(end - width, end)] for end, width in zip(ends, widths, strict=True)]
        return tuple((column.name, own) for column, own in zip(self.columns, places, strict=True))

    def inputs(self, points: Array) -> Array:
        """Numbers as they are, categories one-hot."""
        parts = [
            (cells[:, None] == np.arange(len(column.values))).astype(float) if column.values else cells[:, None]
            for column, cells in zip(self.columns, points.T, strict=True)
        ]
        return np.concatenate(parts, axis=1)

    def completed(self, points: Array, is_train: Array) -> Array:
        """The mean of the training rows where a number is missing, their most frequent category where one is."""
        filled = points.copy()
        for place, column in enumerate(self.columns):
            cells = points[is_train, place]
            filled[np.isnan(points[:, place]), place] = usual(column, cells[~np.isnan(cells)])
        return filled

    def chart(self, points: Array, is_train: Array, scale: Scale) -> Chart | None:
        inputs, sides = scale(self.inputs(points)), self.sides
        if self.dimensions == 2 and (isinstance(self.plane, Principal) or not sides):
            seen, shares = principal(inputs, self.reach)
            axes = [Axis(share=float(share)) for share in shares]
        else:
            origin = scale(self.inputs(self.typical(points[is_train])))[0]
            seen = slice_of(inputs, origin, sides, self.reach)
            axes = [self.axis(seen, scale, side, place) for place, side in enumerate(sides)]
        axes += [Axis()] * (self.dimensions - len(axes))
        return Chart(tuple(axes), *in_two(seen) if self.dimensions == 2 else seen)

    def axis(self, seen: Seen, scale: Scale, column: int, place: int) -> Axis:
        """What stands along a side of a slice, in the units of the table."""
        shift, spread = float(scale.shift[column]), float(scale.spread[column])
        at, step = float(seen.origin[column]), float(seen.directions[place, column])
        return Axis(self.input_names[column], shift + spread * at, spread * step)

    @property
    def sides(self) -> list[int]:
        """The inputs along the sides of a slice: those that are asked for, and else the first ones of numbers."""
        asked = [self.plane.across, self.plane.up] if isinstance(self.plane, Slice) else ["", ""]
        names = [column.name for column in self.columns if not column.values]
        free = iter(name for name in names if name not in asked)
        chosen = [side or next(free, "") for side in asked[: self.dimensions]]
        return [self.input_names.index(name) for name in chosen if name]

    def typical(self, points: Array) -> Array:
        """A row that has the mean of each number, and the most frequent of each category: (1, columns)."""
        return np.array([[usual(column, cells) for column, cells in zip(self.columns, points.T, strict=True)]])


class Targeted(TableSet):
    """Base of the tables with a column that is to be told from the others."""

    if TYPE_CHECKING:
        target: Named

    @property
    def named(self) -> tuple[Named, ...]:
        return *self.columns, self.target

    @property
    def lineage(self) -> tuple[str, ...]:
        return *super().lineage, self.target.name


class TableClasses(Targeted):
    """A table of your own: tell a category of each row from the other columns. Unless you bring one, it is Fisher's
    irises."""

    kind: Literal["table_classes"] = "table_classes"
    title: ClassVar = "Table"
    source: ClassVar = IRIS_SOURCE

    target: Named = knob(
        "The category to be told.", title="Target", control="column", default=Named.of(IRIS.columns[4])
    )

    @model_validator(mode="after")
    def _has_classes(self) -> Self:
        if not 2 <= len(self.target.values) <= MOST_CLASSES:
            found = len(self.target.values)
            misfit("target", f"expected 2 to {MOST_CLASSES} classes, got {found}: choose another column, or regression")
        return self

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.target.values


class TableValues(Targeted):
    """A table of your own: tell a number of each row from the other columns. Unless you bring one, it is the width of
    the petals of Fisher's irises."""

    kind: Literal["table_values"] = "table_values"
    title: ClassVar = "Table"
    task: ClassVar[Task] = "regression"
    group: ClassVar[str] = "Regress"
    source: ClassVar = IRIS_SOURCE

    columns: tuple[Named, ...] = columns_knob(3)
    target: Named = knob("The number to be told.", title="Target", control="column", default=Named.of(IRIS.columns[3]))

    @model_validator(mode="after")
    def _has_numbers(self) -> Self:
        if self.target.values:
            misfit("target", "expected a column of numbers, got categories: choose another column, or classification")
        return self

    @property
    def dimensions(self) -> int:  # type: ignore[override]
        """A single number to tell from is a line."""
        return 1 if len(self.columns) == 1 and not self.columns[0].values else 2

    @property
    def target_name(self) -> str:
        return self.target.name

    def target_scale(self, values: Array) -> Scale:
        """From −1 to 1."""
        return fitted("normalize", values[:, None]).alone


class UnlabelledTable(TableSet):
    """A table of your own: the network learns to say each row again from the few numbers of its narrowest layer, the
    code. Rows that are alike come to lie together in it; a label only colours them."""

    kind: Literal["unlabelled_table"] = "unlabelled_table"
    title: ClassVar = "Table"
    task: ClassVar[Task] = "autoencoder"
    dimensions: ClassVar[int] = 0
    group: ClassVar[str] = "Compress"
    source: ClassVar = IRIS_SOURCE
    beside: ClassVar = "label"

    label: Named | None = knob(
        "The category that colours the rows; the network is not told it.",
        title="Label",
        control="column",
        default=Named.of(IRIS.columns[4]),
    )

    @property
    def named(self) -> tuple[Named, ...]:
        return (*self.columns, self.label) if self.label else self.columns

    def parted(self, cells: Array) -> tuple[Array, Array]:
        return super().parted(cells) if self.label else (cells, np.zeros(len(cells)))

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.label.values if self.label else ()

    def chart(self, points: Array, is_train: Array, scale: Scale) -> None:
        return None


def usual(column: Named, cells: Array) -> float:
    """The mean, or of categories the most frequent; 0 where there are no cells."""
    if not len(cells):
        return 0.0
    return float(np.bincount(cells.astype(int)).argmax() if column.values else cells.mean())


def refusal(field: str, sentence: str) -> InvalidExperiment:
    return InvalidExperiment([Problem(f"data.{field}", sentence)])
