#!/usr/bin/env python3
"""Train one network for several tasks, each from data that is labelled for that task alone.

python training/train_joint.py --learn ctdet multi_pose ddd --coco coco \\
    --kitti kitti/training --kitti-split train.txt --kitti-validation-split val.txt --output run
"""

from __future__ import annotations

import sys
from pathlib import Path

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.metrics.kitti_samples import score_kitti
from centernet_ros.models.spec import Task
from training.data.splits import Splits
from training.engine.coco_command import name_part, read_coco_splits
from training.engine.command import make_parser, run_command
from training.engine.settings import HEADS


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__, "joint_mobilenetv3", None)
    parser.add_argument(
        "--learn", nargs="+", choices=[*HEADS], default=[*HEADS], help="tasks of the network"
    )
    parser.add_argument("--coco", type=Path, help="COCO's folder, for ctdet and multi_pose")
    parser.add_argument("--coco-split", default="train2017", help="what to learn from")
    parser.add_argument("--coco-validation-split", help="what to choose best.pt by")
    parser.add_argument("--kitti", type=Path, help="image_2, label_2 and calib, for ddd")
    parser.add_argument("--kitti-split", type=Path, help="frames to learn from; all if absent")
    parser.add_argument("--kitti-validation-split", type=Path, help="frames to choose best.pt by")
    arguments = parser.parse_args()
    tasks = set(arguments.learn)
    if tasks & {"ctdet", "multi_pose"} and arguments.coco is None:
        parser.error("ctdet and multi_pose learn from COCO, expected --coco")
    if "ddd" in tasks and arguments.kitti is None:
        parser.error("ddd learns from KITTI, expected --kitti")

    def read_task(task: Task) -> Splits:
        if task == "ddd":
            split = arguments.kitti_validation_split
            return Splits(
                score_kitti,
                read_kitti(arguments.kitti, arguments.kitti_split, existing=True),
                read_kitti(arguments.kitti, split, existing=True) if split else None,
            )
        poses = task == "multi_pose"
        name = arguments.coco_validation_split
        validation = name_part(poses, name) if name else None
        train = name_part(poses, arguments.coco_split)
        return read_coco_splits(arguments.coco, train, validation, None, poses)

    def read_data() -> dict[Task, Splits]:
        return {task: read_task(task) for task in arguments.learn}

    return run_command(parser, arguments, read_data)


if __name__ == "__main__":
    sys.exit(main())
