"""What the page shows can be taken away: panels as PNG, the training as GIF."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Download, Route, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground
from tests.browser.test_accessibility import LOOKS, faults

SIZES = [(390, 844), (1280, 800)]
SHARPNESS = 2
NEGATIVE, POSITIVE = (232, 137, 58), (91, 147, 214)
GROUNDS = {
    ("Result", "light"): (255, 255, 255),
    ("Network", "light"): (246, 245, 242),
    ("Loss", "light"): (255, 255, 255),
    ("Result", "dark"): (21, 24, 30),
    ("Network", "dark"): (14, 16, 20),
    ("Loss", "dark"): (21, 24, 30),
}
FILES = {"Result": "two-spirals-epoch-2.png", "Network": "two-spirals-network-epoch-2.png"} | {
    "Loss": "two-spirals-loss-epoch-2.png"
}


def open_menu(playground: Playground) -> None:
    playground.page.get_by_role("button", name="Save pictures").click()


def saved(playground: Playground, words: str) -> Download:
    open_menu(playground)
    with playground.page.expect_download(timeout=PATIENCE_MS) as download:
        playground.page.get_by_role("button", name=words).click()
    expect(playground.page.locator("#save-menu")).to_be_hidden()
    return download.value


def picture_in(download: Download) -> Image.Image:
    return Image.open(io.BytesIO(Path(download.path()).read_bytes())).convert("RGB")


def at_epoch_2(playground: Playground) -> Playground:
    return playground.until_paused().step("Epoch").until_epoch(1).step("Epoch").until_epoch(2).until_paused()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_each_panel_is_saved_under_its_title_on_its_ground(
    open_page: Opener, theme: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    playground = at_epoch_2(open_page(viewport=viewport, color_scheme=theme))
    for panel, file in FILES.items():
        download = saved(playground, f"{panel} as PNG")
        picture = picture_in(download)
        ground = GROUNDS[panel, theme]
        assert download.suggested_filename == file
        assert [picture.getpixel(corner) for corner in [(0, 0), (picture.width - 1, picture.height - 1)]] == [
            ground
        ] * 2
        title, panel_part = picture.crop((0, 0, 400, 100)), picture.crop((0, 120, picture.width, picture.height))
        assert len(title.getcolors(100_000) or []) > 2
        assert len(panel_part.getcolors(1_000_000) or []) > 20


def test_a_picture_has_two_pixels_for_each_of_the_page(open_page: Opener) -> None:
    playground = at_epoch_2(open_page())
    plan = playground.page.locator(".plan").bounding_box()
    picture = picture_in(saved(playground, "Network as PNG"))
    assert plan
    assert picture.width >= SHARPNESS * plan["width"]
    assert playground.page.locator(".samples").evaluate("canvas => canvas.width / canvas.clientWidth") == 1


@pytest.mark.parametrize("panel", ["Result", "Network", "Weights and gradients"])
def test_a_picture_has_the_colours_of_its_panel(open_page: Opener, panel: str) -> None:
    playground = at_epoch_2(open_page())
    colors = {color for _, color in picture_in(saved(playground, f"{panel} as PNG")).getcolors(1_000_000) or []}
    for wanted in (NEGATIVE, POSITIVE):
        nearest = min(max(abs(a - b) for a, b in zip(color, wanted, strict=True)) for color in colors)
        assert nearest < 40, (panel, wanted)


def test_whatever_pane_of_the_inspector_is_open_is_saved(open_page: Opener) -> None:
    playground = at_epoch_2(open_page())
    playground.page.get_by_role("tab", name="Doctor").click()
    expect(playground.page.locator("#pane .gauge").first).to_be_visible(timeout=PATIENCE_MS)
    download = saved(playground, "Doctor as PNG")
    assert download.suggested_filename == "two-spirals-doctor-epoch-2.png"
    shown = playground.page.locator("#pane").bounding_box()
    assert shown and picture_in(download).height > SHARPNESS * shown["height"]  # what is scrolled away is there, too


def test_where_three_panes_are_open_each_is_offered(open_page: Opener) -> None:
    playground = at_epoch_2(open_page(viewport={"width": 1920, "height": 1080}))
    for pane in ("Weights and gradients", "Microscope", "Doctor"):
        assert picture_in(saved(playground, f"{pane} as PNG")).width > SHARPNESS * 200


def test_a_phone_stays_on_its_tab(open_page: Opener) -> None:
    playground = at_epoch_2(open_page(viewport={"width": 390, "height": 844}))
    saved(playground, "Network as PNG")
    expect(playground.page.get_by_role("tab", name="Result")).to_have_attribute("aria-selected", "true")


def test_the_training_is_saved_as_a_film(open_page: Opener) -> None:
    playground = at_epoch_2(open_page())
    download = saved(playground, "Training as GIF")
    assert download.suggested_filename == "two-spirals-epoch-2.gif"
    with Image.open(download.path()) as film:
        assert film.format == "GIF"


def test_the_menu_says_that_the_film_is_being_drawn(open_page: Opener) -> None:
    playground = open_page().until_paused()
    held: list[Route] = []
    playground.page.route("**/training.gif", lambda route: held.append(route))
    open_menu(playground)
    with playground.page.expect_request("**/training.gif"):
        playground.page.get_by_role("button", name="Training as GIF").click()
    expect(playground.page.locator("#save-menu").get_by_role("status")).to_have_text("Drawing the training …")
    expect(playground.page.get_by_role("button", name="Result as PNG")).to_be_disabled()
    with playground.page.expect_download(timeout=PATIENCE_MS):
        held[0].continue_()


def test_what_cannot_be_filmed_is_explained(open_page: Opener) -> None:
    playground = open_page("#data=digits&output=softmax&loss=cross_entropy", forgives="409").until_paused()
    open_menu(playground)
    playground.page.get_by_role("button", name="Training as GIF").click()
    expect(playground.page.get_by_role("alert")).to_have_text(
        "Only a network of points on a line or in a plane has a map to be filmed."
    )


def test_the_menu_works_by_keyboard(playground: Playground) -> None:
    page = playground.page
    opener = page.get_by_role("button", name="Save pictures")
    opener.press("Enter")
    first = page.get_by_role("button", name="Result as PNG")
    expect(first).to_be_visible()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#save-menu")).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=str)
def test_the_menu_has_no_serious_fault(open_page: Opener, theme: str, size: tuple[int, int]) -> None:
    viewport = {"width": size[0], "height": size[1]}
    playground = open_page(viewport=viewport, color_scheme=theme).until_paused()
    open_menu(playground)
    assert faults(playground) == []
    box = playground.page.locator("#save-menu").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]


def test_what_draws_pictures_is_loaded_only_when_wanted(playground: Playground) -> None:
    loaded = "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /saving/.test(name))"
    assert playground.page.evaluate(loaded) == []
    saved(playground, "Loss as PNG")
    assert len(playground.page.evaluate(loaded)) == 1
