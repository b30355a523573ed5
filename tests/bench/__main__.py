"""Prints how long core and others, from pip, from npm and by hand, take for the same work, side by side."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.chart import Group, chart
from tests.bench.entrants import ENTRANTS, Machine
from tests.bench.heats import HEATS, Heat
from tests.bench.load import load
from tests.bench.race import Lap, race

SAME = {"float64": 1e-9, "float32": 1e-4}
"""The largest difference between weights that are the same but for rounding."""

COLUMNS = ("", "µs of processor", "× core", "to reach", "differs by")


def show(heat: Heat, laps: Mapping[str, Lap], precision: str, console: Console) -> None:
    title = f"{heat.name}: {heat.title}"
    table = Table(title=title, title_justify="left", caption_justify="left", min_width=88)
    for column in COLUMNS:
        table.add_column(column, justify="right" if column else "left")
    for name in heat.contestants:
        table.add_row(ENTRANTS[name].title, *cells(laps.get(name), heat.figures.get(name)))
    table.caption = "\n".join([*conventions(laps, precision), load()])  # the race itself is 1 of it
    console.print(table)


def cells(lap: Lap | None, figure: float | None) -> tuple[str, ...]:
    if not lap:
        return ("not installed",)
    wanted = f"{figure:g} {'✓' if lap.ratio >= figure else '✗'}" if figure else ""
    return f"{lap.microseconds:,.2f}", f"{lap.ratio:.2f}", wanted, f"{lap.difference:.0e}"


def conventions(laps: Mapping[str, Lap], precision: str) -> list[str]:
    """Why some learn a little differently."""
    other = [ENTRANTS[name] for name, lap in laps.items() if not lap.difference <= SAME[precision]]
    return [f"{entrant.title}: {entrant.convention}" for entrant in other if entrant.convention]


def group(heat: Heat, laps: Mapping[str, Lap]) -> Group:
    rest = {ENTRANTS[name].title: lap.ratio for name, lap in [*laps.items()][1:]}
    return Group(f"{heat.name}: {heat.title}", rest)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds that count; two more warm up")
    parser.add_argument("--python", default=sys.executable, help="a Python with torch, scikit-learn or jax")
    parser.add_argument("--node-modules", type=Path, metavar="FOLDER", help="with @tensorflow/tfjs or convnetjs")
    parser.add_argument("--only", nargs="+", metavar="HEAT", choices=[heat.name for heat in HEATS])
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the ratios as a chart")
    return parser.parse_args()


def run(heats: Sequence[Heat], machine: Machine, rounds: int) -> list[Group]:
    groups, console = [], Console()
    for heat in heats:
        task = heat.task
        laps = race(machine.commands(heat.contestants), task, rounds)
        show(heat, laps, task.precision, console)
        groups.append(group(heat, laps))
    return groups


def main() -> None:
    options = arguments()
    heats = [heat for heat in HEATS if not options.only or heat.name in options.only]
    folder = options.node_modules and options.node_modules.resolve()
    groups = run(heats, Machine(options.python, folder), options.rounds)
    if options.svg:
        note = f"Longer is slower; left of the line is faster than core. {load()}."
        options.svg.write_text(chart(groups, note), encoding="utf-8")


if __name__ == "__main__":
    main()
