"""Annotated images and videos, and the detections beside them, in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from centernet_ros.inference.postprocessing import filter_detections
from centernet_ros.io.coco_results import to_coco_results
from centernet_ros.io.kitti_format import format_kitti_results
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
# The authors' for KITTI's result files.
MIN_SCORE_3D = 0.2


class ResultFiles:
    """Writes what was found into a folder, which is created.

    "name.jpg" gives an annotated "name.jpg", "name.mp4" an annotated "name.mp4". 2D objects go to
    "detections.json" and persons to "keypoints.json" in COCO's format, 3D objects to "name.txt" in
    KITTI's. A frame of a video is called "name_000012". To be used in a with statement.

    Args:
        folder: where to.
        tasks: of the network.
        threshold: lowest score that is drawn; written are all 2D objects, and 3D objects from
            0.2 as the authors do.
    """

    def __init__(self, folder: Path, tasks: Mapping[Task, ModelSpec], threshold: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.tasks = tasks
        self.threshold = threshold
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

    def write_image(
        self,
        source: Path,
        image: Image,
        found: Mapping[Task, Detections],
        projection: np.ndarray | None,
    ) -> None:
        """What was found in an image file."""
        cv2.imwrite(str(self.folder / source.name), self._draw(image, found, projection))
        self._write_objects(source.stem, found)

    def write_frame(
        self,
        source: Path,
        index: int,
        rate: float | None,
        image: Image,
        found: Mapping[Task, Detections],
        projection: np.ndarray | None,
    ) -> None:
        """What was found in the next frame of a video file; `rate` in frames per second."""
        if source not in self._videos:
            path = self.folder / f"{source.stem}.mp4"
            self._videos[source] = VideoFile(path, rate or DEFAULT_FRAME_RATE)
        self._videos[source].write(self._draw(image, found, projection))
        self._write_objects(f"{source.stem}_{index:06d}", found)

    def _draw(
        self, image: Image, found: Mapping[Task, Detections], projection: np.ndarray | None
    ) -> np.ndarray:
        canvas = copy_as_bgr(image)
        views = []
        for task, objects in found.items():
            names = dict(enumerate(self.tasks[task].class_names))
            drawn = filter_detections(objects, self.threshold)
            draw_objects(canvas, drawn, names, projection)
            if isinstance(drawn, Boxes3D):
                views.append(draw_birds_eye(drawn, len(canvas)))
        return np.hstack((canvas, *views))

    def _write_objects(self, name: str, found: Mapping[Task, Detections]) -> None:
        image_id = int(name) if name.isdecimal() else name
        for task, objects in found.items():
            names = self.tasks[task].class_names
            if isinstance(objects, Boxes3D):
                text = format_kitti_results(filter_detections(objects, MIN_SCORE_3D), names)
                (self.folder / f"{name}.txt").write_text(text)
            else:
                numbers = COCO_IDS if names == COCO_CLASSES else range(1, len(names) + 1)
                self._results[task] += to_coco_results(objects, image_id, numbers)
