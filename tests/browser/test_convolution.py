"""A visitor watches a convolution learn the digits: what its filters find in the picked image."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Opener

LINK = (
    "#data=digits&data.samples=300&network.layers=3&network.layers.0=conv2d&network.layers.0.filters=4"
    "&network.layers.1=max_pool&network.layers.2=conv2d&network.layers.2.filters=6"
)
BOARD = ".board"
SIZES = pytest.mark.parametrize(
    "viewport", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}], ids=["desktop", "phone"]
)


@SIZES
def test_feature_maps_change_with_the_picked_image_and_with_training(
    open_page: Opener, viewport: dict[str, int]
) -> None:
    playground = open_page(LINK, viewport=viewport).until_paused()
    playground.until_experiment("conv 3×3×4")
    if viewport["width"] < 600:
        playground.page.get_by_role("tab", name="Network").click()
    expect(playground.layer(1)).to_have_count(4)
    expect(playground.layer(2)).to_have_count(4)
    first = playground.picture(BOARD)
    if viewport["width"] < 600:
        playground.page.get_by_role("tab", name="Result").click()
    playground.page.get_by_role("button", name="Next image").click()
    if viewport["width"] < 600:
        playground.page.get_by_role("tab", name="Network").click()
    second = playground.until_another_picture(BOARD, first)
    playground.step("Epoch").until_epoch(1)
    playground.until_another_picture(BOARD, second)
    playground.layer(3).first.click()
    if viewport["width"] < 600:
        playground.page.get_by_role("tab", name="Result").click()
    expect(playground.page.get_by_role("img", name="The filters of Convolution 2.1")).to_be_visible()


def test_a_feature_map_says_what_it_is_and_shows_its_filters(open_page: Opener) -> None:
    playground = open_page(LINK).until_paused().until_experiment("conv 3×3×4")
    channel = playground.layer(3).first
    expect(channel).to_have_accessible_name(re.compile("^Convolution 2, neuron 1 of 6, relu"))
    channel.click()
    expect(playground.page.get_by_role("region", name="Formula")).to_contain_text("a feature map of 4×4")
    filters = playground.page.get_by_role("img", name="The filters of Convolution 2.1, one for each channel")
    expect(filters).to_be_visible()
    expect(playground.page.locator(".reading figcaption")).to_contain_text("filters of Convolution 2.1")


def test_the_microscope_says_that_it_does_not_apply(open_page: Opener) -> None:
    playground = open_page(LINK).until_paused().until_experiment("conv 3×3×4")
    playground.page.get_by_role("tab", name="Microscope").click()
    expect(playground.page.get_by_text("The microscope follows single numbers")).to_be_visible()
