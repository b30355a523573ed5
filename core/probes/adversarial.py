"""Adversarial images: how little every pixel has to change for a network to take an image for something else."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.evaluation import decision
from core.experiment import Experiment
from core.forward import ForwardPass
from core.gradient import InputGradient
from core.step import coded

Array = NDArray[Any]

LARGEST = 0.5
"""From here on a grey image could be any: no pixel of 0 to 1 is farther than this from the middle."""
STEPS = 100


class Attack(NamedTuple):
    """direction: the sign of the gradient of the loss by each pixel, (pixels,). outputs: what the network says at
    STEPS + 1 sizes from 0 to LARGEST, (sizes, outputs). label: what the image is, or what it was taken for where nobody
    has told. flips_at: the smallest size at which it is taken for something else, None where there is none; and what it
    is taken for then."""

    direction: Array
    outputs: Array
    label: int
    flips_at: float | None
    taken_for: int


class FastGradientSign:
    """Every pixel goes ε in the direction in which the loss grows, and stays from 0 to 1 (Goodfellow, Shlens & Szegedy
    2015, Explaining and harnessing adversarial examples)."""

    def __init__(self, experiment: Experiment, data: Samples) -> None:
        self.experiment, self.data = experiment, data
        self._gradient = InputGradient(experiment, 1)
        nothing = np.zeros((STEPS + 1, experiment.stages[0].inputs))
        self._forward = ForwardPass(experiment.stages, nothing, np.float32)

    def on(self, image: Array, vector: Array, label: int | None = None) -> Attack:
        """On an image of shape (pixels,), from 0 to 1. Without a label it is taken for what the network says of it."""
        if label is None:
            label = int(decision(self._answers(image[None], vector), self.experiment)[0])
        wanted = coded(np.array([label]), self.experiment)
        direction = np.sign(self._gradient.run(vector, self.data.inputs(image[None]), wanted)[0])
        sizes = np.linspace(0, LARGEST, STEPS + 1)
        outputs = self._answers(moved(image, direction, sizes), vector).T.copy()
        flipped = self._first_other(outputs, label)
        if not flipped:
            return Attack(direction, outputs, label, None if flipped is None else 0.0, self._said(outputs, flipped))
        closer = np.linspace(sizes[flipped - 1], sizes[flipped], STEPS + 1)
        near = self._answers(moved(image, direction, closer), vector).T
        first = self._first_other(near, label)
        return Attack(direction, outputs, label, float(closer[first or -1]), self._said(near, first or -1))

    def _answers(self, images: Array, vector: Array) -> Array:
        """(outputs, images), of at most STEPS + 1 images."""
        filled = np.resize(images, (STEPS + 1, images.shape[1]))
        self._forward.load(self.data.inputs(filled))
        return self._forward.run(vector)[:, : len(images)]

    def _first_other(self, outputs: Array, label: int) -> int | None:
        """The first that is taken for something else."""
        others = np.flatnonzero(decision(outputs.T, self.experiment) != label)
        return int(others[0]) if len(others) else None

    def _said(self, outputs: Array, place: int | None) -> int:
        return int(decision(outputs[-1 if place is None else place][:, None], self.experiment)[0])


def moved(image: Array, direction: Array, sizes: Array) -> Array:
    """The image at each size of the step, (sizes, pixels)."""
    images: Array = np.clip(image + sizes[:, None] * direction, 0, 1)
    return images
