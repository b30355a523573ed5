"""`?hide=` leaves parts of the page and settings out; what is left out cannot be reached, and the rest works."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground
from tests.browser.test_accessibility import faults

SIZES = [(390, 844), (1280, 800)]
PARTS = {
    "data": ("heading", "Data"),
    "training": ("heading", "Training"),
    "network": ("region", "Network"),
    "inspector": ("region", "Inspector"),
    "result": ("region", "Result"),
    "transport": ("region", "Transport"),
    "share": ("button", "Share"),
    "save": ("button", "Save pictures"),
}


def part(playground: Playground, name: str) -> Locator:
    role, words = PARTS[name]
    return playground.page.get_by_role(role, name=words, exact=True)  # type: ignore[arg-type]


def stops_of_tab(playground: Playground) -> str:
    """All that the tab key comes to, once round."""
    stops: list[str] = []
    name = (
        "() => [document.activeElement.id, document.activeElement.ariaLabel, document.activeElement.innerText].join()"
    )
    playground.page.evaluate("() => document.body.focus()")
    while len(stops) < 150:
        playground.page.keyboard.press("Tab")
        stop = str(playground.page.evaluate(name))
        if stop == (stops[0] if stops else None):
            break
        stops.append(stop)
    return "\n".join(stops)


@pytest.mark.parametrize("hidden", PARTS)
def test_a_part_is_left_out_and_the_others_stay(open_page: Opener, hidden: str) -> None:
    playground = open_page(f"?hide={hidden}").until_paused()
    for name in PARTS:
        expect(part(playground, name)).to_have_count(0 if name == hidden else 1)
    expect(playground.page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_what_is_left_has_no_serious_fault_and_fits(open_page: Opener, size: tuple[int, int], theme: str) -> None:
    viewport = {"width": size[0], "height": size[1]}
    playground = open_page("?hide=data,training,inspector,share", viewport=viewport, color_scheme=theme).until_paused()
    assert faults(playground) == []
    assert playground.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_setting_is_left_out_with_all_that_belongs_to_it(open_page: Opener) -> None:
    page = open_page("?hide=optimizer,regularization,data.noise").until_paused().page
    for label in ("Optimizer", "Learning rate", "Regularize", "Noise"):
        expect(page.get_by_label(label, exact=True)).to_have_count(0)
    for label in ("Points", "Batch size"):
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    page.get_by_role("button", name="More").last.click()
    expect(page.locator(".formula")).to_have_count(0)


def test_what_is_left_out_is_not_in_the_order_of_tab(open_page: Opener) -> None:
    shown = stops_of_tab(open_page().until_paused())
    hidden = stops_of_tab(open_page("?hide=data,network,transport,save,optimizer").until_paused())
    for name in ("Start training", "Skip to the network", "Skip to the transport", "Save pictures", "set-optimizer"):
        assert name in shown
        assert name not in hidden
    assert "set-batch_size" in hidden


def test_layers_that_are_left_out_stay_as_they_are(open_page: Opener) -> None:
    playground = open_page("?hide=network.layers,output").until_paused()
    page = playground.page
    expect(page.locator(".plan select, .plan input, .inserter, .remove")).to_have_count(0)
    expect(page.locator(".layer", has_text="Hidden 1")).to_contain_text("8 × tanh")
    page.get_by_role("button", name="Hidden layer 1, neuron 3 of 8, tanh").press("Delete")
    page.keyboard.press("+")
    page.keyboard.press("Insert")
    assert playground.experiment.count("→") == 3


def test_nothing_stands_where_a_part_is_left_out(open_page: Opener) -> None:
    page = open_page("?hide=transport").until_paused().page
    expect(page.locator(".transport")).to_have_count(0)
    bench = page.locator(".bench").bounding_box()
    assert bench
    assert bench["y"] + bench["height"] == 800


def test_a_phone_has_tabs_for_what_is_left(open_page: Opener) -> None:
    playground = open_page("?hide=result,inspector", viewport={"width": 390, "height": 844}).until_paused()
    expect(playground.page.get_by_role("tab")).to_have_text(["Network", "Set up"])
    expect(playground.page.get_by_role("tab", name="Network")).to_have_attribute("aria-selected", "true")
    expect(playground.page.get_by_role("button", name="Hidden layer 1, neuron 3 of 8, tanh")).to_be_visible()


def test_a_phone_that_is_left_one_view_has_no_tabs(open_page: Opener) -> None:
    link = "?hide=data,training,network,inspector,transport"
    playground = open_page(link, viewport={"width": 390, "height": 844}).until_paused()
    expect(playground.page.get_by_role("tab")).to_have_count(0)
    expect(playground.page.get_by_role("img", name="Decision boundary")).to_be_visible()


def test_the_menu_saves_only_what_is_shown(open_page: Opener) -> None:
    page = open_page("?hide=network").until_paused().page
    page.get_by_role("button", name="Save pictures").click()
    expect(page.get_by_role("button", name="as PNG")).to_have_text(
        ["Result as PNG", "Loss as PNG", "Weights and gradients as PNG"]
    )


def test_a_name_that_means_nothing_is_told(open_page: Opener) -> None:
    playground = open_page("?hide=optimizer,sidebar,data.colour").until_paused()
    notice = playground.page.get_by_role("alert")
    expect(notice).to_contain_text("“sidebar” and “data.colour”")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)


def test_a_setting_of_another_kind_has_meaning(open_page: Opener) -> None:
    playground = open_page("?hide=optimizer.momentum,data.classes,network.layers.0.units").until_paused()
    expect(playground.page.get_by_role("alert")).to_have_count(0)
    playground.choose("Optimizer", "Momentum").until_experiment("Momentum")
    expect(playground.page.get_by_label("Momentum", exact=True)).to_have_count(0)


def test_a_change_of_the_link_keeps_what_is_left_out(open_page: Opener) -> None:
    playground = open_page("?hide=share").until_paused()
    playground.set("Batch size, typed", "32").until_link("?hide=share#batch_size=32")
    playground.set("Batch size, typed", "16")
    expect(playground.page).to_have_url(re.compile(r"/\?hide=share$"))
    playground.page.reload()
    expect(part(playground.until_paused(), "share")).to_have_count(0)


@pytest.mark.parametrize("key", [" ", "e", "n"])
def test_keys_of_a_transport_that_is_left_out_rest(open_page: Opener, key: str) -> None:
    playground = open_page("?hide=transport").until_paused()
    title = playground.page.title()
    playground.page.keyboard.press(key)
    playground.page.keyboard.press("t")
    expect(playground.page.locator("html")).to_have_attribute("data-theme", "dark")
    playground.until_paused()
    assert playground.page.title() == title
    assert playground.link == ""
