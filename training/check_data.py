#!/usr/bin/env python3
"""Read a data set and report what is wrong with it; draw its targets over its pictures.

python training/check_data.py voc --data VOC2007 --split trainval --draw drawn
python training/check_data.py coco --annotations instances_train2017.json --pictures train2017
python training/check_data.py kitti --data kitti/training --split ImageSets_chen/train.txt
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from training.data_sets.checks import check_data, draw_targets
from training.data_sets.coco import read_coco
from training.data_sets.kitti import read_kitti
from training.data_sets.sample import DataError, DataSet
from training.data_sets.voc import read_voc
from training.settings import CONFIGURATIONS, make_spec, read_settings

TASKS = {"voc": "ctdet", "coco": "ctdet", "pose": "multi_pose", "kitti": "ddd"}
DEFAULTS = {
    "voc": "voc_resdcn_18_384",
    "coco": "coco_dla_1x",
    "pose": "pose_dla_1x",
    "kitti": "kitti_dla",
}


def make_parser() -> argparse.ArgumentParser:
    """One sub-command for each layout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    layouts = parser.add_subparsers(dest="layout", required=True)
    for layout in TASKS:
        command = layouts.add_parser(layout)
        if layout in ("coco", "pose"):
            command.add_argument("--annotations", type=Path, required=True)
            command.add_argument("--pictures", type=Path, required=True, help="their folder")
        elif layout == "voc":
            command.add_argument("--data", type=Path, nargs="+", required=True)
            command.add_argument("--split", default="trainval")
        else:
            command.add_argument("--data", type=Path, required=True)
            command.add_argument("--split", type=Path)
        default = CONFIGURATIONS / f"{DEFAULTS[layout]}.yaml"
        command.add_argument("--config", type=Path, default=default, help="for the drawings")
        command.add_argument("--draw", type=Path, help="folder for drawings of training examples")
        command.add_argument("--count", type=int, default=16, help="of drawings")
    return parser


def read_data(arguments: argparse.Namespace) -> DataSet:
    """The data set that the command line names."""
    if arguments.layout == "voc":
        return read_voc(arguments.data, arguments.split)
    if arguments.layout == "kitti":
        return read_kitti(arguments.data, arguments.split)
    joints = arguments.layout == "pose"
    return read_coco(arguments.annotations, arguments.pictures, joints=joints)


def main() -> int:
    """Report; exit status 1 if something is wrong."""
    arguments = make_parser().parse_args()
    try:
        data = read_data(arguments)
        problems = check_data(data)
        if arguments.draw:
            settings = read_settings(arguments.config)
            spec = make_spec(settings, TASKS[arguments.layout], data.class_names)
            draw_targets(data, spec, settings, arguments.draw, arguments.count)
    except (DataError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 1
    print("\n".join(problems) or "nothing wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
