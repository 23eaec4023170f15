"""COCO's layout: an annotation file of boxes or of persons' joints, and a folder of images."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from centernet_ros.datasets.coco_file import Id, Row, normalize_id, read_rows
from centernet_ros.datasets.report import Report
from centernet_ros.datasets.sample import DataSet, Joints, Sample
from centernet_ros.io.errors import DataError
from centernet_ros.skeleton import COCO_SKELETON, Skeleton, find_pairs, number_joints


def read_coco(
    path: Path,
    images: Path,
    *,
    joints: bool = False,
    only_annotated: bool = False,
    class_names: Sequence[str] | None = None,
) -> DataSet:
    """The images of an annotation file; crowds are ordinary objects, as for the authors.

    What files of other tools lack is completed, and what cannot be used is passed over; both are
    counted in the data set's notes.

    Args:
        path: such as instances_train2017.json.
        images: their folder.
        joints: read persons' joints.
        only_annotated: leave out images without objects, as the authors do for poses.
        class_names: labels follow this list; if None, the categories' ids.

    Raises:
        DataError: the file is missing or damaged, has another class, or nothing in it fits.
    """
    rows = read_rows(path)
    report = Report()
    names = _read_categories(path, rows["categories"])
    files = _read_images(path, rows["images"], report)
    used = {normalize_id(row.get("category_id")) for row in rows["annotations"]}
    if class_names is None:
        class_names = tuple(names.values())
    else:
        unknown = sorted({names[i] for i in names.keys() & used} - set(class_names))
        if unknown:
            raise DataError(
                f"{path}: class {', '.join(unknown)!r}, expected some of: {', '.join(class_names)}"
            )
    skeleton = read_skeleton(path, rows) if joints else None
    labels = {i: class_names.index(name) for i, name in names.items() if name in class_names}
    of_images = _sort_by_image(path, rows["annotations"], files, labels, report)
    samples = []
    for image_id, (file_name, size) in sorted(files.items(), key=lambda item: _order(item[0])):
        annotations = of_images.get(image_id, [])
        if annotations or not only_annotated:
            samples.append(
                _make_sample(
                    images / file_name, image_id, size, annotations, labels, skeleton, path
                )
            )
    ids = {name: i for i, name in names.items()}
    return DataSet(
        path,
        tuple(class_names),
        tuple(samples),
        category_ids=tuple(ids.get(name, -1) for name in class_names),
        notes=(*report.lines(), *(skeleton.describe_gaps() if skeleton else ())),
        skeleton=skeleton,
    )


def read_skeleton(path: Path, rows: Mapping[str, Sequence[Row]]) -> Skeleton:
    """The joints that a file's categories name; without names, as many as its annotations have.

    Beside COCO's "keypoints" and "skeleton" (limbs, counted from 1) a category may have "sigmas"
    and "pairs" of left and right joints, counted from 1, too; otherwise the names say which are.

    Raises:
        DataError: they do not fit one another, or two categories have different joints.
    """
    described = [row for row in rows["categories"] if row.get("keypoints")]
    if not described:
        counts = {len(row.get("keypoints") or ()) // 3 for row in rows["annotations"]} - {0}
        return number_joints(max(counts, default=len(COCO_SKELETON)))
    first = described[0]
    try:
        names = tuple(str(name) for name in first["keypoints"])
        if any(tuple(map(str, row["keypoints"])) != names for row in described):
            raise ValueError("categories with different keypoints, expected one list of joints")
        if tuple(name.replace("_", " ") for name in names) == COCO_SKELETON.joints:
            return COCO_SKELETON
        return Skeleton(
            names,
            _read_pairs(first.get("skeleton")),
            _read_pairs(first.get("pairs")) or find_pairs(names),
            tuple(float(sigma) for sigma in first.get("sigmas") or ()),
        )
    except (TypeError, ValueError) as error:
        raise DataError(f"{path}: category {first.get('name')!r}: {error}") from error


def _read_pairs(pairs: Sequence[Sequence[int]] | None) -> tuple[tuple[int, int], ...]:
    """From COCO's numbers, which begin at 1."""
    return tuple((int(start) - 1, int(end) - 1) for start, end in pairs or ())


def _order(image_id: Id) -> tuple[int, str]:
    """Numbers by value, then texts."""
    return (image_id, "") if isinstance(image_id, int) else (2**62, image_id)


def _read_categories(path: Path, rows: Sequence[Row]) -> dict[Id, str]:
    """Names by id, in the order of the ids."""
    names: dict[Id, str] = {}
    for i, row in enumerate(rows):
        category_id, name = normalize_id(row.get("id")), row.get("name")
        if category_id is None or not isinstance(name, str) or not name:
            raise DataError(f"{path}: categories[{i}] is {row}, expected an id and a name")
        if names.setdefault(category_id, name) != name:
            raise DataError(
                f"{path}: category {category_id} is {names[category_id]!r} and {name!r}, "
                "expected one name"
            )
    if len(set(names.values())) < len(names):
        raise DataError(f"{path}: two categories have one name, expected a name for each")
    return dict(sorted(names.items(), key=lambda item: _order(item[0])))


