"""What a network is and what it expects: the part of a checkpoint that is not weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from centernet_ros.structures import ChannelOrder

InputMode = Literal["stretch", "fixed", "width", "pad", "keep", "letterbox", "fit"]
# Those in which the input's size follows the image's, and what does the same in one size.
MODES_OF_MANY_SIZES: Mapping[InputMode, InputMode] = {"keep": "pad", "fit": "letterbox"}
# Fields of files in format 1 that have other names now.
FORMAT_1_NAMES = {"pose_rule": "pose_decoder"}
Task = Literal["ctdet", "ddd", "multi_pose"]
PoseDecoder = Literal["nearest", "weighted"]


@dataclass(frozen=True)
class InputSpec:
    """How an image becomes the network's input.

    Attributes:
        size: height and width of the input in pixels.
        mode: "stretch" fills `size` without keeping the aspect ratio; "fixed" scales by one factor
            and centres, so that the image's longer side fills the width (the authors' default);
            "width" scales so that the image's width does (the authors' KITTI); "pad" centres
            without scaling, cropping what lies outside; "keep" pads the image at its own
            resolution (the authors' --keep_res) and ignores `size`; "letterbox" scales by one
            factor, as large as `size` allows, and pads at the right and the bottom; "fit" does
            so and pads to the network's divisor alone.
        mean, std: per channel, in `channel_order`, of pixel values scaled to 0..1.
        channel_order: of the input tensor's channels.
    """

    size: tuple[int, int] = (512, 512)
    mode: InputMode = "fixed"
    mean: tuple[float, float, float] = (0.40789654, 0.44719302, 0.47026115)
    std: tuple[float, float, float] = (0.28863828, 0.27408164, 0.27809835)
    channel_order: ChannelOrder = "bgr"

    def __post_init__(self) -> None:
        if self.mode not in get_args(InputMode):
            raise ValueError(
                f"input mode {self.mode!r}, expected one of: {', '.join(get_args(InputMode))}"
            )

    @property
    def continuous(self) -> bool:
        """Whether coordinates are continuous, an image spanning 0..W; else pixel indices."""
        return self.mode in ("stretch", "letterbox", "fit")

    def with_one_size(self, size: tuple[int, int]) -> InputSpec:
        """The same for a network whose input has one size, height and width in pixels."""
        return replace(self, size=size, mode=MODES_OF_MANY_SIZES.get(self.mode, self.mode))


@dataclass(frozen=True)
class ModelSpec:
    """Everything needed to build a network and to read its outputs.

    Attributes:
        arch: a name in `centernet_ros.models.ARCHITECTURES`.
        heads: head name -> channels, in the network's order.
        class_names: one name per channel of the "hm" head.
        input: how images are prepared.
        head_conv: hidden channels of each head, None for the architecture's own.
        focal_length: fx in input pixels of what depth was learned on, None without depth.
        pose_decoder: how joints are found, "nearest" as in `decode_multi_pose`, "weighted" as in
            `decode_weighted_pose`.
        origin: where the weights come from and under which licence, in one line.
        parts: of a network that serves several tasks, each task's heads as a network of their
            own; see `join_specs`.
    """

    arch: str
    heads: Mapping[str, int]
    class_names: tuple[str, ...]
    input: InputSpec = field(default_factory=InputSpec)
    head_conv: int | None = None
    focal_length: float | None = None
    pose_decoder: PoseDecoder = "nearest"
    origin: str = ""
    parts: Mapping[Task, ModelSpec] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.parts and self.class_names:
            raise ValueError(f"one list of classes for the {len(self.parts)} tasks of the network")
        if not self.parts and self.heads.get("hm") != len(self.class_names):
            raise ValueError(
                f"{len(self.class_names)} class names for a heat map of "
                f"{self.heads.get('hm')} channels: expected one name per channel"
            )
        if self.pose_decoder not in get_args(PoseDecoder):
            raise ValueError(
                f"pose decoder {self.pose_decoder!r}, expected one of: "
                f"{', '.join(get_args(PoseDecoder))}"
            )

    @property
    def tasks(self) -> Mapping[Task, ModelSpec]:
        """The tasks that the network serves, each with the description of its heads alone."""
        return self.parts or {self.task: self}

    @property
    def task(self) -> Task:
        """The paper's task that the heads serve.

        Raises:
            ValueError: they serve several.
        """
        if self.parts:
            raise ValueError(f"a network of several tasks, {', '.join(self.parts)}: expected one")
        if "dep" in self.heads:
            return "ddd"
        return "multi_pose" if "hps" in self.heads else "ctdet"

    @property
    def num_classes(self) -> int:
        """Channels of the centre heat map."""
        return len(self.class_names)

    def head_width(self, default: int) -> int:
        """Hidden channels of each head in an architecture whose own number is `default`."""
        return default if self.head_conv is None else self.head_conv

    def to_dict(self) -> dict[str, Any]:
        """Plain containers only, so that torch.load(weights_only=True) reads it back."""
        return asdict(self) | {
            "heads": dict(self.heads),
            "parts": {task: part.to_dict() for task, part in self.parts.items()},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ModelSpec:
        """The inverse of to_dict.

        Raises:
            ValueError: a field is missing or unknown.
        """
        values = {FORMAT_1_NAMES.get(name, name): value for name, value in values.items()}
        known = {f.name for f in fields(cls)}
        if not {"arch", "heads", "class_names", "input"} <= values.keys() <= known:
            raise ValueError(
                f"model description has the fields {sorted(values)}, expected {sorted(known)}"
            )
        inputs = {
            k: tuple(v) if isinstance(v, (list, tuple)) else v for k, v in values["input"].items()
        }
        return cls(
            **{
                **values,
                "class_names": tuple(values["class_names"]),
                "input": InputSpec(**inputs),
                "parts": {t: cls.from_dict(part) for t, part in values.get("parts", {}).items()},
            }
        )
