"""Layers of every kind: added, set, drawn as what they are, and carried by the link."""

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from core import Experiment
from tests.browser.playground import Opener, Playground
from tests.core.layer_kinds import FOR_ALL, FOR_IMAGES

KINDS = {
    definition["properties"]["kind"]["const"]: definition
    for definition in (
        Experiment.model_json_schema()["$defs"][reference["$ref"].rpartition("/")[2]]
        for reference in Experiment.model_json_schema()["$defs"]["Network"]["properties"]["layers"]["items"]["oneOf"]
    )
}

MIXED = (
    "#network.layers=5&network.layers.1=batch_norm&network.layers.1.activation=tanh&network.layers.2=dropout"
    "&network.layers.3=dense&network.layers.3.units=6&network.layers.4=residual&network.layers.4.skips=3"
)


def add(playground: Playground, place: str, title: str) -> None:
    playground.page.get_by_role("button", name=f"Insert a layer {place}", exact=True).click()
    menu = playground.page.get_by_role("group", name=f"Add a layer {place}")
    menu.get_by_role("button", name=re.compile(f"^{title}")).click()


def settings_of(playground: Playground, name: str) -> Locator:
    """Open a folded layer's settings."""
    playground.page.get_by_role("button", name=f"edit {name.lower()}").click()
    return playground.page.get_by_role("group", name=name, exact=True)


def edges(playground: Playground) -> Locator:
    return playground.page.locator(".edges path:not(.shortcut)")


def test_every_kind_of_layer_is_offered_with_its_title_and_what_it_does(open_page: Opener) -> None:
    playground = open_page("#data=digits&network.layers=1&network.layers.0=conv2d").until_paused()
    playground.page.get_by_role("button", name="Insert a layer before the output").click()
    menu = playground.page.get_by_role("group", name="Add a layer before the output")
    offered = menu.locator(".kind")
    expect(offered).to_have_count(len(KINDS))
    for button, definition in zip(offered.all(), KINDS.values(), strict=True):
        title, sentence = button.inner_text().split("\n")
        assert title == definition["title"]
        assert definition["description"].startswith(sentence)
        assert sentence.endswith(".")


@pytest.mark.parametrize("kind", [kind for kind in FOR_ALL if kind != "dense"])
def test_a_layer_of_any_kind_is_added_where_one_points_and_trains(playground: Playground, kind: str) -> None:
    title = KINDS[kind]["title"]
    add(playground, "before hidden layer 2", title)
    playground.until_link(f"network.layers.1={kind}")
    expect(playground.page.get_by_role("button", name=f"{title} 1, neuron 8 of 8")).to_be_visible()
    playground.play().until_epoch(2)


@pytest.mark.parametrize("kind", FOR_IMAGES)
def test_where_there_is_no_image_a_layer_for_images_says_so_before_it_is_chosen(
    playground: Playground, kind: str
) -> None:
    playground.page.get_by_role("button", name="Insert a layer before hidden layer 2", exact=True).click()
    choice = playground.page.locator(
        ".popover .kind", has=playground.page.get_by_text(KINDS[kind]["title"], exact=True)
    )
    expect(choice).to_be_disabled()
    expect(choice).to_contain_text("Needs images: choose data of images, and let no dense layer come before.")


def test_of_images_a_layer_for_them_is_offered_as_long_as_they_are_images(open_page: Opener) -> None:
    playground = open_page("#data=digits&network.layers=2&network.layers.0=conv2d").until_paused()
    kinds = playground.page.locator(".popover .kind")
    for place, is_image in enumerate([True, True, False]):
        playground.page.get_by_role("button", name=re.compile("^Insert a layer before")).nth(place).click()
        expect(kinds.filter(has_text="Max pool")).to_be_enabled(enabled=is_image)
        playground.page.keyboard.press("Escape")


