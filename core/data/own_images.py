"""Own images: those that somebody brought, of a few classes to be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from core.data.at_hand import NotAtHand, pictures
from core.data.base import DatasetSpec, Points
from core.data.images import DIGITS_SOURCE, ImageSet
from core.data.pictures import (
    FEWEST_CLASSES,
    FEWEST_IMAGES,
    LARGEST_SIDE,
    LONGEST_LABEL,
    MOST_CLASSES,
    MOST_IMAGES,
    SMALLEST_SIDE,
    THREES_AND_EIGHTS,
    WHITE,
)
from core.data.tabular import ID, LONGEST_NAME, refusal
from core.spec import knob, misfit

Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]


class OwnImages(ImageSet):
    """Images of your own, of 2 to 10 classes. Unless you bring some, they are handwritten threes and eights."""

    kind: Literal["own_images"] = "own_images"
    title: ClassVar = "Your images"
    shown: ClassVar = (*DatasetSpec.shown, "needs")
    needs: ClassVar = "images"
    source: ClassVar = DIGITS_SOURCE
    content_at: ClassVar = "images"

    images: str = knob(
        "Which set of images it is.", title="Images", control="images", default=THREES_AND_EIGHTS.id, pattern=ID
    )
    called: str = knob(
        "What the images are called.",
        title="Called",
        control="text",
        default="Threes and eights",
        max_length=LONGEST_NAME,
    )
    side: int = knob(
        "How many pixels the images have along each side.",
        title="Side",
        default=THREES_AND_EIGHTS.side,
        ge=SMALLEST_SIDE,
        le=LARGEST_SIDE,
    )
    labels: tuple[Label, ...] = knob(
        "The names of the classes.",
        title="Classes",
        control="text",
        default=THREES_AND_EIGHTS.labels,
        min_length=FEWEST_CLASSES,
        max_length=MOST_CLASSES,
        strict=False,
    )
    samples: int = knob(
        "How many images there are at most, for training and test together, chosen at random.",
        title="Images",
        unit="images",
        scale="log",
        default=len(THREES_AND_EIGHTS.pixels),
        ge=FEWEST_IMAGES,
        le=MOST_IMAGES,
    )

    @property
    def heading(self) -> str:
        return self.called

    @property
    def lineage(self) -> tuple[str, ...]:
        return *super().lineage, self.images

    @model_validator(mode="after")
    def _has_each_class_once(self) -> Self:
        if len({*self.labels}) < len(self.labels):
            misfit("labels", "expected each class once")
        return self

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.labels

    @property
    def pixels_across(self) -> int:
        return self.side

    def draw(self, generator: np.random.Generator) -> Points:
        """The images in random order, at most so many. Raises InvalidExperiment where they are others, or not at
        hand."""
        try:
            own = pictures(self.images)
        except NotAtHand:
            raise refusal("images", "expected images that are kept here, got some that are not") from None
        self.check_fit(own.side, own.labels)
        chosen = generator.permutation(len(own.pixels))[: self.samples]
        return Points(own.pixels[chosen].reshape(len(chosen), -1) / WHITE, own.classes[chosen].astype(int))

    def check_fit(self, side: int, labels: Sequence[str]) -> None:
        """That the images are so large and of these classes. Raises InvalidExperiment."""
        if self.side != side:
            raise refusal("side", f"expected the {side} pixels that the images have along each side, got {self.side}")
        if self.labels != tuple(labels):
            raise refusal("labels", f"expected the classes of the images, {len(labels)}, got others")
