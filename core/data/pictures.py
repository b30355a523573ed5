"""Pictures: images that somebody brought, as grey pixels. Documents only name them, by a hash of what they are: whoever
trains on them has them at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import orjson
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from core.data.columns import HEADER, id_of
from core.data.images import BRIGHTEST, SIDE, digits

Array = NDArray[Any]

WHITE = 255
SMALLEST_SIDE, LARGEST_SIDE = 8, 32
FEWEST_CLASSES, MOST_CLASSES = 2, 10
FEWEST_IMAGES, MOST_IMAGES = 4, 5000
LONGEST_LABEL = 80


class NotPictures(ValueError):
    """The bytes hold no pictures."""


@dataclass(frozen=True)
class Pictures:
    """Square images of one size, and which of the classes each is of."""

    pixels: NDArray[np.uint8]  # (images, side, side): 0 is black, 255 white
    classes: NDArray[np.uint8]  # (images,): places in `labels`
    labels: tuple[str, ...]  # the names of the classes

    @property
    def side(self) -> int:
        return int(self.pixels.shape[1])

    @cached_property
    def packed(self) -> bytes:
        """All of it as bytes: the same pictures have the same."""
        header = np.frombuffer(orjson.dumps({"labels": self.labels}), np.uint8)
        pixels, classes = np.ascontiguousarray(self.pixels), np.ascontiguousarray(self.classes)
        return safetensors.numpy.save({HEADER: header, "pixels": pixels, "classes": classes})

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        """Raises NotPictures."""
        try:
            arrays = safetensors.numpy.load(data)
            labels = tuple(map(str, orjson.loads(arrays[HEADER].tobytes())["labels"]))
            pictures = cls(arrays["pixels"], arrays["classes"], labels)
            check(pictures)
        except (safetensors.SafetensorError, LookupError, TypeError, ValueError) as error:
            raise NotPictures(f"expected packed pictures: {error}") from error
        return pictures

    @cached_property
    def id(self) -> str:
        """22 letters, digits, - and _ that no others have: a hash of what they are."""
        return id_of(self.packed)


def check(pictures: Pictures) -> None:
    """Raises ValueError where these are no pictures that one can train on."""
    pixels, classes, labels = pictures.pixels, pictures.classes, pictures.labels
    if not pixels.dtype == classes.dtype == np.uint8 or pixels.ndim != 3 or classes.shape != pixels.shape[:1]:
        raise ValueError("expected bytes: the pixels of each image, and its class")
    if pixels.shape[1] != pixels.shape[2] or not SMALLEST_SIDE <= pixels.shape[1] <= LARGEST_SIDE:
        raise ValueError(f"expected {SMALLEST_SIDE} to {LARGEST_SIDE} pixels along each side")
    if not FEWEST_IMAGES <= len(pixels) <= MOST_IMAGES:
        raise ValueError(f"expected {FEWEST_IMAGES} to {MOST_IMAGES} images, got {len(pixels)}")
    if len({*labels}) < len(labels) or not FEWEST_CLASSES <= len(labels) <= MOST_CLASSES:
        raise ValueError(f"expected {FEWEST_CLASSES} to {MOST_CLASSES} classes, each with a name of its own")
    if any(not 0 < len(label) <= LONGEST_LABEL for label in labels):
        raise ValueError(f"expected names of 1 to {LONGEST_LABEL} characters")
    if not np.array_equal(np.unique(classes), np.arange(len(labels))):
        raise ValueError("expected images of each class")


def _threes_and_eights() -> Pictures:
    rows = digits()
    chosen = rows[np.isin(rows[:, -1], (3, 8))]
    pixels = (chosen[:, :-1].astype(int) * WHITE // BRIGHTEST).astype(np.uint8).reshape(-1, SIDE, SIDE)
    return Pictures(pixels, (chosen[:, -1] == 8).astype(np.uint8), ("three", "eight"))


THREES_AND_EIGHTS = _threes_and_eights()
"""Of the handwritten digits."""
