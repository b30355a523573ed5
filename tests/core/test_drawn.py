"""Drawn points: they are what is learned from, bad ones are named, and drawing goes on with what was learned."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment, InvalidExperiment, Trainer

CORNERS = [[-2, -2, 0], [2, 2, 0], [-2, 2, 1], [2, -2, 1]]
KINDS = ["drawn", "drawn_values", "drawn_curve"]


def experiment(points: Any, **others: Any) -> Experiment:
    data = {"kind": "drawn", "points": points, "test_fraction": 0.25, **others}
    return Experiment.parse({"data": data, "batch_size": 4})


def problem(points: Any, **others: Any) -> str:
    with pytest.raises(InvalidExperiment) as refused:
        experiment(points, **others)
    return str(refused.value)


def spread(count: int, seed: int = 1) -> list[list[float]]:
    """Points anywhere on the map, of one class and the other by turns."""
    places = np.random.default_rng(seed).uniform(-3, 3, (count, 2)).round(1).tolist()
    return [[x1, x2, number % 2] for number, (x1, x2) in enumerate(places)]


def kept_aside(of: Experiment) -> dict[tuple[float, ...], bool]:
    """Each place, and whether it is kept aside."""
    data = Trainer(of).data
    return dict(zip(map(tuple, data.points.tolist()), data.is_test.tolist(), strict=True))


# --- what is drawn --------------------------------------------------------------------------------------------------


def test_points_are_where_they_were_put() -> None:
    data = Trainer(experiment(CORNERS)).data
    assert np.c_[data.points, data.targets].tolist() == CORNERS


def test_points_are_kept_as_a_text_that_means_the_same_points() -> None:
    written: Any = experiment(CORNERS).data
    assert isinstance(written.points, str) and len(written.points) == 5 * len(CORNERS)
    assert experiment(written.points).data == written


numbers = st.floats(-5.12, 5.1175)


@given(st.lists(st.tuples(numbers, numbers, st.integers(0, 9)), min_size=4, max_size=20))
def test_a_place_is_rounded_by_a_hair_and_a_class_never(points: list[tuple[float, float, int]]) -> None:
    points[0], points[1] = (*points[0][:2], 0), (*points[1][:2], 1)
    data = Trainer(experiment(points, classes=10)).data
    np.testing.assert_allclose(data.points, np.array(points)[:, :2], atol=0.00126)
    assert data.targets.tolist() == [label for _, _, label in points]


def test_values_and_heights_are_kept_to_a_thousandth() -> None:
    surface = Experiment.parse({"data": {"kind": "drawn_values", "points": [[x, 0, x / 3] for x in range(-3, 4)]}})
    curve = Experiment.parse({"data": {"kind": "drawn_curve", "points": [[x, x / 3] for x in range(-3, 4)]}})
    for drawn in (surface, curve):
        np.testing.assert_allclose(Trainer(drawn).data.targets, np.arange(-3, 4) / 3, atol=0.00051)


@pytest.mark.parametrize("kind", KINDS)
def test_the_usual_points_can_be_learned(kind: str) -> None:
    trainer = Trainer(Experiment.parse({"data": kind}))
    before = trainer.metrics()["train_loss"]
    trainer.advance(epochs=100)
    assert trainer.metrics()["train_loss"] < before / 2


def test_five_hundred_points_fit_in_a_link() -> None:
    data: Any = experiment(spread(500)).data
    assert len(data.points) == 2500


# --- what cannot be drawn -------------------------------------------------------------------------------------------

BAD_POINTS: dict[str, tuple[Any, str]] = {
    "too few": (CORNERS[:3], "expected 4 to 500 points, got 3"),
    "too many": (spread(501), "expected 4 to 500 points, got 501"),
    "one class": ([[0, x, 1] for x in range(4)], "expected points of at least two classes, got one class only"),
    "half a class": ([*CORNERS, [0, 0, 0.5]], "the class of point 5 to be a whole number from 0 to 9, got 0.5"),
    "NaN": ([*CORNERS, [0, math.nan, 0]], "expected x2 of point 5 to be from -5.12 to 5.1175, got nan"),
    "far away": ([*CORNERS, [1e9, 0, 0]], "expected x1 of point 5 to be from -5.12 to 5.1175, got 1000000000.0"),
    "farther": ([*CORNERS, [10**400, 0, 0]], "got a number of 401 digits"),
    "no number": ([*CORNERS, [True, "0", 0]], "expected x1 of point 5 to be from -5.12 to 5.1175, got true"),
    "no class": ([*CORNERS, [0, 0]], "expected [x1, x2, class] as point 5, got a list of 2 items"),
    "no point": ([*CORNERS, 0], "expected [x1, x2, class] as point 5, got 0"),
    "half a point": ("AAAAAAA", "expected 5 letters for each point, got 7 letters in all"),
    "a strange letter": ("AAAA%" * 4, 'expected letters, digits, - and _ of drawn points, got "%"'),
    "a long text": ("A" * 2505, "expected text of at most 2500 characters, got text of 2,505 characters"),
    "no text": (7, "expected text of at most 2500 characters, got 7"),
}


@pytest.mark.parametrize("case", BAD_POINTS)
def test_bad_points_are_refused_by_name(case: str) -> None:
    points, sentence = BAD_POINTS[case]
    message = problem(points)
    assert message.startswith("data.points: expected") and sentence in message


@given(st.text(max_size=60))
def test_any_text_is_points_or_is_refused(text: str) -> None:
    try:
        data: Any = experiment(text, classes=10).data
        assert data.points == text
    except InvalidExperiment as refused:
        assert {field for field, _ in refused.problems} <= {"data.points", "data.classes"}


def test_points_of_more_classes_than_there_are_name_the_number_of_classes() -> None:
    assert problem([*CORNERS, [0, 0, 2]]) == "data.classes: expected at least 3 classes for the drawn points, got 2"


# --- while it is drawn ----------------------------------------------------------------------------------------------


def test_another_point_leaves_the_others_where_they_are_in_the_split() -> None:
    before, after = (kept_aside(experiment(spread(count))) for count in (60, 61))
    assert sum(after[place] != is_test for place, is_test in before.items()) <= 1


def test_a_seed_chooses_the_split_and_the_share_is_kept() -> None:
    def split(seed: int) -> Any:
        document = experiment(spread(100)).model_dump()
        return Trainer(Experiment.parse({**document, "seeds": {"split": seed}})).data.is_test

    assert [split(seed).sum() for seed in (1, 2, 3)] == [25, 25, 25]
    assert not np.array_equal(split(1), split(2))
    assert np.array_equal(split(1), split(1))


def test_training_goes_on_as_points_come_and_go() -> None:
    trainer = Trainer(experiment(spread(60)))
    trainer.advance(epochs=20)
    weights, step = trainer.weights, trainer.step
    for count in (61, 58):
        change = trainer.change(experiment(spread(count)))
        assert not change.restarted and trainer.step == step and not is_mixed(trainer)
        assert all(np.array_equal(now, before) for now, before in zip(trainer.weights, weights, strict=True))


def test_drawing_over_a_data_set_goes_on_with_what_was_learned_of_it() -> None:
    trainer = Trainer(Experiment.parse({"data": "circle"}))
    trainer.advance(epochs=20)
    data = trainer.data
    shown = [[*map(float, point), int(label)] for point, label in zip(data.points, data.targets, strict=True)]
    weights = trainer.weights
    drawn = trainer.experiment.model_copy(update={"data": experiment(shown).data})
    assert not trainer.change(drawn).restarted
    assert all(np.array_equal(now, before) for now, before in zip(trainer.weights, weights, strict=True))


def test_a_test_by_samples_that_were_learned_from_is_said_to_be_one_until_all_begins_anew() -> None:
    trainer = Trainer(Experiment.parse({"data": "circle"}))
    assert is_mixed(trainer) is False
    trainer.advance(epochs=1)
    data = trainer.data
    shown = [[*map(float, point), int(label)] for point, label in zip(data.points, data.targets, strict=True)]
    trainer.change(trainer.experiment.model_copy(update={"data": experiment(shown).data}))
    assert is_mixed(trainer) and is_mixed(Trainer.restore(trainer.snapshot()))
    trainer.reset()
    assert not is_mixed(trainer)


def is_mixed(trainer: Trainer) -> bool:
    return any("were learned from before" in note for note in trainer.notes)


@pytest.mark.parametrize("data", ["drawn_values", "blobs", {"kind": "drawn", "classes": 3}], ids=str)
def test_other_data_than_drawn_over_start_anew(data: Any) -> None:
    trainer = Trainer(Experiment.parse({"data": "drawn"}))
    trainer.advance(epochs=2)
    assert trainer.change(Experiment.parse({"data": data})).restarted


def test_drawn_points_are_all_in_a_snapshot() -> None:
    trainer = Trainer(experiment(spread(40)))
    trainer.advance(epochs=3, samples=2)
    again = Trainer.restore(trainer.snapshot())
    again.advance(epochs=3)
    trainer.advance(epochs=3)
    assert all(np.array_equal(now, before) for now, before in zip(again.weights, trainer.weights, strict=True))
