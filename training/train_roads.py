#!/usr/bin/env python3
"""Learn 3D on real roads from KITTI's layout (docs/roads.md).

python training/train_roads.py --data kitti/training --split train.txt \\
    --validation-split val.txt --output roads

Begins from the COCO weights. The network learns on rendered scenes what depth is, then on the
real frames, then its headings anew, and at last, twice, to see more pixels: roads/best.pt, or
roads/last.pt without a validation split. What was broken off goes on when it is called again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.io.command_errors import report_errors
from training.engine.finish_training import finish_training
from training.engine.settings_parser import read_settings

COMMANDS = Path(__file__).parent
CONFIGURATION = "roads_mobilenetv3"
SCENES = ("--seed", "3", "--size", "640", "192")
START = ("--init_weights", "mobilenetv3_coco")
# The first gradients of new heads would spoil what the other weights know.
HEADS_ALONE = (
    "--bn_calibration_batches", "5",
    "--trainable_heads", "[dep, dep_uncertainty, rot, dim, amodal_offset]",
    "--learning_rate", "1.0e-3", "--epochs", "1", "--ema_decay", "0",
)  # fmt: skip
ON_SCENES = (
    "--batch_norm", "batch", "--learning_rate", "5.0e-4", "--epochs", "12",
    "--loss.smooth_orientation", "true", "--loss.weights.rot", "8",
)  # fmt: skip
# From few frames headings relative to the viewing ray are not learned, but those in the camera's
# frame are, which are much the same for all cars on the road.
HEADINGS = (
    "--trainable_heads", "[rot]", "--learning_rate", "1.0e-3", "--epochs", "3", "--ema_decay", "0",
)  # fmt: skip
# More pixels show more of what is small and far. What the average keeps of the weights that it
# begins with is what so few frames would make the network forget.
LARGE = ("--input.size", "[320, 1056]", "--epochs", "8", "--ema_decay", "0.999")
# Real images in an epoch; fewer frames are taken several times, each with other random changes.
EPOCH = 600


@report_errors()
def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"Every setting of train_kitti.py is an option, too, and changes {CONFIGURATION}; "
        "what a step sets for itself stays. train_kitti.py --help lists them.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--data", type=Path, required=True, help="image_2, label_2 and calib")
    parser.add_argument(
        "--split", type=Path, help="frames to learn from, of which some may be missing"
    )
    parser.add_argument("--validation-split", type=Path, help="frames to choose best.pt by")
    parser.add_argument("--output", type=Path, required=True, help="folder for all results")
    parser.add_argument(
        "--scenes", type=int, default=1500, help="to render and learn from at first, 0 for none"
    )
    parser.add_argument(
        "--render-workers", type=int, default=os.cpu_count() or 1, help="processes that render"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    arguments, changes = parser.parse_known_args()
    if arguments.scenes < 0:
        parser.error(f"--scenes {arguments.scenes}, expected 0 or more")
    # All is read before minutes of rendering.
    count = len(read_kitti(arguments.data, arguments.split, existing=True).samples)
    if arguments.validation_split:
        read_kitti(arguments.data, arguments.validation_split, existing=True)
    read_settings(CONFIGURATION, changes, "ddd")
    try:
        train_roads(arguments, changes, count)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


def train_roads(arguments: argparse.Namespace, changes: list[str], count: int) -> None:
    """Render scenes and train on them, then on the real frames: heads, all, headings, more pixels.

    Args:
        arguments: of the command line.
        changes: options that change settings.
        count: of the real frames.

    Raises:
        subprocess.CalledProcessError: one of them failed, which has said why.
    """
    chosen: list[str | Path] = []  # what the next training begins with

    def learn(name: str, *options: str | Path, defaults: Sequence[str] = ()) -> None:
        """Train one step, with options that settings of the command line do not change."""
        output = arguments.output / name
        command = [
            COMMANDS / "train_kitti.py", "--config", CONFIGURATION, "--device", arguments.device,
            *START, *defaults, *changes, *options, *chosen,
        ]  # fmt: skip
        finish_training([str(word) for word in command], output)
        best = output / "best.pt"
        chosen[:] = "--init_weights", best if best.is_file() else output / "last.pt"

    if arguments.scenes:
        scenes = ("--data", render_scenes(arguments) / "training", "--input.size", "[192, 640]")
        learn("scenes_heads", *scenes, *HEADS_ALONE)
        learn("scenes_all", *scenes, *ON_SCENES)
    real = [
        "--data", arguments.data, "--existing", "--repeat", str(max(1, round(EPOCH / count))),
    ]  # fmt: skip
    if arguments.split:
        real += ["--split", arguments.split]
    learn("heads", *real, *HEADS_ALONE)
    if arguments.validation_split:
        real += ["--validation-split", arguments.validation_split]
    learn("base", *real)
    rotation_y = ("--orientation", "rotation_y")
    learn("headings", *real, *HEADINGS, defaults=rotation_y)
    # Twice, the second time from the average of the first.
    learn("large", *real, *LARGE, defaults=rotation_y)
    learn("", *real, *LARGE, defaults=rotation_y)


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
