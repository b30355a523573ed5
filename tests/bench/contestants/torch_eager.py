"""PyTorch as its own tutorials use it: eager, one thread, its optimizers as they come."""

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor, nn

from tests.bench.contestants.task import Blocks, Task, compete

ACTIVATIONS: dict[str, type[nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU, "softmax": nn.Identity}
OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}

torch.set_num_threads(1)


def network(task: Task, dtype: torch.dtype) -> nn.Sequential:
    layers: list[nn.Module] = []
    for block, kind in zip(task.weights, task.activations, strict=True):
        values = torch.tensor(block, dtype=dtype)
        layer = nn.Linear(values.shape[1] - 1, values.shape[0], dtype=dtype)
        layer.weight.data, layer.bias.data = values[:, :-1].contiguous(), values[:, -1].contiguous()
        layers += [layer, ACTIVATIONS[kind]()]
    return nn.Sequential(*layers)


def half_squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    return 0.5 * nn.functional.mse_loss(outputs, targets)  # of one output


class TorchEager:
    def __init__(self, task: Task) -> None:
        self.task = task
        dtype = getattr(torch, task.precision)
        self.model = self.network(dtype)
        self.optimizer = OPTIMIZERS[task.optimizer](self.model.parameters(), lr=task.learning_rate)
        self.loss_of = nn.functional.cross_entropy if task.is_softmax else half_squared_error
        targets = torch.tensor(task.targets, dtype=dtype)
        self.inputs = torch.tensor(task.inputs, dtype=dtype)
        self.targets = targets.argmax(dim=1) if task.is_softmax else targets
        self.source = self.batches()

    def network(self, dtype: torch.dtype) -> nn.Sequential:
        return network(self.task, dtype)

    def epoch(self, order: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        inputs, targets = self.inputs[order], self.targets[order]
        size = self.task.batch_size
        return ((inputs[start : start + size], targets[start : start + size]) for start in range(0, len(inputs), size))

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Without end, in a new order every epoch."""
        while True:
            yield from self.epoch(torch.randperm(len(self.inputs)))

    def update(self, x: Tensor, y: Tensor) -> None:
        self.optimizer.zero_grad()
        self.loss_of(self.model(x), y).backward()
        self.optimizer.step()

    def turn(self) -> None:
        for x, y in islice(self.source, self.task.work):
            self.update(x, y)

    def check(self) -> Blocks:
        for x, y in self.epoch(torch.arange(len(self.inputs))):
            self.update(x, y)
        layers = [layer for layer in self.model if isinstance(layer, nn.Linear)]
        return [torch.cat([layer.weight, layer.bias[:, None]], dim=1).tolist() for layer in layers]


if __name__ == "__main__":
    compete(TorchEager)
