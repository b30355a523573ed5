"""Descent: gradient descent by itself, on a loss of one weight or two. The Descent lab's document, and its stepper.

The optimizers are the networks' own: what they emit into a program is run here on one or two parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from core.optimizers import AVERAGE, SGD, Optimizer, SearchSpec, StepSpec, Vectors
from core.program import Executor, Program
from core.spec import Spec, knob, misfit
from core.surfaces import OneWeight, Surface, SurfaceSpec

Array = NDArray[Any]

MOST_STEPS = 1000
MOST_CONTESTANTS = 4
MOST_WORK = 200_000  # of a contestant: looks at a loss or a gradient, times the parts of the formula that is looked at
FAR = 1e12  # a weight beyond this has left for good
MAP_CELLS = {1: 401, 2: 121}  # along each weight, of a curve and of a map


class Start(Spec):
    """Where all contestants begin."""

    x: float = knob("Where the first weight begins.", title="Start", default=5.0, ge=-1000, le=1000, control="number")
    y: float = knob(
        "Where the second weight begins.", title="Start y", default=0.0, ge=-1000, le=1000, control="number"
    )


class Contestant(Spec):
    """An optimizer on its way down, and how many samples each of its gradients is of."""

    optimizer: Optimizer = knob(
        "How a gradient becomes a step.", title="Optimizer", control="choice", default=SGD(learning_rate=0.1)
    )
    batch_size: int = knob(
        "How many samples each gradient is the mean of: one is stochastic, all are the true gradient.",
        title="Batch size",
        unit="samples",
        default=64,
        ge=1,
        le=64,
        scale="log",
    )


class Descent(Spec):
    """Everything that decides how a descent goes, and how it is looked at."""

    surface: Surface = knob("The loss that is descended.", title="Surface", control="choice", default=OneWeight())
    start: Start = knob("Where all contestants begin.", title="Start", default=Start())
    contestants: tuple[Contestant, ...] = knob(
        "Who goes down.",
        title="Contestants",
        default=(Contestant(),),
        min_length=1,
        max_length=MOST_CONTESTANTS,
        strict=False,
    )
    steps: int = knob(
        "How many steps each contestant takes.", title="Steps", default=20, ge=1, le=MOST_STEPS, scale="log"
    )
    grid: int = knob(
        "How many values of each weight brute force tries.",
        title="Brute force",
        unit="values",
        default=20,
        ge=2,
        le=200,
        scale="log",
    )
    seed: int = knob(
        "Chooses the order of the samples, and what random search tries.",
        title="Seed",
        control="seed",
        default=1,
        ge=0,
        le=2**53 - 1,
    )
    fog: bool = knob(
        "Whether only the ground near each contestant is seen, as the contestants see it.", title="Fog", default=False
    )
    view: Literal["map", "relief"] = knob(
        "How a surface is drawn: from above, or in three dimensions.", title="View", control="choice", default="map"
    )

    @model_validator(mode="after")
    def _begins_somewhere(self) -> Self:
        place = np.array(self.place)
        with np.errstate(all="ignore"):
            height, slope = self.ground.loss(place), self.ground.gradient(place)
        if not np.isfinite(height):
            misfit("start", "the surface has no finite loss there: start somewhere else")
        if not np.isfinite(slope).all():
            misfit("start", "the surface has no finite gradient there: start somewhere else")
        return self

    @property
    def place(self) -> tuple[float, ...]:
        """Where it begins: (weights,)."""
        return (self.start.x, self.start.y)[: self.surface.dimensions]

    @property
    def window(self) -> tuple[tuple[float, float], ...]:
        """What the map shows, from low to high along each weight."""
        return self.surface.window(self.place)

    @property
    def ground(self) -> Ground:
        return Ground(self.surface, self.surface.drawn())


@dataclass(frozen=True)
class Ground:
    """A surface with its samples."""

    surface: SurfaceSpec
    samples: Array

    @property
    def size(self) -> int:
        return len(self.samples)

    def loss(self, place: Array, batch: Array | None = None) -> Array:
        """The mean loss of a batch's samples, or of all: (*shape), at places of shape (weights, *shape)."""
        losses = self.surface.losses(place, self.samples)
        return np.asarray((losses if batch is None else losses[batch]).mean(axis=0))

    def gradient(self, place: Array, batch: Array | None = None) -> Array:
        """The gradient of that at one place, (weights,)."""
        slopes = self.surface.slopes(place, self.samples)
        return np.asarray((slopes if batch is None else slopes[batch]).mean(axis=0))


@dataclass
class Way:
    """How a contestant went: after each step its place, (weights,), the loss of all samples there, the gradient that
    it meets there, and how many evaluations were spent until then: looks at a loss or a gradient, times samples."""

    places: list[list[float]] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    gradients: list[list[float]] = field(default_factory=list)
    evaluations: list[int] = field(default_factory=list)
    batches: list[list[int]] = field(default_factory=list)
    ended: str | None = None


