"""Mistakes: the samples that cost a network most, and what it says of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.evaluation import decision
from core.experiment import Experiment
from core.probes.answers import targets_of

Array = NDArray[Any]

MOST_SHOWN = 100


def worst_mistakes(outputs: Array, experiment: Experiment, data: Samples, among: Array, most: int) -> dict[str, Array]:
    """Of the samples `among` all, as indices, those with the largest losses, the largest first, by `samples` and
    `losses`. In a classification also `taken_for`, the class that the network says, and `sureness`, from 0 to 1; in a
    regression its `answers`. All are of shape (samples,). `outputs`: (outputs, samples), of all."""
    shown = outputs[:, among]
    losses = experiment.loss.each(shown, targets_of(among, experiment, data), experiment.output)
    order = np.argsort(-losses, kind="stable")[: min(most, MOST_SHOWN)]
    found = {"samples": among[order].astype(np.uint32), "losses": losses[order].astype(np.float32)}
    if experiment.data.task == "classification":
        said = decision(shown[:, order], experiment)
        found |= {
            "taken_for": said.astype(np.uint8),
            "sureness": sureness(shown[:, order], said, experiment).astype(np.float32),
        }
    if experiment.data.task == "regression":
        found["answers"] = shown[0, order].astype(np.float32)
    return found


def sureness(outputs: Array, said: Array, experiment: Experiment) -> Array:
    """How sure the network is of what it says, from 0 to 1: where its output lies between its levels for no and yes."""
    low, high = experiment.output.levels
    shares = np.clip((outputs - low) / (high - low), 0, 1)
    if len(shares) == 1:
        return np.asarray(np.where(said == 1, shares[0], 1 - shares[0]))
    return np.asarray(np.take_along_axis(shares, said[None].astype(int), 0)[0])
