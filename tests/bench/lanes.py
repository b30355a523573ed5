"""Prints how smooth a race is on its page: pictures of each contestant, frames and the main thread in Chromium.

`python -m tests.bench.lanes`: four contestants of the default race's network, at the page's usual speed and, sample by
sample, as fast as each can. A real server and a real browser, which share the processors with the four that train.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from playwright.sync_api import Browser, CDPSession, Page, WebSocket, sync_playwright

from tests import machine
from tests.bench.page import FLAGS, Figure, busy_seconds, opened, show
from tests.server import running_server

LEAST_PICTURES = 10  # of each contestant, a second
WATCHED_SECONDS = 5.0
FOUR = "contestants=4&contestants.1.optimizer=rmsprop&contestants.2.optimizer=momentum&contestants.3.optimizer=sgd"
SINGLY = "&".join(f"contestants.{i}.batch_size=1" for i in range(4))
SPEEDS = {"30 epochs a second": FOUR, "As fast as each can": f"{FOUR}&{SINGLY}"}


@dataclass(frozen=True)
class Seen:
    """What was seen of a race: pictures of each contestant a second, frames a second, the main thread's share."""

    pictures: list[float]
    frames: float
    busy_percent: float


def drawn(page: Page) -> Counter[str]:
    """Counts the pictures that the page tells the server it has drawn, by the address of their socket."""
    counts: Counter[str] = Counter()

    def attend(socket: WebSocket) -> None:
        def note(data: str | bytes) -> None:
            if '"op":"ack"' in str(data):
                counts[socket.url] += 1

        socket.on("framesent", note)

    page.on("websocket", attend)
    return counts


def watched(page: Page, counts: Counter[str], session: CDPSession) -> Seen:
    page.wait_for_timeout(1000)
    began, busy, before = monotonic(), busy_seconds(session), Counter(counts)
    page.evaluate("seen.frames = 0")
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    seconds = monotonic() - began
    frames = page.evaluate("seen.frames")
    spent = busy_seconds(session) - busy
    pictures = [(counts[each] - before[each]) / seconds for each in counts]
    return Seen(pictures, frames / seconds, 100 * spent / seconds)


def raced(browser: Browser, url: str, speed: str, race: str) -> Seen:
    """So long that nobody comes to the finish meanwhile."""
    with opened(browser, "about:blank") as page:
        counts = drawn(page)
        page.goto(f"{url}/race#epochs=2000&{race}")
        page.locator(".go:enabled").wait_for()
        page.get_by_label("Speed").select_option(label=speed)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        page.locator(".go").click()
        return watched(page, counts, session)


def smoothness(browser: Browser, url: str) -> Iterator[Figure]:
    for speed, race in SPEEDS.items():
        seen, name = raced(browser, url, speed, race), speed[0].lower() + speed[1:]
        least = min(seen.pictures)
        yield Figure(f"4 contestants, {name}: pictures of each, at least", least, "/s", LEAST_PICTURES, is_floor=True)
        yield Figure(f"4 contestants, {name}: frames of the page", seen.frames, "/s", LEAST_PICTURES, is_floor=True)
        yield Figure(f"4 contestants, {name}: main thread busy", seen.busy_percent, "%", 90)


def main() -> None:
    with running_server() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=machine.chromium(), args=[*FLAGS], chromium_sandbox=False)
        figures = list(smoothness(browser, server.url))
        browser.close()
    show(figures)


if __name__ == "__main__":
    main()
