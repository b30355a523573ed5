"""PyTorch and core, from the same weights on the same batches, reach the same weights."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from core import Experiment, Trainer
from core.activations import Activation
from core.layers import Layer
from core.losses import Loss
from core.optimizers import Optimizer
from core.spec import kinds
from tests.reference.cases import CASES, UPDATES

RECORD = json.loads((Path(__file__).parent.parent / "reference/trajectories.json").read_text(encoding="utf-8"))
NEAR = 1e-9


def distance(left: Sequence[ArrayLike], right: Sequence[ArrayLike]) -> float:
    """The largest difference between any two weights."""
    return max(float(np.abs(np.subtract(a, b)).max(initial=0.0)) for a, b in zip(left, right, strict=True))


def test_the_record_holds_every_case() -> None:
    assert {name: case["experiment"] for name, case in RECORD["cases"].items()} == CASES
    assert RECORD["updates"] == UPDATES


def test_every_member_of_these_families_has_a_case() -> None:
    experiments = [Experiment.parse(document) for document in CASES.values()]
    found = {each.optimizer.kind for each in experiments} | {each.loss.kind for each in experiments}
    found |= {stage.activation.kind for each in experiments for stage in each.stages[:-1]}
    found |= {stage.kind for each in experiments for stage in each.stages}
    wanted = {*kinds(Optimizer), *kinds(Loss), *kinds(Activation), *kinds(Layer)}
    has_no_slope, unknown_to_pytorch = {"threshold"}, {"implicit_sgd", "random_search"}
    assert wanted - found == has_no_slope | unknown_to_pytorch


@pytest.mark.parametrize("case", RECORD["cases"].values(), ids=RECORD["cases"])
def test_training_ends_where_pytorch_ended(case: dict[str, Any]) -> None:
    trainer = Trainer(Experiment.parse(case["experiment"]))
    assert distance(trainer.weights, case["initial"]) == 0, "the record began elsewhere: record it again"
    trainer.advance(updates=UPDATES)
    assert distance(trainer.weights, case["initial"]) > 1e-3
    assert distance(trainer.weights, case["final"]) <= NEAR
    answers = trainer.predict(trainer.data.points[: len(case["answers"])])
    np.testing.assert_allclose(answers, case["answers"], atol=NEAR)


@pytest.mark.torch
def test_training_ends_where_pytorch_ends_now() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from tests.reference.training import trained

    for name, document in CASES.items():
        trainer = Trainer(Experiment.parse(document))
        trainer.advance(updates=UPDATES)
        assert distance(trainer.weights, trained(trainer.experiment).final) <= NEAR, name
