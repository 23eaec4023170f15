#!/usr/bin/env python3
"""A network's figures on your own images, of whatever layout their labels are.

python training/evaluate.py DATA --model run/best.pt
python training/evaluate.py DATA --split run/validation.txt --model run/best.pt

DATA is what train.py learns from. Boxes and persons' joints have COCO's figures, objects in space
have KITTI's.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from centernet_ros.datasets.own.part import read_part
from centernet_ros.datasets.own.recognize import recognize_data
from centernet_ros.io.errors import DataError
from training.data.own import SCORES
from training.engine.evaluation_command import (
    find_common,
    find_network,
    make_parser,
    run_command,
)


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__)
    parser.add_argument("data", type=Path, metavar="DATA", help="as of train.py")
    parser.add_argument(
        "--split",
        help="train, validation or test, or a file of one image a line; default: the first that "
        "there is of validation, test and train",
    )
    arguments = parser.parse_args()

    def score() -> Mapping[str, float]:
        model = find_network(arguments.model)
        data = recognize_data(arguments.data)
        if model.spec.task != data.task:
            raise DataError(
                f"{arguments.data}: labels for {data.task}, expected those for {model.spec.task}, "
                f"which {arguments.model} does"
            )
        # Of objects in space, those of other classes may be ignored ones of the network's.
        names = model.spec.class_names if data.task == "ddd" else None
        part = read_part(data, arguments.data, arguments.split, names)
        return SCORES[data.task](*find_common(arguments, model, part))

    return run_command(arguments, score)


if __name__ == "__main__":
    sys.exit(main())
