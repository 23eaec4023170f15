"""Decoded objects, batched on the output map, to detections in each image's own pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from centernet_ros.geometry.angles import alpha_to_rotation_y, decode_alpha, wrap_angle
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.camera_model import CameraModel, as_camera
from centernet_ros.geometry.input_geometry import InputGeometry
from centernet_ros.geometry.projection import project, unproject
from centernet_ros.inference.decoding.ctdet import Boxes
from centernet_ros.inference.decoding.ddd import MapBoxes3D
from centernet_ros.inference.decoding.multi_pose import MapPoses
from centernet_ros.structures import Boxes3D, Detections, Poses


def boxes_to_image(
    decoded: Boxes, stride: int, geometries: Sequence[InputGeometry]
) -> list[Detections]:
    """2D boxes, not clipped to the image.

    Args:
        decoded: of B images, in pixels of the output map.
        stride: input pixels per output pixel.
        geometries: where each image lies in the input.
    """
    boxes, scores, labels = (tensor.cpu().numpy() for tensor in decoded)
    return [
        Detections(_to_float32(geometry.boxes_to_image(b * stride)), s, c)
        for geometry, b, s, c in zip(geometries, boxes, scores, labels)
    ]


def poses_to_image(
    decoded: MapPoses, stride: int, geometries: Sequence[InputGeometry]
) -> list[Poses]:
    """Persons; arguments as for `boxes_to_image`."""
    columns = (tensor.cpu().numpy() for tensor in decoded)
    return [
        Poses(
            _to_float32(geometry.boxes_to_image(boxes * stride)),
            scores,
            labels,
            _to_float32(geometry.points_to_image(keypoints * stride)),
            keypoint_scores,
        )
        for geometry, boxes, scores, labels, keypoints, keypoint_scores in zip(
            geometries, *columns
        )
    ]


def boxes3d_to_image(
    decoded: MapBoxes3D,
    stride: int,
    geometries: Sequence[InputGeometry],
    calibrations: Sequence[CameraModel | np.ndarray],
    authors_compatible: bool = False,
    focal_length: float | None = None,
) -> list[Boxes3D]:
    """3D boxes with their 2D boxes; without a "wh" head the latter surround the projected corners.

    Args:
        decoded: of B images.
        stride: input pixels per output pixel.
        geometries: where each image lies in the input.
        calibrations: each image's camera, or its (3, 4) projection, metres to image pixels.
        authors_compatible: 2D sizes shifted as in the authors' code (issue 194), and observation
            angles not wrapped into -pi..pi.
        focal_length: in input pixels, of the camera that depth was learned on; depth seen by
            another is scaled, because only size over depth shows in an image.
    """
    columns = [None if tensor is None else tensor.cpu().numpy() for tensor in decoded]
    located = []
    for i, (geometry, calibration) in enumerate(zip(geometries, calibrations)):
        centres, scores, labels, depths, orientations, dimensions, sizes, offsets = (
            None if column is None else column[i] for column in columns
        )
        camera = as_camera(calibration)
        projection = camera.projection
        centres = geometry.points_to_image(centres * stride)
        points = camera.undistort_points(centres)
        if offsets is not None:
            # Added behind the lens' distortion, which is not known outside the image.
            points = points + geometry.offsets_to_image(offsets * stride)
        if focal_length:
            depths = depths * (projection[0, 0] * geometry.image_to_input[0, 0] / focal_length)
        alphas = decode_alpha(orientations)
        rotations_y = alpha_to_rotation_y(alphas, points[:, 0], projection)
        locations = unproject(points, depths, projection)
        locations[:, 1] += dimensions[:, 0] / 2
        if sizes is None:
            pixels = project(compute_corners(dimensions, locations, rotations_y), projection)
            boxes = np.concatenate((pixels.min(1), pixels.max(1)), 1)
        else:
            faulty = geometry.points_to_image
            sizes = (faulty if authors_compatible else geometry.offsets_to_image)(sizes * stride)
            boxes = np.concatenate((centres - sizes / 2, centres + sizes / 2), 1)
        located.append(
            Boxes3D(
                _to_float32(boxes),
                scores,
                labels,
                _to_float32(locations),
                dimensions,
                _to_float32(rotations_y),
                _to_float32(alphas if authors_compatible else wrap_angle(alphas)),
            )
        )
    return located


def _to_float32(values: np.ndarray) -> np.ndarray:
    # What is too large becomes infinite, and is dropped as such.
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
