"""Everything is reached and done without a pointer."""

import pytest
from playwright.sync_api import expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground


def press(playground: Playground, *keys: str) -> None:
    for key in keys:
        playground.page.keyboard.press(key)


def test_single_keys_play_pause_and_step(playground: Playground) -> None:
    press(playground, "Space")
    playground.until_epoch(2)
    press(playground, "Space")
    epoch = playground.until_paused().epoch
    press(playground, "e")
    playground.until_epoch(epoch + 1)
    press(playground, ".")
    playground.until_epoch(epoch + 2)
    press(playground, "Home")
    expect(playground.page.locator(".epoch b")).to_have_text("0", timeout=PATIENCE_MS)


def test_arrows_move_through_the_network(playground: Playground) -> None:
    press(playground, "g", "n")
    expect(playground.page.locator("#network")).to_be_focused()
    playground.page.locator('[data-neuron="0.0"]').focus()
    press(playground, "ArrowRight", "ArrowDown", "ArrowDown")
    expect(playground.page.locator('[data-neuron="1.2"]')).to_be_focused()
    press(playground, "-")
    playground.until_experiment("2 → 7 → 6 → 1")
    press(playground, "Insert")
    playground.until_experiment("2 → 7 → 7 → 6 → 1")
    press(playground, "Delete")
    playground.until_experiment("2 → 7 → 6 → 1")
    press(playground, "Enter")
    expect(playground.page.locator(".legend.picked")).to_be_visible()
    press(playground, "Escape")
    expect(playground.page.locator(".legend.picked")).to_have_count(0)


def test_the_network_is_one_tab_stop(playground: Playground) -> None:
    expect(playground.page.locator('.neuron[tabindex="0"]')).to_have_count(1)


def test_a_slider_moves_by_arrow_keys(playground: Playground) -> None:
    press(playground, "l")
    slider = playground.page.get_by_label("Learning rate", exact=True)
    expect(slider).to_be_focused()
    press(playground, "ArrowLeft")
    playground.until_link("optimizer.learning_rate=")
    assert playground.page.get_by_label("Learning rate, typed").input_value() != "0.03"


@pytest.mark.parametrize(
    ("keys", "selector"),
    {
        "l": "#set-optimizer-learning_rate",
        "o": "#set-optimizer",
        "a": "#set-activation-0",
        "gd": "#setup",
        "gn": "#network",
        "gr": "#result",
        "gi": "#inspect",
    }.items(),
)
def test_keys_go_to_their_places(playground: Playground, keys: str, selector: str) -> None:
    press(playground, *keys)
    expect(playground.page.locator(selector)).to_be_focused()


def test_keys_are_listed_and_can_be_switched_off(playground: Playground) -> None:
    press(playground, "?")
    dialog = playground.page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Single keys are on").uncheck()
    press(playground, "Escape")
    expect(dialog).not_to_be_visible()
    press(playground, "e")
    playground.step("Epoch").until_epoch(1)
    assert playground.epoch == 1


def test_every_stop_of_the_tab_key_shows_its_focus(playground: Playground) -> None:
    seen: set[str] = set()
    for _ in range(80):
        press(playground, "Tab")
        stop = playground.page.evaluate(
            """() => { const e = document.activeElement; const s = getComputedStyle(e);
                const near = e.parentElement ? [...e.parentElement.children] : [];
                const ring = [e, ...near].some((x) => getComputedStyle(x).outlineStyle === "solid");
                return { name: e.tagName + e.id + e.className + e.ariaLabel, ring, isBody: e === document.body }; }"""
        )
        if stop["isBody"]:
            break
        seen.add(stop["name"])
        assert stop["ring"], stop
    assert len(seen) > 25


def test_a_phone_chooses_what_is_drawn(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 390, "height": 844}).until_paused()
    curves, points = playground.picture(".loss"), playground.picture(".samples")
    playground.page.get_by_role("checkbox", name="Log scale").uncheck()
    playground.page.get_by_role("checkbox", name="Test points").uncheck()
    expect(playground.page.get_by_role("tabpanel", name="Result")).to_be_visible()
    assert playground.picture(".loss") != curves
    assert playground.picture(".samples") != points


def test_phone_tabs_follow_the_arrow_keys(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 390, "height": 844}).until_paused()
    playground.page.get_by_role("tab", name="Result").focus()
    press(playground, "ArrowRight")
    expect(playground.page.get_by_role("tab", name="Network")).to_be_focused()
    expect(playground.layer(1)).to_have_count(8)
