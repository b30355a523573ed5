"""Code space: what an autoencoder draws from any place in its code, whether a sample is there or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.forward import ForwardPass
from core.network import Stages, parameter_count, running_sizes

Array = NDArray[Any]

SHOWN = 2  # of the code's numbers


def decoding(stages: Stages, code: int) -> Stages | None:
    """The stages behind the code as a network of their own; None where a shortcut passes the code by."""
    behind = []
    for stage in stages[code + 1 :]:
        if stage.shortcut is not None and stage.shortcut < code:
            return None
        behind.append(replace(stage, shortcut=None if stage.shortcut is None else stage.shortcut - code - 1))
    return tuple(behind)


class Decoder:
    """The stages behind the code, run by themselves."""

    def __init__(self, stages: Stages) -> None:
        self._stages = stages
        self._forward = ForwardPass(stages, np.zeros((1, stages[0].inputs)), np.float32)

    def drawn(self, code: Array, vector: Array, count: int) -> Array:
        """What is drawn from a code, (units,): (outputs,). `vector`: the whole network's parameters, so many, and
        behind them its running statistics."""
        running = sum(running_sizes(self._stages))
        own = vector[count - parameter_count(self._stages) : count]
        self._forward.load(code[None])
        return self._forward.run(np.concatenate([own, vector[len(vector) - running :]]))[:, 0]
