"""A trainer advances exactly as told, repeats itself, keeps what can be kept, and stops before it breaks."""

import tracemalloc
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from core import Experiment, InvalidExperiment, Trainer, presets
from core.change import NEW_STARTS, is_new_start
from tests.core.any_experiment import experiments


def trainer_of(**parts: Any) -> Trainer:
    return Trainer(Experiment.parse(parts))


def small(**parts: Any) -> Trainer:
    """35 training samples in batches of 10: three whole ones and a tail of 5."""
    return trainer_of(**{"data": {"kind": "circle", "samples": 50}, "batch_size": 10, **parts})


def place(trainer: Trainer) -> tuple[int, int, int, int]:
    return trainer.step, trainer.epoch, trainer.batch, trainer.sample


def test_before_the_first_update_there_is_no_gradient() -> None:
    assert not any(block.any() for block in small().gradients)


def test_an_epoch_takes_one_update_for_each_batch_the_smaller_last_one_included() -> None:
    trainer = small()
    assert trainer.batches == 4
    trainer.advance(epochs=2)
    assert place(trainer) == (8, 2, 0, 0)


def test_an_epoch_from_the_middle_ends_at_the_full_pass() -> None:
    trainer = small()
    trainer.advance(updates=2)
    assert trainer.exact_epoch == 0.5
    trainer.advance(epochs=1)
    assert place(trainer) == (4, 1, 0, 0)


def test_samples_are_taken_in_and_the_weights_move_when_their_batch_is_full() -> None:
    trainer, whole = small(), small()
    before = trainer.weights
    trainer.advance(samples=9)
    assert place(trainer) == (0, 0, 0, 9)
    assert all(map(np.array_equal, trainer.weights, before))
    trainer.advance(samples=1)
    whole.advance(updates=1)
    assert place(trainer) == (1, 0, 1, 0)
    assert all(map(np.array_equal, trainer.weights, whole.weights))


def test_the_samples_of_an_epoch_make_the_same_updates_as_the_epoch() -> None:
    by_sample, by_epoch = small(), small()
    by_sample.advance(samples=35)
    by_epoch.advance(epochs=1)
    assert by_sample.snapshot() == by_epoch.snapshot()


def test_every_sample_is_seen_once_in_an_epoch_and_in_a_new_order_each_time() -> None:
    trainer = small()
    trainer.advance(updates=1)
    first = trainer.order
    trainer.advance(epochs=1)
    trainer.advance(updates=1)
    assert sorted(first) == sorted(trainer.order) == list(range(35))
    assert not np.array_equal(first, trainer.order)


def test_batch_gradient_descent_learns_from_all_samples_at_once() -> None:
    trainer = small(optimizer="batch_gradient_descent")
    assert (trainer.batches, trainer.batch_size) == (1, 35)


def test_a_batch_larger_than_the_training_set_is_told() -> None:
    trainer = small(batch_size=1000)
    assert trainer.batch_size == 35
    assert trainer.notes == ["batch_size 1,000 is more than the 35 training samples: each update uses all of them."]


@pytest.mark.parametrize("name", presets)
def test_the_same_experiment_gives_the_same_numbers(name: str) -> None:
    one, other = Trainer(presets[name]), Trainer(presets[name])
    one.advance(epochs=2)
    for _ in range(2):
        other.advance(updates=other.batches)
    assert one.snapshot() == other.snapshot()


@pytest.mark.parametrize("seed", ["data", "split", "weights", "order"])
def test_each_seed_changes_its_own_part_alone(seed: str) -> None:
    one, other = small(), small(seeds={seed: 99})
    for trainer in (one, other):
        trainer.advance(updates=1)
    same = {
        "data": np.array_equal(one.data.points, other.data.points),
        "split": np.array_equal(one.data.is_test, other.data.is_test),
        "order": np.array_equal(one.order, other.order),
    }
    one.reset(), other.reset()
    same["weights"] = all(map(np.array_equal, one.weights, other.weights))
    assert same == {name: name != seed for name in same}


def test_reset_goes_back_to_the_first_weights() -> None:
    trainer = small()
    first = trainer.snapshot()
    trainer.advance(epochs=3)
    trainer.reset()
    assert trainer.snapshot() == first


def test_a_step_allocates_nothing() -> None:
    trainer = Trainer(presets["digits"])
    trainer.advance(epochs=1)
    tracemalloc.start()
    trainer.advance(updates=1)
    tracemalloc.reset_peak()
    trainer.advance(updates=1)
    once = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    trainer.advance(updates=30)
    many = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert many < once + 4096


