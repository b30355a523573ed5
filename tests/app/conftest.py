"""What the server's tests share: a client of the API, and runs that are ended after the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest

from tests.app.page import Page
from tests.server import Server

MakeRun = Callable[..., str]
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def api(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url) as client:
        yield client


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
def open_page(server: Server) -> Iterator[OpenPage]:
    """Open a run's live socket, as a page does."""
    with ExitStack() as pages:
        yield lambda run, **options: pages.enter_context(Page(server.url, run, **options))


@pytest.fixture
def page(make_run: MakeRun, open_page: OpenPage) -> Page:
    """A page that watches a run of the default experiment."""
    return open_page(make_run())
