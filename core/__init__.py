"""The training core of Neural Playground: networks described by values, trained in NumPy. Usable on its own.

from core import Experiment, Trainer
trainer = Trainer(Experiment.parse({"data": "circle", "optimizer": "sgd"}))
trainer.advance(epochs=10)
print(trainer.metrics())
"""

from core.change import Change
from core.experiment import Experiment
from core.norms import Norms
from core.presets import presets
from core.probes import Picture, parsed_view
from core.snapshot import SnapshotError
from core.spec import InvalidExperiment, Problem
from core.tensorflow_playground import is_link
from core.timeline import Moment, Timeline
from core.trainer import Trainer

__all__ = [
    "Change",
    "Experiment",
    "InvalidExperiment",
    "Moment",
    "Norms",
    "Picture",
    "Problem",
    "SnapshotError",
    "Timeline",
    "Trainer",
    "is_link",
    "parsed_view",
    "presets",
]
