"""A visitor builds: layers, neurons, activations, inputs, data."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Opener, Playground


def test_a_layer_is_added_and_removed(playground: Playground) -> None:
    playground.page.get_by_role("button", name="Insert a layer before the output").click()
    playground.page.get_by_role("button", name="Dense Every unit").click()
    playground.until_experiment("2 → 8 → 6 → 6 → 1").until_link("network.layers=3")
    expect(playground.layer(3)).to_have_count(6)
    playground.page.get_by_role("button", name="Remove hidden layer 1").click()
    playground.until_experiment("2 → 6 → 6 → 1")


def test_neurons_are_added_and_removed_while_it_trains(playground: Playground) -> None:
    playground.play().until_epoch(2)
    playground.page.get_by_role("button", name="Remove a neuron from hidden layer 2").click()
    playground.until_experiment("2 → 8 → 5 → 1")
    playground.page.get_by_role("button", name="Add a neuron to hidden layer 1").click()
    playground.until_experiment("2 → 9 → 5 → 1")
    expect(playground.layer(1)).to_have_count(9)


def test_each_layer_has_its_activation(playground: Playground) -> None:
    playground.choose("Activation of hidden layer 1", "ReLU").until_experiment("relu + tanh")


def test_a_loss_has_its_own_setting(playground: Playground) -> None:
    playground.choose("Loss", "Huber").set("δ, typed", "0.5").until_link("loss.delta=0.5")


def test_inputs_are_chosen(playground: Playground) -> None:
    playground.page.get_by_role("group", name="Inputs").get_by_role("button", name="sin(x1)").click()
    playground.until_experiment("3 → 8 → 6 → 1")
    expect(playground.page.locator('[data-neuron^="0."]')).to_have_count(3)


def test_data_are_switched(playground: Playground) -> None:
    points = playground.picture(".samples")
    playground.page.get_by_role("radio", name="Circle").check(force=True)
    playground.until_experiment("Circle").until_link("data=circle")
    playground.until_another_picture(".samples", points)


def test_more_classes_have_an_output_each(playground: Playground) -> None:
    playground.page.get_by_role("radio", name="Blobs").check(force=True)
    playground.until_experiment("Blobs")
    playground.set("Classes, typed", "5").until_experiment("→ 5")
    expect(playground.page.locator(".legend.classes span")).to_have_count(5)


def test_a_curve_is_fitted(playground: Playground) -> None:
    playground.page.get_by_role("radio", name="Regress").check(force=True)
    playground.page.get_by_role("radio", name="Sine").check(force=True)
    playground.until_experiment("1 →")
    expect(playground.page.locator(".fit canvas")).to_be_visible()
    playground.play().until_epoch(5)


def test_digits_train(playground: Playground) -> None:
    playground.page.get_by_role("radio", name="Images").check(force=True)
    playground.until_experiment("64 →")
    playground.play().until_epoch(8).pause()
    assert float(playground.number("Test accuracy").rstrip("%")) > 80
    probabilities = playground.page.locator(".probabilities output")
    expect(probabilities).to_have_count(10)
    before = probabilities.all_inner_texts()
    playground.page.get_by_role("button", name="Next image").click()
    expect(playground.page.locator(".probabilities")).not_to_have_text("".join(before))
    playground.page.locator(".samples-list button").nth(7).click()
    expect(playground.page.locator(".samples-list button").nth(7)).to_have_attribute("aria-pressed", "true")


def test_an_impossible_value_is_explained_beside_its_control(playground: Playground) -> None:
    playground.set("Learning rate, typed", "1000")
    beside = playground.page.locator(".setting", has_text="Learning rate")
    expect(beside.get_by_role("alert")).to_contain_text("expected")
    expect(beside.get_by_label("Learning rate, typed")).to_have_value("0.03")
    playground.set("Learning rate, typed", "0.1").until_experiment("Adam 0.1")
    expect(beside.get_by_role("alert")).to_have_count(0)


def test_parts_that_do_not_fit_are_explained(playground: Playground) -> None:
    playground.choose("Activation of the output", "Linear")
    expect(playground.page.get_by_role("alert")).to_have_count(1)
    expect(playground.page.get_by_label("Activation of the output")).to_have_value("tanh")


def test_one_neuron_is_looked_at_alone(playground: Playground) -> None:
    output = playground.picture(".heat")
    playground.layer(1).nth(2).click()
    expect(playground.page.locator(".legend.picked")).to_contain_text("Hidden 1.3")
    playground.until_another_picture(".heat", output)
    playground.page.get_by_role("button", name="Show the output").click()
    expect(playground.page.locator(".legend.picked")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_largest_network_has_its_place(open_page: Opener, width: int) -> None:
    layers = "&".join(f"network.layers.{i}.units=256" for i in range(10))
    playground = open_page(f"#network.layers=10&{layers}", viewport={"width": width, "height": 1080}).until_paused()
    expect(playground.page.locator(".edge-count")).to_have_text(
        "400 of 590,592 edges: the strongest between the neurons shown"
    )
    heads = [box for head in playground.page.locator(".layer > *").all() if (box := head.bounding_box())]
    tiles = [box for tile in playground.layer(10).all() if (box := tile.bounding_box())]
    rows = [sorted(heads[start::2], key=lambda box: box["x"]) for start in (0, 1)]
    assert all(a["x"] + a["width"] <= b["x"] for row in rows for a, b in itertools.pairwise(row))
    assert max(box["y"] + box["height"] for box in heads) <= min(box["y"] for box in tiles)


def test_only_what_is_shown_of_a_wide_layer_is_sent(open_page: Opener) -> None:
    playground = open_page("#network.layers=1&network.layers.0.units=256")
    sizes: list[int] = []
    playground.page.on("websocket", lambda socket: socket.on("framereceived", lambda data: sizes.append(len(data))))
    playground.page.reload()
    playground.until_paused().step("Epoch").until_epoch(1)
    assert 0 < max(sizes) < 100_000
