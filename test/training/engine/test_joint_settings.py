"""What settings say of the joints takes the place of what the data say."""

import json
from dataclasses import replace

import pytest

from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.sample import mirror_sample
from centernet_ros.skeleton import COCO_SKELETON, Skeleton
from training.data.splits import Splits
from training.engine.joint_settings import JointSettings, describe_joints
from training.engine.settings_parser import read_settings

DOG = Skeleton(("nose", "port ear", "starboard ear"), limbs=((0, 1),))


@pytest.fixture
def dogs(tmp_path):
    """One dog with three joints, two of which nobody knows as left and right."""
    points = [30, 30, 2, 25, 25, 2, 35, 25, 1]
    row = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [20, 20, 30, 30], "area": 900}
    content = {
        "images": [{"id": 1, "file_name": "a.png", "height": 96, "width": 128}],
        "annotations": [row | {"keypoints": points, "num_keypoints": 3, "iscrowd": 0}],
        "categories": [
            {"id": 1, "name": "dog", "keypoints": list(DOG.joints), "skeleton": [[1, 2]]}
        ],
    }
    path = tmp_path / "dogs.json"
    path.write_text(json.dumps(content))
    return read_coco(path, tmp_path, joints=True)


def test_the_joints_of_all_data_are_described(dogs):
    joints = JointSettings(
        {"nose": 0.03, "port ear": 0.05, "starboard ear": 0.06}, (("port ear", "starboard ear"),)
    )
    splits = Splits(lambda *_: {}, dogs, validation=dogs)
    described = describe_joints(joints, {"multi_pose": splits})["multi_pose"]
    assert described.test is None
    for data in (described.train, described.validation):
        assert data.skeleton == Skeleton(DOG.joints, DOG.limbs, ((1, 2),), (0.03, 0.05, 0.06))
        assert data.notes == ()
        mirrored = mirror_sample(data.samples[0], 128).joints
        assert mirrored.points[0].tolist() == [[98, 30], [93, 25], [103, 25]]
    assert len(dogs.notes) == 2  # no sigmas, no left and right


def test_notes_that_no_longer_hold_are_not_told(dogs):
    """And none is told that was not: only one part of the data speaks of the joints."""
    joints = JointSettings(pairs=(("port ear", "starboard ear"),))
    splits = Splits(lambda *_: {}, dogs, validation=replace(dogs, notes=()))
    (note,) = describe_joints(joints, {"multi_pose": splits})["multi_pose"].notes
    assert note.startswith("no sigmas")


def test_what_is_not_set_stays():
    nose = JointSettings({"nose": 0.5}).apply(COCO_SKELETON)
    assert nose.sigmas == (0.5, *COCO_SKELETON.sigmas[1:])
    assert (nose.pairs, nose.limbs) == (COCO_SKELETON.pairs, COCO_SKELETON.limbs)


@pytest.mark.parametrize(
    ("joints", "message"),
    [
        (JointSettings({"nose": 0.1}), "joints.sigmas: none of port ear, starboard ear, expected"),
        (JointSettings({"node": 0.1}), "joints.sigmas: unknown node, expected some of nose, port"),
        (JointSettings(pairs=(("left", "nose"),)), "joints.pairs: unknown left, expected some of"),
        (JointSettings(limbs=(("nose", "tail"),)), "joints.limbs: unknown tail, expected some of"),
    ],
)
def test_wrong_names_are_refused(joints, message):
    with pytest.raises(ValueError, match=message):
        joints.apply(DOG)


def test_data_without_joints_are_refused(dogs):
    boxes = Splits(lambda *_: {}, replace(dogs, skeleton=None))
    assert describe_joints(JointSettings(), {"ctdet": boxes}) == {"ctdet": boxes}
    with pytest.raises(ValueError, match="joints: nothing to learn has any, expected labels"):
        describe_joints(JointSettings({"nose": 0.1}), {"ctdet": boxes})


def test_options_as_the_documentation_has_them():
    options = [
        "--joints.pairs", "[[port ear, starboard ear]]",
        "--joints.sigmas", "{nose: 0.03, port ear: 0.05}",
    ]  # fmt: skip
    joints = read_settings("finetune_pose", options, "multi_pose").joints
    assert joints.pairs == (("port ear", "starboard ear"),)
    assert joints.sigmas == {"nose": 0.03, "port ear": 0.05}
