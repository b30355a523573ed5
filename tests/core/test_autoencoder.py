"""An autoencoder learns to draw its inputs again from two numbers, without being told what they show."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, InvalidExperiment, Trainer, presets
from core.step import coded

OF_VALUES = "mean_squared_error, sum_squared_error, half_squared_error, mean_absolute_error or huber"


def autoencoder(**parts: Any) -> Experiment:
    return Experiment.parse({"data": {"kind": "unlabelled_digits", "samples": 200}, **parts})


def dense(*widths: int) -> dict[str, Any]:
    return {"layers": [{"kind": "dense", "units": units} for units in widths]}


def test_it_learns_better_than_the_best_plane_through_the_data() -> None:
    """A linear code of two numbers can do no better than the first two principal components."""
    trainer = Trainer(presets["unlabelled_digits"])
    inputs, targets = trainer.data.train
    centred = inputs - inputs.mean(axis=0)
    singular = np.linalg.svd(centred, compute_uv=False)
    plane = np.sum(singular[2:] ** 2) / inputs.size
    np.testing.assert_array_equal(inputs, targets)
    trainer.advance(epochs=30)
    assert trainer.metrics()["test_loss"] < 0.8 * plane


def test_digits_that_look_alike_lie_together_in_the_code_though_no_label_was_seen() -> None:
    trainer = Trainer(presets["unlabelled_digits"])
    trainer.advance(epochs=30)
    code, digits = trainer.frame(["code"]).arrays["code"], trainer.data.targets
    distances = ((code[:, None] - code[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    assert np.mean(digits[distances.argmin(axis=1)] == digits) > 0.7


def test_the_code_is_what_the_narrowest_layer_gives() -> None:
    trainer = Trainer(autoencoder(network=dense(10, 2, 10)))
    trainer.advance(epochs=2)
    picture = trainer.frame(["code", "sample:7"])
    assert trainer.scene().info["code_layer"] == 1
    np.testing.assert_allclose(picture.arrays["code"][7], picture.arrays["sample:7/1"], rtol=1e-5)


@pytest.mark.parametrize(("widths", "units"), [((3,), 2), ((1,), 1)])
def test_of_a_wider_code_the_first_two_units_are_drawn(widths: tuple[int, ...], units: int) -> None:
    assert Trainer(autoencoder(network=dense(*widths))).frame(["code"]).arrays["code"].shape == (200, units)


def test_what_it_draws_is_told_in_pixels_however_its_inputs_are_scaled() -> None:
    data = {"kind": "unlabelled_digits", "samples": 200, "scaling": "normalize"}
    trainer = Trainer(autoencoder(data=data, network=dense(5), output={"kind": "linear"}))
    points, is_test = trainer.data.points, trainer.data.is_test
    low, high = points[~is_test].min(axis=0), points[~is_test].max(axis=0)
    given = trainer.predict(points[7:8])[0]
    expected = np.where(high > low, low + (given + 1) / 2 * (high - low), low + given)
    np.testing.assert_allclose(trainer.frame(["sample:7"]).arrays["drawn:7"], expected, rtol=1e-4, atol=1e-5)


def test_its_outputs_are_its_inputs_again() -> None:
    of = autoencoder(network=dense(5))
    trainer = Trainer(of)
    assert (of.outputs, of.output.kind, of.loss.kind) == (64, "sigmoid", "mean_squared_error")
    assert trainer.predict(trainer.data.points[:3]).shape == (3, 64)
    metrics = trainer.metrics()
    assert metrics.keys() == {"step", "epoch", "train_loss", "test_loss"}
    inputs, _ = trainer.data.test
    answers = trainer.predict(trainer.data.points[trainer.data.is_test])
    assert metrics["test_loss"] == pytest.approx(np.mean((answers - inputs) ** 2))


@pytest.mark.parametrize(("scaling", "output"), [("none", "sigmoid"), ("normalize", "tanh"), ("standardize", "linear")])
def test_its_usual_output_reaches_what_its_inputs_are_scaled_to(scaling: str, output: str) -> None:
    of = Experiment.parse({"data": {"kind": "unlabelled_digits", "scaling": scaling}, "network": dense(5)})
    assert of.output.kind == output


def test_scaled_inputs_are_drawn_again_scaled() -> None:
    of = Experiment.parse({"data": {"kind": "unlabelled_digits", "scaling": "standardize"}, "network": dense(5)})
    inputs, targets = Trainer(of).data.train
    np.testing.assert_array_equal(coded(targets, of), inputs)


def test_the_microscope_and_the_gradient_check_know_it() -> None:
    trainer = Trainer(autoencoder(network=dense(4)))
    trainer.advance(epochs=1)
    seen = trainer.microscope(3)
    np.testing.assert_array_equal(seen.target, seen.inputs)
    assert trainer.gradient_check(60).relative_error.max() < 1e-5


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"loss": "cross_entropy"},
            f"loss: cross_entropy judges classes; an autoencoder needs {OF_VALUES}",
        ),
        (
            {"loss": "hinge"},
            f"loss: hinge judges classes; an autoencoder needs {OF_VALUES}",
        ),
        (
            {"output": "softmax"},
            "output: softmax gives probabilities of classes; an autoencoder needs linear, tanh or sigmoid",
        ),
        (
            {"network": {"layers": ["dropout"]}},
            "network.layers: an autoencoder needs a dense layer between inputs and output: its code",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_what_does(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidExperiment) as caught:
        autoencoder(**parts)
    assert str(caught.value) == message


def test_other_networks_have_no_code() -> None:
    trainer = Trainer(presets["digits"])
    assert "code" not in trainer.frame(["code"]).arrays and trainer.scene().info["code_layer"] is None
