import numpy as np
from std_msgs.msg import Header
from visualization_msgs.msg import Marker

from centernet_ros.conversions.markers import boxes3d_to_markers
from centernet_ros.structures import Boxes3D

COUNT = 2
BOXES = Boxes3D(
    np.zeros((COUNT, 4), np.float32),
    np.full(COUNT, 0.5, np.float32),
    np.arange(COUNT),
    np.full((COUNT, 3), 10, np.float32),
    np.array([[1.5, 1.6, 4.0]] * COUNT, np.float32),
    np.zeros(COUNT, np.float32),
    np.zeros(COUNT, np.float32),
    np.ones(COUNT, np.float32),
)


def test_old_ones_are_removed_first_and_ids_are_stable():
    header = Header(frame_id="camera")
    markers = boxes3d_to_markers(BOXES, {0: "Car"}, header).markers
    assert markers[0].action == Marker.DELETEALL
    assert [(m.ns, m.id) for m in markers[1:]] == [
        ("boxes", 0), ("labels", 0), ("boxes", 1), ("labels", 1),
    ]  # fmt: skip
    assert all(m.header == header for m in markers)
    assert markers[2].text == "Car 0.50"
    np.testing.assert_allclose(markers[1].scale.x, 4.0)


def test_no_boxes_clear_the_view():
    assert len(boxes3d_to_markers(BOXES[:0], {}, Header()).markers) == 1
