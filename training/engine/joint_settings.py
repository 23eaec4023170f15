"""What a person says of the joints where the data do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from centernet_ros.datasets.sample import DataSet
from centernet_ros.models.spec import Task
from centernet_ros.skeleton import Pairs, Skeleton
from training.data.splits import Splits

NamedPairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class JointSettings:
    """What takes the place of what the data say of their joints, by the joints' names.

    Attributes:
        sigmas: of each joint, how far annotators differ as a share of the object's size (COCO's
            object keypoint similarity), as {nose: 0.026, tail: 0.08}.
        pairs: left and right joints, which change places in a mirrored image, as
            [[left ear, right ear], [left eye, right eye]].
        limbs: joints that a drawing connects, likewise.
    """

    sigmas: dict[str, float] = field(default_factory=dict)
    pairs: NamedPairs = ()
    limbs: NamedPairs = ()

    def apply(self, skeleton: Skeleton) -> Skeleton:
        """The joints with what is set here.

        Raises:
            ValueError: names of no joints, or sigmas of some joints alone.
        """
        numbers = {name: number for number, name in enumerate(skeleton.joints)}
        check_names("sigmas", self.sigmas, numbers)
        sigmas = dict(zip(skeleton.joints, skeleton.sigmas)) | self.sigmas
        missing = [name for name in numbers if name not in sigmas]
        if sigmas and missing:
            raise ValueError(f"joints.sigmas: none of {', '.join(missing)}, expected all joints'")
        return replace(
            skeleton,
            sigmas=tuple(sigmas[name] for name in numbers if sigmas),
            pairs=number_pairs("pairs", self.pairs, numbers) or skeleton.pairs,
            limbs=number_pairs("limbs", self.limbs, numbers) or skeleton.limbs,
        )


def describe_joints(joints: JointSettings, data: Mapping[Task, Splits]) -> dict[Task, Splits]:
    """What each task is trained on, of poses with what is set for their joints.

    Raises:
        ValueError: see `JointSettings.apply`; or no task has joints.
    """
    if joints == JointSettings():
        return dict(data)
    poses = data.get("multi_pose")
    if poses is None or poses.train.skeleton is None:
        raise ValueError("joints: nothing to learn has any, expected labels of keypoints")
    skeleton = joints.apply(poses.train.skeleton)

    def describe(data_set: DataSet) -> DataSet:
        return data_set.replace_skeleton(skeleton)

    described = replace(
        poses,
        train=describe(poses.train),
        validation=poses.validation and describe(poses.validation),
        test=poses.test and describe(poses.test),
    )
    return {**data, "multi_pose": described}


def check_names(what: str, names: Iterable[str], numbers: Mapping[str, int]) -> None:
    """Refuse names that are no joint's.

    Raises:
        ValueError: there are some.
    """
    unknown = [name for name in names if name not in numbers]
    if unknown:
        raise ValueError(
            f"joints.{what}: unknown {', '.join(unknown)}, expected some of {', '.join(numbers)}"
        )


def number_pairs(what: str, pairs: NamedPairs, numbers: Mapping[str, int]) -> Pairs:
    """The numbers of pairs of joints.

    Raises:
        ValueError: see `check_names`.
    """
    check_names(what, [name for pair in pairs for name in pair], numbers)
    return tuple((numbers[first], numbers[second]) for first, second in pairs)
