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
from centernet_ros.models import load_model
from training.engine.evaluate import evaluate
from training.engine.evaluation_command import make_parser, make_predictor, run_command


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__)
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True, help="their folder")
    parser.add_argument("--results", type=Path, help="file for the detections in COCO's format")
    arguments = parser.parse_args()

    def score() -> dict[str, float]:
        model = load_model(arguments.model)
        names, task = model.spec.class_names, model.spec.task
        poses = task == "multi_pose"
        data = read_coco(arguments.annotations, arguments.images, joints=poses, class_names=names)
        predict = make_predictor(arguments, model, data.most_objects)
        predictions = evaluate(predict, data.samples, task)
        if arguments.results:
            arguments.results.write_text(json.dumps(to_results(data, predictions)))
        return (score_poses if poses else score_coco)(data, predictions)

    return run_command(arguments, score)


if __name__ == "__main__":
    sys.exit(main())
