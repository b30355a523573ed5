"""No serious fault of accessibility, light or dark, from phone to wall; names, and room for a thumb."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.playground import CUT, Opener, Playground
from tests.browser.proxy import proxy_before
from tests.server import Server

LOOKS = [((390, 844), "dark"), ((1280, 800), "light"), ((1920, 1080), "dark")]
"""Each size and each theme: what a theme breaks it breaks at all sizes."""
SERIOUS = ("serious", "critical")


def faults(playground: Playground) -> list[str]:
    violations = Axe().run(playground.page).response["violations"]
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:120]} {violation['nodes'][0]['failureSummary'][:300]}"
        for violation in violations
        if violation["impact"] in SERIOUS
    ]


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=str)
def test_no_serious_fault(open_page: Opener, theme: str, size: tuple[int, int]) -> None:
    viewport = {"width": size[0], "height": size[1]}
    playground = open_page("#data=blobs&output=softmax&loss=cross_entropy", viewport=viewport, color_scheme=theme)
    playground.until_paused()
    tabs = playground.page.get_by_role("tab").all()
    for tab in tabs or [None]:
        if tab:
            tab.click()
        assert faults(playground) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_fault_on_digits(open_page: Opener, theme: str) -> None:
    playground = open_page("#data=digits&output=softmax&loss=cross_entropy", color_scheme=theme).until_paused()
    assert faults(playground) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_fault_when_diverged(open_page: Opener, theme: str) -> None:
    link = "#data=plane&loss=mean_squared_error&optimizer=sgd&optimizer.learning_rate=10&output=linear"
    playground = open_page(link, color_scheme=theme).until_paused().play()
    expect(playground.status).to_contain_text("diverged")
    assert faults(playground) == []


def test_no_serious_fault_in_passing_states(open_page: Opener, server: Server) -> None:
    layers = "&".join(f"network.layers.{i}.units=64" for i in range(8))
    with proxy_before(server.port) as proxy:
        playground = open_page(f"#network.layers=8&{layers}", address=proxy.url, forgives=CUT).until_paused()
        playground.page.get_by_role("button", name="edit hidden layer 2").click()
        assert faults(playground) == []
        playground.play().until_epoch(1)
        assert faults(playground) == []
        playground.page.keyboard.press("?")
        assert faults(playground) == []
        playground.page.keyboard.press("Escape")
        proxy.close()
        expect(playground.status).to_contain_text("Offline")
        assert faults(playground) == []


@pytest.mark.parametrize(("width", "least"), [(390, 44), (1280, 24)])
def test_targets_have_room(open_page: Opener, width: int, least: int) -> None:
    playground = open_page(viewport={"width": width, "height": 844}).until_paused()
    for tab in playground.page.get_by_role("tab").all() or [None]:
        if tab:
            tab.click()
        small = playground.page.evaluate(
            """(least) => [...document.querySelectorAll("button, select, input[type=range]")]
                .filter((e) => e.offsetParent && !e.matches(".neuron"))
                .map((e) => [e.getBoundingClientRect(), e])
                .filter(([box]) => box.width < least - 0.5 || box.height < least - 0.5)
                .map(([box, e]) => `${e.ariaLabel ?? e.textContent} ${box.width}×${box.height}`)""",
            least,
        )
        assert small == []


@pytest.mark.parametrize("width", [390, 640, 768, 1024, 1280, 1920])
def test_nothing_is_wider_than_the_page(open_page: Opener, width: int) -> None:
    playground = open_page(viewport={"width": width, "height": 800}).until_paused()
    assert playground.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_neuron_and_the_play_button_have_names(playground: Playground) -> None:
    expect(playground.page.get_by_role("button", name="Start training")).to_be_visible()
    expect(playground.page.get_by_role("button", name="Hidden layer 1, neuron 3 of 8, tanh")).to_be_visible()
    expect(playground.page.get_by_role("img", name="Decision boundary")).to_be_visible()
