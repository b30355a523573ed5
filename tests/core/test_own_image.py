"""What a network makes of an image that somebody draws."""

from base64 import urlsafe_b64encode

import numpy as np
import pytest
from numpy.typing import NDArray

from core import Experiment, Trainer, presets


def view_of(pixels: NDArray[np.uint8]) -> str:
    return "image:" + urlsafe_b64encode(pixels.tobytes()).decode().rstrip("=")


def trained(kind: str) -> Trainer:
    trainer = Trainer(Experiment.parse({"data": {"kind": kind, "samples": 100}}))
    trainer.advance(epochs=3)
    return trainer


@pytest.mark.parametrize("kind", ["digits", "unlabelled_digits"])
def test_of_a_samples_own_pixels_it_makes_what_it_makes_of_the_sample(kind: str) -> None:
    trainer = trained(kind)
    for index in (0, 5):
        pixels = trainer.scene().arrays["images"][index]
        frame = trainer.frame([f"sample:{index}", view := view_of(pixels)])
        made = frame.arrays[f"drawn:{index}" if kind == "unlabelled_digits" else f"sample:{index}/2"]
        np.testing.assert_allclose(frame.arrays[view], made, atol=2e-3)  # a byte a pixel
        for name in ("inputs", "0", "0/z", "2"):
            np.testing.assert_allclose(
                frame.arrays[f"{view}/{name}"], frame.arrays[f"sample:{index}/{name}"], atol=0.02
            )


def test_an_image_of_another_size_and_data_without_images_show_nothing() -> None:
    assert trained("digits").frame([view_of(np.zeros(63, np.uint8))]).arrays == {}
    assert Trainer(presets["spiral"]).frame([view_of(np.zeros(2, np.uint8))]).arrays == {}


def test_of_many_images_only_some_are_shown() -> None:
    views = [view_of(np.full(64, shade, np.uint8)) for shade in range(20)]
    shown = trained("digits").frame(views).arrays.keys() & {*views}
    assert len(shown) == 8


@pytest.mark.parametrize("pixels", ["", "A", "AAAAA", "AA==", "a+b/", "A" * 1400])
def test_what_is_no_image_is_refused(pixels: str) -> None:
    with pytest.raises(ValueError, match="image:PIXELS"):
        trained("digits").frame([f"image:{pixels}"])
