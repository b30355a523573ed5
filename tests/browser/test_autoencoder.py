"""A visitor watches an autoencoder: where it puts the digits, and how it draws them again."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground, watched
from tests.browser.test_accessibility import LOOKS, faults

LINK = "#data=unlabelled_digits&data.samples=300&network.layers=1&network.layers.0.units={units}"


@pytest.fixture
def autoencoder(open_page: Opener) -> Playground:
    return open_page(LINK.format(units=2)).until_paused()


def code(playground: Playground) -> Locator:
    return playground.page.get_by_role("listbox", name=re.compile("^Images by"))


def point(playground: Playground) -> Locator:
    """The picked point, as it is said: "Image 7, labelled 3"."""
    return code(playground).get_by_role("option", selected=True)


def picked(playground: Playground) -> str:
    return point(playground).inner_text()


def point_at(field: Locator, across: float, down: float) -> None:
    """To these shares of its width and height, wherever it stands by then."""
    box = field.bounding_box() or {}
    field.hover(position={"x": across * box["width"], "y": down * box["height"]})


def drawn_again(playground: Playground) -> Locator:
    return playground.page.locator(".redrawn figcaption")


def until_drawn(playground: Playground, digit: str) -> None:
    """Wait until the pair shows an image of that digit."""
    expect(playground.page.locator(".pair figcaption").first).to_contain_text(f"a {digit},")


def test_it_is_chosen_among_the_tasks_and_learns(playground: Playground) -> None:
    playground.page.get_by_role("radio", name="Compress").check(force=True)
    playground.until_experiment("64 → 48 → 2 → 48 → 64").until_paused()
    at_start = playground.picture(".points canvas")
    playground.play().until_epoch(5).pause()
    playground.until_another_picture(".points canvas", at_start)
    assert float(playground.number("Test loss")) < 0.06
    expect(playground.page.locator(".numbers")).not_to_contain_text("accuracy")


def test_its_link_opens_the_same_elsewhere(playground: Playground, open_page: Opener) -> None:
    playground.page.get_by_role("radio", name="Compress").check(force=True)
    playground.until_experiment("64 → 48 → 2 → 48 → 64").until_link("unlabelled_digits").until_paused()
    elsewhere = open_page(f"#{playground.link}").until_paused().until_experiment("64 → 48 → 2 → 48 → 64")
    assert elsewhere.number("Test loss") == playground.number("Test loss")


def test_the_narrator_says_what_it_does(autoencoder: Playground) -> None:
    narrator = autoencoder.page.locator(".narrator")
    expect(narrator).to_contain_text("from 64 pixels into 2 numbers, and drawn again from those alone")
    autoencoder.step("Epoch").until_epoch(1)
    expect(narrator).to_contain_text("It squeezes 64 pixels into 2 numbers and draws the digit again")


def test_its_outputs_are_pixels_and_no_classes(autoencoder: Playground) -> None:
    expect(autoencoder.layer(2).first).to_have_accessible_name("Output neuron for pixel 1.1, sigmoid")
    expect(autoencoder.page.locator(".class-bar")).to_have_count(0)


def test_a_wide_code_squeezes_nothing(open_page: Opener) -> None:
    playground = open_page(LINK.format(units=64)).until_paused()
    expect(playground.page.locator(".narrator")).to_contain_text("Each image is turned from 64 pixels into 64 numbers")


@pytest.mark.parametrize(
    ("units", "words", "numbers"),
    [
        (1, "the one number of Hidden 1", r"^−?\d+\.\d\d$"),
        (2, "the 2 numbers of Hidden 1", r"^(−?\d+\.\d\d\s?){2}$"),
        (5, "the first 2 of the 5 numbers of Hidden 1", r"^(−?\d+\.\d\d\s){3}… 5 in all$"),
    ],
)
def test_it_says_which_numbers_of_the_code_are_drawn(open_page: Opener, units: int, words: str, numbers: str) -> None:
    playground = open_page(LINK.format(units=units)).until_paused()
    expect(playground.page.locator(".code .heading")).to_contain_text(words)
    expect(code(playground)).to_have_accessible_name(re.compile(words))
    expect(playground.page.locator(".squeezed span").last).to_have_text(re.compile(numbers))


def test_the_point_under_the_pointer_is_picked(autoencoder: Playground) -> None:
    expect(drawn_again(autoencoder)).to_contain_text(re.compile(r"\d"))  # the code has come
    before, error = picked(autoencoder), drawn_again(autoencoder).inner_text()
    shapes = autoencoder.picture(".points canvas")
    for share in (0.3, 0.4, 0.5, 0.6):
        point_at(code(autoencoder), share, 0.4)
    expect(point(autoencoder)).not_to_have_text(before)
    until_drawn(autoencoder, picked(autoencoder)[-1])
    expect(drawn_again(autoencoder)).not_to_have_text(error)
    autoencoder.until_another_picture(".points canvas", shapes)


def test_arrow_keys_pick_the_next_point_in_their_direction(autoencoder: Playground) -> None:
    expect(drawn_again(autoencoder)).to_contain_text(re.compile(r"\d"))
    code(autoencoder).focus()
    first = picked(autoencoder)
    autoencoder.page.keyboard.press("ArrowRight")
    expect(point(autoencoder)).not_to_have_text(first)
    expect(code(autoencoder)).to_have_attribute("aria-activedescendant", re.compile(r"image-\d+"))
    for _ in range(100):
        autoencoder.page.keyboard.press("ArrowDown")
    lowest = picked(autoencoder)
    autoencoder.page.keyboard.press("ArrowDown")
    assert picked(autoencoder) == lowest


def test_buttons_go_through_all_images_and_back(autoencoder: Playground) -> None:
    first = picked(autoencoder)
    after = autoencoder.page.get_by_role("button", name="Next image")
    after.focus()
    autoencoder.page.keyboard.press("Enter")
    assert picked(autoencoder) != first
    until_drawn(autoencoder, picked(autoencoder)[-1])
    autoencoder.page.get_by_role("button", name="Previous image").click()
    assert picked(autoencoder) == first
    for _ in range(45):
        after.click()
    assert picked(autoencoder) != first


def test_the_error_falls_as_the_drawing_becomes_alike(autoencoder: Playground) -> None:
    before = autoencoder.picture(".redrawn canvas"), float(drawn_again(autoencoder).inner_text().split()[-1])
    autoencoder.play().until_epoch(20).pause()
    autoencoder.until_another_picture(".redrawn canvas", before[0])
    assert float(drawn_again(autoencoder).inner_text().split()[-1]) < before[1]


def test_test_points_can_be_left_out(autoencoder: Playground) -> None:
    all_points = autoencoder.picture(".points canvas")
    autoencoder.page.get_by_role("checkbox", name="Test points").uncheck()
    autoencoder.until_another_picture(".points canvas", all_points)


def test_the_code_is_asked_for_only_where_it_is_seen(open_page: Opener) -> None:
    playground = open_page(LINK.format(units=2), viewport={"width": 390, "height": 844}).until_paused()
    views = watched(playground)
    playground.page.reload()
    playground.until_paused()
    expect(code(playground)).to_be_visible()
    assert "code" in views[-1]
    playground.page.get_by_role("tab", name="Inspect").click()
    expect(playground.page.locator(".card").first).to_be_visible()
    assert "code" not in views[-1]


def test_other_tasks_are_not_asked_for_a_code(open_page: Opener) -> None:
    playground = open_page("#data=digits").until_paused()
    views = watched(playground)
    playground.page.reload()
    playground.until_paused()
    expect(playground.page.locator(".probabilities output")).to_have_count(10)
    assert views
    assert not any("code" in each for each in views)


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=str)
def test_no_serious_fault(open_page: Opener, theme: str, size: tuple[int, int]) -> None:
    viewport = {"width": size[0], "height": size[1]}
    playground = open_page(LINK.format(units=2), viewport=viewport, color_scheme=theme).until_paused()
    assert faults(playground) == []
    sideways = "[...document.querySelectorAll('.column')].filter((e) => e.scrollWidth > e.clientWidth).length"
    assert playground.page.evaluate(sideways) == 0


# --- between the images --------------------------------------------------------------------------------------------


def place(autoencoder: Playground) -> Locator:
    return autoencoder.page.get_by_role("application", name="A place in the 2 numbers of Hidden 1")


def test_from_a_place_between_the_images_a_digit_is_drawn(autoencoder: Playground) -> None:
    page = autoencoder.page
    expect(drawn_again(autoencoder)).to_contain_text(re.compile(r"\d"))
    of_an_image = autoencoder.picture(".redrawn canvas")
    page.get_by_label("Go between the images").check(force=True)
    there = page.get_by_text(re.compile("^drawn from "))
    begun = there.inner_text()
    expect(place(autoencoder)).to_have_css("touch-action", "none")  # else a finger scrolls the page instead
    point_at(place(autoencoder), 0.9, 0.1)
    expect(there).not_to_have_text(begun)
    drawn = autoencoder.until_another_picture(".redrawn canvas", of_an_image)
    pointed = there.inner_text()
    place(autoencoder).focus()
    for key in ["ArrowLeft"] * 10 + ["ArrowDown"] * 10:
        page.keyboard.press(key)
    expect(there).not_to_have_text(pointed)
    assert autoencoder.until_another_picture(".redrawn canvas", drawn)
    assert not faults(autoencoder)
    page.get_by_label("Go between the images").uncheck(force=True)
    expect(drawn_again(autoencoder)).to_contain_text("drawn again, error")


def test_a_code_of_one_number_is_a_line_to_go_along(open_page: Opener) -> None:
    playground = open_page(LINK.format(units=1)).until_paused()
    expect(drawn_again(playground)).to_contain_text(re.compile(r"\d"))
    playground.page.get_by_label("Go between the images").check(force=True)
    there = playground.page.get_by_text(re.compile("^drawn from "))
    begun = there.inner_text()
    playground.page.get_by_role("application").focus()
    playground.page.keyboard.press("ArrowRight")
    expect(there).not_to_have_text(begun)


def test_what_the_code_knows_of_labels_is_told_beside_what_the_inputs_do(autoencoder: Playground) -> None:
    page = autoencoder.page
    page.get_by_text("What it knows of the labels").click()
    shares = page.locator(".few-labels li")
    expect(shares).to_have_text([re.compile(rf"{by}.*\d%") for by in ("by the code", "by the inputs", "by chance")])
    by_inputs = shares.nth(1).locator("span").last
    before = by_inputs.inner_text()
    slider = page.get_by_label("Labels told")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "210 labels")
    expect(by_inputs).not_to_have_text(before)
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "10 labels")
