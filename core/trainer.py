"""Trainer: an experiment and what has happened to it so far. It advances when told; it has no clock, thread or file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core import snapshot
from core.change import Change, adopt, is_new_start
from core.data import Samples, prepared
from core.evaluation import Evaluation, Measured
from core.executors import Choice, available, fingerprint, usual_choice
from core.experiment import Experiment
from core.forward import ForwardPass
from core.gradient import GradientPass
from core.guard import Cause, Divergence, Guard, divergence
from core.network import split
from core.notes import notes_of
from core.probes import Picture, Probes, parsed_views
from core.probes.close_looks import CLOSE_LOOKS
from core.probes.curvature import Curvature, curvature
from core.probes.gradient_check import GradientCheck, affordable_samples, gradient_check
from core.probes.health import LayerHealth, layer_health
from core.probes.importance import Importance, importance
from core.probes.microscope import Microscope, microscope
from core.probes.picture import merged
from core.probes.views import View
from core.step import TrainingStep

Array = NDArray[Any]
Status = Literal["ready", "finished", "diverged"]

WITHOUT_NUMBA = (
    "The run was trained with Numba, which is missing here: NumPy goes on, in the last digits a little differently."
)
MOST_KNOWN = 0.1  # of the test samples: where points come and go, one or the other changes sides
MIXED = (
    "Some of the test samples were learned from before the data changed: until the weights start anew, the test tells "
    "more than the network knows."
)
FROM_ELSEWHERE = (
    "The run was trained on another machine, or with other versions of NumPy or Numba: it goes on, in the last digits "
    "a little differently."
)

LONGEST_REPLAY = (
    2000  # updates between two looks of the guard, which are repeated one by one to find the one that broke
)

MOST_UPDATES = 2**50  # beyond them a step were no whole number any more where numbers are floats

FADING_UPDATES = 500  # about: in so many, the mean of a gradient that has become 0 fades to next to nothing


@dataclass
class Position:
    """How far training has come. `batch` is the next one of this epoch, `sample` how many of it were taken in."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    sample: int = 0


@dataclass(frozen=True)
class Moment:
    """Everything that training goes on from: copies, apart from the trainer."""

    position: Position
    states: dict[str, Array]
    order: Array
    generators: dict[str, dict[str, Any]]


