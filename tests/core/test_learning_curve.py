"""The learning curve: all models see the same parts of the data, and are tested by the same samples."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from core import Experiment, InvalidExperiment, Trainer, learning_curves
from core.data import DATASETS, prepared
from core.flat import flat_models
from core.learning_curve import LearningCurve, Point, explained

WITH_TARGETS = [kind for kind in DATASETS if kind.task != "autoencoder"]
MANY = [kind for kind in WITH_TARGETS if not kind.is_drawn]
"""Of the drawn points there are too few until somebody draws more."""
DEEP = {"layers": [{"units": 256}] * 9}
SMALL = {"network": {"layers": [{"kind": "dense", "units": 4}]}}


def curve(data: Any = "table_classes", **more: Any) -> LearningCurve:
    return LearningCurve.parse({"experiment": {"data": data, **SMALL}, "sizes": 3, "epochs": 5, "repeats": 2, **more})


def test_smaller_parts_lie_within_larger_ones_and_the_test_samples_stay() -> None:
    study = curve("circle")
    parts = [study.part(count, 1) for count in study.counts]
    assert study.counts[0] == 10 and study.counts[-1] == int(np.sum(~parts[-1].is_test))
    for part, count in zip(parts, study.counts, strict=True):
        assert int(np.sum(~part.is_test)) == count
        np.testing.assert_array_equal(part.points[part.is_test], parts[0].points[parts[0].is_test])
    for small, large in pairwise(parts):
        own = {tuple(point) for point in small.points[~small.is_test]}
        assert own < {tuple(point) for point in large.points[~large.is_test]}
    other = study.part(10, 0)
    assert not np.array_equal(other.points[~other.is_test], parts[0].points[~parts[0].is_test])


def test_the_smallest_part_has_every_class() -> None:
    part = curve("digits").part(10, 0)
    assert sorted(part.targets[~part.is_test]) == list(range(10))


def test_with_all_samples_the_network_is_the_experiment_itself() -> None:
    study = curve("circle", repeats=1)
    trainer = Trainer(study.experiment)
    trainer.advance(epochs=study.epochs)
    score = study.score(Point("network", "raw", study.counts[-1], 0))
    assert score.test == trainer.metrics()["test_accuracy"]


def test_a_score_is_the_same_each_time() -> None:
    study = curve()
    for point in study.points[:6]:
        assert study.score(point) == study.score(point)


def test_a_line_explains_a_line_and_the_mean_explains_nothing() -> None:
    plane = curve({"kind": "plane", "noise": 0}, models=["linear"], inputs=["raw"], repeats=1)
    assert plane.score(plane.points[-1]).test == pytest.approx(1)
    right = np.array([1.0, 2.0, 3.0])
    assert (explained(right, right), explained(np.full(3, 2.0), right)) == (1, 0)


def test_a_line_needs_features_to_tell_a_circle_and_a_network_does_not() -> None:
    experiment = {"data": {"kind": "circle", "samples": 400}}
    study = LearningCurve.parse({"experiment": experiment, "models": ["network", "linear"], "sizes": 2, "repeats": 1})
    all_of_it = {(point.model, point.inputs): study.score(point).test for point in study.points[-3:]}
    assert all_of_it["linear", "raw"] < 0.7
    assert all_of_it["linear", "engineered"] > 0.9
    assert all_of_it["network", "raw"] > 0.9


@pytest.mark.parametrize("kind", MANY, ids=lambda kind: kind.__name__)
def test_every_model_learns_from_every_data_set(kind: Any) -> None:
    task = kind.task
    study = curve({"kind": kind().kind}, models=["network", *flat_models(task)], sizes=2, repeats=1, epochs=1)
    for point in study.points[: len(study.series)]:
        score = study.score(point)
        assert np.isfinite(score.test) and score.test <= 1 and score.train <= 1


@pytest.mark.parametrize("kind", WITH_TARGETS, ids=lambda kind: kind.__name__)
def test_every_data_set_has_engineered_features(kind: Any) -> None:
    dataset = kind()
    points = prepared(dataset, 1, 1).points
    features = dataset.engineered(points)
    assert features.ndim == 2 and len(features) == len(points) and np.isfinite(features).all()
    assert features.shape[1] >= min(3, points.shape[1])


@pytest.mark.parametrize(
    ("document", "place", "said"),
    [
        ({"experiment": {"data": "unlabelled_digits"}}, "experiment.data", "something to be told"),
        ({"experiment": {"data": "sine"}, "models": ["naive_bayes"]}, "models.0", "tells classes only"),
        ({"models": ["network", "network"]}, "models", "once"),
        ({"models": ["oracle"]}, "models.0", "expected one of"),
        ({"sizes": 100}, "sizes", "from 2 to 12"),
        ({"experiment": {"data": {"kind": "circle", "samples": 20}}}, "experiment.data", "at least 20"),
        ({"epochs": 1000, "experiment": {"data": "digits", "network": DEEP}}, "epochs", "long"),
    ],
)
def test_what_cannot_be_learned_is_refused_at_its_place(document: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(InvalidExperiment) as found:
        LearningCurve.parse(document)
    problem = found.value.problems[0]
    assert (problem.field, said in problem.message) == (place, True), problem


def test_the_experiment_is_any_experiment() -> None:
    assert curve().experiment == Experiment.parse({"data": "table_classes", **SMALL})


def test_the_stories_show_what_they_say() -> None:
    def best(name: str, samples: int, *series: str) -> float:
        curve = learning_curves[name].curve
        near = min(curve.counts, key=lambda count: abs(count - samples))
        return curve.score(Point(*series, near, 0)).test  # type: ignore[arg-type]

    assert best("digits", 1258, "linear", "raw") > best("digits", 1258, "network", "raw") - 0.02
    assert best("digits", 1258, "decision_tree", "raw") < best("digits", 182, "network", "raw")
    assert best("circle", 700, "linear", "raw") < 0.7 < 0.95 < best("circle", 55, "linear", "engineered")
    assert best("shapes", 1050, "network", "raw") > best("shapes", 1050, "linear", "engineered") + 0.03
    assert best("shapes", 10, "network", "raw") < best("shapes", 10, "linear", "engineered") + 0.05
    assert best("hills", 100, "network", "raw") > 0.7 > 0.5 > best("hills", 100, "decision_tree", "raw")
    assert best("hills", 521, "decision_tree", "raw") > 0.8
