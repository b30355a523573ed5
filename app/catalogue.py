"""Catalogue: everything that can be built, as the page's form and the API's users need it."""

from functools import cache
from typing import Any

import numpy as np

from core import Experiment, presets
from core.change import NEW_STARTS
from core.data import DATASETS, DatasetSpec

SKETCH_SAMPLES = 48
SKETCH_REACH = 50  # whole numbers are shorter to send
SKETCH_SEED = 1
SKETCH_IMAGES = 16


@cache
def catalogue() -> dict[str, Any]:
    """The JSON Schema of an experiment with a form's metadata, experiments by name, the default one, and pictures."""
    return {
        "schema": Experiment.model_json_schema(),
        "presets": {name: experiment.model_dump(mode="json") for name, experiment in presets.items()},
        "default": Experiment().model_dump(mode="json"),
        "new_starts": [{"path": path, "description": text} for path, text in NEW_STARTS.items()],
        "thumbnails": {kind.model_fields["kind"].default: thumbnail(kind()) for kind in DATASETS},
    }


def thumbnail(dataset: DatasetSpec) -> dict[str, Any]:
    """A data set small enough to inline: some points from −50 to 50 with their targets, or some images of 16 grays."""
    points, targets, _ = dataset.draw(np.random.default_rng(SKETCH_SEED))
    if not dataset.dimensions:
        return {"images": (points[:SKETCH_IMAGES] * 15).round().astype(int).tolist()}
    chosen = np.linspace(0, len(points) - 1, SKETCH_SAMPLES).astype(int)
    places = (points[chosen] / dataset.reach * SKETCH_REACH).round().astype(int)
    return {"points": places.tolist(), "targets": targets[chosen].astype(float).round(1).tolist()}
