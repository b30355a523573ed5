"""The formula bar: what the neuron that is looked at computes, in symbols, and for a picked point in numbers."""

import math
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground

MIXED = (
    "#network.layers=5&network.layers.1=batch_norm&network.layers.1.activation=tanh&network.layers.2=dropout"
    "&network.layers.3=dense&network.layers.3.units=6&network.layers.4=residual&network.layers.4.skips=3"
)
NUMBER = r"−?\d+(?:\.\d+)?"


def bar(playground: Playground) -> Locator:
    return playground.page.get_by_role("region", name="Formula")


def neuron(playground: Playground, key: str) -> Locator:
    return playground.page.locator(f'[data-neuron="{key}"]')


def pick_a_point(playground: Playground) -> str:
    """The one nearest to the middle; its place as the bar has it."""
    points = playground.page.get_by_role("listbox", name="Points")
    points.focus()
    playground.page.keyboard.press("ArrowUp")
    expect(points.get_by_role("option", selected=True)).to_be_visible()
    name = str(points.get_by_role("option").get_attribute("aria-label"))
    return name[: name.index(")") + 1]


def expect_formula(playground: Playground, key: str, pattern: str) -> None:
    """The whole formula of a neuron under the pointer; N stands for any number."""
    neuron(playground, key).hover()
    wanted = re.compile(f"^{re.escape(pattern).replace('N', NUMBER)}$".replace("<any>", ".*"))
    expect(bar(playground).locator(".equation")).to_have_text(wanted)


def numbers(text: str) -> list[float]:
    return [float(found.replace("−", "-")) for found in re.findall(NUMBER, text)]


def test_without_a_picked_point_the_equation_stands_alone(playground: Playground) -> None:
    expect(bar(playground)).to_have_text("Point at a neuron to see what it computes.")
    playground.step("Epoch").until_epoch(1)
    neuron(playground, "1.2").hover()
    equation = re.compile(rf"^Hidden 1\.3 = tanh\( {NUMBER}·x1 [+−] {NUMBER}·x2 [+−] {NUMBER} \)$")
    expect(bar(playground).locator(".equation")).to_have_text(equation)
    expect(bar(playground)).to_contain_text("Pick a point for its numbers")


def test_a_picked_point_fills_in_the_numbers(playground: Playground) -> None:
    playground.step("Epoch").until_epoch(1)
    place = pick_a_point(playground)
    expect(playground.page.locator(".picked-point")).to_be_visible()
    neuron(playground, "1.2").hover()
    expect(bar(playground)).to_contain_text(place)
    expect(bar(playground)).to_contain_text(") = ")
    written = bar(playground).locator(".equation").inner_text()
    equation, total, answer = re.split(r" = (?=tanh\(\S|\S+$)", written)
    x1, x2 = numbers(place)
    signed = re.sub(r"([+−]) (?=\d)", lambda sign: "−" if sign[1] == "−" else "", equation.partition("tanh(")[2])
    first, second, bias = numbers(re.sub(r"·x\d", "", signed))
    assert first * x1 + second * x2 + bias == pytest.approx(numbers(total)[0], abs=0.05)
    assert math.tanh(numbers(total)[0]) == pytest.approx(numbers(answer)[0], abs=0.01)


def test_the_numbers_go_on_while_it_trains(playground: Playground) -> None:
    neuron(playground, "1.2").click()
    before = bar(playground).inner_text()
    playground.step("Epoch")
    expect(bar(playground)).not_to_have_text(before)
    expect(bar(playground)).to_contain_text("Hidden 1.3")


def test_a_long_sum_is_shortened_in_the_middle(open_page: Opener) -> None:
    playground = open_page("#network.layers.0.units=256").until_paused()
    pick_a_point(playground)
    expect_formula(playground, "2.1", "Hidden 2.2 = tanh( N·a1<any> + … <any>N·a256 + N ) = tanh(N) = N")
    is_whole = bar(playground).locator(".equation").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert is_whole, "the answer is in sight"


def test_layers_of_other_kinds_say_what_they_do(open_page: Opener) -> None:
    playground = open_page(MIXED).until_paused()
    pick_a_point(playground)
    stretched = "Batch norm 1.3 = tanh( 1.00·h + 0 ) = tanh(N) = N"
    expect_formula(playground, "2.2", f"{stretched} h = N: Hidden 1.3 at mean 0, deviation 1")
    expect_formula(playground, "3.2", "Dropout 1.3 = Batch norm 1.3 = N silent in 20% of the training samples")
    expect_formula(playground, "5.2", "Residual 1.3 = Hidden 2.3 + Hidden 1.3 = N<any> = N")
    expect_formula(playground, "0.0", "x1 = N an input")


def test_an_images_neuron_adds_up_its_pixels(open_page: Opener) -> None:
    playground = open_page("#data=digits&output=softmax&loss=cross_entropy").until_paused()
    expect_formula(playground, "1.2", "Hidden 1.3 = tanh( <any>N·p1 + … <any>N·p64 + N ) = tanh(N) = N")
    expect_formula(playground, "3.2", "Output 2 = softmax( <any> ) = softmax(N) = N")


