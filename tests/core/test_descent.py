"""Descents: every optimizer's way against a closed form, the worked example to the digit, and no formula does harm."""

from collections.abc import Callable
from itertools import pairwise
from time import process_time
from typing import Any

import numpy as np
import pytest

from core import Descent, InvalidExperiment, Way, brute_force, descents, landscape, way_of
from core.descent import Climber, Ground, batches
from core.descents import usual_starts
from core.optimizers import Optimizer
from core.spec import members
from core.surfaces import Surface

SURFACES = [member() for member in members(Surface)]
NEAR = 1e-9


def descent(surface: Any, *optimizers: Any, start: tuple[float, ...] = (), **more: Any) -> Descent:
    kind = surface if isinstance(surface, str) else surface["kind"]
    x, y = (*(start or usual_starts[kind]), 0.0)[:2]
    contestants = [each if "optimizer" in each else {"optimizer": each} for each in optimizers]
    return Descent.parse({"surface": surface, "start": {"x": x, "y": y}, "contestants": contestants, **more})


def way(surface: Any, optimizer: Any, **more: Any) -> Way:
    found = descent(surface, optimizer, **more)
    return way_of(found, found.contestants[0])


def on_a_parabola(optimizer: dict[str, Any], steps: int = 30) -> list[float]:
    """The weights on ½·w², whose gradient is w, from w = 1."""
    found = way({"kind": "one_weight", "x": 1.0, "target": 0.0}, optimizer, start=(1.0,), steps=steps)
    return [place[0] for place in found.places]


# --- the textbook's example -------------------------------------------------------------------------------------


def test_the_worked_example_to_the_digit() -> None:
    """Input 2, target 6, weight 5, half the squared error, rate 0.1: gradient 8, next weight 4.2; the best is 3."""
    found = Descent()
    gone = way_of(found, found.contestants[0])
    assert (gone.losses[0], gone.gradients[0], gone.places[1]) == (8.0, [8.0], [4.2])
    assert found.surface.bottoms == ((3.0,),)


def test_each_step_shrinks_the_distance_by_one_minus_rate_times_curvature() -> None:
    found = Descent()
    places = np.array(way_of(found, found.contestants[0]).places)[:, 0]
    np.testing.assert_allclose(places, 3 + 2 * 0.6 ** np.arange(21))


@pytest.mark.parametrize(
    ("rate", "behaves"),
    [
        (0.2, lambda w: all(3 < b < a for a, b in pairwise(w))),
        (0.25, lambda w: w[1:] == [3.0] * 20),
        (0.4, lambda w: all((a - 3) * (b - 3) < 0 and abs(b - 3) < abs(a - 3) for a, b in pairwise(w))),
        (0.5, lambda w: w == [5.0, 1.0] * 10 + [5.0]),
        (0.6, lambda w: all((a - 3) * (b - 3) < 0 and abs(b - 3) > abs(a - 3) for a, b in pairwise(w))),
    ],
    ids=["creeps", "arrives at once", "oscillates", "jumps for ever", "diverges"],
)
def test_the_rate_against_the_bound(rate: float, behaves: Callable[[list[float]], bool]) -> None:
    """On a curvature of 4 the bound, 2 divided by it, is 0.5."""
    assert behaves([place[0] for place in way("one_weight", {"kind": "sgd", "learning_rate": rate}).places])


def test_what_diverges_ends_with_a_sentence() -> None:
    gone = way("one_weight", {"kind": "sgd", "learning_rate": 10.0}, steps=200)
    assert gone.ended and gone.ended.startswith("Diverged: after step ")
    assert len(gone.places) < 20 and np.isfinite(gone.losses).all()


# --- every optimizer on a parabola ------------------------------------------------------------------------------


def by_momentum(rate: float, momentum: float, nesterov: bool) -> list[float]:
    """The linear map of (w, v) whose powers are the closed form."""
    step = np.array([[1 - rate, -rate * momentum], [1.0, momentum]])
    if nesterov:
        step[0] = [1 - rate * (1 + momentum), -rate * momentum**2]
    return [float((np.linalg.matrix_power(step, n) @ [1.0, 0.0])[0]) for n in range(31)]


def by_moments(rate: float, beta1: float, beta2: float, epsilon: float, decay: float = 0.0) -> list[float]:
    w, m, v, found = 1.0, 0.0, 0.0, [1.0]
    for t in range(1, 31):
        m, v = beta1 * m + (1 - beta1) * w, beta2 * v + (1 - beta2) * w * w
        w -= rate * ((m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon) + decay * w)
        found.append(w)
    return found


