"""Every state of the page, in three sizes and either theme: no violation that axe knows of, and a picture to look at.
What a theme breaks it breaks in all sizes, and what a size breaks in both themes, so not each is seen with each.

The pictures are in `test-results/states/`, or below the folder that `--output` names: lay them beside the design.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.browser.playground import CUT, PATIENCE_MS, Opener, Playground
from tests.browser.proxy import Proxy, proxy_before
from tests.server import Server

LOOKS = [((390, 844), "dark"), ((1280, 800), "light"), ((1920, 1080), "dark")]
DEEP = "#network.layers=10&" + "&".join(f"network.layers.{i}.units=256" for i in range(10))
DIVERGES = "#data=sine&optimizer=sgd&optimizer.learning_rate=1&network.layers=1&network.layers.0.activation=relu"
BROKEN = {"error": {"code": "server_full", "message": "The server is full: it trains as many networks as it may."}}
WAITING = re.compile(r"Just a moment|is measured|is put under|are counted|needs a moment")
DRAWN = """(selector) => {
  const canvas = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
  return !canvas || canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
}"""
OPTIONS = {"resultTypes": ["violations"]}


@dataclass(frozen=True)
class Visit:
    """A page, the way to its server, and the folder for its pictures."""

    playground: Playground
    proxy: Proxy
    address: str
    folder: Path

    @property
    def is_phone(self) -> bool:
        return (self.playground.page.viewport_size or {"width": 0})["width"] <= 860

    def open(self, link: str) -> Playground:
        """Another link in the same tab."""
        self.playground.page.evaluate("link => { location.hash = link }", link)
        return self.playground

    def tab(self, name: str) -> None:
        """Bring a part to the front, where only one has room."""
        if self.is_phone:
            self.playground.page.locator(".tabs").get_by_role("tab", name=name, exact=True).click()

    def settle(self) -> None:
        """Wait until all that is on screen has come."""
        page = self.playground.page
        for selector in (".board", ".answer canvas", ".samples-list canvas"):
            page.wait_for_function(DRAWN, arg=selector, timeout=PATIENCE_MS)
        expect(page.locator('.histogram path[d=""]:visible + path[d=""]')).to_have_count(0)
        expect(page.get_by_text("Setting up: ")).to_have_count(0)
        if self.has_pane:
            expect(page.locator("#pane")).not_to_have_text(WAITING)

    @property
    def has_pane(self) -> bool:
        return self.playground.page.locator("#pane:visible").count() > 0

    def look(self, name: str) -> list[str]:
        """Keep a picture; tell what axe finds."""
        self.playground.page.screenshot(path=self.folder / f"{name}.png")
        found = Axe().run(self.playground.page, options=OPTIONS).response["violations"]
        return [f"{name}: {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]]


# --- the states, each from the one before ----------------------------------------------------------------------------


def ready(visit: Visit) -> None:
    visit.playground.until_paused()


def running(visit: Visit) -> None:
    visit.playground.play().until_epoch(3)


def paused(visit: Visit) -> None:
    visit.playground.until_epoch(40).pause()


def network(visit: Visit) -> None:
    visit.tab("Network")


def set_up(visit: Visit) -> None:
    if visit.is_phone:
        visit.tab("Set up")
    more = visit.playground.page.get_by_role("button", name="More", exact=True)
    for _ in range(more.count()):
        more.first.click()


def earlier(visit: Visit) -> None:
    visit.tab("Result")
    visit.playground.page.keyboard.press("Home")
    expect(visit.playground.page.get_by_role("button", name="Back to now")).to_be_visible()


def neuron_picked(visit: Visit) -> None:
    visit.tab("Network")
    for key in ["Enter", "Enter"]:
        visit.playground.page.locator('[data-neuron="1.2"]').press(key)
    expect(visit.playground.page.get_by_role("spinbutton", name="bias", exact=True)).to_be_visible()


def pane(name: str) -> Callable[[Visit], None]:
    def open_pane(visit: Visit) -> None:
        visit.playground.page.keyboard.press("Escape")
        visit.tab("Inspect")
        visit.playground.page.get_by_role("tab", name=name).click()
        expect(visit.playground.page.get_by_text("Just a moment.")).to_have_count(0)

    return open_pane


def keys(visit: Visit) -> None:
    visit.playground.page.locator("body").press("?")
    expect(visit.playground.page.get_by_role("dialog", name="Keys")).to_be_visible()


def presets(visit: Visit) -> None:
    press = visit.playground.page.keyboard.press
    for key in ["Escape", "g", "g"]:
        press(key)
    expect(visit.playground.page.locator(".preset").first).to_be_visible()


def deep(visit: Visit) -> None:
    visit.playground.page.keyboard.press("Escape")
    visit.tab("Network")
    visit.open(DEEP).until_experiment("256 → 256")


def regression(visit: Visit) -> None:
    visit.tab("Result")
    visit.open("#data=sine").until_experiment("Sine")


def surface(visit: Visit) -> None:
    visit.open("#data=multi_gaussian").until_experiment("Hills")


def digits(visit: Visit) -> None:
    visit.open("#data=digits").until_experiment("64 →")
    expect(visit.playground.page.locator(".samples-list button").first).to_be_visible()


def autoencoder(visit: Visit) -> None:
    visit.open("#data=unlabelled_digits&network.layers.1.units=2").until_experiment("unlabelled")


def blobs(visit: Visit) -> None:
    visit.open("#data=blobs").until_experiment("Blobs")


def table(visit: Visit) -> None:
    visit.open("#data=table_classes").until_experiment("Iris")


def table_autoencoder(visit: Visit) -> None:
    visit.open("#data=unlabelled_table").until_experiment("4 → 8 → 6 → 4")


def diverged(visit: Visit) -> None:
    playground = visit.open(DIVERGES).until_experiment("SGD 1").play()
    expect(playground.status).to_contain_text("Stopped")


def disconnected(visit: Visit) -> None:
    visit.open("#data=circle").until_experiment("Circle").until_paused()
    visit.proxy.close()
    expect(visit.playground.page.locator("#page")).to_have_attribute("data-state", "disconnected")


def ended(visit: Visit) -> None:
    visit.proxy.open()
    expect(visit.playground.status).not_to_contain_text("Offline")
    run = json.loads(visit.playground.page.evaluate("sessionStorage.run"))["id"]
    visit.playground.page.request.delete(f"{visit.address}/api/runs/{run}")
    expect(visit.playground.page.get_by_text("This run has ended.")).to_be_visible()


def hidden_controls(visit: Visit) -> None:
    visit.playground.page.goto(f"{visit.address}/?hide=data,training,inspector,share,save")
    visit.playground.until_paused()


def embedded(visit: Visit) -> None:
    visit.playground.page.goto(f"{visit.address}/?embed=1")
    expect(visit.playground.page.get_by_role("button", name="Start training")).to_be_enabled()


def loading(visit: Visit) -> None:
    page = visit.playground.page
    page.route_web_socket("**/live?*", lambda _: None)  # it opens, and nothing comes
    page.goto(f"{visit.address}/")
    expect(visit.playground.status).to_contain_text("Connecting")


def full(visit: Visit) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=503, headers={"Retry-After": "60"}, json=BROKEN)

    visit.playground.page.evaluate("sessionStorage.clear()")
    visit.playground.page.route("**/api/runs", refuse)
    visit.playground.page.reload()
    expect(visit.playground.page.get_by_role("heading", name="The server is full")).to_be_visible()


STATES: dict[str, Callable[[Visit], None]] = {
    "ready": ready,
    "running": running,
    "paused": paused,
    "network": network,
    "set up": set_up,
    "earlier": earlier,
    "neuron": neuron_picked,
    "weights": pane("Weights and gradients"),
    "microscope": pane("Microscope"),
    "gradient check": pane("Gradient check"),
    "hidden_space": pane("Hidden space"),
    "confusion": pane("Confusion"),
    "doctor": pane("Doctor"),
    "keys": keys,
    "gallery": presets,
    "deep": deep,
    "regression": regression,
    "surface": surface,
    "digits": digits,
    "autoencoder": autoencoder,
    "blobs": blobs,
    "table": table,
    "table autoencoder": table_autoencoder,
    "diverged": diverged,
    "disconnected": disconnected,
    "ended": ended,
    "hidden controls": hidden_controls,
    "embedded": embedded,
    "loading": loading,
    "full": full,
}
WITHOUT_DATA = {"running", "disconnected", "ended", "loading", "full"}
WIDE_ALWAYS_SHOWS = {"weights", "doctor"}
"""At 1920 these panes have no tab: they are open beside the others."""


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.config.getoption("--output")) / "states"


@contextmanager
def visit_at(open_page: Opener, server: Server, folder: Path, size: tuple[int, int], theme: str) -> Iterator[Visit]:
    own = folder / f"{size[0]}-{theme}"
    own.mkdir(parents=True, exist_ok=True)
    with proxy_before(server.port) as proxy:
        viewport = {"width": size[0], "height": size[1]}
        playground = open_page(address=proxy.url, viewport=viewport, color_scheme=theme, forgives=CUT)
        yield Visit(playground, proxy, proxy.url, own)


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=lambda part: str(part[0]) if isinstance(part, tuple) else part)
def test_every_state_is_whole(
    open_page: Opener, server: Server, folder: Path, size: tuple[int, int], theme: str
) -> None:
    found: list[str] = []
    with visit_at(open_page, server, folder, size, theme) as visit:
        for name, reach in STATES.items():
            if size[0] >= 1600 and name in WIDE_ALWAYS_SHOWS:
                continue
            reach(visit)
            if name not in WITHOUT_DATA:
                visit.settle()
            found += visit.look(name)
    assert not found, "\n".join(found)
