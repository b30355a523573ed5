"""The experiments that are compared with PyTorch: each optimizer with each output and loss, and whole networks."""

from itertools import product
from typing import Any

UPDATES = 200
ANSWERS = 5  # points that are answered at the end

CIRCLE = {"kind": "circle", "samples": 50}
PLANE = {"kind": "plane", "samples": 50}
BLOBS = {"kind": "blobs", "samples": 50, "classes": 3}
XOR = {"kind": "xor", "samples": 50}

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "batch_gradient_descent": {"learning_rate": 0.1},
    "sgd": {"learning_rate": 0.1},
    "momentum": {"learning_rate": 0.03, "momentum": 0.9},
    "nesterov": {"learning_rate": 0.03, "momentum": 0.9},
    "adagrad": {"learning_rate": 0.1},
    "adadelta": {"learning_rate": 1.0, "rho": 0.95},
    "rmsprop": {"learning_rate": 0.01, "rho": 0.99},
    "adam": {"learning_rate": 0.01},
    "adamw": {"learning_rate": 0.01, "weight_decay": 0.1},
    "nadam": {"learning_rate": 0.01},
    "averaged_sgd": {"learning_rate": 0.1, "start": 20},
    "lion": {"learning_rate": 0.003, "weight_decay": 0.1},
}
OUTPUTS = {"linear": PLANE, "tanh": CIRCLE, "sigmoid": CIRCLE, "softmax": BLOBS}
LOSSES = {
    "mean_squared_error": ("linear", "tanh", "sigmoid", "softmax"),
    "sum_squared_error": ("linear", "tanh", "softmax"),
    "half_squared_error": ("linear", "tanh", "sigmoid", "softmax"),
    "mean_absolute_error": ("linear", "tanh", "sigmoid"),
    "huber": ("linear", "tanh", "softmax"),
    "cross_entropy": ("tanh", "sigmoid", "softmax"),
    "hinge": ("tanh",),
}
HIDDEN = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "softplus", "softsign")
HIDDEN += ("gelu", "swish", "mish", "sin")
PARTS: dict[str, list[dict[str, Any]]] = {
    "regularization": [
        {"kind": "l1", "rate": 0.01},
        {"kind": "l2", "rate": 0.01},
        {"kind": "elastic", "l1": 0.01, "l2": 0.02},
    ],
    "loss": [{"kind": "huber", "delta": 0.3}],
    "clipping": [{"kind": "norm", "limit": 0.1}, {"kind": "value", "limit": 0.05}],
    "schedule": [
        {"kind": "step", "epochs": 5},
        {"kind": "exponential", "decay": 0.9},
        {"kind": "cosine", "epochs": 60},
        {"kind": "cosine_restarts", "epochs": 5},
    ],
}


def dense(*widths: int, activation: str) -> dict[str, Any]:
    return {"layers": [{"kind": "dense", "units": units, "activation": activation} for units in widths]}


def small(**parts: Any) -> dict[str, Any]:
    """35 training samples in batches of 10: the last one has 5."""
    return {"data": XOR, "network": dense(3, activation="tanh"), "batch_size": 10, "optimizer": "sgd", **parts}


