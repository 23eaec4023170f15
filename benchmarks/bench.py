#!/usr/bin/env python3
"""Measures speed.

`frames` runs single frames by every backend and compares them with the authors' way.
`ros` runs nodes as processes and puts load on them.
The ways that are compared take turns within one run.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks.frame_rows import make_frame_rows
from benchmarks.frame_trace import write_trace
from benchmarks.frames import count_operations, make_image, measure_frames
from benchmarks.latency_plot import plot_latency
from benchmarks.models import BACKENDS, MODELS, build_model, build_predictors
from benchmarks.ros import CAMERAS, RATES, SIZES, run_loads
from benchmarks.ros_rows import LoadRow, compare_nodes
from benchmarks.table import format_rows
from centernet_ros.io.command_errors import report_errors
from centernet_ros.models import CheckpointError
from centernet_ros.nodes.common.runtime import NodeError, keep_freed_memory

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def run_frames(options: argparse.Namespace) -> list[dict[str, object]]:
    """Run the subcommand `frames` and return its rows."""
    keep_freed_memory()
    rows: list[dict[str, object]] = []
    image = make_image(options.image)
    for name in options.models:
        model = build_model(name, image.shape[:2])
        if options.profile:
            (predict,) = build_predictors(model, options.backends[:1]).values()
            write_trace(predict, options.profile)
            return []
        predictors = build_predictors(model, options.backends)
        measured, peak = measure_frames(
            model, predictors, image, options.repetitions, CLOCKS[options.clock]
        )
        size = "x".join(map(str, model.spec.input.size))
        table = make_frame_rows(measured, count_operations(model), peak)
        print(f"\n{name}, input {size}; fp32 matrix product {peak / 1e9:.0f} GFLOP/s")
        print(format_rows(table), flush=True)
        rows += [{"model": name, "input": size, "peak": peak, **row} for row in table]
    return rows


def run_ros(options: argparse.Namespace) -> list[LoadRow]:
    """Run the subcommand `ros` and return its rows."""
    rows = run_loads(
        options.model,
        options.backend,
        options.sizes,
        options.rates,
        options.cameras,
        options.seconds,
    )
    print(format_rows(rows))
    compared = compare_nodes(rows)
    if compared:
        print("\nOne node for all cameras relative to a node for each of them:")
        print(format_rows(compared))
    if options.plot:
        plot_latency(rows, options.plot)
    return rows


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    frames = commands.add_parser("frames", help="measure single frames in this process")
    frames.add_argument(
        "--models",
        nargs="+",
        default=MODELS,
        help="published models, checkpoints, or ARCHITECTURE:TASK[:HEIGHTxWIDTH] with random "
        f"weights; default: {' '.join(MODELS)}",
    )
    frames.add_argument(
        "--backends", nargs="+", default=BACKENDS, choices=BACKENDS, help="ways to run them"
    )
    frames.add_argument(
        "--image", type=Path, help="image file to use instead of noise of 1280x720"
    )
    frames.add_argument("--repetitions", type=int, default=15, help="measured frames")
    frames.add_argument(
        "--clock",
        choices=CLOCKS,
        default="wall",
        help="cpu measures processor time, for busy machines; set OMP_NUM_THREADS=1 with it",
    )
    frames.add_argument(
        "--profile",
        type=Path,
        help="write only a trace of the first model and backend to this file",
    )
    frames.set_defaults(run=run_frames)
    ros = commands.add_parser("ros", help="measure detectors as processes under load")
    ros.add_argument("--model", default=MODELS[0], help="parameter `models` of the detector")
    ros.add_argument("--backend", default="auto", help="parameter `backend` of the detector")
    ros.add_argument(
        "--sizes", nargs="+", default=SIZES, metavar="WIDTHxHEIGHT", help="sizes of images"
    )
    ros.add_argument(
        "--rates",
        nargs="+",
        type=float,
        default=RATES,
        metavar="HZ",
        help="frames per second; 0 is the peak",
    )
    ros.add_argument("--seconds", type=float, default=5.0, help="duration of each load")
    ros.add_argument("--cameras", nargs="+", type=int, default=CAMERAS, help="numbers of cameras")
    ros.add_argument("--plot", type=Path, help="image file to draw latency against load into")
    ros.set_defaults(run=run_ros)
    for command in (frames, ros):
        command.add_argument("--json", type=Path, help="file to write all rows to")
    return parser


@report_errors(CheckpointError, NodeError)
def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    options = build_parser().parse_args(arguments)
    rows = options.run(options)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
