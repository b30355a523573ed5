"""Averaged SGD trains with the weights and shows and predicts with their average."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer


def trainer_of(kind: str, **parts: Any) -> Trainer:
    document = {"data": {"kind": "circle", "samples": 60, "noise": 0.6}, "batch_size": 4, **parts}
    knobs = {"start": 10} if kind == "averaged_sgd" else {}
    return Trainer(Experiment.parse({"optimizer": {"kind": kind, "learning_rate": 0.3, **knobs}, **document}))


def test_it_trains_as_sgd_does() -> None:
    plain, averaged = trainer_of("sgd"), trainer_of("averaged_sgd")
    for trainer in (plain, averaged):
        trainer.advance(epochs=20)
    assert all(map(np.array_equal, plain.weights, averaged.weights))


def test_it_predicts_with_the_mean_of_the_weights_since_the_start() -> None:
    plain, averaged = trainer_of("sgd"), trainer_of("averaged_sgd")
    path = []
    for _ in range(40):
        plain.advance(updates=1)
        path.append(plain.weights)
    averaged.advance(updates=40)
    plain.set_weights([np.mean(layer, axis=0) for layer in zip(*path[10:], strict=True)])
    points = averaged.data.points
    np.testing.assert_allclose(averaged.predict(points), plain.predict(points), atol=1e-12)
    assert averaged.metrics()["test_loss"] == pytest.approx(plain.metrics()["test_loss"], abs=1e-12)


def test_before_the_start_it_shows_the_weights_themselves() -> None:
    plain, averaged = trainer_of("sgd"), trainer_of("averaged_sgd")
    assert averaged.metrics() == plain.metrics()
    for trainer in (plain, averaged):
        trainer.advance(updates=9)
    assert averaged.metrics() == plain.metrics()


def test_the_picture_is_of_the_average() -> None:
    averaged = trainer_of("averaged_sgd")
    averaged.advance(epochs=30)
    shown = averaged.frame(["weights", "boundary"]).arrays
    assert not np.allclose(shown["weights/0"], averaged.weights[0])
    point = np.array([[-3 + 0.03, 3 - 0.03]])
    assert abs(float(shown["boundary"][0, 0, 0]) - (averaged.predict(point)[0, 0] + 1) * 127.5) <= 0.51


def test_another_optimizer_goes_on_from_the_trained_weights() -> None:
    trainer = trainer_of("averaged_sgd")
    trainer.advance(epochs=5)
    before = trainer.weights
    trainer.change(trainer_of("adam").experiment)
    assert all(map(np.array_equal, trainer.weights, before))
    trainer.change(trainer_of("averaged_sgd").experiment)
    twin = trainer_of("sgd")
    twin.set_weights(before)
    assert trainer.metrics()["train_loss"] == twin.metrics()["train_loss"]


def test_before_averaging_begins_the_average_is_the_weights_whatever_pulls_on_them() -> None:
    rule = {"kind": "averaged_sgd", "start": 1_000_000}
    parts = {"data": {"kind": "circle", "samples": 50}, "regularization": {"kind": "l1_pruning", "rate": 0.1}}
    trainer = Trainer(Experiment.parse({**parts, "optimizer": rule}))
    plain = Trainer(Experiment.parse({**parts, "optimizer": {"kind": "sgd", "learning_rate": 0.03}}))
    for each in (trainer, plain):
        each.advance(epochs=5)
    np.testing.assert_array_equal(trainer.predict(trainer.data.points), plain.predict(plain.data.points))
