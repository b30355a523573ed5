"""The inspector: a visitor looks at what goes on inside, number by number, and asks what is wrong."""

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from core import Experiment, Trainer
from tests.browser.playground import PATIENCE_MS, Opener, Playground, watched
from tests.browser.test_accessibility import LOOKS, faults

RELU = "&".join(f"network.layers.{i}=dense&network.layers.{i}.activation=relu" for i in range(2))
DYING = f"#network.layers=2&{RELU}&optimizer.learning_rate=0.5"
DIGITS = "#data=digits&output=softmax&loss=cross_entropy"
MIXED = (
    "#network.layers=4&network.layers.1=batch_norm&network.layers.2=dropout&network.layers.3=residual"
    "&network.layers.3.skips=2"
)
PANES = [
    "Weights and gradients",
    "Landscape",
    "Microscope",
    "Gradient check",
    "Hidden space",
    "Importance",
    "Confusion",
    "Doctor",
]


def tab(playground: Playground, name: str) -> Locator:
    return playground.page.get_by_role("tablist", name="Inspector").get_by_role("tab", name=name)


def opened(playground: Playground, name: str) -> Locator:
    """The pane of that name."""
    tab(playground, name).click()
    return playground.page.get_by_role("tabpanel", name=name)


def steps(playground: Playground) -> Locator:
    return playground.page.get_by_role("radiogroup", name="Step")


def step(playground: Playground, name: str) -> None:
    steps(playground).get_by_role("radio", name=re.compile(name)).check(force=True)


def formula(playground: Playground) -> Locator:
    return playground.page.locator(".microscope-formula")


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("(", "").replace(")", "").replace(",", ""))


# --- panes ------------------------------------------------------------------------------------------------------


def test_the_arrow_keys_go_from_tab_to_tab(playground: Playground) -> None:
    tab(playground, PANES[0]).focus()
    for key, name in [*(("ArrowRight", each) for each in [*PANES[1:], PANES[0]]), ("ArrowLeft", PANES[-1])]:
        playground.page.keyboard.press(key)
        expect(tab(playground, name)).to_be_focused()
        expect(tab(playground, name)).to_have_attribute("aria-selected", "true")


def test_only_the_open_pane_is_asked_for(playground: Playground) -> None:
    views = watched(playground)
    playground.page.reload()
    playground.until_paused()
    expect(playground.page.locator(".card").first).to_be_visible()
    assert "statistics" in views[-1]
    expect(opened(playground, "Microscope").locator("table")).to_be_visible()
    assert any("microscope:0" in each for each in views)
    assert "statistics" not in views[-1]
    expect(opened(playground, "Gradient check").locator(".diagonal")).to_be_visible()
    assert not any("curvature" in each for each in views)


def test_the_code_of_the_other_panes_comes_when_one_is_opened(playground: Playground) -> None:
    requests: list[str] = []
    playground.page.on("request", lambda request: requests.append(request.url))
    expect(opened(playground, "Doctor").locator("li").first).to_be_visible()
    assert [url for url in requests if "/closer-" in url]


def test_a_values_task_has_no_confusion_matrix(open_page: Opener) -> None:
    playground = open_page("#data=plane&output=linear&loss=mean_squared_error").until_paused()
    expect(tab(playground, "Doctor")).to_be_visible()
    expect(tab(playground, "Confusion")).to_have_count(0)


# --- weights and gradients ----------------------------------------------------------------------------------------


def test_dead_units_are_marked_beside_the_weights(open_page: Opener) -> None:
    playground = open_page(DYING).until_paused()
    playground.play().until_epoch(60).pause()
    expect(playground.page.locator(".card").nth(1)).to_contain_text(re.compile(r"\d of 8 dead|\d of 6 dead"))
    expect(playground.page.locator(".card").last).to_contain_text(re.compile(r"Last update\s*[\d.,]+%"))


def test_the_norms_of_every_layer_are_drawn_over_time(playground: Playground) -> None:
    playground.play().until_epoch(40).pause()
    trace = '.card [aria-label^="Size of the weights of Hidden 2"]'
    expect(playground.page.locator(f"{trace} .now")).to_have_count(0)
    playground.page.get_by_role("slider", name="Timeline").press("Home")
    expect(playground.timeline).to_have_attribute("aria-valuetext", re.compile(r"^epoch 0 of \d+"))
    expect(playground.page.locator(".epoch b")).to_have_text("0")
    expect(playground.page.locator(f"{trace} .now")).to_have_attribute("d", "M0 0v100")  # the moment that is shown


