"""Surfaces: what the Descent lab descends: the loss over one weight or two, and its gradient, side by side."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from math import ceil, log2
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from core.formula import LONGEST, derived, parsed, parts_of
from core.spec import BY_KIND, Spec, knob

Array = NDArray[Any]
Span = tuple[float, float]

PARTS_OF_OWN = 5  # what a look at one of our own surfaces costs, in parts of a typed formula


class SurfaceSpec(Spec):
    """Base of the surfaces. `names` are those of the weights, `usual_start` is worth starting from, and `span` is how
    far the map reaches along each weight. Losses are of one or more samples; what is descended is their mean."""

    shown: ClassVar[tuple[str, ...]] = ("title", "formula", "source", "dimensions")
    title: ClassVar[str]
    formula: ClassVar[str] = ""
    dimensions: ClassVar[int] = 2
    names: ClassVar[tuple[str, ...]] = ("x", "y")
    usual_start: ClassVar[tuple[float, ...]]
    spans: ClassVar[tuple[Span, ...]] = ((-5.0, 5.0), (-5.0, 5.0))
    lowest: ClassVar[tuple[tuple[float, ...], ...]] = ()

    @property
    def bottoms(self) -> tuple[tuple[float, ...], ...]:
        """The places of the lowest loss that there is, (weights,) each; none where nobody knows them."""
        return self.lowest

    @property
    def parts(self) -> int:
        """What a look costs, in parts of a formula."""
        return PARTS_OF_OWN

    def window(self, start: tuple[float, ...]) -> tuple[Span, ...]:
        """What the map shows, from low to high along each weight."""
        return self.spans

    def drawn(self) -> Array:
        """The samples: (samples, columns)."""
        return np.zeros((1, 0))

    @abstractmethod
    def losses(self, place: Array, samples: Array) -> Array:
        """Each sample's loss, (samples, *shape), at places of shape (weights, *shape)."""

    @abstractmethod
    def slopes(self, place: Array, samples: Array) -> Array:
        """Each sample's gradient, (samples, weights), at one place, (weights,)."""


# --- one weight -------------------------------------------------------------------------------------------------


class OneWeight(SurfaceSpec):
    """One neuron with one weight and one sample: it answers w·x and should answer the target. A parabola."""

    kind: Literal["one_weight"] = "one_weight"
    title: ClassVar = "One weight"
    formula: ClassVar = "L(w) = ½·(w·x − t)²"
    dimensions: ClassVar[int] = 1
    names: ClassVar = ("w",)
    usual_start: ClassVar = (5.0,)

    x: float = knob("The input of the one sample.", title="Input x", default=2.0, ge=-10, le=10, control="number")
    target: float = knob(
        "What the neuron should answer.", title="Target t", default=6.0, ge=-100, le=100, control="number"
    )

    @property
    def bottoms(self) -> tuple[tuple[float, ...], ...]:
        return ((self.target / self.x,),) if self.x else ()

    def window(self, start: tuple[float, ...]) -> tuple[Span, ...]:
        """The valley in the middle, with room for a bounce to the other side. Its width changes by doubling, so that it
        stands still while the start is moved a little."""
        (middle,) = self.bottoms[0] if self.bottoms else (0.0,)
        reach = 2.0 ** ceil(log2(1.5 * max(abs(start[0] - middle), 1.0)))
        return ((middle - reach, middle + reach),)

    def losses(self, place: Array, samples: Array) -> Array:
        return np.asarray(0.5 * (place * self.x - self.target) ** 2)

    def slopes(self, place: Array, samples: Array) -> Array:
        return np.asarray((place * self.x - self.target) * self.x)[None]


class SampledSpec(SurfaceSpec):
    """Base of the losses of one weight that are means over many samples, each with a loss of its own."""

    dimensions: ClassVar[int] = 1
    names: ClassVar = ("w",)

    samples: int = knob("How many samples there are.", title="Samples", default=24, ge=1, le=64)
    noise: float = knob("How far the samples disagree.", title="Noise", default=0.5, ge=0, le=2, step=0.05)
    seed: int = knob("Chooses the samples.", title="Seed", control="seed", default=1, ge=0, le=2**53 - 1)

    def drawn(self) -> Array:
        """Inputs spread from −1 to 1, and what each sample's noise is: (samples, 2)."""
        chance = np.random.default_rng(self.seed)
        return np.stack([chance.uniform(-1, 1, self.samples), self.noise * chance.normal(size=self.samples)], axis=1)


