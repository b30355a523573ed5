"""The compiled loop on the server: made in the background, used by the runs that come after, shared between them."""

import sys
import time
from pathlib import Path
from shutil import copytree

import httpx2
import psutil
import pytest

from core import executors
from tests.server import Server, running_server

if sys.platform != "linux":
    pytest.skip("needs to see what a process has loaded", allow_module_level=True)

READY_SECONDS = 120.0
EXPERIMENT = {"data": "circle", "batch_size": 10}


@pytest.fixture
def loops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of compiled loops of its own, so that other tests do not find one ready."""
    executors.load()
    copytree(executors.folder(), tmp_path / "neural-playground" / executors.folder().name)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return tmp_path


def has_loop(process: psutil.Process) -> bool:
    """Whether it has the compiler loaded."""
    return any("llvmlite" in block.path for block in process.memory_maps())


def start_run(server: Server) -> psutil.Process:
    """The process of a new run."""
    everything = psutil.Process(server.process.pid)
    before = set(everything.children(recursive=True))
    assert httpx2.post(f"{server.url}/api/runs", json=EXPERIMENT).status_code == 201
    return max(set(everything.children(recursive=True)) - before, key=lambda each: len(each.parents()))


def test_runs_use_the_loop_once_it_is_compiled_and_share_it_from_the_next_start_on(loops: Path) -> None:
    with running_server(compile_loop=True) as server:
        until = time.monotonic() + READY_SECONDS
        while not any(loops.rglob(executors.READY)) and time.monotonic() < until:
            time.sleep(0.05)
        run = start_run(server)
        assert (has_loop(run), has_loop(run.parent())) == (True, False)
    with running_server(compile_loop=True) as server:
        run = start_run(server)
        assert (has_loop(run), has_loop(run.parent())) == (True, True)


def test_a_server_that_is_not_to_compile_does_not(loops: Path) -> None:
    with running_server() as server:
        assert not has_loop(start_run(server))
        assert not any(loops.rglob(executors.READY))