class Climber:
    """One contestant on its way down. It has no clock and no chance of its own: the same descent goes the same way."""

    def __init__(self, descent: Descent, contestant: Contestant) -> None:
        self.optimizer, self.ground = contestant.optimizer, descent.ground
        self.evaluations = 0
        self.chance = np.random.default_rng([descent.seed, 1])
        self._compile(np.array(descent.place))
        size = self.ground.size if self.optimizer.whole_batch else min(contestant.batch_size, self.ground.size)
        self.batches = batches(np.random.default_rng([descent.seed, 0]), self.ground.size, size)
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Take up the next batch. The gradient that a step will go by is known before the step is taken."""
        self.batch = next(self.batches)
        self.ahead = self.ground.gradient(self.parameters, self.batch)

    def _compile(self, start: Array) -> None:
        """An update is a program over the weights, as in training."""
        program = Program()
        program.begin("update")
        parameters = program.state("parameters", len(start), value=start)
        rate = program.vector(np.array(self.optimizer.rate or 0.0))
        vectors = Vectors.beside(parameters, rate, np.ones(len(start)), program)
        if isinstance(self.optimizer, StepSpec):
            self.optimizer.update(program, vectors)
        elif isinstance(self.optimizer, SearchSpec):
            self.optimizer.remember(program)
        self.optimizer.settle(program, vectors)
        self.executor = Executor(program, np.float64)
        self.states = {name: self.executor.view(region) for name, region in program.states.items()}
        self.parameters, self._gradient = self.states["parameters"], self.executor.view(vectors.gradient)
        self.shown = self.states.get(AVERAGE, self.parameters)
        self.shown[...] = start

    def step(self) -> None:
        """Move once."""
        if isinstance(self.optimizer, SearchSpec):
            start, rate = self.parameters.copy(), self.optimizer.rate or 0.0
            self.parameters[...] = self.optimizer.found(start, self, rate, self.states, self.chance)
        else:
            self.evaluations += len(self.batch)
            self._gradient[...] = self.ahead
        self.executor.run("update")
        self._look_ahead()

    def gradient(self, parameters: Array) -> Array:
        """A look at the gradient of this step's batch, which counts."""
        self.evaluations += len(self.batch)
        return self.ground.gradient(parameters, self.batch)

    def loss(self, parameters: Array) -> float:
        """A look at the loss of this step's batch, which counts."""
        self.evaluations += len(self.batch)
        return float(self.ground.loss(parameters, self.batch))


def batches(chance: np.random.Generator, samples: int, size: int) -> Iterator[Array]:
    """The samples of each step, in a new order every epoch; an epoch's last batch may be smaller."""
    while True:
        order = chance.permutation(samples)
        yield from (order[first : first + size] for first in range(0, samples, size))


def way_of(descent: Descent, contestant: Contestant) -> Way:
    """Let a contestant go its steps, or until it is lost, or has nothing more to do, or has looked too often."""
    with np.errstate(all="ignore"):
        way, climber = Way(), Climber(descent, contestant)
        most = MOST_WORK // descent.surface.parts * climber.ground.size
        for step in range(descent.steps + 1):
            if not _notes(way, climber):
                way.ended = f"Diverged: after step {step} its loss is no longer a number that counts."
            elif climber.evaluations > most:
                way.ended = f"Stopped: it has spent the {most:,} evaluations that one descent may take."
            else:
                way.ended = climber.optimizer.exhausted(climber.states)
            if way.ended or step == descent.steps:
                break
            climber.step()
    return way


def _notes(way: Way, climber: Climber) -> bool:
    """Take note of where a contestant is, unless it is lost."""
    place = climber.shown.copy()
    loss = float(climber.ground.loss(place))
    if not (np.isfinite([loss, *climber.ahead]).all() and (abs(place) < FAR).all()):
        return False
    way.places.append(place.tolist())
    way.losses.append(loss)
    way.gradients.append(climber.ahead.tolist())
    way.evaluations.append(climber.evaluations)
    if climber.ground.size > 1:
        way.batches.append(climber.batch.tolist())
    return True


@dataclass(frozen=True)
class BruteForce:
    """All crossings of a grid, tried row by row: how many evaluations they are, the best of them, and each one that
    was better than all before it, with the evaluations spent until then."""

    evaluations: int
    place: list[float]
    loss: float
    improvements: list[tuple[int, float]]

    def needed_for(self, loss: float) -> int | None:
        """How many evaluations it took to come as low as that; None if it never did."""
        return next((spent for spent, found in self.improvements if found <= loss), None)


def brute_force(descent: Descent) -> BruteForce:
    """Try `grid` values of each weight, evenly over the map, each with each."""
    ground, window = descent.ground, descent.window
    places = lattice(window, descent.grid).reshape(len(window), -1)
    with np.errstate(all="ignore"):
        losses = np.nan_to_num(ground.loss(places), nan=np.inf, neginf=np.inf)
    lowest = np.minimum.accumulate(losses)
    better = np.flatnonzero(losses < np.append(np.inf, lowest[:-1]))
    best = int(losses.argmin())
    improvements = [((int(i) + 1) * ground.size, float(losses[i])) for i in better]
    loss = float(np.nan_to_num(losses[best]))
    return BruteForce(len(losses) * ground.size, places[:, best].tolist(), loss, improvements)


def landscape(descent: Descent) -> Array:
    """What there is to be drawn, in float32. Of two weights the loss at each cell's middle, rows from low y to high.
    Of one weight a row for the mean loss over w, and where there are samples one for each of theirs."""
    ground = descent.ground
    places = lattice(descent.window, MAP_CELLS[descent.surface.dimensions])
    with np.errstate(all="ignore"):
        losses = descent.surface.losses(places, ground.samples)
        if descent.surface.dimensions == 1:
            losses = np.vstack([losses.mean(axis=0), losses if ground.size > 1 else losses[:0]])
        else:
            losses = losses.mean(axis=0)
        return np.asarray(losses, np.float32)


def lattice(window: tuple[tuple[float, float], ...], cells: int) -> Array:
    """Places spread evenly from edge to edge: (weights, cells) or (weights, cells, cells), the last weight slowest."""
    axes = [np.linspace(low, high, cells) for low, high in window]
    return np.stack(np.meshgrid(*axes))
