import numpy as np
import torch

from centernet_ros.inference.decoding.decoded import decoded_to_arrays, scale_pixels
from centernet_ros.inference.decoding.multi_pose import decode_multi_pose
from centernet_ros.inference.decoding.to_image import poses_to_image
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.models import InputSpec

HEADS = ("hm", "wh", "hps", "reg", "hm_hp", "hp_offset")
# The reference has this many centre peaks; the rows behind them have score 0 and any place.
PEAKS = 67


def to_rows(decoded):
    return torch.cat(
        (
            decoded.boxes,
            decoded.scores.unsqueeze(-1),
            decoded.keypoints.flatten(2),
            decoded.labels.unsqueeze(-1),
        ),
        -1,
    )[:, :PEAKS].numpy()


def test_equals_the_authors(read_maps, reference):
    decoded = decode_multi_pose(read_maps("pose", *HEADS))
    assert np.array_equal(to_rows(decoded), reference["pose_dets"][:, :PEAKS])
    moved = reference["pose_dets"] != reference["pose_dets_regonly"]
    moved = moved[:, :PEAKS, 5:39].reshape(1, PEAKS, 17, 2).any(-1)
    assert np.array_equal(decoded.keypoint_scores[:, :PEAKS].numpy() > 0, moved)


def test_equals_the_authors_without_joint_maps(read_maps, reference):
    decoded = decode_multi_pose(read_maps("pose", *HEADS[:4]))
    assert np.array_equal(to_rows(decoded), reference["pose_dets_regonly"][:, :PEAKS])
    assert not decoded.keypoint_scores.any()


def test_equals_the_authors_in_the_image(read_maps, reference):
    geometry = compute_geometry((480, 640), InputSpec((256, 320)))
    decoded = scale_pixels(decode_multi_pose(read_maps("pose", *HEADS)), 4)
    (found,) = poses_to_image(decoded_to_arrays(decoded), [geometry])
    rows = np.column_stack((found.boxes, found.scores, found.keypoints.reshape(100, -1)))
    expected = reference["pose_post"][:PEAKS]
    print(f"multi_pose in the image: {np.abs(rows[:PEAKS] - expected).max():.1e}")
    assert np.allclose(rows[:PEAKS], expected, rtol=1e-6, atol=1e-5)


def test_joint_moves_to_its_peak_only_within_reach():
    maps = {
        "hm": torch.zeros(1, 1, 16, 16),
        "wh": torch.full((1, 2, 16, 16), 10.0),
        "hps": torch.zeros(1, 6, 16, 16),
        "reg": torch.zeros(1, 2, 16, 16),
        "hm_hp": torch.zeros(1, 3, 16, 16),
        "hp_offset": torch.full((1, 2, 16, 16), 0.25),
    }
    maps["hm"][0, 0, 8, 8] = 0.9
    maps["hm_hp"][0, 0, 8, 10] = 0.7  # 2 of at most 3 pixels away
    maps["hm_hp"][0, 1, 8, 12] = 0.7  # too far
    maps["hm_hp"][0, 2, 8, 10] = 0.09  # too faint
    decoded = decode_multi_pose(maps, 1)
    assert decoded.keypoints[0, 0].tolist() == [[10.25, 8.25], [8, 8], [8, 8]]
    assert torch.allclose(decoded.keypoint_scores[0, 0], torch.tensor([0.7, 0, 0]))


def test_batch_equals_one_by_one(random_maps):
    maps = random_maps(hm=2, wh=2, reg=2, hps=10, hm_hp=5, hp_offset=2)
    together = decode_multi_pose(maps, 20)
    for i in range(3):
        alone = decode_multi_pose({name: m[i : i + 1] for name, m in maps.items()}, 20)
        assert all(torch.equal(a[i], b[0]) for a, b in zip(together, alone))


def test_joints_may_have_offsets_of_their_own(random_maps):
    maps = random_maps(hm=1, wh=2, reg=2, hps=10, hm_hp=5, hp_offset=10)
    maps["wh"] = maps["wh"].abs() + 20
    for joint in range(5):
        shared = maps["hp_offset"][:, 2 * joint : 2 * joint + 2]
        expected = decode_multi_pose(maps | {"hp_offset": shared}, 20).keypoints[:, :, joint]
        found = decode_multi_pose(maps, 20).keypoints[:, :, joint]
        assert torch.equal(found, expected)
    assert decode_multi_pose(maps, 20).keypoint_scores.any()
