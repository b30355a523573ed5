"""Norms: how large each layer's weights and its gradient were on a run's way, from the moments that are kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from core import snapshot
from core.data import prepared
from core.experiment import Experiment
from core.gradient import GradientPass, affordable
from core.network import parameter_count, split
from core.optimizers import AVERAGE
from core.probes import Picture
from core.probes.statistics import layer_statistics
from core.snapshot import SnapshotError
from core.step import coded
from core.timeline import Moment

Array = NDArray[Any]
T = TypeVar("T")

MOST_PLACES = 128
MOST_AT_ONCE = 8
MOST_SAMPLES = 256
MOST_WORK = 10_000_000  # samples times parameters


class Looker(Protocol):
    """What a trainer tells of itself."""

    experiment: Experiment

    @property
    def step(self) -> int: ...
    @property
    def states(self) -> dict[str, Array]: ...


class Norms:
    """Measures each moment once, and a few of them at a time, so that whoever looks holds up nobody.

    The gradient is that of the mean loss over the first training samples, at most 256 and of a large network fewer: it
    can be had of any moment, and does not jump as that of a batch does.
    """

    def __init__(self) -> None:
        self._of_moments: dict[bytes, Array] = {}  # by the head of their snapshot, in which its checksum is
        self._of_looks: dict[int, Array] = {}  # by step: the present of each look on this way
        self._way = 0
        self._gradients: GradientPass | None = None

    def picture(self, trainer: Looker, moments: Sequence[Moment], way: int) -> Picture:
        """`norms/steps`: (looks,), `norms/weights` and `norms/gradients`: (looks, layers), of the moments at which the
        network had as many layers as now. `is_whole` is false while there is more to be measured: ask again.

        `way`: another number where the trainer has gone back and takes another way.
        """
        if way != self._way:
            self._way, self._of_looks = way, {}
        here = self._measured(trainer.experiment, trainer.states)
        self._of_looks = {**thinned(self._of_looks), trainer.step: here}
        chosen = thinned({moment.step: head_of(moment) for moment in moments})
        self._measure({head_of(moment): moment for moment in moments if chosen.get(moment.step)})
        past = {step: self._of_moments[head] for step, head in chosen.items() if head in self._of_moments}
        all_rows = {**self._of_looks, **past, trainer.step: here}  # a moment comes after what changed at its step
        rows = {step: row for step, row in sorted(all_rows.items()) if row.shape == here.shape}
        return Picture({"norms": {"is_whole": len(past) == len(chosen)}}, arrays_of(rows))

    def _measure(self, chosen: dict[bytes, Moment]) -> None:
        """Of the moments that are new, a few from all over the way; what was known of others is forgotten."""
        self._of_moments = {key: row for key, row in self._of_moments.items() if key in chosen}
        new = [key for key in chosen if key not in self._of_moments]
        for key in new[:: ceil(len(new) / MOST_AT_ONCE) or 1]:
            self._of_moments[key] = self._of_snapshot(chosen[key].snapshot)

    def _of_snapshot(self, data: bytes) -> Array:
        """None at all of one that cannot be read."""
        try:
            document, states = snapshot.unpacked(data)
            with snapshot.complaints():
                return self._measured(Experiment.parse(document["experiment"]), states)
        except SnapshotError:
            return np.zeros((0, 2))

    def _measured(self, experiment: Experiment, states: dict[str, Array]) -> Array:
        """The norms of each layer's weights and gradient: (layers, 2)."""
        parameters = states.get(AVERAGE, states["parameters"])
        gradients = self._gradients_of(experiment)
        with np.errstate(all="ignore"):
            gradients.run(parameters)
            blocks = zip(split(parameters, gradients.stages), gradients.gradients, strict=True)
            layers = [layer_statistics(*block) for block in blocks]
        return np.array([[layer["weight_norm"], layer["gradient_norm"]] for layer in layers])

    def _gradients_of(self, experiment: Experiment) -> GradientPass:
        """Moments of one experiment mostly follow each other: its pass is kept until another one's is needed."""
        if self._gradients is None or self._gradients.experiment != experiment:
            samples = prepared(experiment.data, experiment.seeds.data, experiment.seeds.split)
            most = min(MOST_SAMPLES, ceil(MOST_WORK / parameter_count(experiment.stages)), affordable(experiment))
            inputs, targets = (part[:most] for part in samples.train)
            self._gradients = GradientPass(experiment, inputs, coded(targets, experiment))
        return self._gradients


def arrays_of(rows: dict[int, Array]) -> dict[str, Array]:
    table = np.array([*rows.values()], np.float32)
    weights, gradients = np.ascontiguousarray(np.moveaxis(table, 2, 0))
    return {"norms/steps": np.array([*rows], float), "norms/weights": weights, "norms/gradients": gradients}


def head_of(moment: Moment) -> bytes:
    return moment.snapshot[: snapshot.HEAD_BYTES]


def thinned(way: dict[int, T]) -> dict[int, T]:
    """What belongs to steps, in their order, the first of each stretch of the way. A stretch is a power of two, so that
    those of a longer way are among those of a shorter one."""
    first, last = min(way, default=0), max(way, default=0)
    width = 1
    while (last - first) // width >= MOST_PLACES:
        width *= 2
    chosen: dict[int, int] = {}
    for step in sorted(way):
        chosen.setdefault((step - first) // width, step)
    return {step: way[step] for step in chosen.values()}
