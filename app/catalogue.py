"""Catalogue: everything that can be built, as the page's form and the API's users need it."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import Descent, Experiment, Race, Sweep, descents, presets, races, sweeps
from core.change import NEW_STARTS
from core.data import DATASETS, DatasetSpec, prepared
from core.data.chart import principal
from core.descents import usual_starts

SKETCH_SAMPLES = 32
SKETCH_REACH = 25  # whole numbers are shorter to send
SKETCH_SEED = 1
SKETCH_IMAGES = 16
SKETCH_SIDE = 8


@cache
def catalogue() -> dict[str, Any]:
    """The JSON Schema of an experiment with a form's metadata, experiments by name, the default one, and pictures."""
    return {
        "schema": Experiment.model_json_schema(),
        "presets": {name: experiment.model_dump(mode="json") for name, experiment in presets.items()},
        "default": Experiment().model_dump(mode="json"),
        "new_starts": [{"path": path, "description": text} for path, text in NEW_STARTS.items()],
        "thumbnails": thumbnails(),
    }


@cache
def thumbnails() -> dict[str, Any]:
    """A small picture of each kind of data set."""
    return {kind.model_fields["kind"].default: thumbnail(kind()) for kind in DATASETS}


def first_thumbnails() -> dict[str, Any]:
    """Those that a form shows before anybody has chosen anything."""
    group = Experiment().data.group
    seen = {kind.model_fields["kind"].default for kind in DATASETS if kind.group == group and not kind.rare}
    return {kind: picture for kind, picture in thumbnails().items() if kind in seen and "points" in picture}


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


@cache
def sweep_catalogue() -> dict[str, Any]:
    """The same for sweeps: the JSON Schema of an experiment that has its sweep as one part more, so that a link is an
    experiment's own with a sweep's settings behind it; sweeps by name, the default one, and what there is to see."""
    schema = Sweep.model_json_schema()
    experiment, own = schema["$defs"]["Experiment"], dict(schema["properties"])
    del own["experiment"]
    usual = study_of(Sweep())
    part = {"type": "object", "title": "Sweep", "properties": own, "default": usual["sweep"]}
    return {
        "schema": experiment | {"$defs": schema["$defs"], "properties": {**experiment["properties"], "sweep": part}},
        "presets": {name: study_of(survey.sweep) for name, survey in sweeps.items()},
        "default": usual,
        "stories": [{"name": name, "title": survey.title, "says": survey.says} for name, survey in sweeps.items()],
    }


def study_of(sweep: Sweep) -> dict[str, Any]:
    """An experiment's document with its sweep in it."""
    document = sweep.model_dump(mode="json")
    experiment: dict[str, Any] = document.pop("experiment")
    return {**experiment, "sweep": document}


def thumbnail(dataset: DatasetSpec) -> dict[str, Any]:
    """A data set small enough to inline: some points from −25 to 25 with their targets, or some images of 16 grays."""
    data = prepared(dataset, SKETCH_SEED, SKETCH_SEED)
    if len(dataset.input_shape) > 1:
        images = sketched(data.points[:SKETCH_IMAGES], dataset.input_shape[1])
        return {"images": (images * 15).round().astype(int).tolist()}
    places = data.places if dataset.dimensions else principal(data.inputs(data.points), dataset.reach)[0].places
    chosen = np.linspace(0, len(places) - 1, min(len(places), SKETCH_SAMPLES)).astype(int)
    sketch = (places[chosen] / dataset.reach * SKETCH_REACH).round().astype(int)
    return {"points": sketch.tolist(), "targets": data.targets[chosen].round(1).tolist()}


def sketched(images: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Images of side² pixels each with at most 8² of them, each the mean of a block: (images, pixels)."""
    block = max(1, side // SKETCH_SIDE)
    kept = side // block
    squares = images.reshape(-1, side, side)[:, : kept * block, : kept * block]
    means: NDArray[np.float64] = (
        squares.reshape(-1, kept, block, kept, block).mean(axis=(2, 4)).reshape(len(images), -1)
    )
    return means