def layered(*layers: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """These layers between two dense ones."""
    first, last = ({"kind": "dense", "units": units, "activation": "tanh"} for units in (5, 4))
    return small(network={"layers": [first, *layers, last]}, **parts)


def layer_cases() -> dict[str, dict[str, Any]]:
    """Each kind of layer, with and without its extras, by an optimizer with a memory of each parameter."""
    momentum = {"kind": "momentum", "learning_rate": 0.03, "momentum": 0.9}
    wide, norm = {"kind": "dense", "units": 8, "activation": "relu"}, {"kind": "batch_norm", "activation": "tanh"}
    return {
        "layer dropout": layered({"kind": "dropout", "rate": 0.3}, optimizer=momentum),
        "layer layer_norm": layered({"kind": "layer_norm"}, optimizer=momentum),
        "layer layer_norm, relu": layered({"kind": "layer_norm", "activation": "relu", "epsilon": 0.01}),
        "layer batch_norm": layered({"kind": "batch_norm"}, optimizer=momentum),
        "layer batch_norm, tanh": layered({**norm, "momentum": 0.3}, regularization={"kind": "l2", "rate": 0.01}),
        "layer residual": layered({"kind": "residual"}, optimizer=momentum),
        "layer residual over two": layered(wide, {"kind": "residual", "skips": 2, "activation": "tanh"}),
        "layer residual, narrower": layered(wide, {"kind": "dense", "units": 3}, {"kind": "residual", "skips": 2}),
        "layers first": small(network={"layers": [{"kind": "dropout"}, norm, {"kind": "residual", "skips": 2}]}),
        "layers of all kinds": layered(
            {"kind": "batch_norm", "activation": "relu"},
            {"kind": "dropout", "rate": 0.1},
            {"kind": "dense", "units": 5, "activation": "gelu"},
            {"kind": "residual", "skips": 3},
            {"kind": "layer_norm"},
            {"kind": "dropout", "rate": 0.1},
            optimizer={"kind": "adamw", "learning_rate": 0.01, "weight_decay": 0.1},
            data=BLOBS,
        ),
    }


def image_cases() -> dict[str, dict[str, Any]]:
    """Layers for images: 70 training images in batches of 16, the last one of 6."""

    def images(*layers: dict[str, Any], **parts: Any) -> dict[str, Any]:
        momentum = {"kind": "momentum", "learning_rate": 0.03, "momentum": 0.9}
        base = {"data": {"kind": "digits", "samples": 100}, "batch_size": 16, "optimizer": momentum}
        return base | {"network": {"layers": [*layers]}} | parts

    def conv(filters: int, **settings: Any) -> dict[str, Any]:
        return {"kind": "conv2d", "filters": filters, **settings}

    pool, mean = {"kind": "max_pool"}, {"kind": "average_pool"}
    l2 = {"kind": "l2", "rate": 0.01}
    adamw = {"kind": "adamw", "learning_rate": 0.01, "weight_decay": 0.1}
    return {
        "images conv, pool, conv": images(conv(4), pool, conv(3, activation="tanh"), regularization=l2),
        "images conv, valid": images(conv(3, padding="valid"), conv(2, padding="valid"), {"kind": "flatten"}),
        "images conv, even kernels": images(conv(3, kernel=2), pool, conv(2, kernel=4, padding="valid")),
        "images pools that leave a rest": images(conv(3), {**pool, "size": 3}, optimizer="adam"),
        "images average pools": images(mean, conv(3, kernel=1, activation="gelu"), {**mean, "size": 3}),
        "images norms": images(conv(3), {"kind": "batch_norm"}, pool, conv(2), {"kind": "layer_norm"}),
        "images residual": images(conv(2), conv(4, kernel=5), {"kind": "residual"}, pool, optimizer=adamw),
    }


def optimizer_cases() -> dict[str, dict[str, Any]]:
    """Each with the loss that is usual for the output."""
    return {
        f"{kind}, {output}": small(optimizer={"kind": kind, **knobs}, data=data, output=output)
        for (kind, knobs), (output, data) in product(OPTIMIZERS.items(), OUTPUTS.items())
    }


def loss_cases() -> dict[str, dict[str, Any]]:
    """Each with the outputs that it fits; of several classes hinge judges one against the rest."""
    cases = {
        f"{loss}, {output}": small(loss=loss, output=output, data=OUTPUTS[output])
        for loss, outputs in LOSSES.items()
        for output in outputs
    }
    return cases | {
        f"hinge, linear, {data['kind']}": small(loss="hinge", output="linear", data=data) for data in (XOR, BLOBS)
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

CASES = optimizer_cases() | loss_cases() | family_cases() | layer_cases() | image_cases() | NETWORKS
