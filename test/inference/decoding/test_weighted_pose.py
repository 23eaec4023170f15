import math

import numpy as np
import pytest
import torch

from centernet_ros.inference.decoding.weighted_pose import (
    MIN_JOINT_SCORE,
    NEARNESS,
    decode_weighted_pose,
)

JOINTS = 3
COUNT = 6


def decode_by_hand(maps):
    """One image's persons, pixel by pixel as the published graph says."""
    maps = {name: values[0].numpy() for name, values in maps.items()}
    _, height, width = maps["hm"].shape
    centre = maps["hm"][0]
    peaks = [
        (value, y, x)
        for (y, x), value in np.ndenumerate(centre)
        if value == centre[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].max()
    ]
    peaks = sorted(peaks, reverse=True)[:COUNT]
    boxes, weighted = [], np.zeros((COUNT, JOINTS, height, width))
    for person, (_, y, x) in enumerate(peaks):
        cx, cy = np.array([x, y]) + maps["reg"][:, y, x]
        w, h = maps["wh"][:, y, x].clip(0)
        x1, y1, x2, y2 = box = (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)
        boxes.append(box)
        for joint in range(JOINTS):
            jx, jy = np.array([x, y]) + maps["hps"][2 * joint : 2 * joint + 2, y, x]
            for (v, u), value in np.ndenumerate(maps["hm_hp"][joint]):
                if x1 <= u < x2 and y1 <= v < y2:
                    squared = (u - jx) ** 2 + (v - jy) ** 2
                    nearness = math.exp(-squared / (NEARNESS * min(height, width)))
                    weighted[person, joint, v, u] = value * nearness
    rows = []
    for person, (value, y, x) in enumerate(peaks):
        places, scores = [], []
        for joint in range(JOINTS):
            channels = slice(2 * joint, 2 * joint + 2)
            view = weighted[person, joint]
            v, u = np.unravel_index(view.argmax(), view.shape)
            if view[v, u] > 0:
                places.append(np.array([u, v]) + maps["hp_offset"][channels, v, u])
                scores.append(weighted[:, joint, v, u].max())
            else:
                places.append(np.array([x, y]) + maps["hps"][channels, y, x])
                scores.append(0.0)
        counting = [score for score in scores if score > MIN_JOINT_SCORE]
        total = value * (np.mean(counting) if counting else 0)
        rows.append((total, boxes[person], np.array(places), scores))
    return sorted(rows, key=lambda row: -row[0])


@pytest.fixture
def maps(random_maps):
    maps = random_maps(3, hm=1, wh=2, reg=2, hps=2 * JOINTS, hm_hp=JOINTS, hp_offset=2 * JOINTS)
    # -2 to 30: some boxes have no area.
    maps["wh"] = 4 * maps["wh"] + 6
    return maps


def test_equals_the_definition(maps):
    decoded = decode_weighted_pose(maps, COUNT)
    assert 9 <= (decoded.scores > 0).sum() < decoded.scores.numel()
    for i in range(3):
        expected = decode_by_hand({name: values[i : i + 1] for name, values in maps.items()})
        scores, boxes, keypoints, keypoint_scores = map(np.array, zip(*expected))
        np.testing.assert_allclose(decoded.scores[i], scores, atol=1e-12)
        known = scores > 0  # those without a score are in any order
        np.testing.assert_allclose(decoded.boxes[i][known], boxes[known], atol=1e-12)
        np.testing.assert_allclose(decoded.keypoints[i][known], keypoints[known], atol=1e-12)
        np.testing.assert_allclose(
            decoded.keypoint_scores[i][known], keypoint_scores[known], atol=1e-12
        )


def test_batch_equals_one_by_one(maps):
    together = decode_weighted_pose(maps, COUNT)
    for i in range(3):
        alone = decode_weighted_pose({name: m[i : i + 1] for name, m in maps.items()}, COUNT)
        assert all(torch.equal(a[i], b[0]) for a, b in zip(together, alone))


def test_offset_may_be_shared_by_the_joints(maps):
    shared = maps["hp_offset"][:, :2]
    decoded = decode_weighted_pose(maps | {"hp_offset": shared}, COUNT)
    expected = decode_weighted_pose(maps | {"hp_offset": shared.repeat(1, JOINTS, 1, 1)}, COUNT)
    assert all(torch.equal(a, b) for a, b in zip(decoded, expected))


def test_joint_stays_in_the_box_and_near_its_place():
    maps = {
        "hm": torch.zeros(1, 1, 16, 16),
        "wh": torch.full((1, 2, 16, 16), 6.0),
        "reg": torch.zeros(1, 2, 16, 16),
        "hps": torch.zeros(1, 4, 16, 16),
        "hm_hp": torch.zeros(1, 2, 16, 16),
        "hp_offset": torch.full((1, 4, 16, 16), 0.25),
    }
    maps["hm"][0, 0, 8, 8] = 0.9
    maps["hm_hp"][0, 0, 8, 9] = 0.5
    maps["hm_hp"][0, 0, 8, 11] = 0.99  # just outside
    maps["hm_hp"][0, 0, 8, 6] = 0.6  # higher, yet farther
    decoded = decode_weighted_pose(maps, 1)
    assert decoded.keypoints[0, 0].tolist() == [[9.25, 8.25], [8, 8]]
    expected = 0.5 * math.exp(-1 / (NEARNESS * 16))
    assert decoded.keypoint_scores[0, 0].tolist() == pytest.approx([expected, 0])
    assert decoded.scores[0, 0].item() == pytest.approx(0.9 * expected)


def test_never_more_than_twenty_persons(maps):
    assert decode_weighted_pose(maps, 100).scores.shape == (3, 20)
