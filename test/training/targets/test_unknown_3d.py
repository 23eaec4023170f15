"""Objects whose place in space is not known train their class and 2D box alone."""

import numpy as np
import torch

from training.losses import compute_losses
from training.targets import encode_ddd

SIZE = (24, 32)
BOXES = np.array([[2.0, 3, 10, 9], [14, 4, 28, 20]], np.float32)


def encode(known):
    return encode_ddd(
        BOXES,
        np.array([1, 1]),
        np.zeros((2, 3), bool),
        np.array([-10.0, 0.3]),
        np.array([-1000.0, 12.0]),
        np.array([[-1.0, -1, -1], [1.5, 1.6, 3.9]]),
        SIZE,
        centres=np.array([[0.0, 0], [21, 12]]),
        known=known,
    )


def test_masks():
    targets = encode(np.array([False, True]))
    assert targets["box_mask"][:3].tolist() == [1, 1, 0]
    assert targets["rot_mask"][:3].tolist() == [0, 1, 0]
    assert targets["reg_mask"][:3].tolist() == [0, 1, 0]
    assert not targets["dep"][0].any()
    assert (targets["hm"][1] == 1).sum() == 2
    assert (targets["wh"][:2] > 0).all()


def test_no_gradient_but_that_of_class_and_box():
    targets = {
        name: torch.from_numpy(values)[None]
        for name, values in encode(np.array([False, False])).items()
    }
    channels = {"hm": 3, "dep": 1, "rot": 8, "dim": 3, "wh": 2, "reg": 2, "amodal_offset": 2}
    maps = {
        head: torch.randn(1, count, *SIZE, requires_grad=True) for head, count in channels.items()
    }
    compute_losses([maps], targets, "ddd")["loss"].backward()
    learned = {head for head, values in maps.items() if values.grad.any()}
    assert learned == {"hm", "wh", "reg"}
