"""A data set's folder as a rosbag2: images, calibrations and ground truth."""

from __future__ import annotations

from pathlib import Path

from builtin_interfaces.msg import Time
from sensor_msgs.msg import CompressedImage
from std_msgs.msg import Header
from tqdm import tqdm

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.detections import labels_to_message
from centernet_ros.conversions.ground_truth import LABELS, set_header
from centernet_ros.replay.annotated_folder import AnnotatedFolder, DataSetError
from centernet_ros.replay.coco_folder import open_coco
from centernet_ros.replay.kitti_folder import open_kitti

# Nanoseconds from image to image: both KITTI's and as good as any for COCO's.
PERIOD = 100_000_000
FRAME_ID = "camera_optical_frame"
CLOCK_START = 10**9


def open_data_set(folder: Path, split: str | None) -> AnnotatedFolder:
    """A folder in COCO's or KITTI's layout.

    Args:
        split: of COCO val2017 and the like, val2017 if None; of KITTI a file of one frame a line,
            all frames if None.

    Raises:
        DataSetError: neither layout, or a file is missing or damaged.
    """
    if (folder / "annotations").is_dir():
        return open_coco(folder, split or "val2017")
    if (folder / "label_2").is_dir():
        return open_kitti(folder, Path(split) if split else None)
    raise DataSetError(
        f"{folder}: neither a rosbag2 nor a data set, expected a folder with annotations (COCO) "
        "or with label_2 (KITTI)"
    )


def write_data_set_bag(data: AnnotatedFolder, bag: Path) -> None:
    """Write images as the files' own bytes, each after its calibration and its ground truth.

    Topics: image/compressed or, of rectified images, image_rect/compressed; camera_info; and
    those of `conversions.ground_truth`.

    Raises:
        BagError: the bag cannot be written.
        DataSetError: an image is missing.
    """
    image_topic = f"/{'image_rect' if data.is_rectified else 'image'}/compressed"
    with BagWriter(bag) as writer:
        names = labels_to_message(data.class_names, 0.0, make_header(CLOCK_START))
        writer.write(f"/{LABELS}", names, CLOCK_START, latched=True)
        for i, frame in enumerate(tqdm(data.frames, desc="bag", unit=" frames"), 1):
            stamp = CLOCK_START + i * PERIOD
            header = make_header(stamp)
            if not frame.image.is_file():
                raise DataSetError(f"{frame.image}: no such image, but it is annotated")
            truth = frame.read_truth()
            for topic, message in truth.items():
                set_header(message, header)
                writer.write(f"/{topic}", message, stamp)
            if frame.read_camera_info:
                info = frame.read_camera_info()
                info.header = header
                writer.write("/camera_info", info, stamp)
            image = CompressedImage(
                header=header,
                format=frame.image.suffix[1:].lower().replace("jpg", "jpeg"),
                data=frame.image.read_bytes(),
            )
            writer.write(image_topic, image, stamp)


def make_header(stamp: int) -> Header:
    """Of an image taken at nanoseconds."""
    seconds, nanoseconds = divmod(stamp, 10**9)
    return Header(stamp=Time(sec=seconds, nanosec=nanoseconds), frame_id=FRAME_ID)
