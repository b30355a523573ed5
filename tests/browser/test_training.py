"""A visitor watches a network learn, stops it, steps it and turns its knobs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground


def test_first_visit_is_already_training(open_page: Opener) -> None:
    playground = open_page(reduced_motion="no-preference").until_training().until_epoch(10)
    untrained = playground.picture(".heat")
    playground.until_epoch(60)
    playground.until_another_picture(".heat", untrained)
    assert playground.page.title() != "Neural Playground"


def test_training_that_started_by_itself_stops_at_epoch_300(open_page: Opener) -> None:
    playground = open_page(reduced_motion="no-preference").until_training()
    playground.choose("Speed", "As fast as it can")
    expect(playground.page.locator(".narrator")).to_contain_text("Learned:", timeout=2 * PATIENCE_MS)
    playground.until_paused()
    assert playground.epoch == 300
    assert float(playground.number("Test accuracy").rstrip("%")) >= 97


def test_training_that_started_by_itself_stops_at_the_first_touch(open_page: Opener) -> None:
    playground = open_page(reduced_motion="no-preference").until_training().until_epoch(5)
    playground.choose("Loss", "Half squared error").until_paused()
    assert playground.epoch > 0


def test_it_opens_paused_where_motion_is_unwanted(playground: Playground) -> None:
    assert playground.epoch == 0
    assert playground.number("Test accuracy").endswith("%")


def test_it_plays_and_pauses(playground: Playground) -> None:
    playground.play().until_epoch(5).pause()
    epoch = playground.epoch
    playground.step("Epoch")
    playground.until_epoch(epoch + 1)


def test_it_steps_by_sample_batch_and_epoch(playground: Playground) -> None:
    at_start = playground.picture(".heat")
    playground.step("Sample")
    playground.step("Batch")
    expect(playground.page.locator(".unseen[role=status]")).to_contain_text("Update 1, epoch 0, train loss")
    playground.step("Epoch").until_epoch(1)
    playground.until_another_picture(".heat", at_start)


def test_a_hidden_tab_goes_on_from_a_picture_that_never_came(playground: Playground) -> None:
    page = playground.page
    page.emulate_media(reduced_motion="no-preference")
    playground.play().until_epoch(2)
    page.evaluate("window.held = 0; window.requestAnimationFrame = () => ++window.held")
    page.wait_for_function("window.held", polling=50)
    page.evaluate(
        """Object.defineProperty(document, "hidden", { get: () => true });
        document.dispatchEvent(new Event("visibilitychange"));"""
    )
    for _ in range(5):
        title = page.title()
        page.wait_for_function("title => document.title !== title", arg=title, polling=100)


def test_a_run_that_meets_its_stop_rule_says_so(open_page: Opener) -> None:
    playground = open_page("#data=circle&stop=epochs&stop.epochs=5").until_paused().play()
    expect(playground.status).to_have_text("Finished")
    expect(playground.page.locator(".narrator")).to_contain_text("Training is complete after 5 epochs.")
    expect(playground.page.locator(".unseen[role=status]")).to_contain_text("Finished at epoch 5")


@pytest.mark.parametrize(("typed", "got"), [("1e999", "“1e999”"), ("", "nothing"), ("fast", "“fast”")])
def test_what_is_no_number_is_not_taken(playground: Playground, typed: str, got: str) -> None:
    playground.set("Learning rate, typed", typed)
    expect(playground.page.get_by_role("alert")).to_have_text(re.compile(f"^expected a number.*, got {got}$"))
    expect(playground.page.get_by_label("Learning rate, typed")).to_have_value("0.03")


def test_learning_rate_changes_without_starting_again(playground: Playground) -> None:
    playground.play().until_epoch(20).set("Learning rate, typed", "0.01").until_experiment("Adam 0.01")
    assert playground.epoch >= 20
    playground.until_training().until_link("optimizer.learning_rate=0.01")


def test_reset_starts_again_from_the_same_weights(playground: Playground) -> None:
    at_start = playground.picture(".heat")
    playground.play().until_epoch(3).pause()
    playground.page.get_by_role("button", name="Reset").click()
    expect(playground.page.locator(".epoch b")).to_have_text("0")
    expect_picture(playground, at_start)


@pytest.mark.parametrize(
    ("way", "seed"), [("New weights", "weights"), ("New data", "data"), ("Reshuffle", "order")], ids=lambda text: text
)
def test_other_ways_to_start_again_draw_a_seed(playground: Playground, way: str, seed: str) -> None:
    playground.play().until_epoch(3).pause().start_again(way).until_link(f"seeds.{seed}=")
    expect(playground.page.locator(".epoch b")).to_have_text("0")
    playground.step("Epoch").until_epoch(1)


WILD = "#data=plane&loss=mean_squared_error&optimizer=sgd&optimizer.learning_rate=10&output=linear"


def test_divergence_is_explained_and_has_a_way_out(open_page: Opener) -> None:
    playground = open_page(WILD).until_paused().play()
    alert = playground.page.get_by_role("alert")
    expect(alert).to_contain_text("Training diverged. At update")
    expect(playground.status).to_contain_text("Stopped, diverged")
    playground.page.get_by_role("button", name="Restore and divide the rate by 3").click()
    expect(alert).to_have_count(0)
    playground.until_experiment("SGD 3.3").until_paused()


def test_divergence_can_be_put_away_and_gone_back_from(open_page: Opener) -> None:
    playground = open_page(WILD).until_paused().play()
    expect(playground.status).to_contain_text("Stopped, diverged")
    playground.page.get_by_role("button", name="Keep and edit").click()
    expect(playground.page.get_by_role("alert")).to_have_count(0)
    playground.timeline.press("Home")
    playground.until_paused()


@pytest.mark.parametrize("speed", ["1 update/s", "As fast as it can"])
def test_speed_is_chosen(playground: Playground, speed: str) -> None:
    playground.choose("Speed", speed).play()
    if speed == "1 update/s":
        playground.until_training()
        assert playground.epoch == 0
    else:
        playground.until_epoch(200)


def expect_picture(playground: Playground, picture: str) -> None:
    """The boundary is drawn with the frame that follows; wait for that frame."""
    expect(playground.status).to_contain_text("Paused")
    playground.until_picture(".heat", picture)
