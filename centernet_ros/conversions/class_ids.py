"""The class_id of vision_msgs: the label as a decimal number <-> the name of the class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from vision_msgs.msg import Detection2DArray, Detection3DArray, ObjectHypothesis

DetectionArray: TypeAlias = "Detection2DArray | Detection3DArray"


def name_classes(message: DetectionArray, names: Mapping[int, str]) -> None:
    """Replace the numbers in a message by names, in place.

    Args:
        message: with labels as decimal numbers.
        names: of the classes, by label.
    """
    for hypothesis in _iterate_hypotheses(message):
        hypothesis.class_id = names[int(hypothesis.class_id)]


def number_classes(message: DetectionArray, names: Mapping[int, str]) -> None:
    """Replace the names in a message by numbers, in place; numbers stay.

    Args:
        message: with names or decimal numbers.
        names: of the classes, by label, as a LabelInfo has them.

    Raises:
        ValueError: a class_id is neither a number nor one of the names.
    """
    labels = {name: label for label, name in names.items()}
    for hypothesis in _iterate_hypotheses(message):
        class_id = hypothesis.class_id
        if class_id in labels:
            hypothesis.class_id = str(labels[class_id])
        elif not class_id.isdecimal():
            raise ValueError(
                f"class_id {class_id!r}, expected a number or one of the {len(labels)} names of "
                "the LabelInfo"
            )


def _iterate_hypotheses(message: DetectionArray) -> Iterator[ObjectHypothesis]:
    return (result.hypothesis for found in message.detections for result in found.results)
