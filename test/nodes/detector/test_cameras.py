"""Several cameras on one detector."""

import numpy as np
from centernet_ros.msg import HumanPoseArray
from diagnostic_msgs.msg import DiagnosticArray
from sensor_msgs.msg import CameraInfo
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray, Detection3DArray

from centernet_ros.conversions.camera_model import camera_from_info
from centernet_ros.conversions.detections import detections_to_message
from centernet_ros.conversions.detections3d import boxes3d_to_message
from centernet_ros.conversions.diagnostics import values_from_message
from centernet_ros.conversions.image import image_to_message
from centernet_ros.conversions.poses import poses_to_message
from centernet_ros.inference.postprocessing import clip_to_image, filter_detections
from centernet_ros.inference.predictor import Predictor
from centernet_ros.models import load_model
from centernet_ros.structures import Image

NAMES = ("front", "back", "left", "right")
DEAD = "roof"
THRESHOLD = 0.05
FRAMES = 5
OUTPUTS = {
    "ctdet": (Detection2DArray, "detections", detections_to_message),
    "multi_pose": (HumanPoseArray, "keypoints", poses_to_message),
    "ddd": (Detection3DArray, "detections_3d", boxes3d_to_message),
}


def make_pixels(seed):
    """Images of different content and size."""
    return np.random.default_rng(seed).integers(0, 256, (90 + 10 * seed, 120, 3), np.uint8)


def make_info(pixels, focal_length):
    height, width = pixels.shape[:2]
    k = [focal_length, 0.0, width / 2, 0.0, focal_length, height / 2, 0.0, 0.0, 1.0]
    return CameraInfo(height=height, width=width, distortion_model="plumb_bob", k=k)


def list_numbers(task, message):
    """A few numbers of every object in a message."""
    if task == "multi_pose":
        return [
            (p.score, p.bbox.center.position.x, p.keypoints[0].position.x) for p in message.poses
        ]
    return [
        (d.results[0].hypothesis.score, d.bbox.center.position.x, d.bbox.center.position.y)
        for d in message.detections
    ]


def assert_same_objects(found, expected):
    """In any order, as batches round otherwise, and but for ties with the last."""
    found, expected = np.array(found), np.array(expected)
    assert len(found) == len(expected)
    sure = expected[:, 0] > expected[-1, 0] + 1e-6
    distances = np.abs(found[:, None] - expected[None]).max(-1).min(0)
    assert sure.sum() > 5
    assert distances[sure].max() < 1e-2


def test_no_output_of_four_cameras_is_mixed_up(start, talker, joint_checkpoint):
    parameters = {
        "models": [str(joint_checkpoint)],
        "cameras": [*NAMES, DEAD],
        "confidence_threshold": THRESHOLD,
    }
    found = {
        (name, task): talker.collect(kind, f"/detector/{name}/{topic}")
        for name in (*NAMES, DEAD)
        for task, (kind, topic, _) in OUTPUTS.items()
    }
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    start("detector", parameters)
    images = {name: make_pixels(i) for i, name in enumerate(NAMES)}
    infos = {name: make_info(images[name], 100.0 * (i + 1)) for i, name in enumerate(NAMES)}
    headers = {name: [] for name in NAMES}

    def publish_all():
        for name in NAMES:
            header = Header(stamp=talker.stamp(), frame_id=name)
            headers[name].append(header)
            infos[name].header = header
            talker.publish(f"{name}/camera_info", infos[name])
            talker.publish(f"{name}/image", image_to_message(Image(images[name]), header))
        return all(
            len(messages) >= FRAMES for (name, _), messages in found.items() if name != DEAD
        )

    talker.spin_until(publish_all)
    predict = Predictor(load_model(joint_checkpoint))
    for name in NAMES:
        image = images[name]
        camera = camera_from_info(infos[name], image.shape[:2], is_rectified=False)
        for task, [objects] in predict.predict_tasks([Image(image)], [camera]).items():
            expected = clip_to_image(filter_detections(objects, THRESHOLD), image.shape[:2])
            numbers = list_numbers(task, OUTPUTS[task][2](expected, Header()))
            assert len(numbers) > 5
            for message in found[name, task]:
                assert message.header in headers[name]
                assert_same_objects(list_numbers(task, message), numbers)
    assert not any(found[DEAD, task] for task in OUTPUTS)
    # The node tells once a second, and may have told before its first frame.
    talker.spin_until(
        lambda: (
            diagnostics
            and values_from_message(diagnostics[-1])["detector/front"]["processed"] != "0"
        )
    )
    values = values_from_message(diagnostics[-1])
    assert values[f"detector/{DEAD}"]["received"] == "0"
    assert int(values["detector/front"]["processed"]) > 0


def test_a_bad_image_of_one_camera_leaves_the_others(start, talker, checkpoint, image):
    found = talker.collect(Detection2DArray, "/detector/front/detections")
    parameters = {"models": [str(checkpoint)], "cameras": ["front", "back"]}
    detector = start("detector", parameters)
    bad = image_to_message(Image(np.zeros((4, 4, 3), np.uint8)), image.header)
    bad.encoding = "bogus"

    def publish_both():
        talker.publish("back/image", bad)
        talker.publish("front/image", image)
        return len(found) >= 3 and "camera back: unknown image encoding" in detector.read_log()

    talker.spin_until(publish_both)
    assert detector.status is None
