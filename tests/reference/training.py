"""One training by PyTorch, in float64, from the weights and on the batches that core would use."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import lr_scheduler

from core import Experiment, Trainer
from core.layers import AveragePool, BatchNorm, Convolution, Dense, Dropout, LayerNorm, MaxPool
from core.network import Stage
from tests.reference.cases import ANSWERS, UPDATES

torch.set_default_dtype(torch.float64)  # NAdam keeps its product of momenta in it

Array = NDArray[np.float64]
Batch = tuple[Tensor, Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]


class Sine(nn.Module):
    """The one activation that PyTorch has no module for."""

    def forward(self, z: Tensor) -> Tensor:
        return torch.sin(z)


ACTIVATIONS: dict[str, Callable[[Any], nn.Module]] = {
    "linear": lambda spec: nn.Identity(),
    "tanh": lambda spec: nn.Tanh(),
    "sigmoid": lambda spec: nn.Sigmoid(),
    "relu": lambda spec: nn.ReLU(),
    "leaky_relu": lambda spec: nn.LeakyReLU(spec.negative_slope),
    "elu": lambda spec: nn.ELU(spec.alpha),
    "selu": lambda spec: nn.SELU(),
    "softplus": lambda spec: nn.Softplus(),
    "softsign": lambda spec: nn.Softsign(),
    "gelu": lambda spec: nn.GELU(approximate="tanh"),
    "swish": lambda spec: nn.SiLU(),
    "mish": lambda spec: nn.Mish(),
    "sin": lambda spec: Sine(),
    "softmax": lambda spec: nn.Softmax(dim=1),
}
LEVELS = {"tanh": (-1.0, 1.0), "linear": (-1.0, 1.0)}  # what no and yes are for an output; 0 and 1 otherwise


class Lion(torch.optim.Optimizer):
    """The one optimizer that PyTorch does not have, after algorithm 2 of Chen et al. 2023."""

    def step(self) -> None:
        with torch.no_grad():
            for group in self.param_groups:
                for w in group["params"]:
                    m = self.state[w].setdefault("m", torch.zeros_like(w))
                    c = group["beta1"] * m + (1 - group["beta1"]) * w.grad
                    w -= group["lr"] * (torch.sign(c) + group["weight_decay"] * w)
                    self.state[w]["m"] = group["beta2"] * m + (1 - group["beta2"]) * w.grad


class Training(NamedTuple):
    """Each layer's weights, bias as last column, before and after all updates, and the answers to the first points."""

    initial: list[Array]
    final: list[Array]
    answers: Array


class Dropping(nn.Module):
    """Dropout by the random numbers that core draws: a number for each unit and sample."""

    def __init__(self, rate: float, chance: np.random.Generator) -> None:
        super().__init__()
        self.rate, self.chance = rate, chance

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        numbers = torch.from_numpy(self.chance.random((x.shape[1], x.shape[0])).T)
        return x * (numbers >= self.rate) / (1 - self.rate)


class OnImages(nn.Module):
    """A layer of PyTorch's for images, between rows of pixels."""

    def __init__(self, layer: nn.Module, stage: Stage) -> None:
        super().__init__()
        self.layer, self.shape = layer, stage.reaching

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x.reshape(len(x), *self.shape)).flatten(1)


class Network(nn.Module):
    """Layers and their activations; a residual one adds what reached an earlier one. Gives the sums of the last."""

    def __init__(self, experiment: Experiment, weights: list[Array]) -> None:
        super().__init__()
        chance = np.random.default_rng(experiment.seeds.dropout)
        self.stages = experiment.stages
        self.layers = nn.ModuleList(
            layer_of(stage, block, chance) for stage, block in zip(self.stages, weights, strict=True)
        )
        self.parametrised = [layer.layer if isinstance(layer, OnImages) else layer for layer in self.layers]
        self.activations = nn.ModuleList(ACTIVATIONS[stage.activation.kind](stage.activation) for stage in self.stages)

    def forward(self, x: Tensor) -> Tensor:
        reached = [x]
        for stage, layer, activation in zip(self.stages, self.layers, self.activations, strict=True):
            sums = layer(reached[-1])
            if stage.shortcut is not None:
                shortcut = reached[stage.shortcut + 1]
                sums = sums + functional.pad(shortcut, (0, sums.shape[1] - shortcut.shape[1]))
            reached.append(activation(sums))
        return sums