def test_up_to_ten_layers_are_added(open_page: Opener) -> None:
    playground = open_page("#network.layers=9&network.layers.8=dropout").until_paused()
    settings_of(playground, "Dropout 1").get_by_role("button", name="Add a layer before").click()
    playground.page.get_by_role("button", name=re.compile("^Dropout Silences")).click()
    playground.until_link("network.layers=10")
    expect(settings_of(playground, "Dropout 2").get_by_role("button")).to_have_text(
        ["", "Move earlier", "Move later", "Remove this layer"]
    )


def test_a_layers_own_settings_come_from_the_schema_the_rare_ones_folded(open_page: Opener) -> None:
    playground = open_page(MIXED).until_paused()
    batch_norm = settings_of(playground, "Batch norm 1")
    expect(batch_norm.get_by_label("Activation")).to_have_value("tanh")
    expect(batch_norm.get_by_label("ε")).to_have_count(0)
    batch_norm.get_by_role("button", name="More").click()
    batch_norm.get_by_label("ε").fill("0.01")
    batch_norm.get_by_label("ε").press("Enter")
    playground.until_link("network.layers.1.epsilon=0.01")
    dropout = settings_of(playground, "Dropout 1")
    dropout.get_by_label("Rate, typed").fill("50%")
    dropout.get_by_label("Rate, typed").press("Enter")
    playground.until_link("network.layers.2.rate=0.5")
    expect(playground.page.get_by_role("button", name="Rate 50%, edit dropout 1")).to_be_visible()


def test_an_activations_own_setting_is_made_beside_it(playground: Playground) -> None:
    expect(playground.page.get_by_role("button", name="More settings")).to_have_count(0)
    playground.choose("Activation of hidden layer 1", "ELU").until_link("activation=elu")
    playground.page.get_by_role("button", name="More settings of hidden layer 1").click()
    playground.set("α, typed", "0.5").until_link("network.layers.0.activation.alpha=0.5")
    playground.page.keyboard.press("Escape")
    expect(playground.page.get_by_role("button", name="More settings of hidden layer 1")).to_be_focused()
    popover = playground.page.locator(".popover")
    playground.page.keyboard.press("Enter")
    expect(popover).to_be_visible()
    playground.page.keyboard.press("Escape")
    expect(popover).to_have_count(0)
    playground.page.keyboard.press("Enter")
    expect(popover).to_be_visible()
    playground.page.get_by_role("heading", name="Result").click()
    expect(popover).to_have_count(0)


def test_the_number_of_neurons_can_be_typed(playground: Playground) -> None:
    playground.set("Neurons in hidden layer 2, typed", "12").until_experiment("2 → 8 → 12 → 1")


def test_layers_are_drawn_as_what_they_are(open_page: Opener) -> None:
    """Dense layers as a mesh, the others as one line for each neuron, a shortcut as an arc around the layers."""
    playground = open_page(MIXED).until_paused()
    mesh, straight = 2 * 8 + 8 * 6 + 6 * 1, 8 + 8 + 6
    expect(edges(playground)).to_have_count(mesh + straight)
    expect(playground.page.locator(".edges .shortcut")).to_have_count(1)
    boxes = [playground.page.locator(f'[data-neuron="{column}.0"]').bounding_box() for column in range(7)]
    left = [box["x"] + box["width"] / 2 for box in boxes if box]
    to_batch_norm, to_dropout, to_dense = (left[column] - left[column - 1] for column in (2, 3, 4))
    assert to_batch_norm == pytest.approx(to_dropout, abs=1)
    assert to_dropout < 0.8 * to_dense
    expect(playground.page.locator('[data-neuron="3.0"] .bias')).not_to_be_visible()
    expect(playground.page.locator('[data-neuron="2.0"] .bias')).to_be_visible()


def test_only_layers_with_weights_have_a_card(open_page: Opener) -> None:
    playground = open_page(MIXED).until_paused()
    expect(playground.page.locator(".card b:first-child")).to_contain_text(
        ["Hidden 1", "Batch norm 1", "Hidden 2", "Output"]
    )
    expect(playground.page.locator(".card", has_text="Batch norm 1")).to_contain_text("8 gains")


