"""The views of images: whose a cell of the confusion matrix is, what costs most, what counts in an image, what fools
the network, what excites a channel, and which clusters a code falls into."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground, watched
from tests.browser.test_accessibility import faults

DIGITS = "#data=digits&data.samples=600&network.layers.0.units=16&optimizer.learning_rate=0.01"
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def trained(open_page: Opener, link: str = DIGITS, epochs: int = 5, **options: object) -> Playground:
    playground = open_page(link, **options).until_paused()
    playground.play().until_epoch(epochs)
    return playground.pause()


def confusion(playground: Playground) -> Locator:
    """The pane, also on a phone."""
    inspect = playground.page.get_by_role("tab", name="Inspect", exact=True)
    if inspect.is_visible():
        inspect.click()
    playground.page.get_by_role("tablist", name="Inspector").get_by_role("tab", name="Confusion").click()
    return playground.page.get_by_role("tabpanel", name="Confusion")


# --- cells of the confusion matrix ----------------------------------------------------------------------------------


def mistaken(pane: Locator) -> Locator:
    """The cells in which there are mistakes."""
    return pane.locator("td.miss:not(.shade-0)")


@pytest.mark.parametrize("options", [{}, PHONE])
def test_a_cell_shows_its_images_and_each_can_be_picked(open_page: Opener, options: dict[str, object]) -> None:
    playground = trained(open_page, **options)
    pane = confusion(playground)
    cell = mistaken(pane).first
    row, column = (cell.get_attribute("data-cell") or "").split(".")
    cell.click()
    expect(cell).to_have_attribute("aria-selected", "true")
    images = pane.get_by_role("list", name=f"{row}, but taken for {column}").get_by_role("button")
    expect(images).to_have_count(int(cell.inner_text()))
    expect(images.first).to_have_attribute("aria-label", re.compile(rf"^Image \d+, labelled {row}$"))
    images.first.click()
    expect(images.first).to_have_attribute("aria-pressed", "true")
    assert not faults(playground)
    result = playground.page.get_by_role("tab", name="Result", exact=True)
    if result.is_visible():
        result.click()
    expect(playground.page.get_by_role("img", name=f"The picked image, labelled {row}")).to_be_visible()
    expect(playground.page.locator(".probabilities .winner > span").first).to_have_text(column)


def test_the_cells_are_walked_and_opened_by_keys(open_page: Opener) -> None:
    playground = trained(open_page)
    pane, press = confusion(playground), playground.page.keyboard.press
    pane.locator('[data-cell="0.0"]').focus()
    for key in ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowRight", "ArrowRight"]:
        press(key)
    cell = pane.locator('[data-cell="2.2"]')
    expect(cell).to_be_focused()
    press("Enter")
    title = pane.get_by_role("heading", name="2, and taken for that")
    expect(title).to_be_visible()
    expect(pane.get_by_role("status")).to_have_text(f"{cell.inner_text()} test samples.")
    press("Escape")
    expect(title).to_have_count(0)
    expect(pane.get_by_role("heading", name="Worst mistakes")).to_be_visible()


def test_of_points_a_cell_rings_its_own_on_the_map(open_page: Opener) -> None:
    playground = trained(open_page, "#data=xor&data.noise=0.5", epochs=2)
    pane = confusion(playground)
    before = playground.picture("canvas.line")
    pane.locator('[data-cell="0.0"]').click()
    ringed = playground.until_another_picture("canvas.line", before)
    points = pane.get_by_role("list", name="orange, and taken for that").get_by_role("button")
    expect(points).to_have_count(int(pane.locator('[data-cell="0.0"]').inner_text()))
    place = points.nth(1).inner_text()
    points.nth(1).click()
    expect(playground.page.locator(".reading-of-point")).to_contain_text(place)
    pane.get_by_role("button", name="Worst mistakes").click()
    playground.until_picture("canvas.line", before)
    assert ringed != before


# --- worst mistakes -------------------------------------------------------------------------------------------------


def test_the_worst_mistakes_come_first_and_can_be_picked(open_page: Opener) -> None:
    playground = trained(open_page)
    pane = confusion(playground)
    expect(mistaken(pane).first).to_be_visible()
    missed = sum(int(cell.inner_text()) for cell in mistaken(pane).all())
    worst = pane.get_by_role("list", name="Worst mistakes").get_by_role("button")
    expect(worst).to_have_count(min(24, missed))
    losses = [float(text.rpartition(" ")[2]) for text in worst.all_inner_texts()]
    assert losses == sorted(losses, reverse=True) and losses[0] > losses[-1]
    expect(worst.first).to_have_text(re.compile(r"^\d, taken for \d\s*\d+% sure, loss [\d.]+$"))
    is_, taken_for = re.findall(r"\d", worst.first.inner_text())[:2]
    worst.first.click()
    expect(playground.page.get_by_role("img", name=f"The picked image, labelled {is_}")).to_be_visible()
    expect(playground.page.locator(".probabilities .winner > span").first).to_have_text(taken_for)
    pane.get_by_role("button", name="Table: Worst mistakes").click()
    expect(playground.page.get_by_role("dialog").get_by_role("row")).to_have_count(1 + min(24, missed))


def test_they_are_of_the_test_unless_all_are_wanted(open_page: Opener) -> None:
    playground = trained(open_page, epochs=1)
    views = watched(playground)
    playground.page.reload()
    playground.until_paused()
    expect(playground.page.locator(".numbers")).to_be_visible()
    assert not any(view.startswith("worst") for each in views for view in each), "nobody looks"
    pane = confusion(playground)
    expect(pane.get_by_role("list", name="Worst mistakes").get_by_role("button").first).to_be_visible()
    assert any("worst_test:24" in each for each in views) and not any("worst:24" in each for each in views)
    pane.get_by_role("radio", name="All samples").check(force=True)
    expect(pane.get_by_role("radio", name="All samples")).to_be_checked()
    expect(pane.get_by_role("list", name="Worst mistakes").get_by_role("button").first).to_be_visible()
    assert any("worst:24" in each for each in views)


def test_of_points_too(open_page: Opener) -> None:
    playground = trained(open_page, "#data=spiral", epochs=2)
    worst = confusion(playground).get_by_role("list", name="Worst mistakes").get_by_role("button").first
    place = worst.inner_text().partition(")")[0] + ")"
    worst.click()
    expect(playground.page.locator(".reading-of-point")).to_contain_text(place)
    expect(playground.page.locator(".reading-of-point")).to_contain_text("wrong")


# --- saliency and adversarial images --------------------------------------------------------------------------------


def show(playground: Playground, look: str) -> None:
    playground.page.get_by_role("radio", name=look, exact=True).check(force=True)


def winner(playground: Playground) -> Locator:
    return playground.page.locator(".probabilities .winner > span").first


def draw_a_stroke(playground: Playground) -> None:
    pad = playground.page.get_by_role("application", name="Pad")
    pad.focus()
    for key in ["Space", *["ArrowDown"] * 8, "Space"]:
        playground.page.keyboard.press(key)


@pytest.mark.parametrize("options", [{}, PHONE])
def test_saliency_shows_what_speaks_for_a_class(open_page: Opener, options: dict[str, object]) -> None:
    playground = trained(open_page, **options)
    page = playground.page
    show(playground, "Saliency")
    said = winner(playground).inner_text()
    expect(page.get_by_role("img", name=f"How each pixel counts for {said}")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^More ink where it is blue speaks for"))).to_contain_text(
        "before its activation"
    )
    first = playground.picture(".heat canvas")
    other = str((int(said) + 1) % 10)
    page.get_by_role("combobox", name="Class").select_option(other)
    expect(page.get_by_role("img", name=f"How each pixel counts for {other}")).to_be_visible()
    second = playground.until_another_picture(".heat canvas", first)
    playground.step("Epoch")
    playground.until_another_picture(".heat canvas", second)
    page.get_by_role("button", name="Table: Gradient by each pixel").click()
    expect(page.get_by_role("dialog").get_by_role("row")).to_have_count(9)
    page.keyboard.press("Escape")
    assert not faults(playground)


def test_what_is_drawn_has_a_saliency_too(open_page: Opener) -> None:
    playground = trained(open_page)
    show(playground, "Saliency")
    playground.page.get_by_label("Draw an image yourself").check(force=True)
    expect(playground.page.locator(".heat canvas")).to_have_count(0)
    draw_a_stroke(playground)
    said = winner(playground).inner_text()
    expect(playground.page.get_by_role("img", name=f"How each pixel counts for {said}")).to_be_visible()


def flip(playground: Playground) -> tuple[str, str]:
    """What an image is, and what it is taken for when it is flipped; another is picked where this one cannot be."""
    told = playground.page.get_by_text(re.compile("^(A change of|No change|This )"))
    expect(told).to_be_visible()
    while not told.inner_text().startswith("A change of"):
        before = told.inner_text()
        playground.page.get_by_role("button", name="Next image").click()
        expect(told).not_to_have_text(before)
    is_, other = re.findall(r"this (\d) is then taken for (\d)", told.inner_text())[0]
    return is_, other


@pytest.mark.parametrize("options", [{}, PHONE])
def test_a_change_that_is_large_enough_flips_the_class(open_page: Opener, options: dict[str, object]) -> None:
    playground = trained(open_page, **options)
    page = playground.page
    show(playground, "Adversarial")
    is_, other = flip(playground)
    expect(winner(playground)).to_have_text(is_)
    page.get_by_role("button", name="Flip it").click()
    expect(winner(playground)).to_have_text(other)
    slider = page.get_by_role("slider", name="Change ε")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(rf"^0\.\d+: {other}, \d+%$"))
    expect(page.get_by_role("img", name=re.compile("^The image with every pixel changed by 0"))).to_be_visible()
    assert not faults(playground)
    slider.press("ArrowLeft")
    expect(winner(playground)).to_have_text(is_)
    slider.press("Home")
    expect(page.get_by_role("img", name=re.compile("^The image with every pixel changed by"))).to_have_count(0)
    page.get_by_role("button", name="Table: Probabilities by size of the change").click()
    expect(page.get_by_role("dialog").get_by_role("row")).to_have_count(101)  # a table shows a hundred rows at a time


def test_it_is_told_anew_while_the_network_learns_and_no_more_when_nobody_looks(open_page: Opener) -> None:
    playground = trained(open_page, epochs=2)
    views = watched(playground)
    playground.page.reload()
    playground.until_paused()
    show(playground, "Adversarial")
    told = playground.page.get_by_text(re.compile("^(A change of|No change|This )"))
    before = told.inner_text()
    playground.play()
    expect(told).not_to_have_text(before)
    playground.pause()
    assert any(view.startswith("adversarial:") for view in views[-1])
    show(playground, "Image")
    expect(told).to_have_count(0)
    playground.step("Epoch")
    assert not any(view.startswith(("adversarial", "saliency")) for view in views[-1])


def test_what_is_drawn_can_be_flipped(open_page: Opener) -> None:
    playground = trained(open_page)
    show(playground, "Adversarial")
    playground.page.get_by_label("Draw an image yourself").check(force=True)
    expect(playground.page.get_by_text("Draw something first.")).to_be_visible()
    draw_a_stroke(playground)
    told = playground.page.get_by_text(re.compile("^(A change of|No change)"))
    expect(told).to_contain_text(f"this {winner(playground).inner_text()}")


# --- what excites a channel -----------------------------------------------------------------------------------------

CONVOLUTIONS = (
    "#data=digits&data.samples=300&network.layers=3&network.layers.0=conv2d&network.layers.0.filters=4"
    "&network.layers.1=max_pool&network.layers.2=conv2d&network.layers.2.filters=3"
)


def test_the_patches_that_excite_a_channel_stand_beside_its_filters(open_page: Opener) -> None:
    playground = trained(open_page, CONVOLUTIONS, epochs=2)
    page = playground.page
    patches = page.locator(".patches").get_by_role("img")
    expect(patches).to_have_count(0)
    for layer, side in [(1, 3), (2, 4), (3, 8)]:
        page.locator(f'[data-neuron="{layer}.1"]').hover()
        expect(page.get_by_text(f"It sees {side} × {side} pixels")).to_be_visible()
        expect(patches).to_have_count(9)
        told = [patch.get_attribute("aria-label") or "" for patch in patches.all()]
        values = [float(text.rpartition(" ")[2].replace("−", "-")) for text in told]
        assert values == sorted(values, reverse=True)
        assert len({text.partition(",")[0] for text in told}) == 9
    page.locator(".experiment").hover()
    expect(patches).to_have_count(0)
    expect(page.get_by_role("list", name="Probability of each class")).to_be_visible()


def test_by_keys_they_are_found_too_and_nobody_else_asks_for_them(open_page: Opener) -> None:
    playground = trained(open_page, CONVOLUTIONS, epochs=2)
    views = watched(playground)
    playground.page.reload()
    playground.until_paused()
    expect(playground.page.locator(".probabilities .winner")).to_have_count(1)
    assert not any(view.startswith("patches") for each in views for view in each)
    playground.page.locator('[data-neuron="1.0"]').focus()
    expect(playground.page.locator(".patches").get_by_role("img").first).to_be_visible()
    assert any("patches:0" in each for each in views)
    assert not faults(playground)


# --- clusters of a code ---------------------------------------------------------------------------------------------

CODE = "#data=unlabelled_digits&data.samples=300"


@pytest.mark.parametrize("options", [{}, PHONE])
def test_a_code_is_coloured_by_its_clusters(open_page: Opener, options: dict[str, object]) -> None:
    playground = trained(open_page, CODE, epochs=3, **options)
    page = playground.page
    views = watched(playground)
    page.reload()
    playground.until_paused()
    expect(page.locator(".pair")).to_be_visible()
    labelled = playground.picture(".points canvas")
    assert not any(view.startswith("clusters") for each in views for view in each)
    page.get_by_label("Colour by k-means cluster").check(force=True)
    told = page.get_by_text(re.compile(r"Purity \d+%: .* Adjusted Rand index −?\d\.\d\d"))
    expect(told).to_be_visible()
    ten = playground.until_another_picture(".points canvas", labelled)
    page.get_by_role("combobox", name="Clusters").select_option("3")
    expect(page.locator(".legend.classes > span")).to_have_text(["1", "2", "3"])
    playground.until_another_picture(".points canvas", ten)
    page.get_by_role("button", name="Table: Clusters and labels").click()
    table = page.get_by_role("dialog")
    expect(table.get_by_role("row")).to_have_count(4)
    counts = [row.get_by_role("cell").all_inner_texts() for row in table.get_by_role("row").all()[1:]]
    assert sum(int(count) for row in counts for count in row[-10:]) == 300
    page.keyboard.press("Escape")
    assert not faults(playground)
    page.get_by_label("Colour by k-means cluster").uncheck(force=True)
    playground.until_picture(".points canvas", labelled)
