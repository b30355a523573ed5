"""The gradient by the inputs agrees with central differences, through every kind of layer."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core import Experiment, Trainer
from core.forward import ForwardPass
from core.gradient import InputGradient, WeighedSums
from core.losses import Loss, LossSpec
from core.spec import members
from core.step import coded
from tests.core.layer_kinds import FOR_ALL, FOR_IMAGES, KINDS
from tests.core.passes import of_all

STEP = 1e-6
IMAGES = {"kind": "digits", "samples": 100}
POINTS = {"kind": "blobs", "samples": 30, "formulas": ["x1*x2", "sin(x2)"]}
SMOOTH = {"kind": "dense", "units": 5, "activation": "tanh"}
CONVOLUTION = {"kind": "conv2d", "filters": 3, "activation": "tanh"}


def trained(**parts: Any) -> Trainer:
    """Away from where it began, so that a batch norm remembers something."""
    trainer = Trainer(Experiment.parse(parts))
    trainer.advance(epochs=2)
    return trainer


def vector_of(trainer: Trainer) -> NDArray[Any]:
    return np.concatenate([trainer.states["parameters"], trainer.states["running"]])


def sums(trainer: Trainer, inputs: NDArray[Any]) -> NDArray[Any]:
    """What reaches the output's activation: (samples, outputs)."""
    forward = ForwardPass(trainer.experiment.stages, inputs, np.float64, keep_sums=True)
    return of_all(forward, vector_of(trainer), forward.sums[-1]).T


def losses(trainer: Trainer, inputs: NDArray[Any], answers: NDArray[Any]) -> NDArray[Any]:
    outputs = ForwardPass(trainer.experiment.stages, inputs, np.float64).run(vector_of(trainer))
    return trainer.experiment.loss.each(outputs, answers.T, trainer.experiment.output)


def check_sums(trainer: Trainer) -> None:
    """Each output's sum for one sample, by each input."""
    outputs = trainer.experiment.outputs
    x = trainer.data.train[0][7] + 0.01 * np.random.default_rng(0).normal(size=trainer.data.train[0].shape[1])
    found = InputGradient(trainer.experiment, outputs, WeighedSums()).run(
        vector_of(trainer), np.repeat(x[None], outputs, axis=0), np.eye(outputs)
    )
    steps = STEP * np.eye(len(x))
    numeric = (sums(trainer, x + steps) - sums(trainer, x - steps)).T / (2 * STEP)
    assert np.abs(numeric).max() > 1e-3
    np.testing.assert_allclose(found, numeric, rtol=1e-5, atol=1e-8)


def as_chosen(kind: str) -> dict[str, Any]:
    has_activation = "activation" in type(KINDS[kind]).model_fields
    return {"kind": kind} | ({"activation": "tanh"} if has_activation else {})


@pytest.mark.parametrize("place", ["first", "between", "last"])
@pytest.mark.parametrize("kind", FOR_ALL)
def test_through_a_layer_of_any_kind(kind: str, place: str) -> None:
    if kind == "residual" and place == "first":
        pytest.skip("a shortcut begins somewhere")
    layers = {"first": [as_chosen(kind), SMOOTH], "between": [SMOOTH, as_chosen(kind), SMOOTH]}
    check_sums(trained(data=POINTS, network={"layers": layers.get(place, [SMOOTH, as_chosen(kind)])}))


@pytest.mark.parametrize("place", ["first", "behind a convolution", "before a dense layer"])
@pytest.mark.parametrize("kind", [*FOR_IMAGES, "batch_norm", "layer_norm", "residual", "dropout", "flatten"])
def test_through_a_layer_on_images(kind: str, place: str) -> None:
    if kind == "residual" and place == "first":
        pytest.skip("a shortcut begins somewhere")
    layers = {"first": [as_chosen(kind)], "behind a convolution": [CONVOLUTION, as_chosen(kind)]}
    check_sums(trained(data=IMAGES, network={"layers": layers.get(place, [CONVOLUTION, as_chosen(kind), SMOOTH])}))


@pytest.mark.parametrize("size", [2, 3, 4])
def test_pixels_that_fill_no_block_count_for_nothing(size: int) -> None:
    trainer = trained(data=IMAGES, network={"layers": [{"kind": "max_pool", "size": size}]})
    check_sums(trainer)
    outputs = trainer.experiment.outputs
    found = InputGradient(trainer.experiment, outputs, WeighedSums()).run(
        vector_of(trainer), np.repeat(trainer.data.train[0][:1], outputs, axis=0), np.eye(outputs)
    )
    left_out = 8 % size
    assert left_out == 0 or not found.reshape(-1, 8, 8)[:, :, -left_out:].any()


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("kernel", [1, 2, 5])
def test_through_a_kernel_of_any_size(kernel: int, padding: str) -> None:
    layer = {**CONVOLUTION, "kernel": kernel, "padding": padding}
    check_sums(trained(data=IMAGES, network={"layers": [layer, {"kind": "average_pool"}]}))


@pytest.mark.parametrize("skips", [1, 2])
def test_a_shortcut_from_the_inputs_is_a_way_back_too(skips: int) -> None:
    layers = [*[SMOOTH] * skips, {"kind": "residual", "skips": skips}, SMOOTH]
    check_sums(trained(data=POINTS, network={"layers": layers}))
    on_images = [*[CONVOLUTION] * skips, {"kind": "residual", "skips": skips}]
    check_sums(trained(data=IMAGES, network={"layers": on_images}))


def test_without_a_hidden_layer_it_is_the_weights() -> None:
    trainer = trained(data=POINTS, network={"layers": []})
    outputs = trainer.experiment.outputs
    found = InputGradient(trainer.experiment, outputs, WeighedSums()).run(
        vector_of(trainer), np.zeros((outputs, 4)), np.eye(outputs)
    )
    np.testing.assert_allclose(found, trainer.weights[0][:, :-1], rtol=1e-12)


@pytest.mark.parametrize("loss", [member() for member in members(Loss)], ids=lambda loss: loss.kind)
def test_the_gradient_of_any_loss(loss: LossSpec) -> None:
    output = "softmax" if loss.kind == "cross_entropy" else "tanh"
    trainer = trained(data=POINTS, network={"layers": [SMOOTH]}, output=output, loss=loss.kind)
    inputs, targets = trainer.data.train
    x, answers = inputs[3:4], coded(targets[3:4], trainer.experiment)
    found = InputGradient(trainer.experiment, 1).run(vector_of(trainer), x, answers)[0]
    steps, same = STEP * np.eye(4), np.repeat(answers, 4, axis=0)
    numeric = (losses(trainer, x + steps, same) - losses(trainer, x - steps, same)) / (2 * STEP)
    assert np.abs(numeric).max() > 1e-6
    np.testing.assert_allclose(found, numeric, rtol=1e-5, atol=1e-8)


def test_each_run_is_of_the_weights_and_samples_that_it_is_given() -> None:
    trainer = trained(data=POINTS)
    over = InputGradient(trainer.experiment, 1)
    inputs, targets = trainer.data.train
    answers = coded(targets, trainer.experiment)
    first = over.run(vector_of(trainer), inputs[:1], answers[:1])
    trainer.advance(epochs=5)
    assert not np.allclose(over.run(vector_of(trainer), inputs[:1], answers[:1]), first)
    assert not np.allclose(over.run(vector_of(trainer), inputs[9:10], answers[9:10]), first)