class Trainer:
    """Trains one network on one data set. The same experiment and the same calls give the same numbers, bit for bit."""

    def __init__(self, experiment: Experiment, executor: Choice | None = None, samples: Samples | None = None) -> None:
        """`executor`: what runs the updates. Unless told it is the faster one of those that are ready now. `samples`:
        what to learn from and to be tested by, where that is not all that the experiment's data set draws."""
        self.experiment, self._choice = experiment, executor or usual_choice()
        self.data = samples or prepared(experiment.data, experiment.seeds.data, experiment.seeds.split)
        self._generators = {
            "order": np.random.default_rng(experiment.seeds.order),
            "dropout": np.random.default_rng(experiment.seeds.dropout),
        }
        chance = self._generators["dropout"]
        self._step = TrainingStep(experiment, *self.data.train, chance, executor=self._choice)
        self._probes = Probes(experiment, self.data)
        self._evaluation = Evaluation(experiment, self.data)
        self._guard = Guard(self._step, self._evaluation)
        self._measured: Measured | None = None  # at the present weights, once somebody has asked
        self._whole_gradient: GradientPass | None = None
        self._order = np.arange(self._step.samples)
        self._position = Position()
        self.status: Status = "ready"
        self.message: str | None = None
        self.divergence: Divergence | None = None
        self._is_mixed = False  # it is tested by what it has learned from before the data changed
        self._moved = ""  # why it does not go on to the last bit as it would have where it began
        self._good = self._moment()

    # how far

    @property
    def step(self) -> int:
        """Updates made."""
        return self._position.step

    @property
    def epoch(self) -> int:
        """Whole passes over the training samples."""
        return self._position.epoch

    @property
    def batch(self) -> int:
        """Batches of the current epoch that are done."""
        return self._position.batch

    @property
    def sample(self) -> int:
        """Samples of the current batch that were taken in."""
        return self._position.sample

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        return self._step.batches

    @property
    def batch_size(self) -> int:
        """Samples in a batch, at most all of the training samples."""
        return self._step.batch_size

    @property
    def exact_epoch(self) -> float:
        return self.epoch + self.batch / self.batches

    @property
    def learning_rate(self) -> float | None:
        """The learning rate of the next update: the optimizer's, as the schedule has it by now; None if it has none."""
        if self.experiment.optimizer.rate is None:
            return None
        return self._step.scheduled_rate(self.exact_epoch)

    @property
    def notes(self) -> list[str]:
        """What a person should know about how the experiment was understood."""
        notes = [*notes_of(self.experiment, self._step.samples), *self.data.notes]
        return [*notes, *filter(None, [self._moved, MIXED if self._is_mixed else ""])]

    @property
    def fingerprint(self) -> dict[str, str]:
        """What runs the updates. Where it is the same, all bits are."""
        return fingerprint(self._step.executor)

    # training

    def advance(self, *, samples: int = 0, updates: int = 0, epochs: int = 0) -> None:
        """Go on by so many samples, updates or epochs.

        A sample is taken in; the weights move when its batch is full. An epoch goes up to the next full pass. When the
        weights or the loss explode or stop being numbers, the trainer goes back to the last good update, its status
        becomes "diverged", and `divergence` tells update, layer and cause. When the stop rule is met, its status
        becomes "finished". `message` tells why in a sentence. In both cases it stays there until it is changed or
        reset.
        """
        if self.status != "ready":
            return
        with np.errstate(all="ignore"):  # the guard looks at the parameters instead
            if not self._guard.has_usable_weights:
                self._find_divergence(self.step + 1)
                return
            self._advance_samples(samples)
            self._advance_watched(updates)
            self._advance_watched(epochs * self.batches - self.batch if epochs else 0)
            if samples:
                self._watch()

    def _advance_watched(self, count: int) -> None:
        """Never further than a divergence can be traced back."""
        while count > 0 and self.status == "ready":
            stretch = min(count, LONGEST_REPLAY)
            self._advance_updates(stretch)
            self._watch()
            count -= stretch

    def _advance_samples(self, count: int) -> None:
        for _ in range(count):
            self._begin_epoch()
            self._position.sample += 1
            if self.sample >= self._step.size_of(self.batch, self.epoch):
                self._advance_updates(1)

    def _advance_updates(self, count: int) -> None:
        while count > 0 and self.status == "ready":
            self._begin_epoch()
            stop = min(self.batch + count, self.batches)
            self._step.run(self.batch, stop, self.epoch)
            count -= stop - self.batch
            self._passed(stop)

    def _begin_epoch(self) -> None:
        """Draw the order of a new epoch. With a single batch there is no order to draw."""
        is_drawn = self.experiment.order == "shuffled" and self.batches > 1
        if is_drawn and self.batch == 0 and self.sample == 0:
            self._order = self._generators["order"].permutation(self._step.samples)
            self._step.load(self._order)

    def _passed(self, batch: int) -> None:
        self._measured = None
        position = self._position
        position.step += batch - position.batch
        position.batch, position.sample = batch, 0
        if batch == self.batches:
            position.epoch += 1
            position.batch = 0
            self._end_epoch()

    def _end_epoch(self) -> None:
        """Clear away what has faded, and let the schedule and the stop rule see how it went."""
        if self.epoch % max(1, FADING_UPDATES // self.batches) == 0:
            self._step.drop_the_faded()
        schedule, stop, states = self.experiment.schedule, self.experiment.stop, self._step.states
        losses = self.metrics() if schedule.start_memory or stop.watches_loss else {}
        if schedule.start_memory:
            schedule.observe(losses["train_loss"], states["schedule"])
        reason = stop.reason(self.epoch, losses, states["stop"]) or self.experiment.optimizer.exhausted(states)
        if stop.keeps_best and states["stop"][1] == self.epoch:
            states["best"][...], states["best_running"][...] = self._step.shown, self._step.running
        if reason:
            self.status, self.message = "finished", reason
            if stop.keeps_best:
                self._step.parameters[...] = self._step.shown[...] = states["best"]
                self._step.running[...] = states["best_running"]
                self._measured = None

    # the guard

    def _watch(self) -> None:
        match self._guard.verdict():
            case "broken":
                self._find_divergence(self.step)
            case "sane":
                self._good = self._moment()

    def _find_divergence(self, broken: int) -> None:
        """Repeat the updates since the last good moment one by one, up to the one that broke; go back to the last that
        was sane. However far a single advance() went, it ends the same."""
        reached, (layer, cause) = self.step, self._breakage(self._step.parameters)
        self.status, self.message = "ready", None
        self._return_to(self._good)
        while self.step < reached:
            before = self._step.parameters.copy()
            self._advance_updates(1)
            verdict = self._guard.verdict()
            if verdict == "broken":
                broken, (layer, cause) = self.step, self._breakage(before)
                break
            if verdict == "sane":
                self._good = self._moment()
        self._return_to(self._good)
        self.divergence = divergence(broken, self.step, layer, cause, self.experiment.optimizer.rate)
        self.status, self.message = "diverged", self.divergence.message

    def _breakage(self, before: Array) -> tuple[str, Cause]:
        over = GradientPass.over(self.experiment, self.data.train, self.experiment.precision)
        return self._guard.breakage(before, over)

    # what is known

    def metrics(self) -> dict[str, float]:
        """Step, epoch, losses without penalty, and in a classification the accuracies from 0 to 1."""
        return {"step": self.step, "epoch": self.epoch, **self._now.metrics}

    @property
    def _now(self) -> Measured:
        if self._measured is None:
            self._measured = self._evaluation.measured(self._shown)
        return self._measured

    def predict(self, x: ArrayLike) -> Array:
        """Outputs of shape (samples, outputs) for points of shape (samples, dimensions), images of (samples, pixels) or
        rows of (samples, columns), whose categories are told by their place; a value in the units of the data."""
        points = np.asarray(x, float)
        wanted = self.data.points.shape[1]
        if points.ndim != 2 or points.shape[1] != wanted:
            raise ValueError(f"x: expected an array of shape (samples, {wanted}), got {points.shape}")
        outputs = self._outputs_of(self.data.inputs(points))
        return self.data.target_scale.undone(outputs) if self.experiment.data.task == "regression" else outputs

    def outputs_at(self, places: Array) -> Array:
        """What the network gives at places of the map, (places, dimensions): (places, outputs)."""
        return self._outputs_of(self.data.inputs_at(places))

    def _outputs_of(self, inputs: Array) -> Array:
        forward = ForwardPass(self._step.stages, inputs, self.experiment.precision)
        return np.ascontiguousarray(forward.run(self._shown).T)

    @property
    def _shown(self) -> Array:
        """What is evaluated, drawn and predicted with: parameters and running statistics."""
        return self._step.vector(self._step.shown)

    @property
    def weights(self) -> list[Array]:
        """Copies of the parameters that are trained, (units, inputs + 1) per dense layer, the bias as last column;
        (filters, channels·kernel² + 1) per convolution; (units, 2) per normalization, gain and shift; (units, 0) per
        layer without parameters. Of an image the units are channels."""
        return [block.copy() for block in self._step.weights]

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Go on from these parameters, one array per layer, shaped as `weights` gives them."""
        given = [np.asarray(block, float) for block in weights]
        wanted = [stage.shape for stage in self._step.stages]
        if [block.shape for block in given] != wanted:
            raise ValueError(f"weights: expected arrays of shapes {wanted}, got {[block.shape for block in given]}")
        if unsound := [index for index, block in enumerate(given) if not np.isfinite(block).all()]:
            raise ValueError(f"weights.{unsound[0]}: expected finite numbers, got NaN or infinity among them")
        for view, block in zip(self._step.weights, given, strict=True):
            view[...] = block
        self._step.shown[...] = self._step.parameters
        self._measured = None
        self._good = self._moment()

    @property
    def gradients(self) -> list[Array]:
        """Copies of the gradient of the last update, shaped like the weights."""
        return [block.copy() for block in self._step.gradients]

    @property
    def states(self) -> dict[str, Array]:
        """What training goes on from, by name: the parameters, running statistics and what the optimizer remembers, as
        views."""
        return self._step.states

    @property
    def order(self) -> Array:
        """The order in which this epoch learns from the training samples."""
        return self._order.copy()

    def scene(self) -> Picture:
        """What stays until the experiment changes: its data and its architecture."""
        info, arrays = self._probes.scene(self.batch_size, self.batches, self.notes)
        return Picture(info | {"is_mixed": self._is_mixed}, arrays)

    def tables(self) -> Picture | None:
        """What is needed to paint tiles and the answer from weights; None where there is no map."""
        return self._probes.tables()

    def frame(self, views: Collection[str]) -> Picture:
        """What moves: where training is, its metrics, and the arrays of the named views. Of one view in several sizes
        the largest is shown. `unseen`: the names of those that there is not enough memory for."""
        pictures, unseen = [], []
        for view in parsed_views(views):
            try:
                pictures.append(self._look(view))
            except MemoryError:
                unseen.append(view.name)
        position = {"step": self.step, "epoch": self.epoch, "batch": self.batch, "sample": self.sample}
        info = {
            **position,
            "exact_epoch": self.exact_epoch,
            "learning_rate": self.learning_rate,
            "metrics": self.metrics(),
            "unseen": unseen,
        }
        return merged([Picture(info, {}), *pictures])

    def _look(self, view: View) -> Picture:
        with np.errstate(all="ignore"):
            if view.kind in CLOSE_LOOKS:
                return CLOSE_LOOKS[view.kind](self, view.number)
            weights = split(self._step.shown, self._step.stages)
            return self._probes.picture(view, self._shown, weights, self._step.gradients, self._now.outputs)

    # looking closely

    def microscope(self, sample: int) -> Microscope:
        """One sample, by its index in the data, on its way through the network and back, and its update."""
        if not 0 <= sample < len(self.data.points):
            raise ValueError(f"sample: expected a whole number from 0 to {len(self.data.points) - 1}, got {sample}")
        with np.errstate(all="ignore"):
            part = self.data.part(slice(sample, sample + 1))
            return microscope(self.experiment, self._step.states, self.exact_epoch, *part)

    def gradient_check(self, most: int = 1000) -> GradientCheck:
        """The gradient over all training samples beside central differences, for at most so many parameters; of a large
        network over the first ones."""
        checked = self._gradient_pass
        samples = affordable_samples(len(self._step.parameters), most)
        if samples < checked.answers.shape[1]:
            inputs, targets = self.data.train
            checked = GradientPass.over(self.experiment, (inputs[:samples], targets[:samples]))
        return gradient_check(checked, self._step.parameters, most)

    def health(self) -> list[LayerHealth]:
        """Each layer's dead and saturated units over the training samples, its gradient and its last update."""
        return layer_health(self._gradient_pass, self._step.parameters, self._step.last_step)

    def curvature(self) -> Curvature:
        """The largest eigenvalue of the Hessian of the loss over all training samples, and its direction."""
        return curvature(self._gradient_pass, self._step.parameters)

    def importance(self) -> Importance | None:
        """How much worse the test samples are told where one column belongs to another sample; None of images."""
        return importance(self.experiment, self.data, self._shown)

    def confusion(self) -> Array | None:
        """How many test samples of each class (rows) are taken for which (columns); None but in a classification."""
        return self._evaluation.confusion(self._now.outputs)

    @property
    def _gradient_pass(self) -> GradientPass:
        if self._whole_gradient is None:
            self._whole_gradient = GradientPass.over(self.experiment, self.data.train)
        return self._whole_gradient

    # going back, going elsewhere

    def reset(self) -> None:
        """Back to the weights that training started from."""
        self._become(Trainer(self.experiment, self._choice))

    def change(self, experiment: Experiment) -> Change:
        """Go on with another experiment, keeping all that can be kept; tells what was kept and what is new."""
        changed = Trainer(experiment, self._choice)
        if self._is_untouched or is_new_start(self.experiment, experiment):
            result = Change(restarted=True, kept=[], renewed=["weights", "optimizer state", "epoch"])
        else:
            result = changed._continue(self)
        self._become(changed)
        return result

    @property
    def _is_untouched(self) -> bool:
        """Nothing has happened yet that could be gone on from."""
        is_first = np.array_equal(self._step.parameters, self._step.first_parameters)
        return self.step == 0 and self.sample == 0 and is_first

    def _continue(self, before: Trainer) -> Change:
        """Take over what fits from a trainer of a similar experiment."""
        result = adopt(before._step, self._step)
        self._is_mixed = before._is_mixed or self.data.known_share(before.data) > MOST_KNOWN
        same_split = np.array_equal(before.data.is_test, self.data.is_test)
        seeds, seeds_before = self.experiment.seeds, before.experiment.seeds
        same_order = seeds.order == seeds_before.order
        same_batches = before.batches == self.batches and before.batch_size == self.batch_size
        same_tail = before.experiment.tail == self.experiment.tail
        if same_split and same_order and same_batches and same_tail:
            self._position = replace(before._position)
            self._order = before._order.copy()
            self._step.load(self._order)
        else:
            self._position = Position(step=before.step, epoch=before.epoch)
            if before.batch or before.sample:
                result.renewed.append("place in the epoch")
        for name, generator in self._generators.items():
            if getattr(seeds, name) == getattr(seeds_before, name):
                generator.bit_generator.state = before._generators[name].bit_generator.state
        self._good = self._moment()
        return result

    def _become(self, other: Trainer) -> None:
        vars(self).update(vars(other))

    def _moment(self) -> Moment:
        states = {name: values.copy() for name, values in self._step.states.items()}
        generators = {name: dict(generator.bit_generator.state) for name, generator in self._generators.items()}
        return Moment(replace(self._position), states, self._order, generators)

    def _return_to(self, moment: Moment) -> None:
        self._measured = None
        self._position = replace(moment.position)
        for name, values in moment.states.items():
            self._step.states[name][...] = values
        for name, generator in self._generators.items():
            generator.bit_generator.state = moment.generators[name]
        self._order = moment.order
        self._step.load(self._order)

    def snapshot(self) -> bytes:
        """All of it as bytes: experiment, weights, optimizer state, position, order and its generator."""
        moment = self._moment()
        document = {
            "experiment": self.experiment.model_dump(mode="json"),
            "position": vars(moment.position),
            "generators": moment.generators,
            "status": self.status,
            "message": self.message,
            "divergence": vars(self.divergence) if self.divergence else None,
            "executor": self._choice,
            "fingerprint": self.fingerprint,
            "is_mixed": self._is_mixed,
        }
        return snapshot.packed(document, {"order": moment.order, **moment.states})

    @classmethod
    def restore(cls, data: bytes) -> Self:
        """The trainer that a snapshot was taken of. It goes on bit-identically, or a note says why not. Raises
        SnapshotError."""
        document, arrays = snapshot.unpacked(data)
        with snapshot.complaints():
            executor = document["fingerprint"]["executor"]
            trainer = cls(Experiment.parse(document["experiment"]), available(executor))
            trainer._choice = available(document["executor"])
            trainer._moved = _moved(document["fingerprint"], trainer.fingerprint)
            trainer._take_up(document, arrays)
        return trainer

    def at(self, data: bytes) -> Self:
        """The trainer that a snapshot was taken of: this one, where that is of the same experiment, else a new one.
        Raises SnapshotError."""
        document, arrays = snapshot.unpacked(data)
        with snapshot.complaints():
            if document["experiment"] != self.experiment.model_dump(mode="json"):
                return self.restore(data)
            self._take_up(document, arrays)
        return self

    def _take_up(self, document: dict[str, Any], arrays: dict[str, Array]) -> None:
        """Be where a snapshot of the same experiment was taken; raises SnapshotError and what complaints() knows."""
        snapshot.check_arrays({"order": self._order, **self._step.states}, arrays)
        order, position = arrays.pop("order"), Position(**document["position"])
        self._check_position(position)
        if not np.array_equal(np.sort(order), np.arange(self._step.samples)):
            raise snapshot.SnapshotError("order: expected each training sample once")
        self._return_to(Moment(position, arrays, order, document["generators"]))
        self.status, self.message, found = document["status"], document["message"], document["divergence"]
        self.divergence = Divergence(**found) if found else None
        self._is_mixed = bool(document.get("is_mixed"))
        self._check_told()
        self._good = self._moment()

    def _check_position(self, position: Position) -> None:
        snapshot.check_whole("position.step", position.step, MOST_UPDATES)
        snapshot.check_whole("position.epoch", position.epoch, position.step)
        snapshot.check_whole("position.batch", position.batch, self.batches - 1)
        snapshot.check_whole("position.sample", position.sample, self._step.size_of(position.batch, position.epoch) - 1)

    def _check_told(self) -> None:
        """That what a snapshot tells of how it went is what a trainer tells."""
        if self.status not in get_args(Status):
            raise snapshot.SnapshotError(f"status: expected one of {', '.join(get_args(Status))}")
        if (self.status == "diverged") != (self.divergence is not None):
            raise snapshot.SnapshotError("divergence: expected where and why, if the status is diverged, else nothing")
        snapshot.check_text("message", self.message or "")
        if broken := self.divergence:
            snapshot.check_whole("divergence.step", broken.step, MOST_UPDATES)
            snapshot.check_text("divergence.layer", broken.layer)
            snapshot.check_text("divergence.message", broken.message)
            if broken.cause not in get_args(Cause):
                raise snapshot.SnapshotError("divergence.cause: expected one that the guard knows")


def _moved(before: dict[str, str], now: dict[str, str]) -> str:
    """Why what follows is not to the last bit what it would have been where a snapshot was taken; "" where it is."""
    if before["executor"] != now["executor"]:
        return WITHOUT_NUMBA
    return FROM_ELSEWHERE if any(now.get(name, value) != value for name, value in before.items()) else ""
