"""What is shown is what the network answers."""

import numpy as np
import pytest

from core import Experiment, Trainer, parsed_view, presets
from core.probes.statistics import weight_histogram

VIEWS = ["weights", "tiles", "boundary", "statistics", "sample:5"]


def trained(name: str) -> Trainer:
    trainer = Trainer(presets[name])
    trainer.advance(epochs=20)
    return trainer


def map_points(cells: int, left: float = -3, right: float = 3, bottom: float = -3, top: float = 3) -> np.ndarray:
    """The middles of the map's cells, row by row from the top left."""
    middles = (np.arange(cells) + 0.5) / cells
    return np.array([(left + x * (right - left), top - y * (top - bottom)) for y in middles for x in middles])


def test_the_boundary_is_the_prediction_all_over_the_plane_within_a_level() -> None:
    trainer = trained("spiral")
    boundary = trainer.frame(["boundary"]).arrays["boundary"]
    answers = trainer.predict(map_points(100))[:, 0]
    assert boundary.shape == (1, 100, 100) and boundary.dtype == np.uint8
    assert np.abs(boundary.ravel() - (answers + 1) * 127.5).max() <= 0.51


def test_a_window_of_the_plane_is_drawn_as_finely_as_the_whole() -> None:
    trainer = trained("spiral")
    near, far = "boundary:-0.5,0.25,1,1.75", "boundary:-12,12,-12,12"
    arrays = trainer.frame([near, far]).arrays
    for name, sides in [(near, (-0.5, 0.25, 1, 1.75)), (far, (-12, 12, -12, 12))]:
        answers = trainer.predict(map_points(100, *sides))[:, 0]
        assert np.abs(arrays[name].ravel() - (answers + 1) * 127.5).max() <= 0.51
    assert set(arrays) == {near, far}


def test_a_window_changes_nothing_for_those_who_see_the_whole() -> None:
    trainer = trained("spiral")
    whole = trainer.frame(["boundary"]).arrays["boundary"]
    arrays = trainer.frame(["boundary", "boundary:0,1,0,1"]).arrays
    np.testing.assert_array_equal(arrays["boundary"], whole)


def test_a_frame_has_eight_windows_and_for_more_the_whole() -> None:
    views = [f"boundary:{left},3,-3,3" for left in range(-9, 1)]
    arrays = trained("spiral").frame(views).arrays
    assert len(arrays) == 9 and "boundary" in arrays


def test_a_window_of_a_curve_has_two_sides_and_of_a_plane_four() -> None:
    curve = trained("sine").frame(["boundary:0.5,1", "boundary:0,1,0,1"]).arrays
    np.testing.assert_allclose(
        curve["boundary:0.5,1"], trained("sine").predict(np.linspace(0.5, 1, 200)[:, None])[:, 0], atol=1e-5
    )
    assert len(curve) == 1
    assert not trained("spiral").frame(["boundary:0.5,1"]).arrays


@pytest.mark.parametrize("name", presets)
def test_the_answers_are_the_predictions_at_the_samples(name: str) -> None:
    trainer = trained(name)
    arrays = trainer.frame(["answers"]).arrays
    outputs = trainer.data.target_scale(trainer.predict(trainer.data.points))  # as the network gives them
    classes = len(presets[name].data.class_names)
    if presets[name].data.task == "autoencoder":
        assert not arrays
    elif classes > 2:
        np.testing.assert_array_equal(arrays["answers"][0], outputs.argmax(axis=1))
        np.testing.assert_allclose(arrays["answers"][1], outputs.max(axis=1), atol=1e-5)
    else:
        np.testing.assert_allclose(arrays["answers"][0], outputs[:, -1], atol=1e-5)


@pytest.mark.parametrize("name", ["spiral", "blobs", "digits"])
def test_the_wrong_answers_are_those_that_the_accuracies_miss(name: str) -> None:
    trainer = trained(name)
    is_wrong, is_test = trainer.frame(["answers"]).arrays["is_wrong"], trainer.data.is_test
    assert 1 - is_wrong[is_test].mean() == pytest.approx(trainer.metrics()["test_accuracy"])
    assert 1 - is_wrong[~is_test].mean() == pytest.approx(trainer.metrics()["train_accuracy"])


def test_values_are_neither_right_nor_wrong() -> None:
    assert "is_wrong" not in trained("sine").frame(["answers"]).arrays


