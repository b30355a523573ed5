"""Statistics: how large the weights and gradients of each layer are, and how the weights are spread."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

HISTOGRAM_BINS = 31


def layer_statistics(parameters: Array, gradient: Array) -> dict[str, float]:
    """Of one layer's parameters (units, inputs + 1), biases apart, and of its last gradient; all 0 for a layer without
    parameters."""
    weights = parameters[:, :-1] if parameters.size else np.zeros((1, 1))
    return {
        "weight_norm": float(np.linalg.norm(weights)),
        "weight_max": float(np.abs(weights).max()),
        "gradient_norm": float(np.linalg.norm(gradient)),
        "gradient_max": float(np.abs(gradient).max(initial=0.0)),
    }


def weight_histogram(parameters: Array) -> NDArray[np.uint32]:
    """How many weights fall into each of 31 bins from −weight_max to weight_max."""
    weights = parameters[:, :-1]
    reach = float(np.abs(weights).max(initial=0.0)) or 1.0
    bins = ((weights.ravel() / reach + 1) * (HISTOGRAM_BINS / 2)).astype(np.uint8)  # 31 at the very end
    return np.bincount(np.minimum(bins, HISTOGRAM_BINS - 1), minlength=HISTOGRAM_BINS).astype(np.uint32)
