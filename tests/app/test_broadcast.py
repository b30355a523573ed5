"""The broadcast: every watcher gets every point and the newest picture, and none holds up another."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import numpy as np
import pytest
from fastapi import WebSocket, WebSocketDisconnect
from starlette.types import Message

from app import protocol
from app.broadcast import Broadcast, Ended, Row, Series, Slow, Watcher, farewell_seconds, send_away
from app.sockets import speak

Test = Callable[[], Coroutine[Any, Any, None]]


def in_a_loop(test: Test) -> Callable[[], None]:
    @wraps(test)
    def run() -> None:
        asyncio.run(test())

    return run


def encode_rows(generation: int, first: int, rows: list[Row]) -> bytes:
    return f"generation {generation}, from {first}: {[row[0] for row in rows]}".encode()


def new_broadcast(patience_seconds: float = 10, encode: Any = encode_rows) -> Broadcast:
    broadcast = Broadcast(encode, capacity=100, window=3, patience_seconds=patience_seconds)
    broadcast.publish_scene(1, b"scene 1")
    broadcast.publish_rows(1, [[0.0]])
    return broadcast


def step(broadcast: Broadcast, number: int) -> None:
    """One more point, and a frame."""
    broadcast.publish_rows(1, [[float(number)]])
    broadcast.publish_frame(number, f"frame {number}".encode())


@in_a_loop
async def test_a_watcher_gets_the_scene_all_points_and_the_newest_frame() -> None:
    broadcast = new_broadcast()
    broadcast.join()
    step(broadcast, 1)
    step(broadcast, 2)
    late = broadcast.join()
    assert await late.turn() == [b"scene 1", b"generation 1, from 0: [0.0, 1.0, 2.0]", b"frame 2"]


@in_a_loop
async def test_a_slow_watcher_skips_pictures_but_no_points() -> None:
    broadcast = new_broadcast()
    watcher = broadcast.join()
    step(broadcast, 1)
    await watcher.turn()
    for number in (2, 3, 4):
        step(broadcast, number)
    assert await watcher.turn() == [b"generation 1, from 2: [2.0, 3.0, 4.0]", b"frame 4"]


@in_a_loop
async def test_at_most_three_frames_are_under_way() -> None:
    broadcast = new_broadcast()
    watcher = broadcast.join()
    for number in (1, 2, 3):
        step(broadcast, number)
        await watcher.turn()
    step(broadcast, 4)
    waiting = asyncio.create_task(watcher.turn())
    await asyncio.sleep(0)
    assert not waiting.done()
    step(broadcast, 5)
    watcher.acknowledge(1)
    assert await waiting == [b"generation 1, from 4: [4.0, 5.0]", b"frame 5"]


@in_a_loop
async def test_a_slow_watcher_holds_up_nobody() -> None:
    broadcast = new_broadcast()
    broadcast.join()
    quick = broadcast.join()
    for number in range(1, 50):
        step(broadcast, number)
        assert (await quick.turn())[-1] == f"frame {number}".encode()
        quick.acknowledge(number)


@in_a_loop
async def test_answers_come_even_when_no_more_frames_may() -> None:
    broadcast = new_broadcast()
    watcher = broadcast.join()
    for number in (1, 2, 3):
        step(broadcast, number)
        await watcher.turn()
    step(broadcast, 4)
    watcher.answer("paused")
    assert await watcher.turn() == ["paused"]


@in_a_loop
async def test_an_acknowledgement_covers_the_frames_before_it_and_none_that_was_not_sent() -> None:
    broadcast = new_broadcast()
    watcher = broadcast.join()
    for number in (1, 2, 3):
        step(broadcast, number)
        await watcher.turn()
    assert not watcher.acknowledge(4)
    assert watcher.is_behind
    assert watcher.acknowledge(3)
    assert not watcher.under_way


@in_a_loop
async def test_a_message_is_encoded_once_for_all() -> None:
    encoded = []

    def encode(generation: int, first: int, rows: list[Row]) -> bytes:
        encoded.append((generation, first))
        return b"rows"

    broadcast = new_broadcast(encode=encode)
    watchers = [broadcast.join() for _ in range(10)]
    step(broadcast, 1)
    for watcher in watchers:
        await watcher.turn()
    step(broadcast, 2)
    for watcher in watchers:
        await watcher.turn()
    assert encoded == [(1, 0), (1, 2)]


@in_a_loop
async def test_no_frame_goes_out_after_a_scene_it_does_not_belong_to() -> None:
    broadcast = new_broadcast()
    watcher = broadcast.join()
    step(broadcast, 1)
    broadcast.publish_scene(2, b"scene 2")
    watcher.answer("changed")
    assert await watcher.turn() == ["changed"]
    step(broadcast, 2)
    assert await watcher.turn() == [b"scene 2", b"generation 1, from 0: [0.0, 1.0, 2.0]", b"frame 2"]


@in_a_loop
async def test_a_new_generation_starts_the_curve_again() -> None:
    broadcast = new_broadcast()
    watcher = broadcast.join()
    step(broadcast, 1)
    await watcher.turn()
    broadcast.publish_rows(2, [[0.5]])
    broadcast.publish_frame(2, b"frame 2")
    assert await watcher.turn() == [b"generation 2, from 0: [0.5]", b"frame 2"]


@in_a_loop
async def test_a_watcher_that_draws_nothing_is_let_go() -> None:
    broadcast = new_broadcast(patience_seconds=0.01)
    watcher = broadcast.join()
    for number in (1, 2, 3):
        step(broadcast, number)
        await watcher.turn()
    with pytest.raises(Slow):
        await watcher.turn()


@in_a_loop
async def test_the_end_comes_after_a_last_answer_and_picture() -> None:
    broadcast = new_broadcast()
    watcher = broadcast.join()
    step(broadcast, 1)
    broadcast.end(4410, "the process was killed", "an error")
    assert (await watcher.turn())[0] == "an error"
    with pytest.raises(Ended) as ended:
        await watcher.turn()
    assert (ended.value.code, ended.value.reason) == (4410, "the process was killed")


def test_a_long_curve_is_thinned_with_age() -> None:
    series = Series(1, capacity=100)
    series.extend([float(number)] for number in range(10_000))
    numbers = [int(row[0]) for row in series.since(0)]
    assert len(numbers) <= 100
    assert numbers[0] == 0
    assert numbers == sorted(numbers)
    assert numbers[-50:] == list(range(9950, 10_000))


def test_the_newest_half_of_a_long_curve_is_whole() -> None:
    series = Series(1, capacity=100)
    series.extend([float(number)] for number in range(10_000))
    assert [row[0] for row in series.since(9960)] == list(map(float, range(9960, 10_000)))


class Line:
    """A line to a watcher that draws at once, on a clock of its own: so many seconds a picture, one after the other."""

    def __init__(self, broadcast: Broadcast, watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
        self.broadcast, self.watcher = broadcast, watcher
        self.now = self.free_at = 0.0
        self.frame = 0
        self.under_way: list[tuple[float, int]] = []
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now)

    def carry(self, seconds: float, seconds_each: float) -> list[int]:
        """The frames that are sent meanwhile, while 30 are made in a second."""
        sent = []
        for _ in range(round(seconds * 30)):
            self.now += 1 / 30
            self.frame += 1
            step(self.broadcast, self.frame)
            for arrival, frame in [each for each in self.under_way if each[0] <= self.now]:
                self.watcher.acknowledge(frame)
                self.under_way.remove((arrival, frame))
            if self.watcher.take_news():
                assert self.watcher.frame == self.frame, "the newest"
                sent.append(self.frame)
                self.free_at = max(self.free_at, self.now) + seconds_each
                self.under_way.append((self.free_at, self.frame))
        return sent


@pytest.mark.parametrize(("seconds_each", "most"), [(0.15, 7), (0.4, 3), (0.8, 1.4)])
def test_a_slow_line_gets_fewer_pictures_none_of_them_old_and_all_again_when_it_is_quick(
    monkeypatch: pytest.MonkeyPatch, seconds_each: float, most: float
) -> None:
    @in_a_loop
    async def run() -> None:
        with monkeypatch.context() as patch:
            broadcast = new_broadcast()
            line = Line(broadcast, broadcast.join(), patch)
            assert len(line.carry(2, seconds_each=0.01)) == 60
            line.carry(3, seconds_each)
            slow = line.carry(20, seconds_each)
            assert 8 / seconds_each <= len(slow) <= 20 * most
            assert len(line.under_way) <= 2
            line.carry(5, seconds_each=0.01)
            assert len(line.carry(1, seconds_each=0.01)) == 30

    run()


@pytest.mark.parametrize("looks", range(1, 12))
def test_a_picture_that_becomes_due_between_two_looks_at_the_clock_is_sent(
    monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    """It may be the last for long: that of a pause."""

    @in_a_loop
    async def run() -> None:
        broadcast = new_broadcast()
        watcher = broadcast.join()
        watcher.seconds_between = 1.0
        step(broadcast, 1)
        await watcher.turn()
        step(broadcast, 2)
        left = looks

        def time() -> float:
            nonlocal left
            left -= 1
            return watcher.sent_at + (0.9 if left > 0 else 1.1)

        with monkeypatch.context() as patch:
            patch.setattr(asyncio.get_running_loop(), "time", time)
            waiting = asyncio.create_task(watcher.turn())
            for _ in range(30):
                await asyncio.sleep(0)
            assert waiting.done()
            assert waiting.result()[-1] == b"frame 2"

    run()


def test_a_watcher_that_draws_one_late_picture_after_another_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are under way came while it was quick; each of them is drawn within its patience, and then none."""

    @in_a_loop
    async def run() -> None:
        now = 0.0
        broadcast = new_broadcast(patience_seconds=0.8)
        watcher = broadcast.join()
        for number in (1, 2, 3):
            step(broadcast, number)
            await watcher.turn()
        with monkeypatch.context() as patch:
            start = asyncio.get_running_loop().time()
            patch.setattr(asyncio.get_running_loop(), "time", lambda: start + now)
            waiting = asyncio.create_task(watcher.turn())
            for now, drawn in [(0.5, 1), (0.9, 2), (1.4, None), (1.6, None), (1.8, None)]:
                assert not waiting.done(), now
                if drawn:
                    watcher.acknowledge(drawn)
                for _ in range(5):
                    await asyncio.sleep(0)
            with pytest.raises(Slow):
                waiting.result()

    run()


