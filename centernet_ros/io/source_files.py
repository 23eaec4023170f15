"""The images and videos that a command is given, each with a name of its own for its results."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from centernet_ros.io.errors import DataError
from centernet_ros.io.images import IMAGE_SUFFIXES, list_images


@dataclass(frozen=True)
class SourceFile:
    """An image or a video.

    Attributes:
        path: the file.
        name: its path below the folder that all files have in common.
        image_id: that stands for it in result files; of the frames of a video, how it begins.
    """

    path: Path
    name: PurePath
    image_id: int | str

    @property
    def is_image(self) -> bool:
        """Whether it is an image, by its ending; others are videos."""
        return is_image(self.path)


def is_image(path: Path) -> bool:
    """Whether a file is an image, by its ending."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def list_source_files(paths: Sequence[Path], results: Path) -> list[SourceFile]:
    """The files of a command line, folders replaced by the images in them.

    Args:
        paths: files, which need not exist, and folders.
        results: folder of what the command writes, which is left out of folders around it.

    Returns:
        in the order given, images of a folder in natural order, each file once.

    Raises:
        DataError: a folder without images.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            images = list_images(path, recursive=True)
            own = results.resolve() if results.resolve() != path.resolve() else None
            files += [image for image in images if own not in image.resolve().parents]
        else:
            files.append(path)
    files = list({file.resolve(): file for file in files}.values())
    if not files:
        raise DataError("no files, expected images, videos or folders of images")
    folders = [path if path.is_dir() else path.parent for path in paths]
    common = os.path.commonpath([folder.resolve() for folder in folders])
    names = [PurePath(os.path.relpath(place_of(file), common)) for file in files]
    ids = choose_ids(names, [is_image(file) for file in files])
    return [SourceFile(*each) for each in zip(files, names, ids)]


def place_of(file: Path) -> Path:
    """The absolute path of a file, which itself may be a link."""
    return file.parent.resolve() / file.name


def choose_ids(names: Sequence[PurePath], are_images: Sequence[bool]) -> list[int | str]:
    """A different id for each file.

    Names without ending, as numbers where those of all images are different numbers as in COCO,
    and with ending where files differ by it alone.
    """
    stems = [name.with_suffix("").as_posix() for name in names]
    images = [stem for stem, image in zip(stems, are_images) if image]
    numbers = {int(stem) for stem in images if stem.isdecimal()}
    as_numbers = len(numbers) == sum(stem.isdecimal() for stem in images)
    counts = Counter(stems)
    ids: list[int | str] = []
    for name, stem, image in zip(names, stems, are_images):
        if counts[stem] > 1:
            ids.append(name.as_posix())
        elif image and as_numbers and stem.isdecimal():
            ids.append(int(stem))
        else:
            ids.append(stem)
    return ids
