"""Optimizers: how a gradient becomes a step. A new one is a class in one of these files and its name in this union."""

from typing import Annotated

from pydantic import Field

from core.optimizers.adaptive import Adadelta, Adagrad, Adam, AdamW, Lion, NAdam, RMSprop
from core.optimizers.base import AVERAGE, OptimizerSpec, Vectors
from core.optimizers.descent import SGD, AveragedSGD, BatchGradientDescent, Momentum, Nesterov
from core.spec import BY_KIND

Optimizer = Annotated[
    BatchGradientDescent
    | SGD
    | AveragedSGD
    | Momentum
    | Nesterov
    | Adagrad
    | Adadelta
    | RMSprop
    | Adam
    | AdamW
    | NAdam
    | Lion,
    Field(discriminator="kind"),
    BY_KIND,
]

__all__ = ["AVERAGE", "SGD", "Adam", "BatchGradientDescent", "Momentum", "Optimizer", "OptimizerSpec", "Vectors"]