def by_nadam(rate: float, beta1: float, beta2: float, epsilon: float) -> list[float]:
    w, m, v, product, found = 1.0, 0.0, 0.0, 1.0, [1.0]
    for t in range(1, 31):
        now, then = (beta1 * (1 - 0.5 * 0.96 ** (each / 250)) for each in (t, t + 1))
        product *= now
        m, v = beta1 * m + (1 - beta1) * w, beta2 * v + (1 - beta2) * w * w
        ahead = then * m / (1 - product * then) + (1 - now) * w / (1 - product)
        w -= rate * ahead / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        found.append(w)
    return found


def by_squares(rate: float, epsilon: float, rho: float | None) -> list[float]:
    """Adagrad adds squares up, RMSProp forgets them."""
    w, v, found = 1.0, 0.0, [1.0]
    for _ in range(30):
        v = v + w * w if rho is None else rho * v + (1 - rho) * w * w
        w -= rate * w / (np.sqrt(v) + epsilon)
        found.append(w)
    return found


def by_adadelta(rate: float, rho: float, epsilon: float) -> list[float]:
    w, v, u, found = 1.0, 0.0, 0.0, [1.0]
    for _ in range(30):
        v = rho * v + (1 - rho) * w * w
        d = w * np.sqrt(u + epsilon) / np.sqrt(v + epsilon)
        u = rho * u + (1 - rho) * d * d
        w -= rate * d
        found.append(w)
    return found


def by_signs(rate: float, beta1: float, beta2: float) -> list[float]:
    w, m, found = 1.0, 0.0, [1.0]
    for _ in range(30):
        w, m = w - rate * np.sign(beta1 * m + (1 - beta1) * w), beta2 * m + (1 - beta2) * w
        found.append(w)
    return found


def averages(start: int, rate: float) -> list[float]:
    """The weights until averaging begins, then the mean of those since."""
    w = (1 - rate) ** np.arange(31)
    return [float(w[n] if n <= start else w[start + 1 : n + 1].mean()) for n in range(31)]


CLOSED_FORMS: dict[str, tuple[dict[str, Any], list[float]]] = {
    "batch_gradient_descent": ({"learning_rate": 0.1}, list(0.9 ** np.arange(31))),
    "sgd": ({"learning_rate": 0.1}, list(0.9 ** np.arange(31))),
    "implicit_sgd": ({"learning_rate": 0.3}, list(1.3 ** -np.arange(31.0))),
    "averaged_sgd": ({"learning_rate": 0.1, "start": 5}, averages(5, 0.1)),
    "momentum": ({"learning_rate": 0.05}, by_momentum(0.05, 0.9, nesterov=False)),
    "nesterov": ({"learning_rate": 0.05}, by_momentum(0.05, 0.9, nesterov=True)),
    "adagrad": ({"learning_rate": 0.1}, by_squares(0.1, 1e-10, None)),
    "adadelta": ({"learning_rate": 1.0}, by_adadelta(1.0, 0.9, 1e-6)),
    "rmsprop": ({"learning_rate": 0.01}, by_squares(0.01, 1e-8, 0.9)),
    "adam": ({"learning_rate": 0.1}, by_moments(0.1, 0.9, 0.999, 1e-8)),
    "adamw": ({"learning_rate": 0.1}, by_moments(0.1, 0.9, 0.999, 1e-8, decay=0.01)),
    "nadam": ({"learning_rate": 0.1}, by_nadam(0.1, 0.9, 0.999, 1e-8)),
    "lion": ({"learning_rate": 0.03}, by_signs(0.03, 0.9, 0.99)),
}
SEARCHES_AT_RANDOM = {"random_search"}


