"""Every loss gives the number that its formula gives by hand."""

import math
from typing import Any

import numpy as np
import pytest

from core.activations import Linear, Sigmoid, Softmax, Tanh
from core.losses import (
    CrossEntropy,
    HalfSquaredError,
    Hinge,
    Huber,
    Loss,
    LossSpec,
    MeanAbsoluteError,
    MeanSquaredError,
    SumSquaredError,
)
from core.spec import members

# Two outputs and two samples: the errors are 0.5 and −3 in the first, 0 and 2 in the second.
OUTPUTS, TARGETS = np.array([[1.5, 0.0], [-3.0, 3.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
BY_HAND: list[tuple[LossSpec, float]] = [
    (MeanSquaredError(), (0.25 + 9 + 4) / 4),
    (SumSquaredError(), 0.25 + 9 + 4),
    (HalfSquaredError(), (0.25 + 9 + 4) / 2 / 2),
    (MeanAbsoluteError(), (0.5 + 3 + 2) / 4),
    (Huber(), (0.125 + 2.5 + 1.5) / 4),
    (Huber(delta=2.0), (0.125 + 4 + 2) / 4),
]


@pytest.mark.parametrize(("loss", "expected"), BY_HAND, ids=lambda given: str(given))
def test_a_loss_of_differences(loss: LossSpec, expected: float) -> None:
    assert loss.value(OUTPUTS, TARGETS, Linear()) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("output", "a", "t", "expected"),
    [
        (Sigmoid(), [[0.8, 0.1]], [[1.0, 0.0]], -(math.log(0.8) + math.log(0.9)) / 2),
        (Tanh(), [[0.6, -0.8]], [[1.0, -1.0]], -(math.log(0.8) + math.log(0.9)) / 2),
        (Softmax(), [[0.7, 0.2], [0.2, 0.2], [0.1, 0.6]], [[1, 0], [0, 0], [0, 1]], -math.log(0.7 * 0.6) / 2),
    ],
)
def test_cross_entropy_is_the_surprise_at_the_right_class(output: Any, a: Any, t: Any, expected: float) -> None:
    assert CrossEntropy().value(np.array(a), np.array(t), output) == pytest.approx(expected)


def test_hinge_is_content_beyond_the_margin() -> None:
    """Margins of 1 − 2 < 0, 1 − 0.5 and, on the wrong side, 1 + 3; of several outputs they add up."""
    a, t = np.array([[2.0, -0.5, 3.0]]), np.array([[1.0, -1.0, -1.0]])
    assert Hinge().value(a, t, Linear()) == pytest.approx((0 + 0.5 + 4) / 3)
    assert Hinge().value(a.T, t.T, Linear()) == pytest.approx(4.5)


@pytest.mark.parametrize("loss", [member() for member in members(Loss)], ids=lambda loss: loss.kind)
def test_the_right_answer_costs_nothing_and_a_wrong_one_something(loss: LossSpec) -> None:
    t = np.array([[1.0, -1.0, 1.0]])
    assert loss.value(t, t, Tanh()) == pytest.approx(0, abs=1e-12)
    assert loss.value(-t, t, Tanh()) > 0.1


@pytest.mark.parametrize("loss", [member() for member in members(Loss)], ids=lambda loss: loss.kind)
@pytest.mark.parametrize("output", [Sigmoid(), Tanh(), Softmax()], ids=lambda output: output.kind)
def test_the_loss_of_each_sample_is_that_of_a_batch_of_it_alone(loss: LossSpec, output: Any) -> None:
    low, high = output.levels
    generator = np.random.default_rng(0)
    a, t = generator.uniform(low, high, (3, 5)), generator.choice([low, high], (3, 5))
    alone = [loss.value(a[:, [sample]], t[:, [sample]], output) for sample in range(5)]
    np.testing.assert_allclose(loss.each(a, t, output), alone, rtol=1e-12)
