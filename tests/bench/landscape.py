"""Prints what the landscape and the sharpness cost: processor time of a picture, and what is left of a run's speed
while somebody looks: `python -m tests.bench.landscape`."""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from core import Experiment, LossLandscape, Timeline, Trainer
from tests.app.visitor import Visitor
from tests.bench.load import load
from tests.server import running_server

DENSE = [{"kind": "dense", "units": 8, "activation": "tanh"}] * 2
DATA = {"kind": "spiral", "samples": 1000, "test_fraction": 0.5}
SPIRAL: dict[str, Any] = {"data": DATA, "network": {"layers": DENSE}}
MOMENTS = 128
TO_REACH = {25: 0.3, 101: 4.0}
TURN_SECONDS = 1.0


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


def ratios(turns: int) -> dict[str, float]:
    """What is left of the speed of a run that plays as fast as it can while somebody looks: the median of so many
    turns, in each of which it is looked at in all ways, one after another, and in none."""
    with (
        running_server(open_door="true") as server,
        httpx2.Client(base_url=server.url, timeout=60) as client,
        ThreadPoolExecutor(1) as drawing,
    ):
        run = client.post("/api/runs", json=SPIRAL).json()["id"]
        with Visitor(server.url, run) as visitor:
            visitor.do("play")
            found: dict[str, list[float]] = {"landscapes": [], "sharpness": []}
            for _ in range(turns):
                plain = speed(visitor, "weights")
                until = time.monotonic() + TURN_SECONDS
                drawn = drawing.submit(draw_until, client, run, until)
                found["landscapes"].append(speed(visitor, "weights") / plain)
                drawn.result()
                found["sharpness"].append(speed(visitor, "sharpness") / plain)
    return {name: median(each) for name, each in found.items()}


def speed(visitor: Visitor, view: str) -> float:
    """Updates a second while this view is watched."""
    first = visitor.do("watch", views=[view])["step"]
    began = time.monotonic()
    while time.monotonic() < began + TURN_SECONDS:
        last = visitor.frame().info["step"]
    return float(last - first) / (time.monotonic() - began)


def draw_until(client: httpx2.Client, run: str, until: float) -> None:
    while time.monotonic() < until:
        client.get(f"/api/runs/{run}/landscape").raise_for_status()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.landscape", description=__doc__)
    parser.add_argument("--turns", type=int, default=8)
    table = Table(title="2-8-8-1, 500 training points", caption=load())
    for column in ("", "measured", "to reach"):
        table.add_column(column, justify="right" if column else "left")
    for side, taken in picture_seconds().items():
        if side:
            table.add_row(f"landscape {side}², s of processor", f"{taken:.2f}", f"{TO_REACH[side]:g}")
    for name, ratio in ratios(parser.parse_args().turns).items():
        table.add_row(f"speed of a run beside its {name}", f"{ratio:.0%}", "")
    Console().print(table)


if __name__ == "__main__":
    main()
