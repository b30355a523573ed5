"""The server trains as many networks as it may: a calm page says so, counts down, and begins when there is room."""

import json
import re

from playwright.sync_api import expect

from tests.browser.playground import CUT, Opener, Playground
from tests.server import running_server


def end_run_of(playground: Playground, address: str) -> None:
    run = json.loads(playground.page.evaluate("sessionStorage.run"))["id"]
    playground.page.request.delete(f"{address}/api/runs/{run}")


def test_a_page_without_a_place_waits_for_one(open_page: Opener) -> None:
    with running_server(max_runs=1, retry_after_seconds=2) as server:
        first = open_page(address=server.url, forgives=CUT).until_paused()
        late = open_page(address=server.url, forgives=CUT)
        expect(late.page.get_by_role("heading", name="The server is full")).to_be_visible()
        expect(late.page.locator(".countdown")).to_have_text(re.compile(r"Trying again (in \d+ s|now)\."))
        expect(late.page.locator("#page")).to_have_attribute("data-state", "full")
        expect(late.status).to_contain_text("Full")
        end_run_of(first, server.url)
        late.until_paused().play().until_epoch(2)
        expect(late.page.get_by_role("heading", name="The server is full")).to_have_count(0)


def test_nobody_has_to_wait_for_the_countdown(open_page: Opener) -> None:
    with running_server(max_runs=1, retry_after_seconds=3600) as server:
        first = open_page(address=server.url, forgives=CUT).until_paused()
        late = open_page(address=server.url, forgives=CUT)
        again = late.page.get_by_role("button", name="Try now")
        expect(again).to_be_visible()
        end_run_of(first, server.url)
        again.click()
        late.until_paused()


def test_who_has_a_run_keeps_it_when_there_is_no_second_one(open_page: Opener) -> None:
    with running_server(max_runs=1, retry_after_seconds=3600) as server:
        playground = open_page(address=server.url, forgives=CUT).until_paused()
        playground.page.evaluate("location.hash = '#activation=tanh&batchSize=10&networkShape=4,2'")
        expect(playground.page.get_by_text("The server is full")).to_be_visible()
        playground.play().until_epoch(2)
