"""How runs end: by request, by a stopped or killed server; and no process is left behind."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import psutil
import pytest

from tests.app.visitor import Visitor
from tests.server import Server, running_server

GONE_SECONDS = 30


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may stop or kill."""
    with running_server() as server:
        yield server


def make_run(server: Server, **experiment: Any) -> str:
    return str(httpx2.post(f"{server.url}/api/runs", json=experiment, timeout=20).json()["id"])


def wait_until_unwatched(server: Server, run: str) -> None:
    while httpx2.get(f"{server.url}/api/runs/{run}").json()["watchers"]:
        pass


def descendants(server: Server) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children(recursive=True)


def workers(server: Server) -> set[int]:
    """The training processes: children of the process they were forked from."""
    return {
        grandchild.pid for child in psutil.Process(server.process.pid).children() for grandchild in child.children()
    }


def make_run_and_find_its_worker(server: Server) -> tuple[str, int]:
    before = workers(server)
    run = make_run(server)
    (worker,) = workers(server) - before
    return run, worker


def test_an_ended_run_tells_its_watchers_and_its_process_is_gone(own_server: Server) -> None:
    run, worker = make_run_and_find_its_worker(own_server)
    process = psutil.Process(worker)
    with Visitor(own_server.url, run) as visitor:
        visitor.do("play")
        assert httpx2.delete(f"{own_server.url}/api/runs/{run}").status_code == 204
        assert visitor.closed()[0] == 4410
    assert_gone([process])
    assert httpx2.delete(f"{own_server.url}/api/runs/{run}").status_code == 404


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_server_says_goodbye_and_leaves_no_process(own_server: Server, sign: signal.Signals) -> None:
    runs = [make_run(own_server) for _ in range(3)]
    processes = descendants(own_server)
    with Visitor(own_server.url, runs[0]) as visitor:
        visitor.do("play")
        own_server.process.send_signal(sign)
        assert visitor.closed() == (1012, "The server is being stopped.")
        assert visitor.answers[-1]["error"]["code"] == "restarting"
    own_server.process.wait(GONE_SECONDS)
    assert_gone(processes)


def test_a_killed_server_leaves_no_orphan(own_server: Server) -> None:
    runs = [make_run(own_server) for _ in range(3)]
    processes = descendants(own_server)
    with Visitor(own_server.url, runs[0]) as visitor:
        visitor.do("play")
        own_server.process.kill()
        assert_gone(processes)


def assert_gone(processes: list[psutil.Process]) -> None:
    assert processes
    assert psutil.wait_procs(processes, GONE_SECONDS)[1] == []


# --- limits ---------------------------------------------------------------------------------------------------


def test_a_full_server_says_so_and_has_room_again_when_a_run_ends() -> None:
    with running_server(max_runs=2) as server:
        first, second = [make_run(server) for _ in range(2)]
        with Visitor(server.url, first) as visitor, Visitor(server.url, second) as other:
            visitor.do("play")
            other.do("pause")
            refused = httpx2.post(f"{server.url}/api/runs", json={})
            assert refused.status_code == 503
            assert refused.json()["error"]["code"] == "server_full"
            assert 5 <= int(refused.headers["retry-after"]) <= 15
            assert visitor.do("pause")["type"] == "ack"
            httpx2.delete(f"{server.url}/api/runs/{second}")
            other.closed()
            assert httpx2.post(f"{server.url}/api/runs", json={}).status_code == 201


def test_a_run_that_rests_unwatched_makes_room_for_another() -> None:
    with running_server(max_runs=1) as server:
        first = make_run(server)
        second = make_run(server)
        assert len(workers(server)) == 1
        for run in (first, second, first):
            with Visitor(server.url, run) as visitor:
                assert visitor.do("step", unit="epoch", count=1)["type"] == "ack"
            wait_until_unwatched(server, run)
        assert httpx2.get(f"{server.url}/api/runs/{first}").json()["epoch"] == 2


def test_what_needs_too_much_memory_is_refused_and_ends_nothing() -> None:
    large = {"data": "digits", "network": {"layers": [{"kind": "dense", "units": 256}] * 10}, "batch_size": 1024}
    sentence = "The experiment needs more memory than a run may have."
    with running_server(run_memory_megabytes=256) as server:
        refused = httpx2.post(f"{server.url}/api/runs", json=large)
        assert (refused.status_code, refused.json()["error"]) == (422, {"code": "too_large", "message": sentence})
        with Visitor(server.url, make_run(server)) as visitor:
            assert visitor.do("change", experiment=large)["error"] == {"code": "too_large", "message": sentence}
            assert visitor.do("play")["type"] == "ack"
        assert httpx2.post(f"{server.url}/api/runs", json={}).status_code == 201


def test_a_view_that_needs_too_much_memory_is_left_out_and_ends_nothing() -> None:
    large = {"data": "digits", "network": {"layers": [{"kind": "dense", "units": 256}] * 5}}
    with running_server(run_memory_megabytes=300) as server, Visitor(server.url, make_run(server, **large)) as visitor:
        visitor.do("watch", views=["weights:2", "health", "curvature"])
        visitor.do("play")
        seen = visitor.next("frame", lambda frame: bool(frame.info["unseen"]))
        assert "health" in seen.info["unseen"]
        assert ("health" in seen.info, "weights/0" in seen.arrays) == (False, True)
        assert visitor.next("frame", lambda frame: frame.info["step"] > seen.info["step"])


def test_many_runs_may_start_at_once_and_no_more_are_awake_than_there_is_room_for() -> None:
    with running_server(max_runs=6) as server, ThreadPoolExecutor() as visitors:
        answers = list(visitors.map(lambda _: httpx2.post(f"{server.url}/api/runs", json={}, timeout=30), range(10)))
        assert [answer.status_code for answer in answers] == [201] * 10
        assert len(workers(server)) <= 6


def test_a_run_has_a_limit_of_watchers() -> None:
    with running_server(max_watchers_per_run=1) as server:
        run = make_run(server)
        with Visitor(server.url, run) as first, Visitor(server.url, run) as second:
            assert second.closed()[0] == 4503
            assert first.do("play")["type"] == "ack"


def test_a_watcher_that_draws_nothing_is_let_go() -> None:
    with running_server(silent_limit_seconds=0.3) as server, Visitor(server.url, make_run(server), draws=False) as slow:
        slow.do("play")
        assert slow.closed() == (4510, "The page has drawn nothing for a long time.")
