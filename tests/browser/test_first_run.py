"""The first run: the narrator suggests one step after another, each with one button; this browser remembers."""

import re

from playwright.sync_api import Locator, Route, expect

from tests.browser.playground import Opener, Playground
from tests.browser.test_narrator import sentence, short

SUGGESTED = "#data=circle"
"""Learned within a second."""
BOTH = (".board", ".answer canvas")


def offer(playground: Playground, name: str) -> Locator:
    return playground.page.locator(".said").get_by_role("button", name=name)


def until_offered(playground: Playground, name: str) -> Locator:
    button = offer(playground, name)
    expect(button).to_be_visible()
    assert short(sentence(playground).inner_text()), sentence(playground).inner_text()
    return button


def trained(playground: Playground) -> Playground:
    """The circle, learned."""
    return playground.until_paused().play().until_epoch(60).pause()


def test_each_suggestion_leads_to_the_next(open_page: Opener) -> None:
    playground = trained(open_page(SUGGESTED))
    until_offered(playground, "Remove a neuron").click()
    playground.until_experiment("2 → 8 → 5 → 1")
    until_offered(playground, "Undo").click()
    playground.until_experiment("2 → 8 → 6 → 1")
    until_offered(playground, "Back to epoch 20").click()
    playground.until_moment(re.sub("X", str(head_epoch(playground)), "epoch 20 of X"))
    until_offered(playground, "Pick XOR").click()
    playground.until_experiment("XOR").until_training().until_epoch(60)
    until_offered(playground, "Open the gallery").click()
    expect(playground.page.get_by_role("dialog", name="Gallery")).to_be_visible()
    playground.page.keyboard.press("Escape")
    expect(playground.page.locator(".said button")).to_have_count(0)


def head_epoch(playground: Playground) -> int:
    text = playground.timeline.get_attribute("aria-valuetext") or ""
    return int(text.split(" of ")[1].split(",")[0])


def test_the_keys_do_it_as_well_as_the_buttons_and_what_is_refused_is_not_done(open_page: Opener) -> None:
    playground = trained(open_page(SUGGESTED))
    until_offered(playground, "Remove a neuron")
    refused = playground.page.locator(".network .problem")
    playground.set("Neurons in hidden layer 2, typed", "0")
    expect(refused).to_contain_text("got 0")
    playground.set("Learning rate, typed", "0.02")
    expect(refused).to_have_count(0)
    until_offered(playground, "Remove a neuron")
    playground.page.locator('[data-neuron="2.0"]').focus()
    playground.page.keyboard.press("-")
    until_offered(playground, "Undo")
    playground.page.keyboard.press("Control+z")
    until_offered(playground, "Back to epoch 20")


def test_the_minus_button_carries_a_ring_for_a_moment(open_page: Opener) -> None:
    playground = trained(open_page(SUGGESTED))
    until_offered(playground, "Remove a neuron")
    minus = playground.page.get_by_role("button", name="Remove a neuron from hidden layer 2")
    expect(minus).to_have_class(re.compile("suggested"))
    expect(minus).not_to_have_class(re.compile("suggested"))


def test_what_was_done_is_remembered_until_one_begins_anew(open_page: Opener) -> None:
    playground = trained(open_page(SUGGESTED))
    until_offered(playground, "Remove a neuron").click()
    until_offered(playground, "Undo")
    playground.page.reload()
    playground.until_paused()
    expect(offer(playground, "Remove a neuron")).to_have_count(0)
    playground.page.keyboard.press("?")
    playground.page.get_by_role("button", name="Suggest the first steps again").click()
    playground.play().until_epoch(playground.epoch + 60).pause()
    until_offered(playground, "Remove a neuron")


def test_nothing_is_suggested_while_something_is_wrong(open_page: Opener) -> None:
    relu = "&".join(f"network.layers.{i}=dense&network.layers.{i}.activation=relu" for i in range(2))
    playground = open_page(f"#network.layers=2&{relu}&optimizer.learning_rate=0.5").until_paused()
    playground.play().until_epoch(60).pause()
    expect(playground.page.locator(".said button")).to_have_text("Ask the doctor")


def test_who_waits_for_a_run_sees_a_recording_that_says_so(open_page: Opener) -> None:
    playground = open_page("healthz", reduced_motion="no-preference")
    held: list[Route] = []
    playground.page.route("**/api/runs", lambda route: held.append(route))
    playground.page.goto("/")
    expect(playground.status).to_have_text("Recording, connecting")
    playground.until_epoch(3)
    pictures = [playground.picture(canvas) for canvas in BOTH]
    playground.until_epoch(60)
    assert all(picture != playground.picture(canvas) for canvas, picture in zip(BOTH, pictures, strict=True))
    held[0].continue_()
    playground.until_training()
    expect(playground.status).not_to_contain_text("Recording")


def test_a_recording_stops_for_whoever_wants_something_else(open_page: Opener) -> None:
    playground = open_page("healthz", reduced_motion="no-preference")
    held: list[Route] = []
    playground.page.route("**/api/runs", lambda route: held.append(route))
    playground.page.goto("/")
    playground.until_epoch(3)
    playground.page.get_by_role("button", name="Pause training").click()
    expect(playground.status).to_have_text("Recording, connecting")
    held[0].continue_()
    playground.until_paused()
    assert playground.epoch < 300
