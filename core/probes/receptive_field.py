"""Receptive field: the pixels of the input image that a pixel of a feature map is made of."""

from __future__ import annotations

from typing import NamedTuple

from core.layers import Sight
from core.network import Stages


class Field(NamedTuple):
    """Of the first pixel: from `start` on so many pixels, `size`, along both sides; each next one lies `stride`
    further on. Pixels before 0 and beyond the image are the zeros around it."""

    start: int
    size: int
    stride: int

    def of(self, pixel: int) -> tuple[int, int]:
        """Where the field of a pixel begins, and where it ends: the first that is no longer in it."""
        begin = self.start + pixel * self.stride
        return begin, begin + self.size


def receptive_fields(stages: Stages) -> list[Field | None]:
    """That of each layer's pixels; None where the layer gives no image, or each pixel sees all of it (Araujo, Norris &
    Sim 2019, Computing receptive fields of convolutional neural networks)."""
    fields: list[Field | None] = [Field(0, 1, 1)]
    for stage in stages:
        field = _behind(fields[-1], stage.layer.sight(stage.reaching)) if stage.is_image else None
        if stage.shortcut is not None:
            field = _joined(field, fields[stage.shortcut + 1])
        fields.append(field)
    return fields[1:]


def _behind(field: Field | None, sight: Sight | None) -> Field | None:
    """What a layer's pixels see of the input, when those before it see this."""
    if field is None or sight is None:
        return None
    side, stride, margin = sight
    return Field(field.start - margin * field.stride, field.size + (side - 1) * field.stride, stride * field.stride)


def _joined(one: Field | None, other: Field | None) -> Field | None:
    """The two come together at a shortcut's end: both images have the same sides, so that the strides are the same."""
    if one is None or other is None:
        return None
    start = min(one.start, other.start)
    return Field(start, max(one.start + one.size, other.start + other.size) - start, one.stride)
