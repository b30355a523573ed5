"""Figures: what was measured, what is to be reached, and whether it is."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench.load import load


class Figure(NamedTuple):
    """One line of the table. `is_reached` is None where nothing is demanded."""

    target: str
    what: str
    measured: str
    to_reach: str
    is_reached: bool | None


Figures = AsyncIterator[list[Figure]]
"""What a measurement finds, part by part: where it is stopped, what it has found already is kept."""


def at_most(target: str, what: str, value: float, limit: float, unit: str) -> Figure:
    return Figure(target, what, f"{value:,.3g} {unit}", f"≤ {limit:g} {unit}", value <= limit)


def at_least(target: str, what: str, value: float, limit: float, unit: str) -> Figure:
    return Figure(target, what, f"{value:,.3g} {unit}", f"≥ {limit:g} {unit}", value >= limit)


def none_of(target: str, what: str, found: Sequence[object]) -> Figure:
    """What must not happen, and an example of it."""
    return Figure(target, what, f"{len(found)} ({found[0]})" if found else "none", "none", not found)


def holds(target: str, what: str, is_so: bool, measured: str = "") -> Figure:
    return Figure(target, what, measured or ("yes" if is_so else "no"), "yes", is_so)


def told(target: str, what: str, measured: str) -> Figure:
    """For information."""
    return Figure(target, what, measured, "", None)


def stretched(figures: Iterable[Figure]) -> list[Figure]:
    """The same where it would be good to get that far, and nothing is wrong if not."""
    return [each._replace(to_reach=f"stretch: {each.to_reach}", is_reached=each.is_reached or None) for each in figures]


def late(target: str, what: str, seconds: Iterable[float], *limits: tuple[float, float]) -> list[Figure]:
    """Percentiles of durations, each with its limit in milliseconds."""
    values = 1000 * np.array([*seconds])
    if not len(values):
        return [Figure(target, what, "nothing came", "something", False)]
    found = np.percentile(values, [percentile for percentile, _ in limits])
    return [
        at_most(target, f"{what}, p{percentile:g} of {len(values):,}", value, limit, "ms")
        for (percentile, limit), value in zip(limits, found, strict=True)
    ]


def slope(values: Sequence[float]) -> float:
    """Theil and Sen's: the median of the slopes between all pairs, per value. An outlier does not move it."""
    pairs = [(i, j) for j in range(len(values)) for i in range(j)]
    return float(np.median([(values[j] - values[i]) / (j - i) for i, j in pairs]))


def show(figures: Iterable[Figure], title: str) -> bool:
    """Print the table; whether all is reached."""
    figures = [*figures]
    table = Table(title=title)
    for column in ("", "what", "measured", "to reach", ""):
        table.add_column(column, justify="right" if column == "measured" else "left")
    marks = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}
    for target, what, measured, to_reach, is_reached in figures:
        table.add_row(target, what, measured, to_reach, marks[is_reached])
    console = Console()
    console.print(table)
    console.print(f"{load().capitalize()}.")
    return all(figure.is_reached is not False for figure in figures)
