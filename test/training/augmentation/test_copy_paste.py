from dataclasses import replace

import cv2
import numpy as np
import pytest

from centernet_ros.datasets.sample import Annotations3D, Sample
from centernet_ros.geometry.boxes3d import compute_corners
from centernet_ros.geometry.projection import project
from training.augmentation.copy_paste import paste_objects
from training.augmentation.placement import find_extent

PROJECTION = np.array([[700.0, 0, 600, 0], [0, 700, 180, 0], [0, 0, 1, 0]])
SIZE = (370, 1200)


def make_sample(path, *cars):
    """Cars x, z and alpha on flat ground, as uniform blocks in the hull of their 3D boxes."""
    locations = np.array([(x, 1.65, z) for x, z, _ in cars]).reshape(-1, 3)
    count = len(cars)
    annotations_3d = Annotations3D(
        ignored=np.zeros((count, 3), bool),
        alphas=np.array([alpha for *_, alpha in cars]),
        locations=locations,
        dimensions=np.tile((1.5, 1.6, 4.0), (count, 1)),
        projection=PROJECTION,
        fully_visible=np.ones(count, bool),
    )
    sample = Sample(
        path, path.stem, np.zeros((count, 4)), np.ones(count, int), np.zeros(count, bool)
    )
    sample = replace(sample, annotations_3d=annotations_3d)
    boxes = [find_extent(sample, i, locations[i], PROJECTION) for i in range(count)]
    sample = replace(sample, boxes=np.array(boxes).reshape(-1, 4))
    pixels = np.full((*SIZE, 3), 60, np.uint8)
    for i in np.argsort(-locations[:, 2]):
        corners = project(find_corners(sample, i), PROJECTION)
        cv2.fillConvexPoly(
            pixels, cv2.convexHull(corners.astype(np.float32)).astype(int), (255,) * 3
        )
    cv2.imwrite(str(path), pixels)
    return sample


def find_corners(sample, row):
    x, _, z = sample.annotations_3d.locations[row]
    heading = sample.annotations_3d.alphas[row] + np.arctan2(x, z)
    return compute_corners(
        sample.annotations_3d.dimensions[row], sample.annotations_3d.locations[row], heading
    )


@pytest.fixture
def paste_source(tmp_path):
    return make_sample(tmp_path / "paste_source.png", (4, 18, 0.7))


def paste(sample, paste_sources, most, seed):
    pixels = np.full((*SIZE, 3), 60, np.uint8)
    return pixels, paste_objects(pixels, sample, paste_sources, most, np.random.default_rng(seed))


def test_what_is_pasted_lies_in_its_projected_3d_box(tmp_path, paste_source):
    empty = make_sample(tmp_path / "far.png", (-5, 50, 1.5))
    depths = []
    for seed in range(12):
        pixels, pasted = paste(empty, [paste_source], 1, seed)
        if len(pasted.boxes) == 1:
            assert (pixels == 60).all()
            continue
        assert pasted.labels.tolist() == [pasted.labels[0], 1]
        assert pasted.annotations_3d.alphas[1] == 0.7
        assert pasted.annotations_3d.locations[1, 1] == 1.65
        # The camera, the pasted object and the one behind it are in line.
        corners = project(find_corners(pasted, 1), PROJECTION)
        expected = np.concatenate((corners.min(0), corners.max(0)))
        assert pasted.boxes[1] == pytest.approx(expected, abs=1)
        ys, xs = np.nonzero(pixels.max(2) > 150)
        drawn = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
        # Soft edges and rounded corners.
        assert drawn == pytest.approx(expected, abs=3)
        depths.append(pasted.annotations_3d.depths[1])
    assert len(depths) > 3
    assert min(depths) >= 18 / 1.5
    assert max(depths) < 50
    assert max(depths) - min(depths) > 5


def test_the_observation_angle_and_the_size_stay(tmp_path, paste_source):
    empty = make_sample(tmp_path / "far.png", (0, 40, 1.5))
    _, pasted = paste(empty, [paste_source], 4, 1)
    count = len(pasted.boxes) - 1
    assert count
    assert (pasted.annotations_3d.alphas[1:] == 0.7).all()
    assert (pasted.annotations_3d.dimensions[1:] == paste_source.annotations_3d.dimensions).all()
    for name in ("ignored", "alphas", "locations", "dimensions", "fully_visible", "known"):
        assert len(getattr(pasted.annotations_3d, name)) == len(pasted.labels) == count + 1
    again = paste(empty, [paste_source], 4, 1)[1]
    assert (again.boxes == pasted.boxes).all()


def test_nothing_is_pasted_into_what_is_nearer(tmp_path, paste_source):
    """A car between the camera and the free ray's end hides all places behind it."""
    blocked = make_sample(tmp_path / "near.png", (0, 60, 1.5), (0, 6, 0))
    blocked.annotations_3d.fully_visible[1] = False
    for seed in range(10):
        pixels, pasted = paste(blocked, [paste_source], 3, seed)
        assert len(pasted.boxes) == 2
        assert (pixels == 60).all()


def test_hidden_objects_belong_to_no_class(tmp_path, paste_source):
    hidden = 0
    row_of_cars = make_sample(tmp_path / "far.png", (0, 45, 1.5), (-9, 45, 1.5))
    for seed in range(12):
        _, pasted = paste(row_of_cars, [paste_source], 1, seed)
        for i in range(2):
            box, over = pasted.boxes[i], pasted.boxes[-1]
            low, high = np.maximum(box[:2], over[:2]), np.minimum(box[2:], over[2:])
            share = (high - low).clip(0).prod() / (box[2:] - box[:2]).prod()
            gone = len(pasted.boxes) > 2 and share > 0.6
            assert (pasted.labels[i] == -1) == gone
            assert pasted.annotations_3d.ignored[i].all() == gone
            hidden += gone
    assert hidden


def test_without_places_or_objects_nothing_changes(tmp_path, paste_source):
    nothing = make_sample(tmp_path / "none.png")
    assert paste(nothing, [paste_source], 5, 0)[1] is nothing
    assert paste(paste_source, [nothing], 5, 0)[1] is paste_source


@pytest.mark.filterwarnings("error")
def test_boxes_without_area_are_not_hidden(tmp_path, paste_source):
    sample = make_sample(tmp_path / "far.png", (0, 45, 1.5), (-9, 45, 1.5))
    sample.boxes[1, 2] = sample.boxes[1, 0]
    counts = set()
    for seed in range(4):
        _, pasted = paste(sample, [paste_source], 1, seed)
        counts.add(len(pasted.boxes))
        assert pasted.labels[1] == sample.labels[1]
    assert counts != {2}