def test_float32_halves_the_numbers_and_learns_alike() -> None:
    exact, coarse = small(), small(precision="float32")
    for trainer in (exact, coarse):
        trainer.advance(epochs=5)
    assert coarse.weights[0].dtype == np.float32
    assert coarse.metrics()["train_loss"] == pytest.approx(exact.metrics()["train_loss"], rel=1e-3)


# predictions


def test_predictions_are_what_the_metrics_are_measured_on() -> None:
    trainer = small(loss="mean_squared_error")
    trainer.advance(epochs=5)
    points, targets = trainer.data.points[trainer.data.is_test], trainer.data.targets[trainer.data.is_test]
    answers = trainer.predict(points)[:, 0]
    wanted = np.where(targets == 1, 1.0, -1.0)
    assert trainer.metrics()["test_loss"] == pytest.approx(np.mean((answers - wanted) ** 2))
    assert trainer.metrics()["test_accuracy"] == np.mean((answers > 0) == (targets == 1))


def test_probabilities_of_many_samples_add_up_to_one() -> None:
    trainer = Trainer(presets["digits"])
    answers = trainer.predict(trainer.data.points)
    assert answers.shape == (1797, 10)
    np.testing.assert_allclose(answers.sum(axis=1), 1)


@pytest.mark.parametrize("x", [[[1.0]], [1.0, 2.0], [[1.0, 2.0, 3.0]]])
def test_points_of_the_wrong_shape_are_refused(x: Any) -> None:
    with pytest.raises(ValueError, match=r"x: expected an array of shape \(samples, 2\), got"):
        small().predict(x)


# changes

KEPT = [
    {"optimizer": {"kind": "adam", "learning_rate": 0.001}},
    {"batch_size": 5},
    {"regularization": {"kind": "l2", "rate": 0.1}},
    {"loss": "mean_squared_error"},
    {"network": {"layers": [{"kind": "dense", "units": 8, "activation": "relu"}, {"kind": "dense", "units": 6}]}},
    {"data": {"kind": "circle", "samples": 50, "noise": 0.5}},
]


@pytest.mark.parametrize("change", KEPT, ids=lambda change: next(iter(change)))
def test_a_change_that_fits_keeps_weights_moments_and_step(change: dict[str, Any]) -> None:
    trainer = small()
    trainer.advance(updates=6)
    before = trainer.weights
    result = trainer.change(small(**change).experiment)
    assert not result.restarted
    assert "optimizer state" in result.kept
    assert trainer.step == 6
    assert all(map(np.array_equal, trainer.weights, before))


MADE_BY_HAND = [
    {"network": {"layers": [{"kind": "dense", "units": 9}, {"kind": "dense", "units": 6}]}},
    {"network": {"layers": []}},
    {"data": {"kind": "circle", "samples": 50, "features": ["x1", "x1x2"]}},
    {"data": {"kind": "circle", "samples": 80}},
    {"seeds": {"order": 9}},
    {"optimizer": "momentum", "batch_size": 3},
]


@pytest.mark.parametrize("change", MADE_BY_HAND, ids=lambda change: next(iter(change)))
def test_changed_before_the_first_update_equals_made_new(change: dict[str, Any]) -> None:
    """So the link of what somebody has put together replays it."""
    trainer, made = small(), small(**change)
    trainer.change(made.experiment)
    for each in (trainer, made):
        each.advance(epochs=2)
    assert trainer.snapshot() == made.snapshot()


def test_given_weights_survive_a_change_before_the_first_update() -> None:
    trainer = small()
    given = [block + 1 for block in trainer.weights]
    trainer.set_weights(given)
    trainer.change(small(batch_size=3).experiment)
    assert all(map(np.array_equal, trainer.weights, given))


FIXED = {"order": "fixed"}


@pytest.mark.parametrize(
    ("before", "after"), [(FIXED, FIXED | {"tail": "carried"}), (FIXED | {"tail": "carried"}, FIXED)]
)
@pytest.mark.parametrize("samples", [1, 38, 69])
def test_training_goes_on_when_the_tail_is_handled_in_another_way(
    before: dict[str, str], after: dict[str, str], samples: int
) -> None:
    trainer = small(**before)
    trainer.advance(epochs=1)
    trainer.advance(samples=samples)
    step, epoch = trainer.step, trainer.epoch
    result = trainer.change(small(**after).experiment)
    trainer.advance(samples=40)
    assert trainer.step > step
    trainer.advance(epochs=2)
    assert trainer.epoch >= epoch + 2
    assert "place in the epoch" in result.renewed


