"""Links of playground.tensorflow.org as experiments that replay exactly: the same points, weights, order and losses.

Read from tensorflow/playground at 02469bd, src/state.ts and src/playground.ts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

from core.spec import InvalidExperiment, Problem, show

INPUTS = {
    "x": "x1",
    "y": "x2",
    "xSquared": "x1²",
    "ySquared": "x2²",
    "xTimesY": "x1x2",
    "sinX": "sin(x1)",
    "sinY": "sin(x2)",
}
"""Their names of the inputs and ours, in the order in which they feed the network."""

SETS = {"circle": "circle", "xor": "xor", "gauss": "gauss", "spiral": "spiral"}
SURFACES = {"reg-plane": "plane", "reg-gauss": "gauss"}
PROBLEMS = {"classification": "classification", "regression": "regression"}
ACTIVATIONS = {"tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid", "linear": "linear"}
REGULARIZERS = {"none": "none", "L1": "l1_pruning", "L2": "l2"}
N = TypeVar("N", int, float)

FLAGS = {"true": True, "false": False}

DEFAULTS = {
    "activation": "tanh",
    "regularization": "none",
    "batchSize": "10",
    "dataset": "circle",
    "regDataset": "reg-plane",
    "learningRate": "0.03",
    "regularizationRate": "0",
    "noise": "0",
    "networkShape": "4,2",
    "seed": "0.50000",
    "percTrainData": "50",
    "x": "true",
    "y": "true",
    "xTimesY": "false",
    "xSquared": "false",
    "ySquared": "false",
    "sinX": "false",
    "sinY": "false",
    "problem": "classification",
    "initZero": "false",
}
"""Keys that decide a run, and what their page takes where the link is silent. It then draws a seed; we take one."""

DISPLAY_KEYS = {"showTestData", "discretize", "cosX", "cosY", "collectStats", "tutorial", "hideText"}
HIDE = "_hide"
LARGEST_NOISE, FALLBACK_NOISE = 80, 50
HOST = "playground.tensorflow.org"


def is_link(text: str) -> bool:
    """Whether this is meant as a link of TensorFlow Playground."""
    return HOST in text.partition("#")[0]


def document_of(link: str) -> dict[str, Any]:
    """The experiment, as a JSON document, that the link shows. Raises InvalidExperiment naming the key at fault."""
    if not is_link(link):
        raise InvalidExperiment([Problem("link", f"expected a link of {HOST}, got {show(link)}")])
    given = _pairs(link)
    read = _Reader({**DEFAULTS, **given})
    is_regression = read.choice("problem", PROBLEMS) == "regression"
    data = {
        "kind": "tensorflow_values" if is_regression else "tensorflow_classes",
        "set": read.choice("regDataset", SURFACES) if is_regression else read.choice("dataset", SETS),
        "seed": read.values["seed"],
        "noise": read.noise() / 100,
        "features": read.inputs(),
        "test_fraction": 1 - read.number("percTrainData", int, 10, 90) / 100,
    }
    activation, shape = read.choice("activation", ACTIVATIONS), read.shape()
    rule = read.choice("regularization", REGULARIZERS)
    rate = {"rate": read.number("regularizationRate", float, 0.0, 10.0)} if rule != "none" else {}
    document = {
        "data": data,
        "network": {
            "layers": [{"kind": "dense", "units": units, "activation": activation} for units in shape],
            "initializer": {"kind": "tensorflow", "bias": 0.0 if read.flag("initZero") else 0.1},
        },
        "output": "linear" if is_regression else "tanh",
        "loss": "half_squared_error",
        "optimizer": {"kind": "sgd", "learning_rate": read.number("learningRate", float, 1e-6, 10.0)},
        "batch_size": read.number("batchSize", int, 1, 1024),
        "order": "fixed",
        "tail": "carried",
        "regularization": {"kind": rule, **rate},
    }
    read.raise_problems()
    return document


def _pairs(link: str) -> dict[str, str]:
    fragment = unquote(link.partition("#")[2])
    given = dict(parse_qsl(fragment, keep_blank_values=True))
    known = DEFAULTS.keys() | DISPLAY_KEYS
    unknown = [key for key in given if key not in known and not key.endswith(HIDE)]
    if unknown:
        message = f"unknown key of a TensorFlow Playground link; expected one of {', '.join(DEFAULTS)}"
        raise InvalidExperiment([Problem(key[:40], message) for key in unknown])
    return {key: value for key, value in given.items() if key in DEFAULTS and (value or key == "networkShape")}


class _Reader:
    """Reads values by key and collects what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[Problem] = []

    def _wrong(self, key: str, expected: str) -> None:
        self.problems.append(Problem(key, f"expected {expected}, got {show(self.values[key])}"))

    def raise_problems(self) -> None:
        if self.problems:
            raise InvalidExperiment(self.problems)

    def choice(self, key: str, choices: Mapping[str, Any]) -> Any:
        if self.values[key] not in choices:
            self._wrong(key, "one of " + ", ".join(choices))
        return choices.get(self.values[key])

    def flag(self, key: str) -> bool:
        return bool(self.choice(key, FLAGS))

    def number(self, key: str, kind: Callable[[str], N], low: N, high: N) -> N:
        try:
            value = kind(self.values[key])
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            self._wrong(key, f"{'a whole number' if kind is int else 'a number'} from {low:g} to {high:g}")
        return value

    def noise(self) -> int:
        """Their page mends a noise out of bounds: below 0 it becomes 0, above 80 it becomes 50."""
        value = self.number("noise", int, -(10**6), 10**6)
        return FALLBACK_NOISE if value > LARGEST_NOISE else max(0, value)

    def inputs(self) -> list[str]:
        chosen = [ours for theirs, ours in INPUTS.items() if self.flag(theirs)]
        if not chosen:
            self.problems.append(Problem("x", "expected at least one input to be true, got none"))
        return chosen

    def shape(self) -> list[int]:
        parts = [part for part in self.values["networkShape"].split(",") if part.strip()]
        if not all(part.strip().isdecimal() and 1 <= int(part) <= 256 for part in parts) or len(parts) > 10:
            self._wrong("networkShape", "at most 10 whole numbers from 1 to 256 with commas between")
            return []
        return [int(part) for part in parts]
