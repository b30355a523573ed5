"""The page of sweeps in a browser: map and ensemble by keyboard and by mouse, stop and resume; for everybody."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.playground import PATIENCE_MS, Opener, Playground

REFUSED = r"status of (422|503)"  # what the browser itself says of an answer that is a refusal
SERIOUS = ("serious", "critical")
LOOKS = [((390, 844), "dark"), ((1280, 800), "light"), ((1920, 1080), "dark")]
SMALL = "data=circle&data.samples=60&network.layers=1&network.layers.0.units=3"
MAP = f"#{SMALL}&sweep.epochs=4&sweep.over.x.values.count=3&sweep.over.y.values.high=8&sweep.over.y.values.count=3"
SEEDS = f"#{SMALL}&sweep.epochs=4&sweep.over=seeds&sweep.over.count=5"
OpenSweep = Callable[..., Page]


@pytest.fixture
def open_sweep(open_page: Opener) -> OpenSweep:
    """The page, once it knows what its sweep is made of."""

    def open_one(link: str = MAP, **options: object) -> Page:
        page = open_page(f"sweep{link}", forgives=REFUSED, **options).page
        settle(page)
        return page

    return open_one


def settle(page: Page) -> None:
    expect(page.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=PATIENCE_MS)


def progress(page: Page) -> Locator:
    return page.get_by_role("region", name="Progress").locator(".moment")


def train(page: Page, runs: int) -> None:
    page.get_by_role("button", name="Train all").click()
    expect(progress(page)).to_have_text(f"{runs} of {runs} runs are done.", timeout=PATIENCE_MS)


def looked(page: Page) -> Locator:
    """What is said of the run that is pointed at."""
    return page.get_by_role("region", name="In numbers").locator(".looked")


def cell(page: Page, number: int) -> Locator:
    return page.get_by_role("grid").locator(f'[data-cell="{number}"]')


def faults(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations if v["impact"] in SERIOUS]


# --- the map --------------------------------------------------------------------------------------------------------


def test_a_map_fills_and_a_cell_is_opened_by_keyboard(open_sweep: OpenSweep) -> None:
    page = open_sweep()
    expect(progress(page)).to_contain_text("9 runs, about")
    expect(cell(page, 0)).to_contain_text("not trained yet")
    train(page, 9)
    expect(page.get_by_role("button", name="Done")).to_be_disabled()
    cell(page, 0).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(cell(page, 4)).to_be_focused()
    expect(looked(page)).to_contain_text("Learning rate 0.032, batch size 4")
    expect(looked(page)).to_contain_text(re.compile(r"Test accuracy: \d+\.\d%"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/#.*optimizer.learning_rate=0.032&batch_size=4&stop=epochs&stop.epochs=4"))
    expect(page.locator(".status")).to_be_visible(timeout=PATIENCE_MS)


def test_pointing_tells_of_a_cell_and_a_click_opens_it(open_sweep: OpenSweep) -> None:
    page = open_sweep()
    train(page, 9)
    cell(page, 8).hover()
    expect(looked(page)).to_contain_text("Learning rate 1, batch size 8")
    page.get_by_label("Measure").select_option(label="Train loss")
    page.get_by_label("Moment").select_option(label="Best")
    expect(page.locator(".legend")).to_contain_text("Train loss")
    expect(page).to_have_url(re.compile("sweep.measure=train_loss&sweep.moment=best"))
    expect(progress(page)).to_have_text("9 of 9 runs are done.")
    cell(page, 2).click()
    expect(page).to_have_url(re.compile(r"/#.*optimizer.learning_rate=1&batch_size=2&stop"))
    page.go_back()
    expect(progress(page)).to_have_text("9 of 9 runs are done.", timeout=PATIENCE_MS)


def test_a_run_on_the_workbench_ends_where_its_cell_did(open_sweep: OpenSweep) -> None:
    page = open_sweep()
    train(page, 9)
    cell(page, 4).hover()
    told = looked(page).get_by_text("Test accuracy").inner_text()
    cell(page, 4).click()
    run = Playground(page).until_paused().play()
    expect(run.status).to_contain_text("Finished", timeout=PATIENCE_MS)
    assert run.epoch == 4
    assert f"Test accuracy: {run.number('Test accuracy')}" == told


def test_it_is_stopped_and_resumed_with_what_is_left(open_sweep: OpenSweep) -> None:
    """The first runs are short, the last take long."""
    units = "sweep.over.x.setting=network.layers.*.units&sweep.over.x.values.low=1&sweep.over.x.values.high=256"
    sizes = "sweep.over.y.values.low=16&sweep.over.y.values.high=64"
    counts = "sweep.over.x.values.count=3&sweep.over.y.values.count=3"
    page = open_sweep(f"#data=circle&data.samples=60&sweep.epochs=4000&{units}&{sizes}&{counts}")
    page.get_by_role("button", name="Train all").click()
    expect(page.locator('[data-kind="trained"]').first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Stop").click()
    expect(progress(page)).not_to_have_text("9 of 9 runs are done.")
    asked: list[list[int]] = []
    page.on(
        "request", lambda request: asked.append(request.post_data_json["cells"]) if "cells" in request.url else None
    )
    done = page.locator('td [data-kind="trained"]').count()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert len(asked[0]) == 9 - done


def test_other_settings_are_swept(open_sweep: OpenSweep) -> None:
    page = open_sweep()
    across = page.get_by_role("group", name="Across", exact=True)
    across.get_by_label("Setting").select_option(label="Units of all layers")
    settle(page)
    expect(page.get_by_role("columnheader").first).to_have_text("1")
    across.get_by_label("Setting").select_option(label="Optimizer")
    settle(page)
    expect(page.get_by_role("columnheader")).to_have_count(12)
    for name in ("Adadelta", "AdamW"):
        across.get_by_role("button", name=name, exact=True).click()
    settle(page)
    expect(page.get_by_role("columnheader")).to_have_count(10)
    up = page.get_by_role("group", name="Up", exact=True)
    up.get_by_label("To", exact=True).fill("5000")
    up.get_by_label("To", exact=True).press("Enter")
    expect(up.get_by_role("alert")).to_contain_text("expected a whole number from 1 to 1024, got 5000")
    expect(page.get_by_role("button", name="Train all")).to_be_disabled()


def test_what_is_wrong_stands_whatever_is_shown(open_sweep: OpenSweep) -> None:
    page = open_sweep()
    page.get_by_label("From", exact=True).first.fill("0")
    page.get_by_label("From", exact=True).first.press("Enter")
    expect(page.get_by_text("a logarithmic scale begins above 0, got 0")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label("Moment", exact=True).select_option(label="Best")
    expect(page.get_by_text("a logarithmic scale begins above 0, got 0")).to_be_visible()


def test_what_diverges_is_drawn_as_what_it_is(open_sweep: OpenSweep) -> None:
    link = f"{MAP}&optimizer=sgd&sweep.over.x.values.high=10"
    page = open_sweep(link.replace("data=circle&data.samples", "data=plane&data.samples"))
    train(page, 9)
    expect(cell(page, 2)).to_contain_text("diverged at epoch")
    expect(cell(page, 2)).to_have_attribute("data-kind", "diverged")
    cell(page, 2).hover()
    expect(looked(page)).to_contain_text("learning rate")


def test_an_experiment_without_a_learning_rate_is_swept_over_what_it_has(open_sweep: OpenSweep) -> None:
    page = open_sweep(f"#{SMALL}&optimizer=random_search")
    expect(progress(page)).to_contain_text("64 runs, about", timeout=PATIENCE_MS)


# --- the ensemble ---------------------------------------------------------------------------------------------------


def test_an_ensemble_has_a_median_a_share_of_success_and_a_map(open_sweep: OpenSweep) -> None:
    page = open_sweep(SEEDS)
    train(page, 5)
    expect(page.locator("#band-words")).to_contain_text(re.compile("At the end the median is .*%, and 8 in 10 runs"))
    expect(page.locator("#agreed")).to_contain_text(
        re.compile(r"On \d+% of the map at least 9 in 10 runs say the same")
    )
    success = page.get_by_role("region", name="Success")
    for typed, taken in (("500", "100"), ("-4", "0")):
        success.get_by_label("At least, typed").fill(typed)
        success.get_by_label("At least, typed").press("Enter")
        expect(success.get_by_label("At least, typed")).to_have_value(re.compile(rf"^{taken}\b"))
    expect(success).to_contain_text("100% succeed (5 of 5 runs).")
    expect(page).to_have_url(re.compile("sweep.target_accuracy=0"))
    page.get_by_role("link", name="Run 3", exact=True).focus()
    expect(looked(page)).to_contain_text("Run 3")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("seeds.weights=15&seeds.order=3&seeds.dropout=3"))


def test_values_over_one_input_have_a_band(open_sweep: OpenSweep) -> None:
    page = open_sweep(SEEDS.replace("data=circle", "data=sine"))
    train(page, 5)
    expect(page.locator("#agreed")).to_contain_text(re.compile(r"At most the band is [\d.]+ wide"))
    expect(page.get_by_label("Measure")).to_have_value("test_loss")


# --- the way there --------------------------------------------------------------------------------------------------


def test_any_run_is_swept_from_the_workbench(open_page: Opener) -> None:
    playground = open_page(f"#{SMALL}").until_paused()
    playground.start_again("Sweep this")
    expect(playground.page.get_by_role("heading", name="Sweep", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(playground.page.get_by_role("region", name="Set up")).to_contain_text("2 → 3 → 1", timeout=PATIENCE_MS)
    expect(progress(playground.page)).to_contain_text("64 runs, about")


def test_a_story_is_told_and_what_is_seen_is_in_the_link(open_sweep: OpenSweep) -> None:
    page = open_sweep("")
    page.get_by_label("Begin with").select_option(label="Just enough units")
    expect(page.get_by_text("Three hidden units can tell")).to_be_visible()
    settle(page)
    link = page.url.partition("#")[2]
    other = open_sweep(f"#{link}")
    expect(other.get_by_label("Begin with")).to_have_value("three_units")
    expect(progress(other)).to_contain_text("64 runs, about")


def test_it_speaks_german(open_sweep: OpenSweep) -> None:
    page = open_sweep(locale="de")
    expect(page.get_by_role("button", name="Alle trainieren")).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=lambda each: str(each))
def test_no_serious_fault_and_nothing_sticks_out(open_sweep: OpenSweep, size: tuple[int, int], theme: str) -> None:
    for link, runs in ((MAP, 9), (SEEDS, 5)):
        page = open_sweep(link, viewport={"width": size[0], "height": size[1]}, color_scheme=theme)
        train(page, runs)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
