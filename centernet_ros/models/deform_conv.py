"""Modulated deformable convolution (Zhu et al., "Deformable ConvNets v2", 2018).

The deformable layers of the paper's ResNet and DLA networks (paper section 5, appendix A).
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TAPS = 9


class ModulatedDeformConv(nn.Conv2d):
    """A 3x3 convolution of stride 1 whose taps are moved and weighted per output pixel.

    For tap k (row-major) channels 2k and 2k + 1 of `conv_offset_mask` are dy and dx in pixels,
    and channel 18 + k is the logit of its weight. A new layer is half an ordinary convolution.
    """

    bias: nn.Parameter  # always there

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 3, padding=1)
        self.conv_offset_mask = nn.Conv2d(in_channels, 3 * TAPS, 3, padding=1)
        bound = 1 / (TAPS * in_channels) ** 0.5
        nn.init.uniform_(self.weight, -bound, bound)
        for parameter in (self.bias, *self.conv_offset_mask.parameters()):
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, out_channels, H, W)."""
        offset, mask = self.conv_offset_mask(x).split((2 * TAPS, TAPS), 1)
        mask = mask.sigmoid()
        if torch.onnx.is_in_onnx_export():
            return self._export(x, offset, mask)
        if x.is_cuda and (operator := find_torchvision_operator()):
            # It computes places in the type of its input, and half precision has too few digits
            # for those of a wide image.
            inputs = (x, offset, self.weight, self.bias)
            wide = operator(*map(widen, inputs), padding=1, mask=widen(mask))
            return wide.to(offset.dtype)
        return deform_conv(x, offset, mask, self.weight, self.bias)

    def _export(self, x: Tensor, offset: Tensor, mask: Tensor) -> Tensor:
        """ONNX's own operator, as which runtimes are faster than the sums below."""
        batch, _, height, width = x.shape
        return torch.onnx.ops.symbolic(
            "DeformConv",
            (x, self.weight, offset, self.bias, mask),
            {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]},
            dtype=x.dtype,
            shape=(batch, self.out_channels, height, width),
            version=19,
        )


def deform_conv(x: Tensor, offset: Tensor, mask: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Modulated deformable 3x3 convolution with padding 1, differentiable in every argument.

    The weights are applied first, at every input pixel and tap; each output pixel is then one
    weighted sum over 9 taps x 4 neighbours, which PyTorch has as `embedding_bag`.

    Args:
        x: (B, C, H, W).
        offset: (B, 18, H, W) dy and dx of each tap in pixels.
        mask: (B, 9, H, W) weight of each tap.
        weight: (D, C, 3, 3).
        bias: (D,).

    Returns:
        (B, D, H, W).
    """
    batch, channels, height, width = x.shape
    per_tap = weight.permute(1, 2, 3, 0).reshape(channels, -1)
    products = (x.permute(0, 2, 3, 1).reshape(-1, channels) @ per_tap).view(-1, weight.shape[0])
    rows, factors = _find_neighbours(widen(offset), widen(mask))
    total = F.embedding_bag(
        rows, products, mode="sum", per_sample_weights=factors.to(products.dtype)
    )
    return (total + bias.to(total.dtype)).view(batch, height, width, -1).permute(0, 3, 1, 2)


def widen(values: Tensor) -> Tensor:
    """Values in float32 at least: half precision cannot tell pixels of wide images apart."""
    return values.float() if values.dtype in (torch.float16, torch.bfloat16) else values


def _find_neighbours(offset: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """The four pixels about each tap's place.

    Returns:
        (B H W, 36) int64 rows of the (B H W 9, D) products, and (B H W, 36) their factors, which
        are zero outside the image.
    """
    batch, _, height, width = mask.shape
    device = mask.device
    image = torch.arange(batch, device=device).view(-1, 1, 1, 1)
    tap = torch.arange(TAPS, device=device)
    row = torch.arange(height, device=device).view(-1, 1, 1) + tap // 3 - 1
    column = torch.arange(width, device=device).view(-1, 1) + tap % 3 - 1
    dy, dx = offset.permute(0, 2, 3, 1).unflatten(-1, (TAPS, 2)).unbind(-1)
    y, x = row + dy, column + dx
    top, left = y.detach().floor(), x.detach().floor()
    mask = mask.permute(0, 2, 3, 1)

    rows, factors = [], []
    for down in (0, 1):
        for right in (0, 1):
            near_y, near_x = top + down, left + right
            inside = (near_y >= 0) & (near_y < height) & (near_x >= 0) & (near_x < width)
            bilinear = (1 - (y - near_y).abs()) * (1 - (x - near_x).abs())
            factors.append(mask * bilinear * inside)
            pixel = near_y.clamp(0, height - 1).long() * width + near_x.clamp(0, width - 1).long()
            rows.append((image * (height * width) + pixel) * TAPS + tap)
    return torch.cat(rows, -1).view(-1, 4 * TAPS), torch.cat(factors, -1).view(-1, 4 * TAPS)


@functools.cache
def find_torchvision_operator() -> Callable[..., Tensor] | None:
    """The operator of torchvision where that is installed and fits this PyTorch, else None."""
    try:
        from torchvision.ops import deform_conv2d
    except (ImportError, RuntimeError):  # a build for another PyTorch fails in either way
        return None
    return deform_conv2d
