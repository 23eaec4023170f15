"""Deformable convolution against what the device's memory and arithmetic allow."""

from __future__ import annotations

import torch

from benchmarks.gpu_clock import measure_in_turns, record
from centernet_ros.models.deform_conv import TAPS, ModulatedDeformConv

# Channels in and out, and side of the map: the three layers of resdcn_18 at 512x512.
LAYERS = ((512, 256, 16), (256, 128, 32), (128, 64, 64))
BATCH = 8
MATRIX, BYTES = 4096, 2**28


@torch.inference_mode()
def measure_deform_conv(device: torch.device, repetitions: int) -> list[dict[str, object]]:
    """A row for each layer: milliseconds, and the floor of its bytes and operations.

    Every input, weight and output passes through memory once, and every tap of every channel is
    one product and one sum, at the speeds that a copy and a matrix product reach here.
    """
    dtype = torch.float16 if device.type == "cuda" else torch.float32
    bandwidth, speed = measure_limits(device, dtype, repetitions)
    rows: list[dict[str, object]] = []
    for channels, filters, side in LAYERS:
        layer = ModulatedDeformConv(channels, filters).to(device, dtype)
        torch.nn.init.normal_(layer.conv_offset_mask.weight, std=0.01)
        images = torch.randn(BATCH, channels, side, side, device=device, dtype=dtype)
        images = images.contiguous(memory_format=torch.channels_last)
        run = record(lambda layer=layer, images=images: layer(images), device)  # type: ignore[misc]
        seconds = measure_in_turns({"layer": run}, device, repetitions)["layer"]
        pixels = BATCH * side**2
        weights = sum(values.numel() for values in layer.parameters())
        moved = (pixels * (channels + filters) + weights) * images.element_size()
        operations = 2 * pixels * TAPS * channels * (filters + 3 * TAPS)
        floor = max(moved / bandwidth, operations / speed)
        rows.append(
            {
                "layer": f"{channels} to {filters} channels at {side}x{side}, batch {BATCH}",
                "ms": 1e3 * seconds,
                "floor_ms": 1e3 * floor,
                "times_floor": seconds / floor,
            }
        )
    return rows


def measure_limits(
    device: torch.device, dtype: torch.dtype, repetitions: int
) -> tuple[float, float]:
    """Bytes per second of a copy, and operations per second of a matrix product."""
    source = torch.zeros(BYTES, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    matrix = torch.randn(MATRIX, MATRIX, device=device, dtype=dtype)
    seconds = measure_in_turns(
        {"copy": lambda: target.copy_(source), "product": lambda: matrix @ matrix},
        device,
        repetitions,
    )
    return 2 * BYTES / seconds["copy"], 2 * MATRIX**3 / seconds["product"]
