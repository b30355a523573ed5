"""The connection breaks, the run ends, the server goes: the page says so and goes on."""

import json
import os
import signal

from playwright.sync_api import expect

from tests.app.test_ending import workers
from tests.browser.playground import CUT, Opener, Playground
from tests.browser.proxy import proxy_before
from tests.server import Server, running_server


def test_a_cut_socket_comes_back_to_the_same_run(open_page: Opener, server: Server) -> None:
    with proxy_before(server.port) as proxy:
        playground = open_page(address=proxy.url, forgives=CUT).until_paused()
        addresses: list[str] = []
        playground.page.on("websocket", lambda socket: addresses.append(socket.url))
        playground.play().until_epoch(5)
        epoch = playground.epoch
        proxy.cut()
        playground.until_epoch(epoch + 60).pause()
        assert len(addresses) == 1


def test_a_server_that_is_gone_is_said_so(open_page: Opener) -> None:
    with running_server() as server:
        playground = open_page(address=server.url, forgives=CUT).until_paused()
        server.process.kill()
        expect(playground.status).to_contain_text("Offline")
        expect(playground.page.locator(".graph")).to_have_css("opacity", "0.6")
        expect(playground.page.get_by_text("Connection lost.")).to_be_visible()


def test_a_run_that_has_ended_can_be_started_again(playground: Playground) -> None:
    playground.play().until_epoch(2).pause()
    end_run(playground, run_of(playground))
    expect(playground.page.get_by_text("This run has ended.")).to_be_visible()
    playground.page.get_by_role("button", name="Start it again").click()
    playground.until_paused()
    expect(playground.page.locator(".epoch b")).to_have_text("0")
    playground.play().until_epoch(2)


def test_after_a_run_has_ended_another_begins_with_what_is_changed(playground: Playground) -> None:
    end_run(playground, run_of(playground))
    expect(playground.page.get_by_text("This run has ended.")).to_be_visible()
    playground.page.get_by_role("radio", name="XOR").check(force=True)
    playground.until_experiment("XOR").until_paused().play().until_epoch(2)


def test_a_run_that_is_gone_at_reload_is_made_anew(playground: Playground) -> None:
    playground.play().until_epoch(2).pause()
    end_run(playground, run_of(playground))
    expect(playground.page.get_by_text("This run has ended.")).to_be_visible()
    playground.page.reload()
    playground.until_paused()
    assert playground.epoch == 0


def test_a_pause_asked_for_while_the_connection_is_lost_is_kept(open_page: Opener, server: Server) -> None:
    with proxy_before(server.port) as proxy:
        playground = open_page(address=proxy.url, forgives=CUT).until_paused().play().until_epoch(2)
        proxy.close()
        expect(playground.status).to_contain_text("Offline")
        playground.page.get_by_role("button", name="Pause training").click()
        expect(playground.page.get_by_text("Training will pause when the server is back.")).to_be_visible()
        expect(playground.page.get_by_role("button", name="Epoch", exact=True)).to_be_disabled()
        proxy.open()
        playground.until_paused()


def test_a_server_that_cannot_now_is_asked_again(open_page: Opener) -> None:
    playground = open_page(forgives="503").until_paused()
    page = playground.page
    refusal = {"error": {"code": "not_started", "message": "The training process took too long to start."}}
    later = {"Retry-After": "1"}
    page.route("**/api/runs", lambda route: route.fulfill(status=503, json=refusal, headers=later), times=1)
    end_run(playground, run_of(playground))
    page.get_by_role("button", name="Start it again").click()
    expect(page.get_by_text("took too long to start. Trying again in 1 s.")).to_be_visible()
    playground.until_paused().play().until_epoch(2)


def test_a_browser_that_keeps_nothing_plays_all_the_same(playground: Playground) -> None:
    blocked = "() => { throw new DOMException('blocked', 'SecurityError'); }"
    playground.page.add_init_script(f"Storage.prototype.getItem = Storage.prototype.setItem = {blocked};")
    playground.page.reload()
    playground.until_paused().play().until_epoch(2)
    playground.page.get_by_role("button", name="Switch to dark").click()
    expect(playground.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_training_process_that_was_lost_is_told_of_and_the_run_goes_on(open_page: Opener) -> None:
    with running_server() as server:
        others = workers(server)
        playground = open_page(address=server.url, forgives=CUT).until_paused().play().until_epoch(40)
        (own,) = workers(server) - others
        os.kill(own, signal.SIGKILL)
        told = playground.page.get_by_role("status").filter(has_text="The training process was lost and replaced.")
        expect(told).to_contain_text("The run goes on from epoch ")
        assert int(told.inner_text().rstrip(".").rpartition(" ")[2].replace(",", "")) > 0
        playground.until_epoch(playground.epoch + 5)
        playground.page.get_by_role("button", name="Dismiss").click()
        expect(told).to_have_count(0)


NEWER = "There is a newer version of this page."


def upgrade(playground: Playground) -> None:
    """The server has another version of the page, whose parts have other names."""
    playground.page.route("**/static/dist/*.js", lambda route: route.fulfill(status=404))


def test_after_an_upgrade_a_part_that_is_gone_comes_with_a_reload_of_the_page(open_page: Opener) -> None:
    playground = open_page(forgives="Failed to load").until_paused().play().until_epoch(5).pause()
    epoch, page = playground.epoch, playground.page
    upgrade(playground)
    page.get_by_role("button", name="Gallery").click()
    notices = page.get_by_role("region", name="Notices")
    expect(notices.get_by_role("status").filter(has_text=NEWER)).to_be_visible()
    page.unroute_all()
    notices.get_by_role("button", name="Reload").click()
    expect(page.get_by_text(NEWER)).to_have_count(0)
    playground.until_paused()
    assert playground.epoch == epoch
    page.get_by_role("button", name="Gallery").click()
    expect(page.get_by_role("dialog", name="Gallery")).to_be_visible()


def test_a_server_that_comes_back_as_a_newer_one_is_said_so_at_once(open_page: Opener, server: Server) -> None:
    with proxy_before(server.port) as proxy:
        playground = open_page(address=proxy.url, forgives=CUT).until_paused()
        proxy.cut()
        expect(playground.status).to_contain_text("Offline")
        expect(playground.status).to_contain_text("Paused")
        expect(playground.page.get_by_text(NEWER)).to_have_count(0)
        upgrade(playground)
        proxy.cut()
        expect(playground.page.get_by_text(NEWER)).to_be_visible()


def test_a_part_that_cannot_be_fetched_for_the_moment_is_not_taken_for_an_upgrade(open_page: Opener) -> None:
    playground = open_page(forgives="Failed to load").until_paused()
    page = playground.page
    page.route("**/static/dist/gallery-*.js", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Gallery").click()
    expect(page.get_by_text("This part of the page could not be fetched.")).to_be_visible()
    expect(page.get_by_text(NEWER)).to_have_count(0)


def run_of(playground: Playground) -> str:
    return str(json.loads(playground.page.evaluate("sessionStorage.run"))["id"])


def end_run(playground: Playground, run: str) -> None:
    assert playground.page.request.delete(f"/api/runs/{run}").ok
