"""The race in a browser: who is ahead is told, all start, pause and step together; by keyboard and by mouse."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground
from tests.browser.test_accessibility import LOOKS, faults

REFUSED = r"status of (409|422|503)"  # what the browser itself says of an answer that is a refusal
SHORT = "#data=circle&data.samples=60&epochs=6&contestants.0.optimizer.learning_rate=0.1"
WILD = "#data=sine&epochs=4&contestants.1.optimizer.learning_rate=1"
OpenRace = Callable[..., Page]


@pytest.fixture
def open_race(open_page: Opener, base_url: str) -> Iterator[OpenRace]:
    """The race, once all are at the start. Its runs are ended afterwards."""
    pages: list[Page] = []

    def open_one(link: str = SHORT, **options: Any) -> Page:
        page = open_page(f"race{link}", forgives=REFUSED, **options).page
        pages.append(page)
        at_the_start(page)
        return page

    yield open_one
    for page in pages:
        end(page, base_url)


def end(page: Page, base_url: str) -> None:
    """Leave the race, and end its runs."""
    kept = page.evaluate("sessionStorage.race")
    page.goto(f"{base_url}/healthz")
    for run in json.loads(kept)["runs"] if kept else []:
        page.context.request.delete(f"{base_url}/api/runs/{run}")


def at_the_start(page: Page) -> None:
    expect(page.locator("button.go")).to_be_enabled(timeout=PATIENCE_MS)


def lanes(page: Page) -> Locator:
    return page.get_by_role("list", name="Contestants").locator("> li")


def row(page: Page, place: int = 0) -> Locator:
    """How a contestant stands; the first one first."""
    return page.get_by_role("region", name="How they stand").locator("tbody tr").nth(place)


def verdict(page: Page) -> Locator:
    return page.locator("#verdict")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def until_finished(page: Page) -> None:
    expect(page.get_by_role("button", name="Once more")).to_be_visible(timeout=PATIENCE_MS)


def colours(page: Page, lane: int) -> int:
    """How many there are in what a contestant answers."""
    script = "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    return int(lanes(page).nth(lane).locator("canvas.heat").evaluate(script))


# --- the journey ------------------------------------------------------------------------------------------------


def test_a_race_by_mouse_from_the_start_to_the_finish_and_once_more(open_race: OpenRace) -> None:
    page = open_race()
    expect(verdict(page)).to_contain_text("First is who reaches a test loss of 0.1 in the fewest epochs")
    expect(lanes(page)).to_have_count(2)
    expect(lanes(page).first).to_contain_text("Epoch 0 of 6")
    assert colours(page, 0) > 10 and colours(page, 1) > 10  # the first weights, drawn
    press(page, "Start all")
    until_finished(page)
    expect(verdict(page)).to_contain_text(re.compile("^Adam 0.1 wins"))
    expect(row(page)).to_contain_text("Adam 0.1")
    expect(lanes(page).first).to_contain_text("At the finish, epoch 6")
    expect(row(page).locator("td").last).to_contain_text(re.compile(r"^0\.\d+ s$"))
    expect(lanes(page).first.locator(".rank")).to_contain_text("1")
    before = verdict(page).inner_text()
    page.get_by_label("Speed").select_option(label="5 epochs a second")
    press(page, "Once more")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    until_finished(page)
    expect(verdict(page)).to_have_text(before)  # to the last digit
    press(page, "Back to the start")
    expect(lanes(page).first).to_contain_text("Epoch 0 of 6", timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Start all")).to_be_visible()


def test_a_race_by_keyboard_step_by_step(open_race: OpenRace) -> None:
    page = open_race(SHORT.replace("epochs=6", "epochs=2000"))
    page.get_by_role("heading", name="Race", exact=True).click()
    for epoch in (1, 2):
        page.keyboard.press(".")
        for lane in lanes(page).all():
            expect(lane).to_contain_text(f"Epoch {epoch} of 2,000", timeout=PATIENCE_MS)
        expect(page.get_by_role("button", name="One epoch")).to_be_enabled(timeout=PATIENCE_MS)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Go on")).to_be_visible(timeout=PATIENCE_MS)
    expect(verdict(page)).to_contain_text("leads")
    page.keyboard.press("Home")
    expect(lanes(page).first).to_contain_text("Epoch 0 of 2,000", timeout=PATIENCE_MS)


def test_one_that_diverges_is_out_and_the_other_goes_on(open_race: OpenRace) -> None:
    page = open_race(WILD)
    press(page, "Start all")
    until_finished(page)
    out, through = lanes(page).nth(1), lanes(page).nth(0)
    expect(out).to_contain_text("Out: diverged after")
    expect(out.locator(".problem")).not_to_be_empty()
    expect(through).to_contain_text("At the finish, epoch 4")
    expect(verdict(page)).to_contain_text("Adam 0.03 wins")
    expect(row(page, 1)).to_contain_text(re.compile("^out.*SGD 1"))


def test_the_target_decides_and_can_be_set(open_race: OpenRace) -> None:
    page = open_race()
    press(page, "Start all")
    until_finished(page)
    field = page.get_by_label("At most, typed")
    field.fill("0.6")
    field.press("Enter")
    expect(verdict(page)).to_contain_text(re.compile(r"reached a test loss of 0\.6 after \d epoch"))
    expect(row(page).locator("td").nth(1)).to_have_text(re.compile(r"^\d$"))
    page.get_by_label("Target", exact=True).select_option(label="Accuracy")
    expect(verdict(page)).to_contain_text("a test accuracy of 95%")
    expect(page).to_have_url(re.compile("target=accuracy"))
    expect(page.get_by_role("button", name="Once more")).to_be_visible()  # nobody had to race again for that


def test_a_finish_and_a_target_beyond_their_bounds_are_the_nearest(open_race: OpenRace) -> None:
    page = open_race()
    for label, typed, taken in (("Finish, typed", "-3", "1"), ("Finish, typed", "99999", "2000")):
        page.get_by_label(label).fill(typed)
        page.get_by_label(label).press("Enter")
        expect(page.get_by_label(label)).to_have_value(taken)
    page.get_by_label("At most, typed").fill("-5")
    page.get_by_label("At most, typed").press("Enter")
    expect(page).to_have_url(re.compile("target.value=0.000001|target.value=1e-0?6"))


@pytest.mark.parametrize(
    ("link", "asked", "taken", "label"),
    [
        ("epochs=-3", "“epochs” to “-3”", "1", "Finish, typed"),
        ("epochs=99999", "“epochs” to “99999”", "2000", "Finish, typed"),
        ("target.value=-5", "“target.value” to “-5”", "0.000001", "At most, typed"),
    ],
)
def test_a_link_beyond_the_bounds_is_told_and_the_nearest_taken(
    open_race: OpenRace, link: str, asked: str, taken: str, label: str
) -> None:
    page = open_race(f"#{link}")
    said = page.get_by_role("alert")
    expect(said).to_contain_text(f"The link sets {asked}, which it cannot be. It is taken as {taken}.")
    expect(page.get_by_role("button", name="Start all")).to_be_enabled()
    expect(page.get_by_label(label)).not_to_have_value(re.compile("3$|99999|5$"))


def test_curves_over_epochs_updates_and_seconds(open_race: OpenRace) -> None:
    page = open_race()
    press(page, "Start all")
    until_finished(page)
    pictures = set()
    for over in ("Epochs", "Updates", "Seconds"):
        page.get_by_role("radio", name=over, exact=True).check()
        expect(page.get_by_role("img", name=f"Test loss of each contestant over {over}")).to_be_visible()
        pictures.add(page.locator(".curves canvas").evaluate("canvas => canvas.toDataURL()"))
    page.get_by_label("Curve", exact=True).select_option(label="Train accuracy")
    expect(page.get_by_role("img", name="Train accuracy of each contestant")).to_be_visible()
    pictures.add(page.locator(".curves canvas").evaluate("canvas => canvas.toDataURL()"))
    assert len(pictures) >= 3  # updates are epochs times the same number


def test_ways_through_weight_space_on_one_plane_but_for_who_has_another_shape(open_race: OpenRace) -> None:
    page = open_race(f"{SHORT}&contestants=3&contestants.2.network.layers=1")
    press(page, "Start all")
    until_finished(page)
    press(page, "Landscape")
    space = page.get_by_role("region", name="Their ways through weight space")
    expect(space).to_contain_text("Not here: Adam 0.03 8.")
    expect(space.get_by_role("table").locator("tbody tr")).to_have_count(2)
    expect(space.get_by_role("table")).to_contain_text("SGD 0.03 8-6")
    press(page, "Landscape")
    expect(space.get_by_role("table")).to_have_count(0)


# --- who races --------------------------------------------------------------------------------------------------


def test_contestants_are_added_set_and_taken_away(open_race: OpenRace) -> None:
    page = open_race()
    press(page, "Add a contestant")
    expect(lanes(page)).to_have_count(3, timeout=PATIENCE_MS)
    third = page.get_by_role("group").filter(has=page.get_by_label("Layers")).nth(2)
    third.get_by_label("Layers").fill("4-3")
    third.get_by_label("Layers").press("Enter")
    third.get_by_label("Activation").select_option(label="ReLU")
    expect(page).to_have_url(re.compile(r"contestants=3.*contestants\.2\.network\.layers\.0\.units=4"))
    expect(lanes(page).nth(2)).to_contain_text("4-3 ReLU", timeout=PATIENCE_MS)
    third.get_by_label("Layers").fill("four")
    third.get_by_label("Layers").press("Enter")
    expect(third.get_by_role("alert")).to_contain_text("Expected up to 10 whole numbers")
    third.get_by_role("button", name=re.compile("^Remove")).click()
    expect(lanes(page)).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(0)


def test_a_race_worth_starting_from(open_race: OpenRace) -> None:
    page = open_race()
    page.get_by_label("Begin with").select_option(label="Four optimizers")
    expect(lanes(page)).to_have_count(4, timeout=PATIENCE_MS)
    for lane, name in zip(lanes(page).all(), ("Adam", "RMSProp", "Momentum", "SGD"), strict=True):
        expect(lane.get_by_role("heading")).to_contain_text(name)
    expect(page.get_by_text("The same weights, the same samples, the same rate")).to_be_visible()


def test_a_link_holds_the_whole_race_and_opens_at_rest(open_race: OpenRace) -> None:
    page = open_race()
    press(page, "Start all")
    until_finished(page)
    told = verdict(page).inner_text()
    other = open_race("#" + page.url.partition("#")[2], reduced_motion="no-preference")
    expect(lanes(other).first).to_contain_text("Epoch 0 of 6")
    press(other, "Start all")
    until_finished(other)
    expect(verdict(other)).to_have_text(told)


def test_a_reload_finds_the_race_where_it_was(open_race: OpenRace) -> None:
    page = open_race()
    press(page, "Start all")
    until_finished(page)
    told = verdict(page).inner_text()
    page.reload()
    until_finished(page)
    expect(verdict(page)).to_have_text(told, timeout=PATIENCE_MS)


def test_a_run_is_raced_against(open_page: Opener, base_url: str) -> None:
    playground = open_page("#data=moons&optimizer=sgd").until_paused()
    page = playground.page
    page.get_by_role("button", name="Other ways to start again").click()
    page.get_by_role("button", name="Race this against").click()
    expect(lanes(page)).to_have_count(2, timeout=PATIENCE_MS)
    expect(lanes(page).first.get_by_role("heading")).to_contain_text("SGD")
    expect(lanes(page).last.get_by_role("heading")).to_contain_text("Adam")
    expect(page).to_have_url(re.compile("race#data=moons"))
    end(page, base_url)


def test_a_refusal_is_told_and_asked_again(open_race: OpenRace) -> None:
    page = open_race()
    refusal = {"error": {"code": "server_full", "message": "The server is full."}}
    page.route("**/api/races", lambda route: route.fulfill(status=503, json=refusal))
    press(page, "Add a contestant")
    expect(page.get_by_role("alert")).to_contain_text("The server is full.", timeout=PATIENCE_MS)
    page.unroute("**/api/races")
    press(page, "Try again")
    expect(lanes(page)).to_have_count(3, timeout=PATIENCE_MS)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_link_that_is_no_race_says_why(open_race: OpenRace) -> None:
    page = open_race("#contestants=9")
    expect(page.get_by_role("alert")).to_contain_text("The link sets “contestants” to “9”, which it cannot be.")
    expect(lanes(page)).to_have_count(2)


# --- for everybody ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_no_serious_fault_and_nothing_sticks_out(open_race: OpenRace, size: tuple[int, int], theme: str) -> None:
    page = open_race(WILD, viewport={"width": size[0], "height": size[1]}, color_scheme=theme)
    assert faults(Playground(page)) == []
    page.get_by_text("More", exact=True).first.click()
    press(page, "Start all")
    until_finished(page)
    assert faults(Playground(page)) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_it_speaks_german(open_race: OpenRace) -> None:
    page = open_race("#data=moons&contestants.1.optimizer=momentum", locale="de")
    expect(page.get_by_role("heading", name="Rennen")).to_be_visible()
    expect(verdict(page)).to_contain_text("wer einen Testverlust von 0,1 in den wenigsten Epochen erreicht")