def test_the_past_of_the_norms_is_there_when_the_pane_is_opened(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 390, "height": 844}).until_paused()
    playground.play().until_epoch(60).pause()
    views = watched(playground)
    playground.page.reload()
    playground.until_paused()
    assert not any("norms" in each for each in views)
    playground.page.get_by_role("tab", name="Inspect").click()
    for norm in ("gradient", "weights"):
        until_drawn(playground, f'.card [aria-label^="Size of the {norm} of Hidden 1 over time"]')
    assert any("norms" in each for each in views)


def until_drawn(playground: Playground, trace: str) -> None:
    """Wait until a line goes through nearly all of a trace."""
    is_line = """trace => {
        const line = document.querySelector(`${trace} path`)?.getBoundingClientRect();
        return line && line.width > 0.85 * document.querySelector(trace).getBoundingClientRect().width;
    }"""
    playground.page.wait_for_function(is_line, arg=trace, timeout=PATIENCE_MS)


def test_weights_and_norms_are_there_as_tables(playground: Playground) -> None:
    page = playground.page
    expect(page.locator(".edges .positive").first).to_be_attached()
    page.get_by_role("button", name="Table: 48 weights of Hidden 2").click()
    table = page.get_by_role("dialog")
    names = [*(f"Hidden 1.{unit}" for unit in range(1, 9)), "bias"]
    expect(table.get_by_role("columnheader")).to_have_text(["unit", *names])
    expect(table.get_by_role("row")).to_have_count(7)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Table: Weights and gradients by layer").click()
    expect(table.get_by_role("row")).to_have_count(4)
    expect(table.get_by_role("columnheader", name="norm of the weights")).to_be_visible()


def test_a_wide_page_has_three_panes_at_once(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 1920, "height": 1080}).until_paused()
    inspector = playground.page.get_by_role("region", name="Inspector")
    expect(inspector.locator(".card").first).to_be_visible()
    expect(inspector.get_by_role("tab")).to_have_text(PANES[1:-1])
    expect(inspector.get_by_role("group", name="Doctor")).to_contain_text("Nothing is wrong.")


# --- microscope ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_the_cards_of_the_first_network_are_all_in_sight_and_no_word_is_cut(
    open_page: Opener, size: tuple[int, int]
) -> None:
    playground = open_page(viewport={"width": size[0], "height": size[1]}).until_paused()
    playground.step("Epoch")
    cards = playground.page.get_by_role("group", name="One card for each layer")
    expect(cards.get_by_role("article")).to_have_count(3)
    assert cards.evaluate("group => group.scrollWidth - group.clientWidth") == 0
    words = cards.locator(".card p > *")
    assert words.evaluate_all("all => all.filter(word => word.scrollWidth > word.clientWidth).length") == 0


def test_the_microscope_shows_the_numbers_of_the_core(playground: Playground) -> None:
    seen = Trainer(Experiment()).microscope(0)
    opened(playground, "Microscope")
    expect(formula(playground)).to_have_text(
        re.compile(r"^z₁ = −?[\d.]+·\(?−?[\d.]+\)? [+−] [\d.]+·\(?−?[\d.]+\)? [+−] [\d.]+ = −?[\d.]+$")
    )
    for name, value in {
        "Weighted sums": seen.layers[0].z[0],
        "Activations": seen.layers[0].a[0],
        "Deltas": seen.layers[0].delta[0],
        "Gradients": seen.layers[0].gradient[0, 0],
        "Update": seen.layers[0].updated[0, 0],
        "Loss": seen.loss,
    }.items():
        step(playground, name)
        expect(steps(playground).get_by_role("radio", name=re.compile(name))).to_be_checked()
        assert number(formula(playground).locator("b").inner_text()) == pytest.approx(value, abs=6e-4)


def test_page_down_goes_on_through_steps_and_layers_and_page_up_back(playground: Playground) -> None:
    opened(playground, "Microscope")
    step(playground, "Input")
    said = [formula(playground).inner_text()]
    for _ in range(12):
        playground.page.keyboard.press("PageDown")
        expect(formula(playground)).not_to_have_text(said[-1])
        said.append(formula(playground).inner_text())
    assert [text[0] for text in said] == [*"tzazazaLδδδ∂∂"]
    playground.page.keyboard.press("PageUp")
    expect(formula(playground)).to_have_text(said[-2])


