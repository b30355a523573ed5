"""Prints how soon a stroke on the image pad is answered: from the pointer's event in Chromium until the picture
is drawn that shows what the network makes of it.

`python -m tests.bench.pad`: the network of the digits and a convolutional one, at rest and while they train, with a
real server and a real browser.
"""

import re
from collections.abc import Iterator
from math import cos, pi, sin

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from tests import machine
from tests.bench.page import FLAGS, Figure, opened, show
from tests.server import running_server

P95_MILLISECONDS = 50
PLACES = [(0.5 + 0.2 * cos(angle), 0.5 + 0.33 * sin(angle)) for angle in np.linspace(0, 2 * pi, 40)]
PAUSE_MILLISECONDS = 250  # between two places of a stroke, so that each is answered by itself

DIGITS = "data=digits&optimizer.learning_rate=0.0003"  # so slow that no stroke leaves it sure of the same as before
CONVOLUTIONS = (
    f"{DIGITS}&network.layers=3&network.layers.0=conv2d&network.layers.1=max_pool"
    "&network.layers.2=conv2d&network.layers.2.filters=16"
)
NETWORKS = {"64-8-6-10": DIGITS, "conv 8, pool, conv 16": CONVOLUTIONS}

OBSERVED = """() => {
  window.answered = [];
  let since = null;
  const pad = document.querySelector(".image-pad");
  for (const kind of ["pointerdown", "pointermove"])
    pad.addEventListener(kind, ({ buttons, timeStamp }) => { if (buttons) since = timeStamp; }, { capture: true });
  const list = document.querySelector(".probabilities");
  const drawn = (stroke) => { // it changes just before a frame is drawn: what is posted then comes just after that
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.answered.push(performance.now() - stroke);
    port2.postMessage(null);
  };
  new MutationObserver(() => {
    if (since === null) return;
    drawn(since);
    since = null;
  }).observe(list, { attributes: true, childList: true, characterData: true, subtree: true });
}"""


def drawn(page: Page) -> list[float]:
    """Draw a zero, place by place; how many milliseconds each took that changed what the network says."""
    box = page.locator(".image-pad").bounding_box() or {}
    page.evaluate(OBSERVED)
    for number, (x, y) in enumerate(PLACES):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if number == 0:
            page.mouse.down()
        page.wait_for_timeout(PAUSE_MILLISECONDS)
    page.mouse.up()
    answered: list[float] = page.evaluate("() => window.answered")
    return answered


def waits(browser: Browser, url: str, link: str, is_playing: bool) -> list[float]:
    with opened(browser, f"{url}/#{link}") as page:
        page.get_by_role("button", name=re.compile("^(Start|Pause) training")).wait_for()
        if page.get_by_role("button", name="Start training").is_visible():  # a first visit may begin by itself
            page.get_by_role("button", name="Start training").click()
        page.wait_for_function("() => parseInt(document.querySelector('.epoch b').innerText.replace(',', '')) >= 3")
        if not is_playing:
            page.get_by_role("button", name="Pause training").click()
            page.locator(".status", has_text="Paused").wait_for()
        page.get_by_label("Draw an image yourself").check(force=True)
        page.locator(".image-pad").wait_for()
        return drawn(page)


def figures(browser: Browser, url: str) -> Iterator[Figure]:
    for name, link in NETWORKS.items():
        for state in ("at rest", "training"):
            found = waits(browser, url, link, state == "training")
            median, late = np.percentile(found, [50, 95])
            yield Figure(f"{name}, {state}: stroke to probabilities, median of {len(found)}", float(median), "ms", 50)
            yield Figure(f"{name}, {state}: 95 in 100 within", float(late), "ms", P95_MILLISECONDS)


def main() -> None:
    with running_server() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=machine.chromium(), args=[*FLAGS], chromium_sandbox=False)
        found = list(figures(browser, server.url))
        browser.close()
    show(found)


if __name__ == "__main__":
    main()
