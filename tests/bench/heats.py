"""Heats: the kinds of work that are timed, who takes part in each, and how far behind core the others are to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core import Experiment, Trainer
from core.step import coded
from tests.bench.contestants.task import Task

MAP_CELLS = 100


@dataclass(frozen=True)
class Heat:
    """One kind of work. The first of its contestants is the measure of the others. `figures`: the ratios to reach."""

    name: str
    title: str
    experiment: Mapping[str, Any]
    contestants: tuple[str, ...]
    work: int
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def task(self) -> Task:
        trainer = Trainer(Experiment.parse(dict(self.experiment)))
        inputs, targets = trainer.data.train
        return Task(
            experiment=trainer.experiment.model_dump(mode="json"),
            inputs=inputs.tolist(),
            targets=coded(targets, trainer.experiment).tolist(),
            weights=[block.tolist() for block in trainer.weights],
            work=self.work,
            cells=MAP_CELLS,
        )


def dense(*widths: int, activation: str) -> dict[str, Any]:
    return {"layers": [{"kind": "dense", "units": units, "activation": activation} for units in widths]}


SGD = {"kind": "sgd", "learning_rate": 0.03}
ADAM = {"kind": "adam", "learning_rate": 0.001}
CIRCLE = {
    "data": {"kind": "circle", "samples": 1000, "test_fraction": 0.5},
    "output": "tanh",
    "loss": "half_squared_error",
    "batch_size": 10,
}
SMALL: dict[str, Any] = CIRCLE | {"network": dense(4, 2, activation="tanh"), "optimizer": SGD}
DEEP: dict[str, Any] = CIRCLE | {"network": dense(8, 8, 8, 8, 8, 8, activation="tanh"), "optimizer": SGD}
BLOBS: dict[str, Any] = {
    "data": {"kind": "blobs", "classes": 3, "samples": 1000, "test_fraction": 0.5},
    "network": dense(16, 16, activation="tanh"),
    "optimizer": ADAM,
    "batch_size": 32,
}
DIGITS: dict[str, Any] = {
    "data": {"kind": "digits", "test_fraction": 0.2},
    "network": dense(128, 64, activation="relu"),
    "optimizer": ADAM,
    "batch_size": 32,
    "precision": "float32",
}

IMAGES: dict[str, Any] = DIGITS | {
    "network": {
        "layers": [
            {"kind": "conv2d", "filters": 8},
            {"kind": "max_pool"},
            {"kind": "conv2d", "filters": 16},
        ]
    },
    "optimizer": SGD,
}

LIBRARIES = ("torch_eager", "scikit_learn", "jax_step", "jax_scan", "tensorflow_js", "convnetjs")
ALL = ("core_training", "core_compiled", "tutorial", *LIBRARIES)
WITH_GRAPH = (*ALL, "object_graph_training")

HEATS = (
    Heat(
        "W1",
        "update of 2-4-2-1: tanh, ½-squared, SGD, batch 10, 500 points",
        SMALL,
        WITH_GRAPH,
        work=2000,
        figures={"tutorial": 5.5, "torch_eager": 24, "convnetjs": 2},
    ),
    Heat(
        "W2",
        "update of 2-8-8-8-8-8-8-1: tanh, ½-squared, SGD, batch 10, 500 points",
        DEEP,
        WITH_GRAPH,
        work=1000,
        figures={"tutorial": 5, "torch_eager": 17, "convnetjs": 4},
    ),
    Heat(
        "W2 Adam",
        "update of 2-8-8-8-8-8-8-1 as in W2, but Adam",
        DEEP | {"optimizer": ADAM},
        ALL,
        work=1000,
        figures={"tutorial": 7, "torch_eager": 24},
    ),
    Heat(
        "W3",
        "update of 2-16-16-3: tanh, softmax, cross-entropy, Adam, batch 32, 500 points",
        BLOBS,
        ALL,
        work=800,
        figures={"tutorial": 4.5, "torch_eager": 15, "convnetjs": 28},
    ),
    Heat(
        "W4",
        "update of 64-128-64-10: ReLU, cross-entropy, Adam, batch 32, float32, 1438 digits",
        DIGITS,
        ALL,
        work=225,
        figures={"tutorial": 2.5, "torch_eager": 5},
    ),
    Heat("W5", "update of 2-4-2-1 as in W1, but batch 1", SMALL | {"batch_size": 1}, WITH_GRAPH, work=2000),
    Heat("W6", "update of 2-4-2-1 as in W1, but all 500 points", SMALL | {"batch_size": 500}, WITH_GRAPH, work=500),
    Heat(
        "W7",
        "update of conv 3×3×8, pool, conv 3×3×16, dense 10: ReLU, cross-entropy, SGD, batch 32, float32, 1438 digits",
        IMAGES,
        ("core_training", "torch_images", "convnetjs"),
        work=90,
        figures={"torch_images": 4, "convnetjs": 30},
    ),
    Heat(
        "F1",
        "100×100 maps of every neuron of 2-8-8-8-8-8-8-1, as bytes",
        DEEP,
        ("core_pictures", "tutorial_pictures", "torch_pictures", "object_graph_pictures"),
        work=5,
        figures={"tutorial_pictures": 1.5, "torch_pictures": 3.5},
    ),
)
