import re

import pytest

from centernet_ros.labels import COCO_JOINT_PAIRS
from centernet_ros.skeleton import COCO_SKELETON, MEAN_SIGMA, Skeleton, find_pairs, number_joints


@pytest.mark.parametrize(
    "names",
    [
        COCO_SKELETON.joints,
        tuple(name.replace(" ", "_").upper() for name in COCO_SKELETON.joints),
        tuple(
            name.replace("left ", "l_").replace("right ", "r_") for name in COCO_SKELETON.joints
        ),
        tuple(
            "-".join(reversed(name.replace("left", "L").replace("right", "R").split()))
            for name in COCO_SKELETON.joints
        ),
    ],
)
def test_sides_are_found_by_name(names):
    assert find_pairs(names) == COCO_JOINT_PAIRS


def test_names_without_sides_have_no_pairs():
    assert find_pairs(("root", "middle", "tip", "leftover", "tail l")) == ()


def test_as_many_joints_as_cocos_are_cocos():
    assert number_joints(17) is COCO_SKELETON
    assert number_joints(3).joints == ("joint 1", "joint 2", "joint 3")
    assert number_joints(3).oks_sigmas == (MEAN_SIGMA,) * 3
    assert pytest.approx(0.067, abs=0.001) == MEAN_SIGMA


def test_what_nobody_said_is_told():
    assert COCO_SKELETON.describe_gaps() == []
    assert [line.split(":")[0] for line in number_joints(2).describe_gaps()] == [
        "no sigmas of the joints",
        "no joints are known as left and right",
        "no limbs",
    ]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"joints": ("a", "a")}, "expected a name for each"),
        ({"joints": ("a", "b"), "limbs": ((0, 2),)}, "limb (0, 2): expected two of the 2 joints"),
        ({"joints": ("a", "b"), "pairs": ((-1, 0),)}, "pair (-1, 0): expected two of the 2"),
        ({"joints": ("a", "b"), "sigmas": (0.1,)}, "expected 2 positive numbers"),
        ({"joints": ("a", "b"), "sigmas": (0.1, 0.0)}, "expected 2 positive numbers"),
    ],
)
def test_what_does_not_fit_is_refused(fields, line):
    with pytest.raises(ValueError, match=re.escape(line)):
        Skeleton(**fields)
