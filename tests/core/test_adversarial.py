"""The smallest step along the gradient's sign at which an image is taken for something else."""

from base64 import urlsafe_b64encode
from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer

CONVOLUTIONS = {"layers": [{"kind": "conv2d", "filters": 4}, {"kind": "max_pool"}]}
DENSE = {"layers": [{"units": 16}]}


def trained(network: Any = DENSE, **parts: Any) -> Trainer:
    data = {"kind": "digits", "samples": 300}
    trainer = Trainer(Experiment.parse({"data": data, "network": network, **parts}))
    trainer.advance(epochs=8)
    return trainer


def attack(trainer: Trainer, view: str) -> tuple[Any, Any, list[float]]:
    arrays = trainer.frame([view]).arrays
    direction, outputs, told = (arrays[f"{view}/{name}"] for name in ("direction", "outputs", "told"))
    return direction, outputs, told.tolist()


@pytest.mark.parametrize("scaling", ["none", "standardize"])
@pytest.mark.parametrize("network", [DENSE, CONVOLUTIONS])
@pytest.mark.parametrize("sample", range(0, 60, 7))
def test_the_class_flips_there_and_not_before(sample: int, network: Any, scaling: str) -> None:
    trainer = trained(network, data={"kind": "digits", "samples": 300, "scaling": scaling})
    direction, outputs, (largest, label, flips_at, taken_for) = attack(trainer, f"adversarial:{sample}")
    image = trainer.data.points[sample]
    assert label == trainer.data.targets[sample] and outputs.shape == (101, 10)

    def said(size: float) -> int:
        moved = np.clip(image + size * direction.ravel(), 0, 1)
        return int(trainer.predict(moved[None]).argmax())

    for place in (0, 30, 100):
        size = place * largest / 100
        np.testing.assert_allclose(
            outputs[place],
            trainer.predict(np.clip(image + size * direction.ravel(), 0, 1)[None])[0],
            rtol=1e-3,
            atol=1e-4,
        )
    if flips_at < 0:
        assert all(said(size) == label for size in np.linspace(0, largest, 101))
    elif flips_at == 0:
        assert said(0) == taken_for != label
    else:
        assert said(flips_at + 1e-4) == taken_for != label
        assert all(said(size) == label for size in np.linspace(0, flips_at - 1e-4, 40))


@pytest.mark.parametrize("output", ["softmax", "tanh"])
def test_the_direction_is_that_in_which_the_loss_grows(output: str) -> None:
    trainer = trained(output=output, loss="mean_squared_error")
    direction, _, (_, label, _, _) = attack(trainer, "adversarial:4")
    image, step = trainer.data.points[4], 1e-5
    wanted = np.where(np.arange(10) == label, *reversed(trainer.experiment.output.levels))

    def loss(pixels: Any) -> Any:
        return np.mean((trainer.predict(pixels) - wanted) ** 2, axis=1)

    slope = (loss(image + step * np.eye(64)) - loss(image - step * np.eye(64))) / (2 * step)
    is_clear = np.abs(slope) > 1e-6
    assert is_clear.sum() > 20
    np.testing.assert_array_equal(direction.ravel()[is_clear], np.sign(slope[is_clear]))


def test_an_image_of_ones_own_is_what_it_is_taken_for() -> None:
    trainer = trained()
    pixels = trainer.scene().arrays["images"][3]
    view = "adversarial_of:" + urlsafe_b64encode(pixels.tobytes()).decode().rstrip("=")
    _, outputs, (_, label, flips_at, taken_for) = attack(trainer, view)
    assert label == outputs[0].argmax() == trainer.predict(trainer.data.points[3:4]).argmax()
    assert flips_at == -1 or (flips_at > 0 and taken_for != label)


def test_a_network_that_knows_nothing_of_the_image_is_already_wrong() -> None:
    trainer = trained()
    wrong = next(i for i in range(300) if trainer.frame(["answers"]).arrays["is_wrong"][i])
    _, outputs, (_, label, flips_at, taken_for) = attack(trainer, f"adversarial:{wrong}")
    assert (flips_at, taken_for) == (0, outputs[0].argmax()) and taken_for != label
