"""Learning curves without a server: a progress bar and a table on a terminal, one line of JSON per point elsewhere."""

import json
import sys
from collections.abc import Iterable, Iterator
from math import isfinite
from statistics import median
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from core import Experiment, LearningCurve
from core.learning_curve import Point, Score


class Done(NamedTuple):
    """A point that is trained, and what it came to."""

    point: Point
    score: Score


class Stopped(Exception):
    """Somebody pressed Ctrl-C; the message says how far it came."""


def curve_of(experiment: Experiment, **settings: Any) -> LearningCurve:
    """The learning curve of an experiment; what is not set has its default. Raises InvalidExperiment."""
    given = {name: value for name, value in settings.items() if value}
    return LearningCurve.parse({"experiment": experiment.model_dump(mode="json"), **given})


def learn(curve: LearningCurve, as_json: bool) -> None:
    """Train all points. Raises Stopped, after what is done was shown."""
    done: list[Done] = []
    is_piped = as_json or not sys.stdout.isatty()
    try:
        if is_piped:
            print_lines(scored(curve, done))
        else:
            show_progress(scored(curve, done), curve)
    except KeyboardInterrupt:
        raise Stopped(f"Stopped: {len(done)} of {len(curve.points)} points are done.") from None
    finally:
        if done and not is_piped:
            measure = "Variance explained (R²)" if curve.experiment.data.task == "regression" else "Accuracy"
            print(f"{measure} on {curve.tested} test samples, the median of the draws:")
            Console(highlight=False).print(table_of(curve, done))


def scored(curve: LearningCurve, done: list[Done]) -> Iterator[Done]:
    """Each point as soon as it is trained, and noted."""
    for point in curve.points:
        done.append(Done(point, curve.score(point)))
        yield done[-1]


def print_lines(each: Iterable[Done]) -> None:
    for point, score in each:
        shares = {name: value if isfinite(value) else None for name, value in score._asdict().items()}
        print(json.dumps({**point._asdict(), **shares}), flush=True)


def show_progress(each: Iterable[Done], curve: LearningCurve) -> None:
    print(f"{curve.experiment.title}: {curve.experiment.summary}. Ctrl-C stops it.")
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(highlight=False)) as progress:
        task = progress.add_task("", total=len(curve.points))
        for point, score in each:
            said = f"{name_of(point.model, point.inputs)}, {point.samples} samples: {score.test:.1%}"
            progress.update(task, advance=1, description=said)


def table_of(curve: LearningCurve, done: Iterable[Done]) -> Table:
    """The median over the draws: a row for each size of the training set, a column for who learns."""
    found: dict[tuple[str, str, int], list[float]] = {}
    for point, score in done:
        found.setdefault((point.model, point.inputs, point.samples), []).append(score.test)
    table = Table()
    table.add_column("training samples", justify="right")
    for series in curve.series:
        table.add_column(name_of(*series), justify="right")
    for count in curve.counts:
        cells = [found.get((*series, count)) for series in curve.series]
        table.add_row(str(count), *("–" if cell is None else f"{median(cell):.1%}" for cell in cells))
    return table


def name_of(model: str, inputs: str) -> str:
    """As in: decision tree, engineered."""
    name = model.replace("_", " ")
    return name if model == "network" else f"{name}, {inputs}"
