"""The source as a process, by the messages it publishes."""

import cv2
import numpy as np
import pytest
from builtin_interfaces.msg import Time
from centernet_ros.msg import HumanPoseArray
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import CameraInfo, CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import Detection2D, Detection2DArray, LabelInfo

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.diagnostics import values_from_message
from centernet_ros.conversions.ground_truth import BOXES, LABELS
from centernet_ros.conversions.image import image_from_message, image_to_message
from centernet_ros.conversions.stamp import to_nanoseconds
from centernet_ros.nodes.common.qos import LATCHED
from centernet_ros.structures import Image

SHADES = (10, 120, 230)
BEST_EFFORT = QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for shade in SHADES:
        image = np.full((48, 64, 3), shade, np.uint8)
        cv2.imwrite(str(folder / f"{shade:03d}.png"), image)
    return folder


@pytest.fixture
def bag(tmp_path):
    """Three images and a calibration, recorded a second apart."""
    path = tmp_path / "bag"
    with BagWriter(path) as writer:
        writer.write("/camera_info", CameraInfo(width=64, height=48), 10**9)
        for i, shade in enumerate(SHADES, 1):
            header = Header(stamp=Time(sec=i, nanosec=5), frame_id="recorded")
            image = Image(np.full((48, 64, 3), shade, np.uint8))
            writer.write("/image", image_to_message(image, header), i * 10**9)
    return path


def shades(messages):
    return [int(image_from_message(message).pixels.mean()) for message in messages]


def answer(talker):
    """Detections for every image, as a detector would."""
    return lambda image: talker.publish("detections", Detection2DArray(header=image.header))


def test_folder_arrives_whole_and_in_order(start, talker, folder):
    images = talker.collect(ImageMessage, "image", 10)
    infos = talker.collect(CameraInfo, "camera_info", 10)
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    source = start(
        "source",
        {"source": str(folder), "rate": 50.0, "reliability": "reliable", "settle_time": 0.2},
    )
    talker.spin_until(lambda: source.status is not None and len(images) == len(infos) == 3)
    assert source.status == 0
    assert shades(images) == list(SHADES)
    assert [info.header for info in infos] == [image.header for image in images]
    assert (infos[0].width, infos[0].height, infos[0].k[0]) == (64, 48, 0)
    stamps = [(image.header.stamp.sec, image.header.stamp.nanosec) for image in images]
    assert stamps == sorted(set(stamps))
    talker.spin_until(lambda: values_from_message(diagnostics[-1])["source"]["finished"] == "true")
    assert values_from_message(diagnostics[-1])["source"]["published"] == "3"


def test_loop_starts_again(start, talker, folder):
    images = talker.collect(ImageMessage, "image", BEST_EFFORT)
    start("source", {"source": str(folder), "rate": 100.0, "loop": True, "settle_time": 0.2})
    talker.spin_until(lambda: len(images) > 7)
    first = SHADES.index(shades(images)[0])
    assert shades(images)[:7] == [SHADES[(first + i) % 3] for i in range(7)]


def test_bag_keeps_its_stamps_and_calibration(start, talker, bag):
    images = talker.collect(ImageMessage, "image", 10)
    infos = talker.collect(CameraInfo, "camera_info", 10)
    parameters = {"restamp": False, "rate": 50.0, "reliability": "reliable", "settle_time": 0.2}
    source = start("source", {"source": str(bag), **parameters})
    talker.spin_until(lambda: source.status is not None and len(images) == len(infos) == 3)
    assert shades(images) == list(SHADES)
    assert [image.header.stamp for image in images] == [Time(sec=i, nanosec=5) for i in (1, 2, 3)]
    assert {image.header.frame_id for image in images} == {"recorded"}
    assert [(info.width, info.header.stamp.sec) for info in infos] == [(64, 1), (64, 2), (64, 3)]


def test_depth_images_keep_their_distance_in_time(start, talker, bag, tmp_path):
    """Also where they were recorded late, or one is missing."""
    path = tmp_path / "rgbd"
    with BagWriter(path) as writer:
        for i, shade in enumerate(SHADES, 1):
            header = Header(stamp=Time(sec=2 * i), frame_id="recorded")
            image = Image(np.full((48, 64, 3), shade, np.uint8))
            writer.write("/image", image_to_message(image, header), i * 10**9)
            if i == 2:
                continue
            depth = ImageMessage(encoding="16UC1", width=1, height=1, step=2, data=[i, 0])
            depth.header.stamp = Time(sec=2 * i, nanosec=3_000_000)
            writer.write("/any/depth", depth, i * 10**9 + 500_000_000)
    images, depths = (talker.collect(ImageMessage, name, 10) for name in ("image", "depth"))
    parameters = {"reliability": "reliable", "settle_time": 0.2, "recorded": True, "rate": 50.0}
    talker.collect(CameraInfo, "camera_info", 10)
    talker.collect(DiagnosticArray, "/diagnostics")
    source = start(
        "source",
        {"source": str(path), "image_topic": "/image", "depth_topic": "/any/depth", **parameters},
    )
    talker.spin_until(lambda: source.status is not None and (len(images), len(depths)) == (3, 2))
    assert source.status == 0
    assert [depth.data[0] for depth in depths] == [1, 3]
    stamps = [to_nanoseconds(message.header.stamp) for message in (*images, *depths)]
    assert (stamps[3] - stamps[0], stamps[4] - stamps[2]) == (3_000_000, 3_000_000)


