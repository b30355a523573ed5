"""Prints how long core, tutorial NumPy, PyTorch and an object graph take for the same work, side by side."""

import argparse
import importlib.util
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from core import Experiment, Trainer
from core.step import coded
from tests.bench.contestants.task import Task
from tests.bench.load import load
from tests.bench.race import race

FOLDER = "tests/bench/contestants"
Commands = dict[str, Sequence[str]]


def dense(*widths: int, activation: str) -> dict[str, Any]:
    return {"layers": [{"kind": "dense", "units": units, "activation": activation} for units in widths]}


@dataclass(frozen=True)
class Heat:
    """One kind of work, and who takes part."""

    title: str
    experiment: dict[str, Any]
    contestants: tuple[str, ...]
    work: int


DEEP: dict[str, Any] = {
    "data": {"kind": "circle", "samples": 1000, "test_fraction": 0.5},
    "network": dense(8, 8, 8, 8, 8, 8, activation="tanh"),
    "output": "tanh",
    "loss": "half_squared_error",
    "batch_size": 10,
}
HEATS = (
    Heat(
        "an update of 2-4-2-1: tanh, ½-squared, batch 10, SGD, 500 points, float64",
        {
            "data": {"kind": "circle", "samples": 1000, "test_fraction": 0.5},
            "network": dense(4, 2, activation="tanh"),
            "output": "tanh",
            "loss": "half_squared_error",
            "optimizer": {"kind": "sgd", "learning_rate": 0.03},
            "batch_size": 10,
        },
        ("core_training", "tutorial", "torch_eager"),
        work=5000,
    ),
    Heat(
        "an update of 2-8-8-8-8-8-8-1: tanh, ½-squared, batch 10, SGD, 500 points, float64",
        DEEP | {"optimizer": {"kind": "sgd", "learning_rate": 0.03}},
        ("core_training", "tutorial", "torch_eager"),
        work=2000,
    ),
    Heat(
        "the same with Adam",
        DEEP | {"optimizer": {"kind": "adam", "learning_rate": 0.001}},
        ("core_training", "tutorial", "torch_eager"),
        work=2000,
    ),
    Heat(
        "an update of 2-16-16-3: tanh, softmax cross-entropy, batch 32, Adam, 500 points, float64",
        {
            "data": {"kind": "blobs", "classes": 3, "samples": 1000, "test_fraction": 0.5},
            "network": dense(16, 16, activation="tanh"),
            "optimizer": {"kind": "adam", "learning_rate": 0.001},
            "batch_size": 32,
        },
        ("core_training", "tutorial", "torch_eager"),
        work=1600,
    ),
    Heat(
        "an update of 64-128-64-10: ReLU, cross-entropy, batch 32, Adam, float32",
        {
            "data": {"kind": "digits", "test_fraction": 0.2},
            "network": dense(128, 64, activation="relu"),
            "optimizer": {"kind": "adam", "learning_rate": 0.001},
            "batch_size": 32,
            "precision": "float32",
        },
        ("core_training", "torch_eager"),
        work=450,
    ),
    Heat(
        "100×100 maps of every neuron of 2-8-8-8-8-8-8-1, as bytes",
        {"data": {"kind": "circle"}, "network": dense(8, 8, 8, 8, 8, 8, activation="tanh"), "output": "tanh"},
        ("core_pictures", "object_graph"),
        work=3,
    ),
)


def task_of(heat: Heat) -> Task:
    trainer = Trainer(Experiment.parse(heat.experiment))
    inputs, targets = trainer.data.train
    return Task(
        experiment=trainer.experiment.model_dump(mode="json"),
        inputs=inputs.tolist(),
        targets=coded(targets, trainer.experiment).tolist(),
        weights=[block.tolist() for block in trainer.weights],
        work=heat.work,
    )


def commands_of(names: Sequence[str], torch_python: str | None) -> Commands:
    """How to start those of the contestants that this machine can run."""
    programs = {"object_graph": shutil.which("node"), "torch_eager": torch_python}
    found = {name: programs.get(name, sys.executable) for name in names}
    return {name: [program, *arguments_of(name)] for name, program in found.items() if program}


def arguments_of(name: str) -> list[str]:
    return [f"{FOLDER}/{name}.mjs"] if name == "object_graph" else ["-m", f"{FOLDER.replace('/', '.')}.{name}"]


def show(heat: Heat, torch_python: str | None, rounds: int, console: Console) -> None:
    table = Table(title=heat.title, title_justify="left", caption_justify="left", min_width=80)
    for column in ("", "µs of processor", "× core"):
        table.add_column(column, justify="left" if not column else "right")
    laps = race(commands_of(heat.contestants, torch_python), task_of(heat), rounds)
    for name in heat.contestants:
        known = laps.get(name)
        cells = (f"{known.microseconds:,.2f}", f"{known.ratio:.1f}") if known else ("not installed", "")
        table.add_row(name.replace("_", " "), *cells)
    table.caption = load()  # the race itself is 1 of it
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds that count; two more warm up")
    parser.add_argument("--torch", metavar="PYTHON", help="a Python that has PyTorch, if this one has not")
    options = parser.parse_args()
    own = sys.executable if importlib.util.find_spec("torch") else None
    for heat in HEATS:
        show(heat, options.torch or own, options.rounds, Console())


if __name__ == "__main__":
    main()
