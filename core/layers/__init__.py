"""Layers: what a network is built of, a file for each sort. A new one is a class and its name in this union."""

from typing import Annotated

from pydantic import Field

from core.layers.base import Flow, LayerSpec, Misfit, Mode, Place, Shape, Sight
from core.layers.convolution import Convolution
from core.layers.dense import Dense
from core.layers.dropout import Dropout
from core.layers.flatten import Flatten
from core.layers.normalization import BatchNorm, LayerNorm
from core.layers.pooling import AveragePool, MaxPool
from core.layers.residual import Residual
from core.spec import by_kind

Layer = Annotated[
    Dense | Convolution | MaxPool | AveragePool | Flatten | Dropout | LayerNorm | BatchNorm | Residual,
    Field(discriminator="kind"),
    by_kind(usual="dense"),
]

__all__ = [
    "AveragePool",
    "BatchNorm",
    "Convolution",
    "Dense",
    "Dropout",
    "Flatten",
    "Flow",
    "Layer",
    "LayerNorm",
    "LayerSpec",
    "MaxPool",
    "Misfit",
    "Mode",
    "Place",
    "Residual",
    "Shape",
    "Sight",
]
