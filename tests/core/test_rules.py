"""Rules beside the optimizer: schedules of the learning rate, clipping of the gradient, when to stop."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer
from core.clipping import Clipping
from core.schedules import Schedule
from core.spec import kinds
from core.stopping import Stop

FAMILIES = {"schedule": Schedule, "clipping": Clipping, "stop": Stop}
EVERY = [(family, kind) for family, union in FAMILIES.items() for kind in kinds(union)]


def trainer_of(**parts: Any) -> Trainer:
    """35 training samples in batches of 10: four updates an epoch."""
    document = {"data": {"kind": "circle", "samples": 50}, "batch_size": 10, "optimizer": "sgd", **parts}
    return Trainer(Experiment.parse(document))


def rates(schedule: dict[str, Any], epochs: int) -> list[float]:
    """The factor of the learning rate at the beginning of each epoch."""
    trainer = trainer_of(schedule=schedule)
    found = []
    for _ in range(epochs):
        found.append(trainer.learning_rate / 0.03)
        trainer.advance(epochs=1)
    return found


@pytest.mark.parametrize("schedule", kinds(Schedule))
def test_every_schedule_stays_between_nothing_and_the_full_rate(schedule: str) -> None:
    assert all(0 <= factor <= 1 for factor in rates({"kind": schedule}, 400))


@pytest.mark.parametrize(("family", "kind"), EVERY)
def test_every_rule_goes_on_from_a_snapshot_as_if_nothing_had_been(family: str, kind: str) -> None:
    trainer = trainer_of(**{family: kind})
    trainer.advance(epochs=7, updates=2)
    restored = Trainer.restore(trainer.snapshot())
    for each in (trainer, restored):
        each.advance(epochs=40)
    assert restored.snapshot() == trainer.snapshot()


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"kind": "constant"}, [1, 1, 1, 1]),
        ({"kind": "step", "epochs": 2, "drop": 0.1}, [1, 1, 0.1, 0.1, 0.01]),
        ({"kind": "exponential", "decay": 0.5}, [1, 0.5, 0.25, 0.125]),
        ({"kind": "cosine", "epochs": 4}, [1, (2 + 2**0.5) / 4, 0.5, (2 - 2**0.5) / 4, 0, 0]),
        (
            {"kind": "cosine_restarts", "epochs": 2, "growth": 2},
            [1, 0.5, 1, (2 + 2**0.5) / 4, 0.5, (2 - 2**0.5) / 4, 1],
        ),
        ({"kind": "cosine_restarts", "epochs": 2, "growth": 1}, [1, 0.5, 1, 0.5, 1]),
        ({"kind": "warmup", "epochs": 4}, [0.00025, 0.25, 0.5, 0.75, 1, 1]),
        ({"kind": "one_cycle", "epochs": 4, "rise": 0.5}, [0.04, 0.52, 1, 0.500002, 4e-6, 4e-6]),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_a_schedule_by_hand(schedule: dict[str, Any], expected: list[float]) -> None:
    assert rates(schedule, len(expected)) == pytest.approx(expected, abs=1e-12)


def test_a_schedule_moves_within_the_epoch() -> None:
    trainer = trainer_of(schedule={"kind": "warmup", "epochs": 1})
    trainer.advance(updates=2)
    assert trainer.learning_rate == pytest.approx(0.03 * 0.5)


def test_the_scheduled_rate_is_the_one_that_moves_the_weights() -> None:
    trainer = trainer_of(schedule={"kind": "step", "epochs": 1, "drop": 0.5})
    for expected in (0.03, 0.015, 0.0075):
        before = trainer.weights
        trainer.advance(updates=1)
        for old, new, gradient in zip(before, trainer.weights, trainer.gradients, strict=True):
            np.testing.assert_allclose(old - new, expected * gradient, atol=1e-15)
        trainer.advance(epochs=1)


def test_a_plateau_drops_the_rate_and_is_remembered() -> None:
    still = {"optimizer": {"kind": "sgd", "learning_rate": 1e-6}, "network": {"initializer": "zeros"}}
    trainer = trainer_of(schedule={"kind": "reduce_on_plateau", "patience": 2, "drop": 0.1}, **still)
    found = []
    for _ in range(8):
        trainer = Trainer.restore(trainer.snapshot())
        found.append(round(trainer.learning_rate / 1e-6, 6))
        trainer.advance(epochs=1)
    assert found == [1, 1, 1, 1, 0.1, 0.1, 0.1, 0.01]


def test_clipping_by_norm_shortens_and_keeps_the_direction() -> None:
    free, cut = trainer_of(), trainer_of(clipping={"kind": "norm", "limit": 0.01})
    for trainer in (free, cut):
        trainer.advance(updates=1)
    long, short = (np.concatenate([block.ravel() for block in trainer.gradients]) for trainer in (free, cut))
    assert np.linalg.norm(long) > 0.01
    np.testing.assert_allclose(short, long * 0.01 / (np.linalg.norm(long) + 1e-6), atol=1e-15)


def test_clipping_leaves_a_short_gradient_alone() -> None:
    free, cut = trainer_of(), trainer_of(clipping={"kind": "norm", "limit": 1000})
    for trainer in (free, cut):
        trainer.advance(updates=1)
    assert all(map(np.array_equal, free.weights, cut.weights))


def test_clipping_by_value_cuts_each_part() -> None:
    free, cut = trainer_of(), trainer_of(clipping={"kind": "value", "limit": 0.005})
    for trainer in (free, cut):
        trainer.advance(updates=1)
    for long, short in zip(free.gradients, cut.gradients, strict=True):
        np.testing.assert_array_equal(short, np.clip(long, -0.005, 0.005))


@pytest.mark.parametrize("clipping", ["norm", "value"])
def test_clipping_does_not_hide_a_divergence(clipping: str) -> None:
    trainer = trainer_of(clipping=clipping)
    trainer._step._all_answers[...] = np.nan  # the gradient is not a number, and must stay so
    trainer.advance(updates=1)
    assert trainer.status == "diverged"


def test_training_stops_after_its_epochs_however_far_it_is_sent() -> None:
    trainer = trainer_of(stop={"kind": "epochs", "epochs": 7})
    trainer.advance(updates=1000)
    assert (trainer.status, trainer.epoch, trainer.step) == ("finished", 7, 28)
    assert trainer.message == "Training is complete after 7 epochs."
    trainer.change(trainer_of(stop={"kind": "epochs", "epochs": 9}).experiment)
    trainer.advance(epochs=100)
    assert trainer.epoch == 9


def test_training_stops_at_a_loss() -> None:
    trainer = trainer_of(optimizer={"kind": "adam", "learning_rate": 0.05}, stop={"kind": "loss", "loss": 0.1})
    trainer.advance(epochs=500)
    assert trainer.status == "finished" and trainer.metrics()["train_loss"] <= 0.1


def test_early_stopping_goes_back_to_the_weights_with_the_lowest_test_loss() -> None:
    parts = {
        "optimizer": {"kind": "adam", "learning_rate": 0.1},
        "data": {"kind": "moons", "samples": 40, "noise": 0.9},
    }
    free = trainer_of(**parts)
    losses = []
    for _ in range(200):
        free.advance(epochs=1)
        losses.append(free.metrics()["test_loss"])
    trainer = trainer_of(**parts, stop={"kind": "early", "patience": 25})
    for _ in range(200):
        trainer.advance(epochs=1)
        trainer = Trainer.restore(trainer.snapshot())
    best = int(np.argmin(losses[: trainer.epoch]))
    assert trainer.status == "finished" and trainer.epoch == best + 1 + 25
    assert trainer.metrics()["test_loss"] == losses[best]
    assert f"The weights of epoch {best + 1}, with the lowest test loss, are back" in (trainer.message or "")
