"""Layers for images: convolution, pooling, flatten, and what others do with an image."""

from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from core import Experiment, InvalidExperiment, Trainer
from core.executors import Choice
from core.gradient import GradientPass
from core.layers import Layer
from core.network import joined
from core.spec import kinds
from core.step import TrainingStep, coded
from tests.core.layer_kinds import FOR_IMAGES, KINDS

STEP = 1e-6
ADVICE = "choose data of images, and let no dense layer come before"


def experiment(*layers: dict[str, Any] | str, **parts: Any) -> Experiment:
    return Experiment.parse({"data": {"kind": "digits", "samples": 100}, "network": {"layers": layers}, **parts})


def conv(filters: int = 3, **settings: Any) -> dict[str, Any]:
    return {"kind": "conv2d", "filters": filters, "activation": "tanh", **settings}


def pool(kind: str, size: int = 2) -> dict[str, Any]:
    return {"kind": f"{kind}_pool", "size": size}


NETWORKS: dict[str, tuple[dict[str, Any] | str, ...]] = {
    "conv": (conv(),),
    "valid": (conv(padding="valid"),),
    "even kernel": (conv(kernel=2), conv(kernel=4)),
    "even kernel, valid": (conv(kernel=2, padding="valid"), conv(kernel=4, padding="valid")),
    "1×1": (conv(kernel=1), conv(2, kernel=1)),
    "as large as the image": (conv(kernel=7), conv(kernel=6, padding="valid"), conv(2)),
    "max pool": (conv(), pool("max"), conv(2)),
    "max pool first": (pool("max"), conv(2)),
    "max pool that leaves a rest": (conv(), pool("max", 3), conv(2, kernel=2)),
    "average pool": (conv(), pool("average"), conv(2)),
    "average pool that leaves a rest": (conv(), pool("average", 3), conv(2, kernel=2)),
    "flatten": (conv(), "flatten", {"kind": "dense", "units": 4}),
    "batch norm": (conv(), "batch_norm", conv(2)),
    "batch norm first": ("batch_norm", conv(2)),
    "layer norm": (conv(), "layer_norm", conv(2)),
    "dropout": (conv(), "dropout", conv(2)),
    "residual of fewer channels": (conv(2), conv(4), "residual", conv(2)),
    "residual of more channels": (conv(4), conv(2), "residual", conv(2)),
    "residual over two": (conv(2), conv(3), conv(2), {"kind": "residual", "skips": 2}),
}


# gradients


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_agrees_with_central_differences(name: str) -> None:
    of = experiment(*NETWORKS[name])
    trainer = Trainer(of)
    inputs, targets = (part[:6] for part in trainer.data.train)
    inputs = inputs + np.random.default_rng(0).normal(0, 0.1, inputs.shape)  # pixels that are the same are at a corner
    over = GradientPass(of, inputs, coded(targets, of))
    start = joined(trainer.weights, of.stages)
    start += np.random.default_rng(1).normal(0, 0.2, len(start))
    places = np.unique(np.linspace(0, len(start) - 1, 150).astype(int))

    def loss_at(place: int, shift: float) -> float:
        over.run(start + shift * (np.arange(len(start)) == place))
        return over.loss

    numeric = [(loss_at(place, STEP) - loss_at(place, -STEP)) / (2 * STEP) for place in places]
    np.testing.assert_allclose(over.run(start)[places], numeric, rtol=1e-5, atol=1e-8)


def test_of_pixels_that_are_the_same_the_first_gets_the_gradient_of_their_block() -> None:
    """Into an image of nothing but zeros the first pixel of each block leads alone: the bias of a 1×1 filter moves by
    what these get."""
    of = experiment(conv(1, kernel=1, activation="linear"), pool("max"))
    trainer = Trainer(of)
    _, targets = trainer.data.train
    over = GradientPass(of, np.zeros((1, 64)), coded(targets[:1], of))
    over.run(joined(trainer.weights, of.stages))
    arrived = over.layers[0].delta.reshape(8, 8)
    np.testing.assert_array_equal(arrived[::2, ::2].ravel(), over.layers[1].delta.ravel())
    assert not arrived[1::2].any() and not arrived[:, 1::2].any()


# what each does


def image_of(trainer: Trainer, sample: int = 0) -> np.ndarray:
    return trainer.data.points[sample].reshape(8, 8)


