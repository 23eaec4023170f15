import numpy as np
import pytest

from centernet_ros.geometry.angles import rotation_y_to_alpha
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from centernet_ros.io.kitti_format import (
    format_kitti_results,
    parse_kitti_calibration,
    parse_kitti_labels,
)
from centernet_ros.structures import Boxes3D

BOXES = Boxes3D(
    boxes=np.array([[10.0, 20.5, 30.25, 40.0]]),
    scores=np.array([0.876]),
    labels=np.array([1]),
    locations=np.array([[1.5, 1.6, 20.126]]),
    dimensions=np.array([[1.5, 1.6, 3.9]]),
    rotations_y=np.array([-1.57]),
    alphas=np.array([-1.64]),
    depth_deviations=np.array([1.5]),
)
LINE = "Car 0.0 0 -1.64 10.00 20.50 30.25 40.00 1.50 1.60 3.90 1.50 1.60 20.13 -1.57 0.88"


def test_results():
    text = format_kitti_results(BOXES, ("Pedestrian", "Car"))
    assert text == LINE + "\n"
    assert format_kitti_results(BOXES[:0], ("Pedestrian", "Car")) == ""


def test_results_read_back_as_labels():
    labels = parse_kitti_labels(LINE.rpartition(" ")[0])
    assert labels.names == ("Car",)
    assert np.allclose(labels.boxes, BOXES.boxes)
    assert np.allclose(labels.locations, BOXES.locations, atol=0.01)
    assert np.allclose((labels.alphas, labels.rotations_y), [[-1.64], [-1.57]])


@pytest.mark.parametrize("text", ["", "\n"])
def test_no_objects(text):
    assert parse_kitti_labels(text).boxes.shape == (0, 4)


def test_broken_files():
    with pytest.raises(ValueError, match="line 2 has 3 fields, expected 15"):
        parse_kitti_labels(f"{LINE.rpartition(' ')[0]}\nCar 0 0")
    with pytest.raises(ValueError, match="no line 'P2:'"):
        parse_kitti_calibration("P0: 1 2 3")


def test_real_labels_agree_with_their_cameras(shared):
    """Angles and corners of unoccluded cars fit the annotated boxes, in the frames' own units."""
    folder = shared / "data/kitti/training"
    angles, overlaps = [], []
    for path in sorted((folder / "label_2").iterdir()):
        projection = parse_kitti_calibration((folder / "calib" / path.name).read_text())
        labels = parse_kitti_labels(path.read_text())
        near = [i for i, name in enumerate(labels.names) if name == "Car"]
        columns = project(labels.locations[near], projection)[:, 0]
        found = rotation_y_to_alpha(labels.rotations_y[near], columns, projection)
        angles += np.abs(np.exp(1j * found) - np.exp(1j * labels.alphas[near])).tolist()
        for i in near:
            corners = compute_corners(
                labels.dimensions[i], labels.locations[i], labels.rotations_y[i]
            )
            if corners[:, 2].min() > 1:
                pixels = project(corners, projection)
                left, right = pixels[:, 0].min(), pixels[:, 0].max()
                x1, _, x2, _ = labels.boxes[i]
                shared_width = min(right, x2) - max(left, x1)
                overlaps.append(shared_width / (max(right, x2) - min(left, x1)))
    assert len(angles) > 50
    assert np.median(angles) < 0.02
    assert np.median(overlaps) > 0.9
