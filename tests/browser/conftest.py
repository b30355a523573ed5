"""The page under test: every message on the console and every request that leaves the house is a failure."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground
from tests.server import Server

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture
def open_page(
    browser: Browser, browser_context_args: dict[str, Any], base_url: str, server: Server
) -> Iterator[Opener]:
    """Open the playground in a fresh browser context; reduced motion, so paused, unless told otherwise.

    `forgives` matches what the browser itself may put on the console in a test that breaks something.
    """
    contexts = []
    complaints: list[str] = []

    def complain(text: str, forgives: str) -> None:
        if not (forgives and re.search(forgives, text)):
            complaints.append(text)

    def watch(page: Page, address: str, forgives: str) -> None:
        page.on("pageerror", lambda error: complain(f"error: {error}", forgives))
        page.on("console", lambda line: complain(f"console: {line.text}", forgives) if line.type == "error" else None)
        page.on("request", lambda request: None if is_ours(request.url, address) else complain(request.url, ""))

    def open_one(link: str = "", address: str = base_url, forgives: str = "", **options: Any) -> Playground:
        context = browser.new_context(**{**browser_context_args, "viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        watch(page, address, forgives)
        page.goto(f"{address}/{link}")
        return Playground(page)

    yield open_one
    for context in contexts:
        for page in context.pages:
            page.close()  # so that it asks for nothing more
        context.request.delete(f"{base_url}/api/runs")  # all that it has made: the server holds only so many
        context.close()
    assert not complaints, complaints


def is_ours(url: str, address: str) -> bool:
    return url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))


@pytest.fixture
def playground(open_page: Opener) -> Playground:
    """The default experiment, paused at epoch 0."""
    return open_page().until_paused()
