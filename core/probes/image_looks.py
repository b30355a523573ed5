"""Image looks: what of an image counts, what fools the network, and what its channels look for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.experiment import Experiment
from core.probes.adversarial import LARGEST, FastGradientSign
from core.probes.patches import ExcitingPatches
from core.probes.picture import Picture
from core.probes.saliency import Saliency
from core.probes.views import View, pixels_of

Array = NDArray[Any]

NOTHING = Picture({}, {})


class ImageLooks:
    """Looks at a network that sees images, and at nothing else. What is needed for each is made when it is first asked
    for."""

    def __init__(self, experiment: Experiment, data: Samples) -> None:
        self.experiment, self.data = experiment, data
        self.is_classifying = experiment.data.task == "classification"
        self.has_images = len(experiment.data.input_shape) == 3

    def picture(self, view: View, vector: Array) -> Picture:
        """What one of these views shows; nothing where there is no such image or channel."""
        if not self.has_images:
            return NOTHING
        match view.kind:
            case "patches":
                return self._patches(view, vector)
            case "saliency" | "saliency_of":
                return self._saliency(view, vector)
            case "adversarial" | "adversarial_of":
                return self._adversarial(view, vector)
        return NOTHING

    def _image(self, view: View) -> Array | None:
        """The pixels, from 0 to 1, of a sample or of an image of one's own."""
        if view.kind.endswith("_of"):
            own = pixels_of(view) / 255
            return own if len(own) == self.data.points.shape[1] else None
        return self.data.points[view.number] if view.number < len(self.data.points) else None

    def _saliency(self, view: View, vector: Array) -> Picture:
        """(outputs, height, width)"""
        image = self._image(view)
        if image is None or not self.is_classifying:
            return NOTHING
        _, *sides = self.experiment.data.input_shape
        found = self._salient.of(image, vector)
        return Picture({}, {view.name: found.reshape(-1, *sides).astype(np.float32)})

    def _adversarial(self, view: View, vector: Array) -> Picture:
        """`direction`, (height, width), −1, 0 or 1; `outputs`, (sizes, outputs); and `told`: how far the sizes go, what
        the image is or is taken for, the smallest size at which it is another, −1 where there is none, and which."""
        image = self._image(view)
        if image is None or not self.is_classifying:
            return NOTHING
        _, *sides = self.experiment.data.input_shape
        is_own = view.kind == "adversarial_of"
        found = self._attacking.on(image, vector, None if is_own else int(self.data.targets[view.number]))
        flips_at = -1.0 if found.flips_at is None else found.flips_at
        return Picture(
            {},
            {
                f"{view.name}/direction": found.direction.reshape(sides).astype(np.int32),
                f"{view.name}/outputs": found.outputs.astype(np.float32),
                f"{view.name}/told": np.array([LARGEST, found.label, flips_at, found.taken_for], np.float32),
            },
        )

    def _patches(self, view: View, vector: Array) -> Picture:
        """`samples`, `activations` and `edges` of the patches that excite a channel most, counted as units are."""
        first = 0
        for layer, stage in enumerate(self.experiment.stages):
            if stage.is_image and first <= view.number < first + stage.neurons:
                found = self._exciting.of(layer, view.number - first, vector)
                return Picture({}, {f"{view.name}/{name}": values for name, values in found.items()})
            first += stage.neurons
        return NOTHING

    @cached_property
    def _salient(self) -> Saliency:
        return Saliency(self.experiment, self.data)

    @cached_property
    def _attacking(self) -> FastGradientSign:
        return FastGradientSign(self.experiment, self.data)

    @cached_property
    def _exciting(self) -> ExcitingPatches:
        return ExcitingPatches(self.experiment.stages, self.data)
