"""The parameters of the detector."""

from __future__ import annotations

from typing import get_args

from centernet_ros.inference.backends import BACKENDS
from centernet_ros.models.spec import InputMode
from centernet_ros.nodes.common.parameters import Parameter
from centernet_ros.weights.store import DEFAULT_MODEL

PARAMETERS = (
    Parameter(
        "models",
        [DEFAULT_MODEL],
        "checkpoint or exported files, or names of published models, shipped or fetched; for each "
        "task one at most",
    ),
    Parameter("device", "auto", "auto, cpu, cuda or cuda:N"),
    Parameter(
        "backend",
        "auto",
        "what runs the networks; auto takes the fastest installed one with exact results",
        choices=BACKENDS,
    ),
    Parameter(
        "cameras",
        [""],
        "names of several cameras, the prefixes of their topics; [''] for one without",
    ),
    Parameter(
        "image_transport",
        "raw",
        "raw: Image on 'image'; compressed: CompressedImage on 'image/compressed'",
        choices=("raw", "compressed"),
    ),
    Parameter(
        "rectified", False, "images are rectified: 3D uses P of camera_info, otherwise K and D"
    ),
    Parameter(
        "input_mode",
        "model",
        "how images fit the networks' input: as the model says, or a mode of InputSpec",
        choices=("model", *get_args(InputMode)),
    ),
    Parameter("input_height", 0, "rows of the networks' input, 0 for the model's", (0, 4096)),
    Parameter("input_width", 0, "columns of the networks' input, 0 for the model's", (0, 4096)),
    Parameter("max_detections", 100, "most objects per image and task", (1, 1000)),
    Parameter("autostart", True, "configure and activate at start"),
    Parameter("score_threshold", 0.3, "least score that is published", (0.0, 1.0), live=True),
    Parameter("classes", [""], "names of the classes to publish, [''] for all", live=True),
)
