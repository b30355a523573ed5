"""The page of learning curves in a browser: by keyboard and by mouse, stop and resume, on a phone; for everybody."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from core.flat import NOT_INSTALLED
from tests.browser.playground import PATIENCE_MS, Opener

REFUSED = r"status of (422|503)"  # what the browser itself says of an answer that is a refusal
SERIOUS = ("serious", "critical")
LOOKS = [((390, 844), "dark"), ((1280, 800), "light"), ((1920, 1080), "dark")]
SMALL = "data=circle&data.samples=60&network.layers=1&network.layers.0.units=3"
CURVE = f"#{SMALL}&learning_curve.epochs=4&learning_curve.sizes=2&learning_curve.repeats=2"
POINTS = 20  # of the network, a line and a tree, these two from raw and from engineered inputs
OpenCurve = Callable[..., Page]


@pytest.fixture
def open_curve(open_page: Opener) -> OpenCurve:
    """The page, once it knows what its learning curve is made of."""

    def open_one(link: str = CURVE, **options: object) -> Page:
        page = open_page(f"learning-curve{link}", forgives=REFUSED, **options).page
        settle(page)
        return page

    return open_one


def settle(page: Page) -> None:
    expect(page.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=PATIENCE_MS)


def progress(page: Page) -> Locator:
    return page.get_by_role("region", name="Progress").locator(".moment")


def train(page: Page, points: int = POINTS) -> None:
    page.get_by_role("button", name="Train all").click()
    expect(progress(page)).to_have_text(f"{points} of {points} points are done.", timeout=3 * PATIENCE_MS)


def scores(page: Page) -> list[str]:
    return page.get_by_role("table").locator("td").all_inner_texts()


def faults(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations if v["impact"] in SERIOUS]


def test_a_chart_fills_and_is_read_by_keyboard_and_by_mouse(open_curve: OpenCurve) -> None:
    page = open_curve()
    expect(progress(page)).to_contain_text(f"{POINTS} points, about")
    expect(page.locator("#verdict")).to_have_text("Nothing is trained yet.")
    train(page)
    expect(page.get_by_role("button", name="Done")).to_be_disabled()
    assert all(re.fullmatch(r"\d+\.\d%", score) for score in scores(page)) and len(scores(page)) == 10
    expect(page.locator("#verdict")).to_contain_text(
        re.compile(
            r"With 10 samples the network is right in \d+ of 100 cases, the best flat model \([^)]+\) in \d+\. "
            r"With 42 samples .* More data help .*\."
        )
    )
    expect(page.locator("[aria-live]")).to_contain_text("More data help")
    reader = page.get_by_role("slider", name="Read the curves")
    reader.focus()
    page.keyboard.press("End")
    told = re.compile(rf"^42 samples: Network {scores(page)[5]}; Logistic regression")
    expect(reader).to_have_attribute("aria-valuetext", told)
    page.keyboard.press("Home")
    expect(reader).to_have_attribute("aria-valuetext", re.compile(r"^10 samples: "))
    reader.blur()
    box = page.locator(".chart.read").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    expect(page.locator(".read-out")).to_contain_text("42 samples: Network")
    page.mouse.move(5, 5)
    expect(page.locator(".read-out")).to_have_text("Point at the curves to read them.")


def test_what_is_stopped_is_resumed_and_found_again(open_curve: OpenCurve) -> None:
    page = open_curve(CURVE.replace("epochs=4", "epochs=400"))
    page.get_by_role("button", name="Train all").click()
    expect(progress(page)).to_contain_text("seconds left", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Stop").click()
    expect(progress(page)).to_have_text(re.compile(rf"^\d+ of {POINTS} points are done\.$"))
    page.get_by_role("link", name="Change it on the workbench").click()
    expect(page.locator(".status")).to_be_visible(timeout=PATIENCE_MS)
    page.go_back()
    page.get_by_role("button", name="Resume").click(timeout=PATIENCE_MS)
    expect(progress(page)).to_have_text(f"{POINTS} of {POINTS} points are done.", timeout=3 * PATIENCE_MS)


def test_models_and_inputs_are_chosen_and_are_in_the_link(open_curve: OpenCurve) -> None:
    page = open_curve()
    page.get_by_role("button", name="Naive Bayes").click()
    page.get_by_role("button", name="Raw").click()
    settle(page)
    expect(page).to_have_url(
        re.compile(r"learning_curve.models=network,linear,naive_bayes,decision_tree&learning_curve.inputs=engineered&")
    )
    expect(progress(page)).to_contain_text("16 points, about")
    other = open_curve(f"#{page.url.partition('#')[2]}")
    expect(other.get_by_role("button", name="Naive Bayes")).to_have_attribute("aria-pressed", "true")
    expect(other.get_by_role("columnheader", name="Naive Bayes, engineered")).to_be_visible()


def test_values_have_their_own_measure_and_no_naive_bayes(open_curve: OpenCurve) -> None:
    page = open_curve(CURVE.replace("circle", "plane") + "&learning_curve.models=network,linear,naive_bayes")
    expect(page.get_by_role("button", name="Naive Bayes")).to_be_disabled()
    expect(page.get_by_role("heading", name="Variance explained")).to_be_visible()
    train(page, 12)
    expect(page.locator("#verdict")).to_contain_text("of 100 parts of the variance")
    assert all(re.fullmatch(r"−?\d+\.\d\d", score) for score in scores(page))


def test_a_story_is_told_and_what_an_engineer_made_is_said(open_curve: OpenCurve) -> None:
    page = open_curve("")
    expect(page.get_by_label("Begin with")).to_have_value("digits")
    expect(page.get_by_text("One layer that only weighs pixels")).to_be_visible()
    page.get_by_label("Begin with").select_option(label="Circle: features by hand")
    settle(page)
    expect(page.get_by_text("squares, products and sines")).to_be_visible()
    other = open_curve(f"#{page.url.partition('#')[2]}")
    expect(other.get_by_label("Begin with")).to_have_value("circle")


def test_what_cannot_be_told_is_refused_in_a_sentence(open_curve: OpenCurve) -> None:
    page = open_curve("#data=unlabelled_digits")
    expect(page.get_by_role("alert")).to_contain_text("an autoencoder has no right answers")
    expect(page.get_by_role("button", name="Train all")).to_be_disabled()


def test_where_there_are_no_flat_models_they_are_greyed_and_it_is_said_why(open_page: Opener, page: Page) -> None:
    """The page is told by its catalogue: here by one that a server without scikit-learn would send."""
    answer = page.request.get("/learning-curve")
    told = answer.text().replace('"refusal":""', f'"refusal":"{NOT_INSTALLED}"')
    assert NOT_INSTALLED in told
    page.route("**/learning-curve", lambda route: route.fulfill(body=told, content_type="text/html"))
    page.goto(f"/learning-curve{CURVE}")
    settle(page)
    for model in ("Logistic regression", "Naive Bayes", "Decision tree", "Support vectors"):
        expect(page.get_by_role("button", name=model)).to_be_disabled()
    expect(page.get_by_text(NOT_INSTALLED)).to_be_visible()
    train(page, 4)
    expect(page.locator("#verdict")).to_contain_text("the best (network) is right in")


def test_any_run_has_a_learning_curve_from_the_workbench(open_page: Opener) -> None:
    playground = open_page(f"#{SMALL}").until_paused()
    playground.start_again("Learning curve of this")
    page = playground.page
    expect(page.get_by_role("heading", name="Learning curve")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("region", name="Set up")).to_contain_text("2 → 3 → 1", timeout=PATIENCE_MS)


def test_it_speaks_german(open_curve: OpenCurve) -> None:
    page = open_curve(locale="de")
    expect(page.get_by_role("heading", name="Lernkurve")).to_be_visible()
    expect(page.get_by_role("button", name="Entscheidungsbaum")).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), LOOKS[:2], ids=str)
def test_no_serious_fault_and_nothing_sticks_out(open_curve: OpenCurve, size: tuple[int, int], theme: str) -> None:
    page = open_curve(viewport={"width": size[0], "height": size[1]}, color_scheme=theme)
    train(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    names = page.locator(".keys li")  # beside the curves there is no room on a phone
    expect(names).to_have_count(5)
    expect(names.first).to_be_visible(visible=size[0] < 500)
