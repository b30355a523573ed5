"""A real `playground` server in a process of its own, for tests that need one."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 60.0
STOP_SECONDS = 30.0
# A machine that is busy with other things is slow, which is no fault of those who wait.
PATIENT = {
    "refuse_late_seconds": 1000,
    "silent_limit_seconds": 300,
    "stalled_limit_seconds": 120,
    "stuck_limit_seconds": 300,
    "unwatched_limit_seconds": 300,
}


@dataclass(frozen=True)
class Server:
    """Where the server answers, its process and its log."""

    port: int
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")


@contextmanager
def running_server(**settings: object) -> Iterator[Server]:
    """Start a server with these settings, wait until it is healthy, and end all that it started. It is patient, where
    they don't say otherwise."""
    with tempfile.TemporaryDirectory(prefix="playground-") as folder:
        server = start(Path(folder) / "server.log", {"data": Path(folder) / "data", **PATIENT, **settings})
        try:
            wait_until_healthy(server)
            yield server
        finally:
            stop(server.process)


def start(log_file: Path, settings: dict[str, object]) -> Server:
    port = free_port()
    values = {f"PLAYGROUND_{name.upper()}": str(value) for name, value in settings.items()}
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "--port", str(port)],
            env=os.environ | values,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(port, process, log_file)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_healthy(server):
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the server did not start:\n{server.log}")
        time.sleep(0.02)


def is_healthy(server: Server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, then end whatever is left of its process group."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
