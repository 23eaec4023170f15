"""Labels and results of many KITTI frames as flat arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from centernet_ros.io.kitti_format import KittiLabels, parse_kitti_labels, parse_kitti_results


class KittiError(Exception):
    """Labels or results that cannot be evaluated; the message names the file."""


def read_kitti_frames(
    labels: Path, results: Path | None, frames: Sequence[str]
) -> tuple[list[KittiLabels], list[KittiLabels]]:
    """True and found objects of each frame; a frame without a result file has none found.

    Args:
        labels: folder of label files.
        results: folder of result files; None finds the labels themselves, each with score 1.
        frames: their names.

    Raises:
        KittiError: a label file is missing, or a file is damaged.
    """
    true = [_read(labels / f"{frame}.txt", parse_kitti_labels) for frame in frames]
    if results is None:
        return true, [replace(frame, scores=np.ones(len(frame.names))) for frame in true]
    found = [
        _read(path, parse_kitti_results) if path.is_file() else parse_kitti_results("")
        for path in (results / f"{frame}.txt" for frame in frames)
    ]
    return true, found


def list_frames(folder: Path, split: Path | None) -> list[str]:
    """The frames of a split file, one name a line, or else those with a file in a folder.

    Raises:
        KittiError: there are none.
    """
    if split is not None:
        if not split.is_file():
            raise KittiError(f"{split}: no such file, expected one frame a line")
        frames = split.read_text().split()
    else:
        frames = sorted(path.stem for path in folder.glob("*.txt"))
    if not frames:
        raise KittiError(f"{split or folder}: no frames, expected names such as 000001")
    return frames


def _read(path: Path, parse: Callable[[str], KittiLabels]) -> KittiLabels:
    try:
        return parse(path.read_text())
    except FileNotFoundError as error:
        raise KittiError(f"{path}: no such file, expected KITTI labels") from error
    except ValueError as error:
        raise KittiError(f"{path}: {error}") from error


def concatenate_frames(frames: Sequence[KittiLabels]) -> tuple[KittiLabels, np.ndarray]:
    """All objects, and (N,) the index of each one's frame; names in lower case as (N,) array."""
    names = np.array([name.lower() for frame in frames for name in frame.names], dtype=str)
    columns = {
        field.name: np.concatenate([getattr(frame, field.name) for frame in frames])
        for field in fields(KittiLabels)
        if field.name != "names"
    }
    counts = [len(frame.names) for frame in frames]
    return KittiLabels(names, **columns), np.repeat(np.arange(len(frames)), counts)


def take_rows(objects: KittiLabels, rows: np.ndarray) -> KittiLabels:
    """Those objects that an index array names, in its order; names as an array."""
    return KittiLabels(*(np.asarray(getattr(objects, f.name))[rows] for f in fields(objects)))


def pair_in_frames(
    true_frames: np.ndarray, found_frames: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Every true object with every one found in its frame, in order of the true ones.

    Args:
        true_frames: (N,) ascending frame of each true object.
        found_frames: (M,) ascending frame of each found one.

    Returns:
        (P,) indices of true and (P,) of found objects.
    """
    first = np.searchsorted(found_frames, true_frames)
    counts = np.searchsorted(found_frames, true_frames, side="right") - first
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(np.arange(len(true_frames)), counts), np.repeat(first, counts) + within
