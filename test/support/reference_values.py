"""How `test/reference` describes what the authors' code computed: weights, inputs and places."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping

import numpy as np
import torch


def seed_from(name: str) -> np.random.RandomState:
    """Random numbers that belong to a name."""
    return np.random.RandomState(zlib.crc32(name.encode()) & 0x7FFFFFFF)


def make_weights(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Tensors that depend on their own names and shapes alone, for a network with this state."""
    return {name: make_tensor(name, tensor.shape, state.keys()) for name, tensor in state.items()}


def make_tensor(name, shape, names):
    random = seed_from(name)
    layer, _, kind = name.rpartition(".")
    normal = random.standard_normal
    fan_in = math.prod(shape[1:])
    if kind == "num_batches_tracked":
        return torch.tensor(1000)
    if kind == "running_mean":
        values = 0.1 * normal(shape)
    elif kind == "running_var":
        values = 0.5 + random.random_sample(shape)
    elif kind == "weight" and f"{layer}.running_mean" in names:
        values = 0.3 + 0.6 * random.random_sample(shape)
    elif layer.endswith("conv_offset_mask"):
        values = normal(shape) * (4.0 / math.sqrt(fan_in) if kind == "weight" else 1.0)
    elif kind == "weight":
        values = normal(shape) * 1.4 / math.sqrt(fan_in)
    else:
        values = 0.1 * normal(shape)
    return torch.from_numpy(np.asarray(values, np.float32).reshape(shape))


def sample_values(name: str, values: np.ndarray, count: int) -> np.ndarray:
    """`count` values of an array, at places that belong to its name."""
    return values.ravel()[seed_from(name).choice(values.size, count, replace=False)]
