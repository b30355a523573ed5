"""A visitor reads the curves: as lines, point by point, and as a table."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground

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


# what is drawn


def losses(playground: Playground) -> Locator:
    return playground.page.locator(".losses")


def reader(playground: Playground) -> Locator:
    return playground.page.get_by_role("slider", name="Read the curves")


def test_accuracy_is_drawn_where_it_is_wanted_and_again_after_a_reload(playground: Playground) -> None:
    playground.step("Epoch").until_moment("epoch 1 of 1")
    before = playground.picture(".loss")
    losses(playground).get_by_role("radio", name="Accuracy").check()
    expect(losses(playground).get_by_role("img", name="Training accuracy and test accuracy by epoch")).to_be_visible()
    expect(losses(playground).get_by_label("Log scale")).to_have_count(0)
    playground.page.wait_for_function("before => document.querySelector('.loss').toDataURL() !== before", arg=before)
    reader(playground).press("End")
    expect(reader(playground)).to_have_attribute(
        "aria-valuetext", re.compile(r"^epoch 1: train accuracy [\d.]+%, test accuracy [\d.]+%, learning rate 0.03$")
    )
    playground.page.reload()
    expect(losses(playground).get_by_role("radio", name="Accuracy")).to_be_checked()


def test_what_has_no_classes_has_no_accuracy(open_page: Opener) -> None:
    playground = open_page("#data=sine").until_paused()
    expect(losses(playground).get_by_role("heading", name="Loss")).to_be_visible()
    expect(losses(playground).get_by_role("radio")).to_have_count(0)


def test_averages_are_drawn_at_wish_and_again_after_a_reload(playground: Playground) -> None:
    playground.play().until_epoch(40).pause()
    smooth = losses(playground).get_by_label("Smooth")
    smooth.uncheck()
    playground.page.mouse.move(5, 5)
    rough = playground.picture(".loss")
    smooth.check()
    playground.page.wait_for_function("rough => document.querySelector('.loss').toDataURL() !== rough", arg=rough)
    playground.page.reload()
    expect(losses(playground).get_by_label("Smooth")).to_be_checked()


COLUMNS = Path(__file__).parent.parent.parent / "static/src/draw/columns.ts"


def drawn_by_the_page(node: str, folder: Path, script: str) -> Any:
    """What an expression of the page's columns is, over a long jagged curve of `ys` at `xs`, ten points a pixel."""
    (folder / "show.mjs").write_text(
        f"""import {{ boundsOf, columnsOf, roughness, smoothed }} from {json.dumps(COLUMNS.as_uri())};
        const xs = Array.from({{ length: 3000 }}, (_, i) => i);
        const ys = xs.map((x) => 1 + (x % 7) - 2 * (x === 1234));
        const columns = columnsOf(xs, ys, (x) => 5 + x / 10);
        console.log(JSON.stringify({script}));""",
        encoding="utf-8",
    )
    done = subprocess.run([node, str(folder / "show.mjs")], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_long_curve_has_two_values_for_each_pixel_and_loses_no_extreme(node: str, tmp_path: Path) -> None:
    columns = drawn_by_the_page(node, tmp_path, "columns")
    assert [int(column["x"]) for column in columns] == [5 + i for i in range(300)]
    assert drawn_by_the_page(node, tmp_path, "boundsOf([columns])") == [1 + 1234 % 7 - 2, 7]
    assert {column["one"] for column in columns} | {column["other"] for column in columns} >= {1, 7}


def test_an_average_is_even_where_the_curve_is_jagged(node: str, tmp_path: Path) -> None:
    rough, even = drawn_by_the_page(
        node, tmp_path, "[roughness(columns, (y) => y), smoothed(columns, (y) => y, 20).slice(100)]"
    )
    assert rough > 5
    assert max(even) - min(even) < 0.5


def test_what_is_not_a_number_is_not_drawn(node: str, tmp_path: Path) -> None:
    assert drawn_by_the_page(node, tmp_path, "columnsOf(xs, xs.map(() => NaN), (x) => x)") == []


def test_a_hidden_page_draws_no_curves_until_it_is_seen(playground: Playground) -> None:
    hide = """is => {
        Object.defineProperty(document, "hidden", { get: () => is, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    playground.step("Epoch").until_moment("epoch 1 of 1")
    before = playground.picture(".loss")
    playground.page.evaluate(hide, True)
    playground.step("Epoch").until_moment("epoch 2 of 2")
    assert playground.picture(".loss") == before
    playground.page.evaluate(hide, False)
    playground.page.wait_for_function("before => document.querySelector('.loss').toDataURL() !== before", arg=before)