@pytest.mark.parametrize("name", presets)
def test_the_loss_of_a_sample_is_that_under_the_microscope(name: str) -> None:
    trainer = trained(name)
    loss = trainer.frame(["loss:7"]).arrays["loss:7"]
    assert loss.shape == (1,) and loss[0] == pytest.approx(trainer.microscope(7).loss, rel=1e-3, abs=1e-6)
    assert not trainer.frame(["loss:999999"]).arrays


def test_a_large_network_is_drawn_in_larger_cells() -> None:
    wide = {"layers": [{"units": 256}] * 3}
    trainer = Trainer(Experiment.parse({"data": "circle", "network": wide}))
    boundary = trainer.frame(["boundary"]).arrays["boundary"]
    assert boundary.shape == (1, 50, 50)
    assert np.abs(boundary.ravel() - (trainer.predict(map_points(50))[:, 0] + 1) * 127.5).max() <= 0.6


def test_the_boundary_of_many_classes_is_the_winner_and_its_confidence() -> None:
    trainer = trained("blobs")
    winner, confidence = trainer.frame(["boundary"]).arrays["boundary"]
    answers = trainer.predict(map_points(100))
    assert np.array_equal(winner.ravel(), answers.argmax(axis=1))
    assert np.abs(confidence.ravel() - answers.max(axis=1) * 255).max() <= 0.51


def test_two_classes_of_a_softmax_are_drawn_as_one_scale() -> None:
    trainer = Trainer(Experiment.parse({"data": "circle", "output": "softmax"}))
    boundary = trainer.frame(["boundary"]).arrays["boundary"]
    assert boundary.shape == (1, 100, 100)
    assert np.abs(boundary.ravel() - trainer.predict(map_points(100))[:, 1] * 255).max() <= 0.51


def test_a_curve_is_the_prediction_along_x1() -> None:
    trainer = trained("sine")
    curve = trainer.frame(["boundary"]).arrays["curve"]
    np.testing.assert_allclose(curve, trainer.predict(np.linspace(-3, 3, 200)[:, None])[:, 0], atol=1e-5)


def test_each_unit_has_a_tile_and_the_last_is_the_output() -> None:
    trainer = trained("spiral")
    arrays = trainer.frame(["tiles"]).arrays
    assert [arrays[f"tiles/{layer}"].shape for layer in range(3)] == [(8, 50, 50), (6, 50, 50), (1, 50, 50)]
    answers = trainer.predict(map_points(50))[:, 0]
    assert np.abs(arrays["tiles/2"].ravel() - (answers + 1) * 127.5).max() <= 0.51
    first = np.tanh(map_points(50) @ trainer.weights[0][:, :-1].T + trainer.weights[0][:, -1])
    assert np.abs(arrays["tiles/0"].reshape(8, -1).T - (first + 1) * 127.5).max() <= 0.51


def test_an_unbounded_unit_is_drawn_against_its_own_largest_size() -> None:
    trainer = Trainer(
        Experiment.parse({"data": "circle", "network": {"layers": [{"kind": "dense", "activation": "relu"}]}})
    )
    tiles = trainer.frame(["tiles"]).arrays["tiles/0"]
    assert (tiles.reshape(8, -1).max(axis=1) == 255).all() and tiles.min() >= 127


def test_a_dead_unit_is_the_colour_of_the_middle() -> None:
    trainer = Trainer(
        Experiment.parse(
            {"data": "circle", "network": {"layers": [{"kind": "dense", "units": 2, "activation": "relu"}]}}
        )
    )
    dead = [np.zeros_like(block) for block in trainer.weights]
    trainer.set_weights(dead)
    assert set(trainer.frame(["tiles"]).arrays["tiles/0"].ravel()) <= {127, 128}


def test_the_first_layer_of_an_image_network_shows_its_weights_as_images() -> None:
    trainer = trained("digits")
    tiles = trainer.frame(["tiles"]).arrays
    assert list(tiles) == ["tiles/0"] and tiles["tiles/0"].shape == (32, 8, 8)


@pytest.mark.parametrize("name", presets)
def test_a_samples_activations_end_in_its_prediction(name: str) -> None:
    trainer = trained(name)
    arrays = trainer.frame(["sample:5"]).arrays
    last = arrays[f"sample:5/{len(trainer.weights) - 1}"]
    answers = trainer.data.target_scale(trainer.predict(trainer.data.points[5:6]))  # as the network gives them
    np.testing.assert_allclose(last, answers[0], atol=1e-4)


