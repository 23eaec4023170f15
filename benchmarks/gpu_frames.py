"""Whole frames on a GPU: eager PyTorch in float32, CUDA graphs in float16, the network alone."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import torch

from benchmarks.gpu_clock import measure_in_turns, record
from benchmarks.models import build_model
from centernet_ros.inference.backends.create import create_backend
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.backends.torch_backend import move_to
from centernet_ros.inference.options import DecodingOptions


@torch.inference_mode()
def measure_gpu_frames(
    name: str, batch: int, device: torch.device, repetitions: int
) -> dict[str, object]:
    """One row: milliseconds of each way, their ratio, and the share outside the network.

    Args:
        name: of the network, as of `build_model`.
        batch: images at a time.
        device: on a CPU there are no CUDA graphs; eager PyTorch stands in their row.
        repetitions: measured ones.
    """
    model = build_model(name, (720, 1280))
    height, width = model.spec.input.size
    shape = (batch, height, width, 3)
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    fast = "cuda_graph" if device.type == "cuda" else "torch"
    options = DecodingOptions()
    backends = [
        create_backend(way, copy.deepcopy(model), str(device), options) for way in ("torch", fast)
    ]
    network = make_network(EndToEnd(model, options), batch, device)
    ways: dict[str, Callable[[], object]] = {
        "eager": lambda: backends[0](pixels),
        "fast": lambda: backends[1](pixels),
        "network": network,
    }
    seconds = measure_in_turns(ways, device, repetitions)
    return {
        "network": name,
        "input": f"{height}x{width}",
        "batch": batch,
        "torch_float32": 1e3 * seconds["eager"],
        fast: 1e3 * seconds["fast"],
        "times_faster": seconds["eager"] / seconds["fast"],
        "network_alone": 1e3 * seconds["network"],
        "share_outside": 1 - seconds["network"] / seconds["fast"],
    }


def make_network(module: EndToEnd, batch: int, device: torch.device) -> Callable[[], object]:
    """The network as the fast way runs it, on images that are on the device already."""
    dtype = torch.float16 if device.type == "cuda" else torch.float32
    network = move_to(module, device).model.to(dtype)
    size = network.spec.input.size
    images = torch.zeros(batch, 3, *size, dtype=dtype, device=device)
    images = images.contiguous(memory_format=torch.channels_last)
    return record(lambda: network(images), device)
