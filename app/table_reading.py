"""Table reading: what a process of the lab does for a table that somebody brings, so that the server never parses one.

It tells one binary message of the protocol. Of a table that can be read, with the array `table`, the table packed:

- `type: table`, `rows`; `encoding`, `separator`, `decimal` and `has_header` as told or detected;
- `columns`: of each `name`, `is_numeric`, `values` (its categories), `missing` (how many cells have nothing in them),
  of numbers `low`, `high` and `mean` and whether they `may_be_categories`, of categories how many rows have each,
  `counts`, and of both how many different ones there are, `distinct`; what does not apply is null or empty;
- `head`: the first rows as they are written, a text for each of the columns; `left_out`: the names of columns of text;
- `warnings`: each a `code` and a `message`;
- `suggested`: the `kind` of data set and the `target`, or null. Where that is `table_classes` and the target a column
  of numbers, read again with it among `categorical`.

Of one that cannot, without arrays: `type: not_read`, `code`, `message`, and where it was, `row` (a line of the text)
and `column`, both counted from 1, or null.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app import protocol
from core import How, NotRead, Reading, read_table


def read(data: bytes, how: dict[str, Any]) -> Iterator[bytes]:
    """What there is to say of a table's text. `how` is a document of core's How that has been checked."""
    try:
        reading = read_table(data, How.parse(how))
    except NotRead as refusal:
        place = {"row": refusal.row, "column": refusal.column}
        yield protocol.encode({"type": "not_read", "code": refusal.code, "message": str(refusal), **place}, {})
    else:
        yield protocol.encode(message(reading), {"table": np.frombuffer(reading.table.packed, np.uint8)})


def preview(data: bytes, how: dict[str, Any]) -> Iterator[bytes]:
    """The same without the table itself."""
    for told in read(data, how):
        yield protocol.without(told, {"table"})


def message(reading: Reading) -> dict[str, Any]:
    suggested = reading.suggested
    return {
        "type": "table",
        "encoding": reading.encoding,
        "separator": reading.how.separator,
        "decimal": reading.how.decimal,
        "has_header": reading.how.has_header,
        "rows": reading.table.rows,
        "columns": [vars(facts) for facts in reading.columns],
        "head": reading.head,
        "left_out": reading.left_out,
        "warnings": [vars(warning) for warning in reading.warnings],
        "suggested": suggested and vars(suggested),
    }
