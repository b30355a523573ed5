"""In a frame of another page: it fits, it is steered by messages, and only those who are named may frame it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.playground import PATIENCE_MS, Opener
from tests.browser.test_accessibility import faults
from tests.server import Server, running_server

PAGE = """<!doctype html><title>Another page</title><body style="margin: 0"><iframe width="{width}" height="{height}"
style="border: 0" src="{address}"></iframe><script>
const said = [];
addEventListener("message", ({{ origin, data }}) => said.push({{ origin, at: performance.now(), ...data }}));
const ask = (message) => document.querySelector("iframe").contentWindow.postMessage(message, "*");
</script>"""


class Around:
    """A page of another origin, with the playground in a frame."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    @property
    def frame(self) -> Frame:
        return self.page.frames[1]

    def ask(self, type: str, **parts: Any) -> None:
        self.page.evaluate("message => ask(message)", {"type": f"playground:{type}", **parts})

    def said(self, type: str) -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = self.page.evaluate("said")
        return [message for message in said if message["type"] == f"playground:{type}"]

    def until(self, condition: str) -> None:
        """Wait until the last thing that was said meets a condition on `state`."""
        self.page.wait_for_function(
            f"() => {{ const state = said.at(-1) ?? {{}}; return {condition}; }}", timeout=PATIENCE_MS
        )


@contextmanager
def another_server() -> Iterator[tuple[str, dict[str, str]]]:
    """An origin of its own, which answers with the page that is put into it."""
    content = {"page": ""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(content["page"].encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}", content
        other.shutdown()


@pytest.fixture(scope="module")
def other() -> Iterator[tuple[str, dict[str, str]]]:
    with another_server() as other:
        yield other


@pytest.fixture(scope="module")
def host(other: tuple[str, dict[str, str]]) -> Iterator[Server]:
    """A playground that the other origin may frame."""
    with running_server(embed_ancestors=json.dumps([other[0]])) as server:
        yield server


@pytest.fixture
def around(browser: Browser, browser_context_args: dict[str, Any], other: Any, host: Server) -> Iterator[Around]:
    context = browser.new_context(**browser_context_args)
    yield opened(context.new_page(), other, f"{host.url}/?embed=1#data=circle")
    context.close()


def opened(page: Page, other: tuple[str, dict[str, str]], address: str, width: int = 390, height: int = 600) -> Around:
    origin, content = other
    content["page"] = PAGE.format(address=address, width=width, height=height)
    page.goto(origin)
    return Around(page, origin)


def test_the_page_around_is_told_when_it_is_ready_and_how_it_stands(around: Around, host: Server) -> None:
    around.until("state.type === 'playground:state'")
    assert [message["origin"] for message in around.said("ready")] == [host.url]
    state = around.said("state")[-1]
    assert (state["status"], state["epoch"]) == ("paused", 0)
    assert state["metrics"]["train_loss"] > 0
    assert set(state) == {"type", "origin", "at", "status", "epoch", "metrics"}


def test_the_page_around_plays_pauses_and_resets(around: Around) -> None:
    around.until("state.status === 'paused'")
    around.ask("play")
    around.until("state.status === 'playing' && state.epoch > 5")
    around.ask("pause")
    around.until("state.status === 'paused' && state.epoch > 5")
    around.ask("reset")
    around.until("state.status === 'paused' && state.epoch === 0")


def test_it_is_told_at_most_four_times_a_second(around: Around) -> None:
    around.until("state.status === 'paused'")
    around.ask("play")
    around.until("state.epoch > 60")
    times = [message["at"] for message in around.said("state")]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert len(pauses) > 2
    assert sum(pauses) / len(pauses) >= 245


def test_the_page_around_loads_experiments_each_from_its_start(around: Around, host: Server) -> None:
    around.until("state.status === 'paused'")
    around.ask("play")
    around.until("state.epoch > 2")
    around.ask("load", experiment={"data": "moons", "optimizer": "sgd"})
    around.until("state.status === 'paused' && state.epoch === 0")
    around.ask("load", experiment={"data": "xor", "optimizer": "sgd"})
    around.ask("play")  # waits for the load
    around.ask("step")
    around.until("state.status === 'playing' && state.epoch > 0")
    expect(around.frame.get_by_role("alert")).to_contain_text("“playground:step”")
    assert "data=xor" in around.frame.evaluate("location.hash")
    run = around.frame.evaluate("JSON.parse(sessionStorage.run).id")
    assert around.page.request.get(f"{host.url}/api/runs/{run}").ok


def test_the_run_before_a_load_is_ended(around: Around, host: Server) -> None:
    around.until("state.status === 'paused'")
    before = around.frame.evaluate("JSON.parse(sessionStorage.run).id")
    around.ask("load", experiment={"data": "xor"})
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while around.page.request.get(f"{host.url}/api/runs/{before}").ok and time.monotonic() < deadline:
        around.page.wait_for_timeout(50)
    assert around.page.request.get(f"{host.url}/api/runs/{before}").status == 404


@pytest.mark.parametrize("experiment", [{"data": "galaxy"}, 5, None])
def test_an_experiment_that_cannot_be_is_told_in_the_frame(around: Around, experiment: object) -> None:
    around.until("state.status === 'paused'")
    around.ask("load", experiment=experiment)
    expect(around.frame.get_by_role("alert")).to_contain_text("cannot be opened")
    around.ask("play")
    around.until("state.status === 'playing'")


def test_only_the_page_around_is_listened_to(around: Around) -> None:
    around.until("state.status === 'paused'")
    around.frame.evaluate("postMessage({ type: 'playground:play' }, '*')")
    around.page.evaluate("ask('playground:play'); ask(null); ask({ type: 'other:play' })")
    around.ask("reset")
    around.page.wait_for_timeout(300)
    assert around.said("state")[-1]["status"] == "paused"
    expect(around.frame.get_by_role("alert")).to_have_count(0)


def test_who_is_not_named_frames_nothing(page: Page, other: Any, server: Server) -> None:
    around = opened(page, other, f"{server.url}/?embed=1")
    page.wait_for_timeout(500)
    assert around.frame.locator("#page").count() == 0
    assert around.page.evaluate("said") == []


def test_the_whole_page_is_framed_by_nobody(page: Page, other: Any, host: Server) -> None:
    around = opened(page, other, f"{host.url}/")
    page.wait_for_timeout(500)
    assert around.frame.locator("#page").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 400), (390, 600), (1280, 720)], ids=lambda size: str(size[0]))
def test_it_fits_the_box_without_a_fault(open_page: Opener, size: tuple[int, int], theme: str) -> None:
    viewport = {"width": size[0], "height": size[1]}
    playground = open_page("?embed=1#data=circle", viewport=viewport, color_scheme=theme)
    page = playground.page
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()
    expect(page.get_by_role("banner")).to_have_count(0)
    expect(page.get_by_role("img", name="Decision boundary")).to_be_in_viewport()
    for control in page.locator(".transport button:visible, .tabs button, .open-link").all():
        box = control.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] <= size[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(playground) == []


def test_the_link_opens_the_same_experiment_in_a_page_of_its_own(open_page: Opener) -> None:
    page = open_page("?embed=1&hide=save#data=circle&batch_size=8").page
    link = page.get_by_role("link", name="Open in a page of its own")
    expect(link).to_have_attribute("href", "/?hide=save#data=circle&batch_size=8")
    expect(link).to_have_attribute("target", "_blank")
