"""core, drawing a 100×100 map of every neuron as bytes."""

from collections.abc import Callable

import numpy as np

from core import Experiment, Trainer
from core.probes import ALL
from core.probes.maps import Maps
from tests.bench.contestants.task import Task, compete


def prepare(task: Task) -> Callable[[], None]:
    trainer = Trainer(Experiment.parse(task.experiment))
    maps = Maps(trainer.experiment, trainer.data, tile_cells=100)
    parameters = np.concatenate([block.ravel() for block in trainer.weights])

    def turn() -> None:
        for _ in range(task.work):
            maps.tiles(parameters, ALL)

    return turn


compete(prepare)
