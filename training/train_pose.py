#!/usr/bin/env python3
"""Train human poses on COCO's keypoints, or on data in their format.

python training/train_pose.py --data coco --output run
"""

from __future__ import annotations

import sys

from training.engine.coco_command import run_coco_command

if __name__ == "__main__":
    sys.exit(run_coco_command(__doc__, "pose_dla_1x", poses=True))
