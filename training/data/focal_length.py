"""The camera that a network learns depth for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from centernet_ros.datasets.sample import DataSet, read_sample_size
from centernet_ros.inference.preprocessing import compute_geometry
from centernet_ros.models.spec import InputSpec

# Images that are looked at; data sets come from a few cameras.
LOOKED_AT = 100


def find_focal_length(data: DataSet, spec: InputSpec) -> float | None:
    """The median fx of a data set's cameras in pixels of the network's input; None without 3D.

    Raises:
        DataError: an image is missing or no image.
    """
    lengths = []
    for sample in [sample for sample in data.samples if sample.annotations_3d][:LOOKED_AT]:
        own = sample.require_3d().projection[0, 0]
        geometry = compute_geometry(read_sample_size(sample), spec, focal_length=own)
        lengths.append(own * geometry.image_to_input[0, 0])
    return float(np.median(lengths)) if lengths else None


def complete_input(spec: InputSpec, data: Iterable[DataSet]) -> InputSpec:
    """The input with the focal length that images are scaled to, if it has none but needs one.

    It is that of the data's images where they are as large as the input allows.

    Raises:
        DataError: an image is missing or no image.
    """
    if spec.resize != "focal_length" or spec.focal_length:
        return spec
    found = (find_focal_length(data_set, spec) for data_set in data)
    return replace(spec, focal_length=next(filter(None, found), None))
