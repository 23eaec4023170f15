"""The whole way from pixels to objects as one module, which every backend runs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from centernet_ros.inference.backends.normalization import Normalization
from centernet_ros.inference.decoding import activate
from centernet_ros.inference.decoding.ddd import OPTIONAL_FIELDS
from centernet_ros.inference.decoding.flip import average_mirrored
from centernet_ros.inference.decoding.objects import DECODED, decode
from centernet_ros.models import CenterNet
from centernet_ros.models.fusion import fuse_conv_norm
from centernet_ros.models.joint import split_maps
from centernet_ros.models.spec import ModelSpec, Task

# Fields of decoded objects that are distances in pixels of the output map.
PIXEL_FIELDS = ("boxes", "centres", "keypoints", "sizes", "amodal_offsets")
# The sum of all that the network gave: not finite where any of it is not.
SUM = "sum"


class EndToEnd(nn.Module):
    """Normalization, network and decoding.

    Args:
        model: from `load_model`; a copy with its batch norms folded in is used.
        count: objects per image and task at most.
        flip: average with the mirrored image.
    """

    def __init__(self, model: CenterNet, count: int = 100, flip: bool = False) -> None:
        super().__init__()
        self.normalize = Normalization(model.spec.input)
        self.model = fuse_conv_norm(model)
        self.count, self.flip = count, flip

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        """The objects in each image.

        Args:
            pixels: (B, H, W, 3) uint8, in the channel order of the network's input.

        Returns:
            task/field -> tensor, the fields of each task's `Decoded` in pixels of the input; and
            "sum" (B,), which is not finite where any value of the network is not.
        """
        maps, total = self.compute_maps(self.normalize(pixels))
        return self.decode_maps(maps) | {SUM: total}

    def decode_maps(self, maps: dict[Task, dict[str, Tensor]]) -> dict[str, Tensor]:
        """The objects in activated maps; task/field -> tensor."""
        found = {}
        for task, spec in self.model.spec.tasks.items():
            for field, values in decode(maps[task], spec, self.count)._asdict().items():
                if values is not None:
                    in_pixels = field in PIXEL_FIELDS
                    found[f"{task}/{field}"] = values * self.model.stride if in_pixels else values
        return found

    def compute_maps(self, batch: Tensor) -> tuple[dict[Task, dict[str, Tensor]], Tensor]:
        """Each task's activated maps of a normalized batch, and the sum of all raw values."""
        raw, total = self.run_network(batch)
        return self.activate_maps(raw), total

    def run_network(self, batch: Tensor) -> tuple[list[dict[str, Tensor]], Tensor]:
        """The raw maps of a normalized batch, perhaps of its mirror image too, and their sum."""
        batches = (batch, batch.flip(3)) if self.flip else (batch,)
        # The network may be in half precision, what surrounds it is not.
        dtype = next(self.model.parameters()).dtype
        raw = [
            {head: values.float() for head, values in self.model(b.to(dtype)).items()}
            for b in batches
        ]
        # A sum takes a fraction of the time of asking every value.
        sums = [values.sum((1, 2, 3)) for maps in raw for values in maps.values()]
        return raw, torch.stack(sums).sum(0)

    def activate_maps(self, raw: list[dict[str, Tensor]]) -> dict[Task, dict[str, Tensor]]:
        """Each task's maps from what `run_network` gave."""
        maps, *mirrored = (
            {task: activate(m) for task, m in split_maps(r, self.model.spec).items()} for r in raw
        )
        for others in mirrored:
            maps = {task: average_mirrored(maps[task], others[task]) for task in maps}
        return maps


def name_outputs(spec: ModelSpec) -> list[str]:
    """The outputs of `EndToEnd`, in order."""
    names = [
        f"{task}/{field}"
        for task, part in spec.tasks.items()
        for field in DECODED[task]._fields
        if OPTIONAL_FIELDS.get(field, "hm") in part.heads
    ]
    return [*names, SUM]
