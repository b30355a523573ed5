"""Every gradient agrees with central differences, and the textbook's numbers come out."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Experiment, Trainer
from core.activations import Activation, OutputActivation
from core.forward import ForwardPass
from core.losses import Loss
from core.regularizers import Regularizer
from core.spec import kinds, members
from core.step import TrainingStep, coded

PROBABILITIES = ("sigmoid", "tanh", "softmax")
WITH_A_CORNER = {"threshold", "relu", "leaky_relu", "selu"}
SMOOTH = [kind for kind in kinds(Activation) if kind not in WITH_A_CORNER]
STEP = 1e-6


def experiment(hidden: list[tuple[int, str]], output: str, loss: str, **parts: Any) -> Experiment:
    layers = [{"kind": "dense", "units": units, "activation": activation} for units, activation in hidden]
    return Experiment.parse(
        {
            "data": {"kind": "blobs", "classes": 3, "samples": 30},
            "network": {"layers": layers},
            "output": output,
            "loss": loss,
            "optimizer": "batch_gradient_descent",
            **parts,
        }
    )


def analytic_and_numeric(of: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """The gradient of the training loss: ours, and by moving each parameter a little. Away from biases of 0, where a
    rectifier after a silent layer stands right on its edge."""
    trainer = Trainer(of)
    generator = np.random.default_rng(1)
    trainer.set_weights([block + generator.normal(0, 0.3, block.shape) for block in trainer.weights])
    start = np.concatenate([block.ravel() for block in trainer.weights])
    inputs, targets = trainer.data.train
    forward, answers = ForwardPass(of.stages, inputs, np.float64), coded(targets, of).T

    def loss_at(place: int, shift: float) -> float:
        moved = start.copy()
        moved[place] += shift
        return of.loss.value(forward.run(moved), answers, of.output)

    numeric = [(loss_at(place, STEP) - loss_at(place, -STEP)) / (2 * STEP) for place in range(len(start))]
    trainer.advance(updates=1)
    return np.concatenate([block.ravel() for block in trainer.gradients]), np.array(numeric)


ALLOWED = [
    (hidden, output().kind, loss().kind)
    for hidden, output, loss in product(kinds(Activation), members(OutputActivation), members(Loss))
    if loss().misfit(output(), "classification") is None
]


@pytest.mark.parametrize(("hidden", "output", "loss"), ALLOWED)
def test_gradient_agrees_with_central_differences(hidden: str, output: str, loss: str) -> None:
    analytic, numeric = analytic_and_numeric(experiment([(4, hidden), (3, hidden)], output, loss))
    np.testing.assert_allclose(analytic, numeric, rtol=1e-5, atol=1e-8)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from(SMOOTH)), max_size=4),
    st.sampled_from(PROBABILITIES),
    st.integers(0, 2**53 - 1),
)
def test_gradient_agrees_for_any_mixture_of_layers(hidden: list[tuple[int, str]], output: str, seed: int) -> None:
    of = experiment(hidden, output, "cross_entropy", seeds={"weights": seed})
    analytic, numeric = analytic_and_numeric(of)
    np.testing.assert_allclose(analytic, numeric, rtol=1e-4, atol=1e-7)


PENALTIES: dict[str, tuple[dict[str, float], Any]] = {
    "none": ({}, lambda w: 0 * w),
    "l1": ({"rate": 0.5}, lambda w: 0.5 * np.sign(w)),
    "l2": ({"rate": 0.5}, lambda w: 0.5 * w),
    "l1_pruning": ({"rate": 0.5}, lambda w: 0 * w),  # pulls after the update
    "elastic": ({"l1": 0.25, "l2": 0.5}, lambda w: 0.25 * np.sign(w) + 0.5 * w),
}


@pytest.mark.parametrize("kind", kinds(Regularizer))
def test_regularization_pulls_on_weights_and_leaves_biases(kind: str) -> None:
    rates, pull = PENALTIES[kind]
    plain = Trainer(experiment([(3, "tanh")], "softmax", "cross_entropy"))
    pulled = Trainer(experiment([(3, "tanh")], "softmax", "cross_entropy", regularization={"kind": kind, **rates}))
    weights = [np.full_like(block, 0.3) * np.array([-1] * (block.shape[1] - 1) + [1]) for block in plain.weights]
    for trainer in (plain, pulled):
        trainer.set_weights(weights)
        trainer.advance(updates=1)
    for block, without, with_it in zip(weights, plain.gradients, pulled.gradients, strict=True):
        np.testing.assert_allclose((with_it - without)[:, :-1], pull(block[:, :-1]), atol=1e-12)
        np.testing.assert_array_equal(with_it[:, -1], without[:, -1])


def test_the_textbook_step() -> None:
    """x = 2, target 6, w = 5, loss ½(wx − t)², rate 0.1: gradient 8, and w becomes 4.2."""
    one_weight = Experiment.parse(
        {
            "data": "sine",
            "network": {"layers": []},
            "loss": "half_squared_error",
            "optimizer": {"kind": "sgd", "learning_rate": 0.1},
        }
    )
    step = TrainingStep(one_weight, inputs=np.array([[2.0]]), targets=np.array([6.0]))
    step.parameters[:] = [5.0, 0.0]
    step.run(0, 1)
    assert step.gradient.tolist() == [8.0, 4.0]
    assert step.parameters[0] == pytest.approx(4.2, abs=1e-15)


def test_adam_takes_a_first_step_of_the_learning_rate() -> None:
    trainer = Trainer(experiment([(3, "tanh")], "softmax", "cross_entropy", optimizer={"kind": "adam"}))
    before = trainer.weights
    trainer.advance(updates=1)
    for old, new in zip(before, trainer.weights, strict=True):
        np.testing.assert_allclose(np.abs(new - old), 0.03, rtol=1e-4)


def test_momentum_keeps_its_share_of_speed() -> None:
    """With a gradient that hardly changes, two updates move by 1 and then by 1 + μ."""
    slow = {"kind": "momentum", "learning_rate": 1e-6, "momentum": 0.5}
    trainer = Trainer(experiment([], "softmax", "cross_entropy", optimizer=slow, batch_size=1024))
    path = [trainer.weights[0]]
    for _ in range(2):
        trainer.advance(updates=1)
        path.append(trainer.weights[0])
    np.testing.assert_allclose(path[2] - path[1], 1.5 * (path[1] - path[0]), rtol=1e-4)
