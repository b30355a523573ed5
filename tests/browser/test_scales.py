"""The scales of the charts, the places on the curves and the axis of the timeline, run by node."""

from typing import Any

import pytest

from tests.browser.module import run_by_node

# --- round steps, and the levels beside a chart ---------------------------------------------------------------------


def scales(node: str, *expressions: str) -> list[Any]:
    """What functions of the module are, in one run."""
    found: list[Any] = run_by_node(node, "draw/scales", f"return [{', '.join(f'scales.{e}' for e in expressions)}];")
    return found


def test_a_round_step_is_1_2_or_5_times_a_power_of_ten(node: str) -> None:
    steps = {"30, 4": 10, "100, 4": 50, "0.9, 4": 0.5, "1, 5": 0.2, "7e-5, 4": 2e-5, "6, 8": 1}
    found = scales(node, *(f"roundStep({span_and_most})" for span_and_most in steps))
    assert found == pytest.approx(list(steps.values()))


def test_losses_have_room_below_and_above(node: str) -> None:
    (low, high), flat, plain = scales(
        node, "lossRange([0.02, 0.9], true)", "lossRange([0.8, 0.9], true)", "lossRange([0.2, 0.9], false)"
    )
    assert low < 0.02 and high > 0.9
    assert flat[1] / flat[0] > 20, "what hardly moves looks so"
    assert plain == [0, pytest.approx(0.972)]


def test_a_chart_without_losses_has_a_range_all_the_same(node: str) -> None:
    none = "lossRange([Infinity, -Infinity], true)", "lossRange([Infinity, -Infinity], false)"
    assert scales(node, *none) == [[0.01, 1], [0, 1]]


def test_shares_go_from_a_round_one_below_all_to_1(node: str) -> None:
    floors = {0.97: 0.8, 0.5: 0.4, 0.02: 0.0, 0.9: 0.8}
    found = scales(node, *(f"shareRange({lowest})" for lowest in floors))
    assert found == [[pytest.approx(floor), 1] for floor in floors.values()]


def test_the_high_end_is_at_the_top_and_the_low_end_at_the_floor(node: str) -> None:
    ends = [f"heightScale([0.01, 1], {is_log}, 8, 100)({end})" for is_log in ("true", "false") for end in (1, 0.01)]
    assert scales(node, *ends) == pytest.approx([8, 108, 8, 108])


def test_on_a_log_scale_each_factor_is_as_high_and_nothing_falls_below_the_floor(node: str) -> None:
    logarithmic = "heightScale([0.01, 1], true, 0, 100)"
    assert scales(node, f"{logarithmic}(0.1)", f"{logarithmic}(0)") == pytest.approx([50, 100])


def test_levels_are_round_and_lie_in_the_range(node: str) -> None:
    losses, shares, logs = scales(
        node, "levelsOf([0, 1.08], false)", "levelsOf([0.4, 1], false)", "levelsOf([0.02, 1.2], true)"
    )
    assert losses == pytest.approx([0, 0.5, 1])
    assert shares == pytest.approx([0.4, 0.6, 0.8, 1])
    assert logs == [0.03, 0.1, 0.3, 1]


def test_many_decades_have_few_levels_evenly_apart(node: str) -> None:
    some, many = scales(node, "levelsOf([2e-5, 2], true)", "levelsOf([1e-12, 2], true)")
    assert some == [1e-4, 1e-3, 1e-2, 0.1, 1]
    assert many == [1e-12, 1e-9, 1e-6, 1e-3, 1]


# --- places on a curve ----------------------------------------------------------------------------------------------


def rising(node: str, places: list[float], expression: str) -> Any:
    return run_by_node(node, "draw/rising", f"return given.map((x) => rising.{expression});", given=places)


def test_the_first_number_from_a_place_on(node: str) -> None:
    assert rising(node, [-1, 0, 0.5, 5, 6], "firstFrom([0, 2, 5], x)") == [0, 0, 1, 2, 3]


