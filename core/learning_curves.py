"""Learning curves worth starting from: each shows one thing about how much data a model needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.data.planar import Circle, MultiGaussian
from core.data.shapes import Shapes
from core.flat import Flat, is_installed
from core.learning_curve import LearningCurve
from core.presets import presets


@dataclass(frozen=True)
class Comparison:
    """A learning curve, what it is called, and one sentence of what there is to see."""

    title: str
    says: str
    document: dict[str, Any]

    @cached_property
    def curve(self) -> LearningCurve:
        """The document, checked when it is asked for: its data are made for that."""
        return LearningCurve.parse(self.document)


def _beside(*flat: Flat) -> tuple[str, ...]:
    """A network, and the flat models where there are any."""
    return ("network", *flat) if is_installed() else ("network",)


learning_curves: dict[str, Comparison] = {
    "digits": Comparison(
        "Digits: more images",
        "One layer that only weighs pixels keeps up with the network; a tree needs far more images than either.",
        {
            "experiment": presets["digits"].model_dump(mode="json"),
            "models": _beside("linear", "naive_bayes", "decision_tree"),
            "inputs": ("raw",),
            "epochs": 30,
        },
    ),
    "circle": Comparison(
        "Circle: features by hand",
        "No straight line tells a circle from its ring, however many points there are. With their squares it does.",
        {
            "experiment": {"data": Circle(samples=1000).model_dump(mode="json")},
            "models": _beside("linear"),
        },
    ),
    "shapes": Comparison(
        "Shapes: features that are learned",
        "With few images features by hand are as good; with more a convolution learns better ones by itself.",
        {
            "experiment": presets["shapes"].model_dump(mode="json")
            | {"data": Shapes(side=12, samples=1500).model_dump(mode="json")},
            "models": _beside("linear", "decision_tree"),
            "sizes": 5,
            "epochs": 8,
        },
    ),
    "hills": Comparison(
        "Hills: values",
        "A smooth network has the hills from a hundred points; a tree of steps needs several times as many.",
        {
            "experiment": presets["hills"].model_dump(mode="json")
            | {"data": MultiGaussian(samples=2000).model_dump(mode="json")},
            "models": _beside("linear", "decision_tree"),
            "inputs": ("raw",),
            "epochs": 30,
        },
    ),
}
