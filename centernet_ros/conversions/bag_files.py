"""The files of a rosbag2, however it came off a robot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml
from rosbags.rosbag2 import Reader

METADATA = "metadata.yaml"
SUFFIXES = (".mcap", ".db3")
COMPRESSED = (".zstd", ".zst")
ROS_1 = ".bag"


class BagError(ValueError):
    """A bag that cannot be read or written; the text names it."""


def is_bag(path: Path) -> bool:
    """Whether a path is a rosbag2 folder or one of its files, or a bag of ROS 1."""
    if path.is_dir():
        return (path / METADATA).is_file() or bool(list_storages(path))
    return path.is_file() and (is_storage(path) or path.suffix == ROS_1)


def is_storage(path: Path) -> bool:
    """Whether a file's name is that of recorded messages, perhaps compressed."""
    compressed = path.suffix in COMPRESSED
    return (Path(path.stem).suffix if compressed else path.suffix) in SUFFIXES


def list_storages(folder: Path) -> list[Path]:
    """The files of recorded messages in a folder."""
    return sorted(path for path in folder.iterdir() if is_storage(path) and path.name[0] != ".")


@contextmanager
def open_bag(path: Path) -> Iterator[Sequence[Reader]]:
    """Readers of a bag's files, in order of recording.

    Where the files are not compressed, metadata.yaml serves only to list them: what it says about
    their topics may be older than they are.

    Args:
        path: a rosbag2 folder, with or without metadata.yaml, or one of its files.

    Raises:
        BagError: there is no such bag, or it cannot be read.
    """
    files = find_files(path)
    with ExitStack() as stack:
        try:
            readers = [stack.enter_context(Reader(file)) for file in files]
        except Exception as error:  # rosbags passes on whatever its parsers meet in damaged files
            raise describe_damage(path, error) from error
        yield readers


def find_files(path: Path) -> list[Path]:
    """What the readers of a bag are to open: its files, or its folder if they are compressed.

    Raises:
        BagError: there is no such bag, or rosbags cannot read one like it.
    """
    if path.suffix == ROS_1 and path.is_file():
        raise BagError(
            f"{path}: a bag of ROS 1, expected a rosbag2; convert it with "
            f"rosbags-convert --src {path} --dst {path.with_suffix('')}"
        )
    if path.is_file():
        if path.suffix in COMPRESSED:
            raise BagError(
                f"{path}: a compressed file without its metadata.yaml, expected the bag's folder, "
                f"or the file unpacked with zstd -d {path}"
            )
        return [path]
    if not path.is_dir() or not is_bag(path):
        raise BagError(f"{path}: not a rosbag2, expected a folder with {METADATA} or .mcap files")
    if not (path / METADATA).is_file():
        return list_unlisted(path)
    information = read_metadata(path)
    if information.get("compression_mode", "").lower() in ("file", "message"):
        return [path]
    files = [path / Path(name).name for name in information.get("relative_file_paths", [])]
    missing = [file.name for file in files if not file.is_file()]
    if missing or not files:
        raise BagError(
            f"{path / METADATA}: lists {', '.join(missing) or 'no files'}, expected the names of "
            f"files beside it; ros2 bag reindex {path} writes it anew"
        )
    return files


def list_unlisted(folder: Path) -> list[Path]:
    """The files of a folder without metadata.yaml.

    Raises:
        BagError: they are compressed, which metadata.yaml alone describes.
    """
    files = list_storages(folder)
    packed = [file for file in files if file.suffix in COMPRESSED]
    if packed:
        raise BagError(
            f"{folder}: compressed files such as {packed[0].name} without {METADATA}; "
            f"ros2 bag reindex {folder} writes it"
        )
    return files


def read_metadata(folder: Path) -> dict:
    """What metadata.yaml says.

    Raises:
        BagError: it is damaged.
    """
    file = folder / METADATA
    try:
        return dict(yaml.safe_load(file.read_text())["rosbag2_bagfile_information"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise BagError(
            f"{file}: damaged ({reason}); ros2 bag reindex {folder} writes it anew"
        ) from error


def describe_damage(path: Path, error: Exception) -> BagError:
    """What a reader met in a bag's files, as one line."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return BagError(f"{path}: not a rosbag2 that can be read ({reason})")
