import pytest
from vision_msgs.msg import (
    Detection2D,
    Detection2DArray,
    Detection3D,
    Detection3DArray,
    ObjectHypothesis,
    ObjectHypothesisWithPose,
)

from centernet_ros.conversions.class_ids import name_classes, number_classes

NAMES = {0: "person", 7: "traffic light"}


def make_message(kind, *class_ids):
    array, one = {2: (Detection2DArray, Detection2D), 3: (Detection3DArray, Detection3D)}[kind]
    return array(
        detections=[
            one(results=[ObjectHypothesisWithPose(hypothesis=ObjectHypothesis(class_id=class_id))])
            for class_id in class_ids
        ]
    )


@pytest.mark.parametrize("kind", [2, 3])
def test_numbers_become_names_and_numbers_again(kind):
    message = make_message(kind, "7", "0")
    name_classes(message, NAMES)
    assert message == make_message(kind, "traffic light", "person")
    number_classes(message, NAMES)
    assert message == make_message(kind, "7", "0")


def test_detections_without_a_class_stay_without():
    message = Detection2DArray(detections=[Detection2D()])
    name_classes(message, NAMES)
    number_classes(message, NAMES)
    assert message == Detection2DArray(detections=[Detection2D()])


def test_a_name_of_no_class_is_refused():
    with pytest.raises(ValueError, match="class_id 'tram', expected a number or one of the 2"):
        number_classes(make_message(2, "person", "tram"), NAMES)
