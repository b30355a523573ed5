"""Layers: what a network is built of, one file each. A new one is a class and its name in this union."""

from typing import Annotated

from pydantic import Field

from core.layers.base import Flow, LayerSpec, Mode, Place
from core.layers.dense import Dense
from core.layers.dropout import Dropout
from core.layers.normalization import BatchNorm, LayerNorm
from core.layers.residual import Residual
from core.spec import by_kind

Layer = Annotated[
    Dense | Dropout | LayerNorm | BatchNorm | Residual, Field(discriminator="kind"), by_kind(usual="dense")
]

__all__ = ["BatchNorm", "Dense", "Dropout", "Flow", "Layer", "LayerNorm", "LayerSpec", "Mode", "Place", "Residual"]
