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
from centernet_ros.io.errors import DataError
from training.engine.finish_training import finish_training
from training.engine.settings_parser import read_settings

COMMANDS = Path(__file__).parent
CONFIGURATION = "roads_mobilenetv3"
SCENES = ("--seed", "3", "--size", "640", "192")
START = ("--init_weights", "mobilenetv3_coco")
# The first gradients of new heads would spoil what COCO's weights know.
HEADS_ALONE = (
    "--bn_calibration_batches", "5", "--trainable_heads", "[dep, rot, dim, amodal_offset]",
    "--learning_rate", "1.0e-3", "--epochs", "4",
)  # fmt: skip


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"Every setting of train_kitti.py is an option, too, and changes {CONFIGURATION}; "
        "the first training's learning rate and epochs stay. train_kitti.py --help lists them.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--data", type=Path, required=True, help="image_2, label_2 and calib")
    parser.add_argument(
        "--split", type=Path, help="frames to learn from, of which some may be missing"
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for all results")
    parser.add_argument("--scenes", type=int, default=1500, help="to render")
    parser.add_argument(
        "--render-workers", type=int, default=os.cpu_count() or 1, help="processes that render"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    arguments, changes = parser.parse_known_args()
    if arguments.scenes < 3:
        parser.error(f"--scenes {arguments.scenes}, expected 3 or more")
    try:  # before minutes of rendering
        read_kitti(arguments.data, arguments.split, existing=True)
        read_settings(CONFIGURATION, changes, "ddd")
        train_roads(arguments, changes)
    except (DataError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def train_roads(arguments: argparse.Namespace, changes: list[str]) -> None:
    """Render, train the heads, train all.

    Args:
        arguments: of the command line.
        changes: options that change settings.

    Raises:
        subprocess.CalledProcessError: one of them failed, which has said why.
    """
    scenes, heads = arguments.output / "scenes", arguments.output / "heads"
    if not (scenes / "ImageSets/val.txt").is_file():  # written last
        amount = ("--frames", str(arguments.scenes), "--workers", str(arguments.render_workers))
        render = (COMMANDS / "make_scenes.py", "--output", scenes, *SCENES, *amount)
        subprocess.run([sys.executable, *map(str, render)], check=True)
    # A third of the scenes balances the repeated real frames.
    part = arguments.output / "scenes_for_heads.txt"
    part.write_text("".join(f"{number:06d}\n" for number in range(arguments.scenes // 3)))

    def train(output: Path, repeat: int, *options: object) -> None:
        command = [
            COMMANDS / "train_kitti.py", "--config", CONFIGURATION, "--data", arguments.data,
            "--existing", "--repeat", repeat, "--also", scenes / "training",
            "--device", arguments.device, *options,
        ]  # fmt: skip
        if arguments.split:
            command += ["--split", arguments.split]
        finish_training(list(map(str, command)), output)

    train(heads, 25, "--also-split", part, *START, *changes, *HEADS_ALONE)
    train(arguments.output, 40, *changes, "--init_weights", heads / "last.pt")


if __name__ == "__main__":
    sys.exit(main())