def given(trainer: Trainer, layer: int, *shape: int, sample: int = 0) -> np.ndarray:
    return trainer.microscope(sample).layers[layer].z.reshape(shape)


def set_filter(trainer: Trainer, values: Any) -> None:
    first, *others = trainer.weights
    trainer.set_weights([np.ravel(values).reshape(first.shape), *others])


def test_a_filter_with_a_one_in_its_middle_gives_the_image_again() -> None:
    trainer = Trainer(experiment(conv(1)))
    set_filter(trainer, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0.5])
    np.testing.assert_array_equal(given(trainer, 0, 8, 8), image_of(trainer) + 0.5)


def test_a_filter_with_a_one_at_its_edge_moves_the_image_and_zeros_come_in() -> None:
    trainer = Trainer(experiment(conv(1)))
    set_filter(trainer, [0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    expected = np.c_[image_of(trainer)[:, 1:], np.zeros(8)]
    np.testing.assert_array_equal(given(trainer, 0, 8, 8), expected)


def test_a_filter_of_ones_adds_up_what_its_window_sees() -> None:
    trainer = Trainer(experiment(conv(1, kernel=2, padding="valid")))
    set_filter(trainer, [1, 1, 1, 1, 0])
    image = image_of(trainer)
    expected = image[:-1, :-1] + image[:-1, 1:] + image[1:, :-1] + image[1:, 1:]
    np.testing.assert_allclose(given(trainer, 0, 7, 7), expected, rtol=1e-15)


@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_a_convolution_sums_over_its_window_and_all_channels(kernel: int, padding: str) -> None:
    trainer = Trainer(experiment(conv(3), conv(4, kernel=kernel, padding=padding)))
    seen = trainer.microscope(7).layers
    maps, weights = seen[0].a.reshape(3, 8, 8), trainer.weights[1]
    before, after = (kernel - 1) // 2, kernel // 2
    if padding == "same":
        maps = np.pad(maps, ((0, 0), (before, after), (before, after)))
    windows = sliding_window_view(maps, (kernel, kernel), axis=(1, 2))
    expected = np.einsum("fcij,cyxij->fyx", weights[:, :-1].reshape(4, 3, kernel, kernel), windows)
    np.testing.assert_allclose(seen[1].z, (expected + weights[:, -1, None, None]).ravel(), rtol=1e-12, atol=1e-14)


def test_max_pool_keeps_the_largest_pixel_of_each_block() -> None:
    trainer = Trainer(experiment(pool("max", 4)))
    blocks = image_of(trainer).reshape(2, 4, 2, 4)
    np.testing.assert_array_equal(given(trainer, 0, 2, 2), blocks.max(axis=(1, 3)))


def test_average_pool_takes_the_mean_of_each_block() -> None:
    trainer = Trainer(experiment(pool("average")))
    blocks = image_of(trainer).reshape(4, 2, 4, 2)
    np.testing.assert_allclose(given(trainer, 0, 4, 4), blocks.mean(axis=(1, 3)), rtol=1e-15)


@pytest.mark.parametrize("kind", ["max", "average"])
def test_what_fills_no_block_is_left_out(kind: str) -> None:
    trainer = Trainer(experiment(pool(kind, 3)))
    blocks = image_of(trainer)[:6, :6].reshape(2, 3, 2, 3)
    expected = blocks.max(axis=(1, 3)) if kind == "max" else blocks.mean(axis=(1, 3))
    np.testing.assert_allclose(given(trainer, 0, 2, 2), expected, rtol=1e-15)


def test_a_dense_layer_takes_in_an_image_with_or_without_flatten() -> None:
    with_it, without = (trained(experiment(conv(), *between)) for between in (["flatten"], []))
    np.testing.assert_array_equal(with_it.predict(with_it.data.points), without.predict(without.data.points))


def test_batch_norm_treats_all_pixels_of_a_channel_alike() -> None:
    of = experiment(conv(3), "batch_norm")
    trainer = Trainer(of)
    inputs, targets = trainer.data.train
    over = GradientPass(of, inputs, coded(targets, of))
    over.run(joined(trainer.weights, of.stages))
    maps = over.layers[1].a.reshape(3, -1)
    assert trainer.weights[1].shape == (3, 2)
    np.testing.assert_allclose(maps.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(maps.std(axis=1), 1, rtol=1e-2)


def test_a_residual_layer_adds_channel_to_channel() -> None:
    trainer = Trainer(experiment(conv(2), conv(3), "residual"))
    seen = trainer.microscope(0).layers
    maps, shortcut = seen[1].a.reshape(3, 8, 8), seen[0].a.reshape(2, 8, 8)
    expected = maps + np.pad(shortcut, ((0, 1), (0, 0), (0, 0)))
    np.testing.assert_array_equal(seen[2].a.reshape(3, 8, 8), expected)


def test_first_weights_go_by_the_size_of_a_window() -> None:
    trainer = Trainer(experiment(conv(64), conv(64)))
    block = trainer.weights[1][:, :-1]
    assert block.shape == (64, 64 * 9)
    np.testing.assert_allclose(block.std(), np.sqrt(2 / (64 * 9 + 64)), rtol=0.02)


# what cannot be


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            ["dense", "conv2d"],
            f"network.layers.1: expected an image, got 8 units: {ADVICE}",
        ),
        (
            ["flatten", "max_pool"],
            f"network.layers.1: expected an image, got 64 units: {ADVICE}",
        ),
        (
            ["max_pool", conv(kernel=5)],
            "network.layers.1.kernel: expected at most 4, the side of the image, got 5",
        ),
        (
            [pool("max", 4), pool("average", 3)],
            "network.layers.1.size: expected at most 2, the side of the image, got 3",
        ),
        (
            [conv(1), "max_pool", "residual"],
            "network.layers.2.skips: expected a shortcut between images of the same size, "
            "got an image of 8×8, 1 channel and an image of 4×4, 1 channel",
        ),
        ([conv(0)], "network.layers.0.filters: expected a whole number from 1 to 64, got 0"),
        ([conv(padding="full")], 'network.layers.0.padding: expected one of same, valid, got "full"'),
    ],
)
def test_a_layer_that_cannot_stand_there_is_refused(layers: list[Any], message: str) -> None:
    with pytest.raises(InvalidExperiment) as caught:
        experiment(*layers)
    assert str(caught.value) == message


