"""Bags as they come off robots."""

import shutil

import pytest
from rclpy.serialization import serialize_message
from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.rosbag2.enums import CompressionFormat, CompressionMode
from sensor_msgs.msg import Image

from centernet_ros.conversions.bag import BagWriter, count_messages, load_types, read_messages
from centernet_ros.conversions.bag_files import BagError, is_bag

SUFFIXES = {StoragePlugin.MCAP: "mcap", StoragePlugin.SQLITE3: "db3"}


def make_image(t):
    return Image(height=2, width=2, step=6, encoding="bgr8", data=bytes([t] * 12))


@pytest.fixture(params=StoragePlugin, ids=lambda plugin: plugin.name.lower())
def plugin(request):
    return request.param


@pytest.fixture
def bag(tmp_path, plugin):
    with BagWriter(tmp_path / "bag", plugin) as writer:
        for t in (1, 2, 3):
            writer.write("/image", make_image(t), t * 10**9)
    return tmp_path / "bag"


def read_times(path):
    return [message.time // 10**9 for message in read_messages(path, [Image])]


def test_folder_without_metadata(bag):
    (bag / "metadata.yaml").unlink()
    assert is_bag(bag)
    assert read_times(bag) == [1, 2, 3]


def test_a_file_alone(bag, plugin):
    file = bag / f"bag.{SUFFIXES[plugin]}"
    assert is_bag(file)
    assert read_times(file) == [1, 2, 3]
    assert count_messages(file, [Image]) == 3


def test_metadata_of_other_qos(bag):
    """As after editing it by hand, or converting the file beside it."""
    metadata = bag / "metadata.yaml"
    qos = """
      - {history: keep_last, depth: 10, reliability: reliable, durability: volatile,
         deadline: {sec: 0, nsec: 0}, lifespan: {sec: 0, nsec: 0}, liveliness: automatic,
         liveliness_lease_duration: {sec: 0, nsec: 0}, avoid_ros_namespace_conventions: false}"""
    text = metadata.read_text()
    assert "offered_qos_profiles: []" in text
    metadata.write_text(text.replace("offered_qos_profiles: []", f"offered_qos_profiles:{qos}"))
    assert read_times(bag) == [1, 2, 3]


def test_several_files_in_order(bag, plugin, tmp_path):
    with BagWriter(tmp_path / "later", plugin) as writer:
        writer.write("/image", make_image(4), 4 * 10**9)
    suffix = SUFFIXES[plugin]
    shutil.copy(tmp_path / f"later/later.{suffix}", bag / f"bag_1.{suffix}")
    (bag / "metadata.yaml").unlink()
    assert read_times(bag) == [1, 2, 3, 4]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_cut_files_are_named(bag, plugin, share):
    file = bag / f"bag.{SUFFIXES[plugin]}"
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    with pytest.raises(BagError, match=rf"{bag}: not a rosbag2 that can be read \(.+\)"):
        read_times(bag)


def test_rubbish_is_named(bag, plugin):
    file = bag / f"bag.{SUFFIXES[plugin]}"
    file.write_bytes(b"<!DOCTYPE html>" * 50)
    with pytest.raises(BagError, match=str(file)):
        read_times(file)


@pytest.mark.parametrize("mode", [CompressionMode.FILE, CompressionMode.MESSAGE])
@pytest.mark.parametrize("whole", [True, False])
def test_compressed(tmp_path, mode, whole):
    path, types = tmp_path / "packed", load_types()
    writer = Writer(path, version=9, storage_plugin=StoragePlugin.SQLITE3)
    writer.set_compression(mode, CompressionFormat.ZSTD)
    writer.open()
    connection = writer.add_connection("/image", "sensor_msgs/msg/Image", typestore=types)
    for t in (1, 2, 3):
        writer.write(connection, t * 10**9, serialize_message(make_image(t)))
    writer.close()
    assert is_bag(path)
    if whole:
        assert read_times(path) == [1, 2, 3]
        return
    (file,) = (f for f in path.iterdir() if f.name != "metadata.yaml")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BagError, match=str(path)):
        read_times(path)


def test_compressed_files_without_metadata(tmp_path, bag, plugin):
    file = bag / f"bag.{SUFFIXES[plugin]}"
    packed = file.with_name(f"{file.name}.zstd")
    packed.write_bytes(b"any")
    with pytest.raises(BagError, match=r"expected the bag's folder, or .* zstd -d"):
        read_times(packed)
    file.unlink()
    (bag / "metadata.yaml").unlink()
    with pytest.raises(BagError, match="ros2 bag reindex"):
        read_times(bag)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "nonsense: [", r"metadata.yaml: damaged \(.*ros2 bag reindex"),
        (lambda text: "", r"metadata.yaml: damaged"),
        (lambda text: text.replace("bag.", "other."), r"lists other\..*ros2 bag reindex"),
    ],
)
def test_damaged_metadata_is_named(bag, change, message):
    file = bag / "metadata.yaml"
    file.write_text(change(file.read_text()))
    with pytest.raises(BagError, match=message):
        read_times(bag)


def test_ros_1_bags_are_told_how_to_convert(tmp_path):
    file = tmp_path / "drive.bag"
    file.write_bytes(b"#ROSBAG V2.0\n")
    assert is_bag(file)
    with pytest.raises(BagError, match=r"drive.bag: a bag of ROS 1.*rosbags-convert --src"):
        read_times(file)


def test_damaged_messages_are_named(tmp_path, plugin):
    path, types = tmp_path / "bag", load_types()
    writer = Writer(path, version=9, storage_plugin=plugin)
    writer.open()
    connection = writer.add_connection("/image", "sensor_msgs/msg/Image", typestore=types)
    writer.write(connection, 5, serialize_message(make_image(1))[:20])
    writer.close()
    with pytest.raises(BagError, match="message of /image at 5 ns is no whole sensor_msgs/msg/Im"):
        read_times(path)


def test_unknown_types_and_serializations_are_passed_over(bag, plugin):
    path, types = bag.parent / "foreign", load_types()
    writer = Writer(path, version=9, storage_plugin=plugin)
    writer.open()
    image = writer.add_connection("/image", "sensor_msgs/msg/Image", typestore=types)
    own = writer.add_connection(
        "/own", "robot_msgs/msg/Own", msgdef="int32 a\n", rihs01="RIHS01_" + 64 * "0"
    )
    other = writer.add_connection(
        "/json", "sensor_msgs/msg/Image", typestore=types, serialization_format="json"
    )
    writer.write(image, 10**9, serialize_message(make_image(1)))
    writer.write(own, 2 * 10**9, b"????????")
    writer.write(other, 3 * 10**9, b"{}")
    writer.close()
    file = path / f"foreign.{SUFFIXES[plugin]}"
    assert read_times(file) == [1]
