"""Targets against those that the authors' data set classes made from the same annotations."""

import json

import numpy as np
import pytest

from centernet_ros.datasets.kitti import find_ignored
from centernet_ros.geometry.affine import apply_affine, build_affine
from centernet_ros.labels import COCO_JOINT_PAIRS, KITTI_CLASSES
from training.targets import encode_ctdet, encode_ddd, encode_multi_pose
from training.targets.boxes import boxes_to_map

WIDTH, HEIGHT = 500, 375
# Of the 80 classes of COCO's 90 ids, those that the annotations have.
CLASS_OF_ID = {1: 0, 3: 2, 18: 16, 90: 79}
KITTI_NAMES = (
    *("Pedestrian", "Car", "Cyclist", "Van", "Truck", "Person_sitting", "Tram", "Misc"),
    "DontCare",
)


def read_json(reference_folder, name):
    return json.loads((reference_folder / f"{name}.json").read_text())


def read_boxes(annotations):
    boxes = np.array([a["bbox"] for a in annotations])
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def assert_equal(targets, reference_folder, name):
    reference = np.load(reference_folder / f"{name}.npz")
    assert targets.keys() == set(reference.files) - {"input"}
    for key, values in targets.items():
        expected = reference[key]
        assert values.shape == expected.shape, key
        assert values.dtype == expected.dtype, key
        assert np.allclose(values, expected, rtol=1e-5, atol=2e-5), key
        print(f"{name} {key}: {np.abs(values.astype(float) - expected).max():.1e}")


def flip_x(points):
    """Mirror x as the authors do, in pixel indices."""
    return np.stack((WIDTH - points[..., 0] - 1, points[..., 1]), -1)


def flip_boxes(boxes):
    corners = flip_x(boxes.reshape(-1, 2, 2))
    return np.concatenate((corners.min(1), corners.max(1)), 1)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("val_fix", {}),
        ("val_keep", {}),
        ("val_catspec", {"size_per_class": True}),
        ("val_densewh", {"dense": True}),
        ("train_flip", {}),
    ],
)
def test_ctdet(name, options, reference_folder):
    annotations = read_json(reference_folder, "ann_ctdet")
    boxes = read_boxes(annotations)
    centre, width, size = (WIDTH / 2, HEIGHT / 2), WIDTH, (128, 128)
    if name == "val_keep":
        width, size = 512, (96, 128)
    if name == "train_flip":
        boxes = flip_boxes(boxes)
        centre = (WIDTH - centre[0] - 1, centre[1])
    boxes = boxes_to_map(boxes, build_affine(centre, width, size), size)
    labels = np.array([CLASS_OF_ID[a["category_id"]] for a in annotations])
    assert_equal(
        encode_ctdet(boxes, labels, 80, size, **options), reference_folder, f"target_ctdet_{name}"
    )


@pytest.mark.parametrize("name", ["val_fix", "val_dense", "train_flip"])
def test_multi_pose(name, reference_folder):
    annotations = read_json(reference_folder, "ann_pose")
    boxes = read_boxes(annotations)
    keypoints = np.array([a["keypoints"] for a in annotations]).reshape(-1, 17, 3)
    points, visible = keypoints[..., :2], keypoints[..., 2] > 0
    centre, size = (WIDTH / 2, HEIGHT / 2), (128, 128)
    if name == "train_flip":
        boxes = flip_boxes(boxes)
        order = np.arange(17)
        for left, right in COCO_JOINT_PAIRS:
            order[[left, right]] = order[[right, left]]
        points, visible = flip_x(points)[:, order], visible[:, order]
        centre = (WIDTH - centre[0] - 1, centre[1])
    matrix = build_affine(centre, WIDTH, size)
    targets = encode_multi_pose(
        boxes_to_map(boxes, matrix, size),
        apply_affine(matrix, points),
        visible,
        size,
        dense="dense" in name,
    )
    assert_equal(targets, reference_folder, f"target_pose_{name}")


@pytest.mark.parametrize("name", ["val", "val_rect", "val_keep", "train_noaug", "train_aug_masks"])
def test_ddd(name, reference_folder):
    annotations = read_json(reference_folder, "ann_ddd")["anns"]
    names = [KITTI_NAMES[a["category_id"] - 1] for a in annotations]
    labels = np.array([KITTI_CLASSES.index(n) if n in KITTI_CLASSES else -1 for n in names])
    ignored = find_ignored(names, KITTI_CLASSES)
    size = (96, 320)
    matrix = build_affine((1242 / 2, 375 / 2), 1280 if "keep" in name else 1242, size)
    targets = encode_ddd(
        boxes_to_map(read_boxes(annotations), matrix, size),
        labels,
        ignored,
        np.array([a["alpha"] for a in annotations]),
        np.array([a["depth"] for a in annotations]),
        np.array([a["dim"] for a in annotations]),
        size,
        rectangles="rect" in name,
        augmented="aug_masks" in name,
    )
    # The authors know the place in space of every object, so that they have one mask for both.
    assert (targets.pop("box_mask") == targets["rot_mask"]).all()
    assert_equal(targets, reference_folder, f"target_ddd_{name}")
