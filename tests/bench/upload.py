"""Prints how soon a table of 5 MB is previewed, and how much later the pictures of another run then come:
`python -m tests.bench.upload`.

A real server; one run trains at the page's usual speed and is watched, while tables are sent one after the other.
"""

import asyncio
from collections.abc import Iterator
from time import monotonic

import httpx2
import numpy as np

from tests.load.figures import Figure, at_most, show, told
from tests.load.station import Station, station
from tests.load.viewer import Viewer

BYTES, COLUMNS, TABLES = 5_000_000, 12, 8
PREVIEW_SECONDS, LATER_MILLISECONDS = 2.0, 20.0
SPEED = {"unit": "epochs", "per_second": 60}
WARM_UP_SECONDS = 2.0


def table() -> bytes:
    """Just under 5 MB of numbers with a category at the end of each row."""
    random = np.random.default_rng(0)
    names = ",".join([*(f"column {number}" for number in range(COLUMNS)), "kind"])
    lines, size = [names], len(names) + 1
    while True:
        line = ",".join([*(f"{value:.4f}" for value in random.normal(size=COLUMNS)), str(random.choice(["a", "b"]))])
        size += len(line) + 1
        if size > BYTES or len(lines) > 50_000:
            return "\n".join(lines).encode()
        lines.append(line)


async def previewed(server: Station, csv: bytes) -> float:
    """Seconds until the preview was there. The sending is no work of the loop that sees the pictures come."""
    began = monotonic()
    url, head = f"{server.url}/api/tables/preview", {"content-type": "text/csv"}
    answer = await asyncio.to_thread(httpx2.post, url, content=csv, headers=head, timeout=60)
    assert answer.status_code == 200, answer.text
    return monotonic() - began


def pauses(viewer: Viewer, since: float, until: float) -> np.ndarray:
    """Milliseconds from one picture to the next."""
    return 1000 * np.array(viewer.gaps(since, until))


def ages(viewer: Viewer, since: float, until: float) -> np.ndarray:
    """Milliseconds from when a picture was made until it arrived."""
    return 1000 * np.array([age for at, age in viewer.times if since <= at <= until])


async def measure() -> list[Figure]:
    csv = table()
    async with station() as server:
        _, viewer = await server.trains()
        await viewer.do("speed", **SPEED)
        await previewed(server, csv)  # the first has the modules brought into memory
        await asyncio.sleep(WARM_UP_SECONDS)
        began = monotonic()
        seconds = [await previewed(server, csv) for _ in range(TABLES)]
        ended = monotonic()
        await asyncio.sleep(ended - began)  # as long again without
        return [*figures(viewer, seconds, (began, ended), (ended, monotonic()), len(csv))]


def figures(
    viewer: Viewer, seconds: list[float], beside: tuple[float, float], alone: tuple[float, float], size: int
) -> Iterator[Figure]:
    yield at_most("7", f"preview of {size / 1e6:.1f} MB, slowest of {len(seconds)}", max(seconds), PREVIEW_SECONDS, "s")
    for what, measured in {"on their way": ages, "from one to the next": pauses}.items():
        usual, now = measured(viewer, *alone), measured(viewer, *beside)
        yield told("7", f"pictures of another run, {what}, without, 50 and 99 of 100", texts(usual))
        yield told("7", f"pictures of another run, {what}, beside it", texts(now))
        later = float(np.percentile(now, 99) - np.percentile(usual, 99))
        yield at_most("7", f"so much later, 99 of 100, {what}", later, LATER_MILLISECONDS, "ms")


def texts(milliseconds: np.ndarray) -> str:
    return " and ".join(f"{value:.1f}" for value in np.percentile(milliseconds, [50, 99])) + " ms"


if __name__ == "__main__":
    show(asyncio.run(measure()), "A table is brought")
