"""The loss landscape: planes through weight space, the loss over them, and the paths of runs on them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Experiment, LossLandscape, Moment, Timeline, Trainer, WeightPath, path_of
from core.gradient import GradientPass
from core.network import split
from core.norms import MOST_PLACES
from core.probes.landscape import filter_normalised, fitting, orthonormal, principal
from core.step import coded
from tests.core.any_experiment import experiments

SMALL = {"data": {"kind": "circle", "samples": 60}, "network": {"layers": [{"kind": "dense", "units": 3}]}}
KINDS = ["path", "random", "gradient"]


def fresh(**parts: Any) -> Trainer:
    return Trainer(Experiment.parse({**SMALL, **parts}))


def recorded(trainer: Trainer, moments: int, timeline: Timeline | None = None) -> Timeline:
    timeline = timeline or Timeline()
    for _ in range(moments):
        timeline.keep(trainer)
        trainer.advance(updates=3)
    return timeline


def finished(landscape: LossLandscape) -> LossLandscape:
    pieces = 0
    while landscape.advance():
        pieces += 1
    assert pieces < 20_000 and landscape.is_whole
    return landscape


def drawn(trainer: Trainer, timeline: Timeline, **options: Any) -> LossLandscape:
    return finished(LossLandscape(trainer, timeline.moments, **{"sides": (5,), **options}))


# the path


@pytest.mark.parametrize("optimizer", ["sgd", "averaged_sgd"])
@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("between", ["dense", "batch_norm", "dropout"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_loss_at_the_paths_own_points_is_the_recorded_one(
    kind: str, between: str, precision: str, optimizer: str
) -> None:
    layers = [{"kind": "dense", "units": 3}, {"kind": between}, {"kind": "dense", "units": 3}]
    trainer = fresh(network={"layers": layers}, precision=precision, optimizer=optimizer)
    timeline = recorded(trainer, 6)
    landscape = drawn(trainer, timeline, kind=kind, sides=(3,))
    assert landscape.paths[0].steps.tolist() == [*range(0, 21, 3)]
    recorded_losses = [timeline.seek(step).metrics()["train_loss"] for step in range(0, 18, 3)]
    np.testing.assert_allclose(landscape.path_losses[0][:-1], recorded_losses, atol=1e-9)
    assert landscape.path_losses[0][-1] == pytest.approx(trainer.metrics()["train_loss"], abs=1e-9)
    assert landscape.loss_at(0, 0) == landscape.path_losses[0][-1]


@given(experiments(), st.sampled_from(KINDS))
@settings(max_examples=30, deadline=None)
def test_of_any_network_the_planes_origin_is_where_the_run_is(experiment: Experiment, kind: str) -> None:
    trainer = Trainer(experiment)
    timeline = recorded(trainer, 3)
    landscape = drawn(trainer, timeline, kind=kind, sides=(2,))
    present = landscape.paths[0].present
    np.testing.assert_allclose(landscape.path_places[0][present], [0, 0], atol=1e-9)
    loss = trainer.metrics()["train_loss"]
    near = 1e-9 if experiment.precision == "float64" else 1e-6  # they go over the samples in other batches
    assert landscape.loss_at(0, 0) == pytest.approx(loss if np.isfinite(loss) else np.inf, rel=near, abs=near)
    assert not np.isnan(landscape.losses).any()
    assert 0 <= landscape.kept_variance[0] <= 1 + 1e-9


def test_of_a_long_way_a_part_is_taken_and_of_wide_layers_a_smaller_one(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = fresh()
    timeline = recorded(trainer, 200)
    assert MOST_PLACES / 2 <= len(path_of(trainer, timeline.moments).steps) <= MOST_PLACES + 1
    monkeypatch.setattr("core.probes.landscape.MOST_NUMBERS", 13 * 20)
    assert len(path_of(trainer, timeline.moments).steps) <= 21


def test_moments_of_another_architecture_and_unreadable_ones_are_left_out() -> None:
    trainer = fresh()
    timeline = recorded(trainer, 2)
    other = [{"kind": "dense", "units": 2}, {"kind": "dense", "units": 1}]
    trainer.change(Experiment.parse({**SMALL, "network": {"layers": other}}))
    timeline = recorded(trainer, 2, timeline)
    *_, last = timeline.moments
    moments = [*timeline.moments, Moment(last.step + 1, last.snapshot[:-1])]
    assert path_of(trainer, moments).steps.tolist() == [6, 9, 12]


def test_of_a_run_that_has_gone_back_what_lies_ahead_is_on_the_path_too() -> None:
    trainer = fresh()
    timeline = recorded(trainer, 6)
    path = path_of(timeline.seek(7), timeline.moments)
    assert path.steps.tolist() == [0, 3, 6, 7, 9, 12, 15] and path.steps[path.present] == 7


# the planes


@pytest.mark.parametrize("count", [1, 2, 20])
def test_the_plane_of_a_straight_path_keeps_all_of_it(count: int) -> None:
    trainer, timeline = fresh(), Timeline()
    steps = np.random.default_rng(0).normal(size=13)
    for _ in range(count):
        timeline.keep(trainer)
        trainer.advance(updates=1)
        ends = split(steps * trainer.step, trainer.experiment.stages)
        trainer.set_weights([block + end for block, end in zip(timeline.seek(0).weights, ends, strict=True)])
    landscape = drawn(trainer, timeline)
    assert landscape.kept_variance == [pytest.approx(1)]
    places = landscape.path_places[0]
    np.testing.assert_allclose(places[:, 1], 0, atol=1e-9)
    assert (np.diff(places[:, 0]) > 0).all()  # it comes from the left


@given(st.integers(3, 40), st.integers(3, 60), st.integers(0, 100))
@settings(deadline=None)
def test_the_principal_directions_are_those_of_the_singular_value_decomposition(
    moments: int, size: int, seed: int
) -> None:
    points = np.random.default_rng(seed).normal(size=(moments, size)) * np.geomspace(10, 0.1, size)
    directions = orthonormal(principal(points), np.random.default_rng(0))
    _, values, expected = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    alike = np.abs(np.sum(directions * expected[:2], axis=1))
    gaps = values[:2] / np.append(values, 0)[1:3]
    assert (alike[gaps > 1.05] > 1 - 1e-6).all() or gaps[0] <= 1.05
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-9)


def test_no_plane_keeps_more_of_a_path_than_its_principal_one() -> None:
    trainer = fresh(optimizer="adam")
    timeline = recorded(trainer, 30)
    shares = {kind: drawn(trainer, timeline, kind=kind, sides=(2,)).kept_variance[0] for kind in KINDS}
    assert shares["path"] > 0.9
    assert shares["path"] >= max(shares.values())


@pytest.mark.parametrize("between", ["dense", "batch_norm", "layer_norm"])
def test_in_a_random_direction_each_units_weights_are_as_long_as_they_are(between: str) -> None:
    trainer = fresh(network={"layers": [{"kind": "dense", "units": 5}, {"kind": between}]})
    trainer.advance(epochs=3)
    stages, parameters = trainer.experiment.stages, trainer.states["parameters"]
    direction = filter_normalised(parameters, stages, np.random.default_rng(0))
    for stage, drawn_block, block in zip(stages, split(direction, stages), split(parameters, stages), strict=True):
        if stage.layer.has_weights:
            np.testing.assert_allclose(
                np.linalg.norm(drawn_block[:, :-1], axis=1), np.linalg.norm(block[:, :-1], axis=1)
            )
            assert not drawn_block[:, -1].any()
        else:
            assert not drawn_block.any()


def test_a_seed_chooses_the_random_plane() -> None:
    trainer = fresh()
    timeline = recorded(trainer, 3)
    first, again, other = (drawn(trainer, timeline, kind="random", seed=seed).losses for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_weights_that_are_all_0_have_a_plane_all_the_same() -> None:
    trainer = fresh()
    trainer.set_weights([0 * block for block in trainer.weights])
    for kind in KINDS:
        landscape = drawn(trainer, Timeline(), kind=kind)
        plane = landscape.plane
        assert plane and landscape.kept_variance == [1]
        np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-9)


def test_the_plane_of_the_gradient_has_the_gradient_and_the_sharpest_direction_in_it() -> None:
    trainer = fresh()
    trainer.advance(epochs=2)
    plane = drawn(trainer, Timeline(), kind="gradient").plane
    inputs, targets = trainer.data.train
    gradient = GradientPass(trainer.experiment, inputs, coded(targets, trainer.experiment)).run(plane.origin)
    np.testing.assert_allclose(plane.directions[0], gradient / np.linalg.norm(gradient), atol=1e-9)
    sharpest = trainer.curvature().direction
    np.testing.assert_allclose(plane.directions.T @ (plane.directions @ sharpest), sharpest, atol=1e-6)


def test_along_the_sharpest_direction_the_loss_of_a_linear_regression_is_its_parabola() -> None:
    parts = {"data": "plane", "network": {"layers": []}, "loss": "half_squared_error", "output": "linear"}
    trainer = fresh(**parts)
    landscape = drawn(trainer, Timeline(), kind="gradient", window=(-1.0, 1.0, -2.0, 2.0))
    inputs, targets = trainer.data.train
    x = np.column_stack([inputs, np.ones(len(inputs))])
    for row, b in enumerate(np.linspace(-2, 2, 5)):
        for column, a in enumerate(np.linspace(-1, 1, 5)):
            weights = landscape.plane.origin + np.array([a, b]) @ landscape.plane.directions
            assert landscape.losses[row, column] == pytest.approx(0.5 * np.mean((x @ weights - targets) ** 2))


# the drawing


def test_it_becomes_finer_a_piece_at_a_time_and_says_how_far_it_is() -> None:
    trainer = fresh()
    timeline = recorded(trainer, 3)
    landscape = LossLandscape(trainer, timeline.moments)
    sides, done = [], []
    while landscape.advance():
        info, arrays = landscape.picture()
        sides.append(len(arrays["landscape/losses"]))
        done.append(info["landscape"]["done"])
    info, arrays = landscape.picture()
    assert [*dict.fromkeys(sides)] == [0, 25] and arrays["landscape/losses"].shape == (101, 101)
    assert done == sorted(done) and info["landscape"]["done"] == 1 and info["landscape"]["is_whole"]
    assert arrays["landscape/0/places"].shape == (4, 2) and arrays["landscape/0/losses"].shape == (4,)


def test_drawing_it_changes_nothing_and_the_trainer_may_go_on() -> None:
    trainer, other = fresh(), fresh()
    timeline = recorded(trainer, 3)
    recorded(other, 3)
    landscape = LossLandscape(trainer, timeline.moments, kind="gradient", sides=(5,))
    expected = drawn(trainer, timeline, kind="gradient").losses
    while landscape.advance():
        trainer.advance(updates=1)
        other.advance(updates=1)
    assert trainer.snapshot() == other.snapshot()
    np.testing.assert_array_equal(landscape.losses, expected)


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=1), st.floats(0.01, 10))
def test_the_window_holds_the_path_and_the_origin_and_is_not_flat(
    places: list[tuple[float, float]], least: float
) -> None:
    left, right, bottom, top = fitting(np.array(places), least)
    held = np.array([*places, (-least, -least), (least, least)])
    assert (held >= np.array([left, bottom]) - 1e-9).all() and (held <= np.array([right, top]) + 1e-9).all()
    assert max(right - left, top - bottom) <= 3.001 * min(right - left, top - bottom)


def test_where_the_loss_is_no_number_it_is_infinite() -> None:
    trainer = fresh(data="plane", network={"layers": []}, loss="half_squared_error", output="linear")
    landscape = drawn(trainer, Timeline(), kind="random", window=(-1e200, 1e200, -1.0, 1.0), sides=(3,))
    assert np.isinf(landscape.losses[:, [0, 2]]).all() and np.isfinite(landscape.losses[:, 1]).all()


def test_a_trainer_that_has_gone_on_has_its_place_on_the_plane() -> None:
    trainer = fresh()
    timeline = recorded(trainer, 5)
    landscape = LossLandscape(trainer, timeline.moments, sides=(3,))
    assert landscape.place_of(trainer) is None
    with pytest.raises(ValueError, match="plane: expected one that is known"):
        landscape.loss_at(0, 0)
    finished(landscape)
    assert landscape.place_of(trainer) == pytest.approx([0, 0], abs=1e-9)
    assert landscape.place_of(timeline.seek(6)) == pytest.approx(landscape.path_places[0][2])
    assert landscape.place_of(fresh(network={"layers": []})) is None


# several runs


def test_contestants_of_a_race_are_on_one_plane() -> None:
    runs = [fresh(optimizer=optimizer) for optimizer in ("sgd", "adam", "momentum")]
    timelines = [recorded(run, 10) for run in runs]
    others = [path_of(run, timeline.moments) for run, timeline in zip(runs[1:], timelines[1:], strict=True)]
    landscape = drawn(runs[0], timelines[0], others=others)
    starts = np.array([places[0] for places in landscape.path_places])
    np.testing.assert_allclose(starts, starts[[0, 0, 0]], atol=1e-9)
    for run, losses in zip(runs, landscape.path_losses, strict=True):
        assert losses[-1] == pytest.approx(run.metrics()["train_loss"], abs=1e-9)
    info = landscape.picture().info["landscape"]
    assert len(info["kept_variance"]) == 3 and info["presents"] == [10, 10, 10]


def test_networks_with_other_layers_share_no_plane() -> None:
    other = path_of(fresh(network={"layers": []}), [])
    with pytest.raises(ValueError, match=r"paths.1: expected vectors of 13 numbers like the drawn run's, got 3: only"):
        LossLandscape(fresh(), [], others=[other])


def test_a_path_of_what_are_no_numbers_is_refused() -> None:
    broken = WeightPath(np.zeros(1), np.full((1, 13), np.nan), 0)
    with pytest.raises(ValueError, match=r"paths.1: expected numbers up to 1e\+100 in size"):
        LossLandscape(fresh(), [], others=[broken])
