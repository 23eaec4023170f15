"""What the pipeline makes of a network that fails."""

import pytest
import torch
from rclpy.lifecycle import LifecycleNode
from vision_msgs.msg import Detection2DArray

from centernet_ros.inference.options import PredictorOptions
from centernet_ros.nodes.common.parameters import declare_parameters
from centernet_ros.nodes.detector.camera import Camera
from centernet_ros.nodes.detector.frame_pipeline import FramePipeline
from centernet_ros.nodes.detector.model_set import ModelSet
from centernet_ros.nodes.detector.parameters import PARAMETERS


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (torch.cuda.OutOfMemoryError("CUDA out of memory."), "CUDA out of memory."),
        (FloatingPointError("the network's output is not finite"), "output is not finite"),
    ],
)
def test_a_frame_that_the_network_fails_on_is_counted_and_the_next_one_answered(
    talker, checkpoint, image, error, text
):
    node = LifecycleNode("failing")
    declare_parameters(node, PARAMETERS)
    models = ModelSet([str(checkpoint)], "cpu", options=PredictorOptions(20))
    camera = Camera(node, "", models.specs)
    node.trigger_configure()
    node.trigger_activate()
    found = talker.collect(Detection2DArray, "/failing/detections")
    talker.spin_until(lambda: talker.node.count_publishers("/failing/detections"))
    pipeline = FramePipeline(node, models, {"": camera})

    def fail(*_):
        raise error

    predictor = models.predictors[0]
    backend, predictor.backend = predictor.backend, fail
    pipeline.process({"": image})
    predictor.backend = backend
    values = camera.statistics.summarize()
    assert (values["processed"], values["failed"]) == ("0", "1")
    assert text in values["last_error"]
    pipeline.process({"": image})
    talker.spin_until(lambda: found)
    assert camera.statistics.summarize()["processed"] == "1"
    node.destroy_node()
