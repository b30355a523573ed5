"""Capacity: how many a server bears, and how fast it then is: T1 to T9 but T5, which is about slow lines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import chain, cycle
from random import Random
from time import monotonic

import psutil

from tests.load.figures import Figure, Figures, at_least, at_most, late, none_of, stretched, told
from tests.load.station import LIGHT, Refused, Station, proportional_bytes, station
from tests.load.viewer import Viewer

MEGABYTE = 2**20
CLASS, AUDIENCE, CROWD = 30, 300, 100
TEN_A_SECOND = {"frames_per_second": 10}
WARM_UP_SECONDS = 2.0


@dataclass
class Class:
    """Runs that train, each watched by its owner, and the audience of one of them, who may only watch."""

    station: Station
    owners: dict[str, Viewer]
    shown: str
    audience: list[Viewer]
    secret: str  # with which one comes to the audience
    bytes_before: int  # of the server, before the audience came

    @property
    def presenter(self) -> Viewer:
        return self.owners[self.shown]

    @property
    def viewers(self) -> list[Viewer]:
        return [*self.owners.values(), *self.audience]

    def broken(self) -> list[str]:
        """What was promised and not kept; whoever is not there any more is one of that."""
        lost = [f"closed: {one.gone.result()} {one.close_reason}" for one in self.viewers if one.gone.done()]
        return [*lost, *chain.from_iterable(one.broken for one in self.viewers)]


async def gathered(server: Station, runs: int, audience: int) -> Class:
    """So many runs that train, and so many who watch the first of them, each with a frame."""
    owner, guest = await server.guest(), await server.guest()
    shown = await server.make_run(owner)
    await server.let_watch(shown, owner, guest)
    owners = {shown: await server.watch(shown, LIGHT, owner)}
    for _ in range(runs - 1):
        run = await server.make_run()
        owners[run] = await server.watch(run)
    for viewer in owners.values():
        await viewer.do("play")
    bytes_before = server.system.memory_info().rss
    watching = await asyncio.gather(*(server.watch(shown, LIGHT, guest) for _ in range(audience)))
    await asyncio.gather(*(one.first_frame() for one in watching))
    return Class(server, owners, shown, watching, guest, bytes_before)


@asynccontextmanager
async def class_of(runs: int, audience: int, **settings: object) -> AsyncIterator[Class]:
    async with station(**settings) as server:
        those = await gathered(server, runs, audience)
        await asyncio.sleep(WARM_UP_SECONDS)
        await server.look()  # what was before does not count
        yield those


# --- T1, T4, T6 to T9: one class at work ----------------------------------------------------------------------


async def measure_class(seconds: float) -> Figures:
    """30 runs train and stream ten times a second, and 300 watch one of them."""
    async with class_of(CLASS, AUDIENCE, **TEN_A_SECOND) as those:
        yield await measure_streaming(those, seconds)
        yield await measure_control(those, seconds)
        yield await measure_memory(those)
        yield await measure_beginning(those)
        yield await measure_late_viewers(those)
        yield await measure_last_frame(those)
        yield [none_of("T1", "promises broken: lost points, wrong order, lost sockets", those.broken())]


async def measure_streaming(those: Class, seconds: float) -> list[Figure]:
    since, used = monotonic(), those.station.processor_seconds()
    before = [viewer.frame["step"] for viewer in those.owners.values()]
    await asyncio.sleep(seconds)
    took, used = monotonic() - since, those.station.processor_seconds() - used
    look = await those.station.look()
    speeds = [(viewer.frame["step"] - step) / took for viewer, step in zip(those.owners.values(), before, strict=True)]
    audience = [age for viewer in those.audience for age in viewer.ages(since)]
    owners = [age for viewer in those.owners.values() for age in viewer.ages(since)]
    rate = len(audience) / len(those.audience) / took
    return [
        *late("T1", "age of a frame, audience", audience, (50, 100), (99, 100)),
        *late("T1", "age of a frame, owners", owners, (50, 100), (99, 100)),
        *late("T1", "event loop late", look.late, (99, 20)),
        at_least("T1", "updates a second, slowest run", min(speeds), 200, "/s"),
        told("T1", "frames a second, audience", f"{rate:.1f}"),
        told("T1", "server's share of a core", f"{100 * used / took:.0f} %"),
    ]


async def measure_control(those: Class, seconds: float) -> list[Figure]:
    """All owners pause, play, and turn the speed, at moments of their own."""
    answered: list[float] = []
    seen: list[float] = []
    until = monotonic() + seconds
    draw = Random(4)

    async def steer(viewer: Viewer) -> None:
        ops = cycle(["pause", "play", "speed", "step"])
        await asyncio.sleep(draw.random() / 4)
        while monotonic() < until:
            await command(viewer, next(ops), answered, seen)
            await asyncio.sleep(draw.uniform(0.05, 0.3))
        await viewer.do("speed", unit="epochs", per_second=None)
        await viewer.do("play")

    await asyncio.gather(*(steer(viewer) for viewer in those.owners.values()))
    return [
        *late("T4", "command answered", answered, (50, 20), (99, 100), (99.9, 250)),
        *late("T4", "effect seen in a frame", seen, (99, 250)),
    ]


async def command(viewer: Viewer, op: str, answered: list[float], seen: list[float]) -> None:
    began = monotonic()
    match op:
        case "speed":
            answered.append((await viewer.do("speed", unit="updates", per_second=1000))[0])
        case "step":
            await viewer.do("pause")
            answered.append((await viewer.do("step", unit="batch", count=1))[0])
        case _:
            status = {"pause": "paused", "play": "playing"}[op]
            was = viewer.seq
            watching = asyncio.create_task(viewer.until(lambda frame: frame["status"] == status and frame["seq"] > was))
            await asyncio.sleep(0)
            answered.append((await viewer.do(op))[0])
            seen.append(await watching - began)


async def measure_memory(those: Class) -> list[Figure]:
    look = await those.station.look(is_thorough=True)
    resident = those.station.system.memory_info().rss
    workers = [proportional_bytes(psutil.Process(pid)) for pid in look.workers.values()]
    return [
        at_most("T7", "memory of the server", resident / MEGABYTE, 150, "MB"),
        at_most("T7", "of a training process, largest", max(workers) / MEGABYTE, 96, "MB"),
        at_most("T7", "of the server and all its processes", those.station.stack_bytes() / MEGABYTE, 1600, "MB"),
    ]


async def measure_beginning(those: Class, runs: int = 20) -> list[Figure]:
    """One after the other makes a run and watches it, while all the others go on."""
    made, seen, refused = [], [], []
    for _ in range(runs):
        began = monotonic()
        try:
            run = await those.station.make_run()
        except Refused as no:
            refused.append(no)
            continue
        made.append(monotonic() - began)
        viewer = await those.station.watch(run)
        await viewer.first_frame()
        seen.append(monotonic() - began)
        viewer.cut()
        await those.station.delete_run(run)
    return [
        *late("T6", "run made", made, (50, 300), (99, 300)),
        *late("T6", "first frame of a new run", seen, (95, 1000)),
        none_of("T6", "new runs refused", refused),
    ]


async def measure_late_viewers(those: Class, viewers: int = 50) -> list[Figure]:
    """They come to the run that is shown, one after the other."""
    waited = []
    for _ in range(viewers):
        viewer = await those.station.watch(those.shown, LIGHT, those.secret)
        waited.append(await viewer.first_frame())
        viewer.cut()
    return late("T9", "first frame of a late viewer", waited, (99, 500))


async def measure_last_frame(those: Class) -> list[Figure]:
    """The presenter pauses: everybody holds the last frame then."""
    began = monotonic()
    arrivals = [
        asyncio.create_task(viewer.until(lambda frame: frame["status"] == "paused"))
        for viewer in (*those.audience, those.presenter)
    ]
    await those.presenter.do("pause")
    waited = [at - began for at in await asyncio.gather(*arrivals)]
    await asyncio.sleep(0.5)  # nothing comes after it
    ends = {(viewer.frame["step"], len(viewer.steps)) for viewer in (*those.audience, those.presenter)}
    return [
        *late("T8", "last frame after a pause", waited, (100, 1000)),
        none_of("T8", "who ended otherwise than the others", [*ends][1:]),
    ]


# --- T2, T3 ---------------------------------------------------------------------------------------------------


async def measure_crowd(seconds: float) -> Figures:
    """100 runs train at once, each watched."""
    async with class_of(CROWD, 0) as those:
        since = monotonic()
        await asyncio.sleep(seconds)
        now = monotonic()
        rates = [len(viewer.ages(since)) / (now - since) for viewer in those.owners.values()]
        starved = [max(viewer.gaps(since), default=now - since) for viewer in those.owners.values()]
        waits = [(await viewer.do("pause"))[0] for viewer in those.owners.values()]
        used = those.station.stack_bytes() / MEGABYTE
        yield [
            at_least("T2", f"frames a second, slowest of {CROWD} runs", min(rates), 5, "/s"),
            at_most("T2", "longest without a frame", 1000 * max(starved), 500, "ms"),
            *late("T2", "pause answered", waits, (50, 20), (99, 100)),
            told("T2", "memory of the server and all its processes", f"{used:,.0f} MB"),
            none_of("T2", "promises broken", those.broken()),
        ]


async def measure_audience(seconds: float, viewers: int = AUDIENCE, rate: float = 10) -> Figures:
    """So many watch one run, and nothing else trains: what the server's memory grows by is theirs."""
    async with class_of(1, viewers, frames_per_second=rate) as those:
        since, used = monotonic(), those.station.processor_seconds()
        await asyncio.sleep(seconds)
        took, used = monotonic() - since, those.station.processor_seconds() - used
        ages = [age for viewer in those.audience for age in viewer.ages(since)]
        frame_bytes = those.presenter.bytes / those.presenter.frames
        what = f"age of a frame, {viewers} viewers at {rate:g} a second"
        figures = [
            *late("T3", what, ages, (50, 20), (99, 100)),
            at_most("T3", "server's share of a core", 100 * used / took, 30, "%"),
        ]
        each = (those.station.system.memory_info().rss - those.bytes_before) / viewers
        yield [
            *(stretched(figures) if viewers > AUDIENCE else figures),
            at_most("T7", "memory of the server for each of the audience", each / 1024, 64, "KB"),
            told("T3", "frames a second; bytes each", f"{len(ages) / viewers / took:.1f}; {frame_bytes:,.0f}"),
            none_of("T3", "promises broken", those.broken()),
        ]
