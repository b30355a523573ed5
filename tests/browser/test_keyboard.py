"""Everything is reached and done without a pointer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground

AUTOENCODER = "#data=unlabelled_digits&network.layers=3&network.layers.0.units=48&network.layers.1.units=2"


def press(playground: Playground, *keys: str) -> None:
    for key in keys:
        playground.page.keyboard.press(key)


def shown_epoch(playground: Playground, epoch: int) -> None:
    expect(playground.page.locator(".epoch b")).to_have_text(str(epoch))


def focus(playground: Playground, selector: str) -> Locator:
    found = playground.page.locator(selector)
    found.focus()
    return found


def focused(playground: Playground, selector: str) -> None:
    expect(playground.page.locator(selector)).to_be_focused()


def trained(playground: Playground, epochs: int = 30) -> Playground:
    return playground.play().until_epoch(epochs).pause()


# --- what each key does, by what the list says of it ---------------------------------------------------------------


def plays_and_pauses(playground: Playground) -> None:
    press(playground, "Space")
    playground.until_training().until_epoch(2)
    press(playground, "Space")
    playground.until_paused()


def steps(playground: Playground) -> None:
    with playground.page.expect_websocket() as opened:
        playground.page.reload()
    playground.until_paused()
    for key, unit in {"s": "sample", "b": "batch", "e": "epoch"}.items():
        with opened.value.expect_event("framesent", lambda sent, unit=unit: f'"{unit}"' in str(sent)):
            press(playground, key)
    shown_epoch(playground, 1)


def steps_on_and_back(playground: Playground) -> None:
    press(playground, "e")
    shown_epoch(playground, 1)
    press(playground, ".")
    shown_epoch(playground, 2)
    press(playground, ",")
    shown_epoch(playground, 1)


def goes_to_both_ends(playground: Playground) -> None:
    head = trained(playground).epoch
    press(playground, "Home")
    shown_epoch(playground, 0)
    press(playground, "End")
    shown_epoch(playground, head)


def moves_along_the_timeline(playground: Playground) -> None:
    trained(playground).timeline.focus()
    press(playground, "Home")
    for keys, epoch in {"Shift+ArrowRight": 10, "ArrowRight": 11, "Shift+ArrowLeft": 1, "ArrowLeft": 0}.items():
        press(playground, keys)
        shown_epoch(playground, epoch)


def goes_from_change_to_change(playground: Playground) -> None:
    at = trained(playground).set("Learning rate, typed", "0.01").until_link("learning_rate=0.01").epoch
    trained(playground, at + 20)
    playground.timeline.focus()
    press(playground, "PageDown")
    shown_epoch(playground, at)


def chooses_a_speed(playground: Playground) -> None:
    speed = playground.page.get_by_label("Speed", exact=True)
    for key, words in {"3": "1 epoch/s", "6": "As fast as it can", "1": "1 update/s"}.items():
        press(playground, key)
        expect(speed.locator("option:checked")).to_have_text(words)


def draws_new_weights(playground: Playground) -> None:
    playground.play().until_epoch(5).pause()
    press(playground, "n")
    playground.until_link("seeds.weights=")
    shown_epoch(playground, 0)
    press(playground, "6")
    playground.play().until_epoch(301).pause()
    press(playground, "n")
    question = playground.page.get_by_role("dialog", name="Start again with new weights?")
    question.get_by_role("button", name="Keep this run").click()
    assert playground.epoch > 300
    press(playground, "n")
    question.get_by_role("button", name="Start again").click()
    shown_epoch(playground, 0)


def undoes_and_redoes(playground: Playground) -> None:
    playground.set("Learning rate, typed", "0.5").until_link("learning_rate=0.5")
    rate = playground.page.get_by_label("Learning rate, typed")
    focus(playground, "#network")
    for keys, value in [("Control+z", "0.03"), ("Control+Shift+z", "0.5"), ("Control+z", "0.03"), ("Control+y", "0.5")]:
        press(playground, keys)
        expect(rate).to_have_value(value)


def finds_the_knobs(playground: Playground) -> None:
    for key, selector in {"l": "#set-optimizer-learning_rate", "o": "#set-optimizer", "a": "#set-activation-0"}.items():
        playground.page.evaluate("document.activeElement.blur()")
        press(playground, key)
        focused(playground, selector)


def goes_to_places(playground: Playground) -> None:
    for key, selector in {"d": "#setup", "n": "#network", "r": "#result", "i": "#inspect"}.items():
        press(playground, "g", key)
        focused(playground, selector)


def opens_the_gallery(playground: Playground) -> None:
    press(playground, "g", "g")
    expect(playground.page.get_by_role("dialog", name="Gallery")).to_be_visible()


def moves_through_the_network(playground: Playground) -> None:
    focus(playground, '[data-neuron="0.0"]')
    press(playground, "ArrowRight")
    focused(playground, '[data-neuron^="1."]:focus')
    press(playground, "ArrowDown", "ArrowDown")
    focused(playground, '[data-neuron="1.2"]')


def picks_a_neuron_and_lets_go(playground: Playground) -> None:
    focus(playground, '[data-neuron="1.2"]')
    press(playground, "Enter")
    expect(playground.page.locator(".legend.picked")).to_be_visible()
    press(playground, "Enter")
    expect(playground.page.get_by_role("spinbutton", name="bias", exact=True)).to_be_focused()
    press(playground, "Escape", "Escape")
    expect(playground.page.locator(".legend.picked")).to_have_count(0)


def adds_and_removes_neurons(playground: Playground) -> None:
    focus(playground, '[data-neuron="1.2"]')
    press(playground, "-")
    playground.until_experiment("2 → 7 → 6 → 1")
    press(playground, "+")
    playground.until_experiment("2 → 8 → 6 → 1")


def inserts_and_removes_layers(playground: Playground) -> None:
    focus(playground, '[data-neuron="1.2"]')
    press(playground, "Insert")
    playground.until_experiment("2 → 8 → 8 → 6 → 1")
    press(playground, "Delete")
    playground.until_experiment("2 → 8 → 6 → 1")


def moves_a_layer(playground: Playground) -> None:
    focus(playground, '[data-neuron="1.2"]')
    press(playground, "Alt+ArrowRight")
    playground.until_experiment("2 → 6 → 8 → 1")


def copies_weights(playground: Playground) -> None:
    playground.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    focus(playground.until_weights(), '[data-neuron="1.2"]')
    press(playground, "Control+c")
    expect(playground.page.get_by_text("3 weights of Hidden 1.3 are copied.")).to_be_attached()
    lines = playground.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert [line.split("\t")[0] for line in lines] == ["x1", "x2", "bias"]


def turns_a_weight(playground: Playground) -> None:
    focus(playground, '[data-neuron="1.2"]')
    press(playground, "Enter", "Enter")
    bias = playground.page.get_by_role("spinbutton", name="bias", exact=True)
    expect(bias).to_be_focused()
    press(playground, "ArrowUp", "Shift+ArrowUp", "PageUp", "ArrowDown", "ArrowDown")
    expect(bias).to_have_value("1.9")


def picks_points(playground: Playground) -> None:
    points = focus(playground, ".point-picker")
    press(playground, "ArrowRight")
    first = points.get_by_role("option").get_attribute("aria-label")
    press(playground, "ArrowUp")
    expect(points.get_by_role("option")).not_to_have_attribute("aria-label", first or "")


def zooms(playground: Playground) -> None:
    whole = playground.picture(".samples")
    focus(playground, ".point-picker")
    press(playground, "+")
    expect(playground.page.locator(".point-picker.zoomed")).to_be_visible()
    near = playground.picture(".samples")
    press(playground, "-", "+")
    assert near != whole
    press(playground, "0")
    expect(playground.page.locator(".point-picker.zoomed")).to_have_count(0)


def looks_beside(playground: Playground) -> None:
    focus(playground, ".point-picker")
    whole = playground.picture(".samples")
    press(playground, "+", "+")
    near = playground.until_another_picture(".samples", whole)
    press(playground, "Shift+ArrowLeft")
    playground.until_another_picture(".samples", near)


def draws_points(playground: Playground) -> None:
    playground.page.get_by_role("button", name="Draw points").click()
    told = playground.page.get_by_role("group", name="Drawing", exact=True).get_by_role("status")
    expect(told).to_have_text("300 points")
    press(playground, "ArrowLeft", "Enter")
    expect(told).to_have_text("301 points")


def ends_drawing(playground: Playground) -> None:
    draws_points(playground)
    press(playground, "2")
    blue = playground.page.get_by_role("radio", name="blue", exact=True)
    expect(blue).to_be_checked()
    press(playground, "Delete")
    expect(playground.page.get_by_text("301 points")).to_have_count(0)
    press(playground, "Escape")
    expect(blue).to_have_count(0)


def goes_from_point_to_point(playground: Playground) -> None:
    option = playground.page.locator(".point-picker").get_by_role("option")
    for key in "pm":
        before = option.get_attribute("aria-label") or ""
        press(playground, key)
        expect(option).not_to_have_attribute("aria-label", before)


def picks_images(playground: Playground) -> None:
    playground.page.goto(playground.page.url.partition("#")[0] + AUTOENCODER)
    playground.until_experiment("64 → 48 → 2")
    code = focus(playground, ".code [tabindex='0'], .code[tabindex='0']")
    before = code.get_attribute("aria-activedescendant") or ""
    press(playground, "ArrowRight")
    expect(code).not_to_have_attribute("aria-activedescendant", before)


def goes_through_the_microscope(playground: Playground) -> None:
    playground.page.get_by_role("tab", name="Microscope").click()
    playground.page.get_by_role("radio", name="Input").check(force=True)
    formula = playground.page.locator(".microscope-formula")
    before = formula.inner_text()
    press(playground, "PageDown")
    expect(formula).not_to_have_text(before)
    press(playground, "PageUp")
    expect(formula).to_have_text(before)


def switches_the_theme(playground: Playground) -> None:
    press(playground, "t")
    expect(playground.page.locator("html")).to_have_attribute("data-theme", "dark")


def tells_where_it_is(playground: Playground) -> None:
    press(playground, "w")
    expect(playground.page.locator(".unseen[role=status]")).to_have_text(re.compile(r"^Epoch 0: train loss [\d.]+, "))


def shows_the_list(playground: Playground) -> None:
    press(playground, "?")
    expect(playground.page.get_by_role("dialog", name="Keys")).to_be_visible()


ACTIONS: dict[str, Callable[[Playground], None]] = {
    "play or pause": plays_and_pauses,
    "one sample, batch or epoch": steps,
    "one more of the last step, one back": steps_on_and_back,
    "to the start, to the furthest moment": goes_to_both_ends,
    "on the timeline: an epoch; with Shift: ten": moves_along_the_timeline,
    "on the timeline: from change to change": goes_from_change_to_change,
    "speed": chooses_a_speed,
    "new weights; asks first if the run is long": draws_new_weights,
    "undo, redo a change": undoes_and_redoes,
    "to learning rate, optimizer, activation": finds_the_knobs,
    "to Data, Network, Result, Inspector": goes_to_places,
    "open the gallery": opens_the_gallery,
    "in the network: from neuron to neuron": moves_through_the_network,
    "on a neuron: keep its map, set its weights; back": picks_a_neuron_and_lets_go,
    "on a neuron: add or remove a neuron": adds_and_removes_neurons,
    "on a neuron: insert or remove a layer": inserts_and_removes_layers,
    "on a layer or a neuron: move the layer": moves_a_layer,
    "on a neuron: copy its weights": copies_weights,
    "on a weight: turn it by 0.1; with Shift or Page keys by 1": turns_a_weight,
    "on the points of the plane: pick one": picks_points,
    "on the points of the plane: closer, farther, all of it": zooms,
    "on the points of the plane: look beside": looks_beside,
    "while drawing points: to a place, put a point there": draws_points,
    "while drawing points: another class, erase, done": ends_drawing,
    "in the result: next mistake, next point": goes_from_point_to_point,
    "in an autoencoder's code: from image to image": picks_images,
    "under the microscope: from step to step": goes_through_the_microscope,
    "say where the run is, to a screen reader": tells_where_it_is,
    "light or dark": switches_the_theme,
    "this list": shows_the_list,
}


@pytest.mark.parametrize("does", ACTIONS)
def test_a_key_does_what_the_list_says(playground: Playground, does: str) -> None:
    ACTIONS[does](playground)


def test_every_key_of_the_list_is_tried(playground: Playground) -> None:
    press(playground, "?")
    rows = playground.page.locator(".key-list dd")
    expect(rows.first).to_be_visible()
    listed = rows.all_inner_texts()
    assert listed == list(ACTIONS)


def test_the_network_is_one_tab_stop(playground: Playground) -> None:
    expect(playground.page.locator('.neuron[tabindex="0"]')).to_have_count(1)


def test_a_slider_moves_by_arrow_keys(playground: Playground) -> None:
    press(playground, "l")
    slider = playground.page.get_by_label("Learning rate", exact=True)
    expect(slider).to_be_focused()
    press(playground, "ArrowLeft")
    playground.until_link("optimizer.learning_rate=")
    assert playground.page.get_by_label("Learning rate, typed").input_value() != "0.03"


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
    playground.until_another_picture(".loss", curves)
    playground.until_another_picture(".samples", points)


def test_phone_tabs_follow_the_arrow_keys(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 390, "height": 844}).until_paused()
    playground.page.get_by_role("tab", name="Result").focus()
    press(playground, "ArrowRight")
    expect(playground.page.get_by_role("tab", name="Network")).to_be_focused()
    expect(playground.layer(1)).to_have_count(8)
