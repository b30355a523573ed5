"""What the page paints from weights is what the server paints: both are run, and their pictures compared."""

import json
import subprocess
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from app import protocol
from core import Experiment, Trainer
from core.activations import Hidden
from core.layers import Layer

SOURCES = Path(__file__).parent.parent.parent / "static/src"
PAINT = """
import {{ readFileSync, writeFileSync }} from "node:fs";
import {{ decode }} from {wire};
import {{ painter }} from {paint};
const read = (name) => {{
  const file = readFileSync({folder} + name);
  return decode(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
}};
const painted = painter(read("tables"))(read("frame").arrays, {{ tiles: true, answer: true }});
const plain = ([name, {{ shape, data }}]) => [name, {{ shape, values: [...data] }}];
writeFileSync({folder} + "painted", JSON.stringify(Object.fromEntries(Object.entries(painted).map(plain))));
"""
Arrays = dict[str, NDArray[Any]]


def painted(node: str, folder: Path, tables: Arrays, info: dict[str, Any], frame: Arrays) -> Arrays:
    """What the page's own painter makes of them, run by node."""
    (folder / "tables").write_bytes(protocol.encode({"type": "tables", **info}, tables))
    (folder / "frame").write_bytes(protocol.encode({"type": "frame"}, frame))
    wire, paint = (json.dumps((SOURCES / name).as_uri()) for name in ("wire.ts", "painter/paint.ts"))
    script = PAINT.format(wire=wire, paint=paint, folder=json.dumps(f"{folder}/"))
    (folder / "paint.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run([node, str(folder / "paint.mjs")], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    arrays = json.loads((folder / "painted").read_text(encoding="utf-8"))
    return {name: np.reshape(array["values"], array["shape"]) for name, array in arrays.items()}


def check(node: str, folder: Path, document: dict[str, Any], epochs: int = 20) -> None:
    """Train for a while; then the page's pictures are the server's, each byte within 1."""
    trainer = Trainer(Experiment.parse(document))
    trainer.advance(epochs=epochs)
    tables = trainer.tables()
    assert tables
    ours = trainer.frame(["tiles", "boundary"]).arrays
    theirs = painted(node, folder, tables.arrays, tables.info, trainer.frame(["weights", "painting"]).arrays)
    assert theirs.keys() == ours.keys()
    for name, picture in ours.items():
        assert theirs[name].shape == picture.shape, name
        tolerance = 1 if picture.dtype == np.uint8 else 2 / 255
        difference = np.abs(theirs[name].astype(float) - picture.astype(float))
        assert difference.max() <= tolerance, (name, difference.max(), np.mean(difference > tolerance))


def kinds(family: Any) -> list[str]:
    return [member.model_fields["kind"].default for member in get_args(family)]


ACTIVATIONS = kinds(Hidden)
LAYERS = kinds(get_args(Layer)[0])


def dense(units: int, activation: str = "tanh") -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": {"kind": activation}}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_painted_as_the_server_paints_it(node: str, tmp_path: Path, activation: str) -> None:
    check(node, tmp_path, {"network": {"layers": [dense(8, activation), dense(6, activation), dense(4, activation)]}})


@pytest.mark.parametrize("kind", LAYERS)
def test_every_layer_is_painted_as_the_server_paints_it(node: str, tmp_path: Path, kind: str) -> None:
    check(node, tmp_path, {"network": {"layers": [dense(8), {"kind": kind}, dense(6, "relu"), {"kind": kind}]}})


@pytest.mark.parametrize("kind", LAYERS)
def test_every_layer_may_come_first_but_a_shortcut(node: str, tmp_path: Path, kind: str) -> None:
    layers = [dense(3), {"kind": kind}] if kind == "residual" else [{"kind": kind}, dense(8)]
    check(node, tmp_path, {"network": {"layers": layers}})


def test_several_classes_are_painted_by_winner_and_confidence(node: str, tmp_path: Path) -> None:
    check(node, tmp_path, {"data": {"kind": "blobs", "classes": 4}})


def test_a_curve_is_painted_from_end_to_end(node: str, tmp_path: Path) -> None:
    check(node, tmp_path, {"data": {"kind": "sine", "features": ["x1", "x1²"]}})


def test_all_features_and_formulas_are_painted(node: str, tmp_path: Path) -> None:
    features = ["x1", "x2", "x1²", "x2²", "x1x2", "sin(x1)", "sin(x2)"]
    check(
        node,
        tmp_path,
        {"data": {"kind": "spiral", "features": features, "formulas": ["x1*x2*x2"], "scaling": "standardize"}},
    )


def test_deep_networks_are_painted_as_well(node: str, tmp_path: Path) -> None:
    check(node, tmp_path, {"network": {"layers": [dense(8)] * 6}})


def test_images_have_no_map_to_be_painted() -> None:
    assert Trainer(Experiment.parse({"data": {"kind": "digits"}})).tables() is None
