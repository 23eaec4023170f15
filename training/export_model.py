#!/usr/bin/env python3
"""Make a small checkpoint to ship of a training's: half precision, with origin and licence.

python training/export_model.py --model run/best.pt --output scenes.pt --origin "... (Apache-2.0)"
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from centernet_ros.models import CheckpointError, load_model, save_model


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True, help="checkpoint")
    parser.add_argument("--output", type=Path, required=True, help="file to write")
    parser.add_argument("--origin", required=True, help="data, training command and licence")
    parser.add_argument(
        "--input-size",
        type=int,
        nargs=2,
        metavar=("HEIGHT", "WIDTH"),
        help="of the network's input; default: as in training",
    )
    arguments = parser.parse_args()
    try:
        model = load_model(arguments.model)
    except CheckpointError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
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


if __name__ == "__main__":
    sys.exit(main())
