"""An experiment becomes a link, and the link becomes the same experiment: the page's own two functions, run by node."""

from typing import Any
from urllib.parse import unquote

import pytest

from core import Experiment, InvalidExperiment, presets
from tests.browser.module import run_by_node

TURN = """
    const links = given.experiments.map((experiment) => link.linkOf(given.catalogue, experiment));
    return links.map((address) => [address, link.readLink(given.catalogue, address)]);
"""


def document_of(experiment: Experiment) -> dict[str, Any]:
    return experiment.model_dump(mode="json")


def catalogue() -> dict[str, Any]:
    return {
        "schema": Experiment.model_json_schema(),
        "default": document_of(Experiment()),
        "presets": {name: document_of(preset) for name, preset in presets.items()},
    }


def turned(node: str, experiments: list[Experiment]) -> list[tuple[str, dict[str, Any]]]:
    """Of each experiment its link, and what the page reads from that."""
    given = {"catalogue": catalogue(), "experiments": list(map(document_of, experiments))}
    return [(link, reading) for link, reading in run_by_node(node, "link", TURN, given=given)]


def of_every_kind() -> list[Experiment]:
    """One experiment for each member of each family, wherever it fits."""
    families = {name: field for name, field in Experiment.model_json_schema()["properties"].items() if "oneOf" in field}
    found = []
    for name, family in families.items():
        for kind in family["discriminator"]["mapping"]:
            for data in ("spiral", "rings", "plane"):
                found += fitting({"data": data} | {name: kind})
    return found


def fitting(document: dict[str, Any]) -> list[Experiment]:
    try:
        return [Experiment.parse(document)]
    except InvalidExperiment:
        return []


def with_layers(count: int) -> Experiment:
    layers = [{"units": 2 + i, "activation": {"kind": "leaky_relu", "negative_slope": 0.2}} for i in range(count)]
    return Experiment.parse({"network": {"layers": layers}})


EXPERIMENTS = {
    "presets": list(presets.values()),
    "layers": [with_layers(count) for count in (0, 1, 2, 3, 10)],
    "kinds": of_every_kind(),
    "parts": [
        Experiment.parse({"name": "Größe & mehr = 1,5 %", "data": {"kind": "formula", "target": "x1 + x2 * 2"}}),
        Experiment.parse({"data": {"kind": "blobs", "classes": 2}, "output": "softmax"}),
        Experiment.parse({"data": {"kind": "circle", "features": ["x1²", "sin(x2)"]}, "seeds": {"order": 9}}),
        Experiment.parse({"data": {"kind": "xor", "features": [], "formulas": ["max(x1, x2) % 3", "x1*x2 + 1"]}}),
        Experiment.parse({"data": {"kind": "sine", "formulas": ["cos(x1)"]}}),
    ],
}


@pytest.mark.parametrize("experiments", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_a_link_brings_back_its_experiment(node: str, experiments: list[Experiment]) -> None:
    for experiment, (link, reading) in zip(experiments, turned(node, experiments), strict=True):
        assert not reading["problem"], unquote(link)
        assert Experiment.parse(reading["experiment"]) == experiment, unquote(link)


def test_a_link_leaves_out_what_the_server_fills_in(node: str) -> None:
    experiments = [Experiment.parse({"data": kind}) for kind in ("moons", "rings", "plane", "sine", "digits")]
    links = [link for link, _ in turned(node, experiments)]
    assert links == ["data=moons", "data=rings", "data=plane", "data=sine", "data=digits"]
