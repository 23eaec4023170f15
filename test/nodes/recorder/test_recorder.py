"""The recorder as a process, by the files it leaves."""

import cv2
import pytest
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import (
    Detection2D,
    Detection2DArray,
    LabelInfo,
    ObjectHypothesisWithPose,
    VisionClass,
)
from visualization_msgs.msg import Marker, MarkerArray

from centernet_ros.conversions.bag import read_messages
from centernet_ros.conversions.image import compress_image, image_from_any
from centernet_ros.nodes.common.qos import LATCHED


@pytest.mark.parametrize("storage", ["mcap", "sqlite3"])
def test_everything_published_is_in_the_bag(start, talker, tmp_path, image, storage):
    video = tmp_path / "video.mp4"
    parameters = {"bag": str(tmp_path / "bag"), "storage": storage, "video": str(video)}
    recorder = start("recorder", parameters)
    labels = LabelInfo(class_map=[VisionClass(class_id=0, class_name="person")])
    talker.publish("label_info", labels, LATCHED)
    messages = [Detection2DArray(header=Header(frame_id=str(i))) for i in range(5)]
    for message in messages:
        talker.publish("detections", message)
        talker.publish("image_annotated", image)
    talker.acknowledge()
    assert recorder.stop() == 0
    recorded = [m.message for m in read_messages(tmp_path / "bag", [Detection2DArray, LabelInfo])]
    assert sorted(recorded, key=str) == sorted([labels, *messages], key=str)
    assert [m for m in recorded if m != labels] == messages
    capture = cv2.VideoCapture(str(video))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 5
    assert capture.read()[1].shape == (image.height, image.width, 3)


def test_existing_bag_is_kept(start, tmp_path):
    (tmp_path / "bag").mkdir()
    recorder = start("recorder", {"bag": str(tmp_path / "bag")})
    assert recorder.wait(60) == 1
    assert f"{tmp_path}/bag: cannot write a bag there" in recorder.read_log()
    assert "Traceback" not in recorder.read_log()


def test_video_that_cannot_be_written_is_named(start, talker, tmp_path, image):
    (tmp_path / "file").touch()
    video = tmp_path / "file" / "video.mp4"
    recorder = start("recorder", {"bag": str(tmp_path / "bag"), "video": str(video)})
    talker.publish("image_annotated", image)
    talker.spin_until(lambda: recorder.status is not None)
    assert recorder.status == 1
    assert f"{video}: cannot write a video there" in recorder.read_log()
    assert "Traceback" not in recorder.read_log()


def test_strange_detections_are_recorded(start, talker, tmp_path):
    recorder = start("recorder", {"bag": str(tmp_path / "bag")})
    hypothesis = ObjectHypothesisWithPose()
    hypothesis.hypothesis.class_id = "forklift"
    message = Detection2DArray(detections=[Detection2D(), Detection2D(results=[hypothesis])])
    talker.publish("detections", message)
    talker.acknowledge()
    assert recorder.stop() == 0
    assert "Traceback" not in recorder.read_log()
    assert [m.message for m in read_messages(tmp_path / "bag", [Detection2DArray])] == [message]


def test_broken_annotated_images_are_left_out(start, talker, tmp_path, image):
    video = tmp_path / "video.mp4"
    recorder = start("recorder", {"bag": str(tmp_path / "bag"), "video": str(video)})
    talker.publish("image_annotated", ImageMessage(encoding="bogus", height=3, width=3))
    talker.publish("image_annotated", image)
    talker.acknowledge()
    assert recorder.stop() == 0
    assert "it is left out of the video" in recorder.read_log()
    assert cv2.VideoCapture(str(video)).get(cv2.CAP_PROP_FRAME_COUNT) == 1


@pytest.mark.parametrize(
    ("images", "kind", "ending"),
    [("raw", ImageMessage, ""), ("compressed", CompressedImage, "/compressed")],
)
def test_images_are_recorded_for_people(start, talker, tmp_path, image, images, kind, ending):
    # Images may otherwise get lost, and nobody acknowledges them.
    reliable = {"qos_overrides./camera.subscription.reliability": "reliable"}
    parameters = {"bag": str(tmp_path / "bag"), "images": images, **reliable}
    recorder = start("recorder", parameters, {"image": "camera"})
    markers = MarkerArray(markers=[Marker(text="car")])
    talker.publish("markers", markers)
    talker.publish("camera", image)
    talker.publish("image_annotated", image)
    talker.acknowledge()
    assert recorder.stop() == 0
    recorded = {m.topic: m.message for m in read_messages(tmp_path / "bag", [kind, MarkerArray])}
    topics = [f"/camera{ending}", f"/image_annotated{ending}"]
    assert recorded.keys() == {"/markers", *topics}
    assert recorded["/markers"] == markers
    expected = (
        image if kind is ImageMessage else compress_image(image_from_any(image), image.header)
    )
    assert [recorded[topic] for topic in topics] == [expected] * 2


def test_compressed_images_are_recorded_as_they_are(start, talker, tmp_path, image):
    message = compress_image(image_from_any(image), image.header)
    reliable = {"qos_overrides./camera/compressed.subscription.reliability": "reliable"}
    parameters = {"bag": str(tmp_path / "bag"), "images": "compressed", **reliable}
    recorder = start("recorder", parameters, {"image": "camera"})
    talker.publish("camera/compressed", message)
    talker.acknowledge()
    assert recorder.stop() == 0
    [recorded] = read_messages(tmp_path / "bag", [CompressedImage])
    assert (recorded.topic, recorded.message) == ("/camera/compressed", message)
