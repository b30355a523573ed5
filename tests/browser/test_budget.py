"""What the first view may weigh, to a browser that was never here."""

from playwright.sync_api import Browser, Response, expect

from tests.server import Server

FIRST_VIEW_BYTES = 90_000
FIRST_VIEW_SCRIPT_BYTES = 60_000
REQUESTS = 15


def test_the_first_view_is_light(browser: Browser, server: Server) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as context:
        page = context.new_page()
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        page.goto(server.url)
        expect(page.locator(".status")).to_contain_text("Paused")
        files = [answer for answer in answers if "/api/" not in answer.url]
        sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in files}
    assert all(sizes.values()), "nothing came from a cache"
    assert sum(size for url, size in sizes.items() if url.endswith(".js")) < FIRST_VIEW_SCRIPT_BYTES, sizes
    assert sum(sizes.values()) < FIRST_VIEW_BYTES, sizes
    assert len(answers) < REQUESTS
