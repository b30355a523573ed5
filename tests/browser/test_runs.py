"""My runs: what was trained is found again, named, pinned, laid beside each other, forked, carried away and deleted."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground
from tests.browser.proxy import proxy_before
from tests.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
REFUSED = r"status of 4(09|22)"  # what the browser itself says of an answer that is a refusal
SIZES = [(390, 844), (1280, 800), (1920, 1080)]


def shelf(page: Page) -> Locator:
    """The cards of all runs."""
    return page.get_by_role("list", name="My runs").locator("> li")


def card(page: Page, name: str) -> Locator:
    return shelf(page).filter(has=page.get_by_role("heading", name=name, exact=True))


def press(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def train(page: Page, base_url: str, link: str = "") -> None:
    """In another tab of the same browser, which is closed then."""
    tab = page.context.new_page()
    tab.goto(f"{base_url}/{link}")
    playground = Playground(tab).until_paused().step("Epoch").until_epoch(1)
    playground.step("Epoch").until_epoch(2)
    tab.close()


def keep_table(page: Page, base_url: str, name: str) -> None:
    rows = "".join(f"{row},{row % 7}\n" for row in range(20))
    address = f"{base_url}/api/tables?name={name}"
    assert page.request.post(address, headers={"content-type": "text/csv"}, data=f"{name},b\n{rows}").status == 201


@pytest.fixture
def runs(open_page: Opener, base_url: str) -> Page:
    """My runs: one of spirals, and one of a circle."""
    page = open_page("runs", forgives=REFUSED).page
    expect(page.get_by_role("heading", name="There is no run of yours yet.")).to_be_visible(timeout=PATIENCE_MS)
    train(page, base_url)
    train(page, base_url, "#data=circle&optimizer=sgd")
    page.reload()
    expect(shelf(page)).to_have_count(2, timeout=PATIENCE_MS)
    return page


def delete_all(page: Page) -> None:
    press(page, "Delete everything of mine")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="There is no run of yours yet.")).to_be_visible(timeout=PATIENCE_MS)


def test_a_way_leads_to_my_runs_and_back_into_one(open_page: Opener) -> None:
    playground = open_page().until_paused().step("Epoch").until_epoch(1)
    page = playground.page
    page.get_by_role("link", name="My runs").click()
    expect(shelf(page)).to_have_count(1, timeout=PATIENCE_MS)
    expect(card(page, "Two spirals")).to_contain_text("Paused at epoch 1")
    page.get_by_role("link", name="Two spirals").click()
    playground.until_paused()
    assert playground.epoch == 1
    page.go_back()
    page.get_by_role("link", name="Playground").click()
    playground.until_paused()
    assert playground.epoch == 1
    page.goto(page.url.partition("#")[0] + "runs")
    delete_all(page)


def test_a_run_shows_what_it_learned_and_what_was_changed(open_page: Opener) -> None:
    playground = open_page().until_paused().step("Epoch").until_epoch(1)
    playground.choose("Optimizer", "SGD").until_experiment("SGD")
    page = playground.page
    page.get_by_role("link", name="My runs").click()
    run = card(page, "Two spirals")
    expect(run.get_by_role("img", name="What Two spirals has learned")).to_be_visible(timeout=PATIENCE_MS)
    expect(run.get_by_role("img", name=re.compile("^Loss of Two spirals: train loss 0"))).to_be_visible()
    run.get_by_text("What was changed").click()
    expect(run.get_by_text("optimizer Adam → SGD")).to_be_visible(timeout=PATIENCE_MS)
    delete_all(page)


def test_runs_are_renamed_found_pinned_and_deleted(runs: Page) -> None:
    press(card(runs, "Circle"), "Rename")
    name = runs.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    name.fill("Slow & steady <b>")
    name.press("Enter")
    expect(card(runs, "Slow & steady <b>")).to_be_visible(timeout=PATIENCE_MS)
    expect(runs.get_by_role("dialog")).to_have_count(0)

    runs.get_by_role("searchbox", name="Search").fill("sgd steady")
    expect(shelf(runs)).to_have_count(1)
    runs.get_by_role("searchbox", name="Search").fill("nothing like this")
    expect(runs.get_by_text("No run has all these words")).to_be_visible()
    runs.get_by_role("searchbox", name="Search").fill("")

    pin = card(runs, "Two spirals").get_by_role("button", name="Pin")
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    runs.reload()
    expect(shelf(runs).first).to_contain_text("pinned", timeout=PATIENCE_MS)

    press(card(runs, "Slow & steady <b>"), "Delete")
    press(runs.get_by_role("dialog"), "Keep")
    expect(shelf(runs)).to_have_count(2)
    press(card(runs, "Slow & steady <b>"), "Delete")
    press(runs.get_by_role("dialog", name="Delete Slow & steady <b>?"), "Delete")
    expect(shelf(runs)).to_have_count(1, timeout=PATIENCE_MS)
    expect(shelf(runs).get_by_role("link").first).to_be_focused()
    delete_all(runs)


def test_everything_is_deleted_with_tables_or_without(runs: Page, base_url: str) -> None:
    for name in ("ages", "bills"):
        keep_table(runs, base_url, name)
    press(runs, "Delete everything of mine")
    dialog = runs.get_by_role("dialog")
    tables = dialog.get_by_label("Your 2 tables go, too: bills, ages")
    expect(dialog.get_by_role("button", name="Delete 2 runs, 2 tables")).to_be_visible()
    tables.uncheck()
    press(dialog, "Delete 2 runs")
    expect(runs.locator(".empty")).to_contain_text("Deleted: 2 runs.", timeout=PATIENCE_MS)
    assert runs.request.get(f"{base_url}/api/tables").json()["kept"] == 2
    train(runs, base_url)
    runs.reload()
    delete_all(runs)
    expect(runs.locator(".empty").get_by_text("Deleted: 1 run, 2 tables.")).to_be_focused()


def test_a_name_that_cannot_be_is_told_in_place(runs: Page) -> None:
    press(card(runs, "Circle"), "Rename")
    name = runs.get_by_role("textbox", name="Name")
    name.fill("   ")
    with runs.expect_response(lambda answer: answer.status == 422):
        name.press("Enter")
    expect(runs.get_by_role("alert")).to_contain_text("expected more than spaces")
    runs.keyboard.press("Escape")
    expect(card(runs, "Circle").get_by_role("button", name="Rename")).to_be_focused()


def test_runs_are_compared(runs: Page) -> None:
    for run in shelf(runs).all():
        run.get_by_role("checkbox", name="Compare").check()
    runs.get_by_role("link", name="Compare 2 runs").click()
    expect(runs.get_by_role("heading", name="2 runs beside each other")).to_be_focused(timeout=PATIENCE_MS)
    expect(runs.get_by_role("img", name=re.compile("^Test loss over epochs"))).to_be_visible()
    runs.get_by_label("Curve").select_option(label="Test accuracy")
    expect(runs.get_by_role("img", name=re.compile("^Test accuracy over epochs"))).to_be_visible()
    assert Playground(runs).picture(".overlay canvas")
    table = runs.get_by_role("table", name="How the runs differ")
    expect(table.get_by_role("row", name="Optimizer SGD Adam")).to_be_visible()
    expect(table.get_by_role("row", name="Data Circle Two spirals")).to_be_visible()
    expect(table.get_by_role("row", name=re.compile("^Hidden 1"))).to_have_count(0)
    runs.reload()
    expect(runs.get_by_role("heading", name="2 runs beside each other")).to_be_visible(timeout=PATIENCE_MS)
    runs.go_back()
    expect(shelf(runs)).to_have_count(2, timeout=PATIENCE_MS)
    delete_all(runs)


def test_a_fork_goes_on_by_itself(runs: Page) -> None:
    press(card(runs, "Two spirals"), "Fork")
    Playground(runs).until_paused().until_epoch(2).step("Epoch").until_epoch(3)
    runs.get_by_role("link", name="My runs").click()
    expect(shelf(runs)).to_have_count(3, timeout=PATIENCE_MS)
    expect(runs.get_by_text("a fork of Two spirals")).to_be_visible()
    delete_all(runs)


def test_a_run_is_carried_away_as_a_file_and_comes_back(runs: Page, tmp_path: Path) -> None:
    with runs.expect_download() as download:
        press(card(runs, "Circle"), "Save")
    assert download.value.suggested_filename == "Circle.run"
    file = tmp_path / "Circle.run"
    download.value.save_as(file)
    delete_all(runs)
    runs.get_by_label("Open a run's file").set_input_files(file)
    expect(card(runs, "Circle")).to_contain_text("Paused at epoch 2", timeout=PATIENCE_MS)
    delete_all(runs)


def test_a_file_that_is_no_run_is_told(open_page: Opener, tmp_path: Path) -> None:
    file = tmp_path / "cat.run"
    file.write_bytes(b"\x89PNG")
    page = open_page("runs", forgives="422").page
    page.get_by_label("Open a run's file").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("This is not the file of a run.", timeout=PATIENCE_MS)


def test_all_is_done_by_keyboard(runs: Page) -> None:
    runs.get_by_role("searchbox", name="Search").focus()
    for _ in range(20):
        runs.keyboard.press("Tab")
        if runs.evaluate("document.activeElement.textContent") == "Rename":
            break
    runs.keyboard.press("Enter")
    runs.keyboard.type("By hand")
    runs.keyboard.press("Enter")
    expect(card(runs, "By hand")).to_be_visible(timeout=PATIENCE_MS)
    delete_all(runs)


def test_a_run_that_trains_is_followed(open_page: Opener) -> None:
    playground = open_page().until_paused().play().until_epoch(1)
    page = playground.page
    page.get_by_role("link", name="My runs").click()
    state = card(page, "Two spirals").get_by_text("Training, epoch")
    expect(state).to_be_visible(timeout=PATIENCE_MS)
    expect(state).not_to_have_text(state.inner_text(), timeout=PATIENCE_MS)
    delete_all(page)


def test_without_the_server_it_says_so_and_goes_on_when_it_is_back(open_page: Opener, server: Server) -> None:
    with proxy_before(server.port) as proxy:
        page = open_page("runs", address=proxy.url, forgives="Failed to load").page
        expect(page.get_by_role("heading", name="There is no run of yours yet.")).to_be_visible(timeout=PATIENCE_MS)
        page.route("**/api/runs*", lambda route: route.abort())
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.", timeout=PATIENCE_MS)
        page.unroute("**/api/runs*")
        press(page, "Try again")
        expect(page.get_by_role("alert")).to_have_count(0, timeout=PATIENCE_MS)


def test_a_refusal_of_the_server_is_shown(runs: Page) -> None:
    def refuse(route: Route) -> None:
        sentence = "Kept runs: 50, as many as one may keep, and all of them are pinned, named, shared or open."
        route.fulfill(status=409, json={"error": {"code": "quota_exceeded", "message": sentence}})

    runs.route("**/fork", refuse)
    press(card(runs, "Circle"), "Fork")
    expect(runs.get_by_role("alert")).to_contain_text("Kept runs: 50", timeout=PATIENCE_MS)
    press(runs.get_by_role("alert"), "Close")
    expect(runs.get_by_role("alert")).to_have_count(0)
    delete_all(runs)


def test_a_run_that_cannot_be_opened_says_so_and_can_be_deleted(runs: Page) -> None:
    def spoil(route: Route) -> None:
        if route.request.method != "GET":
            return route.fallback()
        answer = route.fetch()
        shelf = answer.json()
        for run in shelf["runs"]:
            if run["title"] == "Circle":
                run |= {"title": "", "problem": "This run is of another version of the playground."}
        route.fulfill(response=answer, json=shelf)

    runs.route("**/api/runs?*", spoil)
    runs.reload()
    broken = card(runs, "A run of another version")
    expect(broken).to_contain_text("This run is of another version of the playground.", timeout=PATIENCE_MS)
    expect(broken.get_by_role("button")).to_have_text(["Delete"])
    expect(broken.get_by_role("link").or_(broken.get_by_role("checkbox"))).to_have_count(0)
    check(runs)
    press(broken, "Delete")
    press(runs.get_by_role("dialog"), "Delete")
    expect(shelf(runs)).to_have_count(1, timeout=PATIENCE_MS)
    delete_all(runs)


def test_on_a_phone_the_way_stands_above_what_is_set_up(open_page: Opener) -> None:
    playground = open_page(**PHONE).until_paused()
    playground.page.get_by_role("tab", name="Set up").click()
    playground.page.get_by_role("link", name="My runs").click()
    expect(playground.page.get_by_role("heading", name="There is no run of yours yet.")).to_be_visible()


def test_it_speaks_german(open_page: Opener) -> None:
    page = open_page("runs", locale="de-DE").page
    expect(page.get_by_role("heading", name="Meine Läufe")).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation_in_any_state(open_page: Opener, base_url: str, theme: str) -> None:
    page = open_page("runs", color_scheme=theme).page
    expect(page.get_by_role("heading", name="There is no run of yours yet.")).to_be_visible(timeout=PATIENCE_MS)
    check(page)
    train(page, base_url)
    train(page, base_url, "#data=sine")
    page.reload()
    expect(shelf(page)).to_have_count(2, timeout=PATIENCE_MS)
    shelf(page).first.get_by_text("What was changed").click()
    check(page)
    for run in shelf(page).all():
        run.get_by_role("checkbox", name="Compare").check()
    press(card(page, "Two spirals"), "Rename")
    check(page)
    page.keyboard.press("Escape")
    press(card(page, "Two spirals"), "Delete")
    check(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Compare 2 runs").click()
    expect(page.get_by_role("table")).to_be_visible(timeout=PATIENCE_MS)
    check(page)
    page.go_back()
    delete_all(page)


def check(page: Page) -> None:
    """What axe finds, and whether all is within the screen's width, at each size and at 200 %."""
    for width, height in [*SIZES, (640, 400)]:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page).response["violations"]
        assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})
