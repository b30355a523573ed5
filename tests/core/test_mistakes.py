"""The samples that cost a network most, and what it says of them."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer, presets


def trained(**parts: Any) -> Trainer:
    trainer = Trainer(Experiment.parse(parts))
    trainer.advance(epochs=3)
    return trainer


@pytest.mark.parametrize("name", presets)
def test_they_are_those_with_the_largest_losses(name: str) -> None:
    trainer = Trainer(presets[name])
    trainer.advance(epochs=2)
    arrays = trainer.frame(["worst:7"]).arrays
    samples, losses = arrays["worst:7/samples"], arrays["worst:7/losses"]
    assert len(set(samples)) == 7 and np.all(np.diff(losses) <= 0)
    each = [trainer.microscope(int(sample)).loss for sample in samples]
    np.testing.assert_allclose(losses, each, rtol=1e-3, atol=1e-5)
    others = np.delete(np.arange(len(trainer.data.points)), samples)[::37]
    assert all(trainer.microscope(int(sample)).loss <= losses[-1] * 1.001 + 1e-5 for sample in others)


def test_those_of_the_test_are_kept_aside_for_it() -> None:
    trainer = trained(data={"kind": "digits", "samples": 200})
    samples = trainer.frame(["worst_test:100"]).arrays["worst_test:100/samples"]
    assert sorted(samples) == list(np.flatnonzero(trainer.data.is_test))


@pytest.mark.parametrize("data", ["digits", "spiral", "blobs"])
@pytest.mark.parametrize("output", ["tanh", "sigmoid", "softmax"])
def test_what_the_network_takes_them_for_and_how_sure_it_is(data: str, output: str) -> None:
    trainer = trained(data=data, output=output, loss="mean_squared_error")
    arrays = trainer.frame(["worst:30"]).arrays
    samples = arrays["worst:30/samples"]
    outputs = trainer.predict(trainer.data.points[samples])
    levels = trainer.experiment.output.levels
    shares = (outputs - levels[0]) / (levels[1] - levels[0])
    if shares.shape[1] == 1:
        shares = np.c_[1 - shares, shares]
    np.testing.assert_array_equal(arrays["worst:30/taken_for"], shares.argmax(axis=1))
    np.testing.assert_allclose(arrays["worst:30/sureness"], shares.max(axis=1), atol=1e-4)


def test_values_are_taken_for_no_class() -> None:
    trainer = trained(data="sine", output="linear", loss="mean_squared_error")
    assert set(trainer.frame(["worst:5"]).arrays) == {f"worst:5/{name}" for name in ("samples", "losses", "answers")}


def test_there_are_never_more_than_there_are_samples() -> None:
    trainer = trained(data={"kind": "digits", "samples": 100})
    assert len(trainer.frame(["worst_test:100"]).arrays["worst_test:100/samples"]) == 30
    assert len(trainer.frame(["worst:999999"]).arrays["worst:999999/samples"]) == 100