def test_a_unit_is_chosen_by_keyboard_and_so_are_the_decimals(playground: Playground) -> None:
    pane = opened(playground, "Microscope")
    pane.get_by_role("combobox", name="Unit", exact=True).focus()
    playground.page.keyboard.press("ArrowDown")
    playground.page.keyboard.press("ArrowDown")
    expect(formula(playground)).to_contain_text("z₃ = ")
    expect(pane.locator("tr.picked")).to_contain_text("Unit 3")
    pane.get_by_role("combobox", name="Decimals", exact=True).select_option(label="0.000000")
    expect(formula(playground).locator("b")).to_have_text(re.compile(r"^−?\d+\.\d{6}$"))


def test_a_neuron_picked_in_the_network_comes_under_the_microscope(playground: Playground) -> None:
    opened(playground, "Microscope")
    playground.page.locator('[data-neuron="2.3"]').click()
    expect(formula(playground)).to_contain_text("z₄ = ")
    expect(playground.page.get_by_role("combobox", name="Layer", exact=True)).to_have_value("1")


def test_another_sample_gives_other_numbers(playground: Playground) -> None:
    pane = opened(playground, "Microscope")
    before = formula(playground).inner_text()
    pane.get_by_label("Sample").fill("17")
    expect(formula(playground)).not_to_have_text(before)


def test_layers_without_weights_are_put_into_words(open_page: Opener) -> None:
    playground = open_page(MIXED).until_paused()
    pane = opened(playground, "Microscope")
    for layer, words in {
        "Batch norm 1": "mean 0 and deviation 1",
        "Dropout 1": "has no weights",
        "Residual 1": "an earlier layer",
    }.items():
        pane.get_by_role("combobox", name="Layer", exact=True).select_option(label=layer)
        expect(pane).to_contain_text(words)
    step(playground, "Update")
    pane.get_by_role("combobox", name="Layer", exact=True).select_option(label="Dropout 1")
    expect(pane).to_contain_text("Dropout 1 has no weights: nothing is updated.")


# --- gradient check and confusion ----------------------------------------------------------------------------------


def test_the_gradient_check_says_how_well_they_agree(playground: Playground) -> None:
    pane = opened(playground, "Gradient check")
    expect(pane).to_contain_text(re.compile(r"All 85 gradients agree with finite differences to \d+ digits\."))
    pane.get_by_role("button", name="Table: Analytic and numeric gradients").click()
    table = playground.page.get_by_role("dialog")
    expect(table.get_by_role("row")).to_have_count(86)
    expect(table.get_by_role("row", name="Hidden 1 w₂,₁")).to_be_visible()


def test_the_gradient_check_offers_the_pause_that_it_needs(playground: Playground) -> None:
    playground.play().until_training()
    pane = opened(playground, "Gradient check")
    expect(pane).to_contain_text("The check needs a moment in which the network does not train.")
    pane.get_by_role("button", name="Pause and check").press("Enter")
    playground.until_paused()
    expect(pane).to_contain_text("gradients agree with finite differences")
    expect(pane).to_be_focused()


def test_the_confusion_matrix_counts_every_test_sample(open_page: Opener) -> None:
    playground = open_page(DIGITS + "&data.samples=300").until_paused()
    playground.play().until_epoch(3).pause()
    pane = opened(playground, "Confusion")
    expect(pane.get_by_role("columnheader")).to_have_count(12)
    rows = [row.locator("td").all_inner_texts() for row in pane.get_by_role("row").all()[1:]]
    assert sum(int(count) for row in rows for count in row[:-1]) == 90
    right = sum(int(row[place]) for place, row in enumerate(rows))
    assert f"{100 * right / 90:.1f}%" == playground.number("Test accuracy")


# --- doctor --------------------------------------------------------------------------------------------------------


def test_the_doctor_finds_nothing_in_a_network_that_learns(playground: Playground) -> None:
    playground.play().until_epoch(30).pause()
    pane = opened(playground, "Doctor")
    expect(pane).to_contain_text("Nothing is wrong.")
    for title in (
        "Dead units",
        "Saturation",
        "Vanishing gradient",
        "Learning rate",
        "Overfitting",
        "Size of the inputs",
    ):
        expect(pane.get_by_role("listitem").filter(has_text=title)).to_be_visible()


def layers_of(count: int, activation: str, units: int = 8) -> str:
    each = (
        f"network.layers.{i}=dense&network.layers.{i}.activation={activation}&network.layers.{i}.units={units}"
        for i in range(count)
    )
    return f"network.layers={count}&{'&'.join(each)}"


BLOCKED = f"data=xor&{layers_of(2, 'relu', 2)}&optimizer=batch_gradient_descent&optimizer.learning_rate=1.5"
SATURATED = (
    f"data=xor&loss=mean_squared_error&{layers_of(2, 'tanh', 4)}&network.initializer=small_random"
    "&network.initializer.scale=10&optimizer=sgd&optimizer.learning_rate=0.1"
)
NOISY = "data=moons&data.samples=60&data.noise=0.6&data.label_flips=0.3"


