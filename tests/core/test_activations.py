"""Every activation agrees with its slope, far out too, and with what its paper says."""

import math
from typing import Any

import numpy as np
import pytest

from core.activations import ELU, GELU, SELU, Activation, ActivationSpec, Mish, Sine, Softplus, Softsign, Swish
from core.program import Executor, Program
from core.spec import members

USUAL = [member() for member in members(Activation) if member.has_slope]
EVERY = [*USUAL, ELU(alpha=0.3), ELU(alpha=3.0)]
SMOOTH_OR_NOT = np.concatenate([np.linspace(-6, -0.01, 300), np.linspace(0.01, 6, 300)])  # corners are at 0
FAR = np.array([-1e3, -100.0, -30.0, -1.0, -1e-9, 0.0, 1e-9, 1.0, 30.0, 100.0, 1e3])


def named(activation: ActivationSpec) -> str:
    return str(activation)


def value_and_slope(activation: ActivationSpec, z: np.ndarray, dtype: Any = np.float64) -> tuple[np.ndarray, ...]:
    """With z in the place that the activation asks for, and no overflow or division by 0 on the way."""
    program = Program()
    sums = program.vector(z)
    a = program.allocate(*z.shape) if activation.keeps_z else sums
    slope = program.allocate(*z.shape)
    activation.value(program, sums, a)
    activation.slope(program, sums, a, slope)
    executor = Executor(program, dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        executor.run("main")
    return executor.view(a), executor.view(slope)


def value(activation: ActivationSpec, *z: float) -> list[float]:
    return value_and_slope(activation, np.array(z))[0].tolist()


@pytest.mark.parametrize("activation", EVERY, ids=named)
def test_a_slope_is_what_the_value_rises_by(activation: ActivationSpec) -> None:
    step = 1e-5
    above, below = (value_and_slope(activation, SMOOTH_OR_NOT + shift)[0] for shift in (step, -step))
    slope = value_and_slope(activation, SMOOTH_OR_NOT)[1]
    np.testing.assert_allclose(slope, (above - below) / (2 * step), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", EVERY, ids=named)
def test_large_sums_neither_overflow_nor_leave_the_range(activation: ActivationSpec, dtype: Any) -> None:
    a, slope = value_and_slope(activation, FAR, dtype)
    assert np.isfinite(a).all() and np.isfinite(slope).all()
    if activation.bounded:
        assert a.min() >= activation.levels[0] and a.max() <= activation.levels[1]
    else:
        assert a[-1] >= 1000


@pytest.mark.parametrize("activation", USUAL, ids=named)
def test_the_steepest_slope_is_the_one_declared(activation: ActivationSpec) -> None:
    slope = value_and_slope(activation, np.linspace(-6, 20, 52001))[1]
    assert slope.max() == pytest.approx(0.0 if activation.kind == "threshold" else activation.steepest, abs=1e-4)


def test_elu_ends_at_minus_alpha() -> None:
    assert value(ELU(alpha=2.0), -1e3, -math.log(2), 3.0) == pytest.approx([-2.0, -1.0, 3.0])


def test_selu_keeps_a_mean_of_0_and_a_deviation_of_1() -> None:
    """The integral of f and f² over a standard normal z, which is how λ and α are chosen."""
    z = np.linspace(-12, 12, 240_001)
    weight = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    a = value_and_slope(SELU(), z)[0]
    assert np.sum(weight * a) == pytest.approx(0, abs=1e-7)
    assert np.sum(weight * a**2) == pytest.approx(1, abs=1e-7)


def test_softplus_is_ln_2_in_the_middle_and_the_sum_itself_far_out() -> None:
    assert value(Softplus(), 0.0, 1e3, -1e3) == pytest.approx([math.log(2), 1e3, 0.0], abs=0)


def test_softsign_is_a_half_at_1() -> None:
    assert value(Softsign(), 1.0, -3.0) == [0.5, -0.75]


def test_gelu_is_within_a_thousandth_of_the_exact_form() -> None:
    z = np.linspace(-5, 5, 1001)
    exact = [x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in z]
    np.testing.assert_allclose(value(GELU(), *z), exact, atol=5e-4)


def test_swish_and_mish_dip_below_0_and_come_back() -> None:
    z = np.linspace(-8, 0, 8001)
    for activation, lowest in ((Swish(), -0.27846), (Mish(), -0.30884)):
        a = value(activation, *z)
        assert min(a) == pytest.approx(lowest, abs=1e-5)
        assert a[0] > -0.01 and a[-1] == 0


def test_sine_repeats_itself() -> None:
    assert value(Sine(), 0.5, 0.5 + 2 * math.pi) == pytest.approx([math.sin(0.5)] * 2)
