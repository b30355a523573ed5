"""Importance: how much worse the network does where what it is told of one column belongs to another sample.

Permutation importance (Breiman 2001, Random forests): of the test samples, one column's values are dealt out anew, and
the loss is measured again. A column that the network does not heed leaves it as it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.evaluation import decision
from core.experiment import Experiment
from core.forward import ForwardPass
from core.network import parameter_count
from core.step import coded

Array = NDArray[Any]

MOST_SAMPLES, FEWEST_SAMPLES = 1000, 50
MOST_DEALS = 5
MOST_PRODUCTS = 2 * 10**9
"""Multiplications: what takes about a second of one core at most."""


class Importance(NamedTuple):
    """`losses` and `accuracies` (columns, deals): what they are with a column dealt out anew, each time in another way;
    `loss` and `accuracy`: what they are as it is, of as many `samples`. No accuracies but in a classification."""

    columns: tuple[str, ...]
    loss: float
    losses: Array
    accuracy: float | None
    accuracies: Array | None
    samples: int


def importance(experiment: Experiment, data: Samples, vector: Array) -> Importance | None:
    """At parameters and running statistics. Of few of the test samples where the network is large. None of images,
    whose pixels mean nothing one by one."""
    columns = experiment.data.input_columns
    if not columns:
        return None
    inputs, targets = data.test
    products = parameter_count(experiment.stages) * (len(columns) + 1)
    affordable = max(FEWEST_SAMPLES, MOST_PRODUCTS // products)
    chosen = slice(0, min(len(inputs), MOST_SAMPLES, affordable))
    inputs, answers = inputs[chosen], coded(targets[chosen], experiment).T
    deals = max(1, min(MOST_DEALS, affordable // len(inputs)))

    forward = ForwardPass(experiment.stages, np.tile(inputs, (deals, 1)), np.float32)
    losses, accuracies = np.empty((len(columns), deals)), np.empty((len(columns), deals))
    generator = np.random.default_rng(0)
    loss, accuracy = (found[0] for found in _worth(forward.run(vector), answers, experiment))
    for place, (_, own) in enumerate(columns):
        dealt = np.tile(inputs, (deals, 1, 1))
        for deal in dealt:
            deal[:, own] = deal[generator.permutation(len(inputs))][:, own]
        forward.load(dealt.reshape(-1, inputs.shape[1]))
        losses[place], accuracies[place] = _worth(forward.run(vector), answers, experiment)

    names = tuple(name for name, _ in columns)
    if experiment.data.task != "classification":
        return Importance(names, float(loss), losses, None, None, len(inputs))
    return Importance(names, float(loss), losses, float(accuracy), accuracies, len(inputs))


def _worth(outputs: Array, answers: Array, experiment: Experiment) -> tuple[Array, Array]:
    """The loss and the share of right decisions of outputs (outputs, deals · samples), of each deal: (deals,)."""
    parts = np.split(outputs, outputs.shape[1] // answers.shape[1], axis=1)
    right = decision(answers, experiment)
    losses = [experiment.loss.value(part, answers, experiment.output) for part in parts]
    return np.array(losses), np.array([np.mean(decision(part, experiment) == right) for part in parts])
