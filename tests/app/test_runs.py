"""How runs start: when there is no room for one more, that is said, and nothing is left behind or keeps others out."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count, islice

import httpx2
import pytest

from app.run import STARTING_SECONDS
from tests.app.test_ending import make_run, make_run_and_find_its_worker
from tests.app.visitor import Visitor
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


# --- making room -----------------------------------------------------------------------------------------------


@contextmanager
def stopped(worker: int) -> Iterator[None]:
    """For a while a process neither hears nor trains."""
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)


def test_a_process_that_does_not_hear_keeps_nobody_out() -> None:
    """Of two runs that nobody watches the other one goes to sleep for a third."""
    with running_server(max_runs=2, stuck_limit_seconds=1000) as server:
        stuck, worker = make_run_and_find_its_worker(server)
        make_run(server)
        with stopped(worker):
            third = make_run(server)
            with Visitor(server.url, third) as visitor:
                assert visitor.do("step", unit="batch", count=1)["step"] == 1
        with Visitor(server.url, stuck) as visitor:
            assert visitor.do("step", unit="batch", count=1)["step"] == 1


def test_where_there_is_no_room_for_a_fork_nobody_is_asked_for_its_present() -> None:
    """The one to be forked does not hear, so that asking would take as long as its patience."""
    with running_server(max_runs=1, stuck_limit_seconds=1000) as server:
        run, worker = make_run_and_find_its_worker(server)
        with Visitor(server.url, run), stopped(worker):
            began = time.monotonic()
            refused = httpx2.post(f"{server.url}/api/runs/{run}/fork", timeout=60)
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "server_full")
            assert time.monotonic() - began < STARTING_SECONDS


def test_of_a_run_that_nobody_watches_a_fork_is_made_where_there_is_room_for_two() -> None:
    with running_server(max_runs=2) as server:
        run = make_run(server)
        assert httpx2.post(f"{server.url}/api/runs/{run}/fork", timeout=60).status_code == 201


def test_what_a_process_does_not_hear_is_not_heaped_up() -> None:
    with running_server(messages_per_second=2000, stuck_limit_seconds=1000) as server:
        run, worker = make_run_and_find_its_worker(server)
        with Visitor(server.url, run) as visitor:
            with stopped(worker):
                ids = [visitor.ask("step", unit="sample", count=1) for _ in range(300)]
                busy = visitor.answer()
                assert busy["error"]["code"] == "busy"
            while len(visitor.answers) < len(ids):
                visitor.hear()
            assert sorted(answer["id"] for answer in visitor.answers) == ids
            refused = [answer for answer in visitor.answers if answer.get("error", {}).get("code") == "busy"]
            assert 0 < len(refused) < len(ids) / 2
