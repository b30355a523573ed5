"""Station: the server under load, in a process of its own: it is started, asked, stopped, killed and started again."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import httpx2
import psutil

from app.store import FILE
from tests.load.viewer import Viewer
from tests.server import free_port

READY_SECONDS, GONE_SECONDS = 60.0, 30.0
LIMIT_BYTES = 2**22
PAGE = ["weights", "tiles", "boundary"]
LIGHT = ["weights"]
TWO_EIGHT_EIGHT_ONE = {"network": {"layers": [{"kind": "dense", "units": 8}] * 2}}
ROOMY = {"compile_loop": False, "max_runs": 400, "max_connections": 5000, "max_watchers_per_run": 1500}


class Refused(Exception):
    """There is no room for one more run now: the sentence, and the seconds after which to ask again."""


@dataclass(frozen=True)
class Look:
    """What the server tells of itself, and what the system tells of it."""

    late: list[float]
    deaths: dict[str, float]
    workers: dict[str, int]
    level: int
    tasks: int
    watchers: int
    dictionaries: int


class Station:
    """A server on a folder and a port of its own."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder, self.port = folder, free_port()
        values = {"data": folder / "data", "port": self.port, **ROOMY, **settings}
        named = {f"PLAYGROUND_{name.upper()}": str(value) for name, value in values.items()}
        self.environment = {**os.environ, **named}
        self.url = f"http://127.0.0.1:{self.port}"
        self.asking = asyncio.Lock()

    # --- its life ---------------------------------------------------------------------------------------------

    async def start(self) -> float:
        """Seconds until it listens."""
        began = monotonic()
        with (self.folder / "server.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.load.served"),
                env=self.environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=LIMIT_BYTES,
                start_new_session=True,
            )
        self.client = httpx2.AsyncClient(base_url=self.url, timeout=READY_SECONDS)
        self.system = psutil.Process(self.process.pid)
        while await self.status("/healthz") != 200:
            assert self.process.returncode is None and monotonic() - began < READY_SECONDS, self.log
            await asyncio.sleep(0.01)
        return monotonic() - began

    async def until_ready(self) -> None:
        while await self.status("/readyz") != 200:
            await asyncio.sleep(0.02)

    async def status(self, path: str) -> int:
        """Of an answer; 0 is none."""
        try:
            return (await self.client.get(path)).status_code
        except httpx2.TransportError:
            return 0

    async def gone(self) -> None:
        await asyncio.wait_for(self.process.wait(), GONE_SECONDS)
        await self.client.aclose()

    async def kill(self) -> None:
        self.process.kill()
        await self.gone()

    async def stop(self) -> float:
        """Seconds until it is gone after SIGTERM."""
        began = monotonic()
        self.process.send_signal(signal.SIGTERM)
        await self.gone()
        return monotonic() - began

    def sweep(self) -> None:
        """End whatever is left of it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    # --- how it fares -----------------------------------------------------------------------------------------

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-3000:]

    @property
    def wal_bytes(self) -> int:
        place = self.folder / "data" / f"{FILE}-wal"
        return place.stat().st_size if place.exists() else 0

    async def look(self, is_thorough: bool = False) -> Look:
        """What it tells; `is_thorough`: once it has collected its garbage."""
        assert self.process.stdin and self.process.stdout
        async with self.asking:
            self.process.stdin.write(b"thorough\n" if is_thorough else b"\n")
            while not (line := await self.process.stdout.readline()).startswith(b"{"):
                assert line, self.log
        return Look(**json.loads(line))

    def processor_seconds(self) -> float:
        times = self.system.cpu_times()
        return float(times.user + times.system)

    def stack_bytes(self) -> int:
        """Memory of the server and all its processes; what they share is counted once."""
        return sum(proportional_bytes(one) for one in (self.system, *self.system.children(recursive=True)))

    def is_sound(self) -> bool:
        """Whether the file is whole, the server being gone."""
        with sqlite3.connect(self.folder / "data" / FILE) as file:
            return bool(file.execute("PRAGMA integrity_check").fetchone()[0] == "ok")

    # --- its runs ---------------------------------------------------------------------------------------------

    async def make_run(self, secret: str = "", **experiment: Any) -> str:
        """Raises Refused."""
        answer = await self.client.post("/api/runs", json=experiment or TWO_EIGHT_EIGHT_ONE, headers=shown(secret))
        if answer.status_code == 503:
            raise Refused(answer.json()["error"]["message"], int(answer.headers["retry-after"]))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def delete_run(self, run: str) -> None:
        assert (await self.client.delete(f"/api/runs/{run}")).status_code == 204

    async def guest(self) -> str:
        """The secret of a new guest."""
        answer = await self.client.post("/enter", data={"code": ""})
        secret = str(answer.cookies["playground"])
        self.client.cookies.clear()
        return secret

    async def let_watch(self, run: str, owner: str, guest: str) -> None:
        link = await self.client.post(f"/api/runs/{run}/share", headers=shown(owner))
        answer = await self.client.post("/api/shares", json={"secret": link.json()["secret"]}, headers=shown(guest))
        assert answer.status_code == 200, answer.text

    async def state(self, run: str, secret: str = "") -> dict[str, Any]:
        answer = await self.client.get(f"/api/runs/{run}", headers=shown(secret))
        state: dict[str, Any] = answer.json()
        return state

    async def watch(self, run: str, views: list[str] | None = None, secret: str = "") -> Viewer:
        return await Viewer.on(self.url, run, PAGE if views is None else views, secret)

    async def trains(self, views: list[str] | None = None) -> tuple[str, Viewer]:
        """A run that plays, and somebody who watches it."""
        run = await self.make_run()
        viewer = await self.watch(run, views)
        await viewer.do("play")
        return run, viewer


def shown(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def proportional_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


@asynccontextmanager
async def station(**settings: object) -> AsyncIterator[Station]:
    """A server that is there, and gone afterwards with all its processes."""
    with TemporaryDirectory(prefix="playground-load-") as folder:
        place = Station(Path(folder), **settings)
        try:
            await place.start()
            yield place
        finally:
            if place.process.returncode is None:
                with suppress(TimeoutError):
                    await place.stop()
            place.sweep()
