"""Formulas typed by a person are inputs like any other."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import Experiment, InvalidExperiment, Trainer
from core.data import DATASETS
from core.data.base import Featured
from core.data.features import LARGEST_INPUT

POINTS = np.array([[0.5, 1.0], [-2.0, 0.0], [3.0, -1.5]])
X1, X2 = POINTS.T


def experiment(*formulas: str, **data: Any) -> Experiment:
    """A small network on the circle, with formulas among its inputs."""
    document = {"kind": "circle", "samples": 50, "formulas": formulas, **data}
    return Experiment.parse({"data": document, "network": {"layers": [{"kind": "dense", "units": 3}]}})


def sentence(**data: Any) -> str:
    with pytest.raises(InvalidExperiment) as caught:
        Experiment.parse({"data": {"kind": "circle", **data}})
    return str(caught.value)


# what the network is given


def test_formulas_come_after_the_features() -> None:
    data = experiment("x1*x2", "sin(3*x1) + x2**2", features=["x2"]).data
    assert data.input_names == ("x2", "x1*x2", "sin(3*x1) + x2**2")
    np.testing.assert_allclose(data.inputs(POINTS), np.stack([X2, X1 * X2, np.sin(3 * X1) + X2**2], axis=1))


def test_formulas_alone_are_enough() -> None:
    assert experiment("x1 + x2", features=[]).data.input_names == ("x1 + x2",)


def test_the_same_formula_counts_once() -> None:
    assert experiment("x1*x2", " x1*x2 ", "x1²", "x1²", features=["x1²"]).data.input_names == ("x1²", "x1*x2")


def test_a_constant_is_an_input_too() -> None:
    np.testing.assert_array_equal(experiment("2", features=[]).data.inputs(POINTS), [[2], [2], [2]])


@pytest.mark.parametrize(
    "kind", [kind for kind in DATASETS if issubclass(kind, Featured)], ids=lambda kind: kind.__name__
)
def test_every_set_of_points_takes_formulas(kind: Any) -> None:
    data = kind(formulas=("abs(x1) / 2",))
    points = data.draw(np.random.default_rng(1)).points
    assert data.input_names[-1] == "abs(x1) / 2"
    np.testing.assert_allclose(data.inputs(points)[:, -1], np.abs(points[:, 0]) / 2)


@pytest.mark.parametrize(
    ("formula", "at", "expected"),
    [
        ("1/x1", 0.0, LARGEST_INPUT),
        ("-1/x1", 0.0, -LARGEST_INPUT),
        ("1/x1", 1e-9, LARGEST_INPUT),
        ("sin(x1)/x1", 0.0, 0.0),
        ("log(x1 + 4)", -4.5, 0.0),
        ("exp(2*x1)", 4.0, LARGEST_INPUT),
    ],
)
def test_off_the_probed_points_an_input_is_bounded_and_without_a_value_0(
    formula: str, at: float, expected: float
) -> None:
    assert experiment(formula, features=[]).data.inputs(np.array([[at, 1.0]])) == [[expected]]


# what is refused


@pytest.mark.parametrize(
    ("formulas", "expected"),
    [
        (["x1", "x3"], "data.formulas.1: expected one of x1, x2, pi, e, got x3"),
        (["os.system('x')"], "data.formulas.0: only numbers, x1, x2, + − * / % ** and functions can stand here."),
        (["x1 +"], 'data.formulas.0: this is not a formula: "x1 +". Write something like sin(3*x1) + x2**2.'),
        (
            ["log(x1)"],
            "data.formulas.0: expected a formula with a finite value wherever x is from −3 to 3, "
            "got none at x1 = −3, x2 = −3: give it one there",
        ),
        (
            ["exp(x1 * x2)"],
            "data.formulas.0: expected values from −1000 to 1000 wherever x is from −3 to 3, "
            "got 8103 at x1 = −3, x2 = −3: scale it down",
        ),
        ([""], "data.formulas.0: expected text of 1 to 200 characters, got "),
        ([2], "data.formulas.0: expected text of 1 to 200 characters, got 2"),
        (["x1"] * 5, "data.formulas: expected a list of 0 to 4 items, each text of 1 to 200 characters, got a list"),
        ("x1", "data.formulas: expected a list of 0 to 4 items"),
    ],
)
def test_what_cannot_be_an_input_is_refused_with_its_place(formulas: Any, expected: str) -> None:
    assert sentence(formulas=formulas).startswith(expected)


def test_every_bad_formula_is_named() -> None:
    lines = sentence(formulas=["x3", "x1", "("]).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["data.formulas.0", "data.formulas.2"]


def test_a_curve_knows_only_x1() -> None:
    assert sentence(kind="sine", formulas=["x2"]) == "data.formulas.0: expected one of x1, pi, e, got x2"
    assert "Write something like sin(3*x1) + x1**2." in sentence(kind="sine", formulas=["("])


def test_a_wider_map_is_checked_as_a_whole() -> None:
    assert experiment("x1**5").data.input_names[-1] == "x1**5"
    assert "wherever x is from −6 to 6" in sentence(kind="tensorflow_classes", formulas=["x1**5"])


def test_a_network_without_inputs_is_refused() -> None:
    assert sentence(features=[]).startswith("data.features: expected at least one input, got none")


def test_the_dearest_formulas_are_checked_at_once() -> None:
    """They come from anybody: four of the most parts, the slowest function of all."""
    dearest = ["tan(" * 39 + "x1" + ")" * 39] * 4
    started = time.process_time()
    experiment(*dearest)
    assert time.process_time() - started < 1


# training


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_an_own_input_makes_the_circle_easy(precision: str) -> None:
    document = experiment("x1^2 + x2^2 - 3", features=[]).model_dump() | {"precision": precision}
    trainer = Trainer(Experiment.parse({**document, "network": {"layers": []}}))
    trainer.advance(epochs=100)
    assert trainer.metrics()["test_accuracy"] > 0.9


def formulas() -> st.SearchStrategy[str]:
    """Formulas of a few parts, good and bad."""
    leaves = st.sampled_from(["x1", "x2", "pi", "0", "1", "2", "0.1", "9"])
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.builds("({} {} {})".format, parts, st.sampled_from(["+", "-", "*", "/", "%", "**"]), parts),
            st.builds("{}({})".format, st.sampled_from(["sin", "tan", "exp", "log", "sqrt", "floor", "-"]), parts),
            st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), parts, parts),
        ),
        max_leaves=6,
    )


@given(st.lists(formulas(), min_size=1, max_size=4))
def test_whatever_is_accepted_trains(formulas: list[str]) -> None:
    try:
        accepted = experiment(*formulas)
    except InvalidExperiment:
        assume(False)
    trainer = Trainer(accepted)
    trainer.advance(updates=20)
    assert trainer.step == 20 and trainer.status == "ready"
    assert all(np.isfinite(weights).all() for weights in trainer.weights)
    assert np.isfinite(trainer.predict(POINTS)).all()


# everywhere an input is


def test_a_changed_run_keeps_the_weights_of_the_inputs_that_stay() -> None:
    trainer = Trainer(experiment("x1*x2", "tanh(x1)"))
    trainer.advance(epochs=1)
    before = trainer.weights[0]  # of x1, x2, x1*x2, tanh(x1) and the bias
    result = trainer.change(experiment("tanh(x1)", "floor(x2)", "x1*x2", features=["x2"]))
    assert not result.restarted
    np.testing.assert_array_equal(trainer.weights[0][:, [0, 1, 3, 4]], before[:, [1, 3, 2, 4]])


def test_each_has_a_tile_and_a_place_under_the_microscope() -> None:
    trainer = Trainer(experiment("x1*x2", "sin(3*x1)"))
    scene = trainer.scene()
    assert list(scene.info["inputs"]) == ["x1", "x2", "x1*x2", "sin(3*x1)"]
    assert len(scene.arrays["input_tiles"]) == 4
    x1, x2, product, wave = trainer.microscope(0).inputs
    assert (product, wave) == pytest.approx((x1 * x2, np.sin(3 * x1)))


def test_a_snapshot_brings_them_back() -> None:
    trainer = Trainer(experiment("x1*x2"))
    trainer.advance(updates=5)
    again = Trainer.restore(trainer.snapshot())
    trainer.advance(updates=5)
    again.advance(updates=5)
    assert again.snapshot() == trainer.snapshot()


def test_the_schema_says_what_a_formula_may_name() -> None:
    sets = Experiment.model_json_schema()["$defs"]
    for name, variables in {"Circle": ["x1", "x2"], "Bumps": ["x1"]}.items():
        field = sets[name]["properties"]["formulas"]
        assert field["control"] == "formulas" and field["items"]["variables"] == variables
