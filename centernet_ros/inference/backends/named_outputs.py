"""Decoded objects as the named outputs of a `Backend`."""

from __future__ import annotations

from torch import Tensor, nn

from centernet_ros.inference.backends.backend import SUM
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.decoding.ddd import OPTIONAL_FIELDS
from centernet_ros.inference.decoding.decoded import DECODED, DecodedBatch
from centernet_ros.models.spec import ModelSpec


class NamedOutputs(nn.Module):
    """`EndToEnd` with the outputs that `name_outputs` lists; only exporting needs it."""

    def __init__(self, end_to_end: EndToEnd) -> None:
        super().__init__()
        self.end_to_end = end_to_end

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        """(B, H, W, 3) uint8 as of `EndToEnd` -> output name -> tensor."""
        return name_tensors(self.end_to_end(pixels))


def name_tensors(batch: DecodedBatch) -> dict[str, Tensor]:
    """What was found, by the names that `name_outputs` lists."""
    outputs = {
        f"{task}/{field}": values
        for task, decoded in batch.objects.items()
        for field, values in decoded._asdict().items()
        if values is not None
    }
    return outputs | {SUM: batch.checksum}


def name_outputs(spec: ModelSpec) -> list[str]:
    """The outputs of a network's export, in order: task/field, the fields of each `Decoded`."""
    names = [
        f"{task}/{field}"
        for task, part in spec.tasks.items()
        for field in DECODED[task]._fields
        if OPTIONAL_FIELDS.get(field, "hm") in part.heads
    ]
    return [*names, SUM]
