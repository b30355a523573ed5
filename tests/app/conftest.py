"""What the server's tests share: a client of the API, and runs that are ended after the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest

from tests.app.guest import guest_of
from tests.app.visitor import Visitor
from tests.server import Server

MakeRun = Callable[..., str]
Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=60) as client:
        yield client


@pytest.fixture
def api(client: httpx2.Client) -> httpx2.Client:
    """A program: it keeps no cookie of a test before."""
    client.cookies.clear()
    return client


@pytest.fixture
def make_run(api: httpx2.Client) -> Iterator[MakeRun]:
    """Start a run of an experiment and return its id."""
    ids: list[str] = []

    def make(**experiment: Any) -> str:
        answer = api.post("/api/runs", json=experiment)
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["id"])
        return ids[-1]

    yield make
    for id in ids:
        api.delete(f"/api/runs/{id}")


@pytest.fixture
def visit(server: Server) -> Iterator[Visit]:
    """Open a run's live socket."""
    with ExitStack() as visitors:
        yield lambda run, **options: visitors.enter_context(Visitor(server.url, run, **options))


@pytest.fixture
def visitor(make_run: MakeRun, visit: Visit) -> Visitor:
    """Someone who watches a run of the default experiment."""
    return visit(make_run())


@pytest.fixture
def ann(server: Server) -> Iterator[httpx2.Client]:
    with guest_of(server) as browser:
        yield browser
        browser.delete("/api/runs")


@pytest.fixture
def ben(server: Server) -> Iterator[httpx2.Client]:
    with guest_of(server) as browser:
        yield browser
        browser.delete("/api/runs")
