"""Links of playground.tensorflow.org as experiments that replay exactly: the same points, weights, order and losses.

Read from tensorflow/playground at 02469bd, src/state.ts and src/playground.ts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isnan, nan
from typing import Any
from urllib.parse import unquote

from core.data.tensorflow import TensorFlowClasses, TensorFlowValues
from core.spec import InvalidExperiment, Problem, bound_text, show

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
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)

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
LONGEST_SEED = 40
HOST = "playground.tensorflow.org"


def is_link(text: str) -> bool:
    """Whether this is meant as a link of TensorFlow Playground."""
    return HOST in text.partition("#")[0].lower()


def document_of(link: str) -> dict[str, Any]:
    """The experiment, as a JSON document, that the link shows. Raises InvalidExperiment naming the key at fault."""
    if not is_link(link):
        raise InvalidExperiment([Problem("link", f"expected a link of {HOST}, got {show(link)}")])
    read = _Reader({**DEFAULTS, **_given(_settings(link))})
    is_regression = read.choice("problem", PROBLEMS) == "regression"
    percent = read.whole("percTrainData", 10, 95)
    samples = (TensorFlowValues if is_regression else TensorFlowClasses).count * percent // 100
    data = {
        "kind": "tensorflow_values" if is_regression else "tensorflow_classes",
        "set": read.choice("regDataset", SURFACES) if is_regression else read.choice("dataset", SETS),
        "seed": read.seed(),
        "noise": read.noise() / 100,
        "features": read.inputs(),
        "test_fraction": 1 - percent / 100,
    }
    activation, shape = read.choice("activation", ACTIVATIONS), read.shape()
    rule = read.choice("regularization", REGULARIZERS)
    rate = {"rate": read.number("regularizationRate", 0, 10)} if rule != "none" else {}
    document = {
        "data": data,
        "network": {
            "layers": [{"kind": "dense", "units": units, "activation": activation} for units in shape],
            "initializer": {"kind": "tensorflow", "bias": 0.0 if read.flag("initZero") else 0.1},
        },
        "output": "linear" if is_regression else "tanh",
        "loss": "half_squared_error",
        "optimizer": {"kind": "sgd", "learning_rate": read.number("learningRate", 1e-6, 10)},
        "batch_size": read.batch_size(samples),
        "order": "fixed",
        "tail": "carried",
        "regularization": {"kind": rule, **rate},
    }
    read.raise_problems()
    return document


def _settings(link: str) -> str:
    """What stands behind the #, which some programs write as %23."""
    before, hash, settings = link.replace("%23", "#").partition("#")
    if not hash and "?" in before:
        asked = before[before.index("?") :]
        message = f"expected the settings behind a #, where TensorFlow Playground reads them, got {show(asked)}"
        raise InvalidExperiment([Problem("link", message)])
    return unquote(settings)


def _given(settings: str) -> dict[str, str]:
    """The keys that decide a run and have a value. Of a key that stands twice the last counts, as with them."""
    pairs = [part.split("=")[:2] if "=" in part else (part, "") for part in settings.split("&") if part]
    problems = [_unknown(key, value) for key, value in pairs if not _is_known(key)]
    if problems:
        raise InvalidExperiment(problems)
    return {key: value for key, value in pairs if key in DEFAULTS and (value.strip() or key == "networkShape")}


def _is_known(key: str) -> bool:
    return key in DEFAULTS or key in DISPLAY_KEYS or key.endswith(HIDE)


def _unknown(key: str, value: str) -> Problem:
    if not key:
        got = show("=" + value)
        return Problem("link", f"expected settings written as key=value with & between, got {got}")
    known = ", ".join(DEFAULTS)
    return Problem(key[:40], f"unknown key of a TensorFlow Playground link; expected one of {known}")


def _number(text: str) -> float:
    """As JavaScript reads a decimal number; NaN where it is none."""
    return float(text) if NUMBER.fullmatch(text.strip()) else nan


class _Reader:
    """Reads values by key and collects what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[Problem] = []

    def _wrong(self, key: str, wanted: str) -> None:
        got = show(self.values[key])
        self.problems.append(Problem(key, f"expected {wanted}, got {got}"))

    def raise_problems(self) -> None:
        if self.problems:
            raise InvalidExperiment(self.problems)

    def choice(self, key: str, choices: Mapping[str, Any]) -> Any:
        if self.values[key] not in choices:
            known = ", ".join(choices)
            self._wrong(key, f"one of {known}")
        return choices.get(self.values[key])

    def flag(self, key: str) -> bool:
        """With them anything but "false" is true."""
        return self.values[key] != "false"

    def number(self, key: str, low: float, high: float) -> float:
        value = _number(self.values[key])
        if not low <= value <= high:
            self._wrong(key, f"a number from {bound_text(low)} to {bound_text(high)}")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number, that of their page in place of a wrong one."""
        value = _number(self.values[key])
        if value.is_integer() and low <= value <= high:
            return int(value)
        self._wrong(key, f"a whole number from {low} to {high}")
        return int(DEFAULTS[key])

    def seed(self) -> str:
        if len(self.values["seed"]) > LONGEST_SEED:
            self._wrong("seed", f"text of at most {LONGEST_SEED} characters")
        return self.values["seed"]

    def noise(self) -> float:
        """Their page mends a noise out of bounds: below 0 it becomes 0, above 80 it becomes 50."""
        value = _number(self.values["noise"])
        if isnan(value):
            self._wrong("noise", f"a number from 0 to {LARGEST_NOISE}")
        return FALLBACK_NOISE if value > LARGEST_NOISE else max(0.0, value)

    def batch_size(self, samples: int) -> int:
        """Their weights move after each sample whose place in its epoch is a multiple of the batch size. In a larger
        batch than there are samples none is."""
        size = self.whole("batchSize", 1, 1024)
        if size > samples:
            self._wrong("batchSize", f"at most the number of training samples, {samples}, or no weight would ever move")
        return size

    def inputs(self) -> list[str]:
        chosen = [ours for theirs, ours in INPUTS.items() if self.flag(theirs)]
        if not chosen:
            self.problems.append(Problem("x", "expected at least one input to be true, got none"))
        return chosen

    def shape(self) -> list[int]:
        text = self.values["networkShape"]
        widths = [_number(part) for part in text.split(",")] if text.strip() else []
        if not all(width.is_integer() and 1 <= width <= 256 for width in widths) or len(widths) > 10:
            self._wrong("networkShape", "at most 10 whole numbers from 1 to 256 with commas between")
            return []
        return [int(width) for width in widths]
