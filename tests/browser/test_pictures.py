"""A visitor brings images of their own, sees them as the network will, and trains on them."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.app.pictures import png, stroke, strokes, zipped
from tests.browser.playground import Opener, Playground
from tests.browser.test_accessibility import faults

LINK = "#data=own_images&network.layers.0.units=16&optimizer.learning_rate=0.01"
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True}
LONG = "a class with quite a long name that goes on and on"


def files(each: int = 60) -> dict[str, bytes]:
    """Strokes of two classes, and a file that is no image after all."""
    named = {name.replace("upright", LONG): file for name, file in strokes(each, top="strokes/").items()}
    return {**named, "strokes/lying/broken.png": b"no image"}


def settings(playground: Playground) -> Locator:
    """Where one chooses the data, which a phone has behind a tab."""
    for tab in playground.page.get_by_role("tab", name="Set up").all():
        tab.click()
    return playground.page.get_by_role("region", name="Data", exact=True)


def window(playground: Playground) -> Locator:
    return playground.page.get_by_role("dialog", name="Bring images")


def bring(playground: Playground, archive: bytes, name: str = "strokes.zip") -> Locator:
    settings(playground).get_by_role("button", name="Bring images…").click()
    upload: Any = {"name": name, "mimeType": "application/zip", "buffer": archive}
    window(playground).get_by_label("ZIP of images").set_input_files(upload)
    return window(playground)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_images_of_ones_own_are_seen_and_learned(open_page: Opener, options: dict[str, Any]) -> None:
    playground = open_page(LINK, **options).until_paused()
    dialog = bring(playground, zipped(files()))
    expect(dialog.get_by_role("heading", name="120 images of 2 classes")).to_be_visible()
    expect(dialog.locator(".picture-samples canvas")).to_have_count(12)
    expect(dialog.get_by_label("Brightness")).to_contain_text("By itself: bright becomes dark")
    dialog.get_by_text("1 file is left out").click()
    expect(dialog.get_by_text("It is damaged, or no image after all.")).to_be_visible()
    before = playground.picture(".picture-samples canvas")
    dialog.get_by_label("Pixels along each side").select_option("12")
    playground.until_another_picture(".picture-samples canvas", before)
    expect(dialog.get_by_label("Name")).to_have_value("strokes")
    assert not faults(playground)
    dialog.get_by_role("button", name="Use these images").click()
    expect(dialog).to_have_count(0)
    playground.until_link("data.side=12")
    playground.play().until_epoch(30).pause()
    for tab in playground.page.get_by_role("tab", name="Result").all():
        tab.click()
    accuracy = playground.number("Test accuracy").rstrip("%")
    assert float(accuracy) >= 90
    unseen = playground.page.get_by_role("group", name="Images to pick").get_by_role("button")
    expect(unseen).to_have_count(36)  # 30% of 120
    shares = playground.page.locator(".probabilities output")
    expect(shares).to_have_text([re.compile(r"^\d+%$")] * 2)  # though there is one output, of tanh
    assert 99 <= sum(int(share.rstrip("%")) for share in shares.all_inner_texts()) <= 101


def test_a_folder_is_packed_and_its_large_images_are_shrunk(open_page: Opener, tmp_path: Path) -> None:
    for name, file in {**files(4), "strokes/notes.txt": b"no image", "strokes/.hidden.png": b""}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(file)
    large = png(stroke(0, False, 3000), "BMP")
    (tmp_path / "strokes/lying/large.bmp").write_bytes(large)
    sent = []
    playground = open_page(LINK).until_paused()
    playground.page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    settings(playground).get_by_role("button", name="Bring images…").click()
    window(playground).get_by_label("Folder of images").set_input_files(tmp_path / "strokes")
    expect(window(playground).get_by_role("heading", name="9 images of 2 classes")).to_be_visible()
    expect(window(playground).get_by_text("1 file that is no image stays here.")).to_be_visible()
    assert max(map(len, sent)) < len(large) / 100


def test_what_cannot_be_learned_from_is_refused_with_the_reason(open_page: Opener) -> None:
    playground = open_page(LINK, forgives="422|415").until_paused()
    one = {name: file for name, file in strokes().items() if name.startswith("lying")}
    dialog = bring(playground, zipped(one))
    alert = dialog.get_by_role("alert")
    expect(alert).to_have_text("Expected a folder of images for each of 2 to 10 classes, got 1.")
    dialog.get_by_label("ZIP of images").set_input_files(
        {"name": "x.zip", "mimeType": "application/zip", "buffer": b"rubbish"}
    )
    expect(alert).to_contain_text("This is no ZIP archive")


def test_my_images_are_used_again_named_shared_and_deleted(open_page: Opener) -> None:
    playground = open_page(LINK).until_paused()
    bring(playground, zipped(files())).get_by_role("button", name="Use these images").click()
    playground.until_link("data.side=16")
    playground.page.get_by_role("button", name="Share", exact=True).click()
    share = playground.page.get_by_role("dialog", name="Share")
    expect(share).to_contain_text("“strokes” are yours alone")
    share.get_by_role("button", name="Share the images").click()
    expect(share.get_by_text("yours alone")).to_have_count(0)
    share.get_by_role("button", name="Close").click()
    playground.page.get_by_role("radio", name="Digits", exact=True).check(force=True)
    playground.page.get_by_role("radio", name="Your images").check(force=True)
    playground.until_link("data=own_images")
    settings(playground).get_by_role("button", name="My images").click()
    mine = playground.page.get_by_role("dialog", name="My images")
    expect(mine.get_by_text("120 images of 2 classes")).to_be_visible()
    expect(mine.get_by_role("switch")).to_be_checked()
    mine.get_by_role("button", name="Rename").click()
    field = mine.get_by_label("Name", exact=True)
    field.fill("My strokes")
    field.press("Enter")
    expect(mine.get_by_text("My strokes").first).to_be_visible()
    mine.get_by_role("button", name="Use My strokes").click()
    playground.until_link("data.called=My%20strokes")
    settings(playground).get_by_role("button", name="My images").click()
    mine.get_by_role("button", name="Delete My strokes").click()
    mine.get_by_role("button", name="Delete for good").click()
    expect(mine.get_by_text("You have brought no images yet.")).to_be_visible()
    mine.get_by_role("button", name="Close").click()
    playground.play().until_epoch(2).pause()


def test_a_zip_that_is_dropped_on_the_page_is_read(open_page: Opener) -> None:
    playground = open_page("").until_paused()
    data = playground.page.evaluate_handle(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "strokes.zip", { type: "application/zip" }));
            return data;
        }""",
        [*zipped(files(3))],
    )
    playground.page.dispatch_event("body", "drop", {"dataTransfer": data})
    expect(window(playground).get_by_role("heading", name="6 images of 2 classes")).to_be_visible()
    window(playground).get_by_role("button", name="Use these images").click()
    playground.until_link("data=own_images")
