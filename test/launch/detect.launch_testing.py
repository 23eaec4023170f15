"""A launch_testing test: the launched detector publishes what the predictor finds."""

from __future__ import annotations

import tempfile
import time
import unittest
from pathlib import Path

import launch
import launch_testing
import launch_testing.actions
import launch_testing.asserts
import numpy as np
import rclpy
from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.detections import detections_from_message
from centernet_ros.conversions.image import image_to_message
from centernet_ros.conversions.share import share_folder
from centernet_ros.inference.postprocessing import clip_to_image
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models import InputSpec, ModelSpec, create_model, load_model, save_model
from centernet_ros.structures import Image

FOLDER = Path(tempfile.mkdtemp())
MODEL, CONFIG = FOLDER / "random.pt", FOLDER / "parameters.yaml"
PIXELS = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)


def generate_test_description() -> launch.LaunchDescription:
    """Include the launch file with every kind of argument."""
    spec = ModelSpec(
        "mobilenetv3", {"hm": 2, "wh": 2, "reg": 2}, ("person", "car"), InputSpec((128, 128))
    )
    save_model(create_model(spec), MODEL)
    CONFIG.write_text("/**: {ros__parameters: {confidence_threshold: 0.0, backend: torch}}\n")
    source = PythonLaunchDescriptionSource(str(share_folder() / "launch" / "detect.launch.py"))
    arguments = {
        "image": "/camera/image_raw",
        "config": str(CONFIG),
        "model": str(MODEL),
        "device": "cpu",
        "namespace": "front",
    }
    return launch.LaunchDescription(
        [
            IncludeLaunchDescription(source, launch_arguments=arguments.items()),
            launch_testing.actions.ReadyToTest(),
        ]
    )


class TestDetection(unittest.TestCase):
    """While the detector runs."""

    def test_published_values(self) -> None:
        """One image in, the predictor's own boxes out."""
        rclpy.init()
        node = rclpy.create_node("talker")
        found: list[Detection2DArray] = []
        node.create_subscription(Detection2DArray, "/front/detector/detections", found.append, 10)
        publisher = node.create_publisher(ImageMessage, "/camera/image_raw", 10)
        header = Header(stamp=node.get_clock().now().to_msg(), frame_id="camera_optical_frame")
        deadline = time.monotonic() + 60
        while not found and time.monotonic() < deadline:
            publisher.publish(image_to_message(Image(PIXELS), header))
            rclpy.spin_once(node, timeout_sec=0.5)
        node.destroy_node()
        rclpy.shutdown()

        [expected] = Predictor(load_model(MODEL))([Image(PIXELS)])
        expected = clip_to_image(expected, PIXELS.shape[:2])
        assert found[0].header == header
        np.testing.assert_allclose(
            detections_from_message(found[0]).boxes, expected.boxes, atol=1e-3
        )


@launch_testing.post_shutdown_test()
class TestShutdown(unittest.TestCase):
    """After the detector was told to stop."""

    def test_exit_status(self, proc_info: launch_testing.ProcInfoHandler) -> None:
        """It left cleanly."""
        launch_testing.asserts.assertExitCodes(proc_info)
