import math

import pytest
import torch

from training.losses import LossOptions, compute_losses

OPTIONS = LossOptions(normalizer="num_objects")
TARGETS = {
    "ind": torch.tensor([[3, 9, 0, 0]]),
    "box_mask": torch.tensor([[1, 1, 0, 0]], dtype=torch.uint8),
    "rot_mask": torch.tensor([[1, 1, 0, 0]], dtype=torch.uint8),
    "reg_mask": torch.tensor([[1, 1, 0, 0]], dtype=torch.uint8),
    "dep": torch.tensor([[[10.0], [40.0], [0.0], [0.0]]]),
}


def make_maps(depths=(11.0, 36.0), scales=(0.1, 0.1)):
    maps = {"dep": torch.zeros(1, 1, 4, 4), "dep_uncertainty": torch.full((1, 1, 4, 4), 9.0)}
    maps["dep"].view(-1)[[3, 9]] = -torch.log(torch.tensor(depths))
    maps["dep_uncertainty"].view(-1)[[3, 9]] = torch.log(torch.tensor(scales))
    return maps


def test_value():
    """Both depths are off by a tenth."""
    loss = compute_losses([make_maps()], TARGETS, "ddd", OPTIONS)["dep_uncertainty"]
    assert loss.item() == pytest.approx(1 + math.log(0.1), rel=1e-3)


def test_least_where_the_scale_is_the_error():
    losses = [
        compute_losses([make_maps(scales=(scale, scale))], TARGETS, "ddd", OPTIONS)
        for scale in (0.05, 0.1, 0.2)
    ]
    below, equal, above = (loss["dep_uncertainty"].item() for loss in losses)
    assert equal < min(below, above)


def test_depths_learn_by_how_certain_they_are():
    maps = make_maps(depths=(11.0, 44.0), scales=(0.05, 0.2))
    maps["dep"].requires_grad_()
    compute_losses([maps], TARGETS, "ddd", OPTIONS)["dep_uncertainty"].backward()
    near, far = maps["dep"].grad.view(-1)[[3, 9]].abs().tolist()
    assert near == pytest.approx(4 * far, rel=0.01)
    assert maps["dep"].grad.count_nonzero() == 2


def test_scaled_images_teach_no_uncertainty():
    targets = TARGETS | {"reg_mask": torch.zeros(1, 4, dtype=torch.uint8)}
    assert compute_losses([make_maps()], targets, "ddd", OPTIONS)["dep_uncertainty"] == 0
