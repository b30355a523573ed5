"""The short form of `python -m tests.load`: counts and order, and never how long something took."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.load.capacity import Class, gathered
from tests.load.figures import slope
from tests.load.soak import RESTLESS, Tally, play_round, sample
from tests.load.station import LIGHT, station
from tests.load.viewer import Viewer

RUNS, AUDIENCE = 2, 20
WINDOW = 3


@asynccontextmanager
async def small_class(**settings: object) -> AsyncIterator[Class]:
    async with station(**settings) as server:
        yield await gathered(server, RUNS, AUDIENCE)


async def many_frames(viewer: Viewer) -> None:
    enough = viewer.frames + 20
    await viewer.until(lambda frame: viewer.frames >= enough)


async def pause_all(those: Class) -> None:
    """Until each of them holds the last frame."""
    for viewer in those.owners.values():
        await viewer.do("pause")
    await asyncio.gather(*(viewer.until(lambda frame: frame["status"] == "paused") for viewer in those.viewers))


def test_each_of_an_audience_gets_all_points_in_order_and_the_last_frame() -> None:
    async def play() -> None:
        async with small_class() as those:
            for command in ({"op": "reset"}, {"op": "speed", "unit": "updates", "per_second": 500}, {"op": "play"}):
                assert (await those.presenter.do(**command))[1]["type"] == "ack"
            await many_frames(those.presenter)
            late = await those.station.watch(those.shown, LIGHT, those.secret)
            await pause_all(those)
            await late.until(lambda frame: frame["status"] == "paused")
            curve = those.presenter.steps
            assert len(curve) > 10
            assert all(viewer.steps == curve for viewer in (*those.audience, late))
            assert {viewer.frame["step"] for viewer in (*those.audience, late)} == {curve[-1]}
            assert those.broken() == late.broken == []

    asyncio.run(play())


def test_one_who_stalls_sees_few_stale_frames_afterwards_and_holds_nobody_up() -> None:
    async def play() -> None:
        async with small_class() as those:
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

    asyncio.run(play())


def test_what_is_killed_and_cut_off_comes_back_and_nobody_else_notices() -> None:
    async def play() -> None:
        async with small_class() as those:
            other = next(viewer for viewer in those.owners.values() if viewer is not those.presenter)
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
            assert other.frame["status"] == "paused"
            assert {viewer.frame["step"] for viewer in those.audience} == {those.presenter.frame["step"]}
            assert those.broken() == []

    asyncio.run(play())


def test_a_killed_server_has_all_its_runs_again_and_a_stopped_one_loses_no_step() -> None:
    async def play() -> None:
        async with small_class() as those:
            server = those.station
            await server.kill()
            await server.start()
            await server.until_ready()
            assert (await server.state(those.shown, those.secret))["status"] == "playing"
            viewer = await server.watch(those.shown, LIGHT, those.secret)
            await many_frames(viewer)
            await server.stop()
            assert await viewer.gone == 1012
            await server.start()
            await server.until_ready()
            assert (await server.state(those.shown, those.secret))["step"] >= viewer.frame["step"]
            assert viewer.broken == []
            await server.stop()
            assert server.is_sound()

    asyncio.run(play())


def test_nothing_grows_with_what_happens() -> None:
    async def play() -> None:
        async with station(**RESTLESS) as server:
            tally, samples = Tally([], [], [], []), []
            for _ in range(4):
                await play_round(server, tally, runs=5, sockets=20)
                samples.append(await sample(server))
            assert tally.mistakes == []
            for name in ("files", "threads", "tasks", "processes", "dictionaries"):
                assert slope([getattr(each, name) for each in samples[1:]]) <= 0, (name, samples)

    asyncio.run(play())