@in_a_loop
async def test_a_watcher_is_sent_the_heavy_arrays_that_it_watches_and_no_others() -> None:
    broadcast = new_broadcast()
    frugal, hidden, usual = broadcast.join(), broadcast.join(), broadcast.join()
    frugal.choose(["weights", "painting"])
    hidden.choose([])
    usual.choose(["weights:8", "tiles:8", "boundary:0,1"])
    arrays = {"weights/0": np.ones(3, "f4"), "tiles/0": np.ones((2, 2), "u1"), "boundary:0,1": np.ones(1, "u1")}
    whole = protocol.encode({"type": "frame"}, arrays)
    broadcast.publish_frame(1, whole)
    sent = {watcher: (await watcher.turn())[-1] for watcher in (frugal, hidden, usual)}
    assert sent[usual] is whole
    assert sent[frugal] is sent[hidden], "cut once"
    message, kept = protocol.decode(bytes(sent[frugal]))  # type: ignore[arg-type]
    assert message["type"] == "frame"
    assert {name: array.tolist() for name, array in kept.items()} == {"weights/0": [1, 1, 1]}


@in_a_loop
async def test_painters_get_tables_before_their_frame_and_again_only_when_they_changed() -> None:
    broadcast = new_broadcast()
    watcher, painter = broadcast.join(), broadcast.join()
    painter.choose(["tiles", "boundary", "painting"])
    for number, tables in enumerate([b"tables", b"tables", b"others"], start=1):
        broadcast.publish_scene(number, b"scene")
        broadcast.publish_tables(tables)
        step(broadcast, number)
        scene, *told, _, frame = await painter.turn()
        assert (scene, frame) == (b"scene", f"frame {number}".encode())
        assert told == ([] if number == 2 else [tables])
        assert tables not in await watcher.turn()


