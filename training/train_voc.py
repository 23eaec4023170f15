#!/usr/bin/env python3
"""Train 2D detection on Pascal VOC, or on data in its layout.

python training/train_voc.py --data VOCdevkit/VOC2007 VOCdevkit/VOC2012 \\
    --test-data VOCdevkit/VOC2007 --test-split test --output run
"""

from __future__ import annotations

import sys
from pathlib import Path

from centernet_ros.datasets.voc import read_voc
from centernet_ros.metrics.voc_ap import score_voc
from centernet_ros.models.spec import Task
from training.data.splits import Splits
from training.engine.command import make_parser, run_command


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__, "voc_resdcn_18_384", "ctdet")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="VOC folders")
    parser.add_argument("--split", default="trainval", help="what to learn from")
    parser.add_argument("--validation-split", help="what to choose best.pt by")
    parser.add_argument("--test-data", type=Path, nargs="+", help="default: as --data")
    parser.add_argument("--test-split", help="what to score at the end")
    arguments = parser.parse_args()

    def read_data() -> dict[Task, Splits]:
        train_set = read_voc(arguments.data, arguments.split)
        names = train_set.class_names
        validation, test = arguments.validation_split, arguments.test_split
        roots = arguments.test_data or arguments.data
        splits = Splits(
            score_voc,
            train_set,
            read_voc(arguments.data, validation, names) if validation else None,
            read_voc(roots, test, names) if test else None,
        )
        return {"ctdet": splits}

    return run_command(parser, arguments, read_data)


if __name__ == "__main__":
    sys.exit(main())
