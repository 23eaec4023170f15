"""3D boxes and keypoints of the detector, by the messages it publishes."""

import numpy as np
import pytest
import torch
from centernet_ros.msg import HumanPoseArray
from centernet_ros.msg import Skeleton as SkeletonMessage
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage
from vision_msgs.msg import Detection2DArray, Detection3DArray, LabelInfo
from visualization_msgs.msg import MarkerArray

from centernet_ros.conversions.camera_model import camera_from_info
from centernet_ros.conversions.detections import labels_from_message
from centernet_ros.conversions.detections3d import boxes3d_to_message
from centernet_ros.conversions.poses import poses_from_message
from centernet_ros.inference.postprocessing import clip_to_image, filter_detections
from centernet_ros.inference.predictor import Predictor
from centernet_ros.labels import COCO_JOINTS, KITTI_CLASSES
from centernet_ros.models import InputSpec, ModelSpec, create_model, load_model, save_model
from centernet_ros.nodes.common.qos import LATCHED
from centernet_ros.skeleton import Skeleton
from centernet_ros.structures import Image

THRESHOLD = 0.05
INFO = CameraInfo(
    height=192,
    width=256,
    distortion_model="plumb_bob",
    d=[-0.2, 0.03, 0.0, 0.0, 0.0],
    k=[300.0, 0.0, 128.0, 0.0, 300.0, 96.0, 0.0, 0.0, 1.0],
    p=[280.0, 0.0, 126.0, -28.0, 0.0, 280.0, 95.0, 0.0, 0.0, 0.0, 1.0, 0.0],
)


@pytest.fixture
def parameters(checkpoints):
    return {
        "models": [str(path) for path in checkpoints.values()],
        "confidence_threshold": THRESHOLD,
        "device": "cpu",
    }


@pytest.mark.parametrize("rectified", [False, True])
def test_boxes_in_space_are_those_of_the_predictor(
    start, talker, parameters, checkpoints, image, pixels, rectified
):
    found = talker.collect(Detection3DArray, "/detector/detections_3d")
    markers = talker.collect(MarkerArray, "/detector/markers")
    labels = talker.collect(LabelInfo, "/detector/label_info_3d", LATCHED)
    start("detector", parameters | {"rectified": rectified})
    talker.publish_until(
        "camera_info", lambda: INFO, lambda: talker.publish("image", image) or (found and markers)
    )
    camera = camera_from_info(INFO, pixels.shape[:2], rectified)
    [boxes] = Predictor(load_model(checkpoints["ddd"]))([Image(pixels)], [camera])
    expected = clip_to_image(filter_detections(boxes, THRESHOLD), pixels.shape[:2])
    message = boxes3d_to_message(expected, image.header)
    assert len(expected) > 5
    assert len(found[0].detections) == len(message.detections)
    for ours, theirs in zip(found[0].detections, message.detections):
        assert ours.results[0].hypothesis.class_id == theirs.results[0].hypothesis.class_id
        for part in ("position", "orientation"):
            a, b = getattr(ours.bbox.center, part), getattr(theirs.bbox.center, part)
            for axis in a.get_fields_and_field_types():
                assert getattr(a, axis) == pytest.approx(getattr(b, axis), abs=1e-3)
    assert found[0].header == image.header
    assert len(markers[0].markers) == 2 * len(expected) + 1
    assert tuple(labels_from_message(labels[0]).values()) == KITTI_CLASSES


def test_classes_are_named_where_that_is_asked_for(start, talker, parameters, image):
    flat = talker.collect(Detection2DArray, "/detector/detections")
    in_space = talker.collect(Detection3DArray, "/detector/detections_3d")
    labels = talker.collect(LabelInfo, "/detector/label_info", LATCHED)
    start("detector", parameters | {"class_id": "name"})
    talker.publish_until(
        "camera_info", lambda: INFO, lambda: talker.publish("image", image) or (flat and in_space)
    )
    talker.spin_until(lambda: labels)
    names = labels_from_message(labels[0]).values()
    for message, expected in ((flat[0], names), (in_space[0], KITTI_CLASSES)):
        found = {d.results[0].hypothesis.class_id for d in message.detections}
        assert found
        assert found <= set(expected)


def test_3d_waits_for_the_calibration_and_the_rest_does_not(start, talker, parameters, image):
    in_space = talker.collect(Detection3DArray, "/detector/detections_3d")
    flat = talker.collect(Detection2DArray, "/detector/detections")
    persons = talker.collect(HumanPoseArray, "/detector/keypoints")
    detector = start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: flat and persons)
    assert "no camera_info has arrived, 3D boxes wait for it" in detector.read_log()
    assert not in_space

    def publish(info):
        talker.publish("camera_info", info)
        talker.publish("image", image)

    talker.spin_until(lambda: publish(CameraInfo()) or "not calibrated: K" in detector.read_log())
    assert not in_space
    talker.spin_until(lambda: publish(INFO) or in_space)
    assert detector.status is None


