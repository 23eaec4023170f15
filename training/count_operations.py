#!/usr/bin/env python3
"""Parameters and arithmetic of every architecture.

python training/count_operations.py
"""

from __future__ import annotations

import argparse

import torch
from torch.utils.flop_counter import FlopCounterMode

from centernet_ros.models import ARCHITECTURES, ModelSpec, create_model

HEADS = {"hm": 80, "wh": 2, "reg": 2}


def count_operations(arch: str, size: tuple[int, int]) -> tuple[int, int]:
    """Trainable numbers, and floating-point operations for one image of a size.

    Convolutions and matrix products are counted, a multiplication and an addition as two.
    """
    with torch.device("meta"):
        model = create_model(ModelSpec(arch, HEADS, ("",) * HEADS["hm"])).eval()
        with FlopCounterMode(display=False) as counter, torch.inference_mode():
            model(torch.empty(1, 3, *size))
    return sum(p.numel() for p in model.parameters()), counter.get_total_flops()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs=2, default=(512, 512), metavar=("H", "W"))
    size = tuple(parser.parse_args().size)
    print(f"{'architecture':12} {'parameters':>12} {'GFLOP':>7}   80 classes, {size[0]}x{size[1]}")
    for arch in ARCHITECTURES:
        parameters, operations = count_operations(arch, size)
        print(f"{arch:12} {parameters:12,} {operations / 1e9:7.1f}")


if __name__ == "__main__":
    main()
