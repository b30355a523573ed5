"""Pooling: an image made smaller, each block of pixels by the largest or the mean of them."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

from core.layers.base import Flow, LayerSpec, Misfit, Place, Shape, Sight
from core.layers.convolution import misfit_on_image
from core.program import Program, Region
from core.spec import knob


class Pooling(LayerSpec):
    """Base of the poolings. Blocks lie side by side; rows and columns that fill none are left out."""

    reads: ClassVar = "image"
    size: int = knob("The side of the blocks.", title="Block", default=2, ge=2, le=4)

    @property
    def summary(self) -> str:
        return f"{self.title.lower()} {self.size}×{self.size}"

    def misfit(self, shape: Shape, shortcut: Shape | None) -> Misfit | None:
        return misfit_on_image(shape, "size", self.size)

    def shape_after(self, shape: Shape) -> Shape:
        channels, height, width = shape
        return channels, height // self.size, width // self.size

    def sight(self, shape: Shape) -> Sight:
        return Sight(self.size, self.size)

    def blocks(self, place: Place, image: Region) -> list[Region]:
        """Of an image shaped like x, (channels·height·width, batch): the first pixel of every block, then the
        second and so on, row by row. Each is of the shape (channels, rows, columns, batch)."""
        _, height, width = place.shape
        batch = place.batch
        strides = height * width * batch, self.size * width * batch, self.size * batch, 1
        shape = *self.shape_after(place.shape), batch
        return [
            image.strided((down * width + right) * batch, shape, strides)
            for down in range(self.size)
            for right in range(self.size)
        ]

    def clear(self, program: Program, place: Place, before: Region) -> None:
        """Contribute 0 to the gradient of what fills no block."""
        if any(side % self.size for side in place.shape[1:]):
            program.emit("positive", program.constant(0.0), before.rows(0, prod(place.shape)))


class MaxPool(Pooling):
    """Takes the largest value of each block of pixels: whether a pattern was found there at all, and no longer where
    exactly.

    The gradient goes to that pixel alone, to the first where several are as large.
    """

    kind: Literal["max_pool"] = "max_pool"
    title: ClassVar = "Max pool"
    formula: ClassVar = "a = max x over a block"
    source: ClassVar = "Riesenhuber & Poggio 1999, Hierarchical models of object recognition in cortex"

    def workspace(self, shape: Shape) -> int:
        return (self.size**2 + 1) * prod(self.shape_after(shape))

    def forward(self, program: Program, place: Place) -> Flow:
        """The largest so far, pixel by pixel. Back from the last: who made it larger takes what is left of δ."""
        first, *others = self.blocks(place, place.values)
        z = place.z.part(0, *first.shape)
        largest = [first, *(program.allocate(*first.shape) for _ in others[1:]), z]
        for before, other, after in zip(largest, others, largest[1:], strict=False):
            program.emit("maximum", before, other, after)

        def back(delta: Region, gradient: Region, before: Region | None) -> None:
            if before:
                self.clear(program, place, before)
                shares = self.blocks(place, before)
                self._share_out(program, delta.part(0, *z.shape), largest, shares)

        return Flow(back)

    def _share_out(self, program: Program, delta: Region, largest: list[Region], shares: list[Region]) -> None:
        share, left = program.allocate(*delta.shape), program.allocate(*delta.shape)
        for index in range(len(shares) - 1, 0, -1):
            program.emit("greater", largest[index], largest[index - 1], share)
            program.emit("multiply", delta, share, share)
            program.emit("positive", share, shares[index])
            program.emit("subtract", delta, share, left)
            delta = left
        program.emit("positive", delta, shares[0])


class AveragePool(Pooling):
    """Takes the mean of each block of pixels: a smaller and smoother image."""

    kind: Literal["average_pool"] = "average_pool"
    title: ClassVar = "Average pool"
    formula: ClassVar = "a = mean of x over a block"
    source: ClassVar = "LeCun, Bottou, Bengio & Haffner 1998, Gradient-based learning applied to document recognition"

    def workspace(self, shape: Shape) -> int:
        return prod(self.shape_after(shape))

    def forward(self, program: Program, place: Place) -> Flow:
        blocks = self.blocks(place, place.values)
        z, share = place.z.part(0, *blocks[0].shape), program.constant(1.0 / self.size**2)
        program.emit("add", blocks[0], blocks[1], z)
        for block in blocks[2:]:
            program.emit("add", z, block, z)
        program.emit("multiply", z, share, z)

        def back(delta: Region, gradient: Region, before: Region | None) -> None:
            if before:
                self.clear(program, place, before)
                shared = program.allocate(*z.shape)
                program.emit("multiply", delta.part(0, *z.shape), share, shared)
                for block in self.blocks(place, before):
                    program.emit("positive", shared, block)

        return Flow(back)
