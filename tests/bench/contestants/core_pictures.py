"""core, drawing a map of every neuron as bytes."""

import numpy as np

from core import Experiment, Trainer
from core.probes import ALL
from core.probes.maps import Maps
from tests.bench.contestants.task import Blocks, Task, compete


class CorePictures:
    def __init__(self, task: Task) -> None:
        trainer = Trainer(Experiment.parse(task.experiment))
        self.maps = Maps(trainer.experiment, trainer.data, tile_cells=task.cells)
        self.parameters = np.concatenate([block.ravel() for block in trainer.weights])
        self.work = task.work

    def turn(self) -> None:
        for _ in range(self.work):
            self.maps.tiles(self.parameters, ALL)

    def check(self) -> Blocks:
        """Per layer (units, cells²)."""
        return [layer.reshape(len(layer), -1).tolist() for layer in self.maps.tiles(self.parameters, ALL)]


compete(CorePictures)
