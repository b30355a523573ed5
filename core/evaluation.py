"""Evaluation: what a network's answers are worth, on the samples it learns from and on those it never sees."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.experiment import Experiment
from core.forward import ForwardPass
from core.step import coded

Array = NDArray[Any]


FEW_SAMPLES = 64


def decision(outputs: Array, experiment: Experiment) -> Array:
    """The class that outputs of shape (outputs, samples) stand for."""
    if len(outputs) > 1:
        return np.asarray(outputs.argmax(axis=0))
    return np.asarray(outputs[0] > sum(experiment.output.levels) / 2)


class Measured(NamedTuple):
    """What a network says of all samples of its data, (outputs, samples), and what that is worth."""

    outputs: Array
    metrics: dict[str, float]


class Evaluation:
    """Measures one experiment's network at any parameters, behind which stand the running statistics."""

    def __init__(self, experiment: Experiment, data: Samples) -> None:
        self.experiment = experiment
        inputs, targets = data.part(slice(None))
        self._pass = ForwardPass(experiment.stages, inputs, experiment.precision)
        self._answers = coded(targets, experiment).T
        self._parts = {"train": np.flatnonzero(~data.is_test), "test": np.flatnonzero(data.is_test)}
        inputs, targets = data.train
        every = max(1, len(inputs) // FEW_SAMPLES)
        self._few = ForwardPass(experiment.stages, inputs[::every], experiment.precision)
        self._few_answers = coded(targets[::every], experiment).T

    def rough_loss(self, vector: Array) -> float:
        """The loss of a few training samples spread over all: quick enough to ask all the time."""
        with np.errstate(all="ignore"):
            return self.experiment.loss.value(self._few.run(vector), self._few_answers, self.experiment.output)

    def measured(self, vector: Array) -> Measured:
        """All outputs, and from them the losses without penalty, and in a classification the accuracies from 0 to 1, of
        training and test samples."""
        found: dict[str, float] = {}
        with np.errstate(all="ignore"):
            outputs = self._pass.run(vector)
            for name, part in self._parts.items():
                said, answers = outputs[:, part], self._answers[:, part]
                found[f"{name}_loss"] = self.experiment.loss.value(said, answers, self.experiment.output)
                if self.experiment.data.task == "classification":
                    found[f"{name}_accuracy"] = float(np.mean(self._decided(said) == self._decided(answers)))
        return Measured(outputs, found)

    def confusion(self, outputs: Array) -> Array | None:
        """How many test samples of each class (rows) are taken for which (columns), by the outputs of all samples; None
        but in a classification."""
        if self.experiment.data.task != "classification":
            return None
        part = self._parts["test"]
        classes = len(self.experiment.data.class_names)
        counts = np.zeros((classes, classes), int)
        is_and_said = [self._decided(each[:, part]).astype(int) for each in (self._answers, outputs)]
        np.add.at(counts, tuple(is_and_said), 1)
        return counts

    def _decided(self, outputs: Array) -> Array:
        return decision(outputs, self.experiment)
