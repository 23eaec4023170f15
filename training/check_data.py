#!/usr/bin/env python3
"""Read a data set and report what is wrong with it; draw its targets over its images.

python training/check_data.py own DATA --draw drawn
python training/check_data.py voc --data VOC2007 --split trainval --draw drawn
python training/check_data.py coco --annotations instances_train2017.json --images train2017
python training/check_data.py kitti --data kitti/training --split ImageSets_chen/train.txt
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from centernet_ros.io.command_errors import report_errors
from training.data.checks import check_data, draw_targets
from training.data.focal_length import complete_input, find_focal_length
from training.data.layouts import OWN, add_layouts, find_task, read_layout
from training.engine.settings import FINETUNE, make_spec
from training.engine.settings_parser import read_settings

DEFAULTS = {
    "voc": "voc_resdcn_18_384",
    "coco": "coco_dla_1x",
    "pose": "pose_dla_1x",
    "kitti": "kitti_dla",
    "yolo": "coco_dla_1x",
}


def complete_layout(command: argparse.ArgumentParser, layout: str) -> None:
    """What the drawings need."""
    command.add_argument(
        "--config",
        default=DEFAULTS.get(layout),
        help="for the drawings; default: "
        + ("what train.py begins with" if layout == OWN else "%(default)s"),
    )
    command.add_argument("--draw", type=Path, help="folder for drawings of training examples")
    command.add_argument("--count", type=int, default=16, help="of drawings")


@report_errors()
def main() -> int:
    """Report; exit status 1 if something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_layouts(parser, complete_layout)
    arguments = parser.parse_args()
    data = read_layout(arguments)
    problems = check_data(data)
    if arguments.draw:
        task = find_task(arguments)
        config = arguments.config or FINETUNE[task]
        settings = read_settings(config, task=task)
        if data.skeleton:
            data = data.replace_skeleton(settings.joints.apply(data.skeleton))
        settings = replace(settings, input=complete_input(settings.input, [data]))
        focal_length = find_focal_length(data, settings.input)
        spec = make_spec(settings, task, data.class_names, focal_length, data.skeleton)
        draw_targets(data, spec, settings, arguments.draw, arguments.count)
    print("\n".join(problems) or "nothing wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
