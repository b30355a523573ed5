"""How runs start: when the machine has no room for one more, that is said, and nothing is left behind."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice

import httpx2
import pytest

from tests.server import Server, running_server

if sys.platform != "linux":
    pytest.skip("needs a limit that can be set on another process", allow_module_level=True)

from resource import RLIMIT_NOFILE, prlimit

RECOVERY_SECONDS = 20


def open_files(server: Server) -> set[int]:
    return set(map(int, os.listdir(f"/proc/{server.process.pid}/fd")))


@contextmanager
def room_for_files(server: Server, spare: int) -> Iterator[None]:
    """For a while the server may open only so many files more."""
    used, usual = open_files(server), prlimit(server.process.pid, RLIMIT_NOFILE)
    free = (number for number in count() if number not in used)
    prlimit(server.process.pid, RLIMIT_NOFILE, (next(islice(free, spare, None)), usual[1]))
    yield
    prlimit(server.process.pid, RLIMIT_NOFILE, usual)


def test_a_run_that_the_machine_has_no_room_for_is_refused_for_now() -> None:
    with running_server() as server, httpx2.Client(base_url=server.url) as api:
        api.delete(f"/api/runs/{api.post('/api/runs', json={}).json()['id']}")  # now all is open that stays open
        for spare in (0, 1, 2, 4):
            before = open_files(server)
            with room_for_files(server, spare):
                refused = api.post("/api/runs", json={})
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "not_started")
            assert "retry-after" in refused.headers
            assert open_files(server) <= before
        assert made_soon(api)


def made_soon(api: httpx2.Client) -> bool:
    """As a client does that was told to come back: the process that all are forked from may have to start again."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        if api.post("/api/runs", json={}).status_code == 201:
            return True
    return False