def test_a_change_says_what_the_rules_forget() -> None:
    trainer = small(stop={"kind": "early"}, schedule="reduce_on_plateau")
    trainer.advance(epochs=2)
    assert {"stop rule's memory", "schedule's memory"} <= set(trainer.change(small().experiment).renewed)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_numbers_are_refused(value: float) -> None:
    trainer = small()
    given = trainer.weights
    given[1][0, 0] = value
    with pytest.raises(ValueError, match=r"weights.1: expected finite numbers, got NaN or infinity among them"):
        trainer.set_weights(given)


def test_a_restored_trainer_knows_its_last_gradient_and_step() -> None:
    trainer = small()
    trainer.advance(updates=5)
    restored = Trainer.restore(trainer.snapshot())
    assert restored.health() == trainer.health()
    assert all(map(np.array_equal, restored.gradients, trainer.gradients))


NOTES: list[tuple[dict[str, Any], str]] = [
    ({"batch_size": 1, "network": {"layers": ["batch_norm"]}}, "Batch norm 1 cannot learn from one sample at a time"),
    ({"network": {"layers": [{"units": 1}, "layer_norm"]}}, "Layer norm 1 has one unit, whose mean is itself"),
    ({"network": {"layers": [{"activation": "threshold"}]}}, "Hidden 1 has a threshold, whose slope is 0"),
]


@pytest.mark.parametrize(("parts", "note"), NOTES)
def test_what_cannot_work_is_told(parts: dict[str, Any], note: str) -> None:
    (found,) = small(**parts).notes
    assert found.startswith(note)


def test_another_order_seed_draws_the_next_order_from_it() -> None:
    trainer = small()
    trainer.advance(epochs=1)
    trainer.change(small(seeds={"order": 77}).experiment)
    trainer.advance(updates=1)
    assert np.array_equal(trainer.order, np.random.default_rng(77).permutation(35))


def test_a_new_learning_rate_goes_on_in_the_middle_of_the_epoch() -> None:
    changed, steady = small(), small()
    for trainer in (changed, steady):
        trainer.advance(updates=6)
    changed.change(small(optimizer={"kind": "adam", "learning_rate": 0.5}).experiment)
    changed.change(steady.experiment)
    for trainer in (changed, steady):
        trainer.advance(updates=9)
    assert changed.snapshot() == steady.snapshot()


def test_another_optimizer_keeps_the_weights_and_starts_its_own_state() -> None:
    trainer = small()
    trainer.advance(epochs=1)
    before = trainer.weights
    result = trainer.change(small(optimizer="momentum").experiment)
    assert result.renewed == ["optimizer state"]
    assert all(map(np.array_equal, trainer.weights, before))


def layers(*units: int) -> dict[str, Any]:
    return {"network": {"layers": [{"kind": "dense", "units": width} for width in units]}}


def test_a_unit_added_or_removed_leaves_the_others_as_they_are() -> None:
    trainer = small(**layers(4, 3))
    trainer.advance(epochs=2)
    first, second, last = trainer.weights
    trainer.change(small(**layers(5, 3)).experiment)
    np.testing.assert_array_equal(trainer.weights[0][:4], first)
    np.testing.assert_array_equal(trainer.weights[1][:, [0, 1, 2, 3, -1]], second)
    np.testing.assert_array_equal(trainer.weights[2], last)
    trainer.change(small(**layers(2, 3)).experiment)
    np.testing.assert_array_equal(trainer.weights[0], first[:2])
    np.testing.assert_array_equal(trainer.weights[1], second[:, [0, 1, -1]])


def test_a_layer_put_in_between_leaves_those_before_it_as_they_are() -> None:
    trainer = small(**layers(4, 3))
    trainer.advance(epochs=2)
    first, _, last = trainer.weights
    result = trainer.change(small(**layers(4, 6, 3)).experiment)
    np.testing.assert_array_equal(trainer.weights[0], first)
    np.testing.assert_array_equal(trainer.weights[3], last)
    assert "weights of Hidden 2" in result.renewed and not result.restarted


