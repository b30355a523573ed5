"""Importance: what the network does not heed does not matter, and what it heeds matters as much as it costs."""

import numpy as np
import pytest

from core import Experiment, Trainer
from core.data import DATASETS
from tests.core.test_tables import SEA, SIZE, data


def trained(epochs: int = 20, **document: object) -> Trainer:
    trainer = Trainer(Experiment.parse(document))
    trainer.advance(epochs=epochs)
    return trainer


def test_an_input_without_weights_does_not_matter_at_all() -> None:
    trainer = trained(data={"kind": "table_classes"})
    weights = trainer.weights
    weights[0][:, 2] = 0
    trainer.set_weights(weights)
    seen = trainer.importance()
    assert seen is not None and seen.accuracies is not None and seen.accuracy is not None
    np.testing.assert_allclose(seen.losses[2], seen.loss, rtol=1e-6)
    np.testing.assert_array_equal(seen.accuracies[2], seen.accuracy)
    assert (seen.losses[3] > 1.2 * seen.loss).all() and (seen.accuracies[3] < seen.accuracy).any()
    assert seen.columns == trainer.experiment.data.input_names


def test_of_a_line_it_is_what_the_shuffled_column_explains() -> None:
    """Where the answer is w·x + b and right, dealing x out anew costs half the mean square of w (x − x')."""
    document = {"data": {"kind": "sine", "noise": 0, "samples": 2000}, "network": {"layers": []}}
    trainer = Trainer(Experiment.parse({**document, "loss": "half_squared_error"}))
    trainer.set_weights([np.array([[0.5, 0.0]])])
    inputs, targets = trainer.data.test
    seen = trainer.importance()
    assert seen is not None and seen.accuracy is None
    x, y = inputs[: seen.samples, 0], targets[: seen.samples]
    expected = np.mean((0.5 * x[:, None] - y) ** 2) / 2  # over all pairs
    np.testing.assert_allclose(seen.losses.mean(), expected, rtol=0.1)
    np.testing.assert_allclose(seen.loss, np.mean((0.5 * x - y) ** 2) / 2, rtol=1e-6)


def test_a_category_is_dealt_out_as_a_whole() -> None:
    trainer = trained(data=data(columns=[SIZE, SEA]))
    seen = trainer.importance()
    assert seen is not None and seen.columns == ("size", "sea") and len(seen.losses) == 2


def test_it_is_the_same_each_time_and_leaves_the_run_alone() -> None:
    trainer, other = (trained(data={"kind": "table_values"}) for _ in range(2))
    one, again = trainer.importance(), trainer.importance()
    assert one is not None and again is not None
    np.testing.assert_array_equal(one.losses, again.losses)
    for each in (trainer, other):
        each.advance(epochs=1)
    np.testing.assert_array_equal(trainer.weights[0], other.weights[0])


@pytest.mark.parametrize("kind", DATASETS, ids=lambda kind: kind.__name__)
def test_every_data_set_has_it_as_a_view_but_images(kind: type) -> None:
    trainer = Trainer(Experiment.parse({"data": kind().model_dump(mode="json")}))
    frame = trainer.frame(["importance"])
    assert ("importance" in frame.info) == (len(trainer.experiment.data.input_shape) == 1)


def test_of_a_large_network_fewer_samples_are_dealt_out() -> None:
    layers = [{"kind": "dense", "units": 256}] * 10
    features = ["x1", "x2", "x1²", "x2²", "x1x2", "sin(x1)", "sin(x2)"]
    document = {"data": {"kind": "spiral", "samples": 5000, "features": features}, "network": {"layers": layers}}
    large = Trainer(Experiment.parse(document))
    seen = large.importance()
    assert seen is not None and seen.samples < 1000 and seen.losses.shape[1] == 1
