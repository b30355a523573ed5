"""Whatever can be asked for trains without an error, and goes on from any moment as if it had not stopped."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import Experiment, Timeline, Trainer
from tests.core.any_experiment import experiments

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def is_sound(trainer: Trainer) -> bool:
    numbers = [*trainer.metrics().values(), *(block.sum() for block in trainer.weights)]
    return bool(np.isfinite(numbers).all())


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(experiments())
def test_any_experiment_trains_twenty_updates_with_finite_numbers_or_says_that_it_diverged(of: Experiment) -> None:
    trainer = Trainer(of)
    trainer.advance(updates=20)
    if trainer.status == "diverged":
        assert trainer.divergence and trainer.message == trainer.divergence.message
    elif trainer.status == "ready":
        assert trainer.step == 20 and is_sound(trainer)
    else:
        assert trainer.message and is_sound(trainer)


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(experiments())
def test_any_experiment_survives_json(of: Experiment) -> None:
    assert Experiment.parse_json(of.model_dump_json()) == of


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(experiments(), st.integers(0, 12), st.integers(0, 5))
def test_any_experiment_goes_on_from_a_snapshot_bit_for_bit(of: Experiment, updates: int, samples: int) -> None:
    trainer = Trainer(of)
    trainer.advance(updates=updates, samples=samples)
    restored = Trainer.restore(trainer.snapshot())
    for each in (trainer, restored):
        each.advance(updates=7)
    assert restored.snapshot() == trainer.snapshot()


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(experiments(), st.lists(st.integers(1, 6), max_size=4))
def test_any_experiment_ends_the_same_however_it_is_sliced(of: Experiment, slices: list[int]) -> None:
    whole, sliced = Trainer(of), Trainer(of)
    whole.advance(updates=sum(slices))
    for updates in slices:
        sliced.advance(updates=updates)
    if whole.status != "diverged":  # how far back it goes is tested by itself
        assert sliced.snapshot() == whole.snapshot()


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(experiments(), experiments())
def test_any_experiment_can_become_any_other(one: Experiment, other: Experiment) -> None:
    trainer = Trainer(one)
    trainer.advance(updates=5)
    trainer.change(other)
    trainer.advance(updates=5)
    assert trainer.experiment == other
    assert trainer.status != "ready" or is_sound(trainer)


# 35 training samples in batches of 10, the tail smaller or carried over: every kind of moment by name
MOMENTS: dict[str, Callable[[Trainer], object]] = {
    "at the start": lambda trainer: None,
    "within an epoch": lambda trainer: trainer.advance(updates=2),
    "before the tail": lambda trainer: trainer.advance(updates=3),
    "within a batch": lambda trainer: trainer.advance(updates=1, samples=4),
    "within the tail": lambda trainer: trainer.advance(updates=3, samples=2),
    "at the end of an epoch": lambda trainer: trainer.advance(epochs=1),
    "after a change of rate": lambda trainer: changed(trainer, optimizer={"kind": "adam", "learning_rate": 0.5}),
    "after a change of the batch": lambda trainer: changed(trainer, batch_size=7),
    "after a change of layers": lambda trainer: changed(
        trainer, network={"layers": ["dense", "batch_norm", "dropout"]}
    ),
    "after going back": lambda trainer: go_back(trainer),
    "when finished": lambda trainer: changed(trainer, stop={"kind": "epochs", "epochs": 2}),
    "when diverged": lambda trainer: changed(trainer, optimizer={"kind": "sgd", "learning_rate": 10}),
}


def changed(trainer: Trainer, **parts: object) -> None:
    trainer.advance(updates=6)
    trainer.change(Experiment.parse({**trainer.experiment.model_dump(mode="json"), **parts}))
    trainer.advance(updates=30)


def go_back(trainer: Trainer) -> None:
    timeline = Timeline()
    timeline.keep(trainer)
    trainer.advance(updates=12)
    timeline.keep(trainer)
    vars(trainer).update(vars(timeline.seek(5)))


@pytest.mark.parametrize(
    "order", [{"order": "shuffled"}, {"order": "fixed", "tail": "carried"}], ids=["smaller", "carried"]
)
@pytest.mark.parametrize("moment", MOMENTS)
def test_from_every_kind_of_moment_it_goes_on_bit_for_bit(moment: str, order: dict[str, str]) -> None:
    layers = {"layers": [{"kind": "dense", "units": 5, "activation": "relu"}, "batch_norm", "dropout"]}
    document = {"data": {"kind": "plane", "samples": 50}, "network": layers, "batch_size": 10, **order}
    trainer = Trainer(Experiment.parse(document))
    MOMENTS[moment](trainer)
    restored = Trainer.restore(trainer.snapshot())
    assert restored.snapshot() == trainer.snapshot()
    for each in (trainer, restored):
        each.advance(updates=17)
    assert restored.snapshot() == trainer.snapshot()
