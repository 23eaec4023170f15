from dataclasses import replace

import numpy as np

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.sample import read_image
from centernet_ros.io.kitti_format import parse_kitti_calibration, parse_kitti_labels
from training.scenes.frame import FOLDERS, format_calibration, make_frame, write_frame


def test_a_frame_is_the_same_each_time_and_another_for_another_seed(rig):
    first, labels, _ = make_frame(rig, 1, 5, 1)
    make_frame(rig, 2, 5, 1)
    again, same_labels, _ = make_frame(rig, 1, 5, 1)
    assert (first == again).all()
    assert labels == same_labels
    other = make_frame(rig, 2, 5, 1)
    assert (other[0] != first).any()
    assert other[1] != labels


def test_another_camera_sees_the_same_objects(rig):
    labels = parse_kitti_labels(make_frame(rig, 1, 5, 1)[1])
    wide = replace(rig, size=(160, 400), focal_length=150.0)
    others = parse_kitti_labels(make_frame(wide, 1, 5, 1)[1])
    shared = {tuple(place) for place in labels.locations} & {tuple(p) for p in others.locations}
    assert len(shared) >= 3


def test_layout_of_files_is_kittis(rig, tmp_path):
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
    image, labels, camera = make_frame(rig, 1, 5, 1)
    write_frame(tmp_path, "000005", image, labels, camera)
    (sample,) = read_kitti(tmp_path).samples
    assert (read_image(sample.path) == image).all()
    np.testing.assert_allclose(sample.annotations_3d.projection, camera.projection)
    assert (sample.labels >= 0).any()


def test_calibration_is_read_back(world):
    text = format_calibration(world.camera)
    np.testing.assert_allclose(parse_kitti_calibration(text), world.camera.projection)
