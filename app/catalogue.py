"""Catalogue: everything that can be built, as the page's form and the API's users need it."""

from functools import cache
from typing import Any

from core import Experiment, Trainer, presets

SKETCH_SAMPLES = 60
SKETCH_IMAGES = 16


@cache
def catalogue() -> dict[str, Any]:
    """The JSON Schema of an experiment with a form's metadata, experiments by name, the default one, and pictures."""
    return {
        "schema": Experiment.model_json_schema(),
        "presets": {name: experiment.model_dump(mode="json") for name, experiment in presets.items()},
        "default": Experiment().model_dump(mode="json"),
        "thumbnails": {experiment.data.kind: thumbnail(experiment) for experiment in presets.values()},
    }


def thumbnail(experiment: Experiment) -> dict[str, Any]:
    """A data set small enough to inline: a few points with their targets, or a few images of 16 grays."""
    data = experiment.data.model_copy(update={"samples": SKETCH_SAMPLES})
    arrays = Trainer(Experiment(data=data)).scene().arrays
    if "images" in arrays:
        return {"images": (arrays["images"][:SKETCH_IMAGES] // 16).reshape(-1, 64).tolist()}
    points, targets = (arrays[name].astype(float).round(2) for name in ("points", "targets"))
    return {"points": points.tolist(), "targets": targets.tolist()}
