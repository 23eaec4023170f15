#!/usr/bin/env python3
"""Measures speed: `frames`, by every backend against the authors' way; `ros`, nodes end to end.

All ratios are of one run, in which the ways take turns.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks.frame_trace import write_trace
from benchmarks.frames import (
    count_operations,
    make_image,
    measure_frames,
    tabulate,
)
from benchmarks.latency_plot import plot_latency
from benchmarks.models import BACKENDS, MODELS, build_model, build_predictors
from benchmarks.ros import CAMERAS, RATES, SIZES, run_loads
from benchmarks.ros_rows import compare_nodes
from centernet_ros.io.table import Row, format_table
from centernet_ros.models import CheckpointError
from centernet_ros.nodes.common.runtime import NodeError, keep_freed_memory

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def run_frames(options: argparse.Namespace) -> list[Row]:
    """The frames subcommand."""
    keep_freed_memory()
    rows: list[Row] = []
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
        table = tabulate(measured, count_operations(model), peak)
        print(f"\n{name}, input {size}; fp32 matrix product {peak / 1e9:.0f} GFLOP/s")
        print(format_table(table), flush=True)
        rows += [{"model": name, "input": size, "peak": peak} | row for row in table]
    return rows


def run_ros(options: argparse.Namespace) -> list[Row]:
    """The ros subcommand."""
    rows = run_loads(
        options.model,
        options.backend,
        options.sizes,
        options.rates,
        options.cameras,
        options.seconds,
    )
    print(format_table(rows))
    compared = compare_nodes(rows)
    if compared:
        print(f"\nOne node for all cameras against a node for each:\n{format_table(compared)}")
    if options.plot:
        plot_latency(rows, options.plot)
    return rows


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    frames = commands.add_parser("frames", help="single frames in this process")
    frames.add_argument(
        "--models",
        nargs="+",
        default=MODELS,
        help="published models, checkpoints, or ARCHITECTURE:TASK[:HEIGHTxWIDTH] with random "
        f"weights; default: {' '.join(MODELS)}",
    )
    frames.add_argument("--backends", nargs="+", default=BACKENDS, choices=BACKENDS)
    frames.add_argument("--image", type=Path, help="instead of noise of 1280x720")
    frames.add_argument("--repetitions", type=int, default=15)
    frames.add_argument(
        "--clock",
        choices=CLOCKS,
        default="wall",
        help="cpu: processor time, for machines that others use, with OMP_NUM_THREADS=1",
    )
    frames.add_argument(
        "--profile", type=Path, help="only write a trace of the first model and backend here"
    )
    frames.set_defaults(run=run_frames)
    ros = commands.add_parser("ros", help="detectors as processes under load")
    ros.add_argument("--model", default=MODELS[0], help="models parameter of the detector")
    ros.add_argument("--backend", default="auto", help="backend parameter of the detector")
    ros.add_argument("--sizes", nargs="+", default=SIZES, metavar="WIDTHxHEIGHT")
    ros.add_argument("--rates", nargs="+", type=float, default=RATES, metavar="HZ", help="0: peak")
    ros.add_argument("--seconds", type=float, default=5.0, help="of each load")
    ros.add_argument("--cameras", nargs="+", type=int, default=CAMERAS)
    ros.add_argument("--plot", type=Path, help="image file for latency against load")
    ros.set_defaults(run=run_ros)
    for command in (frames, ros):
        command.add_argument("--json", type=Path, help="file for all rows")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        rows = options.run(options)
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1))
    except KeyboardInterrupt:
        return 130
    except (CheckpointError, NodeError, OSError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
