#!/usr/bin/env python3
"""Quantizes a model to 8-bit integers, which makes it faster.

The calibration images should look like those that the model will see. The file is used in place of
the model: `models: [FILE.onnx]`, `--model FILE.onnx`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from tqdm import tqdm

from centernet_ros.inference.backends.exported import ExportedModel, load_network
from centernet_ros.inference.backends.int8 import quantize
from centernet_ros.inference.backends.onnx_file import write_onnx
from centernet_ros.inference.preprocessing import warp_batch
from centernet_ros.io.command_errors import report_errors
from centernet_ros.io.images import list_images, read_image
from centernet_ros.models import CheckpointError, InputSpec
from centernet_ros.structures import Image
from centernet_ros.weights.store import find_weights


def read_images(folder: Path, count: int, spec: InputSpec, divisor: int) -> list[np.ndarray]:
    """Read inputs for the calibration from images that are spread evenly over a folder.

    Args:
        folder: searched with all its subfolders.
        count: number of images.
        spec: how the model's input is made from an image.
        divisor: the sides of the input are multiples of it.

    Returns:
        (1, h, w, 3) uint8 for each image.

    Raises:
        ValueError: the folder has no images, or one cannot be decoded.
    """
    paths = list_images(folder, recursive=True)
    inputs = []
    chosen = np.unique(np.linspace(0, len(paths) - 1, count).round().astype(int))
    for i in tqdm(chosen, unit=" images", disable=None):
        inputs.append(warp_batch([Image(read_image(paths[i]))], spec, divisor)[0])
    return inputs


@report_errors(CheckpointError)
def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "model", help="checkpoint, name of a published one, or .onnx of centernet_export"
    )
    parser.add_argument("output", type=Path, help="file to write, with the suffix .onnx")
    parser.add_argument("--images", type=Path, required=True, help="folder of images")
    parser.add_argument("--count", type=int, default=100, help="number of images to use")
    options = parser.parse_args(arguments)
    if options.output.suffix != ".onnx":
        raise ValueError(f"{options.output}: expected the suffix .onnx")
    model = load_network(find_weights(options.model))
    # The export takes long, so missing images are reported before it.
    inputs = model.spec.input.with_static_size(model.spec.input.size)
    images = read_images(options.images, options.count, inputs, model.divisor)
    with tempfile.TemporaryDirectory() as folder:
        if not isinstance(model, ExportedModel):
            model = write_onnx(model.load(), Path(folder) / "model.onnx")
        quantize(model, options.output, images)
    print(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
