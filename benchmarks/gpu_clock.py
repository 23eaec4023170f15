"""Times on a device."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

import torch

WARM_UP_RUNS = 3


def measure_in_turns(
    ways: Mapping[str, Callable[[], object]], device: torch.device, repetitions: int
) -> dict[str, float]:
    """The median seconds of each way, from the call until the device has finished.

    Args:
        ways: by name; they take turns, so that other work slows all of them alike.
        device: to wait for.
        repetitions: measured ones, after a few that are not.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for repetition in range(-WARM_UP_RUNS, repetitions):
        for name, run in ways.items():
            wait_for(device)
            start = time.perf_counter()
            run()
            wait_for(device)
            if repetition >= 0:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def record(run: Callable[[], object], device: torch.device) -> Callable[[], object]:
    """The same work as one launch of a CUDA graph; on a CPU as it is."""
    if device.type != "cuda":
        return run
    stream = torch.cuda.Stream(device)
    stream.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP_RUNS):
            run()
    stream.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        run()
    return graph.replay


def wait_for(device: torch.device) -> None:
    """Wait until the device has done all that it was asked for."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
