"""Folders as bags, read back."""

import json

import cv2
import numpy as np
import PIL.Image
import pytest
from sensor_msgs.msg import CameraInfo, CompressedImage

from centernet_ros.conversions.bag import read_messages
from centernet_ros.conversions.detections import box_from_message
from centernet_ros.conversions.ground_truth import (
    BOXES,
    BOXES_3D,
    GROUND_TRUTH_TOPICS,
    POSES,
)
from centernet_ros.conversions.image_topics import find_image_topic
from centernet_ros.io.images import ORIENTATION, read_image
from centernet_ros.nodes.source.playback import open_playback
from centernet_ros.replay.bag_images import read_images
from centernet_ros.replay.data_set_bag import open_data_set, write_data_set_bag

P2 = "P2: 700 0 600 44.8 0 700 180 0.2 0 0 1 0.0027"
LABEL = "Car 0 1 -1.5 587 173 614 200 1.6 1.7 3.6 -0.6 1.7 46.7 -1.6"


@pytest.fixture
def kitti_folder(tmp_path):
    folder = tmp_path / "kitti"
    for name in ("image_2", "label_2", "calib"):
        (folder / name).mkdir(parents=True)
    for i, frame in enumerate(("000003", "000007")):
        cv2.imwrite(str(folder / f"image_2/{frame}.png"), np.full((37, 124, 3), 50 * i, np.uint8))
        (folder / f"label_2/{frame}.txt").write_text(f"{LABEL}\n" * i)
        (folder / f"calib/{frame}.txt").write_text(P2)
    return folder


def test_kitti_frames_play_with_calibration_and_truth(kitti_folder, tmp_path):
    bag = tmp_path / "bag"
    write_data_set_bag(open_data_set(kitti_folder, None), bag)
    images = find_image_topic(bag)
    assert (images.transport, images.camera_info) == ("compressed", "/camera_info")
    assert images.is_rectified
    first, second = open_playback(str(bag), 0.0, "")
    assert second.time == pytest.approx(0.1)
    file = (kitti_folder / "image_2/000007.png").read_bytes()
    assert bytes(second.image.data) == file
    assert second.image.format == "png"
    assert second.camera_info.p[3] == 44.8
    assert (second.camera_info.height, second.camera_info.width) == (37, 124)
    assert len(first.ground_truth[BOXES_3D].detections) == 0
    [box] = second.ground_truth[BOXES_3D].detections
    assert box.bbox.size.x == pytest.approx(3.6)
    headers = [second.image.header, second.camera_info.header, box.header]
    assert headers[0] == headers[1] == headers[2]
    assert first.ground_truth.keys() & GROUND_TRUTH_TOPICS.keys() == second.ground_truth.keys()


def test_split_chooses_frames(kitti_folder, tmp_path):
    (tmp_path / "split.txt").write_text("000007\n")
    data = open_data_set(kitti_folder, str(tmp_path / "split.txt"))
    assert [sample.path.stem for sample in data.data.samples] == ["000007"]


def test_coco_images_in_the_order_of_their_ids(coco_folder, tmp_path):
    bag = tmp_path / "bag"
    write_data_set_bag(open_data_set(coco_folder, None), bag)
    topic = find_image_topic(bag)
    assert not topic.is_rectified
    frames = list(open_playback(str(bag), 0.0, ""))
    assert [len(frame.ground_truth[BOXES].detections) for frame in frames] == [0, 1, 0]
    assert not list(read_messages(bag, [CameraInfo]))
    assert len(list(read_messages(bag, [CompressedImage]))) == 3
    expected = cv2.imread(str(coco_folder / "val2017/5.png"))
    images = dict(read_images(topic, {1}))
    np.testing.assert_array_equal(images[1].pixels, expected)


@pytest.mark.parametrize(
    ("layout", "count"),
    [("coco of roboflow", 12), ("voc beside the images", 12), ("yolo in parts", 12), ("kitti", 2)],
)
def test_own_data_of_any_layout(own, layout, count, tmp_path):
    data = open_data_set(own(layout), None)
    write_data_set_bag(data, tmp_path / "bag")
    frames = list(open_playback(str(tmp_path / "bag"), 0.0, ""))
    assert len(frames) == count
    for frame, sample in zip(frames, data.data.samples):
        [box] = frame.ground_truth[BOXES].detections
        assert box_from_message(box.bbox) == pytest.approx(sample.boxes[0])
        assert box.id == "0" or layout.startswith("coco")


def test_joints_of_own_data(own, tmp_path):
    path = own("coco") / "labels.json"
    content = json.loads(path.read_text())
    content["categories"] = [{"id": 0, "name": "square", "keypoints": ["left_top", "right_top"]}]
    for row in content["annotations"]:
        row |= {"category_id": 0, "keypoints": [1, 2, 2, 3, 4, 1]}
    path.write_text(json.dumps(content))
    write_data_set_bag(open_data_set(path.parent, None), tmp_path / "bag")
    frame = next(iter(open_playback(str(tmp_path / "bag"), 0.0, "")))
    [pose] = frame.ground_truth[POSES].poses
    assert [(k.position.x, k.position.y) for k in pose.keypoints] == [(1, 2), (3, 4)]


@pytest.mark.parametrize("orientation", [3, 6])
def test_images_are_turned_as_their_labels_are(own, orientation, tmp_path):
    root = own("coco")
    path = root / "images/0.png"
    exif = PIL.Image.Exif()
    exif[ORIENTATION] = orientation
    PIL.Image.open(path).crop((0, 0, 64, 48)).save(path, exif=exif)
    write_data_set_bag(open_data_set(root, None), tmp_path / "bag")
    image = dict(read_images(find_image_topic(tmp_path / "bag"), {0}))[0]
    assert image.pixels.shape == ((64, 48, 3) if orientation == 6 else (48, 64, 3))
    np.testing.assert_array_equal(image.pixels, read_image(path))
