#!/usr/bin/env python3
"""Train human poses on COCO's keypoints, or on data in their format.

python training/train_pose.py --data coco --output run
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from training.command import make_parser, run_command
from training.data_sets.coco import read_coco
from training.data_sets.sample import DataSet
from training.evaluation.coco_ap import score_poses


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__, "pose_dla_1x")
    parser.add_argument("--data", type=Path, required=True, help="folder of the paths below")
    parser.add_argument(
        "--annotations", type=Path, default=Path("annotations/person_keypoints_train2017.json")
    )
    parser.add_argument("--pictures", type=Path, default=Path("train2017"))
    parser.add_argument(
        "--test-annotations", type=Path, default=Path("annotations/person_keypoints_val2017.json")
    )
    parser.add_argument("--test-pictures", type=Path, default=Path("val2017"))
    arguments = parser.parse_args()
    root = arguments.data

    def read_data() -> tuple[DataSet, DataSet]:
        return read_coco(
            root / arguments.annotations,
            root / arguments.pictures,
            joints=True,
            only_annotated=True,
        ), read_coco(
            root / arguments.test_annotations, root / arguments.test_pictures, joints=True
        )

    return run_command(arguments, "multi_pose", read_data, score_poses)


if __name__ == "__main__":
    sys.exit(main())
