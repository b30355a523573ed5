"""Hidden space: the plane on which the samples of a layer are spread most, and how far apart the classes are."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from core import Experiment, Picture, Trainer, presets
from core.data.at_hand import keep
from core.data.columns import Column, Table
from core.probes.hidden_space import hidden_space, separation


def seen(experiment: Experiment, layer: int, epochs: int = 0) -> Picture:
    trainer = Trainer(experiment)
    trainer.advance(epochs=epochs)
    return trainer.frame([f"hidden:{layer}"])


def of(**parts: Any) -> Experiment:
    return Experiment.parse(parts)


def test_the_plane_is_that_of_the_first_two_principal_components() -> None:
    rng = np.random.default_rng(0)
    activations = rng.normal(size=(5, 40)) * np.array([[1], [7], [2], [3], [0.5]])
    around = activations - activations.mean(axis=1, keepdims=True)
    _, values, rows = np.linalg.svd(around.T, full_matrices=False)
    found = hidden_space(activations)
    np.testing.assert_allclose(np.abs(found.places), np.abs(around.T @ rows[:2].T), atol=1e-9)
    assert found.kept_variance == pytest.approx(np.sum(values[:2] ** 2) / np.sum(values**2))


def test_each_component_points_to_where_its_largest_unit_says_more() -> None:
    rising = np.linspace(-1, 1, 9)
    for sign in (1, -1):
        places = hidden_space(np.stack([sign * rising, 0.1 * rising**2])).places
        assert np.all(np.diff(sign * places[:, 0]) > 0)


def test_one_unit_is_a_line_and_a_dead_layer_a_point() -> None:
    line = hidden_space(np.array([[1.0, 2.0, 6.0]]))
    np.testing.assert_allclose(line.places, [[-2], [-1], [3]])
    assert line.kept_variance == 1
    dead = hidden_space(np.zeros((4, 3)))
    assert (np.any(dead.places), dead.kept_variance) == (False, 1)


def test_the_separation_is_the_share_of_the_variance_between_the_classes() -> None:
    classes = np.array([0, 0, 1, 1])
    assert separation(np.array([[0.0, 0.0, 1.0, 1.0]]), classes) == 1
    assert separation(np.array([[0.0, 1.0, 0.0, 1.0]]), classes) == 0
    assert separation(np.array([[0.0, 2.0, 2.0, 4.0]]), classes) == pytest.approx(0.5)  # 4 of 8
    assert separation(np.ones((2, 4)), classes) == 0


def test_while_a_network_learns_its_last_hidden_layer_pulls_the_classes_apart() -> None:
    digits = of(data="digits", network={"layers": [{"units": 24}, {"units": 24}]})
    before, after = (seen(digits, 1, epochs).info["hidden"]["separation"] for epochs in (0, 10))
    assert after[1] > 1.5 * before[1]
    assert after[0] < after[1] < after[2], "each layer more than the one before"


@pytest.mark.parametrize(("layer", "units"), [(0, 2), (1, 1)])
def test_a_frame_shows_a_layer_and_the_separation_of_all(layer: int, units: int) -> None:
    picture = seen(of(data="moons", network={"layers": [{"units": 3}, {"units": 1}]}), layer)
    assert picture.arrays[f"hidden:{layer}"].shape == (300, units)
    assert picture.info["hidden"]["layer"] == layer
    assert len(picture.info["hidden"]["separation"]) == 3


def test_what_has_no_classes_is_seen_without_a_separation() -> None:
    picture = seen(presets["sine"], 0)
    assert picture.info["hidden"]["separation"] is None
    assert "hidden:0" in picture.arrays


def test_of_very_many_samples_those_that_are_drawn_are_seen_and_memory_is_spared() -> None:
    rng = np.random.default_rng(0)
    table = Table((Column("x", rng.normal(size=30_000)), Column("y", rng.normal(size=30_000))))
    keep(table)
    columns = [{"name": column.name, "values": []} for column in table.columns]
    data = {"kind": "unlabelled_table", "table": table.id, "columns": columns, "label": None, "samples": 30_000}
    trainer = Trainer(of(data=data, network={"layers": [{"units": 256}, {"units": 2}, {"units": 256}]}))
    tracemalloc.start()
    try:
        arrays = trainer.frame(["hidden:0", "code"]).arrays
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (arrays["hidden:0"].shape, arrays["code"].shape) == ((3000, 2), (30_000, 2))
    assert most < 30_000 * 514 * 4 / 2, "all activations at once take twice as much"


def test_a_layer_that_is_not_there_is_left_out() -> None:
    picture = seen(presets["spiral"], 99)
    assert ("hidden" in picture.info, picture.arrays) == (False, {})
