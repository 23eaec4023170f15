"""Any sequence of images and calibrations, through the whole pipeline of a node."""

import os

import numpy as np
import pytest
from centernet_ros.msg import HumanPoseArray
from fuzzed_messages import camera_infos, images, plain_images
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rclpy.lifecycle import LifecycleNode
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.conversions.detections import detections_from_message
from centernet_ros.conversions.poses import poses_from_message
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.nodes.common.parameters import declare_parameters
from centernet_ros.nodes.detector.camera import Camera
from centernet_ros.nodes.detector.frame_pipeline import FramePipeline
from centernet_ros.nodes.detector.model_set import ModelSet
from centernet_ros.nodes.detector.parameters import PARAMETERS

# FUZZED_MESSAGES=10000 pytest test/nodes/test_fuzz.py takes minutes.
COUNT = int(os.environ.get("FUZZED_MESSAGES", "100"))
BURST = 10


@pytest.fixture
def pipeline(talker, joint_checkpoint):
    node = LifecycleNode("fuzzed")
    declare_parameters(node, PARAMETERS)
    models = ModelSet([str(joint_checkpoint)], "cpu", options=PredictorOptions(20))
    camera = Camera(node, "", models.specs)
    node.trigger_configure()
    node.trigger_activate()
    yield camera, FramePipeline(node, models, {"": camera})
    node.destroy_node()


def check_numbers(message, size):
    """Boxes lie in the image, and every number is one."""
    height, width = size
    if isinstance(message, Detection3DArray):
        for found in message.detections:
            pose, box = found.bbox.center, found.bbox.size
            numbers = [pose.position.x, pose.position.y, pose.position.z, box.x, box.y, box.z]
            numbers += [getattr(pose.orientation, axis) for axis in "xyzw"]
            assert np.isfinite(numbers).all()
            assert np.isfinite(found.results[0].pose.covariance).all()
        return
    if isinstance(message, HumanPoseArray):
        found = poses_from_message(message)
        assert np.isfinite(found.keypoints).all()
        assert np.isfinite(found.keypoint_scores).all()
    else:
        found = detections_from_message(message)
    assert np.isfinite(found.scores).all()
    assert (found.boxes >= -1e-3).all()
    assert (found.boxes <= np.array([width, height, width, height]) + 1e-3).all()


def test_every_image_is_answered_or_counted(pipeline, talker):
    camera, pipeline = pipeline
    types = (Detection2DArray, "detections"), (HumanPoseArray, "keypoints")
    types += ((Detection3DArray, "detections_3d"),)
    published = [talker.collect(kind, f"/fuzzed/{topic}", 100) for kind, topic in types]
    talker.spin_until(lambda: talker.node.count_publishers("/fuzzed/detections_3d"))
    handed = answered = 0

    def count(name):
        return int(camera.statistics.summarize()[name])

    @settings(
        max_examples=-(-COUNT // BURST),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        infos=st.lists(camera_infos, min_size=BURST, max_size=BURST),
        messages=st.lists(st.one_of(images, plain_images), min_size=BURST, max_size=BURST),
        stamped=st.booleans(),
    )
    def hand_over(infos, messages, stamped):
        nonlocal handed, answered
        for info, message in zip(infos, messages):
            if stamped:
                info.header.stamp = message.header.stamp
            camera.input.calibrations.add(info)
            without_calibration = count("without_calibration")
            pipeline.process({"": message})
            handed += 1
            assert count("processed") + count("failed") == handed
            if count("processed") == answered:
                continue
            answered += 1
            located = count("without_calibration") == without_calibration
            talker.spin_until(lambda n=2 + located: sum(map(bool, published)) == n)
            for kind in published:
                for result in kind:
                    assert result.header == message.header
                    check_numbers(result, (message.height, message.width))
                kind.clear()

    hand_over()
    assert handed >= COUNT
    assert 0 < answered < handed
    print(f"{handed} images and calibrations: {answered} answered, {handed - answered} refused")
