"""Race: two to four networks that start from the same place and see the same samples in the same order.

What must be the same for a race to be fair belongs to the race: the data and their split, all seeds, the order of the
samples. What a contestant is belongs to the contestant. The first weights are the same where shapes allow: each dense
layer draws its own from the seed and its place among the dense layers, so that two contestants begin with the same
numbers in every layer that has the same place, the same shape and the same initializer in both, whatever their
optimizers, rates, activations and batches. (An initializer that goes on with the data's own random numbers draws layer
after layer: there, all layers up to the first that differs.) The samples of an epoch come in the same order to all,
cut into batches of each one's own size.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from core.activations import OutputActivation
from core.clipping import Clipping
from core.data import Dataset
from core.data.planar import Spiral
from core.experiment import Experiment, Seeds, readable
from core.losses import Loss
from core.network import Network
from core.optimizers import SGD, Optimizer
from core.optimizers.adaptive import Adam
from core.regularizers import Regularizer
from core.schedules import Schedule
from core.spec import BY_KIND, InvalidExperiment, Spec, knob, misfit

FEWEST_RACERS, MOST_RACERS = 2, 4
MOST_EPOCHS = 2000  # each has its own point on every curve
LONGEST_NAME = 40
SHARED = ("data", "order", "tail", "seeds")


def as_in_experiment(name: str) -> Any:
    """The field of an experiment with its bounds, its default and what a form says of it."""
    return deepcopy(Experiment.model_fields[name])


class Racer(Spec):
    """A contestant: its network, and how that learns. `output` and `loss`, where left out, fit the data."""

    name: Annotated[str, AfterValidator(readable)] = knob(
        "What this contestant is called; left out, it is called after what it does otherwise than the others.",
        title="Name",
        control="text",
        default="",
        max_length=LONGEST_NAME,
    )
    network: Network = as_in_experiment("network")
    output: OutputActivation | None = knob(
        "The activation of the last layer; left out, the one that fits the data.",
        title="Output",
        control="choice",
        default=None,
    )
    loss: Loss | None = knob(
        "How wrong an answer counts; left out, the one that fits the data.",
        title="Loss",
        control="choice",
        default=None,
    )
    optimizer: Optimizer = as_in_experiment("optimizer")
    schedule: Schedule = as_in_experiment("schedule")
    clipping: Clipping = as_in_experiment("clipping")
    batch_size: int = as_in_experiment("batch_size")
    regularization: Regularizer = as_in_experiment("regularization")
    precision: Literal["float64", "float32"] = as_in_experiment("precision")

    @property
    def title(self) -> str:
        return self.name or self.optimizer.summary


Points = Literal["test", "train"]


def _points() -> Any:
    return knob(
        "Whether it is measured on unseen points, or on those that are learned from.",
        title="Points",
        control="choice",
        default="test",
    )


class LossTarget(Spec):
    """The loss is to fall so far."""

    kind: Literal["loss"] = "loss"
    title: ClassVar = "Loss"

    points: Points = _points()
    value: float = knob(
        "Whoever comes down to it first is ahead.", title="At most", default=0.1, ge=1e-6, le=100, scale="log"
    )


class AccuracyTarget(Spec):
    """So large a share of the answers is to be right."""

    kind: Literal["accuracy"] = "accuracy"
    title: ClassVar = "Accuracy"

    points: Points = _points()
    value: float = knob(
        "Whoever comes up to it first is ahead.", title="At least", unit="%", default=0.95, ge=0, le=1, step=0.01
    )


Target = Annotated[LossTarget | AccuracyTarget, Field(discriminator="kind"), BY_KIND]


class Race(Spec):
    """Everything that decides how a race goes. Its contestants differ in what they are, and in nothing else."""

    data: Dataset = knob("What all contestants are to learn.", title="Data", control="data", default=Spiral())
    contestants: tuple[Racer, ...] = knob(
        "Who races.",
        title="Contestants",
        default=(Racer(optimizer=Adam()), Racer(optimizer=SGD())),
        min_length=FEWEST_RACERS,
        max_length=MOST_RACERS,
        strict=False,
    )
    epochs: int = knob(
        "The finish line: where all contestants stop.",
        title="Finish",
        unit="epochs",
        default=200,
        ge=1,
        le=MOST_EPOCHS,
        scale="log",
    )
    target: Target = knob(
        "What is to be reached: who gets there in the fewest epochs is ahead, then who is nearest.",
        title="Target",
        control="choice",
        default=LossTarget(),
    )
    order: Literal["shuffled", "fixed"] = as_in_experiment("order")
    tail: Literal["smaller", "carried"] = as_in_experiment("tail")
    seeds: Seeds = as_in_experiment("seeds")

    @model_validator(mode="after")
    def _all_can_race(self) -> Self:
        for place in range(len(self.contestants)):
            try:
                self._experiment_of(place)
            except InvalidExperiment as error:
                field, sentence = error.problems[0]
                misfit(field if field.split(".")[0] in SHARED else f"contestants.{place}.{field}", sentence)
        if self.target.kind == "accuracy" and self.data.task != "classification":
            misfit("target.kind", "only classes are right or wrong: race for a loss with these data")
        if self.target.kind == "loss" and len({experiment.loss for experiment in self.experiments}) > 1:
            misfit("target.kind", "these contestants measure their loss in different ways: race for an accuracy")
        return self

    @property
    def experiments(self) -> list[Experiment]:
        """Each contestant as an experiment of its own, which goes the same way outside the race, bit for bit."""
        return [self._experiment_of(place) for place in range(len(self.contestants))]

    def _experiment_of(self, place: int) -> Experiment:
        """Raises InvalidExperiment."""
        racer = self.contestants[place]
        own = {name: getattr(racer, name) for name in type(racer).model_fields if getattr(racer, name) is not None}
        shared = {name: getattr(self, name) for name in SHARED}
        return Experiment.parse({**shared, **own, "name": f"Race: {racer.title}"})
