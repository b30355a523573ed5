"""Every change can be taken back, and brought again."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground


def button(playground: Playground, name: str) -> Locator:
    return playground.page.locator(".top").get_by_role("button", name=name)


def press(playground: Playground, *keys: str) -> None:
    for key in keys:
        playground.page.keyboard.press(key)


def test_keys_undo_and_redo_changes(playground: Playground) -> None:
    playground.choose("Optimizer", "SGD").until_experiment("SGD")
    playground.choose("Loss", "Half squared error").until_link("loss=half_squared_error")
    press(playground, "Control+z", "Control+z")
    playground.until_experiment("Adam 0.03")
    assert playground.link == ""
    press(playground, "Control+Shift+z")
    playground.until_experiment("SGD")
    press(playground, "Control+y")
    playground.until_link("loss=half_squared_error")


def test_buttons_say_what_they_would_undo(playground: Playground) -> None:
    expect(button(playground, "Undo")).to_have_attribute("aria-disabled", "true")
    playground.set("Batch size, typed", "32").until_link("batch_size=32")
    undo = button(playground, "Undo: batch size 16 → 32")
    expect(undo).to_have_attribute("title", "Undo: batch size 16 → 32 (Ctrl+Z)")
    undo.click()
    redo = button(playground, "Redo: batch size 16 → 32")
    expect(redo).to_be_visible()
    expect(playground.page.get_by_label("Batch size, typed")).to_have_value("16")
    redo.click()
    playground.until_link("batch_size=32")


def test_one_turn_of_a_slider_is_one_change(playground: Playground) -> None:
    playground.page.get_by_label("Learning rate", exact=True).focus()
    press(playground, *["ArrowRight"] * 5, "Control+z")
    expect(playground.page.get_by_label("Learning rate, typed")).to_have_value("0.03")
    expect(button(playground, "Undo")).to_have_attribute("aria-disabled", "true")


def test_a_layer_that_was_removed_comes_back(playground: Playground) -> None:
    playground.layer(1).first.focus()
    press(playground, "Delete")
    playground.until_experiment("2 → 6 → 1")
    press(playground, "Control+z")
    playground.until_experiment("2 → 8 → 6 → 1")


def test_a_neuron_that_was_removed_comes_back_with_its_weights(playground: Playground) -> None:
    playground.play().until_epoch(40).pause()
    moment, loss = playground.timeline.get_attribute("aria-valuetext"), playground.number("Train loss")
    for layer, network in [(1, "2 → 7 → 6 → 1"), (2, "2 → 7 → 5 → 1")]:
        playground.layer(layer).first.focus()
        press(playground, "-")
        playground.until_experiment(network)
    playground.play().until_epoch(playground.epoch + 5).pause()
    press(playground, "Control+z")
    playground.until_experiment("2 → 7 → 6 → 1")
    press(playground, "Control+z")
    playground.until_experiment("2 → 8 → 6 → 1").until_moment(str(moment).partition(", loss")[0])
    expect(playground.page.locator(".numbers div", has_text="Train loss").locator("dd")).to_have_text(loss)
    expect(playground.page.locator("#timeline-changes")).to_be_empty()


def test_a_new_change_leaves_nothing_to_redo(playground: Playground) -> None:
    playground.choose("Optimizer", "SGD").until_experiment("SGD")
    press(playground, "Control+z")
    playground.until_experiment("Adam").set("Batch size, typed", "32").until_link("batch_size=32")
    expect(button(playground, "Redo")).to_have_attribute("aria-disabled", "true")


def test_a_text_that_is_being_written_has_its_own_undo(playground: Playground) -> None:
    playground.choose("Optimizer", "SGD").until_experiment("SGD")
    field = playground.page.get_by_label("Batch size, typed")
    field.focus()
    field.press("End")
    press(playground, "5", "Control+z")
    expect(field).to_have_value("16")
    playground.until_experiment("SGD")


def test_a_phone_has_undo_in_the_menu(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 390, "height": 844}).until_paused()
    playground.start_again("New weights").until_link("seeds.weights=")
    playground.page.get_by_role("button", name="Other ways to start again").click()
    playground.page.locator(".menu").get_by_role("button", name="Undo: seed of weights").click()
    expect(playground.page).not_to_have_url(re.compile("seeds"))


# --- resets -----------------------------------------------------------------------------------------------------


def how_it_is(playground: Playground) -> tuple[str, ...]:
    """The moment with its loss, the test loss and the pins."""
    pins = playground.page.locator("#timeline-changes").inner_text()
    return str(playground.timeline.get_attribute("aria-valuetext")), playground.number("Test loss"), pins


def trained(playground: Playground) -> tuple[str, ...]:
    """Train for a while and turn a knob on the way. Returns how it is then."""
    playground.play().until_epoch(12).pause().set("Learning rate, typed", "0.01").until_experiment("Adam 0.01")
    playground.play().until_epoch(24).pause()
    return how_it_is(playground)


RESETS = {
    "Same weights As it began": "Undo: reset",
    "New weights": "Undo: seed of weights",
    "New data": "Undo: seed of data",
    "Reshuffle": "Undo: seed of order",
}


def test_what_was_before_each_of_the_resets_comes_back(playground: Playground) -> None:
    before = trained(playground)
    for way, undo in RESETS.items():
        playground.start_again(way).until_moment("epoch 0 of 0")
        expect(playground.page.locator("#timeline-changes")).to_be_empty()
        after = how_it_is(playground)
        button(playground, undo).click()
        playground.until_moment(before[0].partition(", loss")[0])
        expect(playground.page.locator("#timeline-changes")).to_have_text(before[2])
        assert how_it_is(playground) == before
        button(playground, undo.replace("Undo", "Redo")).click()
        playground.until_moment("epoch 0 of 0")
        assert how_it_is(playground) == after
        press(playground, "Control+z")
        playground.until_moment(before[0].partition(", loss")[0])
    press(playground, "Control+z")
    playground.until_experiment("Adam 0.03")


def test_what_was_learned_before_other_data_comes_back_with_them(playground: Playground) -> None:
    before = trained(playground)
    playground.page.get_by_role("radio", name="Circle").check(force=True)
    playground.until_experiment("Circle").play().until_epoch(3).pause()
    button(playground, "Undo: data").click()
    playground.until_experiment("Two spirals").until_moment(before[0].partition(", loss")[0])
    assert how_it_is(playground) == before


def test_a_reset_is_taken_back_after_a_reload_and_one_after_another(playground: Playground) -> None:
    before = trained(playground)
    playground.start_again("New weights").until_moment("epoch 0 of 0").step("Epoch").until_moment("epoch 1 of 1")
    between = how_it_is(playground)
    playground.page.get_by_role("button", name="Reset: epoch 0").click()
    playground.until_moment("epoch 0 of 0")
    playground.page.reload()
    playground.until_paused()
    for undo, way in [("Undo: reset", between), ("Undo: seed of weights", before)]:
        button(playground, undo).click()
        playground.until_moment(way[0].partition(", loss")[0])
        assert how_it_is(playground) == way


def test_a_reset_of_a_run_that_has_not_begun_is_nothing_to_undo(playground: Playground) -> None:
    playground.page.get_by_role("button", name="Reset: epoch 0").click()
    playground.start_again("Reshuffle").until_link("seeds.order=")
    button(playground, "Undo: seed of order").click()
    expect(playground.page).not_to_have_url(re.compile("seeds"))
    expect(button(playground, "Undo")).to_have_attribute("aria-disabled", "true")


def test_what_is_no_longer_kept_is_said(playground: Playground) -> None:
    resets = 11
    for _ in range(resets):
        playground.step("Batch").until_moment("epoch 0 of 0")
        expect(playground.page.locator(".unseen[role=status]")).to_contain_text("Update 1")
        playground.page.get_by_role("button", name="Reset: epoch 0").click()
        expect(playground.page.locator(".unseen[role=status]")).to_contain_text("Paused at epoch 0")
    press(playground, *["Control+z"] * resets)
    expect(playground.page.get_by_role("alert")).to_contain_text("What was before this reset is no longer kept.")
    expect(button(playground, "Undo")).to_have_attribute("aria-disabled", "true")


# weights that were set by hand


def open_weights(playground: Playground) -> Locator:
    """The weights of the second neuron of the first layer."""
    for _ in range(2):
        playground.layer(1).nth(1).click()
    return playground.page.get_by_role("group", name="Weights of Hidden 1.2")


def test_a_weight_that_was_set_is_as_it_was(playground: Playground) -> None:
    weights = open_weights(playground)
    weight = weights.get_by_role("spinbutton", name="weight from x1")
    before = weight.input_value()
    weight.fill("2")
    weight.press("Enter")
    undo = button(playground, "Undo: weight from x1 to Hidden 1.2")
    expect(undo).to_have_attribute("title", re.compile(r"^Undo: weight from x1 to Hidden 1.2 .* → 2 \(Ctrl\+Z\)$"))
    undo.click()
    expect(weight).to_have_value(before)
    button(playground, "Redo: weight from x1 to Hidden 1.2").click()
    expect(weight).to_have_value("2")


def test_a_link_that_was_pruned_comes_back(playground: Playground) -> None:
    weights = open_weights(playground)
    weight = weights.get_by_role("spinbutton", name="weight from x2")
    before = weight.input_value()
    weights.get_by_role("button", name="Prune weight from x2").click()
    expect(weight).to_have_value("0")
    playground.page.keyboard.press("Escape")
    button(playground, "Undo: weight from x2").click()
    expect(open_weights(playground).get_by_role("spinbutton", name="weight from x2")).to_have_value(before)


def test_one_turn_of_a_weight_is_one_change(playground: Playground) -> None:
    bias = open_weights(playground).get_by_role("spinbutton", name="bias")
    expect(bias).to_be_focused()
    press(playground, "ArrowUp", "ArrowUp", "ArrowUp")
    expect(bias).to_have_value("0.3")
    button(playground, "Undo: bias of Hidden 1.2 0 → 0.3").click()
    expect(bias).to_have_value("0")
    expect(button(playground, "Undo")).to_have_attribute("aria-disabled", "true")


def test_settings_and_weights_are_undone_in_their_order(playground: Playground) -> None:
    playground.choose("Optimizer", "SGD").until_experiment("SGD")
    weight = open_weights(playground).get_by_role("spinbutton", name="weight from x1")
    weight.fill("2")
    weight.press("Enter")
    expect(button(playground, "Undo: weight from x1")).to_be_visible()
    playground.set("Batch size, typed", "32").until_link("batch_size=32")
    button(playground, "Undo: batch size").click()
    button(playground, "Undo: weight from x1").click()
    button(playground, "Undo: optimizer").click()
    playground.until_experiment("Adam")