def test_a_shortcut_is_not_offered_where_it_has_nothing_to_pass_by(playground: Playground) -> None:
    playground.page.get_by_role("button", name="Insert a layer before hidden layer 1").click()
    expect(playground.page.locator(".kind")).to_have_count(len(KINDS) - 1)
    expect(playground.page.locator(".kind", has_text="Residual")).to_have_count(0)


def test_a_shortcut_that_would_begin_before_the_start_is_explained_at_its_layer(open_page: Opener) -> None:
    playground = open_page("#network.layers=3&network.layers.2=residual&network.layers.2.skips=2").until_paused()
    playground.page.locator('[data-neuron="1.0"]').focus()
    playground.page.keyboard.press("Delete")
    sentence = "expected at most 1, the layers before this one, got 2"
    expect(playground.page.get_by_role("alert")).to_have_text(f"Residual 1: {sentence}")
    playground.until_experiment("2 → 8 → 6 → 1")
    residual = settings_of(playground, "Residual 1")
    expect(residual.get_by_role("alert")).to_have_text(sentence)
    expect(playground.page.get_by_role("alert")).to_have_count(1)
    residual.get_by_label("Passes by, typed").fill("1")
    residual.get_by_label("Passes by, typed").press("Enter")
    expect(playground.page.get_by_role("alert")).to_have_count(0)


def test_a_link_carries_mixed_layers(playground: Playground, open_page: Opener) -> None:
    add(playground, "before the output", "Residual")
    add(playground, "before hidden layer 2", "Layer norm")
    playground.until_link("network.layers.1=layer_norm").until_link("network.layers.3=residual")
    elsewhere = open_page(f"#{playground.link}").until_paused().until_experiment("layer norm")
    assert elsewhere.link == playground.link
    assert elsewhere.experiment == playground.experiment
    elsewhere.until_picture(".heat", playground.picture(".heat"))


def test_images_pass_through_mixed_layers(open_page: Opener) -> None:
    link = "data=digits&output=softmax&loss=cross_entropy&network.layers=2&network.layers.0=dropout"
    playground = open_page(f"#{link}").until_paused().until_experiment("64 →")
    weights = playground.picture(".board")
    playground.step("Epoch").until_epoch(1)
    playground.until_another_picture(".board", weights)


def test_an_optimizer_without_a_learning_rate_shows_what_it_has(playground: Playground) -> None:
    playground.choose("Optimizer", "Random search").until_experiment("Random search")
    expect(playground.page.get_by_label("Learning rate", exact=True)).to_have_count(0)
    expect(playground.page.get_by_label("Reach", exact=True)).to_be_visible()
    playground.page.locator("body").click(position={"x": 2, "y": 2})
    playground.page.keyboard.press("l")
    expect(playground.page.get_by_label("Optimizer", exact=True)).to_be_focused()


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (768, "light"), (1280, "light"), (1920, "dark")])
def test_mixed_layers_have_their_place_and_no_serious_fault(open_page: Opener, theme: str, width: int) -> None:
    playground = open_page(MIXED, viewport={"width": width, "height": 900}, color_scheme=theme).until_paused()
    if width <= 860:
        playground.page.get_by_role("tab", name="Network").click()
    settings = settings_of(playground, "Residual 1")
    box = settings.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    violations = Axe().run(playground.page).response["violations"]
    assert [v["id"] for v in violations if v["impact"] in ("serious", "critical")] == []
    settings.get_by_role("button", name="Close").click()
    names = [name for b in playground.page.locator(".layer > b, .layer-title b").all() if (name := b.bounding_box())]
    for one, other in itertools.pairwise(names):
        assert one["x"] + one["width"] <= other["x"] + 1 or one["y"] + one["height"] <= other["y"]
