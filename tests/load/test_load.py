"""The short form of `python -m tests.load`: counts and order, and never how long something took."""

import asyncio
import os
import signal
from asyncio import Runner
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.load.capacity import Class, gathered
from tests.load.figures import slope
from tests.load.soak import RESTLESS, Tally, play_round, sample
from tests.load.station import LIGHT, station
from tests.load.viewer import Viewer

RUNS, AUDIENCE = 2, 20
WINDOW = 3


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """One event loop for all: the viewers stay while the tests come and go."""
    with Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def those(runner: Runner) -> Iterator[Class]:
    """Two runs that train, and the audience of one of them."""
    places = AsyncExitStack()

    async def begin() -> Class:
        return await gathered(await places.enter_async_context(station()), RUNS, AUDIENCE)

    yield runner.run(begin())
    runner.run(places.aclose())


async def play_all(those: Class) -> None:
    for viewer in those.owners.values():
        await viewer.do("play")


MOST_THREADS = 10 + min(32, (os.cpu_count() or 1) + 4)  # those of the event loop's pool come when they are needed


async def pause_all(those: Class) -> None:
    """Until each of them holds the last frame."""
    for viewer in those.owners.values():
        await viewer.do("pause")
    await asyncio.gather(*(viewer.until(lambda frame: frame["status"] == "paused") for viewer in those.viewers))


async def many_frames(viewer: Viewer) -> None:
    enough = viewer.frames + 15
    await viewer.until(lambda frame: viewer.frames >= enough)


def test_each_of_an_audience_gets_all_points_in_order_and_the_last_frame(runner: Runner, those: Class) -> None:
    async def play() -> None:
        for command in ({"op": "reset"}, {"op": "speed", "unit": "updates", "per_second": 500}, {"op": "play"}):
            assert (await those.presenter.do(**command))[1]["type"] == "ack"
        await many_frames(those.presenter)
        late = await those.station.watch(those.shown, LIGHT, those.secret)
        await pause_all(those)
        await late.until(lambda frame: frame["status"] == "paused")
        late.cut()
        curve = those.presenter.steps
        assert len(curve) > 10
        assert all(viewer.steps == curve for viewer in (*those.audience, late))
        assert {viewer.frame["step"] for viewer in (*those.audience, late)} == {curve[-1]}
        assert those.broken() == late.broken == []

    runner.run(play())


def test_one_who_stalls_sees_few_stale_frames_afterwards_and_holds_nobody_up(runner: Runner, those: Class) -> None:
    async def play() -> None:
        await play_all(those)
        stalled, presenter = those.audience[0], those.presenter
        stalled.transport.pause_reading()
        await asyncio.gather(*(many_frames(viewer) for viewer in those.viewers if viewer is not stalled))
        before, newest = len(stalled.seqs), presenter.seq
        stalled.transport.resume_reading()
        await stalled.until(lambda frame: frame["seq"] >= newest)
        assert sum(seq < newest for seq in stalled.seqs[before:]) <= WINDOW
        await pause_all(those)
        assert stalled.steps == presenter.steps
        assert those.broken() == []

    runner.run(play())


def test_a_killed_process_and_a_storm_of_viewers_disturb_nobody_else(runner: Runner, those: Class) -> None:
    async def play() -> None:
        await play_all(those)
        os.kill((await those.station.look()).workers[those.shown], signal.SIGKILL)
        await asyncio.gather(*(many_frames(viewer) for viewer in those.viewers))
        assert [*(await those.station.look()).deaths] == [those.shown]
        assert those.broken() == []
        for viewer in those.audience:
            viewer.cut()
        come = (those.station.watch(those.shown, LIGHT, those.secret) for _ in range(AUDIENCE))
        those.audience = await asyncio.gather(*come)
        await pause_all(those)
        while (await those.station.look()).watchers > RUNS + AUDIENCE:
            await asyncio.sleep(0.01)
        assert {viewer.frame["step"] for viewer in those.audience} == {those.presenter.frame["step"]}
        assert those.broken() == []

    runner.run(play())


def test_a_killed_server_has_all_its_runs_again(runner: Runner, those: Class) -> None:
    async def play() -> None:
        server = those.station
        await those.presenter.do("play")
        await server.kill()
        await server.start()
        await server.until_ready()
        statuses = [(await server.state(run, those.secret))["status"] for run in those.owners]
        assert statuses == ["playing", "paused"]
        viewer = await server.watch(those.shown, LIGHT, those.secret)
        await many_frames(viewer)
        assert viewer.broken == []

    runner.run(play())


def test_nothing_grows_with_what_happens(runner: Runner) -> None:
    async def play() -> None:
        async with station(**RESTLESS) as server:
            tally, samples = Tally([], [], [], []), []
            for _ in range(3):
                await play_round(server, tally, runs=5, sockets=10)
                samples.append(await sample(server))
            assert tally.mistakes == []
            for name in ("files", "tasks", "processes", "dictionaries"):
                assert slope([getattr(each, name) for each in samples[1:]]) <= 0, (name, samples)
            assert max(each.threads for each in samples) <= MOST_THREADS

    runner.run(play())
