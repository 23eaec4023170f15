#!/usr/bin/env python3
"""Train 2D detection on COCO, or on data in its format.

python training/train_coco.py --data coco --output run
"""

from __future__ import annotations

import sys

from training.engine.coco_command import run_coco_command

if __name__ == "__main__":
    sys.exit(run_coco_command(__doc__, "coco_dla_1x", poses=False))
