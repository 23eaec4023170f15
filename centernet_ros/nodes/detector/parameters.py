"""The parameters of the detector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from rclpy.node import Node

from centernet_ros.inference.backends import BACKENDS
from centernet_ros.inference.input_override import InputOverride
from centernet_ros.models import ModelSpec
from centernet_ros.models.input_spec import Pad, Resize
from centernet_ros.nodes.common.parameters import (
    Parameter,
    get_bool,
    get_float,
    get_int,
    get_string,
)
from centernet_ros.tracking.tracker import TrackerOptions
from centernet_ros.weights.store import DEFAULT_MODEL

# What leaves the models' own.
MODEL, OF_MODEL = "model", -1.0
RESIZES: Mapping[str, Resize] = {name: name for name in get_args(Resize)}
PADS: Mapping[str, Pad] = {name: name for name in get_args(Pad)}
DYNAMIC: Mapping[str, bool] = {"static": False, "dynamic": True}
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
        "input_resize",
        MODEL,
        "how images are scaled to the networks' input",
        choices=(MODEL, *RESIZES),
    ),
    Parameter(
        "input_pad",
        MODEL,
        "where images lie in a larger input",
        choices=(MODEL, *PADS),
    ),
    Parameter(
        "input_size",
        MODEL,
        "whether the input has one size (static) or follows the image's (dynamic)",
        choices=(MODEL, *DYNAMIC),
    ),
    Parameter("input_height", 0, "rows of the networks' input, 0 for the model's", (0, 4096)),
    Parameter("input_width", 0, "columns of the networks' input, 0 for the model's", (0, 4096)),
    Parameter(
        "class_id",
        "number",
        "what class_id says: the number of the class, as in label_info, or its name",
        choices=("number", "name"),
    ),
    Parameter("max_detections", 100, "most objects per image and task", (1, 1000)),
    Parameter(
        "target_frame",
        "",
        "frame that 3D results are transformed into by tf2, '' for the camera's own",
    ),
    Parameter(
        "depth",
        False,
        "take distances from the depth image on 'depth', registered to the image",
    ),
    Parameter(
        "depth_tolerance", 0.02, "seconds between the stamps of image and depth", (0.0, 1.0)
    ),
    Parameter("depth_min", 0.1, "nearest depth in metres that counts", (0.0, 1000.0)),
    Parameter("depth_max", 50.0, "farthest depth in metres that counts", (0.0, 1000.0)),
    Parameter("tracking", False, "give objects ids that stay from image to image"),
    Parameter("tracking_max_age", 1.0, "seconds that an id outlives a lost object", (0.0, 60.0)),
    Parameter(
        "tracking_min_hits", 2, "images that an object is seen in before it has an id", (1, 100)
    ),
    Parameter(
        "tracking_max_distance",
        1.0,
        "from where an object should be to where it is found, in sizes of the object",
        (0.01, 10.0),
    ),
    Parameter("autostart", True, "configure and activate at start"),
    Parameter(
        "confidence_threshold",
        OF_MODEL,
        "least score that is published; -1 for each model's own, 0.3 where it has none",
        (-1.0, 1.0),
        live=True,
    ),
    Parameter("classes", [""], "names of the classes to publish, [''] for all", live=True),
)


def read_tracker_options(node: Node) -> TrackerOptions | None:
    """How objects are tracked, None if they are not."""
    if not get_bool(node, "tracking"):
        return None
    return TrackerOptions(
        get_float(node, "tracking_max_age"),
        get_int(node, "tracking_min_hits"),
        get_float(node, "tracking_max_distance"),
    )


def find_threshold(node: Node, spec: ModelSpec) -> float:
    """The least score that is published of what a network finds."""
    threshold = get_float(node, "confidence_threshold")
    return threshold if threshold >= 0 else spec.threshold


def read_input_override(node: Node) -> InputOverride:
    """What the parameters change in the way images become the models' inputs."""
    return InputOverride(
        RESIZES.get(get_string(node, "input_resize")),
        PADS.get(get_string(node, "input_pad")),
        DYNAMIC.get(get_string(node, "input_size")),
        get_int(node, "input_height") or None,
        get_int(node, "input_width") or None,
    )
