"""The experiments that are compared with PyTorch: each optimizer with each output and loss, and whole networks."""

from itertools import product
from typing import Any

UPDATES = 100

CIRCLE = {"kind": "circle", "samples": 50}
PLANE = {"kind": "plane", "samples": 50}
BLOBS = {"kind": "blobs", "samples": 50, "classes": 3}
XOR = {"kind": "xor", "samples": 50}

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "batch_gradient_descent": {"learning_rate": 0.1},
    "sgd": {"learning_rate": 0.1},
    "momentum": {"learning_rate": 0.03, "momentum": 0.9},
    "adam": {"learning_rate": 0.01},
}
OUTPUTS = {"linear": PLANE, "tanh": CIRCLE, "sigmoid": CIRCLE, "softmax": BLOBS}
LOSSES = ("mean_squared_error", "half_squared_error", "cross_entropy")
HIDDEN = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "softplus", "softsign")
HIDDEN += ("gelu", "swish", "mish", "sin")
PARTS: dict[str, list[dict[str, Any]]] = {
    "regularization": [{"kind": "l1", "rate": 0.01}, {"kind": "l2", "rate": 0.01}],
    "clipping": [{"kind": "norm", "limit": 0.1}, {"kind": "value", "limit": 0.05}],
    "schedule": [
        {"kind": "step", "epochs": 5},
        {"kind": "exponential", "decay": 0.9},
        {"kind": "cosine", "epochs": 30},
        {"kind": "cosine_restarts", "epochs": 5},
    ],
}


def dense(*widths: int, activation: str) -> dict[str, Any]:
    return {"layers": [{"kind": "dense", "units": units, "activation": activation} for units in widths]}


def small(**parts: Any) -> dict[str, Any]:
    """35 training samples in batches of 10: the last one has 5."""
    return {"data": XOR, "network": dense(3, activation="tanh"), "batch_size": 10, "optimizer": "sgd", **parts}


def optimizer_cases() -> dict[str, dict[str, Any]]:
    return {
        f"{kind}, {output}, {loss}": small(
            optimizer={"kind": kind, **OPTIMIZERS[kind]}, output=output, loss=loss, data=OUTPUTS[output]
        )
        for kind, output, loss in product(OPTIMIZERS, OUTPUTS, LOSSES)
        if (output, loss) != ("linear", "cross_entropy")
    }


def family_cases() -> dict[str, dict[str, Any]]:
    hidden = {f"hidden {kind}": small(network=dense(4, 3, activation=kind)) for kind in HIDDEN}
    return hidden | {f"{part} {spec['kind']}": small(**{part: spec}) for part, specs in PARTS.items() for spec in specs}


NETWORKS: dict[str, dict[str, Any]] = {
    "2-4-2-1": {
        "data": {"kind": "circle", "samples": 500},
        "network": dense(4, 2, activation="tanh"),
        "output": "tanh",
        "loss": "half_squared_error",
        "optimizer": {"kind": "sgd", "learning_rate": 0.03},
        "batch_size": 10,
    },
    "2-16-16-3": {
        "data": {"kind": "blobs", "classes": 3},
        "network": dense(16, 16, activation="tanh"),
        "output": "softmax",
        "loss": "cross_entropy",
        "optimizer": {"kind": "adam", "learning_rate": 0.01},
        "batch_size": 32,
    },
    "digits 64-32-10": {
        "data": {"kind": "digits", "samples": 1000},
        "network": dense(32, activation="relu"),
        "optimizer": {"kind": "momentum", "learning_rate": 0.03, "momentum": 0.9},
        "batch_size": 32,
        "regularization": {"kind": "l2", "rate": 0.001},
    },
}

CASES = optimizer_cases() | family_cases() | NETWORKS
