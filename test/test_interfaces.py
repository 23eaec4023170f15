"""The messages: built, importable, and vision_msgs compatible on the wire."""

import importlib
import json
from pathlib import Path

import pytest
from rclpy.serialization import deserialize_message, serialize_message

from centernet_ros.conversions.share import share_folder

ROOT = Path(__file__).parents[1]
INTERFACES = [
    (package, path.stem)
    for package, folder in (("centernet_ros", ROOT), ("vision_msgs", ROOT / "vision_msgs"))
    for path in sorted((folder / "msg").glob("*.msg"))
]
HASHES = json.loads((Path(__file__).parent / "vision_msgs_type_hashes.json").read_text())


@pytest.mark.parametrize(("package", "name"), INTERFACES)
def test_message_survives_serialization(package, name):
    message_type = getattr(importlib.import_module(f"{package}.msg"), name)
    message = message_type()
    assert deserialize_message(serialize_message(message), message_type) == message


def test_every_definition_of_vision_msgs_has_its_hash():
    names = {f"vision_msgs/msg/{name}" for package, name in INTERFACES if package == "vision_msgs"}
    assert names == HASHES.keys()


@pytest.mark.parametrize("name", HASHES)
def test_vision_msgs_type_hash(name):
    description = share_folder("vision_msgs") / "msg" / f"{name.split('/')[-1]}.json"
    if not description.is_file():
        pytest.skip("this distribution's vision_msgs has no type hashes (before REP-2011)")
    hashes = {
        entry["type_name"]: entry["hash_string"]
        for entry in json.loads(description.read_text())["type_hashes"]
    }
    assert hashes[name] == HASHES[name]


def test_keypoints_are_filled_in():
    from centernet_ros.msg import HumanPose, HumanPoseArray, Keypoint

    pose = HumanPose(score=0.5, keypoints=[Keypoint(id=i, score=0.25) for i in range(17)])
    array = HumanPoseArray(poses=[pose])
    back = deserialize_message(serialize_message(array), HumanPoseArray)
    assert [keypoint.id for keypoint in back.poses[0].keypoints] == list(range(17))
