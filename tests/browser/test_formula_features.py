"""A visitor types inputs of their own."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground

LONG = "max(x1*x2, 0.2) - tanh(x1 / (0.3 + abs(x2)))"
LINK = "#data=circle&data.formulas=2&data.formulas.0=x1*x2&data.formulas.1=max(x1,%20x2)"


def inputs(playground: Playground) -> Locator:
    return playground.page.locator('[data-neuron^="0."]')


def field(playground: Playground) -> Locator:
    return playground.page.get_by_label("Own inputs", exact=True)


def chip(playground: Playground, formula: str) -> Locator:
    return playground.page.get_by_role("button", name=f"Remove input {formula}", exact=True)


def said(playground: Playground) -> Locator:
    return playground.page.locator(".setting", has_text="Own inputs").get_by_role("alert")


def test_a_formula_typed_while_it_trains_becomes_an_input(playground: Playground) -> None:
    playground.play().until_epoch(2).set("Own inputs", "sin(3*x1) + x2**2").until_experiment("3 → 8 → 6 → 1")
    expect(playground.page.get_by_role("button", name="Input sin(3*x1) + x2**2", exact=True)).to_be_visible()
    expect(field(playground)).to_have_value("")
    playground.until_epoch(playground.epoch + 2).until_training()
    assert playground.epoch > 2


def test_a_formula_is_added_and_removed_by_button(playground: Playground) -> None:
    field(playground).fill(LONG)
    playground.page.get_by_role("button", name="Add this input").click()
    playground.until_experiment("3 →")
    expect(chip(playground, LONG)).to_have_attribute("title", LONG)
    name = playground.page.locator(".input-name").nth(2)
    expect(name).to_have_attribute("title", LONG)
    assert name.evaluate("name => name.scrollWidth > name.clientWidth && name.getBoundingClientRect().left > 0")
    chip(playground, LONG).click()
    playground.until_experiment("2 →")
    expect(chip(playground, LONG)).to_have_count(0)
    expect(playground.page.get_by_role("button", name="Add this input")).to_be_focused()


@pytest.mark.parametrize(
    ("rubbish", "sentence"),
    [
        ("import os", "this is not a formula"),
        ("x3 + 1", "expected one of x1, x2, pi, e, got x3"),
        ("log(x1)", "got none at x1 = −3"),
        ("exp(9*x1)", "scale it down"),
    ],
)
def test_rubbish_is_explained_and_nothing_is_lost(playground: Playground, rubbish: str, sentence: str) -> None:
    playground.set("Own inputs", "x1*x2").until_experiment("3 →").play().until_epoch(2)
    playground.set("Own inputs", rubbish)
    expect(said(playground)).to_contain_text(sentence)
    expect(field(playground)).to_have_value(rubbish)
    expect(inputs(playground)).to_have_count(3)
    playground.until_training()
    playground.set("Own inputs", "x1 - x2").until_experiment("4 →")
    expect(said(playground)).to_have_count(0)
    expect(field(playground)).to_have_value("")


def test_an_emptied_field_has_nothing_wrong_with_it(playground: Playground) -> None:
    playground.set("Own inputs", "x1 +")
    expect(said(playground)).to_be_visible()
    field(playground).press("Escape")
    expect(said(playground)).to_have_count(0)
    expect(field(playground)).to_have_value("")


def test_a_fifth_formula_is_one_too_many(playground: Playground) -> None:
    for count in range(1, 5):
        playground.set("Own inputs", f"x1 + {count}").until_experiment(f"{2 + count} →")
    playground.set("Own inputs", "x1 + 5")
    expect(said(playground)).to_contain_text("expected a list of 0 to 4 items")
    expect(inputs(playground)).to_have_count(6)


def test_a_formula_may_be_the_only_input(playground: Playground) -> None:
    playground.set("Own inputs", "x1*x2").until_experiment("3 →")
    chips = playground.page.get_by_role("group", name="Inputs", exact=True)
    for name, left in (("x1", "2 →"), ("x2", "1 →")):
        chips.get_by_role("button", name=name, exact=True).click()
        playground.until_experiment(left)
    chip(playground, "x1*x2").click()
    expect(playground.page.locator(".setting", has=chips).get_by_role("alert")).to_contain_text(
        "expected at least one input"
    )
    expect(chip(playground, "x1*x2")).to_be_visible()


def test_formulas_are_in_the_link(playground: Playground, open_page: Opener) -> None:
    playground.set("Own inputs", "max(x1, x2)").until_experiment("3 →").until_link("data.formulas.0=max(x1,%20x2)")
    elsewhere = open_page(f"#{playground.link}").until_paused().until_experiment("3 →")
    expect(chip(elsewhere, "max(x1, x2)")).to_be_visible()
    elsewhere.until_picture('[data-neuron="0.2"] canvas', playground.picture('[data-neuron="0.2"] canvas'))


def test_other_points_keep_the_formulas_that_they_can_take(open_page: Opener) -> None:
    playground = open_page(LINK).until_paused().until_experiment("4 →")
    playground.page.get_by_role("radio", name="XOR").check(force=True)
    playground.until_experiment("XOR").until_experiment("4 →")
    playground.page.get_by_role("radio", name="Regress").check(force=True)
    playground.page.get_by_role("radio", name="Sine").check(force=True)
    playground.until_experiment("Sine").until_experiment("1 →")
    expect(field(playground)).to_have_attribute("placeholder", "from x1")


def test_a_target_that_names_x2_is_not_taken_to_a_curve(open_page: Opener) -> None:
    playground = open_page("#data=formula&data.target=x1-x2").until_paused()
    playground.page.get_by_role("radio", name="Your curve").check(force=True)
    playground.until_experiment("Your curve").until_link("#data=formula_curve")
    assert "target" not in playground.link


def test_a_link_that_lacks_a_formula_is_explained(open_page: Opener) -> None:
    playground = open_page("#data.formulas=1", forgives="422")
    expect(playground.page.get_by_role("alert")).to_contain_text(
        "data.formulas.0: expected text of 1 to 200 characters, got null"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "least"), [(390, 44), (1280, 24)])
def test_own_inputs_are_for_everybody(open_page: Opener, theme: str, width: int, least: int) -> None:
    playground = open_page(LINK, viewport={"width": width, "height": 844}, color_scheme=theme).until_paused()
    for tab in playground.page.get_by_role("tab", name="Set up").all():
        tab.click()
    playground.set("Own inputs", "x1 +")
    expect(said(playground)).to_be_visible()
    for one in (chip(playground, "x1*x2"), playground.page.get_by_role("button", name="Add this input")):
        box = one.bounding_box()
        assert box and min(box["width"], box["height"]) >= least
    violations = Axe().run(playground.page).response["violations"]
    assert [violation["id"] for violation in violations if violation["impact"] in ("serious", "critical")] == []
    assert playground.page.evaluate("document.documentElement.scrollWidth") <= width
