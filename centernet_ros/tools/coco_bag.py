"""A COCO data set's pictures as a rosbag2 of compressed images."""

from __future__ import annotations

from pathlib import Path

from builtin_interfaces.msg import Time
from pycocotools.coco import COCO
from sensor_msgs.msg import CompressedImage
from std_msgs.msg import Header

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.frame_readers import FrameError

PERIOD = 100_000_000


def stamp_images(coco: COCO) -> dict[int, int]:
    """Image id -> stamp in nanoseconds: its place in the order of ids, in tenths of a second."""
    return {image_id: (i + 1) * PERIOD for i, image_id in enumerate(sorted(coco.getImgIds()))}


def write_coco_bag(coco: COCO, images: Path, bag: Path) -> None:
    """Write /image/compressed, the files' own bytes, each stamped by stamp_images.

    Raises:
        BagError: the bag cannot be written.
        FrameError: a picture is missing.
    """
    with BagWriter(bag) as writer:
        for image_id, stamp in stamp_images(coco).items():
            path = images / coco.imgs[image_id]["file_name"]
            if not path.is_file():
                raise FrameError(f"{path}: no such picture, but the annotations name it")
            seconds, nanoseconds = divmod(stamp, 10**9)
            header = Header(
                stamp=Time(sec=seconds, nanosec=nanoseconds), frame_id="camera_optical_frame"
            )
            message = CompressedImage(header=header, format="jpeg", data=path.read_bytes())
            writer.write("/image/compressed", message, stamp)
