"""Code space: what an autoencoder draws from a place in its code."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer


def trained(*layers: dict[str, Any]) -> Trainer:
    data = {"kind": "unlabelled_digits", "samples": 100}
    trainer = Trainer(Experiment.parse({"data": data, "network": {"layers": layers}}))
    trainer.advance(epochs=2)
    return trainer


WIDE, NORM = {"units": 12}, {"kind": "batch_norm"}


def named(code: Any) -> str:
    return "decoded:" + ",".join(f"{value:.9f}" for value in code)


@pytest.mark.parametrize(
    "layers",
    [
        [{"units": 2}],
        [{"units": 1}],
        [WIDE, {"units": 2}, WIDE],
        [WIDE, {"units": 2}, NORM, WIDE],
        [WIDE, {"units": 2}, WIDE, {"kind": "residual", "skips": 1}],
    ],
)
def test_from_the_code_of_an_image_the_same_is_drawn_as_from_the_image(layers: list[dict[str, Any]]) -> None:
    trainer = trained(*layers)
    for index in (0, 7):
        code = trainer.frame(["code"]).arrays["code"][index]
        frame = trainer.frame([f"sample:{index}", view := named(code)])
        np.testing.assert_allclose(frame.arrays[view], frame.arrays[f"drawn:{index}"], atol=1e-5)


def test_what_is_not_shown_of_a_wider_code_is_at_its_mean() -> None:
    trainer = trained({"units": 5})
    codes = np.stack([trainer.frame([f"sample:{i}"]).arrays[f"sample:{i}/0"] for i in range(100)])
    place = [0.25, -0.5]
    pixels = trainer.frame(["decoded:0.25,-0.5"]).arrays["decoded:0.25,-0.5"]
    weights = trainer.frame(["weights"]).arrays["weights/1"]
    code = np.r_[place, codes[:, 2:].mean(axis=0), 1]
    np.testing.assert_allclose(pixels, 1 / (1 + np.exp(-weights @ code)), atol=1e-4)


def test_nothing_is_drawn_where_that_is_no_place_in_a_code() -> None:
    assert trained({"units": 2}).frame(["decoded:1"]).arrays == {}, "a number too few"
    assert Trainer(Experiment()).frame(["decoded:1,1"]).arrays == {}, "no autoencoder"
    around = trained({"units": 2}, {"units": 2}, {"kind": "residual", "skips": 2})
    assert around.frame(["decoded:1,1"]).arrays == {}, "a shortcut passes the code by"


@pytest.mark.parametrize("name", ["decoded", "decoded:", "decoded:1,2,3", "decoded:a", "decoded:nan", "decoded:1,"])
def test_what_is_no_place_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="decoded:PLACE"):
        trained({"units": 2}).frame([name])
