"""Prints what the page costs in Chromium beside what it may cost, and beside its rivals: `python -m tests.bench.page`.

A real server and a real browser; without the network of a real visitor. The figures of the rivals were measured on a
machine of 2 cores without a graphics card, Chromium 156, November 2026; compare columns rather than absolute values.
`--soak 30` watches the memory of a page that trains for so many minutes.
"""

import argparse
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright
from rich.console import Console
from rich.table import Table

from tests import machine
from tests.bench.load import load
from tests.first_view import first_view
from tests.server import running_server

FLAGS = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run")
WATCHED_SECONDS = 6.0
PRESSES = 20
VISITS = 5
MEGABYTE = 2**20

SHAPES = {"2-8-6-1": (8, 6), "6 × 8": (8,) * 6, "6 × 32": (32,) * 6, "10 × 256": (256,) * 10}
THEIRS = (
    "#activation=tanh&batchSize=10&dataset=circle&learningRate=0.03&noise=0&percTrainData=50&x=true&y=true&seed=0.5"
)
TENSORFLOW_PLAYGROUND = {"its default, 4-2": ("4,2", 60), "6 × 8": ("8,8,8,8,8,8", 23)}


@dataclass(frozen=True)
class Figure:
    """Something measured: what it is, what it came to, at most or at least how much it may be, and the rivals'."""

    name: str
    value: float
    unit: str
    limit: float
    is_floor: bool = False
    rivals: str = ""

    @property
    def is_reached(self) -> bool:
        return self.value >= self.limit if self.is_floor else self.value <= self.limit


# --- a page ---------------------------------------------------------------------------------------------------


@contextmanager
def fresh(browser: Browser) -> Iterator[Page]:
    """A page of a browser that was never here. What it trains ends with it, for it would take the next one's time."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    yield page
    if (pause := page.get_by_role("button", name="Pause training")).count():
        pause.click()
        page.locator(".status", has_text="Paused").wait_for()
    context.close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    with fresh(browser) as page:
        page.add_init_script(OBSERVE)
        page.goto(address)
        yield page


OBSERVE = """
  window.seen = { long: [], events: [], frames: 0, messages: 0 };
  window.WebSocket = class extends WebSocket { // that a debugger counts them would take the page's time
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => { seen.messages += data instanceof ArrayBuffer; });
    }
  };
  new PerformanceObserver((list) => seen.long.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => seen.events.push(...list.getEntries()
    .filter((e) => e.interactionId).map((e) => e.duration))).observe({ type: "event", durationThreshold: 16 });
  const count = () => { seen.frames++; requestAnimationFrame(count); };
  requestAnimationFrame(count);
