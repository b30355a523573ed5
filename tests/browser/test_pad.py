"""A visitor draws a digit, and sees what the network takes it for, with every stroke."""

import re
from math import cos, pi, sin

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground
from tests.browser.test_accessibility import faults

LINK = "#data=digits&network.layers.0.units=32&network.layers.1.units=16&optimizer.learning_rate=0.01"
ZERO = [(0.5 + 0.18 * cos(2 * pi * i / 12), 0.5 + 0.3 * sin(2 * pi * i / 12)) for i in range(13)]
SEVEN = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.85)]


def trained(open_page: Opener, **options: object) -> Playground:
    """One that knows its digits, with a pad in the place of the picked image."""
    playground = open_page(LINK, **options).until_paused()
    playground.play().until_epoch(10).pause()
    playground.page.get_by_label("Draw an image yourself").check(force=True)
    return playground


def pad(playground: Playground) -> Locator:
    return playground.page.get_by_role("application", name="Pad")


def draw(playground: Playground, places: list[tuple[float, float]]) -> None:
    box = pad(playground).bounding_box() or {}
    mouse = playground.page.mouse
    for i, (x, y) in enumerate(places):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
        if i == 0:
            mouse.down()
    mouse.up()


def show(playground: Playground, name: str) -> None:
    """What a phone has behind a tab."""
    for tab in playground.page.get_by_role("tab", name=name, exact=True).all():
        tab.click()


def winner(playground: Playground) -> Locator:
    return playground.page.locator(".probabilities .winner > span").first


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}])
def test_what_is_drawn_is_told_apart(open_page: Opener, options: dict[str, object]) -> None:
    playground = trained(open_page, **options)
    expect(winner(playground)).to_have_count(0)
    draw(playground, SEVEN)
    expect(winner(playground)).to_have_text("7")
    show(playground, "Network")
    expect(playground.page.locator(".class-bar.winner .class-name")).to_have_text("7")
    show(playground, "Result")
    expect(winner(playground)).to_have_text("7")
    playground.page.get_by_role("button", name="Empty").click()
    expect(winner(playground)).to_have_count(0)
    draw(playground, ZERO)
    expect(winner(playground)).to_have_text("0")
    assert not faults(playground)


def test_it_is_asked_again_while_the_network_learns(open_page: Opener) -> None:
    playground = trained(open_page)
    draw(playground, SEVEN)
    expect(winner(playground)).to_have_text("7")
    playground.start_again("New weights").until_epoch(0)
    before = playground.page.locator(".probabilities").inner_text()
    playground.step("Epoch").until_epoch(1)
    expect(playground.page.locator(".probabilities")).not_to_have_text(before)


def test_keys_draw_too(open_page: Opener) -> None:
    playground = trained(open_page)
    epoch = playground.epoch
    pad(playground).focus()
    for key in ["ArrowLeft"] * 3 + ["Space"] + ["ArrowRight"] * 6 + ["ArrowDown", "ArrowDown", "ArrowLeft"] * 5:
        playground.page.keyboard.press(key)
    expect(winner(playground)).to_have_text("7")
    playground.page.keyboard.press("Delete")
    expect(winner(playground)).to_have_count(0)
    expect(playground.page.get_by_text("Draw here")).to_be_visible()
    playground.page.keyboard.press("Control+z")
    expect(winner(playground)).to_have_text("7")
    playground.page.get_by_role("button", name="Take the last stroke back").click()
    expect(winner(playground)).to_have_count(0)
    assert playground.epoch == epoch


def test_a_picked_image_takes_its_place_again(open_page: Opener) -> None:
    playground = trained(open_page)
    draw(playground, SEVEN)
    playground.page.get_by_role("button", name=re.compile("^Image ")).nth(3).click()
    expect(pad(playground)).to_have_count(0)
    expect(playground.page.get_by_role("img", name=re.compile("^The picked image"))).to_be_visible()
    expect(winner(playground)).to_have_count(1)


def test_there_is_nothing_to_draw_where_the_data_are_no_images(playground: Playground) -> None:
    expect(playground.page.get_by_label("Draw an image yourself")).to_have_count(0)
