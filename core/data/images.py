"""Images, and among them handwritten digits, 8×8 pixels.

The file beside this one holds the 1,797 test images of *Optical Recognition of Handwritten Digits*, E. Alpaydin and
C. Kaynak, UCI Machine Learning Repository 1998, https://doi.org/10.24432/C50P49, licence CC BY 4.0: 64 pixels from 0
to 16 and the digit, a byte each, gzipped.
"""

from __future__ import annotations

import gzip
from abc import abstractmethod
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.base import DatasetSpec, Points, Task
from core.spec import knob

Array = NDArray[Any]

SIDE = 8
BRIGHTEST = 16
BLOCKS = 4  # along each side
DIRECTIONS = 8
DIGITS_SOURCE = "Alpaydin & Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0"
DIGITS_FILE = Path(__file__).with_name("digits.gz")


@cache
def digits() -> NDArray[np.uint8]:
    """The pixels of each, and which digit it is: (1797, 65)."""
    return np.frombuffer(gzip.decompress(DIGITS_FILE.read_bytes()), np.uint8).reshape(-1, SIDE * SIDE + 1)


class ImageSet(DatasetSpec):
    """Base of the sets of square grey images. Pixels are from 0 to 1."""

    dimensions: ClassVar[int] = 0
    group: ClassVar[str] = "Images"
    engineering: ClassVar[str] = "the means of blocks, rows and columns, and which way edges run"

    @property
    @abstractmethod
    def pixels_across(self) -> int:
        """How many pixels an image has along each side."""

    @property
    def input_names(self) -> tuple[str, ...]:
        across = range(1, self.pixels_across + 1)
        return tuple(f"pixel {row}.{column}" for row in across for column in across)

    @property
    def input_shape(self) -> tuple[int, ...]:
        return 1, self.pixels_across, self.pixels_across

    def engineered(self, points: Array) -> Array:
        """The means of blocks, rows and columns, and how strong edges are in each of eight directions, in each quarter
        of the image (after Dalal & Triggs 2005, Histograms of oriented gradients)."""
        images = points.reshape(-1, self.pixels_across, self.pixels_across)
        down, across = np.gradient(images, axis=1), np.gradient(images, axis=2)
        strength = np.hypot(down, across)
        angles = np.arctan2(down, across)
        ways = (angles // (2 * np.pi / DIRECTIONS)).astype(int) % DIRECTIONS
        edges = [quarters(np.where(ways == way, strength, 0)) for way in range(DIRECTIONS)]
        return np.concatenate([blocks(images), images.mean(axis=1), images.mean(axis=2), *edges], axis=1)

    @property
    def input_columns(self) -> tuple[tuple[str, list[int]], ...]:
        return ()

    def inputs(self, points: Array) -> Array:
        return points


def blocks(images: Array, count: int = BLOCKS) -> Array:
    """The means of count² blocks of each image: (images, count²)."""
    rows = [part.mean(axis=1) for part in np.array_split(images, count, axis=1)]
    return np.stack([part.mean(axis=1) for row in rows for part in np.array_split(row, count, axis=1)], axis=1)


def quarters(images: Array) -> Array:
    return blocks(images, 2)


class DigitImages(ImageSet):
    """Base of the sets of handwritten digits."""

    source: ClassVar = DIGITS_SOURCE

    samples: int = knob(
        "How many images there are, for training and test together.",
        title="Images",
        unit="images",
        default=1797,
        ge=100,
        le=1797,
        step=1,
    )

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple("0123456789")

    @property
    def pixels_across(self) -> int:
        return SIDE

    def draw(self, generator: np.random.Generator) -> Points:
        """A random selection, so that fewer images are as mixed as all."""
        chosen = digits()[generator.permutation(len(digits()))[: self.samples]]
        return Points(chosen[:, :-1] / BRIGHTEST, chosen[:, -1].astype(int))


class Digits(DigitImages):
    """Real handwritten digits from 0 to 9, 8×8 grey pixels each."""

    kind: Literal["digits"] = "digits"
    title: ClassVar = "Digits"


class UnlabelledDigits(DigitImages):
    """The same digits without their labels: the network learns to draw each again from the few numbers of its
    narrowest layer, the code. Digits that look alike come to lie together in it."""

    kind: Literal["unlabelled_digits"] = "unlabelled_digits"
    title: ClassVar = "Digits, unlabelled"
    task: ClassVar[Task] = "autoencoder"
    group: ClassVar[str] = "Compress"
