"""The optimizers that look around before they move: implicit SGD solves its equation, random search keeps the best."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer
from core.gradient import GradientPass
from core.network import joined
from core.step import TrainingStep, coded


def experiment(optimizer: dict[str, Any] | str, **parts: Any) -> Experiment:
    data = {"kind": "circle", "samples": 40}
    layers = [{"kind": "dense", "units": 4}]
    return Experiment.parse({"data": data, "network": {"layers": layers}, "optimizer": optimizer, **parts})


def linear(optimizer: dict[str, Any]) -> Experiment:
    """A linear model with the loss ½(wᵀx − t)²."""
    loss = {"loss": "half_squared_error", "batch_size": 10}
    return experiment(optimizer, data={"kind": "plane", "samples": 40}, network={"layers": []}, **loss)


@pytest.mark.parametrize("rate", [0.01, 0.3, 3, 10])
def test_implicit_sgd_matches_the_closed_form_of_a_linear_model(rate: float) -> None:
    """w′ = (1 + η/B·XᵀX)⁻¹·(w + η/B·Xᵀt), batch by batch, in each of 50 updates."""
    of = linear({"kind": "implicit_sgd", "learning_rate": rate})
    trainer, follower = Trainer(of), Trainer(of)
    inputs, targets = trainer.data.train
    x = np.column_stack([inputs, np.ones(len(inputs))])
    w = trainer.weights[0][0]
    for _ in range(50):
        first = follower.batch * follower.batch_size
        follower.advance(updates=1)
        chosen = follower.order[first : first + follower.batch_size]
        batch, wanted, share = x[chosen], targets[chosen], rate / len(chosen)
        w = np.linalg.solve(np.eye(3) + share * batch.T @ batch, w + share * batch.T @ wanted)
        trainer.advance(updates=1)
        np.testing.assert_allclose(trainer.weights[0][0], w, atol=1e-9)


@pytest.mark.parametrize("activation", ["tanh", "gelu", "sigmoid"])
def test_implicit_sgd_solves_its_equation_for_a_network(activation: str) -> None:
    """w − η·∇L(w′) is w′, the gradient taken at its end. (Across a corner there may be no such place.)"""
    layers = {"layers": [{"kind": "dense", "units": 4, "activation": activation}]}
    rule = {"kind": "implicit_sgd", "learning_rate": 0.5, "rounds": 200}
    trainer = Trainer(experiment(rule, network=layers, batch_size=1024))
    inputs, targets = trainer.data.train
    over = GradientPass(trainer.experiment, inputs, coded(targets, trainer.experiment))
    for _ in range(5):
        before = joined(trainer.weights, trainer.experiment.stages)
        trainer.advance(updates=1)
        after = joined(trainer.weights, trainer.experiment.stages)
        np.testing.assert_allclose(after, before - 0.5 * over.run(after), atol=1e-6)


def test_implicit_sgd_is_stable_where_sgd_diverges() -> None:
    explicit, implicit = (Trainer(linear({"kind": kind, "learning_rate": 10})) for kind in ("sgd", "implicit_sgd"))
    first = explicit.metrics()["train_loss"]
    for trainer in (explicit, implicit):
        trainer.advance(epochs=30)
    assert explicit.status == "diverged"
    assert implicit.status == "ready" and implicit.metrics()["train_loss"] < first / 10


@pytest.mark.parametrize("rate", [1, 10])
def test_implicit_sgd_trains_a_deep_network_at_rates_beyond_sgd(rate: float) -> None:
    layers = {"layers": [{"kind": "dense", "units": 6, "activation": "relu"}] * 3}
    trainer = Trainer(experiment({"kind": "implicit_sgd", "learning_rate": rate}, network=layers))
    first = trainer.metrics()["train_loss"]
    trainer.advance(epochs=20)
    assert trainer.status == "ready"
    assert trainer.metrics()["train_loss"] < first / 2


def test_a_small_implicit_step_is_almost_that_of_sgd() -> None:
    one, other = (Trainer(experiment({"kind": kind, "learning_rate": 1e-5})) for kind in ("sgd", "implicit_sgd"))
    start = joined(one.weights, one.experiment.stages)
    for trainer in (one, other):
        trainer.advance(updates=5)
    moved = [joined(trainer.weights, trainer.experiment.stages) - start for trainer in (one, other)]
    np.testing.assert_allclose(moved[0], moved[1], rtol=1e-3, atol=1e-10)


def test_implicit_sgd_feels_the_regularizer_where_it_arrives() -> None:
    """With a gradient of 0 and L2 of strength λ the equation is w′ = w − ηλw′."""
    parts = {"regularization": {"kind": "l2", "rate": 0.5}, "loss": "half_squared_error", "output": "linear"}
    of = experiment({"kind": "implicit_sgd", "learning_rate": 2}, network={"layers": []}, **parts)
    step = TrainingStep(of, inputs=np.array([[0.0, 0.0]]), targets=np.array([1]))
    step.parameters[:] = [3.0, -3.0, 1.0]
    step.run(0, 1)
    np.testing.assert_allclose(step.parameters, [3 / 2, -3 / 2, 1.0], atol=1e-9)


SEARCHES: list[Any] = [{"kind": "implicit_sgd"}, {"kind": "random_search", "tries": 7}]


@pytest.mark.parametrize("optimizer", SEARCHES, ids=lambda each: each["kind"])
@pytest.mark.parametrize("layer", ["dense", "dropout", "batch_norm", "layer_norm"])
def test_a_search_goes_on_bit_for_bit_from_a_snapshot_however_it_is_sliced(optimizer: Any, layer: str) -> None:
    layers = {"layers": [{"kind": "dense", "units": 4}, layer]}
    parts = {"network": layers, "batch_size": 8, "regularization": "l1_pruning"}
    whole, sliced = (Trainer(experiment(optimizer, **parts)) for _ in range(2))
    whole.advance(updates=9)
    for _ in range(9):
        sliced.advance(updates=1)
        sliced = Trainer.restore(sliced.snapshot())
    assert sliced.snapshot() == whole.snapshot()


@pytest.mark.parametrize("optimizer", SEARCHES, ids=lambda each: each["kind"])
def test_a_search_tells_its_last_step(optimizer: Any) -> None:
    trainer = Trainer(experiment(optimizer))
    before = joined(trainer.weights, trainer.experiment.stages)
    trainer.advance(updates=1)
    after = joined(trainer.weights, trainer.experiment.stages)
    ratios = [layer.update_ratio for layer in trainer.health()]
    assert ratios[1] == pytest.approx(np.linalg.norm((after - before)[12:]) / np.linalg.norm(after[12:]))


def test_random_search_never_gets_worse_and_stays_within_its_reach() -> None:
    trainer = Trainer(experiment({"kind": "random_search", "reach": 2, "tries": 5}))
    losses = []
    for _ in range(200):
        trainer.advance(updates=1)
        losses.append(trainer.metrics()["train_loss"])
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0]
    assert all(np.abs(block).max() <= 2 for block in trainer.weights)


def test_random_search_is_finished_when_its_budget_is_used_up() -> None:
    trainer = Trainer(experiment({"kind": "random_search", "tries": 30, "budget": 100}))
    trainer.advance(updates=50)
    assert (trainer.status, trainer.step) == ("finished", 4)
    assert trainer.message == "All 100 tries are used up. These are the best weights among them."


def test_random_search_says_what_has_nothing_to_act_on() -> None:
    idle = {"regularization": "l2", "clipping": "norm", "schedule": "cosine"}
    trainer = Trainer(experiment({"kind": "random_search"}, **idle))
    note = "Random search uses no gradient and no learning rate: regularization, clipping and schedule have no effect."
    assert trainer.notes == [note]
    assert trainer.learning_rate is None and trainer.experiment.summary.endswith(", Random search")
    assert Trainer(experiment({"kind": "random_search"})).notes == []


def test_a_thousand_tries_know_less_than_a_few_epochs_of_descent() -> None:
    search = Trainer(experiment({"kind": "random_search", "tries": 100, "budget": 1000}))
    descent = Trainer(experiment({"kind": "adam"}))
    search.advance(epochs=10)
    descent.advance(epochs=100)
    assert search.status == "finished"
    assert descent.metrics()["train_loss"] < search.metrics()["train_loss"] / 2


@pytest.mark.parametrize("optimizer", SEARCHES, ids=lambda each: each["kind"])
def test_batch_norm_remembers_the_network_that_was_found(optimizer: Any) -> None:
    """And not the last place that was looked at: with a momentum of 1 it remembers the last update's batch alone."""
    layers = {"layers": [{"kind": "dense", "units": 4}, {"kind": "batch_norm", "momentum": 1}]}
    trainer = Trainer(experiment(optimizer, network=layers, batch_size=1024))
    trainer.advance(updates=10)
    inputs, _ = trainer.data.train
    first = trainer.weights[0]
    answers = np.tanh(inputs @ first[:, :-1].T + first[:, -1])
    seen = trainer.microscope(0).layers[1]
    a = np.tanh(first[:, :-1] @ trainer.microscope(0).inputs + first[:, -1])
    gain, shift = trainer.weights[1].T
    normal = (a - answers.mean(axis=0)) / np.sqrt(answers.var(axis=0, ddof=1) + 1e-5)
    np.testing.assert_allclose(seen.z, gain * normal + shift, atol=1e-6)


def test_the_gradient_that_implicit_sgd_tells_is_that_at_its_end() -> None:
    trainer = Trainer(experiment({"kind": "implicit_sgd", "learning_rate": 0.5, "rounds": 200}, batch_size=1024))
    before = joined(trainer.weights, trainer.experiment.stages)
    trainer.advance(updates=1)
    moved = before - joined(trainer.weights, trainer.experiment.stages)
    np.testing.assert_allclose(moved, 0.5 * joined(trainer.gradients, trainer.experiment.stages), atol=1e-8)


def test_random_search_has_no_gradient() -> None:
    trainer = Trainer(experiment("random_search"))
    trainer.advance(updates=3)
    assert not any(block.any() for block in trainer.gradients)
