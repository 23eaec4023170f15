#!/usr/bin/env python3
"""VOC mAP of a checkpoint, by area and by 11 points.

python training/evaluate_voc.py --model best.pt --data VOCdevkit/VOC2007 --split test --flip
"""

from __future__ import annotations

import sys
from pathlib import Path

from centernet_ros.datasets.voc import read_voc
from centernet_ros.metrics.voc_ap import score_voc
from centernet_ros.models import load_model
from training.engine.evaluate import evaluate
from training.engine.evaluation_command import make_parser, make_predictor, run_command


def main() -> int:
    """Entry point."""
    parser = make_parser(__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="VOC folders")
    parser.add_argument("--split", default="test")
    arguments = parser.parse_args()

    def score() -> dict[str, float]:
        model = load_model(arguments.model)
        data = read_voc(arguments.data, arguments.split, model.spec.class_names)
        predict = make_predictor(arguments, model, data.most_objects)
        return score_voc(data, evaluate(predict, data.samples, "ctdet"))

    return run_command(arguments, score)


if __name__ == "__main__":
    sys.exit(main())
