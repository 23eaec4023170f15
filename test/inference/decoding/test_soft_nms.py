import numpy as np
import pytest

from centernet_ros.geometry.boxes import compute_iou
from centernet_ros.inference.decoding.merge import keep_best, merge_detections, suppress_overlaps
from centernet_ros.inference.decoding.soft_nms import MIN_SCORE, SIGMA, soft_nms
from centernet_ros.inference.options import PredictorOptions
from centernet_ros.structures import Detections, Poses


@pytest.mark.parametrize("suffix", ["", "39"])
def test_equals_the_authors(suffix, reference_folder):
    reference = np.load(reference_folder / "soft_nms.npz")
    rows = reference[f"boxes{suffix}"]
    result = soft_nms(rows[:, :4], rows[:, 4])
    found = np.column_stack((rows[result.boxes, :4], result.scores, rows[result.others, 5:]))
    key = "out" + suffix
    print(f"soft-NMS {key}: {np.abs(found - reference[key]).max():.1e}")
    assert np.allclose(found, reference[key], rtol=1e-6, atol=1e-6)
    assert result.kept == reference[f"n_keep{suffix}"]


def suppress_by_definition(boxes, scores):
    """Scores per box by the definition, 0 for those dropped."""
    scores, final = scores.astype(float), np.zeros(len(scores))
    remaining = list(range(len(scores)))
    while remaining:
        best = max(remaining, key=lambda i: scores[i])
        remaining.remove(best)
        final[best] = scores[best]
        for i in remaining:
            overlap = compute_iou(boxes[best], boxes[i], border=1)
            scores[i] *= np.exp(-(overlap**2) / SIGMA)
        remaining = [i for i in remaining if scores[i] >= MIN_SCORE]
    return final


def random_boxes(count, seed):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 60, (count, 2))
    boxes = np.column_stack((corner, corner + rng.uniform(10, 50, (count, 2))))
    return boxes.astype(np.float32), rng.uniform(0.002, 1, count).astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_kept_part_equals_the_definition(seed):
    boxes, scores = random_boxes(80, seed)
    result = soft_nms(boxes, scores)
    found = np.zeros(80)
    found[result.boxes[: result.kept]] = result.scores[: result.kept]
    assert len(set(result.boxes[: result.kept].tolist())) == result.kept
    assert np.array_equal(result.boxes[: result.kept], result.others[: result.kept])
    assert np.allclose(found, suppress_by_definition(boxes, scores), atol=1e-5)


def test_nothing_to_suppress():
    empty = Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, int))
    assert len(suppress_overlaps(empty)) == 0


def test_classes_do_not_suppress_each_other():
    boxes = np.tile(np.float32([[10, 10, 50, 50]]), (3, 1))
    detections = Detections(boxes, np.float32([0.9, 0.8, 0.7]), np.array([0, 1, 1]))
    merged = merge_detections([detections], PredictorOptions(10))
    assert merged.labels.tolist() == [0, 1, 1]
    assert np.allclose(merged.scores, [0.9, 0.8, 0.7 * np.exp(-2)])


def test_joints_follow_their_person():
    boxes, scores = random_boxes(40, 1)
    keypoints = np.repeat(boxes[:, None, :2], 3, 1)
    poses = Poses(boxes, scores, np.zeros(40, int), keypoints, np.repeat(scores[:, None], 3, 1))
    merged = merge_detections([poses, poses], PredictorOptions(100))
    assert isinstance(merged, Poses)
    assert np.array_equal(merged.keypoints[:, 0], merged.boxes[:, :2])


def test_leftovers_only_for_compatibility():
    boxes, scores = random_boxes(40, 1)
    detections = Detections(boxes, scores, np.zeros(40, int))
    correct = merge_detections([detections] * 2, PredictorOptions(1000))
    theirs = merge_detections([detections] * 2, PredictorOptions(1000, authors_compatible=True))
    assert len(theirs) == 80 > len(correct)
    assert np.all(correct.scores >= MIN_SCORE)


def test_number_of_detections():
    boxes, _ = random_boxes(6, 0)
    scores = np.float32([0.9, 0.8, 0.8, 0.8, 0.2, 0.1])
    detections = Detections(boxes, scores, np.zeros(6, int))
    assert len(keep_best(detections, PredictorOptions(3))) == 3
    # The authors keep all that tie with the last.
    ties = keep_best(detections, PredictorOptions(3, authors_compatible=True))
    assert len(ties) == 4
