"""What a forward pass leaves of all its samples, which it goes over in batches."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.forward import ForwardPass


def of_all(forward: ForwardPass, vector: NDArray[Any], left: NDArray[Any]) -> NDArray[Any]:
    """(units, samples), of `left`, one of its `activations` or `sums`, which hold a batch each."""
    return np.concatenate([left.copy() for _ in forward.batches(vector)], axis=1)[:, : forward.samples]
