import json

import numpy as np

from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.labels import COCO_CLASSES, COCO_IDS
from centernet_ros.structures import Detections, Poses

BOXES = np.array([[10.123, 20.456, 30.789, 60.0], [-5, 0, 5, 8]], np.float32)


def test_boxes():
    detections = Detections(BOXES, np.array([0.98765432, 0.5]), np.array([79, 0]))
    first, second = to_coco_results(detections, 42, COCO_IDS)
    assert first == {
        "image_id": 42,
        "category_id": 90,
        "bbox": [10.12, 20.46, 20.67, 39.54],
        "score": 0.98765,
    }
    assert second["bbox"] == [-5, 0, 10, 8]
    assert to_coco_results(detections, 42, COCO_IDS, score_decimals=2)[0]["score"] == 0.99


def test_joints():
    keypoints = np.arange(4.0).reshape(2, 1, 2)
    poses = Poses(BOXES, np.ones(2), np.zeros(2, int), keypoints, np.ones((2, 1)))
    results = to_coco_results(poses, "frame", (1,))
    assert [r["keypoints"] for r in results] == [[0, 1, 1], [2, 3, 1]]


def test_ids_of_the_classes(shared):
    path = shared / "data/coco_mini/annotations/instances_val2017.json"
    categories = json.loads(path.read_text())["categories"]
    assert [(c["id"], c["name"]) for c in categories] == list(zip(COCO_IDS, COCO_CLASSES))
