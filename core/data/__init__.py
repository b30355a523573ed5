"""Data sets: what a network is to learn. A new one is a class in one of these files and its name in this union."""

from typing import Annotated, get_args

from pydantic import Field

from core.data.base import DatasetSpec
from core.data.curves import Bumps, Polynomial, Sine, Step
from core.data.drawn import DrawnClasses, DrawnCurve, DrawnValues
from core.data.formulas import FormulaCurve, FormulaSurface
from core.data.images import Digits, UnlabelledDigits
from core.data.own_images import OwnImages
from core.data.planar import (
    Blobs,
    Checkerboard,
    Circle,
    Gaussian,
    LinearlySeparable,
    Moons,
    MultiGaussian,
    Plane,
    Rings,
    Spiral,
    Spirals,
    Xor,
)
from core.data.shapes import Shapes
from core.data.split import Samples, prepared
from core.data.tabular import TableClasses, TableValues, UnlabelledTable
from core.data.tensorflow import TensorFlowClasses, TensorFlowSet, TensorFlowValues
from core.spec import BY_KIND

Dataset = Annotated[
    Spiral
    | Circle
    | Xor
    | Gaussian
    | LinearlySeparable
    | Moons
    | Checkerboard
    | Blobs
    | Rings
    | Spirals
    | Plane
    | MultiGaussian
    | FormulaSurface
    | Sine
    | Step
    | Polynomial
    | Bumps
    | FormulaCurve
    | Digits
    | UnlabelledDigits
    | Shapes
    | OwnImages
    | DrawnClasses
    | DrawnValues
    | DrawnCurve
    | TableClasses
    | TableValues
    | UnlabelledTable
    | TensorFlowClasses
    | TensorFlowValues,
    Field(discriminator="kind"),
    BY_KIND,
]

DATASETS: tuple[type[DatasetSpec], ...] = get_args(get_args(Dataset)[0])
"""Every kind of data set, each with defaults for all that it can be asked for."""

__all__ = ["DATASETS", "Dataset", "DatasetSpec", "Samples", "TensorFlowSet", "prepared"]
