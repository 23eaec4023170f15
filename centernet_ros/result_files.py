"""Annotated pictures and videos, and the detections beside them, in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from centernet_ros.drawing import copy_as_bgr, draw_detections
from centernet_ros.drawing.birds_eye import draw_birds_eye
from centernet_ros.drawing.boxes3d import draw_boxes3d
from centernet_ros.drawing.poses import draw_poses
from centernet_ros.formats.coco import to_coco_results
from centernet_ros.formats.kitti import format_kitti_results
from centernet_ros.labels import COCO_CLASSES, COCO_IDS
from centernet_ros.postprocessing import filter_detections
from centernet_ros.structures import Boxes3D, Detections, Image, Poses

DEFAULT_RATE = 30.0
# The authors' for KITTI's result files.
MIN_SCORE_3D = 0.2


class ResultFiles:
    """Writes what was found into a folder, which is created.

    "name.jpg" gives an annotated "name.jpg", "name.mp4" an annotated "name.mp4". 2D objects and
    poses go to "results.json" in COCO's format, 3D objects to "name.txt" in KITTI's. A frame of a
    video is called "name_000012". To be used in a with statement.

    Args:
        folder: where to.
        class_names: of the model.
        threshold: lowest score that is drawn; written are all 2D objects, and 3D objects from
            0.2 as the authors do.
    """

    def __init__(self, folder: Path, class_names: tuple[str, ...], threshold: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.class_names = class_names
        self.threshold = threshold
        coco = class_names == COCO_CLASSES
        self.category_ids = COCO_IDS if coco else tuple(range(1, len(class_names) + 1))
        self._results: list[dict[str, Any]] = []
        self._videos: dict[Path, cv2.VideoWriter] = {}

    def __enter__(self) -> ResultFiles:
        return self

    def __exit__(self, *_: object) -> None:
        for video in self._videos.values():
            video.release()
        if self._results:
            (self.folder / "results.json").write_text(json.dumps(self._results))

    def write_picture(
        self, source: Path, image: Image, found: Detections, projection: np.ndarray | None
    ) -> None:
        """What was found in a picture file."""
        cv2.imwrite(str(self.folder / source.name), self._draw(image, found, projection))
        self._write_objects(source.stem, found)

    def write_frame(
        self,
        source: Path,
        index: int,
        rate: float | None,
        image: Image,
        found: Detections,
        projection: np.ndarray | None,
    ) -> None:
        """What was found in the next frame of a video file; `rate` in frames per second."""
        drawing = self._draw(image, found, projection)
        if source not in self._videos:
            path = self.folder / f"{source.stem}.mp4"
            codec = cv2.VideoWriter.fourcc(*"mp4v")
            size = drawing.shape[1], drawing.shape[0]
            self._videos[source] = cv2.VideoWriter(str(path), codec, rate or DEFAULT_RATE, size)
        self._videos[source].write(drawing)
        self._write_objects(f"{source.stem}_{index:06d}", found)

    def _draw(self, image: Image, found: Detections, projection: np.ndarray | None) -> np.ndarray:
        names = dict(enumerate(self.class_names))
        found = filter_detections(found, self.threshold)
        canvas = copy_as_bgr(image)
        if isinstance(found, Boxes3D):
            drawing = draw_boxes3d(canvas, found, names, projection)
            return np.hstack((drawing, draw_birds_eye(found, drawing.shape[0])))
        if isinstance(found, Poses):
            return draw_poses(canvas, found, names)
        return draw_detections(canvas, found, names)

    def _write_objects(self, name: str, found: Detections) -> None:
        if isinstance(found, Boxes3D):
            text = format_kitti_results(filter_detections(found, MIN_SCORE_3D), self.class_names)
            (self.folder / f"{name}.txt").write_text(text)
            return
        image_id = int(name) if name.isdecimal() else name
        self._results += to_coco_results(found, image_id, self.category_ids)
