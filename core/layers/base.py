"""What all layers share: how they shape what passes through them, and what they contribute to a pass."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.activations import Linear, OutputActivation
from core.initializers import Initializer
from core.program import Program, Region
from core.spec import Spec

Array = NDArray[Any]

Shape = tuple[int, ...]
"""What passes from layer to layer for each sample: (units,), or of an image (channels, height, width), which lie in
memory in this order."""

Mode = Literal["training", "batch", "evaluation"]
"""What a pass is for. In training units are dropped, and a batch is judged by its own statistics, which are remembered.
A batch pass looks at the same loss without dropping or remembering. An evaluation drops nothing and takes each sample
by itself."""


Way = Literal["weigh", "scale", "normalize", "add", "pass"]
"""What an evaluation makes of x, told to those who paint: W·x + b; gain·x + shift; gain·h + shift, where h is x brought
to mean 0 and deviation 1 over the units of a sample; x and what comes by the shortcut; x itself."""


@dataclass(frozen=True)
class Place:
    """Where a layer's numbers stand during a pass.

    x: (inputs + 1, batch), the last row ones; z: (units, batch); `shape`: what x is of each sample; `shortcut`: what
    reached an earlier layer, as x. `weights` and `running` are the layer's part of the parameters and of the
    running statistics.
    """

    mode: Mode
    weights: Region
    running: Region
    x: Region
    z: Region
    shape: Shape
    shortcut: Region | None = None

    @property
    def units(self) -> int:
        return self.z.shape[0]

    @property
    def batch(self) -> int:
        return self.z.shape[1]

    @property
    def values(self) -> Region:
        """x without its row of ones."""
        return self.x.rows(0, self.x.shape[0] - 1)

    def by_channel(self, region: Region) -> Region:
        """Of numbers shaped like x, (inputs, batch), all pixels of a channel as one row; else they stay as they are."""
        channels = self.shape[0]
        return region if len(self.shape) == 1 else region.part(0, channels, region.size // channels)


def _nothing() -> None:
    pass


class Flow(NamedTuple):
    """What a forward pass leaves to be contributed later.

    `back(delta, gradient, before)`: from delta = ∂L/∂z contribute the gradient of the layer's parameters and, unless
    `before` is None, ∂L/∂x into it: (inputs + 1, batch), its last row without meaning. `settle()`: what is left to do
    after the update.
    """

    back: Callable[[Region, Region, Region | None], None]
    settle: Callable[[], None] = _nothing


def pass_on(program: Program, delta: Region, before: Region | None) -> None:
    """The way back of a layer whose z is its x: ∂L/∂x is δ."""
    if before:
        program.emit("positive", delta, before.rows(0, delta.shape[0]))


class Sight(NamedTuple):
    """What a pixel that a layer gives is made of: a block of so many pixels of what reaches the layer. That of the next
    pixel lies `stride` further on, and the first begins `margin` pixels outside the image."""

    side: int = 1
    stride: int = 1
    margin: int = 0


class Misfit(NamedTuple):
    """Why a layer cannot stand where it stands: the setting to change, "" where it is the layer, and a sentence."""

    field: str
    sentence: str


def spoken(shape: Shape) -> str:
    """A shape as people see it: "8 units", "an image of 8×8, 3 channels"."""
    if len(shape) == 1:
        return f"{shape[0]} {'unit' if shape[0] == 1 else 'units'}"
    channels, height, width = shape
    return f"an image of {height}×{width}, {channels} {'channel' if channels == 1 else 'channels'}"


class LayerSpec(Spec):
    """Base of the layers. Most keep the number of units, have no parameters and pass their sums on as they are."""

    title: ClassVar[str]
    has_weights: ClassVar[bool] = False  # parameters that regularizers pull on; the last column, the biases, is spared
    by_column: ClassVar[bool] = False  # the parameters lie in memory column by column
    way: ClassVar[Way] = "pass"
    reads: ClassVar[Literal["any", "image"]] = "any"  # what may reach it
    shown: ClassVar = (*Spec.shown, "reads")

    @property
    def summary(self) -> str:
        """The layer in a word or two, as an architecture is told in a line."""
        return self.title.lower()

    @property
    def f(self) -> OutputActivation:
        """The activation that is applied to the layer's sums."""
        activation: OutputActivation = getattr(self, "activation", Linear())
        return activation

    def shape_after(self, shape: Shape) -> Shape:
        """What the layer gives when this reaches it."""
        return shape

    def columns(self, shape: Shape) -> int:
        """How many parameters each unit has, of an image each channel, when this reaches the layer."""
        return 0

    def misfit(self, shape: Shape, shortcut: Shape | None) -> Misfit | None:
        """Why the layer cannot stand where this reaches it, and this by a shortcut; None where it can."""
        return None

    def sight(self, shape: Shape) -> Sight | None:
        """What each pixel of the image that the layer gives is made of, when this reaches it; None where that is the
        whole image."""
        return Sight()

    def workspace(self, shape: Shape) -> int:
        """How many numbers a pass needs of each sample, beside x, z and their gradients."""
        return 0

    def start(self, block: Array, initializer: Initializer, generators: Iterator[Any]) -> None:
        """Give the parameters, (units or channels, columns), their first values. Who draws takes a generator."""
        return None

    def running_start(self, units: int) -> Array:
        """What the running statistics of units or channels start as: a vector, empty where nothing is remembered."""
        return np.zeros(0)

    @abstractmethod
    def forward(self, program: Program, place: Place) -> Flow:
        """Contribute z from x."""
