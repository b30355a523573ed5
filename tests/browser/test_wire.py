"""What app.protocol writes, the page's own decoder reads: run by node, which strips the types."""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import protocol

DECODER = Path(__file__).parent.parent.parent / "static/src/wire.ts"
SHOW = """
import {{ readFileSync }} from "node:fs";
import {{ decode }} from {decoder};
const file = readFileSync({blob});
const {{ arrays, ...message }} = decode(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
const show = ({{ shape, data }}) => ({{ shape, type: data.constructor.name, values: [...data] }});
const shown = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, show(array)]));
console.log(JSON.stringify({{ message, arrays: shown }}));
"""


def read_by_the_page(node: str, folder: Path, blob: bytes) -> dict[str, Any]:
    (folder / "message.safetensors").write_bytes(blob)
    script = SHOW.format(decoder=json.dumps(DECODER.as_uri()), blob=json.dumps(str(folder / "message.safetensors")))
    (folder / "show.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run([node, str(folder / "show.mjs")], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


@pytest.mark.parametrize(
    ("dtype", "view"), [("f8", "Float64Array"), ("f4", "Float32Array"), ("u4", "Uint32Array"), ("u1", "Uint8Array")]
)
def test_every_kind_of_array_arrives_as_it_was_sent(node: str, tmp_path: Path, dtype: str, view: str) -> None:
    array = np.arange(15, dtype=dtype).reshape(3, 5)
    shown = read_by_the_page(node, tmp_path, protocol.encode({"type": "frame"}, {"grid": array}))
    assert shown["arrays"]["grid"] == {"shape": [3, 5], "type": view, "values": array.ravel().tolist()}


def test_arrays_of_all_widths_share_one_message(node: str, tmp_path: Path) -> None:
    arrays = {
        "a": np.ones(3, "u1"),
        "b": np.full((2, 2), 0.5, "f4"),
        "c": np.array([1e300]),
        "d": np.zeros((0, 2), "f4"),
    }
    shown = read_by_the_page(
        node, tmp_path, protocol.encode({"type": "frame", "seq": 7, "message": "Größe −1"}, arrays)
    )
    assert shown["message"] == {"type": "frame", "seq": 7, "message": "Größe −1", "version": protocol.VERSION}
    assert {name: array["values"] for name, array in shown["arrays"].items()} == {
        name: array.ravel().tolist() for name, array in arrays.items()
    }


def test_another_version_is_refused(node: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="version 99"):
        read_by_the_page(node, tmp_path, protocol.encode({"type": "frame", "version": 99}, {}))
