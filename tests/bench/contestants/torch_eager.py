"""PyTorch as its own tutorials use it: eager, one thread, its optimizers as they come."""

from collections.abc import Callable, Iterator
from itertools import islice

import torch
from torch import Tensor, nn

from tests.bench.contestants.task import Task, compete

ACTIVATIONS: dict[str, type[nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU, "softmax": nn.Identity}
OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


def network(task: Task, dtype: torch.dtype) -> nn.Sequential:
    kinds = [layer["activation"]["kind"] for layer in task.experiment["network"]["layers"]]
    layers: list[nn.Module] = []
    for block, kind in zip(task.weights, [*kinds, task.experiment["output"]["kind"]], strict=True):
        values = torch.tensor(block, dtype=dtype)
        layer = nn.Linear(values.shape[1] - 1, values.shape[0], dtype=dtype)
        layer.weight.data, layer.bias.data = values[:, :-1].contiguous(), values[:, -1].contiguous()
        layers += [layer, ACTIVATIONS[kind]()]
    return nn.Sequential(*layers)


def batches(inputs: Tensor, targets: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches without end, in a new order every epoch."""
    while True:
        order = torch.randperm(len(inputs))
        shuffled_inputs, shuffled_targets = inputs[order], targets[order]
        for start in range(0, len(inputs), size):
            yield shuffled_inputs[start : start + size], shuffled_targets[start : start + size]


def half_squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    return 0.5 * nn.functional.mse_loss(outputs, targets)  # of one output


def prepare(task: Task) -> Callable[[], None]:
    torch.set_num_threads(1)
    dtype = getattr(torch, task.precision)
    model = network(task, dtype)
    optimizer = OPTIMIZERS[task.experiment["optimizer"]["kind"]](model.parameters(), lr=task.learning_rate)
    is_softmax = task.experiment["output"]["kind"] == "softmax"
    loss_of = nn.functional.cross_entropy if is_softmax else half_squared_error
    targets = torch.tensor(task.targets, dtype=dtype)
    answers = targets.argmax(dim=1) if is_softmax else targets
    source = batches(torch.tensor(task.inputs, dtype=dtype), answers, task.batch_size)

    def turn() -> None:
        for x, y in islice(source, task.work):
            optimizer.zero_grad()
            loss_of(model(x), y).backward()
            optimizer.step()

    return turn


compete(prepare)
