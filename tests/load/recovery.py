"""Recovery: what dies comes back, what stops is kept, what is cut off is let go: T14 to T17, T20 and T22."""

import asyncio
import ctypes
import os
import signal
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from random import Random
from time import monotonic

from tests.load.capacity import Class, class_of
from tests.load.figures import Figures, at_most, holds, late, none_of, told
from tests.load.station import LIGHT, Refused, Station, station
from tests.load.viewer import Viewer

SO_ATTACH_FILTER = 26
DROP_EVERYTHING = struct.pack("HBBI", 0x06, 0, 0, 0)  # a packet filter of one instruction: return 0
DEATHS_BEFORE_HOPELESS = 2
BACK_OFF_SECONDS = 0.25


# --- T14: killed training processes ---------------------------------------------------------------------------


async def measure_killed_workers(kills: int) -> Figures:
    """Each of them is killed twice; one more would be one too many. Somebody else watches a run that is left alone."""
    killed, undisturbed = -(-kills // DEATHS_BEFORE_HOPELESS), 3
    async with class_of(killed + undisturbed, 0) as those:
        for viewer in those.owners.values():
            await viewer.do("speed", unit="updates", per_second=200)
        spared = [*those.owners][:undisturbed]
        victims = [run for run in those.owners if run not in spared]
        await asyncio.sleep(2)  # the rates have settled
        settled = monotonic()
        await asyncio.sleep(4)
        since, before = monotonic(), [gap for run in spared for gap in those.owners[run].gaps(settled)]
        detected, back = [], []
        for run in victims * DEATHS_BEFORE_HOPELESS:
            noticed, returned = await kill_worker(those.station, run, those.owners[run])
            detected.append(noticed)
            back.append(returned)
        gaps = [gap for run in spared for gap in those.owners[run].gaps(since)]
        yield [
            *late("T14", "death of a training process noticed", detected, (50, 50), (99, 50)),
            *late("T14", "first frame after it", back, (99, 1000)),
            at_most("T14", "longest without a frame, those left alone", 1000 * max(gaps), 200, "ms"),
            told("T14", "the same while nothing died", f"{1000 * max(before, default=0):.0f} ms"),
            none_of("T14", "promises broken", those.broken()),
        ]


async def kill_worker(server: Station, run: str, viewer: Viewer) -> tuple[float, float]:
    """Seconds until the server noticed, and until its viewer saw the training go on."""
    worker, seq = (await server.look()).workers[run], viewer.seq
    began = monotonic()
    os.kill(worker, signal.SIGKILL)
    while (await server.look()).workers.get(run) in (None, worker) or viewer.seq == seq:
        await asyncio.sleep(0.005)
        assert monotonic() - began < 20, f"the run is not back: {viewer.close_reason}"
    seen = next(at for at, age in viewer.times[::-1] if at > began)
    first = min((at for at, age in viewer.times if at - age > began), default=seen)
    return (await server.look()).deaths[run] - began, first - began


# --- T15, T16: all gone at once -------------------------------------------------------------------------------


async def measure_killed_server(runs: int, audience: int) -> Figures:
    """kill -9, and the same again on the same data."""
    async with class_of(runs, audience) as those:
        server = those.station
        paused = [*those.owners][-1]
        await those.owners[paused].do("pause")
        before = {run: "paused" if run == paused else "playing" for run in those.owners}
        await server.kill()
        began = monotonic()
        starting = asyncio.create_task(server.start())
        waits = await asyncio.gather(*(come_back(those, run, began) for run in [*those.owners, *[""] * audience]))
        listening = await starting
        await server.until_ready()
        ready = monotonic() - began
        after = {run: (await server.state(run, those.secret))["status"] for run in those.owners}
        await server.stop()
        yield [
            at_most("T15", "listening again after kill -9", listening, 3, "s"),
            told("T15", f"all {runs} runs awake again", f"{ready:.2f} s"),
            none_of("T15", "runs not as before", [run for run in before if before[run] != after[run]]),
            *late("T15", "frame again", waits, (50, 10_000), (99, 10_000)),
            holds("T15", "the file is whole", server.is_sound()),
        ]


async def come_back(those: Class, run: str, began: float) -> float:
    """Seconds until a frame, with the page's way of trying again: after a random time that becomes longer. An empty run
    is the one that is shown, to one who may only watch."""
    draw, wait = Random(run), BACK_OFF_SECONDS
    secret = those.secret if run in ("", those.shown) else ""
    while True:
        await asyncio.sleep(draw.uniform(0, wait))
        wait = min(2 * wait, 15)
        with suppress(OSError, TimeoutError):
            viewer = await those.station.watch(run or those.shown, LIGHT, secret)
            await viewer.first_frame()
            return monotonic() - began


async def measure_storm(audience: int) -> Figures:
    """The whole audience is cut off at once, and as many come within a second."""
    async with class_of(10, audience) as those:
        for viewer in those.audience:
            viewer.cut()
        draw, refused = Random(16), []

        async def join() -> float:
            await asyncio.sleep(draw.random())
            began = monotonic()
            try:
                viewer = await those.station.watch(those.shown, LIGHT, those.secret)
                await viewer.first_frame()
            except (OSError, TimeoutError) as error:
                refused.append(error)
            return monotonic() - began

        waits = await asyncio.gather(*(join() for _ in range(audience)))
        look = await those.station.look()
        yield [
            *late("T16", "first frame in the storm", waits, (50, 2000), (99, 2000)),
            none_of("T16", "refused in the storm", refused),
            at_most("T16", "watchers afterwards, beyond those there", look.watchers - audience - 10, 0, ""),
        ]


# --- T17: told to stop ----------------------------------------------------------------------------------------


async def measure_stopped_server(runs: int, audience: int) -> Figures:
    """SIGTERM, and then the same again on the same data."""
    async with class_of(runs, audience) as those:
        server, viewers = those.station, those.viewers
        began = monotonic()
        stopping = asyncio.create_task(server.stop())
        await asyncio.sleep(0)
        while await server.status("/readyz") == 200:
            await asyncio.sleep(0.005)
        unready, gone = monotonic() - began, await stopping
        codes = [await asyncio.wait_for(viewer.gone, 5) for viewer in viewers]
        untold = [viewer for viewer in viewers if not any(is_goodbye(message) for message in viewer.told)]
        last = {run: viewer.frame["step"] for run, viewer in those.owners.items()}
        await server.start()
        await server.until_ready()
        lost = [run for run, step in last.items() if (await server.state(run, those.secret))["step"] < step]
        yield [
            at_most("T17", "not ready any more after SIGTERM", 1000 * unready, 100, "ms"),
            at_most("T17", "gone", gone, 8, "s"),
            none_of("T17", "closed otherwise than with 1012", [code for code in codes if code != 1012]),
            none_of("T17", "not told that it restarts", untold),
            none_of("T17", "runs that lost a step", lost),
        ]


def is_goodbye(message: dict[str, object]) -> bool:
    error = message.get("error")
    return isinstance(error, dict) and error["code"] == "restarting"


# --- T20: half-open connections -------------------------------------------------------------------------------


async def measure_half_open(viewers: int = 5, **settings: object) -> Figures:
    """Their machines sleep: nothing is acknowledged any more, not even by their systems. Some watch a run that trains,
    some one at rest, to which nothing is sent but pings."""
    async with station(**settings) as server:
        playing, owner = await server.trains(LIGHT)
        resting = await server.make_run()
        rest = await server.look()
        asleep = [await server.watch(run, LIGHT) for run in [playing, resting] * viewers]
        await asyncio.gather(*(one.first_frame() for one in asleep))
        began = monotonic()
        for viewer in asleep:
            fall_asleep(viewer)
        freed: dict[int, float] = {}
        while (left := (look := await server.look()).watchers) > 1 and monotonic() - began < 90:
            freed.setdefault(left, monotonic() - began)
            await asyncio.sleep(0.1)
        yield [
            at_most("T20", "half-open connections freed", monotonic() - began, 45, "s"),
            told("T20", "half of them", f"{next((at for left, at in freed.items() if left <= viewers + 1), 0):.0f} s"),
            at_most("T20", "tasks afterwards, beyond those before", look.tasks - rest.tasks, 0, ""),
            none_of("T20", "promises broken to who is awake", owner.broken),
        ]


def fall_asleep(viewer: Viewer) -> None:
    """From now on the system itself drops what arrives for this socket, and answers nothing."""
    given: socket.socket = viewer.transport.get_extra_info("socket")
    with socket.socket(fileno=os.dup(given.fileno())) as own:
        where = ctypes.cast(ctypes.c_char_p(DROP_EVERYTHING), ctypes.c_void_p).value
        own.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", 1, where))
    viewer.transport.pause_reading()


# --- T22: too many --------------------------------------------------------------------------------------------


async def measure_overload(runs: int, audience: int, seconds: float) -> Figures:
    """Up to three times a class. First those who only watch see less, then all; new runs are refused last."""
    full = {"max_runs": 3 * runs, "max_watchers_per_run": 3 * audience + 1}
    async with class_of(runs, audience, **full) as those:
        first, levels = [*those.viewers], [(await those.station.look()).level]
        looking = asyncio.create_task(keep_looking(those.station, levels))
        for _ in range(2):
            refused = await crowd_in(those, runs, audience)
            await asyncio.sleep(seconds)
        refused += await crowd_in(those, 1, 1)
        since = monotonic()
        answers = await asyncio.gather(*(viewer.do("pause") for viewer in those.owners.values()))
        waits = [seconds for seconds, _ in answers]
        await asyncio.sleep(1)
        looking.cancel()
        silent = [viewer for viewer in first if not viewer.frame or viewer.frame["status"] != "paused"]
        yield [
            told("T22", "levels of load", " ".join(map(str, runs_of_same(levels)))),
            holds("T22", "one level at a time", all(b - a <= 1 for a, b in pairwise(levels))),
            holds("T22", "who comes too late is refused, with a sentence", bool(refused), str(refused[-1:])),
            none_of("T22", "who was there is harmed: cut off, points lost", those.broken()),
            none_of("T22", "commands not obeyed", [a for _, a in answers if a["type"] != "ack"]),
            *late("T22", "command answered", waits, (50, 100), (99, 250)),
            none_of("T22", f"who did not see the end within {monotonic() - since:.0f} s", silent),
        ]


async def crowd_in(those: Class, runs: int, audience: int) -> list[Exception]:
    """So many more come; those who are not let in."""
    refused: list[Exception] = []
    for _ in range(runs):
        try:
            run, viewer = await those.station.trains()
            those.owners[run] = viewer
        except (Refused, OSError) as no:
            refused.append(no)
    for _ in range(audience):
        viewer = await those.station.watch(those.shown, LIGHT, those.secret)
        with suppress(TimeoutError, OSError):
            await viewer.first_frame()
            those.audience.append(viewer)
    return refused


async def keep_looking(server: Station, levels: list[int]) -> None:
    while True:
        levels.append((await server.look()).level)
        await asyncio.sleep(0.25)


def runs_of_same(values: Iterable[int]) -> list[int]:
    """Each value once, until it changes."""
    found: list[int] = []
    for value in values:
        if found[-1:] != [value]:
            found.append(value)
    return found
