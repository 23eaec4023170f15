"""The values that pass between the layers: plain arrays with documented shapes, no ROS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal, TypeVar

import numpy as np

from centernet_ros.skeleton import COCO_SKELETON, Skeleton

ChannelOrder = Literal["bgr", "rgb"]
AnyDetections = TypeVar("AnyDetections", bound="Detections")


@dataclass(frozen=True)
class Image:
    """A colour image.

    Attributes:
        pixels: (H, W, 3) uint8; may be a read-only view of somebody else's buffer.
        channel_order: what the last axis means.
    """

    pixels: np.ndarray
    channel_order: ChannelOrder = "bgr"

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.pixels.shape[:2]
        return height, width


@dataclass(frozen=True)
class Detections:
    """The objects found in one image, best score first.

    Attributes:
        boxes: (N, 4) float32, x1 y1 x2 y2 in pixels of the image.
        scores: (N,) float32 in 0..1.
        labels: (N,) int64, index into the model's class names.
        ids: (N,) str, who each is from image to image, empty while not known; None where nobody
            tracks them.
    """

    boxes: np.ndarray
    scores: np.ndarray
    labels: np.ndarray
    ids: np.ndarray | None = field(default=None, kw_only=True)

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self: AnyDetections, keep: np.ndarray | slice) -> AnyDetections:
        """The rows that a mask, an index array or a slice picks."""
        return replace(self, **{name: v[keep] for name, v in self.columns().items()})

    def columns(self) -> dict[str, np.ndarray]:
        """Name of a field -> its N rows, of the fields that are known."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}

    def list_ids(self) -> list[str]:
        """Who each is, empty where that is not known."""
        return [""] * len(self) if self.ids is None else self.ids.tolist()


@dataclass(frozen=True)
class Poses(Detections):
    """The persons found in one image.

    Attributes:
        keypoints: (N, J, 2) float32, x y of each joint in pixels of the image.
        keypoint_scores: (N, J) float32, of the joint's own heat map, weighted by nearness where
            the decoding does so; 0 where the joint was estimated from the person's centre alone.
        skeleton: what the joints are, the same for all persons.
    """

    keypoints: np.ndarray
    keypoint_scores: np.ndarray
    skeleton: Skeleton = field(default=COCO_SKELETON, kw_only=True)


@dataclass(frozen=True)
class Boxes3D(Detections):
    """The objects found in one image, in space as well.

    The frame is that of the rectified camera: x right, y down, z forward.

    Attributes:
        locations: (N, 3) float32, x y z of the middle of the box's bottom in metres.
        dimensions: (N, 3) float32, height, width and length in metres.
        rotations_y: (N,) float32, heading about the y axis in radians, -pi..pi; 0 looks along x.
        alphas: (N,) float32, heading relative to the viewing ray in radians, -pi..pi.
        depth_deviations: (N,) float32, standard deviation of the depth in metres; 0 in ground
            truth.
        heading_deviations: (N,) float32, standard deviation of the heading in radians; None for
            that of networks in general.
    """

    locations: np.ndarray
    dimensions: np.ndarray
    rotations_y: np.ndarray
    alphas: np.ndarray
    depth_deviations: np.ndarray
    heading_deviations: np.ndarray | None = field(default=None, kw_only=True)


def concatenate(parts: Sequence[AnyDetections]) -> AnyDetections:
    """The rows of several detections of one kind, one after the other; all are tracked or none."""
    columns = [part.columns() for part in parts]
    joined = {name: np.concatenate([each[name] for each in columns]) for name in columns[0]}
    return replace(parts[0], **joined)
