"""Probes: what can be looked at while a network learns. Nobody asks, nobody pays."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data import Samples
from core.data.images import SIDE
from core.experiment import Experiment
from core.forward import ForwardPass
from core.probes.maps import Maps
from core.probes.picture import Picture, around_zero
from core.probes.statistics import layer_statistics, weight_histogram

Array = NDArray[Any]

VIEWS = ("weights", "tiles", "boundary", "statistics")
SAMPLE_VIEW = re.compile(r"sample:(\d{1,6})")


def check_view(name: str) -> None:
    """Raise ValueError unless frames know this view: one of VIEWS, or sample:N for the sample with that index."""
    if name not in VIEWS and not SAMPLE_VIEW.fullmatch(name):
        raise ValueError(f"view: expected one of {', '.join(VIEWS)} or sample:N, got {name[:40]}")


class Probes:
    """Looks at one experiment's network."""

    def __init__(self, experiment: Experiment, data: Samples) -> None:
        self.experiment, self.data, self.stages = experiment, data, experiment.stages
        self.maps = Maps(experiment, data)
        self._samples: dict[int, ForwardPass] = {}
        self._views: dict[str, Callable[[Array, list[Array], list[Array]], Picture]] = {
            "weights": self._weights,
            "tiles": self._tiles,
            "boundary": self._boundary,
            "statistics": self._statistics,
        }

    def scene(self, batch_size: int, batches: int, notes: list[str]) -> Picture:
        experiment, data = self.experiment, self.data
        layers = [
            {
                "name": stage.name,
                "kind": "dense",
                "units": stage.units,
                "activation": stage.activation.kind,
                "parameters": stage.parameters,
            }
            for stage in self.stages
        ]
        info = {
            "experiment": experiment.model_dump(mode="json"),
            "title": experiment.title,
            "summary": experiment.summary,
            "task": experiment.data.task,
            "inputs": experiment.data.input_names,
            "dimensions": experiment.data.dimensions,
            "classes": len(experiment.data.class_names) or None,
            "class_names": experiment.data.class_names,
            "layers": layers,
            "parameters": sum(stage.parameters for stage in self.stages),
            "train_samples": int(np.sum(~data.is_test)),
            "test_samples": int(np.sum(data.is_test)),
            "batch_size": batch_size,
            "batches": batches,
            "domain": (-experiment.data.reach, experiment.data.reach),
            "target_range": self.maps.levels,
            "notes": notes,
        }
        arrays: dict[str, Array] = {
            "targets": data.targets.astype(np.float32),
            "is_test": data.is_test.astype(np.uint8),
        }
        if experiment.data.dimensions:
            arrays |= {"points": data.points.astype(np.float32), "input_tiles": self.maps.input_tiles()}
        else:
            arrays["images"] = np.round(data.points * 255).astype(np.uint8).reshape(-1, SIDE, SIDE)
        return Picture(info, arrays)

    def frame(self, views: Collection[str], parameters: Array, weights: list[Array], gradients: list[Array]) -> Picture:
        """The arrays and numbers of the named views. A sample that the data does not have is left out."""
        info: dict[str, Any] = {}
        arrays: dict[str, Array] = {}
        for name in views:
            check_view(name)
            if match := SAMPLE_VIEW.fullmatch(name):
                picture = self._sample(int(match[1]), parameters)
            else:
                picture = self._views[name](parameters, weights, gradients)
            info |= picture.info
            arrays |= picture.arrays
        return Picture(info, arrays)

    def _weights(self, parameters: Array, weights: list[Array], gradients: list[Array]) -> Picture:
        return Picture({}, {f"weights/{index}": block.astype(np.float32) for index, block in enumerate(weights)})

    def _tiles(self, parameters: Array, weights: list[Array], gradients: list[Array]) -> Picture:
        """Maps of all units; for images the first layer's weights, each unit's as an image."""
        if self.experiment.data.dimensions:
            return Picture({}, {f"tiles/{index}": tile for index, tile in enumerate(self.maps.tiles(parameters))})
        return Picture({}, {"tiles/0": around_zero(weights[0][:, :-1]).reshape(-1, SIDE, SIDE)})

    def _boundary(self, parameters: Array, weights: list[Array], gradients: list[Array]) -> Picture:
        match self.experiment.data.dimensions:
            case 1:
                return Picture({}, {"curve": self.maps.curve(parameters)})
            case 2:
                return Picture({}, {"boundary": self.maps.boundary(parameters)})
        return Picture({}, {})

    def _statistics(self, parameters: Array, weights: list[Array], gradients: list[Array]) -> Picture:
        layers = [layer_statistics(block, gradient) for block, gradient in zip(weights, gradients, strict=True)]
        histograms = {f"weight_histogram/{index}": weight_histogram(block) for index, block in enumerate(weights)}
        return Picture({"statistics": layers}, histograms)

    def _sample(self, index: int, parameters: Array) -> Picture:
        """What every layer gives for one sample."""
        if index >= len(self.data.points):
            return Picture({}, {})
        if index not in self._samples:
            point = self.data.inputs(self.data.points[index : index + 1])
            self._samples[index] = ForwardPass(self.stages, point, np.float32)
        forward = self._samples[index]
        forward.run(parameters)
        layers = enumerate(forward.activations)
        return Picture({}, {f"sample:{index}/{layer}": a[:, 0].copy() for layer, a in layers})


__all__ = ["VIEWS", "Picture", "Probes", "check_view"]
