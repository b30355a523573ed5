"""What all tests share: a Chromium and a running server."""

import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright

from tests import machine
from tests.server import Server, running_server

PAGE = Path(__file__).parent.parent / "static/dist"

# What was compiled on this machine for use does not decide which executor is tested.
os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parent.parent / ".pytest_cache")
os.environ["PLAYGROUND_COMPILE_LOOP"] = "false"

# Each of the many servers that the tests start finds its modules compiled by the one before.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
QUIET = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-quic",
)

# A busy machine answers late, which is no fault of the answer: whoever asks a server waits for it.
inspect.signature(httpx2.request).parameters["timeout"].default.read = 60.0

# The same examples every time, and no look at the clock, which tells only how busy the machine is.
settings.register_profile("house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors, for many tests wait for a server rather than compute."""
    return max(2, 3 * (os.cpu_count() or 1) // 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files with a browser come last: once Playwright has begun, no test in its process can start an event loop.

    Of those the longest comes first, so that no process does it alone at the end.
    """
    with_browser = {item.path for item in items if "playwright" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path in with_browser, item.path.name != "test_states.py"))


@pytest.fixture(scope="session")
def node() -> str:
    """A node that runs TypeScript as it is."""
    return machine.node() or pytest.exit(machine.NO_NODE, returncode=1)


@pytest.fixture(scope="session")
def chromium(node: str) -> str:
    return machine.chromium() or pytest.exit(machine.NO_CHROMIUM, returncode=1)


@pytest.fixture(scope="session")
def playwright(chromium: str, playwright: Playwright) -> Playwright:
    """Started when all that it needs is there."""
    return playwright


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium, "args": [*QUIET]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "device_scale_factor": 1,
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    if not any(PAGE.glob("*.js")):
        pytest.fail(f"the page is not built: {PAGE} is empty; `uv run pytest` builds it", pytrace=False)
    return server.url
