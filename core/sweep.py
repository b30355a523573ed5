"""Sweep: one experiment trained many times, over two of its settings or over its seeds. The document, and what each
run, called a cell, comes to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from core.evaluation import decision
from core.experiment import LARGEST_SEED, Experiment, usual_loss, usual_output
from core.network import parameter_count
from core.places import EVERY, Sort, Value, document_with, found_at, sort_of, way_to
from core.probes.maps import grid
from core.spec import BY_KIND, InvalidExperiment, Spec, knob, misfit
from core.trainer import Trainer

Array = NDArray[Any]

MOST_VALUES = 12
MOST_SEEDS = 64
MOST_LOOKS = 100
ANSWER_PLACES = {1: 121, 2: 60}  # along each axis of a curve and of a map
FEWEST_DIGITS, MOST_DIGITS = 2, 17

# What a cell is estimated to take of one processor, in seconds. It only bounds: a figure of the right size is enough.
SECONDS_OF_A_LAYER = 15e-6  # in each update
SECONDS_OF_A_PARAMETER = 3e-9  # for each sample
SECONDS_OF_A_NUMBER = 3e-8  # likewise, of those that convolutions and pools put together
MOST_CELL_SECONDS, MOST_SECONDS = 120, 3600


class Numbers(Spec):
    """Numbers from one to another, evenly spread, on a logarithmic scale by their logarithms; as round as may be."""

    kind: Literal["numbers"] = "numbers"
    title: ClassVar = "Numbers"

    low: float = knob("The first value.", title="From", control="number", default=0.001, ge=-1e9, le=1e9)
    high: float = knob("The last value.", title="To", control="number", default=1.0, ge=-1e9, le=1e9)
    scale: Literal["log", "linear"] = knob(
        "Whether each value is so many times the one before, or so much more.",
        title="Spacing",
        control="choice",
        default="log",
    )
    count: int = knob("How many values.", title="Values", default=8, ge=2, le=MOST_VALUES)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.scale == "log" and self.low <= 0:
            misfit("low", f"a logarithmic scale begins above 0, got {self.low:g}")
        if self.high <= self.low:
            misfit("high", f"expected more than {self.low:g}, where it begins, got {self.high:g}")
        return self

    @property
    def exact(self) -> list[float]:
        space = np.geomspace if self.scale == "log" else np.linspace
        return [self.low, *space(self.low, self.high, self.count)[1:-1].tolist(), self.high]

    @property
    def spread(self) -> list[float]:
        """All of them, the ends as they are given, the others of as few digits as tell them apart."""
        for digits in range(FEWEST_DIGITS, MOST_DIGITS):
            values = [self.low, *(float(f"{value:.{digits}g}") for value in self.exact[1:-1]), self.high]
            if np.all(np.diff(values) > 0):
                return values
        return self.exact


class Choices(Spec):
    """Some of the choices that there are."""

    kind: Literal["choices"] = "choices"
    title: ClassVar = "Choices"

    choices: tuple[Annotated[str, Field(max_length=40)], ...] = knob(
        "Which ones, as the experiment names them.",
        title="Choices",
        default=("sgd", "momentum", "adam"),
        min_length=1,
        max_length=MOST_VALUES,
        strict=False,
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.choices)) < len(self.choices):
            misfit("choices", "expected each choice once")
        return self


class Axis(Spec):
    """A setting of the experiment, and the values that it takes."""

    setting: str = knob(
        "Its place in the experiment; `*` is every item of a list, and a list stands for its length.",
        title="Setting",
        default="optimizer.learning_rate",
        max_length=80,
    )
    values: Annotated[Numbers | Choices, Field(discriminator="kind"), BY_KIND] = knob(
        "What it is set to.", title="Values", control="choice", default=Numbers()
    )


class OverSettings(Spec):
    """Each value of one setting with each of another: a map."""

    kind: Literal["settings"] = "settings"
    title: ClassVar = "Two settings"

    x: Axis = knob("Along the map.", title="Across", default=Axis())
    y: Axis = knob(
        "Up the map.", title="Up", default=Axis(setting="batch_size", values=Numbers(low=2, high=256, count=8))
    )


class OverSeeds(Spec):
    """The same experiment, begun by chance: an ensemble. Its first cell is the experiment as it is."""

    kind: Literal["seeds"] = "seeds"
    title: ClassVar = "Many seeds"

    count: int = knob("How many runs.", title="Runs", unit="runs", default=32, ge=2, le=MOST_SEEDS)
    vary: tuple[Literal["data", "split", "weights", "order", "dropout"], ...] = knob(
        "Which seeds are others in each run.",
        title="What differs",
        control="chips",
        default=("weights", "order", "dropout"),
        min_length=1,
        max_length=5,
        strict=False,
    )


class Sweep(Spec):
    """Everything that decides what is trained, and how it is looked at."""

    title: ClassVar = "Sweep"

    experiment: Experiment = knob("What is trained.", title="Experiment", default=Experiment())
    over: Annotated[OverSettings | OverSeeds, Field(discriminator="kind"), BY_KIND] = knob(
        "What differs from run to run.", title="Over", control="choice", default=OverSettings()
    )
    epochs: int = knob(
        "How long each run is trained.", title="Epochs", unit="epochs", default=200, ge=1, le=10_000, scale="log"
    )
    measure: Literal["test_accuracy", "test_loss", "train_accuracy", "train_loss"] = knob(
        "What is shown of each run.", title="Measure", control="choice", default="test_accuracy"
    )
    moment: Literal["last", "best"] = knob(
        "Whether the last value of each run is shown, or its best.", title="Moment", control="choice", default="last"
    )
    target_accuracy: float = knob(
        "What a run must reach to have succeeded, where accuracy is shown.",
        title="At least",
        unit="%",
        default=0.9,
        ge=0,
        le=1,
        step=0.01,
    )
    target_loss: float = knob(
        "What a run must reach to have succeeded, where loss is shown.",
        title="At most",
        default=0.1,
        ge=1e-6,
        le=100,
        scale="log",
    )

    @model_validator(mode="after")
    def _can_be_trained(self) -> Self:
        seconds = self.seconds
        if max(seconds) > MOST_CELL_SECONDS:
            minutes, most = round(max(seconds) / 60), MOST_CELL_SECONDS // 60
            misfit(
                "epochs", f"one run would take about {minutes} minutes, the limit is {most}: use fewer epochs or units"
            )
        if sum(seconds) > MOST_SECONDS:
            runs, minutes, most = len(seconds), round(sum(seconds) / 60), MOST_SECONDS // 60
            misfit(
                "epochs",
                f"these {runs} runs would take about {minutes} minutes, the limit is {most}: use fewer epochs or runs",
            )
        return self

    @cached_property
    def seconds(self) -> tuple[float, ...]:
        """About how long each cell takes of one processor."""
        return tuple(seconds_of(experiment, self.epochs) for experiment in self.experiments)

    @cached_property
    def axes(self) -> tuple[list[Value], list[Value]]:
        """The values of x and of y; of an ensemble the number of each run, and nothing."""
        match self.over:
            case OverSeeds(count=count):
                return list(range(count)), []
            case OverSettings(x=x, y=y):
                if x.setting == y.setting:
                    misfit("over.y.setting", "expected another setting than that of x")
                return values_of(self.experiment, x, "over.x"), values_of(self.experiment, y, "over.y")

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiment of each cell: x goes on from cell to cell, y from row to row."""
        x, y = self.axes
        return tuple(self.experiment_of(cell) for cell in range(len(x) * max(1, len(y))))

    def experiment_of(self, cell: int) -> Experiment:
        if isinstance(self.over, OverSeeds):
            return begun_otherwise(self.experiment, self.over.vary, cell)
        x, y = self.axes
        settings = [("over.x", self.over.x, x, cell % len(x)), ("over.y", self.over.y, y, cell // len(x))]
        experiment = self.experiment
        for place, axis, values, index in sorted(settings, key=lambda each: each[1].setting.count(".")):
            experiment = with_setting(experiment, axis, values[index], place_of(place, axis, index))
        return experiment


# --- the experiments of a sweep ------------------------------------------------------------------------------------


def values_of(experiment: Experiment, axis: Axis, place: str) -> list[Value]:
    """The values of an axis, each once: whole numbers where the setting is one."""
    sort = sort_at(experiment, axis, place)
    match axis.values:
        case Choices() if sort == "choice":
            return [*axis.values.choices]
        case Numbers() if sort != "choice":
            numbers = axis.values
            return [*dict.fromkeys([round(value) for value in numbers.exact] if sort == "whole" else numbers.spread)]
        case Choices():
            misfit(f"{place}.values", f"{axis.setting} is a number: expected numbers")
    misfit(f"{place}.values", f"{axis.setting} is a choice: expected choices")


def sort_at(experiment: Experiment, axis: Axis, place: str) -> Sort:
    found = found_at(experiment, way_to(axis.setting))
    if not found:
        misfit(f"{place}.setting", f"{axis.setting} is no setting of this experiment")
    if not (sort := sort_of(found[0])):
        misfit(f"{place}.setting", f"{axis.setting} is not one that can be swept")
    return sort


def place_of(place: str, axis: Axis, index: int) -> str:
    """Where in the document a value of an axis comes from."""
    match axis.values:
        case Choices():
            return f"{place}.values.choices.{index}"
    return f"{place}.values.{'high' if index else 'low'}"


def with_setting(experiment: Experiment, axis: Axis, value: Value, place: str) -> Experiment:
    """The same experiment with another value there. Other data bring the output and the loss that fit them."""
    way = way_to(axis.setting)
    if not found_at(experiment, way):
        misfit(f"{place.partition('.values')[0]}.setting", f"{axis.setting} is no setting of each experiment")
    document = document_with(experiment, way, value)
    if way == ["data"]:
        usual = {"output": usual_output(experiment.data), "loss": usual_loss(experiment.data)}
        document = {name: part for name, part in document.items() if usual.get(name) != getattr(experiment, name)}
    try:
        return Experiment.parse(document)
    except InvalidExperiment as error:
        problem = error.problems[0]
        misfit(place, problem.message if is_within(problem.field, axis.setting) else str(problem))


def is_within(field: str, setting: str) -> bool:
    """Whether a place of an experiment is that of a setting, or in it; whichever item of a list it is."""
    way, outer = (
        [part for part in way_to(each) if not part.isdecimal() and part != EVERY] for each in (field, setting)
    )
    return way[: len(outer)] == outer


def begun_otherwise(experiment: Experiment, seeds: tuple[str, ...], number: int) -> Experiment:
    """The same experiment with some of its seeds so many further on."""
    others = {name: (getattr(experiment.seeds, name) + number) % (LARGEST_SEED + 1) for name in seeds}
    return experiment.model_copy(update={"seeds": experiment.seeds.model_copy(update=others)})


def seconds_of(experiment: Experiment, epochs: int) -> float:
    """About how long so many epochs take."""
    samples = round(experiment.data.samples * (1 - experiment.data.test_fraction))
    batch = samples if experiment.optimizer.whole_batch else min(experiment.batch_size, samples)
    tries = getattr(experiment.optimizer, "tries", 1)
    layers = ceil(samples / max(1, batch)) * len(experiment.stages) * SECONDS_OF_A_LAYER
    numbers = sum(stage.layer.workspace(stage.reaching) for stage in experiment.stages)
    sample = parameter_count(experiment.stages) * SECONDS_OF_A_PARAMETER + numbers * SECONDS_OF_A_NUMBER
    return epochs * tries * (layers + samples * sample)


# --- what they come to ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What a run comes to: how it ended, its metrics then, and its curve: the metrics at some epochs, from 0 on.

    `answers`, of an ensemble's runs: the class (uint8) or value (float32) at the places of a map, row by row from the
    top, or of a line; None where there is no map."""

    status: Literal["trained", "finished", "diverged"]
    message: str | None
    metrics: dict[str, float]
    epochs: list[float]
    curve: dict[str, list[float]]
    answers: Array | None


def outcome_of(sweep: Sweep, cell: int) -> Outcome:
    """Train a cell, as anybody would train its experiment."""
    trainer = Trainer(sweep.experiment_of(cell))
    epochs: list[float] = []
    measured: list[dict[str, float]] = []
    for epoch in looks(sweep.epochs):
        trainer.advance(epochs=epoch - trainer.epoch)
        epochs.append(trainer.exact_epoch)
        measured.append(trainer.metrics())
        if trainer.status != "ready":
            break
    status: Any = "trained" if trainer.status == "ready" else trainer.status
    names = [name for name in measured[0] if name not in ("step", "epoch")]
    curve = {name: [metrics[name] for metrics in measured] for name in names}
    answers = answers_of(trainer) if isinstance(sweep.over, OverSeeds) else None
    return Outcome(status, trainer.message, measured[-1], epochs, curve, answers)


def looks(epochs: int) -> list[int]:
    """The epochs at which a run is measured, the last among them."""
    return [*dict.fromkeys(np.linspace(0, epochs, min(epochs, MOST_LOOKS) + 1).round().astype(int).tolist())]


def answers_of(trainer: Trainer) -> Array | None:
    """What a trained network answers at the places of its map."""
    data = trainer.experiment.data
    if not data.dimensions:
        return None
    outputs = trainer.outputs_at(grid(ANSWER_PLACES[data.dimensions], (-data.reach, data.reach) * data.dimensions))
    if data.task == "classification":
        return decision(outputs.T, trainer.experiment).astype(np.uint8)
    return outputs[:, 0].astype(np.float32)
