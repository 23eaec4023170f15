#!/usr/bin/env python3
"""Exports a model as an ONNX file that takes uint8 images and gives objects.

The file also holds the description of the model, so that nothing else is needed to use it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from centernet_ros.inference.backends.onnx_file import write_onnx
from centernet_ros.inference.options import DecodingOptions
from centernet_ros.io.command_errors import report_errors
from centernet_ros.models import CheckpointError, load_model
from centernet_ros.weights.store import find_weights


@report_errors(CheckpointError)
def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "model", help="checkpoint of any architecture and task, or name of a published one"
    )
    parser.add_argument("output", type=Path, help="file to write, with the suffix .onnx")
    parser.add_argument(
        "--size",
        type=int,
        nargs=2,
        metavar=("HEIGHT", "WIDTH"),
        help="size of the input, which replaces the model's own",
    )
    parser.add_argument(
        "--max-detections", type=int, default=100, help="objects per image and task"
    )
    parser.add_argument(
        "--flip", action="store_true", help="average with the output for the mirrored image"
    )
    parser.add_argument(
        "--half",
        action="store_true",
        help="the network in float16, for GPUs: half the weights' size; boxes stay in float32",
    )
    options = parser.parse_args(arguments)
    if options.output.suffix != ".onnx":
        raise ValueError(f"{options.output}: expected the suffix .onnx")
    size = tuple(options.size) if options.size else None
    decoding = DecodingOptions(options.max_detections, options.flip)
    model = load_model(find_weights(options.model))
    write_onnx(model, options.output, size, decoding, options.half)
    print(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
