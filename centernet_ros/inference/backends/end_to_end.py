"""The whole way from pixels to objects as one module, which every backend runs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from centernet_ros.inference.backends.normalization import Normalization
from centernet_ros.inference.decoding.activation import activate
from centernet_ros.inference.decoding.decode import decode
from centernet_ros.inference.decoding.decoded import Decoded, DecodedBatch, scale_pixels
from centernet_ros.inference.decoding.flip import average_mirrored
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.models import CenterNet
from centernet_ros.models.fusion import fuse_conv_norm
from centernet_ros.models.joint import split_maps
from centernet_ros.models.spec import Task


class EndToEnd(nn.Module):
    """Normalization, network and decoding.

    Args:
        model: from `load_model`; a copy with its batch norms folded in is used.
        options: of the decoding.
    """

    def __init__(self, model: CenterNet, options: DecodingOptions) -> None:
        super().__init__()
        self.normalize = Normalization(model.spec.input)
        self.model = fuse_conv_norm(model)
        self.options = options

    def forward(self, pixels: Tensor) -> DecodedBatch:
        """The objects in each image.

        Args:
            pixels: (B, H, W, 3) uint8, in the channel order of the network's input.

        Returns:
            what was found in B images, in pixels of the input.
        """
        maps, checksum = self.compute_maps(self.normalize(pixels))
        return DecodedBatch(self.decode_maps(maps), checksum)

    def decode_maps(self, maps: dict[Task, dict[str, Tensor]]) -> dict[Task, Decoded]:
        """The objects of each task in activated maps, in pixels of the input."""
        return {
            task: scale_pixels(
                decode(maps[task], spec, self.options.max_detections), self.model.stride
            )
            for task, spec in self.model.spec.tasks.items()
        }

    def compute_maps(self, batch: Tensor) -> tuple[dict[Task, dict[str, Tensor]], Tensor]:
        """Each task's activated maps of a normalized batch, and the sum of the raw maps' means."""
        raw, checksum = self.run_network(batch)
        return self.activate_maps(raw), checksum

    def run_network(self, batch: Tensor) -> tuple[list[dict[str, Tensor]], Tensor]:
        """The raw maps of a normalized batch, perhaps of its mirror too, and their means' sum."""
        batches = (batch, batch.flip(3)) if self.options.flip else (batch,)
        # The network may be in half precision, what surrounds it is not.
        dtype = next(self.model.parameters()).dtype
        raw = [
            {head: values.float() for head, values in self.model(b.to(dtype)).items()}
            for b in batches
        ]
        # One number takes a fraction of the time of asking every value, and means, unlike sums,
        # stay within the range of half precision, which an engine may compute them in.
        means = [values.mean((1, 2, 3)) for maps in raw for values in maps.values()]
        return raw, torch.stack(means).sum(0)

    def activate_maps(self, raw: list[dict[str, Tensor]]) -> dict[Task, dict[str, Tensor]]:
        """Each task's maps from what `run_network` gave."""
        maps, *mirrored = (
            {task: activate(m) for task, m in split_maps(r, self.model.spec).items()} for r in raw
        )
        specs = self.model.spec.tasks
        for others in mirrored:
            maps = {
                task: average_mirrored(maps[task], others[task], specs[task].joints.pairs)
                for task in maps
            }
        return maps
