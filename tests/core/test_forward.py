"""A forward pass over samples that stay, a batch at a time."""

import numpy as np
import pytest

from core import Experiment, Trainer
from core.forward import ForwardPass


@pytest.mark.parametrize("batch", [1, 4, 5, 1024])
def test_the_answers_are_the_same_in_any_batches(batch: int) -> None:
    trainer = Trainer(Experiment())
    vector = np.concatenate([block.ravel() for block in trainer.weights])
    points = trainer.data.points[:10]
    forward = ForwardPass(trainer.experiment.stages, trainer.data.inputs(points), "float64", batch)
    np.testing.assert_allclose(forward.run(vector).T, trainer.predict(points), atol=1e-12)


@pytest.mark.parametrize(("data", "shape"), [("spiral", (0, 1)), ("blobs", (0, 4))])
def test_no_samples_have_no_answers(data: str, shape: tuple[int, int]) -> None:
    trainer = Trainer(Experiment.parse({"data": data}))
    assert trainer.predict(np.zeros((0, 2))).shape == shape
