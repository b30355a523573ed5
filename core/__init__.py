"""The training core of Neural Playground: networks described by values, trained in NumPy. Usable on its own.

from core import Experiment, Trainer
trainer = Trainer(Experiment.parse({"data": "circle", "optimizer": "sgd"}))
trainer.advance(epochs=10)
print(trainer.metrics())

reading = read_table(Path("flowers.csv").read_bytes())
trainer = Trainer(Experiment.parse({"data": reading.data(target="species")}))
"""

from core.change import Change
from core.data.columns import Table
from core.data.reading import Reading, read_table
from core.data.rows import How, NotRead
from core.data.writing import written
from core.descent import BruteForce, Descent, Way, brute_force, landscape, way_of
from core.descents import descents
from core.experiment import Experiment
from core.learning_curve import LearningCurve
from core.learning_curves import learning_curves
from core.norms import Norms
from core.presets import presets
from core.probes import Picture, parsed_view
from core.probes.landscape import LossLandscape, WeightPath, path_of
from core.probes.sharpness import Sharpness
from core.race import Race
from core.races import races
from core.snapshot import SnapshotError
from core.spec import InvalidExperiment, Problem
from core.sweep import Sweep, outcome_of
from core.sweeps import sweeps
from core.tensorflow_playground import is_link
from core.timeline import Moment, Timeline
from core.trainer import Trainer

__all__ = [
    "BruteForce",
    "Change",
    "Descent",
    "Experiment",
    "How",
    "InvalidExperiment",
    "LearningCurve",
    "LossLandscape",
    "Moment",
    "Norms",
    "NotRead",
    "Picture",
    "Problem",
    "Race",
    "Reading",
    "Sharpness",
    "SnapshotError",
    "Sweep",
    "Table",
    "Timeline",
    "Trainer",
    "Way",
    "WeightPath",
    "brute_force",
    "descents",
    "is_link",
    "landscape",
    "learning_curves",
    "outcome_of",
    "parsed_view",
    "path_of",
    "presets",
    "races",
    "read_table",
    "sweeps",
    "way_of",
    "written",
]