def test_the_nearest_number(node: str) -> None:
    assert rising(node, [-9, 0.9, 1.1, 3.6, 99], "nearest([0, 2, 5], x)") == [0, 0, 1, 2, 2]


def test_between_two_points_lies_a_straight_line_and_beyond_the_ends_a_level_one(node: str) -> None:
    assert rising(node, [-1, 0, 1, 2, 3.5, 9], "between([0, 2, 5], [10, 20, 50], x)") == [10, 10, 15, 20, 35, 50]


def test_the_nearest_change_is_found_a_few_pixels_around(node: str) -> None:
    near = 'change.changeNear([{ epoch: 10, text: "a" }, { epoch: 11, text: "b" }], x, 100, 500)?.text ?? ""'
    found = run_by_node(node, "draw/change", f"return given.map((x) => {near});", given=[8, 9.2, 10.8, 13])
    assert found == ["", "a", "b", ""]


# --- the slider of a setting ----------------------------------------------------------------------------------------


SLIDERS: list[tuple[dict[str, Any], list[float]]] = [
    ({"type": "number", "minimum": 0, "maximum": 1}, [0, 0.25, 1]),
    ({"type": "integer", "minimum": 1, "maximum": 1024, "scale": "log"}, [1, 16, 1024]),
    ({"type": "number", "exclusiveMinimum": 0, "maximum": 10, "scale": "log"}, [0.001, 0.03, 10]),
    ({"type": "number", "minimum": 0, "maximum": 1, "scale": "log"}, [0, 0.01, 1]),
    ({"type": "integer", "minimum": 1, "maximum": 500}, [1, 50, 500]),
]


def test_a_slider_stands_at_its_value_and_has_its_value_there(node: str) -> None:
    there_and_back = """return given.map(([schema, values]) => {
        const slider = scale.scaleOf(schema);
        return values.map((value) => slider.value(slider.position(value)));
    });"""
    for (schema, values), found in zip(
        SLIDERS, run_by_node(node, "form/scale", there_and_back, given=SLIDERS), strict=True
    ):
        assert found == pytest.approx(values), schema


# --- the axis of the timeline ---------------------------------------------------------------------------------------

COME_TO = """
const comeTo = (epoch, generation = 1) => {
  store.frame.value = { generation, head: { epoch, step: 10 * epoch } };
  return moments.lastEpoch.value;
};
"""


def axis(node: str, lines: str) -> Any:
    return run_by_node(node, "store moments", COME_TO + lines)


def test_the_axis_ends_at_a_round_epoch_some_way_ahead(node: str) -> None:
    assert axis(node, "return [0, 5, 20, 100, 1000].map((epoch, i) => comeTo(epoch, i));") == [10, 10, 30, 150, 1500]


def test_the_axis_only_grows_until_there_is_another_curve(node: str) -> None:
    assert axis(node, "return [comeTo(100), comeTo(20), comeTo(20, 2)];") == [150, 150, 30]


def test_while_it_plays_by_itself_the_axis_ends_where_that_ends(node: str) -> None:
    lines = "store.isAutoplay.value = true; const first = comeTo(3); store.isAutoplay.value = false;"
    assert axis(node, f"{lines} return [first, comeTo(20), comeTo(20, 2)];") == [300, 300, 30]


# --- moments --------------------------------------------------------------------------------------------------------

CURVE = """
store.curves.columns = { step: [0, 10, 30], epoch: [0, 1, 2] };
store.frame.value = { head: { step: 40, epoch: 2.5 } };
"""


MOMENTS = {
    "Step(20)": (20, 1.5),
    "Step(-5)": (0, 0),
    "Step(99)": (40, 2.5),
    "Epoch(1.5)": (20, 1.5),
    "Epoch(9)": (40, 2.5),
}


def test_a_moment_lies_on_the_curve_or_at_the_furthest_point(node: str) -> None:
    asked = ", ".join(f"moments.momentAt{place}" for place in MOMENTS)
    found = run_by_node(node, "store moments", f"{CURVE} return [{asked}];")
    assert [(moment["step"], moment["epoch"]) for moment in found] == list(MOMENTS.values())
