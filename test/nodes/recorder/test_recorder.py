"""The recorder as a process, by the files it leaves."""

import cv2
import pytest
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from vision_msgs.msg import (
    Detection2D,
    Detection2DArray,
    LabelInfo,
    ObjectHypothesisWithPose,
    VisionClass,
)

from centernet_ros.conversions.bag import read_messages
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
