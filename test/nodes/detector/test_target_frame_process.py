"""3D results in the robot's frame, by the messages of a detector process.

With a distribution's tf2 where there is one, else with a stand-in that knows one transform.
"""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import TransformStamped
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.conversions.diagnostics import values_from_message

CAMERA, ROBOT = "camera_optical_frame", "base_link"
# A camera 1.5 m above the ground that looks ahead: its z is the robot's x, its x the robot's -y.
SHIFT, TURN = (0.2, 0.0, 1.5), (-0.5, 0.5, -0.5, 0.5)
INFO = CameraInfo(height=192, width=256, k=[300.0, 0.0, 128.0, 0.0, 300.0, 96.0, 0.0, 0.0, 1.0])
STAND_IN = Path(__file__).parents[2] / "support" / "tf2"


@pytest.fixture
def transform(talker, monkeypatch):
    """From the camera to the robot's frame."""
    if not find_spec("tf2_ros"):
        monkeypatch.setenv("PYTHONPATH", str(STAND_IN))
        monkeypatch.setenv("STAND_IN_TRANSFORM", json.dumps([ROBOT, CAMERA, SHIFT, TURN]))
        return
    from tf2_ros import StaticTransformBroadcaster

    message = TransformStamped(child_frame_id=CAMERA)
    message.header.frame_id = ROBOT
    translation, rotation = message.transform.translation, message.transform.rotation
    translation.x, translation.y, translation.z = SHIFT
    rotation.x, rotation.y, rotation.z, rotation.w = TURN
    StaticTransformBroadcaster(talker.node).sendTransform(message)


@pytest.fixture
def parameters(checkpoints):
    return {
        "models": [str(checkpoints["ddd"]), str(checkpoints["ctdet"])],
        "confidence_threshold": 0.05,
        "device": "cpu",
    }


def publish(talker, image):
    talker.publish("camera_info", INFO)
    talker.publish("image", image)


def test_boxes_are_where_the_robot_sees_them(start, talker, parameters, image, transform):
    of_camera = talker.collect(Detection3DArray, "/camera/detections_3d")
    of_robot = talker.collect(Detection3DArray, "/robot/detections_3d")
    start("detector", parameters, {"__node": "camera"})
    start("detector", parameters | {"target_frame": ROBOT}, {"__node": "robot"})
    talker.spin_until(lambda: publish(talker, image) or (of_camera and of_robot))
    assert (of_camera[0].header.frame_id, of_robot[0].header.frame_id) == (CAMERA, ROBOT)
    assert of_camera[0].header.stamp == of_robot[0].header.stamp == image.header.stamp
    assert len(of_camera[0].detections) == len(of_robot[0].detections) > 5
    for theirs, ours in zip(of_camera[0].detections, of_robot[0].detections):
        there, here = theirs.bbox.center.position, ours.bbox.center.position
        expected = np.array([there.z, -there.x, -there.y]) + SHIFT
        np.testing.assert_allclose((here.x, here.y, here.z), expected, atol=1e-4)
        assert ours.bbox.size == theirs.bbox.size
        # The uncertain axis of the camera, along z, is the robot's x.
        covariance = ours.results[0].pose.covariance
        assert covariance[0] == pytest.approx(theirs.results[0].pose.covariance[14])


def test_without_a_transform_2d_goes_on(start, talker, parameters, image, transform):
    flat = talker.collect(Detection2DArray, "/detector/detections")
    in_space = talker.collect(Detection3DArray, "/detector/detections_3d")
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    detector = start("detector", parameters | {"target_frame": "map"})
    talker.spin_until(
        lambda: (
            publish(talker, image)
            or (
                len(flat) > 2
                and diagnostics
                and int(values_from_message(diagnostics[-1])["detector"]["without_transform"]) > 0
            )
        )
    )
    assert not in_space
    assert "no 3D results in 'map'" in detector.read_log()


def test_one_image_is_counted_once(start, talker, parameters, checkpoints, image, transform):
    """Though boxes and joints in space need its transform."""
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    parameters["models"] = [str(checkpoints["ctdet"]), str(checkpoints["multi_pose"])]
    start("detector", parameters | {"target_frame": "map", "depth": True})
    size = {"height": image.height, "width": image.width}
    wall = np.full((image.height, image.width), 2000, "<u2").tobytes()
    depth = ImageMessage(encoding="16UC1", step=2 * image.width, data=wall, **size)
    depth.header = image.header

    def count(name):
        values = values_from_message(diagnostics[-1])["detector"] if diagnostics else {}
        return int(values.get(name, 0))

    def attempt():
        talker.publish("depth", depth)
        publish(talker, image)
        return count("processed") > 4

    talker.spin_until(attempt)
    # And one that is being worked on.
    assert 0 < count("without_transform") <= count("processed") + 1
    assert count("with_3d") == 0
