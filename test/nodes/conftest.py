"""Real nodes in processes of their own, and a node of the test's to talk to them."""

from __future__ import annotations

import time

import numpy as np
import pytest
import rclpy
import torch
from rcl_interfaces.srv import GetParameterTypes
from rclpy.duration import Duration
from rclpy.executors import SingleThreadedExecutor
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from centernet_ros.conversions.image import image_to_message
from centernet_ros.labels import KITTI_CLASSES
from centernet_ros.models import InputSpec, ModelSpec, create_model, save_model
from centernet_ros.models.joint import join_specs
from centernet_ros.nodes.common.qos import RESULTS
from centernet_ros.nodes.common.runtime import prepare_process
from centernet_ros.replay.node_process import NodeProcess, ros_arguments
from centernet_ros.structures import Image

TIMEOUT = 60.0


class Talker:
    """The test's own node."""

    def __init__(self):
        self.node = rclpy.create_node("talker")
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        self._publishers = {}
        self._clients = {}

    def close(self):
        self._executor.shutdown()
        self.node.destroy_node()

    def add_node(self, node):
        """Spin another node of this process as well."""
        self._executor.add_node(node)

    def spin_until(self, condition, timeout=TIMEOUT):
        deadline = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < deadline, f"nothing within {timeout} s"
            self._executor.spin_once(timeout_sec=0.05)

    def collect(self, message_type, topic, qos=10):
        """A list that fills with what arrives on a topic."""
        messages = []
        self.node.create_subscription(message_type, topic, messages.append, qos)
        return messages

    def publish(self, topic, message, qos=RESULTS):
        """Publish, reliably by default, once somebody listens."""
        if topic not in self._publishers:
            self._publishers[topic] = self.node.create_publisher(type(message), topic, qos)
        publisher = self._publishers[topic]
        self.spin_until(publisher.get_subscription_count)
        publisher.publish(message)

    def acknowledge(self):
        """Wait until every subscriber has what was published."""
        for publisher in self._publishers.values():
            assert publisher.wait_for_all_acked(Duration(seconds=TIMEOUT))

    def publish_until(self, topic, make_message, condition):
        """Publish again and again: best effort may lose the first while discovery completes."""
        self._repeat(lambda: self.publish(topic, make_message()), lambda _: condition())

    def _repeat(self, action, is_enough):
        """Act once a second until the outcome is enough."""

        def attempt():
            outcome = action()
            deadline = time.monotonic() + 1.0
            while time.monotonic() < deadline and not is_enough(outcome):
                self._executor.spin_once(timeout_sec=0.05)
            return is_enough(outcome)

        self.spin_until(attempt)

    def call(self, service_type, name, request):
        """A service's answer."""
        if name not in self._clients:
            self._clients[name] = self._make_client(service_type, name)
            self._meet(name.rpartition("/")[0])
        future = self._clients[name].call_async(request)
        self.spin_until(future.done)
        return future.result()

    def _make_client(self, service_type, name):
        client = self.node.create_client(service_type, name)
        assert client.wait_for_service(TIMEOUT)
        return client

    def _meet(self, node_name):
        """Wait until a node has discovered this node's clients so far, and can answer them.

        Fast DDS drops answers to clients that it has not discovered; it does so in their order.
        """
        types = self._make_client(GetParameterTypes, f"{node_name}/get_parameter_types")
        self._repeat(lambda: types.call_async(GetParameterTypes.Request()), lambda f: f.done())

    def stamp(self):
        return self.node.get_clock().now().to_msg()


@pytest.fixture
def talker(domain):
    prepare_process()
    rclpy.init()
    talker = Talker()
    yield talker
    talker.close()
    rclpy.try_shutdown()


@pytest.fixture
def start(domain, tmp_path):
    """Start a node as a process; all of them end with the test."""
    processes = []

    def start(name, parameters=None, remappings=None, extra=()):
        if name == "detector":  # other backends would export every network of a test
            parameters = {"backend": "torch"} | dict(parameters or {})
        arguments = [*ros_arguments(parameters, remappings), *extra]
        log = tmp_path / f"{name}{len(processes)}.log"
        process = NodeProcess(name, arguments, log)
        process.read_log = lambda: log.read_text(errors="replace")
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.stop()


HEADS = {
    "ctdet": {"hm": 2, "wh": 2, "reg": 2},
    "ddd": {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2},
    "multi_pose": {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2},
}
CLASSES = {"ctdet": ("person", "car"), "ddd": KITTI_CLASSES, "multi_pose": ("person",)}


def make_checkpoint(path, *tasks):
    """A small random network that serves some tasks."""
    torch.manual_seed(0)
    specs = [
        ModelSpec(
            arch="mobilenetv3",
            heads=HEADS[task],
            class_names=CLASSES[task],
            input=InputSpec(size=(128, 160), resize="stretch"),
            focal_length=150.0 if task == "ddd" else None,
        )
        for task in tasks
    ]
    model = create_model(specs[0] if len(specs) == 1 else join_specs(specs))
    for name, head in model.head.items():
        if name.endswith("hm"):  # else scores would be all but equal, and their order accidental
            torch.nn.init.normal_(head[-1].weight, std=0.5)
        if name.endswith(("wh", "dim")):
            torch.nn.init.constant_(head[-1].bias, 3.0)
    save_model(model, path)
    return path


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory):
    """A small random network for each task."""
    folder = tmp_path_factory.mktemp("models")
    return {task: make_checkpoint(folder / f"{task}.pt", task) for task in HEADS}


@pytest.fixture(scope="session")
def joint_checkpoint(tmp_path_factory):
    """A small random network for all tasks."""
    return make_checkpoint(tmp_path_factory.mktemp("models") / "joint.pt", *HEADS)


@pytest.fixture(scope="session")
def checkpoint(checkpoints):
    """A small random detection network of two classes."""
    return checkpoints["ctdet"]


@pytest.fixture(scope="session")
def pixels():
    return np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)


def make_image(talker, pixels, order="bgr") -> ImageMessage:
    header = Header(stamp=talker.stamp(), frame_id="camera_optical_frame")
    return image_to_message(Image(pixels, order), header)


@pytest.fixture
def image(talker, pixels):
    return make_image(talker, pixels)
