"""Formulas typed by a person are arithmetic and nothing else."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment, InvalidExperiment, Trainer
from core.formula import parsed

X = {"x1": np.array([0.5, -2.0, 3.0]), "x2": np.array([1.0, 0.0, -1.5])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sin(3*x1) + x2**2", np.sin(3 * X["x1"]) + X["x2"] ** 2),
        ("x1^2 - x2²", X["x1"] ** 2 - X["x2"] ** 2),
        ("−x1 − 2·x2 × 3", -X["x1"] - 6 * X["x2"]),
        ("-x1 / (2 + abs(x2)) % 3", -X["x1"] / (2 + np.abs(X["x2"])) % 3),
        ("max(x1, 0) + min(x2, pi) * e", np.maximum(X["x1"], 0) + np.minimum(X["x2"], np.pi) * np.e),
        ("2", np.full(3, 2.0)),
        ("tanh(exp(-x1)) * sqrt(4) + floor(x2)", np.tanh(np.exp(-X["x1"])) * 2 + np.floor(X["x2"])),
        ("sign(x1) + log(9) + cos(x1) + tan(x2)", np.sign(X["x1"]) + np.log(9) + np.cos(X["x1"]) + np.tan(X["x2"])),
    ],
)
def test_a_formula_is_what_it_says(text: str, expected: np.ndarray) -> None:
    np.testing.assert_allclose(parsed(text, ("x1", "x2"))(X), expected)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "this is not a formula"),
        ("x1 +", "this is not a formula"),
        ("x1; x2", "this is not a formula"),
        ("(" * 150, "this is not a formula: text of 150 characters. Write something like sin(3*x1) + x2**2."),
        ("x1 # and a remark", "this is not a formula"),
        ("(x1\n+ x2)", "this is not a formula"),
        ("x1 # \u202e", "this is not a formula"),
        ("x3", "expected one of x1, x2, pi, e, got x3"),
        ("sinh(x1)", "expected one of the functions sin, cos"),
        ("sin(x1, x2)", "sin takes 1 value, got 2"),
        ("max(x1)", "max takes 2 values, got 1"),
        ("x1 if x2 else 1", "only numbers, x1, x2"),
        ("x1 < x2", "only numbers"),
        ("True", "only numbers"),
        ("'a' * 9", "only numbers"),
        ("[x1]", "only numbers"),
        ("x1.real", "only numbers"),
        ("lambda: 1", "only numbers"),
        ("__import__('os')", "expected one of the functions"),
        ("().__class__", "only numbers"),
        ("sin(x=x1)", "sin takes its values without names: write sin(x1)"),
        ("max(x1, b=x2)", "max takes its values without names: write max(x1, x2)"),
        ("sin(x1, out=x2)", "sin takes its values without names: write sin(x1)"),
        ("sinh(x=x1)", "expected one of the functions"),
        ("x1 @ x2", "only numbers"),
        ("x1 << 9", "only numbers"),
        ("x1 and x2", "only numbers"),
        ("+".join(["x1"] * 60), "expected a formula of at most 80 parts, got 119"),
        ("x" * 201, "expected a formula of at most 200 characters, got 201"),
    ],
)
def test_anything_else_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        parsed(text, ("x1", "x2"))
    assert sentence in str(caught.value) and len(str(caught.value)) < 300


@given(st.text(alphabet="x12+-*/%().,^²sincoexplgmaq 0e9_[]'", max_size=220))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    try:
        value = parsed(text, ("x1", "x2"))
    except ValueError:
        return
    with np.errstate(all="ignore"):
        assert value(X).shape in ((3,), ())


def test_a_tower_of_powers_is_a_number_like_any_other() -> None:
    """In Python's own whole numbers it would not end."""
    with np.errstate(all="ignore"):
        assert parsed("9**9**9**9**9**9", ("x1",))({"x1": np.zeros(2)}).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize("kind", ["formula", "formula_curve"])
def test_a_typed_target_is_learned(kind: str) -> None:
    trainer = Trainer(Experiment.parse({"data": {"kind": kind, "target": "sin(x1)", "noise": 0}}))
    trainer.advance(epochs=200)
    assert trainer.metrics()["test_loss"] < 0.01


def test_a_tall_target_is_scaled_to_fit() -> None:
    data = Trainer(Experiment.parse({"data": {"kind": "formula", "target": "100*x1", "noise": 0}})).data
    np.testing.assert_allclose(data.targets, data.points[:, 0] / 3)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            {"kind": "formula", "target": "log(x1)"},
            "data.target: expected a formula with a finite value wherever x is from −3 to 3, got none at x1 = −3",
        ),
        ({"kind": "formula_curve", "target": "x2"}, "data.target: expected one of x1, pi, e, got x2"),
        ({"kind": "formula", "target": ""}, "data.target: expected text of 1 to 200 characters, got"),
        ({"kind": "formula", "target": "os.system('x')"}, "data.target: only numbers, x1, x2"),
    ],
)
def test_a_bad_target_is_refused_with_its_place(data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidExperiment) as caught:
        Experiment.parse({"data": data})
    assert str(caught.value).startswith(sentence)
