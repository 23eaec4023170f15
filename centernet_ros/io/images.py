"""Image files: finding, reading and writing them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps

from centernet_ros.io.errors import DataError, describe_os_error

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".tif", ".tiff", ".webp")
Size = tuple[int, int]
# EXIF's number of the orientation, its value of an image as it is seen, and those that turn an
# image on its side.
ORIENTATION, UPRIGHT, SIDEWAYS = 0x0112, 1, (5, 6, 7, 8)


def read_image(path: Path, labelled_size: Size | None = None) -> np.ndarray:
    """The (H, W, 3) uint8 BGR pixels of an image file, upright as viewers show it.

    Args:
        path: the file; 16-bit, grey and CMYK images become 8-bit colour.
        labelled_size: height and width that labels say the image has. If those are of the image
            as it is stored, without the orientation that EXIF asks for, it stays as it is stored.

    Raises:
        DataError: it is missing, cut off, or no image.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {describe_os_error(error)}, expected an image") from error
    turned = labelled_size is not None and is_stored_size(data, labelled_size)
    pixels = decode_image(data, ignore_orientation=turned)
    if pixels is None:
        raise DataError(f"{path}: cut off or does not decode, expected a whole image")
    return pixels


def write_image(path: Path, pixels: np.ndarray, options: Sequence[int] = ()) -> None:
    """Write an image file, and its folder where there is none.

    Args:
        path: its suffix decides the format.
        pixels: (H, W, 3) uint8 BGR.
        options: OpenCV's flags of the format and their values, one after the other.

    Raises:
        OSError: the folder cannot be made.
        DataError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), pixels, options):
        raise DataError(f"{path}: cannot be written, expected room and permission")


def decode_image(
    data: bytes | np.ndarray, *, ignore_orientation: bool = False
) -> np.ndarray | None:
    """The (H, W, 3) uint8 BGR pixels of a compressed image, None if it is not a whole one.

    Args:
        data: the contents of a file.
        ignore_orientation: leave the image as it is stored, whatever EXIF says.
    """
    array = np.frombuffer(data, np.uint8)
    if not is_whole(array):
        return None
    flags = cv2.IMREAD_COLOR | (cv2.IMREAD_IGNORE_ORIENTATION if ignore_orientation else 0)
    try:
        return cv2.imdecode(array, flags)
    except cv2.error:  # such as more pixels than OpenCV allows
        return None


def is_whole(data: np.ndarray) -> bool:
    """Whether a compressed image ends as its format does; OpenCV fills cut-off JPEGs with grey.

    Args:
        data: (N,) uint8.
    """
    if data[:2].tobytes() == b"\xff\xd8":
        contents = data.tobytes()
        return contents.find(b"\xff\xd9", find_jpeg_scan(contents)) >= 0
    if data[:4].tobytes() == b"\x89PNG":
        return b"IEND" in data[-64:].tobytes()
    return bool(data.size)


def find_jpeg_scan(data: bytes) -> int:
    """Where the pixels of a JPEG begin, behind segments that may hold a thumbnail of their own.

    Returns:
        the place of the first scan's marker, or the length of the data if there is none.
    """
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        if data[place + 1] == 0xDA:
            return place
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return len(data)


def is_stored_size(data: bytes, size: Size) -> bool:
    """Whether an image is turned on its side by EXIF, and a size is that of it before."""
    try:
        stored, orientation = _read_header(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError):
        return False
    return orientation in SIDEWAYS and stored == size != stored[::-1]


def has_orientation(data: bytes) -> bool:
    """Whether EXIF asks for an image to be turned or mirrored."""
    try:
        return _read_header(io.BytesIO(data))[1] != UPRIGHT
    except (OSError, ValueError, SyntaxError):
        return False


def _read_header(source: Path | io.BytesIO) -> tuple[Size, int]:
    """Height and width of an image as it is stored, and EXIF's orientation.

    Raises:
        OSError, ValueError, SyntaxError: it is no image.
    """
    with PIL.Image.open(source) as image:
        return (image.height, image.width), image.getexif().get(ORIENTATION, UPRIGHT)


def read_image_size(path: Path, labelled_size: Size | None = None) -> Size:
    """Height and width of an image file as `read_image` gives it, from its first bytes.

    Raises:
        DataError: it is missing or no image.
    """
    try:
        size, orientation = _read_header(path)
    except OSError as error:
        reason = describe_os_error(error) if error.errno else "does not decode"
        raise DataError(f"{path}: {reason}, expected an image") from error
    return size[::-1] if orientation in SIDEWAYS and size != labelled_size else size


def list_images(folder: Path, recursive: bool = False) -> list[Path]:
    """The image files of a folder in natural order, 2.png before 10.png, without hidden ones.

    Args:
        folder: with the images.
        recursive: those of folders inside it, too.

    Raises:
        DataError: there is none.
    """
    try:
        paths = [*(folder.rglob("*") if recursive else folder.iterdir())]
    except OSError as error:
        raise DataError(f"{folder}: {describe_os_error(error)}, expected a folder") from error
    images = [
        path
        for path in paths
        if path.suffix.lower() in IMAGE_SUFFIXES and not is_hidden(path.relative_to(folder))
    ]
    if not images:
        raise DataError(f"{folder}: no image in it, expected {', '.join(IMAGE_SUFFIXES)}")
    return sort_naturally(images)


def sort_naturally(paths: Iterable[Path]) -> list[Path]:
    """Paths in the order of the numbers in their names."""
    return sorted(paths, key=lambda path: order_naturally(str(path)))


def order_naturally(name: str) -> list[tuple[int, str]]:
    """A key that sorts numbers in names by value."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def is_hidden(path: Path) -> bool:
    """Whether a relative path is hidden, as the companions are that macOS writes beside files."""
    return any(part.startswith(".") for part in path.parts)


def index_images(folder: Path) -> dict[str, Path]:
    """The image files of a folder by their names without suffix.

    Where several differ by their suffix alone, the first of IMAGE_SUFFIXES counts.
    """
    if not folder.is_dir():
        return {}
    ranks = {suffix: rank for rank, suffix in enumerate(IMAGE_SUFFIXES)}
    found = [p for p in folder.iterdir() if p.suffix.lower() in ranks and p.name[0] != "."]
    found.sort(key=lambda path: ranks[path.suffix.lower()], reverse=True)
    return {path.stem: path for path in found}