def test_points_are_no_images() -> None:
    with pytest.raises(InvalidExperiment, match=r"network.layers.0: expected an image, got 2 units"):
        Experiment.parse({"network": {"layers": ["conv2d"]}})


def test_a_network_that_needs_too_much_memory_is_refused() -> None:
    with pytest.raises(InvalidExperiment, match=r"network: a training step would need \d+ MB, the limit is 256 MB"):
        experiment(*[conv(64, kernel=7)] * 3, batch_size=1024, data={"kind": "digits"})


# everything that looks at a network, and going on


WHOLE = (conv(4), "batch_norm", pool("max"), conv(3), "residual", pool("average"), "dropout", "flatten", "dense")


def trained(of: Experiment, updates: int = 20) -> Trainer:
    trainer = Trainer(of)
    trainer.advance(updates=updates)
    return trainer


def test_every_kind_of_layer_is_in_the_whole_network() -> None:
    named = {layer if isinstance(layer, str) else layer["kind"] for layer in WHOLE}
    assert named | {"layer_norm"} == set(kinds(Layer))


def test_every_view_and_close_look_knows_the_layers() -> None:
    trainer = trained(experiment(*WHOLE))
    layers = trainer.scene().info["layers"]
    assert [(layer["units"], layer["sides"]) for layer in layers[:5]] == [
        (4, (8, 8)),
        (4, (8, 8)),
        (4, (4, 4)),
        (3, (4, 4)),
        (3, (4, 4)),
    ]
    assert [layer["sides"] for layer in layers[7:]] == [(), (), ()]
    parts = trainer.frame(["weights", "tiles", "statistics", "sample:3", "answers", "confusion", "microscope:3"]).arrays
    assert parts["sample:3/0/map"].shape == (4, 8, 8) and parts["sample:3/3/map"].shape == (3, 4, 4)
    assert parts["sample:3/8"].shape == (8,)
    assert parts["weights/0"].shape == (4, 10)  # from the picture itself
    assert parts["weights/3"].shape == (3, 5)  # from each channel one, and the bias
    lengths = np.linalg.norm(trainer.weights[3][:, :-1].reshape(3, 4, 9), axis=2)
    np.testing.assert_allclose(parts["weights/3"][:, :-1], lengths, rtol=1e-6)
    assert len(trainer.health()) == len(WHOLE) + 1
    assert trainer.curvature().largest != 0
    assert trainer.gradient_check(50).relative_error.max() < 1e-4


