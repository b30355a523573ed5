"""Records the reference: `python -m tests.reference.record`, wherever PyTorch is installed."""

import json
from pathlib import Path
from typing import Any

import torch

from core import Experiment
from tests.reference.cases import CASES, UPDATES
from tests.reference.training import trained

TRAJECTORIES = Path(__file__).parent / "trajectories.json"


def recorded(document: dict[str, Any]) -> dict[str, Any]:
    """An experiment, its weights before and after, and its answers. JSON keeps a float64 to the last bit."""
    initial, final, answers = trained(Experiment.parse(document))
    return {
        "experiment": document,
        "initial": as_lists(initial),
        "final": as_lists(final),
        "answers": answers.tolist(),
    }


def as_lists(layers: list[Any]) -> list[Any]:
    return [layer.tolist() for layer in layers]


def record() -> None:
    lines = [f"{json.dumps(name)}: {json.dumps(recorded(document))}" for name, document in CASES.items()]
    head = f'"torch": "{torch.__version__}", "updates": {UPDATES}, "cases"'
    TRAJECTORIES.write_text(f"{{{head}: {{\n" + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    record()
