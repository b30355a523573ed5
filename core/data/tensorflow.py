"""The data sets of TensorFlow Playground, point for point as it draws them from a seed. Coordinates span −6 to 6.

Read from tensorflow/playground at 02469bd, src/dataset.ts.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, floor, hypot, pi, sin
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.base import Featured, Points, Task, features_knob, formulas_knob
from core.data.features import LARGEST_INPUT, Feature
from core.data.typed import Typed
from core.seedrandom import SeedRandom
from core.spec import knob

Array = NDArray[Any]

WIDE_REACH = 6.0


class Sample(NamedTuple):
    x: float
    y: float
    label: float


def circle(random: SeedRandom, samples: int, noise: float) -> list[Sample]:
    """A disc in a ring. The noise moves where the label is read, not the point."""
    found = []
    for low, high in ((0.0, 2.5), (3.5, 5.0)):
        for _ in range(samples // 2):
            radius, angle = random.uniform(low, high), random.uniform(0, 2 * pi)
            x, y = radius * sin(angle), radius * cos(angle)
            noise_x, noise_y = random.uniform(-5, 5) * noise, random.uniform(-5, 5) * noise
            found.append(Sample(x, y, 1 if hypot(x + noise_x, y + noise_y) < 2.5 else -1))
    return found


def xor(random: SeedRandom, samples: int, noise: float) -> list[Sample]:
    """Opposite quarters alike, with a gap along the axes. The noise moves where the label is read."""

    def apart() -> float:
        place = random.uniform(-5, 5)
        return place + (0.3 if place > 0 else -0.3)

    found = []
    for _ in range(samples):
        x, y = apart(), apart()
        noise_x, noise_y = random.uniform(-5, 5) * noise, random.uniform(-5, 5) * noise
        found.append(Sample(x, y, 1 if (x + noise_x) * (y + noise_y) >= 0 else -1))
    return found


def gauss(random: SeedRandom, samples: int, noise: float) -> list[Sample]:
    """Two clouds. The noise is their width."""
    variance = 0.5 + 7 * noise
    return [
        Sample(random.normal(centre, variance), random.normal(centre, variance), label)
        for centre, label in ((2.0, 1), (-2.0, -1))
        for _ in range(samples // 2)
    ]


def spiral(random: SeedRandom, samples: int, noise: float) -> list[Sample]:
    """Two arms. The noise moves the points."""
    arm = samples // 2
    found = []
    for offset, label in ((0.0, 1), (pi, -1)):
        for place in range(arm):
            radius = place / arm * 5
            angle = 1.75 * place / arm * 2 * pi + offset
            x = radius * sin(angle) + random.uniform(-1, 1) * noise
            y = radius * cos(angle) + random.uniform(-1, 1) * noise
            found.append(Sample(x, y, label))
    return found


def _surface(random: SeedRandom, samples: int, noise: float, value: Callable[[float, float], float]) -> list[Sample]:
    found = []
    for _ in range(samples):
        x, y = random.uniform(-6, 6), random.uniform(-6, 6)
        noise_x, noise_y = random.uniform(-6, 6) * noise, random.uniform(-6, 6) * noise
        found.append(Sample(x, y, value(x + noise_x, y + noise_y)))
    return found


def plane(random: SeedRandom, samples: int, noise: float) -> list[Sample]:
    return _surface(random, samples, noise, lambda x, y: (x + y) / 10)


HILLS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))


def hills(random: SeedRandom, samples: int, noise: float) -> list[Sample]:
    """Six cones, up and down; where two overlap, the steeper one counts."""

    def height(x: float, y: float) -> float:
        highest = 0.0
        for centre_x, centre_y, sign in HILLS:
            here = sign * min(1.0, max(0.0, 1 - hypot(x - centre_x, y - centre_y) / 2))
            if abs(here) > abs(highest):
                highest = here
        return highest

    return _surface(random, samples, noise, height)


def shuffle(random: SeedRandom, samples: list[Sample]) -> None:
    left = len(samples)
    while left > 0:
        index = floor(random.random() * left)
        left -= 1
        samples[left], samples[index] = samples[index], samples[left]


Generate = Callable[[SeedRandom, int, float], list[Sample]]


class TensorFlowSet(Featured):
    """Base of both: the seed is a text of its own, because it decides the weights too."""

    reach: ClassVar[float] = WIDE_REACH
    rare: ClassVar[bool] = True
    count: ClassVar[int]
    generators: ClassVar[dict[str, Generate]]
    titles: ClassVar[dict[str, str]]
    set: str

    seed: str = knob(
        "TensorFlow Playground's seed, a text: it chooses points, split and first weights.",
        title="Seed",
        control="text",
        default="0.5",
        min_length=1,
        max_length=40,
    )
    noise: float = knob(
        "The noise as TensorFlow Playground means it.", title="Noise", unit="%", default=0.0, ge=0, le=0.8, step=0.05
    )
    features: tuple[Feature, ...] = features_knob("x1", "x2", most=7)
    formulas: tuple[Annotated[str, Typed(2, WIDE_REACH, LARGEST_INPUT)], ...] = formulas_knob()

    @property
    def heading(self) -> str:
        title = self.titles[self.set]
        return f"{title}, as TensorFlow Playground draws it"

    @property
    def samples(self) -> int:
        return self.count

    def drawn(self) -> tuple[list[Sample], SeedRandom]:
        """The shuffled samples, and the generator as it then stands: the weights come next."""
        random = SeedRandom(self.seed)
        found = self.generators[self.set](random, self.count, self.noise)
        shuffle(random, found)
        return found, random

    def draw(self, generator: np.random.Generator) -> Points:
        """Our generator is not used. The first samples are the training samples."""
        found, _ = self.drawn()
        train_percent = round(100 * (1 - self.test_fraction))
        table = np.array(found)
        is_test = np.arange(len(found)) >= len(found) * train_percent // 100
        return Points(table[:, :2], self.targets_of(table[:, 2]), is_test)

    def targets_of(self, labels: Array) -> Array:
        return labels


class TensorFlowClasses(TensorFlowSet):
    """The four sets of TensorFlow Playground to be classified, drawn exactly as there."""

    kind: Literal["tensorflow_classes"] = "tensorflow_classes"
    title: ClassVar = "Tensor\u00adFlow"  # breaks under a small picture
    source: ClassVar = "tensorflow/playground, src/dataset.ts"
    count: ClassVar[int] = 500
    generators: ClassVar[dict[str, Generate]] = {"circle": circle, "xor": xor, "gauss": gauss, "spiral": spiral}
    titles: ClassVar[dict[str, str]] = {
        "circle": "Circle",
        "xor": "XOR",
        "gauss": "Gaussian",
        "spiral": "Two spirals",
    }

    set: Literal["circle", "xor", "gauss", "spiral"] = knob(
        "Which of the sets.", title="Set", control="choice", default="circle"
    )

    def targets_of(self, labels: Array) -> Array:
        return (labels > 0).astype(int)


class TensorFlowValues(TensorFlowSet):
    """The two surfaces of TensorFlow Playground, drawn exactly as there."""

    kind: Literal["tensorflow_values"] = "tensorflow_values"
    title: ClassVar = "Tensor\u00adFlow"  # breaks under a small picture
    source: ClassVar = "tensorflow/playground, src/dataset.ts"
    task: ClassVar[Task] = "regression"
    group: ClassVar[str] = "Regress"
    count: ClassVar[int] = 1200
    generators: ClassVar[dict[str, Generate]] = {"plane": plane, "gauss": hills}
    titles: ClassVar[dict[str, str]] = {"plane": "Plane", "gauss": "Hills"}

    set: Literal["plane", "gauss"] = knob("Which of the sets.", title="Set", control="choice", default="plane")
