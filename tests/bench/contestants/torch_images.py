"""PyTorch as its own tutorials use it, for images: eager, one thread, convolutions and poolings as they come."""

import torch
from torch import nn

from tests.bench.contestants import torch_eager
from tests.bench.contestants.task import Blocks, Task, compete


class TorchImages(torch_eager.TorchEager):
    def __init__(self, task: Task) -> None:
        super().__init__(task)
        side = round(self.inputs.shape[1] ** 0.5)
        self.inputs = self.inputs.reshape(-1, 1, side, side)

    def network(self, dtype: torch.dtype) -> nn.Sequential:
        """The task's layers; what follows the last one for images is the output."""
        specs = [*self.task.experiment["network"]["layers"], {"kind": "dense"}]
        layers: list[nn.Module] = []
        channels = 1
        for spec, block in zip(specs, self.task.weights, strict=True):
            if spec["kind"] == "max_pool":
                layers.append(nn.MaxPool2d(spec["size"]))
                continue
            values = torch.tensor(block, dtype=dtype)
            layer: nn.Conv2d | nn.Linear
            if spec["kind"] == "conv2d":
                layer = nn.Conv2d(channels, len(block), spec["kernel"], padding=spec["padding"], dtype=dtype)
                channels = len(block)
                layers += [layer, torch_eager.ACTIVATIONS[spec["activation"]["kind"]]()]
            else:
                layer = nn.Linear(values.shape[1] - 1, len(block), dtype=dtype)
                layers += [nn.Flatten(), layer]
            layer.weight.data = values[:, :-1].reshape(layer.weight.shape).contiguous()
            layer.bias.data = values[:, -1].contiguous()
        return nn.Sequential(*layers)

    def check(self) -> Blocks:
        for x, y in self.epoch(torch.arange(len(self.inputs))):
            self.update(x, y)
        layers = iter([layer for layer in self.model if isinstance(layer, nn.Conv2d | nn.Linear)])
        return [self.block_of(next(layers)) if block[0] else block for block in self.task.weights]

    def block_of(self, layer: nn.Conv2d | nn.Linear) -> list[list[float]]:
        block: list[list[float]] = torch.cat([layer.weight.flatten(1), layer.bias[:, None]], dim=1).tolist()
        return block


compete(TorchImages)
