"""The exponential moving average of a network's weights over the steps of its training."""

from __future__ import annotations

from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from centernet_ros.models import CenterNet


def follow_weights(model: CenterNet, optimizer: Optimizer, decay: float) -> CenterNet:
    """A copy of a network that follows it, steadier than the weights of any one step.

    Args:
        model: in training.
        optimizer: of the network; each of its steps makes the copy's weights and norm statistics
            `decay` times what they were plus `1 - decay` times the network's.
        decay: 0..1.
    """
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)
    # Otherwise the first step replaces the copy, which may be the average of a resumed run.
    average.n_averaged += 1
    optimizer.register_step_post_hook(lambda *_: average.update_parameters(model))
    copied = average.module
    assert isinstance(copied, CenterNet)
    return copied
