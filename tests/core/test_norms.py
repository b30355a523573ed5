"""Norms tell how large weights and gradients were at each kept moment, a few moments at a time, and of one way only."""

import tracemalloc

import numpy as np
import pytest

from core import Experiment, Moment, Norms, Timeline, Trainer
from core.norms import MOST_AT_ONCE, MOST_PLACES, thinned

SMALL = {"data": {"kind": "circle", "samples": 60}, "network": {"layers": [{"kind": "dense", "units": 3}]}}


def fresh(**parts: object) -> Trainer:
    return Trainer(Experiment.parse({**SMALL, **parts}))


def recorded(trainer: Trainer, moments: int, timeline: Timeline | None = None) -> Timeline:
    timeline = timeline or Timeline()
    for _ in range(moments):
        timeline.keep(trainer)
        trainer.advance(updates=1)
    return timeline


def seen(norms: Norms, trainer: Trainer, timeline: Timeline, way: int = 0) -> dict[str, np.ndarray]:
    """All that there is to be seen, looked at as often as it takes."""
    for _ in range(MOST_PLACES):
        info, arrays = norms.picture(trainer, timeline.moments, way)
        if info["norms"]["is_whole"]:
            return arrays
    raise AssertionError("it never ends")


@pytest.mark.parametrize("optimizer", ["adam", "averaged_sgd"])
def test_the_norms_are_those_of_each_moment(optimizer: str) -> None:
    trainer = fresh(optimizer=optimizer)
    timeline = recorded(trainer, 20)
    arrays = seen(Norms(), trainer, timeline)
    assert arrays["norms/steps"].tolist() == [*range(21)]
    for place, step in enumerate([*range(20), 20]):
        there = timeline.seek(step)
        statistics = there.frame(["statistics"]).info["statistics"]
        assert arrays["norms/weights"][place] == pytest.approx([layer["weight_norm"] for layer in statistics])
        if optimizer == "adam":  # health is that of the parameters that are trained
            assert arrays["norms/gradients"][place] == pytest.approx([layer.gradient_norm for layer in there.health()])


def test_what_looks_at_large_images_goes_over_no_more_of_them_than_there_is_memory_for() -> None:
    layers = [{"kind": "conv2d", "filters": 16}, {"kind": "max_pool"}, {"kind": "conv2d", "filters": 32}]
    trainer = Trainer(
        Experiment.parse({"data": {"kind": "shapes", "side": 32, "samples": 1000}, "network": {"layers": layers}})
    )
    timeline = recorded(trainer, 1)
    tracemalloc.start()
    trainer.health()
    seen(Norms(), trainer, timeline)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 400 * 2**20


def test_one_look_measures_but_a_few_moments_from_all_over_the_way() -> None:
    trainer = fresh()
    timeline = recorded(trainer, 100)
    info, arrays = Norms().picture(trainer, timeline.moments, 0)
    assert not info["norms"]["is_whole"]
    assert len(arrays["norms/steps"]) <= MOST_AT_ONCE + 1
    assert np.diff(arrays["norms/steps"]).max() <= 2 * 100 / MOST_AT_ONCE


def test_a_moment_is_measured_once() -> None:
    trainer, norms = fresh(), Norms()
    timeline = recorded(trainer, 50)
    seen(norms, trainer, timeline)
    unreadable = [Moment(moment.step, moment.snapshot[:64]) for moment in timeline.moments]
    assert len(norms.picture(trainer, unreadable, 0).arrays["norms/steps"]) == 51


def test_an_unreadable_moment_is_left_out() -> None:
    trainer = fresh()
    timeline = recorded(trainer, 3)
    broken = Moment(1, timeline.moments[1].snapshot[:-1])
    first, _, last = timeline.moments
    info, arrays = Norms().picture(trainer, [first, broken, last], 0)
    assert info["norms"]["is_whole"]
    assert arrays["norms/steps"].tolist() == [0, 2, 3]


def test_however_long_the_way_only_so_many_places_are_shown() -> None:
    way = {step: step for step in range(0, 100_000, 7)}
    for length in (10, 1000, len(way)):
        part = thinned(dict([*way.items()][:length]))
        assert MOST_PLACES // 2 <= len(part) <= MOST_PLACES or length == len(part)
    assert set(thinned(way)) <= set(thinned(dict([*way.items()][: len(way) // 3]))) | set(range(33_000, 100_000))


def test_looks_between_moments_stay_until_another_way_is_taken() -> None:
    trainer, norms = fresh(), Norms()
    timeline = recorded(trainer, 1)
    for _ in range(4):
        trainer.advance(updates=1)
        norms.picture(trainer, timeline.moments, 0)
    assert seen(norms, trainer, timeline)["norms/steps"].tolist() == [0, 2, 3, 4, 5]
    assert seen(norms, timeline.seek(3), timeline, way=1)["norms/steps"].tolist() == [0, 3]


def test_moments_of_another_structure_are_left_out_and_those_of_other_data_are_not() -> None:
    trainer, norms = fresh(), Norms()
    timeline = recorded(trainer, 3)
    trainer.change(fresh(data={"kind": "circle", "samples": 60, "noise": 0.2}).experiment)
    timeline = recorded(trainer, 3, timeline)
    assert len(seen(norms, trainer, timeline)["norms/steps"]) == 7
    layers = [{"kind": "dense", "units": 3}] * 2
    trainer.change(Experiment.parse({**trainer.experiment.model_dump(), "network": {"layers": layers}}))
    timeline.keep(trainer, is_changed=True)
    trainer.advance(updates=1)
    assert seen(norms, trainer, timeline)["norms/weights"].shape == (2, 3)
