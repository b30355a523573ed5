"""Layers: what a network is built of, one file each. A new one is a class and its name in this union."""

from typing import Annotated

from pydantic import Field

from core.layers.dense import Dense
from core.spec import by_kind

Layer = Annotated[Dense, Field(discriminator="kind"), by_kind(usual="dense")]

__all__ = ["Dense", "Layer"]
