"""An annotated image, whatever data set it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from centernet_ros.geometry.angles import wrap_angle
from centernet_ros.geometry.boxes3d import compute_middles
from centernet_ros.geometry.projection import project
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import read_image, read_image_size
from centernet_ros.io.kitti_format import KittiLabels
from centernet_ros.skeleton import COCO_SKELETON, Skeleton


@dataclass(frozen=True)
class Joints:
    """Joints of N persons.

    Attributes:
        points: (N, J, 2) x y in pixels of the image.
        visibility: (N, J) as COCO has it: 0 is not labelled, 1 hidden, 2 visible.
        skeleton: what the joints are.
    """

    points: np.ndarray
    visibility: np.ndarray
    skeleton: Skeleton = COCO_SKELETON

    @property
    def visible(self) -> np.ndarray:
        """(N, J) bool, which joints are labelled."""
        return self.visibility > 0


@dataclass(frozen=True)
class Annotations3D:
    """What is known of N objects in space.

    Attributes:
        ignored: (N, C) bool, classes of which nobody knows whether the object is one.
        alphas: (N,) observation angles in radians.
        locations: (N, 3) x y z of the middle of the bottom in metres, camera frame.
        dimensions: (N, 3) height, width and length in metres.
        projection: (3, 4) of the camera, metres to pixels of the image.
        fully_visible: (N,) bool, neither truncated nor occluded.
        known: (N,) bool, of which objects the place in space is known; all if None.
    """

    ignored: np.ndarray
    alphas: np.ndarray
    locations: np.ndarray
    dimensions: np.ndarray
    projection: np.ndarray
    fully_visible: np.ndarray
    known: np.ndarray | None = None

    @property
    def is_known(self) -> np.ndarray:
        """(N,) bool, of which objects the place in space is known."""
        return np.ones(len(self.alphas), bool) if self.known is None else self.known

    @property
    def rotations_y(self) -> np.ndarray:
        """(N,) headings in the camera's frame in radians, -pi..pi."""
        rays = np.arctan2(self.locations[:, 0], self.locations[:, 2])
        return wrap_angle(self.alphas + rays)

    @property
    def depths(self) -> np.ndarray:
        """(N,) z in metres."""
        return self.locations[:, 2]

    @property
    def centres(self) -> np.ndarray:
        """(N, 2) x y of the objects' middles in pixels, the image's border is no limit."""
        return project(compute_middles(self.dimensions, self.locations), self.projection)


@dataclass(frozen=True)
class Sample:
    """An image and its N objects.

    Attributes:
        path: of the image.
        key: its name or id in the data set.
        boxes: (N, 4) x1 y1 x2 y2 in pixels of the image.
        labels: (N,) index into the class names, -1 for objects of no class (3D alone).
        ignore: (N,) bool, crowds (COCO) or difficult objects (VOC), which evaluation passes over.
        joints: of persons, for poses.
        annotations_3d: for 3D.
        size: height and width that the labels say the image has, None if they do not.
        ids: of the objects in the data set, empty where they have none.
        areas: (N,) of the objects' outlines in square pixels, None where not known.
        kitti: all fields of KITTI's label file, None in other layouts.
    """

    path: Path
    key: str | int
    boxes: np.ndarray
    labels: np.ndarray
    ignore: np.ndarray
    joints: Joints | None = None
    annotations_3d: Annotations3D | None = None
    size: tuple[int, int] | None = None
    ids: tuple[str, ...] = ()
    areas: np.ndarray | None = None
    kitti: KittiLabels | None = None

    @property
    def object_ids(self) -> tuple[str, ...]:
        """The objects' ids, their numbers in the image where the data set has none."""
        return self.ids or tuple(map(str, range(len(self.labels))))

    @property
    def focal_length(self) -> float | None:
        """Fx of the camera in pixels of the image, None where the data set says nothing of it."""
        return float(self.annotations_3d.projection[0, 0]) if self.annotations_3d else None

    def require_joints(self) -> Joints:
        """The persons' joints.

        Raises:
            DataError: the data set has none.
        """
        if self.joints is None:
            raise DataError(f"{self.path}: no labels of joints, expected persons' keypoints")
        return self.joints

    def require_kitti(self) -> KittiLabels:
        """All fields of KITTI's label file.

        Raises:
            DataError: the data set is of another layout.
        """
        if self.kitti is None:
            raise DataError(f"{self.path}: no KITTI labels, expected KITTI's layout")
        return self.kitti

    def require_3d(self) -> Annotations3D:
        """What is known of the objects in space.

        Raises:
            DataError: the data set says nothing of it.
        """
        if self.annotations_3d is None:
            raise DataError(f"{self.path}: no labels in space, expected KITTI's")
        return self.annotations_3d


