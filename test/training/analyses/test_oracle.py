import numpy as np
import torch

from training.analyses.oracle import fill_joint_offsets
from training.targets import encode_multi_pose


def test_joints_take_the_offsets_of_their_own_kind():
    boxes = np.array([[0.0, 0, 8, 8], [8, 0, 16, 8]], np.float32)
    points = np.array([[[2.25, 2.5], [2.75, 2.0]], [[12.5, 3.25], [13.0, 3.0]]])
    visible = np.array([[True, False], [True, False]])
    targets = encode_multi_pose(boxes, points, visible, (8, 16))
    filled = fill_joint_offsets(targets)
    assert filled.shape == (1, 4, 8, 16)
    assert filled[0, :2, 2, 2].tolist() == filled[0, :2, 7, 4].tolist() == [0.25, 0.5]
    assert filled[0, :2, 3, 12].tolist() == [0.5, 0.25]
    assert torch.equal(filled[0, 2:], torch.zeros(2, 8, 16))
