#!/usr/bin/env python3
"""Read a data set and report what is wrong with it; draw its targets over its images.

python training/check_data.py voc --data VOC2007 --split trainval --draw drawn
python training/check_data.py coco --annotations instances_train2017.json --images train2017
python training/check_data.py kitti --data kitti/training --split ImageSets_chen/train.txt
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from centernet_ros.datasets.sample import DataError
from training.data.checks import check_data, draw_targets
from training.data.focal_length import find_focal_length
from training.data.layouts import TASKS, add_layouts, read_layout
from training.engine.settings import CONFIGURATIONS, make_spec, read_settings

DEFAULTS = {
    "voc": "voc_resdcn_18_384",
    "coco": "coco_dla_1x",
    "pose": "pose_dla_1x",
    "kitti": "kitti_dla",
}


def complete_layout(command: argparse.ArgumentParser, layout: str) -> None:
    """What the drawings need."""
    default = CONFIGURATIONS / f"{DEFAULTS[layout]}.yaml"
    command.add_argument("--config", type=Path, default=default, help="for the drawings")
    command.add_argument("--draw", type=Path, help="folder for drawings of training examples")
    command.add_argument("--count", type=int, default=16, help="of drawings")


def main() -> int:
    """Report; exit status 1 if something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_layouts(parser, complete_layout)
    arguments = parser.parse_args()
    try:
        data = read_layout(arguments)
        problems = check_data(data)
        if arguments.draw:
            settings = read_settings(arguments.config)
            focal_length = find_focal_length(data, settings.make_input())
            task = TASKS[arguments.layout]
            spec = make_spec(settings, task, data.class_names, focal_length)
            draw_targets(data, spec, settings, arguments.draw, arguments.count)
    except (DataError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 1
    print("\n".join(problems) or "nothing wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
