import shutil

import pytest
from centernet_ros.msg import HumanPose, HumanPoseArray
from rosbags.rosbag2 import StoragePlugin
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray, LabelInfo, VisionClass

from centernet_ros.conversions.bag import (
    RESERVE,
    BagWriter,
    count_messages,
    list_topics,
    read_messages,
)
from centernet_ros.conversions.bag_files import BagError, is_bag

MESSAGES = [
    ("/labels", LabelInfo(class_map=[VisionClass(class_id=1, class_name="car")]), 5),
    ("/poses", HumanPoseArray(poses=[HumanPose(score=0.5)]), 7),
    ("/detections", Detection2DArray(header=Header(frame_id="a")), 9),
]


@pytest.fixture(params=StoragePlugin)
def bag(request, tmp_path):
    with BagWriter(tmp_path / "bag", request.param) as writer:
        for topic, message, time in MESSAGES:
            writer.write(topic, message, time, latched=topic == "/labels")
    return tmp_path / "bag"


def test_messages_come_back(bag):
    types = [type(message) for _, message, _ in MESSAGES]
    assert is_bag(bag)
    assert count_messages(bag, types) == 3
    assert [(m.topic, m.message, m.time) for m in read_messages(bag, types)] == MESSAGES


def test_types_are_selected(bag):
    assert [m.time for m in read_messages(bag, [HumanPoseArray])] == [7]
    assert count_messages(bag, [HumanPose]) == 0
    assert list(read_messages(bag, [HumanPose])) == []


def test_topics_are_listed_and_selected(bag):
    assert list_topics(bag, [LabelInfo, HumanPoseArray, HumanPose]) == {
        "/labels": LabelInfo,
        "/poses": HumanPoseArray,
    }
    assert list(read_messages(bag, [LabelInfo], ["/poses"])) == []
    assert count_messages(bag, [LabelInfo], ["/labels"]) == 1


def test_latched_topics_are_marked(bag):
    metadata = (bag / "metadata.yaml").read_text()
    assert metadata.count("durability: transient_local") == 1


def test_existing_folder_is_kept(bag):
    with pytest.raises(BagError, match=str(bag)):
        BagWriter(bag)
    assert count_messages(bag, [LabelInfo]) == 1


def test_what_is_no_bag_is_named(tmp_path):
    assert not is_bag(tmp_path)
    with pytest.raises(BagError, match=str(tmp_path)):
        count_messages(tmp_path, [LabelInfo])


def test_damaged_bag_is_named(bag):
    (bag / "metadata.yaml").write_text("nonsense: [")
    with pytest.raises(BagError, match=str(bag)):
        list(read_messages(bag, [LabelInfo]))


def test_a_full_disk_ends_a_bag_that_can_be_read(tmp_path, monkeypatch):
    path = tmp_path / "bag"
    usage = shutil.disk_usage(tmp_path)
    with BagWriter(path) as writer:
        writer.write("/labels", MESSAGES[0][1], 1)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=RESERVE - 1))
        with pytest.raises(BagError, match=f"{path}: less than 16 MiB are free there"):
            writer.write("/labels", MESSAGES[0][1], 2)
    assert [m.time for m in read_messages(path, [LabelInfo])] == [1]


def test_failing_writes_are_named(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    with BagWriter(tmp_path / "bag") as writer:
        monkeypatch.setattr(writer._writer, "write", fail)
        with pytest.raises(BagError, match=r"bag: cannot be written \(.*No space left"):
            writer.write("/labels", MESSAGES[0][1], 1)
