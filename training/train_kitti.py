#!/usr/bin/env python3
"""Train 3D detection on KITTI.

python training/train_kitti.py --data kitti/training --split ImageSets_chen/train.txt \\
    --test-split ImageSets_chen/val.txt --output run

With --also and --repeat, a few real frames and many of scenes make an epoch together. --classes
names what is to be learned where that is not KITTI's cars, pedestrians and cyclists.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.sample import DataSet
from centernet_ros.labels import KITTI_CLASSES
from centernet_ros.metrics.kitti_samples import score_kitti
from centernet_ros.models.spec import Task
from training.data.mixture import mix_data
from training.data.splits import Splits
from training.engine.command import make_parser, run_command


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__, "kitti_dla", "ddd")
    parser.add_argument("--data", type=Path, required=True, help="image_2, label_2 and calib")
    parser.add_argument("--split", type=Path, help="frames to learn from; all if absent")
    parser.add_argument("--validation-split", type=Path, help="frames to choose best.pt by")
    parser.add_argument("--test-split", type=Path, help="frames to score at the end")
    parser.add_argument(
        "--existing", action="store_true", help="pass over frames of a split that are not there"
    )
    parser.add_argument(
        "--also", type=Path, nargs="+", default=[], help="further folders, as of scenes"
    )
    parser.add_argument(
        "--also-split", type=Path, nargs="+", default=[], help="their frames; all of later ones"
    )
    parser.add_argument(
        "--repeat", type=int, default=1, help="times that an epoch takes each frame of --data"
    )
    parser.add_argument(
        "--classes",
        nargs="+",
        default=KITTI_CLASSES,
        metavar="NAME",
        help=f"to learn, as the label files name them; default: {' '.join(KITTI_CLASSES)}",
    )
    arguments = parser.parse_args()
    if arguments.repeat < 1:
        parser.error(f"--repeat {arguments.repeat}, expected 1 or more")
    if len(arguments.also_split) > len(arguments.also):
        parser.error(
            f"{len(arguments.also_split)} of --also-split for {len(arguments.also)} of --also, "
            "expected at most one each"
        )

    def read_frames(split: Path | None) -> DataSet:
        return read_kitti(
            arguments.data, split, existing=arguments.existing, class_names=arguments.classes
        )

    def read_data() -> dict[Task, Splits]:
        validation, test = arguments.validation_split, arguments.test_split
        also = itertools.zip_longest(arguments.also, arguments.also_split)
        splits = Splits(
            score_kitti,
            mix_data(
                read_frames(arguments.split),
                arguments.repeat,
                [read_kitti(f, split, class_names=arguments.classes) for f, split in also],
            ),
            read_frames(validation) if validation else None,
            read_frames(test) if test else None,
        )
        return {"ddd": splits}

    return run_command(parser, arguments, read_data)


if __name__ == "__main__":
    sys.exit(main())
