"""COCO's annotation files: boxes or persons' joints."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools.coco import COCO

from centernet_ros.datasets.sample import DataError, DataSet, Joints, Sample


def load_annotations(path: Path) -> COCO:
    """An annotation file, each image once even if the file repeats it.

    Raises:
        DataError: it is missing or not COCO annotations.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # pycocotools reports on stdout
            return COCO(str(path))
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        raise DataError(f"{path}: not a COCO annotation file ({error})") from error


def read_coco(
    path: Path,
    images: Path,
    *,
    joints: bool = False,
    only_annotated: bool = False,
    class_names: Sequence[str] | None = None,
) -> DataSet:
    """The images of an annotation file; crowds are ordinary objects, as for the authors.

    Args:
        path: such as instances_train2017.json.
        images: their folder.
        joints: read persons' joints.
        only_annotated: leave out images without objects, as the authors do for poses.
        class_names: labels follow this list; if None, the categories' ids.

    Raises:
        DataError: the file is missing or damaged, or has another class.
    """
    coco = load_annotations(path)
    categories = {i: coco.cats[i]["name"] for i in sorted(coco.cats)}
    class_names = tuple(class_names or categories.values())
    unknown = set(categories.values()) - set(class_names)
    if unknown:
        raise DataError(
            f"{path}: class {', '.join(sorted(unknown))!r}, expected some of: "
            f"{', '.join(class_names)}"
        )
    labels = {i: class_names.index(name) for i, name in categories.items()}
    samples = []
    for image_id in sorted(coco.imgs):
        annotations = coco.imgToAnns[image_id]
        if annotations or not only_annotated:
            image = images / coco.imgs[image_id]["file_name"]
            try:
                samples.append(_make_sample(image, image_id, annotations, labels, joints))
            except (KeyError, TypeError, ValueError) as error:
                raise DataError(
                    f"{path}: annotations of image {image_id} are not COCO's ({error!r})"
                ) from error
    return DataSet(path, class_names, tuple(samples), coco)


def _make_sample(
    image: Path,
    image_id: int,
    annotations: list[dict[str, Any]],
    labels: dict[int, int],
    joints: bool,
) -> Sample:
    boxes = np.array([a["bbox"] for a in annotations], float).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    keypoints = None
    if joints:
        values = np.array([a["keypoints"] for a in annotations], float)
        values = values.reshape(len(annotations), -1 if annotations else 17, 3)
        keypoints = Joints(values[..., :2], values[..., 2] > 0)
    return Sample(
        image,
        image_id,
        boxes,
        np.array([labels[a["category_id"]] for a in annotations], int),
        np.array([a.get("iscrowd", 0) for a in annotations], bool),
        joints=keypoints,
    )
