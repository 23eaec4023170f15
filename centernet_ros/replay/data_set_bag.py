"""A data set's folder as a rosbag2: images, calibrations and ground truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
from sensor_msgs.msg import CompressedImage
from std_msgs.msg import Header
from tqdm import tqdm

from centernet_ros.conversions.bag import BagWriter
from centernet_ros.conversions.camera_info import rectified_camera_info
from centernet_ros.conversions.coco_ground_truth import coco_to_messages
from centernet_ros.conversions.detections import labels_to_message
from centernet_ros.conversions.ground_truth import LABELS, set_header
from centernet_ros.conversions.kitti_ground_truth import kitti_to_messages
from centernet_ros.conversions.stamp import from_nanoseconds
from centernet_ros.datasets.coco import read_coco
from centernet_ros.datasets.kitti import find_training_folder, read_kitti
from centernet_ros.datasets.kitti_raw import is_raw_drive, read_raw_drive
from centernet_ros.datasets.own.part import is_image_list, read_part
from centernet_ros.datasets.own.recognize import UnknownLayoutError, recognize_data
from centernet_ros.datasets.sample import DataSet, Sample, read_sample_image, read_sample_size
from centernet_ros.io.errors import DataError
from centernet_ros.io.images import has_orientation
from centernet_ros.labels import KITTI_TYPES

# Nanoseconds from image to image: both KITTI's and as good as any for COCO's.
PERIOD = 100_000_000
FRAME_ID = "camera_optical_frame"
CLOCK_START = 10**9


@dataclass(frozen=True)
class AnnotatedImages:
    """What is replayed.

    Attributes:
        data: images with their boxes, and with their joints or their place in space where the
            data has such.
        persons: the joints of COCO's persons, which are in a file of their own, by the key of the
            image.
    """

    data: DataSet
    persons: Mapping[str | int, Sample] = field(default_factory=dict)

    @property
    def is_kitti(self) -> bool:
        """Whether the images are KITTI's, which are rectified and calibrated."""
        return self.data.samples[0].annotations_3d is not None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader completed or passed over."""
        return self.data.notes

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the ground truth's classes, by label."""
        names = self.data.class_names
        return tuple(dict.fromkeys((*names, *KITTI_TYPES))) if self.is_kitti else names


def open_data_set(folder: Path, split: str | None) -> AnnotatedImages:
    """A folder in the layout of COCO, VOC, YOLO or KITTI.

    Args:
        folder: as `recognize_data` takes it, or a drive of KITTI's raw recordings, which has no
            ground truth.
        split: of COCO itself val2017 and the like, val2017 if None; of KITTI a file of one frame
            a line, all frames if None; of other data as of `read_part`.

    Raises:
        DataError: no known layout, or a file is missing or damaged.
    """
    coco = split or "val2017"
    if (folder / f"annotations/instances_{coco}.json").is_file():
        return open_coco(folder, coco)
    listed = split is not None and is_image_list(Path(split))
    kitti = find_training_folder(folder)
    if all((kitti / name).is_dir() for name in ("label_2", "calib")) and not listed:
        frames = Path(split) if split else None
        return AnnotatedImages(read_kitti(folder, frames, class_names=None))
    if is_raw_drive(folder):
        return AnnotatedImages(read_raw_drive(folder))
    try:
        own = recognize_data(folder)
    except UnknownLayoutError as error:
        raise DataError(f"{error}; or a rosbag2") from error
    return AnnotatedImages(read_part(own, folder, split))


def open_coco(folder: Path, split: str) -> AnnotatedImages:
    """The images of a split in the order of their ids, with boxes and persons' joints.

    Raises:
        DataError: a file is missing or damaged, or lists no images.
    """
    annotations, images = folder / "annotations", folder / split
    data = read_coco(annotations / f"instances_{split}.json", images)
    if not data.samples:
        raise DataError(f"{data.source}: no images, expected some")
    persons = annotations / f"person_keypoints_{split}.json"
    if not persons.is_file():
        return AnnotatedImages(data)
    poses = read_coco(persons, images, joints=True)
    return AnnotatedImages(data, {sample.key: sample for sample in poses.samples})


def write_data_set_bag(annotated: AnnotatedImages, bag: Path) -> None:
    """Write images, each after its calibration and its ground truth.

    They are the files' own bytes, unless EXIF asks for them to be turned: labels are of the image
    as it is seen, the detector takes it as it is stored.

    Topics: image/compressed or, of rectified images, image_rect/compressed; camera_info; and
    those of `conversions.ground_truth`.

    Raises:
        BagError: the bag cannot be written.
        DataError: an image is missing.
    """
    image_topic = f"/{'image_rect' if annotated.is_kitti else 'image'}/compressed"
    with BagWriter(bag) as writer:
        names = labels_to_message(annotated.class_names, 0.0, make_header(CLOCK_START))
        writer.write(f"/{LABELS}", names, CLOCK_START, latched=True)
        for i, sample in enumerate(tqdm(annotated.data.samples, desc="bag", unit=" frames"), 1):
            stamp = CLOCK_START + i * PERIOD
            header = make_header(stamp)
            if not sample.path.is_file():
                raise DataError(f"{sample.path}: no such image, but it is annotated")
            for topic, message in make_messages(annotated, sample).items():
                set_header(message, header)
                writer.write(f"/{topic}", message, stamp)
            if annotated.is_kitti:
                height, width = read_sample_size(sample)
                projection = sample.require_3d().projection
                info = rectified_camera_info(projection, height, width)
                info.header = header
                writer.write("/camera_info", info, stamp)
            image = make_image(sample)
            image.header = header
            writer.write(image_topic, image, stamp)


def make_image(sample: Sample) -> CompressedImage:
    """The message of a sample's image.

    Raises:
        DataError: EXIF asks for it to be turned, and it does not decode.
    """
    data, suffix = sample.path.read_bytes(), sample.path.suffix[1:].lower()
    if has_orientation(data):
        data = cv2.imencode(".png", read_sample_image(sample))[1].tobytes()
        suffix = "png"
    return CompressedImage(format=suffix.replace("jpg", "jpeg"), data=data)


def make_messages(annotated: AnnotatedImages, sample: Sample) -> dict[str, Any]:
    """The ground truth of an image by topic; a raw recording has none."""
    if sample.kitti is not None:
        names = annotated.class_names
        return kitti_to_messages(str(sample.key), sample.kitti, Header(), names, sample.ids)
    if sample.annotations_3d is not None:
        return {}
    persons = annotated.persons.get(sample.key) if sample.joints is None else sample
    return coco_to_messages(sample, persons, Header())


def make_header(stamp: int) -> Header:
    """Of an image taken at nanoseconds."""
    return Header(stamp=from_nanoseconds(stamp), frame_id=FRAME_ID)
