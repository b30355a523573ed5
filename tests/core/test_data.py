"""Data sets draw what they promise, split and scale it, and the first page's spiral is learned."""

from typing import Any, get_args

import numpy as np
import pytest

from core import Experiment, Trainer
from core.data import Dataset, TensorFlowSet

KINDS = list(get_args(get_args(Dataset)[0]))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_data_set_draws_its_samples_again_from_the_same_seed(kind: Any) -> None:
    dataset = kind()
    one, other = (dataset.draw(np.random.default_rng(7)) for _ in range(2))
    assert len(one.points) == len(one.targets) == dataset.samples
    np.testing.assert_array_equal(one.points, other.points)
    np.testing.assert_array_equal(one.targets, other.targets)
    if not isinstance(dataset, TensorFlowSet):  # these have a seed of their own
        assert not np.array_equal(one.points, dataset.draw(np.random.default_rng(8)).points)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_is_there_and_values_stay_in_range(kind: Any) -> None:
    dataset = kind()
    targets = dataset.draw(np.random.default_rng(1)).targets
    if dataset.task == "classification":
        assert set(targets) == set(range(len(dataset.class_names)))
    else:
        assert np.abs(targets).max() < 1.5


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if "noise" in kind.model_fields], ids=lambda kind: kind.__name__
)
def test_without_noise_all_points_lie_on_the_map(kind: Any) -> None:
    assert np.abs(kind(noise=0.0).draw(np.random.default_rng(1)).points).max() <= kind.reach * 1.1


def test_the_digits_are_the_1797_of_the_repository() -> None:
    images, digits, _ = Experiment.parse({"data": "digits"}).data.draw(np.random.default_rng(0))
    assert images.shape == (1797, 64)
    assert np.bincount(digits).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert images.sum() == 561718 / 16


@pytest.mark.parametrize("fraction", [0.05, 0.3, 0.9])
def test_the_test_share_is_kept_apart(fraction: float) -> None:
    data = Trainer(Experiment.parse({"data": {"kind": "moons", "samples": 20, "test_fraction": fraction}})).data
    assert data.is_test.sum() == max(1, round(20 * fraction))
    assert len(data.train[0]) + len(data.test[0]) == 20


def test_scaling_is_fitted_to_the_training_samples() -> None:
    def inputs(scaling: str) -> np.ndarray:
        features = ["x1", "x1²"]
        document = {"data": {"kind": "gaussian", "scaling": scaling, "features": features}}
        return Trainer(Experiment.parse(document)).data.train[0]

    np.testing.assert_allclose(inputs("standardize").mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(inputs("standardize").std(axis=0), 1)
    np.testing.assert_allclose(inputs("normalize").min(axis=0), -1)
    np.testing.assert_allclose(inputs("normalize").max(axis=0), 1)


def test_a_constant_input_is_left_at_its_size() -> None:
    """Some corner pixels are never touched; dividing by their spread would divide by 0."""
    data = Trainer(Experiment.parse({"data": {"kind": "digits", "scaling": "standardize"}})).data
    assert np.isfinite(data.train[0]).all() and np.isfinite(data.test[0]).all()


def test_features_are_computed_from_the_points() -> None:
    names = ["x1", "x2", "x1²", "x2²", "x1x2", "sin(x1)", "sin(x2)"]
    dataset = Experiment.parse({"data": {"kind": "circle", "features": names}}).data
    row = dataset.inputs(np.array([[2.0, -3.0]]))[0]
    np.testing.assert_allclose(row, [2, -3, 4, 9, -6, np.sin(2), np.sin(-3)])


def test_the_first_pages_spiral_is_untangled_before_autoplay_ends() -> None:
    trainer = Trainer(Experiment())
    trainer.advance(epochs=150)
    assert trainer.metrics()["train_loss"] < 0.15
    trainer.advance(epochs=150)
    assert trainer.metrics()["test_accuracy"] >= 0.97


def test_two_layers_of_eight_learn_the_clean_spiral() -> None:
    layers = [{"kind": "dense", "units": 8}] * 2
    trainer = Trainer(Experiment.parse({"data": {"kind": "spiral", "noise": 0}, "network": {"layers": layers}}))
    trainer.advance(epochs=300)
    assert trainer.metrics()["test_accuracy"] >= 0.97


def test_digits_are_read() -> None:
    layers = [{"kind": "dense", "units": 32, "activation": "relu"}]
    trainer = Trainer(
        Experiment.parse(
            {"data": "digits", "network": {"layers": layers}, "optimizer": {"kind": "adam", "learning_rate": 0.01}}
        )
    )
    trainer.advance(epochs=50)
    assert trainer.metrics()["test_accuracy"] >= 0.96
