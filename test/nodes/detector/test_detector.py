"""The detector as a process, by the messages it publishes."""

import os
import re
import signal
from dataclasses import replace
from importlib.util import find_spec

import cv2
import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from rcl_interfaces.msg import Parameter, ParameterType, ParameterValue
from rcl_interfaces.srv import SetParameters
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray, LabelInfo

from centernet_ros.conversions.detections import detections_from_message, labels_from_message
from centernet_ros.conversions.diagnostics import values_from_message
from centernet_ros.inference.postprocessing import clip_to_image, filter_detections
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models import load_model, save_model
from centernet_ros.nodes.common.qos import LATCHED
from centernet_ros.structures import Image

DETECTIONS = "/detector/detections"


@pytest.fixture
def parameters(checkpoint):
    return {"models": [str(checkpoint)], "confidence_threshold": 0.05, "device": "cpu"}


@pytest.fixture
def expected(checkpoint, pixels):
    [found] = Predictor(load_model(checkpoint))([Image(pixels)])
    return clip_to_image(filter_detections(found, 0.05), pixels.shape[:2])


def assert_equal(message, expected):
    found = detections_from_message(message)
    np.testing.assert_array_equal(found.labels, expected.labels)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-6)
    np.testing.assert_allclose(found.boxes, expected.boxes, atol=1e-3)


def count(diagnostics, name):
    """A counter in the latest diagnostics."""
    values = [v["detector"] for v in map(values_from_message, diagnostics) if "detector" in v]
    return int(values[-1][name]) if values else 0


def test_publishes_what_the_predictor_finds(start, talker, parameters, image, expected):
    found = talker.collect(Detection2DArray, DETECTIONS)
    start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: found)
    assert len(expected) > 5
    assert_equal(found[0], expected)
    assert found[0].header == image.header
    assert all(detection.header == image.header for detection in found[0].detections)


def test_rgb_compressed_and_padded_images_give_the_same(
    start, talker, parameters, pixels, expected
):
    found = talker.collect(Detection2DArray, DETECTIONS)
    start("detector", {**parameters, "image_transport": "compressed"})
    header = Header(stamp=talker.stamp(), frame_id="a")
    data = cv2.imencode(".png", pixels)[1].tobytes()
    message = CompressedImage(header=header, format="png", data=data)
    talker.publish_until("image/compressed", lambda: message, lambda: found)
    assert_equal(found[0], expected)
    assert found[0].header == header


def test_bad_images_are_counted_and_the_next_good_one_is_processed(
    start, talker, parameters, image, expected
):
    found = talker.collect(Detection2DArray, DETECTIONS)
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    detector = start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: found)
    bad = {
        "zero size": ImageMessage(encoding="bgr8", step=3, data=bytes(9)),
        "truncated": ImageMessage(height=9, width=9, encoding="bgr8", step=27, data=bytes(26)),
        "short step": ImageMessage(height=9, width=9, encoding="bgr8", step=26, data=bytes(999)),
        "encoding": ImageMessage(height=9, width=9, encoding="bogus", step=27, data=bytes(999)),
    }
    for number, message in enumerate(bad.values(), 1):
        talker.publish("image", message)
        talker.spin_until(lambda n=number: count(diagnostics, "failed") == n)
    before = len(found)
    talker.publish("image", image)
    talker.spin_until(lambda: len(found) > before)
    assert len(found) == before + 1
    assert_equal(found[-1], expected)
    assert detector.status is None
    values = values_from_message(diagnostics[-1])["detector"]
    assert "unknown image encoding 'bogus', expected one of: bgr8" in values["last_error"]
    assert "frame skipped: image of 0x0 pixels, expected at least 1x1" in detector.read_log()


def test_images_that_are_cut_off_are_warned_of(start, talker, parameters, image):
    found = talker.collect(Detection2DArray, DETECTIONS)
    cutting = {"input_resize": "width", "input_height": 32, "input_width": 160}
    process = start("detector", {**parameters, **cutting})
    talker.publish_until("image", lambda: image, lambda: len(found) > 1)
    shown = round(100 * 32 / (image.height * 160 / image.width))
    line = f"ctdet: the network sees {shown}% of the images of {image.width}x{image.height}"
    assert process.read_log().count(line) == 1


