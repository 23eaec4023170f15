"""Where networks run."""

from __future__ import annotations

import ctypes
import os

import psutil

# What NVIDIA's driver brings.
CUDA_DRIVER = "libcuda.so.1"


def select_device(name: str) -> str:
    """The device behind "auto" (CUDA where there is one), "cpu", "cuda" or "cuda:1".

    PyTorch, which takes a second to import, is asked only where there is a driver of CUDA.

    Raises:
        ValueError: there is no such device here.
    """
    if name == "cpu" or (name == "auto" and not has_cuda_driver()):
        return "cpu"
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ValueError(f"unknown device {name!r}, expected auto, cpu, cuda or cuda:N") from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ValueError(
            f"device {name!r} is not here: {torch.cuda.device_count()} CUDA devices found"
        )
    return str(device)


def has_cuda_driver() -> bool:
    """Whether this machine has a driver of CUDA."""
    try:
        ctypes.CDLL(CUDA_DRIVER)
    except OSError:
        return False
    return True


def get_device_index(device: str) -> int:
    """N of "cuda:N", 0 where the device has none."""
    return int(device.partition(":")[2] or 0)


def count_threads() -> int:
    """For a network on the CPU: OMP_NUM_THREADS, as for PyTorch, else one on each core."""
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    if wanted.isdigit() and int(wanted):
        return int(wanted)
    allowed = len(os.sched_getaffinity(0))
    return min(allowed, psutil.cpu_count(logical=False) or allowed)
