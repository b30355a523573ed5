"""What app.protocol writes, the page's own decoder reads: run by node, which strips the types."""

from typing import Any

import numpy as np
import pytest

from app import protocol
from tests.browser.module import run_by_node

SHOW = """
    const { arrays, ...message } = wire.decode(Uint8Array.from(given).buffer);
    const show = ({ shape, data }) => ({ shape, type: data.constructor.name, values: [...data] });
    const shown = Object.entries(arrays).map(([name, array]) => [name, show(array)]);
    return { message, arrays: Object.fromEntries(shown) };
"""


def read_by_the_page(node: str, blob: bytes) -> dict[str, Any]:
    shown: dict[str, Any] = run_by_node(node, "wire", SHOW, given=list(blob))
    return shown


@pytest.mark.parametrize(
    ("dtype", "view"), [("f8", "Float64Array"), ("f4", "Float32Array"), ("u4", "Uint32Array"), ("u1", "Uint8Array")]
)
def test_every_kind_of_array_arrives_as_it_was_sent(node: str, dtype: str, view: str) -> None:
    array = np.arange(15, dtype=dtype).reshape(3, 5)
    shown = read_by_the_page(node, protocol.encode({"type": "frame"}, {"grid": array}))
    assert shown["arrays"]["grid"] == {"shape": [3, 5], "type": view, "values": array.ravel().tolist()}


def test_arrays_of_all_widths_share_one_message(node: str) -> None:
    arrays = {
        "a": np.ones(3, "u1"),
        "b": np.full((2, 2), 0.5, "f4"),
        "c": np.array([1e300]),
        "d": np.zeros((0, 2), "f4"),
    }
    shown = read_by_the_page(node, protocol.encode({"type": "frame", "seq": 7, "message": "Größe −1"}, arrays))
    assert shown["message"] == {"type": "frame", "seq": 7, "message": "Größe −1", "version": protocol.VERSION}
    assert {name: array["values"] for name, array in shown["arrays"].items()} == {
        name: array.ravel().tolist() for name, array in arrays.items()
    }


def test_another_version_is_refused(node: str) -> None:
    with pytest.raises(AssertionError, match="version 99"):
        read_by_the_page(node, protocol.encode({"type": "frame", "version": 99}, {}))