@pytest.mark.parametrize("name", ["spiral", "digits"])
def test_a_units_weights_make_its_sum_of_what_reaches_it(name: str) -> None:
    trainer = trained(name)
    first = len(trainer.weights[0])
    arrays = trainer.frame(["sample:5", f"unit:{first - 1}", f"unit:{first}"]).arrays
    reaching = [arrays["sample:5/inputs"], arrays["sample:5/0"]]
    for layer, unit in [(0, first - 1), (1, 0)]:
        *weights, bias = arrays[f"unit:{unit + layer * first}"]
        assert np.dot(weights, reaching[layer]) + bias == pytest.approx(arrays[f"sample:5/{layer}/z"][unit], abs=1e-4)


def test_a_unit_without_weights_is_left_out() -> None:
    assert not trained("xor").frame(["unit:999999"]).arrays


def test_a_sample_that_is_not_there_is_left_out() -> None:
    assert not trained("xor").frame(["sample:999999"]).arrays


def test_statistics_describe_weights_and_gradients() -> None:
    trainer = trained("spiral")
    picture = trainer.frame(["statistics"])
    weights, gradient = trainer.weights[1][:, :-1], trainer.gradients[1]
    layer = picture.info["statistics"][1]
    assert layer["weight_norm"] == pytest.approx(np.linalg.norm(weights))
    assert layer["gradient_norm"] == pytest.approx(np.linalg.norm(gradient))
    assert picture.arrays["weight_histogram/1"].sum() == weights.size


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1.0, 1e308])
def test_weights_of_any_size_are_spread_from_the_lowest_to_the_highest(size: float) -> None:
    counts = weight_histogram(size * np.array([[-1.0, 0.0, 0.0, 1.0, 0.0]]))
    assert (counts[0], counts[15], counts[30], counts.sum()) == (1, 2, 1, 4)


def test_views_of_the_first_units_hold_those_units_alone() -> None:
    trainer = trained("spiral")
    whole, part = trainer.frame(["tiles", "weights"]).arrays, trainer.frame(["tiles:4", "weights:4"]).arrays
    assert [part[f"tiles/{layer}"].shape[0] for layer in range(3)] == [4, 4, 1]
    np.testing.assert_array_equal(part["tiles/1"], whole["tiles/1"][:4])
    np.testing.assert_array_equal(part["weights/1"], whole["weights/1"][:4, [0, 1, 2, 3, -1]])


def test_of_one_view_in_two_sizes_the_larger_is_shown() -> None:
    arrays = trained("spiral").frame(["tiles:7", "tiles:2", "weights", "weights:3"]).arrays
    assert len(arrays["tiles/0"]) == 7 and arrays["weights/1"].shape == (6, 9)


def test_nobody_asks_nobody_pays() -> None:
    assert not trained("spiral").frame([]).arrays


@pytest.mark.parametrize(
    "name",
    ["", "Weights", "sample:", "sample:-1", "sample:1e3", "boundary:1", "boundary:0,1,0", "boundary:nan,1", "x" * 1000],
)
def test_an_unknown_view_is_refused(name: str) -> None:
    known = "weights, tiles, .*, boundary:WINDOW, decoded:PLACE, image:PIXELS, .*, unit:N, .*, clusters:N, labels:N"
    with pytest.raises(ValueError, match=f"view: expected one of {known}, got"):
        parsed_view(name)


@pytest.mark.parametrize("sides", ["1,1", "2,1", "0,1,1,1", "0,1,2,-2"])
def test_a_window_needs_its_sides_in_order(sides: str) -> None:
    with pytest.raises(ValueError, match="view: expected a window with left < right and bottom < top, got"):
        parsed_view(f"boundary:{sides}")


@pytest.mark.parametrize("name", presets)
def test_a_scene_says_what_is_drawn(name: str) -> None:
    trainer = Trainer(presets[name])
    scene = trainer.scene()
    assert scene.info["experiment"] == presets[name].model_dump(mode="json")
    assert sum(layer["parameters"] for layer in scene.info["layers"]) == scene.info["parameters"]
    assert len(scene.arrays["targets"]) == scene.info["train_samples"] + scene.info["test_samples"]
    is_map = scene.info["dimensions"] > 0
    assert not is_map or len(scene.arrays["input_tiles"]) == len(scene.info["inputs"])
    assert is_map or "images" in scene.arrays or scene.info["input_scale"]


@pytest.mark.parametrize("name", presets)
def test_looking_changes_nothing(name: str) -> None:
    seen, unseen = Trainer(presets[name]), Trainer(presets[name])
    for _ in range(3):
        seen.advance(updates=5)
        seen.frame(VIEWS)
        unseen.advance(updates=5)
    assert seen.snapshot() == unseen.snapshot()
