"""The whole experiment is in the link."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground


def test_the_default_experiment_has_an_empty_link(playground: Playground) -> None:
    assert playground.link == ""


def test_a_link_opens_its_experiment_paused(open_page: Opener) -> None:
    layer = "network.layers=1&network.layers.0.activation=relu&network.layers.0.units=4"
    playground = (
        open_page(f"#batch_size=8&data=xor&{layer}&optimizer=sgd", reduced_motion="no-preference")
        .until_experiment("2 → 4 → 1, relu, SGD")
        .until_paused()
    )
    assert playground.epoch == 0
    expect(playground.page.get_by_label("Batch size, typed")).to_have_value("8")


def test_a_link_made_here_opens_the_same_experiment_elsewhere(playground: Playground, open_page: Opener) -> None:
    playground.choose("Optimizer", "Momentum").until_experiment("Momentum")
    playground.page.get_by_role("group", name="Inputs").get_by_role("button", name="x1²").click()
    playground.until_experiment("3 →").until_link("data.features")
    elsewhere = open_page(f"#{playground.link}").until_paused().until_experiment("Momentum")
    assert elsewhere.experiment == playground.experiment
    assert elsewhere.link == playground.link
    elsewhere.until_picture(".heat", playground.picture(".heat"))


def test_reload_finds_the_same_run_again(playground: Playground) -> None:
    playground.set("Batch size, typed", "32").until_link("batch_size=32")
    playground.play().until_epoch(5).pause()
    epoch, accuracy, boundary = playground.epoch, playground.number("Test accuracy"), playground.picture(".heat")
    playground.page.reload()
    playground.until_paused().until_epoch(epoch)
    assert (playground.epoch, playground.number("Test accuracy")) == (epoch, accuracy)
    playground.until_picture(".heat", boundary)


def test_share_copies_the_link(open_page: Opener) -> None:
    playground = open_page("#data=circle", permissions=["clipboard-read", "clipboard-write"]).until_paused()
    playground.page.get_by_role("button", name="Share").click()
    playground.page.get_by_role("button", name="Copy link").first.click(timeout=PATIENCE_MS)
    expect(playground.page.get_by_role("button", name="Link copied")).to_be_visible()
    copied = playground.page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/#data=circle", copied)


def test_an_unknown_setting_in_a_link_is_named(open_page: Opener) -> None:
    playground = open_page("#optimizer.speed=7")
    expect(playground.page.get_by_role("alert")).to_contain_text("“optimizer.speed”")
    playground.until_experiment("Two spirals").until_paused()


def test_an_unknown_kind_in_a_link_is_named(open_page: Opener) -> None:
    playground = open_page("#data=galaxy")
    expect(playground.page.get_by_role("alert")).to_contain_text("“galaxy”")
    playground.until_experiment("Two spirals").until_paused()


def test_what_the_server_refuses_in_a_link_is_said_in_its_words(open_page: Opener) -> None:
    playground = open_page("#batch_size=0", forgives="422")
    expect(playground.page.get_by_role("alert")).to_have_text(
        "This link cannot be opened. batch_size: expected a whole number from 1 to 1024, got 0"
    )
    playground.until_experiment("Two spirals").until_paused()


@pytest.mark.parametrize("bad", ["#rubbish=1", "#batch_size=0"])
def test_a_bad_link_in_a_live_page_changes_nothing(open_page: Opener, bad: str) -> None:
    playground = open_page("#data=circle").until_paused().play().until_epoch(2)
    playground.page.evaluate("bad => { location.hash = bad; }", bad)
    expect(playground.page.get_by_role("alert")).to_be_visible()
    playground.until_link("#data=circle").until_experiment("Circle").until_training()


def test_a_reload_with_a_bad_link_finds_the_same_run_again(playground: Playground) -> None:
    playground.set("Batch size, typed", "32").until_link("batch_size=32").play().until_epoch(2).pause()
    epoch = playground.epoch
    playground.page.evaluate("history.replaceState(null, '', '#rubbish=1')")
    playground.page.reload()
    playground.until_paused().until_link("#batch_size=32")
    assert playground.epoch == epoch


FOREIGN = "#activation=relu&batchSize=10&dataset=xor&regDataset=reg-plane&networkShape=4,2&seed=0.5&noise=0"


def test_another_playgrounds_address_opens_here(open_page: Opener) -> None:
    playground = open_page(FOREIGN).until_experiment("2 → 4 → 2 → 1, relu, SGD").until_paused()
    playground.until_link("data=tensorflow_classes")


def test_another_playgrounds_experiment_is_called_by_its_data(open_page: Opener) -> None:
    open_page(FOREIGN).until_experiment("XOR, as TensorFlow Playground draws it")


def test_another_playgrounds_link_says_how_it_is_shown(open_page: Opener) -> None:
    playground = open_page(f"{FOREIGN}&discretize=true&showTestData=false").until_experiment("relu, SGD")
    test_points = playground.page.get_by_role("checkbox", name="Test points")
    expect(test_points).not_to_be_checked()
    playground.page.get_by_role("button", name="View", exact=True).click()
    expect(playground.page.get_by_role("radio", name="Discretised")).to_be_checked()
    playground.page.keyboard.press("Escape")
    paste(playground, f"https://playground.tensorflow.org/{FOREIGN}&showTestData=true")
    expect(test_points).to_be_checked()


def test_another_playgrounds_link_is_pasted(playground: Playground) -> None:
    paste(playground, f"https://playground.tensorflow.org/{FOREIGN}")
    playground.until_experiment("2 → 4 → 2 → 1, relu, SGD").until_paused()
    assert playground.epoch == 0


def test_another_playgrounds_broken_link_is_explained(open_page: Opener) -> None:
    playground = open_page("#data=circle", forgives="422").until_paused()
    paste(playground, "https://playground.tensorflow.org/#networkShape=4,2&activation=cube")
    expect(playground.page.get_by_role("alert")).to_contain_text("activation")
    playground.until_experiment("Circle").until_link("#data=circle")


def paste(playground: Playground, text: str) -> None:
    playground.page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", text);
            document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        text,
    )
