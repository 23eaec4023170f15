"""What files of format 1 say of a network, translated to the present format.

Checkpoints and exported ONNX files of format 1 stay readable; only the present one is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CHECKPOINT_FORMAT = "centernet_ros/1"
EXPORTED_FORMAT = "centernet_ros.onnx/1"
# Input mode -> fields of `InputSpec`.
INPUT_MODES: Mapping[str, Mapping[str, str | bool]] = {
    "stretch": {"resize": "stretch", "pad": "center", "dynamic": False},
    "fixed": {"resize": "longest_edge", "pad": "center", "dynamic": False},
    "width": {"resize": "width", "pad": "center", "dynamic": False},
    "pad": {"resize": "none", "pad": "center", "dynamic": False},
    "keep": {"resize": "none", "pad": "center", "dynamic": True},
    "letterbox": {"resize": "contain", "pad": "bottom_right", "dynamic": False},
    "fit": {"resize": "contain", "pad": "bottom_right", "dynamic": True},
}
RENAMED = {"pose_rule": "pose_decoder"}


def upgrade_spec(values: Mapping[str, Any]) -> dict[str, Any]:
    """A description for `ModelSpec.from_dict` from one of format 1.

    Raises:
        ValueError: an unknown input mode.
    """
    upgraded = {RENAMED.get(name, name): value for name, value in values.items()}
    if "input" in upgraded:
        upgraded["input"] = _upgrade_input(upgraded["input"])
    if "parts" in upgraded:
        upgraded["parts"] = {t: upgrade_spec(part) for t, part in upgraded["parts"].items()}
    return upgraded


def _upgrade_input(values: Mapping[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in values.items() if name != "mode"}
    mode = values.get("mode", "fixed")
    if mode not in INPUT_MODES:
        raise ValueError(f"input mode {mode!r}, expected one of: {', '.join(INPUT_MODES)}")
    return {**others, **INPUT_MODES[mode]}


def upgrade_exported(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The description of an exported network, without its format, from one of format 1.

    Raises:
        ValueError: an unknown input mode.
    """
    others = {name: fields[name] for name in fields if name not in ("spec", "count", "flip")}
    decoding = {"max_detections": fields["count"], "flip": fields["flip"]}
    return others | {"spec": upgrade_spec(fields["spec"]), "decoding": decoding}
