"""What the first view may weigh, to a browser that was never here."""

from playwright.sync_api import Browser

from tests.first_view import first_view
from tests.server import Server

FIRST_VIEW_BYTES = 90_000
FIRST_VIEW_SCRIPT_BYTES = 60_000
REQUESTS = 15


def test_the_first_view_is_light(browser: Browser, server: Server) -> None:
    seen = first_view(browser, server.url)
    assert all(seen.files.values()), "nothing came from a cache"
    assert seen.script_octets < FIRST_VIEW_SCRIPT_BYTES, seen.files
    assert seen.octets < FIRST_VIEW_BYTES, seen.files
    assert seen.requests < REQUESTS
    assert len([address for address in seen.files if "/chunk-" in address]) == 1, "all of the page in one file"
