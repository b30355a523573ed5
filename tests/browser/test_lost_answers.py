"""A command, or its answer, that is lost with the line: the page asks again, and what it asked for happens once."""

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.playground import Opener


@pytest.mark.parametrize("what", ["the command", "the answer"])
def test_a_step_that_is_lost_with_the_line_is_taken_once(open_page: Opener, what: str) -> None:
    lost: list[str | bytes] = []

    def lose_one(page: WebSocketRoute) -> None:
        """The line breaks with the first message about a step."""
        server = page.connect_to_server()

        def pass_on(message: str | bytes, to: WebSocketRoute, is_lossy: bool) -> None:
            if is_lossy and not lost and isinstance(message, str) and '"op":"step"' in message:
                lost.append(message)
                page.close()
            else:
                to.send(message)

        page.on_message(lambda message: pass_on(message, server, what == "the command"))
        server.on_message(lambda message: pass_on(message, page, what == "the answer"))

    playground = open_page().until_paused()
    page, before = playground.page, playground.epoch
    page.route_web_socket("**/live?*", lose_one)
    page.reload()
    playground.until_paused()
    for steps in (1, 2):
        playground.step("Epoch")
        expect(page.locator(".epoch b")).to_have_text(str(before + steps))
    assert lost
