"""Every initializer draws weights of the size that it promises, again from the same seed."""

import numpy as np
import pytest

from core.initializers import Initializer, InitializerSpec, Orthogonal, Uniform
from core.spec import members

EVERY = [member() for member in members(Initializer)]
INPUTS, UNITS = 200, 250
DEVIATIONS = {
    "zeros": 0.0,
    "small_random": 0.1,
    "uniform": 0.5 / np.sqrt(3),
    "xavier": np.sqrt(2 / (INPUTS + UNITS)),
    "he": np.sqrt(2 / INPUTS),
    "lecun": np.sqrt(1 / INPUTS),
    "orthogonal": np.sqrt(1 / UNITS),
    "tensorflow": np.sqrt(1 / 12),
}


def drawn(initializer: InitializerSpec, units: int, inputs: int, seed: int = 1) -> np.ndarray:
    return initializer.weights(np.random.default_rng(seed), units, inputs)


@pytest.mark.parametrize("initializer", EVERY, ids=str)
def test_weights_have_the_shape_and_the_size_that_the_formula_says(initializer: InitializerSpec) -> None:
    weights = drawn(initializer, UNITS, INPUTS)
    assert weights.shape == (UNITS, INPUTS)
    assert weights.std() == pytest.approx(DEVIATIONS[initializer.kind], rel=0.01)
    assert abs(weights.mean()) <= 5 * DEVIATIONS[initializer.kind] / np.sqrt(weights.size)


@pytest.mark.parametrize("initializer", EVERY, ids=str)
def test_the_same_seed_draws_the_same_weights(initializer: InitializerSpec) -> None:
    np.testing.assert_array_equal(drawn(initializer, 3, 5), drawn(initializer, 3, 5))
    assert initializer.kind == "zeros" or not np.array_equal(drawn(initializer, 3, 5), drawn(initializer, 3, 5, seed=2))


def test_uniform_weights_stay_within_their_reach() -> None:
    assert 0.19 < np.abs(drawn(Uniform(reach=0.2), 30, 30)).max() <= 0.2


@pytest.mark.parametrize(("units", "inputs"), [(4, 4), (7, 3), (3, 7), (1, 2), (1, 1)])
def test_an_orthogonal_layer_stretches_nothing(units: int, inputs: int) -> None:
    weights = drawn(Orthogonal(), units, inputs)
    square = weights @ weights.T if units <= inputs else weights.T @ weights
    np.testing.assert_allclose(square, np.eye(min(units, inputs)), atol=1e-12)
