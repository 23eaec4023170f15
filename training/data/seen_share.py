"""How much of the images a network's input shows."""

from __future__ import annotations

import numpy as np

from centernet_ros.datasets.sample import DataSet, read_sample_size
from centernet_ros.geometry.input_geometry import LEAST_SEEN
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.models.spec import InputSpec
from training.data.focal_length import LOOKED_AT


def describe_cut(data: DataSet, spec: InputSpec) -> str | None:
    """That the input cuts images off, None where it shows nearly all of them.

    Raises:
        DataError: an image is missing or no image.
    """
    shares = []
    for sample in data.samples[:LOOKED_AT]:
        size = read_sample_size(sample)
        geometry = compute_geometry(size, spec, focal_length=sample.focal_length)
        shares.append(geometry.find_seen_share(size))
    share = float(np.mean(shares)) if shares else 1.0
    if share >= LEAST_SEEN:
        return None
    height, width = spec.size
    return (
        f"inputs of {width}x{height} show {share:.0%} of the images and cut the rest off; "
        "--input.resize contain --input.dynamic true shows it all"
    )
