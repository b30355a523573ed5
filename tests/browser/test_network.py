"""The network in one's hands: layers change places, weights are copied, each neuron says what it is."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground

THREE = "#network.layers=3&network.layers.0.units=2&network.layers.1.units=5&network.layers.2.units=3"


def neuron(playground: Playground, name: str) -> Locator:
    return playground.page.locator(f'[data-neuron="{name}"]')


def name(playground: Playground, text: str) -> Locator:
    """A layer's name, over its column."""
    return playground.page.get_by_role("region", name="Network").get_by_text(text, exact=True)


def until_units(playground: Playground, *units: int) -> None:
    """Wait until the hidden layers have so many neurons each."""
    for layer, count in enumerate(units, 1):
        expect(playground.layer(layer)).to_have_count(count)


# --- moving a layer ------------------------------------------------------------------------------------------------


def test_a_layer_moves_by_alt_and_an_arrow_key_and_is_moved_back_by_undo(open_page: Opener) -> None:
    playground = open_page(THREE).until_paused()
    until_units(playground, 2, 5, 3)
    neuron(playground, "1.1").focus()
    playground.page.keyboard.press("Alt+ArrowRight")
    until_units(playground, 5, 2, 3)
    expect(neuron(playground, "2.1")).to_be_focused()
    expect(playground.page.get_by_text("Hidden layer 1 is now at place 2 of 3.")).to_be_attached()
    playground.page.keyboard.press("Control+z")
    until_units(playground, 2, 5, 3)


def test_a_layer_is_dragged_by_its_name(open_page: Opener) -> None:
    playground = open_page(THREE).until_paused()
    until_units(playground, 2, 5, 3)
    name(playground, "Hidden 3").hover()
    playground.page.mouse.down()
    target = name(playground, "Hidden 1").bounding_box()
    mark = playground.page.locator(".drop-mark")
    assert target
    while not mark.count():
        playground.page.mouse.move(target["x"] + 20, target["y"] + 5)
        playground.page.mouse.move(target["x"] + 10, target["y"] + 5)
    expect(mark).to_be_visible()
    playground.page.mouse.up()
    until_units(playground, 3, 2, 5)
    expect(mark).to_have_count(0)


def test_a_layers_menu_moves_it_too(open_page: Opener) -> None:
    playground = open_page(THREE, viewport={"width": 390, "height": 844}).until_paused()
    playground.page.get_by_role("tab", name="Network").click()
    playground.page.get_by_role("button", name="edit hidden layer 1").click()
    menu = playground.page.get_by_role("group", name="Hidden 1", exact=True)
    expect(menu.get_by_role("button", name="Move earlier")).to_be_disabled()
    menu.get_by_role("button", name="Move later").click()
    until_units(playground, 5, 2, 3)


def test_a_shortcut_does_not_come_to_the_start(open_page: Opener) -> None:
    playground = open_page("#network.layers=2&network.layers.1=residual").until_paused()
    neuron(playground, "2.0").focus()
    playground.page.keyboard.press("Alt+ArrowLeft")
    playground.page.keyboard.press("Alt+ArrowRight")
    expect(playground.page.get_by_role("button", name="Residual 1, neuron 1 of 8")).to_be_focused()


# --- a neuron --------------------------------------------------------------------------------------------------------


def test_a_neurons_weights_are_copied_as_text(open_page: Opener) -> None:
    playground = open_page(permissions=["clipboard-read", "clipboard-write"]).until_paused().until_weights()
    neuron(playground, "1.2").focus()
    playground.page.keyboard.press("Control+c")
    expect(playground.page.get_by_text("3 weights of Hidden 1.3 are copied.")).to_be_attached()
    text = playground.page.evaluate("navigator.clipboard.readText()")
    lines = [line.split("\t") for line in text.splitlines()]
    assert [name for name, _ in lines] == ["x1", "x2", "bias"]
    shown = playground.page.locator(".equation .negative, .equation .positive").all_inner_texts()
    assert [abs(float(value)) for _, value in lines] == pytest.approx([float(text) for text in shown], abs=6e-3)


