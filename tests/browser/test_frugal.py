"""On a slow line the page asks for weights only and paints the pictures by itself; nobody sees the difference."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from app.protocol import decode
from tests.browser.playground import Opener, Playground, watched

SLOW_BYTES_PER_SECOND = 25_000
FRUGAL = "Frugal: only weights are sent, and this device paints the pictures"
DEEP = "#network.layers=3"
PIXELS = """
selector => [...document.querySelectorAll(selector)].map((canvas) =>
  [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data])
"""


@dataclass
class Heard:
    """The binary messages that a page was sent: when they were heard, how large, and what they carry."""

    messages: list[tuple[int, dict[str, Any], set[str]]] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("websocket", lambda socket: socket.on("framereceived", self.hear))

    def hear(self, data: str | bytes) -> None:
        if isinstance(data, bytes):
            message, arrays = decode(data)
            self.messages.append((len(data), message, {name.split("/")[0] for name in arrays}))

    def types(self) -> set[str]:
        return {message["type"] for _, message, _ in self.messages}

    def frames(self) -> list[tuple[int, dict[str, Any], set[str]]]:
        return [each for each in self.messages if each[1]["type"] == "frame"]


def be_frugal(playground: Playground) -> None:
    page = playground.page
    page.keyboard.press("?")
    page.get_by_label(FRUGAL).check()
    page.keyboard.press("Escape")


def pixels(playground: Playground, selector: str) -> NDArray[Any]:
    playground.picture(selector)
    return np.array(playground.page.evaluate(PIXELS, selector), float)


def test_who_chose_to_be_frugal_sees_the_same_pictures_from_weights_alone(open_page: Opener) -> None:
    playground = open_page(reduced_motion="no-preference").until_training().until_epoch(40).pause()
    usual = {selector: pixels(playground, selector) for selector in (".heat", ".board")}
    heard, views = Heard(), watched(playground)
    be_frugal(playground)
    heard.listen(playground.page)
    playground.page.reload()
    playground.until_paused()
    for selector, before in usual.items():
        assert np.abs(pixels(playground, selector) - before).max() <= 8, "as colours go, within 1/255"
    assert [view for view in views[-1] if view in ("weights", "painting", "boundary")] == ["weights", "painting"]
    assert heard.frames()
    assert not any({"tiles", "boundary"} & arrays for _, _, arrays in heard.frames())


def test_on_a_slow_line_the_page_becomes_frugal_by_itself_and_goes_on_moving(open_page: Opener) -> None:
    playground = open_page(DEEP, reduced_motion="no-preference").until_paused()
    page, views, heard = playground.page, watched(playground), Heard()
    heard.listen(page)
    throttle(page)
    page.reload()
    playground.choose("Speed", "10 epochs/s")
    playground.play().until_training()
    while not (any("painting" in each for each in views) and {"tables"} <= heard.types()):
        playground.until_epoch(playground.epoch + 1)
        assert playground.epoch < 600, [(size, told["seq"]) for size, told, _ in heard.frames()]
    playground.until_epoch(playground.epoch + 10)
    before = playground.picture(".heat")
    first, began = len(heard.messages), page.evaluate("performance.now()")
    playground.until_epoch(playground.epoch + 40)
    seconds = (page.evaluate("performance.now()") - began) / 1000
    sent = heard.messages[first:]
    rate = sum(size for size, *_ in sent) / seconds
    frames = [each for each in sent if each[1]["type"] == "frame"]
    print(f"{rate:.0f} bytes/s, {len(frames) / seconds:.1f} frames/s of {np.median([size for size, *_ in frames]):.0f}")
    assert rate < SLOW_BYTES_PER_SECOND
    playground.until_another_picture(".heat", before)
    expect(playground.status).to_contain_text("Training")


def throttle(page: Page) -> None:
    """A line of 200 kbit/s."""
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 50,
            "downloadThroughput": SLOW_BYTES_PER_SECOND,
            "uploadThroughput": SLOW_BYTES_PER_SECOND,
        },
    )
