"""Prints what the landscape and the sharpness cost: processor time of a picture, and what is left of a run's speed
while somebody looks: `python -m tests.bench.landscape`."""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from core import Experiment, LossLandscape, Timeline, Trainer
from tests.app.visitor import Visitor
from tests.bench.load import load
from tests.server import running_server

DENSE = [{"kind": "dense", "units": 8, "activation": "tanh"}] * 2
SPIRAL: dict[str, Any] = {"data": {"kind": "spiral", "samples": 500, "test_fraction": 0}, "network": {"layers": DENSE}}
MOMENTS = 128
TO_REACH = {25: 0.3, 101: 4.0}


def picture_seconds() -> dict[int, float]:
    """Processor time until the picture of each size is there, with all that comes before it."""
    trainer, timeline = Trainer(Experiment.parse(SPIRAL)), Timeline()
    for _ in range(MOMENTS):
        timeline.keep(trainer)
        trainer.advance(updates=5)
    began, seconds = time.process_time(), {}
    landscape = LossLandscape(trainer, timeline.moments)
    while landscape.advance():
        seconds.setdefault(len(landscape.losses), time.process_time() - began)
    return seconds | {len(landscape.losses): time.process_time() - began}


def updates_per_second(seconds: float, view: str, is_drawn: bool) -> float:
    """Of a run that plays as fast as it can, while somebody watches a view of it, or has landscapes drawn of it one
    after another."""
    with running_server(open_door="true") as server, httpx2.Client(base_url=server.url, timeout=60) as client:
        run = client.post("/api/runs", json=SPIRAL).json()["id"]
        with Visitor(server.url, run) as visitor:
            visitor.do("watch", views=[view])
            visitor.do("play")
            until = time.monotonic() + seconds
            began, first = time.monotonic(), visitor.frame().info["step"]
            drawing = ThreadPoolExecutor(1)
            drawn = drawing.submit(draw_until, client, run, until) if is_drawn else None
            while time.monotonic() < until:
                last = visitor.frame().info["step"]
            speed = float(last - first) / (time.monotonic() - began)
            if drawn:
                drawn.result()
            drawing.shutdown()
            return speed


def draw_until(client: httpx2.Client, run: str, until: float) -> None:
    while time.monotonic() < until:
        client.get(f"/api/runs/{run}/landscape").raise_for_status()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.landscape", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="that each speed is measured for")
    seconds = parser.parse_args().seconds
    table = Table(title="2-8-8-1, 500 points", caption=load())
    for column in ("", "measured", "to reach"):
        table.add_column(column, justify="right" if column else "left")
    for side, taken in picture_seconds().items():
        if side:
            table.add_row(f"landscape {side}², s of processor", f"{taken:.2f}", f"{TO_REACH[side]:g}")
    plain = updates_per_second(seconds, "weights", is_drawn=False)
    table.add_row("updates a second", f"{plain:,.0f}", "")
    for name, view, is_drawn in (("landscapes", "weights", True), ("sharpness", "sharpness", False)):
        ratio = updates_per_second(seconds, view, is_drawn) / plain
        table.add_row(f"of that while {name} is looked at", f"{ratio:.0%}", "")
    Console().print(table)


if __name__ == "__main__":
    main()
