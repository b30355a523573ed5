"""The narrator: one short true sentence about what is going on, which does not hurry."""

import itertools
import re
import time

from playwright.sync_api import Locator, expect

from tests.browser import test_drawing as drawing
from tests.browser.playground import PATIENCE_MS, Opener, Playground
from tests.browser.test_inspector import SATURATED

LONGEST = 110
RELU = "&".join(f"network.layers.{i}=dense&network.layers.{i}.activation=relu" for i in range(2))
DYING = f"#network.layers=2&{RELU}&optimizer.learning_rate=0.5"
DEEP = "#network.layers=5&optimizer=sgd&" + "&".join(
    f"network.layers.{i}=dense&network.layers.{i}.activation=sigmoid&network.layers.{i}.units=6" for i in range(5)
)


def sentence(playground: Playground) -> Locator:
    return playground.page.locator(".narrator p").first


def short(text: str) -> bool:
    return 0 < len(text) <= LONGEST


def test_a_gradient_that_vanishes_is_named_with_how_much(open_page: Opener) -> None:
    playground = open_page(DEEP).until_paused().play()
    expect(sentence(playground)).to_have_text(
        re.compile(
            r"Stuck: the gradient in Hidden 1 is [\d,]+ times smaller than in Output\. Try ReLU or fewer layers\."
        ),
        timeout=PATIENCE_MS,
    )
    assert short(sentence(playground).inner_text())


def test_dead_units_are_counted_and_the_doctor_is_near(open_page: Opener) -> None:
    playground = open_page(DYING).until_paused()
    playground.play().until_epoch(60).pause()
    expect(sentence(playground)).to_have_text(
        re.compile(r"\d of \d units of Hidden \d are dead: no sample can move them\. Try leaky ReLU there\.")
    )
    assert short(sentence(playground).inner_text())
    playground.page.get_by_role("button", name="Ask the doctor").click()
    expect(playground.page.get_by_role("tab", name="Doctor")).to_have_attribute("aria-selected", "true")
    expect(playground.page.get_by_role("button", name="Ask the doctor")).to_have_count(0)


def test_a_plateau_is_told_with_the_cause_that_is_measured(open_page: Opener) -> None:
    playground = open_page(f"#{SATURATED}").until_paused()
    playground.play().until_epoch(80).pause()
    expect(sentence(playground)).to_have_text(
        re.compile(r"Stuck at a loss of [\d.]+: \d+% of the slopes in Hidden \d are almost 0\. Try smaller weights\."),
        timeout=PATIENCE_MS,
    )
    assert short(sentence(playground).inner_text())


def test_no_sentence_has_numbers_of_the_network_before(open_page: Opener) -> None:
    playground = open_page("#data=linear").until_paused()
    playground.play().until_epoch(60).pause()
    expect(sentence(playground)).to_contain_text("Learned: ")
    heard = """() => {
        window.said = [];
        const note = () => window.said.push(document.querySelector(".narrator p").textContent);
        const where = { subtree: true, characterData: true, childList: true };
        new MutationObserver(note).observe(document.querySelector(".narrator"), where);
    }"""
    playground.page.evaluate(heard)
    playground.page.get_by_role("radio", name="XOR").check(force=True)
    playground.until_experiment("XOR")
    expect(sentence(playground)).to_contain_text("Each dot")
    assert [text for text in playground.page.evaluate("window.said") if "%" in text or "Learned" in text] == []


def test_a_change_begins_the_count_of_a_plateau_anew(open_page: Opener) -> None:
    playground = open_page(f"#{SATURATED}").until_paused()
    playground.play().until_epoch(80).pause()
    expect(sentence(playground)).to_contain_text("Stuck at a loss")
    playground.set("Learning rate, typed", "0.05").until_link("learning_rate=0.05")
    expect(sentence(playground)).not_to_contain_text("Stuck at a loss")


