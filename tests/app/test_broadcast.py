"""The broadcast: every watcher gets every point and the newest picture, and none holds up another."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import pytest

from app.broadcast import Broadcast, Ended, Row, Series, Slow

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
