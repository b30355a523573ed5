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


class Evaluation:
    """Measures one experiment's network at any parameters."""

    def __init__(self, experiment: Experiment, data: Samples) -> None:
        self.experiment = experiment
        self._parts = {
            name: (ForwardPass(experiment.stages, inputs, experiment.precision), coded(targets, experiment).T)
            for name, (inputs, targets) in (("train", data.train), ("test", data.test))
        }

    def metrics(self, parameters: Array) -> dict[str, float]:
        """Losses without penalty, and in a classification the accuracies from 0 to 1, of training and test samples."""
        found: dict[str, float] = {}
        with np.errstate(all="ignore"):
            for name, (forward, answers) in self._parts.items():
                outputs = forward.run(parameters)
                found[f"{name}_loss"] = self.experiment.loss.value(outputs, answers, self.experiment.output)
                if self.experiment.data.task == "classification":
                    found[f"{name}_accuracy"] = float(np.mean(self._decision(outputs) == self._decision(answers)))
        return found

    def _decision(self, outputs: Array) -> Array:
        """The class that outputs of shape (outputs, samples) stand for."""
        if len(outputs) > 1:
            return np.asarray(outputs.argmax(axis=0))
        return np.asarray(outputs[0] > sum(self.experiment.output.levels) / 2)
