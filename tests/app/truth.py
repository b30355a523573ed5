"""Truth: the weights that a run should have, from a trainer that nobody disturbs."""

from typing import Any

import numpy as np

from core import Experiment, Trainer
from tests.app.visitor import Picture

Blocks = list[np.ndarray[Any, Any]]


def weights_of(frame: Picture) -> Blocks:
    return [array for name, array in sorted(frame.arrays.items()) if name.startswith("weights/")]


def shown(trainer: Trainer) -> Blocks:
    """Its weights as a frame has them."""
    return [block.astype(np.float32) for block in trainer.weights]


def trained_to(step: int, **experiment: Any) -> Blocks:
    trainer = Trainer(Experiment.parse(experiment))
    trainer.advance(updates=step)
    return shown(trainer)


def same(one: Blocks, other: Blocks) -> bool:
    """To the last bit, and there is something to compare."""
    return len(one) == len(other) > 0 and all(map(np.array_equal, one, other))
