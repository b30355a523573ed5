"""Few labels: what a code that was learned without labels knows of them."""

from itertools import pairwise

import numpy as np

from core import Experiment, Trainer
from core.probes.few_labels import few_labels

LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
IS_TEST = np.array([0, 0, 1, 1, 0, 0, 0, 0, 1, 1], bool)
PARTED = LABELS[:, None] + np.linspace(0, 0.1, 10)[:, None]


def test_one_label_of_each_class_is_enough_where_the_code_parts_them() -> None:
    seen = few_labels(PARTED, np.zeros((10, 1)), LABELS, IS_TEST, 2)
    assert sorted(LABELS[seen.known]) == [0, 1] and not IS_TEST[seen.known].any()
    assert (seen.by_code, seen.by_chance) == (1, 0.5)


def test_each_takes_the_label_of_the_nearest() -> None:
    code = np.array([[0.0], [10], [1], [9], [10], [20], [30], [40], [29], [4]])
    seen = few_labels(code, code[::-1], LABELS, IS_TEST, 100)
    assert len(seen.known) == 6
    assert seen.by_code == 0.75  # 1 and 9 are near 0s, 29 near a 1, and 4 near a 0


def test_very_many_labels_are_compared_a_part_at_a_time() -> None:
    chance = np.random.default_rng(0)
    code, labels = chance.normal(size=(40_000, 2)), chance.integers(0, 2, 40_000)
    code[:, 0] += 10 * labels
    is_test = np.arange(40_000) % 2 == 0
    assert few_labels(code, code, labels, is_test, 20_000).by_code == 1


def test_more_labels_have_the_fewer_among_them_and_all_classes_as_far_as_may_be() -> None:
    known = [set(few_labels(PARTED, PARTED, LABELS, IS_TEST, count).known.tolist()) for count in range(1, 7)]
    for fewer, more in pairwise(known):
        assert fewer < more
    assert sorted(LABELS[[*known[3]]]) == [0, 0, 1, 1]


def test_the_view_tells_it_of_an_autoencoder_with_labels_alone() -> None:
    trainer = Trainer(Experiment.parse({"data": "unlabelled_digits"}))
    arrays = trainer.frame(["labels:20"]).arrays
    assert len(arrays["labels:20/known"]) == 20
    code, inputs, chance = arrays["labels:20/shares"]
    assert inputs > 0.5 > 2 * chance and 0 <= code <= 1
    for data in ("digits", "circle", {"kind": "unlabelled_table", "label": None}):
        assert not Trainer(Experiment.parse({"data": data})).frame(["labels:20"]).arrays


def test_a_code_of_digits_comes_to_know_their_labels() -> None:
    document = {"data": "unlabelled_digits", "network": {"layers": [{"units": 32}, {"units": 8}, {"units": 32}]}}
    trainer = Trainer(Experiment.parse(document))
    before = trainer.frame(["labels:50"]).arrays["labels:50/shares"][0]
    trainer.advance(epochs=40)
    after = trainer.frame(["labels:50"]).arrays["labels:50/shares"][0]
    assert after > before and after > 0.6
