"""Decoded objects as the named outputs of an exported network, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import Tensor, nn

from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.decoding.ddd import OPTIONAL_FIELDS
from centernet_ros.inference.decoding.decoded import DECODED, DecodedBatch
from centernet_ros.models.spec import ModelSpec, Task

# The output with the batch's checksum.
SUM = "sum"


class NamedOutputs(nn.Module):
    """`EndToEnd` with the outputs that `name_outputs` lists; only exporting needs it."""

    def __init__(self, end_to_end: EndToEnd) -> None:
        super().__init__()
        self.end_to_end = end_to_end

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        """(B, H, W, 3) uint8 as of `EndToEnd` -> output name -> tensor."""
        objects, checksum = self.end_to_end(pixels)
        outputs = {
            f"{task}/{field}": values
            for task, decoded in objects.items()
            for field, values in decoded._asdict().items()
            if values is not None
        }
        return outputs | {SUM: checksum}


def name_outputs(spec: ModelSpec) -> list[str]:
    """The outputs of a network's export, in order: task/field, the fields of each `Decoded`."""
    names = [
        f"{task}/{field}"
        for task, part in spec.tasks.items()
        for field in DECODED[task]._fields
        if OPTIONAL_FIELDS.get(field, "hm") in part.heads
    ]
    return [*names, SUM]


def read_outputs(outputs: Mapping[str, Tensor], tasks: Iterable[Task]) -> DecodedBatch:
    """What an exported network found, from its outputs by name.

    Args:
        outputs: of B images.
        tasks: that the network serves.
    """
    objects = {
        task: DECODED[task]._make(
            outputs.get(f"{task}/{field}") for field in DECODED[task]._fields
        )
        for task in tasks
    }
    return DecodedBatch(objects, outputs[SUM])
