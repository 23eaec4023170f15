"""Distances from a depth image, by the messages that are published."""

import copy

import numpy as np
import pytest
from centernet_ros.msg import HumanPose3DArray, HumanPoseArray
from diagnostic_msgs.msg import DiagnosticArray
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage
from vision_msgs.msg import Detection2DArray, Detection3DArray, LabelInfo

from centernet_ros.conversions.camera_model import camera_from_info
from centernet_ros.conversions.detections import box_from_message, labels_from_message
from centernet_ros.conversions.diagnostics import values_from_message
from centernet_ros.geometry.lifting import lift_points
from centernet_ros.nodes.common.qos import LATCHED

DISTANCE = 4.0
INFO = CameraInfo(
    height=96,
    width=128,
    k=[150.0, 0.0, 64.0, 0.0, 150.0, 48.0, 0.0, 0.0, 1.0],
    p=[150.0, 0.0, 64.0, 0.0, 0.0, 150.0, 48.0, 0.0, 0.0, 0.0, 1.0, 0.0],
)


@pytest.fixture
def parameters(checkpoints):
    return {
        "models": [str(checkpoints["ctdet"]), str(checkpoints["multi_pose"])],
        "confidence_threshold": 0.05,
        "device": "cpu",
        "depth": True,
    }


def make_wall(image, metres):
    """A wall that stands across the optical axis, in a quarter of the image's pixels."""
    millimetres = np.full((48, 64), round(metres * 1000), "<u2")
    return ImageMessage(
        header=copy.deepcopy(image.header),
        height=48,
        width=64,
        encoding="16UC1",
        step=128,
        data=millimetres.tobytes(),
    )


@pytest.fixture
def depth(image):
    return make_wall(image, DISTANCE)


def publish_all(talker, image, depth):
    talker.publish("camera_info", INFO)
    talker.publish("depth", depth)
    talker.publish("image", image)


def test_2d_results_become_3d_ones(start, talker, parameters, image, depth):
    flat = talker.collect(Detection2DArray, "/detector/detections")
    persons = talker.collect(HumanPoseArray, "/detector/keypoints")
    boxes = talker.collect(Detection3DArray, "/detector/detections_3d")
    joints = talker.collect(HumanPose3DArray, "/detector/keypoints_3d")
    names, names_3d = (
        talker.collect(LabelInfo, f"/detector/{topic}", LATCHED)
        for topic in ("label_info", "label_info_3d")
    )
    start("detector", parameters)
    talker.spin_until(lambda: publish_all(talker, image, depth) or (boxes and joints))
    talker.spin_until(lambda: names and names_3d)
    assert labels_from_message(names_3d[0]) == labels_from_message(names[0])
    camera = camera_from_info(INFO, (96, 128), is_rectified=False)

    assert boxes[0].header == image.header
    assert len(boxes[0].detections) > 5
    by_class = {d.results[0].hypothesis.class_id for d in flat[0].detections}
    assert {d.results[0].hypothesis.class_id for d in boxes[0].detections} <= by_class
    flat_boxes = np.array([box_from_message(d.bbox) for d in flat[0].detections])
    for detection in boxes[0].detections:
        centre, size = detection.bbox.center.position, detection.bbox.size
        assert centre.z == pytest.approx(DISTANCE)
        # Where the sides of the box come from in the image.
        left, right = ((centre.x + sign * size.y / 2) / centre.z * 150 + 64 for sign in (-1, 1))
        assert np.abs(flat_boxes[:, [0, 2]] - (left, right)).max(1).min() < 0.01

    people = persons[0].poses
    assert len(joints[0].poses) == len(people) > 5
    for person, pose in zip(joints[0].poses, people):
        assert person.score == pose.score
        for keypoint, flat_keypoint in zip(person.keypoints, pose.keypoints):
            pixel = np.array([[flat_keypoint.position.x, flat_keypoint.position.y]])
            point = keypoint.position
            if np.isnan(point.z):
                continue
            expected = lift_points(pixel, np.array([DISTANCE]), camera)[0]
            assert (point.x, point.y, point.z) == pytest.approx(expected, abs=1e-3)
    known = [not np.isnan(k.position.z) for person in joints[0].poses for k in person.keypoints]
    assert sum(known) > 20


def test_a_network_s_own_boxes_are_moved(start, talker, parameters, checkpoints, image):
    boxes = talker.collect(Detection3DArray, "/detector/detections_3d")
    parameters["models"] = [str(checkpoints["ddd"])]
    start("detector", parameters | {"depth": False})
    talker.publish_until(
        "camera_info", lambda: INFO, lambda: talker.publish("image", image) or boxes
    )
    [before] = boxes[:1]
    # The boxes of this random network are 3 m wide and reach behind the camera: what it sees at
    # half a metre is as far in front of their middles as the camera is.
    [distance] = {round(d.bbox.center.position.z, 3) for d in before.detections}
    corrected = talker.collect(Detection3DArray, "/moved/detections_3d")
    start("detector", parameters, {"__node": "moved"})
    depth = make_wall(image, 0.5)
    talker.spin_until(lambda: publish_all(talker, image, depth) or corrected)
    assert len(corrected[0].detections) == len(before.detections) > 5
    for ours, theirs in zip(corrected[0].detections, before.detections):
        assert ours.bbox.size == theirs.bbox.size
        assert ours.bbox.center.orientation == theirs.bbox.center.orientation
        here, there = ours.bbox.center.position, theirs.bbox.center.position
        assert here.z == pytest.approx(0.5 + distance, abs=1e-3)
        assert (here.x / here.z, here.y / here.z) == pytest.approx(
            (there.x / there.z, there.y / there.z), abs=1e-3
        )


def test_without_depth_2d_goes_on_and_says_so(start, talker, parameters, image, depth):
    flat = talker.collect(Detection2DArray, "/detector/detections")
    boxes = talker.collect(Detection3DArray, "/detector/detections_3d")
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    detector = start("detector", parameters)
    talker.publish_until(
        "camera_info", lambda: INFO, lambda: talker.publish("image", image) or len(flat) > 5
    )
    assert "no depth image within 0.02 s of the image's stamp" in detector.read_log()
    assert not boxes
    talker.spin_until(
        lambda: (
            diagnostics
            and int(values_from_message(diagnostics[-1])["detector"]["without_depth"]) > 0
        )
    )
    depth.header.frame_id = "depth_optical_frame"
    talker.spin_until(
        lambda: (
            publish_all(talker, image, depth)
            or "depth image in the frame 'depth_optical_frame'" in detector.read_log()
        )
    )
    assert not boxes
    depth.header.frame_id = image.header.frame_id
    talker.spin_until(lambda: publish_all(talker, image, depth) or boxes)
    assert "Traceback" not in detector.read_log()
