"""Guest: a browser that has been on the page, and what it does with its runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpx2

from tests.app.visitor import PATIENCE_SECONDS, Visitor
from tests.server import Server

FILE = {"content-type": "application/octet-stream"}


@contextmanager
def guest_of(server: Server) -> Iterator[httpx2.Client]:
    """A browser that has been on the page."""
    with httpx2.Client(base_url=server.url, timeout=60) as browser:
        assert browser.get("/runs").status_code == 200
        yield browser


def cookie_of(browser: httpx2.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def visit(browser: httpx2.Client, run: str) -> Visitor:
    return Visitor(str(browser.base_url).rstrip("/"), run, cookie=cookie_of(browser))


def make_run(browser: httpx2.Client, **experiment: Any) -> str:
    answer = browser.post("/api/runs", json=experiment)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def trained(browser: httpx2.Client, epochs: int = 3, **experiment: Any) -> str:
    """A run that somebody took some steps in."""
    run = make_run(browser, **experiment)
    with visit(browser, run) as visitor:
        assert visitor.do("step", unit="epoch", count=epochs)["type"] == "ack"
    until(lambda: browser.get(f"/api/runs/{run}").json()["status"] == "paused")
    return run


def mine(browser: httpx2.Client, **query: Any) -> dict[str, Any]:
    answer = browser.get("/api/runs", params=query)
    assert answer.status_code == 200, answer.text
    shelf: dict[str, Any] = answer.json()
    return shelf


def ids(shelf: dict[str, Any]) -> list[str]:
    return [run["id"] for run in shelf["runs"]]


def until(found: Callable[[], Any]) -> Any:
    """Ask again until there is something: each question takes its time."""
    deadline = monotonic() + PATIENCE_SECONDS
    while not (answer := found()):
        assert monotonic() < deadline, "nothing was found"
    return answer


def saved(browser: httpx2.Client, run: str) -> bytes:
    answer = browser.get(f"/api/runs/{run}/file")
    assert answer.status_code == 200, answer.text
    return answer.content


def bring(browser: httpx2.Client, data: bytes) -> httpx2.Response:
    return browser.post("/api/runs/file", content=data, headers=FILE)