def _read_images(
    path: Path, rows: Sequence[Row], report: Report
) -> dict[Id, tuple[str, tuple[int, int] | None]]:
    """File name and size by id."""
    files: dict[Id, tuple[str, tuple[int, int] | None]] = {}
    seen: set[str] = set()
    for i, row in enumerate(rows):
        where = f"{path}: images[{i}]"
        image_id, name = normalize_id(row.get("id")), row.get("file_name")
        if image_id is None or not isinstance(name, str) or not name:
            raise DataError(f"{where} is {row}, expected an id and a file_name")
        if "\\" in name:
            report.add("file names with backslashes: taken as folders", where)
            name = name.replace("\\", "/")
        entry = name, _read_size(row)
        if image_id in files:
            if files[image_id][0] != name:
                raise DataError(
                    f"{where}: id {image_id} is that of {files[image_id][0]!r} and of {name!r}, "
                    "expected one image"
                )
            report.add("repeated images: taken once", where)
            continue
        files[image_id] = entry
        if name in seen:
            report.add(
                "images of a file that another id has, too: each has its own objects", where
            )
        seen.add(name)
    return files


def _read_size(row: Row) -> tuple[int, int] | None:
    """Height and width of an image, None where the file does not say them."""
    # Numbers are written in as many ways as ids.
    height, width = (normalize_id(row.get(side)) for side in ("height", "width"))
    if not isinstance(height, int) or not isinstance(width, int) or min(height, width) <= 0:
        return None
    return height, width


def _sort_by_image(
    path: Path,
    rows: Sequence[Row],
    files: Mapping[Id, object],
    labels: Mapping[Id, int],
    report: Report,
) -> dict[Id, list[Row]]:
    """The usable annotations of each image, completed."""
    of_images: dict[Id, list[Row]] = defaultdict(list)
    for i, row in enumerate(rows):
        where = f"{path}: annotations[{i}]"
        image_id, category_id = (normalize_id(row.get(key)) for key in ("image_id", "category_id"))
        if image_id not in files:
            report.add("objects of images that are not listed: passed over", where)
        elif category_id not in labels:
            report.add("objects of categories that are not listed: passed over", where)
        else:
            complete = _complete(row, where, report)
            if complete:
                assert image_id is not None
                of_images[image_id].append(complete | {"category_id": category_id})
    if rows and not of_images:
        raise DataError(
            f"{path}: none of its {len(rows)} objects can be used: {'; '.join(report.lines())}"
        )
    return of_images


def _complete(row: Row, where: str, report: Report) -> Row | None:
    """An annotation with all its fields, None if it has no box."""
    box = _read_box(row, where, report)
    if box is None:
        return None
    area, crowd = row.get("area"), row.get("iscrowd")
    if not isinstance(area, (int, float)) or not area >= 0:
        report.add("objects without area: that of the box is taken", where)
        area = box[2] * box[3]
    if crowd is None:
        report.add("objects without iscrowd: taken as single objects", where)
    return {
        "id": row.get("id"),
        "bbox": box,
        "area": float(area),
        "iscrowd": bool(crowd),
        "keypoints": row.get("keypoints"),
    }


def _read_box(row: Row, where: str, report: Report) -> list[float] | None:
    """x, y, width and height of an annotation, None if there are none."""
    values = row.get("bbox")
    if not values and row.get("segmentation"):
        report.add("objects without bbox: that of the outline is taken", where)
        values = _bound_outline(row["segmentation"])
    try:
        box = [float(value) for value in values or ()]
    except (TypeError, ValueError):
        box = []
    if len(box) != 4 or not np.isfinite(box).all():
        what = "whose bbox is not four numbers" if values else "without bbox"
        report.add(f"objects {what}: passed over", where)
        return None
    if box[2] <= 0 or box[3] <= 0:
        report.add("objects whose box has no area: passed over", where)
        return None
    return box


def _bound_outline(segmentation: Any) -> list[float]:  # noqa: ANN401 (JSON)
    """The box around polygons, empty if they are none."""
    try:
        points = np.concatenate([np.array(part, float).reshape(-1, 2) for part in segmentation])
    except (TypeError, ValueError):
        return []
    low, high = points.min(0), points.max(0)
    return [*low.tolist(), *(high - low).tolist()]


def _make_sample(
    image: Path,
    image_id: Id,
    size: tuple[int, int] | None,
    annotations: Sequence[Row],
    labels: Mapping[Id, int],
    skeleton: Skeleton | None,
    path: Path,
) -> Sample:
    boxes = np.array([a["bbox"] for a in annotations], float).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return Sample(
        image,
        image_id,
        boxes,
        np.array([labels[a["category_id"]] for a in annotations], int),
        np.array([a["iscrowd"] for a in annotations], bool),
        joints=_read_joints(annotations, skeleton, f"{path}: image {image_id}")
        if skeleton
        else None,
        size=size,
        ids=tuple(str(a["id"]) for a in annotations),
        areas=np.array([a["area"] for a in annotations], float),
    )


def _read_joints(annotations: Sequence[Row], skeleton: Skeleton, where: str) -> Joints:
    """The joints of an image's persons; those of a person without any are not labelled."""
    count = len(skeleton)
    values = np.zeros((len(annotations), count, 3))
    for i, annotation in enumerate(annotations):
        keypoints = annotation["keypoints"]
        if not keypoints:
            continue
        try:
            row = np.array(keypoints, float).reshape(-1, 3)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"{where}: keypoints of a person are not triples of numbers ({error})"
            ) from error
        if len(row) != count:
            raise DataError(f"{where}: a person has {len(row)} joints, expected {count}")
        values[i] = row
    return Joints(values[..., :2], values[..., 2], skeleton)
