"""The images with the most mistakes, as images."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.detections import box_from_message
from centernet_ros.conversions.ground_truth import BOXES, POSES
from centernet_ros.conversions.image_topics import ImageTopic
from centernet_ros.msg import HumanPoseArray
from centernet_ros.replay.bag_images import read_images
from centernet_ros.replay.draw_published import draw_found
from centernet_ros.replay.outcome import Evaluation
from centernet_ros.replay.recording import RecordedFrame, Recording
from centernet_ros.structures import Image
from centernet_ros.visualization import copy_as_bgr

COUNT, WIDTH = 6, 900
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


class WorstFrame(NamedTuple):
    """An image for the report.

    Attributes:
        caption: its name and its mistakes.
        jpeg: the image's bytes, ground truth in white below what was found.
    """

    caption: str
    jpeg: bytes


def draw_worst_frames(evaluation: Evaluation, images: ImageTopic) -> list[WorstFrame]:
    """The COUNT answered images with the most mistakes, worst first; none without their order.

    Args:
        images: what was replayed, in the order of the recorded frames.

    Raises:
        BagError, ImageError: an image cannot be read.
    """
    frames = evaluation.recording.frames
    if len(frames) != evaluation.frames["published"]:
        return []
    totals = np.zeros(len(frames), int)
    for score in evaluation.scores.values():
        totals += [mistakes.missed + mistakes.wrong for mistakes in score.mistakes]
    answered = [
        i for i in np.argsort(-totals, kind="stable") if frames[i].predictions and totals[i]
    ]
    wanted = answered[:COUNT]
    pixels = dict(read_images(images, wanted))
    return [
        WorstFrame(
            _describe(evaluation, i), _encode(draw_frame(evaluation.recording, frames[i], image))
        )
        for i, image in ((i, pixels[i]) for i in wanted if i in pixels)
    ]


def draw_frame(recording: Recording, frame: RecordedFrame, image: Image) -> np.ndarray:
    """(H, W, 3) uint8 BGR: true 2D boxes in white, and everything found that is sure."""
    canvas = copy_as_bgr(image)
    if frame.predictions.keys() == {"keypoints"}:
        gt = frame.ground_truth.get(POSES, HumanPoseArray()).poses
    else:
        gt = frame.ground_truth.get(BOXES, Detection2DArray()).detections
    for box in gt:
        corners = np.round(box_from_message(box.bbox)).astype(int).tolist()
        for colour, thickness in ((BLACK, 3), (WHITE, 1)):
            cv2.rectangle(canvas, corners[:2], corners[2:], colour, thickness)
    return draw_found(recording, frame, Image(canvas))


def _describe(evaluation: Evaluation, i: int) -> str:
    parts = [
        f"{output}: {score.mistakes[i].missed} of {score.mistakes[i].gt} missed, "
        f"{score.mistakes[i].wrong} wrong"
        for output, score in evaluation.scores.items()
    ]
    return f"{evaluation.recording.frames[i].name}: {'; '.join(parts)}"


def _encode(image: np.ndarray) -> bytes:
    scale = min(1.0, WIDTH / image.shape[1])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
