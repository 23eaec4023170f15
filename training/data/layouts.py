"""Sub-commands that name a data set of any layout, for commands that work on all."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.own.part import read_part
from centernet_ros.datasets.own.recognize import recognize_data
from centernet_ros.datasets.sample import DataSet
from centernet_ros.datasets.voc import read_voc
from centernet_ros.datasets.yolo import read_description, read_yolo
from centernet_ros.labels import KITTI_CLASSES
from centernet_ros.models.spec import Task

TASKS: dict[str, Task] = {
    "voc": "ctdet",
    "coco": "ctdet",
    "yolo": "ctdet",
    "pose": "multi_pose",
    "kitti": "ddd",
}
# A folder whose layout is recognized.
OWN = "own"


def add_layouts(
    parser: argparse.ArgumentParser, complete: Callable[[argparse.ArgumentParser, str], None]
) -> None:
    """Add one sub-command for each layout.

    Args:
        parser: of the command.
        complete: adds the command's own arguments to the sub-command of a layout.
    """
    layouts = parser.add_subparsers(dest="layout", required=True)
    for layout in (OWN, *TASKS):
        command = layouts.add_parser(layout)
        if layout == OWN:
            command.add_argument("data", type=Path, metavar="DATA", help="as of train.py")
            command.add_argument(
                "--split",
                default="train",
                help="train, validation or test, or a file of one image a line",
            )
        elif layout in ("coco", "pose"):
            command.add_argument("--annotations", type=Path, required=True)
            command.add_argument("--images", type=Path, required=True, help="their folder")
        elif layout == "voc":
            command.add_argument("--data", type=Path, nargs="+", required=True)
            command.add_argument("--split", default="trainval")
        elif layout == "yolo":
            command.add_argument("--data", type=Path, required=True, help="such as data.yaml")
            command.add_argument("--split", default="train", help="train, val or test")
        else:
            command.add_argument("--data", type=Path, required=True)
            command.add_argument("--split", type=Path, help="file of frames; all if absent")
            command.add_argument("--existing", action="store_true", help="pass over absent frames")
        complete(command, layout)


def find_task(arguments: argparse.Namespace) -> Task:
    """What the data set that the command line names is for.

    Raises:
        DataError: its layout is not recognized.
    """
    if arguments.layout == OWN:
        return recognize_data(arguments.data).task
    return TASKS[arguments.layout]


def read_layout(
    arguments: argparse.Namespace, class_names: Sequence[str] | None = None
) -> DataSet:
    """The data set that the command line names.

    Raises:
        DataError: it cannot be read.
    """
    if arguments.layout == OWN:
        data = recognize_data(arguments.data)
        return read_part(data, arguments.data, arguments.split, class_names)
    if arguments.layout == "voc":
        return read_voc(arguments.data, arguments.split, class_names)
    if arguments.layout == "kitti":
        return read_kitti(
            arguments.data,
            arguments.split,
            existing=arguments.existing,
            class_names=class_names or KITTI_CLASSES,
        )
    if arguments.layout == "yolo":
        return read_yolo(
            read_description(arguments.data), arguments.split, class_names=class_names
        )
    joints = arguments.layout == "pose"
    return read_coco(
        arguments.annotations, arguments.images, joints=joints, class_names=class_names
    )
