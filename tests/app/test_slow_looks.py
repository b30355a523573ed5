"""The edge of stability of a live run: measured while somebody watches it, between slices of training."""

from typing import Any

import numpy as np
import pytest

from core import Experiment, Trainer
from tests.app.conftest import MakeRun, Visit
from tests.app.visitor import Picture, Visitor

SMALL: dict[str, Any] = {
    "data": {"kind": "circle", "samples": 60},
    "network": {"layers": [{"units": 3}]},
    "optimizer": {"kind": "sgd", "learning_rate": 0.05},
}


def is_whole(frame: Picture) -> bool:
    return bool(frame.info.get("sharpness", {}).get("is_whole"))


def measured(visitor: Visitor) -> dict[float, float]:
    """λmax by update, once all of it is known."""
    arrays = visitor.next("frame", is_whole).arrays
    return dict(zip(arrays["sharpness/steps"].tolist(), arrays["sharpness/largest"].tolist(), strict=True))


def test_a_paused_run_is_measured_until_all_is_known(make_run: MakeRun, visit: Visit) -> None:
    visitor = visit(make_run(**SMALL))
    for _ in range(4):
        visitor.do("step", unit="epoch", count=1)
    visitor.do("watch", views=["sharpness"])
    arrays = visitor.next("frame", is_whole).arrays
    trainer = Trainer(Experiment.parse(SMALL))
    assert arrays["sharpness/steps"][0] == 0 and arrays["sharpness/steps"][-1] == 4 * trainer.batches
    for step, largest in zip(arrays["sharpness/steps"], arrays["sharpness/largest"], strict=True):
        trainer.advance(updates=int(step) - trainer.step)
        assert largest == pytest.approx(trainer.curvature().largest, rel=1e-5)
    np.testing.assert_allclose(arrays["sharpness/bound"], 2 / 0.05)


def test_it_goes_on_with_a_run_that_trains(make_run: MakeRun, visit: Visit) -> None:
    visitor = visit(make_run(**SMALL))
    visitor.do("watch", views=["sharpness"])
    visitor.do("play")
    assert visitor.next("frame", lambda frame: len(frame.arrays.get("sharpness/steps", ())) > 2)
    visitor.do("pause")
    at_rest = visitor.next("frame", is_whole)
    assert at_rest.info["step"] == at_rest.arrays["sharpness/steps"][-1] > 0


def test_nobody_who_does_not_watch_it_gets_it(make_run: MakeRun, visit: Visit) -> None:
    visitor = visit(make_run(**SMALL))
    visitor.do("step", unit="epoch", count=1)
    assert "sharpness" not in visitor.frame().info


def test_another_way_is_measured_anew(make_run: MakeRun, visit: Visit) -> None:
    visitor = visit(make_run(**SMALL))
    visitor.do("watch", views=["sharpness"])
    visitor.do("step", unit="epoch", count=2)
    before = measured(visitor)
    visitor.do("reset")
    assert measured(visitor).keys() == {0.0} < before.keys()
