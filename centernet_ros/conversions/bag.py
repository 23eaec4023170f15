"""rosbag2 files <-> messages, through rosbags, with rclpy's own serialization."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from rclpy.serialization import deserialize_message, serialize_message
from rosbags.interfaces import (
    Connection,
    Qos,
    QosDurability,
    QosHistory,
    QosLiveliness,
    QosReliability,
    QosTime,
)
from rosbags.rosbag2 import Reader, StoragePlugin, Writer, WriterError
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from rosbags.typesys.store import Typestore

from centernet_ros.conversions.bag_files import BagError, describe_damage, open_bag
from centernet_ros.conversions.share import share_folder

# Packages whose messages rosbags does not know by itself.
EXTRA_PACKAGES = ("vision_msgs", "centernet_ros")
METADATA_VERSION: Literal[9] = 9
# Bytes that stay free on a disk, for what is written when a bag is closed.
RESERVE = 16 << 20
_FOREVER = QosTime(2147483647, 4294967295)
# Recorded with a topic, so that `ros2 bag play` latches it again.
LATCHED = Qos(
    history=QosHistory.KEEP_LAST,
    depth=1,
    reliability=QosReliability.RELIABLE,
    durability=QosDurability.TRANSIENT_LOCAL,
    deadline=_FOREVER,
    lifespan=_FOREVER,
    liveliness=QosLiveliness.AUTOMATIC,
    liveliness_lease_duration=_FOREVER,
    avoid_ros_namespace_conventions=False,
)


class BagMessage(NamedTuple):
    """One message of a bag.

    Attributes:
        time: when it was recorded, nanoseconds since the epoch.
    """

    topic: str
    time: int
    message: Any


def type_name(message_type: type) -> str:
    """The ROS name of a message class: package/msg/Name."""
    return f"{message_type.__module__.split('.')[0]}/msg/{message_type.__name__}"


def count_messages(
    path: Path, message_types: Collection[type], topics: Collection[str] | None = None
) -> int:
    """How many messages of some types, on some topics or all, a bag holds.

    Raises:
        BagError: the bag cannot be read.
    """
    with open_bag(path) as readers:
        selected = (_select(reader, message_types, topics) for reader in readers)
        return sum(connection.msgcount for found in selected for connection in found)


def list_topics(path: Path, message_types: Collection[type]) -> dict[str, type]:
    """The topics with messages of some types in a bag: name -> type.

    Raises:
        BagError: the bag cannot be read.
    """
    classes = {type_name(message_type): message_type for message_type in message_types}
    with open_bag(path) as readers:
        return {
            connection.topic: classes[connection.msgtype]
            for reader in readers
            for connection in _select(reader, message_types)
            if connection.msgcount
        }


def read_messages(
    path: Path, message_types: Collection[type], topics: Collection[str] | None = None
) -> Iterator[BagMessage]:
    """The messages of some types, on some topics or all, in order of recording.

    Raises:
        BagError: the bag cannot be read, or a message is damaged.
    """
    classes = {type_name(message_type): message_type for message_type in message_types}
    with open_bag(path) as readers:
        for reader in readers:
            connections = _select(reader, message_types, topics)
            if not connections:
                continue
            raw = reader.messages(connections)
            while (found := _read_next(path, raw)) is not None:
                connection, time, data = found
                try:
                    message: Any = deserialize_message(bytes(data), classes[connection.msgtype])
                except Exception as error:  # rclpy raises what the middleware says
                    raise BagError(
                        f"{path}: a message of {connection.topic} at {time} ns is no whole "
                        f"{connection.msgtype}"
                    ) from error
                yield BagMessage(connection.topic, time, message)


class BagWriter:
    """Writes messages into a new bag, MCAP by default; a context manager.

    Raises:
        BagError: the folder exists already or cannot be written.
    """

    def __init__(self, path: Path, storage: StoragePlugin = StoragePlugin.MCAP) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = Writer(path, version=METADATA_VERSION, storage_plugin=storage)
            self._writer.open()
        except (OSError, WriterError) as error:
            raise BagError(f"{path}: cannot write a bag there ({error})") from error
        self._types = load_types()
        self._connections: dict[str, Connection] = {}

    def __enter__(self) -> BagWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, topic: str, message: object, time: int, latched: bool = False) -> None:
        """Append a message, recorded at nanoseconds since the epoch.

        Raises:
            BagError: the disk is all but full; what was written can be finished and read.
        """
        if shutil.disk_usage(self._path).free < RESERVE:
            raise BagError(
                f"{self._path}: less than {RESERVE >> 20} MiB are free there, so that the "
                "recording ends"
            )
        if topic not in self._connections:
            name = type_name(type(message))
            self._connections[topic] = self._writer.add_connection(
                topic,
                name,
                typestore=self._types,
                offered_qos_profiles=[LATCHED] if latched else [],
            )
        try:
            self._writer.write(self._connections[topic], time, serialize_message(message))
        except (OSError, WriterError) as error:
            raise BagError(f"{self._path}: cannot be written ({error})") from error

    def close(self) -> None:
        """Finish the file; without it readers find no index.

        Raises:
            BagError: the file cannot be written.
        """
        try:
            self._writer.close()
        except (OSError, WriterError) as error:
            raise BagError(f"{self._path}: cannot be finished ({error})") from error


def load_types() -> Typestore:
    """The distribution's message types with those of EXTRA_PACKAGES."""
    distribution = os.environ.get("ROS_DISTRO", "").upper()
    store = get_typestore(getattr(Stores, f"ROS2_{distribution}", Stores.LATEST))
    types: dict[str, Any] = {}
    for package in EXTRA_PACKAGES:
        for file in sorted((share_folder(package) / "msg").glob("*.msg")):
            types |= get_types_from_msg(file.read_text(), f"{package}/msg/{file.stem}")
    store.register(types)
    return store


def _read_next(
    path: Path, messages: Iterator[tuple[Connection, int, bytes]]
) -> tuple[Connection, int, bytes] | None:
    """The next message, None behind the last.

    Raises:
        BagError: the file is damaged there.
    """
    try:
        return next(messages, None)
    except Exception as error:  # rosbags passes on whatever its parsers meet
        raise describe_damage(path, error) from error


def _select(
    reader: Reader, message_types: Collection[type], topics: Collection[str] | None = None
) -> list[Connection]:
    """The topics of a file with ROS 2's serialization that are of some types and names."""
    names = {type_name(message_type) for message_type in message_types}
    return [
        connection
        for connection in reader.connections
        if connection.msgtype in names
        and (topics is None or connection.topic in topics)
        and getattr(connection.ext, "serialization_format", "cdr") == "cdr"
    ]
