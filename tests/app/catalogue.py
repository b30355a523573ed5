"""The catalogue of faults and bad input: each row has an id, as in K7, and a test that is named by it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.app.visitor import Visitor
from tests.server import Server

LONGEST_ERROR = 1024
ROW = re.compile(r"^(?:test_)?([dkwhf]\d+)(?=[_ ])", re.IGNORECASE)


def row(id: str, *values: Any) -> Any:
    """A row as a parameter of a test. The id also says what it is about."""
    return pytest.param(*values, id=id)


def rows_of(module: ModuleType) -> set[str]:
    """The rows that a module tests: by the names of tests, and of their parameters."""
    return {found[1].upper() for name in names_in(module) if (found := ROW.match(name))}


def names_in(module: ModuleType) -> Iterator[str]:
    for name, test in vars(module).items():
        if name.startswith("test_"):
            yield name
            for mark in getattr(test, "pytestmark", []):
                if mark.name == "parametrize":
                    yield from (str(parameter.id) for parameter in mark.args[1] if hasattr(parameter, "id"))


def assert_refused(answer: httpx2.Response, status: int, code: str, says: str = "") -> None:
    """In the one shape of every error, short, and with nothing of the server's inside."""
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    assert says in answer.json()["error"]["message"]
    assert len(answer.content) < LONGEST_ERROR
    assert "Traceback" not in answer.text
    assert answer.headers["x-request-id"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@contextmanager
def bystander(server: Server) -> Iterator[None]:
    """Somebody watches a run while others send nonsense: it is undisturbed, is not begun anew, and still obeys."""
    run = str(httpx2.post(f"{server.url}/api/runs", json={}, timeout=20).json()["id"])
    with Visitor(server.url, run) as watcher:
        watcher.do("play")
        before = watcher.frame(status="playing").info
        yield
        with Visitor(server.url, run) as visitor:
            after = visitor.frame().info
            assert (after["status"], after["generation"]) == ("playing", before["generation"])
            assert after["step"] > before["step"]
            assert visitor.do("pause")["type"] == "ack"
    httpx2.delete(f"{server.url}/api/runs/{run}")
