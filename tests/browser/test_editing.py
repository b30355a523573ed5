"""A weight is set by hand: typed, turned, pruned, found by its line; with a pointer or without."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground

LARGEST = "network.layers=10&" + "&".join(f"network.layers.{i}.units=256" for i in range(10))


def neuron(playground: Playground, key: str) -> Locator:
    return playground.page.locator(f'[data-neuron="{key}"]')


def edit(playground: Playground, key: str) -> Locator:
    """Pick a neuron and open its weights."""
    neuron(playground, key).click()
    neuron(playground, key).click()
    return editor(playground)


def editor(playground: Playground) -> Locator:
    return playground.page.get_by_role("group", name="Weights of")


def field(playground: Playground, name: str) -> Locator:
    """Of a weight or of the bias; a weight's name goes on with where it leads."""
    return editor(playground).get_by_role("spinbutton", name=re.compile(rf"^{name}( to .*)?$"))


def formula(playground: Playground) -> Locator:
    return playground.page.locator(".equation")


def test_a_typed_weight_is_the_networks(playground: Playground) -> None:
    edit(playground, "1.2")
    before = playground.picture(".board")
    field(playground, "weight from x1").fill("1,5")
    playground.page.keyboard.press("Enter")
    expect(formula(playground)).to_contain_text("1.50·x1")
    expect(field(playground, "weight from x1")).to_have_value("1.5")
    field(playground, "bias").fill("−2")
    field(playground, "bias").blur()
    expect(formula(playground)).to_contain_text("− 2.00 )", timeout=PATIENCE_MS)
    playground.until_another_picture(".board", before)


def test_a_weight_is_turned_step_by_step(playground: Playground) -> None:
    edit(playground, "1.2")
    bias = field(playground, "bias")
    expect(bias).to_be_focused()
    for key in ["ArrowUp", "ArrowUp", "ArrowUp", "PageUp", "ArrowDown"]:
        playground.page.keyboard.press(key)
    expect(bias).to_have_value("1.2")
    expect(formula(playground)).to_contain_text("+ 1.20 )", timeout=PATIENCE_MS)
    editor(playground).get_by_role("button", name="More bias").click()
    expect(formula(playground)).to_contain_text("+ 1.30 )", timeout=PATIENCE_MS)


def test_a_pruned_weight_is_zero_and_its_neuron_blind_to_that_input(playground: Playground) -> None:
    edit(playground, "1.2")
    editor(playground).get_by_role("button", name="Prune weight from x1").click()
    expect(formula(playground)).to_contain_text("tanh( 0·x1", timeout=PATIENCE_MS)
    expect(editor(playground).get_by_role("button", name="Prune weight from x1")).to_be_disabled()


def test_what_cannot_be_is_explained_and_changes_nothing(playground: Playground) -> None:
    edit(playground, "1.2")
    before = formula(playground).inner_text()
    weight, alert = field(playground, "weight from x2"), editor(playground).get_by_role("alert")
    for typed in ("1e9", "−1000.5", "many"):
        weight.fill(typed)
        playground.page.keyboard.press("Enter")
        told = f"weight from x2: expected a number from −1000 to 1000, got “{typed}”"
        expect(alert).to_have_text(told)
        expect(weight).to_have_attribute("aria-invalid", "true")
        expect(weight).to_have_accessible_description(told)
        expect(weight).not_to_have_value(typed)
    expect(field(playground, "weight from x1")).not_to_have_attribute("aria-invalid", "true")
    assert weight.locator("xpath=ancestor::li").get_by_role("alert").count() == 1
    assert formula(playground).inner_text() == before
    playground.page.keyboard.press("ArrowUp")
    expect(alert).to_have_count(0)
    expect(weight).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(
    ("label", "typed", "sentence"),
    [
        ("Seed", "many", "expected a number from"),
        ("Points, typed", "7 apples", "expected a number from"),
        ("Own inputs", "x1 +", "x1 +"),
    ],
)
def test_a_field_that_refuses_says_so_of_itself(playground: Playground, label: str, typed: str, sentence: str) -> None:
    wrong = playground.page.get_by_label(label, exact=True)
    expect(wrong).not_to_have_attribute("aria-invalid", "true")
    playground.set(label, typed)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile(re.escape(sentence)))


