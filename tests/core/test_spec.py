"""What is allowed: every bad description is refused with the place, what was expected and what came."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment, InvalidExperiment, presets
from core.activations import Activation
from core.layers import Layer
from core.optimizers import Optimizer
from core.spec import kinds


def listed(family: Any) -> str:
    return ", ".join(sorted(kinds(family)))


DENSE = {"kind": "dense"}
OF_VALUES = "mean_squared_error, sum_squared_error, half_squared_error, mean_absolute_error or huber"
FEATURES = "one of x1, x2, x1², x2², x1x2, sin(x1), sin(x2)"

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (
        "units",
        {"network": {"layers": [{**DENSE, "units": 2.5}]}},
        "network.layers.0.units: expected a whole number from 1 to 256, got 2.5",
    ),
    (
        "zero units",
        {"network": {"layers": [DENSE, {**DENSE, "units": 0}]}},
        "network.layers.1.units: expected a whole number from 1 to 256, got 0",
    ),
    (
        "text for units",
        {"network": {"layers": [{**DENSE, "units": "8"}]}},
        'network.layers.0.units: expected a whole number from 1 to 256, got "8"',
    ),
    (
        "rate 0",
        {"optimizer": {"kind": "adam", "learning_rate": 0}},
        "optimizer.learning_rate: expected a number from 0.000001 to 10, got 0",
    ),
    (
        "rate true",
        {"optimizer": {"kind": "sgd", "learning_rate": True}},
        "optimizer.learning_rate: expected a number from 0.000001 to 10, got true",
    ),
    (
        "rate nan",
        {"optimizer": {"kind": "sgd", "learning_rate": float("nan")}},
        "optimizer.learning_rate: expected a number from 0.000001 to 10, got nan",
    ),
    (
        "rate infinite",
        {"optimizer": {"kind": "sgd", "learning_rate": float("inf")}},
        "optimizer.learning_rate: expected a number from 0.000001 to 10, got inf",
    ),
    (
        "momentum 1",
        {"optimizer": {"kind": "momentum", "momentum": 1.0}},
        "optimizer.momentum: expected a number from 0 to below 1, got 1.0",
    ),
    (
        "unknown optimizer",
        {"optimizer": "newton"},
        f'optimizer.kind: expected one of {listed(Optimizer)}, got "newton"',
    ),
    (
        "no kind",
        {"optimizer": {}},
        f"optimizer.kind: expected one of {listed(Optimizer)}, got nothing",
    ),
    (
        "unknown field",
        {"optimizer": {"kind": "sgd", "nesterov": True}},
        "optimizer.nesterov: unknown field; expected one of learning_rate, kind",
    ),
    (
        "hidden softmax",
        {"network": {"layers": [{**DENSE, "activation": "softmax"}]}},
        f'network.layers.0.activation.kind: expected one of {listed(Activation)}, got "softmax"',
    ),
    (
        "11 layers",
        {"network": {"layers": [DENSE] * 11}},
        f"network.layers: expected a list of 0 to 10 items, each one of {listed(Layer)}, got a list of 11 items",
    ),
    (
        "seed too large",
        {"seeds": {"data": 2**53}},
        "seeds.data: expected a whole number from 0 to 9007199254740991, got 9007199254740992",
    ),
    (
        "seed negative",
        {"seeds": {"order": -1}},
        "seeds.order: expected a whole number from 0 to 9007199254740991, got -1",
    ),
    (
        "penalty",
        {"regularization": {"kind": "l2", "rate": 1e30}},
        "regularization.rate: expected a number from 0 to 10, got 1e+30",
    ),
    (
        "feature",
        {"data": {"kind": "circle", "features": ["x3"]}},
        f'data.features.0: expected {FEATURES}, got "x3"',
    ),
    (
        "no features",
        {"data": {"kind": "circle", "features": []}},
        "data.features: expected at least one input, got none: choose a feature, or add a formula",
    ),
    (
        "noise for digits",
        {"data": {"kind": "digits", "noise": 0.1}},
        "data.noise: unknown field; expected one of test_fraction, scaling, samples, kind",
    ),
    (
        "loss and output",
        {"output": "relu", "loss": "cross_entropy"},
        "loss: cross_entropy needs an output that reads as a probability: sigmoid, tanh or softmax, got relu",
    ),
    (
        "hinge and output",
        {"data": "blobs", "loss": "hinge"},
        "loss: hinge needs an output that says −1 for no and 1 for yes: linear, tanh, softsign, sin, got softmax",
    ),
    *(
        (
            f"{loss} for values",
            {"data": "plane", "output": "tanh", "loss": loss},
            f"loss: {loss} judges classes; a regression needs {OF_VALUES}",
        )
        for loss in ("cross_entropy", "hinge")
    ),
    (
        "softmax for values",
        {"data": "plane", "output": "softmax", "loss": "mean_squared_error"},
        "output: softmax gives probabilities of classes; a regression needs linear, tanh or sigmoid",
    ),
    (
        "a path as images",
        {"data": {"kind": "own_images", "images": "../../etc/passwd"}},
        'data.images: expected the id of a set of images, got "../../etc/passwd"',
    ),
    ("long name", {"name": "x" * 81}, "name: expected text of at most 80 characters, got text of 81 characters"),
    ("blank name", {"name": "  "}, "name: expected at least one visible character"),
    ("NUL in the name", {"name": "a\0b"}, "name: expected text without control characters"),
    ("null", {"network": None}, "network: expected an object, got null"),
]


@pytest.mark.parametrize(("document", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_bad_description_is_refused_with_the_place_and_both_sides(document: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidExperiment) as caught:
        Experiment.parse(document)
    assert str(caught.value) == sentence


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(InvalidExperiment) as caught:
        Experiment.parse({"batch_size": 0, "precision": "float16", "data": {"kind": "xor", "noise": 2}})
    assert [problem.field for problem in caught.value.problems] == ["data.noise", "batch_size", "precision"]


@pytest.mark.parametrize("text", ["", "{", "[1,", "\x00", '{"batch_size": NaN}', "[" * 100_000])
def test_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidExperiment, match="JSON"):
        Experiment.parse_json(text)


def test_a_long_value_is_not_repeated_in_the_message() -> None:
    with pytest.raises(InvalidExperiment) as caught:
        Experiment.parse({"optimizer": "x" * 100_000})
    assert len(str(caught.value)) < 300


def test_a_step_that_needs_too_much_memory_is_refused_before_it_is_built() -> None:
    wide = {"layers": [{**DENSE, "units": 256}] * 10}
    with pytest.raises(InvalidExperiment, match=r"network: a training step would need \d+ MB, the limit is 256 MB"):
        Experiment.parse(
            {
                "network": wide,
                "data": {"kind": "circle", "samples": 5000, "test_fraction": 0.05},
                "optimizer": "batch_gradient_descent",
            }
        )


def test_marks_that_turn_text_round_are_taken_out_of_a_name() -> None:
    assert Experiment.parse({"name": "\u202egnp.exe <img onerror=x>"}).name == "gnp.exe <img onerror=x>"


def test_a_layer_without_a_kind_is_dense() -> None:
    assert Experiment.parse({"network": {"layers": [{"units": 3}]}}).network.layers[0].kind == "dense"
    with pytest.raises(
        InvalidExperiment, match=r"network.layers.0.units: expected a whole number from 1 to 256, got 2.5"
    ):
        Experiment.parse({"network": {"layers": [{"units": 2.5}]}})


def test_an_empty_description_is_the_default_spiral() -> None:
    assert Experiment.parse({}) == Experiment()
    assert Experiment().summary == "2 → 8 → 6 → 1, tanh, Adam 0.03"


@pytest.mark.parametrize(
    ("data", "output", "loss", "outputs"),
    [
        ("circle", "tanh", "cross_entropy", 1),
        ("digits", "softmax", "cross_entropy", 10),
        ({"kind": "blobs", "classes": 2}, "tanh", "cross_entropy", 1),
        ("sine", "linear", "mean_squared_error", 1),
    ],
)
def test_output_and_loss_left_out_fit_the_data(data: Any, output: str, loss: str, outputs: int) -> None:
    experiment = Experiment.parse({"data": data})
    assert (experiment.output.kind, experiment.loss.kind, experiment.outputs) == (output, loss, outputs)


@pytest.mark.parametrize("experiment", presets.values(), ids=presets)
def test_an_experiment_survives_its_own_json(experiment: Experiment) -> None:
    assert Experiment.parse_json(experiment.model_dump_json()) == experiment


def test_an_experiment_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match=r"frozen"):
        Experiment().batch_size = 3  # type: ignore[misc]


def families() -> dict[str, dict[str, Any]]:
    definitions = Experiment.model_json_schema()["$defs"]
    return {name: schema for name, schema in definitions.items() if "kind" in schema["properties"]}


@pytest.mark.parametrize("name", families())
def test_every_member_of_a_family_explains_itself(name: str) -> None:
    schema = families()[name]
    assert schema["title"] and schema["description"].endswith((".", ")"))
    for field, knob in schema["properties"].items():
        if field != "kind":
            assert knob["title"] and knob["description"].endswith("."), field
            assert knob["control"], field


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["kind", "data", "layers", "units"]), inner)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(list(Experiment.model_fields)), JSON))
def test_anything_is_either_an_experiment_or_refused(document: dict[str, Any]) -> None:
    try:
        assert isinstance(Experiment.parse(document), Experiment)
    except InvalidExperiment as error:
        assert error.problems


def test_a_number_above_zero_on_a_logarithmic_scale_says_where_it_begins() -> None:
    """The smallest float is above 0 too, and nobody means it: in such units nothing can be drawn or divided."""
    schema = Experiment.model_json_schema()
    for name, definition in schema["$defs"].items():
        for key, field in definition.get("properties", {}).items():
            if field.get("scale") == "log":
                assert "minimum" in field, f"{name}.{key}"


WITHOUT_SOURCE = {"Constant", "Plane", "Bumps", "MultiGaussian", "Step", "core__data__curves__Sine"}
"""A rate that stays as it is, and data sets that were made up for this project."""


def test_a_formula_says_where_it_comes_from() -> None:
    definitions = Experiment.model_json_schema()["$defs"]
    assert {name for name, each in definitions.items() if "formula" in each and "source" not in each} == WITHOUT_SOURCE
    for each in definitions.values():
        assert re.search(r" 1[789]\d\d| 20\d\d|^tensorflow/playground", each.get("source", " 2000"))
