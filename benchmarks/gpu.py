#!/usr/bin/env python3
"""Measures a GPU: frames, deformable convolution, training steps, and what half precision costs.

Needs PyTorch and a few libraries, and no ROS (`make bench-gpu`). The ways that are compared take
turns within one run.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from datetime import date
from pathlib import Path

import torch

from benchmarks.gpu_deform_conv import measure_deform_conv
from benchmarks.gpu_frames import measure_gpu_frames
from benchmarks.gpu_precision import compare_precision
from benchmarks.gpu_training import measure_training
from benchmarks.table import format_rows
from centernet_ros.io.command_errors import report_errors
from centernet_ros.models import CheckpointError

FRAMES = ("resdcn_18:ctdet", "dla_34:ctdet", "dla_34:ddd", "hourglass:ctdet")
TRAININGS = ("resdcn_18:ctdet", "dla_34:ctdet")
Row = dict[str, object]


def print_rows(title: str, rows: list[Row]) -> list[Row]:
    """Print a table, and return its rows."""
    print(f"\n{title}\n{format_rows(rows)}", flush=True)
    return rows


def describe(device: torch.device) -> str:
    """The device, the versions and the date, without which no figure counts."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor()
    return f"{name or device}, PyTorch {torch.__version__}, {date.today()}"


@report_errors(CheckpointError)
def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda", help="cuda, cuda:1, or cpu to try the command")
    parser.add_argument(
        "--frames", nargs="*", default=FRAMES, help="ARCHITECTURE:TASK[:HEIGHTxWIDTH]"
    )
    parser.add_argument("--trainings", nargs="*", default=TRAININGS, help="of the same form")
    parser.add_argument("--batches", type=int, nargs="+", default=(1, 8), help="images at a time")
    parser.add_argument("--repetitions", type=int, default=50, help="measured ones of each")
    parser.add_argument("--model", type=Path, help="checkpoint whose AP both precisions give")
    parser.add_argument("--annotations", type=Path, help="COCO's, for --model")
    parser.add_argument("--images", type=Path, help="their folder, for --model")
    parser.add_argument("--json", type=Path, help="file for all rows")
    options = parser.parse_args(arguments)
    precision = (options.model, options.annotations, options.images)
    if any(precision) and not all(precision):
        parser.error("expected --model, --annotations and --images together")
    device = torch.device(options.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError("PyTorch finds no CUDA device")
    report: dict[str, object] = {"device": describe(device)}
    print(report["device"])
    if options.frames:
        report["frames"] = print_rows(
            "Frames, from the image in memory to objects in memory, medians in ms",
            [
                measure_gpu_frames(name, size, device, options.repetitions)
                for name in options.frames
                for size in options.batches
            ],
        )
        report["deform_conv"] = print_rows(
            "Deformable convolution against its floor of bytes and operations",
            measure_deform_conv(device, options.repetitions),
        )
    if options.trainings:
        report["training"] = print_rows(
            "Training steps per second",
            [measure_training(name, device, options.repetitions) for name in options.trainings],
        )
    if options.model:
        report["precision"] = print_rows("AP of a model", compare_precision(*precision, device))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
