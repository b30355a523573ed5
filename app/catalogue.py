"""Catalogue: everything that can be built, as the page's form and the API's users need it."""

from functools import cache
from typing import Any

import numpy as np

from core import Descent, Experiment, Race, descents, presets, races
from core.change import NEW_STARTS
from core.data import DATASETS, DatasetSpec
from core.descents import usual_starts

SKETCH_SAMPLES = 40
SKETCH_REACH = 25  # whole numbers are shorter to send
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


@cache
def descent_catalogue() -> dict[str, Any]:
    """The same for the Descent lab: the JSON Schema of a descent, descents by name, the default one, what there is to
    see in each, and where a descent on each kind of surface is worth starting."""
    return {
        "schema": Descent.model_json_schema(),
        "presets": {name: story.descent.model_dump(mode="json") for name, story in descents.items()},
        "default": Descent().model_dump(mode="json"),
        "stories": [{"name": name, "title": story.title, "says": story.says} for name, story in descents.items()],
        "starts": usual_starts,
    }


@cache
def race_catalogue() -> dict[str, Any]:
    """The same for the race: the JSON Schema of a race, races by name, the default one, and what there is to see in
    each."""
    return {
        "schema": Race.model_json_schema(),
        "presets": {name: contest.race.model_dump(mode="json") for name, contest in races.items()},
        "default": Race().model_dump(mode="json"),
        "stories": [{"name": name, "title": contest.title, "says": contest.says} for name, contest in races.items()],
    }


def thumbnail(dataset: DatasetSpec) -> dict[str, Any]:
    """A data set small enough to inline: some points from −25 to 25 with their targets, or some images of 16 grays."""
    points, targets, _ = dataset.draw(np.random.default_rng(SKETCH_SEED))
    if not dataset.dimensions:
        return {"images": (points[:SKETCH_IMAGES] * 15).round().astype(int).tolist()}
    chosen = np.linspace(0, len(points) - 1, SKETCH_SAMPLES).astype(int)
    places = (points[chosen] / dataset.reach * SKETCH_REACH).round().astype(int)
    return {"points": places.tolist(), "targets": targets[chosen].astype(float).round(1).tolist()}