@pytest.mark.parametrize("kind", [member.model_fields["kind"].default for member in members(Optimizer)])
def test_every_optimizer_goes_as_its_closed_form(kind: str) -> None:
    if kind in SEARCHES_AT_RANDOM:
        pytest.skip("it has no way of its own; the next tests are about it")
    settings, expected = CLOSED_FORMS[kind]
    np.testing.assert_allclose(on_a_parabola({"kind": kind, **settings}), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_momentum_settles_beyond_the_bound_of_plain_descent(momentum: float) -> None:
    """On a parabola of curvature 1 a ball is caught for rates below 2·(1 + μ)."""
    for share, is_caught in ((0.98, True), (1.02, False)):
        rate = share * 2 * (1 + momentum)
        places = on_a_parabola({"kind": "momentum", "learning_rate": rate, "momentum": momentum}, steps=800)
        assert (abs(places[-1]) < 1) == is_caught


def test_random_search_keeps_the_best_and_counts_each_try() -> None:
    gone = way("bowl", {"kind": "random_search", "tries": 10, "reach": 5.0}, steps=50)
    assert all(b <= a for a, b in pairwise(gone.losses))
    assert gone.evaluations == [11 * step for step in range(51)]  # ten tries, and the place to beat
    assert gone.losses[-1] < 0.1


def test_random_search_stops_when_its_budget_is_spent() -> None:
    gone = way("bowl", {"kind": "random_search", "tries": 10, "budget": 35}, steps=50)
    assert gone.ended == "All 35 tries are used up. These are the best weights among them."
    assert len(gone.places) == 5


# --- surfaces ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.kind)
def test_every_gradient_is_that_of_central_differences(surface: Any) -> None:
    samples = surface.drawn()
    spans = np.array(surface.window(surface.usual_start))
    for place in np.random.default_rng(3).uniform(*spans.T, size=(20, len(spans))):
        step = 1e-6 * np.maximum(1, abs(place))
        for axis, along in enumerate(np.diag(step)):
            slope = (surface.losses(place + along, samples) - surface.losses(place - along, samples)) / (2 * step[axis])
            found = surface.slopes(place, samples)[:, axis]
            np.testing.assert_allclose(found, slope, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.kind)
def test_the_bottoms_are_level_and_nothing_on_the_map_is_lower(surface: Any) -> None:
    found = Descent.parse({"surface": surface.model_dump(), "start": {"x": surface.usual_start[0], "y": 1.0}})
    for bottom in surface.bottoms:
        np.testing.assert_allclose(found.ground.gradient(np.array(bottom)), 0, atol=1e-8)
        drawn = landscape(found)
        mean = drawn if surface.dimensions == 2 else drawn[0]
        assert found.ground.loss(np.array(bottom)) <= mean.min() + 1e-6


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.kind)
def test_a_map_holds_the_loss_at_each_place(surface: Any) -> None:
    x, y = (*surface.usual_start, 0.0)[:2]
    found = Descent.parse({"surface": surface.model_dump(), "start": {"x": x, "y": y}})
    drawn, (low, high) = landscape(found), found.window[0]
    ground = found.ground
    if surface.dimensions == 1:
        assert drawn.shape == (1 + (ground.size if ground.size > 1 else 0), 401)
        np.testing.assert_allclose(drawn[0, 100], ground.loss(np.array([low + (high - low) / 4])), rtol=1e-5)
        np.testing.assert_allclose(drawn[0], drawn[-ground.size :].mean(axis=0), rtol=1e-4, atol=1e-6)
    else:
        (bottom, top) = found.window[1]
        assert drawn.shape == (121, 121)
        place = np.array([low + (high - low) * 0.25, bottom + (top - bottom) * 0.75])
        np.testing.assert_allclose(drawn[90, 30], ground.loss(place), rtol=1e-5)


def test_the_first_weight_runs_along_the_columns_of_a_map() -> None:
    drawn = landscape(descent({"kind": "typed_surface", "text": "x"}, "sgd"))
    assert (np.diff(drawn, axis=1) > 0).all() and (np.diff(drawn, axis=0) == 0).all()


def test_a_saddle_holds_only_who_starts_on_its_ridge() -> None:
    on_the_ridge = way("saddle", {"kind": "sgd", "learning_rate": 0.1}, start=(2.0, 0.0), steps=300)
    beside_it = way("saddle", {"kind": "sgd", "learning_rate": 0.1}, start=(2.0, 0.001), steps=300)
    assert on_the_ridge.places[-1] == pytest.approx([0, 0], abs=1e-9)
    assert beside_it.places[-1] == pytest.approx([0, 2**0.5], abs=1e-6)


# --- batches ----------------------------------------------------------------------------------------------------


def test_an_epoch_sees_each_sample_once() -> None:
    found = batches(np.random.default_rng(1), 10, 4)
    epoch = [next(found) for _ in range(3)]
    assert [len(batch) for batch in epoch] == [4, 4, 2]
    assert sorted(np.concatenate(epoch)) == list(range(10))


def test_the_mean_of_all_stochastic_gradients_is_the_gradient() -> None:
    ground = descent("double_well", "sgd").ground
    each = [ground.gradient(np.array([1.2]), np.array([sample])) for sample in range(ground.size)]
    np.testing.assert_allclose(np.mean(each, axis=0), ground.gradient(np.array([1.2])))