def test_all_of_it_is_done_by_keys(playground: Playground) -> None:
    press = playground.page.keyboard.press
    neuron(playground, "1.2").focus()
    for key in ["Enter", "Enter"]:
        press(key)
    expect(field(playground, "bias")).to_be_focused()
    expect(neuron(playground, "1.2")).to_have_attribute("aria-expanded", "true")
    for key in ["Tab", "Tab", "Tab"]:  # more bias, less and the field of the next
        press(key)
    expect(field(playground, "weight from x1")).to_be_focused()
    playground.page.keyboard.type("0.7")
    press("Escape")
    expect(field(playground, "weight from x1")).not_to_have_value("0.7")
    expect(editor(playground)).to_be_visible()
    press("Escape")
    expect(editor(playground)).to_have_count(0)
    expect(neuron(playground, "1.2")).to_be_focused()
    expect(neuron(playground, "1.2")).to_have_attribute("aria-pressed", "true")
    press("Escape")
    expect(neuron(playground, "1.2")).to_have_attribute("aria-pressed", "false")


def test_a_click_on_a_line_goes_to_its_weight(playground: Playground) -> None:
    source, target = neuron(playground, "0.0").bounding_box(), neuron(playground, "1.3").bounding_box()
    assert source and target
    x = (source["x"] + source["width"] + target["x"]) / 2
    y = (source["y"] + source["height"] / 2 + target["y"] + target["height"] / 2) / 2
    playground.page.mouse.move(x, y)
    expect(playground.page.locator(".edges .under")).to_have_count(1)
    playground.page.mouse.click(x, y)
    expect(editor(playground)).to_have_attribute("aria-label", "Weights of Hidden 1.4")
    expect(field(playground, "weight from x1")).to_be_focused()


def test_a_link_is_read_with_both_its_ends(playground: Playground) -> None:
    edit(playground, "2.1")
    link = editor(playground).get_by_role(
        "spinbutton", name="weight from Hidden layer 1, neuron 3 to Hidden layer 2, neuron 2", exact=True
    )
    expect(link).to_have_attribute("aria-valuenow", re.compile(r"^−?-?[\d.e-]+$"))


def test_the_products_add_up_beside_the_weights(playground: Playground) -> None:
    playground.page.get_by_role("listbox", name="Points").focus()
    playground.page.keyboard.press("ArrowUp")
    edit(playground, "1.2")
    expect(editor(playground).locator(".share b")).to_have_count(2)
    expect(editor(playground).locator(".share").nth(1)).to_have_text(re.compile(r"^× −?[\d.]+ = −?[\d.]+$"))


def test_a_weight_can_be_set_while_it_trains(playground: Playground) -> None:
    edit(playground, "1.2")
    playground.play().until_epoch(1)
    field(playground, "bias").fill("9")
    playground.page.keyboard.press("Enter")
    expect(formula(playground)).to_have_text(re.compile(r"\+ (8|9)\.\d\d \)$"), timeout=PATIENCE_MS)
    playground.pause()


def test_a_normalization_has_a_gain_and_a_shift(open_page: Opener) -> None:
    playground = open_page("#network.layers=2&network.layers.1=layer_norm").until_paused()
    edit(playground, "2.1")
    field(playground, "gain").fill("2")
    playground.page.keyboard.press("Enter")
    expect(formula(playground)).to_contain_text("Layer norm 1.2 = 2.00·h + 0")


def test_every_weight_of_the_largest_network_can_be_set(open_page: Opener) -> None:
    playground = open_page(f"#{LARGEST}").until_paused()
    edit(playground, "4.2")
    editor(playground).get_by_label("Input", exact=False).and_(playground.page.locator(".pages input")).fill("200")
    playground.page.keyboard.press("Enter")
    field(playground, "weight from Hidden layer 3, neuron 200").fill("0.25")
    playground.page.keyboard.press("Enter")
    expect(field(playground, "weight from Hidden layer 3, neuron 200")).to_have_value("0.25")
    editor(playground).get_by_role("button", name="Close").click()
    playground.page.get_by_role("button", name="Weights of Hidden 4.3").click()
    expect(editor(playground)).to_contain_text("of 256")
    assert playground.page.locator("*").count() < 2500


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light"), (1920, "dark")])
def test_the_editor_has_its_place_and_no_serious_fault(open_page: Opener, theme: str, width: int) -> None:
    playground = open_page(viewport={"width": width, "height": 844}, color_scheme=theme).until_paused()
    if width == 390:
        playground.page.get_by_role("tab", name="Network").click()
    box = edit(playground, "2.1").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] >= 48
    violations = Axe().run(playground.page).response["violations"]
    assert [v["id"] for v in violations if v["impact"] in ("serious", "critical")] == []
    least = 44 if width == 390 else 24
    for button in editor(playground).get_by_role("button").all():
        size = button.bounding_box()
        assert size and size["height"] >= least - 0.5 and size["width"] >= min(least, 24) - 0.5
