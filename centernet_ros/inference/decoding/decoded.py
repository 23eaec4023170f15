"""What a network finds in a batch of images, as tensors by task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar, cast

import numpy as np
from torch import Tensor

from centernet_ros.inference.decoding.ctdet import Boxes
from centernet_ros.inference.decoding.ddd import MapBoxes3D
from centernet_ros.inference.decoding.multi_pose import MapPoses
from centernet_ros.models.spec import Task

Decoded = Boxes | MapPoses | MapBoxes3D
AnyDecoded = TypeVar("AnyDecoded", bound=Decoded)
DECODED: Mapping[Task, type[Decoded]] = {
    "ctdet": Boxes,
    "multi_pose": MapPoses,
    "ddd": MapBoxes3D,
}
# Fields that are places or distances in pixels.
PIXEL_FIELDS = ("boxes", "centres", "keypoints", "sizes", "amodal_offsets")


class DecodedBatch(NamedTuple):
    """What a network finds in B images.

    Attributes:
        objects: of each task, in pixels of the network's input.
        checksum: (B,) of all that the network gave: not finite where any of it is not.
    """

    objects: Mapping[Task, Decoded]
    checksum: Tensor


def scale_pixels(decoded: AnyDecoded, stride: int) -> AnyDecoded:
    """Objects in pixels of the output map in those of the input.

    Args:
        decoded: objects of one task.
        stride: input pixels per output pixel.
    """
    fields = decoded._asdict()
    scaled = {name: fields[name] * stride for name in PIXEL_FIELDS if fields.get(name) is not None}
    return cast(AnyDecoded, decoded._replace(**scaled))


def decoded_to_arrays(decoded: Decoded) -> dict[str, np.ndarray]:
    """The fields of a task's objects that the network gives, by name."""
    fields = decoded._asdict().items()
    return {name: values.cpu().numpy() for name, values in fields if values is not None}


def list_tensors(batch: DecodedBatch) -> list[Tensor]:
    """All tensors of a batch, always in the same order."""
    fields = (values for decoded in batch.objects.values() for values in decoded)
    return [*(values for values in fields if values is not None), batch.checksum]


def map_tensors(function: Callable[[Tensor], Tensor], batch: DecodedBatch) -> DecodedBatch:
    """A batch whose tensors are what a function makes of each."""
    objects = {
        task: type(decoded)._make(None if v is None else function(v) for v in decoded)
        for task, decoded in batch.objects.items()
    }
    return DecodedBatch(objects, function(batch.checksum))
