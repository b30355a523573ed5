"""Tables that tests bring, as text, and what becomes of them."""

from collections.abc import Sequence
from typing import Any

import httpx2

CSV = {"content-type": "text/csv"}


def text_of(rows: int = 60, side: int = 1) -> bytes:
    """Two numbers, and which of them is larger; another `side`, another table."""
    pairs = [((7 * row * side) % 11, (5 * row) % 13 + row / 8) for row in range(rows)]
    lines = [f"{a},{b},{'first' if a > b else 'second'}" for a, b in pairs]
    return "\n".join(["a,b,larger", *lines]).encode()


def preview(browser: httpx2.Client, text: bytes, **how: Any) -> httpx2.Response:
    return browser.post("/api/tables/preview", content=text, headers=CSV, params=how)


def bring(browser: httpx2.Client, text: bytes, **query: Any) -> httpx2.Response:
    return browser.post("/api/tables", content=text, headers=CSV, params=query)


def kept(browser: httpx2.Client, text: bytes | None = None, **query: Any) -> dict[str, Any]:
    """What is told of a table that was just kept."""
    answer = bring(browser, text or text_of(), **query)
    assert answer.status_code == 201, answer.text
    about: dict[str, Any] = answer.json()
    return about


def data_of(table: dict[str, Any], target: str = "", leaving_out: Sequence[str] = ()) -> dict[str, Any]:
    """The data of an experiment with that table: its last column is to be told from the others."""
    columns = {column["name"]: {name: column[name] for name in ("name", "values")} for column in table["columns"]}
    own = columns.pop(target or [*columns][-1])
    inputs = [column for name, column in columns.items() if name not in leaving_out]
    return {"kind": "table_classes", "table": table["id"], "called": table["name"], "columns": inputs, "target": own}


def mine(browser: httpx2.Client) -> dict[str, Any]:
    answer = browser.get("/api/tables")
    assert answer.status_code == 200, answer.text
    shelf: dict[str, Any] = answer.json()
    return shelf
