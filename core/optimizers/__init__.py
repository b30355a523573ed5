"""Optimizers: how a gradient becomes a step. A new one is a class in one of these files and its name in this union."""

from typing import Annotated

from pydantic import Field

from core.optimizers.adaptive import Adadelta, Adagrad, Adam, AdamW, Lion, NAdam, RMSprop
from core.optimizers.base import AVERAGE, PAIR, OptimizerSpec, SearchSpec, StepSpec, Vectors
from core.optimizers.descent import SGD, AveragedSGD, BatchGradientDescent, Momentum, Nesterov
from core.optimizers.implicit import ImplicitSGD
from core.optimizers.search import RandomSearch
from core.spec import BY_KIND

Optimizer = Annotated[
    BatchGradientDescent
    | SGD
    | ImplicitSGD
    | AveragedSGD
    | Momentum
    | Nesterov
    | Adagrad
    | Adadelta
    | RMSprop
    | Adam
    | AdamW
    | NAdam
    | Lion
    | RandomSearch,
    Field(discriminator="kind"),
    BY_KIND,
]

__all__ = [
    "AVERAGE",
    "PAIR",
    "SGD",
    "Adam",
    "BatchGradientDescent",
    "Momentum",
    "Optimizer",
    "OptimizerSpec",
    "SearchSpec",
    "StepSpec",
    "Vectors",
]