@dataclass(frozen=True)
class DataSet:
    """Samples with the names of their classes.

    Attributes:
        source: the file or folder that it was read from.
        class_names: by label.
        samples: in the data set's order.
        paste_sources: samples whose objects may be pasted into others, all if empty.
        category_ids: COCO's id of each class, empty in other layouts.
        notes: what the reader repaired, passed over or refused, a line each.
        skeleton: of the joints, None where there are none.
    """

    source: Path
    class_names: tuple[str, ...]
    samples: tuple[Sample, ...]
    paste_sources: tuple[Sample, ...] = ()
    category_ids: tuple[int | str, ...] = ()
    notes: tuple[str, ...] = ()
    skeleton: Skeleton | None = None

    def replace_skeleton(self, skeleton: Skeleton) -> DataSet:
        """The same joints by another description.

        Args:
            skeleton: of as many joints in the same order, of which no less is known.
        """
        gaps = self.skeleton.describe_gaps() if self.skeleton else []
        filled = set(gaps).difference(skeleton.describe_gaps())

        def change(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
            return tuple(
                replace(sample, joints=replace(sample.joints, skeleton=skeleton))
                if sample.joints
                else sample
                for sample in samples
            )

        return replace(
            self,
            samples=change(self.samples),
            paste_sources=change(self.paste_sources),
            notes=tuple(note for note in self.notes if note not in filled),
            skeleton=skeleton,
        )

    @cached_property
    def most_objects(self) -> int:
        """The number of objects in the image that has most."""
        return max((len(sample.boxes) for sample in self.samples), default=0)


def read_sample_image(sample: Sample) -> np.ndarray:
    """The (H, W, 3) uint8 BGR pixels of a sample's image, turned as its labels are.

    Raises:
        DataError: it is missing or does not decode.
    """
    return read_image(sample.path, sample.size)


def read_sample_size(sample: Sample) -> tuple[int, int]:
    """Height and width of a sample's image, as `read_sample_image` gives it.

    Raises:
        DataError: it is missing or no image.
    """
    return read_image_size(sample.path, sample.size)


def mirror_sample(sample: Sample, width: float) -> Sample:
    """The objects of the image mirrored.

    Args:
        sample: left and right joints of persons change places, objects in space look the other
            way, and the projection is that of the mirrored camera.
        width: of the image; x becomes width - x, so the authors' is W - 1.
    """
    boxes = sample.boxes.copy()
    boxes[:, [0, 2]] = width - sample.boxes[:, [2, 0]]
    joints = sample.joints
    if joints is not None:
        order = np.arange(joints.points.shape[1])
        for left, right in joints.skeleton.pairs:
            order[[left, right]] = right, left
        points = joints.points[:, order] * (-1, 1) + (width, 0)
        joints = Joints(points, joints.visibility[:, order], joints.skeleton)
    annotations_3d = sample.annotations_3d
    if annotations_3d is not None:
        annotations_3d = replace(
            annotations_3d,
            alphas=wrap_angle(np.pi - annotations_3d.alphas),
            locations=annotations_3d.locations * (-1, 1, 1),
            projection=mirror_projection(annotations_3d.projection, width),
        )
    return replace(sample, boxes=boxes, joints=joints, annotations_3d=annotations_3d)


def mirror_projection(projection: np.ndarray, width: float) -> np.ndarray:
    """The (3, 4) projection of points with the other x to pixels at width - x."""
    mirrored = projection.copy()
    mirrored[0] = width * projection[2] - projection[0]
    mirrored[:, 0] *= -1
    return mirrored