def test_the_focus_shows_a_neuron_as_the_pointer_does(playground: Playground) -> None:
    neuron(playground, "1.0").focus()
    expect(bar(playground)).to_contain_text("Hidden 1.1")
    playground.page.keyboard.press("ArrowDown")
    expect(bar(playground)).to_contain_text("Hidden 1.2")
    playground.page.keyboard.press("Escape")
    expect(bar(playground)).to_contain_text("Point at a neuron")


def test_nobody_is_read_to_who_did_not_ask(playground: Playground) -> None:
    expect(bar(playground)).to_have_count(1)
    assert bar(playground).evaluate("e => e.closest('[aria-live], [role=status], [role=alert]')") is None
    assert bar(playground).locator("[aria-live], [role=status], [role=alert]").count() == 0


def test_a_neuron_under_the_pointer_is_shown_large_and_its_links_stand_out(playground: Playground) -> None:
    output = playground.picture(".heat")
    neuron(playground, "1.2").hover()
    expect(playground.page.locator(".legend")).to_have_text("Hidden 1.3")
    expect(playground.page.locator(".edges path:not(.apart)")).to_have_count(2 + 6)
    playground.until_another_picture(".heat", output)
    playground.page.mouse.move(2, 2)
    expect(playground.page.locator(".legend")).to_contain_text("orange")
    expect(playground.page.locator(".edges .apart")).to_have_count(0)
    playground.until_picture(".heat", output)


def test_a_weight_under_the_pointer_is_told(playground: Playground) -> None:
    playground.until_weights()
    lines = playground.page.locator(".edges")
    middle = lines.evaluate(
        """lines => {
            const path = lines.querySelector("path");
            const { x, y } = path.getPointAtLength(path.getTotalLength() / 2);
            const { left, top } = lines.getBoundingClientRect();
            return [left + x, top + y];
        }"""
    )
    playground.page.mouse.move(*middle)
    expect(bar(playground).locator(".equation")).to_have_text(
        re.compile(rf"^Weight from x1 to Hidden 1\.1 = {NUMBER}$")
    )
    told = bar(playground).locator(".equation").inner_text()
    neuron(playground, "1.0").hover()
    expect(bar(playground).locator(".equation")).to_contain_text(f"{told.split(' = ')[1].replace('−', '')}·x1")
    playground.page.mouse.move(2, 2)
    expect(bar(playground)).to_have_text("Point at a neuron to see what it computes.")


def test_a_neuron_of_a_fitted_curve_is_shown_as_its_own_curve(open_page: Opener) -> None:
    playground = open_page("#data=sine&loss=mean_squared_error&output=linear").until_paused()
    playground.step("Epoch").until_epoch(1)
    answer = playground.picture(".fit canvas")
    neuron(playground, "1.2").hover()
    expect(playground.page.locator(".legend")).to_have_text("Hidden 1.3")
    playground.until_another_picture(".fit canvas", answer)
    playground.page.mouse.move(2, 2)
    expect(playground.page.locator(".legend")).to_have_text("")
    playground.until_picture(".fit canvas", answer)


def test_a_picked_neuron_stays_when_the_pointer_has_passed_over_another(playground: Playground) -> None:
    neuron(playground, "1.2").click()
    neuron(playground, "2.0").hover()
    expect(playground.page.locator(".legend")).to_have_text("Hidden 2.1")
    playground.page.mouse.move(2, 2)
    expect(playground.page.locator(".legend")).to_contain_text("Showing only Hidden 1.3")


def test_the_weights_of_an_images_neuron_are_shown_large(open_page: Opener) -> None:
    playground = open_page("#data=digits&output=softmax&loss=cross_entropy").until_paused()
    neuron(playground, "1.2").hover()
    expect(playground.page.get_by_role("img", name="The weights of Hidden 1.3 to each pixel")).to_be_visible()
    playground.page.mouse.move(2, 2)
    expect(playground.page.get_by_role("img", name="The picked image")).to_be_visible()


def test_a_point_is_picked_by_a_click_and_let_go_by_another(playground: Playground) -> None:
    points = playground.page.get_by_role("listbox", name="Points")
    pick_a_point(playground)
    ring = playground.page.locator(".picked-point").bounding_box()
    assert ring
    playground.page.keyboard.press("Escape")
    expect(playground.page.locator(".picked-point")).to_have_count(0)
    playground.page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    expect(
        points.get_by_role("option", name=re.compile(r"^at \(.*, (orange|blue), a (test|training) point$"))
    ).to_be_visible()
    box = points.bounding_box()
    assert box
    playground.page.mouse.click(box["x"] + box["width"] - 4, box["y"] + 4)
    expect(playground.page.locator(".picked-point")).to_have_count(0)
