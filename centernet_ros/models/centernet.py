"""The base of every network."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from centernet_ros.models.spec import ModelSpec, Task


class CenterNet(nn.Module):
    """Image batch in, one raw map per head out.

    Attributes:
        spec: what the network is and what it expects.
        stride: input pixels per output pixel.
    """

    stride = 4

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__()
        self.spec = spec

    @property
    def arch(self) -> str:
        """Name of the architecture."""
        return self.spec.arch

    @property
    def task(self) -> Task:
        """The paper's task that the heads serve."""
        return self.spec.task

    @property
    def divisor(self) -> int:
        """What the sides of inputs are multiples of; others are padded."""
        return self.spec.divisor

    @property
    def heads(self) -> dict[str, int]:
        """Head name -> channels."""
        return dict(self.spec.heads)

    @property
    def num_classes(self) -> int:
        """Channels of the centre heat map."""
        return self.spec.num_classes

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """The raw maps of the last stack.

        Args:
            images: (B, 3, H, W) float, normalized as `spec.input` says.

        Returns:
            head -> (B, channels, H / 4, W / 4) rounded up, before any sigmoid or depth transform.
        """
        return self.forward_stacks(images)[-1]

    def forward_stacks(self, images: Tensor) -> list[dict[str, Tensor]]:
        """The raw maps of every stack, for training with intermediate supervision.

        Sides that are no multiple of `divisor` are padded with zeros at the right and the bottom
        for the network, and the maps cut back to what shows the image.

        Args:
            images: (B, 3, H, W) float.

        Returns:
            one dictionary as in `forward` per stack; all networks but the hourglass have one.
        """
        height, width = images.shape[-2:]
        if height % self.divisor == width % self.divisor == 0:
            return self.compute_maps(images)
        padded = F.pad(images, (0, -width % self.divisor, 0, -height % self.divisor))
        rows, columns = -(-height // self.stride), -(-width // self.stride)
        return [
            {name: values[..., :rows, :columns] for name, values in maps.items()}
            for maps in self.compute_maps(padded)
        ]

    def compute_maps(self, images: Tensor) -> list[dict[str, Tensor]]:
        """The network itself: `forward_stacks` for sides that are multiples of `divisor`."""
        raise NotImplementedError
