"""Data sets draw what they promise, split and scale it, and the first page's spiral is learned."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer
from core.data import DATASETS as KINDS
from core.data import TensorFlowSet, prepared
from core.data.base import PlanarClasses, Points, Synthetic
from core.data.drawn import Drawn


def drawn(kind: str, seed: int = 1, **knobs: Any) -> Points:
    return Experiment.parse({"data": {"kind": kind, **knobs}}).data.draw(np.random.default_rng(seed))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_data_set_draws_its_samples_again_from_the_same_seed(kind: Any) -> None:
    dataset = kind()
    one, other = (dataset.draw(np.random.default_rng(7)) for _ in range(2))
    assert len(one.points) == len(one.targets) == dataset.samples
    np.testing.assert_array_equal(one.points, other.points)
    np.testing.assert_array_equal(one.targets, other.targets)
    if not isinstance(dataset, TensorFlowSet | Drawn):  # these have a seed of their own, or none
        assert not np.array_equal(one.points, dataset.draw(np.random.default_rng(8)).points)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_is_there_and_values_stay_in_range(kind: Any) -> None:
    dataset = kind()
    targets = prepared(dataset, 1, 1).targets
    if dataset.class_names:
        assert set(targets) == set(range(len(dataset.class_names)))
    else:
        assert np.abs(targets).max() < 1.5


# The sums of the points and of the targets that seed 1 draws. Links name a seed and mean these points.
FIRST_SEED = {
    "spiral": (-1.3163023577778503, 150.0),
    "circle": (18.32228093346982, 150.0),
    "xor": (63.00266967014734, 161.0),
    "gaussian": (-11.846721220000461, 150.0),
    "moons": (-1.3163023577778432, 150.0),
    "blobs": (-6.581511788889138, 450.0),
    "plane": (-17.240583225481743, -4.243435993162503),
    "multi_gaussian": (-17.240583225481743, -6.192270423723631),
    "sine": (6.71079794957365, -1.074613796484913),
    "digits": (35107.375, 8070.0),
}


@pytest.mark.parametrize("kind", FIRST_SEED)
def test_a_seed_goes_on_meaning_the_same_points(kind: str) -> None:
    points, targets, *_ = drawn(kind)
    assert (points.sum(), targets.sum()) == pytest.approx(FIRST_SEED[kind], rel=1e-12)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if "noise" in kind.model_fields], ids=lambda kind: kind.__name__
)
def test_without_noise_all_points_lie_on_the_map(kind: Any) -> None:
    assert np.abs(kind(noise=0.0).draw(np.random.default_rng(1)).points).max() <= kind.reach * 1.1


def test_the_digits_are_the_1797_of_the_repository() -> None:
    images, digits, *_ = Experiment.parse({"data": "digits"}).data.draw(np.random.default_rng(0))
    assert images.shape == (1797, 64)
    assert np.bincount(digits).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert images.sum() == 561718 / 16


# what each set shows, without noise


def test_a_line_parts_the_linear_set_and_leaves_a_gap() -> None:
    points, labels, *_ = drawn("linear", noise=0.0)
    distance = points @ [0.6, 0.8]
    np.testing.assert_array_equal(distance > 0, labels == 1)
    assert np.abs(distance).min() > 0.14


@pytest.mark.parametrize("squares", [2, 3, 8])
def test_neighbouring_squares_of_a_checkerboard_differ(squares: int) -> None:
    points, labels, *_ = drawn("checkerboard", noise=0.0, samples=5000, squares=squares)
    place = np.floor((points + 3) / 6 * squares)
    np.testing.assert_array_equal(place.sum(axis=1) % 2, labels)
    assert len(np.unique(place, axis=0)) == squares**2


def test_rings_lie_inside_each_other() -> None:
    points, labels, *_ = drawn("rings", noise=0.0, classes=4)
    radius = np.hypot(*points.T)
    inner, outer = (np.array([of(radius[labels == ring]) for ring in range(4)]) for of in (np.min, np.max))
    assert (inner[1:] - outer[:-1] > 0.25).all()


def test_arms_of_a_spiral_are_turned_copies_of_each_other() -> None:
    points, labels, *_ = drawn("spirals", noise=0.0, classes=3, samples=300)
    turn = np.exp(-2j * np.pi / 3)  # angles count clockwise from above
    arms = [points[labels == arm] @ [1, 1j] for arm in range(3)]
    np.testing.assert_allclose(arms[1], arms[0] * turn, atol=1e-12)
    np.testing.assert_allclose(arms[2], arms[1] * turn, atol=1e-12)


def test_a_step_is_low_on_the_left_and_high_on_the_right() -> None:
    points, values, *_ = drawn("step", noise=0.0)
    np.testing.assert_array_equal(values, np.where(points[:, 0] >= 0, 0.8, -0.8))


def test_a_polynomial_follows_its_formula() -> None:
    points, values, *_ = drawn("polynomial", noise=0.0, degree=3)
    u = points[:, 0] / 3
    np.testing.assert_allclose(values, 0.8 * (4 * u**3 - 3 * u), atol=1e-12)


def test_bumps_rise_and_fall_on_flat_ground() -> None:
    bumps = Experiment.parse({"data": "bumps"}).data
    np.testing.assert_allclose(bumps.curve(np.array([-3.0, -2.0, -0.2, 1.6])), [0, 0.8, -0.7, 0.6], atol=0.03)


# what real data suffer from

CLASSES = [kind for kind in KINDS if issubclass(kind, PlanarClasses)]
SYNTHETIC = [kind for kind in KINDS if issubclass(kind, Synthetic)]


def differences(one: Points, other: Points) -> tuple[int, int]:
    """In how many points, and in how many targets, two draws differ."""
    return int((one.points != other.points).any(axis=1).sum()), int((one.targets != other.targets).sum())


@pytest.mark.parametrize("kind", SYNTHETIC, ids=lambda kind: kind.__name__)
def test_outliers_leave_all_other_points_alone(kind: Any) -> None:
    clean, wild = (kind(outliers=share).draw(np.random.default_rng(1)) for share in (0.0, 0.1))
    strays = round(0.1 * kind().samples)
    assert differences(clean, wild) == ((strays, 0) if kind.task == "classification" else (0, strays))
    assert np.abs(wild.points).max() <= max(3.0, np.abs(clean.points).max())
    assert kind.task == "classification" or np.abs(wild.targets - clean.targets).max() <= 2.5


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_wrong_labels_leave_the_points_where_they_are(kind: Any) -> None:
    clean, some, more = (kind(label_flips=share).draw(np.random.default_rng(1)) for share in (0.0, 0.1, 0.2))
    assert differences(clean, some) == (0, 30)
    assert differences(clean, more) == (0, 60)
    still_wrong = (clean.targets != some.targets) & (clean.targets != more.targets)
    assert still_wrong.sum() == 30
    assert set(more.targets) == set(clean.targets)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("imbalance", [0.5, 0.9])
def test_an_imbalance_makes_the_last_class_rare(kind: Any, imbalance: float) -> None:
    dataset = kind(imbalance=imbalance, samples=1000)
    labels = dataset.draw(np.random.default_rng(1)).targets
    counts = np.bincount(labels)
    assert counts.sum() == 1000
    assert counts[-1] / counts[0] == pytest.approx(1 - imbalance, abs=0.01)
    assert (np.diff(counts) < 0).all()


def test_even_the_rarest_of_ten_classes_is_there() -> None:
    labels = drawn("blobs", classes=10, samples=20, imbalance=0.95).targets
    assert set(labels) == set(range(10))


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
    reached = 0.0
    for _ in range(30):  # at a steady rate Adam goes on to swing around it
        trainer.advance(epochs=10)
        reached = max(reached, trainer.metrics()["test_accuracy"])
    assert reached >= 0.97


def test_digits_are_read() -> None:
    layers = [{"kind": "dense", "units": 32, "activation": "relu"}]
    trainer = Trainer(
        Experiment.parse(
            {"data": "digits", "network": {"layers": layers}, "optimizer": {"kind": "adam", "learning_rate": 0.01}}
        )
    )
    trainer.advance(epochs=50)
    assert trainer.metrics()["test_accuracy"] >= 0.96
