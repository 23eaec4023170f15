"""Writes a trace of single frames."""

from __future__ import annotations

from pathlib import Path

from std_msgs.msg import Header
from torch.profiler import profile

from benchmarks.frame_stages import run_frame
from benchmarks.frames import make_image
from centernet_ros.conversions.image import image_to_message
from centernet_ros.inference.predictor import Predictor
from centernet_ros.structures import Image

FRAMES = 3


def write_trace(predict: Predictor, path: Path) -> None:
    """Write a Chrome trace of a few frames, which chrome://tracing and Perfetto show."""
    message = image_to_message(Image(make_image(None)), Header())
    run_frame(predict, message)
    with profile() as profiler:
        for _ in range(FRAMES):
            run_frame(predict, message)
    profiler.export_chrome_trace(str(path))
    print(profiler.key_averages().table(sort_by="self_cpu_time_total", row_limit=15))