def test_every_frame_is_processed_dropped_or_failed(start, talker, parameters, image):
    found = talker.collect(Detection2DArray, DETECTIONS)
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: found)
    for i in range(30):
        image.header.stamp.nanosec = i
        talker.publish("image", image)
    talker.spin_until(lambda: found[-1].header.stamp.nanosec == 29)
    talker.spin_until(
        lambda: (
            count(diagnostics, "received")
            == count(diagnostics, "processed") + count(diagnostics, "dropped")
            and count(diagnostics, "processed") == len(found)
        )
    )
    assert count(diagnostics, "failed") == 0


def test_labels_are_latched(start, talker, parameters, image):
    found = talker.collect(Detection2DArray, DETECTIONS)
    start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: found)
    labels = talker.collect(LabelInfo, "/detector/label_info", LATCHED)
    talker.spin_until(lambda: labels)
    assert labels_from_message(labels[0]) == {0: "person", 1: "car"}
    assert labels[0].threshold == pytest.approx(0.05)


def test_a_model_s_own_threshold_counts_where_none_is_given(
    start, talker, parameters, image, checkpoint, expected, tmp_path
):
    threshold = float(np.median(expected.scores))
    model = load_model(checkpoint)
    model.spec = replace(model.spec, confidence_threshold=threshold)
    save_model(model, tmp_path / "own.pt")
    del parameters["confidence_threshold"]
    start("detector", parameters | {"models": [str(tmp_path / "own.pt")]})
    labels = talker.collect(LabelInfo, "/detector/label_info", LATCHED)
    found = talker.collect(Detection2DArray, DETECTIONS)
    talker.publish_until("image", lambda: image, lambda: labels and found)
    assert labels[0].threshold == pytest.approx(threshold)
    assert len(found[0].detections) == (expected.scores >= threshold).sum() < len(expected)
    assert set_parameter(talker, "confidence_threshold", double_value=1.0).successful
    talker.publish_until("image", lambda: image, lambda: not found[-1].detections)


def test_annotated_image_is_published_to_subscribers(start, talker, parameters, image, pixels):
    annotated = talker.collect(ImageMessage, "/detector/image_annotated")
    start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: annotated)
    assert annotated[0].header == image.header
    assert (annotated[0].height, annotated[0].width) == pixels.shape[:2]
    assert bytes(annotated[0].data) != pixels.tobytes()


def set_parameter(talker, name, **value):
    kind = {
        "double_value": ParameterType.PARAMETER_DOUBLE,
        "string_value": ParameterType.PARAMETER_STRING,
        "string_array_value": ParameterType.PARAMETER_STRING_ARRAY,
    }[next(iter(value))]
    request = SetParameters.Request(
        parameters=[Parameter(name=name, value=ParameterValue(type=kind, **value))]
    )
    [result] = talker.call(SetParameters, "/detector/set_parameters", request).results
    return result


def test_threshold_and_classes_change_while_running(start, talker, parameters, image, expected):
    found = talker.collect(Detection2DArray, DETECTIONS)
    start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: found)
    threshold = float(np.median(expected.scores))
    assert set_parameter(talker, "confidence_threshold", double_value=threshold).successful
    assert set_parameter(talker, "classes", string_array_value=["car"]).successful
    found.clear()
    talker.publish("image", image)
    talker.spin_until(lambda: found)
    keep = (expected.scores >= threshold) & (expected.labels == 1)
    assert 0 < keep.sum() < len(expected)
    assert_equal(found[0], expected[keep])


