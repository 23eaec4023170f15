#!/usr/bin/env python3
"""Learn 3D on real roads from KITTI's layout (docs/roads.md).

python training/train_roads.py --data kitti/training --split train.txt \\
    --validation-split val.txt --output roads

Begins from weights that learned 3D on rendered scenes. Lets the heads for 3D learn alone, then
trains the whole network, at last on larger images: roads/best.pt, or roads/last.pt without a
validation split. What was broken off goes on when it is called again. With few real frames,
rendered scenes may be learned from too: --scenes.
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
# They tell left from right, which is not learned from some hundred frames.
START = ("--init_weights", "scenes_mobilenetv3")
# The first gradients of a new head would spoil what these weights know.
HEADS_ALONE = (
    "--bn_calibration_batches", "5",
    "--trainable_heads", "[dep, dep_uncertainty, rot, dim, amodal_offset]",
    "--learning_rate", "1.0e-3", "--epochs", "3", "--ema_decay", "0",
)  # fmt: skip
# Far objects have few pixels in small images, which learn faster.
LARGE = (
    "--input.size", "[320, 1056]", "--batch_norm", "batch", "--loss.smooth_orientation", "true",
    "--loss.weights.rot", "8", "--loss.weights.amodal_offset", "1",
    "--epochs", "12", "--evaluate_every", "4",
)  # fmt: skip
# Real images in an epoch; fewer frames are taken several times, each with other random changes.
EPOCH = 600


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
    parser.add_argument("--validation-split", type=Path, help="frames to choose best.pt by")
    parser.add_argument("--output", type=Path, required=True, help="folder for all results")
    parser.add_argument("--scenes", type=int, default=0, help="to render and learn from as well")
    parser.add_argument(
        "--render-workers", type=int, default=os.cpu_count() or 1, help="processes that render"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    arguments, changes = parser.parse_known_args()
    if arguments.scenes < 0 or arguments.scenes in (1, 2):
        parser.error(f"--scenes {arguments.scenes}, expected 0 or at least 3")
    try:  # before minutes of rendering
        count = len(read_kitti(arguments.data, arguments.split, existing=True).samples)
        if arguments.validation_split:
            read_kitti(arguments.data, arguments.validation_split, existing=True)
        read_settings(CONFIGURATION, changes, "ddd")
        train_roads(arguments, changes, count)
    except (DataError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def train_roads(arguments: argparse.Namespace, changes: list[str], count: int) -> None:
    """Render scenes if wanted, train the heads, train all, train all on larger images.

    Args:
        arguments: of the command line.
        changes: options that change settings.
        count: of the real frames.

    Raises:
        subprocess.CalledProcessError: one of them failed, which has said why.
    """
    heads, base = arguments.output / "heads", arguments.output / "base"
    command = [
        COMMANDS / "train_kitti.py", "--config", CONFIGURATION, "--data", arguments.data,
        "--existing", "--repeat", max(1, round(EPOCH / count)), "--device", arguments.device,
    ]  # fmt: skip
    if arguments.split:
        command += ["--split", arguments.split]
    if arguments.scenes:
        command += ["--also", render_scenes(arguments) / "training"]
    choose = []
    if arguments.validation_split:
        choose = ["--validation-split", arguments.validation_split]
    finish_training(list(map(str, [*command, *START, *changes, *HEADS_ALONE])), heads)
    small = [*command, *choose, *changes, "--init_weights", heads / "last.pt"]
    finish_training(list(map(str, small)), base)
    best = base / "best.pt"
    chosen = best if best.is_file() else base / "last.pt"
    large = [*command, *choose, *LARGE, *changes, "--init_weights", chosen]
    finish_training(list(map(str, large)), arguments.output)


def render_scenes(arguments: argparse.Namespace) -> Path:
    """The folder of the scenes, which are rendered once.

    Raises:
        subprocess.CalledProcessError: rendering failed, which has said why.
    """
    scenes: Path = arguments.output / "scenes"
    if not (scenes / "ImageSets/val.txt").is_file():  # written last
        amount = ("--frames", arguments.scenes, "--workers", arguments.render_workers)
        render = (COMMANDS / "make_scenes.py", "--output", scenes, *SCENES, *amount)
        subprocess.run([sys.executable, *map(str, render)], check=True)
    return scenes


if __name__ == "__main__":
    sys.exit(main())