def test_a_layer_put_in_first_renews_what_it_feeds() -> None:
    trainer = small(**layers(4))
    trainer.advance(epochs=2)
    result = trainer.change(small(**layers(4, 4)).experiment)
    assert "weights of Hidden 2" in result.renewed and "weights of Hidden 1" in result.kept
    result = trainer.change(small(**layers(7, 4, 4)).experiment)
    assert {"weights of Hidden 1", "weights of Hidden 2"} <= set(result.renewed)
    assert {"weights of Hidden 3", "weights of Output"} <= set(result.kept)


def test_an_input_added_keeps_the_weights_of_the_others() -> None:
    trainer = small()
    trainer.advance(epochs=1)
    before = trainer.weights[0]
    trainer.change(small(data={"kind": "circle", "samples": 50, "features": ["x1²", "x2", "x1"]}).experiment)
    np.testing.assert_array_equal(trainer.weights[0][:, [2, 1, 3]], before)


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"kind": "xor", "samples": 50}},
        {"seeds": {"weights": 5}},
        {"network": {"initializer": "he"}},
        {"data": "digits"},
    ],
    ids=["data set", "weights seed", "initializer", "task"],
)
def test_another_task_or_other_first_weights_start_anew(change: dict[str, Any]) -> None:
    trainer = small()
    trainer.advance(epochs=2)
    wanted = small(**change)
    result = trainer.change(wanted.experiment)
    assert result.restarted and trainer.step == 0
    assert trainer.snapshot() == wanted.snapshot()


def value_at(experiment: Experiment, path: str) -> object:
    value: Any = experiment.model_dump(mode="json")
    for name in path.split("."):
        value = value.get(name)
    return value


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("data.kind", {"data": {"kind": "xor"}}),
        ("data.classes", {"data": {"kind": "spirals", "classes": 3}, "output": "softmax", "loss": "cross_entropy"}),
        ("network.initializer", {"network": {"initializer": "he"}}),
        ("seeds.weights", {"seeds": {"weights": 5}}),
        ("output", {"output": "softmax", "loss": "cross_entropy"}),
    ],
)
def test_what_starts_the_run_anew_is_said_of_its_setting(path: str, change: dict[str, Any]) -> None:
    assert is_new_start(Experiment(), Experiment.parse(change))
    assert path in NEW_STARTS


@settings(max_examples=60)
@given(experiments(), experiments())
def test_nothing_starts_the_run_anew_but_what_is_said_to(one: Experiment, other: Experiment) -> None:
    parts = one.model_dump(mode="json"), other.model_dump(mode="json")
    for part in parts[0]:
        with suppress(InvalidExperiment):
            new = Experiment.parse({**parts[0], part: parts[1][part]})
            is_said = any(value_at(one, path) != value_at(new, path) for path in NEW_STARTS)
            assert is_said or not is_new_start(one, new)


# divergence


def diverging(rate: float = 10) -> Trainer:
    return small(
        data={"kind": "plane", "samples": 50},
        optimizer={"kind": "sgd", "learning_rate": rate},
        network={"layers": [{"kind": "dense", "activation": "relu"}]},
    )


@pytest.mark.parametrize("slice_updates", [1, 7, 1000])
def test_divergence_stops_before_the_update_that_broke_however_far_a_call_went(slice_updates: int) -> None:
    trainer, by_one = diverging(), diverging()
    while by_one.status == "ready":
        by_one.advance(updates=1)
    while trainer.status == "ready":
        trainer.advance(updates=slice_updates)
    assert trainer.step == by_one.step
    assert trainer.message == by_one.message
    assert f"The weights of update {trainer.step}, the last of any use, are back" in (trainer.message or "")


@pytest.mark.parametrize("rate", [0.5, 1, 3, 10])
def test_divergence_goes_back_to_weights_with_a_loss_of_some_use(rate: float) -> None:
    trainer = diverging(rate)
    first = trainer.metrics()["train_loss"]
    trainer.advance(epochs=50)
    assert trainer.status == "diverged"
    assert trainer.metrics()["train_loss"] <= 15 * first  # judged by a few of the samples


def test_a_diverged_trainer_waits_until_it_is_changed_or_reset() -> None:
    trainer = diverging()
    trainer.advance(epochs=100)
    stopped = trainer.step
    trainer.advance(epochs=1)
    assert trainer.step == stopped
    trainer.change(trainer.experiment)
    assert (trainer.status, trainer.message, trainer.step) == ("ready", None, stopped)
    trainer.advance(epochs=1)
    assert trainer.status == "diverged"
    trainer.reset()
    assert (trainer.status, trainer.message, trainer.step) == ("ready", None, 0)
