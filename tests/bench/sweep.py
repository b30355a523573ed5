"""Prints how long sweeps take through the server, by the clock, and what a run that is watched meanwhile keeps of its
frames: `python -m tests.bench.sweep`."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from tests.app.visitor import Visitor
from tests.bench.load import load
from tests.server import running_server

TO_REACH_SECONDS = 30
WATCHED_SECONDS = 3.0
RATE = {"setting": "optimizer.learning_rate", "values": {"kind": "numbers", "low": 0.001, "high": 1, "count": 8}}
NOISE = {
    "setting": "data.noise",
    "values": {"kind": "numbers", "low": 0.05, "high": 0.4, "count": 8, "scale": "linear"},
}
SWEEPS: dict[str, dict[str, Any]] = {
    "learning rate × noise": {"over": {"kind": "settings", "x": RATE, "y": NOISE}},
    "learning rate × batch size 2 to 256": {},
    "64 seeds": {"over": {"kind": "seeds", "count": 64}},
}


def seconds_of(client: httpx2.Client, sweep: dict[str, Any]) -> float:
    """Until the last of its cells is there: 64, of 200 epochs each, of the default network."""
    began = time.monotonic()
    client.post("/api/sweeps/cells", json={"epochs": 200, **sweep}).raise_for_status()
    return time.monotonic() - began


def frames_a_second(visitor: Visitor, sweeping: Future[float] | None = None) -> float:
    """Of a run that is watched: for a while, or for as long as a sweep goes on."""
    began, frames = time.monotonic(), 0
    while not sweeping.done() if sweeping else time.monotonic() < began + WATCHED_SECONDS:
        visitor.next("frame")
        frames += 1
    return frames / (time.monotonic() - began)


def main() -> None:
    table = Table("64 cells × 200 epochs", "seconds", title_justify="left")
    with (
        running_server(open_door="true") as server,
        httpx2.Client(base_url=server.url, timeout=600) as client,
        ThreadPoolExecutor(1) as sweeping,
    ):
        for name, sweep in SWEEPS.items():
            table.add_row(name, f"{seconds_of(client, sweep):.1f}")
        run = client.post("/api/runs", json={}).json()["id"]
        with Visitor(server.url, run) as visitor:
            visitor.do("play")
            alone = frames_a_second(visitor)
            beside = frames_a_second(visitor, sweeping.submit(seconds_of, client, SWEEPS["64 seeds"]))
    console = Console()
    console.print(table)
    console.print(f"to reach: {TO_REACH_SECONDS} s on 2 processors")
    console.print(f"frames a second of a run that plays: {alone:.1f} alone, {beside:.1f} beside a sweep")
    console.print(load())


if __name__ == "__main__":
    main()
