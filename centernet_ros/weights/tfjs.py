"""Reads the weights of TensorFlow.js graph models."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np


def read_tfjs_weights(model_json: Path) -> dict[str, np.ndarray]:
    """All constants of a graph model, those stored as float16 widened to float32.

    Args:
        model_json: the model's .json; the binary shards it names lie beside it.

    Raises:
        ValueError: a shard is shorter or longer than its manifest says.
    """
    weights: dict[str, np.ndarray] = {}
    for group in json.loads(model_json.read_text())["weightsManifest"]:
        data = b"".join((model_json.parent / path).read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            dtype = np.dtype(entry.get("quantization", entry)["dtype"])
            count = math.prod(entry["shape"])
            if offset + count * dtype.itemsize > len(data):
                raise ValueError(f"{model_json}: its weights end before {entry['name']}")
            values = np.frombuffer(data, dtype, count, offset).reshape(entry["shape"])
            weights[entry["name"]] = values.astype(entry["dtype"])
            offset += values.nbytes
        if offset != len(data):
            raise ValueError(f"{model_json}: {len(data)} bytes of weights, expected {offset}")
    return weights
