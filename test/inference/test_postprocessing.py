import numpy as np
import pytest

from centernet_ros.inference.postprocessing import (
    clip_to_image,
    drop_non_finite,
    filter_detections,
    find_labels,
    select_published,
)
from centernet_ros.structures import Boxes3D, Detections

DETECTIONS = Detections(
    np.array([[-5, 2, 8, 30], [20, 20, 25, 25], [3, 3, 4, 4]], np.float32),
    np.array([0.9, 0.5, 0.1], np.float32),
    np.array([0, 1, 0]),
)


def test_filter_by_score_includes_the_threshold():
    assert filter_detections(DETECTIONS, 0.5).scores.tolist() == pytest.approx([0.9, 0.5])


def test_filter_by_label():
    assert filter_detections(DETECTIONS, 0.0, {0}).labels.tolist() == [0, 0]


def test_clip_cuts_boxes_and_omits_those_outside():
    clipped = clip_to_image(DETECTIONS, (10, 15))
    assert clipped.boxes.tolist() == [[0, 2, 8, 10], [3, 3, 4, 4]]
    assert clipped.scores.tolist() == pytest.approx([0.9, 0.1])


@pytest.mark.parametrize("names", [[], [""]])
def test_no_names_are_all_classes(names):
    assert find_labels(names, ("person", "car")) is None


def test_names_are_found():
    assert find_labels(["car", ""], ("person", "car")) == {1}


def test_unknown_name_is_refused():
    with pytest.raises(ValueError, match="'horse', expected some of: person, car"):
        find_labels(["car", "horse"], ("person", "car"))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_dropped(bad):
    locations = np.ones((3, 3), np.float32)
    locations[1, 2] = bad
    boxes = Boxes3D(
        DETECTIONS.boxes,
        DETECTIONS.scores,
        DETECTIONS.labels,
        locations,
        np.ones((3, 3)),
        np.zeros(3),
        np.zeros(3),
        np.ones(3),
    )
    assert drop_non_finite(boxes).labels.tolist() == [0, 0]
    assert len(drop_non_finite(boxes[:0])) == 0


@pytest.mark.parametrize(
    ("names", "labels"), [((), [0, 1, 0]), (("", "car"), [1]), (("horse",), [])]
)
def test_what_is_published(names, labels):
    found, degenerate = select_published(DETECTIONS, (40, 40), 0.1, names, ("person", "car"))
    assert found.labels.tolist() == labels
    assert degenerate == 0


def test_degenerate_boxes_are_counted():
    found, degenerate = select_published(DETECTIONS, (10, 15), 0.3, (), ("person", "car"))
    assert found.labels.tolist() == [0]
    assert degenerate == 1
