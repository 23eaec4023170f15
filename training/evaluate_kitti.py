#!/usr/bin/env python3
"""KITTI average precision of result files: 2D, orientation, bird's eye view and 3D.

python training/evaluate_kitti.py --labels label_2 --results results --json ap.json

Without --results the labels are held against themselves. That gives less than 100 where there are
fewer objects than points of recall, and is the most that any detector can reach there.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from centernet_ros.evaluation.kitti_ap import MIN_OVERLAPS, evaluate_kitti
from centernet_ros.evaluation.kitti_frames import KittiError, list_frames, read_kitti_frames


def main() -> int:
    """Evaluate what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--labels", type=Path, required=True, help="folder of label files")
    parser.add_argument("--results", type=Path, help="folder of result files")
    parser.add_argument(
        "--split", type=Path, help="file of one frame a line; all with a result file if absent"
    )
    parser.add_argument(
        "--existing", action="store_true", help="pass over frames of the split without labels"
    )
    parser.add_argument("--overlaps", choices=MIN_OVERLAPS, default="official")
    parser.add_argument("--json", type=Path, help="file for the figures")
    arguments = parser.parse_args()
    try:
        frames = list_frames(arguments.results or arguments.labels, arguments.split)
        if arguments.existing:
            frames = [name for name in frames if (arguments.labels / f"{name}.txt").is_file()]
        true, found = read_kitti_frames(arguments.labels, arguments.results, frames)
    except KittiError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    missing = 0
    if arguments.results:
        missing = sum(not (arguments.results / f"{frame}.txt").is_file() for frame in frames)
    print(f"{len(frames)} frames, {missing} of them without a result file")
    figures = evaluate_kitti(true, found, arguments.overlaps)
    for name, of_class in figures.items():
        for metric, averages in of_class.items():
            for points, values in averages.items():
                print(
                    f"{name:<10} {metric:<3} {points}  " + "  ".join(f"{v:6.2f}" for v in values)
                )
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
