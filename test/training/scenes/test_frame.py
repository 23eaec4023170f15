from dataclasses import replace

import numpy as np

from centernet_ros.datasets.kitti import FOLDERS, read_kitti
from centernet_ros.datasets.sample import read_image
from centernet_ros.io.kitti_format import parse_kitti_calibration, parse_kitti_labels
from training.scenes.frame import format_calibration, make_frame, write_frame


def test_a_frame_is_the_same_each_time_and_another_for_another_seed(rig):
    first = make_frame(rig, 1, 5, 1)
    make_frame(rig, 2, 5, 1)
    again = make_frame(rig, 1, 5, 1)
    assert (first.image == again.image).all()
    assert first.labels == again.labels
    other = make_frame(rig, 2, 5, 1)
    assert (other.image != first.image).any()
    assert other.labels != first.labels


def test_another_camera_sees_the_same_objects(rig):
    labels = parse_kitti_labels(make_frame(rig, 1, 5, 1).labels)
    wide = replace(rig, size=(160, 400), focal_length=150.0)
    others = parse_kitti_labels(make_frame(wide, 1, 5, 1).labels)
    shared = {tuple(place) for place in labels.locations} & {tuple(p) for p in others.locations}
    assert len(shared) >= 3


def test_layout_of_files_is_kittis(rig, tmp_path):
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
    frame = make_frame(rig, 1, 5, 1)
    write_frame(tmp_path, "000005", frame)
    (sample,) = read_kitti(tmp_path).samples
    assert (read_image(sample.path) == frame.image).all()
    np.testing.assert_allclose(sample.annotations_3d.projection, frame.camera.projection)
    assert (sample.labels >= 0).any()


def test_calibration_is_read_back(world):
    text = format_calibration(world.camera)
    np.testing.assert_allclose(parse_kitti_calibration(text), world.camera.projection)