@pytest.mark.parametrize(
    ("title", "link", "epochs", "cure"),
    [
        ("Vanishing gradient", f"{layers_of(6, 'sigmoid')}&optimizer=sgd", 10, "ReLU in the hidden layers"),
        ("Dead units", f"{layers_of(2, 'relu')}&optimizer.learning_rate=0.5", 60, "Leaky ReLU in Hidden"),
        ("Overfitting", f"{NOISY}&{layers_of(2, 'tanh', 32)}&optimizer.learning_rate=0.03", 150, "L2 regularization"),
        ("Plateau", f"data=xor&{layers_of(3, 'sigmoid', 4)}&optimizer=sgd", 90, "Adam"),
        ("Exploding updates", "optimizer=sgd&optimizer.learning_rate=1", 30, "clipping the gradient"),
        (
            "Learning rate",
            "data=circle&optimizer=batch_gradient_descent&optimizer.learning_rate=3&loss=mean_squared_error",
            10,
            "a learning rate of",
        ),
        ("Size of the steps", "optimizer=sgd&optimizer.learning_rate=0.00001", 10, "a learning rate of 0.0001"),
        ("Underfitting", layers_of(1, "tanh", 1), 90, "8 units in Hidden 1"),
    ],
)
def test_each_disease_is_found_where_it_is_and_has_its_cure(
    open_page: Opener, title: str, link: str, epochs: int, cure: str
) -> None:
    playground = trained(open_page, link, epochs)
    trouble = opened(playground, "Doctor").get_by_role("listitem").filter(has_text=f"Trouble: {title}")
    expect(trouble).to_be_visible()
    expect(trouble.locator(".gauge, .trace")).to_be_visible()
    expect(trouble.get_by_role("button", name=f"Try it in a fork: {cure}")).to_be_visible()
    if title == "Overfitting":
        trouble.get_by_role("link", name="See what more data would do").click()
        expect(playground.page.get_by_role("heading", name="Learning curve")).to_be_visible()
        expect(playground.page.get_by_role("region", name="Set up")).to_contain_text("2 → 32 → 32 → 1")


def trained(open_page: Opener, link: str, epochs: int) -> Playground:
    """A network after exactly so many epochs."""
    playground = open_page(f"#{link}&stop=epochs&stop.epochs={epochs}").until_paused().play()
    expect(playground.status).to_have_text("Finished")
    return playground


@pytest.mark.parametrize(
    ("link", "cause"),
    [(BLOCKED, "Dead units"), (SATURATED, "Saturation")],
)
def test_a_plateau_has_no_cure_beside_that_of_its_cause(open_page: Opener, link: str, cause: str) -> None:
    findings = opened(trained(open_page, link, 90), "Doctor").get_by_role("listitem")
    plateau = findings.filter(has_text="Trouble: Plateau")
    expect(plateau).to_contain_text(f"See to “{cause}” first.")
    expect(plateau.get_by_role("button")).to_have_count(0)
    expect(findings.first).to_contain_text(f"Trouble: {cause}")
    expect(findings.first.get_by_role("button", name="Try it in a fork")).to_be_visible()


def test_a_cure_is_tried_in_a_run_of_its_own(open_page: Opener) -> None:
    playground = open_page(DYING).until_paused()
    playground.play().until_epoch(60).pause()
    pane = opened(playground, "Doctor")
    trouble = pane.get_by_role("listitem").filter(has_text="Trouble: Dead units")
    expect(trouble).to_contain_text(re.compile(r"\d of \d units of Hidden \d have slope 0"))
    run, epoch = playground.page.evaluate("sessionStorage.run"), playground.epoch
    trouble.get_by_role("button", name="Try it in a fork").click()
    playground.until_link("leaky_relu")
    assert json.loads(playground.page.evaluate("sessionStorage.run"))["id"] != json.loads(run)["id"]
    assert playground.epoch == epoch
    playground.page.request.delete(f"/api/runs/{json.loads(run)['id']}")


def test_inputs_that_reach_far_are_found(open_page: Opener) -> None:
    playground = open_page("#data.formulas=1&data.formulas.0=100*x1").until_paused()
    pane = opened(playground, "Doctor")
    trouble = pane.get_by_role("listitem").filter(has_text="Trouble: Size of the inputs")
    expect(trouble).to_contain_text("100*x1 is")
    expect(trouble).to_contain_text("Try standardized inputs.")


