"""KITTI's object layout: image_2, label_2 and calib, with a file that lists a split's frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from centernet_ros.datasets.report import Report
from centernet_ros.datasets.sample import Annotations3D, DataSet, Sample
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import index_images, order_naturally
from centernet_ros.io.kitti_format import (
    KittiLabels,
    parse_kitti_calibration,
    parse_kitti_labels,
    parse_kitti_results,
)
from centernet_ros.io.text import read_text
from centernet_ros.labels import KITTI_CLASSES, KITTI_IGNORED, KITTI_TYPES

Content = TypeVar("Content")
# What a folder has for each frame.
FOLDERS = ("image_2", "label_2", "calib")
# Labels of a whole drive with identities, in the format of KITTI's tracking data, beside those of
# each frame.
TRACKS = "label_02/0000.txt"
# What label files call regions in which nobody looked for objects.
DONT_CARE = "DontCare"


def read_kitti(
    root: Path,
    split: Path | None = None,
    *,
    existing: bool = False,
    class_names: Sequence[str] | None = KITTI_CLASSES,
) -> DataSet:
    """Frames with their 2D and 3D boxes.

    Args:
        root: folder such as training, with image_2 (png, jpg or jpeg), label_2 and calib, or the
            one above it; TRACKS in it says who is who from frame to frame.
        split: file of one frame a line (Chen's, SubCNN's); if None, all that have labels.
        existing: leave out the frames of the split that are not in the folder.
        class_names: labels follow this list; if None, KITTI's classes, or all names of the label
            files where there are others than KITTI's.

    Raises:
        DataError: a file is missing or damaged, or no object is of these classes.
    """
    root = find_training_folder(root)
    frames = list_frames(root / "label_2", split, existing=existing)
    images, report = index_images(root / "image_2"), Report()
    if split is None:
        for name in sorted(images.keys() - set(frames)):
            report.add("images without a label file: passed over", str(images[name]))
    tracks = read_tracks(root / TRACKS) if (root / TRACKS).is_file() else {}
    labels = _read_labels(root, frames)
    chosen = _choose_class_names(labels) if class_names is None else tuple(class_names)
    samples = tuple(
        _make_sample(
            root,
            frame,
            labels[frame],
            chosen,
            images,
            tracks.get(frame.lstrip("0") or "0"),
            report,
        )
        for frame in frames
    )
    names = {name for sample in samples for name in sample.require_kitti().names.tolist()}
    # Frames may well show none of KITTI's classes, but trucks.
    usual = KITTI_TYPES if set(KITTI_CLASSES) <= set(chosen) else (DONT_CARE,)
    unknown = sorted(names.difference(chosen, usual))
    if unknown and not any((sample.labels >= 0).any() for sample in samples):
        raise DataError(
            f"{root / 'label_2'}: only objects of {', '.join(map(repr, unknown))}, "
            f"expected some of: {', '.join(chosen)}"
        )
    return DataSet(root, chosen, samples, notes=report.lines())


def read_kitti_boxes(root: Path, class_names: Sequence[str] | None = None) -> DataSet:
    """Frames with their 2D boxes alone, of tools that write no calibrations.

    Args:
        root: as of `read_kitti`.
        class_names: labels follow this list; all that the label files name if None.

    Raises:
        DataError: a file is missing or damaged, or has a class that is not among the names.
    """
    root = find_training_folder(root)
    images, report = index_images(root / "image_2"), Report()
    frames = _read_labels(root, list_frames(root / "label_2", None))
    named = {name for labels in frames.values() for name in labels.names.tolist()} - {DONT_CARE}
    if class_names is None:
        class_names = sorted(named)
    if unknown := sorted(named - set(class_names)):
        raise DataError(
            f"{root / 'label_2'}: class {', '.join(map(repr, unknown))}, expected some of: "
            f"{', '.join(class_names)}"
        )
    samples = []
    for frame, labels in frames.items():
        for i in np.flatnonzero(labels.names == DONT_CARE):
            where = f"{_label_file(root, frame)}, object {i + 1}"
            report.add(f"regions {DONT_CARE!r}: passed over", where)
        kept = labels[labels.names != DONT_CARE]
        samples.append(
            Sample(
                images.get(frame, root / "image_2" / f"{frame}.png"),
                frame,
                kept.boxes,
                np.array([class_names.index(name) for name in kept.names], int),
                np.zeros(len(kept.names), bool),
            )
        )
    return DataSet(root, tuple(class_names), tuple(samples), notes=report.lines())


def _label_file(root: Path, frame: str) -> Path:
    return root / "label_2" / f"{frame}.txt"


def _read_labels(root: Path, frames: Sequence[str]) -> dict[str, KittiLabels]:
    """The objects of each frame."""
    return {frame: read_label_file(_label_file(root, frame)) for frame in frames}


def _choose_class_names(labels: Mapping[str, KittiLabels]) -> tuple[str, ...]:
    """KITTI's classes, or all names of the label files where there are others than KITTI's."""
    named = {
        _name_type(name, KITTI_TYPES)
        for of_frame in labels.values()
        for name in of_frame.names.tolist()
    }
    if named <= set(KITTI_TYPES):
        return KITTI_CLASSES
    return tuple(sorted(named - {DONT_CARE}))


def find_ignored(names: Sequence[str], class_names: Sequence[str]) -> np.ndarray:
    """(N, C) bool, of which of C classes nobody knows whether each of N objects is one."""
    of_names = {
        name: () if name in class_names else KITTI_IGNORED.get(name, ()) for name in names
    } | {DONT_CARE: class_names}
    rows = [[of_class in of_names[name] for of_class in class_names] for name in names]
    return np.array(rows, bool).reshape(-1, len(class_names))


def _name_type(name: str, types: Sequence[str]) -> str:
    """A name as a list writes it, whose letters may be of another case; itself if not in it."""
    return next((known for known in types if known.lower() == name.lower()), name)


def find_training_folder(root: Path) -> Path:
    """The folder with label_2: the root itself, or training in it."""
    below = root / "training"
    return below if (below / "label_2").is_dir() and not (root / "label_2").is_dir() else root


def list_frames(folder: Path, split: Path | None, *, existing: bool = False) -> list[str]:
    """The frames of a split file, one name a line, or else those with a file in a folder.

    Args:
        folder: of label or result files.
        split: the file, None for all.
        existing: leave out frames of the split that have no file in the folder.

    Raises:
        DataError: there are none.
    """
    if split is not None:
        frames = read_text(split, "one frame a line").split()
    else:
        names = (path.stem for path in folder.glob("*.txt") if path.name[0] != ".")
        frames = sorted(names, key=order_naturally)
    if existing:
        frames = [frame for frame in frames if (folder / f"{frame}.txt").is_file()]
    if not frames:
        of_split = f" of {split}" if split else ""
        raise DataError(f"{folder}: no frames{of_split}, expected names such as 000001.txt")
    return frames


def read_label_file(path: Path) -> KittiLabels:
    """The objects of a label file.

    Raises:
        DataError: it is missing or damaged.
    """
    return _parse(path, parse_kitti_labels, "KITTI labels")


def read_result_file(path: Path) -> KittiLabels:
    """The objects of a result file; none where there is no such file.

    Raises:
        DataError: it is damaged.
    """
    if not path.is_file():
        return parse_kitti_results("")
    return _parse(path, parse_kitti_results, "KITTI results")


def read_projection(path: Path) -> np.ndarray:
    """The (3, 4) projection of the left colour camera in a calibration file.

    Raises:
        DataError: it is missing or damaged.
    """
    return _parse(path, parse_kitti_calibration, "a KITTI calibration")


def _parse(path: Path, parse: Callable[[str], Content], expected: str) -> Content:
    text = read_text(path, expected)
    try:
        return parse(text)
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error


def read_tracks(path: Path) -> dict[str, list[str]]:
    """Frame -> the identity of each of its objects, from a label file of KITTI's tracking data.

    Raises:
        DataError: a line is not one of an object.
    """
    tracks: dict[str, list[str]] = {}
    for number, line in enumerate(read_text(path, "KITTI's labels of tracks").splitlines(), 1):
        words = line.split()
        if len(words) < 3 or not words[0].isdecimal():
            raise DataError(f"{path}: line {number}: expected frame, track and an object")
        of_frame = tracks.setdefault(words[0], [])
        # Of what nobody tracks each is somebody else.
        of_frame.append(f"untracked {len(of_frame)}" if words[1] == "-1" else words[1])
    return tracks


def _make_sample(
    root: Path,
    frame: str,
    labels: KittiLabels,
    class_names: tuple[str, ...],
    images: dict[str, Path],
    tracks: list[str] | None,
    report: Report,
) -> Sample:
    path = _label_file(root, frame)
    if tracks is not None and len(tracks) != len(labels.names):
        raise DataError(
            f"{path}: {len(labels.names)} objects, {len(tracks)} in {root / TRACKS}, expected as "
            "many"
        )
    projection = read_projection(root / "calib" / f"{frame}.txt")
    types = (*class_names, *KITTI_TYPES)
    names = [_name_type(name, types) for name in labels.names.tolist()]
    known = (labels.dimensions.min(1, initial=np.inf) > 0) & (labels.locations[:, 2] > 0)
    classes = np.array([class_names.index(n) if n in class_names else -1 for n in names], int)
    for i, (name, written) in enumerate(zip(names, labels.names.tolist())):
        where = f"{path}, object {i + 1}"
        if name != written:
            report.add(f"objects {written!r}: taken as {name!r}", where)
        if name not in types:
            expected = ", ".join(class_names)
            report.add(f"objects {name!r}, which is none of {expected}: passed over", where)
        elif classes[i] >= 0 and not known[i]:
            report.add(
                "objects without a place in space before the camera: their 2D boxes are learned, "
                "depth, size and heading are not",
                where,
            )
    return Sample(
        images.get(frame, root / "image_2" / f"{frame}.png"),
        frame,
        labels.boxes,
        classes,
        np.array([name == DONT_CARE for name in names], bool),
        annotations_3d=Annotations3D(
            find_ignored(names, class_names),
            labels.alphas,
            labels.locations,
            labels.dimensions,
            projection,
            known & (labels.occlusions == 0) & (labels.truncations == 0),
            known,
        ),
        ids=tuple(tracks or map(str, range(len(names)))),
        kitti=replace(labels, names=np.array(names, str)),
    )
