"""The landscape of the live run and its edge of stability: by keyboard and by mouse, and not at all unasked."""

import re

import pytest
from playwright.sync_api import Locator, Request, expect

from tests.browser.playground import Opener, Playground
from tests.browser.test_accessibility import LOOKS, faults

SMALL = "#data=circle&data.samples=100&network.layers=1&network.layers.0.units=4"
WIDE = "#data=digits&output=softmax&loss=cross_entropy&network.layers=1&network.layers.0.units=256"
GROUND = ".landscape-ground canvas"


def opened(playground: Playground, is_phone: bool = False) -> Locator:
    """The pane, once there is something to see."""
    if is_phone:
        playground.page.get_by_role("tab", name="Inspect").click()
    playground.page.get_by_role("tablist", name="Inspector").get_by_role("tab", name="Landscape").click()
    return playground.page.get_by_role("tabpanel", name="Landscape")


def until_drawn(playground: Playground) -> Playground:
    """Until the picture is as fine as it will be."""
    expect(playground.page.locator(".landscape")).to_have_attribute("aria-busy", "false")
    expect(playground.page.locator("#landscape-summary")).to_contain_text("The plane keeps")
    return playground


def asked(playground: Playground) -> list[str]:
    """The landscapes that are asked for from now on."""
    requests: list[str] = []

    def note(request: Request) -> None:
        if "/landscape?" in request.url:
            requests.append(request.url)

    playground.page.on("request", note)
    return requests


def shown(pane: Locator, name: str) -> str:
    return pane.locator(f"dt:has-text('{name}') + dd").inner_text()


def test_it_is_looked_at_from_all_sides_by_keyboard(open_page: Opener) -> None:
    playground = open_page(SMALL).until_paused()
    playground.play().until_epoch(20).pause()
    page = playground.page
    page.get_by_role("tab", name="Weights and gradients").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Landscape")).to_be_focused()
    until_drawn(playground)
    pane = page.get_by_role("tabpanel", name="Landscape")
    assert shown(pane, "Now") == playground.number("Train loss")
    assert float(shown(pane, "Start")) > float(shown(pane, "Now"))
    flat = playground.picture(GROUND)
    pane.get_by_role("checkbox", name="In 3-D").press("Space")
    relief = playground.until_another_picture(GROUND, flat)
    pane.get_by_role("button", name="Turn the relief").press("ArrowLeft")
    playground.until_another_picture(GROUND, relief)
    pane.get_by_role("button", name="Table: The way through weight space").press("Enter")
    expect(page.get_by_role("dialog").get_by_role("columnheader").first).to_have_text("updates")
    page.keyboard.press("Escape")
    expect(pane.get_by_role("button", name="Table: The way through weight space")).to_be_focused()


def test_other_planes_are_chosen_by_mouse(open_page: Opener) -> None:
    playground = open_page(SMALL).until_paused()
    playground.play().until_epoch(10).pause()
    pane = opened(playground)
    until_drawn(playground)
    expect(pane.get_by_role("button", name="New directions")).to_have_count(0)
    with playground.page.expect_request(re.compile("plane=random")):
        pane.get_by_role("combobox", name="Plane").select_option(label="Random")
    with playground.page.expect_request(re.compile(r"plane=random.*seed=[1-9]")):
        pane.get_by_role("button", name="New directions").click()
    with playground.page.expect_request(re.compile("(window=.*){4}")):
        pane.get_by_role("combobox", name="Seen").select_option(label="10 times closer")
    until_drawn(playground)


def test_the_way_goes_on_while_the_plane_stays(open_page: Opener) -> None:
    playground = open_page(SMALL).until_paused()
    playground.play().until_epoch(10).pause()
    pane = opened(playground)
    until_drawn(playground)
    requests, before = asked(playground), playground.picture(GROUND)
    updates = shown(pane, "Updates")
    playground.play().until_epoch(playground.epoch + 5)
    expect(pane.locator("dt:has-text('Updates') + dd")).not_to_have_text(updates)
    playground.until_another_picture(GROUND, before)
    assert requests == []


def test_what_nobody_looks_at_is_not_drawn(open_page: Opener) -> None:
    playground = open_page(SMALL).until_paused()
    requests = asked(playground)
    opened(playground)
    until_drawn(playground)
    playground.page.get_by_role("tab", name="Doctor").click()
    count = len(requests)
    playground.play().until_epoch(5).pause()
    assert len(requests) == count == 1


def test_a_large_landscape_is_offered_with_its_price(open_page: Opener) -> None:
    playground = open_page(WIDE).until_paused()
    requests = asked(playground)
    pane = opened(playground)
    offer = pane.get_by_role("button", name=re.compile(r"Draw it: \d+ s of work"))
    expect(offer).to_be_visible()
    assert requests == []
    with playground.page.expect_request("**/landscape?**"):
        offer.click()


def test_the_edge_of_stability_is_told_with_its_bound(open_page: Opener) -> None:
    link = "#data=circle&optimizer=batch_gradient_descent&optimizer.learning_rate=0.05&network.layers=1"
    playground = open_page(link).until_paused()
    playground.play().until_epoch(30).pause()
    pane = opened(playground)
    pane.get_by_role("radio", name="Edge of stability").check(force=True)
    expect(pane.get_by_role("status")).to_have_text(re.compile(r"^λmax is [\d.,]+, below 2/η = 40\.$"))
    expect(pane).to_contain_text("λmax is the largest curvature of the loss.")
    pane.get_by_role("button", name="Table: Sharpness by updates").click()
    expect(playground.page.get_by_role("dialog").get_by_role("columnheader")).to_have_text(["updates", "λmax", "2/η"])


@pytest.mark.parametrize(("size", "theme"), LOOKS[:2], ids=str)
def test_the_edge_has_no_serious_fault(open_page: Opener, theme: str, size: tuple[int, int]) -> None:
    playground = open_page(SMALL, viewport={"width": size[0], "height": size[1]}, color_scheme=theme).until_paused()
    pane = opened(playground, is_phone=size[0] == 390)
    pane.get_by_role("checkbox", name="In 3-D").check()
    until_drawn(playground)
    assert faults(playground) == []
    pane.get_by_role("radio", name="Edge of stability").check(force=True)
    expect(pane.get_by_role("status")).to_contain_text("λmax is")
    assert faults(playground) == []
