"""A recording by hand as a video."""

import cv2
import numpy as np
import pytest
from std_msgs.msg import Header

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.camera_info import rectified_camera_info
from centernet_ros.conversions.detections3d import boxes3d_to_message
from centernet_ros.conversions.image import image_to_message
from centernet_ros.conversions.image_topics import find_image_topic
from centernet_ros.replay.annotated_video import write_annotated_video
from centernet_ros.replay.data_set_bag import make_header
from centernet_ros.replay.outcome import Evaluation
from centernet_ros.replay.recording import RecordedFrame, Recording
from centernet_ros.replay.score import CONFIDENCE_THRESHOLD
from centernet_ros.structures import Boxes3D, Image

SIZE = (120, 320)
PROJECTION = np.array([[200.0, 0, 160, 0], [0, 200, 60, 0], [0, 0, 1, 0]])
# What colours stay after a lossy video.
TOLERANCE = 60


@pytest.fixture
def bag(tmp_path):
    """Three grey images, four a second."""
    with BagWriter(tmp_path / "images") as writer:
        for i in range(3):
            stamp = (i + 4) * 250_000_000
            image = Image(np.full((*SIZE, 3), 90, np.uint8))
            writer.write("/image", image_to_message(image, make_header(stamp)), stamp)
    return tmp_path / "images"


def evaluate(scores, frames=3):
    """Frames with a car 12 m ahead, of each score; None is not answered."""
    recorded = []
    for i, score in enumerate(scores):
        frame = RecordedFrame(i, camera_info=rectified_camera_info(PROJECTION, *SIZE))
        if score is not None:
            car = Boxes3D(
                np.zeros((1, 4)), np.array([score]), np.array([1]), np.array([[0, 1.6, 12.0]]),
                np.array([[1.5, 1.8, 4.0]]), np.zeros(1), np.zeros(1), np.ones(1),
            )  # fmt: skip
            frame.predictions["detections_3d"] = boxes3d_to_message(car, Header())
        recorded.append(frame)
    recording = Recording(recorded, {}, {"detections_3d": {1: "Car"}}, 0.01)
    return Evaluation(recording, "", ["detections_3d"], {"published": frames}, {}, {}, [], {})


def read_video(path):
    video = cv2.VideoCapture(str(path))
    frames = []
    while (frame := video.read())[0]:
        frames.append(frame[1].astype(int))
    return frames, video.get(cv2.CAP_PROP_FPS)


def test_every_image_is_there_and_what_is_sure_is_drawn(bag, tmp_path):
    write_annotated_video(
        evaluate([CONFIDENCE_THRESHOLD + 0.1, CONFIDENCE_THRESHOLD - 0.1, None]),
        find_image_topic(bag),
        tmp_path / "video.mp4",
    )
    (sure, unsure, unanswered), rate = read_video(tmp_path / "video.mp4")
    assert rate == 4
    changed = [np.abs(frame - 90).max(-1) > TOLERANCE for frame in (sure, unsure, unanswered)]
    # The inset is the upper right quarter; below it and left of it is the image's own.
    inset = slice(0, SIZE[0] // 2), slice(SIZE[1] - SIZE[0] // 2, None)
    outside = np.ones(SIZE, bool)
    outside[inset] = False
    rows, columns = np.nonzero(changed[0] & outside)
    # From the label above the near upper edge to the near lower edge, 11.1 m away.
    assert rows.max() == pytest.approx(60 + 200 * 1.6 / 11.1, abs=3)
    assert columns.min() == pytest.approx(160 - 200 * 2.0 / 11.1, abs=3)
    assert not (changed[1] & outside).any()
    assert not changed[2].any()
    assert (np.abs(sure - unsure).max(-1)[inset] > TOLERANCE).any()


def test_images_without_recorded_frames_are_said(bag, tmp_path):
    with pytest.raises(ValueError, match=r"video.mp4: no video, as 2 of 3 images were recorded"):
        write_annotated_video(evaluate([0.9, 0.9]), find_image_topic(bag), tmp_path / "video.mp4")