class DoubleWell(SampledSpec):
    """Two valleys, and only one of them is the deepest. Each sample tilts the ground its own way."""

    kind: Literal["double_well"] = "double_well"
    title: ClassVar = "Two valleys"
    formula: ClassVar = "Lᵢ(w) = ¼·w⁴ − w² + 0.4·w + 2 + nᵢ·w"
    usual_start: ClassVar = (2.4,)
    spans: ClassVar[tuple[Span, ...]] = ((-2.6, 2.6),)
    lowest: ClassVar = ((-1.5052371435433933,),)  # the least root of w³ − 2w + 0.4

    def losses(self, place: Array, samples: Array) -> Array:
        (w,) = place
        return np.asarray(w**4 / 4 - w**2 + 0.4 * w + 2 + np.multiply.outer(_centred(samples), w))

    def slopes(self, place: Array, samples: Array) -> Array:
        (w,) = place
        return np.asarray(w**3 - 2 * w + 0.4 + _centred(samples))[:, None]


class Waves(SampledSpec):
    """A model that answers sin(w·x): a wrong frequency fits a little again and again, and each time is a valley."""

    kind: Literal["waves"] = "waves"
    title: ClassVar = "Waves"
    formula: ClassVar = "Lᵢ(w) = ½·(sin(w·xᵢ) − tᵢ)², tᵢ = sin(3·xᵢ) + nᵢ"
    usual_start: ClassVar = (9.0,)
    spans: ClassVar[tuple[Span, ...]] = ((-4.0, 18.0),)
    TRUE: ClassVar[float] = 3.0
    SHARE: ClassVar[float] = 0.3  # of the noise: targets are from −1 to 1

    def losses(self, place: Array, samples: Array) -> Array:
        (w,), (x, noise) = place, samples.T
        targets = np.sin(self.TRUE * x) + self.SHARE * noise
        answers = np.sin(np.multiply.outer(x, w))
        return np.asarray(0.5 * (answers - targets.reshape(-1, *[1] * np.ndim(w))) ** 2)

    def slopes(self, place: Array, samples: Array) -> Array:
        (w,), (x, noise) = place, samples.T
        targets = np.sin(self.TRUE * x) + self.SHARE * noise
        return np.asarray((np.sin(w * x) - targets) * np.cos(w * x) * x)[:, None]


class Plateau(SampledSpec):
    """A sigmoid neuron that is sure and wrong: its slope is almost nothing, and so are its steps."""

    kind: Literal["plateau"] = "plateau"
    title: ClassVar = "Plateau"
    formula: ClassVar = "Lᵢ(w) = ½·(σ(w·xᵢ + nᵢ) − tᵢ)², tᵢ = 1 where xᵢ > 0, else 0"
    usual_start: ClassVar = (-9.0,)
    spans: ClassVar[tuple[Span, ...]] = ((-14.0, 14.0),)

    def losses(self, place: Array, samples: Array) -> Array:
        (w,), (x, noise) = place, samples.T
        around = (-1, *[1] * np.ndim(w))
        answers = _sigmoid(np.multiply.outer(x, w) + noise.reshape(around))
        return np.asarray(0.5 * (answers - (x > 0).reshape(around)) ** 2)

    def slopes(self, place: Array, samples: Array) -> Array:
        (w,), (x, noise) = place, samples.T
        answers = _sigmoid(w * x + noise)
        return np.asarray((answers - (x > 0)) * answers * (1 - answers) * x)[:, None]


def _centred(samples: Array) -> Array:
    """The samples' noise without its mean: the mean of the losses then is as its formula says."""
    return np.asarray(samples[:, 1] - samples[:, 1].mean())


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * z))


# --- two weights ------------------------------------------------------------------------------------------------


