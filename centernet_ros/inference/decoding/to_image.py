"""Decoded objects, batched in pixels of the network's input, to image coordinates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from centernet_ros.geometry.angles import (
    alpha_to_rotation_y,
    decode_alpha,
    rotation_y_to_alpha,
    wrap_angle,
)
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.camera_model import Calibration, as_camera
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.geometry.projection import project, unproject
from centernet_ros.models.spec import ModelSpec, Orientation
from centernet_ros.skeleton import COCO_SKELETON, Skeleton
from centernet_ros.structures import Boxes3D, Detections, Poses

# What monocular depth is good for where the network does not say it: one standard deviation as a
# share of the depth; docs/scenes.md has what was measured.
RELATIVE_DEPTH_DEVIATION = 0.1
# Metres by which a car may be off for half of it to overlap.
DEPTH_TOLERANCE = 2.0

# Fields of a task's objects, by name: see `Boxes`, `MapPoses` and `MapBoxes3D` of the decoding.
DecodedArrays = Mapping[str, np.ndarray]


def objects_to_image(
    decoded: DecodedArrays,
    spec: ModelSpec,
    geometries: Sequence[InputGeometry],
    calibrations: Sequence[Calibration | None],
    authors_compatible: bool = False,
) -> Sequence[Detections | None]:
    """The objects of a task in each image; those in space need its calibration.

    Args:
        decoded: of B images, in pixels of the network's input.
        spec: of the task.
        geometries: where each image lies in the input.
        calibrations: of each image's camera, or its (3, 4) projection, metres to image pixels.
        authors_compatible: as in `boxes3d_to_image`, and without scaling depth by focal length.

    Returns:
        one per image, boxes in its own pixels; None for 3D without a calibration.
    """
    if spec.task == "ctdet":
        return boxes_to_image(decoded, geometries)
    if spec.task == "multi_pose":
        return poses_to_image(decoded, geometries, spec.joints)
    known = {i: c for i, c in enumerate(calibrations) if c is not None}
    rows = list(known)
    located = boxes3d_to_image(
        {field: values[rows] for field, values in decoded.items()},
        [geometries[i] for i in known],
        list(known.values()),
        None if authors_compatible else spec.focal_length,
        authors_compatible,
        spec.orientation,
    )
    by_image = dict(zip(known, located))
    return [by_image.get(i) for i in range(len(geometries))]


def boxes_to_image(
    decoded: DecodedArrays, geometries: Sequence[InputGeometry]
) -> list[Detections]:
    """2D boxes, not clipped to the image.

    Args:
        decoded: of B images, in pixels of the network's input.
        geometries: where each image lies in the input.
    """
    columns = (decoded[field] for field in ("boxes", "scores", "labels"))
    return [
        Detections(_to_float32(geometry.boxes_to_image(boxes)), scores, labels)
        for geometry, boxes, scores, labels in zip(geometries, *columns)
    ]


def poses_to_image(
    decoded: DecodedArrays,
    geometries: Sequence[InputGeometry],
    skeleton: Skeleton = COCO_SKELETON,
) -> list[Poses]:
    """Persons with the joints of a skeleton; other arguments as for `boxes_to_image`."""
    fields = ("boxes", "scores", "labels", "keypoints", "keypoint_scores")
    columns = (decoded[field] for field in fields)
    return [
        Poses(
            _to_float32(geometry.boxes_to_image(boxes)),
            scores,
            labels,
            _to_float32(geometry.points_to_image(keypoints)),
            keypoint_scores,
            skeleton=skeleton,
        )
        for geometry, boxes, scores, labels, keypoints, keypoint_scores in zip(
            geometries, *columns
        )
    ]


def boxes3d_to_image(
    decoded: DecodedArrays,
    geometries: Sequence[InputGeometry],
    calibrations: Sequence[Calibration],
    focal_length: float | None = None,
    authors_compatible: bool = False,
    orientation: Orientation = "alpha",
) -> list[Boxes3D]:
    """3D boxes with their 2D boxes; without a "wh" head the latter surround the projected corners.

    Args:
        decoded: of B images, in pixels of the network's input.
        geometries: where each image lies in the input.
        calibrations: each image's camera, or its (3, 4) projection, metres to image pixels.
        focal_length: in input pixels, of the camera that depth was learned on; depth seen by
            another is scaled, because only size over depth shows in an image.
        authors_compatible: 2D sizes shifted as in the authors' code (issue 194), and observation
            angles not wrapped into -pi..pi.
        orientation: what the decoded orientations are, see `ModelSpec`.

    Returns:
        one per image. Where the network tells its uncertainty of the depth, the scores are those
        of the heat map times the probability that the depth is near the truth
        (`compute_confidence`), as in MonoFlex (Zhang et al. 2021) and others.
    """
    scores, labels, dimensions = decoded["scores"], decoded["labels"], decoded["dimensions"]
    optional = ("sizes", "amodal_offsets", "depth_scales")
    sizes, offsets, scales = (decoded.get(field) for field in optional)
    located = []
    for i, (geometry, calibration) in enumerate(zip(geometries, calibrations)):
        camera = as_camera(calibration)
        projection = camera.projection
        centre = geometry.points_to_image(decoded["centres"][i])
        points = camera.undistort_points(centre)
        if offsets is not None:
            # Added behind the lens' distortion, which is not known outside the image.
            points = points + geometry.offsets_to_image(offsets[i])
        depth = decoded["depths"][i]
        if focal_length:
            depth = depth * (projection[0, 0] * geometry.image_to_input[0, 0] / focal_length)
        if scales is None:
            certain, deviations = scores[i], RELATIVE_DEPTH_DEVIATION * depth
        else:
            share = scales[i, :, 0]
            certain = scores[i] * compute_confidence(depth * share)
            deviations = math.sqrt(2) * share * depth
        angles = decode_alpha(decoded["orientations"][i])
        if orientation == "alpha":
            alphas = angles
            rotations_y = alpha_to_rotation_y(alphas, points[:, 0], projection)
        else:
            rotations_y = wrap_angle(angles)
            alphas = rotation_y_to_alpha(rotations_y, points[:, 0], projection)
        locations = unproject(points, depth, projection)
        locations[:, 1] += dimensions[i][:, 0] / 2
        if sizes is None:
            corners = compute_corners(dimensions[i], locations, rotations_y)
            pixels = project(corners, projection)
            boxes = np.concatenate((pixels.min(1), pixels.max(1)), 1)
        else:
            faulty = geometry.points_to_image
            size = (faulty if authors_compatible else geometry.offsets_to_image)(sizes[i])
            boxes = np.concatenate((centre - size / 2, centre + size / 2), 1)
        located.append(
            Boxes3D(
                _to_float32(boxes),
                _to_float32(certain),
                labels[i],
                _to_float32(locations),
                dimensions[i],
                _to_float32(rotations_y),
                _to_float32(alphas if authors_compatible else wrap_angle(alphas)),
                _to_float32(deviations),
            )
        )
    return located


def compute_confidence(scales: np.ndarray) -> np.ndarray:
    """The probability that a depth is off by less than DEPTH_TOLERANCE.

    Args:
        scales: (N,) of the Laplace distribution of each depth's error in metres.
    """
    with np.errstate(divide="ignore"):
        return 1 - np.exp(-DEPTH_TOLERANCE / scales)


def _to_float32(values: np.ndarray) -> np.ndarray:
    # What is too large becomes infinite, and is dropped as such.
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
