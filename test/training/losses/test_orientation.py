import pytest
import torch

from training.losses.orientation import orientation_loss


@pytest.mark.parametrize(("smooth", "ratio"), [(False, 10), (True, 100)])
def test_small_errors_count_in_full_in_l1(smooth, ratio):
    """The angle lies in the first bin alone, whose logits say so."""
    losses = []
    for error in (0.1, 0.01):
        found = torch.tensor([[[-50.0, 50, error, 1, 50, -50, 0, 0]]])
        bins, residuals = torch.tensor([[[1, 0]]]), torch.zeros(1, 1, 2)
        losses.append(orientation_loss(found, bins, residuals, torch.ones(1, 1), True, smooth))
    assert losses[0] / losses[1] == pytest.approx(ratio, rel=0.01)
