#!/usr/bin/env python3
"""Make a small checkpoint to ship of a training's: half precision, with origin and licence.

python training/export_model.py --model run/best.pt --output scenes.pt --origin "... (Apache-2.0)"
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path

from centernet_ros.io.command_errors import report_errors
from centernet_ros.models import CenterNet, CheckpointError, load_model, save_model
from centernet_ros.weights.store import find_weights


@report_errors(CheckpointError)
def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", required=True, help="checkpoint, or name of a published one")
    parser.add_argument("--output", type=Path, required=True, help="file to write")
    parser.add_argument("--origin", required=True, help="data, training command and licence")
    parser.add_argument(
        "--input-size",
        type=int,
        nargs=2,
        metavar=("HEIGHT", "WIDTH"),
        help="of the network's input; default: as in training",
    )
    parser.add_argument(
        "--uncertainty-factor",
        type=float,
        default=1.0,
        help="by which the uncertainties of depth are multiplied, for a network that is too sure; "
        "evaluate_kitti.py says how many depths lie within them",
    )
    arguments = parser.parse_args()
    model = load_model(find_weights(arguments.model))
    if arguments.uncertainty_factor != 1:
        scale_uncertainty(model, arguments.uncertainty_factor)
    inputs = model.spec.input
    inputs = replace(inputs, size=tuple(arguments.input_size or inputs.size))
    model.spec = replace(model.spec, origin=arguments.origin, input=inputs)
    for weights in model.parameters():
        # Batch norms and biases are few, and may be too large or too small for half precision.
        if weights.ndim > 1:
            weights.data = weights.data.half()
    save_model(model, arguments.output)
    print(f"{arguments.output}: {arguments.output.stat().st_size / 1e6:.2f} MB")
    return 0


def scale_uncertainty(model: CenterNet, factor: float) -> None:
    """Multiply what a network says that its depths may be off by, in place.

    Raises:
        ValueError: the factor is not positive, or the network says nothing of the kind.
    """
    biases = [
        parameter
        for name, parameter in model.named_parameters()
        if "dep_uncertainty" in name.split(".") and name.endswith("bias")
    ]
    if not biases:
        raise ValueError(f"{model.arch} without the head dep_uncertainty has none to scale")
    if not factor > 0:
        raise ValueError(f"--uncertainty-factor {factor}, expected more than 0")
    # The head gives logarithms.
    biases[-1].data += math.log(factor)


if __name__ == "__main__":
    sys.exit(main())
