"""The transform of each image, from a stand-in for tf2, which no registry has."""

import sys
import types

import pytest
from geometry_msgs.msg import TransformStamped
from std_msgs.msg import Header

from centernet_ros.nodes.detector.target_frame import PATIENCE, TargetFrame


class Buffer:
    """Knows the transforms of one frame from some time on."""

    def __init__(self):
        self.asked, self.cleared = [], 0

    def lookup_transform(self, target, source, time, timeout):
        self.asked.append((target, source, time.nanoseconds, timeout.nanoseconds))
        if source != "camera":
            raise sys.modules["tf2_ros"].TransformException(f"{source!r} does not exist")
        return TransformStamped()

    def clear(self):
        self.cleared += 1


class Node:
    """Collects what is logged."""

    def __init__(self):
        self.warnings = []

    def get_logger(self):
        return types.SimpleNamespace(warning=lambda text, **_: self.warnings.append(text))


@pytest.fixture
def tf2(monkeypatch):
    module = types.ModuleType("tf2_ros")
    module.TransformException = type("TransformException", (Exception,), {})
    module.Buffer = Buffer
    module.TransformListener = lambda buffer, node: types.SimpleNamespace(buffer=buffer)
    monkeypatch.setitem(sys.modules, "tf2_ros", module)
    return module


def make_header(seconds, frame="camera"):
    header = Header(frame_id=frame)
    header.stamp.sec = seconds
    return header


def test_the_transform_is_that_of_the_image_s_stamp(tf2):
    target = TargetFrame(Node(), "base_link")
    assert target.find(make_header(3)) == TransformStamped()
    assert target._buffer.asked == [("base_link", "camera", 3 * 10**9, int(PATIENCE * 1e9))]


def test_a_missing_transform_is_a_line(tf2):
    node = Node()
    assert TargetFrame(node, "base_link").find(make_header(3, "elsewhere")) is None
    assert node.warnings == ["no 3D results in 'base_link': 'elsewhere' does not exist"]


def test_negative_stamps_are_a_line(tf2):
    node = Node()
    assert TargetFrame(node, "base_link").find(make_header(-3)) is None
    assert len(node.warnings) == 1


def test_a_bag_that_plays_again_begins_anew(tf2):
    target = TargetFrame(Node(), "base_link")
    for seconds, cleared in ((10, 0), (11, 0), (10, 0), (2, 1), (3, 1)):
        target.find(make_header(seconds))
        assert target._buffer.cleared == cleared


def test_without_tf2_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2_ros", None)
    with pytest.raises(ValueError, match=r"target_frame 'map' needs tf2_ros, .*tf2_ros_py"):
        TargetFrame(Node(), "map")