@pytest.mark.parametrize(
    ("depth_topic", "words"),
    [("/other", "expected one of: /image"), ("/image", "is played as images")],
)
def test_wrong_depth_topic(start, talker, bag, depth_topic, words):
    source = start("source", {"source": str(bag), "depth_topic": depth_topic})
    talker.spin_until(lambda: source.status is not None)
    assert source.status == 1
    assert words in source.read_log()


def test_compressed_images_of_a_bag_stay_compressed(start, talker, tmp_path):
    message = CompressedImage(header=Header(frame_id="a"), format="jpeg", data=b"any")
    with BagWriter(tmp_path / "bag") as writer:
        writer.write("/camera/compressed", message, 10**9)
    images = talker.collect(CompressedImage, "image/compressed", 10)
    parameters = {"reliability": "reliable", "settle_time": 0.2}
    source = start("source", {"source": str(tmp_path / "bag"), **parameters})
    talker.spin_until(lambda: source.status is not None and images)
    assert bytes(images[0].data) == b"any"


def test_next_frame_waits_for_the_detections(start, talker, bag):
    respond = answer(talker)
    images = talker.collect(ImageMessage, "image", 10)
    parameters = {"wait_for": ["detections"], "reliability": "reliable", "settle_time": 0.2}
    source = start("source", {"source": str(bag), **parameters})
    for number in (1, 2, 3):
        talker.spin_until(lambda n=number: len(images) == n)
        assert source.status is None
        respond(images[-1])
    talker.spin_until(lambda: source.status is not None)
    assert source.status == 0
    assert shades(images) == list(SHADES)


def test_next_frame_waits_for_every_output(start, talker, bag):
    respond = answer(talker)
    images = talker.collect(ImageMessage, "image", 10)
    wanted = {"wait_for": ["detections", "keypoints"]}
    source = start(
        "source", {"source": str(bag), "settle_time": 0.2, "reliability": "reliable"} | wanted
    )
    talker.spin_until(lambda: images)
    respond(images[0])
    talker.acknowledge()
    assert len(images) == 1
    talker.publish("keypoints", HumanPoseArray(header=images[0].header))
    talker.spin_until(lambda: len(images) == 2)
    assert source.status is None


def test_ground_truth_goes_out_with_its_image(start, talker, tmp_path):
    header = Header(stamp=Time(sec=7))
    boxes = Detection2DArray(header=header, detections=[Detection2D(id="a", header=header)])
    image = image_to_message(Image(np.zeros((48, 64, 3), np.uint8)), header)
    with BagWriter(tmp_path / "bag") as writer:
        writer.write(f"/{LABELS}", LabelInfo(threshold=0.5), 1, latched=True)
        for time in (1, 2):
            writer.write(f"/{BOXES}", boxes, time)
            writer.write("/image", image, time)
    images = talker.collect(ImageMessage, "image", 10)
    ground_truth = talker.collect(Detection2DArray, BOXES)
    names = talker.collect(LabelInfo, LABELS, LATCHED)
    talker.collect(CameraInfo, "camera_info")
    talker.collect(DiagnosticArray, "/diagnostics")
    parameters = {"rate": 50.0, "recorded": True, "reliability": "reliable", "settle_time": 0.2}
    source = start("source", {"source": str(tmp_path / "bag"), **parameters})
    talker.spin_until(lambda: source.status is not None and len(images) == len(ground_truth) == 2)
    assert [message.header for message in ground_truth] == [message.header for message in images]
    assert ground_truth[1].detections[0] == Detection2D(id="a", header=images[1].header)
    assert images[0].header.stamp != header.stamp
    assert names[0].threshold == 0.5


def test_unanswered_frame_ends_with_its_name(start, talker, bag):
    images = talker.collect(ImageMessage, "image", BEST_EFFORT)
    parameters = {"wait_for": ["detections"], "answer_timeout": 0.5, "settle_time": 0.2}
    source = start("source", {"source": str(bag), "restamp": False, **parameters})
    talker.spin_until(lambda: source.status is not None)
    assert source.status == 1
    assert (
        "frame 1 (stamp 1.000000005): no answer within 0.5 s on /detections" in source.read_log()
    )
    assert len(images) <= 1


@pytest.mark.parametrize(
    ("parameters", "line"),
    [
        ({"source": "none.avi"}, "'none.avi': no such file"),
        ({"source": ""}, "no image in it"),
        ({"source": "63"}, "camera 63: cannot be opened"),
        ({"wait_for": ["boxes"]}, "expected one of: , detections, detections_3d, keypoints"),
        ({"camera_info": "none.yaml"}, "none.yaml: no such file, expected a camera"),
    ],
)
def test_bad_start_ends_with_one_line(start, folder, tmp_path, monkeypatch, parameters, line):
    monkeypatch.chdir(tmp_path)
    source = start("source", {"source": str(folder)} | parameters)
    assert source.wait(60) == 1
    assert line in source.read_log()
    assert "Traceback" not in source.read_log()


def test_damaged_image_ends_with_its_name(start, talker, folder):
    (folder / "120.png").write_bytes(b"garbage")
    images = talker.collect(ImageMessage, "image", BEST_EFFORT)
    source = start("source", {"source": str(folder), "rate": 50.0, "settle_time": 0.2})
    talker.spin_until(lambda: source.status is not None)
    assert source.status == 1
    assert "120.png: cut off or does not decode, expected a whole image" in source.read_log()
    assert len(images) <= 1
