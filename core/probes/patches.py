"""Patches: where in the training images a channel is excited most."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.forward import ForwardPass
from core.network import Stages
from core.probes.receptive_field import receptive_fields

Array = NDArray[Any]

MOST = 9


class ExcitingPatches:
    """Of each channel the training images that excite it most, and the patch of each that does it, through the
    channel's receptive field (Zeiler & Fergus 2014, Visualizing and understanding convolutional networks)."""

    def __init__(self, stages: Stages, data: Samples) -> None:
        self.stages = stages
        self.train = np.flatnonzero(~data.is_test)
        self.side = data.dataset.input_shape[1]
        self._forward = ForwardPass(stages, data.train[0], np.float32)
        self._fields = receptive_fields(stages)

    def of(self, layer: int, channel: int, vector: Array) -> dict[str, Array]:
        """From the most exciting on: `samples`, (patches,); `activations`, (patches,); and `edges`, (patches, 4), top,
        bottom, left and right of each patch, which may lie outside the image. An image counts once."""
        largest, places = self._largest(layer, channel, vector)
        order = np.argsort(-largest, kind="stable")[:MOST]
        width = self.stages[layer].giving[2]
        field = self._fields[layer]
        edges = [
            (*field.of(int(place) // width), *field.of(int(place) % width)) if field else (0, self.side) * 2
            for place in places[order]
        ]
        return {
            "samples": self.train[order].astype(np.uint32),
            "activations": largest[order].astype(np.float32),
            "edges": np.array(edges, np.int32).reshape(-1, 4),
        }

    def _largest(self, layer: int, channel: int, vector: Array) -> tuple[Array, Array]:
        """Each training image's largest activation of the channel, and the pixel of the map where it is."""
        _, rows, columns = self.stages[layer].giving
        largest, places = [], []
        for _ in self._forward.batches(vector):
            a = self._forward.activations[layer].reshape(-1, rows * columns, self._forward.activations[layer].shape[1])
            places.append(a[channel].argmax(axis=0))
            largest.append(a[channel].max(axis=0))
        count = len(self.train)
        return np.concatenate(largest)[:count], np.concatenate(places)[:count]
