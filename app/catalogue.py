"""Catalogue: everything that can be built, as the page's form and the API's users need it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import Descent, Experiment, LearningCurve, Race, Sweep, descents, learning_curves, presets, races, sweeps
from core.change import NEW_STARTS
from core.data import DATASETS, DatasetSpec, prepared, tabular
from core.data.chart import principal
from core.data.pictures import MOST_IMAGES
from core.descents import usual_starts
from core.flat import NOT_INSTALLED, flat_models, is_installed

SKETCH_SAMPLES = 32
SKETCH_REACH = 25  # whole numbers are shorter to send
SKETCH_SEED = 1
SKETCH_IMAGES = 16
SKETCH_SIDE = 8

LIMITS = {
    "bytes": tabular.MOST_BYTES,
    "rows": tabular.MOST_ROWS,
    "columns": tabular.MOST_COLUMNS,
    "inputs": tabular.MOST_INPUTS,
    "categories": tabular.MOST_VALUES,
    "classes": tabular.MOST_CLASSES,
    "name": tabular.LONGEST_NAME,
    "images": MOST_IMAGES,
}
"""Of what somebody brings: how large a table's text may be, how many of each there may be in it, and how many
characters a name may have."""


@cache
def catalogue() -> dict[str, Any]:
    """The JSON Schema of an experiment with a form's metadata, experiments by name, the default one, pictures, and how
    much data one may bring."""
    return {
        "schema": Experiment.model_json_schema(),
        "presets": {name: experiment.model_dump(mode="json") for name, experiment in presets.items()},
        "default": Experiment().model_dump(mode="json"),
        "new_starts": [{"path": path, "description": text} for path, text in NEW_STARTS.items()],
        "thumbnails": thumbnails(),
        "limits": LIMITS,
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
    """The same for sweeps, by name, with the default one and what there is to see."""
    stories = {name: (survey.title, survey.says, survey.sweep) for name, survey in sweeps.items()}
    return study_catalogue("sweep", Sweep(), stories)


@cache
def learning_curve_catalogue() -> dict[str, Any]:
    """The same for learning curves; and which flat models can learn which task, with what is said where none can."""
    stories = {name: (each.title, each.says, each.curve) for name, each in learning_curves.items()}
    models = {task: flat_models(task) for task in ("classification", "regression")}
    flat = {"models": models, "refusal": "" if is_installed() else NOT_INSTALLED}
    return study_catalogue("learning_curve", LearningCurve(), stories) | {"flat": flat}


Study = Sweep | LearningCurve


def study_catalogue(name: str, usual: Study, stories: Mapping[str, tuple[str, str, Study]]) -> dict[str, Any]:
    """The JSON Schema of an experiment that has its study as one part more, so that a link is an experiment's own with
    the study's settings behind it."""
    schema = type(usual).model_json_schema()
    experiment, own = schema["$defs"]["Experiment"], dict(schema["properties"])
    del own["experiment"]
    default = study_of(name, usual)
    part = {"type": "object", "title": usual.title, "properties": own, "default": default[name]}
    return {
        "schema": experiment | {"$defs": schema["$defs"], "properties": {**experiment["properties"], name: part}},
        "presets": {each: study_of(name, study) for each, (_, _, study) in stories.items()},
        "default": default,
        "stories": [{"name": each, "title": title, "says": says} for each, (title, says, _) in stories.items()],
    }


def study_of(name: str, study: Study) -> dict[str, Any]:
    """An experiment's document with its study in it."""
    document = study.model_dump(mode="json")
    experiment: dict[str, Any] = document.pop("experiment")
    return {**experiment, name: document}


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