def layer_of(stage: Stage, block: Array, chance: np.random.Generator) -> nn.Module:
    """PyTorch's layer of the same kind, with these parameters."""
    layer: nn.Module
    channels = stage.reaching[0]
    match stage.layer:
        case Dense():
            layer = nn.Linear(stage.inputs, stage.units)
        case Convolution(kernel=kernel, padding=padding):
            layer = nn.Conv2d(channels, stage.neurons, kernel, padding=padding)
        case LayerNorm(epsilon=epsilon):  # of an image the gains are the channels'
            layer = nn.GroupNorm(1, channels, epsilon) if stage.is_image else nn.LayerNorm(stage.units, epsilon)
        case BatchNorm(epsilon=epsilon, momentum=momentum):
            layer = (nn.BatchNorm2d if stage.is_image else nn.BatchNorm1d)(stage.neurons, epsilon, momentum)
        case MaxPool(size=size):
            return OnImages(nn.MaxPool2d(size), stage)
        case AveragePool(size=size):
            return OnImages(nn.AvgPool2d(size), stage)
        case Dropout(rate=rate):
            return Dropping(rate, chance)
        case _:
            return nn.Identity()
    values = torch.from_numpy(block.copy())
    layer.weight.data.copy_(values[:, :-1].reshape(layer.weight.shape))  # a strided view misleads batch norm
    layer.bias.data.copy_(values[:, -1])
    return OnImages(layer, stage) if len(stage.reaching) > 1 and stage.kind != "dense" else layer


def trained(experiment: Experiment) -> Training:
    trainer = Trainer(experiment)
    model = Network(experiment, trainer.weights)
    optimizer = optimizer_of(experiment, model)
    scheduler = scheduler_of(experiment, optimizer, trainer.batches)
    for inputs, targets in islice(batches(trainer), UPDATES):
        optimizer.zero_grad()
        (loss_of(experiment, model, inputs, targets) + penalty(experiment, model)).backward()
        clip(experiment, model)
        optimizer.step()
        scheduler.step()
    final = weights_of(model)
    return Training(trainer.weights, final, answers_of(trainer, model, optimizer))


def answers_of(trainer: Trainer, model: Network, optimizer: torch.optim.Optimizer) -> Array:
    """What the network answers to the first points once it is trained."""
    for parameter in model.parameters():
        parameter.data = optimizer.state[parameter].get("ax", parameter.data)  # the average, of averaged SGD
    model.eval()
    with torch.no_grad():
        sums = model(torch.from_numpy(trainer.data.inputs(trainer.data.points[:ANSWERS])))
        return model.activations[-1](sums).numpy()


def batches(trainer: Trainer) -> Iterator[Batch]:
    """The batches of core, epoch after epoch. Another trainer of the same experiment draws the same."""
    follower = Trainer(trainer.experiment)
    inputs, classes = follower.data.train
    targets = coded(follower.experiment, classes)
    while True:
        batch, size = follower.batch, follower.batch_size
        follower.advance(updates=1)
        chosen = follower.order[batch * size : (batch + 1) * size]
        yield torch.from_numpy(inputs[chosen]), targets[chosen]


def coded(experiment: Experiment, targets: Array) -> Tensor:
    """Targets as the outputs are to give them, of shape (samples, outputs)."""
    given = torch.from_numpy(targets)
    if experiment.data.task == "regression":
        return given[:, None]
    low, high = LEVELS.get(experiment.output.kind, (0.0, 1.0))
    hits = functional.one_hot(given.long(), experiment.outputs) if experiment.outputs > 1 else given[:, None]
    return low + (high - low) * hits.double()


def loss_of(experiment: Experiment, model: Network, inputs: Tensor, targets: Tensor) -> Tensor:
    logits = model(inputs)
    outputs = model.activations[-1](logits)
    match experiment.loss.kind, experiment.output.kind:
        case "mean_squared_error", _:
            return functional.mse_loss(outputs, targets)
        case "half_squared_error", _:
            return 0.5 * functional.mse_loss(outputs, targets, reduction="sum") / len(targets)
        case "sum_squared_error", _:
            return functional.mse_loss(outputs, targets, reduction="sum")
        case "mean_absolute_error", _:
            return functional.l1_loss(outputs, targets)
        case "huber", _:
            return functional.huber_loss(outputs, targets, delta=experiment.loss.delta)
        case "hinge", _:
            return torch.clamp(1 - targets * outputs, min=0).sum() / len(targets)
        case "cross_entropy", "softmax":
            return functional.cross_entropy(logits, targets)
        case "cross_entropy", "sigmoid":
            return functional.binary_cross_entropy_with_logits(logits, targets)
        case "cross_entropy", "tanh":  # (1 + tanh z)/2 is the sigmoid of 2z
            return functional.binary_cross_entropy_with_logits(2 * logits, (1 + targets) / 2)
    raise ValueError(f"no such loss and output: {experiment.loss.kind}, {experiment.output.kind}")