def test_a_contestant_pays_for_its_batch() -> None:
    """24 samples: all of them, eight, one."""
    gone = [
        way("waves", {"optimizer": "batch_gradient_descent"}, steps=3),
        way("waves", {"optimizer": "sgd", "batch_size": 8}, steps=3),
        way("waves", {"optimizer": "sgd", "batch_size": 1}, steps=3),
    ]
    assert [each.evaluations[-1] for each in gone] == [72, 24, 3]
    assert [len(each.batches[0]) for each in gone] == [24, 8, 1]


def test_contestants_alike_go_alike_bit_for_bit() -> None:
    found = descent("waves", *[{"optimizer": "adam", "batch_size": 2}] * 4, steps=40)
    ways = [way_of(found, contestant) for contestant in found.contestants]
    assert ways[0] == ways[1] == ways[2] == ways[3]
    assert ways[0] != way_of(found.model_copy(update={"seed": 2}), found.contestants[0])


# --- brute force ------------------------------------------------------------------------------------------------


def test_brute_force_tries_each_value_with_each() -> None:
    found = descent("bowl", "sgd", grid=11)
    tried = brute_force(found)
    assert (tried.evaluations, tried.place, tried.loss) == (121, [0.0, 0.0], 0.0)
    losses = [loss for _, loss in tried.improvements]
    assert losses == sorted(losses, reverse=True) and tried.improvements[0] == (1, 25.0)
    assert tried.needed_for(25.0) == 1 and tried.needed_for(0.0) == 61 and tried.needed_for(-1.0) is None


def test_brute_force_pays_for_every_sample() -> None:
    assert brute_force(descent("waves", "sgd", grid=50)).evaluations == 50 * 24


def test_brute_force_passes_over_places_without_a_loss() -> None:
    tried = brute_force(descent({"kind": "typed_curve", "text": "log(w)"}, "sgd", start=(3.0,)))
    assert np.isfinite(tried.loss) and tried.place[0] > 0


# --- typed formulas ---------------------------------------------------------------------------------------------

HOSTILE = [
    "",
    " ",
    "x +",
    "x;y",
    "x y",
    "z",
    "w",
    "__import__('os').system('true')",
    "().__class__.__bases__",
    "x.real",
    "x.__class__",
    "x[0]",
    "[x]",
    "(x, y)",
    "{x}",
    "{x: y}",
    "lambda: 1",
    "(lambda x: x)(1)",
    "x if y else 1",
    "x < y",
    "x == y",
    "x and y",
    "not x",
    "~x",
    "x @ y",
    "x << 9",
    "x // y",
    "x | y",
    "'a' * 9",
    "f'{x}'",
    "b'x'",
    "True",
    "None",
    "...",
    "1j",
    "eval('x')",
    "open('/etc/passwd')",
    "sin(x, out=y)",
    "sin",
    "sinh(x)",
    "max(x)",
    "(x := 1)",
    "x # y",
    "x\n+ y",
    "x + \u202ey",
    "await x",
    "*x",
    "[i for i in (1, 2)]",
    "((((" * 30,
    "x" * 201,
    "+".join(["x"] * 60),
    "log(0 - 1)",
    "1e999",
    "0/0",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_a_hostile_formula_is_refused_with_a_sentence_and_at_once(text: str) -> None:
    began = process_time()
    with pytest.raises(InvalidExperiment) as caught:
        descent({"kind": "typed_surface", "text": text}, "sgd")
    assert process_time() - began < 1
    (problem,) = caught.value.problems
    assert problem.field in ("surface.text", "start")
    assert 10 < len(problem.message) < 300 and "Traceback" not in problem.message


@pytest.mark.parametrize(
    "text", ["9**9**9**x", "exp(exp(exp(exp(x*x))))", "1/(x+3)", "tan(x)**99", "x % y", "floor(x)/floor(y)"]
)
def test_a_wild_formula_is_no_more_than_a_number(text: str) -> None:
    """Whatever it is, it ends, and nothing that is no number gets out."""
    found = descent({"kind": "typed_surface", "text": text}, "adam", "implicit_sgd", start=(0.1, 1.5), steps=50)
    for contestant in found.contestants:
        gone = way_of(found, contestant)
        assert np.isfinite(gone.losses).all() and np.isfinite(gone.gradients).all()
    assert np.isfinite(brute_force(found).loss)


def test_the_longest_formula_under_the_longest_search_is_bounded() -> None:
    """In looks, whatever the machine: 200,000 parts, and what one more step may look."""
    text = "+".join(["x*y"] * 20)
    optimizer = {"kind": "random_search", "tries": 1000, "budget": 10_000_000}
    gone = way({"kind": "typed_surface", "text": text}, optimizer, steps=1000)
    assert gone.evaluations[-1] < 200_000 / (2 * 79) + 1001
    assert gone.ended == "Stopped: it has spent the 1,265 evaluations that one descent may take."


@pytest.mark.parametrize(
    "text",
    [
        "x + y - x*y / (2 + y^2)",
        "sin(x) * cos(y) + tan(x/3) - tanh(y)",
        "exp(x/4) * log(y + 9) + sqrt(x + 9)",
        "abs(x - 1) + max(x, y) + min(x, 2*y) + sign(y) * floor(x)",
        "(x + 9)^(y/5) + (2*x) % 3 + +y - -x + pi*e",
        "7",
    ],
)
def test_the_gradient_of_a_typed_formula_is_exact(text: str) -> None:
    found = descent({"kind": "typed_surface", "text": text}, "sgd")
    for place in np.random.default_rng(5).uniform(-4, 4, size=(20, 2)):
        expected = [difference(found.ground, place, axis) for axis in range(2)]
        np.testing.assert_allclose(found.ground.gradient(place), expected, rtol=1e-5, atol=1e-6)


def difference(ground: Ground, place: Any, axis: int) -> float:
    along = np.eye(2)[axis] * 1e-6
    return float((ground.loss(place + along) - ground.loss(place - along)) / 2e-6)


# --- the document -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"steps": 0}, "steps: expected a whole number from 1 to 1000, got 0"),
        ({"contestants": []}, "contestants: expected a list of 1 to 4 items, each an object, got a list of 0 items"),
        ({"contestants": [{}] * 5}, "contestants: expected a list of 1 to 4 items, each an object, got a list of 5"),
        ({"surface": "moon"}, "surface.kind: expected one of beale, bowl, cliff"),
        ({"surface": {"kind": "bowl", "depth": 1}}, "surface.depth: unknown field"),
        ({"start": {"x": float("inf")}}, "start.x: expected a number from -1000 to 1000, got inf"),
        ({"contestants": [{"optimizer": {"kind": "sgd", "learning_rate": 99}}]}, "contestants.0.optimizer.learning"),
        (
            {"surface": {"kind": "typed_curve", "text": "log(w)"}, "start": {"x": -1.0}},
            "start: the surface has no finite loss",
        ),
        (
            {"surface": {"kind": "typed_curve", "text": "sqrt(w)"}, "start": {"x": 0.0}},
            "start: the surface has no finite gradient there: start somewhere else",
        ),
    ],
)
def test_a_bad_descent_is_refused_with_its_place(document: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidExperiment) as caught:
        Descent.parse(document)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("name", descents)
