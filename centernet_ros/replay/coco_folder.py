"""COCO's layout: images beside annotations/instances_*.json, perhaps person_keypoints_*.json."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

from std_msgs.msg import Header

from centernet_ros.conversions.coco_ground_truth import Row, coco_to_messages
from centernet_ros.replay.annotated_folder import (
    AnnotatedFolder,
    AnnotatedImage,
    DataSetError,
)


def open_coco(folder: Path, split: str) -> AnnotatedFolder:
    """The images of a split in the order of their ids, with boxes and persons' keypoints.

    Raises:
        DataSetError: the annotations are missing or damaged.
    """
    annotations = folder / "annotations"
    instances = _read(annotations / f"instances_{split}.json")
    persons = annotations / f"person_keypoints_{split}.json"
    keypoints = {
        row["id"]: {"keypoints": row["keypoints"]}
        for row in (_read(persons)["annotations"] if persons.is_file() else ())
    }
    categories = sorted(instances["categories"], key=lambda category: category["id"])
    labels = {category["id"]: label for label, category in enumerate(categories)}
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in instances["annotations"]:
        rows[row["image_id"]].append(row | keypoints.get(row["id"], {}))
    images = {image["id"]: image["file_name"] for image in instances["images"]}
    return AnnotatedFolder(
        class_names=[category["name"] for category in categories],
        is_rectified=False,
        frames=[
            AnnotatedImage(
                folder / split / name,
                partial(coco_to_messages, i, rows[i], labels, Header()),
            )
            for i, name in sorted(images.items())
        ],
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
        if not {"images", "annotations", "categories"} <= content.keys():
            raise ValueError("no images, annotations or categories in it")
    except (OSError, ValueError, AttributeError) as error:
        raise DataSetError(f"{path}: not a COCO annotation file ({error})") from error
    return content
