"""Prints how late the server's event loop is, and how fast it obeys, while runs train and stream at once.

The server runs here, its training processes beside it, and the pages that watch in a process of their own:
`python -m tests.bench.streaming --runs 8 --seconds 10`.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import dataclass, field
from time import perf_counter

import httpx2
import numpy as np
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect

from app.main import MIGRATIONS, listening_socket, server_of, url_of
from app.protocol import message_of
from app.settings import Settings
from app.store import Store
from tests.bench.load import load

VIEWS = ["weights", "tiles", "boundary"]
PROBE_SECONDS = 0.005
BETWEEN_PAUSES_SECONDS = 0.4


async def probe(delays: list[float]) -> None:
    """Note how much later than asked the event loop wakes up, in seconds."""
    while True:
        asked = perf_counter() + PROBE_SECONDS
        await asyncio.sleep(PROBE_SECONDS)
        delays.append(perf_counter() - asked)


@dataclass
class Watching:
    """What one page saw."""

    answers: asyncio.Queue[float] = field(default_factory=asyncio.Queue)
    pauses: list[float] = field(default_factory=list)
    frames: int = 0
    bytes: int = 0
    step: int = 0


async def draw(socket: ClientConnection, seen: Watching) -> None:
    async for message in socket:
        if isinstance(message, str):
            if json.loads(message)["type"] != "run":
                seen.answers.put_nowait(perf_counter())
            continue
        seen.bytes += len(message)
        info = message_of(message)
        if info["type"] == "frame":
            seen.frames += 1
            seen.step = info["step"]
            await socket.send(json.dumps({"op": "ack", "seq": info["seq"]}))


async def command(socket: ClientConnection, seen: Watching, op: str, **more: object) -> float:
    """Seconds until the answer."""
    began = perf_counter()
    await socket.send(json.dumps({"id": 1, "op": op, **more}))
    return await seen.answers.get() - began


async def watch(url: str, seconds: float) -> Watching:
    """Make a run, watch it, and pause and play it again and again."""
    async with httpx2.AsyncClient() as client:
        run = (await client.post(f"{url}/api/runs", json={})).json()["id"]
    seen = Watching()
    address = f"{url.replace('http', 'ws')}/api/runs/{run}/live"
    async with connect(address, origin=url, compression=None, max_size=None) as socket:
        drawing = asyncio.create_task(draw(socket, seen))
        await command(socket, seen, "watch", views=VIEWS)
        until = perf_counter() + seconds
        while perf_counter() < until:
            await command(socket, seen, "play")
            await asyncio.sleep(BETWEEN_PAUSES_SECONDS)
            seen.pauses.append(await command(socket, seen, "pause"))
        drawing.cancel()
    return seen


async def watch_all(url: str, runs: int, seconds: float) -> None:
    """The process of the pages: prints what they saw as JSON."""
    seen = await asyncio.gather(*(watch(url, seconds) for _ in range(runs)))
    totals = {name: sum(getattr(one, name) for one in seen) for name in ("frames", "bytes", "step")}
    print(json.dumps({**totals, "pauses": [pause for one in seen for pause in one.pauses]}))


async def measure(runs: int, seconds: float) -> None:
    Console().print(f"Before: {load()}.")
    settings = Settings(port=0, max_runs=runs)
    delays: list[float] = []
    with listening_socket(settings) as listener:
        server = server_of(settings, Store(None, MIGRATIONS))
        serving = asyncio.create_task(server.serve([listener]))
        probing = asyncio.create_task(probe(delays))
        arguments = ["--pages", url_of(listener), "--runs", str(runs), "--seconds", str(seconds)]
        pages = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.streaming", *arguments, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await pages.communicate()
        probing.cancel()
        server.should_exit = True
        await serving
    show(runs, seconds, delays, json.loads(out))


def show(runs: int, seconds: float, delays: list[float], seen: dict[str, object]) -> None:
    table = Table(title=f"{runs} runs training and streaming at once, {seconds:g} s")
    for column in ("", "p50", "p99", "worst"):
        table.add_column(column, justify="right" if column else "left")
    for name, values in (("event loop late, ms", delays), ("pause answered after, ms", seen["pauses"])):
        table.add_row(name, *(f"{1000 * value:.1f}" for value in (*np.percentile(values, [50, 99]), max(values))))
    console = Console()
    console.print(table)
    console.print(
        f"In all {seen['step'] / seconds:,.0f} updates, {seen['frames'] / seconds:.0f} frames "
        f"and {seen['bytes'] / seconds / 2**20:.1f} MB a second."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--pages", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.pages:
        asyncio.run(watch_all(given.pages, given.runs, given.seconds))
    else:
        asyncio.run(measure(given.runs, given.seconds))


if __name__ == "__main__":
    main()
