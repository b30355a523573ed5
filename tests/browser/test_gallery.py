"""The gallery: every preset of the core, to open by pointer or keys; it can be undone and linked."""

import pytest
from playwright.sync_api import Locator, expect

from core.presets import gallery
from tests.browser.playground import Opener, Playground


def opened(playground: Playground) -> Locator:
    playground.page.get_by_role("button", name="Gallery", exact=True).click()
    dialog = playground.page.get_by_role("dialog", name="Gallery")
    expect(dialog.locator(".preset")).to_have_count(len(gallery))
    return dialog


def card(dialog: Locator, name: str) -> Locator:
    return dialog.get_by_role("button").filter(has=dialog.page.get_by_text(gallery[name].title, exact=True))


ARE_DRAWN = """() => [...document.querySelectorAll(".preset img")].every((image) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  if (!canvas.width) return false;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return new Set(context.getImageData(0, 0, canvas.width, canvas.height).data).size > 1;
})"""


def test_it_shows_what_core_has_in_its_groups(playground: Playground) -> None:
    dialog = opened(playground)
    groups = dict.fromkeys(preset.group for preset in gallery.values())
    assert dialog.locator("h3").all_inner_texts() == list(groups)
    assert dialog.locator(".preset b").all_inner_texts() == [preset.title for preset in gallery.values()]
    expect(card(dialog, "spiral")).to_have_attribute("aria-current", "true")
    expect(card(dialog, "dropout")).to_contain_text(gallery["dropout"].says)
    expect(card(dialog, "dropout")).to_contain_text("2 → 24 → 16 → 1, tanh, dropout, Adam 0.03")
    playground.page.wait_for_function(ARE_DRAWN)


@pytest.mark.parametrize("name", ["divergence", "vanishing_gradient", "digits", "shortcuts"])
def test_a_chosen_one_begins_at_epoch_0_and_has_a_link(playground: Playground, name: str) -> None:
    playground.play().until_epoch(5).pause()
    card(opened(playground), name).click()
    expect(playground.page.get_by_role("dialog")).to_have_count(0)
    playground.until_experiment(gallery[name].experiment.summary)
    expect(playground.page.locator(".epoch b")).to_have_text("0")
    assert "data=" in playground.link
    playground.page.get_by_role("button", name="Undo").click()
    playground.until_experiment("2 → 8 → 6 → 1, tanh, Adam 0.03")


def test_it_plays_at_once_where_motion_is_welcome(open_page: Opener) -> None:
    playground = open_page(reduced_motion="no-preference").until_training()
    card(opened(playground), "circle").click()
    playground.until_experiment("2 → 4 → 1").until_training().until_epoch(20)


def test_it_is_opened_and_used_by_keys_alone(playground: Playground) -> None:
    press = playground.page.keyboard.press
    for key in "gg":
        press(key)
    expect(playground.page.locator(".preset").first).to_be_visible()
    for key in [*["Tab"] * 7, "Enter"]:
        press(key)
    playground.until_experiment(gallery["circle"].experiment.summary)


def test_a_class_whose_setup_is_hidden_has_no_gallery(open_page: Opener) -> None:
    playground = open_page("?hide=data,training").until_paused()
    expect(playground.page.get_by_role("button", name="Gallery", exact=True)).to_have_count(0)
    playground.page.keyboard.press("g")
    playground.page.keyboard.press("g")
    expect(playground.page.get_by_role("dialog")).to_have_count(0)
