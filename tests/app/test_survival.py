"""Runs survive: a killed process, a killed or stopped server, a long rest, a full disk. What goes on is bit for bit
what would have been."""

import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from tests.app.guest import until
from tests.app.test_ending import make_run, make_run_and_find_its_worker, workers
from tests.app.truth import same, trained_to, weights_of
from tests.app.visitor import Picture, Visitor
from tests.server import Server, running_server


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server whose processes a test may kill."""
    with running_server() as server:
        yield server


def assert_true_to_its_step(frame: Picture) -> None:
    assert same(weights_of(frame), trained_to(frame.info["step"]))


# --- a killed process -----------------------------------------------------------------------------------------


def test_a_killed_process_is_replaced_and_its_watcher_sees_only_training_that_goes_on(own_server: Server) -> None:
    run, worker = make_run_and_find_its_worker(own_server)
    with Visitor(own_server.url, run) as visitor:
        visitor.do("watch", views=["weights"])
        visitor.do("speed", unit="updates", per_second=1000)
        visitor.do("play")
        before = visitor.next("frame", lambda frame: frame.info["step"] > 1500)
        os.kill(worker, signal.SIGKILL)
        assert is_told_of_another_process(visitor)
        after = visitor.next("frame", lambda frame: frame.info["step"] > before.info["step"] + 500)
        assert after.info["status"] == "playing"
        assert after.info["seq"] > before.info["seq"]
        assert_true_to_its_step(after)
        assert visitor.do("pause")["type"] == "ack"
        steps = visitor.numbers("step")
        assert steps[0] == 0 and np.all(np.diff(steps) > 0)


def test_a_killed_process_disturbs_no_other(own_server: Server) -> None:
    other = make_run(own_server)
    run, worker = make_run_and_find_its_worker(own_server)
    with Visitor(own_server.url, run) as visitor, Visitor(own_server.url, other) as undisturbed:
        undisturbed.do("play")
        visitor.do("play")
        os.kill(worker, signal.SIGKILL)
        visitor.next("frame", lambda frame: len(visitor.curve) > 30)
        undisturbed.next("frame", lambda frame: len(undisturbed.curve) > 30)


def test_a_process_in_the_place_of_another_shows_its_first_picture_at_once() -> None:
    """However rare pictures are."""
    with running_server(frames_per_second=0.001) as server:
        run, worker = make_run_and_find_its_worker(server)
        with Visitor(server.url, run) as visitor:
            before = visitor.next("frame")
            visitor.do("play")
            os.kill(worker, signal.SIGKILL)
            assert is_told_of_another_process(visitor)
            assert visitor.next("frame", lambda frame: frame.info["seq"] > before.info["seq"])


def obey(visitor: Visitor) -> None:
    """One of every kind of command that changes a run; all of them answered."""
    wider = {"network": {"layers": [{"kind": "dense", "units": 5}, {"kind": "dense", "units": 4}]}}
    for op, parts in (
        ("step", {"unit": "batch", "count": 300}),
        ("step", {"unit": "sample", "count": 7}),
        ("edit", {"layer": 0, "unit": 1, "input": 0, "value": 0.5}),
        ("step", {"unit": "epoch", "count": 2}),
        ("seek", {"step": 290}),
        ("change", {"experiment": wider}),
        ("step", {"unit": "batch", "count": 50}),
        ("edit", {"layer": 0, "unit": 1, "input": None, "value": -0.25}),
        ("take_back", {"step": 340}),
        ("edit", {"layer": 0, "unit": 2, "input": None, "value": -0.25}),
        ("reset", {"experiment": {"seeds": {"order": 3}}}),
        ("step", {"unit": "batch", "count": 25}),
        ("bring_back", {"past": 11}),
        ("step", {"unit": "sample", "count": 3}),
    ):
        answer = visitor.do(op, **parts)
        assert answer["type"] == "ack", answer


def test_every_answered_command_survives_the_process(own_server: Server) -> None:
    undisturbed = make_run(own_server)
    with Visitor(own_server.url, undisturbed) as visitor:
        visitor.do("watch", views=["weights"])
        obey(visitor)
        visitor.do("step", unit="batch", count=40)
        expected = visitor.next("frame", lambda frame: frame.info["status"] == "paused" and frame.info["sample"] == 0)
    run, worker = make_run_and_find_its_worker(own_server)
    with Visitor(own_server.url, run) as visitor:
        visitor.do("watch", views=["weights"])
        obey(visitor)
        os.kill(worker, signal.SIGKILL)
        visitor.do("step", unit="batch", count=40)
        frame = visitor.frame(status="paused", step=expected.info["step"], sample=0)
        assert same(weights_of(frame), weights_of(expected))


@pytest.mark.parametrize("stop", [{"kind": "none"}, {"kind": "epochs", "epochs": 2}], ids=["until", "finished"])
def test_what_playing_ended_by_itself_stays_ended_after_the_process(own_server: Server, stop: dict[str, Any]) -> None:
    """The run plays up to an epoch, a weight is set, its process is killed."""
    experiment = {} if stop["kind"] == "none" else {"stop": stop}
    answer = httpx2.post(f"{own_server.url}/api/runs", json=experiment, timeout=20)
    assert answer.status_code == 201, answer.text
    (worker,) = workers(own_server)
    with Visitor(own_server.url, answer.json()["id"]) as visitor:
        visitor.do("play", until_epoch=2)
        ended_at = visitor.next("frame", lambda frame: frame.info["epoch"] == 2).info["step"]
        visitor.do("edit", layer=0, unit=0, input=0, value=0.5)
        os.kill(worker, signal.SIGKILL)
        assert visitor.do("edit", layer=0, unit=0, input=0, value=0.25)["step"] == ended_at
        assert visitor.frame(step=ended_at).info["status"] in ("paused", "finished")


def is_told_of_another_process(visitor: Visitor) -> bool:
    while visitor.about.get("revived", 0) < 1:
        visitor.hear()
    return bool(visitor.about["revived"] == 1)


def test_a_reset_can_be_taken_back_after_the_process_and_after_the_server(tmp_path: Path) -> None:
    """Once before anything else was saved, once by a process that never saw what was before."""
    with running_server(data=tmp_path) as server:
        run, worker = make_run_and_find_its_worker(server)
        with Visitor(server.url, run) as visitor:
            visitor.do("watch", views=["weights"])
            visitor.do("step", unit="batch", count=300)
            first = visitor.do("reset", experiment={"seeds": {"weights": 5}})["past"]
            visitor.do("step", unit="batch", count=40)
            visitor.frame(status="paused", step=40)
            curve, second = list(visitor.curve), visitor.do("reset")["past"]
            os.kill(worker, signal.SIGKILL)
            assert visitor.do("bring_back", past=second)["step"] == 40
            frame = visitor.frame(status="paused", step=40)
            assert same(weights_of(frame), trained_to(40, seeds={"weights": 5}))
            np.testing.assert_array_equal(visitor.curve, curve)
            server.process.kill()
    with running_server(data=tmp_path) as server, Visitor(server.url, run) as visitor:
        visitor.do("watch", views=["weights"])
        assert "error" in visitor.do("bring_back", past=second)
        assert visitor.do("bring_back", past=first)["step"] == 300
        frame = visitor.frame(status="paused", step=300)
        assert_true_to_its_step(frame)
        assert frame.info["first_step"] == 0
        assert visitor.numbers("step")[[0, -1]].tolist() == [0, 300]
        assert visitor.do("seek", step=100)["step"] == 100


def test_a_process_that_dies_again_and_again_ends_its_run_with_a_clear_message(own_server: Server) -> None:
    run = make_run(own_server)
    with Visitor(own_server.url, run) as visitor:
        for _ in range(3):
            visitor.do("step", unit="batch", count=1)
            (worker,) = workers(own_server)
            os.kill(worker, signal.SIGKILL)
        assert visitor.closed() == (4410, "The training process was killed (SIGKILL).")


# --- a lost answer ----------------------------------------------------------------------------------------------

PAGE = "a-page-with-a-name"


def cut(visitor: Visitor) -> None:
    """Its line breaks: nothing more is said, and nothing more is heard."""
    visitor.socket.socket.shutdown(socket.SHUT_RDWR)


def sent_again(url: str, run: str, command: dict[str, Any], page: str = PAGE) -> tuple[dict[str, Any], int]:
    """The answer to a command that is sent with an id of before, and where the run is then."""
    with Visitor(url, run, page=page) as visitor:
        visitor.say(command)
        answer = visitor.answer(lambda answer: answer["id"] == command["id"])
        visitor.do("watch", views=[])
        return answer, visitor.next("frame", lambda frame: frame.info["status"] == "paused").info["step"]


STEP = {"id": 900, "op": "step", "unit": "batch", "count": 300}


@pytest.mark.parametrize("count", [1, 5000], ids=["is done", "is under way"])
def test_a_command_whose_answer_was_lost_with_the_line_is_obeyed_once(server: Server, count: int) -> None:
    run, step = make_run(server), {**STEP, "count": count}
    with Visitor(server.url, run, page=PAGE) as visitor:
        visitor.say(step)
        with suppress(ConnectionClosed):
            visitor.next("frame", lambda frame: frame.info["step"] > 0)
        cut(visitor)
    for _ in range(2):
        answer, now = sent_again(server.url, run, step)
        assert (answer["type"], answer["step"], now) == ("ack", count, count)
    assert sent_again(server.url, run, {**STEP, "id": 901, "count": 1})[1] == count + 1


def test_what_another_page_asks_under_the_same_id_is_obeyed(server: Server) -> None:
    run = make_run(server)
    assert sent_again(server.url, run, STEP)[1] == 300
    assert sent_again(server.url, run, STEP, page="another-page-than-that")[1] == 600
    assert sent_again(server.url, run, STEP, page="")[1] == 900
    assert sent_again(server.url, run, STEP, page="")[1] == 1200


def test_what_was_refused_may_be_tried_again_under_the_same_id(server: Server) -> None:
    run = make_run(server)
    with Visitor(server.url, run, page=PAGE) as visitor:
        visitor.do("play")
        visitor.say(STEP)
        assert visitor.answer(lambda answer: answer["id"] == STEP["id"])["error"]["code"] == "state"
        paused_at = visitor.do("pause")["step"]
    assert sent_again(server.url, run, STEP)[0]["step"] == paused_at + 300


def test_a_command_whose_answer_was_lost_with_the_server_or_the_process_is_obeyed_once(tmp_path: Path) -> None:
    reset = {"id": 901, "op": "reset"}
    with running_server(data=tmp_path) as server:
        run, worker = make_run_and_find_its_worker(server)
        with Visitor(server.url, run, page=PAGE) as visitor:
            visitor.say(STEP)
            assert visitor.answer(lambda answer: answer["id"] == STEP["id"])["step"] == 300
            visitor.say(reset)
            put_aside = visitor.answer(lambda answer: answer["id"] == reset["id"])["past"]
            os.kill(worker, signal.SIGKILL)
        answer, _ = sent_again(server.url, run, reset)
        assert answer["past"] == put_aside
        server.process.kill()
    with running_server(data=tmp_path) as server:
        answer, now = sent_again(server.url, run, STEP)
        assert (answer["op"], answer["step"], now) == ("step", 300, 0)


def test_a_step_that_a_stop_breaks_off_is_obeyed_once(tmp_path: Path) -> None:
    long = {**STEP, "unit": "epoch", "count": 10_000}
    with running_server(data=tmp_path) as server:
        run = make_run(server)
        with Visitor(server.url, run, page=PAGE) as visitor:
            visitor.say(long)
            visitor.next("frame", lambda frame: frame.info["step"] > 0)
            server.process.send_signal(signal.SIGTERM)
            answer = visitor.answer(lambda answer: answer["id"] == long["id"])
            assert visitor.closed()[0] == 1012
    with running_server(data=tmp_path) as server:
        assert sent_again(server.url, run, long) == (answer, answer["step"])


# --- a killed or stopped server -------------------------------------------------------------------------------


def test_all_runs_are_back_after_the_server_was_killed(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server:
        resting, training = make_run(server), make_run(server)
        with Visitor(server.url, resting) as visitor:
            obey(visitor)
            visitor.do("watch", views=["weights"])
            before = visitor.next("frame", lambda frame: "weights/0" in frame.arrays)
        with Visitor(server.url, training) as visitor:
            visitor.do("play")
            visitor.next("frame", lambda frame: frame.info["step"] > 1000)
            server.process.kill()
    with running_server(data=tmp_path) as server:
        assert httpx2.get(f"{server.url}/api/runs/{resting}").json()["status"] == "paused"
        with Visitor(server.url, training) as visitor:
            visitor.do("watch", views=["weights"])
            frame = visitor.next("frame", lambda frame: "weights/0" in frame.arrays)
            assert frame.info["status"] == "playing"
            assert_true_to_its_step(frame)
        with Visitor(server.url, resting) as visitor:
            visitor.do("watch", views=["weights"])
            after = visitor.next("frame", lambda frame: "weights/0" in frame.arrays)
            assert (after.info["step"], after.info["sample"]) == (before.info["step"], before.info["sample"])
            assert same(weights_of(after), weights_of(before))


def test_a_stopped_server_loses_no_step(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server:
        run = make_run(server)
        with Visitor(server.url, run) as visitor:
            visitor.do("play")
            last = visitor.next("frame", lambda frame: frame.info["step"] > 500)
            server.process.send_signal(signal.SIGTERM)
            assert visitor.closed()[0] == 1012
            last = max((p for p in visitor.pictures if p.info["type"] == "frame"), key=lambda p: p.info["step"])
            curve = len(visitor.curve)
        server.process.wait(30)
    with running_server(data=tmp_path) as server, Visitor(server.url, run) as visitor:
        visitor.do("pause")
        now = visitor.frame(status="paused")
        assert now.info["step"] >= last.info["step"]
        assert len(visitor.curve) >= curve
        assert now.info["first_step"] == 0
        assert visitor.do("seek", step=100)["step"] == 100


def test_a_stopped_server_tells_all_that_it_stops() -> None:
    with running_server() as server, ThreadPoolExecutor(30) as pool, ExitStack() as visitors:
        run = make_run(server)
        all = [visitors.enter_context(Visitor(server.url, run)) for _ in range(30)]

        def leave(visitor: Visitor) -> None:
            assert visitor.closed()[0] == 1012
            assert visitor.answers[-1]["error"]["code"] == "restarting"

        leaving = [pool.submit(leave, visitor) for visitor in all]
        server.process.send_signal(signal.SIGTERM)
        for left in leaving:
            left.result()


def test_what_was_answered_is_there_after_a_power_cut(tmp_path: Path) -> None:
    """The server is killed at the very moment at which the answer is there."""
    with running_server(data=tmp_path) as server:
        run = make_run(server)
    for rate in (0.011, 0.012, 0.013):
        with running_server(data=tmp_path) as server, Visitor(server.url, run) as visitor:
            assert visitor.do("change", experiment={"optimizer": {"kind": "sgd", "learning_rate": rate}})
            server.process.kill()
        with running_server(data=tmp_path) as server, Visitor(server.url, run) as visitor:
            scene = visitor.next("scene")
            assert scene.info["experiment"]["optimizer"]["learning_rate"] == rate


def test_a_damaged_moment_gives_way_to_the_one_before_and_stops_nobody_else(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server:
        damaged, whole = make_run(server), make_run(server)
        for run in (damaged, whole):
            with Visitor(server.url, run) as visitor:
                visitor.do("step", unit="batch", count=20)
                visitor.do("play")
                visitor.next("frame", lambda frame: frame.info["step"] > 500)
                if run == whole:
                    server.process.kill()
    with closing(sqlite3.connect(tmp_path / "playground.sqlite3")) as file, file:
        newest = "SELECT max(number) FROM moments WHERE run = ?"
        cut = f"UPDATE moments SET present = substr(present, 1, 5) WHERE run = ? AND number = ({newest})"
        file.execute(cut, (damaged, damaged))
    with running_server(data=tmp_path) as server:
        for run in (damaged, whole):
            with Visitor(server.url, run) as visitor:
                visitor.do("watch", views=["weights"])
                assert_true_to_its_step(visitor.next("frame", lambda frame: "weights/0" in frame.arrays))


def test_a_signal_to_all_processes_at_once_loses_no_step(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server:
        run = make_run(server)
        with Visitor(server.url, run) as visitor:
            visitor.do("play")
            visitor.next("frame", lambda frame: frame.info["step"] > 500)
            os.killpg(server.process.pid, signal.SIGTERM)
            assert visitor.closed()[0] == 1012
            last = max(p.info["step"] for p in visitor.pictures if p.info["type"] == "frame")
        assert server.process.wait(30) == 0
    with running_server(data=tmp_path) as server:
        assert httpx2.get(f"{server.url}/api/runs/{run}").json()["step"] >= last


# --- rest -----------------------------------------------------------------------------------------------------


def test_an_unwatched_run_sleeps_and_wakes_as_it_was() -> None:
    with running_server(sleep_after_seconds=0.3, unwatched_limit_seconds=0.3) as server:
        run = make_run(server)
        with Visitor(server.url, run) as visitor:
            visitor.do("step", unit="batch", count=200)
            curve = list(visitor.curve)
        until(lambda: not workers(server))
        asleep = httpx2.get(f"{server.url}/api/runs/{run}").json()
        assert (asleep["status"], asleep["step"], asleep["watchers"]) == ("paused", 200, 0)
        with Visitor(server.url, run) as visitor:
            visitor.do("watch", views=["weights"])
            frame = visitor.next("frame", lambda frame: "weights/0" in frame.arrays)
            assert_true_to_its_step(frame)
            np.testing.assert_array_equal(visitor.curve[: len(curve)], curve)
            assert visitor.do("seek", step=50)["step"] == 50


def test_an_unwatched_run_that_trains_is_given_time_and_then_pauses() -> None:
    with running_server(sleep_after_seconds=0.2, unwatched_limit_seconds=2) as server:
        run = make_run(server)
        with Visitor(server.url, run) as visitor:
            visitor.do("speed", unit="updates", per_second=10)
            visitor.do("play")
            seen = visitor.next("frame", lambda frame: frame.info["step"] > 2).info["step"]
        until(lambda: not workers(server))
        asleep = httpx2.get(f"{server.url}/api/runs/{run}").json()
        assert asleep["status"] == "paused"
        assert asleep["step"] > seen
        with Visitor(server.url, run) as visitor:
            assert visitor.next("frame").info["status"] == "paused"


def test_a_watched_run_does_not_sleep() -> None:
    with running_server(sleep_after_seconds=0.1) as server:
        run = make_run(server)
        with Visitor(server.url, run) as visitor:
            visitor.next("frame")
            until(lambda: len(workers(server)) == 1)  # an earlier one may be going to sleep still
            (worker,) = workers(server)
            for _ in range(4):
                visitor.do("step", unit="epoch", count=20)
            assert workers(server) == {worker}


def test_many_who_come_at_once_wake_a_run_once() -> None:
    with running_server(sleep_after_seconds=0.1) as server:
        run = make_run(server)
        until(lambda: not workers(server))
        with Visitor(server.url, run) as one, Visitor(server.url, run) as two, Visitor(server.url, run) as three:
            for visitor in (one, two, three):
                visitor.next("frame")
            assert len(workers(server)) == 1


def test_a_run_that_is_deleted_while_it_wakes_is_gone() -> None:
    with running_server(sleep_after_seconds=0.1) as server, ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            run = make_run(server)
            until(lambda: not workers(server))
            visitors = [pool.submit(look_in, server, run) for _ in range(3)]
            assert httpx2.delete(f"{server.url}/api/runs/{run}", timeout=20).status_code == 204
            for visitor in visitors:
                assert visitor.result() in (4404, 4410)
            assert httpx2.get(f"{server.url}/api/runs/{run}").status_code == 404
            with Visitor(server.url, run) as visitor:
                assert visitor.closed()[0] == 4404
            until(lambda: not workers(server))


def look_in(server: Server, run: str) -> int:
    """Watch until one is sent away: the close code."""
    with Visitor(server.url, run) as visitor:
        return visitor.closed()[0]


# --- the disk -------------------------------------------------------------------------------------------------


def test_a_full_disk_stops_no_training_and_harms_nothing(tmp_path: Path) -> None:
    large = {"network": {"layers": [{"kind": "dense", "units": 256}] * 2}}
    with running_server(data=tmp_path, max_data_megabytes=1) as server:
        run = make_run(server)
        answer = httpx2.post(f"{server.url}/api/runs", json=large)
        assert answer.status_code == 201
        with Visitor(server.url, answer.json()["id"]) as visitor:
            assert visitor.do("step", unit="batch", count=5)["step"] == 5
            assert visitor.do("step", unit="batch", count=5)["step"] == 10
    with closing(sqlite3.connect(tmp_path / "playground.sqlite3")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with running_server(data=tmp_path) as server:
        assert httpx2.get(f"{server.url}/api/runs/{run}").status_code == 200


def test_a_second_server_on_the_same_data_is_told(tmp_path: Path) -> None:
    refused = pytest.raises(AssertionError, match="another server is using this data")
    with running_server(data=tmp_path), refused, running_server(data=tmp_path):
        pass
