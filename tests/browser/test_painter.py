"""What the page paints from weights is what the server paints: both are run, and their pictures compared."""

from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from app import protocol
from core import Experiment, Trainer
from core.activations import Hidden
from tests.browser.module import run_by_node
from tests.core.layer_kinds import FOR_ALL

PAINT = """
    const [tables, frame] = given.map((blob) => wire.decode(Uint8Array.from(blob).buffer));
    const painted = paint.painter(tables)(frame.arrays, { tiles: true, answer: true });
    return Object.entries(painted).map(([name, { shape, data }]) => [name, shape, [...data]]);
"""
Arrays = dict[str, NDArray[Any]]


def painted(node: str, tables: Arrays, info: dict[str, Any], frame: Arrays) -> Arrays:
    """What the page's own painter makes of them, run by node."""
    messages = protocol.encode({"type": "tables", **info}, tables), protocol.encode({"type": "frame"}, frame)
    arrays = run_by_node(node, "wire painter/paint", PAINT, given=list(map(list, messages)))
    return {name: np.reshape(values, shape) for name, shape, values in arrays}


def check(node: str, document: dict[str, Any], epochs: int = 20) -> None:
    """Train for a while; then the page's pictures are the server's, each byte within 1."""
    trainer = Trainer(Experiment.parse(document))
    trainer.advance(epochs=epochs)
    tables = trainer.tables()
    assert tables
    ours = trainer.frame(["tiles", "boundary"]).arrays
    theirs = painted(node, tables.arrays, tables.info, trainer.frame(["weights", "painting"]).arrays)
    assert theirs.keys() == ours.keys()
    for name, picture in ours.items():
        assert theirs[name].shape == picture.shape, name
        tolerance = 1 if picture.dtype == np.uint8 else 2 / 255
        difference = np.abs(theirs[name].astype(float) - picture.astype(float))
        assert difference.max() <= tolerance, (name, difference.max(), np.mean(difference > tolerance))


def kinds(family: Any) -> list[str]:
    return [member.model_fields["kind"].default for member in get_args(family)]


ACTIVATIONS = kinds(Hidden)


def dense(units: int, activation: str = "tanh") -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": {"kind": activation}}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_painted_as_the_server_paints_it(node: str, activation: str) -> None:
    check(node, {"network": {"layers": [dense(8, activation), dense(6, activation), dense(4, activation)]}})


@pytest.mark.parametrize("kind", FOR_ALL)
def test_every_layer_is_painted_as_the_server_paints_it(node: str, kind: str) -> None:
    check(node, {"network": {"layers": [dense(8), {"kind": kind}, dense(6, "relu"), {"kind": kind}]}})


@pytest.mark.parametrize("kind", FOR_ALL)
def test_every_layer_may_come_first_but_a_shortcut(node: str, kind: str) -> None:
    layers = [dense(3), {"kind": kind}] if kind == "residual" else [{"kind": kind}, dense(8)]
    check(node, {"network": {"layers": layers}})


def test_several_classes_are_painted_by_winner_and_confidence(node: str) -> None:
    check(node, {"data": {"kind": "blobs", "classes": 4}})


def test_a_curve_is_painted_from_end_to_end(node: str) -> None:
    check(node, {"data": {"kind": "sine", "features": ["x1", "x1²"]}})


def test_all_features_and_formulas_are_painted(node: str) -> None:
    features = ["x1", "x2", "x1²", "x2²", "x1x2", "sin(x1)", "sin(x2)"]
    data = {"kind": "spiral", "features": features, "formulas": ["x1*x2*x2"], "scaling": "standardize"}
    check(node, {"data": data})


def test_deep_networks_are_painted_as_well(node: str) -> None:
    check(node, {"network": {"layers": [dense(8)] * 6}})


def test_images_have_no_map_to_be_painted() -> None:
    assert Trainer(Experiment.parse({"data": {"kind": "digits"}})).tables() is None
