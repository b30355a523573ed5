"""What the first view may weigh."""

from playwright.sync_api import Response

from tests.browser.playground import Opener

FIRST_VIEW_BYTES = 90_000
FIRST_VIEW_SCRIPT_BYTES = 60_000
REQUESTS = 12


def test_the_first_view_is_light(open_page: Opener) -> None:
    playground = open_page().until_paused()
    answers: list[Response] = []
    playground.page.on("response", lambda answer: answers.append(answer))
    playground.page.reload()
    playground.until_paused()
    sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers if "/api/" not in answer.url}
    assert sum(sizes.values()) < FIRST_VIEW_BYTES, sizes
    assert sum(size for url, size in sizes.items() if url.endswith(".js")) < FIRST_VIEW_SCRIPT_BYTES, sizes
    assert len(answers) < REQUESTS