def test_while_training_the_sentence_stays_for_four_seconds(open_page: Opener) -> None:
    playground = open_page(reduced_motion="no-preference", viewport={"width": 1280, "height": 800})
    playground.until_training()
    changes = []
    said, end = sentence(playground).inner_text(), time.monotonic() + 10
    while time.monotonic() < end and playground.epoch < 280:
        if (now := sentence(playground).inner_text()) != said:
            said = now
            changes.append(time.monotonic())
            assert short(said), said
    assert all(later - earlier > 3.5 for earlier, later in itertools.pairwise(changes))


def test_a_pause_is_told_at_once_and_politely(playground: Playground) -> None:
    expect(sentence(playground)).to_have_attribute("aria-live", "polite")
    assert short(sentence(playground).inner_text())
    playground.play().until_epoch(5)
    playground.pause()
    accuracy = playground.number("Test accuracy")
    expect(sentence(playground)).to_contain_text(accuracy)


def test_health_is_asked_for_now_and_then_only(open_page: Opener) -> None:
    playground = open_page().until_paused()
    asked: list[bool] = []
    playground.page.on(
        "websocket",
        lambda socket: socket.on(
            "framesent", lambda data: asked.append('"health"' in str(data)) if '"watch"' in str(data) else None
        ),
    )
    playground.page.reload()
    playground.until_paused()
    playground.page.get_by_role("tab", name="Gradient check").click()
    began = time.monotonic()
    playground.play().until_epoch(120).pause()
    times = sum(now and not before for before, now in itertools.pairwise([False, *asked]))
    assert 1 <= times <= 4 + (time.monotonic() - began) / 2
    assert not asked[-1]


def test_dead_units_are_no_trouble_where_the_rest_has_learned(open_page: Opener) -> None:
    relu = "network.layers=1&network.layers.0=dense&network.layers.0.activation=relu&network.layers.0.units=4"
    playground = open_page(f"#data=linear&{relu}&optimizer.learning_rate=1").until_paused()
    playground.play().until_epoch(60).pause()
    expect(playground.page.locator(".card").first).to_contain_text("dead", ignore_case=True)
    expect(sentence(playground)).to_contain_text("Learned: ")


def test_who_listens_may_be_left_in_peace_while_it_trains(playground: Playground) -> None:
    playground.page.keyboard.press("?")
    playground.page.get_by_label("Screen readers are told the narrator's sentences while it trains").uncheck()
    playground.page.keyboard.press("Escape")
    playground.play().until_epoch(3)
    expect(sentence(playground)).to_have_attribute("aria-live", "off")
    playground.pause()
    expect(sentence(playground)).to_have_attribute("aria-live", "polite")
    playground.page.reload()
    playground.until_paused().play().until_epoch(playground.epoch + 3)
    expect(sentence(playground)).to_have_attribute("aria-live", "off")


def test_a_phone_has_it_beside_the_network_and_the_inspector(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 390, "height": 844}).until_paused()
    for tab in ("Result", "Network", "Inspect"):
        playground.page.get_by_role("tab", name=tab, exact=True).click()
        expect(sentence(playground)).to_contain_text("Each dot is a point with a colour.")


def test_after_a_while_of_rest_it_says_what_else_there_is(playground: Playground) -> None:
    playground.page.clock.install()
    playground.page.reload()
    playground.until_paused().step("Epoch").until_epoch(1)
    playground.page.clock.fast_forward(21_000)
    expect(sentence(playground)).to_contain_text("drag the timeline to an earlier moment")
    assert short(sentence(playground).inner_text())


def test_a_test_by_what_was_learned_from_is_trusted_by_nobody(open_page: Opener) -> None:
    playground = open_page("#data=linear").until_paused()
    playground.play().until_epoch(60).pause()
    expect(sentence(playground)).to_contain_text("Learned: ")
    drawing.begin(playground)
    drawing.press(playground, 0.25, 0.25)
    playground.until_experiment("Drawn")
    expect(sentence(playground)).to_have_text(
        "The data changed, and the network goes on. It knows some of the test samples: a reset makes the test fair."
    )
    assert short(sentence(playground).inner_text())
    playground.page.get_by_role("button", name="Reset").first.click()
    expect(sentence(playground)).to_contain_text("Each dot")
