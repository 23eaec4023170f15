#!/usr/bin/env python3
"""VOC mAP of a checkpoint, by area and by 11 points.

python training/evaluate_voc.py --model best.pt --data VOCdevkit/VOC2007 --split test --flip
"""

from __future__ import annotations

import sys
from pathlib import Path

from centernet_ros.datasets.voc import read_voc
from centernet_ros.metrics.voc_ap import score_voc
from training.engine.evaluation_command import (
    find_common,
    find_network,
    make_parser,
    run_command,
)


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="VOC folders")
    parser.add_argument("--split", default="test")
    arguments = parser.parse_args()

    def score() -> dict[str, float]:
        model = find_network(arguments.model)
        data = read_voc(arguments.data, arguments.split)
        return score_voc(*find_common(arguments, model, data))

    return run_command(arguments, score)


if __name__ == "__main__":
    sys.exit(main())
