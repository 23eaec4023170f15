#!/usr/bin/env python3
"""COCO's figures of a checkpoint, boxes or poses as its task is.

python training/evaluate_coco.py --model best.pt --annotations instances_val2017.json \\
    --images val2017
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from centernet_ros.datasets.coco import read_coco
from centernet_ros.metrics.coco_samples import score_coco, score_poses, to_results
from training.engine.evaluation_command import (
    find_common,
    find_network,
    make_parser,
    run_command,
)


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__)
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True, help="their folder")
    parser.add_argument("--results", type=Path, help="file for the detections in COCO's format")
    arguments = parser.parse_args()

    def score() -> dict[str, float]:
        model = find_network(arguments.model)
        poses = model.spec.task == "multi_pose"
        data = read_coco(arguments.annotations, arguments.images, joints=poses)
        data, predictions = find_common(arguments, model, data)
        if arguments.results:
            arguments.results.write_text(json.dumps(to_results(data, predictions)))
        return (score_poses if poses else score_coco)(data, predictions)

    return run_command(arguments, score)


if __name__ == "__main__":
    sys.exit(main())
