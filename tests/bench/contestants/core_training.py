"""core, trained as the product trains: shuffled epochs, and a look for divergence after every slice."""

from collections.abc import Callable

from core import Experiment, Trainer
from tests.bench.contestants.task import Task, compete


def prepare(task: Task) -> Callable[[], None]:
    trainer = Trainer(Experiment.parse(task.experiment))
    return lambda: trainer.advance(updates=task.work)


compete(prepare)
