"""k-means, and how well clusters agree with labels."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core import Experiment, Trainer
from core.probes.clusters import adjusted_rand, k_means, lloyd, purity


def blobs(sizes: list[int], seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points around (0, 0), (10, 0), (20, 0) and so on, and which they are of."""
    chance = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return chance.normal(0, 0.5, (len(labels), 2)) + np.c_[10 * labels, 0 * labels], labels


@pytest.mark.parametrize("seed", range(5))
def test_what_lies_apart_is_found_and_counted_from_the_left(seed: int) -> None:
    points, labels = blobs([30, 50, 20, 40], seed)
    found = k_means(points, 4, seed)
    np.testing.assert_array_equal(found.members, labels)
    np.testing.assert_allclose(found.centres, [points[labels == each].mean(axis=0) for each in range(4)])
    assert found.inertia == pytest.approx(sum(np.sum((points - found.centres[found.members]) ** 2, axis=1)))


def test_a_known_answer() -> None:
    """Lloyd's way by hand: from 0 and 1 the centres go to 0 and (1 + 2 + 9 + 10) / 4, then on to 1 and 9.5."""
    points = np.array([[0.0], [1.0], [2.0], [9.0], [10.0]])
    found = lloyd(points, np.array([[0.0], [1.0]]))
    assert found.members.tolist() == [0, 0, 0, 1, 1]
    assert found.centres.ravel().tolist() == [1.0, 9.5]
    assert found.inertia == pytest.approx(2.5)


def test_the_same_seed_gives_the_same_clusters() -> None:
    points = np.random.default_rng(1).normal(size=(300, 3))
    one, other = k_means(points, 7, 3), k_means(points, 7, 3)
    np.testing.assert_array_equal(one.members, other.members)


def test_each_point_is_in_the_cluster_whose_centre_is_nearest_and_each_centre_amid_its_points() -> None:
    points = np.random.default_rng(2).normal(size=(200, 2))
    found = k_means(points, 5)
    distances = np.linalg.norm(points[:, None] - found.centres, axis=2)
    np.testing.assert_array_equal(found.members, distances.argmin(axis=1))
    means = [points[found.members == each].mean(axis=0) for each in range(5)]
    np.testing.assert_allclose(found.centres, means)


def test_where_there_are_fewer_places_than_clusters_there_is_one_for_each() -> None:
    points = np.repeat(np.array([[0.0, 0.0], [1.0, 0.0]]), 10, axis=0)
    found = k_means(points, 5)
    assert len(found.centres) == 2 and found.inertia == 0


LABELS = st.lists(st.integers(0, 3), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_adjusted_rand_index_is_that_of_all_pairs(data: st.DataObject) -> None:
    """Hubert & Arabie by counting: pairs together in both, beside what chance makes of it."""
    one = np.array(data.draw(LABELS))
    other = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(one), max_size=len(one))))
    pairs = list(combinations(range(len(one)), 2))
    both = sum(one[i] == one[j] and other[i] == other[j] for i, j in pairs)
    in_one, in_other = (sum(each[i] == each[j] for i, j in pairs) for each in (one, other))
    chance, most = in_one * in_other / len(pairs), (in_one + in_other) / 2
    wanted = 1.0 if most == chance else (both - chance) / (most - chance)
    assert adjusted_rand(one, other) == pytest.approx(wanted)


def test_the_measures_of_a_textbook() -> None:
    """Manning, Raghavan & Schütze 2008, Introduction to Information Retrieval, figure 16.4: purity 0.71, and of its
    pairs an adjusted Rand index of 0.24."""
    clusters = np.repeat([0, 1, 2], [6, 6, 5])
    classes = np.array([0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 2, 0, 0, 2, 2, 2])
    assert purity(clusters, classes) == pytest.approx(12 / 17)
    assert adjusted_rand(clusters, classes) == pytest.approx(0.2429, abs=1e-4)


def test_purity_is_of_clusters_and_not_of_labels() -> None:
    labels = np.array([0, 0, 0, 1])
    assert (purity(np.zeros(4, int), labels), purity(np.arange(4), labels)) == (0.75, 1)
    assert (adjusted_rand(np.zeros(4, int), labels), adjusted_rand(np.arange(4), labels)) == (0, 0)


def test_names_do_not_matter_to_the_measures() -> None:
    labels = np.array([0, 0, 1, 1, 2, 2, 2])
    for order in permutations(range(3)):
        assert (purity(np.array(order)[labels], labels), adjusted_rand(np.array(order)[labels], labels)) == (1, 1)


def test_a_frame_tells_the_clusters_of_a_code_and_their_agreement() -> None:
    data, network = {"kind": "unlabelled_digits", "samples": 300}, {"layers": [{"units": n} for n in (16, 2, 16)]}
    trainer = Trainer(Experiment.parse({"data": data, "network": network}))
    trainer.advance(epochs=5)
    arrays = trainer.frame(["clusters:10", "code"]).arrays
    members = arrays["clusters:10/members"]
    assert sorted(set(members)) == list(range(10))
    expected = purity(members, trainer.data.targets), adjusted_rand(members, trainer.data.targets)
    np.testing.assert_allclose(arrays["clusters:10/agreement"], expected, rtol=1e-6)
    assert expected[0] > 0.2 and expected[1] > 0.05
    np.testing.assert_array_equal(members, k_means(arrays["code"].astype(float), 10).members)


@pytest.mark.parametrize("view", ["clusters:1", "clusters:0"])
def test_one_cluster_is_none(view: str) -> None:
    trainer = Trainer(Experiment.parse({"data": {"kind": "unlabelled_digits", "samples": 100}}))
    assert trainer.frame([view]).arrays == {}


def test_only_a_code_has_clusters() -> None:
    assert Trainer(Experiment.parse({"data": "spiral"})).frame(["clusters:3"]).arrays == {}
