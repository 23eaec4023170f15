#!/usr/bin/env python3
"""Draws the pictures of the documentation, all from images that may be shown.

They are frames of the demo's video, which comes from Debian's package opencv-doc, and of a drive
that this package renders itself:

python training/make_scenes.py --output drive --drive --frames 120 --seed 15
python docs/make_pictures.py drive
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import torch

from centernet_ros.cli.demo_video import find_demo_video
from centernet_ros.datasets.kitti import read_kitti
from centernet_ros.datasets.sample import read_image
from centernet_ros.inference.backends.end_to_end import EndToEnd
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.inference.postprocessing import clip_to_image, filter_detections
from centernet_ros.inference.predictor import Predictor
from centernet_ros.inference.preprocessing import warp_batch
from centernet_ros.io.frame_readers import open_frames
from centernet_ros.models import load_model
from centernet_ros.structures import Detections, Image
from centernet_ros.tracking.tracker import Tracker
from centernet_ros.visualization.overview import draw_overview
from centernet_ros.weights.store import find_weights

IMAGES = Path(__file__).parent / "images"
THRESHOLD = 0.3
# Frames of the video and the drive with much to see.
VIDEO_FRAME, DRIVE_FRAME = 240, 60
# Rows and columns of the video where people are near enough for poses.
NEAR = slice(170, 446), slice(400, 768)
# Of the animated picture.
FIRST, COUNT, STRIDE, WIDTH = 180, 48, 2, 512
QUALITY = 82


class Finder:
    """A published network that says what is in an image, with the names of its classes."""

    def __init__(self, name: str) -> None:
        self._predict = Predictor(load_model(find_weights(name)))
        self._names = dict(enumerate(self._predict.model.spec.class_names))
        self.model = self._predict.model

    def __call__(
        self, image: Image, projection: np.ndarray | None = None
    ) -> tuple[Detections, dict[int, str]]:
        """What `draw_overview` takes."""
        [found] = self._predict([image], None if projection is None else [projection])
        return clip_to_image(filter_detections(found, THRESHOLD), image.size), self._names


def draw_outputs(frames: list[Image], drive: Path) -> np.ndarray:
    """3D boxes with their bird's-eye view, and below them 2D detections and poses."""
    sample = read_kitti(drive / "training").samples[DRIVE_FRAME]
    assert sample.annotations_3d  # a rendered frame has its calibration
    road, projection = Image(read_image(sample.path)), sample.annotations_3d.projection
    space = draw_overview(road, [Finder("scenes_mobilenetv3")(road, projection)], projection)
    street = frames[VIDEO_FRAME]
    near = Image(np.ascontiguousarray(street.pixels[NEAR]))
    below = [
        draw_overview(image, [Finder(name)(image)])
        for name, image in (("mobilenetv3_coco", street), ("movenet_multipose", near))
    ]
    width = space.shape[1]
    parts = [resize(part, width // 2) for part in below]
    row = np.concatenate(parts, 1)
    return np.concatenate((space[:, : row.shape[1]], row))


def draw_demo(frames: list[Image]) -> list[PIL.Image.Image]:
    """A stretch of the video with its detections and their ids."""
    find, tracker, drawn = Finder("mobilenetv3_coco"), Tracker(), []
    for number, image in enumerate(frames[FIRST : FIRST + COUNT * STRIDE : STRIDE]):
        found, names = find(image)
        found = replace(found, ids=tracker.update(found, number / 5))
        drawn.append(to_pillow(resize(draw_overview(image, [(found, names)]), WIDTH)))
    return drawn


def draw_points(image: Image) -> np.ndarray:
    """From left to right: the image, its heat map of persons, and the boxes at the peaks."""
    find = Finder("mobilenetv3_coco")
    found, names = find(image)
    network = EndToEnd(find.model, DecodingOptions()).eval()
    pixels, _ = warp_batch([image], find.model.spec.input, find.model.divisor)
    with torch.inference_mode():
        maps, _ = network.compute_maps(network.normalize(torch.from_numpy(pixels)))
    heat = maps["ctdet"]["hm"][0, find.model.spec.class_names.index("person")].numpy()
    rows, columns = pixels.shape[1:3]
    heat = cv2.resize(heat, (columns, rows), interpolation=cv2.INTER_LINEAR)
    coloured = cv2.applyColorMap((255 * heat**0.5).astype(np.uint8), cv2.COLORMAP_INFERNO)
    plain = pixels[0] if find.model.spec.input.channel_order == "bgr" else pixels[0, ..., ::-1]
    height, width = image.size
    over = cv2.resize(
        cv2.addWeighted(np.ascontiguousarray(plain), 0.35, coloured, 0.65, 0), (width, height)
    )
    boxes = draw_overview(image, [(found, names)])
    for x1, y1, x2, y2 in found.boxes:
        centre = round(float(x1 + x2) / 2), round(float(y1 + y2) / 2)
        cv2.circle(boxes, centre, 4, (255, 255, 255), -1, cv2.LINE_AA)
    return np.concatenate([resize(part, 420) for part in (image.pixels, over, boxes)], 1)


def resize(pixels: np.ndarray, width: int) -> np.ndarray:
    """(H, W, 3) of another width."""
    height = round(pixels.shape[0] * width / pixels.shape[1])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def to_pillow(pixels: np.ndarray) -> PIL.Image.Image:
    """From (H, W, 3) uint8 BGR."""
    return PIL.Image.fromarray(np.ascontiguousarray(pixels[..., ::-1]))


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("drive", type=Path, help="folder of make_scenes.py --drive")
    arguments = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    video = open_frames(str(find_demo_video()))
    frames = list(islice(video, max(VIDEO_FRAME + 1, FIRST + COUNT * STRIDE)))
    for name, pixels in (
        ("outputs.jpg", draw_outputs(frames, arguments.drive)),
        ("points.jpg", draw_points(frames[VIDEO_FRAME])),
    ):
        to_pillow(pixels).save(IMAGES / name, quality=QUALITY)
    first, *others = draw_demo(frames)
    first.save(
        IMAGES / "demo.webp", save_all=True, append_images=others, duration=200, loop=0, quality=60
    )
    for path in sorted(IMAGES.iterdir()):
        print(f"{path}: {path.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
