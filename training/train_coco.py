#!/usr/bin/env python3
"""Train 2D detection on COCO, or on data in its format.

python training/train_coco.py --data coco --output run
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from training.command import make_parser, run_command
from training.data_sets.coco import read_coco
from training.data_sets.sample import DataSet
from training.evaluation.coco_ap import score_coco


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__, "coco_dla_1x")
    parser.add_argument("--data", type=Path, required=True, help="folder of the paths below")
    parser.add_argument(
        "--annotations", type=Path, default=Path("annotations/instances_train2017.json")
    )
    parser.add_argument("--pictures", type=Path, default=Path("train2017"))
    parser.add_argument(
        "--test-annotations", type=Path, default=Path("annotations/instances_val2017.json")
    )
    parser.add_argument("--test-pictures", type=Path, default=Path("val2017"))
    arguments = parser.parse_args()
    root = arguments.data

    def read_data() -> tuple[DataSet, DataSet]:
        train_set = read_coco(root / arguments.annotations, root / arguments.pictures)
        return train_set, read_coco(
            root / arguments.test_annotations,
            root / arguments.test_pictures,
            class_names=train_set.class_names,
        )

    return run_command(arguments, "ctdet", read_data, score_coco)


if __name__ == "__main__":
    sys.exit(main())