# --- for everybody -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=str)
def test_no_pane_has_a_serious_fault(open_page: Opener, theme: str, size: tuple[int, int]) -> None:
    viewport = {"width": size[0], "height": size[1]}
    playground = open_page(DYING, viewport=viewport, color_scheme=theme).until_paused()
    playground.play().until_epoch(20).pause()
    if size[0] == 390:
        playground.page.get_by_role("tab", name="Inspect").click()
    for name in PANES if size[0] < 1600 else PANES[1:-1]:
        expect(opened(playground, name).locator("canvas, .histogram, .gauge, td, .importance li").first).to_be_visible()
        assert faults(playground) == [], name
        assert playground.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        wide = "[...document.querySelectorAll('.inspect, .inspected')].filter((e) => e.scrollWidth > e.clientWidth)"
        assert playground.page.evaluate(f"{wide}.length") == 0, name


def test_a_phone_has_room_for_a_thumb_in_every_pane(open_page: Opener) -> None:
    playground = open_page(viewport={"width": 390, "height": 844}).until_paused()
    playground.page.get_by_role("tab", name="Inspect").click()
    for name in PANES:
        expect(opened(playground, name).locator("canvas, .histogram, .gauge, td, .importance li").first).to_be_visible()
        small = playground.page.evaluate(
            """[...document.querySelectorAll(".inspect button, .inspect select, .inspect input[type=number]")]
                .filter((e) => e.offsetParent && Math.min(e.offsetWidth, e.offsetHeight) < 43.5)
                .map((e) => e.ariaLabel ?? e.textContent)"""
        )
        assert small == [], name


# --- hidden space --------------------------------------------------------------------------------------------------


def test_the_hidden_space_shows_where_a_layer_puts_the_samples_and_how_far_apart_the_classes(
    playground: Playground,
) -> None:
    page = playground.page
    page.get_by_role("tab", name="Hidden space").click()
    shares = page.get_by_role("list", name="How far apart the classes are").get_by_role("listitem")
    expect(shares).to_have_count(3)
    expect(shares.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("Its 6 numbers, seen from where the samples are spread most")).to_be_visible()
    expect(page.locator(".hidden-space .legend > span")).to_have_text(["orange", "blue"])
    bottoms = "[canvas, canvas.closest('#pane')].map((each) => each.getBoundingClientRect().bottom)"
    picture, pane = page.locator(".hidden-space > canvas").evaluate(f"canvas => {bottoms}")
    assert picture <= pane
    before = playground.picture(".hidden-space canvas")
    page.get_by_role("tabpanel").get_by_role("combobox", name="Layer").select_option("Hidden 1")
    expect(page.get_by_text("Its 8 numbers, seen from")).to_be_visible()
    other = playground.until_another_picture(".hidden-space canvas", before)
    at_start = shares.nth(2).inner_text()
    playground.play().until_epoch(30).pause()
    assert playground.until_another_picture(".hidden-space canvas", other)
    expect(shares.nth(2)).not_to_have_text(at_start)


def test_values_have_no_classes_to_be_told_apart(open_page: Opener) -> None:
    playground = open_page("#data=sine").until_paused()
    expect(playground.page.get_by_role("tab", name="Microscope")).to_be_visible()
    expect(playground.page.get_by_role("tab", name="Hidden space")).to_have_count(0)


# --- importance ----------------------------------------------------------------------------------------------------


def test_the_importance_of_each_column_is_told_once_the_network_heeds_it(open_page: Opener) -> None:
    playground = open_page("#data=table_classes")
    opened(playground, "Importance")
    playground.play().until_epoch(60).pause()
    columns = playground.page.locator(".importance li")
    expect(columns).to_have_count(4)
    expect(columns.first).to_contain_text("petal")
    expect(columns.first).to_contain_text(re.compile(r"−\d+ points"))
    expect(playground.page.get_by_text("Most depends on petal")).to_be_visible()
    playground.page.get_by_role("button", name="Table: Importance of the columns").click()
    expect(playground.page.get_by_role("dialog").get_by_role("row")).to_have_count(5)


def test_the_importance_in_a_regression_is_what_the_loss_rises_by(open_page: Opener) -> None:
    playground = open_page("#data=table_values")
    opened(playground, "Importance")
    playground.play().until_epoch(60).pause()
    expect(playground.page.locator(".importance li").first).to_contain_text(re.compile(r"petal length.*\+0"))


def test_pixels_have_no_importance_one_by_one(open_page: Opener) -> None:
    playground = open_page("#data=digits")
    expect(playground.page.get_by_role("tab", name="Hidden space")).to_be_visible()
    expect(playground.page.get_by_role("tab", name="Importance")).to_have_count(0)
