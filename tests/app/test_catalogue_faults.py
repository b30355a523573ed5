"""The catalogue's rows F1 to F9: processes that die or hang, disks that fail, data that is damaged. What goes on is
bit for bit what would have been: tests/app/test_survival.py."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx2
import psutil
import pytest

from app.line import HEAD, Kind, payloads, tell
from app.main import MIGRATIONS
from app.store import FILE, NotSaved, Store, StoreError
from tests.app.catalogue import row, rows_of
from tests.app.test_ending import assert_gone, descendants, make_run, make_run_and_find_its_worker, workers
from tests.app.visitor import Visitor
from tests.server import Server, running_server

FOLDER_IN_USE = "another server is using this data"


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server whose processes a test may harm."""
    with running_server() as server:
        yield server


@pytest.mark.parametrize("sign", [row("F1 killed", signal.SIGKILL), row("F3 a mistake in memory", signal.SIGSEGV)])
def test_a_process_that_is_lost_is_replaced_and_harms_no_other(own_server: Server, sign: signal.Signals) -> None:
    lose_one_of_two(own_server, sign)


def test_f2_a_process_that_does_not_hear_is_replaced_and_harms_no_other() -> None:
    """By default after 30 s rather than the planned 5: a long way back is work."""
    with running_server(stuck_limit_seconds=5) as server:
        lose_one_of_two(server, signal.SIGSTOP)


def lose_one_of_two(server: Server, sign: signal.Signals) -> None:
    run, worker = make_run_and_find_its_worker(server)
    other = make_run(server)
    process = psutil.Process(worker)
    with Visitor(server.url, run) as visitor, Visitor(server.url, other) as bystander:
        bystander.do("play")
        visitor.do("step", unit="batch", count=5)
        process.send_signal(sign)
        assert visitor.do("step", unit="batch", count=1)["step"] == 6
        assert bystander.do("pause")["type"] == "ack"
    assert_gone([process])
    assert len(workers(server)) == 2


def test_f3_one_that_dies_again_and_again_is_given_up_with_a_reason(own_server: Server) -> None:
    with Visitor(own_server.url, make_run(own_server)) as visitor:
        for step in (1, 2, 3):
            assert visitor.do("step", unit="batch", count=1)["step"] == step
            (worker,) = workers(own_server)
            os.kill(worker, signal.SIGKILL)
        assert visitor.closed() == (4410, "The training process was killed (SIGKILL).")


@pytest.mark.parametrize(
    "said",
    [
        row("F4 a huge size", HEAD.pack(Kind.FRAME, 1, 2**32 - 1)),
        row("F4 half a head", HEAD.pack(Kind.FRAME, 1, 4)[:5]),
        row("F4 half a payload", HEAD.pack(Kind.FRAME, 1, 4) + b"ab"),
        row("F4 noise", b"\xff" * 100),
    ],
)
def test_what_is_no_message_of_a_process_ends_the_line(said: bytes) -> None:
    """By decision there is no checksum on a line between two processes of one machine."""

    async def heard() -> list[tuple[int, int, bytes]]:
        reader = asyncio.StreamReader()
        reader.feed_data(HEAD.pack(Kind.STATE, 0, 2) + b"{}" + said)
        reader.feed_eof()
        return [message async for message in payloads(reader)]

    assert asyncio.run(heard()) == [(Kind.STATE, 0, b"{}")]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, pytest.importorskip("uvloop").new_event_loop])
def test_f5_what_is_told_to_a_process_that_has_hung_up_harms_nobody(loop: Callable[[], AbstractEventLoop]) -> None:
    async def tell_until_closed() -> None:
        ours, theirs = socket.socketpair()
        _, writer = await asyncio.open_connection(sock=ours)
        theirs.close()
        while not writer.is_closing():
            tell(writer, 1, "leave")
            await asyncio.sleep(0)
        with suppress(BrokenPipeError):
            await writer.wait_closed()
        tell(writer, 1, "leave")

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(tell_until_closed())


def test_f5_a_command_is_obeyed_once_whenever_the_process_dies(own_server: Server) -> None:
    run, worker = make_run_and_find_its_worker(own_server)
    with Visitor(own_server.url, run) as visitor:
        for number in range(30):
            visitor.ask("step", unit="batch", count=1)
            if number == 15:
                os.kill(worker, signal.SIGKILL)
        assert visitor.answer(lambda answer: answer["id"] == 30)["step"] == 30
        assert sorted(answer["step"] for answer in visitor.answers) == list(range(1, 31))


