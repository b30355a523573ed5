"""Experiment: the one document that describes a run. The link, the form, the API and the lessons all carry it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import count, repeat
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, model_validator

from core.activations import Linear, OutputActivation, Sigmoid, Softmax, Tanh
from core.clipping import Clipping, NoClipping
from core.data import Dataset, TensorFlowSet
from core.data.planar import Spiral
from core.data.scaling import Scaling
from core.losses import TASKS, CrossEntropy, Loss, MeanSquaredError
from core.network import Network, Stages, misfit_of, stages_of
from core.optimizers import Optimizer
from core.optimizers.adaptive import Adam
from core.regularizers import NoRegularizer, Regularizer
from core.schedules import Constant, Schedule
from core.spec import Spec, knob, misfit
from core.stopping import Never, Stop
from core.tensorflow_playground import document_of

LARGEST_SEED = 2**53 - 1  # the largest whole number that JavaScript holds exactly
LARGEST_STEP_BYTES = 256 * 2**20


def readable(name: str) -> str:
    """A name as people see it: composed, without invisible marks that turn or hide the text."""
    kept = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in ("Cf", "Zl", "Zp"))
    if any(unicodedata.category(c) == "Cc" for c in kept):
        raise ValueError("expected text without control characters")
    if name and not kept.strip():
        raise ValueError("expected at least one visible character")
    return kept.strip()


def _seed(title: str, help: str, default: int = 1) -> Any:
    return knob(help, title=title, control="seed", default=default, ge=0, le=LARGEST_SEED)


class Seeds(Spec):
    """Where each kind of chance starts. The same seeds repeat a run exactly.

    With the default ones the default network untangles the default spiral within 150 epochs; a test holds this.
    """

    data: int = _seed("Data", "Chooses the points.", default=3)
    split: int = _seed("Split", "Chooses which points are kept aside as test points.")
    weights: int = _seed("Weights", "Chooses the weights that training starts from.", default=13)
    order: int = _seed("Order", "Chooses the order in which samples are learned from.")
    dropout: int = _seed("Dropout", "Chooses which units dropout silences, and which weights random search tries.")


PIXELS: dict[Scaling, OutputActivation] = {"none": Sigmoid(), "normalize": Tanh(), "standardize": Linear()}
"""What draws pixels from 0 to 1, from −1 to 1, and of any size."""


def usual_output(dataset: Dataset) -> OutputActivation:
    """The output that fits a data set: values in a regression, in an autoencoder what reaches as far as its scaled
    inputs, one unit for two classes, else one for each."""
    if dataset.task == "autoencoder":
        return PIXELS[dataset.scaling]
    if dataset.task != "classification":
        return Linear()
    return Tanh() if len(dataset.class_names) == 2 else Softmax()


def usual_loss(dataset: Dataset) -> Loss:
    return CrossEntropy() if dataset.task == "classification" else MeanSquaredError()


class Experiment(Spec):
    """Everything that decides how a run goes. `output` and `loss`, when left out, are those that fit the data."""

    name: Annotated[str, AfterValidator(readable)] = knob(
        "What this experiment is called.", title="Name", control="text", default="", max_length=80
    )
    data: Dataset = knob("What the network is to learn.", title="Data", control="data", default=Spiral())
    network: Network = knob("The layers between the inputs and the output.", title="Network", default=Network())
    output: OutputActivation = knob(
        "The activation of the last layer.",
        title="Output",
        control="choice",
        default_factory=lambda given: usual_output(given["data"]) if "data" in given else Tanh(),
    )
    loss: Loss = knob(
        "How wrong an answer counts: what training makes small.",
        title="Loss",
        control="choice",
        default_factory=lambda given: usual_loss(given["data"]) if "data" in given else CrossEntropy(),
    )
    optimizer: Optimizer = knob("How a gradient becomes a step.", title="Optimizer", control="choice", default=Adam())
    schedule: Schedule = knob(
        "How the learning rate changes while the network learns.",
        title="Schedule",
        control="choice",
        default=Constant(),
    )
    clipping: Clipping = knob(
        "A limit to the gradient of each update.", title="Gradient clipping", control="choice", default=NoClipping()
    )
    batch_size: int = knob(
        "How many samples each update learns from.",
        title="Batch size",
        unit="samples",
        scale="log",
        default=16,
        ge=1,
        le=1024,
    )
    order: Literal["shuffled", "fixed"] = knob(
        "Whether each epoch learns from the samples in a new random order.",
        title="Order",
        control="choice",
        default="shuffled",
    )
    tail: Literal["smaller", "carried"] = knob(
        "What becomes of samples that do not fill a batch: a smaller batch, or a part of the next epoch's first one.",
        title="Tail",
        control="choice",
        default="smaller",
    )
    regularization: Regularizer = knob(
        "What keeps the weights small.", title="Regularization", control="choice", default=NoRegularizer()
    )
    stop: Stop = knob("When training has done enough.", title="Stop", control="choice", default=Never())
    seeds: Seeds = knob("Where each kind of chance starts.", title="Seeds", default=Seeds())
    precision: Literal["float64", "float32"] = knob(
        "How exactly numbers are kept: 16 digits, or 7 in half the memory.",
        title="Precision",
        control="choice",
        default="float64",
    )

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if found := misfit_of(self.network, self.data.input_shape):
            misfit(f"network.{found.field}", found.sentence)
        if reason := self.loss.misfit(self.output, self.data.task):
            misfit("loss", reason)
        if self.output.is_distribution and self.data.task != "classification":
            misfit(
                "output",
                f"softmax gives probabilities of classes; {TASKS[self.data.task]} needs linear, tanh or sigmoid",
            )
        if self.data.task == "autoencoder" and self.code_stage is None:
            misfit("network.layers", "an autoencoder needs a dense layer between inputs and output: its code")
        if (size := self.step_bytes) > LARGEST_STEP_BYTES:
            misfit(
                "network",
                f"a training step would need {size / 2**20:.0f} MB, the limit is {LARGEST_STEP_BYTES // 2**20} MB: "
                "use fewer units, layers or samples per update",
            )
        if self.tail == "carried" and self.order == "shuffled":
            misfit("tail", "a tail can be carried over only where the order is fixed: set order to fixed")
        return self

    @property
    def outputs(self) -> int:
        """How many output units there are: one, one for each class beyond two, or as many as inputs."""
        if self.data.task == "autoencoder":
            return len(self.data.input_names)
        classes = len(self.data.class_names)
        return classes if classes > 2 or self.output.is_distribution else 1

    @property
    def stages(self) -> Stages:
        return stages_of(self.network, self.data.input_shape, self.outputs, self.output)

    @property
    def code_stage(self) -> int | None:
        """Which layer is an autoencoder's code: the narrowest dense one before the output, the first of several."""
        dense = [index for index, stage in enumerate(self.stages[:-1]) if stage.kind == "dense"]
        return min(dense, key=lambda index: self.stages[index].units, default=None)

    @classmethod
    def parse(cls, document: object) -> Self:
        """Build from a document, or from {"link": a link of TensorFlow Playground}; raises InvalidExperiment."""
        match document:
            case {"link": str(link), **others} if not others:
                return cls.from_link(link)
        return super().parse(document)

    @classmethod
    def from_link(cls, link: str) -> Self:
        """The experiment of a playground.tensorflow.org link, which then replays exactly. Raises InvalidExperiment."""
        return super().parse(document_of(link))

    @property
    def weight_source(self) -> tuple[object, ...]:
        """What the first weights depend on, apart from the shape of the network."""
        initializer = self.network.initializer
        return initializer, self.seeds.weights, self.data if initializer.continues_data else None

    def weight_generators(self) -> Iterator[Any]:
        """Where each layer's first weights are drawn from. Each layer has a generator of its own, so that a layer added
        behind it leaves its weights as they are; only a replay goes on with the one that drew the data."""
        if self.network.initializer.continues_data and isinstance(self.data, TensorFlowSet):
            _, random = self.data.drawn()
            return repeat(random)
        return (np.random.default_rng([self.seeds.weights, layer]) for layer in count())

    @property
    def step_bytes(self) -> int:
        """An estimate of the memory of one training step: what a batch needs on its way forth and back."""
        samples = round(self.data.samples * (1 - self.data.test_fraction))
        batch = samples if self.optimizer.whole_batch else min(self.batch_size, samples)
        return 8 * batch * sum(stage.numbers for stage in self.stages)

    @property
    def title(self) -> str:
        return self.name or self.data.heading

    @property
    def summary(self) -> str:
        """The architecture in a line: 2 → 8 → 6 → 1, tanh, Adam 0.03."""
        dense = [stage for stage in self.stages if stage.kind == "dense"]
        others = [stage for stage in self.stages if stage.kind != "dense"]
        widths = " → ".join(map(str, [len(self.data.input_names), *(stage.units for stage in dense)]))
        hidden = dict.fromkeys(stage.activation.kind for stage in dense[:-1])
        between = dict.fromkeys(stage.layer.summary for stage in others)
        parts = [widths, " + ".join(hidden), *between, self.optimizer.summary]
        return ", ".join(part for part in parts if part)