def test_a_feature_map_is_drawn_against_its_own_largest_size() -> None:
    trainer = Trainer(experiment(conv(2)))
    maps = trainer.microscope(5).layers[0].a.reshape(2, 64)
    expected = np.round(127.5 + 127.5 * maps / np.abs(maps).max(axis=1, keepdims=True)).reshape(2, 8, 8)
    drawn = trainer.frame(["sample:5"]).arrays["sample:5/0/map"]
    assert np.abs(drawn - expected).max() <= 1


def test_a_unit_is_a_whole_filter() -> None:
    trainer = Trainer(experiment(conv(4), pool("max"), conv(3)))
    found = trainer.frame(["unit:2", "unit:9"]).arrays
    np.testing.assert_allclose(found["unit:2"], trainer.weights[0][2], rtol=1e-6)
    np.testing.assert_allclose(found["unit:9"], trainer.weights[2][1], rtol=1e-6)  # 4 + 4 channels come before


def test_a_channel_is_dead_where_it_is_dead_at_every_pixel() -> None:
    trainer = Trainer(experiment(conv(2, activation="relu")))
    first, *others = trainer.weights
    first[0], first[1] = -1, 1
    trainer.set_weights([first, *others])
    assert trainer.health()[0].dead_units == 1


@pytest.mark.parametrize("updates", [1, 4, 9])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_restored_trainer_goes_on_bit_for_bit(updates: int, precision: str) -> None:
    trainer = trained(experiment(*WHOLE, precision=precision), updates)
    restored = Trainer.restore(trainer.snapshot())
    for each in (trainer, restored):
        each.advance(updates=7)
    assert restored.snapshot() == trainer.snapshot()


def test_how_far_a_call_goes_makes_no_difference() -> None:
    one, other = Trainer(experiment(*WHOLE)), Trainer(experiment(*WHOLE))
    one.advance(updates=9)
    for _ in range(9):
        other.advance(updates=1)
    assert one.snapshot() == other.snapshot()


def test_a_filter_more_leaves_the_others_as_they_are() -> None:
    trainer = trained(experiment(conv(3), pool("max"), conv(2)))
    before = trainer.weights
    result = trainer.change(experiment(conv(4), pool("max"), conv(2)))
    after = trainer.weights
    assert not result.restarted
    np.testing.assert_array_equal(after[0][:3], before[0])
    np.testing.assert_array_equal(after[3], before[3])


def test_another_kernel_begins_anew_and_spares_the_rest() -> None:
    trainer = trained(experiment(conv(3), conv(2)))
    before = trainer.weights
    result = trainer.change(experiment(conv(3, kernel=5), conv(2)))
    assert "weights of Convolution 1" in result.renewed and "weights of Convolution 2" in result.kept
    np.testing.assert_array_equal(trainer.weights[1], before[1])


@pytest.mark.parametrize("name", NETWORKS)
def test_training_by_both_executors_is_the_same(name: str) -> None:
    found = []
    executors: tuple[Choice, Choice] = "numpy", "compiled"
    for executor in executors:
        of = experiment(*NETWORKS[name], batch_size=16)
        step = TrainingStep(of, *Trainer(of).data.train, executor=executor)
        for epoch in range(3):
            step.run(0, step.batches, epoch)
        found.append(step.parameters)
    np.testing.assert_allclose(found[1], found[0], rtol=1e-9, atol=1e-11)


def test_a_network_for_images_is_trained_by_numpy() -> None:
    assert Trainer(experiment(conv()), "faster").fingerprint["executor"] == "numpy"


def test_large_sets_of_images_are_looked_at_in_parts() -> None:
    """The answers do not depend on how many are looked at together."""
    trainer = Trainer(experiment(conv(16, kernel=7), conv(16, kernel=7), data={"kind": "digits", "samples": 1500}))
    points = trainer.data.points
    np.testing.assert_allclose(trainer.predict(points)[-5:], trainer.predict(points[-5:]), rtol=1e-12)


def test_a_layer_says_beforehand_whether_it_reads_images_alone() -> None:
    assert [kind for kind, layer in KINDS.items() if layer.reads == "image"] == FOR_IMAGES
