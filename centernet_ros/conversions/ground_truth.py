"""Ground truth in bags: the detector's own message types, and what data sets know beyond.

Objects of one image have the same id in all messages. Annotation adds what benchmarks ask for;
a bag without such still has its boxes and joints. Joints have score 1 where visible, 0.5 where
hidden and 0 where not annotated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.msg import Annotation, AnnotationArray, HumanPoseArray

BOXES, BOXES_3D = "ground_truth/detections", "ground_truth/detections_3d"
POSES, ANNOTATIONS = "ground_truth/keypoints", "ground_truth/annotations"
LABELS = "ground_truth/label_info"
# Topic -> type of the messages for each image.
GROUND_TRUTH_TOPICS: dict[str, type] = {
    BOXES: Detection2DArray,
    BOXES_3D: Detection3DArray,
    POSES: HumanPoseArray,
    ANNOTATIONS: AnnotationArray,
}
# Topic -> message.
Messages = Mapping[str, Any]


def set_header(message: Any, header: Header) -> None:  # noqa: ANN401
    """Give a message, and the objects in it that have one of their own, a header."""
    for part in (message, *getattr(message, "detections", ())):
        part.header = header


def annotations_by_id(messages: Messages) -> dict[str, Annotation]:
    """The annotations of an image, empty without any."""
    array = messages.get(ANNOTATIONS, AnnotationArray())
    return {annotation.id: annotation for annotation in array.annotations}
