"""Races: all contestants start from the same place and see the same samples in the same order."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, InvalidExperiment, Race, Trainer, races
from core.initializers import Initializer
from core.network import parameter_count
from core.spec import kinds


def race(*contestants: dict[str, Any], **more: Any) -> Race:
    return Race.parse({"contestants": list(contestants), **more})


def layers(*units: int, **more: Any) -> dict[str, Any]:
    return {"layers": [{"kind": "dense", "units": width, **more} for width in units]}


def trainers(contest: Race) -> list[Trainer]:
    return [Trainer(experiment, "numpy") for experiment in contest.experiments]


# --- one initialisation, one data set, one order ------------------------------------------------------------------


@pytest.mark.parametrize("initializer", kinds(Initializer))
def test_whatever_else_they_are_networks_of_one_shape_begin_with_the_same_weights(initializer: str) -> None:
    networks = [layers(5, 4, activation=kind) | {"initializer": initializer} for kind in ("tanh", "relu", "sigmoid")]
    contest = race(
        {"network": networks[0], "optimizer": "sgd"},
        {"network": networks[1], "optimizer": {"kind": "adam", "learning_rate": 1.0}, "batch_size": 1},
        {"network": networks[2], "regularization": "l2", "loss": "mean_squared_error"},
        data="tensorflow_classes" if initializer == "tensorflow" else "circle",
        target="accuracy",
    )
    first, *others = [trainer.weights for trainer in trainers(contest)]
    for weights in others:
        for mine, theirs in zip(first, weights, strict=True):
            assert np.array_equal(mine, theirs)


def test_layers_of_the_same_place_and_shape_begin_with_the_same_weights_in_any_two_networks() -> None:
    contest = race({"network": layers(6, 6)}, {"network": layers(6, 9)}, {"network": layers(9, 6)})
    deep, wide, broad = (trainer.weights for trainer in trainers(contest))
    assert np.array_equal(deep[0], wide[0])  # 2 → 6, the first of both
    assert np.array_equal(deep[2], broad[2])  # 6 → 1, the third of both
    assert not np.array_equal(deep[0], broad[0][:6])  # 2 → 6 and 2 → 9


def test_layers_without_weights_between_them_change_nothing_of_that() -> None:
    plain, normed = layers(5, 4), layers(5, 4)
    normed["layers"].insert(1, "batch_norm")
    first, second = (trainer.weights for trainer in trainers(race({"network": plain}, {"network": normed})))
    assert np.array_equal(first[0], second[0]) and np.array_equal(first[1], second[2])


def test_all_are_given_the_same_samples_in_the_same_order_whatever_their_batches() -> None:
    small, large = trainers(race({"batch_size": 7}, {"batch_size": 50, "optimizer": "sgd"}))
    for name in ("points", "targets", "is_test"):
        assert np.array_equal(getattr(small.data, name), getattr(large.data, name))
    for _ in range(3):
        small.advance(updates=1)
        large.advance(updates=1)
        assert np.array_equal(small.order, large.order)
        small.advance(epochs=1)
        large.advance(epochs=1)


def test_a_contestant_goes_as_the_same_experiment_alone() -> None:
    contest = race({"optimizer": "sgd"}, {"network": layers(4), "batch_size": 10}, data="moons", seeds={"weights": 5})
    alone = Experiment.parse(
        {"network": layers(4), "batch_size": 10, "data": "moons", "seeds": {"weights": 5}, "name": "alone"}
    )
    raced, single = trainers(contest)[1], Trainer(alone, "numpy")
    raced.advance(epochs=5)
    single.advance(epochs=5)
    assert raced.metrics() == single.metrics()
    assert all(np.array_equal(*pair) for pair in zip(raced.weights, single.weights, strict=True))


def test_contestants_with_the_same_optimizer_go_the_same_way_bit_for_bit() -> None:
    one, other, third = trainers(race(*[{"optimizer": "adam"}] * 2, {"optimizer": "sgd"}))
    for _ in range(10):
        for trainer in (one, other, third):
            trainer.advance(epochs=1)
        assert one.metrics() == other.metrics() != third.metrics()


# --- what a race is -----------------------------------------------------------------------------------------------


def test_a_contestant_is_an_experiment_named_after_the_race() -> None:
    named, unnamed = race({"name": "The tortoise"}, {"optimizer": "sgd"}).experiments
    assert (named.title, unnamed.title) == ("Race: The tortoise", "Race: SGD 0.03")


def test_what_is_left_out_fits_the_data() -> None:
    first, second = race({}, {"output": "linear"}, data="sine").experiments
    assert first == second.model_copy(update={"name": first.name})
    assert (first.output.kind, first.loss.kind) == ("linear", "mean_squared_error")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"contestants": [{}]}, "contestants: expected a list of 2 to 4 items"),
        ({"contestants": [{}] * 5}, "contestants: expected a list of 2 to 4 items"),
        ({"contestants": [{}, {"data": "circle"}]}, "contestants.1.data: unknown field; expected one of name, network"),
        ({"contestants": [{}, {"seeds": {"weights": 2}}]}, "contestants.1.seeds: unknown field"),
        ({"contestants": [{}, {"stop": "epochs"}]}, "contestants.1.stop: unknown field"),
        (
            {"contestants": [{}, {"optimizer": {"kind": "adam", "learning_rate": 11}}]},
            "contestants.1.optimizer.learning_rate: expected a number from 0.000001 to 10, got 11",
        ),
        ({"contestants": [{}, {"output": "round"}]}, "contestants.1.output.kind: expected one of "),
        ({"contestants": [{}, {"output": {"kind": "tanh", "x": 1}}]}, "contestants.1.output.x: unknown field"),
        ({"contestants": [{}, {"loss": "mean_squared_error"}]}, "target.kind: these contestants measure their loss in"),
        ({"contestants": [{}, {"output": "linear"}]}, "contestants.1.loss: "),
        ({"contestants": [{}, {"network": layers(256, 256, 256), "batch_size": 0}]}, "contestants.1.batch_size: "),
        ({"data": "sine", "target": "accuracy"}, "target.kind: only classes are right or wrong"),
        ({"data": "sine", "contestants": [{}, {"loss": "cross_entropy"}]}, "contestants.1.loss: cross_entropy judges"),
        ({"tail": "carried"}, "tail: a tail can be carried over only where the order is fixed"),
        ({"target": {"kind": "accuracy", "value": 1.5}}, "target.value: expected a number from 0 to 1, got 1.5"),
        ({"epochs": 0}, "epochs: expected a whole number from 1 to 2000, got 0"),
        ({"contestants": [{"name": "\u202e"}, {}]}, "contestants.0.name: expected at least one visible character"),
        ([], "expected an object"),
    ],
)
def test_what_is_no_race_is_refused_at_its_place(document: Any, says: str) -> None:
    with pytest.raises(InvalidExperiment) as refused:
        Race.parse(document)
    assert str(refused.value).startswith(says)


# --- races worth starting from ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", races)
def test_a_race_worth_starting_from_is_a_document_like_any_other(name: str) -> None:
    contest = races[name].race
    assert Race.parse(contest.model_dump(mode="json")) == contest
    assert len({experiment.model_dump_json(exclude={"name"}) for experiment in contest.experiments}) == len(
        contest.contestants
    )


def test_deep_and_wide_have_as_many_weights_as_the_story_says() -> None:
    assert [parameter_count(experiment.stages) for experiment in races["shapes"].race.experiments] == [109, 109]


def reached(experiment: Experiment, contest: Race) -> int | None:
    """After how many epochs a contestant has reached the target; None if it never does."""
    trainer, target = Trainer(experiment, "numpy"), contest.target
    while trainer.status == "ready" and trainer.epoch < contest.epochs:
        trainer.advance(epochs=1)
        value = trainer.metrics()[f"{target.points}_{target.kind}"]
        if value <= target.value if target.kind == "loss" else value >= target.value:
            return trainer.epoch
    return None


@pytest.mark.parametrize(
    ("name", "who_reaches_it"), [("optimizers", [0]), ("rates", [1, 2]), ("activations", [1, 0]), ("shapes", [0])]
)
def test_a_race_goes_as_its_story_says(name: str, who_reaches_it: list[int]) -> None:
    contest = races[name].race
    epochs = [reached(experiment, contest) for experiment in contest.experiments]
    assert sorted((i for i, spent in enumerate(epochs) if spent), key=lambda i: epochs[i] or 0) == who_reaches_it


def test_the_largest_of_the_four_rates_diverges() -> None:
    trainer = Trainer(races["rates"].race.experiments[3], "numpy")
    trainer.advance(epochs=5)
    assert trainer.status == "diverged"
