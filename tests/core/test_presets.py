"""Every preset shows what its sentence says: it is trained, and held to its outcome."""

import numpy as np
import pytest

from core import Trainer, presets
from core.presets import gallery

LONGEST_SENTENCE = 120


def measures(trainer: Trainer) -> dict[str, float]:
    """The metrics, and what a doctor sees of each layer with weights."""
    health = [layer for layer in trainer.health() if layer.gradient_norm]
    return trainer.metrics() | {
        "dead_units": max(layer.dead_units for layer in trainer.health()),
        "gradient_ratio": health[-1].gradient_norm / health[0].gradient_norm if health else 0.0,
        "diverged": float(trainer.status == "diverged"),
        "sharpness_ratio": sharpness_ratio(trainer),
    }


def sharpness_ratio(trainer: Trainer) -> float:
    """λmax beside the bound of plain gradient descent; 0 where there is none."""
    return trainer.curvature().largest * (trainer.learning_rate or 0.0) / 2


@pytest.mark.parametrize("name", gallery)
def test_a_preset_comes_to_its_outcome(name: str) -> None:
    outcome = gallery[name].outcome
    trainer = Trainer(gallery[name].experiment)
    trainer.advance(epochs=outcome.epochs)
    found = measures(trainer)
    assert outcome.at_least or outcome.at_most
    assert {key: found[key] for key, least in outcome.at_least.items() if found[key] < least} == {}
    assert {key: found[key] for key, most in outcome.at_most.items() if found[key] > most} == {}


def test_a_cure_is_better_than_what_it_cures() -> None:
    def test_loss(name: str) -> float:
        trainer = Trainer(presets[name])
        trainer.advance(epochs=100)
        return trainer.metrics()["test_loss"]

    ill = test_loss("overfitting")
    assert test_loss("dropout") < 0.7 * ill
    assert test_loss("weight_decay") < 0.5 * ill


def test_overfitting_rises() -> None:
    trainer = Trainer(presets["overfitting"])
    trainer.advance(epochs=20)
    early = trainer.metrics()["test_loss"]
    trainer.advance(epochs=80)
    assert trainer.metrics()["test_loss"] > early


def test_sharpness_rises_to_the_edge_of_stability_and_stays_about_there() -> None:
    trainer = Trainer(presets["edge_of_stability"])
    ratios, losses = [], []
    for _ in range(18):
        ratios.append(sharpness_ratio(trainer))
        losses.append(trainer.metrics()["train_loss"])
        trainer.advance(epochs=50)
    assert ratios[0] < 0.3 and max(ratios[:4]) < 0.8, "far below the edge, and rising"
    assert 0.85 < np.median(ratios[6:]) < 1.4, "at the edge"
    assert losses[-1] < 0.7 * losses[6], "and yet it falls"
    assert max(np.diff(losses)) > 0, "though not at every moment"


def test_a_preset_is_named_once_and_said_in_one_sentence() -> None:
    assert len({preset.title for preset in gallery.values()}) == len(gallery)
    for preset in gallery.values():
        assert preset.says.endswith(".")
        assert len(preset.says) <= LONGEST_SENTENCE