class SmoothSpec(SurfaceSpec):
    """Base of the losses over two weights: a height and a slope at (x, y)."""

    def losses(self, place: Array, samples: Array) -> Array:
        return np.asarray(self.height(*place))[None]

    def slopes(self, place: Array, samples: Array) -> Array:
        return np.array([self.slope(*place)], float)

    @abstractmethod
    def height(self, x: Any, y: Any) -> Any:
        """The loss, of numbers or of arrays."""

    @abstractmethod
    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Its derivatives by x and by y."""


class Bowl(SmoothSpec):
    """A round bowl: from everywhere the gradient points straight away from the lowest place."""

    kind: Literal["bowl"] = "bowl"
    title: ClassVar = "Bowl"
    formula: ClassVar = "½·(x² + y²)"
    usual_start: ClassVar = (-4.0, 3.0)
    lowest: ClassVar = ((0.0, 0.0),)

    def height(self, x: Any, y: Any) -> Any:
        return 0.5 * (x * x + y * y)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return x, y


class Ravine(SmoothSpec):
    """A long valley between steep walls: descent rushes from wall to wall and creeps along the floor."""

    kind: Literal["ravine"] = "ravine"
    title: ClassVar = "Ravine"
    formula: ClassVar = "½·(x² + steepness·y²)"
    usual_start: ClassVar = (-4.5, 2.0)
    lowest: ClassVar = ((0.0, 0.0),)

    steepness: float = knob(
        "How much steeper the walls are than the floor: the condition number.",
        title="Steepness",
        default=20.0,
        ge=1,
        le=1000,
        scale="log",
    )

    def height(self, x: Any, y: Any) -> Any:
        return 0.5 * (x * x + self.steepness * y * y)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return x, self.steepness * y


class Rosenbrock(SmoothSpec):
    """A bent valley: to find it is easy, to follow it to its lowest place is not."""

    kind: Literal["rosenbrock"] = "rosenbrock"
    title: ClassVar = "Rosenbrock"
    formula: ClassVar = "(1 − x)² + steepness·(y − x²)²"
    source: ClassVar = "Rosenbrock 1960, An automatic method for finding the greatest or least value of a function"
    usual_start: ClassVar = (-1.5, 2.0)
    spans: ClassVar[tuple[Span, ...]] = ((-2.0, 2.0), (-1.0, 3.0))
    lowest: ClassVar = ((1.0, 1.0),)

    steepness: float = knob(
        "How steep the walls are. The paper has 100.", title="Steepness", default=100.0, ge=1, le=1000, scale="log"
    )

    def height(self, x: Any, y: Any) -> Any:
        return (1 - x) ** 2 + self.steepness * (y - x * x) ** 2

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        wall = 2 * self.steepness * (y - x * x)
        return -2 * (1 - x) - 2 * x * wall, wall


class Himmelblau(SmoothSpec):
    """Four valleys, all equally deep: which one is found depends on the start and on the way."""

    kind: Literal["himmelblau"] = "himmelblau"
    title: ClassVar = "Himmelblau"
    formula: ClassVar = "(x² + y − 11)² + (x + y² − 7)²"
    source: ClassVar = "Himmelblau 1972, Applied nonlinear programming"
    usual_start: ClassVar = (-0.5, -1.0)
    lowest: ClassVar = (
        (3.0, 2.0),
        (-2.8051180869527448, 3.1313125182505730),
        (-3.7793102533777469, -3.2831859912861694),
        (3.5844283403304917, -1.8481265269644034),
    )

    def height(self, x: Any, y: Any) -> Any:
        return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        a, b = x * x + y - 11, x + y * y - 7
        return 4 * x * a + 2 * b, 2 * a + 4 * y * b


class Rastrigin(SmoothSpec):
    """A bowl full of dents: hardly anything that only looks downhill gets to the middle."""

    kind: Literal["rastrigin"] = "rastrigin"
    title: ClassVar = "Rastrigin"
    formula: ClassVar = "2·depth + x² + y² − depth·(cos 2πx + cos 2πy)"
    source: ClassVar = "Rastrigin 1974, Systems of extremal control"
    usual_start: ClassVar = (-3.3, 2.7)
    spans: ClassVar[tuple[Span, ...]] = ((-5.12, 5.12), (-5.12, 5.12))
    lowest: ClassVar = ((0.0, 0.0),)

    depth: float = knob("How deep the dents are.", title="Depth", default=10.0, ge=0, le=20, step=0.5)

    def height(self, x: Any, y: Any) -> Any:
        dents = np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)
        return 2 * self.depth + x * x + y * y - self.depth * dents

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        turn = 2 * np.pi
        return 2 * x + turn * self.depth * np.sin(turn * x), 2 * y + turn * self.depth * np.sin(turn * y)


class Beale(SmoothSpec):
    """A plain with peaks at its corners: flat in the middle, where steps all but stop, and steep outside."""

    kind: Literal["beale"] = "beale"
    title: ClassVar = "Beale"
    formula: ClassVar = "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²"
    source: ClassVar = "Beale 1958, On an iterative method for finding a local minimum"
    usual_start: ClassVar = (1.0, 1.5)
    spans: ClassVar[tuple[Span, ...]] = ((-4.5, 4.5), (-4.5, 4.5))
    lowest: ClassVar = ((3.0, 0.5),)

    def height(self, x: Any, y: Any) -> Any:
        return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
        return (
            2 * a * (y - 1) + 2 * b * (y**2 - 1) + 2 * c * (y**3 - 1),
            2 * x * (a + 2 * y * b + 3 * y**2 * c),
        )


class Saddle(SmoothSpec):
    """Level in the middle, and yet no valley: downhill to both sides. A start on the ridge alone ends there."""

    kind: Literal["saddle"] = "saddle"
    title: ClassVar = "Saddle"
    formula: ClassVar = "½·x² − ½·y² + ⅛·y⁴ + ½"
    usual_start: ClassVar = (-2.4, 0.001)
    spans: ClassVar[tuple[Span, ...]] = ((-3.0, 3.0), (-3.0, 3.0))
    lowest: ClassVar = ((0.0, -(2**0.5)), (0.0, 2**0.5))

    def height(self, x: Any, y: Any) -> Any:
        return 0.5 * (x * x - y * y) + y**4 / 8 + 0.5

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return x, y**3 / 2 - y


class Cliff(SmoothSpec):
    """A gentle slope that ends at a wall: whoever steps on the wall is thrown far away. Clipping is made for it."""

    kind: Literal["cliff"] = "cliff"
    title: ClassVar = "Cliff"
    formula: ClassVar = "6·σ(8·(x − 1)) + 0.05·(x + 3)² + 0.1·y²"
    source: ClassVar = "after Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks"
    usual_start: ClassVar = (4.0, 3.0)
    lowest: ClassVar = ((-3.0, 0.0),)

    def height(self, x: Any, y: Any) -> Any:
        return 6 * _sigmoid(8 * (x - 1)) + 0.05 * (x + 3) ** 2 + 0.1 * y * y

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        wall = _sigmoid(8 * (x - 1))
        return 48 * wall * (1 - wall) + 0.1 * (x + 3), 0.2 * y


# --- typed ------------------------------------------------------------------------------------------------------


def _text(default: str) -> Any:
    return knob(
        "The loss, as a formula. Its gradient is exact.",
        title="Formula",
        control="text",
        default=default,
        min_length=1,
        max_length=LONGEST,
    )


class TypedSpec(SurfaceSpec):
    """Base of the surfaces that a person types. The gradient is exact, by duals (core/dual.py)."""

    text: str = _text("0")
    reach: float = knob(
        "How far the map reaches to each side.", title="Reach", default=4.0, ge=0.1, le=100, scale="log"
    )

    @field_validator("text")
    @classmethod
    def _is_formula(cls, text: str) -> str:
        _losses_of(text, cls.names)
        return text.strip()

    @property
    def parts(self) -> int:
        return 2 * parts_of(self.text, self.names)  # a dual computes a value and its derivatives

    def window(self, start: tuple[float, ...]) -> tuple[Span, ...]:
        return ((-self.reach, self.reach),) * self.dimensions

    def losses(self, place: Array, samples: Array) -> Array:
        return _losses_of(self.text, self.names)(dict(zip(self.names, place, strict=True)))[None]

    def slopes(self, place: Array, samples: Array) -> Array:
        return _slopes_of(self.text, self.names)(place)[None]


# A formula is read once, and looked at thousands of times.
_losses_of = lru_cache(maxsize=64)(parsed)
_slopes_of = lru_cache(maxsize=64)(derived)


class TypedCurve(TypedSpec):
    """A curve of your own: type its height over w."""

    kind: Literal["typed_curve"] = "typed_curve"
    title: ClassVar = "Your curve"
    dimensions: ClassVar[int] = 1
    names: ClassVar = ("w",)
    usual_start: ClassVar = (3.0,)

    text: str = _text("w^2 / 4 + sin(3*w)")


class TypedSurface(TypedSpec):
    """A surface of your own: type its height over x and y."""

    kind: Literal["typed_surface"] = "typed_surface"
    title: ClassVar = "Your surface"
    usual_start: ClassVar = (-3.0, 2.0)

    text: str = _text("x^2 / 4 + y^2 / 2 + sin(2*x) * cos(2*y)")


Surface = Annotated[
    OneWeight
    | DoubleWell
    | Waves
    | Plateau
    | TypedCurve
    | Bowl
    | Ravine
    | Rosenbrock
    | Himmelblau
    | Rastrigin
    | Beale
    | Saddle
    | Cliff
    | TypedSurface,
    Field(discriminator="kind"),
    BY_KIND,
]
