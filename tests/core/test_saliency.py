"""Which pixels speak for a class: the gradient of its sum, beside central differences."""

from base64 import urlsafe_b64encode
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core import Experiment, Trainer
from core.forward import ForwardPass

STEP = 1e-5
CONVOLUTIONS = {
    "layers": [{"kind": "conv2d", "filters": 4, "activation": "tanh"}, {"kind": "average_pool"}, {"units": 8}]
}
DENSE = {"layers": [{"units": 12}]}


def trained(**parts: Any) -> Trainer:
    trainer = Trainer(Experiment.parse(parts))
    trainer.advance(epochs=3)
    return trainer


def sums(trainer: Trainer, images: NDArray[Any]) -> NDArray[Any]:
    """What reaches the output's activation, (images, outputs)."""
    forward = ForwardPass(trainer.experiment.stages, trainer.data.inputs(images), np.float64, keep_sums=True)
    forward.run(np.concatenate([trainer.states["parameters"], trainer.states["running"]]))
    return forward.sums[-1].T.copy()


@pytest.mark.parametrize("scaling", ["none", "standardize"])
@pytest.mark.parametrize("network", [CONVOLUTIONS, DENSE])
@pytest.mark.parametrize("sample", [0, 42])
def test_it_is_how_each_classes_sum_changes_with_each_pixel(network: Any, sample: int, scaling: str) -> None:
    trainer = trained(data={"kind": "digits", "samples": 200, "scaling": scaling}, network=network, output="softmax")
    image, steps = trainer.data.points[sample], STEP * np.eye(64)
    numeric = (sums(trainer, image + steps) - sums(trainer, image - steps)).T / (2 * STEP)
    found = trainer.frame([f"saliency:{sample}"]).arrays[f"saliency:{sample}"]
    assert found.shape == (10, 8, 8) and np.abs(numeric).max() > 0.01
    np.testing.assert_allclose(found.reshape(10, 64), numeric, rtol=1e-3, atol=1e-4)


def test_an_image_of_ones_own_has_one_too() -> None:
    trainer = trained(data={"kind": "digits", "samples": 200})
    pixels = trainer.scene().arrays["images"][3]
    view = "saliency_of:" + urlsafe_b64encode(pixels.tobytes()).decode().rstrip("=")
    arrays = trainer.frame([view, "saliency:3"]).arrays
    np.testing.assert_allclose(arrays[view], arrays["saliency:3"], atol=0.05)


def test_shapes_of_two_classes_have_one_map() -> None:
    trainer = trained(data={"kind": "shapes", "samples": 100})
    classes = len(trainer.experiment.data.class_names)
    assert trainer.frame(["saliency:0"]).arrays["saliency:0"].shape == (classes, 16, 16)


@pytest.mark.parametrize(
    "view", ["saliency:0", "adversarial:0", "patches:0", "saliency_of:AAAA", "adversarial_of:AAAA"]
)
@pytest.mark.parametrize("data", ["spiral", "sine", "unlabelled_digits"])
def test_what_is_no_image_with_a_class_shows_nothing(data: str, view: str) -> None:
    loss = {"loss": "mean_squared_error"} if data != "spiral" else {}
    assert Trainer(Experiment.parse({"data": data, **loss})).frame([view]).arrays == {}


@pytest.mark.parametrize("view", ["saliency:9999", "adversarial:9999", "saliency_of:AAAA", "patches:9999"])
def test_an_image_that_is_not_there_is_left_out(view: str) -> None:
    assert trained(data={"kind": "digits", "samples": 100}).frame([view]).arrays == {}
