"""Evaluation: what a network's answers are worth, on the samples it learns from and on those it never sees."""

from __future__ import annotations

from typing import Any

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


class Evaluation:
    """Measures one experiment's network at any parameters, behind which stand the running statistics."""

    def __init__(self, experiment: Experiment, data: Samples) -> None:
        self.experiment = experiment
        self._parts = {"train": self._part(*data.train), "test": self._part(*data.test)}
        inputs, targets = data.train
        every = max(1, len(inputs) // FEW_SAMPLES)
        self._few = self._part(inputs[::every], targets[::every])

    def _part(self, inputs: Array, targets: Array) -> tuple[ForwardPass, Array]:
        """The pass over these samples, and the coded targets that it should give: (outputs, samples)."""
        forward = ForwardPass(self.experiment.stages, inputs, self.experiment.precision)
        return forward, coded(targets, self.experiment).T

    def rough_loss(self, vector: Array) -> float:
        """The loss of a few training samples spread over all: quick enough to ask all the time."""
        forward, answers = self._few
        with np.errstate(all="ignore"):
            return self.experiment.loss.value(forward.run(vector), answers, self.experiment.output)

    def metrics(self, vector: Array) -> dict[str, float]:
        """Losses without penalty, and in a classification the accuracies from 0 to 1, of training and test samples."""
        found: dict[str, float] = {}
        with np.errstate(all="ignore"):
            for name, (forward, answers) in self._parts.items():
                outputs = forward.run(vector)
                found[f"{name}_loss"] = self.experiment.loss.value(outputs, answers, self.experiment.output)
                if self.experiment.data.task == "classification":
                    found[f"{name}_accuracy"] = float(np.mean(self._decided(outputs) == self._decided(answers)))
        return found

    def confusion(self, vector: Array) -> Array | None:
        """How many test samples of each class (rows) are taken for which (columns); None but in a classification."""
        if self.experiment.data.task != "classification":
            return None
        forward, answers = self._parts["test"]
        classes = len(self.experiment.data.class_names)
        counts = np.zeros((classes, classes), int)
        with np.errstate(all="ignore"):
            np.add.at(counts, (self._decided(answers).astype(int), self._decided(forward.run(vector)).astype(int)), 1)
        return counts

    def _decided(self, outputs: Array) -> Array:
        return decision(outputs, self.experiment)
