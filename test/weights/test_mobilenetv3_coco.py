"""The converted network against the published one's own outputs."""

import cv2
import numpy as np
import pytest
import torch

from centernet_ros.inference.predictor import Predictor
from centernet_ros.structures import Image


@pytest.fixture(params=[0, 1])
def reference(request, shared):
    return np.load(shared / f"reference/outputs/mobilenetv3_coco_{request.param}.npz")


@pytest.fixture
def image(reference, shared):
    return cv2.imread(str(shared / "data/coco_mini/val2017" / str(reference["file_name"])))


@pytest.fixture
def maps(published_model, image):
    rgb = cv2.resize(image, (512, 512))[..., ::-1].astype(np.float32)
    batch = torch.from_numpy(np.ascontiguousarray(rgb.transpose(2, 0, 1)))[None]
    with torch.inference_mode():
        return published_model(batch)


# The reference is stored as float16, whose spacing bounds the agreement.
def test_heat_map_equals_the_published(maps, reference):
    heatmap = maps["hm"].sigmoid()[0].permute(1, 2, 0).numpy()
    expected = reference["keypoints"]
    deviation = np.abs(heatmap - expected).max()
    print(f"heat map: deviation {deviation:.2g} at most")
    assert deviation < 2.5e-4
    assert heatmap.max() > 0.3


def test_distances_equal_the_published(maps, reference):
    distances = 4 * maps["ltrb"][0].permute(1, 2, 0).numpy()
    expected = reference["wh"].astype(np.float32)
    deviation = np.abs(distances - expected)
    relative = (deviation / np.maximum(np.abs(expected), 4)).max()
    print(f"distances: deviation {relative:.2%} of max(distance, 4 px) at most")
    assert relative < 6e-4


def test_detections_equal_the_published_in_order(published_model, image, reference):
    expected = reference["detections"]
    expected = expected[expected[:, 4] >= 0.1]
    [found] = Predictor(published_model)([Image(image)])
    found = found[: len(expected)]
    height, width = image.shape[:2]
    scale = np.array([width, height, width, height]) / 512
    np.testing.assert_array_equal(found.labels, expected[:, 5])
    np.testing.assert_allclose(found.scores, expected[:, 4], atol=1e-4)
    np.testing.assert_allclose(found.boxes, expected[:, :4] * scale, atol=0.05)


def test_batch_equals_one_by_one(published_model, image):
    predictor = Predictor(published_model)
    other = Image(np.ascontiguousarray(image[:, ::-1]))
    singles = [predictor([each])[0] for each in (Image(image), other)]
    for single, batched in zip(singles, predictor([Image(image), other])):
        np.testing.assert_array_equal(single.labels, batched.labels)
        np.testing.assert_allclose(single.boxes, batched.boxes, atol=1e-3)


def test_channel_order_of_the_image_does_not_matter(published_model, image):
    predictor = Predictor(published_model)
    [bgr] = predictor([Image(image, "bgr")])
    [rgb] = predictor([Image(np.ascontiguousarray(image[..., ::-1]), "rgb")])
    np.testing.assert_array_equal(bgr.boxes, rgb.boxes)
