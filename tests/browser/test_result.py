"""A visitor looks closely at the answer: how it is painted, which points it gets wrong, and what lies between them."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground, watched
from tests.browser.test_accessibility import LOOKS, faults

SINE = "#data=sine&loss=mean_squared_error&output=linear"
PLANE = "#data=plane&loss=mean_squared_error&output=linear"
BLOBS = "#data=blobs&output=softmax&loss=cross_entropy"
DIGITS = "#data=digits&data.samples=300&output=softmax&loss=cross_entropy"


def plane(playground: Playground) -> Locator:
    return playground.page.get_by_role("listbox", name="Points")


def point(playground: Playground) -> Locator:
    return plane(playground).get_by_role("option")


def reading(playground: Playground) -> Locator:
    """The numbers of the point that is looked at."""
    return playground.page.locator(".reading-of-point")


def count(playground: Playground) -> Locator:
    return playground.page.locator(".count")


def button(playground: Playground, name: str) -> Locator:
    return playground.page.get_by_role("button", name=name, exact=True)


def tick(playground: Playground, name: str) -> None:
    playground.page.get_by_role("checkbox", name=name).check()


def choose_view(playground: Playground, role: str, name: str) -> None:
    """One of the choices behind "View"."""
    button(playground, "View").click()
    playground.page.locator(".choices").get_by_role(role, name=name).check()  # type: ignore[arg-type]
    playground.page.keyboard.press("Escape")


def colors(playground: Playground) -> int:
    """How many colours the picture of the answer has."""
    playground.picture(".heat")
    count = """canvas => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
    }"""
    return int(playground.page.locator(".heat").evaluate(count))


def over(playground: Playground, right: float, down: float) -> tuple[float, float]:
    """A place on the picture, from 0 to 1 to the right and down, in pixels of the page."""
    box = plane(playground).bounding_box()
    assert box
    return box["x"] + right * box["width"], box["y"] + down * box["height"]


def expect_picture(playground: Playground, selector: str, picture: str) -> None:
    """Wait until a canvas looks just so."""
    is_so = "([selector, picture]) => document.querySelector(selector).toDataURL() === picture"
    playground.page.wait_for_function(is_so, arg=[selector, picture], timeout=PATIENCE_MS)


def expect_other(playground: Playground, picture: str, selector: str = ".heat") -> None:
    """Wait until a canvas looks different."""
    changed = "([selector, picture]) => document.querySelector(selector).toDataURL() !== picture"
    playground.page.wait_for_function(changed, arg=[selector, picture], timeout=PATIENCE_MS)


def come_near(playground: Playground) -> None:
    """Bring the pointer to the middle of the picture, and wait until the point there says its numbers."""
    playground.page.mouse.move(*over(playground, 0.5, 0.5))
    expect(reading(playground)).to_contain_text("loss")


# --- how it is painted ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "name", "most"), [("", "Discretised", 2), (BLOBS, "Discretised", 4), (PLANE, "Bands", 8)]
)
def test_each_place_is_painted_as_what_it_is_taken_for(open_page: Opener, link: str, name: str, most: int) -> None:
    playground = open_page(link).until_paused()
    playground.play().until_epoch(3).pause()
    assert colors(playground) > 20
    choose_view(playground, "radio", name)
    assert colors(playground) <= most
    playground.page.reload()
    playground.until_paused()
    assert colors(playground) <= most


@pytest.mark.parametrize("link", ["", BLOBS])
def test_patterns_tell_areas_apart_without_colour(open_page: Opener, link: str) -> None:
    playground = open_page(link).until_paused()
    before = playground.picture(".heat"), playground.picture(".line")
    choose_view(playground, "checkbox", "Patterns")
    assert (playground.picture(".heat"), playground.picture(".line")) != before
    playground.page.reload()
    playground.until_paused()
    button(playground, "View").click()
    expect(playground.page.get_by_role("checkbox", name="Patterns")).to_be_checked()


@pytest.mark.parametrize("wish", [{"contrast": "more"}, {"forced_colors": "active"}], ids=str)
def test_patterns_are_there_for_those_who_ask_for_contrast(open_page: Opener, wish: dict[str, str]) -> None:
    playground = open_page(**wish).until_paused()
    button(playground, "View").click()
    expect(playground.page.get_by_role("checkbox", name="Patterns")).to_be_checked()


# --- what is wrong ----------------------------------------------------------------------------------------------


def test_mistakes_are_marked_and_counted(playground: Playground) -> None:
    playground.play().until_epoch(5).pause()
    before = playground.picture(".line")
    tick(playground, "Mistakes")
    expect(count(playground)).to_contain_text("of 90 test points wrong")
    playground.until_another_picture(".line", before)
    wrong, all_points = map(int, re.findall(r"\d+", count(playground).inner_text())[:2])
    assert float(playground.number("Test accuracy").rstrip("%")) == pytest.approx(
        100 - 100 * wrong / all_points, abs=0.1
    )
    playground.page.reload()
    playground.until_paused()
    expect(count(playground)).to_contain_text("test points wrong")


def test_of_values_the_largest_errors_are_marked(open_page: Opener) -> None:
    playground = open_page(PLANE).until_paused()
    tick(playground, "Largest errors")
    expect(count(playground)).to_contain_text(re.compile(r"The 5 farthest points are off by [\d.]+ to [\d.]+"))


def test_a_picture_at_rest_is_described(playground: Playground) -> None:
    playground.step("Epoch").until_epoch(1)
    picture = playground.page.get_by_role("img", name="Decision boundary")
    expect(picture).to_have_accessible_description(
        re.compile(r"\d+ of 90 test points wrong, \d+ of 210 training points\. .*orange \d+%, blue \d+%"),
        timeout=PATIENCE_MS,
    )
    playground.play().until_epoch(3)
    expect(picture).to_have_accessible_description("")


def test_the_answers_at_the_points_are_asked_for_only_when_they_are_looked_at(playground: Playground) -> None:
    views = watched(playground)
    playground.page.reload()
    playground.until_paused().play().until_epoch(2)
    assert "answers" not in views[-1]
    tick(playground, "Mistakes")
    expect(count(playground)).to_contain_text("test points wrong")
    assert "answers" in views[-1]


# --- a point's numbers ------------------------------------------------------------------------------------------

OF_A_CLASS = re.compile(
    r"(orange|blue) at \(.*\)(, test)?\s*(right: [−\d.]+|wrong: (orange|blue) [−\d.]+), loss [\d.]+"
)
OF_A_VALUE = re.compile(r"at [−\d.]+(, test)?\s*answer [−\d.]+, off by [\d.]+, loss [\d.]+")


def test_a_point_under_the_pointer_says_its_numbers(playground: Playground) -> None:
    come_near(playground)
    expect(reading(playground)).to_have_text(OF_A_CLASS)
    playground.page.mouse.move(2, 2)
    expect(reading(playground)).to_have_count(0)
    expect(playground.page.locator(".legend")).to_contain_text("orange")


@pytest.mark.parametrize(("link", "words"), [("", OF_A_CLASS), (SINE, OF_A_VALUE)], ids=["plane", "curve"])
def test_a_point_is_picked_with_the_keyboard(open_page: Opener, link: str, words: re.Pattern[str]) -> None:
    playground = open_page(link).until_paused()
    plane(playground).focus()
    playground.page.keyboard.press("ArrowRight")
    expect(reading(playground)).to_have_text(words)
    first = point(playground).get_attribute("aria-label") or ""
    playground.page.keyboard.press("ArrowLeft")
    expect(point(playground)).not_to_have_attribute("aria-label", first)
    playground.page.keyboard.press("Escape")
    expect(reading(playground)).to_have_count(0)


def test_a_point_of_a_curve_is_picked_with_the_pointer(open_page: Opener) -> None:
    playground = open_page(SINE).until_paused()
    playground.page.mouse.click(*over(playground, 0.66, 0.2))
    expect(point(playground)).to_have_attribute(
        "aria-label", re.compile(r"^at [−\d.]+, [−\d.]+, a (test|training) point$")
    )
    playground.page.mouse.move(2, 2)
    expect(reading(playground)).to_have_text(OF_A_VALUE)


def test_keys_go_from_mistake_to_mistake_and_from_point_to_point(playground: Playground) -> None:
    page = playground.page
    playground.play().until_epoch(5).pause()
    page.keyboard.press("m")
    expect(reading(playground)).to_contain_text("wrong:")
    expect(plane(playground)).to_be_focused()
    first = point(playground).get_attribute("aria-label") or ""
    page.keyboard.press("m")
    expect(point(playground)).not_to_have_attribute("aria-label", first)
    expect(reading(playground)).to_contain_text("wrong:")
    second = point(playground).get_attribute("aria-label") or ""
    page.keyboard.press("p")
    expect(point(playground)).not_to_have_attribute("aria-label", second)


def test_all_points_and_answers_stand_in_a_table(playground: Playground) -> None:
    button(playground, "Table: Points and answers").click()
    dialog = playground.page.get_by_role("dialog", name="Points and answers")
    expect(dialog.get_by_role("columnheader")).to_have_text(["Point", "x1", "x2", "Class", "Answer", "Right?", "Set"])
    expect(dialog).to_contain_text(re.compile(r"orange: \d+ of 150 wrong\."))


# --- zoom and pan -----------------------------------------------------------------------------------------------


def test_buttons_zoom_and_the_server_draws_the_window_anew(playground: Playground) -> None:
    views = watched(playground)
    playground.page.reload()
    playground.until_paused()
    whole = playground.picture(".heat")
    axes = playground.picture(".samples")
    button(playground, "Zoom in").click()
    expect_other(playground, whole)
    assert "boundary:-1.5,1.5,-1.5,1.5" in views[-1] and "boundary" not in views[-1]
    playground.until_another_picture(".samples", axes)
    button(playground, "Whole").click()
    expect_picture(playground, ".heat", whole)
    expect(button(playground, "Whole")).to_have_count(0)


def test_a_wheel_zooms_with_ctrl_and_alone_it_scrolls(playground: Playground) -> None:
    page = playground.page
    come_near(playground)
    page.mouse.wheel(0, -200)
    expect(button(playground, "Whole")).to_have_count(0)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(button(playground, "Whole")).to_be_visible()
    assert page.evaluate("devicePixelRatio") == 1


def test_a_drag_pans_and_picks_nothing(playground: Playground) -> None:
    whole = playground.picture(".heat")
    page = playground.page
    come_near(playground)
    page.mouse.down()
    page.mouse.move(*over(playground, 0.6, 0.5))
    page.mouse.move(*over(playground, 0.7, 0.6), steps=4)
    page.mouse.up()
    expect(button(playground, "Whole")).to_be_visible()
    expect_other(playground, whole)
    expect(point(playground)).to_have_attribute("aria-label", "No point picked")


def test_two_fingers_zoom(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 390, "height": 844}, has_touch=True).until_paused()
    fingers = playground.page.context.new_cdp_session(playground.page)

    def touch(kind: str, *apart: float) -> None:
        places = [over(playground, 0.5 + share, 0.5) for share in apart]
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for kind, apart in [("touchStart", 0.05), ("touchMove", 0.1), ("touchMove", 0.2), ("touchMove", 0.3)]:
        touch(kind, -apart, apart)
    touch("touchEnd")
    expect(button(playground, "Whole")).to_be_visible()


@pytest.mark.parametrize("link", ["", SINE], ids=["plane", "curve"])
def test_keys_zoom_and_pan(open_page: Opener, link: str) -> None:
    playground = open_page(link).until_paused()
    playground.step("Epoch").until_epoch(1)
    keyboard = playground.page.keyboard
    pictures = [playground.picture(".samples")]
    plane(playground).focus()
    for key in ("+", "Shift+ArrowRight", "-"):
        keyboard.press(key)
        expect_other(playground, pictures[-1], ".samples")
        pictures.append(playground.picture(".samples"))
    assert len(set(pictures)) == 4
    keyboard.press("0")
    expect_picture(playground, ".samples", pictures[0])


def test_a_point_out_of_sight_is_brought_in(playground: Playground) -> None:
    plane(playground).focus()
    for _ in range(4):
        playground.page.keyboard.press("+")
    for _ in range(3):
        playground.page.keyboard.press("p")
        expect(point(playground)).to_have_class("picked-point")


def test_another_data_set_is_seen_as_a_whole(playground: Playground) -> None:
    button(playground, "Zoom in").click()
    expect(button(playground, "Whole")).to_be_visible()
    playground.page.get_by_role("radio", name="Circle").check(force=True)
    expect(button(playground, "Whole")).to_have_count(0)


# --- in every look ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=str)
@pytest.mark.parametrize("link", ["", SINE], ids=["plane", "curve"])
def test_no_serious_fault_while_looking_closely(
    open_page: Opener, link: str, theme: str, size: tuple[int, int]
) -> None:
    playground = open_page(link, viewport={"width": size[0], "height": size[1]}, color_scheme=theme).until_paused()
    tick(playground, "Largest errors" if link else "Mistakes")
    plane(playground).focus()
    playground.page.keyboard.press("ArrowRight")
    playground.page.keyboard.press("+")
    expect(reading(playground)).to_contain_text("loss")
    button(playground, "View").click()
    expect(playground.page.get_by_role("checkbox", name="Patterns")).to_be_visible()
    assert faults(playground) == []
    sideways = "[...document.querySelectorAll('.column')].filter((e) => e.scrollWidth > e.clientWidth).length"
    assert playground.page.evaluate(sideways) == 0


@pytest.mark.parametrize("link", ["#data=digits", "#data=blobs&data.classes=10&output=softmax&loss=cross_entropy"])
def test_all_of_it_is_in_sight_at_once(open_page: Opener, link: str) -> None:
    page = open_page(link).until_paused().page
    expect(page.locator(".column.result").get_by_role("button", name="Table").last).to_be_visible()
    if "blobs" in link:
        page.get_by_role("button", name="Draw points").click()
        expect(page.get_by_role("group", name="Drawing", exact=True)).to_be_visible()
        page.get_by_role("radio", name="10", exact=True).check()
    else:
        expect(page.locator(".samples-list button").nth(39)).to_be_attached()
        expect(page.locator(".neuron[data-neuron^='3.']")).to_have_count(10)
    expect(page.locator(".loss-chart")).to_be_in_viewport(ratio=1)
