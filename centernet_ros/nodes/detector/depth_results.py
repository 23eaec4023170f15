"""What a depth image adds to the results of an image."""

from __future__ import annotations

import numpy as np

from centernet_ros.geometry.camera_model import CameraModel
from centernet_ros.geometry.depth import measure_boxes, measure_joints
from centernet_ros.geometry.lifting import correct_depths, lift_detections, lift_points
from centernet_ros.nodes.detector.frame import Frame
from centernet_ros.structures import Boxes3D, Poses


def publish_with_depth(frame: Frame) -> None:
    """Publish the boxes and joints in space of a frame whose 2D results are published.

    A network's own boxes in space have their distance corrected; where there is no such network,
    2D detections become boxes. Without a depth image the network's boxes go out as they are.
    """
    depth = frame.camera.input.find_depth(frame.header, frame.image.size)
    camera = frame.calibration
    has_network = any(isinstance(found, Boxes3D) for found, _ in frame.published)
    for i, (found, names) in enumerate(frame.published):
        output = frame.camera.output
        if isinstance(found, Boxes3D):
            if depth is not None and camera:
                surfaces = measure_boxes(depth, found.boxes, frame.image.size)
                found = correct_depths(found, surfaces, camera)
                frame.published[i] = found, names
            output.publish("ddd", found, names, frame.header)
        elif depth is None or not camera:
            continue
        elif isinstance(found, Poses):
            points = lift_poses(found, depth, frame.image.size, camera)
            output.publish_joints(found, points, frame.header)
        elif not has_network:
            surfaces = measure_boxes(depth, found.boxes, frame.image.size)
            lifted = lift_detections(found, surfaces, camera)
            output.publish("ddd", lifted, names, frame.header)


def lift_poses(
    found: Poses, depth: np.ndarray, image_size: tuple[int, int], camera: CameraModel
) -> np.ndarray:
    """Where the joints of persons are in space.

    Args:
        found: N persons.
        depth: (H, W) metres, NaN where unknown.
        image_size: height and width of the image.
        camera: of the image.

    Returns:
        (N, J, 3) x y z in metres, NaN where unknown.
    """
    surfaces = measure_boxes(depth, found.boxes, image_size)
    depths = measure_joints(depth, found.keypoints, found.boxes, surfaces, image_size)
    points = lift_points(found.keypoints.reshape(-1, 2), depths.ravel(), camera)
    return points.reshape(*depths.shape, 3)
