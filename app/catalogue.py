"""Catalogue: everything that can be built, as the page's form and the API's users need it."""

from functools import cache
from typing import Any

from core import Experiment, presets


@cache
def catalogue() -> dict[str, Any]:
    """The JSON Schema of an experiment with a form's metadata, experiments by name, and the default one."""
    return {
        "schema": Experiment.model_json_schema(),
        "presets": {name: experiment.model_dump(mode="json") for name, experiment in presets.items()},
        "default": Experiment().model_dump(mode="json"),
    }
