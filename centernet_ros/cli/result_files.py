"""Annotated images and videos, and the detections beside them, in a folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from centernet_ros.inference.postprocessing import filter_detections
from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import write_image
from centernet_ros.io.kitti_format import format_kitti_results
from centernet_ros.io.source_files import SourceFile
from centernet_ros.io.video_writer import VideoFile
from centernet_ros.labels import COCO_CLASSES, COCO_IDS
from centernet_ros.models.spec import ModelSpec, Task
from centernet_ros.structures import Boxes3D, Detections, Image
from centernet_ros.visualization.birds_eye import draw_birds_eye
from centernet_ros.visualization.canvas import copy_as_bgr
from centernet_ros.visualization.overview import draw_objects

# Names of the files in COCO's format.
COCO_FILES: dict[Task, str] = {"ctdet": "detections.json", "multi_pose": "keypoints.json"}
DEFAULT_FRAME_RATE = 30.0
# Lists the results in a folder, so that the next run may replace them.
MANIFEST = ".centernet_detect"
# The authors' for KITTI's result files.
MIN_SCORE_3D = 0.2


class ResultFiles:
    """Writes what was found into a folder, which is created.

    "name.jpg" gives an annotated "name.jpg", "name.avi" an annotated "name.mp4". 2D objects go to
    "detections.json" and persons to "keypoints.json" in COCO's format, 3D objects to "name.txt" in
    KITTI's. A frame of a video is called "name_000012". To be used in a with statement.

    Only files that an earlier run wrote are replaced; MANIFEST in the folder lists them.

    Args:
        folder: where to.
        sources: what will be written about.
        tasks: of the network.
        threshold: lowest score that is drawn, None for the models' own; written are all 2D
            objects, and 3D objects from 0.2 as the authors do.

    Attributes:
        written: how many files of each kind were written.

    Raises:
        DataError: a result would replace a file that is not this command's, or another result.
    """

    def __init__(
        self,
        folder: Path,
        sources: Sequence[SourceFile],
        tasks: Mapping[Task, ModelSpec],
        threshold: float | None,
    ) -> None:
        self.folder = folder
        self.tasks = tasks
        self.threshold = threshold
        self.written: Counter[str] = Counter()
        self._own = reserve_names(
            folder, plan_names(sources, tasks), [source.path for source in sources]
        )
        self._results: dict[Task, list[dict[str, Any]]] = {
            task: [] for task in COCO_FILES if task in tasks
        }
        self._videos: dict[Path, VideoFile] = {}

    def __enter__(self) -> ResultFiles:
        return self

    def __exit__(self, *_: object) -> None:
        for video in self._videos.values():
            video.close()
        for task, results in self._results.items():
            (self.folder / COCO_FILES[task]).write_text(json.dumps(results))
            self.written[COCO_FILES[task]] = 1
        write_manifest(self.folder, self._own)

    def write_image(
        self,
        source: SourceFile,
        image: Image,
        found: Mapping[Task, Detections],
        projection: np.ndarray | None,
    ) -> None:
        """What was found in an image file.

        Raises:
            DataError: the file cannot be written.
        """
        path = self.folder / source.name
        write_image(path, self._draw(image, found, projection))
        self.written["annotated images"] += 1
        self._write_objects(source.name.with_suffix(""), source.image_id, found)

    def write_frame(
        self,
        source: SourceFile,
        index: int,
        rate: float | None,
        image: Image,
        found: Mapping[Task, Detections],
        projection: np.ndarray | None,
    ) -> None:
        """What was found in the next frame of a video file; `rate` in frames per second.

        Raises:
            VideoError: the video cannot be written.
        """
        if source.path not in self._videos:
            path = self.folder / source.name.with_suffix(".mp4")
            self._videos[source.path] = VideoFile(path, rate or DEFAULT_FRAME_RATE)
            self.written["annotated videos"] += 1
        self._videos[source.path].write(self._draw(image, found, projection))
        name = source.name.with_name(f"{source.name.stem}_{index:06d}")
        self._write_objects(name, f"{source.image_id}_{index:06d}", found)

    def _draw(
        self, image: Image, found: Mapping[Task, Detections], projection: np.ndarray | None
    ) -> np.ndarray:
        canvas = copy_as_bgr(image)
        views = []
        for task, objects in found.items():
            spec = self.tasks[task]
            names = dict(enumerate(spec.class_names))
            threshold = spec.threshold if self.threshold is None else self.threshold
            drawn = filter_detections(objects, threshold)
            draw_objects(canvas, drawn, names, projection)
            if isinstance(drawn, Boxes3D):
                views.append(draw_birds_eye(drawn, len(canvas)))
        return np.hstack((canvas, *views))

    def _write_objects(
        self, name: PurePath, image_id: int | str, found: Mapping[Task, Detections]
    ) -> None:
        for task, objects in found.items():
            names = self.tasks[task].class_names
            if isinstance(objects, Boxes3D):
                text = format_kitti_results(filter_detections(objects, MIN_SCORE_3D), names)
                path = self.folder / f"{name}.txt"
                check_free(path, f"{name}.txt", self._own)
                self._own.add(f"{name}.txt")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
                self.written["KITTI result files"] += 1
            else:
                numbers = COCO_IDS if names == COCO_CLASSES else range(1, len(names) + 1)
                self._results[task] += to_coco_results(objects, image_id, numbers)


def plan_names(sources: Sequence[SourceFile], tasks: Mapping[Task, ModelSpec]) -> list[str]:
    """The names of all results, which of videos' frames in KITTI's format are not known before.

    Raises:
        DataError: two sources would have results of one name.
    """
    names = {file: "" for task, file in COCO_FILES.items() if task in tasks}
    for source in sources:
        results = [source.name if source.is_image else source.name.with_suffix(".mp4")]
        if "ddd" in tasks and source.is_image:
            results.append(source.name.with_suffix(".txt"))
        for result in map(str, results):
            if result in names:
                raise DataError(
                    f"{source.path} and {names[result] or 'all detections together'} would both "
                    f"give {result}, expected files of different names"
                )
            names[result] = str(source.path)
    return list(names)


def reserve_names(folder: Path, names: Sequence[str], sources: Sequence[Path]) -> set[str]:
    """Make sure that results replace nothing but earlier results, and note their names.

    Args:
        folder: for the results, created.
        names: of the results.
        sources: files that are read.

    Returns:
        the names of this command's files in the folder.

    Raises:
        DataError: a file of such a name is there already, and is a source or not this command's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    own = set(manifest.read_text().splitlines()) if manifest.is_file() else set()
    read = {source.resolve() for source in sources}
    for name in names:
        path = folder / name
        if path.resolve() in read:
            raise DataError(f"{path}: is read and would be replaced, expected another folder")
        check_free(path, name, own)
    own |= set(names)
    write_manifest(folder, own)
    return own


def check_free(path: Path, name: str, own: Container[str]) -> None:
    """Make sure that nobody else's file would be replaced.

    Args:
        path: of a result.
        name: of the result in its folder.
        own: names of this command's files there.

    Raises:
        DataError: it is there already.
    """
    if path.exists() and name not in own:
        raise DataError(
            f"{path}: is there already and was not written by this command, expected another "
            "folder or none of that name"
        )


def write_manifest(folder: Path, names: Iterable[str]) -> None:
    """Note the names of this command's files in a folder."""
    (folder / MANIFEST).write_text("".join(f"{name}\n" for name in sorted(names)))
