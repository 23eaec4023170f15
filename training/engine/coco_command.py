"""Training on COCO's layout: boxes and poses differ in their annotation files."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from centernet_ros.datasets.coco import read_coco
from centernet_ros.metrics.coco_samples import score_coco, score_poses
from centernet_ros.models.spec import Task
from training.augmentation.options import AUTHORS_AUGMENTATION
from training.data.splits import Splits
from training.engine.command import make_parser, run_command


class CocoPart(NamedTuple):
    """A part of a data set: its annotation file, None for no such part, and its images."""

    annotations: Path | None
    images: Path | None


def name_part(poses: bool, name: str | None) -> CocoPart:
    """The part of a name such as "train2017" as COCO's folder has it."""
    kind = "person_keypoints" if poses else "instances"
    return CocoPart(name and Path(f"annotations/{kind}_{name}.json"), name and Path(name))


def read_coco_splits(
    root: Path, train: CocoPart, validation: CocoPart, test: CocoPart, poses: bool
) -> Splits:
    """The data to learn boxes of all classes from, or persons' joints.

    Raises:
        DataError: a file is missing or damaged.
    """
    train_set = read_coco(
        root / train.annotations, root / train.images, joints=poses, only_annotated=poses
    )
    others = (
        part.annotations
        and read_coco(
            root / part.annotations,
            root / (part.images or validation.images),
            joints=poses,
            class_names=train_set.class_names,
        )
        for part in (validation, test)
    )
    return Splits(score_poses if poses else score_coco, train_set, *others)


def run_coco_command(description: str, configuration: str, poses: bool) -> int:
    """Train on the data that the command line names; exit status.

    Args:
        description: of the command.
        configuration: name of the default file in config/training.
        poses: learn persons' joints rather than boxes of all classes.
    """
    task: Task = "multi_pose" if poses else "ctdet"
    parser = make_parser(description, configuration, {"augmentation": AUTHORS_AUGMENTATION[task]})
    parser.add_argument("--data", type=Path, required=True, help="folder of the paths below")
    for option, name in (("", "train2017"), ("validation-", "val2017"), ("test-", None)):
        default = name_part(poses, name)
        parser.add_argument(f"--{option}annotations", type=Path, default=default.annotations)
        parser.add_argument(f"--{option}images", type=Path, default=default.images)
    arguments = parser.parse_args()

    def read_data() -> dict[Task, Splits]:
        splits = read_coco_splits(
            arguments.data,
            CocoPart(arguments.annotations, arguments.images),
            CocoPart(arguments.validation_annotations, arguments.validation_images),
            CocoPart(arguments.test_annotations, arguments.test_images),
            poses,
        )
        return {task: splits}

    return run_command(parser, arguments, read_data)
