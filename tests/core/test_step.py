"""The training step: what it keeps between updates."""

import numpy as np

from core import Experiment
from core.step import TrainingStep


def test_what_has_faded_below_the_normal_numbers_is_dropped() -> None:
    step = TrainingStep(Experiment.parse({"optimizer": "momentum"}), np.zeros((4, 2)), np.array([0, 1, 0, 1]))
    step.states["velocity"][:3] = [1e-310, -1e-310, 1e-300]
    step.drop_the_faded()
    assert step.states["velocity"][:3].tolist() == [0.0, 0.0, 1e-300]
