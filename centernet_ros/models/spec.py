"""What a network is and what it expects: the part of a checkpoint that is not its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from centernet_ros.models.input_spec import InputSpec
from centernet_ros.skeleton import Skeleton, number_joints

Task = Literal["ctdet", "ddd", "multi_pose"]
PoseDecoder = Literal["nearest", "weighted"]
Orientation = Literal["alpha", "rotation_y"]
# Architecture -> what the sides of its inputs are multiples of, where that is not DIVISOR.
DIVISORS: Mapping[str, int] = {"hourglass": 128}
DIVISOR = 32
# Of models that do not say at which score they are best.
DEFAULT_THRESHOLD = 0.3


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
        orientation: what the head "rot" tells, "alpha", the heading relative to the viewing ray as
            in the paper, or "rotation_y", the heading in the camera's frame.
        pose_decoder: how joints are found, "nearest" as in `decode_multi_pose`, "weighted" as in
            `decode_weighted_pose`.
        skeleton: the joints of poses, None for COCO's.
        confidence_threshold: the score at which precision and recall are best together on
            validation data, None where nobody measured it.
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
    orientation: Orientation = "alpha"
    pose_decoder: PoseDecoder = "nearest"
    skeleton: Skeleton | None = None
    confidence_threshold: float | None = None
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
        if self.pose_decoder == "weighted" and not {"hm_hp", "hp_offset"} <= self.heads.keys():
            raise ValueError("pose decoder 'weighted', expected the heads hm_hp and hp_offset")
        if self.orientation not in get_args(Orientation):
            raise ValueError(
                f"orientation {self.orientation!r}, expected one of: "
                f"{', '.join(get_args(Orientation))}"
            )
        joints = self.heads.get("hps", 0) // 2
        if self.skeleton and len(self.skeleton) != joints:
            raise ValueError(f"{len(self.skeleton)} joints of a network for {joints}")

    @property
    def joints(self) -> Skeleton:
        """The joints of poses; of a network that does not name them, COCO's or numbers."""
        return self.skeleton or number_joints(self.heads.get("hps", 0) // 2)

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

    @property
    def divisor(self) -> int:
        """What the sides of inputs are multiples of; others are padded."""
        return DIVISORS.get(self.arch, DIVISOR)

    @property
    def threshold(self) -> float:
        """The least score that counts where the user names none."""
        own = self.confidence_threshold
        return DEFAULT_THRESHOLD if own is None else own

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
        skeleton = values.get("skeleton")
        known = {f.name for f in fields(cls)}
        if not {"arch", "heads", "class_names", "input"} <= values.keys() <= known:
            raise ValueError(
                f"model description has the fields {sorted(values)}, expected {sorted(known)}"
            )
        input_fields = {f.name for f in fields(InputSpec)}
        if not values["input"].keys() <= input_fields:
            raise ValueError(
                f"input description has the fields {sorted(values['input'])}, expected some of "
                f"{sorted(input_fields)}"
            )
        inputs: dict[str, Any] = {
            k: tuple(v) if isinstance(v, (list, tuple)) else v for k, v in values["input"].items()
        }
        return cls(
            **{
                **values,
                "class_names": tuple(values["class_names"]),
                "input": InputSpec(**inputs),
                "skeleton": Skeleton.from_dict(skeleton) if skeleton else None,
                "parts": {t: cls.from_dict(part) for t, part in values.get("parts", {}).items()},
            }
        )
