"""Convolution: small filters that look for the same pattern all over an image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar, Literal

from core.activations import Activation, ReLU
from core.initializers import Initializer
from core.layers.base import Array, Flow, LayerSpec, Misfit, Place, Shape, Sight, spoken
from core.program import Program, Region
from core.spec import knob


def misfit_on_image(shape: Shape, setting: str, side: int) -> Misfit | None:
    """What a layer for images says of anything else, and of an image smaller than what its setting lays on it."""
    if len(shape) != 3:
        sentence = f"expected an image, got {spoken(shape)}: choose data of images, and let no dense layer come before"
        return Misfit("", sentence)
    if side <= min(shape[1:]):
        return None
    return Misfit(setting, f"expected at most {min(shape[1:])}, the side of the image, got {side}")


@dataclass(frozen=True)
class Windows:
    """Where a filter comes to lie on an image: its side, and the images before and after it, (channels, height, width).

    `margin`: how many pixels of the first windows lie outside, above and to the left.
    """

    side: int
    image: Shape
    positions: tuple[int, int]
    margin: int

    @property
    def padded(self) -> Shape:
        """The image with as much around it as the windows see."""
        channels, _, _ = self.image
        rows, columns = self.positions
        return channels, rows + self.side - 1, columns + self.side - 1

    @property
    def depth(self) -> int:
        """How many numbers a window holds."""
        return self.image[0] * self.side**2


class Convolution(LayerSpec):
    """Moves small filters over an image. Each looks everywhere for the same pattern; what it finds is an image too, a
    feature map.

    Windows beyond the edge see zeros ("same", the map is as large as the image), or there are none ("valid"). An even
    kernel reaches one pixel further down and to the right. The bias is the last column of the weights, against a row of
    ones under the windows.
    """

    kind: Literal["conv2d"] = "conv2d"
    reads: ClassVar = "image"
    title: ClassVar = "Convolution"
    formula: ClassVar = "a = f(Σ w·x over the kernel and all channels + b), at every pixel"
    source: ClassVar = "LeCun et al. 1989, Backpropagation applied to handwritten zip code recognition"
    has_weights: ClassVar[bool] = True

    filters: int = knob(
        "How many patterns the layer looks for.", title="Filters", unit="filters", default=8, ge=1, le=64
    )
    kernel: int = knob("The side of a filter.", title="Kernel", default=3, ge=1, le=7)
    padding: Literal["same", "valid"] = knob(
        "Whether the image is surrounded with zeros, so that the map keeps its size.",
        title="Padding",
        control="choice",
        default="same",
    )
    activation: Activation = knob(
        "What is made of the weighted sum at each pixel.", title="Activation", control="choice", default=ReLU()
    )

    @property
    def summary(self) -> str:
        return f"conv {self.kernel}×{self.kernel}×{self.filters}"

    def misfit(self, shape: Shape, shortcut: Shape | None) -> Misfit | None:
        return misfit_on_image(shape, "kernel", self.kernel)

    def shape_after(self, shape: Shape) -> Shape:
        return self.filters, *self._windows(shape).positions

    def columns(self, shape: Shape) -> int:
        return self._windows(shape).depth + 1

    def sight(self, shape: Shape) -> Sight:
        return Sight(self.kernel, margin=self._windows(shape).margin)

    def workspace(self, shape: Shape) -> int:
        windows = self._windows(shape)
        return 2 * (windows.depth + 1) * prod(windows.positions) + prod(windows.padded)

    def start(self, block: Array, initializer: Initializer, generators: Iterator[Any]) -> None:
        filters, columns = block.shape
        block[:, :-1] = initializer.weights(next(generators), filters, columns - 1)
        block[:, -1] = initializer.first_bias

    def _windows(self, shape: Shape) -> Windows:
        _, height, width = shape
        outside = self.kernel - 1
        if self.padding == "same":
            return Windows(self.kernel, shape, (height, width), outside // 2)
        return Windows(self.kernel, shape, (height - outside, width - outside), 0)

    def forward(self, program: Program, place: Place) -> Flow:
        """z = W·windows, and back: ∂L/∂W = δ·windowsᵀ; ∂L/∂windows = Wᵀ·δ, added up where the windows lay."""
        windows, batch = self._windows(place.shape), place.batch
        across = prod(windows.positions) * batch
        seen = program.allocate(windows.depth + 1, across)
        program.fill(seen.rows(windows.depth, windows.depth + 1), 1.0)
        _look(program, windows, place, seen)
        program.emit("dot", place.weights, seen, place.z.part(0, self.filters, across))

        def back(delta: Region, gradient: Region, before: Region | None) -> None:
            delta = delta.part(0, self.filters, across)
            program.emit("dot", delta, seen.T, gradient)
            if before:
                of_seen = program.allocate(*seen.shape)
                program.emit("dot", place.weights.T, delta, of_seen)
                _give_back(program, windows, of_seen, before, batch)

        return Flow(back)


def _look(program: Program, windows: Windows, place: Place, seen: Region) -> None:
    """Contribute what every window sees: (channels·side², positions·batch)."""
    batch, side = place.batch, windows.side
    channels, height, width = windows.padded
    rows, columns = windows.positions
    image = _padded(program, windows, place)
    row = width * batch
    strides = (height * row, row, batch, row, 1)
    program.emit(
        "positive",
        image.strided(0, (channels, side, side, rows, columns * batch), strides),
        seen.part(0, channels, side, side, rows, columns * batch),
    )


def _padded(program: Program, windows: Windows, place: Place) -> Region:
    """Contribute the image with zeros around it, where the windows see beyond it."""
    if windows.padded == windows.image:
        return place.values
    batch, margin = place.batch, windows.margin
    channels, height, width = windows.image
    _, rows, columns = windows.padded
    padded = program.allocate(channels, rows, columns * batch)
    inside = padded.strided(
        (margin * columns + margin) * batch,
        (channels, height, width * batch),
        (rows * columns * batch, columns * batch, 1),
    )
    program.emit("positive", place.values.part(0, *inside.shape), inside)
    return padded


def _give_back(program: Program, windows: Windows, of_seen: Region, before: Region, batch: int) -> None:
    """Contribute ∂L/∂x: each pixel's sum over the windows that saw it, a place of the kernel after the other."""
    side, margin = windows.side, windows.margin
    channels, height, width = windows.image
    rows, columns = windows.positions
    taps = [(down, right) for down in range(-margin, side - margin) for right in range(-margin, side - margin)]
    whole = (0, 0) if windows.positions == (height, width) else None  # this one reaches every pixel
    if whole is None:
        program.emit("positive", program.constant(0.0), before.rows(0, channels * height * width))
    for down, right in sorted(taps, key=lambda tap: tap != whole):
        top, bottom = max(0, -down), min(rows, height - down)
        left, end = max(0, -right), min(columns, width - right)
        shape = channels, bottom - top, (end - left) * batch
        place = (down + margin) * side + right + margin
        source = of_seen.strided(
            ((place * rows + top) * columns + left) * batch,
            shape,
            (side**2 * rows * columns * batch, columns * batch, 1),
        )
        target = before.strided(
            ((top + down) * width + left + right) * batch, shape, (height * width * batch, width * batch, 1)
        )
        if (down, right) == whole:
            program.emit("positive", source, target)
        else:
            program.emit("add", target, source, target)
