"""Answers: what a network makes of each of its samples, and whether it is right."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.evaluation import decision
from core.experiment import Experiment
from core.step import coded

Array = NDArray[Any]


def answers(outputs: Array, experiment: Experiment, data: Samples) -> dict[str, Array]:
    """Of outputs of shape (outputs, samples). One value a sample, of two classes how much it is the second: (1,
    samples). More classes: (2, samples), the winner and its confidence. In a classification also `is_wrong`,
    (samples,)."""
    if experiment.data.task == "regression":
        return {"answers": outputs.astype(np.float32)}
    decided = decision(outputs, experiment)
    shown = outputs[-1:] if len(experiment.data.class_names) <= 2 else np.stack([decided, outputs.max(axis=0)])
    return {"answers": shown.astype(np.float32), "is_wrong": (decided != data.targets).astype(np.uint8)}


def sample_loss(outputs: Array, index: int, experiment: Experiment, data: Samples) -> float:
    """The loss of one sample by itself, whose outputs are of shape (outputs, 1)."""
    return experiment.loss.value(outputs, targets_of(slice(index, index + 1), experiment, data), experiment.output)


def targets_of(chosen: Array | slice, experiment: Experiment, data: Samples) -> Array:
    """What the outputs should be for some samples: (outputs, samples)."""
    _, targets = data.part(chosen)
    return coded(targets, experiment).T
