"""The training step: forward, backward and update, compiled for an experiment's batches, and the state they move."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.executors import Choice, executor_of
from core.experiment import Experiment
from core.forward import moving_inputs, with_ones
from core.layers import Mode
from core.network import backward, forward, initial_parameters, is_weight, running_start, split
from core.optimizers import AVERAGE, SearchSpec, Vectors
from core.program import Program, Region

Array = NDArray[Any]


def coded(targets: Array, experiment: Experiment) -> Array:
    """Targets as the output units are to give them, of shape (samples, outputs): a value, the inputs themselves, or
    the output's levels for no and yes, one unit per class beyond two."""
    if experiment.data.task != "classification":
        return targets.reshape(len(targets), -1).astype(float)
    low, high = experiment.output.levels
    hits = targets[:, None] == np.arange(experiment.outputs) if experiment.outputs > 1 else targets[:, None] == 1
    return np.where(hits, high, low)


class TrainingStep:
    """Runs updates over the batches of an epoch. A last batch that is smaller, or a first one that also holds what the
    epoch before left over, has a routine of its own."""

    def __init__(
        self,
        experiment: Experiment,
        inputs: Array,
        targets: Array,
        chance: np.random.Generator | None = None,
        mode: Mode = "training",
        executor: Choice = "numpy",
    ) -> None:
        """inputs: (samples, inputs), scaled; targets as `Samples` gives them. `chance` decides what is dropped."""
        self.experiment, self.stages, self.mode, self.choice = experiment, experiment.stages, mode, executor
        self.chance = chance or np.random.default_rng(experiment.seeds.dropout)
        self.samples = len(inputs)
        self.batch_size = self.samples if experiment.optimizer.whole_batch else min(experiment.batch_size, self.samples)
        self.whole_batches, self.tail = divmod(self.samples, self.batch_size)
        self.is_carried = experiment.tail == "carried"
        self.batches = self.whole_batches + bool(self.tail and not self.is_carried)

        self._seen: dict[str, tuple[Region, Region]] = {}  # by a search: outputs and targets of each routine
        self._compile_all(inputs.shape[1])
        self._all_rows = with_ones(inputs).astype(experiment.precision)
        self._all_answers = coded(targets, experiment).astype(experiment.precision)
        self.load(np.arange(self.samples))

    def _compile_all(self, inputs: int) -> None:
        """Compile a routine for each size of batch, and bind what is looked at from outside."""
        program, experiment = Program(), self.experiment
        initial = initial_parameters(experiment.network, self.stages, experiment.weight_generators())
        parameters = program.state("parameters", len(initial), value=initial)
        rate = program.vector(np.array(experiment.optimizer.rate or 0.0))
        vectors = Vectors.beside(parameters, rate, is_weight(self.stages), program)
        self._remember(program, len(initial))
        lead = self.tail if self.is_carried else 0  # in front of the samples there is room for the carried ones
        rows = program.allocate(lead + self.samples, inputs + 1)
        answers = program.allocate(lead + self.samples, experiment.outputs)
        self._compile(program, "batch", vectors, rows, answers, lead, self.batch_size)
        if self.is_carried:
            self._compile(program, "carried", vectors, rows, answers, 0, lead + self.batch_size)
        elif self.tail:
            self._compile(program, "tail", vectors, rows, answers, self.samples - self.tail, self.tail)
        self.executor = executor_of(program, experiment.precision, {"batch": self.whole_batches}, self.choice)
        self._bind(program, vectors)
        self._rows, self._answers = self.executor.view(rows), self.executor.view(answers)

    def _bind(self, program: Program, vectors: Vectors) -> None:
        view = self.executor.view
        self.states = {name: view(region) for name, region in program.states.items()}
        self.parameters, self.running = self.states["parameters"], self.states["running"]
        self.first_parameters = self.parameters.copy()
        self.first_vector = self.vector(self.first_parameters).copy()
        self.shown = self.states.get(AVERAGE, self.parameters)  # what is evaluated, drawn and predicted with
        self.shown[...] = self.parameters
        self.gradient, self.last_step, self.rate = map(view, (vectors.gradient, vectors.scratch, vectors.rate))
        self._chances = {name: [*map(view, regions)] for name, regions in program.chances.items()}

    def _remember(self, program: Program, parameter_count: int) -> None:
        """Make room for what layers, the schedule and the stop rule take note of."""
        start = running_start(self.stages)
        running = program.state("running", len(start), value=start)
        for name, rule in (("schedule", self.experiment.schedule), ("stop", self.experiment.stop)):
            program.state(name, len(rule.start_memory), value=np.array(rule.start_memory))
        program.state("best", parameter_count if self.experiment.stop.keeps_best else 0)
        program.state("best_running", running.size if self.experiment.stop.keeps_best else 0)

    def _compile(
        self, program: Program, routine: str, vectors: Vectors, rows: Region, answers: Region, start: int, batch: int
    ) -> None:
        """Compile an update over batches of this size, the first of which begins at row `start`."""
        program.begin(routine)
        x, t = (moving_inputs(region.rows(start, region.shape[0]), batch) for region in (rows, answers))
        traces = forward(program, self.stages, vectors.parameters, program.states["running"], x, self.mode)
        optimizer, regularization = self.experiment.optimizer, self.experiment.regularization
        if optimizer.uses_gradient:
            backward(program, traces, vectors.gradient, self.experiment.loss, t)
            regularization.pull(program, vectors)
            self.experiment.clipping.clip(program, vectors.gradient)
        if isinstance(optimizer, SearchSpec):
            optimizer.remember(program)
            self._seen[routine] = traces[-1].a, t
            program.begin(f"{routine}, settled")
        else:
            optimizer.update(program, vectors)
        if optimizer.uses_gradient:
            regularization.settle(program, vectors)
        optimizer.settle(program, vectors)
        for trace in traces:
            trace.flow.settle()

    def load(self, order: Array) -> None:
        """Lay the samples out in the order in which the next epoch learns from them."""
        if self.is_carried:
            order = np.concatenate([order[self.samples - self.tail :], order])
        np.take(self._all_rows, order, 0, self._rows, "clip")
        np.take(self._all_answers, order, 0, self._answers, "clip")

    @property
    def has_sound_samples(self) -> bool:
        """Whether all inputs and answers that it learns from are finite numbers."""
        return bool(np.isfinite(self._rows).all() and np.isfinite(self._answers).all())

    def size_of(self, batch: int, epoch: float) -> int:
        """How many samples a batch of that epoch holds."""
        if batch == self.whole_batches:
            return self.tail
        return self.batch_size + (self.tail if self._starts_carried(batch, epoch) else 0)

    def _starts_carried(self, batch: int, epoch: float) -> bool:
        return self.is_carried and batch == 0 and epoch > 0

    def run(self, start: int, stop: int, epoch: float = 0) -> None:
        """Update once for each batch from start to below stop of an epoch, at the learning rate of the schedule."""
        if self.experiment.schedule.is_constant:
            self._run(start, stop, epoch)
            return
        for batch in range(start, stop):
            self.rate[...] = self.scheduled_rate(epoch + batch / self.batches)
            self._run(batch, batch + 1, epoch)

    def scheduled_rate(self, epoch: float) -> float:
        """The optimizer's learning rate, as the schedule has it at this point of an epoch; 0 if it has none."""
        return (self.experiment.optimizer.rate or 0.0) * self.experiment.schedule.factor(epoch, self.states["schedule"])

    def _run(self, start: int, stop: int, epoch: float) -> None:
        if self._starts_carried(start, epoch):
            self._run_routine("carried")
            start += 1
        self._run_routine("batch", start, min(stop, self.whole_batches))
        if stop > self.whole_batches:
            self._run_routine("tail")

    def _run_routine(self, routine: str, start: int = 0, stop: int = 1) -> None:
        chances = self._chances.get(routine, [])
        if not chances and not self._seen:
            self.executor.run(routine, start, stop)
            return
        for batch in range(start, stop):
            for numbers in chances:
                self.chance.random(out=numbers, dtype=numbers.dtype)
            if isinstance(self.experiment.optimizer, SearchSpec):
                self._search(self.experiment.optimizer, routine, batch)
            else:
                self.executor.run(routine, batch, batch + 1)

    def _search(self, optimizer: SearchSpec, routine: str, batch: int) -> None:
        start, view = self.parameters.copy(), BatchView(self, routine, batch)
        place = optimizer.found(start, view, float(self.rate), self.states, self.chance)
        view.look(place)  # for the gradient and the statistics there
        np.subtract(start, self.parameters, self.last_step)
        self.executor.run(f"{routine}, settled")

    def seen(self, routine: str, batch: int) -> tuple[Array, Array]:
        """Views of the outputs of a batch that a search has looked at, and of its targets: (outputs, samples)."""
        outputs, targets = self._seen[routine]
        return self.executor.view(outputs), self.executor.view(targets, batch)

    def drop_the_faded(self) -> None:
        """Set to 0 what is below the smallest normal number. The means of a gradient that stays 0 fade to there and no
        further, and a processor takes many times as long for such a number as for any other."""
        for state in self.states.values():
            state[np.abs(state) < np.finfo(state.dtype).tiny] = 0.0

    def vector(self, parameters: Array) -> Array:
        """These parameters, and behind them the running statistics: what an evaluation needs."""
        return np.concatenate([parameters, self.running]) if len(self.running) else parameters

    @property
    def weights(self) -> list[Array]:
        """Views of each layer's parameters, (units, inputs + 1), the bias as last column."""
        return split(self.parameters, self.stages)

    @property
    def statistics(self) -> list[Array]:
        """Views of each layer's running statistics, (statistics, units or channels): means and variances, or none."""
        ends = np.cumsum([len(stage.running_start) for stage in self.stages])
        blocks = np.split(self.running, ends[:-1])
        return [block.reshape(-1, stage.neurons) for block, stage in zip(blocks, self.stages, strict=True)]

    @property
    def gradients(self) -> list[Array]:
        """Views of the gradient of the last update, shaped like the weights."""
        return split(self.gradient, self.stages)


class BatchView:
    """One batch of a training step, as it looks from any parameters. Looking leaves the step's parameters there."""

    def __init__(self, step: TrainingStep, routine: str, batch: int) -> None:
        self.step, self.routine, self.batch = step, routine, batch

    def gradient(self, parameters: Array) -> Array:
        self.look(parameters)
        return self.step.gradient

    def loss(self, parameters: Array) -> float:
        self.look(parameters)
        outputs, targets = self.step.seen(self.routine, self.batch)
        return self.step.experiment.loss.value(outputs, targets, self.step.experiment.output)

    def look(self, parameters: Array) -> None:
        self.step.parameters[...] = parameters
        self.step.executor.run(self.routine, self.batch, self.batch + 1)