def test_a_neuron_says_its_numbers_when_it_has_the_focus(playground: Playground) -> None:
    neuron(playground.until_weights(), "1.2").focus()
    expect(neuron(playground, "1.2")).to_have_accessible_name(
        re.compile(r"^Hidden layer 1, neuron 3 of 8, tanh, bias −?[\d.]+$")
    )
    expect(neuron(playground, "1.2")).to_have_accessible_description(re.compile(r"^strongest: from x[12], −?[\d.]+$"))


def test_a_picked_point_adds_what_the_neuron_answers(playground: Playground) -> None:
    playground.page.get_by_role("tab", name="Microscope").click()
    playground.page.get_by_label("Sample").fill("3")
    neuron(playground, "1.0").focus()
    expect(playground.page.locator(".formula-bar .at")).to_have_text(re.compile("^at"))
    neuron(playground, "1.1").focus()
    expect(neuron(playground, "1.1")).to_have_accessible_name(
        re.compile(r"^Hidden layer 1, neuron 2 of 8, tanh, output −?[\d.]+, bias −?[\d.]+$")
    )


# --- edges ---------------------------------------------------------------------------------------------------------


def test_where_patterns_are_wanted_negative_edges_are_dashed(open_page: Opener) -> None:
    playground = open_page(contrast="more").until_paused()
    dash = "edge => getComputedStyle(edge).strokeDasharray"
    assert playground.page.locator(".edges .negative").first.evaluate(dash) != "none"
    assert playground.page.locator(".edges .positive").first.evaluate(dash) == "none"


def test_of_a_large_network_the_strongest_edges_are_drawn_and_counted(open_page: Opener) -> None:
    layers = "&".join(f"network.layers.{i}.units=256" for i in range(10))
    playground = open_page(f"#network.layers=10&{layers}").until_paused()
    expect(playground.page.locator(".edge-count")).to_have_text(
        "400 of 590,592 edges: the strongest between the neurons shown"
    )
    expect(playground.page.locator(".edges path")).to_have_count(400)


# --- what a change does to the run ----------------------------------------------------------------------------------


def test_a_setting_that_starts_the_run_anew_says_so_before_it_is_used(playground: Playground) -> None:
    said = playground.page.get_by_text("Another data set starts the run anew")
    expect(said).to_be_hidden()
    playground.page.get_by_role("group", name="Data set").get_by_role("radio").first.focus()
    expect(said).to_be_visible()
    playground.page.get_by_label("Optimizer", exact=True).focus()
    expect(said).to_be_hidden()


# --- the formula bar -------------------------------------------------------------------------------------------------


def test_a_weight_of_a_picked_neuron_is_set_from_its_formula_by_keys_alone(playground: Playground) -> None:
    page = playground.page
    neuron(playground, "1.2").focus()
    page.keyboard.press("Enter")
    factor = page.get_by_role("region", name="Formula").get_by_role("button", name="edit this weight").nth(1)
    factor.focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("spinbutton", name="weight from x2")
    expect(field).to_be_focused()
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    expect(page.locator(".equation")).to_contain_text("2.50·x2")


# --- states ----------------------------------------------------------------------------------------------------------


def test_where_training_broke_the_layer_has_a_ring(open_page: Opener) -> None:
    playground = open_page("#optimizer=sgd&optimizer.learning_rate=10&loss=mean_squared_error&output=linear")
    playground.until_paused().play()
    expect(playground.status).to_contain_text("Stopped")
    expect(playground.page.locator(".cause")).to_be_visible()


def test_beside_a_large_inspector_layers_keep_several_neurons_and_the_image_is_whole(open_page: Opener) -> None:
    page = open_page("#data=digits&data.samples=300&output=softmax&loss=cross_entropy").until_paused().page
    page.get_by_role("button", name="More room for the inspector").click()
    expect(page.locator(".more-units").first).to_have_text("+4")
    assert page.locator("[data-neuron^='1.']").count() == 4
    boxes = [page.locator(selector).last.bounding_box() or {} for selector in ("[data-neuron^='1.']", ".graph")]
    chip = page.locator(".more-units").first.bounding_box() or {}
    assert boxes[0]["y"] + boxes[0]["height"] <= chip["y"] + 2
    image = page.locator("[data-neuron='0.0']").bounding_box() or {}
    assert image["y"] + image["height"] <= boxes[1]["y"] + boxes[1]["height"]
