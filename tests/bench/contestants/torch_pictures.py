"""PyTorch, drawing a map of every neuron as bytes."""

import torch
from torch import Tensor, nn

from tests.bench.contestants.task import Blocks, Task, compete
from tests.bench.contestants.torch_eager import network

REACH = 3


class TorchPictures:
    def __init__(self, task: Task) -> None:
        self.work = task.work
        self.model = network(task, torch.float32)
        middles = (torch.arange(task.cells) + 0.5) / task.cells * 2 * REACH - REACH
        ys, xs = torch.meshgrid(-middles, middles, indexing="ij")
        self.points = torch.stack([xs.ravel(), ys.ravel()], dim=1)

    @torch.no_grad()
    def maps(self) -> list[Tensor]:
        a, maps = self.points, []
        for layer in self.model:
            a = layer(a)
            if not isinstance(layer, nn.Linear):
                maps.append(((a + 1) * 127.5 + 0.5).to(torch.uint8).T)
        return maps

    def turn(self) -> None:
        for _ in range(self.work):
            self.maps()

    def check(self) -> Blocks:
        return [layer.tolist() for layer in self.maps()]


compete(TorchPictures)
