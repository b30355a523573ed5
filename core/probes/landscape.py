"""Loss landscape: the training loss over a plane through weight space, and the ways of runs on it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import snapshot
from core.data import prepared
from core.experiment import Experiment
from core.forward import ForwardPass
from core.gradient import GradientPass, affordable
from core.network import Stages, parameter_count, split
from core.norms import Looker, thinned
from core.optimizers import AVERAGE
from core.probes.curvature import estimates
from core.probes.picture import Picture
from core.snapshot import SnapshotError
from core.step import coded
from core.timeline import Moment

Array = NDArray[Any]
Kind = Literal["path", "random", "gradient"]
"""Which plane: that of the path's two principal components; of two random directions; of the gradient and the sharpest
direction. All pass through where the first run is."""
Window = tuple[float, float, float, float]

SIDES = (25, 101)
MOST_NUMBERS = 1_000_000  # of a path: 8 MB
MARGIN = 0.25  # around the path, of its extent
LEAST_REACH = 0.1  # of the plane around where the run is, of the length of its weights
FLATTEST = 1 / 3  # the shorter side of the plane, of the longer one
LARGEST = 1e100  # number in a path, so that squares are numbers still
SMALLEST = 1e-6  # a direction of which less is left beside the other one is none
MOST_TOLD = 100_000  # parameters of a network whose projection is told: 800 kB


class WeightPath(NamedTuple):
    """Where a run has been: steps (moments,); vectors, (moments, parameters + running statistics), what was shown and
    evaluated there; and which of the moments is the present."""

    steps: Array
    vectors: Array
    present: int


class Plane(NamedTuple):
    """A place, (parameters,), and two directions from there, (2, parameters)."""

    origin: Array
    directions: Array

    def coordinates(self, weights: Array) -> Array:
        """Of the nearest points on the plane to weights of shape (moments, parameters): (moments, 2)."""
        return (weights - self.origin) @ self._onto.T

    @property
    def _onto(self) -> Array:
        """What steps are to be multiplied with to have their coordinates, (2, parameters), by least squares: the
        directions need not be at right angles."""
        return np.linalg.pinv(self.directions @ self.directions.T) @ self.directions

    @property
    def projection(self) -> tuple[Array, Array]:
        """What weights are to be multiplied with, (2, parameters), and what is then to be taken away, (2,), to have
        their coordinates."""
        onto = self._onto
        return onto, onto @ self.origin

    def kept_variance(self, weights: Array) -> float:
        """The share of the variance of a path, (moments, parameters), that is left on the plane; 1 of a path that goes
        nowhere."""
        from_mean = weights - weights.mean(axis=0)
        variance = float(np.sum(from_mean**2))
        kept = from_mean @ self._onto.T @ self.directions
        return float(np.sum(kept**2)) / variance if variance else 1.0


class LossLandscape:
    """Draws the plane from coarse to fine, a piece at a time, so that a worker can do it between training steps.

    A piece is the reading of a moment, one look at the loss of all training samples, or at two of its gradients. Looks
    go one by one: each costs mostly the activations that it computes. Several weight vectors at once would save a
    quarter of it with 500 samples, and more only with so few that it matters little.
    """

    def __init__(
        self,
        trainer: Looker,
        moments: Sequence[Moment],
        kind: Kind = "path",
        others: Sequence[WeightPath] = (),
        seed: int = 0,
        window: Window | None = None,
        sides: Sequence[int] = SIDES,
    ) -> None:
        """The loss is that of the trainer's experiment, the plane passes through where it is now, and its path is the
        first. `others`: paths of runs with the same layers. `seed` chooses random directions. `window`: left, right,
        bottom and top of what is drawn, unless it is to fit the paths."""
        self.experiment, self.kind, self.sides, self.window = trainer.experiment, kind, sides, window
        experiment, here = trainer.experiment, shown(trainer.states)
        self._here = here  # parameters, and behind them the running statistics that the plane is drawn with
        self._count = parameter_count(experiment.stages)
        self._others, self._reading = others, reading(experiment, trainer.step, here, moments)
        self._check_paths()
        self._chance = np.random.default_rng(seed)
        inputs, targets = prepared(experiment.data, experiment.seeds.data, experiment.seeds.split).train
        self._inputs, self._answers = inputs, coded(targets, experiment)
        self._forward = ForwardPass(experiment.stages, inputs, experiment.precision)
        self._vector = here.copy()
        self.paths: list[WeightPath] = []
        self.plane: Plane | None = None
        self.path_places: list[Array] = []
        self.path_losses: list[Array] = []
        self.kept_variance: list[float] = []
        self.losses = np.zeros((0, 0))
        self.done, self.is_whole = 0, False
        self._pieces = self._work()

    def _check_paths(self) -> None:
        """That they can be drawn: the trainer's as 0, which has this many numbers, the others from 1 on."""
        for number, vectors in enumerate([self._here[None], *(path.vectors for path in self._others)]):
            if (given := vectors.shape[1]) != (wanted := len(self._here)):
                sentence = f"expected vectors of {wanted} numbers like the drawn run's, got {given}"
                raise ValueError(f"paths.{number}: {sentence}: only networks with the same layers share a plane")
            if not is_sound(vectors):
                raise ValueError(f"paths.{number}: expected numbers up to {LARGEST:g} in size, got others among them")

    def _weights(self, path: WeightPath) -> Array:
        return path.vectors[:, : self._count]

    def advance(self) -> bool:
        """Do a piece of what is left. False: there was nothing left."""
        with np.errstate(all="ignore"):
            return next(self._pieces, self) is None

    def loss_at(self, x: float, y: float) -> float:
        """The loss at a place on the plane. Raises ValueError as long as the plane is not known."""
        if self.plane is None:
            raise ValueError("plane: expected one that is known; advance first")
        self._vector[...] = self._here
        self._vector[: self._count] += np.array([x, y]) @ self.plane.directions
        return self._loss(self._vector)

    def _loss(self, vector: Array) -> float:
        """As it is recorded: without penalty, in the run's precision. Infinite where it is no number."""
        outputs = self._forward.run(vector)
        loss = self.experiment.loss.value(outputs, self._answers.T, self.experiment.output)
        return loss if np.isfinite(loss) else np.inf

    def _work(self) -> Iterator[None]:
        own = yield from self._reading
        self.paths = [own, *self._others]
        self.plane = plane = yield from self._laid()
        self.kept_variance = [plane.kept_variance(self._weights(path)) for path in self.paths]
        self.path_places = [plane.coordinates(self._weights(path)) for path in self.paths]
        for path in self.paths:
            losses = np.empty(len(path.vectors))
            for place, vector in enumerate(path.vectors):
                losses[place] = self._loss(vector)
                yield
            self.path_losses.append(losses)
        self.window = window = self.window or fitting(np.concatenate(self.path_places), self._least_reach)
        for side in self.sides:
            yield from self._measure(plane, window, side)
        self.is_whole = True

    def _laid(self) -> Generator[None, None, Plane]:
        """The plane. Only the sharpest direction takes long."""
        origin, stages = self._here[: self._count], self.experiment.stages
        if self.kind == "random":
            directions = np.array([filter_normalised(origin, stages, self._chance) for _ in range(2)])
            return Plane(origin, directions if directions.any() else orthonormal(directions, self._chance))
        if self.kind == "path":
            first = self.paths[0]
            directions = principal(np.concatenate([self._weights(path) for path in self.paths]))
            way = origin - self._weights(first)[0]
            directions = np.where(directions @ way < 0, -1, 1)[:, None] * directions
        else:
            most = affordable(self.experiment)
            over = GradientPass(self.experiment, self._inputs[:most], self._answers[:most], self._here[self._count :])
            directions = np.array([over.run(origin).copy(), np.zeros(self._count)])
            for found in estimates(over, origin):
                directions[1] = found.direction
                yield
        return Plane(origin, orthonormal(directions, self._chance))

    @property
    def _least_reach(self) -> float:
        """How far the plane goes at least: random directions are as long as the weights, others of length 1."""
        if self.kind == "random":
            return 1.0
        return LEAST_REACH * float(np.linalg.norm(self._here[: self._count])) or 1.0

    def _measure(self, plane: Plane, window: Window, side: int) -> Iterator[None]:
        """The losses over the window, rows from its bottom to its top, which are seen when all are known."""
        left, right, bottom, top = window
        losses, row_start = np.empty((side, side)), np.empty(self._count)
        self._vector[...] = self._here
        point = self._vector[: self._count]
        for row, y in enumerate(np.linspace(bottom, top, side)):
            np.multiply(plane.directions[1], y, row_start)
            row_start += plane.origin
            for column, x in enumerate(np.linspace(left, right, side)):
                np.multiply(plane.directions[0], x, point)
                point += row_start
                losses[row, column] = self._loss(self._vector)
                self.done += 1
                yield
        self.losses = losses

    def place_of(self, trainer: Looker) -> list[float] | None:
        """Where a trainer that has gone on is by now, nearest on the plane: x and y."""
        if self.plane is None or shapes_of(trainer.experiment) != shapes_of(self.experiment):
            return None
        place: list[float] = self.plane.coordinates(shown(trainer.states)[: self._count]).tolist()
        return place

    @property
    def done_share(self) -> float:
        """Of all places of the plane, those that were looked at."""
        return self.done / sum(side**2 for side in self.sides)

    def picture(self) -> Picture:
        """What is known by now. `landscape/losses`: (side, side), rows from low to high; of each path N
        `landscape/N/steps`: (moments,), `landscape/N/places`: (moments, 2), and `landscape/N/losses`: (moments,). For
        each layer L that has parameters `onto/L`: (2, units, columns), which its weights are to be multiplied with and
        summed up, for all layers; that less `offset` is their place. It is left out of a very large network.

        `done`: the share of all places of the plane that were looked at. `kept_variance`: of each path, on the plane.
        `presents`: which of each path's moments it is at.
        """
        info = {
            "plane": self.kind,
            "window": self.window,
            "done": self.done_share,
            "kept_variance": self.kept_variance,
            "presents": [path.present for path in self.paths],
            "is_whole": self.is_whole,
        }
        arrays = {"landscape/losses": self.losses.astype(np.float32)}
        known = zip(self.paths, self.path_places, self.path_losses, strict=False)
        for number, (path, places, losses) in enumerate(known):
            arrays[f"landscape/{number}/steps"] = path.steps.astype(float)
            arrays[f"landscape/{number}/places"] = places.astype(np.float32)
            arrays[f"landscape/{number}/losses"] = losses
        if self.plane and self._count <= MOST_TOLD:
            onto, offset = self.plane.projection
            info["offset"] = offset.tolist()
            blocks = zip(*(split(row, self.experiment.stages) for row in onto), strict=True)
            arrays |= {f"onto/{layer}": np.array(both, np.float32) for layer, both in enumerate(blocks) if both[0].size}
        return Picture({"landscape": info}, arrays)