"""


def busy_seconds(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


def play(page: Page, speed: str = "") -> None:
    """Train on and on: what begins by itself would end by itself."""
    start, pause = (page.get_by_role("button", name=f"{what} training") for what in ("Start", "Pause"))
    page.locator(".epoch b").wait_for()
    start.or_(pause).wait_for()
    if pause.count():
        pause.click()
    start.click()
    page.locator(".status", has_text="Training").wait_for()
    if speed:
        page.keyboard.press(speed)


@dataclass(frozen=True)
class Watched:
    """What was seen of a page that trains."""

    frames_per_second: float
    pictures_per_second: float
    busy_percent: float
    long_tasks: int
    epochs_per_second: float


def watched(page: Page) -> Watched:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.wait_for_timeout(1500)
    began, busy, epoch = monotonic(), busy_seconds(session), epoch_of(page)
    page.evaluate("seen.long.length = seen.frames = seen.messages = 0")
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    seconds = monotonic() - began
    frames, long, messages = page.evaluate("[seen.frames, seen.long.length, seen.messages]")
    pictures = messages / 2  # a frame comes with the rows of the curve
    return Watched(
        frames / seconds,
        pictures / seconds,
        100 * (busy_seconds(session) - busy) / seconds,
        long,
        (epoch_of(page) - epoch) / seconds,
    )


def epoch_of(page: Page) -> int:
    return int(page.locator(".epoch b").inner_text().replace(",", ""))


# --- figures --------------------------------------------------------------------------------------------------


def weight(browser: Browser, url: str) -> Iterator[Figure]:
    """The bytes of the first view, and when it is there and moves: in a fresh browser, on a server that is at work, as
    the median of some visits."""
    seen = first_view(browser, url)
    with opened(browser, url) as working:
        play(working)
        first, moving = map(statistics.median, zip(*(visit(browser, url) for _ in range(VISITS)), strict=True))
    yield Figure("First view", seen.octets / 1000, "kB", 90, rivals="TF 319, ConvNetJS 58, CNN Explainer 7,560")
    yield Figure("First view, JavaScript", seen.script_octets / 1000, "kB", 60, rivals="TF 92, ConvNetJS 56")
    yield Figure("First contentful paint", first, "s", 0.2, rivals="TF 0.25, ConvNetJS 0.18")
    yield Figure("Something moves", moving, "s", 0.8, rivals="TF and others: never by itself")


def visit(browser: Browser, url: str) -> tuple[float, float]:
    """After how many seconds there is something, and after how many it moves."""
    with fresh(browser) as page:
        page.goto(url)
        moving = page.evaluate(MOVING) / 1000
        first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    return first, moving


MOVING = """() => new Promise((settle) => {
  const look = () => Number(document.querySelector(".epoch b")?.textContent) > 0
    ? settle(performance.now()) : requestAnimationFrame(look);
  look();
})"""


def smoothness(browser: Browser, url: str) -> Iterator[Figure]:
    """Frames, main thread and long tasks while networks of three sizes train and are drawn."""
    limits = {"2-8-6-1": (60, 30), "6 × 8": (60, 45), "6 × 32": (50, 50), "10 × 256": (50, 50)}
    rivals = {
        "2-8-6-1": ("TF 60", "TF 59 to 86"),
        "6 × 8": ("TF 16 to 25", "TF 100"),
        "6 × 32": ("fork 16 to 31", "fork 94"),
    }
    for name, units in SHAPES.items():
        with opened(browser, f"{url}/{link_of(units)}") as page:
            play(page)
            expect(page.locator("header .experiment")).to_contain_text(" → ".join(["2", *map(str, units), "1"]))
            seen = watched(page)
        frames, busy = limits[name]
        theirs = rivals.get(name, ("", ""))
        yield Figure(f"{name}: frames", seen.frames_per_second, "/s", frames - 1, is_floor=True, rivals=theirs[0])
        yield Figure(f"{name}: main thread busy", seen.busy_percent, "%", busy, rivals=theirs[1])
        yield Figure(f"{name}: long tasks", seen.long_tasks, f"in {WATCHED_SECONDS:.0f} s", 0)


def link_of(units: Sequence[int]) -> str:
    sizes = [f"network.layers.{layer}.units={count}" for layer, count in enumerate(units)]
    return "#" + "&".join([f"network.layers={len(units)}", *sizes])


def response(browser: Browser, url: str) -> Iterator[Figure]:
    """From a click to the next paint while it trains; from a key to what it changed."""
    with opened(browser, url) as page:
        play(page)
        page.wait_for_timeout(1000)
        page.evaluate("seen.events.length = 0")
        for number in range(PRESSES):
            page.get_by_role("tab").nth(number % 3).click() if page.get_by_role("tab").count() > 2 else None
            page.locator('[data-neuron^="1."]').nth(number % 6).click()
            page.wait_for_timeout(100)
        clicks = [float(value) for value in page.evaluate("seen.events")] or [16.0]
    yield Figure("Click to paint, median", statistics.median(clicks), "ms", 24, rivals="TF 24, ConvNetJS 16")
    yield Figure("Click to paint, worst", max(clicks), "ms", 60, rivals="TF 32, largest 104; CNN Explainer 240")
    with opened(browser, url) as page:
        play(page)
        page.get_by_role("button", name="Pause training").click()
        page.locator(".status", has_text="Paused").wait_for()
        times = [float(page.evaluate(KEY_TO_FRAME)) for _ in range(PRESSES)]
    yield Figure("Key to changed frame, median", statistics.median(times), "ms", 60)


KEY_TO_FRAME = """() => new Promise((settle) => {
  const began = performance.now();
  const epoch = document.querySelector(".epoch b");
  new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => settle(performance.now() - began)));
  }).observe(epoch, { characterData: true, childList: true, subtree: true });
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true }));
})"""


def speed(browser: Browser, url: str) -> Iterator[Figure]:
    """Epochs a second of TensorFlow Playground's own networks, unthrottled, while 30 pictures a second are drawn."""
    for name, (shape, theirs) in TENSORFLOW_PLAYGROUND.items():
        with opened(browser, f"{url}/{THEIRS}&networkShape={shape}") as page:
            play(page, speed="6")
            seen = watched(page)
        yield Figure(f"{name}: epochs", seen.epochs_per_second, "/s", 20 * theirs, is_floor=True, rivals=f"TF {theirs}")
        yield Figure(f"{name}: pictures", seen.pictures_per_second, "/s", 29, is_floor=True)


def memory(browser: Browser, url: str, minutes: float) -> Iterator[Figure]:
    """The JavaScript heap of a page that has trained for so long."""
    with opened(browser, url) as page:
        play(page)
        session = page.context.new_cdp_session(page)
        page.wait_for_timeout(minutes * 60_000)
        session.send("HeapProfiler.collectGarbage")
        used = session.send("Runtime.getHeapUsage")["usedSize"] / MEGABYTE
    yield Figure(f"JavaScript heap after {minutes:g} min", used, "MB", 40)


# --- the table ------------------------------------------------------------------------------------------------


def show(figures: list[Figure]) -> None:
    table = Table(title="The page in Chromium", title_justify="left", caption=load(), caption_justify="left")
    for column in ("", "measured", "to reach", "", "rivals"):
        table.add_column(column, justify="right" if column in ("measured", "to reach") else "left")
    for figure in figures:
        limit = f"{'≥' if figure.is_floor else '≤'} {figure.limit:g} {figure.unit}"
        mark = "✓" if figure.is_reached else "✗"
        table.add_row(figure.name, f"{figure.value:,.3g} {figure.unit}", limit, mark, figure.rivals)
    Console(width=120).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.page", description=__doc__)
    parser.add_argument("--soak", type=float, metavar="MINUTES", default=0, help="watch the memory for so long, too")
    minutes = parser.parse_args().soak
    with running_server() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=machine.chromium(), args=[*FLAGS], chromium_sandbox=False)
        figures = [figure for part in (weight, smoothness, response, speed) for figure in part(browser, server.url)]
        if minutes:
            figures += memory(browser, server.url, minutes)
        browser.close()
    show(figures)


if __name__ == "__main__":
    main()
