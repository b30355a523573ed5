"""Any valid experiment: drawn from the schema itself, so that whatever is added to a family is among them at once."""

import re
from functools import cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from core import Experiment, InvalidExperiment
from core.data import DATASETS
from core.data.at_hand import IRIS
from core.data.pictures import THREES_AND_EIGHTS

SMALL = {"samples": 60, "units": 8, "layers": 5, "classes": 5, "tries": 5, "batch_size": 64}
"""Upper bounds for the sake of speed. Below them all is as the schema has it."""
TEXTS = {"target": ["x1", "sin(x1) / 2"], "formulas": ["x1**2", "max(x1, 0.5)"], "name": ["", "mine"], "seed": ["0.5"]}
MEASURES = [{"name": column.name} for column in IRIS.columns[:3]]
OWN = {
    "columns": [MEASURES, MEASURES[1:], MEASURES[:1]],
    "table": [IRIS.id],
    "images": [THREES_AND_EIGHTS.id],
    "labels": [THREES_AND_EIGHTS.labels],
    "called": ["mine"],
    "across": [""],
    "up": [""],
}
LEFT_OUT = {"points", "label"}
"""What only some texts and lists can be; and what is not drawn, for it must fit the rest."""
FEW_SAMPLES = {"digits": 100, "unlabelled_digits": 100}
COUNTED = {kind.model_fields["kind"].default for kind in DATASETS if "samples" in kind.model_fields}

IMAGES = [member.model_fields["kind"].default for member in DATASETS if not member.dimensions]


@cache
def any_document() -> SearchStrategy[Any]:
    schema = Experiment.model_json_schema()
    return documents(schema, schema)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    document = draw(any_document())
    data = document.setdefault("data", {"kind": "spiral"})
    if draw(st.integers(0, 3)) == 0:  # else there would be few networks for images
        document["data"] = data = draw(st.sampled_from([{"kind": kind} for kind in IMAGES]))
    if data["kind"] in COUNTED:
        data["samples"] = FEW_SAMPLES.get(data["kind"], data.get("samples", 60))
    if data["kind"] == "own_images":
        data["side"] = THREES_AND_EIGHTS.side
    while True:
        try:
            return Experiment.parse(document)
        except InvalidExperiment as error:  # parts that do not fit each other
            misplaced = re.match(r"network\.layers\.(\d+)", error.problems[0].field)
            assume(misplaced)
            del document["network"]["layers"][int(misplaced[1])]  # type: ignore[index]


def documents(node: dict[str, Any], schema: dict[str, Any], name: str = "") -> SearchStrategy[Any]:
    """Documents that a node of the schema allows."""
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    if name in OWN:
        return st.sampled_from(OWN[name])
    if "const" in node:
        return st.just(node["const"])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if "oneOf" in node:
        return st.one_of([documents(member, schema) for member in node["oneOf"]])
    match node["type"]:
        case "object":
            drawn = {key: below for key, below in node["properties"].items() if not is_left_out(key, below)}
            parts = {key: documents(below, schema, key) for key, below in drawn.items()}
            return st.fixed_dictionaries({}, optional=parts) if "kind" not in parts else with_kind(parts)
        case "array":
            most = min(node.get("maxItems", 5), SMALL.get(name, 5))
            return st.lists(documents(node["items"], schema, name), min_size=node.get("minItems", 0), max_size=most)
        case "integer":
            return st.integers(node["minimum"], max(node["minimum"], min(node["maximum"], SMALL.get(name, 2**53))))
        case "number":
            return numbers(node)
        case "string":
            return st.sampled_from(TEXTS[name])
    raise ValueError(f"no documents for {name}: {node}")


def is_left_out(key: str, node: dict[str, Any]) -> bool:
    return key in LEFT_OUT or node.get("$ref", "").endswith("/Named")


def with_kind(parts: dict[str, SearchStrategy[Any]]) -> SearchStrategy[dict[str, Any]]:
    required = {"kind": parts.pop("kind")}
    return st.fixed_dictionaries(required, optional=parts)


def numbers(node: dict[str, Any]) -> SearchStrategy[float]:
    low, high = node.get("minimum", node.get("exclusiveMinimum")), node.get("maximum", node.get("exclusiveMaximum"))
    return st.floats(low, high, exclude_min="exclusiveMinimum" in node, exclude_max="exclusiveMaximum" in node)
