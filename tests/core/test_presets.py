"""Every preset shows what its sentence says: it is trained, and held to its outcome."""

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
    }


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


def test_a_preset_is_named_once_and_said_in_one_sentence() -> None:
    assert len({preset.title for preset in gallery.values()}) == len(gallery)
    for preset in gallery.values():
        assert preset.says.endswith(".")
        assert len(preset.says) <= LONGEST_SENTENCE
