"""Tutorial NumPy, drawing a map of every neuron as bytes."""

import numpy as np

from tests.bench.contestants.task import Blocks, Task, compete
from tests.bench.contestants.tutorial import Tutorial

REACH = 3


class TutorialPictures(Tutorial):
    def __init__(self, task: Task) -> None:
        super().__init__(task)
        middles = (np.arange(task.cells) + 0.5) / task.cells * 2 * REACH - REACH
        xs, ys = np.meshgrid(middles, -middles)
        self.points = np.column_stack([xs.ravel(), ys.ravel()]).astype("float32")
        self.weights = [W.astype("float32") for W in self.weights]
        self.biases = [b.astype("float32") for b in self.biases]

    def maps(self) -> list[np.ndarray]:
        return [((outputs + 1) * 127.5 + 0.5).astype(np.uint8).T for outputs in self.forward(self.points)[1:]]

    def turn(self) -> None:
        for _ in range(self.task.work):
            self.maps()

    def check(self) -> Blocks:
        return [layer.tolist() for layer in self.maps()]


compete(TutorialPictures)
