"""What files of format 1 say of a network, word for word, and what it means."""

from centernet_ros.models import InputSpec, ModelSpec

INPUTS = {
    "stretch": InputSpec((64, 96), "stretch"),
    "fixed": InputSpec((64, 96), "longest_edge", "center"),
    "width": InputSpec((64, 96), "width", "center"),
    "pad": InputSpec((64, 96), "none", "center"),
    "keep": InputSpec((64, 96), "none", "center", dynamic=True),
    "letterbox": InputSpec((64, 96), "contain", "bottom_right"),
    "fit": InputSpec((64, 96), "contain", "bottom_right", dynamic=True),
}
HEADS = {"hm": 1, "wh": 2, "hps": 34, "reg": 2, "hm_hp": 17, "hp_offset": 2}


def describe(mode, **others):
    return {
        "arch": "mobilenetv3",
        "heads": HEADS,
        "class_names": ["person"],
        "input": {
            "size": [64, 96],
            "mode": mode,
            "mean": [0.40789654, 0.44719302, 0.47026115],
            "std": [0.28863828, 0.27408164, 0.27809835],
            "channel_order": "bgr",
        },
        "head_conv": None,
        "focal_length": None,
        "pose_rule": "weighted",
        "origin": "a test",
        "parts": {},
    } | others


def expect(mode):
    return ModelSpec(
        "mobilenetv3", HEADS, ("person",), INPUTS[mode], pose_decoder="weighted", origin="a test"
    )
