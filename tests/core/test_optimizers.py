"""Every optimizer descends: a parabola, Rosenbrock's valley; and its steps are those of its paper."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core import Experiment
from core.optimizers import Momentum, Optimizer, OptimizerSpec, SearchSpec, StepSpec, Vectors
from core.optimizers.adaptive import Adadelta, Adagrad, AdamW, Lion, NAdam, RMSprop
from core.optimizers.descent import Nesterov
from core.program import Executor, Program
from core.spec import members

EVERY = [member() for member in members(Optimizer)]
STEPPING = [each for each in EVERY if isinstance(each, StepSpec)]
Slope = Callable[[np.ndarray], np.ndarray]
Height = Callable[[np.ndarray], float]


class Ball:
    """A place that an optimizer moves. Its last parameter is called a bias."""

    def __init__(self, optimizer: StepSpec, start: list[float]) -> None:
        program = Program()
        parameters = program.state("parameters", len(start), value=start)
        rate = program.vector(np.array(optimizer.learning_rate))
        is_weight = np.array([1.0] * (len(start) - 1) + [0.0])
        vectors = Vectors.beside(parameters, rate, is_weight, program)
        optimizer.update(program, vectors)
        self._executor = Executor(program, np.float64)
        regions = parameters, vectors.gradient, vectors.scratch
        self.place, self.gradient, self.last_step = (self._executor.view(region) for region in regions)

    def move(self, gradient: np.ndarray) -> None:
        self.gradient[:] = gradient
        self._executor.run("main")


class Ground:
    """A surface, as an optimizer that searches looks at it."""

    def __init__(self, slope: Slope, height: Height) -> None:
        self.gradient, self.loss = slope, height


def searched(optimizer: SearchSpec, ground: Ground, start: list[float], updates: int) -> np.ndarray:
    """The place that a search has come to."""
    place, chance, states = np.array(start), np.random.default_rng(1), {"tried": np.zeros(())}
    for _ in range(updates):
        place = optimizer.found(place, ground, optimizer.rate or 0.0, states, chance)
    return place


def reached(optimizer: OptimizerSpec, slope: Slope, height: Height, start: list[float], updates: int) -> np.ndarray:
    if isinstance(optimizer, SearchSpec):
        return searched(optimizer, Ground(slope, height), start, updates // 2)
    assert isinstance(optimizer, StepSpec)
    return path(optimizer, slope, start, updates)[-1]


def path(optimizer: StepSpec, slope: Slope, start: list[float], updates: int) -> np.ndarray:
    """All places from the start on."""
    ball = Ball(optimizer, start)
    places = [ball.place.copy()]
    for _ in range(updates):
        ball.move(slope(ball.place))
        places.append(ball.place.copy())
    return np.array(places)


def steps(optimizer: StepSpec, gradients: list[float], start: float = 0.0) -> np.ndarray:
    """How one weight moves under these gradients, one after the other."""
    given = iter(gradients)
    return np.diff(path(optimizer, lambda w: np.array([next(given), 0.0]), [start, 0.0], len(gradients))[:, 0])


def constant(*gradient: float) -> Slope:
    return lambda place: np.array(gradient)


def parabola(place: np.ndarray) -> np.ndarray:
    """Of ½(w − 3)² in every direction."""
    return place - 3.0


def parabola_height(place: np.ndarray) -> float:
    return float(np.sum((place - 3.0) ** 2)) / 2


def rosenbrock(place: np.ndarray) -> np.ndarray:
    x, y = place
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


def valley_height(place: np.ndarray) -> float:
    x, y = place
    return float((1 - x) ** 2 + 100 * (y - x**2) ** 2)


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda each: each.kind)
def test_it_finds_the_bottom_of_a_parabola(optimizer: OptimizerSpec) -> None:
    suited = optimizer.model_copy(update={"reach": 4.0})
    end = reached(suited, parabola, parabola_height, [0.0, 5.0], updates=4000)
    np.testing.assert_allclose(end, 3.0, atol=0.05)


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda each: each.kind)
def test_it_goes_down_rosenbrocks_valley(optimizer: OptimizerSpec) -> None:
    """Fixed step sizes must suit its steepest wall, 1,000 times as steep as its floor."""
    is_adaptive = type(optimizer).__module__.endswith("adaptive")
    suited = optimizer if is_adaptive else optimizer.model_copy(update={"learning_rate": 0.001})
    start = [-1.2, 1.0]
    assert valley_height(np.array(start)) == pytest.approx(24.2)
    assert valley_height(reached(suited, rosenbrock, valley_height, start, updates=8000)) < 0.6


@pytest.mark.parametrize("optimizer", STEPPING, ids=lambda each: each.kind)
def test_it_leaves_the_gradient_and_tells_its_step(optimizer: StepSpec) -> None:
    ball = Ball(optimizer, [0.0, 5.0])
    for _ in range(5):
        before, gradient = ball.place.copy(), parabola(ball.place)
        ball.move(gradient)
        np.testing.assert_array_equal(ball.gradient, gradient)
        np.testing.assert_allclose(ball.last_step, before - ball.place, rtol=1e-9)


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda each: each.kind)
def test_it_survives_json(optimizer: Any) -> None:
    experiment = Experiment(optimizer=optimizer)
    assert Experiment.parse_json(experiment.model_dump_json()) == experiment
    assert Experiment.parse({"optimizer": optimizer.kind}) == experiment


def test_nesterov_looks_ahead_of_momentum() -> None:
    """In the paper the ball is at b and the slope is taken at w = b + μ·v; these w are the parameters."""
    rate, momentum = 0.1, 0.5
    ball, speed, expected = np.array([0.0, 5.0]), np.zeros(2), []
    for _ in range(6):
        expected.append(ball + momentum * speed)
        speed = momentum * speed - rate * parabola(ball + momentum * speed)
        ball = ball + speed
    found = path(Nesterov(learning_rate=rate, momentum=momentum), parabola, [0.0, 5.0], updates=5)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_nesterov_overshoots_less_than_momentum() -> None:
    rolling, ahead = (
        path(each, parabola, [0.0, 0.0], updates=200)[:, 0].max()
        for each in (Momentum(learning_rate=0.1), Nesterov(learning_rate=0.1))
    )
    assert 3.0 < ahead < rolling


def test_adagrad_divides_by_all_it_has_seen() -> None:
    """Gradients 3, 4 and 12: roots of the sums of squares 3, 5 and 13."""
    found = steps(Adagrad(learning_rate=0.1), [3.0, 4.0, 12.0])
    np.testing.assert_allclose(found, [-0.1 * 3 / 3, -0.1 * 4 / 5, -0.1 * 12 / 13])


def test_rmsprop_forgets_what_it_has_seen() -> None:
    found = steps(RMSprop(learning_rate=0.1, rho=0.5), [2.0, 0.0, 1.0])
    means = [0.5 * 4, 0.25 * 4, 0.125 * 4 + 0.5 * 1]
    np.testing.assert_allclose(found, [-0.1 * 2 / means[0] ** 0.5, 0, -0.1 / means[2] ** 0.5], atol=1e-8)


def test_adadelta_starts_with_steps_of_the_root_of_epsilon() -> None:
    found = steps(Adadelta(rho=0.5, epsilon=0.01), [2.0, 2.0])
    first = 2 * (0.01 / 2.01) ** 0.5
    second = 2 * ((0.5 * first**2 + 0.01) / 3.01) ** 0.5
    np.testing.assert_allclose(found, [-first, -second])


def test_adamws_decay_spares_biases_and_its_means() -> None:
    places = path(AdamW(learning_rate=0.1, weight_decay=0.5), constant(0.0, 0.0), [4.0, 4.0], updates=2)
    np.testing.assert_allclose(places, [[4, 4], [4 * 0.95, 4], [4 * 0.95**2, 4]])


def test_nadam_follows_its_equations() -> None:
    """Dozat's algorithm as written, with the product of all μ."""
    beta1, beta2, rate = 0.9, 0.999, 0.1
    gradients = [1.0, -0.5, 2.0, 0.25]
    mean = square = 0.0
    product, expected = 1.0, []
    for t, g in enumerate(gradients, start=1):
        now, then = (beta1 * (1 - 0.5 * 0.96 ** (each / 250)) for each in (t, t + 1))
        product *= now
        mean, square = beta1 * mean + (1 - beta1) * g, beta2 * square + (1 - beta2) * g**2
        ahead = then * mean / (1 - product * then) + (1 - now) * g / (1 - product)
        expected.append(-rate * ahead / ((square / (1 - beta2**t)) ** 0.5 + 1e-8))
    np.testing.assert_allclose(steps(NAdam(learning_rate=rate), gradients), expected)


def test_lion_moves_every_weight_alike() -> None:
    """The mean goes 0, 0.01, 0.0097, −0.0004: one small gradient does not turn it, and a step outlives its gradient."""
    found = steps(Lion(learning_rate=0.1), [1.0, -0.02, -1.0, 0.0])
    np.testing.assert_allclose(found, [-0.1, -0.1, 0.1, 0.1])


def test_lions_decay_spares_biases() -> None:
    places = path(Lion(learning_rate=0.1, weight_decay=0.5), constant(0.0, 0.0), [4.0, 4.0], updates=1)
    np.testing.assert_allclose(places[-1], [4 * 0.95, 4])
