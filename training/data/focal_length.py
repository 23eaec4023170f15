"""The camera that a network learns depth for."""

from __future__ import annotations

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
    samples = [sample for sample in data.samples if sample.annotations_3d][:LOOKED_AT]
    lengths = [
        sample.require_3d().projection[0, 0]
        * compute_geometry(read_sample_size(sample), spec).image_to_input[0, 0]
        for sample in samples
    ]
    return float(np.median(lengths)) if lengths else None
