#!/usr/bin/env python3
"""Learn 3D on real roads from few KITTI frames and many rendered scenes (docs/roads.md).

python training/train_roads.py --data kitti/training --split train.txt --output roads

Renders the scenes, lets the heads for 3D learn alone on COCO's weights, then trains the whole
network: roads/last.pt. What was broken off goes on when it is called again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.sample import DataError
from training.engine.finish_training import finish_training
from training.engine.settings import CONFIGURATIONS, read_settings

COMMANDS = Path(__file__).parent
CONFIGURATION = CONFIGURATIONS / "roads_mobilenetv3.yaml"
SCENES = ("--seed", "3", "--size", "640", "192")
START = "start=mobilenetv3_coco"
# The first gradients of new heads would spoil what COCO's weights know.
HEADS_ALONE = (
    "calibration_batches=5",
    "learn=[dep, rot, dim, amodal_offset]",
    "lr=1.0e-3",
    "epochs=4",
)


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="image_2, label_2 and calib")
    parser.add_argument(
        "--split", type=Path, help="frames to learn from, of which some may be missing"
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for all results")
    parser.add_argument("--scenes", type=int, default=1500, help="to render")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes that render"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"another value than in {CONFIGURATION.name}; the heads' lr and epochs stay",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    arguments = parser.parse_args()
    if arguments.scenes < 3:
        parser.error(f"--scenes {arguments.scenes}, expected 3 or more")
    try:  # before minutes of rendering
        read_kitti(arguments.data, arguments.split, existing=True)
        read_settings(CONFIGURATION, arguments.set)
        train_roads(arguments)
    except (DataError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def train_roads(arguments: argparse.Namespace) -> None:
    """Render, train the heads, train all.

    Raises:
        subprocess.CalledProcessError: one of them failed, which has said why.
    """
    scenes, heads = arguments.output / "scenes", arguments.output / "heads"
    if not (scenes / "ImageSets/val.txt").is_file():  # written last
        amount = ("--frames", str(arguments.scenes), "--workers", str(arguments.workers))
        render = (COMMANDS / "make_scenes.py", "--output", scenes, *SCENES, *amount)
        subprocess.run([sys.executable, *map(str, render)], check=True)
    # These many are like the real ones in number, and it is their variety that all learn from.
    part = arguments.output / "scenes_for_heads.txt"
    part.write_text("".join(f"{number:06d}\n" for number in range(arguments.scenes // 3)))

    def train(output: Path, repeat: int, *options: object, changes: list[str]) -> None:
        command = [
            COMMANDS / "train_kitti.py", "--config", CONFIGURATION, "--data", arguments.data,
            "--existing", "--repeat", repeat, "--also", scenes / "training",
            "--device", arguments.device, *options,
            *(word for change in changes for word in ("--set", change)),
        ]  # fmt: skip
        if arguments.split:
            command += ["--split", arguments.split]
        finish_training(list(map(str, command)), output)

    train(heads, 25, "--also-split", part, changes=[START, *arguments.set, *HEADS_ALONE])
    train(arguments.output, 40, changes=[*arguments.set, f"start={heads / 'last.pt'}"])


if __name__ == "__main__":
    sys.exit(main())