def penalty(experiment: Experiment, model: Network) -> Tensor | float:
    weights = weighing(model)
    match experiment.regularization.kind:
        case "l1":
            return experiment.regularization.rate * sum(weight.abs().sum() for weight in weights)
        case "l2":
            return 0.5 * experiment.regularization.rate * sum(weight.square().sum() for weight in weights)
        case "elastic":
            l1, l2 = experiment.regularization.l1, experiment.regularization.l2
            return sum(l1 * weight.abs().sum() + 0.5 * l2 * weight.square().sum() for weight in weights)
    return 0.0


def optimizer_of(experiment: Experiment, model: Network) -> torch.optim.Optimizer:
    chosen = experiment.optimizer
    parameters, rate = list(model.parameters()), chosen.learning_rate
    match chosen.kind:
        case "batch_gradient_descent" | "sgd":
            return torch.optim.SGD(parameters, rate)
        case "momentum" | "nesterov":
            return torch.optim.SGD(parameters, rate, chosen.momentum, nesterov=chosen.kind == "nesterov")
        case "averaged_sgd":
            return torch.optim.ASGD(parameters, rate, lambd=0.0, alpha=0.0, t0=chosen.start - 1)
        case "adagrad":
            return torch.optim.Adagrad(parameters, rate, eps=chosen.epsilon)
        case "adadelta":
            return torch.optim.Adadelta(parameters, rate, chosen.rho, chosen.epsilon)
        case "rmsprop":
            return torch.optim.RMSprop(parameters, rate, chosen.rho, chosen.epsilon)
        case "lion":
            return Lion(
                decaying(model, chosen.weight_decay), {"lr": rate, "beta1": chosen.beta1, "beta2": chosen.beta2}
            )
    betas = chosen.beta1, chosen.beta2
    match chosen.kind:
        case "adam":
            return torch.optim.Adam(parameters, rate, betas, chosen.epsilon)
        case "adamw":
            return torch.optim.AdamW(decaying(model, chosen.weight_decay), rate, betas, chosen.epsilon)
        case "nadam":
            return torch.optim.NAdam(parameters, rate, betas, chosen.epsilon)
    raise ValueError(f"no such optimizer: {chosen.kind}")


def decaying(model: Network, weight_decay: float) -> list[dict[str, Any]]:
    """Weights decay; biases, gains and shifts do not."""
    weights = weighing(model)
    others = [each for each in model.parameters() if all(each is not weight for weight in weights)]
    return [{"params": weights, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def clip(experiment: Experiment, model: Network) -> None:
    match experiment.clipping.kind:
        case "norm":
            nn.utils.clip_grad_norm_(model.parameters(), experiment.clipping.limit)
        case "value":
            nn.utils.clip_grad_value_(model.parameters(), experiment.clipping.limit)


def scheduler_of(experiment: Experiment, optimizer: torch.optim.Optimizer, batches: int) -> lr_scheduler.LRScheduler:
    """PyTorch's schedule, told once per update."""
    chosen = experiment.schedule
    match chosen.kind:
        case "step":
            return lr_scheduler.StepLR(optimizer, chosen.epochs * batches, chosen.drop)
        case "exponential":
            return lr_scheduler.ExponentialLR(optimizer, chosen.decay ** (1 / batches))
        case "cosine":
            return lr_scheduler.CosineAnnealingLR(optimizer, chosen.epochs * batches)
        case "cosine_restarts":
            return lr_scheduler.CosineAnnealingWarmRestarts(optimizer, chosen.epochs * batches, chosen.growth)
    return lr_scheduler.LambdaLR(optimizer, lambda update: 1.0)


def weighing(model: Network) -> list[nn.Parameter]:
    return [layer.weight for layer in model.parametrised if isinstance(layer, nn.Linear | nn.Conv2d)]


def weights_of(model: Network) -> list[Array]:
    return [
        torch.column_stack([layer.weight.flatten(1) if layer.weight.ndim > 1 else layer.weight, layer.bias])
        .detach()
        .numpy()
        if hasattr(layer, "weight")
        else np.zeros((stage.neurons, 0))
        for stage, layer in zip(model.stages, model.parametrised, strict=True)
    ]
