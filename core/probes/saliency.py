"""Saliency: which pixels of an image speak for a class, and which against it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.experiment import Experiment
from core.gradient import InputGradient, WeighedSums

Array = NDArray[Any]


class Saliency:
    """The gradient of each output's sum, before the softmax or whatever its activation is, by every pixel (Simonyan,
    Vedaldi & Zisserman 2014, Deep inside convolutional networks). Its sign is kept: a brighter pixel speaks for the
    class where it is positive, and against it where it is negative."""

    def __init__(self, experiment: Experiment, data: Samples) -> None:
        self.data, self.outputs = data, experiment.outputs
        self._gradient = InputGradient(experiment, self.outputs, WeighedSums())

    def of(self, image: Array, vector: Array) -> Array:
        """(outputs, pixels), of an image of shape (pixels,) as the data have it."""
        inputs = np.repeat(self.data.inputs(image[None]), self.outputs, axis=0)
        return self._gradient.run(vector, inputs, np.eye(self.outputs)) / self.data.scale.spread
