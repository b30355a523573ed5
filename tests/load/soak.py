"""Soak: a day of a school in three minutes. What leaks, leaks with what happens, not with the hours: so all of it
happens again and again, and nothing that the server holds may grow."""

import asyncio
import os
import signal
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

from tests.load.figures import Figure, Figures, at_most, none_of, slope, told
from tests.load.station import LIGHT, Refused, Station, station
from tests.load.viewer import Viewer

ROUNDS, WARM_UP_ROUNDS = 12, 3
RUNS, SOCKETS, AT_ONCE = 25, 170, 5  # in a round, and side by side
NO_RUN = "0" * 22
MEGABYTE = 2**20
RESTLESS = {"sleep_after_seconds": 0.5, "unwatched_limit_seconds": 1}


class Sample(NamedTuple):
    """What the server holds when nobody is there any more."""

    memory_bytes: float
    files: int
    threads: int
    tasks: int
    processes: int
    wal_bytes: int
    dictionaries: int


class Tally(NamedTuple):
    """What has happened, and what went wrong."""

    runs: list[str]
    sockets: list[int]
    kills: list[int]
    mistakes: list[str]


async def measure_soak(seconds: float) -> Figures:
    """Rounds of events, and a look at the server after each."""
    tally, samples = Tally([], [], [], []), []
    until = monotonic() + seconds
    async with station(**RESTLESS) as server:
        while len(samples) < WARM_UP_ROUNDS + 4 or (len(samples) < ROUNDS and monotonic() < until):
            await play_round(server, tally, RUNS, SOCKETS)
            samples.append(await sample(server))
    yield [*happened(tally), *growth(samples[WARM_UP_ROUNDS:], len(tally.sockets) / len(samples))]


async def play_round(server: Station, tally: Tally, runs: int, sockets: int) -> None:
    for _ in range(runs // AT_ONCE):
        await asyncio.gather(*(live_through(server, tally) for _ in range(AT_ONCE)))
    run = await server.make_run()
    for _ in range(sockets // 10):
        await asyncio.gather(*(come_and_go(server, place, run, tally) for place in range(10)))
    await server.delete_run(run)


async def live_through(server: Station, tally: Tally) -> None:
    """A run is made, trains, loses its process, goes on, and ends."""
    with suppress(Refused):
        run = await server.make_run()
        tally.runs.append(run)
        viewer = await server.watch(run, LIGHT)
        await viewer.do("play")
        for _ in range(2):
            await kill_worker(server, run, viewer, tally)
        viewer.cut()
        await server.delete_run(run)
        tally.mistakes.extend(viewer.broken)


async def kill_worker(server: Station, run: str, viewer: Viewer, tally: Tally) -> None:
    worker = (await server.look()).workers.get(run)
    if worker is not None:
        os.kill(worker, signal.SIGKILL)
        tally.kills.append(worker)
        seq = viewer.seq
        while (await server.look()).workers.get(run) in (None, worker):
            await asyncio.sleep(0.02)
        await viewer.until(lambda frame: frame["seq"] > seq)


async def come_and_go(server: Station, place: int, run: str, tally: Tally) -> None:
    """One connects: some watch, some are gone at once, some ask for what is not there, some talk nonsense."""
    viewer = await server.watch(NO_RUN if place == 9 else run, LIGHT if place < 5 else [])
    tally.sockets.append(place)
    if place < 3:
        await viewer.first_frame()
    if place == 4:
        viewer.write({"op": "nonsense"})
    if place == 9 and (code := await viewer.gone) != 4404:
        tally.mistakes.append(f"a run that is not there: {code}")
    viewer.cut()


async def sample(server: Station) -> Sample:
    """Once all is at rest."""
    while (look := await server.look(is_thorough=True)).watchers or look.workers:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    look, system = await server.look(is_thorough=True), server.system
    memory = system.memory_info().rss
    processes = len(system.children(recursive=True))
    counts = system.num_fds(), system.num_threads(), look.tasks, processes
    return Sample(memory, *counts, server.wal_bytes, look.dictionaries)


def happened(tally: Tally) -> list[Figure]:
    counts = f"{len(tally.runs):,} runs, {len(tally.sockets):,} sockets, {len(tally.kills):,} processes killed"
    return [told("soak", "what happened", counts), none_of("soak", "promises broken", tally.mistakes)]


def growth(samples: list[Sample], sockets: float) -> list[Figure]:
    """By the median of the slopes, projected to a day of a class: 20,000 sockets."""
    rounds = 20_000 / sockets
    figures = []
    for name in Sample._fields:
        values = [getattr(sample, name) for sample in samples]
        limit, unit, scale = (50.0, "MB", MEGABYTE) if name.endswith("bytes") else (5.0, "", 1)
        what = f"growth in a day of {name.replace('_bytes', '')}, from {values[0] / scale:.4g}"
        figures.append(at_most("soak", what, rounds * slope(values) / scale, limit, unit))
    return figures