def test_persons_are_those_of_the_predictor(start, talker, parameters, checkpoints, image, pixels):
    found = talker.collect(HumanPoseArray, "/detector/keypoints")
    start("detector", parameters)
    talker.publish_until("image", lambda: image, lambda: found)
    skeletons = talker.collect(SkeletonMessage, "/detector/skeleton", LATCHED)
    talker.spin_until(lambda: skeletons)
    [poses] = Predictor(load_model(checkpoints["multi_pose"]))([Image(pixels)])
    expected = clip_to_image(filter_detections(poses, THRESHOLD), pixels.shape[:2])
    published = poses_from_message(found[0])
    assert len(expected) > 5
    np.testing.assert_allclose(published.boxes, expected.boxes, atol=1e-3)
    np.testing.assert_allclose(published.keypoints, expected.keypoints, atol=1e-3)
    np.testing.assert_allclose(published.keypoint_scores, expected.keypoint_scores, atol=1e-5)
    assert found[0].header == image.header
    assert tuple(skeletons[0].keypoint_names) == COCO_JOINTS


def test_joints_of_its_own_have_their_names(start, talker, parameters, image, tmp_path):
    skeleton = Skeleton(("tip", "left", "right"), ((0, 1), (0, 2)), ((1, 2),))
    heads = {"hm": 1, "wh": 2, "hps": 6, "reg": 2, "hm_hp": 3, "hp_offset": 2}
    size = InputSpec(size=(128, 160), resize="stretch")
    spec = ModelSpec("mobilenetv3", heads, ("kite",), size, skeleton=skeleton)
    model = create_model(spec)
    torch.nn.init.constant_(model.head["wh"][-1].bias, 3.0)  # boxes without area are left out
    save_model(model, tmp_path / "kite.pt")
    found = talker.collect(HumanPoseArray, "/detector/keypoints")
    skeletons = talker.collect(SkeletonMessage, "/detector/skeleton", LATCHED)
    annotated = talker.collect(ImageMessage, "/detector/image_annotated")
    own = {"models": [str(tmp_path / "kite.pt")], "confidence_threshold": 0.0}
    start("detector", parameters | own)
    talker.publish_until("image", lambda: image, lambda: found and skeletons and annotated)
    assert tuple(skeletons[0].keypoint_names) == skeleton.joints
    assert tuple((edge.start, edge.end) for edge in skeletons[0].edges) == skeleton.limbs
    assert {len(pose.keypoints) for pose in found[0].poses} == {3}


def test_one_network_serves_every_output(
    start, talker, parameters, joint_checkpoint, image, pixels
):
    published = {
        "ctdet": talker.collect(Detection2DArray, "/detector/detections"),
        "ddd": talker.collect(Detection3DArray, "/detector/detections_3d"),
        "multi_pose": talker.collect(HumanPoseArray, "/detector/keypoints"),
    }
    start("detector", parameters | {"models": [str(joint_checkpoint)]})
    talker.publish_until(
        "camera_info",
        lambda: INFO,
        lambda: talker.publish("image", image) or all(published.values()),
    )
    camera = camera_from_info(INFO, pixels.shape[:2], is_rectified=False)
    predict = Predictor(load_model(joint_checkpoint))
    for task, [objects] in predict.predict_tasks([Image(pixels)], [camera]).items():
        expected = clip_to_image(filter_detections(objects, THRESHOLD), pixels.shape[:2])
        message = published[task][0]
        if task == "multi_pose":
            scores = [pose.score for pose in message.poses]
        else:
            scores = [found.results[0].hypothesis.score for found in message.detections]
        assert len(expected) > 5
        np.testing.assert_allclose(scores, expected.scores, atol=1e-4)
        assert message.header == image.header


def test_two_models_of_one_task_are_refused(start, parameters, checkpoint):
    detector = start("detector", parameters | {"models": [str(checkpoint), str(checkpoint)]})
    assert detector.wait(60) == 1
    assert "a second model for ctdet, expected one per task" in detector.read_log()


def test_ids_stay_from_image_to_image(start, talker, parameters, image):
    flat = talker.collect(Detection2DArray, "/detector/detections")
    persons = talker.collect(HumanPoseArray, "/detector/keypoints")
    in_space = talker.collect(Detection3DArray, "/detector/detections_3d")
    start("detector", parameters | {"tracking": True, "tracking_min_hits": 1})
    talker.publish_until(
        "camera_info",
        lambda: INFO,
        lambda: talker.publish("image", image) or min(map(len, (flat, persons, in_space))) > 1,
    )
    for messages, field in ((flat, "detections"), (persons, "poses"), (in_space, "detections")):
        first, *_, last = ([each.id for each in getattr(m, field)] for m in messages)
        assert first == last
        assert len(set(first)) == len(first) > 3
        assert all(int(number) > 0 for number in first)