# --- sending away ---------------------------------------------------------------------------------------------------


def test_all_are_told_at_once_and_sent_away_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    @in_a_loop
    async def run() -> None:
        broadcast = new_broadcast()
        outboxes = [broadcast.join() for _ in range(4)]
        calls: list[tuple[float, Callable[..., None], tuple[object, ...]]] = []
        with monkeypatch.context() as patch:
            patch.setattr(
                asyncio.get_running_loop(), "call_later", lambda after, end, *why: calls.append((after, end, why))
            )
            send_away(outboxes, 1012, "The end.", "restarting", seconds=2)
        assert [await outbox.turn() for outbox in outboxes] == [["restarting"]] * 4
        for gone, (seconds, end, why) in enumerate(calls):
            assert seconds == gone * 0.5
            assert [outbox.ended is not None for outbox in outboxes].count(True) == gone
            end(*why)
        for outbox in outboxes:
            with pytest.raises(Ended, match="The end"):
                await outbox.turn()

    run()


@pytest.mark.parametrize(("count", "seconds"), [(0, 0), (30, 0.2), (300, 2), (1000, 2)])
def test_many_are_sent_away_within_two_seconds_and_few_sooner(count: int, seconds: float) -> None:
    assert farewell_seconds(count) == seconds


@in_a_loop
async def test_a_socket_that_was_lost_while_something_was_sent_is_only_gone() -> None:
    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        if message["type"] == "websocket.send":
            raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")

    websocket = WebSocket({"type": "websocket"}, receive, send)
    await websocket.accept()
    watcher = new_broadcast().join()
    watcher.answer("paused")
    with pytest.raises(WebSocketDisconnect):
        await speak(websocket, watcher)
