"""The page as a person knows it: what they see on it and what they do to it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 40_000
CUT = "WebSocket|Failed to load"
"""What the browser itself may say where a test breaks the connection."""


@dataclass(frozen=True)
class Playground:
    page: Page

    # --- what is there ------------------------------------------------------------------------------------------

    @property
    def status(self) -> Locator:
        return self.page.locator(".status")

    @property
    def epoch(self) -> int:
        return int(self.page.locator(".epoch b").inner_text().replace(",", ""))

    @property
    def experiment(self) -> str:
        """The name and the architecture, as the top bar has them."""
        return self.page.locator(".experiment").inner_text()

    @property
    def link(self) -> str:
        return self.page.url.partition("#")[2]

    def number(self, name: str) -> str:
        """One of the large numbers of the result."""
        return self.page.locator(".numbers div", has_text=name).locator("dd").inner_text()

    def layer(self, number: int) -> Locator:
        """The neurons of a hidden layer, the first is 1."""
        return self.page.locator(f'[data-neuron^="{number}."]')

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("slider", name="Timeline")

    # --- what one does ------------------------------------------------------------------------------------------

    def play(self) -> Self:
        self.page.get_by_role("button", name="Start training").click()
        return self

    def pause(self) -> Self:
        self.page.get_by_role("button", name="Pause training").click()
        return self.until_paused()

    def step(self, unit: str) -> Self:
        self.page.get_by_role("button", name=unit, exact=True).click()
        return self

    def set(self, label: str, value: str) -> Self:
        """Type a number into the field beside a slider, or into a field of its own."""
        field = self.page.get_by_label(label, exact=True)
        field.fill(value)
        field.press("Enter")
        return self

    def start_again(self, way: str) -> Self:
        """By one of the ways in the menu beside reset."""
        self.page.get_by_role("button", name="Other ways to start again").click()
        self.page.get_by_role("button", name=way).click()
        return self

    def choose(self, label: str, option: str) -> Self:
        self.page.get_by_role("combobox", name=label, exact=True).select_option(label=option)
        return self

    # --- what one waits for -------------------------------------------------------------------------------------

    def until_paused(self) -> Self:
        expect(self.status).to_contain_text("Paused")
        return self

    def until_training(self) -> Self:
        expect(self.status).to_contain_text("Training")
        return self

    def until_epoch(self, epoch: int) -> Self:
        """Wait until at least this epoch is shown."""
        at_least = self.page.locator(".epoch b")
        while int((shown := at_least.inner_text()).replace(",", "")) < epoch:
            expect(at_least).not_to_have_text(shown)
        return self

    def until_moment(self, text: str) -> Self:
        """Wait until the timeline says so: "epoch 20 of 120"; it then goes on with the loss."""
        told = re.compile(rf"^{re.escape(text)}(, loss .*)?$")
        expect(self.timeline).to_have_attribute("aria-valuetext", told)
        return self

    def until_experiment(self, text: str) -> Self:
        """Wait until the server has taken an experiment over whose name or architecture reads so."""
        expect(self.page.locator(".experiment")).to_contain_text(text)
        return self

    def until_link(self, part: str) -> Self:
        expect(self.page).to_have_url(re.compile(re.escape(part)))
        return self

    def picture(self, selector: str) -> str:
        """The pixels of a canvas, to compare with another time's. Until it is drawn it has a canvas's own size."""
        size = "const c = document.querySelector(selector); return c && (c.width !== 300 || c.height !== 150)"
        is_drawn = f"selector => {{ {size} }}"
        self.page.wait_for_function(is_drawn, arg=selector, timeout=PATIENCE_MS)
        return str(self.page.locator(selector).first.evaluate("canvas => canvas.toDataURL()"))

    def until_weights(self) -> Self:
        """Until the page knows them: a neuron's dot is that of its bias."""
        expect(self.page.locator('[data-neuron="1.0"] .bias')).to_have_class(re.compile("^bias( negative)?$"))
        return self

    def until_picture(self, selector: str, wanted: str) -> None:
        is_it = "([selector, wanted]) => document.querySelector(selector)?.toDataURL() === wanted"
        self.page.wait_for_function(is_it, arg=[selector, wanted], timeout=PATIENCE_MS)

    def until_another_picture(self, selector: str, before: str) -> str:
        is_other = "([selector, before]) => document.querySelector(selector)?.toDataURL() !== before"
        self.page.wait_for_function(is_other, arg=[selector, before], timeout=PATIENCE_MS)
        return self.picture(selector)


def watched(playground: Playground) -> list[list[str]]:
    """The views asked for on every connection from now on, one list for each time."""
    views: list[list[str]] = []

    def note(data: str | bytes) -> None:
        command = json.loads(data)
        if command.get("op") == "watch":
            views.append(command["views"])

    playground.page.on("websocket", lambda socket: socket.on("framesent", note))
    return views


Opener = Callable[..., Playground]
"""Opens the page at a link, with any options of a browser context."""
