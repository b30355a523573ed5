"""Training without a server: a progress bar on a terminal, one line of JSON per epoch elsewhere."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core import Experiment, NotRead, Reading, Trainer, is_link, presets, read_table
from core.data.at_hand import keep
from core.data.tabular import LONGEST_NAME

Figures = dict[str, float]
TABLES = {".csv", ".tsv"}
SHOWN = ("epoch", "step", "train_loss", "test_loss", "train_accuracy", "test_accuracy")


class UnknownExperiment(Exception):
    """Neither a preset, nor a link, nor a file with text in it."""


class Diverged(Exception):
    """The training left the finite numbers; the message says when and why."""


def experiment_from(source: str, target: str = "") -> Experiment:
    """The experiment of a preset's name, a file, a link of TensorFlow Playground, or `-` for standard input; or one
    that tells the target, or what is suggested, from all other columns of a table."""
    if source == "-":
        return Experiment.parse_json(text_of(sys.stdin.buffer.read()))
    if is_link(source):
        return Experiment.from_link(source)
    if source in presets:
        return presets[source]
    if Path(source).is_dir():
        raise UnknownExperiment(f"{source} is a folder; expected a JSON file.")
    if Path(source).suffix.lower() in TABLES:
        return Experiment.parse({"data": data_of(source, target)})
    if Path(source).exists():
        return Experiment.parse_json(text_of(Path(source).read_bytes()))
    raise UnknownExperiment(f"{source} is neither a file nor a preset. The presets: {', '.join(presets)}")


def data_of(source: str, target: str) -> dict[str, Any]:
    """The data of an experiment on a table; what is odd about it is told beside the figures."""
    reading = reading_of(source)
    for warned in reading.warnings:
        print(f"{source}: {warned.message}", file=sys.stderr)
    try:
        return reading.data(target, called=Path(source).stem[:LONGEST_NAME])
    except LookupError as error:
        raise UnknownExperiment(f"--target: {error.args[0]}") from None


def bring(source: str) -> None:
    """Have a table at hand that an experiment may name."""
    keep(reading_of(source).table)


def reading_of(source: str) -> Reading:
    try:
        return read_table(Path(source).read_bytes())
    except NotRead as error:
        raise UnknownExperiment(f"{source}: {error}") from None


def text_of(document: bytes) -> str:
    try:
        return document.decode()
    except UnicodeDecodeError:
        raise UnknownExperiment("Expected a JSON document, got bytes that are not text in UTF-8.") from None


def train(experiment: Experiment, epochs: int, as_json: bool) -> None:
    trainer = Trainer(experiment)
    for note in trainer.notes:
        print(note, file=sys.stderr)
    figures = figures_of_epochs(trainer, epochs)
    if as_json or not sys.stdout.isatty():
        print_lines(figures)
    else:
        print(f"{experiment.title}: {experiment.summary}")
        show_progress(figures, epochs)
    if trainer.status == "finished":
        print(trainer.message, file=sys.stderr)


def figures_of_epochs(trainer: Trainer, epochs: int) -> Iterator[Figures]:
    for _ in range(epochs):
        trainer.advance(epochs=1)
        if trainer.status == "diverged":
            raise Diverged(trainer.message)
        metrics = trainer.metrics()
        yield {name: metrics[name] for name in SHOWN if name in metrics}
        if trainer.status == "finished":
            return


def print_lines(figures: Iterable[Figures]) -> None:
    """Python writes a float with the digits that give the same float back."""
    for line in figures:
        print(json.dumps(line), flush=True)


def show_progress(figures: Iterable[Figures], epochs: int) -> None:
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(highlight=False)) as progress:
        task = progress.add_task("", total=epochs)
        for line in figures:
            progress.update(task, advance=1, description=sentence(line))


def sentence(figures: Figures) -> str:
    """As in: train loss 0.0123, test loss 0.0145, test accuracy 98.9%."""
    parts = [f"{name.replace('_', ' ')} {figures[name]:.4f}" for name in ("train_loss", "test_loss")]
    if "test_accuracy" in figures:
        parts.append(f"test accuracy {figures['test_accuracy']:.1%}")
    return ", ".join(parts)
