"""Batch norms in training: calibrated, measured, frozen, or synchronized over processes."""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.distributed.nn.functional as dist
from torch import Tensor, nn


@torch.no_grad()
def calibrate_norms(model: nn.Module, batches: Iterable[Tensor]) -> None:
    """Give batch norms the statistics of some data without changing the network's function.

    Published weights whose batch norms were folded into the convolutions have norms that only add
    a bias; training with batch statistics would begin from another function.

    Args:
        model: in eval mode, changed in place.
        batches: (B, 3, H, W) inputs, at least one.
    """
    sums: dict[nn.BatchNorm2d, list[Tensor]] = {
        module: [] for module in model.modules() if isinstance(module, nn.BatchNorm2d)
    }

    def add(norm: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        values = inputs[0].double()
        sums[norm].append(torch.stack((values.mean((0, 2, 3)), (values**2).mean((0, 2, 3)))))

    hooks = [norm.register_forward_pre_hook(add) for norm in sums]
    for images in batches:
        model(images)
    for hook in hooks:
        hook.remove()
    for norm, moments in sums.items():
        if moments:
            mean, square = torch.stack(moments).mean(0)
            _move_statistics(norm, mean, (square - mean**2).clamp(min=0))


def _move_statistics(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor) -> None:
    """Replace statistics, and compensate in scale and bias."""
    running_mean, running_variance = require_statistics(norm)
    slope = norm.weight.double() / (running_variance.double() + norm.eps).sqrt()
    norm.bias.add_(slope * (mean - running_mean.double()))
    norm.weight.copy_(slope * (variance + norm.eps).sqrt())
    running_mean.copy_(mean)
    running_variance.copy_(variance)


def require_statistics(norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """The running mean and variance, which all batch norms of the networks here have."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    return norm.running_mean, norm.running_var


@torch.no_grad()
def measure_norms(model: nn.Module, batches: Iterable[Tensor]) -> None:
    """Give batch norms the mean statistics of some batches (Wu and Johnson 2021, section 3).

    Those that training leaves behind are of the last few batches, of weights that still moved,
    and of images as augmentation makes them.

    Args:
        model: changed in place; left in eval mode.
        batches: (B, 3, H, W) inputs, at least one.
    """
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all batches
    model.train()
    for images in batches:
        model(images)
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
    model.eval()


def set_norm_mode(model: nn.Module, norms: str) -> None:
    """Put a network into training mode, with its batch norms "frozen" if that is their mode."""
    model.train()
    if norms == "frozen":
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()


def synchronize_norms(model: nn.Module) -> None:
    """Let batch norms use the statistics of all processes' batches, of equal size; in place.

    PyTorch's own synchronized batch norm exists on GPUs alone.
    """
    for name, module in model.named_children():
        if type(module) is nn.BatchNorm2d:
            setattr(model, name, SynchronizedBatchNorm2d.from_norm(module))
        else:
            synchronize_norms(module)


class SynchronizedBatchNorm2d(nn.BatchNorm2d):
    """Batch norm over the batches of all processes, on any device."""

    @classmethod
    def from_norm(cls, norm: nn.BatchNorm2d) -> SynchronizedBatchNorm2d:
        """One that shares the weights and statistics of a norm."""
        synchronized = cls(norm.num_features, norm.eps, norm.momentum)
        synchronized.weight, synchronized.bias = norm.weight, norm.bias
        for name, values in norm.named_buffers():
            setattr(synchronized, name, values)
        return synchronized.train(norm.training)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same shape."""
        if not self.training:
            return super().forward(x)
        processes = torch.distributed.get_world_size()
        wide = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
        mean = dist.all_reduce(wide.mean((0, 2, 3))) / processes
        centred = wide - mean[:, None, None]
        variance = dist.all_reduce((centred**2).mean((0, 2, 3))) / processes
        count = x.numel() / x.shape[1] * processes
        self._follow_statistics(mean, variance * count / (count - 1))
        scale = self.weight / (variance + self.eps).sqrt()
        return (centred * scale[:, None, None] + self.bias[:, None, None]).to(x.dtype)

    @torch.no_grad()
    def _follow_statistics(self, mean: Tensor, variance: Tensor) -> None:
        """Move the running statistics towards a batch's, or take the mean without a momentum."""
        assert self.num_batches_tracked is not None
        self.num_batches_tracked.add_(1)
        share = self.momentum
        if share is None:
            share = 1 / float(self.num_batches_tracked)
        running_mean, running_variance = require_statistics(self)
        running_mean.lerp_(mean, share)
        running_variance.lerp_(variance, share)
