#!/usr/bin/env python3
"""Repeat a training with several seeds; report its figures' mean and deviation (paper, KITTI).

python training/repeat.py --seeds 1 2 3 4 5 --output runs training/train_kitti.py --config ...

Runs that were broken off go on; finished ones are not repeated.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from centernet_ros.io.command_errors import report_errors
from training.engine.figures import read_figures
from training.engine.finish_training import finish_training


def repeat(command: Sequence[str], seed: int, output: Path) -> dict[str, float]:
    """Train with a seed, unless that was done before.

    Args:
        command: a training command without --output.
        seed: of all randomness.
        output: folder of this run.

    Returns:
        see `read_figures`.

    Raises:
        subprocess.CalledProcessError: the training failed.
    """
    finish_training([*command, "--seed", str(seed)], output)
    return read_figures(output)


def summarize(runs: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Figure -> "mean" and sample standard "deviation" over runs, at least two."""
    columns = {name: [run[name] for run in runs] for name in runs[0]}
    return {
        name: {"mean": statistics.mean(values), "deviation": statistics.stdev(values)}
        for name, values in columns.items()
    }


@report_errors()
def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", required=True)
    parser.add_argument("--output", type=Path, required=True, help="folder of all runs")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="a training, without --output")
    arguments = parser.parse_args()
    if len(set(arguments.seeds)) < 2 or not arguments.command:
        parser.error("expected at least two different seeds, and a training command")
    try:
        runs = {
            seed: repeat(arguments.command, seed, arguments.output / f"seed_{seed}")
            for seed in arguments.seeds
        }
    except subprocess.CalledProcessError as error:
        return error.returncode
    summary = summarize([*runs.values()])
    for name, values in summary.items():
        each = "  ".join(f"{run[name]:.4f}" for run in runs.values())
        print(f"{name:<24} {values['mean']:.4f} +- {values['deviation']:.4f}   {each}")
    content = {"runs": runs, "summary": summary}
    (arguments.output / "summary.json").write_text(json.dumps(content, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
