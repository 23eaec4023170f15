"""Training on COCO's layout: boxes and poses differ in their annotation files."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.sample import DataSet
from centernet_ros.metrics.coco_samples import score_coco, score_poses
from centernet_ros.models.spec import Task
from training.data.splits import Splits
from training.engine.command import make_parser, run_command


class CocoPart(NamedTuple):
    """A part of a data set: its annotation file and the folder of its images."""

    annotations: Path
    images: Path


def name_part(poses: bool, name: str) -> CocoPart:
    """The part of a name such as "train2017" as COCO's folder has it."""
    kind = "person_keypoints" if poses else "instances"
    return CocoPart(Path(f"annotations/{kind}_{name}.json"), Path(name))


def read_coco_splits(
    root: Path, train: CocoPart, validation: CocoPart | None, test: CocoPart | None, poses: bool
) -> Splits:
    """The data to learn boxes of all classes from, or persons' joints.

    Args:
        root: folder that the parts' paths begin in.
        train, validation, test: the parts, as far as there are such.
        poses: read persons' joints rather than boxes of all classes.

    Raises:
        DataError: a file is missing or damaged.
    """
    train_set = read_coco(
        root / train.annotations, root / train.images, joints=poses, only_annotated=poses
    )

    def read_other(part: CocoPart | None) -> DataSet | None:
        if part is None:
            return None
        names = train_set.class_names
        paths = root / part.annotations, root / part.images
        return read_coco(*paths, joints=poses, class_names=names)

    score = score_poses if poses else score_coco
    return Splits(score, train_set, read_other(validation), read_other(test))


def run_coco_command(description: str, configuration: str, poses: bool) -> int:
    """Train on the data that the command line names; exit status.

    Args:
        description: of the command.
        configuration: name of the default file in config/training.
        poses: learn persons' joints rather than boxes of all classes.
    """
    task: Task = "multi_pose" if poses else "ctdet"
    parser = make_parser(description, configuration, task)
    parser.add_argument("--data", type=Path, required=True, help="folder of the paths below")
    for option, default in (
        ("", name_part(poses, "train2017")),
        ("validation-", name_part(poses, "val2017")),
        ("test-", None),
    ):
        for name, path in zip(("annotations", "images"), default or (None, None)):
            parser.add_argument(f"--{option}{name}", type=Path, default=path)
    arguments = parser.parse_args()

    def name_other(annotations: Path | None, images: Path | None) -> CocoPart | None:
        folder = images or arguments.validation_images or arguments.images
        return CocoPart(annotations, folder) if annotations else None

    def read_data() -> dict[Task, Splits]:
        splits = read_coco_splits(
            arguments.data,
            CocoPart(arguments.annotations, arguments.images),
            name_other(arguments.validation_annotations, arguments.validation_images),
            name_other(arguments.test_annotations, arguments.test_images),
            poses,
        )
        return {task: splits}

    return run_command(parser, arguments, read_data)
