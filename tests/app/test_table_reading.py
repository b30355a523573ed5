"""What a process of the lab tells of a table: all that a preview needs, and the table; or why there is none."""

import json
from typing import Any

import numpy as np
import pytest

from app import protocol, table_reading
from core import Table

TEXT = b"size,name,kind\n" + b"".join(b"%d.5,Person %d,%s\n" % (row, row, b"ab"[row % 2 :][:1]) for row in range(30))


def told(data: bytes, **how: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    (blob,) = table_reading.read(data, json.loads(json.dumps(how)))
    return protocol.decode(blob)


def test_a_table_comes_with_all_that_a_preview_shows() -> None:
    message, arrays = told(TEXT)
    size, kind = message.pop("columns")
    head, warnings = message.pop("head"), message.pop("warnings")
    assert message == {
        **{"version": 1, "type": "table", "encoding": "UTF-8", "separator": ",", "decimal": ".", "has_header": True},
        **{"rows": 30, "left_out": ["name"], "suggested": {"kind": "table_classes", "target": "kind"}},
    }
    assert size == {
        **{"name": "size", "is_numeric": True, "values": [], "missing": 0, "low": 0.5, "high": 29.5, "mean": 15.0},
        **{"may_be_categories": False, "counts": [], "distinct": 30},
    }
    assert kind == {
        **{"name": "kind", "is_numeric": False, "values": ["a", "b"], "missing": 0, "low": None, "high": None},
        **{"mean": None, "may_be_categories": False, "counts": [15, 15], "distinct": 2},
    }
    assert head[:2] == [["0.5", "a"], ["1.5", "b"]]
    assert [warning["code"] for warning in warnings] == ["text_column"]
    table = Table.unpacked(arrays["table"].tobytes())
    np.testing.assert_array_equal(table.columns[0].cells, np.arange(30) + 0.5)


@pytest.mark.parametrize(
    ("data", "how", "code", "row", "column"),
    [
        (TEXT + b"1,2\n", {}, "ragged", 32, 3),
        (TEXT + b"1e400,x,a\n", {}, "non_finite", 32, 1),
        (TEXT, {"categorical": ["size"]}, "too_many_categories", None, 1),
        (b"PK\x03\x04", {}, "not_csv", None, None),
    ],
)
def test_what_is_no_table_comes_with_its_place(
    data: bytes, how: dict[str, Any], code: str, row: int | None, column: int | None
) -> None:
    message, arrays = told(data, **how)
    assert message.pop("message")
    assert message == {"version": 1, "type": "not_read", "code": code, "row": row, "column": column}
    assert not arrays
