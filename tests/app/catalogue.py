"""The catalogue of faults and bad input: each row has an id, as in K7, and a test that is named by it."""

import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.app.visitor import Visitor

LONGEST_ERROR = 1024
ROW = re.compile(r"^(?:test_)?([kwhf]\d+)(?=[_ ])", re.IGNORECASE)


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


class Bystander:
    """Somebody whose run trains while others send nonsense."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        visitor.do("play")
        self.generation = visitor.frame(status="playing").info["generation"]

    def assert_undisturbed(self) -> None:
        """It has trained on all the time, without a new start, and still obeys."""
        step = self.visitor.pictures[-1].info.get("step", 0)
        frame = self.visitor.next("frame", lambda frame: frame.info["step"] > step)
        assert (frame.info["status"], frame.info["generation"]) == ("playing", self.generation)
        assert self.visitor.do("speed", unit="epochs", per_second=5.0)["type"] == "ack"
