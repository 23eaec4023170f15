"""What happens to a robot's detector, and that it goes on."""

import os
import signal

import cv2
import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.conversions.diagnostics import values_from_message

DETECTIONS = "/detector/detections"


@pytest.fixture
def parameters(checkpoint):
    return {"models": [str(checkpoint)], "confidence_threshold": 0.05, "device": "cpu"}


def latest(diagnostics):
    """The detector's latest status."""
    found = [s for m in diagnostics for s in m.status if s.name == "detector"]
    return found[-1] if found else DiagnosticStatus()


def test_a_camera_that_stops_is_reported_and_may_return(start, talker, parameters, image):
    found = talker.collect(Detection2DArray, DETECTIONS)
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: found)
    talker.spin_until(lambda: latest(diagnostics).message == "running")
    talker.spin_until(lambda: latest(diagnostics).message.startswith("no images for "))
    assert latest(diagnostics).level == DiagnosticStatus.WARN
    before = len(found)
    talker.publish("image", image)
    talker.spin_until(lambda: len(found) > before)
    talker.spin_until(lambda: latest(diagnostics).message == "running")
    assert latest(diagnostics).level == DiagnosticStatus.OK


def test_simulated_time_may_jump_back(start, talker, parameters, image):
    found = talker.collect(Detection2DArray, DETECTIONS)
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    start("detector", parameters | {"use_sim_time": True})
    clock = Clock()
    for second in (100, 101, 5, 6):
        clock.clock.sec = image.header.stamp.sec = second
        image.header.stamp.nanosec = 0

        def publish(now=second):
            talker.publish("/clock", clock)
            talker.publish("image", image)
            return any(message.header.stamp.sec == now for message in found)

        talker.spin_until(publish)
    found.clear()
    talker.publish("image", image)
    talker.spin_until(lambda: found)
    talker.spin_until(lambda: latest(diagnostics).message == "running")
    ages = values_from_message(diagnostics[-1])["detector"]
    assert abs(float(ages["image_age_p50_s"])) <= 1.0


def test_a_source_that_is_killed_leaves_the_detector_to_the_next(
    start, talker, parameters, tmp_path
):
    for i in range(3):
        cv2.imwrite(str(tmp_path / f"{i}.png"), np.full((60, 80, 3), 70 * i, np.uint8))
    found = talker.collect(Detection2DArray, DETECTIONS)
    detector = start("detector", parameters)
    playing = {"source": str(tmp_path), "rate": 20.0, "loop": True}
    for _ in range(2):
        source = start("source", playing)
        found.clear()
        talker.spin_until(lambda: len(found) > 3)
        os.kill(source.pid, signal.SIGKILL)
        assert source.wait(20) == -signal.SIGKILL
    assert detector.status is None


def test_two_nodes_of_one_name_are_reported(start, talker, parameters):
    first = start("detector", parameters)
    second = start("detector", parameters)
    for detector in (first, second):
        talker.spin_until(
            lambda d=detector: "2 nodes are called '/detector' and publish" in d.read_log()
        )


def test_annotations_are_drawn_while_somebody_looks(start, talker, parameters, image):
    found = talker.collect(Detection2DArray, DETECTIONS)
    start("detector", parameters)
    for _ in range(2):
        images = []
        subscription = talker.node.create_subscription(
            ImageMessage, "/detector/image_annotated", images.append, 10
        )
        talker.publish_until("image", lambda: image, lambda seen=images: seen)
        talker.node.destroy_subscription(subscription)
        before = len(found)
        talker.publish("image", image)
        talker.spin_until(lambda n=before: len(found) > n)


def test_a_calibration_that_changes_belongs_to_the_images_of_its_stamp(
    start, talker, parameters, checkpoints, image
):
    """A zoom lens: boxes of one image, twice as far for twice the focal length."""
    found = talker.collect(Detection3DArray, "/detector/detections_3d")
    start("detector", parameters | {"models": [str(checkpoints["ddd"])]})
    image.header.stamp.nanosec = 0

    def publish(seconds, *focal_lengths):
        """An image after calibrations of stamps from its own on."""
        for i, focal in enumerate(focal_lengths):
            k = [focal, 0.0, 64.0, 0.0, focal, 48.0, 0.0, 0.0, 1.0]
            info = CameraInfo(height=96, width=128, distortion_model="plumb_bob", k=k)
            info.header.stamp.sec = seconds + i
            talker.publish("camera_info", info)
        image.header.stamp.sec = seconds
        talker.publish("image", image)
        return any(message.header.stamp.sec == seconds for message in found)

    def depths(seconds):
        [*_, message] = (m for m in found if m.header.stamp.sec == seconds)
        return [d.bbox.center.position.z for d in message.detections]

    talker.spin_until(lambda: publish(10, 150.0))
    talker.spin_until(lambda: publish(20, 150.0, 300.0))
    talker.spin_until(lambda: publish(30, 300.0))
    assert len(depths(10)) > 5
    assert depths(20) == pytest.approx(depths(10), rel=1e-4)
    assert depths(30) == pytest.approx(np.multiply(2, depths(10)).tolist(), rel=1e-4)