def test_f6_what_was_answered_outlives_the_server(tmp_path: Path) -> None:
    with running_server(data=tmp_path) as server:
        run = make_run(server)
    for step in (3, 6, 9):
        with running_server(data=tmp_path) as server, Visitor(server.url, run) as visitor:
            assert visitor.do("step", unit="batch", count=3)["step"] == step
            server.process.kill()
            server.process.wait()
        with closing(sqlite3.connect(tmp_path / FILE)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_f7_a_killed_server_leaves_no_process(own_server: Server) -> None:
    with Visitor(own_server.url, make_run(own_server)) as visitor:
        visitor.do("play")
        processes = descendants(own_server)
        own_server.process.kill()
        assert_gone(processes)


def test_f8_where_nothing_can_be_written_the_server_says_so(tmp_path: Path) -> None:
    place = tmp_path / "a file"
    place.write_text("")
    with pytest.raises(StoreError, match="Choose another folder with PLAYGROUND_DATA"):
        Store(place, MIGRATIONS)


def test_f8_a_full_disk_stops_no_training_is_told_and_has_room_again(tmp_path: Path) -> None:
    large = {"network": {"layers": [{"kind": "dense", "units": 256}] * 2}}
    with running_server(data=tmp_path, max_data_megabytes=1) as server:
        run = httpx2.post(f"{server.url}/api/runs", json=large, timeout=20).json()["id"]
        with Visitor(server.url, run) as visitor:
            visitor.do("step", unit="batch", count=5)
            assert visitor.do("step", unit="batch", count=5)["step"] == 10
        refused = httpx2.post(f"{server.url}/api/runs/{run}/share")
        assert refused.status_code in (201, 404, 507), "a short note may still have room"
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_f8_a_store_that_was_full_saves_again_when_there_is_room() -> None:
    store = Store(None, ("CREATE TABLE notes (text TEXT)",), most_megabytes=1)

    def note(size: int) -> None:
        store.submit(lambda c: c.execute("INSERT INTO notes VALUES (?)", ("x" * size,)) and None).result()

    note(10)
    with pytest.raises(NotSaved):
        note(2_000_000)
    assert not store.is_saving
    note(10)
    assert store.is_saving
    store.close()


def test_f9_a_second_server_on_the_same_data_is_told(tmp_path: Path) -> None:
    first = Store(tmp_path, MIGRATIONS)
    with pytest.raises(StoreError, match=FOLDER_IN_USE):
        Store(tmp_path, MIGRATIONS)
    first.close()


def damage(folder: Path, place: int) -> None:
    data = bytearray((folder / FILE).read_bytes())
    data[place : place + 2000] = b"\x5a" * 2000
    (folder / FILE).write_bytes(data)


@pytest.mark.parametrize("place", [row("F9 a damaged head", 0), row("F9 a damaged page", 3 * 4096)])
def test_damaged_data_is_told_at_the_start_with_what_to_do(tmp_path: Path, place: int) -> None:
    Store(tmp_path, MIGRATIONS).close()
    damage(tmp_path, place)
    with pytest.raises(StoreError, match="playground restore FILE"):
        Store(tmp_path, MIGRATIONS)


def test_f9_without_its_log_the_data_is_that_of_the_last_checkpoint(tmp_path: Path) -> None:
    Store(tmp_path, MIGRATIONS).close()
    with running_server(data=tmp_path) as server:
        run = make_run(server)
        server.process.kill()
        server.process.wait()
    (tmp_path / f"{FILE}-wal").unlink()
    with running_server(data=tmp_path) as server:
        assert httpx2.get(f"{server.url}/api/runs/{run}").status_code in (200, 404)
        assert make_run(server)


def test_f9_data_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    Store(tmp_path, (*MIGRATIONS, "CREATE TABLE future (x)")).close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match="newer version of the playground"):
        Store(tmp_path, MIGRATIONS)
    assert (tmp_path / FILE).read_bytes() == before


def test_no_row_is_missing() -> None:
    assert rows_of(sys.modules[__name__]) == {f"F{number}" for number in range(1, 10)}
