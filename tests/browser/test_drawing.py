"""A visitor draws the points to learn from: with a mouse, a finger or the keyboard, over whatever set is shown."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground
from tests.browser.test_accessibility import LOOKS, faults

FOUR = "#data=drawn&data.points=QYQYAvovoAQYvoBvoQYB"
BLOBS = "#data=blobs&output=softmax&loss=cross_entropy"
PLANE = "#data=plane&loss=mean_squared_error&output=linear"
SINE = "#data=sine&loss=mean_squared_error&output=linear"


def begin(playground: Playground) -> Playground:
    playground.page.get_by_role("button", name="Draw points").click()
    expect(pad(playground)).to_be_visible()
    expect(told(playground)).to_be_visible()
    return playground


def pad(playground: Playground) -> Locator:
    return playground.page.get_by_role("application", name="Map to draw points on")


def tools(playground: Playground) -> Locator:
    return playground.page.get_by_role("group", name="Drawing", exact=True)


def told(playground: Playground) -> Locator:
    """How many points there are, or what is missing."""
    return tools(playground).get_by_role("status")


def at(playground: Playground, right: float, down: float) -> tuple[float, float]:
    """A place on the map, from 0 to 1, in pixels of the page."""
    box = pad(playground).bounding_box()
    assert box
    return box["x"] + right * box["width"], box["y"] + down * box["height"]


def press(playground: Playground, right: float, down: float) -> None:
    playground.page.mouse.click(*at(playground, right, down))


def choose(playground: Playground, name: str) -> None:
    tools(playground).get_by_role("radio", name=name, exact=True).check()


def expect_points(playground: Playground, count: int) -> None:
    expect(told(playground)).to_have_text(f"{count} points")


def learned_from(playground: Playground) -> str:
    """The points as the link has them, once the run has taken them over."""
    return re.findall(r"data\.points=([\w-]+)", playground.link)[0]


# --- by mouse -------------------------------------------------------------------------------------------------------


def test_a_press_puts_a_point_on_the_set_that_is_shown(playground: Playground) -> None:
    begin(playground)
    expect_points(playground, 300)
    press(playground, 0.25, 0.25)
    expect_points(playground, 301)
    playground.until_experiment("Drawn").until_link("data=drawn&data.points=")
    assert len(learned_from(playground)) == 5 * 301
    press(playground, 0.75, 0.25)
    expect_points(playground, 302)


def test_training_goes_on_while_points_are_drawn(playground: Playground) -> None:
    begin(playground).play().until_epoch(5)
    press(playground, 0.25, 0.25)
    playground.until_experiment("Drawn")
    assert playground.epoch >= 5
    playground.until_epoch(playground.epoch + 2)
    press(playground, 0.5, 0.5)
    playground.until_epoch(playground.epoch + 2)
    playground.pause()
    expect_points(playground, 302)


def test_a_stroke_is_undone_and_done_again_as_one(open_page: Opener) -> None:
    playground = begin(open_page(FOUR).until_paused())
    playground.page.mouse.move(*at(playground, 0.2, 0.2))
    playground.page.mouse.down()
    playground.page.mouse.move(*at(playground, 0.8, 0.2), steps=6)
    playground.page.mouse.up()
    expect(told(playground)).not_to_have_text("4 points")
    drawn = told(playground).inner_text()
    assert int(drawn.split()[0]) > 10
    playground.page.get_by_role("button", name="Undo: other points").click()
    expect_points(playground, 4)
    playground.page.get_by_role("button", name="Redo: other points").click()
    expect(told(playground)).to_have_text(drawn)


def test_the_brush_puts_several_points_and_the_eraser_takes_them_away(open_page: Opener) -> None:
    playground = begin(open_page(FOUR).until_paused())
    choose(playground, "Brush")
    press(playground, 0.3, 0.3)
    expect_points(playground, 9)
    choose(playground, "Eraser")
    playground.page.mouse.move(*at(playground, 0.18, 0.3))
    playground.page.mouse.down()
    for down in (0.3, 0.24, 0.36, 0.2, 0.4):
        playground.page.mouse.move(*at(playground, 0.42, down), steps=4)
        playground.page.mouse.move(*at(playground, 0.18, down), steps=4)
    playground.page.mouse.up()
    expect_points(playground, 4)


def test_a_point_is_of_the_class_that_was_chosen(open_page: Opener) -> None:
    playground = begin(open_page(FOUR).until_paused())
    for name, letter in (("orange", "A"), ("blue", "B")):
        choose(playground, name)
        count = int(told(playground).inner_text().split()[0])
        press(playground, 0.5, 0.5)
        expect_points(playground, count + 1)
        playground.until_link(f"{letter}")
        expect(playground.page).to_have_url(re.compile(rf"points=[\w-]*{letter}$"))


def test_a_class_is_added_and_drawn(open_page: Opener) -> None:
    playground = begin(open_page(FOUR).until_paused())
    tools(playground).get_by_role("button", name="Add a class").click()
    playground.until_link("data.classes=3")
    expect(tools(playground).get_by_role("radio", name="3", exact=True)).to_be_checked()
    press(playground, 0.5, 0.9)
    expect_points(playground, 5)
    expect(playground.page).to_have_url(re.compile(r"points=[\w-]{24}C"))
    playground.play().until_epoch(2).pause()


def test_too_few_points_are_told_and_the_run_keeps_those_of_before(open_page: Opener) -> None:
    playground = begin(open_page(FOUR).until_paused())
    before = learned_from(playground)
    tools(playground).get_by_role("button", name="Erase all").click()
    expect(told(playground)).to_contain_text("Too few points to learn from: 4 more are needed.")
    for down in (0.2, 0.4, 0.6, 0.8):
        press(playground, 0.2, down)
    expect(told(playground)).to_contain_text("All points are of one class")
    assert learned_from(playground) == before
    choose(playground, "blue")
    press(playground, 0.8, 0.5)
    expect_points(playground, 5)
    expect(playground.page).not_to_have_url(re.compile(before))


def test_what_is_not_learned_from_is_taken_back_stroke_by_stroke(open_page: Opener) -> None:
    playground = begin(open_page(FOUR).until_paused())
    press(playground, 0.5, 0.5)
    expect_points(playground, 5)
    tools(playground).get_by_role("button", name="Erase all").click()
    press(playground, 0.2, 0.2)
    expect(told(playground)).to_contain_text("3 more are needed")
    playground.page.get_by_role("button", name="Undo: a stroke").click()
    expect(told(playground)).to_contain_text("4 more are needed")
    playground.page.keyboard.press("Control+z")
    expect_points(playground, 5)
    playground.page.keyboard.press("Control+y")
    expect(told(playground)).to_contain_text("4 more are needed")
    tools(playground).get_by_role("button", name="Done").click()
    expect(playground.page.get_by_text("Until then the run keeps the points that it has")).to_be_visible()
    expect(playground.page.get_by_role("listbox", name="Points")).to_be_focused()
    begin(playground)
    expect(pad(playground)).to_be_focused()
    expect(told(playground)).to_contain_text("4 more are needed")


def test_values_are_drawn_over_a_surface(open_page: Opener) -> None:
    playground = begin(open_page(PLANE).until_paused())
    expect_points(playground, 300)
    tools(playground).get_by_role("slider", name="Value").press("Home")
    press(playground, 0.5, 0.5)
    expect_points(playground, 301)
    playground.until_link("data=drawn_values")
    assert len(learned_from(playground)) == 6 * 301


def test_heights_are_drawn_over_a_curve(open_page: Opener) -> None:
    playground = begin(open_page(SINE).until_paused())
    expect_points(playground, 120)
    press(playground, 0.5, 0.1)
    expect_points(playground, 121)
    playground.until_link("data=drawn_curve")
    assert len(learned_from(playground)) == 4 * 121


def test_of_too_many_points_as_many_are_taken_as_a_link_holds(open_page: Opener) -> None:
    playground = begin(open_page("#data.samples=1000").until_paused())
    expect(told(playground)).to_contain_text("500 points: there may be no more.")
    choose(playground, "Eraser")
    press(playground, 0.5, 0.5)
    expect(playground.page.get_by_text("Of its 1000 points 500 have become drawn ones")).to_be_visible()


# --- by finger and by key -------------------------------------------------------------------------------------------


def test_a_curve_keeps_its_size_when_it_is_drawn_over_on_a_phone(open_page: Opener) -> None:
    playground = open_page(SINE, viewport={"width": 390, "height": 844}).until_paused()
    before = playground.page.get_by_role("listbox", name="Points").bounding_box()
    playground.page.get_by_role("tab", name="Set up").click()
    begin(playground)
    after = pad(playground).bounding_box()
    assert before and after and (after["width"], after["height"]) == (before["width"], before["height"])


def test_a_finger_draws_on_a_phone(open_page: Opener) -> None:
    size = {"width": 390, "height": 844}
    playground = open_page(FOUR, viewport=size, has_touch=True, is_mobile=True).until_paused()
    playground.page.get_by_role("tab", name="Set up").click()
    begin(playground)
    box = pad(playground).bounding_box() or {}
    assert box["width"] > 250
    playground.page.touchscreen.tap(*at(playground, 0.3, 0.7))
    expect_points(playground, 5)
    playground.until_link("data.points=")
    tools(playground).get_by_role("button", name="Done").click()
    expect(playground.page.get_by_role("listbox", name="Points")).to_be_visible()


def test_the_keyboard_draws_all_that_a_mouse_does(open_page: Opener) -> None:
    playground = begin(open_page(FOUR).until_paused())
    keys = playground.page.keyboard
    said = playground.page.locator("p.unseen[role=status]")
    pad(playground).focus()
    keys.press("Shift+ArrowUp")
    expect(said).to_have_text("x1 0.00, x2 0.75")
    keys.press("2")
    expect(said).to_have_text("class blue")
    keys.press("Enter")
    expect(said).to_have_text("Put at x1 0.00, x2 0.75: 5 points")
    expect_points(playground, 5)
    expect(playground.page).to_have_url(re.compile(r"points=[\w-]*B$"))
    keys.press("ArrowRight")
    keys.press("1")
    keys.press(" ")
    expect_points(playground, 6)
    keys.press("Control+z")
    expect_points(playground, 5)
    keys.press("Delete")
    expect_points(playground, 4)
    keys.press("Delete")
    expect(said).to_have_text("Nothing there")
    keys.press("Escape")
    expect(pad(playground)).to_be_hidden()


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=str)
def test_no_serious_fault_while_drawing(open_page: Opener, size: tuple[int, int], theme: str) -> None:
    viewport = {"width": size[0], "height": size[1]}
    playground = open_page(BLOBS, viewport=viewport, color_scheme=theme).until_paused()
    if size[0] == 390:
        playground.page.get_by_role("tab", name="Set up").click()
    begin(playground)
    assert faults(playground) == []
