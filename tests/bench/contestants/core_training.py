"""core, trained as the product trains: shuffled epochs, and a look for divergence after every slice."""

from typing import Literal

from core import Experiment, Trainer
from tests.bench.contestants.task import Blocks, Task, compete


class Core:
    def __init__(self, task: Task, executor: Literal["numpy", "compiled"] = "numpy") -> None:
        self.task, self.executor = task, executor
        self.trainer = Trainer(Experiment.parse(task.experiment), executor)

    def turn(self) -> None:
        self.trainer.advance(updates=self.task.work)

    def check(self) -> Blocks:
        trainer = Trainer(Experiment.parse(self.task.experiment | {"order": "fixed"}), self.executor)
        trainer.advance(epochs=1)
        return [block.tolist() for block in trainer.weights]


if __name__ == "__main__":
    compete(Core)
