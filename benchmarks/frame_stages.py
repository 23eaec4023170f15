"""Runs one frame and takes the time of each stage."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from rclpy.serialization import serialize_message
from sensor_msgs.msg import Image as ImageMessage

from centernet_ros.conversions.image import image_from_message
from centernet_ros.inference.backends.backend import select_task
from centernet_ros.inference.backends.torch_backend import TorchBackend, to_outputs
from centernet_ros.inference.decoding.decoded import DecodedBatch
from centernet_ros.inference.decoding.to_image import objects_to_image
from centernet_ros.inference.postprocessing import select_published
from centernet_ros.inference.predictor import Predictor, check_finite
from centernet_ros.inference.preprocessing import warp_batch
from centernet_ros.nodes.detector.camera_output import OUTPUTS

STAGES = ("receive", "preprocess", "network", "decode", "rescale", "publish")
# This stage is not part of a frame. It makes the messages that a threshold of 0 would publish.
PUBLISH_ALL = "publish_all"
# The detector publishes objects from this score on unless its parameters say otherwise.
CONFIDENCE_THRESHOLD = 0.3
# Boxes in space need a camera; this is the projection of KITTI's.
PROJECTION = np.array([[721.5, 0, 609.6, 44.9], [0, 721.5, 172.9, 0.2], [0, 0, 1, 0.003]])

Stages = dict[str, float]
Now = Callable[[], float]


class StageClock:
    """Takes the time of stages that follow each other.

    Attributes:
        stages: the seconds of each stage that has ended.
    """

    def __init__(self, now: Now) -> None:
        self.stages: Stages = {}
        self._now, self._last = now, now()

    def end(self, stage: str) -> None:
        """End a stage, which began when the one before it ended."""
        now = self._now()
        self.stages[stage] = now - self._last
        self._last = now


@torch.inference_mode()
def run_frame(predict: Predictor, message: ImageMessage, now: Now = time.perf_counter) -> Stages:
    """Return the seconds of each stage from an image message to the messages with its objects.

    Exported engines normalize and decode within the stage "network".
    """
    clock = StageClock(now)
    image = image_from_message(message)
    clock.end("receive")
    pixels, geometries = warp_batch([image], predict.input, predict.model.divisor)
    if type(predict.backend) is TorchBackend:
        module = predict.backend.module
        batch = module.normalize(torch.from_numpy(pixels))
        clock.end("preprocess")
        raw, checksum = module.run_network(batch)
        clock.end("network")
        decoded = DecodedBatch(module.decode_maps(module.activate_maps(raw)), checksum)
        outputs = to_outputs(decoded)
        clock.end("decode")
    else:
        clock.end("preprocess")
        outputs = dict(predict.backend(pixels))
        clock.end("network")
    check_finite(outputs)
    detections = {
        task: found
        for task, spec in predict.tasks.items()
        for found in objects_to_image(select_task(outputs, task), spec, geometries, [PROJECTION])
        if found is not None
    }
    clock.end("rescale")
    for stage, threshold in (("publish", CONFIDENCE_THRESHOLD), (PUBLISH_ALL, 0.0)):
        for task, objects in detections.items():
            names = predict.tasks[task].class_names
            published, _ = select_published(objects, image.size, threshold, (), names)
            serialize_message(OUTPUTS[task][2](published, message.header))
        clock.end(stage)
    return clock.stages
