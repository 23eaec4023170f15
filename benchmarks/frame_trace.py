"""A trace of single frames."""

from __future__ import annotations

from pathlib import Path

from std_msgs.msg import Header
from torch.profiler import profile

from benchmarks.frames import make_image, run_frame
from centernet_ros.conversions.image import image_to_message
from centernet_ros.inference.predictor import Predictor
from centernet_ros.structures import Image

FRAMES = 3


def write_trace(predict: Predictor, path: Path) -> None:
    """A Chrome trace of a few frames, for chrome://tracing or Perfetto."""
    message = image_to_message(Image(make_image(None)), Header())
    run_frame(predict, message)
    with profile() as profiler:
        for _ in range(FRAMES):
            run_frame(predict, message)
    profiler.export_chrome_trace(str(path))
    print(profiler.key_averages().table(sort_by="self_cpu_time_total", row_limit=15))
