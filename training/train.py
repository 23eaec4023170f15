#!/usr/bin/env python3
"""Train on your own images: the layout of the labels says what is learned.

python training/train.py DATA --output run

DATA is a folder in the layout of COCO, VOC, YOLO or KITTI as labelling tools export it, or the
JSON or YAML file that describes it. All begin from the COCO weights. Where there is no validation
part, a share of the images becomes one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lightning_fabric.utilities.rank_zero import rank_zero_only

from centernet_ros.datasets.own.parts import OwnData
from centernet_ros.datasets.own.recognize import recognize_data
from centernet_ros.datasets.sample import DataSet
from centernet_ros.io.command_errors import report_errors
from centernet_ros.models.spec import Task
from training.data.own import read_own_data
from training.data.splits import Splits
from training.engine.command import make_parser, run_command
from training.engine.settings import FINETUNE

CONTENTS = {"ctdet": "boxes", "multi_pose": "persons' joints", "ddd": "objects in space"}


@report_errors()
def main() -> int:
    """Entry point."""
    words = sys.argv[1:]
    name = words[0] if words and not words[0].startswith("-") else None
    data = recognize_data(Path(name)) if name else None
    task = data.task if data else "ctdet"
    parser = make_parser(__doc__, FINETUNE[task], task)
    parser.add_argument("data", type=Path, metavar="DATA", help="comes first")
    parser.add_argument(
        "--val-fraction",
        type=float,
        default=0.1,
        help="share of the images to validate on where the data has no such part; 0 for none",
    )
    arguments = parser.parse_args()
    if data is None:
        parser.error(f"expected DATA before the options: {parser.prog} {arguments.data} ...")
    if not 0 <= arguments.val_fraction < 1:
        parser.error(f"--val-fraction {arguments.val_fraction}, expected from 0 to below 1")

    def read_data() -> dict[Task, Splits]:
        assert data is not None
        print_data(data, arguments.data)
        splits = read_own_data(data, arguments.val_fraction, arguments.seed)
        write_images(splits, arguments.output)
        return {task: splits}

    return run_command(parser, arguments, read_data)


@rank_zero_only
def print_data(data: OwnData, root: Path) -> None:
    """Say what the folder was taken for."""
    parts = ", ".join(data.parts)
    print(f"{root}: {data.layout} layout with {parts}; learning {CONTENTS[data.task]}")


@rank_zero_only
def write_images(splits: Splits, output: Path) -> None:
    """Write down which images each part has, one a line, in a file of the part's name."""
    output.mkdir(parents=True, exist_ok=True)
    for part in ("train", "validation", "test"):
        data: DataSet | None = getattr(splits, part)
        if data:
            lines = (f"{sample.path}\n" for sample in data.samples)
            (output / f"{part}.txt").write_text("".join(lines))


if __name__ == "__main__":
    sys.exit(main())