def test_every_story_can_be_told(name: str) -> None:
    found = descents[name].descent
    assert Descent.parse_json(found.model_dump_json()) == found
    for contestant in found.contestants:
        gone = way_of(found, contestant)
        assert len(gone.places) == found.steps + 1 and gone.ended is None


def test_the_default_descent_is_the_first_story() -> None:
    assert Descent() == descents["one_weight"].descent


def ends_of(name: str) -> dict[str, float]:
    found = descents[name].descent
    return {each.optimizer.kind: way_of(found, each).losses[-1] for each in found.contestants}


def test_the_stories_are_true() -> None:
    """What a story says there is to see, happens."""
    assert ends_of("two_valleys")["sgd"] > 1 > 0.5 > ends_of("two_valleys")["momentum"]
    assert ends_of("ravine")["sgd"] > 1000 * max(ends_of("ravine")["momentum"], ends_of("ravine")["adam"])
    assert ends_of("plateau")["sgd"] > 10 * ends_of("plateau")["rmsprop"]
    assert min(ends_of("waves").values()) > 0.3
    assert ends_of("rastrigin")["sgd"] > 10 > 3 > ends_of("rastrigin")["random_search"]


def test_four_contestants_do_not_end_in_one_valley() -> None:
    found = descents["himmelblau"].descent
    ends = {tuple(np.round(way_of(found, each).places[-1])) for each in found.contestants}
    assert len(ends) > 1


def test_one_step_over_the_cliff_leads_far_away() -> None:
    found = descents["cliff"].descent
    places = np.array(way_of(found, found.contestants[0]).places)[:, 0]
    assert abs(np.diff(places)).max() > 20


def test_a_climber_has_no_chance_of_its_own() -> None:
    found = descent("bowl", {"kind": "random_search"})
    first, second = (Climber(found, found.contestants[0]) for _ in range(2))
    first.step()
    second.step()
    np.testing.assert_array_equal(first.parameters, second.parameters)
