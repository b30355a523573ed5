"""A visitor reads the curves: as lines, point by point, and as a table."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Playground

# the table beside a picture


@pytest.fixture
def long(playground: Playground) -> Playground:
    """A run with more points on its curves than a page of the table has rows."""
    return playground.play().until_epoch(200).pause()


def dialog(playground: Playground) -> Locator:
    return playground.page.get_by_role("dialog", name="Loss by epoch")


def open_table(playground: Playground) -> Locator:
    playground.page.get_by_role("button", name="Table: Loss by epoch").click()
    expect(dialog(playground)).to_be_visible()
    return dialog(playground).get_by_role("table", name="Loss by epoch")


def test_the_curves_are_a_table_too(playground: Playground) -> None:
    playground.step("Epoch").until_moment("epoch 1 of 1")
    table = open_table(playground)
    headers = ["epoch", "updates", "train loss", "test loss", "train accuracy", "test accuracy", "learning rate"]
    expect(table.get_by_role("columnheader")).to_have_text(headers)
    expect(table.get_by_role("rowheader").first).to_have_text("0")
    expect(table.get_by_role("rowheader").last).to_have_text("1")
    expect(table.get_by_role("row").last.get_by_role("cell").first).to_have_text("14")


def test_the_table_is_left_by_a_key_and_gives_the_focus_back(playground: Playground) -> None:
    open_table(playground)
    playground.page.keyboard.press("Escape")
    expect(dialog(playground)).to_have_count(0)
    expect(playground.page.get_by_role("button", name="Table: Loss by epoch")).to_be_focused()


def test_a_long_table_is_turned_page_by_page_and_scrolled_by_keys(long: Playground) -> None:
    table = open_table(long)
    pages = dialog(long).get_by_role("status").filter(has_text="Rows")
    expect(pages).to_have_text(re.compile(r"^Rows 1 to 100 of \d+$"))
    dialog(long).get_by_role("region", name="Loss by epoch").focus()
    long.page.keyboard.press("End")
    expect(table.get_by_role("row").last).to_be_in_viewport()
    expect(table.get_by_role("columnheader").first).to_be_in_viewport()
    dialog(long).get_by_role("button", name="Later rows").click()
    expect(pages).to_have_text(re.compile(r"^Rows 101 to \d+ of \d+$"))


def test_all_rows_of_a_table_are_saved(long: Playground) -> None:
    open_table(long)
    with long.page.expect_download() as download:
        dialog(long).get_by_role("button", name="Save as CSV").click()
    assert download.value.suggested_filename == "loss-by-epoch.csv"
    head, *rows = Path(download.value.path()).read_text().splitlines()
    assert head == "epoch,updates,train loss,test loss,train accuracy,test accuracy,learning rate"
    assert len(rows) > 100 and all(re.fullmatch(r"[\d.]+,\d+(,[\d.]+){5}", row) for row in rows)
