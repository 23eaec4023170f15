#!/usr/bin/env python3
"""Make synthetic driving scenes in KITTI's layout.

python training/make_scenes.py --output scenes --frames 4000 --seed 1 --workers 2
python training/make_scenes.py --output drive --frames 300 --drive
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
from tqdm import tqdm

from centernet_ros.datasets.kitti import FOLDERS, TRACKS
from centernet_ros.io.command_errors import report_errors
from centernet_ros.io.kitti_format import parse_kitti_labels
from training.scenes.drive import make_drive
from training.scenes.frame import make_frame, write_frame
from training.scenes.world import CameraRig


@report_errors()
def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, required=True, help="folder to create")
    parser.add_argument("--frames", type=int, default=1000, help="number of frames")
    parser.add_argument(
        "--test-frames", type=int, default=0, help="how many of the last frames go to val.txt"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of cars, houses and all else")
    parser.add_argument("--workers", type=int, default=1, help="number of processes")
    parser.add_argument("--size", type=int, nargs=2, default=(1242, 375), metavar=("W", "H"))
    parser.add_argument(
        "--focal-length", type=float, help="in pixels; default: KITTI's field of view"
    )
    parser.add_argument("--camera-height", type=float, default=1.65, help="in metres")
    parser.add_argument("--supersampling", type=int, default=2, help="rays per side of a pixel")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--layouts", type=Path, help="folder of label files that place the traffic")
    kind.add_argument("--drive", action="store_true", help="frames of one drive at 10 Hz")
    arguments = parser.parse_args()
    if not 0 <= arguments.test_frames <= arguments.frames:
        parser.error(f"--test-frames {arguments.test_frames}, expected 0 to {arguments.frames}")
    if min(arguments.size) < 32 or arguments.workers < 1 or arguments.supersampling < 1:
        parser.error("expected --size of 32 at least, --workers and --supersampling of 1 at least")
    root = arguments.output / "training"
    for folder in (*(root / name for name in FOLDERS), arguments.output / "ImageSets"):
        folder.mkdir(parents=True, exist_ok=True)
    rig = CameraRig(
        (arguments.size[1], arguments.size[0]), arguments.focal_length, arguments.camera_height
    )
    if arguments.drive:
        (root / TRACKS).parent.mkdir(exist_ok=True)
        frames = make_drive(rig, arguments.seed, arguments.frames, arguments.supersampling)
        for number, frame in enumerate(tqdm(frames, total=arguments.frames, disable=None)):
            write_frame(root, f"{number:06d}", frame)
            with (root / TRACKS).open("a" if number else "w") as tracks:
                tracks.write(frame.tracks)
    else:
        layouts = sorted(arguments.layouts.glob("*.txt")) if arguments.layouts else []
        if arguments.layouts and not layouts:
            parser.error(f"{arguments.layouts}: no label files, expected some *.txt")
        make = partial(_make, root, rig, arguments.seed, arguments.supersampling, layouts)
        # A forked process would lack the threads that compiled code and OpenCV have started.
        with get_context("spawn").Pool(arguments.workers) as pool:
            done = pool.imap_unordered(make, range(arguments.frames), chunksize=4)
            for _ in tqdm(done, total=arguments.frames, disable=None):
                pass
    names = [f"{number:06d}" for number in range(arguments.frames)]
    middle = arguments.frames - arguments.test_frames
    for split, members in (("train", names[:middle]), ("val", names[middle:])):
        text = "".join(f"{name}\n" for name in members)
        (arguments.output / "ImageSets" / f"{split}.txt").write_text(text)
    print(f"{arguments.frames} frames in {root}")
    return 0


def _make(
    root: Path, rig: CameraRig, seed: int, supersampling: int, layouts: list[Path], number: int
) -> None:
    cv2.setNumThreads(1)
    layout = None
    if layouts:
        layout = parse_kitti_labels(layouts[number % len(layouts)].read_text())
    write_frame(root, f"{number:06d}", make_frame(rig, seed, number, supersampling, layout))


if __name__ == "__main__":
    sys.exit(main())