def test_bad_changes_are_refused_with_the_reason(start, talker, parameters):
    start("detector", parameters)
    result = set_parameter(talker, "confidence_threshold", double_value=1.5)
    assert not result.successful
    result = set_parameter(talker, "classes", string_array_value=["horse"])
    assert not result.successful
    assert result.reason == "unknown class 'horse', expected some of: person, car"
    result = set_parameter(talker, "models", string_array_value=["other.pt"])
    assert not result.successful
    assert "read at configuration" in result.reason


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"models": ["/nowhere/net.pt"]},
            r"/nowhere/net\.pt: no such file, expected a checkpoint",
        ),
        (
            {"models": ["unheard_of"]},
            r"'unheard_of': no such published model here.*fetch_weights",
        ),
        ({"cameras": ["front cam"]}, r"camera name 'front cam' is no part of a topic's"),
        pytest.param(
            {"target_frame": "base_link"},
            r"target_frame 'base_link' needs tf2_ros, which is not installed",
            marks=pytest.mark.skipif(find_spec("tf2_ros") is not None, reason="tf2_ros is here"),
        ),
        ({"models": [""]}, r"no model, expected checkpoint files or names of published models"),
        ({"classes": ["horse"]}, r"unknown class 'horse', expected some of: person, car"),
        ({"device": "cuda:99"}, r"device 'cuda:99' is not here: \d+ CUDA devices found"),
        ({"device": "toaster"}, r"unknown device 'toaster', expected auto, cpu, cuda or cuda:N"),
        (
            {"input_resize": "squash"},
            r"input_resize is 'squash', expected one of: model, stretch, longest_edge",
        ),
        ({"input_size": "dynamic"}, r"a dynamic input with resize 'stretch', expected"),
        ({"confidence_threshold": 2.0}, r"confidence_threshold"),
        ({"confidence_threshold": "high"}, r"confidence_threshold"),
    ],
)
def test_bad_start_ends_with_one_line(start, parameters, change, line):
    detector = start("detector", parameters | change)
    assert detector.wait(60) == 1
    log = detector.read_log()
    assert re.search(line, log)
    assert "Traceback" not in log


def test_damaged_checkpoint_ends_with_one_line(start, parameters, checkpoint, tmp_path):
    path = tmp_path / "half.pt"
    path.write_bytes(checkpoint.read_bytes()[:10000])
    detector = start("detector", {**parameters, "models": [str(path)]})
    assert detector.wait(60) == 1
    assert f"{path}: damaged, or not a checkpoint" in detector.read_log()
    assert "Traceback" not in detector.read_log()


def test_silent_topic_is_explained(start, talker, parameters):
    detector = start("detector", parameters)
    talker.spin_until(lambda: "no publisher on '/image'" in detector.read_log())
    talker.node.create_publisher(ImageMessage, "image", 1)
    talker.spin_until(lambda: "published by talker (reliable volatile" in detector.read_log())
    assert "over rmw_fastrtps_cpp large images are lost unless" in detector.read_log()
    assert "/config/fastdds.xml" in detector.read_log()


def test_incompatible_qos_is_reported(start, talker, parameters):
    override = "qos_overrides./image.subscription.reliability"
    detector = start("detector", {**parameters, override: "reliable"})
    best_effort = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
    talker.node.create_publisher(ImageMessage, "image", best_effort)
    talker.spin_until(lambda: "incompatible QoS" in detector.read_log())
    assert "RELIABILITY" in detector.read_log()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_while_it_prepares_a_network(
    start, talker, parameters, number, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    detector = start("detector", {**parameters, "backend": "onnxruntime"})
    talker.spin_until(lambda: "preparing the networks" in detector.read_log())
    os.kill(detector.pid, number)
    assert detector.wait(60) == 0
    assert " classes on cpu" not in detector.read_log()
    assert "Traceback" not in detector.read_log()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_cleanly_at_work(start, talker, parameters, image, number):
    found = talker.collect(Detection2DArray, DETECTIONS)
    detector = start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: found)
    for _ in range(5):
        talker.publish("image", image)
    os.kill(detector.pid, number)
    assert detector.wait(20) == 0
    assert "Traceback" not in detector.read_log()
