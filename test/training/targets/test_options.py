from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from centernet_ros.datasets.sample import DataSet, Sample
from centernet_ros.models import InputSpec, ModelSpec
from training.augmentation.options import NO_AUGMENTATION
from training.data.examples import Examples
from training.targets.options import AUTHORS_LIMITS, TargetOptions


@pytest.mark.parametrize(
    ("task", "own", "most", "expected"),
    [
        ("ctdet", None, 5, 128),
        ("ctdet", None, 300, 300),
        ("ctdet", 200, 300, 200),
        ("multi_pose", None, 40, 40),
        ("ddd", None, 50, 50),
    ],
)
def test_room_for_objects(task, own, most, expected):
    assert TargetOptions(max_objects=own).make_room(task, most).max_objects == expected
    assert AUTHORS_LIMITS == {"ctdet": 128, "multi_pose": 32, "ddd": 50}


def test_objects_without_room_are_counted():
    assert TargetOptions().describe_limit([500]) == ""
    assert TargetOptions(max_objects=50).describe_limit([50, 3]) == ""
    text = TargetOptions(max_objects=50).describe_limit([60, 50, 55])
    assert (
        text == "targets.max_objects 50: 2 images have more objects, of which 15 are not learned"
    )


@pytest.fixture
def dense_data(tmp_path):
    """An image of 289 objects."""
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), np.zeros((512, 512, 3), np.uint8))
    places = np.stack(np.meshgrid(*[np.arange(17) * 30.0] * 2), -1).reshape(-1, 2)
    boxes = np.concatenate((places, places + 20), 1)
    labels = np.zeros(len(boxes), int)
    sample = Sample(path, "a", boxes, labels, labels < 0)
    return DataSet(Path("a"), ("cell",), (sample,))


@pytest.mark.parametrize(("limit", "learned"), [(None, 289), (128, 128), (500, 289)])
def test_every_object_of_a_dense_image_is_learned(dense_data, limit, learned):
    spec = ModelSpec("res_18", {"hm": 1, "wh": 2, "reg": 2}, ("cell",), InputSpec((512, 512)))
    options = replace(TargetOptions(), max_objects=limit)
    example = Examples(dense_data, spec, NO_AUGMENTATION, options)[0, 0]
    assert int(example["reg_mask"].sum()) == learned
