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
    slope = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
    norm.bias += slope * (mean - norm.running_mean.double())
    norm.weight.copy_(slope * (variance + norm.eps).sqrt())
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)


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
    for module in model.modules():
        if type(module) is nn.BatchNorm2d:
            module.__class__ = SynchronizedBatchNorm2d


class SynchronizedBatchNorm2d(nn.BatchNorm2d):
    """Batch norm over the batches of all processes, on any device."""

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
        with torch.no_grad():
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * count / (count - 1), self.momentum)
        scale = self.weight / (variance + self.eps).sqrt()
        return (centred * scale[:, None, None] + self.bias[:, None, None]).to(x.dtype)
