"""Optimizers: how a gradient becomes a step. A new one is a class in one of these files and its name in this union."""

from typing import Annotated

from pydantic import Field

from core.optimizers.adaptive import Adam
from core.optimizers.base import OptimizerSpec, Vectors
from core.optimizers.descent import SGD, BatchGradientDescent, Momentum
from core.spec import BY_KIND

Optimizer = Annotated[BatchGradientDescent | SGD | Momentum | Adam, Field(discriminator="kind"), BY_KIND]

__all__ = ["SGD", "Adam", "BatchGradientDescent", "Momentum", "Optimizer", "OptimizerSpec", "Vectors"]
