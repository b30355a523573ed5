"""Served: the real server in a process of its own, `python -m tests.load.served`. For each line on its standard input
it answers with one of JSON: how late its event loop was, and how much of everything it holds."""

import asyncio
import gc
import json
import socket
import sys
from contextlib import suppress
from time import monotonic
from typing import Any

from app import main, worker
from app.run import Run
from app.settings import Settings
from tests.load import stamped

PROBE_SECONDS = 0.005


class ToldServer(main.Server):
    """The server as it is, and a clock and a tally beside it."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.late: list[float] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.probing = asyncio.create_task(self.probe())
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self.tell)

    async def probe(self) -> None:
        """Note how much later than asked the event loop wakes up, in seconds."""
        while True:
            asked = monotonic() + PROBE_SECONDS
            await asyncio.sleep(PROBE_SECONDS)
            self.late.append(monotonic() - asked)

    def tell(self) -> None:
        line = sys.stdin.buffer.readline()
        if not line:  # whoever started it is gone, and leaves nothing behind
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            self.should_exit = True
            return
        if line.strip() == b"thorough":
            gc.collect()
        late, self.late = self.late, []
        print(json.dumps({"late": late, "deaths": deaths, **self.holdings()}), flush=True)

    def holdings(self) -> dict[str, Any]:
        runs = self.state.runs
        return {
            "workers": dict(filter(None, map(worker_of, runs.awake.values()))),
            "level": runs.load.level,
            "tasks": len(asyncio.all_tasks()),
            "watchers": sum(len(run.watchers) for run in runs.awake.values()),
            "dictionaries": sum(map(len, (runs.awake, runs.lives, runs.waking, runs.naps, runs.starting))),
        }


def worker_of(run: Run) -> tuple[str, int] | None:
    """A run and its process; None while it is replaced."""
    with suppress(ValueError):  # closed
        return run.id, run.training.process.pid or 0
    return None


deaths: dict[str, float] = {}


def note_deaths() -> None:
    """Keep when the server became aware that a run's process was gone."""
    plain_crash = Run.crash

    async def crash(run: Run) -> None:
        deaths[run.id] = monotonic()
        await plain_crash(run)

    Run.crash = crash  # type: ignore[method-assign]


if __name__ == "__main__":
    worker.main = stamped.main
    main.Server = ToldServer  # type: ignore[misc]
    note_deaths()
    main.serve(Settings())
