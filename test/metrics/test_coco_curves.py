import numpy as np
import pytest

from centernet_ros.metrics.coco_ap import make_coco, name_figures, run_evaluation
from centernet_ros.metrics.coco_curves import average_by_class, average_curves
from centernet_ros.metrics.mistakes import Mistakes, count_coco_mistakes

NAMES = {0: "person", 1: "car", 2: "boat"}


def annotate(image_id, category_id, *box, crowd=0):
    area = box[2] * box[3]
    return {
        "image_id": image_id, "category_id": category_id, "bbox": list(box), "area": area,
        "iscrowd": crowd,
    }  # fmt: skip


def find(image_id, category_id, score, *box):
    return {
        "image_id": image_id, "category_id": category_id, "bbox": list(box), "score": score,
    }  # fmt: skip


@pytest.fixture
def evaluation():
    """Both persons of image 0 are found, of image 1 none; the car with a double."""
    gt = [
        annotate(0, 0, 0, 0, 50, 50),
        annotate(0, 0, 100, 0, 50, 50),
        annotate(1, 0, 0, 0, 50, 50),
        annotate(1, 0, 100, 100, 90, 90, crowd=1),
        annotate(1, 1, 200, 0, 60, 60),
    ]
    predictions = [
        find(0, 0, 0.9, 0, 0, 50, 50),
        find(0, 0, 0.8, 100, 0, 50, 50),
        find(1, 0, 0.7, 110, 110, 20, 20),
        find(1, 1, 0.9, 200, 0, 60, 60),
        find(1, 1, 0.6, 201, 1, 60, 60),
        find(1, 1, 0.1, 0, 0, 9, 9),
    ]
    return run_evaluation(make_coco(range(3), gt, NAMES), predictions, "bbox")


def test_classes(evaluation):
    rows = average_by_class(evaluation)
    assert rows["person"] == {
        "AP": pytest.approx(67 / 101),
        "AP50": pytest.approx(67 / 101),
        "objects": 3,
    }
    assert rows["car"]["AP"] == pytest.approx(1)
    assert rows.keys() == {"person", "car"}
    mean = np.mean([row["AP"] for row in rows.values()])
    assert name_figures(evaluation)["AP"] == pytest.approx(mean)


def test_curves(evaluation):
    recall, precision = average_curves(evaluation)["0.50"]
    assert len(recall) == len(precision) == 101
    assert precision[[0, -1]] == pytest.approx([1, 0.5])


def test_mistakes_of_each_image(evaluation):
    assert count_coco_mistakes(evaluation, 0.3) == {
        0: Mistakes(gt=2, missed=0, wrong=0),
        1: Mistakes(gt=2, missed=1, wrong=1),
        2: Mistakes(gt=0, missed=0, wrong=0),
    }


def test_nothing_found_and_nothing_there():
    evaluation = run_evaluation(make_coco(range(2), [], NAMES), [], "bbox")
    assert average_by_class(evaluation) == {}
    assert average_curves(evaluation) == {}
    gt = [annotate(0, 0, 0, 0, 50, 50)]
    evaluation = run_evaluation(make_coco(range(2), gt, NAMES), [], "bbox")
    assert name_figures(evaluation)["AP"] == 0
    assert count_coco_mistakes(evaluation, 0.3)[0] == Mistakes(1, 1, 0)
