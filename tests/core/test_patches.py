"""Receptive fields, and the patches of the training images that excite a channel most."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core import Experiment, InvalidExperiment, Trainer
from core.forward import ForwardPass
from core.probes.receptive_field import Field, receptive_fields
from tests.core.passes import of_all


def stages_of(*layers: dict[str, Any]) -> Any:
    return Experiment.parse({"data": {"kind": "digits", "samples": 100}, "network": {"layers": list(layers)}}).stages


def conv(kernel: int = 3, padding: str = "same", activation: str = "tanh") -> dict[str, Any]:
    return {"kind": "conv2d", "filters": 2, "kernel": kernel, "padding": padding, "activation": activation}


POOL: dict[str, Any] = {"kind": "average_pool", "size": 2}


@pytest.mark.parametrize(
    ("layers", "wanted"),
    [
        ([conv(3)], Field(-1, 3, 1)),
        ([conv(3, "valid")], Field(0, 3, 1)),
        ([conv(2)], Field(0, 2, 1)),  # an even kernel reaches further down and to the right
        ([conv(4)], Field(-1, 4, 1)),
        ([POOL], Field(0, 2, 2)),
        ([conv(3), POOL], Field(-1, 4, 2)),
        ([conv(3), POOL, conv(3)], Field(-3, 8, 2)),
        ([conv(3), POOL, conv(3), POOL], Field(-3, 10, 4)),
        ([conv(3), conv(3)], Field(-2, 5, 1)),
        ([conv(5), {"kind": "residual", "skips": 1}], Field(-2, 5, 1)),
        ([conv(3), {"kind": "batch_norm"}, {"kind": "dropout"}], Field(-1, 3, 1)),
        ([conv(3), {"kind": "layer_norm"}], None),
        ([conv(3), {"kind": "flatten"}], None),
        ([conv(3), {"units": 4}], None),
    ],
)
def test_fields_by_hand(layers: list[dict[str, Any]], wanted: Field | None) -> None:
    assert receptive_fields(stages_of(*layers))[len(layers) - 1] == wanted


LAYERS = st.one_of(
    st.builds(conv, st.integers(1, 4), st.sampled_from(["same", "valid"])),
    st.builds(lambda size: {"kind": "average_pool", "size": size}, st.integers(2, 3)),
    st.builds(lambda size: {"kind": "max_pool", "size": size}, st.integers(2, 3)),
    st.just({"kind": "batch_norm"}),
    st.builds(lambda skips: {"kind": "residual", "skips": skips}, st.integers(1, 2)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LAYERS, min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_what_is_outside_of_a_field_changes_nothing_and_its_edges_do(layers: list[dict[str, Any]], seed: int) -> None:
    """Each pixel of the image is changed by itself. Where the map's pixel changes is the field within the image; a
    largest value may leave a pixel of it alone."""
    try:
        stages = stages_of(*layers)
    except InvalidExperiment:
        assume(False)
    chance = np.random.default_rng(seed)
    vector = chance.normal(size=sum(stage.parameters for stage in stages))
    running = np.concatenate([stage.running_start for stage in stages])
    image = chance.uniform(size=64)
    layer = len(layers) - 1
    changed = np.concatenate([image[None], image + chance.choice([-0.5, 0.5], 64)[:, None] * np.eye(64)])
    forward = ForwardPass(stages, changed, np.float64)
    given = of_all(forward, np.concatenate([vector, running]), forward.activations[layer])
    channels, rows, columns = stages[layer].giving
    maps = given.reshape(channels, rows, columns, 65)
    field = receptive_fields(stages)[layer]
    assert field is not None
    row, column = chance.integers(rows), chance.integers(columns)
    seen = np.any(maps[:, row, column, 1:] != maps[:, row, column, :1], axis=0).reshape(8, 8)
    (top, bottom), (left, right) = field.of(int(row)), field.of(int(column))
    inside = np.zeros((8, 8), bool)
    inside[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = True
    assert not np.any(seen & ~inside)
    if all(each["kind"] in ("conv2d", "average_pool") for each in layers):
        np.testing.assert_array_equal(seen, inside)


NETWORK = {"layers": [conv(3, activation="relu"), {"kind": "max_pool"}, conv(3, activation="relu")]}


def trained() -> Trainer:
    trainer = Trainer(Experiment.parse({"data": {"kind": "digits", "samples": 300}, "network": NETWORK}))
    trainer.advance(epochs=3)
    return trainer


def maps_of(trainer: Trainer, images: Any, layer: int) -> Any:
    """(channels, rows, columns, images)"""
    forward = ForwardPass(trainer.experiment.stages, images, np.float64)
    vector = np.concatenate([trainer.states["parameters"], trainer.states["running"]])
    given = of_all(forward, vector, forward.activations[layer])
    return given.reshape(*trainer.experiment.stages[layer].giving, -1)


@pytest.mark.parametrize(("unit", "layer", "channel"), [(0, 0, 0), (1, 0, 1), (3, 1, 1), (5, 2, 1)])
def test_they_are_the_training_images_that_excite_a_channel_most(unit: int, layer: int, channel: int) -> None:
    trainer = trained()
    arrays = trainer.frame([f"patches:{unit}"]).arrays
    samples, activations = arrays[f"patches:{unit}/samples"], arrays[f"patches:{unit}/activations"]
    train = np.flatnonzero(~trainer.data.is_test)
    largest = maps_of(trainer, trainer.data.points[train], layer)[channel].max(axis=(0, 1))
    np.testing.assert_allclose(activations, np.sort(largest)[::-1][:9], rtol=1e-4)
    assert len(set(samples)) == 9 and set(samples) <= set(train)
    again = dict(zip(train, largest, strict=True))
    np.testing.assert_allclose(activations, [again[sample] for sample in samples], rtol=1e-4)


@pytest.mark.parametrize(("unit", "layer", "channel"), [(0, 0, 0), (2, 1, 0), (4, 2, 0)])
def test_the_patch_alone_excites_the_channel_as_much(unit: int, layer: int, channel: int) -> None:
    """All that lies outside of the patch is taken away: at one place the channel is excited as before."""
    trainer = trained()
    arrays = trainer.frame([f"patches:{unit}"]).arrays
    for sample, activation, (top, bottom, left, right) in zip(
        *(arrays[f"patches:{unit}/{name}"] for name in ("samples", "activations", "edges")), strict=True
    ):
        image = trainer.data.points[sample].reshape(8, 8)
        alone = np.zeros((8, 8))
        patch = slice(max(0, top), bottom), slice(max(0, left), right)
        alone[patch] = image[patch]
        found = maps_of(trainer, alone.reshape(1, 64), layer)[channel]
        assert np.isclose(found, activation, rtol=1e-4).any()


def test_a_unit_that_is_no_channel_has_none() -> None:
    assert trained().frame(["patches:6"]).arrays == {}
