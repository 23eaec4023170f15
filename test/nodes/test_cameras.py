"""Several cameras on one detector."""

import numpy as np
from diagnostic_msgs.msg import DiagnosticArray
from std_msgs.msg import Header
from vision_msgs.msg import Detection2DArray

from centernet_ros.conversions.detections import detections_from_message
from centernet_ros.conversions.diagnostics import values_from_message
from centernet_ros.conversions.image import image_to_message
from centernet_ros.models import load_model
from centernet_ros.postprocessing import clip_to_image, filter_detections
from centernet_ros.predictor import Predictor
from centernet_ros.structures import Image

NAMES = ("front", "back", "left", "right")
THRESHOLD = 0.05


def make_pixels(seed):
    """Pictures of different content and size."""
    return np.random.default_rng(seed).integers(0, 256, (90 + 10 * seed, 120, 3), np.uint8)


def test_results_are_not_mixed_up(start, talker, checkpoint):
    parameters = {
        "models": [str(checkpoint)],
        "cameras": list(NAMES),
        "score_threshold": THRESHOLD,
    }
    found = {
        name: talker.collect(Detection2DArray, f"/detector/{name}/detections") for name in NAMES
    }
    diagnostics = talker.collect(DiagnosticArray, "/diagnostics")
    start("detector", parameters)
    pictures = {name: make_pixels(i) for i, name in enumerate(NAMES)}
    alive = NAMES[:3]

    def publish_all():
        for name in alive:
            header = Header(stamp=talker.stamp(), frame_id=name)
            talker.publish(f"{name}/image", image_to_message(Image(pictures[name]), header))
        return all(len(found[name]) >= 5 for name in alive)

    talker.spin_until(publish_all)
    predictor = Predictor(load_model(checkpoint))
    for name in alive:
        picture = pictures[name]
        [expected] = predictor([Image(picture)])
        expected = clip_to_image(filter_detections(expected, THRESHOLD), picture.shape[:2])
        for message in found[name]:
            assert message.header.frame_id == name
            published = detections_from_message(message)
            np.testing.assert_array_equal(published.labels, expected.labels)
            np.testing.assert_allclose(published.boxes, expected.boxes, atol=1e-2)
    assert found["right"] == []
    talker.spin_until(
        lambda: diagnostics and "detector/right" in values_from_message(diagnostics[-1])
    )
    values = values_from_message(diagnostics[-1])
    assert values["detector/right"]["received"] == "0"
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