def path_of(trainer: Looker, moments: Sequence[Moment]) -> WeightPath:
    """A run's way by its kept moments, of which some are taken, and its present. Moments that cannot be read, or at
    which the network had other layers, are left out."""
    pieces = reading(trainer.experiment, trainer.step, shown(trainer.states), moments)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            path: WeightPath = end.value
            return path


def reading(
    experiment: Experiment, step: int, here: Array, moments: Sequence[Moment]
) -> Generator[None, None, WeightPath]:
    """The same with a pause after each moment. `step` and `here`: the present."""
    chosen = list(thinned({moment.step: moment for moment in moments}).values())
    most = max(2, MOST_NUMBERS // len(here))
    vectors: dict[int, Array] = {}
    for moment in chosen[:: -(-len(chosen) // most) or 1]:
        vector = vector_of(moment, experiment)
        if vector is not None:
            vectors[moment.step] = vector
        yield
    vectors = dict(sorted({**vectors, step: here}.items()))
    return WeightPath(np.array([*vectors]), np.array([*vectors.values()]), [*vectors].index(step))


def vector_of(moment: Moment, experiment: Experiment) -> Array | None:
    """What was shown at a moment; None of one that cannot be read, or at which the network had other layers."""
    try:
        document, states = snapshot.unpacked(moment.snapshot)
        with snapshot.complaints():
            is_alike = shapes_of(Experiment.parse(document["experiment"])) == shapes_of(experiment)
            vector = shown(states)
    except SnapshotError:
        return None
    return vector if is_alike and is_sound(vector) else None


def shown(states: dict[str, Array]) -> Array:
    """What is shown and evaluated, in float64: the parameters or their average, and behind them what layers have
    measured."""
    return np.concatenate([states.get(AVERAGE, states["parameters"]), states["running"]]).astype(float)


def is_sound(vectors: Array) -> bool:
    return bool((np.abs(vectors) <= LARGEST).all())


def shapes_of(experiment: Experiment) -> list[tuple[str, tuple[int, int]]]:
    return [(stage.kind, stage.shape) for stage in experiment.stages]


def principal(points: Array) -> Array:
    """The two directions, (2, parameters), along which points, (moments, parameters), differ most; 0 in place of those
    along which they differ by rounding alone.

    By the products of all points with each other: there are far fewer moments than parameters.
    """
    from_mean = points - points.mean(axis=0)
    variances, shares = np.linalg.eigh(from_mean @ from_mean.T)
    directions = np.zeros((2, points.shape[1]))
    for index in range(min(2, len(points))):
        if variances[-1 - index] > SMALLEST**2 * variances[-1]:
            directions[index] = shares[:, -1 - index] @ from_mean
    return directions


def filter_normalised(parameters: Array, stages: Stages, chance: np.random.Generator) -> Array:
    """A random direction like the parameters, in which every unit's weights are as long as they are in the parameters,
    and what is no weight stays as it is (Li, Xu, Taylor, Studer & Goldstein 2018, Visualizing the loss landscape of
    neural nets): a unit of ReLU works the same at any scale, so that a step counts by the size of what it moves."""
    direction = np.zeros_like(parameters)
    for drawn, block, stage in zip(split(direction, stages), split(parameters, stages), stages, strict=True):
        if stage.layer.has_weights:
            random = chance.normal(size=(len(block), block.shape[1] - 1))
            lengths = np.linalg.norm(block[:, :-1], axis=1) / np.linalg.norm(random, axis=1)
            drawn[:, :-1] = random * lengths[:, None]
    return direction


def orthonormal(directions: Array, chance: np.random.Generator) -> Array:
    """Both of length 1 and at right angles, the first kept. One that is 0, or along the other, gives way to a random
    one."""
    found = np.zeros_like(directions)
    for index, direction in enumerate(directions):
        for candidate in (direction, chance.normal(size=len(direction))):
            rest = candidate / (np.linalg.norm(candidate) or 1.0)
            for _ in range(2):  # the second time for what rounding has left
                rest = rest - (found @ rest) @ found
            if (length := np.linalg.norm(rest)) > SMALLEST:
                found[index] = rest / length
                break
    return found


def fitting(places: Array, least: float) -> Window:
    """A window around places, (moments, 2), with a margin, that reaches at least so far from the origin."""
    lowest, highest = places.min(axis=0), places.max(axis=0)
    margin = MARGIN * (highest - lowest)
    low, high = np.minimum(lowest - margin, -least), np.maximum(highest + margin, least)
    half = (high - low) / 2
    half = np.maximum(half, FLATTEST * half.max())
    middle = (low + high) / 2
    (left, bottom), (right, top) = (middle - half).tolist(), (middle + half).tolist()
    return left, right, bottom, top
